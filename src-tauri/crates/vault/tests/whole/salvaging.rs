//! Saving what is left of a damaged archive.

use std::fs;
use std::path::Path;

use ledger::EntityId;
use ledger::verify::Depth;
use vault::{Error, Origin, Reading, ReadingFilter, Salvaged, Unlocking, Vault};

use crate::desk::{Desk, NOW, PASSPHRASE, id, put, shown};
use crate::merging::all;

/// Bytes of a page.
const PAGE: usize = 4096;

/// An archive of a colleague's and one's own entries, with files.
fn filled(desk: &Desk) {
    let mut vault = desk.create("示例");
    put(&mut vault, id(1), "unit", &[("name", "示例市水务局")]);
    put(
        &mut vault,
        id(2),
        "person",
        &[("name", "甲某"), ("unit", &id(1).to_string())],
    );
    for number in 10..60 {
        let text = format!("第{number}句。{}", "会议没有表决，也没有记录。".repeat(9));
        put(&mut vault, id(number), "turn", &[("text", &text)]);
    }
    // One that takes a chain of pages of its own.
    put(&mut vault, id(3), "turn", &[("text", &"长".repeat(9000))]);
    let bytes: Vec<u8> = (0..250_000_u32).map(|i| (i % 241) as u8).collect();
    vault
        .put_attachment(&mut &bytes[..], "会议记录.docx")
        .expect("kept");
    vault
        .put_attachment(&mut &[7; 5000][..], "照片.jpg")
        .expect("kept");
    vault
        .put_local("self.supervisor", &id(2).to_string().into())
        .expect("kept");
    vault
        .put_secret("exchange.identity", b"a key")
        .expect("kept");
}

fn salvage(desk: &Desk, to: &str) -> Result<Salvaged, Error> {
    Vault::salvage(
        &desk.folder("示例"),
        Unlocking::Passphrase(PASSPHRASE),
        &desk.folder(to),
        &mut |progress| {
            assert!(progress.done <= progress.total, "{progress:?}");
            true
        },
    )
}

/// Changes the bytes of the closed archive's database.
fn damage(desk: &Desk, how: impl FnOnce(&mut Vec<u8>)) {
    let file = desk.folder("示例").join("vault.db");
    let mut bytes = fs::read(&file).expect("a database");
    how(&mut bytes);
    fs::write(&file, bytes).expect("written");
}

#[test]
fn out_of_a_sound_archive_everything_is_saved() {
    let desk = Desk::new();
    filled(&desk);
    let vault = desk.open("示例");
    let (digest, device) = (vault.digest().expect("hashed"), vault.device());
    drop(vault);
    let before = fs::read(desk.folder("示例").join("vault.db")).expect("a database");
    let report = salvage(&desk, "抢救").expect("saved");
    assert!(report.is_whole(), "{report:?}");
    assert_eq!((report.entries, report.without_payload), (53, 0));
    assert_eq!((report.attachments, report.damaged_pages), (2, 0));
    assert_eq!(
        fs::read(desk.folder("示例").join("vault.db")).expect("a database"),
        before,
        "the damaged archive is only read"
    );

    let mut vault = desk.open("抢救");
    assert_eq!(vault.digest().expect("hashed"), digest);
    assert_ne!(vault.device(), device);
    assert_eq!(vault.origin().expect("told"), Some(Origin::Salvaged));
    assert_eq!(
        vault.local("self.supervisor").expect("kept"),
        Some(id(2).to_string().into())
    );
    assert_eq!(
        vault.secret("exchange.identity").expect("kept").as_deref(),
        Some(&b"a key".to_vec())
    );
    put(&mut vault, id(4), "person", &[("name", "乙某")]);
    let report = vault.verify(Depth::Every, &mut |_| true).expect("checked");
    assert!(report.is_sound(), "{:?}", report.damages);
    assert!(matches!(salvage(&desk, "抢救"), Err(Error::AlreadyExists)));
}

