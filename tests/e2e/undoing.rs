//! What was done can be seen, undone and brought back: Ctrl Z over the pages,
//! the history of a record, the withdrawn records, the registers.

use crate::support::{Home, Window};
use serde_json::json;
use std::fs;

/// Somebody who is only written down to be taken back again.
const PASSER_BY: &str = "过客某";
const NEW_POST: &str = "示例局二级调研员";

fn open_sample(window: &Window) {
    window.click("start-sample");
    window.wait_until("the desk is open", |window| {
        (window.route() == "/desk").then_some(())
    });
}

#[test]
fn what_was_done_is_undone_and_what_was_withdrawn_comes_back() {
    let home = Home::new();
    let window = Window::open(&home, &[]);
    open_sample(&window);
    window.press_with_ctrl('z');
    window.wait_for_text_in("undo-line", "没有可以撤销的操作");

    window.click("rail-people");
    window.click("people-row");
    let before = change_post(&window);
    assert_ne!(before, NEW_POST);
    window.press_with_ctrl('z');
    window.wait_for_text_in("undo-line", "的职务");
    window.pictures("undo-line");
    assert_eq!(post(&window), before, "what stood there before");
    window.press_with_ctrl('y');
    window.wait_for_text_in("undo-line", "已重做");
    // The page is made anew after that: what is pressed before would be lost with it.
    window.wait_for_text_in("people-row", NEW_POST);
    assert_eq!(post(&window), NEW_POST);

    // A field in which words are typed keeps its own undo.
    window.click("undo-dismiss");
    window.type_text("people-search", "甲");
    window.press_with_ctrl('z');
    window.fill("people-search", "");
    assert!(!window.shows("undo-line"));
    assert_eq!(post(&window), NEW_POST);

    history(&window);
    withdrawn(&window);
    register(&window, &home);
    readings(&window);
}

/// Gives the person on the page another post; returns the one before.
fn change_post(window: &Window) -> String {
    window.click("person-edit");
    let before = window.value("person-post");
    window.fill("person-post", NEW_POST);
    window.click("person-close");
    window.wait_until_gone("person-post");
    before
}

/// The post of the person on the page.
fn post(window: &Window) -> String {
    window.click("person-edit");
    let post = window.value("person-post");
    window.click("person-close");
    window.wait_until_gone("person-post");
    post
}

/// The history opens on the record's own page, and an earlier state comes back.
fn history(window: &Window) {
    window.click("history-open");
    window.wait_for_text_in("history-step", NEW_POST);
    for (percent, scale) in [(150, "1.5"), (100, "1")] {
        window.script(
            "document.documentElement.style.setProperty('--scale', arguments[0]);
             document.querySelector('[data-test=history]').scrollIntoView()",
            vec![json!(scale)],
        );
        window.screenshot(&format!("history-{percent}"));
    }
    let steps = window.count("history-step");
    assert!(steps >= 4, "{steps} steps: made, changed, undone, redone");
    window.click("history-restore");
    window.wait_until("the earlier state is shown", |window| {
        (!window.page_text().contains(NEW_POST)).then_some(())
    });
    window.press_with_ctrl('z');
    window.wait_for_text_in("undo-line", "已撤销");
    window.wait_for_text(NEW_POST);
}

/// Somebody is written down and taken back, stands among the withdrawn, and
/// comes back from there.
fn withdrawn(window: &Window) {
    window.click("people-new");
    window.fill("person-new-name", PASSER_BY);
    window.click("person-new-save");
    window.wait_for_text_in("people-row", PASSER_BY);
    window.click("person-edit");
    window.click("person-retract");
    window.wait_until("nobody is open", |window| {
        (window.route() == "/people").then_some(())
    });
    window.wait_for_text_in("undo-line", "已撤回此人");
    assert!(!window.shows("error-bar"));
    window.click("rail-journal");
    window.click("journal-tab-withdrawn");
    window.wait_for_text_in("withdrawn-row", PASSER_BY);
    window.click("withdrawn-look");
    window.by_test("history-step");
    window.pictures("withdrawn");
    window.fill("withdrawn-text", "没有这个人");
    window.wait_until_gone("withdrawn-row");
    window.fill("withdrawn-text", "过客");
    window.by_test("withdrawn-row");
    window.click("withdrawn-restore");
    window.wait_until_gone("withdrawn-row");
    window.click("rail-people");
    window.click_with_text("people-row", PASSER_BY);
    window.by_test("person-edit");

    // Undone across pages: back among the withdrawn, and its page is left.
    window.press_with_ctrl('z');
    window.wait_for_text_in("undo-line", "恢复“人员 过客某”");
    window.wait_until("its page is left", |window| {
        (window.route() == "/people").then_some(())
    });
}

/// The register of what was done: narrowed, and on paper.
fn register(window: &Window, home: &Home) {
    window.click("rail-journal");
    window.wait_for_text_in("journal-line", PASSER_BY);
    window.pictures("journal");
    window.fill("journal-text", PASSER_BY);
    window.wait_until("only what concerns the one person", |window| {
        let lines = window.texts("journal-line");
        let all = !lines.is_empty() && lines.iter().all(|line| line.contains(PASSER_BY));
        all.then_some(())
    });
    window.click("journal-more");
    window.choose("journal-action", "撤回记录");
    window.wait_for_count("journal-line", 1);
    window.click("journal-clear");
    window.click("journal-print");
    let sheet = home.path().join("文档/操作记录.pdf");
    window.fill("register-path", &sheet.to_string_lossy());
    window.click("register-write");
    window.by_test("register-done");
    assert!(fs::read(&sheet).expect("written").starts_with(b"%PDF"));
    window.pictures("journal-print");
}

/// The register of readings, once it is switched on.
fn readings(window: &Window) {
    window.click("journal-tab-readings");
    window.pictures("readings-off");
    window.click("readings-switch");
    window.wait_for_text_in("readings-line", "开始登记");
    window.click("rail-people");
    window.click("people-row");
    window.by_test("person-edit");
    window.click("rail-journal");
    window.click("journal-tab-readings");
    window.wait_for_count("readings-line", 2);
    window.pictures("readings");
}
