//! The tour goes as an encrypted file into a second archive; both verify clean.

use super::finding::FINDING;
use super::start::{self, PASSPHRASE};
use super::tour::{FIRST, TOUR};
use crate::support::{Home, Window};
use std::fs;

const ON_THE_STICK: &str = "槐树 黄昏 示例 石桥";

/// Exports, verifies, makes a second archive, previews, imports twice, verifies.
pub(crate) fn hand_over(window: &Window, home: &Home) {
    let file = home.path().join("文档/巡察.dcx");
    window.click("rail-exchange");
    window.choose("export-scope", "一次巡察");
    let label = window.wait_until("the tour can be chosen", |window| {
        window.option_with("export-tour", TOUR)
    });
    window.choose("export-tour", &label);
    window.choose("export-way", "约定的口令");
    window.fill("export-passphrase", ON_THE_STICK);
    window.fill("export-passphrase-again", ON_THE_STICK);
    window.fill("export-path", &file.to_string_lossy());
    window.pictures("28-exchange");
    window.click("export-write");
    window.by_test("export-done");
    verify(window);
    window.pictures("29-exported");
    one_matter(window, home);
    let bytes = fs::read(&file).expect("the bundle is there");
    let name = FIRST.as_bytes();
    assert!(
        !bytes.windows(name.len()).any(|part| part == name),
        "nobody's name can be read in the bundle"
    );

    let held = home.hold();
    window.click("header-lock");
    window.wait_for_text_in("waiting", "正在备份并上锁");
    window.pictures("30-locking");
    drop(held);
    window.by_test("unlock-passphrase");
    window.pictures("30-unlock");
    window.click("unlock-start");
    start::make_archive(window, home, "示例县收件档案");
    start::who_i_am(window);
    start::my_organ(window);
    window.wait_until("the second desk is open", |window| {
        (window.route() == "/desk").then_some(())
    });

    window.click("rail-exchange");
    window.fill("import-path", &file.to_string_lossy());
    window.fill("import-passphrase", ON_THE_STICK);
    window.click("import-preview");
    window.wait_for_text_in("import-preview-lists", "本来就有0条");
    window.pictures("31-import-preview");
    stop_the_import(window, home);
    window.click("import-bring");
    window.click("confirm-yes");
    window.by_test("import-done");
    let held = home.hold();
    window.click("exchange-verify");
    window.by_test("work");
    window.pictures("32-verifying");
    drop(held);
    verify(window);
    window.pictures("32-imported");

    window.click("rail-tours");
    window.click_with_text("tours-row", TOUR);
    window.wait_for_text(FIRST);
    window.click("rail-findings");
    window.wait_for_text_in("findings-row", FINDING);

    // The same file once more brings nothing new.
    window.click("rail-exchange");
    window.fill("import-path", &file.to_string_lossy());
    window.fill("import-passphrase", ON_THE_STICK);
    window.click("import-preview");
    window.wait_for_text_in("import-preview-lists", "新增　0条");

    // And the first archive still opens, with all that was in it.
    window.click("header-lock");
    let label = window.wait_until("the first archive is offered", |window| {
        window.option_with("unlock-archive", "示例市巡察档案")
    });
    window.choose("unlock-archive", &label);
    window.fill("unlock-passphrase", PASSPHRASE);
    window.click("unlock-open");
    window.wait_for_text_in("desk-tour", TOUR);
}

/// Exports the matter alone: its person goes along, the tour does not.
fn one_matter(window: &Window, home: &Home) {
    let file = home.path().join("文档/事项.dcx");
    window.choose("export-scope", "一件事项");
    let label = window.wait_until("the matter can be chosen", |window| {
        window.option_with("export-matter", FINDING)
    });
    window.choose("export-matter", &label);
    window.wait_for_text_in("export-leaving", FINDING);
    window.pictures("29-one-matter");
    window.fill("export-passphrase", ON_THE_STICK);
    window.fill("export-passphrase-again", ON_THE_STICK);
    window.fill("export-path", &file.to_string_lossy());
    window.click("export-write");
    window.wait_until("the bundle is written", |_| file.exists().then_some(()));
    window.wait_for_text_in("export-done", "已导出并核对");
}

/// Begins the import and stops it: nothing comes in, and it can be done after all.
fn stop_the_import(window: &Window, home: &Home) {
    let held = home.hold();
    window.click("import-bring");
    window.click("confirm-yes");
    window.by_test("work");
    window.pictures("31-importing");
    window.click("work-stop");
    window.wait_until_gone("work");
    window.wait_for_text_in("error-bar", "已按您的要求停止");
    drop(held);
    window.screenshot("31-import-stopped");
    window.click("import-preview");
    window.wait_for_text_in("import-preview-lists", "本来就有0条");
}

/// Has the open archive verified, which must find nothing wrong.
fn verify(window: &Window) {
    window.click("exchange-verify");
    window.by_test("exchange-verified");
    let class = window.script(
        "return document.querySelector('[data-test=\"exchange-verified\"]').className",
        vec![],
    );
    assert_eq!(class, "well", "{}", window.text("exchange-verified"));
}
