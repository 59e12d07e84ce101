//! From a passphrase to a key: Argon2id.

use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::Error;

/// Cost of guessing a passphrase. Stored in the key file, so that the cost of
/// new archives can rise without locking anybody out of an old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KdfParams {
    /// Memory in KiB.
    memory_kib: u32,
    /// Passes over the memory.
    passes: u32,
    /// Lanes.
    lanes: u32,
}

/// Least memory, KiB: 64 MiB, so that a graphics card cannot try thousands at once.
const LEAST_KIB: u32 = 64 * 1024;
/// Most memory, KiB: a laptop of 4 GiB must still open its archive beside a browser.
const MOST_KIB: u32 = 256 * 1024;
/// How long deriving a key should take on the machine that makes the archive:
/// the middle of half a second and a second, which one waits for once a day.
const WANTED: Duration = Duration::from_millis(750);
/// Most passes: a machine so fast that it needs more has memory to spare.
const MOST_PASSES: u32 = 24;

/// How the cost of a passphrase is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyCost {
    /// So that this machine takes half a second to a second.
    Measured,
    /// Always the same.
    Fixed(KdfParams),
}

impl KeyCost {
    /// The parameters for a passphrase that is set now. Measuring takes about a
    /// second.
    pub fn params(self) -> KdfParams {
        match self {
            Self::Fixed(params) => params,
            Self::Measured => KdfParams::tuned(|params| {
                let begun = Instant::now();
                // A cost that cannot be paid, for want of memory, takes for ever.
                match params.derive("测", &[0; 16]) {
                    Ok(_) => begun.elapsed(),
                    Err(_) => Duration::MAX,
                }
            }),
        }
    }
}

impl Default for KdfParams {
    /// 64 MiB, three passes, one lane: RFC 9106's second recommendation, which
    /// an office machine does in well under a second.
    fn default() -> Self {
        Self {
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 1,
        }
    }
}

impl KdfParams {
    /// The cheapest parameters there are, for tests that open hundreds of
    /// archives. They protect nothing.
    #[doc(hidden)]
    pub fn fast_for_tests() -> Self {
        Self {
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        }
    }

    /// The parameters with which a derivation that takes the time `cost` says
    /// comes near to [`WANTED`]: memory first, which is dearest for whoever
    /// guesses with special hardware, then passes.
    fn tuned(mut cost: impl FnMut(Self) -> Duration) -> Self {
        let mut params = Self {
            memory_kib: LEAST_KIB,
            passes: 1,
            lanes: 1,
        };
        let mut one_pass = cost(params);
        // Twice the memory takes twice as long; there is to be time for two passes.
        while params.memory_kib < MOST_KIB && one_pass.saturating_mul(4) <= WANTED {
            let more = Self {
                memory_kib: params.memory_kib * 2,
                ..params
            };
            let taken = cost(more);
            if taken > WANTED {
                break;
            }
            (params, one_pass) = (more, taken);
        }
        let passes = WANTED.as_micros() / one_pass.as_micros().max(1);
        params.passes = u32::try_from(passes)
            .unwrap_or(MOST_PASSES)
            .clamp(1, MOST_PASSES);
        params
    }

    /// The key that `passphrase` and `salt` give.
    ///
    /// # Errors
    /// [`Error::KeysDamaged`] when the stored parameters are outside what
    /// Argon2 permits or beyond 4 GiB, which no program of ours wrote.
    pub(super) fn derive(
        &self,
        passphrase: &str,
        salt: &[u8; 16],
    ) -> Result<Zeroizing<[u8; 32]>, Error> {
        const MOST_KIB: u32 = 4 * 1024 * 1024;
        if self.memory_kib > MOST_KIB || self.passes > 64 || self.lanes > 64 {
            return Err(Error::KeysDamaged);
        }
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32))
            .map_err(|_| Error::KeysDamaged)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), salt, &mut *key)
            .map_err(|_| Error::KeysDamaged)?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn salt_and_passphrase_both_matter() {
        let kdf = KdfParams::fast_for_tests();
        let key = |p: &str, s| *kdf.derive(p, &[s; 16]).expect("valid");
        assert_eq!(key("长江黄河", 1), key("长江黄河", 1));
        assert_ne!(key("长江黄河", 1), key("长江黄河", 2));
        assert_ne!(key("长江黄河", 1), key("长江黃河", 1));
    }

    #[test]
    fn the_cost_suits_the_machine_and_is_never_below_64_mib() {
        // A machine that takes so many milliseconds for 64 MiB and one pass.
        let machine = |millis: u64| {
            KdfParams::tuned(|params| {
                Duration::from_millis(millis) * (params.memory_kib / LEAST_KIB) * params.passes
            })
        };
        for (millis, mib, passes) in [
            (1, 256, 24),
            (20, 256, 9),
            (50, 256, 3),
            (150, 128, 2),
            (300, 64, 2),
            (2000, 64, 1),
        ] {
            let params = machine(millis);
            assert_eq!(
                (params.memory_kib / 1024, params.passes),
                (mib, passes),
                "{millis} ms"
            );
        }
        let poor = KdfParams::tuned(|params| {
            if params.memory_kib > LEAST_KIB {
                Duration::MAX
            } else {
                Duration::from_millis(40)
            }
        });
        assert_eq!((poor.memory_kib, poor.passes), (LEAST_KIB, 18));
    }

    #[test]
    fn parameters_that_would_eat_the_memory_are_refused() {
        let greedy = KdfParams {
            memory_kib: u32::MAX,
            passes: 1,
            lanes: 1,
        };
        assert_eq!(
            greedy.derive("a", &[0; 16]).map_err(|e| e.code()),
            Err("DA-13")
        );
    }
}
