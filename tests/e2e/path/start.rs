//! First start: the archive, the supervisor, the organ.

use crate::support::{Home, Window, days};
use std::fs;

/// Opens every archive of the tests.
pub(crate) const PASSPHRASE: &str = "青山 示例 纸鸢 四月";

/// Goes through the three steps of the first start, from the empty program to
/// the empty desk.
pub(crate) fn first_start(window: &Window, home: &Home) {
    window.wait_for_text("督查手记");
    window.by_test("start-create");
    window.pictures("01-welcome");

    make_archive(window, home, "示例市巡察档案");
    who_i_am(window);
    my_organ(window);

    window.wait_until("the desk is open", |window| {
        (window.route() == "/desk").then_some(())
    });
    window.wait_for_text_in("header-who", "赵示例");
    window.pictures("05-empty-desk");
}

/// Step one: the archive, its passphrase, and the recovery code on paper, which
/// is returned as it stands on the page.
pub(crate) fn make_archive(window: &Window, home: &Home, name: &str) -> String {
    window.click("start-create");
    window.fill("start-name", name);
    let folder = home.path().join("文档");
    window.fill("start-folder", &folder.to_string_lossy());
    window.fill("start-passphrase", PASSPHRASE);
    window.fill("start-passphrase-again", PASSPHRASE);
    window.pictures("02-archive");
    window.click("start-make");

    let code = window.text("start-recovery-code");
    assert!(
        code.chars().filter(char::is_ascii_alphanumeric).count() >= 20,
        "a recovery code, not “{code}”"
    );
    let sheet = home.path().join(format!("文档/恢复码单-{name}.pdf"));
    window.fill("start-sheet-path", &sheet.to_string_lossy());
    window.click("start-sheet-save");
    window.wait_until("the recovery sheet is a PDF", |_| {
        fs::read(&sheet).ok()?.starts_with(b"%PDF").then_some(())
    });
    window.pictures("03-recovery-code");
    window.tick("start-kept", true);
    window.click("start-next-1");
    assert!(folder.join(format!("{name}.ducha/vault.db")).is_file());
    code
}

/// Step two: the supervisor, certificate and appointment.
pub(crate) fn who_i_am(window: &Window) {
    window.fill("supervisor-name", "赵示例");
    window.choose("supervisor-sex", "男");
    window.fill("supervisor-post", "中共示例市委组织部干部监督科督查员");
    window.fill("supervisor-phone", "0000-1234567");
    window.fill("supervisor-certificate", "示督证第0042号");
    window.fill("appointment-issuer", "中共示例市委组织部");
    window.fill("appointment-number", "示组任〔2026〕7号");
    window.fill("appointment-scope", "示例市直属单位");
    window.type_text("appointment-from", &days::days_ago(300));
    window.type_text("appointment-until", &days::in_days(400));
    window.pictures("04-supervisor");
    window.click("start-next-2");
}

/// Step three: the organ whose name stands on the letters.
pub(crate) fn my_organ(window: &Window) {
    window.fill("organ-full-name", "中共示例市委组织部");
    window.fill("organ-short-name", "示例市委组织部");
    window.fill("organ-code", "示组");
    window.fill("organ-address", "示例市示例路1号");
    window.fill("organ-contact", "钱某");
    window.fill("organ-phone", "0000-7654321");
    window.pictures("04-organ");
    window.click("start-finish");
}
