//! The tour: dates, purpose, the unit, the people to talk to.

use crate::support::{Window, days};

/// The tour of the test.
pub(crate) const TOUR: &str = "示例市水务局选人用人专项督查";
/// The unit it visits.
pub(crate) const UNIT: &str = "示例市水务局";
/// The first person; the second character lies outside the common planes of
/// most typefaces.
pub(crate) const FIRST: &str = "王𬱖";
/// The second person, who is admonished.
pub(crate) const SECOND: &str = "李某甲";

/// Sets up the tour and returns its route.
pub(crate) fn set_up_tour(window: &Window) -> String {
    window.click("rail-tours");
    window.wait_for_text("还没有巡察");
    window.pictures("06-no-tour");

    window.click("tours-new");
    window.fill("tour-new-title", TOUR);
    window.fill("tour-new-purpose", "了解选人用人和领导班子履职情况");
    window.type_text("tour-new-from", &days::days_ago(7));
    window.type_text("tour-new-until", &days::in_days(25));
    window.click("tour-new-save");
    window.wait_for_text_in("tours-row", TOUR);

    window.fill("tour-add-unit", UNIT);
    window.click("tour-add-unit-add");
    window.wait_for_text(UNIT);
    for person in [FIRST, SECOND] {
        window.fill("tour-add-person", person);
        window.click("tour-add-person-add");
        window.wait_for_text(person);
    }
    window.wait_for_count("tour-start-talk", 2);
    window.fill("tour-team", "赵示例、孙某");
    window.choose("tour-state", "进行中");
    window.wait_for_text_in("tours-row", "进行中");
    window.wait_for_text_in("tours-row", "共2人");
    window.wait_for_text_in("footer-saving", "已保存");
    window.pictures("07-tour");
    window.route()
}
