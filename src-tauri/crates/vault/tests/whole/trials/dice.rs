//! Chance that can be repeated.

use std::env;
use std::hash::{BuildHasher, RandomState};

/// A small generator (xorshift); the same seed, the same numbers.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number from 0 to `bound` - 1.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }
}

/// A seed nobody has seen, or the one given in `DUCHA_SEED`. Printed, so that
/// what it shows can be seen again.
pub(super) fn fresh_seed(what: &str) -> u64 {
    let seed = env::var("DUCHA_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| RandomState::new().hash_one(what) >> 16);
    println!("{what}: DUCHA_SEED={seed}");
    seed
}
