//! The hybrid logical clock: wall time that never runs backwards on one device.
//!
//! The clock only *orders* what people see. Concurrency is decided by the bases of a change
//! (see [`crate::merge`]), so a device with a wrong clock can never block or overrule another.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A stamp: milliseconds since 1970 (UTC) and a counter for stamps in the same millisecond.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Hlc {
    /// Milliseconds since 1970-01-01 00:00 UTC, at most 48 bits ([`Hlc::MAX_MILLIS`]).
    pub millis: u64,
    /// Distinguishes stamps of one millisecond.
    pub counter: u16,
}

impl Hlc {
    /// The greatest millisecond a stamp can hold (48 bits, the year 10889).
    pub const MAX_MILLIS: u64 = (1 << 48) - 1;
    /// A stamp of another device is adopted into one's own clock only when it is at most this
    /// far ahead (one day, in milliseconds). A stamp further ahead is still accepted in the
    /// ledger and flagged, but a broken clock elsewhere must not drag every clock along.
    pub const MAX_ADOPTED_AHEAD: u64 = 24 * 60 * 60 * 1000;

    /// The next stamp of this device at wall time `now` (milliseconds since 1970): always
    /// greater than `self`, whatever the wall clock does, until 48 bits are used up.
    #[must_use]
    pub fn tick(self, now: u64) -> Self {
        let now = now.min(Self::MAX_MILLIS);
        if now > self.millis {
            Self {
                millis: now,
                counter: 0,
            }
        } else if let Some(counter) = self.counter.checked_add(1) {
            Self {
                millis: self.millis,
                counter,
            }
        } else if self.millis < Self::MAX_MILLIS {
            Self {
                millis: self.millis + 1,
                counter: 0,
            }
        } else {
            self // the writer refuses a stamp that does not advance
        }
    }

    /// The clock after seeing a stamp of another device at wall time `now`, so that what this
    /// device writes next sorts after what it has read.
    #[must_use]
    pub fn observe(self, other: Self, now: u64) -> Self {
        if other.is_ahead(now, Self::MAX_ADOPTED_AHEAD) {
            self
        } else {
            self.max(other)
        }
    }

    /// Whether the stamp lies more than `tolerance` milliseconds after `now`: the device that
    /// wrote it had a wrong clock, or this one has. To be shown, never to be refused.
    pub fn is_ahead(self, now: u64, tolerance: u64) -> bool {
        self.millis > now.saturating_add(tolerance)
    }

    /// Both parts in one number that sorts like the stamp (48 bits of time, 16 of counter).
    pub fn packed(self) -> u64 {
        self.millis.min(Self::MAX_MILLIS) << 16 | u64::from(self.counter)
    }

    /// The stamp from [`Hlc::packed`].
    pub fn from_packed(packed: u64) -> Self {
        Self {
            millis: packed >> 16,
            counter: (packed & 0xffff) as u16,
        }
    }
}

impl fmt::Display for Hlc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.millis, self.counter)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_full_counter_moves_to_the_next_millisecond() {
        let full = Hlc {
            millis: 10,
            counter: u16::MAX,
        };
        assert_eq!(
            full.tick(5),
            Hlc {
                millis: 11,
                counter: 0
            }
        );
    }

    #[test]
    fn a_wild_stamp_is_flagged_and_not_adopted() {
        let mine = Hlc {
            millis: 1_000,
            counter: 3,
        };
        let wild = Hlc {
            millis: 1_000 + Hlc::MAX_ADOPTED_AHEAD + 1,
            counter: 0,
        };
        assert!(wild.is_ahead(1_000, Hlc::MAX_ADOPTED_AHEAD));
        assert_eq!(mine.observe(wild, 1_000), mine);
        let hour_ahead = Hlc {
            millis: 1_000 + 3_600_000,
            counter: 0,
        };
        assert_eq!(mine.observe(hour_ahead, 1_000), hour_ahead);
    }

    proptest! {
        #[test]
        fn ticks_strictly_increase(millis in 0..Hlc::MAX_MILLIS, counter: u16, nows in prop::collection::vec(any::<u64>(), 1..20)) {
            let mut clock = Hlc { millis, counter };
            for now in nows {
                let next = clock.tick(now);
                prop_assert!(next > clock || clock.millis == Hlc::MAX_MILLIS);
                prop_assert!(next.millis <= Hlc::MAX_MILLIS);
                clock = next;
            }
        }

        #[test]
        fn what_was_observed_sorts_before_what_is_written_next(a in 0..1u64 << 40, b in 0..1u64 << 40, counter: u16) {
            let other = Hlc { millis: b, counter };
            let next = Hlc { millis: a, counter: 0 }.observe(other, b).tick(a);
            prop_assert!(next > other);
        }

        #[test]
        fn packed_keeps_the_order(a in 0..=Hlc::MAX_MILLIS, b in 0..=Hlc::MAX_MILLIS, c: u16, d: u16) {
            let (a, b) = (Hlc { millis: a, counter: c }, Hlc { millis: b, counter: d });
            prop_assert_eq!(a.cmp(&b), a.packed().cmp(&b.packed()));
            prop_assert_eq!(Hlc::from_packed(a.packed()), a);
        }
    }
}
