//! Trials of what must never happen: something reported saved that is gone,
//! something half there, a damage that nobody notices.
//!
//! Each has a short version, which runs with every test, and a long one, which
//! `cargo xtask soak` runs. The dice of the short ones fall the same way every
//! time; one round more takes a seed nobody has seen, and prints it.

mod child;
mod dice;
mod every_byte;
mod footprint;
mod intake;
mod killing;
mod modelling;
mod refusing;
mod working_day;

/// Whether the long versions were asked for.
fn long() -> bool {
    std::env::var_os("DUCHA_SOAK").is_some()
}
