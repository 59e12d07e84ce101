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
