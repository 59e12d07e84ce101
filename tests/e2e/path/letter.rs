//! The inquiry letter: drafted, seen as the real page, issued, served, on the desk.

use super::finding::FINDING;
use super::tour::FIRST;
use crate::support::{Home, Window, days};
use std::fs;
use std::path::Path;
use std::process::Command;

/// From the draft to the deadline on the desk.
pub(crate) fn send_letter(window: &Window, home: &Home) {
    window.wait_for_value("paper-reply-days", "15");
    window.fill("paper-contact", "钱某");
    window.fill("paper-phone", "0000-7654321");
    approve(window);
    wait_for_preview(window);
    window.wait_for_text_in("footer-saving", "已保存");
    window.pictures("18-letter-draft");

    issue(window);
    window.pictures("20-letter-issued");

    let file = home.path().join("文档/函询通知书.pdf");
    export(window, &file);
    let text = text_of(&file);
    for words in [
        FIRST,
        "函询通知书",
        "中共示例市委组织部",
        "示组函〔",
        FINDING,
        "餐叙往来",
        "15个工作日",
    ] {
        assert!(text.contains(words), "the letter says “{words}”:\n{text}");
    }

    window.click("paper-serve");
    window.pictures("21-letter-serve");
    window.click("confirm-yes");
    window.wait_for_text_in("paper-state", "已送达");
    window.wait_for_text_in("paper-due", "15个工作日");

    window.click("rail-desk");
    window.wait_for_text_in("desk-item", "15个工作日");
    window.wait_for_text_in("desk-item", FIRST);
    window.pictures("22-desk");
}

/// Registers who approved the paper that is open, without which it is not issued.
pub(crate) fn approve(window: &Window) {
    window.fill("paper-approved-by", "周示例");
    window.type_text("paper-approved-on", &days::today().to_string());
}

/// Waits until the page right of the form is drawn.
pub(crate) fn wait_for_preview(window: &Window) {
    window.wait_until("the real page is drawn", Window::drawn_pages);
}

/// Issues the paper that is open, with the day and number the program offers.
pub(crate) fn issue(window: &Window) {
    window.click("paper-issue");
    window.by_test("issue-date");
    window.screenshot("19-issue");
    window.click("confirm-yes");
    window.wait_for_text_in("paper-state", "已签发");
    wait_for_preview(window);
}

/// Exports the paper that is open.
pub(crate) fn export(window: &Window, file: &Path) {
    window.click("paper-export");
    window.fill("paper-export-path", &file.to_string_lossy());
    window.click("paper-export-write");
    window.by_test("paper-export-done");
    let bytes = fs::read(file).expect("the exported paper is there");
    assert!(bytes.starts_with(b"%PDF-"), "a PDF");
    window.click("paper-export-close");
}

/// The words of a PDF, as another program reads them; without the breaks.
pub(crate) fn text_of(file: &Path) -> String {
    let output = Command::new("pdftotext")
        .args(["-raw", "-enc", "UTF-8"])
        .arg(file)
        .arg("-")
        .output()
        .expect("the window tests need pdftotext: install the package poppler-utils");
    assert!(
        output.status.success(),
        "pdftotext can read {}",
        file.display()
    );
    String::from_utf8_lossy(&output.stdout)
        .split_whitespace()
        .collect()
}
