//! Two archives get to know each other: a card file one way, digits read aloud
//! the other; the digits on both screens are compared; bundles go and come by
//! name. The superior office appoints, and the end of the appointment bars the
//! letter.

use crate::path::start::{self, PASSPHRASE};
use crate::support::{Home, Window, days};
use casework::records::Person;
use office::{Office, Scope, Since};
use std::path::{Path, PathBuf};

const MINE: &str = "示例县督查档案";
const THEIRS: &str = "示例市上级档案";
const NAME: &str = "赵示例";
const ON_THE_STICK: &str = "槐树 黄昏 示例 石桥";
const OBSERVED: &str = "研究任免时没有逐一表态";

#[test]
fn keys_are_exchanged_compared_and_used_and_an_appointment_ends() {
    let home = Home::new();
    let window = Window::open(&home, &[]);
    let at = |name: &str| home.path().join("文档").join(name);
    start::make_archive(&window, &home, MINE);
    start::who_i_am(&window);
    start::my_organ(&window);
    let spoken = give_card(&window, &at("下级.dck"));
    assert_eq!(spoken.split_whitespace().count(), 40);

    // The superior office: a second archive, which gets the keys by telephone.
    window.click("header-lock");
    window.click("unlock-start");
    start::make_archive(&window, &home, THEIRS);
    start::who_i_am(&window);
    start::my_organ(&window);
    give_card(&window, &at("上级.dck"));
    window.choose("peer-way", "对方在电话里念的数字");
    let mut misheard = spoken.clone();
    misheard.replace_range(0..1, if spoken.starts_with('1') { "2" } else { "1" });
    window.fill("peer-digits", &misheard);
    window.wait_for_text_in("peer-digits-state", "第1组数字不对");
    window.fill("peer-digits", &spoken);
    window.wait_for_text_in("peer-digits-state", "已写40组，都对");
    window.click("peer-look");
    window.wait_for_text_in("peer-seen", "没有登记过的密钥");
    window.fill("peer-name", "县里赵示例");
    window.fill("peer-unit", "示例县委组织部督查员");
    window.pictures("60-peer-by-telephone");
    window.click("peer-add");
    let theirs = window.text("peer-compare");
    window.pictures("61-peer-compare");
    window.click("peer-same-phone");
    window.wait_for_text_in("peer-check-words", "电话核对");

    // An appointment that ended yesterday.
    window.click("exchange-tab-appoint");
    window.fill("appoint-name", NAME);
    window.fill("appoint-certificate", "示督证第0042号");
    window.fill("appoint-number", "示组任〔2026〕9号");
    window.fill("appoint-exams", "干部监督业务 92分");
    window.fill("appoint-scope", "示例县水务局");
    window.type_text("appoint-from", &days::days_ago(200));
    window.type_text("appoint-until", &days::days_ago(1));
    window.fill("appoint-path", &at("任命.dca").to_string_lossy());
    window.click("appoint-issue");
    window.wait_for_text_in("appoint-done", "已签发");
    window.click("appointment-open");
    window.pictures("62-appointed");

    // A bundle for the supervisor, chosen by name.
    window.click("exchange-tab-files");
    window.tick("export-peer", true);
    let bundle = at("上级.dcx");
    window.wait_for_text_in("export-leaving", "将带走全部记录");
    window.click("export-leaving-open");
    window.wait_for_text_in("export-leaving", "发文机关");
    window.pictures("62-what-leaves");
    window.click("export-masks");
    window.tick("export-mask-联系方式", true);
    window.wait_for_text_in("export-masking", "发文机关的");
    window.pictures("62-masks");
    window.tick("export-mask-联系方式", false);
    window.wait_until_gone("export-masking");
    window.fill("export-path", &bundle.to_string_lossy());
    window.click("export-write");
    window.by_test("export-done");
    window.wait_for_text_in("export-given", "以前的导出");
    window.pictures("63-exported-by-name");

    // Back at the supervisor's: the card comes as a file.
    exchange_of(&window, MINE);
    window.fill("import-path", &bundle.to_string_lossy());
    window.click("import-preview");
    window.wait_for_text_in("import-preview-lists", "未登记的设备");
    window.click("exchange-tab-peers");
    window.fill("peer-path", &at("上级.dck").to_string_lossy());
    window.click("peer-look");
    window.by_test("peer-seen");
    window.fill("peer-name", "示例市委组织部");
    window.choose("peer-role", "上级机关");
    window.click("peer-add");
    // Both screens show the same two rows of digits.
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    assert_eq!(digits(&window.text("peer-compare")), digits(&theirs));
    window.click("peer-same-face");
    window.wait_for_text_in("peer-check-words", "当面核对");
    window.click("exchange-tab-files");
    window.fill("import-path", &bundle.to_string_lossy());
    window.click("import-preview");
    window.wait_for_text_in("import-preview-lists", "示例市委组织部（");
    window.pictures("64-import-by-name");

    // The appointment is shown as signed, and bars the letter.
    window.click("rail-settings");
    window.wait_for_text_in("appointment-sort", "自行填报");
    window.fill("appointment-path", &at("任命.dca").to_string_lossy());
    window.click("appointment-import");
    window.wait_for_text_in("appointment-sort", "已签名");
    window.wait_for_text_in("appointment-facts", "当面核对");
    window.wait_for_text_in("appointment-facts", "已期满");
    window.pictures("65-appointment");
    window.click("rail-desk");
    window.wait_for_text_in("desk-notice", "任命已期满");
    window.pictures("66-desk-notice");
    window.click("rail-people");
    letter_is_barred(&window);

    // The bundle comes in, and its receipt goes back.
    window.click("rail-exchange");
    window.fill("import-path", &bundle.to_string_lossy());
    window.click("import-preview");
    window.by_test("import-preview-lists");
    window.click("import-bring");
    window.click("confirm-yes");
    window.wait_for_text_in("import-done", "回执已写到");
    only_the_rest(&window, &at("上级-回执.txt"), &at("其余.dcx"));

    // One that goes on from something that is not here, and one that is whole.
    exchange_of(&window, MINE);
    window.fill("import-path", &with_a_gap(&home).to_string_lossy());
    window.fill("import-passphrase", ON_THE_STICK);
    window.click("import-preview");
    window.wait_for_text_in("import-missing", "缺少“示例丙机”写的第1条");
    window.wait_for_text_in("import-missing", "请对方重新导出“全部”");
    let barred = window.script(
        "return document.querySelector('[data-test=\"import-bring\"]').disabled",
        Vec::new(),
    );
    assert_eq!(barred, true);
    window.pictures("64-import-missing");
    window.fill("import-path", &at("其余.dcx").to_string_lossy());
    window.fill("import-passphrase", "");
    window.click("import-preview");
    window.wait_for_text_in("import-preview-lists", "新增　1条");

    another_takes_over_and_goes(&window, &home);

    // What is revoked is offered no more.
    window.click("rail-exchange");
    window.click("exchange-tab-peers");
    window.click_with_text("peer-open", "上级机关");
    revoke(&window, "电脑遗失");
    window.pictures("68-revoked");
    window.click("exchange-tab-files");
    window.by_test("export-keys");
    window.fill("import-path", &bundle.to_string_lossy());
    window.click("import-preview");
    window.wait_for_text_in("import-bars", "已经吊销");
    window.pictures("69-revoked-import");
}