/// Whatever single page is lost, the rest is saved, what is missing is said,
/// and a colleague who holds everything makes it whole again.
#[test]
fn whichever_page_is_lost_the_rest_is_saved_and_can_be_made_whole() {
    let desk = Desk::new();
    filled(&desk);
    let vault = desk.open("示例");
    let (digest, everything) = (vault.digest().expect("hashed"), all(&vault));
    drop(vault);
    let whole = fs::read(desk.folder("示例").join("vault.db")).expect("a database");
    let (mut opened, mut lost_entries, mut lost_attachments) = (0, 0, 0);
    // The long attachment takes most of the pages; a few of them are enough.
    let pages = (0..whole.len() / PAGE).filter(|page| *page < 100 || page % 20 == 0);
    let pages = pages.filter(|page| page % 2 == 0);
    for page in pages {
        damage(&desk, |bytes| {
            bytes.clone_from(&whole);
            bytes[page * PAGE..(page + 1) * PAGE].fill(0);
        });
        let name = format!("抢救{page}");
        let report = salvage(&desk, &name).expect("saved");
        assert_eq!(report.damaged_pages, 1, "page {page}");
        let missing: u64 = report.lost.iter().map(|lost| lost.to - lost.from + 1).sum();
        assert_eq!(report.entries + missing, 53, "page {page}: {report:?}");
        lost_entries += missing + report.without_payload;
        lost_attachments += report.lost_attachments.len();

        let mut vault = desk.open(&name);
        let checked = vault.verify(Depth::Every, &mut |_| true).expect("checked");
        assert!(checked.is_sound(), "page {page}: {:?}", checked.damages);
        assert_eq!(checked.known_loss, missing, "page {page}");
        opened += 1;
        let mut staging = vault.stage().expect("begun");
        for entry in &everything {
            staging.push(entry).expect("put aside");
        }
        let filled = staging.commit(NOW).expect("accepted");
        assert_eq!(filled.new_entries, missing, "page {page}");
        assert_eq!(filled.late_payloads, report.without_payload, "page {page}");
        assert_eq!(vault.digest().expect("hashed"), digest, "page {page}");
        let checked = vault.verify(Depth::Every, &mut |_| true).expect("checked");
        assert!(checked.is_sound() && checked.known_loss == 0, "page {page}");
        drop(vault);
        fs::remove_dir_all(desk.folder(&name)).expect("removed");
    }
    assert!(
        opened > 50 && lost_entries > 10 && lost_attachments > 2,
        "{opened} {lost_entries} {lost_attachments}"
    );
}

/// What was lost at the end of a chain leaves no gap, and is remembered all the
/// same: also by what is saved out of what was saved.
#[test]
fn what_was_lost_stays_known_when_the_end_of_a_chain_is_lost_and_twice_over() {
    let desk = Desk::new();
    filled(&desk);
    crate::back_door::open(&desk, "示例")
        .execute_batch("UPDATE entry SET signature = zeroblob(64) WHERE id IN (5, 52, 53);")
        .expect("changed");
    let first = desk.open("示例").device();
    let report = salvage(&desk, "抢救").expect("saved");
    let lost: Vec<(u64, u64)> = report.lost.iter().map(|it| (it.from, it.to)).collect();
    assert_eq!(lost, [(5, 5), (52, 53)]);
    let vault = desk.open("抢救");
    let second = vault.device();
    assert_eq!(vault.former_devices().expect("known"), [first]);
    let checked = vault.verify(Depth::Every, &mut |_| true).expect("checked");
    assert!(checked.is_sound(), "{:?}", checked.damages);
    assert_eq!((checked.lost_entries, checked.known_loss), (0, 3));
    drop(vault);

    let again = Vault::salvage(
        &desk.folder("抢救"),
        Unlocking::Passphrase(PASSPHRASE),
        &desk.folder("又抢救"),
        &mut |_| true,
    );
    assert_eq!(again.expect("saved").lost.len(), 2);
    let vault = desk.open("又抢救");
    assert_eq!(vault.former_devices().expect("known"), [first, second]);
    let checked = vault.verify(Depth::Every, &mut |_| true).expect("checked");
    assert!(checked.is_sound() && checked.known_loss == 3, "{checked:?}");
}

/// The register of readings is saved line by line, under the old numbers, and
/// says itself which lines are not there.
#[test]
fn the_register_of_readings_is_saved_and_says_what_is_missing_in_it() {
    let desk = Desk::new();
    filled(&desk);
    let vault = desk.open("示例");
    for number in 0..80 {
        let title = format!("第{number}人");
        let about = Some((id(number), "person", title.as_str()));
        vault
            .note_reading(id(2), "查阅", about, NOW + u64::from(number))
            .expect("written");
    }
    let all = |vault: &Vault| {
        let mut lines = vault
            .readings(&ReadingFilter::default(), None, 99)
            .expect("listed");
        lines.reverse();
        lines
    };
    let written = all(&vault);
    drop(vault);
    let report = salvage(&desk, "抢救").expect("saved");
    assert_eq!(report.lost_readings, 0);
    assert_eq!(all(&desk.open("抢救")), written);

    let whole = fs::read(desk.folder("示例").join("vault.db")).expect("a database");
    let mut seen = 0;
    for page in (1..whole.len() / PAGE).rev() {
        damage(&desk, |bytes| {
            bytes.clone_from(&whole);
            bytes[page * PAGE + 9] ^= 1;
        });
        let name = format!("抢救{page}");
        let report = salvage(&desk, &name).expect("saved");
        let vault = desk.open(&name);
        let saved = all(&vault);
        if saved == written {
            continue;
        }
        let (lost, kept): (Vec<_>, Vec<_>) = saved.iter().partition(|it| it.deed == Reading::LOST);
        assert_eq!(lost.len() as u64, report.lost_readings);
        assert!(kept.iter().all(|line| written.contains(line)), "{kept:?}");
        let numbers: Vec<u64> = saved.iter().map(|line| line.no).collect();
        assert_eq!(numbers, (1..=saved.len() as u64).collect::<Vec<_>>());
        let checked = vault.verify(Depth::Heads, &mut |_| true).expect("checked");
        assert!(checked.is_sound(), "page {page}: {:?}", checked.damages);
        seen += report.lost_readings;
        if seen > 0 {
            return;
        }
    }
    panic!("no page held lines of the register before others");
}

