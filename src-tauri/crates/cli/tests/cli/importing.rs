//! A folder of bundles, as the superior office receives them.

use crate::desk::Desk;
use serde_json::Value;

#[test]
fn a_folder_of_bundles_comes_in_with_a_report_for_every_sender() {
    let desk = Desk::new();
    for name in ["上级.ducha", "甲.ducha"] {
        desk.empty(name);
    }
    desk.filled("乙.ducha");
    std::fs::create_dir(desk.path("收到")).expect("a folder");
    let own = "--passphrase-file own";
    let told = "--bundle-passphrase-file told";
    for (archive, file) in [("甲.ducha", "收到/甲.dcx"), ("乙.ducha", "收到/乙.dcx")] {
        desk.words(&format!("export {archive} --out {file} {own} {told}"));
    }
    desk.write("收到/别的.txt", "不是交换包");
    let report = desk.json(&format!("import 上级.ducha 收到 {own} {told}"));
    let bundles = report["bundles"].as_array().expect("a list");
    assert_eq!(bundles.len(), 2, "{report}");
    assert!(bundles.iter().all(|it| it["taken"] == true), "{report}");
    assert!(
        bundles.iter().all(|it| it["receipt"].is_string()),
        "{report}"
    );
    assert_eq!(desk.backups("上级.ducha"), 1);
    let new: u64 = report["senders"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["new"].as_u64().expect("a number"))
        .sum();
    assert!(new > 50, "{report}");

    // One that is damaged keeps none of the others out, and is told.
    let whole = desk.read("收到/乙.dcx");
    desk.write("收到/半截.dcx", &whole[..whole.len() / 2]);
    let line = format!("import 上级.ducha 收到/半截.dcx 收到/甲.dcx {own} {told}");
    let output = desk.run(&format!("{line} --json"));
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).expect("one object");
    let taken: Vec<bool> = report["bundles"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["taken"] == true)
        .collect();
    assert_eq!(taken, [false, true], "{report}");
    let words = crate::desk::text(&desk.run(&line).stdout);
    assert!(words.contains("按发送方"), "{words}");

    desk.refused(2, &format!("import 上级.ducha 收到 --preview {own} {told}"));
    std::fs::create_dir(desk.path("空")).expect("a folder");
    let empty = desk.refused(2, &format!("import 上级.ducha 空 {own} {told}"));
    assert!(empty.contains("没有交换包"), "{empty}");
}

#[test]
fn after_a_receipt_only_the_rest_goes_and_what_lacks_the_rest_is_told() {
    let desk = Desk::new();
    desk.filled("甲.ducha");
    for name in ["乙.ducha", "丙.ducha"] {
        desk.empty(name);
    }
    let own = "--passphrase-file own";
    let told = "--bundle-passphrase-file told";
    let whole = desk.json(&format!("export 甲.ducha --out 一.dcx {own} {told}"));
    let came = desk.json(&format!("import 乙.ducha 一.dcx {own} {told}"));
    assert_eq!(came["receipt"], "一-回执.txt");
    let read = desk.json(&format!("import 甲.ducha 一-回执.txt {own}"));
    assert!(
        read["given"]
            .as_str()
            .expect("on record")
            .contains("全部记录"),
        "{read}"
    );
    assert!(
        read["since"].as_str().expect("text").contains("可以只发"),
        "{read}"
    );
    let since = "--since 一-回执.txt";
    let nothing = desk.refused(
        1,
        &format!("export 甲.ducha --out 二.dcx {since} {own} {told}"),
    );
    assert!(nothing.contains("没有新的内容"), "{nothing}");
    desk.refused(
        2,
        &format!("export 甲.ducha --out 二.dcx {since} --scope tour:1 {own} {told}"),
    );
    assert!(!desk.has("二.dcx"));

    desk.words(&format!("keys 乙.ducha {own} --card 乙.dck"));
    desk.words(&format!("peer 甲.ducha add 乙.dck --name 乙某 {own}"));
    let rest = desk.json(&format!(
        "export 甲.ducha --out 二.dcx {since} --peer 乙某 {own}"
    ));
    assert_eq!(rest["entries"], 1, "of {whole}");
    let came = desk.json(&format!("import 乙.ducha 二.dcx {own}"));
    assert_eq!(came["missing"], serde_json::json!([]));

    // Whoever has not had the first is told what is missing, and whose.
    desk.words(&format!(
        "export 甲.ducha --out 三.dcx {since} {own} {told}"
    ));
    let before = desk.state("丙.ducha");
    let output = desk.run(&format!(
        "import 丙.ducha 三.dcx --preview {own} {told} --json"
    ));
    assert_eq!(output.status.code(), Some(1));
    let seen: Value = serde_json::from_slice(&output.stdout).expect("one object");
    let missing = &seen["missing"][0];
    assert_eq!(missing["from"], 1, "{seen}");
    assert!(missing["to"].as_u64().expect("a number") > 1, "{seen}");
    assert_eq!(missing["who"], "“丁某”", "{seen}");
    assert!(
        seen["ask"].as_str().expect("text").contains("全部"),
        "{seen}"
    );
    let refused = desk.refused(1, &format!("import 丙.ducha 三.dcx {own} {told}"));
    assert!(refused.contains("缺少“丁某”写的第1条至第"), "{refused}");
    assert_eq!(desk.state("丙.ducha"), before);

    // One matter alone.
    let found = desk.json(&format!("export-json 甲.ducha --out 全.json {own}"));
    assert!(found["bytes"].as_u64().expect("a number") > 0);
    let all: Value = serde_json::from_slice(&desk.read("全.json")).expect("JSON");
    let matter = all["records"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|record| record["kind"] == "finding")
        .expect("the sample has one")["id"]
        .as_str()
        .expect("text")
        .to_owned();
    let part = desk.json(&format!(
        "export 甲.ducha --out 事项.dcx --scope matter:{matter} {own} {told}"
    ));
    assert!(
        part["scope"].as_str().expect("text").starts_with("事项“"),
        "{part}"
    );
    assert!(
        part["records"].as_u64() < part["entries"].as_u64(),
        "{part}"
    );
}
