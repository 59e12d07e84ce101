//! The key file (`keys`): the archive's one key, wrapped twice.
//!
//! The database is encrypted with a random key that never changes. That key
//! lies in the file `keys` under two locks: a key from the passphrase
//! (Argon2id) and a key from the printed recovery code. Changing either only
//! rewraps. The file names nobody and nothing: it holds a random archive id,
//! parameters, salts and ciphertext, and a checksum by which a damaged file is
//! told from a wrong passphrase.

mod kdf;
mod recovery;
mod second;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

pub use kdf::{KdfParams, KeyCost};
pub use recovery::RecoveryCode;
pub(crate) use second::SecondLock;

use crate::Error;
use crate::hex;

/// The format of the key file that this program writes.
const FORMAT: u32 = 1;
const CHECK_DOMAIN: &[u8] = b"ducha/vault/1/keys-check\0";
const RECOVERY_DOMAIN: &[u8] = b"ducha/vault/1/recovery-key\0";

/// The key of the database: 256 bits, wiped from memory when dropped.
pub(crate) type MasterKey = Zeroizing<[u8; 32]>;

/// Fills `bytes` from the operating system's random source.
pub(crate) fn fill_random(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes).map_err(|_| Error::Io {
        doing: "取随机数",
        why: "系统没有提供随机数".into(),
    })
}

/// An array of random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    fill_random(&mut bytes)?;
    Ok(bytes)
}

/// The master key under one lock.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrapped {
    salt: String,
    nonce: String,
    key: String,
}

/// What the file `keys` holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyFile {
    format: u32,
    archive: Uuid,
    kdf: KdfParams,
    passphrase: Wrapped,
    recovery: Wrapped,
    check: String,
}

impl KeyFile {
    /// Locks `master` under a passphrase and a new recovery code.
    pub(crate) fn new(
        archive: Uuid,
        kdf: KdfParams,
        passphrase: &str,
        master: &MasterKey,
    ) -> Result<(Self, RecoveryCode), Error> {
        let code = RecoveryCode::generate()?;
        let empty = Wrapped {
            salt: String::new(),
            nonce: String::new(),
            key: String::new(),
        };
        let mut file = Self {
            format: FORMAT,
            archive,
            kdf,
            passphrase: empty.clone(),
            recovery: empty,
            check: String::new(),
        };
        file.set_passphrase(passphrase, master)?;
        file.set_recovery(&code, master)?;
        Ok((file, code))
    }

    /// Locks `master` under another passphrase; the old one opens nothing then.
    pub(crate) fn set_passphrase(
        &mut self,
        passphrase: &str,
        master: &MasterKey,
    ) -> Result<(), Error> {
        if passphrase.is_empty() {
            return Err(Error::EmptyPassphrase);
        }
        let salt = random()?;
        let key = self.kdf.derive(passphrase, &salt)?;
        self.passphrase = wrap(&self.context("passphrase"), &salt, &key, master)?;
        self.check = self.checksum();
        Ok(())
    }

    /// Locks `master` under another passphrase at another cost.
    pub(crate) fn set_passphrase_at(
        &mut self,
        kdf: KdfParams,
        passphrase: &str,
        master: &MasterKey,
    ) -> Result<(), Error> {
        self.kdf = kdf;
        self.set_passphrase(passphrase, master)
    }

    /// Locks `master` under another recovery code.
    pub(crate) fn set_recovery(
        &mut self,
        code: &RecoveryCode,
        master: &MasterKey,
    ) -> Result<(), Error> {
        let salt = random()?;
        let key = recovery_key(code, &salt);
        self.recovery = wrap(&self.context("recovery"), &salt, &key, master)?;
        self.check = self.checksum();
        Ok(())
    }

    /// The master key, for who knows the passphrase.
    pub(crate) fn open(&self, passphrase: &str) -> Result<MasterKey, Error> {
        let key = self
            .kdf
            .derive(passphrase, &bytes(&self.passphrase.salt)?)?;
        unwrap(&self.context("passphrase"), &self.passphrase, &key)?.ok_or(Error::WrongPassphrase)
    }

    /// The master key, for who has the recovery code.
    pub(crate) fn open_with_recovery(&self, code: &RecoveryCode) -> Result<MasterKey, Error> {
        let key = recovery_key(code, &bytes(&self.recovery.salt)?);
        unwrap(&self.context("recovery"), &self.recovery, &key)?.ok_or(Error::WrongRecoveryCode)
    }

    /// The archive's random id; it is stored in the database too.
    pub(crate) fn archive(&self) -> Uuid {
        self.archive
    }

