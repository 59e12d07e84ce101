//! The lock of a compartment: its key under a second passphrase and under a
//! recovery code of its own, by the same means as the archive's key.

use serde::{Deserialize, Serialize};

use super::{
    KdfParams, MasterKey, RecoveryCode, Wrapped, bytes, random, recovery_key, unwrap, wrap,
};
use crate::Error;

/// A key under two locks.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecondLock {
    kdf: KdfParams,
    passphrase: Wrapped,
    recovery: Wrapped,
}

impl SecondLock {
    /// Locks `key` under a passphrase and a new recovery code. `context` says
    /// what it is the key of, so that locks cannot be exchanged.
    pub(crate) fn new(
        context: &str,
        kdf: KdfParams,
        passphrase: &str,
        key: &MasterKey,
    ) -> Result<(Self, RecoveryCode), Error> {
        let (recovery, code) = under_new_code(context, key)?;
        let passphrase = under_passphrase(context, &kdf, passphrase, key)?;
        let lock = Self {
            kdf,
            passphrase,
            recovery,
        };
        Ok((lock, code))
    }

    /// The same lock with another passphrase, for `key`, which it has opened.
    pub(crate) fn with_passphrase(
        self,
        context: &str,
        kdf: KdfParams,
        passphrase: &str,
        key: &MasterKey,
    ) -> Result<Self, Error> {
        Ok(Self {
            passphrase: under_passphrase(context, &kdf, passphrase, key)?,
            kdf,
            ..self
        })
    }

    /// The same lock with another recovery code, for `key`, which it has opened.
    pub(crate) fn with_new_code(
        self,
        context: &str,
        key: &MasterKey,
    ) -> Result<(Self, RecoveryCode), Error> {
        let (recovery, code) = under_new_code(context, key)?;
        Ok((Self { recovery, ..self }, code))
    }

    /// The key, for who knows the passphrase or has the recovery code. What
    /// reads as a code without a slip is tried as one first.
    ///
    /// # Errors
    /// [`Error::WrongSecondPassphrase`].
    pub(crate) fn open(&self, context: &str, secret: &str) -> Result<MasterKey, Error> {
        let opened = match RecoveryCode::parse(secret) {
            Ok(code) => self.open_with_code(context, &code)?,
            Err(_) => None,
        };
        if let Some(key) = opened {
            return Ok(key);
        }
        let wrapping = self
            .kdf
            .derive(secret, &bytes(&self.passphrase.salt)?)
            .map_err(|_| damaged())?;
        unwrap(&named(context, "passphrase"), &self.passphrase, &wrapping)
            .map_err(|_| damaged())?
            .ok_or(Error::WrongSecondPassphrase)
    }

    fn open_with_code(
        &self,
        context: &str,
        code: &RecoveryCode,
    ) -> Result<Option<MasterKey>, Error> {
        let salt = bytes(&self.recovery.salt).map_err(|_| damaged())?;
        unwrap(
            &named(context, "recovery"),
            &self.recovery,
            &recovery_key(code, &salt),
        )
        .map_err(|_| damaged())
    }
}

fn under_passphrase(
    context: &str,
    kdf: &KdfParams,
    passphrase: &str,
    key: &MasterKey,
) -> Result<Wrapped, Error> {
    if passphrase.is_empty() {
        return Err(Error::EmptyPassphrase);
    }
    let salt: [u8; 16] = random()?;
    let wrapping = kdf.derive(passphrase, &salt)?;
    wrap(&named(context, "passphrase"), &salt, &wrapping, key)
}

fn under_new_code(context: &str, key: &MasterKey) -> Result<(Wrapped, RecoveryCode), Error> {
    let code = RecoveryCode::generate()?;
    let salt: [u8; 16] = random()?;
    let wrapping = recovery_key(&code, &salt);
    let wrapped = wrap(&named(context, "recovery"), &salt, &wrapping, key)?;
    Ok((wrapped, code))
}

fn named(context: &str, lock: &str) -> String {
    format!("{context}/{lock}")
}

fn damaged() -> Error {
    Error::damaged("密封事项的锁")
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    #[test]
    fn passphrase_and_code_open_it_and_nothing_else_does() {
        let key = Zeroizing::new([5; 32]);
        let kdf = KdfParams::fast_for_tests();
        let (lock, code) = SecondLock::new("甲", kdf, "第二口令", &key).expect("made");
        assert_eq!(lock.open("甲", "第二口令").expect("right"), key);
        let typed = code.to_string().to_lowercase();
        assert_eq!(lock.open("甲", &typed).expect("right"), key);
        let other = RecoveryCode::generate().expect("random").to_string();
        for (context, wrong) in [
            ("甲", ""),
            ("甲", "第二口"),
            ("乙", "第二口令"),
            ("甲", &other),
        ] {
            let error = lock.open(context, wrong).map(|_| ()).map_err(|e| e.code());
            assert_eq!(error, Err("DA-27"), "{context} {wrong}");
        }
    }

    #[test]
    fn another_passphrase_leaves_the_code_and_another_code_the_passphrase() {
        let key = Zeroizing::new([5; 32]);
        let kdf = KdfParams::fast_for_tests;
        let opens = |lock: &SecondLock, secret: &str| lock.open("甲", secret).is_ok();
        let (lock, code) = SecondLock::new("甲", kdf(), "第二口令", &key).expect("made");
        let lock = lock.with_passphrase("甲", kdf(), "新口令", &key);
        let lock = lock.expect("changed");
        assert!(opens(&lock, "新口令") && opens(&lock, &code.to_string()));
        assert!(!opens(&lock, "第二口令"));
        let (lock, new) = lock.with_new_code("甲", &key).expect("changed");
        assert!(opens(&lock, "新口令") && opens(&lock, &new.to_string()));
        assert!(!opens(&lock, &code.to_string()));
    }
}
