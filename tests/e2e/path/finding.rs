//! A finding that rests on two turns, a passage and an observation.

use super::tour::FIRST;
use crate::support::Window;

/// The finding's title, which heads the question in the letter.
pub(crate) const FINDING: &str = "接受与所办事项有关人员宴请的问题";

/// Opens the finding from words of the closed talk, and cites a second turn.
pub(crate) fn open_from_talk(window: &Window, tour: &str) {
    window.go(tour);
    window.click("tour-open-talk");
    window.select("在座的有示例建筑公司的周某");
    window.click("use-finding");
    window.fill("cite-title", FINDING);
    window.fill("cite-person", FIRST);
    window.click_with_text("cite-person-option", FIRST);
    window.choose("cite-aspect", "廉政勤政");
    window.choose("cite-proof", "部分印证");
    window.click("cite-save");
    window.wait_for_text("已引用到线索");

    window.hover_nth("turn-row", 7);
    window.click("turn-use");
    let label = window.wait_until("the finding can be chosen", |window| {
        window.option_with("cite-finding", FINDING)
    });
    window.choose("cite-finding", &label);
    window.click("cite-save");
    window.wait_for_text("已引用到线索");
}

/// Cites the observation, writes the facts and the state of proof, and goes to
/// the inquiry letter drawn up from it.
pub(crate) fn complete(window: &Window, observed: &str) {
    window.click("rail-findings");
    window.click_with_text("findings-row", FINDING);
    window.wait_for_count("citation-proof", 3);
    cite(window, observed);
    window.wait_for_count("citation-proof", 4);
    window.wait_for_text(&format!("“{observed}”"));

    window.fill(
        "finding-facts",
        "据了解，您在城东水厂改造项目招标期间，与投标单位人员有餐叙往来。",
    );
    window.fill(
        "finding-question",
        "请就餐叙的时间、参加人员、费用支付和是否报告作出说明。",
    );
    window.choose("finding-proof", "部分印证");
    window.choose("finding-disposition", "谈话函询");
    window.fill("finding-reason", "情况具体，可由本人作出说明。");
    window.wait_for_text_in("footer-saving", "已保存");
    window.pictures("17-finding");
    window.click("finding-draft-inquiry");
    window.by_test("paper-title");
}

/// Looks for words among what can be cited, and cites the one thing found.
pub(crate) fn cite(window: &Window, words: &str) {
    window.click("finding-add-citation");
    window.fill("citable-query", words);
    window.wait_for_count("citable-cite", 1);
    window.click("citable-cite");
}
