//! A matter is sealed, is nowhere, is opened and closed again.

use crate::support::{Home, Window};

const SECOND: &str = "云淡风轻五六七八";
const RENEWED: &str = "白鹭 示例 渡口 七月";

#[test]
fn a_sealed_matter_is_absent_until_it_is_opened() {
    let home = Home::new();
    let window = Window::open(&home, &[]);
    window.click("start-sample");
    window.wait_until("the desk is open", |window| {
        (window.route() == "/desk").then_some(())
    });
    window.click("rail-findings");
    window.click("findings-row");
    let title = window.value("finding-title");
    assert!(!title.is_empty());
    let before = window.count("findings-row");

    window.click("finding-seal");
    window.wait_for_text_in("seal-words", "问题线索");
    window.fill("seal-label", "一号事项");
    window.fill("seal-passphrase", SECOND);
    window.fill("seal-passphrase-again", SECOND);
    window.pictures("seal");
    window.click("seal-confirm");
    window.wait_for_text_in("seal-done", "已经密封");
    window.wait_until("it stands in no list any more", |window| {
        (window.count("findings-row") < before).then_some(())
    });
    window.pictures("seal-code");
    window.click("seal-copied");
    window.click("seal-close");
    window.wait_for_text_in("sealed-row", "一号事项");
    is_absent(&window, &title);
    assert!(window.count("findings-row") < before);
    window.pictures("sealed-list");

    // Undo does not reach behind it, and says so.
    window.press_with_ctrl('z');
    window.wait_for_text("不能用撤销退回");

    window.click("sealed-ask");
    window.fill("sealed-secret", "不是这个口令");
    window.click("sealed-open");
    window.wait_for_text("第二口令不正确");
    is_absent(&window, &title);
    window.fill("sealed-secret", SECOND);
    window.click("sealed-open");
    window.wait_for_text_in("sealed-row", "已打开");
    window.wait_for_count("findings-row", before);
    assert!(!window.shows("error-bar"));
    open_by_title(&window, &title);
    window.wait_for_text_in("finding-sealed", "密封事项");
    window.pictures("sealed-open");
    window.click("finding-close");
    window.wait_until("the matter is closed", |window| {
        (!window.page_text().contains("已打开")).then_some(())
    });
    is_absent(&window, &title);

    change_the_locks(&window);
    take_the_seal_off(&window, &title, before);
}

fn open_with(window: &Window, secret: &str) {
    window.click("sealed-ask");
    window.fill("sealed-secret", secret);
    window.click("sealed-open");
    window.wait_for_text_in("sealed-row", "已打开");
}

/// Another passphrase and another code; the old passphrase opens nothing then.
fn change_the_locks(window: &Window) {
    open_with(window, SECOND);
    window.click("sealed-passphrase");
    window.fill("sealed-current", SECOND);
    window.fill("sealed-new-passphrase", RENEWED);
    window.fill("sealed-new-passphrase-again", RENEWED);
    window.pictures("sealed-passphrase");
    window.click("sealed-confirm");
    window.wait_for_text_in("sealed-said", "第二口令已改");
    window.click("sealed-reissue");
    window.fill("sealed-current", RENEWED);
    window.click("sealed-confirm");
    window.by_test("sealed-code");
    window.pictures("sealed-code");
    window.click("sealed-kept");
    window.click("sealed-close");
    window.by_test("sealed-ask");
    window.click("sealed-ask");
    window.fill("sealed-secret", SECOND);
    window.click("sealed-open");
    window.wait_for_text("第二口令不正确");
    window.click("sealed-cancel");
}

/// The matter is ordinary again, also when the archive is next opened, and the
/// journal says who took the seal off.
fn take_the_seal_off(window: &Window, title: &str, before: usize) {
    open_with(window, RENEWED);
    window.click("sealed-unseal");
    window.fill("sealed-current", RENEWED);
    window.tick("sealed-certain", true);
    window.pictures("unseal");
    window.click("sealed-confirm");
    window.wait_for_text_in("unsealed", "已解除密封");
    window.wait_until_gone("sealed-row");
    window.wait_for_count("findings-row", before);
    window.pictures("unsealed");
    window.press_with_ctrl('l');
    window.click("unlock-sample");
    window.wait_for_count("findings-row", before);
    open_by_title(window, title);
    assert!(!window.shows("finding-sealed"));
    window.click("rail-journal");
    window.wait_for_text_in("journal-line", "解除密封");
}

/// The list is shown, and nothing on the page says what is sealed.
fn is_absent(window: &Window, title: &str) {
    assert_eq!(window.route(), "/findings");
    assert!(
        !window.page_text().contains(title),
        "{}",
        window.page_text()
    );
}

fn open_by_title(window: &Window, title: &str) {
    window.script(
        "for (const row of document.querySelectorAll('[data-test=findings-row]'))
             if (row.textContent.includes(arguments[0])) row.click()",
        vec![title.into()],
    );
    window.by_test("finding-title");
}
