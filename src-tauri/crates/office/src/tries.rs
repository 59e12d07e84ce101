//! Wrong passphrases: each makes the next try wait longer, none ever locks
//! anybody out. This slows down somebody at the keyboard; whoever has copied
//! the disk is slowed down by the cost of the key (see SECURITY.md).

use serde::{Deserialize, Serialize};

/// Slips of the finger that cost nothing.
const FREE: u32 = 3;
/// The wait after the first try that is not free, seconds; it doubles with each.
const FIRST_WAIT: u64 = 2;
/// Longest wait, seconds.
const LONGEST_WAIT: u64 = 5 * 60;

/// Wrong tries on one archive since it was last opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Tries {
    wrong: u32,
    /// When the last one was: milliseconds since 1970, UTC.
    last_millis: u64,
}

impl Tries {
    /// One more that was wrong.
    pub(crate) fn failed(self, now_millis: u64) -> Self {
        Self {
            wrong: self.wrong.saturating_add(1),
            last_millis: now_millis,
        }
    }

    /// Whole seconds to wait before the next try; 0 for none. A clock that was
    /// set back makes nobody wait longer than the wait itself.
    pub(crate) fn seconds_left(self, now_millis: u64) -> u64 {
        let Some(beyond) = self.wrong.checked_sub(FREE + 1) else {
            return 0;
        };
        let wait = FIRST_WAIT
            .checked_shl(beyond)
            .filter(|_| beyond < 32)
            .map_or(LONGEST_WAIT, |wait| wait.min(LONGEST_WAIT));
        let passed = now_millis.saturating_sub(self.last_millis);
        wait.saturating_sub(passed / 1000)
    }

    /// Wrong tries so far.
    pub(crate) fn wrong(self) -> u32 {
        self.wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(wrong: u32) -> Tries {
        (0..wrong).fold(Tries::default(), |tries, _| tries.failed(10_000))
    }

    #[test]
    fn slips_are_free_and_waits_double_up_to_five_minutes() {
        let waits: Vec<u64> = (0..14).map(|n| after(n).seconds_left(10_000)).collect();
        assert_eq!(waits, [0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert_eq!(after(200).seconds_left(10_000), 300);
    }

    #[test]
    fn waiting_helps_and_a_clock_set_back_hurts_nobody() {
        let tries = after(8);
        assert_eq!(tries.seconds_left(10_000), 32);
        assert_eq!(tries.seconds_left(41_000), 1);
        assert_eq!(tries.seconds_left(42_000), 0);
        assert_eq!(tries.seconds_left(0), 32, "never more than the wait");
    }
}