#[test]
fn without_salt_schema_and_tree_the_entries_are_still_recognised() {
    let desk = Desk::new();
    filled(&desk);
    damage(&desk, |bytes| bytes[..PAGE].fill(0xa5));
    assert!(matches!(
        Vault::open(&desk.folder("示例"), PASSPHRASE),
        Err(Error::Damaged { .. })
    ));
    let report = salvage(&desk, "抢救").expect("saved");
    assert_eq!((report.entries, report.attachments), (53, 2));
    assert_eq!(
        shown(&desk.open("抢救"), id(2), "name").as_deref(),
        Some("甲某")
    );
}

#[test]
fn an_entry_that_was_changed_is_not_saved() {
    let desk = Desk::new();
    filled(&desk);
    crate::back_door::open(&desk, "示例")
        .execute_batch(
            "UPDATE payload SET bytes = unhex(replace(hex(bytes), hex('甲某'), hex('丙某')));
             UPDATE entry SET signature = zeroblob(64) WHERE id = 5;",
        )
        .expect("changed");
    let report = salvage(&desk, "抢救").expect("saved");
    assert_eq!((report.entries, report.without_payload), (52, 1));
    assert_eq!(report.lost.len(), 1);
    assert_eq!((report.lost[0].from, report.lost[0].to), (5, 5));
    assert!(report.lost[0].after_millis.is_some() && report.lost[0].before_millis.is_some());
    let touched: Vec<EntityId> = report.touched.iter().map(|line| line.id).collect();
    // Of the changed person nothing else is known; the turn of entry 5 neither.
    assert_eq!(touched, Vec::<EntityId>::new());
    assert_eq!(shown(&desk.open("抢救"), id(2), "name"), None);
}

#[test]
fn a_wrong_key_a_stop_and_an_empty_file_leave_nothing_behind() {
    let desk = Desk::new();
    filled(&desk);
    let from = desk.folder("示例");
    let to = desk.folder("抢救");
    let tried = |unlocking, goes_on: bool| {
        let result = Vault::salvage(&from, unlocking, &to, &mut |_| goes_on);
        result.expect_err("refused").code()
    };
    assert_eq!(tried(Unlocking::Passphrase("不是这个"), true), "DA-01");
    assert_eq!(tried(Unlocking::Passphrase(PASSPHRASE), false), "DA-24");
    damage(&desk, Vec::clear);
    assert_eq!(tried(Unlocking::Passphrase(PASSPHRASE), true), "DA-25");
    let left: Vec<_> = fs::read_dir(desk.path()).expect("listed").collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn a_damaged_page_is_told_by_a_check_with_what_is_left() {
    let desk = Desk::new();
    filled(&desk);
    let whole = fs::read(desk.folder("示例").join("vault.db")).expect("a database");
    let mut seen = 0;
    for page in 1..whole.len() / PAGE {
        damage(&desk, |bytes| {
            bytes.clone_from(&whole);
            bytes[page * PAGE + 100] ^= 1;
        });
        let Ok(vault) = Vault::open(&desk.folder("示例"), PASSPHRASE) else {
            continue;
        };
        let report = vault.verify(Depth::Heads, &mut |_| true).expect("checked");
        assert_eq!(report.damages[0].what, "数据文件有1页被改动或损坏");
        let left = report.readable.as_ref().expect("it looked past the page");
        assert_eq!(left.entries, report.entries);
        assert_eq!(report.entries + report.lost_entries, 53, "page {page}");
        if report.lost_entries > 0 {
            assert!(!left.lost.is_empty(), "page {page}");
        }
        seen += report.lost_entries + left.without_payload;
        if seen > 10 {
            return;
        }
    }
    panic!("no page with entries was among those that opening does not need");
}

#[test]
fn a_filling_that_does_not_fit_is_refused() {
    let desk = Desk::new();
    filled(&desk);
    let everything = all(&desk.open("示例"));
    crate::back_door::open(&desk, "示例")
        .execute_batch("UPDATE entry SET signature = zeroblob(64) WHERE id = 5;")
        .expect("changed");
    salvage(&desk, "抢救").expect("saved");
    let mut vault = desk.open("抢救");
    let mut forged = everything[4].clone();
    assert_eq!(forged.header.seq, 5);
    forged.signature = [1; 64];
    let mut staging = vault.stage().expect("begun");
    staging.push(&forged).expect("put aside");
    let told = staging.preview(NOW).expect("looked at");
    assert_eq!(told.damages.len(), 1, "{:?}", told.damages);
    let mut staging = vault.stage().expect("begun");
    staging.push(&forged).expect("put aside");
    assert!(staging.commit(NOW).is_err());
}

/// The folder of the archive is a matter of the disk alone.
#[test]
fn an_archive_that_is_open_is_not_salvaged() {
    let desk = Desk::new();
    filled(&desk);
    let _open = desk.open("示例");
    assert_eq!(salvage(&desk, "抢救").expect_err("open").code(), "DA-06");
    assert!(!Path::new(&desk.folder("抢救")).exists());
}
