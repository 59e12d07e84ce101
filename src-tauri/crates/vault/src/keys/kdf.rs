//! From a passphrase to a key: Argon2id.

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
