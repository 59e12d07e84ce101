//! The sample archive (示例档案): every page with something on it, light and
//! dark, at 100 and 150 %. The pictures are for people; the test sees to it that
//! each page opens, says no error, and cuts nothing off.

use crate::support::{Home, Window};

#[test]
fn every_page_of_the_sample_archive_opens_and_fits() {
    let home = Home::new();
    let window = Window::open(&home, &[]);
    window.click("start-sample");
    window.wait_until("the desk is open", |window| {
        (window.route() == "/desk").then_some(())
    });
    for (theme, prefix) in [("浅色", "sample"), ("深色", "sample-dark")] {
        window.click("rail-settings");
        window.choose("settings-theme", theme);
        see_every_page(&window, prefix);
    }
}

fn see_every_page(window: &Window, prefix: &str) {
    let see = |name: &str| {
        assert!(
            !window.shows("error-bar"),
            "{name} opens without an error: {}",
            window.page_text()
        );
        window.pictures(&format!("{prefix}-{name}"));
    };
    window.click("rail-desk");
    window.by_test("desk-item");
    see("desk");
    window.click("rail-tours");
    window.click("tours-row");
    window.by_test("tour-title");
    see("tour");
    window.click("tour-open-talk");
    window.by_test("turn-row");
    see("talk");
    window.click("rail-minutes");
    window.by_test("minutes-row");
    see("minutes-list");
    window.click("minutes-row");
    window.by_test("minutes-reader");
    see("minutes");
    window.click("rail-people");
    window.click("people-row");
    window.click("person-tab-picture");
    window.by_test("circle-fit");
    see("circle");
    window.click("person-tab-list");
    see("circle-list");
    window.click("rail-findings");
    window.click("findings-row");
    window.by_test("finding-title");
    see("finding");
    window.click("rail-papers");
    window.by_test("papers-row");
    see("papers");
    window.click("papers-row");
    window.wait_until("the real page is drawn", Window::drawn_pages);
    see("paper");
    window.click("rail-exchange");
    window.by_test("exchange-fingerprint");
    see("exchange");
    window.click("rail-journal");
    window.by_test("journal-line");
    see("journal");
    window.click("journal-tab-withdrawn");
    window.by_test("withdrawn-total");
    see("withdrawn");
    window.click("rail-settings");
    window.by_test("settings-size");
    see("settings");
}
