//! Archives of earlier versions and damaged ones: `tests/museum`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ledger::Value;
use ledger::verify::Depth;
use serde_json::Value as Json;
use vault::{Edit, JournalFilter, KdfParams, NewCompartment, Unlocking, Vault};

use crate::desk::{Desk, NOW, PASSPHRASE, action, edit, id, put, shown};

/// Opens the sealed matter of the pieces that have one.
const SECOND: &str = "第二口令 四五六";

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

/// A matter that is sealed, with an attachment, and a person who is erased.
fn seal_and_erase(vault: &mut Vault) {
    put(vault, id(4), "person", &[("name", "乙某")]);
    let gone = [("person", &*id(4).to_string()), ("what", "要删去的情况")];
    put(vault, id(5), "observation", &gone);
    let file = vault
        .put_attachment(&mut &[9; 3000][..], "说明.jpg")
        .expect("kept");
    put(vault, id(30), "finding", &[("title", "密封的线索")]);
    let value = [
        ("sha256", Value::from(file.sha256.as_str())),
        ("size", Value::Int(3000)),
        ("file_name", Value::from("说明.jpg")),
    ];
    let value = Value::Map(value.map(|(name, value)| (name.to_owned(), value)).into());
    let about = Value::from(id(30).to_string().as_str());
    let statement = [
        ("finding", about),
        ("attachments", Value::List(vec![value])),
    ];
    let edits = statement.map(|(field, value)| Edit {
        entity: id(31),
        kind: "statement".into(),
        field: field.into(),
        value,
    });
    vault
        .write(&action("登记本人说明"), edits.into(), NOW)
        .expect("written");
    let new = NewCompartment {
        label: "一号事项",
        passphrase: SECOND,
        kdf: KdfParams::fast_for_tests(),
        now_millis: NOW,
    };
    vault
        .seal(&BTreeSet::from([id(30), id(31)]), &new)
        .expect("sealed");
    let fields = [("reason", "保存期满"), ("basis", "示例办法")];
    let fields = fields.map(|(field, words)| (field.to_owned(), Value::from(words)));
    vault
        .erase(
            &action("依规删除"),
            &BTreeSet::from([id(4), id(5)]),
            fields.into(),
            NOW + 2,
        )
        .expect("erased");
}

