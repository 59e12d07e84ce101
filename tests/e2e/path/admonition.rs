//! The admonition of the second person: the talk's record with its signature
//! lines, and the written admonition with its six months.

use super::finding;
use super::letter;
use super::talk;
use super::tour::SECOND;
use crate::support::{Home, Window, days};

const FINDING: &str = "请销假手续不全的问题";

const TURNS: [&str; 6] = [
    "今天受组织委托，同您进行诫勉谈话。",
    "我认真听取组织的意见。",
    "今年以来您多次请假未按规定报批，组织已经核实。",
    "情况属实，我对规定不够重视。",
    "请您说明今后怎样改正。",
    "严格执行请销假制度，按时报告。",
];

/// The admonition talk and its printed record.
pub(crate) fn hold_talk(window: &Window, home: &Home, tour: &str) {
    window.go(tour);
    window.click("tour-start-talk");
    window.choose("talk-purpose", "诫勉谈话");
    window.fill("talk-matter", "请销假手续不全");
    window.fill("talk-place", "示例市委组织部谈话室");
    window.tick("talk-notices", true);
    window.click("talk-begin");
    talk::type_turns(window, &TURNS);
    window.wait_for_text_in("talk-saved", "每一句都已保存");
    talk::close_talk(window, "23-admonition-closing");
    window.click("talk-draft-record");
    letter::wait_for_preview(window);
    window.pictures("24-record-draft");
    let file = home.path().join("文档/诫勉谈话记录.pdf");
    letter::export(window, &file);
    let text = letter::text_of(&file);
    for words in ["诫勉谈话记录", SECOND, TURNS[2], "签名"] {
        assert!(text.contains(words), "the record says “{words}”:\n{text}");
    }
}

/// The written admonition from a finding that rests on the talk.
pub(crate) fn send_admonition(window: &Window, home: &Home) {
    window.click("rail-findings");
    window.click("findings-new");
    window.fill("finding-new-title", FINDING);
    window.fill("finding-new-person", SECOND);
    window.click_with_text("finding-new-person-option", SECOND);
    window.choose("finding-new-aspect", "组织纪律");
    window.click("finding-new-save");
    finding::cite(window, TURNS[3]);
    window.wait_for_count("citation-proof", 1);
    window.fill("finding-facts", "今年以来多次请假未按规定履行报批手续。");
    window.choose("finding-proof", "已印证");
    window.wait_for_text_in("footer-saving", "已保存");
    window.click("finding-draft-admonition");
    letter::approve(window);
    letter::wait_for_preview(window);
    window.pictures("25-admonition-draft");
    letter::issue(window);
    let file = home.path().join("文档/诫勉书.pdf");
    letter::export(window, &file);
    let text = letter::text_of(&file);
    assert!(
        text.contains(SECOND),
        "the admonition names {SECOND}:\n{text}"
    );
    window.click("paper-serve");
    window.click("confirm-yes");
    window.wait_for_text_in("paper-state", "已送达");
    window.pictures("26-admonition-served");

    window.click("rail-desk");
    window.wait_for_text_in("desk-item", &format!("{}到期", days::words_in_months(6)));
    window.wait_for_text_in("desk-item", SECOND);
    window.pictures("27-desk");
}
