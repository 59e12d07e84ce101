//! Archives of earlier versions and damaged ones: `tests/museum`.

use std::fs;
use std::path::{Path, PathBuf};

use ledger::verify::Depth;
use serde_json::Value as Json;
use vault::{JournalFilter, Unlocking, Vault};

use crate::desk::{Desk, NOW, PASSPHRASE, action, edit, id, put, shown};

fn museum() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/museum")
}

/// Copies an archive of the museum to the desk.
fn borrow(desk: &Desk, name: &str) -> PathBuf {
    borrow_as(desk, name, name)
}

/// The same, under another name.
pub(crate) fn borrow_as(desk: &Desk, name: &str, called: &str) -> PathBuf {
    let to = desk.folder(called);
    copy_folder(
        &museum().join("archives").join(format!("{name}.ducha")),
        &to,
    );
    to
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for item in fs::read_dir(from).expect("in the museum") {
        let path = item.expect("an item").path();
        if path.is_file() {
            fs::copy(&path, to.join(path.file_name().expect("named"))).expect("copied");
        }
    }
}

fn fill(vault: &mut Vault) {
    put(vault, id(1), "unit", &[("name", "示例市水务局")]);
    put(
        vault,
        id(2),
        "person",
        &[
            ("name", "甲某"),
            ("post", "副局长"),
            ("unit", &id(1).to_string()),
        ],
    );
    put(
        vault,
        id(3),
        "interview",
        &[("person", &id(2).to_string()), ("matter", "示例事项")],
    );
    for number in 10..20 {
        let fields = [
            ("interview", &*id(3).to_string()),
            ("order", &*format!("{number}")),
            ("text", "会议没有表决。"),
        ];
        put(vault, id(number), "turn", &fields);
    }
    vault
        .put_attachment(&mut &[7; 5000][..], "会议记录.docx")
        .expect("kept");
}

/// The last entry.
fn correct(vault: &mut Vault) {
    vault
        .write(
            &action("更正"),
            vec![edit(id(2), "person", "post", "局长")],
            NOW + 1,
        )
        .expect("written");
}

/// Makes new pieces for the museum; see its README.
#[test]
#[ignore = "makes files that are kept in the repository"]
fn make_the_archives() {
    let desk = Desk::new();
    let place = museum().join("archives");
    let mut vault = desk.create("sound-v2");
    fill(&mut vault);
    correct(&mut vault);
    drop(vault);
    copy_folder(&desk.folder("sound-v2"), &place.join("sound-v2.ducha"));
    let mut vault = desk.create("killed-v2");
    fill(&mut vault);
    drop(vault);
    vault = desk.open("killed-v2");
    correct(&mut vault);
    // What is on the disk while the archive is open is what a power cut leaves.
    copy_folder(&desk.folder("killed-v2"), &place.join("killed-v2.ducha"));
}

/// What was done to pieces by somebody who had the key: every page of them is
/// as a program wrote it, and only the ledger can tell.
const WITH_THE_KEY: [(&str, &str); 4] = [
    (
        "rewritten-v2",
        "UPDATE payload SET bytes = unhex(replace(hex(bytes), hex('没有表决'), hex('已经表决')))
         WHERE entry = 6",
    ),
    (
        "taken-out-v2",
        "PRAGMA foreign_keys = OFF; DELETE FROM payload WHERE entry = 7;
         DELETE FROM field_version WHERE entry = 7; DELETE FROM entry WHERE id = 7",
    ),
    (
        "forged-v2",
        "UPDATE entry SET signature = zeroblob(64) WHERE id = 9",
    ),
    (
        "other-attachment-v2",
        "UPDATE attachment_chunk SET bytes = zeroblob(length(bytes))",
    ),
];