/// Keys that took over by mistake: the former ones come back into use, and are
/// compared again.
fn another_takes_over_and_goes(window: &Window, home: &Home) {
    let card = home.path().join("文档/丙机.dck");
    office_of(home, "示例丙机")
        .save_key_card(&card, days::now())
        .expect("a card");
    window.click("rail-exchange");
    window.click("exchange-tab-peers");
    window.fill("peer-path", &card.to_string_lossy());
    window.click("peer-look");
    window.by_test("peer-seen");
    window.fill("peer-name", "示例市委组织部新机");
    let label = window.wait_until("the former keys can be chosen", |window| {
        window.option_with("peer-replaces", "示例市委组织部")
    });
    window.choose("peer-replaces", &label);
    window.click("peer-add");
    window.click_with_text("peer-open", "已更换");
    window.wait_for_text_in("peer-bars", "换用新的密钥");
    window.click("peer-reinstate");
    window.pictures("67-reinstate");
    window.click("confirm-yes");
    window.wait_for_text_in("peer-check-words", "未核对");
    window.click("peer-same-face");
    window.wait_for_text_in("peer-check-words", "当面核对");
    window.pictures("67-reinstated");
    window.click_with_text("peer-open", "同行督查员");
    revoke(window, "登记有误");
}

/// Revokes the keys that are open, which is said at once.
fn revoke(window: &Window, reason: &str) {
    window.click("peer-revoke");
    window.fill("peer-revoke-reason", reason);
    window.click("confirm-yes");
    window.wait_for_text_in("peer-bars", &format!("已经吊销（{reason}）"));
}

