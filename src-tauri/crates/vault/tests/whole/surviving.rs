//! Power cuts, full disks, disks that cannot be written.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ledger::verify::Depth;
use tempfile::TempDir;
use vault::{Error, KdfParams, NewArchive, Vault};

use crate::desk::{Desk, NOW, PASSPHRASE, action, edit, id, put, shown};

/// Says to the child in which folder to write.
const FOLDER: &str = "DUCHA_TEST_CHILD_FOLDER";

/// Not a test of its own: the child that `what_was_reported_saved_…` kills.
#[test]
#[ignore = "runs as a child of the test below"]
fn child_that_writes_until_it_is_killed() {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    let mut vault = Vault::open(&folder, PASSPHRASE).expect("opens");
    let mut number = vault.stats().expect("numbers").entries;
    loop {
        number += 1;
        let text = format!(
            "第{number}句。{}",
            "这是一句示例回答，长短不一。".repeat((number % 40) as usize)
        );
        if number.is_multiple_of(7) {
            let bytes = vec![number as u8; 300_000];
            vault.put_attachment(&mut &bytes[..], "附件").expect("kept");
        }
        vault
            .write(
                &action("记录"),
                vec![edit(id(1), "turn", "text", text.as_str())],
                NOW + number,
            )
            .expect("written");
        // One write call, so that a line is out or not.
        std::io::stdout()
            .write_all(format!("saved {number} {}\n", text.len()).as_bytes())
            .expect("told");
    }
}

