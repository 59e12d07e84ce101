//! Two machines come together: what both changed is shown side by side, chosen,
//! combined or left open; a number given twice is settled; somebody entered
//! twice is shown as one and taken apart again.

mod archives;

use crate::support::{Home, Window, days};
use archives::{FINDING, LATE, LEADER, ON_THE_STICK, PASSPHRASE, Pair, TWICE, UNSEEN};

/// What is typed after the two changes were put together.
const ADDED: &str = "以上两处已与两位同志核对。";

#[test]
fn what_two_machines_changed_apart_is_decided_in_the_window() {
    let home = Home::new();
    let mut pair = Pair::make(&home);
    let window = Window::open(&home, &[]);
    window.click("start-open");
    window.fill("unlock-folder", &pair.own.to_string_lossy());
    window.fill("unlock-passphrase", PASSPHRASE);
    window.click("unlock-open");
    window.by_test("rail-exchange");
    nothing_open(&window);
    import(&window, &pair);
    keep_a_talk(&window);
    choose_a_post(&window);
    combine_the_facts(&window);
    settle_the_number(&window);
    merge_and_part(&window);
    one_is_left_open(&window);

    // The colleague hears of it and has nothing to decide but what was left open.
    let file = home.path().join("文档/回传.dcx");
    export(&window, &file.to_string_lossy());
    pair.hear(&file);
    let list = pair.colleague.conflicts().expect("a list");
    assert_eq!(list.records.len(), 1, "{list:?}");
    assert_eq!(list.records[0].fields, ["备注"]);
    assert!(list.numbers.is_empty() && list.twins.is_empty(), "{list:?}");
    let people = pair.colleague.people(LEADER).expect("a list");
    assert_eq!(people[0].post, "党组成员、副局长");
    let finding = &pair.colleague.findings().expect("a list");
    let finding = finding
        .iter()
        .find(|it| it.title == FINDING)
        .expect("there");
    let facts = pair
        .colleague
        .finding(&finding.id, days::now())
        .expect("there")
        .finding
        .record
        .facts;
    assert!(
        facts.ends_with(ADDED) && facts.contains("电话通气"),
        "{facts}"
    );
    assert!(pair.colleague.verify_archive().expect("verified").ok);
}

/// The page says what it is for while there is nothing to decide.
fn nothing_open(window: &Window) {
    window.click("rail-exchange");
    window.click("exchange-conflicts");
    window.wait_for_text("没有要选定的冲突");
    window.pictures("conflicts-none");
}

/// The colleague's bundle comes in, and its report leads to the page.
fn import(window: &Window, pair: &Pair) {
    window.click("rail-exchange");
    window.fill("import-path", &pair.bundle.to_string_lossy());
    window.fill("import-passphrase", ON_THE_STICK);
    window.click("import-preview");
    window.by_test("import-preview-lists");
    window.click("import-bring");
    window.click("confirm-yes");
    window.by_test("import-done");
    window.scroll_to("import-done");
    window.pictures("conflicts-imported");
    window.click("import-conflicts");
    window.wait_for_count("conflicts-row", 3);
    window.wait_for_count("conflicts-number", 1);
    window.wait_for_count("conflicts-twins", 1);
    window.pictures("conflicts-list");
}

/// A talk that was withdrawn here as empty, and in which somebody wrote there,
/// is kept; what was added to a closed one is marked.
fn keep_a_talk(window: &Window) {
    window.click_with_text("conflicts-row", "撤回还是保留");
    window.wait_for_text_in("conflict-value", UNSEEN);
    window.wait_for_count("conflict-choose", 1);
    window.pictures("conflicts-withdrawn");
    window.click("conflict-choose");
    window.wait_for_count("conflicts-row", 2);
    window.click("conflict-open");
    window.wait_for_text_in("turn-row", UNSEEN);
    window.press_with_ctrl('k');
    window.type_text("palette-input", LATE);
    window.click_with_text("palette-hit", LATE);
    window.wait_for_count("turn-late", 1);
    window.pictures("conflicts-late-turn");
    window.go("/conflicts");
}

/// Of two posts the own one is chosen, although the other is shown.
fn choose_a_post(window: &Window) {
    window.click_with_text("conflicts-row", LEADER);
    window.wait_for_count("conflict-field", 2);
    let values = window.texts("conflict-value");
    assert_eq!(values.len(), 4, "{values:?}");
    assert_eq!(
        (values[0].as_str(), values[1].as_str()),
        ("党组副书记、副局长", "党组成员、副局长")
    );
    let around = window.text("conflict-around");
    assert!(around.contains("示例市水务局"), "{around}");
    window.pictures("conflicts-record");
    window.click_nth("conflict-choose", 1);
    window.wait_for_text_in("conflict-said", "职务");
    window.wait_for_count("conflict-field", 1);
    window.click("conflict-open");
    window.wait_for_text_in("conflict-note", "备注");
    let page = window.page_text();
    assert!(page.contains("党组成员、副局长"), "{page}");
    window.pictures("conflicts-note");
    window.click("history-open");
    window.wait_for_text_in("history-step", "党组副书记、副局长");
    window.click("conflict-note-go");
    window.by_test("conflict-field");
}

