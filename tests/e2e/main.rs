//! The real program, in its real window, worked as a person works it.
//!
//! Run with `cargo xtask test`, which builds the program so that it lets itself
//! be driven; pictures of the pages are left in `target/screenshots`.

#[path = "../support/mod.rs"]
mod support;

mod conflicts;
mod erasing;
mod fonts;
mod guarding;
mod keeping;
mod materials;
mod opening;
mod path;
mod peers;
mod sample;
mod sealing;
mod undoing;
