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
    let bytes = fs::read(&file).expect("the bundle is there");
    let name = FIRST.as_bytes();
    assert!(
        !bytes.windows(name.len()).any(|part| part == name),
        "nobody's name can be read in the bundle"
    );

    window.click("header-lock");
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
    window.click("import-bring");
    window.click("confirm-yes");
    window.by_test("import-done");
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
