//! 公文字体: an office sets its papers in font files of its own.

use std::fs;
use std::path::Path;

use crate::support::{Home, Window};

/// A face that can stand in for one an office has bought.
const FACE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../src-tauri/fonts/LXGWWenKai-Light.ttf"
);

#[test]
fn a_font_file_is_chosen_used_and_given_up_again() {
    let home = Home::new();
    let window = Window::open(&home, &["--sample"]);
    window.click("rail-settings");
    let shipped = window.text("font-words");

    let text = home.path().join("不是字库.ttf");
    fs::write(&text, "这不是字库").expect("a file can be written");
    choose(&window, &text);
    let said = window.text("error-message");
    assert!(said.contains("字库"), "{said}");
    window.click("error-dismiss");
    assert_eq!(window.text("font-words"), shipped, "nothing has changed");
    window.click("font-cancel");

    choose(&window, Path::new(FACE));
    window.by_test("font-reset");
    window.choose("settings-size", "特大（150%）");
    window.click("font-choose");
    window.scroll_to("font-path");
    window.screenshot("fonts-choosing-150");
    window.click("font-cancel");
    window.choose("settings-size", "标准");
    window.scroll_to("font-reset");
    window.screenshot("fonts-chosen-100");
    assert_ne!(window.text("font-words"), shipped);

    // A paper drawn now is set in it.
    window.click("rail-papers");
    window.click("papers-row");
    window.wait_until("the paper is drawn", Window::drawn_pages);
    window.click("paper-export");
    window.choose("paper-export-kind", "DOCX（修改用副本）");
    window.scroll_to("paper-export-write");
    window.screenshot("export-panel-100");
    window.choose("paper-export-kind", "PDF（签发原件）");
    let file = home.path().join("自选字库.pdf");
    window.fill("paper-export-path", &file.to_string_lossy());
    window.click("paper-export-write");
    window.by_test("paper-export-done");

    window.click("rail-settings");
    window.click("font-reset");
    window.wait_until_gone("font-reset");
    assert_eq!(window.text("font-words"), shipped);
}

/// Chooses a file for the first part of the list, 仿宋.
fn choose(window: &Window, file: &Path) {
    window.click("font-choose");
    window.fill("font-path", &file.to_string_lossy());
    window.click("font-use");
}
