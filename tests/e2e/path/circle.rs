//! People: their basic facts, who is close to them, the picture and the list.

use super::tour::{FIRST, SECOND, UNIT};
use crate::support::Window;
use fantoccini::key::Key;

/// What is noted and later cited.
pub(crate) const OBSERVED: &str = "与周某在示例饭店同桌就餐";

const FRIEND: &str = "周某";

/// Writes down who both people are.
pub(crate) fn write_down_people(window: &Window) {
    window.click("rail-people");
    for (name, sex, post) in [
        (FIRST, "男", "党组成员、副局长"),
        (SECOND, "男", "办公室主任"),
    ] {
        window.click_with_text("people-row", name);
        window.click("person-edit");
        window.choose("person-sex", sex);
        window.fill("person-birth", "1974-08");
        window.fill("person-post", post);
        window.tick("person-leader", true);
        window.click("person-close");
        window.wait_for_text_in("people-row", post);
    }
    window.pictures("08-people");
}

/// Notes a relation and an observation, and looks at both.
pub(crate) fn draw_circle(window: &Window) {
    window.click("rail-people");
    window.click_with_text("people-row", FIRST);
    window.click("person-tab-list");

    window.click("relation-new");
    window.fill("relation-other", FRIEND);
    window.click("relation-other-add");
    window.fill("relation-kind", "同学");
    window.choose("relation-circle", "社交圈");
    window.fill("relation-since", "1993");
    window.fill("relation-source", "本人谈话第8条");
    window.choose("relation-reliability", "较可靠");
    window.click("relation-save");
    window.wait_for_text("来源：本人谈话第8条");

    window.click("observation-new");
    window.fill("observation-what", OBSERVED);
    window.type_text("observation-date", "2025-09-20");
    window.fill("observation-place", "示例饭店");
    window.fill("observation-others", FRIEND);
    window.choose("observation-circle", "社交圈");
    window.fill("observation-source", "组织谈话时有关同志反映");
    window.fill("observation-basis", "了解领导干部社会交往情况");
    window.choose("observation-reliability", "较可靠");
    window.click("observation-save");
    window.wait_for_text(OBSERVED);
    window.pictures("15-circle-list");

    window.click("person-tab-picture");
    window.wait_until("the circle is drawn", |window| {
        let drawn = window.script(
            "return document.querySelectorAll('.canvas canvas').length > 0",
            vec![],
        );
        drawn.as_bool()?.then_some(())
    });
    window.wait_for_text("同学");
    window.pictures("16-circle");
}

/// Finds the second person from the keyboard alone, by the initials of the name.
pub(crate) fn find_by_keyboard(window: &Window) {
    window.press_with_ctrl('k');
    window.type_text("palette-input", "lmj");
    window.wait_for_text_in("palette-hit", SECOND);
    window.screenshot("16-palette");
    window.press(Key::Enter);
    window.wait_until_gone("palette-input");
    window.wait_until("the person is open", |window| {
        (window.route().starts_with("/people/") && window.page_text().contains(UNIT)).then_some(())
    });
}