    /// The text of the file.
    pub(crate) fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("strings and numbers only");
        text.push('\n');
        text
    }

    /// Reads the text of a key file.
    ///
    /// # Errors
    /// [`Error::NewerFormat`], or [`Error::KeysDamaged`] for anything that this
    /// program cannot have written.
    pub(crate) fn from_text(text: &str) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let Format { format } = serde_json::from_str(text).map_err(|_| Error::KeysDamaged)?;
        if format > FORMAT {
            return Err(Error::NewerFormat {
                found: format.into(),
                known: FORMAT.into(),
            });
        }
        let file: Self = serde_json::from_str(text).map_err(|_| Error::KeysDamaged)?;
        if file.check != file.checksum() {
            return Err(Error::KeysDamaged);
        }
        Ok(file)
    }

    /// Binds a wrapped key to its lock and its archive, so that parts of two
    /// key files cannot be mixed.
    fn context(&self, lock: &str) -> String {
        format!("ducha/vault/{}/{}/{lock}", self.format, self.archive)
    }

    fn checksum(&self) -> String {
        let mut bare = self.clone();
        bare.check.clear();
        hex::encode(
            &Sha256::new_with_prefix(CHECK_DOMAIN)
                .chain_update(bare.to_text())
                .finalize(),
        )
    }
}

/// Locks `secret` under `key`. What the lock belongs to is its `context`.
fn wrap(
    context: &str,
    salt: &[u8; 16],
    key: &[u8; 32],
    secret: &MasterKey,
) -> Result<Wrapped, Error> {
    let nonce: [u8; 24] = random()?;
    let sealed = XChaCha20Poly1305::new(key.into())
        .encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: &**secret,
                aad: context.as_bytes(),
            },
        )
        .map_err(|_| Error::Internal {
            detail: "K-1".into(),
        })?;
    Ok(Wrapped {
        salt: hex::encode(salt),
        nonce: hex::encode(&nonce),
        key: hex::encode(&sealed),
    })
}

/// `None` when the key does not fit.
fn unwrap(context: &str, wrapped: &Wrapped, key: &[u8; 32]) -> Result<Option<MasterKey>, Error> {
    let nonce: [u8; 24] = bytes(&wrapped.nonce)?;
    let sealed: [u8; 48] = bytes(&wrapped.key)?;
    let opened = XChaCha20Poly1305::new(key.into()).decrypt(
        &XNonce::from(nonce),
        Payload {
            msg: &sealed,
            aad: context.as_bytes(),
        },
    );
    let Ok(opened) = opened.map(Zeroizing::new) else {
        return Ok(None);
    };
    let mut secret = Zeroizing::new([0; 32]);
    secret.copy_from_slice(&opened);
    Ok(Some(secret))
}

/// The code has more entropy than any passphrase (138 bits), so one hash is
/// enough: there is nothing to guess slowly.
fn recovery_key(code: &RecoveryCode, salt: &[u8; 16]) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(
        Sha256::new_with_prefix(RECOVERY_DOMAIN)
            .chain_update(salt)
            .chain_update(code.secret())
            .finalize()
            .into(),
    )
}

fn bytes<const N: usize>(text: &str) -> Result<[u8; N], Error> {
    hex::decode(text)
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(Error::KeysDamaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locked() -> (KeyFile, RecoveryCode, MasterKey) {
        let master = Zeroizing::new([7; 32]);
        let (file, code) = KeyFile::new(
            Uuid::from_bytes([3; 16]),
            KdfParams::fast_for_tests(),
            "示例口令",
            &master,
        )
        .expect("valid");
        (file, code, master)
    }

    #[test]
    fn both_locks_open_and_no_other() {
        let (file, code, master) = locked();
        let file = KeyFile::from_text(&file.to_text()).expect("its own text");
        assert_eq!(file.open("示例口令").expect("right"), master);
        assert_eq!(file.open_with_recovery(&code).expect("right"), master);
        assert_eq!(file.open("示例口令 ").map_err(|e| e.code()), Err("DA-01"));
        let other = RecoveryCode::generate().expect("random");
        assert_eq!(
            file.open_with_recovery(&other).map_err(|e| e.code()),
            Err("DA-02")
        );
    }

    #[test]
    fn a_new_passphrase_keeps_the_recovery_code() {
        let (mut file, code, master) = locked();
        file.set_passphrase("新口令", &master).expect("valid");
        assert_eq!(file.open("示例口令").map_err(|e| e.code()), Err("DA-01"));
        assert_eq!(file.open("新口令").expect("right"), master);
        assert_eq!(file.open_with_recovery(&code).expect("right"), master);
        assert_eq!(
            file.set_passphrase("", &master).map_err(|e| e.code()),
            Err("DA-05")
        );
    }

    #[test]
    fn every_changed_character_is_damage_and_not_a_wrong_passphrase() {
        let (file, ..) = locked();
        let text = file.to_text();
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'5' { b'6' } else { b'5' };
            let Ok(changed) = String::from_utf8(changed) else {
                continue;
            };
            let error = KeyFile::from_text(&changed)
                .map(|_| ())
                .map_err(|e| e.code());
            // A changed line break or indent says the same as before.
            if text.as_bytes()[at].is_ascii_whitespace() {
                assert!(error.is_err(), "a digit in the place of a space at {at}");
            } else {
                assert!(matches!(error, Err("DA-13" | "DA-09")), "{error:?} at {at}");
            }
        }
    }

    #[test]
    fn a_newer_file_says_so() {
        let text = locked()
            .0
            .to_text()
            .replace("\"format\": 1", "\"format\": 2");
        assert_eq!(
            KeyFile::from_text(&text).map(|_| ()).map_err(|e| e.code()),
            Err("DA-09")
        );
    }
}
