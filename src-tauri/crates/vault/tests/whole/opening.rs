//! Making, opening, locking.

use std::fs;
use std::process::{Command, Stdio};

use vault::{Error, KdfParams, NewArchive, Vault};

use crate::desk::{Desk, NOW, PASSPHRASE, bytes_in, id, put, shown};

fn code<T>(result: Result<T, Error>) -> &'static str {
    result.map_or_else(|error| error.code(), |_| "opened")
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    put(
        &mut vault,
        id(1),
        "person",
        &[("name", "甲某"), ("post", "示例市副局长")],
    );
    let (device, stats) = (vault.device(), vault.stats().expect("numbers"));
    drop(vault);

    let vault = desk.open("示例");
    assert_eq!(vault.device(), device);
    assert_eq!(shown(&vault, id(1), "name").as_deref(), Some("甲某"));
    assert_eq!(vault.stats().expect("numbers").records, stats.records);
    assert_eq!(vault.created_millis().expect("readable"), NOW);
}

#[test]
fn a_wrong_passphrase_never_locks_anybody_out() {
    let desk = Desk::new();
    drop(desk.create("示例"));
    for _ in 0..20 {
        assert_eq!(code(Vault::open(&desk.folder("示例"), "不对")), "DA-01");
    }
    desk.open("示例");
}

#[test]
fn the_recovery_code_opens_until_it_is_reissued() {
    let desk = Desk::new();
    let (vault, old) = desk.create_with_code("示例");
    drop(vault);
    let folder = desk.folder("示例");
    let typed = old.to_string().to_lowercase().replace('-', " ");
    let vault = Vault::open_with_recovery(&folder, &typed).expect("the code is right");
    let new = vault.reissue_recovery_code().expect("written");
    drop(vault);
    assert_eq!(
        code(Vault::open_with_recovery(&folder, &old.to_string())),
        "DA-02"
    );
    assert_eq!(
        code(Vault::open_with_recovery(&folder, "AAAAA-BBBBB")),
        "DA-04"
    );
    drop(Vault::open_with_recovery(&folder, &new.to_string()).expect("the new code is right"));
    desk.open("示例");
}

#[test]
fn changing_the_passphrase_changes_nothing_else() {
    let desk = Desk::new();
    let (mut vault, recovery) = desk.create_with_code("示例");
    put(&mut vault, id(1), "person", &[("name", "甲某")]);
    let kdf = KdfParams::fast_for_tests();
    assert_eq!(code(vault.change_passphrase("", kdf)), "DA-05");
    vault.change_passphrase("另一个口令", kdf).expect("written");
    assert!(vault.is_passphrase("另一个口令").expect("readable"));
    assert!(!vault.is_passphrase(PASSPHRASE).expect("readable"));
    drop(vault);

    let folder = desk.folder("示例");
    assert_eq!(code(Vault::open(&folder, PASSPHRASE)), "DA-01");
    let vault = Vault::open(&folder, "另一个口令").expect("the new one is right");
    assert_eq!(shown(&vault, id(1), "name").as_deref(), Some("甲某"));
    drop(vault);
    drop(Vault::open_with_recovery(&folder, &recovery.to_string()).expect("still valid"));
}

#[test]
fn a_second_window_is_told_so_and_the_first_goes_on() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    let error = Vault::open(&desk.folder("示例"), PASSPHRASE).expect_err("held");
    assert!(error.to_string().contains("档案库正在另一个窗口中打开"));
    put(&mut vault, id(1), "person", &[("name", "甲某")]);
    drop(vault);
    desk.open("示例");
}