/// Makes the pieces that were damaged with the key; see the museum's README.
#[test]
#[ignore = "makes files that are kept in the repository"]
fn make_the_damaged_archives() {
    for (name, sql) in WITH_THE_KEY {
        let desk = Desk::new();
        borrow_as(&desk, "sound-v2", name);
        drop(desk.open(name));
        crate::back_door::open(&desk, name)
            .execute_batch(sql)
            .expect("changed");
        let to = museum().join("archives").join(format!("{name}.ducha"));
        copy_folder(&desk.folder(name), &to);
    }
}

/// What the program says of every piece of the catalogue, word for word.
#[test]
fn the_report_on_every_piece_is_as_expected() {
    let text = fs::read_to_string(museum().join("catalogue.json")).expect("the catalogue");
    let catalogue: Json = serde_json::from_str(&text).expect("JSON");
    let mut lines = Vec::new();
    for piece in catalogue.as_array().expect("a list") {
        let desk = Desk::new();
        let folder = borrow(&desk, piece["archive"].as_str().expect("an archive"));
        for how in piece["damage"].as_array().expect("a list") {
            damage(&folder, how);
        }
        let said = match Vault::open(&folder, PASSPHRASE) {
            Err(error) => format!("{} {error}", error.code()),
            Ok(vault) => {
                let report = vault.verify(Depth::Every, &mut |_| true).expect("checked");
                let whats = report.damages.iter().map(|damage| damage.what.clone());
                let touched = report.touched.iter().map(|line| &*line.title);
                format!(
                    "{} entries, damaged {}, lost {}; attachments {}, damaged {}; {:?}; touched {:?}",
                    report.entries,
                    report.damaged_entries,
                    report.lost_entries,
                    report.attachments,
                    report.damaged_attachments,
                    whats.collect::<Vec<_>>(),
                    touched.collect::<Vec<_>>(),
                )
            }
        };
        lines.push(format!(
            "{}: {said}",
            piece["title"].as_str().expect("a title")
        ));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn every_earlier_archive_opens_whole_and_can_be_continued() {
    for name in ["sound-v1", "killed-v1", "sound-v2", "killed-v2"] {
        let desk = Desk::new();
        let folder = borrow(&desk, name);
        let mut vault = Vault::open(&folder, PASSPHRASE).expect(name);
        assert_eq!(vault.stats().expect("numbers").entries, 14, "{name}");
        assert_eq!(shown(&vault, id(2), "post").as_deref(), Some("局长"));
        assert_eq!(vault.children("turn", &id(3)).expect("listed").len(), 10);
        assert_eq!(vault.search("没有表决", 20).expect("searched").len(), 10);
        assert_eq!(vault.search_names("swj", 20).expect("searched").len(), 1);
        assert_eq!(vault.attachments().expect("listed").len(), 1);
        let done = vault.journal(&JournalFilter::default(), None, 99);
        let actions: Vec<String> = done
            .expect("listed, also of what an earlier format wrote")
            .into_iter()
            .map(|row| row.action)
            .collect();
        assert_eq!(actions.len(), 14, "{name}");
        assert_eq!(actions[0], "更正", "{name}: the latest first");
        let report = vault.verify(Depth::Every, &mut |_| true).expect("checked");
        assert!(report.is_sound(), "{name}: {:?}", report.damages);
        put(&mut vault, id(2), "person", &[("post", "调研员")]);
        assert!(
            vault
                .verify(Depth::Every, &mut |_| true)
                .expect("checked")
                .is_sound()
        );
    }
}

/// Does to a copy what the catalogue says.
fn damage(folder: &Path, how: &Json) {
    let number = |name: &str| how[name].as_u64().and_then(|n| usize::try_from(n).ok());
    let file = folder.join(how["file"].as_str().expect("a file"));
    let mut bytes = fs::read(&file).expect("readable");
    match how["do"].as_str().expect("what to do") {
        "flip" => bytes[number("at").expect("a place")] ^= 0x20,
        "cut" => bytes.truncate(number("at").expect("a place")),
        "zero" => {
            let at = number("at").expect("a place");
            bytes[at..at + number("length").expect("a length")].fill(0);
        }
        "replace" => {
            let text = String::from_utf8(bytes).expect("text");
            let (from, to) = (
                how["from"].as_str().expect("text"),
                how["to"].as_str().expect("text"),
            );
            assert!(text.contains(from), "{from} is not in the file");
            bytes = text.replace(from, to).into_bytes();
        }
        "remove" => return fs::remove_file(&file).expect("removed"),
        other => panic!("the catalogue says {other}"),
    }
    fs::write(&file, bytes).expect("written");
}

#[test]
fn every_damage_of_the_catalogue_is_recognised() {
    let text = fs::read_to_string(museum().join("catalogue.json")).expect("the catalogue");
    let catalogue: Json = serde_json::from_str(&text).expect("JSON");
    let pieces = catalogue.as_array().expect("a list");
    assert!(pieces.len() >= 12);
    for piece in pieces {
        let title = piece["title"].as_str().expect("a title");
        let desk = Desk::new();
        let folder = borrow(&desk, piece["archive"].as_str().expect("an archive"));
        for how in piece["damage"].as_array().expect("a list") {
            damage(&folder, how);
        }
        let opened = Vault::open(&folder, PASSPHRASE);
        if let Some(code) = piece["error"].as_str() {
            let error = opened.map(|_| ()).expect_err(title);
            assert_eq!(error.code(), code, "{title}: {error}");
            continue;
        }
        let vault = opened.expect(title);
        let report = vault.verify(Depth::Every, &mut |_| true).expect(title);
        if let Some(finding) = piece["finding"].as_str() {
            assert!(
                report
                    .damages
                    .iter()
                    .any(|damage| damage.what.contains(finding)),
                "{title}: {:?}",
                report.damages
            );
        } else {
            assert!(report.is_sound(), "{title}: {:?}", report.damages);
        }
        if let Some(entries) = piece["entries"].as_u64() {
            assert_eq!(vault.stats().expect("numbers").entries, entries, "{title}");
        }
    }
}

/// What a salvage finds, a line for each piece of the catalogue whose database
/// is damaged.
fn salvaged(folder: &Path, to: &Path) -> String {
    let unlocking = Unlocking::Passphrase(PASSPHRASE);
    match Vault::salvage(folder, unlocking, to, &mut |_| true) {
        Err(error) => error.code().to_owned(),
        Ok(report) => {
            let lost: Vec<String> = report
                .lost
                .iter()
                .map(|lost| format!("{}–{}", lost.from, lost.to))
                .collect();
            let touched: Vec<&str> = report.touched.iter().map(|line| &*line.title).collect();
            let vault = Vault::open(to, PASSPHRASE).expect("what was saved opens");
            let checked = vault.verify(Depth::Every, &mut |_| true).expect("checked");
            assert!(checked.is_sound(), "{:?}", checked.damages);
            format!(
                "pages {} of {} damaged; entries {}, without payload {}, lost {lost:?}; records {}, touched {touched:?}; attachments {}, lost {:?}",
                report.damaged_pages,
                report.pages,
                report.entries,
                report.without_payload,
                report.records,
                report.attachments,
                report.lost_attachments,
            )
        }
    }
}

#[test]
fn what_is_left_of_every_damaged_piece_is_saved() {
    let text = fs::read_to_string(museum().join("catalogue.json")).expect("the catalogue");
    let catalogue: Json = serde_json::from_str(&text).expect("JSON");
    let mut lines = Vec::new();
    for piece in catalogue.as_array().expect("a list") {
        let title = piece["title"].as_str().expect("a title");
        let desk = Desk::new();
        let folder = borrow(&desk, piece["archive"].as_str().expect("an archive"));
        for how in piece["damage"].as_array().expect("a list") {
            damage(&folder, how);
        }
        lines.push(format!(
            "{title}: {}",
            salvaged(&folder, &desk.folder("抢救"))
        ));
    }
    insta::assert_snapshot!(lines.join("\n"));
}