#[test]
fn what_was_reported_saved_survives_kill_9_at_any_moment() {
    let desk = Desk::new();
    drop(desk.create("示例"));
    let mut lines_seen = 0;
    for round in 0..20_u64 {
        let mut child = Command::new(env::current_exe().expect("this program"))
            .args([
                "--ignored",
                "--exact",
                "surviving::child_that_writes_until_it_is_killed",
                "--nocapture",
            ])
            .env(FOLDER, desk.folder("示例"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a child");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        // A different number of saves each round, and then a little work of our
        // own, so that the blow falls somewhere within the next save.
        let wanted = 1 + round * 7 % 13;
        let mut last = None;
        let mut seen = 0;
        let mut note = |line: String| {
            if let Some(saved) = line.strip_prefix("saved ") {
                let (number, length) = saved.split_once(' ').expect("two numbers");
                last = Some((
                    number.parse::<u64>().expect("a number"),
                    length.parse::<usize>().expect("a number"),
                ));
                true
            } else {
                false
            }
        };
        while seen < wanted {
            seen += u64::from(note(
                lines.next().expect("the child goes on").expect("readable"),
            ));
        }
        for _ in 0..round * 20_000 {
            std::hint::black_box(round);
        }
        child.kill().expect("killed");
        child.wait().expect("gone");
        // What it said before it died counts as well; half a line does not.
        for line in lines.map_while(Result::ok) {
            if line.starts_with("saved ") && line.split(' ').count() == 3 {
                note(line);
            }
        }
        let (number, length) = last.expect("it saved something");

        let vault = desk.open("示例");
        let stats = vault.stats().expect("numbers");
        assert!(
            stats.entries == number || stats.entries == number + 1,
            "round {round}: {} of {number}",
            stats.entries
        );
        let history = vault.history(&id(1)).expect("readable");
        let line = history
            .iter()
            .find(|line| line.seq == number)
            .expect("the last one reported");
        assert_eq!(line.value.as_text().expect("text").len(), length);
        let report = vault.verify(Depth::Every, &mut |_| true).expect("checked");
        assert!(report.is_sound(), "round {round}: {:?}", report.damages);
        lines_seen += seen;
    }
    assert!(lines_seen > 100);
}

/// A small file system of its own, where the machine lets us make one.
struct SmallDisk {
    place: TempDir,
}

impl SmallDisk {
    fn new(options: &str) -> Option<Self> {
        let place = tempfile::tempdir().expect("a temporary folder");
        let made = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(place.path())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if !made {
            eprintln!("mounting is not permitted here: skipped");
        }
        made.then_some(Self { place })
    }

    fn path(&self) -> &Path {
        self.place.path()
    }

    fn remount(&self, options: &str) {
        let status = Command::new("mount")
            .args(["-o", &format!("remount,{options}")])
            .arg(self.path())
            .status()
            .expect("run");
        assert!(status.success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

fn create(folder: &Path) -> Result<Vault, Error> {
    Vault::create(&NewArchive {
        folder,
        passphrase: PASSPHRASE,
        kdf: KdfParams::fast_for_tests(),
        now_millis: NOW,
    })
    .map(|(vault, _)| vault)
}

#[test]
fn a_full_disk_loses_nothing_and_leaves_nothing_half() {
    let Some(disk) = SmallDisk::new("size=2m") else {
        return;
    };
    let folder = disk.path().join("示例.ducha");
    let mut vault = create(&folder).expect("there is room yet");
    put(&mut vault, id(1), "person", &[("name", "甲某")]);
    let attachments = vault.attachments().expect("listed");
    let huge: Vec<u8> = (0..4_000_000_u32).map(|i| (i % 239) as u8).collect();
    assert_eq!(
        vault
            .put_attachment(&mut &huge[..], "很大.pdf")
            .expect_err("no room")
            .code(),
        "DA-10"
    );
    assert_eq!(vault.attachments().expect("listed"), attachments);

    // Fill what is left, then go on until a save is refused.
    fs::write(disk.path().join("别的文件"), &huge).expect_err("no room");
    let refused = (0..200_u64)
        .find_map(|number| {
            let text = format!("{number}{}", "字".repeat(20_000));
            vault
                .write(
                    &action("记录"),
                    vec![edit(id(2), "turn", "text", text.as_str())],
                    NOW + number,
                )
                .err()
        })
        .expect("the disk is full at last");
    assert_eq!(refused.code(), "DA-10", "{refused}");
    assert!(refused.to_string().contains("没有丢失"));
    assert_eq!(vault.backup(NOW).expect_err("no room").code(), "DA-10");
    assert_eq!(
        fs::read_dir(folder.join("backups"))
            .expect("listed")
            .count(),
        0
    );
    assert_eq!(shown(&vault, id(1), "name").as_deref(), Some("甲某"));
    let entries = vault.stats().expect("numbers").entries;

    // With room again it goes on where it was.
    fs::remove_file(disk.path().join("别的文件")).expect("removed");
    disk.remount("size=16m");
    put(&mut vault, id(3), "person", &[("name", "乙某")]);
    assert_eq!(vault.stats().expect("numbers").entries, entries + 1);
    assert!(
        vault
            .verify(Depth::Every, &mut |_| true)
            .expect("checked")
            .is_sound()
    );
    drop(vault);
    let vault = Vault::open(&folder, PASSPHRASE).expect("opens");
    assert_eq!(shown(&vault, id(3), "name").as_deref(), Some("乙某"));
}

#[test]
fn no_archive_is_half_made_on_a_full_disk() {
    let Some(disk) = SmallDisk::new("size=64k") else {
        return;
    };
    let error = create(&disk.path().join("示例.ducha")).expect_err("no room");
    assert_eq!(error.code(), "DA-10", "{error}");
    assert_eq!(fs::read_dir(disk.path()).expect("listed").count(), 0);
}

#[test]
fn a_disk_that_cannot_be_written_is_told_so() {
    let Some(disk) = SmallDisk::new("size=8m") else {
        return;
    };
    let folder = disk.path().join("示例.ducha");
    drop(create(&folder).expect("made"));
    disk.remount("ro");
    let error = Vault::open(&folder, PASSPHRASE).expect_err("read-only");
    assert_eq!(error.code(), "DA-11", "{error}");
    assert_eq!(
        create(&disk.path().join("另一个.ducha"))
            .expect_err("read-only")
            .code(),
        "DA-11"
    );
    disk.remount("rw");
    Vault::open(&folder, PASSPHRASE).expect("opens again");
}

#[test]
fn a_passphrase_change_that_is_refused_leaves_the_old_one() {
    let Some(disk) = SmallDisk::new("size=8m") else {
        return;
    };
    let folder = disk.path().join("示例.ducha");
    let vault = create(&folder).expect("made");
    fs::create_dir(folder.join("keys.new")).expect("something in the way");
    vault
        .change_passphrase("新口令", KdfParams::fast_for_tests())
        .expect_err("cannot be written");
    drop(vault);
    Vault::open(&folder, PASSPHRASE).expect("the old one opens");
}