#[test]
fn a_lock_of_another_process_is_respected_and_ends_with_it() {
    let desk = Desk::new();
    drop(desk.create("示例"));
    // flock(1) holds the same kind of lock as the program does.
    let holder = Command::new("flock")
        .arg(desk.folder("示例").join("lock"))
        .args(["sh", "-c", "echo held; read line"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut holder) = holder else {
        eprintln!("flock is not installed: skipped");
        return;
    };
    let mut line = String::new();
    std::io::BufRead::read_line(
        &mut std::io::BufReader::new(holder.stdout.as_mut().expect("piped")),
        &mut line,
    )
    .expect("a line");
    assert_eq!(line, "held\n");
    assert_eq!(code(Vault::open(&desk.folder("示例"), PASSPHRASE)), "DA-06");
    drop(holder.stdin.take());
    holder.wait().expect("ended");
    desk.open("示例");
}

#[test]
fn other_folders_are_refused_untouched() {
    let desk = Desk::new();
    let folder = desk.folder("空");
    fs::create_dir(&folder).expect("made");
    assert_eq!(code(Vault::open(&folder, PASSPHRASE)), "DA-07");
    assert_eq!(fs::read_dir(&folder).expect("listed").count(), 0);
    let new = NewArchive {
        folder: &folder,
        passphrase: PASSPHRASE,
        kdf: KdfParams::fast_for_tests(),
        now_millis: NOW,
    };
    assert_eq!(code(Vault::create(&new)), "DA-08");
    assert_eq!(fs::read_dir(desk.path()).expect("listed").count(), 1);
}

#[test]
fn an_empty_passphrase_makes_no_archive() {
    let desk = Desk::new();
    let folder = desk.folder("示例");
    let new = NewArchive {
        folder: &folder,
        passphrase: "",
        kdf: KdfParams::fast_for_tests(),
        now_millis: NOW,
    };
    assert_eq!(code(Vault::create(&new)), "DA-05");
    let nowhere = desk.path().join("没有").join("这里.ducha");
    let new = NewArchive {
        folder: &nowhere,
        passphrase: PASSPHRASE,
        ..new
    };
    assert_eq!(code(Vault::create(&new)), "DA-14");
    assert_eq!(fs::read_dir(desk.path()).expect("listed").count(), 0);
}

#[test]
fn nothing_in_the_folder_names_anybody() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    let words = ["甲某某", "示例市水务局", "收受示例礼金", "secret-passage"];
    for (number, word) in words.iter().enumerate() {
        put(
            &mut vault,
            id(number as u8),
            "person",
            &[("name", word), ("remark", word)],
        );
    }
    vault
        .put_attachment(&mut &b"secret-passage in an attachment"[..], "甲某某.txt")
        .expect("kept");
    vault.backup(NOW).expect("a backup");
    // Once with the log beside the database, once after it was folded in.
    for closed in [false, true] {
        if closed {
            drop(vault);
            vault = desk.open("示例");
        }
        let bytes = bytes_in(&desk.folder("示例"));
        assert!(bytes.len() > 10_000);
        for word in words {
            let utf16: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for needle in [word.as_bytes(), &utf16[..]] {
                assert!(
                    !bytes.windows(needle.len()).any(|window| window == needle),
                    "{word} in the clear"
                );
            }
        }
        assert!(!bytes.windows(15).any(|window| window == b"SQLite format 3"));
    }
}

#[test]
fn a_damaged_key_file_is_told_from_a_wrong_passphrase() {
    let desk = Desk::new();
    drop(desk.create("示例"));
    let keys = desk.folder("示例").join("keys");
    let text = fs::read_to_string(&keys).expect("readable");
    fs::write(&keys, &text[..text.len() / 2]).expect("written");
    assert_eq!(code(Vault::open(&desk.folder("示例"), PASSPHRASE)), "DA-13");
    fs::write(&keys, &text).expect("written");
    desk.open("示例");
}

#[test]
fn a_damaged_database_is_told_so() {
    let desk = Desk::new();
    drop(desk.create("示例"));
    let database = desk.folder("示例").join("vault.db");
    let mut bytes = fs::read(&database).expect("readable");
    bytes[100] ^= 1;
    fs::write(&database, &bytes).expect("written");
    assert_eq!(code(Vault::open(&desk.folder("示例"), PASSPHRASE)), "DA-12");
}
