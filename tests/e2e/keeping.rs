//! What is kept from one day to the next: text size and theme, the archive
//! behind its passphrase, and the way in when the passphrase is forgotten.

use crate::path::start::{self, PASSPHRASE};
use crate::support::{Home, Window};
use serde_json::json;
use std::time::Duration;

const ARCHIVE: &str = "示例留存档案";
const RENEWED: &str = "白鹭 示例 渡口 七月";

#[test]
fn settings_and_archive_are_there_again_and_a_wrong_passphrase_is_told_kindly() {
    let home = Home::new();
    let window = Window::open(&home, &[]);
    let code = start::make_archive(&window, &home, ARCHIVE);
    start::who_i_am(&window);
    start::my_organ(&window);
    window.by_test("rail-settings");
    window.click("rail-settings");
    window.choose("settings-size", "特大（150%）");
    window.choose("settings-theme", "深色");
    window.wait_until("the text is large", |window| {
        (scale(window) == "1.5").then_some(())
    });
    window.kill();

    let window = Window::open(&home, &[]);
    window.fill("unlock-passphrase", "这不是口令");
    assert_eq!(scale(&window), "1.5", "the text is as large as it was left");
    let theme = window.script("return document.documentElement.dataset.theme", vec![]);
    assert_eq!(theme, json!("dark"));
    window.click("unlock-open");
    let said = window.text("error-bar");
    let english = said
        .split(|letter: char| !letter.is_ascii_alphabetic())
        .find(|word| word.len() > 3);
    assert_eq!(english, None, "the message is Chinese: {said}");
    assert_eq!(window.route(), "/unlock");
    window.screenshot("wrong-passphrase-150");

    window.click("unlock-use-recovery");
    window.fill("unlock-code", &code);
    window.fill("unlock-new-passphrase", RENEWED);
    window.fill("unlock-new-passphrase-again", RENEWED);
    window.click("unlock-recover");
    window.wait_until("the desk is open", |window| {
        (window.route() == "/desk").then_some(())
    });
    window.press_with_ctrl('l');
    for (passphrase, opens) in [(PASSPHRASE, false), (RENEWED, true)] {
        window.fill("unlock-passphrase", passphrase);
        window.click("unlock-open");
        if opens {
            window.wait_for_text_in("header-who", "赵示例");
        } else {
            window.by_test("error-bar");
        }
    }
}

#[test]
fn an_archive_left_alone_locks_itself_and_opens_where_it_was() {
    let home = Home::new();
    let window = Window::open(&home, &[]);
    start::make_archive(&window, &home, ARCHIVE);
    start::who_i_am(&window);
    start::my_organ(&window);
    window.by_test("rail-settings");
    window.click("rail-settings");

    // Another passphrase: the old one must be known, and a weak one is refused.
    window.click("settings-passphrase");
    window.fill("settings-old", PASSPHRASE);
    window.fill("settings-new-passphrase", "12345678");
    window.wait_for_text("容易被猜到");
    window.fill("settings-new-passphrase", RENEWED);
    window.fill("settings-new-passphrase-again", RENEWED);
    window.screenshot("change-passphrase");
    window.click("settings-change");
    window.by_test("settings-passphrase-changed");
    // Another recovery code.
    window.click("settings-recovery");
    window.fill("settings-old", RENEWED);
    window.click("settings-reissue");
    window.by_test("settings-recovery-code");
    window.screenshot("another-recovery-code");
    window.click("settings-kept");

    // The machine sleeps for a day; for the page its clock jumps.
    window.script(
        "const real = Date.now; Date.now = () => real() + 86_400_000",
        vec![],
    );
    window.wait_until("the archive is locked", |window| {
        window.route().starts_with("/unlock").then_some(())
    });
    for _ in 0..4 {
        window.fill("unlock-passphrase", PASSPHRASE);
        window.click("unlock-open");
        window.by_test("error-bar");
    }
    window.wait_for_text("不会锁死");
    window.screenshot("wait-after-wrong-passphrases");
    // After the fourth wrong try nobody is heard for two seconds.
    std::thread::sleep(Duration::from_millis(2500));
    window.fill("unlock-passphrase", RENEWED);
    window.click("unlock-open");
    window.wait_until("the page is the one it was", |window| {
        (window.route() == "/settings").then_some(())
    });
}

/// The text size of the page: 1, 1.25 or 1.5.
fn scale(window: &Window) -> String {
    let scale = window.script(
        "return document.documentElement.style.getPropertyValue('--scale').trim()",
        vec![],
    );
    scale.as_str().unwrap_or_default().to_owned()
}
