//! What has reached its review date is kept longer or erased by law, and what
//! was erased is nowhere any more but in the register.

use crate::support::{Home, Window, days};
use chrono::{Days, Months};
use office::{Moment, SAMPLE_NAME, SAMPLE_PASSPHRASE};
use std::fs;

/// Notes of the sample: one that is erased, one that is kept, one on which an
/// issued paper rests.
const ERASED: &str = "绿化养护合同比价材料";
const KEPT: &str = "有人反映其亲属在备选库";
const HELD: &str = "五一假期未经审批";
/// Somebody written down by mistake.
const PASSER_BY: &str = "过客某";

#[test]
fn what_is_due_is_kept_or_erased_and_nothing_of_it_is_left() {
    let home = Home::new();
    sample_of_old(&home);
    let window = Window::open(&home, &[]);
    open_sample(&window);
    window.wait_for_text_in("desk-notice", "到了复核日期");
    assert!(finds(&window, ERASED), "before it is erased");
    window.click("desk-notice-to-/journal?tab=keeping");
    window.wait_for_text_in("review-row", "待核对");
    window.wait_for_text("还没有依规删除过");
    window.pictures("reviews");

    keep_one_longer(&window);
    see_one_refused(&window);
    erase_one_with_backups(&window);
    print_the_register(&window, &home);
    erase_from_its_own_page(&window);
    drop(window);

    let window = Window::open(&home, &[]);
    open_sample(&window);
    assert!(!finds(&window, ERASED), "after it was erased");
    assert!(!finds(&window, PASSER_BY), "after it was erased");
    window.go("/journal?tab=keeping");
    window.wait_for_count("erasure-line", 2);
    window.wait_for_text_in("erasure-line", "保存期满");
    assert!(place_of(&window, KEPT).is_none(), "kept for a year");
}

/// The sample archive as it was made four years ago, with a backup.
fn sample_of_old(home: &Home) {
    let parent = home.path().join("文档/督查手记");
    fs::create_dir_all(&parent).expect("a folder can be made");
    let then = days::today()
        .checked_sub_months(Months::new(48))
        .and_then(|day| day.checked_sub_days(Days::new(7)))
        .and_then(|day| day.and_hms_opt(2, 0, 0))
        .expect("no calendar begins this late");
    let mut office = home.office("settings-of-old");
    let folder = parent.join(format!("{SAMPLE_NAME}.{}", office::ARCHIVE_ENDING));
    office
        .create_sample(&folder, SAMPLE_PASSPHRASE, Moment::at(then))
        .expect("the sample can be made");
    office.back_up_now(Moment::at(then)).expect("a backup");
}

fn open_sample(window: &Window) {
    let hook = window.wait_until("the sample is offered", |window| {
        ["start-sample", "unlock-sample"]
            .into_iter()
            .find(|hook| window.shows(hook))
    });
    window.click(hook);
    window.wait_until("the desk is open", |window| {
        (window.route() == "/desk").then_some(())
    });
}

/// Whether the search finds anything by these words.
fn finds(window: &Window, words: &str) -> bool {
    window.press_with_ctrl('k');
    window.fill("palette-input", words);
    let found = window.wait_until("the search has answered", |window| {
        if window.shows("palette-hit") {
            return Some(true);
        }
        let none = format!("没有找到“{words}”");
        window.page_text().contains(&none).then_some(false)
    });
    window.press(fantoccini::key::Key::Escape);
    window.wait_until_gone("palette-input");
    found
}

/// Where the row with these words stands among those due.
fn place_of(window: &Window, words: &str) -> Option<usize> {
    let rows = window.texts("review-row");
    rows.iter().position(|row| row.contains(words))
}

fn press_in_row(window: &Window, words: &str, hook: &str) {
    let place = window.wait_until("the row is there", |window| place_of(window, words));
    window.click_nth(hook, place);
}

