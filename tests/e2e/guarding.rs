//! The archive is checked, put on a stick, restored as another one, and says so.

use crate::path::start::{self, PASSPHRASE};
use crate::support::{Home, Window};

const ARCHIVE: &str = "示例备份档案";
const RESTORED: &str = "示例恢复档案";

#[test]
fn an_archive_is_checked_backed_up_and_restored_as_another() {
    let home = Home::new();
    let window = Window::open(&home, &[]);
    start::make_archive(&window, &home, ARCHIVE);
    start::who_i_am(&window);
    start::my_organ(&window);
    window.by_test("rail-exchange");
    window.click("rail-exchange");
    window.click("exchange-verify");
    window.wait_for_text_in("exchange-verified", "校验无误");
    window.wait_until_gone("work");
    let file = home.path().join("文档/示例.ducha-backup");
    window.fill("backup-path", &file.to_string_lossy());
    window.click("backup-write");
    window.wait_for_text_in("exchange-backed-up", "已备份并核对");
    window.wait_for_count("backup-restore", 1);
    window.pictures("40-guarding");
    window.click("backup-restore");
    window.by_test("restore-name");
    window.pictures("41-restoring");

    // From the lock page, as after an accident; locking has made no second
    // backup, because nothing was written since the first.
    window.click("header-lock");
    window.click("unlock-restore");
    window.fill("restore-name", RESTORED);
    window.fill(
        "restore-folder",
        &home.path().join("文档").to_string_lossy(),
    );
    assert!(
        window.option_with("restore-backup", "年").is_some(),
        "the backup of the archive chosen before is offered"
    );
    window.pictures("42-restore");
    window.click("restore-go");
    let label = window.wait_until("the restored archive is offered", |window| {
        window.option_with("unlock-archive", RESTORED)
    });
    window.choose("unlock-archive", &label);
    window.fill("unlock-passphrase", PASSPHRASE);
    window.click("unlock-open");
    window.wait_for_text_in("desk-notice", "之后的内容不在其中");
    window.pictures("43-restored");
    window.click("rail-exchange");
    window.click("exchange-verify");
    window.wait_for_text_in("exchange-verified", "校验无误");
    window.click("rail-desk");
    window.click("desk-notice-settle");
    window.click("confirm-yes");
    window.wait_until_gone("desk-notice");
}