/// Makes the pieces of format 4, with a sealed matter and an erasure; see the
/// museum's README.
#[test]
#[ignore = "makes files that are kept in the repository"]
fn make_the_sealed_archives() {
    let desk = Desk::new();
    let mut vault = desk.create("sealed-v4");
    fill(&mut vault);
    // The minutes of which the attachment is the original.
    let mut edit = edit(id(40), "minutes", "title", "示例会议记录");
    let file = vault.attachments().expect("listed")[0].clone();
    put(&mut vault, id(40), "minutes", &[("title", "示例会议记录")]);
    edit.field = "original".into();
    edit.value = Value::Map(
        [
            ("sha256", Value::from(file.sha256.as_str())),
            ("size", Value::Int(5000)),
            ("file_name", Value::from("会议记录.docx")),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into(),
    );
    vault
        .write(&action("导入会议记录"), vec![edit], NOW)
        .expect("written");
    correct(&mut vault);
    seal_and_erase(&mut vault);
    drop(vault);
    let to = museum().join("archives/sealed-v4.ducha");
    copy_folder(&desk.folder("sealed-v4"), &to);
}

#[test]
fn a_sealed_matter_and_an_erasure_of_an_earlier_day_hold() {
    let desk = Desk::new();
    let folder = borrow(&desk, "sealed-v4");
    let mut vault = Vault::open(&folder, PASSPHRASE).expect("opens");
    let sound = |vault: &Vault| {
        let report = vault.verify(Depth::Every, &mut |_| true).expect("checked");
        assert!(report.is_sound(), "{:?}", report.damages);
    };
    sound(&vault);
    assert_eq!(vault.record(&id(30)).expect("asked"), None);
    assert_eq!(vault.attachments().expect("listed").len(), 1);
    for number in [4, 5] {
        assert!(vault.is_erased(&id(number)).expect("asked"));
        assert_eq!(vault.record(&id(number)).expect("asked"), None);
    }
    let erasures = vault.erasures().expect("listed");
    assert_eq!((erasures.len(), erasures[0].records.len()), (1, 2));
    let matter = vault.compartments().expect("listed")[0].clone();
    assert_eq!(matter.label, "一号事项");
    vault
        .open_compartment(&matter.id, SECOND)
        .expect("its passphrase opens it");
    assert_eq!(
        shown(&vault, id(30), "title").as_deref(),
        Some("密封的线索")
    );
    assert_eq!(vault.attachments().expect("listed").len(), 2);
    sound(&vault);
    vault.close_compartments().expect("closed");
    vault
        .unseal(&matter.id, SECOND, &action("解除密封"), NOW + 9)
        .expect("unsealed");
    sound(&vault);
    assert_eq!(
        shown(&vault, id(30), "title").as_deref(),
        Some("密封的线索")
    );
}

/// One was closed in order, the other was open when the power went.
#[test]
fn a_matter_sealed_in_format_3_is_closed_and_opens() {
    for (name, facts) in [("sealed-v3", None), ("opened-v3", Some("打开后添的话"))] {
        let desk = Desk::new();
        let folder = borrow(&desk, name);
        let mut vault = Vault::open(&folder, PASSPHRASE).expect(name);
        let sound = |vault: &Vault| {
            let report = vault.verify(Depth::Every, &mut |_| true).expect("checked");
            assert!(report.is_sound(), "{name}: {:?}", report.damages);
        };
        sound(&vault);
        for number in [30, 31] {
            assert_eq!(vault.record(&id(number)).expect("asked"), None, "{name}");
        }
        let shown_files = vault.attachments().expect("listed");
        assert_eq!(shown_files.len(), 1, "{name}: that of the minutes");
        let matter = vault.compartments().expect("listed")[0].clone();
        let unsealed = vault.open_compartment(&matter.id, SECOND).expect(name);
        assert_eq!(unsealed.damaged, 0, "{name}");
        assert_eq!(
            shown(&vault, id(30), "title").as_deref(),
            Some("密封的线索"),
            "{name}"
        );
        assert_eq!(shown(&vault, id(30), "facts").as_deref(), facts, "{name}");
        assert_eq!(vault.attachments().expect("listed").len(), 2, "{name}");
        sound(&vault);
        vault.close_compartments().expect("closed");
        sound(&vault);
        drop(vault);
        let file = folder.join("vault.db");
        let pages = crate::back_door::pages(&desk, name, &file);
        let stands = |words: &str| pages.windows(words.len()).any(|it| it == words.as_bytes());
        assert!(
            stands("会议没有表决"),
            "{name}: what is not sealed is found"
        );
        assert!(!stands("密封的线索") && !stands("打开后添的话"), "{name}");
    }
}

#[test]
fn a_salvage_misses_the_attachments_whose_list_is_lost() {
    let desk = Desk::new();
    let folder = borrow(&desk, "sealed-v4");
    drop(Vault::open(&folder, PASSPHRASE).expect("opens"));
    crate::back_door::open(&desk, "sealed-v4")
        .execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM attachment; VACUUM")
        .expect("taken out");
    let unlocking = Unlocking::Passphrase(PASSPHRASE);
    let to = desk.folder("抢救");
    let report = Vault::salvage(&folder, unlocking, &to, &mut |_| true).expect("saved");
    assert_eq!(report.missing_attachments, ["会议记录.docx"]);
    assert!(report.lost_attachments.is_empty() && !report.is_whole());
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
    for name in [
        "sound-v1",
        "killed-v1",
        "sound-v2",
        "killed-v2",
        "killed-v3",
    ] {
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