fn keep_one_longer(window: &Window) {
    press_in_row(window, KEPT, "review-keep");
    window.fill("review-reason", "该事项仍在核查，需保存到核查结束。");
    window.fill("review-until", &days::in_days(365));
    window.pictures("review-keep");
    window.click("review-save");
    window.wait_until("it is due no longer", |window| {
        place_of(window, KEPT).is_none().then_some(())
    });
}

fn see_one_refused(window: &Window) {
    press_in_row(window, HELD, "review-erase");
    window.wait_for_text_in("erase-refusal", "已签发的文书");
    assert!(!window.shows("confirm-yes"), "nothing to press");
    window.pictures("erase-refused");
    window.click("confirm-no");
    window.wait_until_gone("erase-refusal");
    assert!(place_of(window, HELD).is_some());
}

fn fill_order(window: &Window) {
    window.fill("erase-reason", "保存期满，已无保存必要。");
    window.fill("erase-basis", "示例市档案管理办法第九条");
    window.fill("erase-approved", "乙某");
    assert!(!is_enabled(window, "confirm-yes"), "not confirmed yet");
    window.fill("erase-typed", "依规删除");
}

fn is_enabled(window: &Window, hook: &str) -> bool {
    let disabled = window.script(
        "return document.querySelector(\"[data-test='\" + arguments[0] + \"']\").disabled",
        vec![hook.into()],
    );
    disabled == serde_json::Value::Bool(false)
}

fn erase_one_with_backups(window: &Window) {
    press_in_row(window, ERASED, "review-erase");
    window.wait_for_text_in("erase-going", "“情况记录”1条");
    window.wait_for_text_in("erase-staying", "个备份里的内容");
    assert!(!window.shows("erase-caution"), "its date has come");
    window.pictures("erase-plan");
    fill_order(window);
    window.screenshot("erase-filled");
    window.click("confirm-yes");
    window.wait_for_text_in("erase-done", "删除不能撤销");
    window.pictures("erase-backups");
    window.click("confirm-yes");
    window.wait_for_text_in("erase-cleared", "清除本机以前的备份");
    window.click("confirm-no");
    window.wait_for_text_in("erasure-line", "示例市档案管理办法第九条");
    assert!(place_of(window, ERASED).is_none());
    assert!(!window.shows("erasures-backups"), "they were given up");
}

fn print_the_register(window: &Window, home: &Home) {
    window.click("erasures-print");
    let sheet = home.path().join("文档/依规删除.pdf");
    window.fill("register-path", &sheet.to_string_lossy());
    window.click("register-write");
    window.by_test("register-done");
    assert!(fs::read(&sheet).expect("written").starts_with(b"%PDF"));
    window.scroll_to("erasure-line");
    window.pictures("erasures");
}

/// A person is erased from the history on their own page, which says so then;
/// whoever is withdrawn can be erased from there too.
fn erase_from_its_own_page(window: &Window) {
    window.click("rail-people");
    window.click("people-new");
    window.fill("person-new-name", PASSER_BY);
    window.click("person-new-save");
    window.wait_for_text_in("people-row", PASSER_BY);
    window.click("history-open");
    window.click("history-erase");
    window.wait_for_text_in("erase-caution", "还没有到");
    window.wait_for_text_in("erase-caution", "待核对");
    fill_order(window);
    assert!(!is_enabled(window, "confirm-yes"), "not weighed yet");
    window.tick("erase-weighed", true);
    window.click("confirm-yes");
    window.wait_for_text_in("erase-done", "删除不能撤销");
    window.click("confirm-no");
    window.wait_for_text_in("erased-note", "示例市档案管理办法第九条");
    window.wait_for_text_in("erased-note", "乙某");
    assert!(!window.shows("error-bar"));
    assert!(
        !window
            .texts("people-row")
            .iter()
            .any(|it| it.contains(PASSER_BY))
    );
    window.pictures("erased");
    window.click("erased-register");
    window.wait_for_count("erasure-line", 2);
    window.wait_for_text_in("erasures-backups", "可能仍有");
}
