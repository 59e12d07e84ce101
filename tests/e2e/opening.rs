//! Starting the program.

use crate::support::{Home, Window};

#[test]
fn the_first_start_asks_for_an_archive() {
    let home = Home::new();
    let window = Window::open(&home, &[]);
    window.wait_for_text("督查手记");
    window.screenshot("first-start");
}