/// The receipt comes back to the superior office, which then sends only what was
/// written since.
fn only_the_rest(window: &Window, receipt: &Path, rest: &Path) {
    exchange_of(window, THEIRS);
    window.fill("import-path", &receipt.to_string_lossy());
    window.click("import-preview");
    window.wait_for_text_in("import-receipt", "县里赵示例");
    window.wait_for_text_in("import-receipt", "全部记录");
    window.wait_for_text_in("import-receipt", "可以只发这之后的");
    window.click("export-given");
    window.wait_for_text_in("export-given", "已收到：县里赵示例");
    window.pictures("64-receipt");
    window.click("exchange-tab-peers");
    window.click("peer-open");
    window.wait_for_text_in("peer-receipt", "对方都有。");
    window.pictures("64-peer-receipt");
    window.click("rail-people");
    window.click("people-new");
    window.fill("person-new-name", "孙示例");
    window.click("person-new-save");
    window.by_test("person-finding");
    window.click("rail-exchange");
    window.tick("export-peer", true);
    window.tick("export-since", true);
    window.wait_for_text_in("export-leaving", "的回执之后的记录：1条记录");
    window.wait_for_text_in("export-leaving", "孙示例");
    window.fill("export-path", &rest.to_string_lossy());
    window.click("export-write");
    window.wait_for_text_in("export-done", "已导出并核对：1条记录");
    window.pictures("64-only-the-rest");
}

/// Locks what is open, opens the other archive, at 交换与备份.
fn exchange_of(window: &Window, archive: &str) {
    window.click("header-lock");
    let label = window.wait_until("the archive is offered", |window| {
        window.option_with("unlock-archive", archive)
    });
    window.choose("unlock-archive", &label);
    window.fill("unlock-passphrase", PASSPHRASE);
    window.click("unlock-open");
    window.by_test("rail-exchange");
    window.click("rail-exchange");
}

/// A bundle that goes on from another which the window's archives never had.
fn with_a_gap(home: &Home) -> PathBuf {
    let folder = home.path().join("文档");
    let (mut one, mut other) = (office_of(home, "示例丙机"), office_of(home, "示例丁机"));
    let write = |office: &mut Office, name: &str| {
        let person = Person {
            name: name.into(),
            ..Person::default()
        };
        office
            .save_person(None, &person, days::now())
            .expect("saved");
    };
    let (first, second) = (folder.join("丙一.dcx"), folder.join("丙二.dcx"));
    write(&mut one, "周示例");
    let scope = Scope::everything();
    one.export_bundle(&scope, &[], Some(ON_THE_STICK), &first, days::now())
        .expect("exported");
    let receipt = other
        .import_bundle(&first, Some(ON_THE_STICK), days::now())
        .expect("imported")
        .receipt_path
        .expect("a receipt");
    write(&mut one, "吴示例");
    let since = Since::Receipt(Path::new(&receipt));
    one.export_since(since, &[], Some(ON_THE_STICK), &second, days::now())
        .expect("exported");
    second
}

/// An archive that is open beside the window's; made when it is not there yet.
fn office_of(home: &Home, name: &str) -> Office {
    let folder = home.path().join("文档");
    let mut office = home.office(name);
    let archive = folder.join(format!("{name}.ducha"));
    let opened = if archive.exists() {
        office.unlock(&archive, ON_THE_STICK, days::now())
    } else {
        office
            .create_archive(name, &folder, ON_THE_STICK, days::now())
            .map(drop)
    };
    opened.expect("an open archive");
    office
}

/// Opens 往来对象, writes the card and gives back the digits that are read aloud.
fn give_card(window: &Window, file: &Path) -> String {
    window.by_test("rail-exchange");
    window.click("rail-exchange");
    window.click("exchange-tab-peers");
    window.by_test("own-qr");
    window.fill("own-card-path", &file.to_string_lossy());
    window.click("own-card-save");
    window.by_test("own-card-done");
    window.click("own-aloud");
    window.by_test("own-spoken");
    window.pictures("59-own-keys");
    // As they stand, one after the other; a screen reader reads them so too.
    let spoken = window.script(
        "return Array.from(document.querySelectorAll('[data-test=own-spoken] .group'), (it) => it.textContent).join(' ')",
        Vec::new(),
    );
    spoken.as_str().expect("a text").to_owned()
}

/// Drafts a letter and reads why it cannot be issued.
fn letter_is_barred(window: &Window) {
    window.click("people-new");
    window.fill("person-new-name", "钱示例");
    window.click("person-new-save");
    window.by_test("person-finding");
    window.click("person-tab-list");
    window.click("observation-new");
    window.fill("observation-what", OBSERVED);
    window.fill("observation-source", "调阅会议记录");
    window.fill("observation-basis", "了解选人用人程序");
    window.choose("observation-verified", "已核实");
    window.click("observation-save");
    window.wait_for_text(OBSERVED);
    window.click("person-finding");
    window.fill("finding-new-title", "任免事项表决程序");
    window.click("finding-new-save");
    window.click("finding-add-citation");
    window.fill("citable-query", OBSERVED);
    window.click("citable-cite");
    window.click("finding-draft-inquiry");
    window.wait_for_text_in("paper-checks", "期满，不能再签发文书");
    window.pictures("67-letter-barred");
}