/// Two changes that lie apart are put together, read through and added to.
fn combine_the_facts(window: &Window) {
    window.click_with_text("conflicts-row", FINDING);
    window.wait_for_text_in("conflict-value", "两名班子成员电话");
    window.click("conflict-write");
    let combined = window.value("conflict-text");
    for part in ["电话通气", "没有逐一表态", "满五个工作日"] {
        assert!(combined.contains(part), "{combined}");
    }
    window.type_text("conflict-text", ADDED);
    window.wait_for_value("conflict-text", &format!("{combined}{ADDED}"));
    window.pictures("conflicts-combine");
    window.click("conflict-use");
    window.wait_for_text("这条记录都已选定");
    window.wait_for_count("conflicts-row", 1);
}

/// The number that both machines gave is used for nothing more until it is
/// decided which letter keeps it, and neither letter changes.
fn settle_the_number(window: &Window) {
    window.click("rail-papers");
    window.click_with_text("papers-row", "草稿");
    window.click("paper-issue");
    window.by_test("issue-date");
    window.fill("issue-sequence", "1");
    window.wait_for_text("处理以前不能用它签发");
    window.pictures("conflicts-number-blocked");
    window.click("confirm-no");

    window.go("/conflicts");
    window.click("conflicts-number");
    window.wait_for_count("number-paper", 2);
    window.pictures("conflicts-number");
    window.click_nth("number-keeps", 0);
    window.type_text(
        "number-reason",
        "先签发的一份已经送达，经分管领导同意保留。",
    );
    window.pictures("conflicts-number-chosen");
    window.click("number-settle");
    window.screenshot("conflicts-number-confirm");
    window.click("confirm-yes");
    window.wait_for_text_in("conflicts-said", "已登记处理");
    window.wait_until_gone("conflicts-number");

    window.click("rail-papers");
    window.click_with_text("papers-row", TWICE);
    window.wait_for_text_in("paper-number-note", "本件收回作废");
    window.wait_for_text_in("paper-state", "已签发");
    window.pictures("conflicts-number-note");
    // The draft takes the next number.
    window.click("rail-papers");
    window.click_with_text("papers-row", "草稿");
    window.click("paper-issue");
    window.wait_for_value("issue-sequence", "2");
    window.wait_until("it can be issued", |window| {
        (!window.page_text().contains("还没有处理")).then_some(())
    });
    window.click("confirm-yes");
    window.wait_for_text_in("paper-state", "已签发");
    assert!(
        window
            .page_text()
            .contains(&format!("〔{}〕2号", days::today().format("%Y")))
    );
}

/// Two entries become one person, and two again.
fn merge_and_part(window: &Window) {
    window.go("/conflicts");
    window.click("conflicts-twins");
    window.wait_for_count("twin-entry", 2);
    window.pictures("conflicts-twins");
    window.click("twin-same");
    window.by_test("person-other");
    window.fill("people-search", TWICE);
    window.wait_for_count("people-row", 1);
    window.click("person-tab-dealings");
    window.wait_for_text("会议记录不完整");
    window.scroll_to("person-other");
    window.pictures("conflicts-merged");
    window.press_with_ctrl('k');
    window.type_text("palette-input", TWICE);
    window.wait_for_text_in("palette-hit", TWICE);
    let people = window.texts("palette-hit");
    let people = people.iter().filter(|hit| hit.contains("人员")).count();
    assert_eq!(people, 1, "found once");
    window.press(fantoccini::key::Key::Escape);
    window.click("person-part");
    window.wait_until_gone("person-other");
    window.wait_for_count("people-row", 2);
    window.pictures("conflicts-parted");
}

/// What nobody decided stays, and the desk says so.
fn one_is_left_open(window: &Window) {
    window.click("rail-desk");
    window.wait_for_text_in("desk-notice", "1条记录两处改得不一样");
    window.pictures("conflicts-desk");
    window.click("desk-notice-conflicts");
    window.wait_for_count("conflicts-row", 1);
    window.wait_for_text_in("conflicts-row", "备注");
}

fn export(window: &Window, file: &str) {
    window.click("rail-exchange");
    window.choose("export-scope", "全部");
    window.choose("export-way", "约定的口令");
    window.fill("export-passphrase", ON_THE_STICK);
    window.fill("export-passphrase-again", ON_THE_STICK);
    window.fill("export-path", file);
    window.click("export-write");
    window.by_test("export-done");
}
