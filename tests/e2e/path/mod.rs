//! The main job from nothing to a second archive: first start, a tour, a talk,
//! minutes, a circle, a finding, a letter, an admonition, an exchange.
//!
//! One test, since each step works with what the step before has made; a file a
//! page. All people and units are invented.

mod admonition;
mod circle;
mod exchange;
mod finding;
mod letter;
mod minutes;
pub(crate) mod start;
mod talk;
mod tour;

use crate::support::{Home, Window};

#[test]
fn the_main_job_from_first_start_to_a_second_archive() {
    let home = Home::new();
    let window = Window::open(&home, &[]);
    start::first_start(&window, &home);
    let tour = tour::set_up_tour(&window);
    circle::write_down_people(&window);
    let window = talk::hold_talk(window, &home, &tour);
    finding::open_from_talk(&window, &tour);
    minutes::read_minutes(&window, &home);
    circle::draw_circle(&window);
    circle::find_by_keyboard(&window);
    finding::complete(&window, circle::OBSERVED);
    letter::send_letter(&window, &home);
    admonition::hold_talk(&window, &home, &tour);
    admonition::send_admonition(&window, &home);
    exchange::hand_over(&window, &home);
}
