//! Starting the program.

use crate::support::{Home, Window};

#[test]
fn the_first_start_asks_for_an_archive() {
    let home = Home::new();
    let window = Window::open(&home, &[]);
    window.wait_for_text("督查手记");
    window.screenshot("first-start");
}

#[test]
fn the_sample_archive_opens_when_asked_for() {
    let home = Home::new();
    let window = Window::open(&home, &["--sample"]);
    window.wait_until("the desk is open", |window| {
        (window.route() == "/desk").then_some(())
    });
    window.wait_for_text("示例档案");
}
