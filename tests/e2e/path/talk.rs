//! A talk of twenty turns: prepared, typed, read back, closed, and nothing of
//! it lost when the power goes.

use super::start::PASSPHRASE;
use super::tour::FIRST;
use crate::support::{Home, Window};
use fantoccini::key::Key;
use serde_json::json;

/// Questions and answers of the first talk, in turn.
pub(crate) const TURNS: [&str; 20] = [
    "请介绍一下您分管的工作。",
    "我分管办公室、工程科和城东水厂改造项目。",
    "城东水厂改造项目是怎样确定施工单位的？",
    "按规定公开招标，评标由专家组负责。",
    "招标文件定稿前，您是否同投标单位的人见过面？",
    "去年九月吃过一次饭，在座的有示例建筑公司的周某。",
    "那次吃饭是谁召集的？",
    "是老同学聚会，周某和我是大学同学。",
    "费用由谁支付？",
    "是周某付的，我事后没有补交。",
    "这件事您向组织报告过吗？",
    "没有报告，当时认为是同学之间的往来。",
    "局党组会上讨论该项目时，您是否申请回避？",
    "没有申请回避。",
    "您现在怎样看这个问题？",
    "认识到应当主动报告并回避，愿意作出说明。",
    "家属有没有在相关企业任职或者持股？",
    "没有，可以提供个人有关事项报告。",
    "还有什么需要补充的？",
    "没有补充，请组织核实。",
];

/// What stands against the end of a talk of which nobody has written where it is.
const NO_PLACE: &str = "没有写明谈话时间或者地点";

/// Holds the whole talk. The program is ended in the middle of it as by a power
/// cut, and the window that is open at the end is returned.
pub(crate) fn hold_talk(window: Window, home: &Home, tour: &str) -> Window {
    window.go(tour);
    window.click("tour-start-talk");
    window.fill("talk-matter", "履行职责和廉洁自律情况");
    window.tick("talk-notices", true);
    window.pictures("08-talk-preparation");
    window.click("talk-begin");

    type_turns(&window, &TURNS[..12]);
    let (begun, rest) = TURNS[12].split_at("局党组会上".len());
    window.type_text("turn-entry", begun);
    wait_until_kept(&window, begun);
    let talk = window.route();
    window.kill();

    let window = Window::open(home, &[]);
    window.fill("unlock-passphrase", PASSPHRASE);
    window.click("unlock-open");
    window.wait_until("the desk is open", |window| {
        (window.route() == "/desk").then_some(())
    });
    window.go(&talk);
    window.wait_for_count("turn-row", 13);
    for turn in &TURNS[..12] {
        window.wait_for_text(turn);
    }
    // The half sentence is the last turn now: back into it, and on.
    window.type_text("turn-entry", &char::from(Key::Up).to_string());
    window.wait_for_value("turn-editor", begun);
    window.press(Key::End);
    window.type_text("turn-editor", rest);
    window.type_text("turn-editor", &char::from(Key::Enter).to_string());
    window.wait_until_gone("turn-editor");
    type_turns(&window, &TURNS[13..]);
    window.wait_for_text_in("talk-saved", "每一句都已保存");
    for (place, row) in window.texts("turn-row").iter().enumerate() {
        let speaker = if place % 2 == 0 { "问" } else { "答" };
        let line: String = row.split_whitespace().collect();
        let wanted = format!("{speaker}{}", TURNS[place]);
        assert!(line.contains(&wanted), "turn {place} is {wanted}: {line}");
    }
    window.pictures("09-talk");

    // What was left open before the talk is completed before it ends.
    window.click("talk-finish");
    window.wait_for_text(NO_PLACE);
    window.fill("talk-place", "示例市水务局三楼会议室");
    window.wait_until("nothing is said about the place", |window| {
        (!window.page_text().contains(NO_PLACE)).then_some(())
    });
    window.click("close-back");
    close_talk(&window, "10-talk-closing");
    window.wait_for_text("谈话已结束");
    assert!(
        !window.shows("turn-entry"),
        "a closed talk takes no more turns"
    );
    window.pictures("11-talk-closed");

    window.go(tour);
    window.wait_for_text("已谈1人，共2人");
    window.wait_for_text(FIRST);
    window
}

/// Waits until the words in the entry box are in the archive: a person who stops
/// for a moment in the middle of a sentence has lost nothing either.
fn wait_until_kept(window: &Window, begun: &str) {
    let route = window.route();
    let id = route.rsplit('/').next().unwrap_or_default();
    window.wait_until("the half sentence is in the archive", |window| {
        let talk = window.ask("interview", &json!({ "id": id }));
        let last = talk["turns"].as_array()?.last()?["record"]["text"].as_str()?;
        (last == begun).then_some(())
    });
}

/// Types turns one after the other; the program itself changes from question
/// to answer.
pub(crate) fn type_turns(window: &Window, turns: &[&str]) {
    for turn in turns {
        let before = window.count("turn-row");
        window.type_text("turn-entry", turn);
        window.type_text("turn-entry", &char::from(Key::Enter).to_string());
        window.wait_for_count("turn-row", before + 1);
        window.wait_for_value("turn-entry", "");
    }
}

/// Reads back, signs and closes.
pub(crate) fn close_talk(window: &Window, picture: &str) {
    window.click("talk-finish");
    window.tick("close-read-back", true);
    window.click("close-signed");
    window.pictures(picture);
    window.click("close-talk");
    window.click("confirm-yes");
}
