//! Checking, rebuilding, backing up, restoring, saving what is left.

use crate::desk::Desk;
use serde_json::json;
use std::fs;

#[test]
fn a_backup_is_one_file_and_comes_back_as_another_device() {
    let desk = Desk::new();
    desk.filled("甲.ducha");
    let written = desk.json("backup 甲.ducha --passphrase-file own --out 甲.ducha-backup");
    assert_eq!(
        written["bytes"],
        fs::metadata(desk.path("甲.ducha-backup"))
            .expect("there")
            .len()
    );
    assert_eq!(desk.backups("甲.ducha"), 1, "one stays in the archive, too");
    let words = desk.words("restore 甲.ducha-backup 恢复.ducha");
    assert!(words.contains("备份之后的内容不在其中"), "{words}");
    let all = "export-json {} --passphrase-file own --out state.json";
    desk.words(&all.replace("{}", "甲.ducha"));
    let before = desk.read("state.json");
    desk.words(&all.replace("{}", "恢复.ducha"));
    assert_eq!(desk.read("state.json"), before);
    let key = |archive: &str| {
        desk.json(&format!("keys {archive} --passphrase-file own"))["device"].clone()
    };
    assert_ne!(key("甲.ducha"), key("恢复.ducha"));

    let message = desk.refused(1, "restore 甲.ducha-backup 恢复.ducha");
    assert!(message.contains("原有内容没有改动"), "{message}");
    let message = desk.refused(1, "restore 没有.ducha-backup 新.ducha");
    assert!(message.contains("找不到"), "{message}");
    let mut bytes = desk.read("甲.ducha-backup");
    bytes.truncate(bytes.len() - 1);
    desk.write("坏.ducha-backup", bytes);
    let message = desk.refused(1, "restore 坏.ducha-backup 新.ducha");
    assert!(message.contains("不完整或已损坏"), "{message}");
    assert!(!desk.has("新.ducha"));
    // A folder of the backups serves as well.
    let folder = fs::read_dir(desk.path("甲.ducha").join("backups"))
        .expect("listed")
        .next()
        .expect("one")
        .expect("an item");
    let name = folder.file_name().into_string().expect("a name");
    desk.words(&format!("restore 甲.ducha/backups/{name} 又一.ducha"));
    assert_eq!(
        desk.json("verify 又一.ducha --all --passphrase-file own")["ok"],
        true
    );
}

#[test]
fn what_is_left_of_a_damaged_archive_is_saved_and_said() {
    let desk = Desk::new();
    desk.filled("甲.ducha");
    let saved = desk.json("salvage 甲.ducha --out 全.ducha --passphrase-file own");
    assert_eq!(saved["whole"], true);
    assert_eq!(saved["missing"], json!([]));
    assert_eq!(
        desk.json("verify 全.ducha --passphrase-file own")["entries"],
        saved["entries"]
    );

    // The beginning, without which nothing opens, and pages in the middle.
    let file = desk.path("甲.ducha").join("vault.db");
    let mut bytes = fs::read(&file).expect("a database");
    bytes[..4096].fill(0);
    let pages = bytes.len() / 4096;
    for page in pages / 3..pages / 2 {
        bytes[page * 4096..][..4096].fill(0);
    }
    fs::write(&file, &bytes).expect("written");
    let message = desk.refused(3, "verify 甲.ducha --passphrase-file own");
    assert!(message.contains("salvage"), "{message}");
    let output = desk.run("salvage 甲.ducha --out 余.ducha --passphrase-file own --json");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let less: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(less["whole"], false);
    assert_ne!(less["missing"], json!([]));
    assert_eq!(
        desk.json("verify 余.ducha --all --passphrase-file own")["ok"],
        true
    );
    assert_eq!(fs::read(&file).expect("still there"), bytes);
}

#[test]
fn a_rebuild_leaves_everything_as_it_was() {
    let desk = Desk::new();
    desk.filled("甲.ducha");
    let before = desk.state("甲.ducha");
    let words = desk.words("rebuild 甲.ducha --passphrase-file own");
    assert!(words.contains("账本没有改动"), "{words}");
    assert_eq!(desk.state("甲.ducha"), before);
}

#[test]
fn a_receipt_is_read_and_an_old_copy_of_the_archive_noticed() {
    let desk = Desk::new();
    desk.filled("甲.ducha");
    copy(&desk, "甲.ducha", "旧.ducha");
    // What happens after the copy, and reaches a colleague.
    let later = String::from_utf8(desk.read("records.json")).expect("text");
    desk.write(
        "later.json",
        later.replace("干部选任、档案、年度考核", "干部选任、档案"),
    );
    desk.words("import-json 甲.ducha later.json --passphrase-file own");
    desk.words(
        "export 甲.ducha --passphrase-file own --out 全部.dcx --bundle-passphrase-file told",
    );
    desk.empty("乙.ducha");
    let done =
        desk.json("import 乙.ducha 全部.dcx --passphrase-file own --bundle-passphrase-file told");
    assert_eq!(done["warnings"], json!([]));
    let receipt = done["receipt"].as_str().expect("a receipt");

    let read = desk.json(&format!("import 甲.ducha {receipt} --passphrase-file own"));
    // Nothing but that the colleague is not registered here.
    assert_eq!(read["warnings"].as_array().map(Vec::len), Some(1));
    let warning = read["warnings"][0].as_str().expect("a warning");
    assert!(warning.contains("没有登记为往来对象"), "{warning}");
    let read = desk.json(&format!("import 旧.ducha {receipt} --passphrase-file own"));
    let warning = read["warnings"][0].as_str().expect("a warning");
    assert!(warning.starts_with("本机档案被退回到旧状态"), "{warning}");
    desk.write("坏-回执.txt", "不是回执");
    desk.refused(1, "import 甲.ducha 坏-回执.txt --passphrase-file own");
}

/// Copies an archive as somebody copies a folder by hand.
fn copy(desk: &Desk, from: &str, to: &str) {
    fs::create_dir(desk.path(to)).expect("made");
    for name in ["keys", "vault.db"] {
        fs::copy(desk.path(from).join(name), desk.path(to).join(name)).expect("copied");
    }
}

#[test]
fn the_numbers_of_an_archive_as_a_table_and_for_a_spreadsheet() {
    let desk = Desk::new();
    desk.filled("甲.ducha");
    let words = desk.words("report 甲.ducha --by 种类 --csv 统计.csv --passphrase-file own");
    assert!(words.starts_with("分类\t谈话（次）"), "{words}");
    let sums = words.lines().find(|line| line.starts_with("合计"));
    let told = desk.json("report 甲.ducha --by 种类 --passphrase-file own");
    let total = &told["total"];
    assert_ne!(total["findings"], 0);
    let talks = format!("合计\t{}\t{}\t", total["talks"], total["findings"]);
    assert!(sums.is_some_and(|line| line.starts_with(&talks)), "{words}");
    let file = String::from_utf8(desk.read("统计.csv")).expect("UTF-8");
    assert!(file.starts_with("\u{FEFF}分类,谈话（次）"), "{file}");
    assert_eq!(file.lines().count() + 1, words.lines().count());
}
