//! Keys that lock and open bundles.

use std::fmt;
use std::str::FromStr;

use age::secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{Error, limits};

/// The secret key that opens bundles (X25519). Wiped from memory when dropped; never printed.
#[derive(Clone)]
pub struct Identity(pub(crate) age::x25519::Identity);

impl Identity {
    /// Draws a new key from the operating system.
    pub fn generate() -> Self {
        Self(age::x25519::Identity::generate())
    }

    /// Reads the text form `AGE-SECRET-KEY-1…`.
    ///
    /// # Errors
    /// [`Error::BadKey`], without repeating the text.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        text.trim().parse().map(Self).map_err(|_| Error::BadKey {
            text: "（密钥）".to_owned(),
        })
    }

    /// The text form, to be stored inside the encrypted archive only.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }

    /// The public half (收件码), to be given to colleagues.
    pub fn recipient(&self) -> Recipient {
        Recipient::new(self.0.to_public())
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity(of {})", self.recipient())
    }
}

/// The public key a bundle is locked for (收件码), in text `age1…`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Recipient {
    key: age::x25519::Recipient,
    bytes: [u8; 32],
    text: String,
}

/// What the text form of a public key begins with.
const PREFIX: bech32::Hrp = bech32::Hrp::parse_unchecked("age");

impl Recipient {
    fn new(key: age::x25519::Recipient) -> Self {
        let text = key.to_string();
        let bytes = bech32::decode(&text)
            .ok()
            .and_then(|(_, bytes)| bytes.try_into().ok())
            .expect("an age key is the Bech32 of 32 bytes");
        Self { key, bytes, text }
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The X25519 public key itself. The text form is its Bech32.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.bytes
    }

    /// The key from its 32 bytes.
    ///
    /// # Errors
    /// [`Error::BadKey`] when they are no key.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Error> {
        bech32::encode::<bech32::Bech32>(PREFIX, bytes)
            .map_err(|_| Error::BadKey {
                text: "（收件码）".to_owned(),
            })?
            .parse()
    }
}

impl PartialOrd for Recipient {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Recipient {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

impl FromStr for Recipient {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        text.parse().map(Self::new).map_err(|_| Error::BadKey {
            // Somebody may have pasted the secret half: never repeat that.
            text: if text.to_ascii_uppercase().starts_with("AGE-SECRET") {
                "（密钥）".to_owned()
            } else {
                text.chars().take(80).collect()
            },
        })
    }
}

impl Serialize for Recipient {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Recipient {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// What a bundle is locked with.
pub enum Lock {
    /// For these keys. The normal way.
    Recipients(Vec<Recipient>),
    /// With a passphrase told by other means, when no keys were exchanged yet.
    Passphrase(Zeroizing<String>),
}

impl Lock {
    /// A lock with a passphrase.
    pub fn passphrase(passphrase: impl Into<String>) -> Self {
        Self::Passphrase(Zeroizing::new(passphrase.into()))
    }

    /// The keys of the lock, in the order the manifest lists them: sorted, none twice.
    pub(crate) fn recipients(&self) -> Vec<Recipient> {
        match self {
            Self::Recipients(keys) => {
                let mut keys = keys.clone();
                keys.sort();
                keys.dedup();
                keys
            }
            Self::Passphrase(_) => vec![],
        }
    }

    /// The outer encryption. `work_factor` applies to passphrases.
    pub(crate) fn encryptor(&self, work_factor: u8) -> Result<age::Encryptor, Error> {
        let made = match self {
            Self::Recipients(_) => {
                let keys = self.recipients();
                if keys.len() > limits::RECIPIENTS {
                    return Err(Error::TooLarge {
                        what: "收件人数",
                        limit: limits::RECIPIENTS as u64,
                    });
                }
                age::Encryptor::with_recipients(keys.iter().map(|r| &r.key as &dyn age::Recipient))
            }
            Self::Passphrase(passphrase) if passphrase.is_empty() => return Err(Error::NoLock),
            Self::Passphrase(passphrase) => {
                let mut recipient = age::scrypt::Recipient::new(secret(passphrase));
                recipient.set_work_factor(work_factor);
                age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
            }
        };
        made.map_err(|_| Error::NoLock)
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recipients(keys) => f.debug_tuple("Recipients").field(keys).finish(),
            Self::Passphrase(_) => f.write_str("Passphrase(…)"),
        }
    }
}

/// What a bundle is opened with.
#[derive(Clone, Copy)]
pub enum Unlock<'a> {
    /// One's own key.
    Identity(&'a Identity),
    /// The passphrase the sender told.
    Passphrase(&'a str),
}

impl fmt::Debug for Unlock<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identity(identity) => identity.fmt(f),
            Self::Passphrase(_) => f.write_str("Passphrase(…)"),
        }
    }
}

/// A passphrase as age wants it; wiped when dropped.
pub(crate) fn secret(passphrase: &str) -> SecretString {
    SecretString::from(passphrase.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_round_trip_in_text() {
        let identity = Identity::generate();
        let again =
            Identity::from_text(&format!(" {}\n", *identity.to_text())).expect("its own form");
        assert_eq!(again.recipient(), identity.recipient());
        let recipient: Recipient = identity
            .recipient()
            .to_string()
            .parse()
            .expect("its own form");
        assert_eq!(recipient, identity.recipient());
        assert!(recipient.as_str().starts_with("age1"));
        assert_eq!(
            Recipient::from_bytes(&recipient.to_bytes()).expect("a key"),
            recipient
        );
        let json = serde_json::to_string(&recipient).expect("text");
        assert_eq!(
            serde_json::from_str::<Recipient>(&json).expect("same"),
            recipient
        );
    }

    #[test]
    fn secrets_are_never_repeated() {
        let identity = Identity::generate();
        let secret = identity.to_text();
        let pasted = secret.parse::<Recipient>().expect_err("not a recipient");
        let broken = Identity::from_text(&secret[..secret.len() - 1]).expect_err("cut");
        let debug = format!(
            "{identity:?} {pasted} {broken} {:?} {:?}",
            Lock::passphrase("山高水长"),
            Unlock::Passphrase("山高水长")
        );
        assert!(!debug.contains(&secret[20..40]), "{debug}");
        assert!(!debug.contains("山高"), "{debug}");
    }

    #[test]
    fn a_mistyped_recipient_is_refused() {
        let text = Identity::generate().recipient().to_string();
        let last = if text.ends_with('q') { 'p' } else { 'q' };
        let mistyped = format!("{}{last}", &text[..text.len() - 1]);
        assert_eq!(
            mistyped.parse::<Recipient>().map_err(|e| e.code()),
            Err("bad-key")
        );
        assert!("示例市".parse::<Recipient>().is_err());
    }

    #[test]
    fn a_lock_needs_somebody() {
        assert_eq!(
            Lock::Recipients(vec![])
                .encryptor(1)
                .map(drop)
                .map_err(|e| e.code()),
            Err("no-lock")
        );
        assert_eq!(
            Lock::passphrase("")
                .encryptor(1)
                .map(drop)
                .map_err(|e| e.code()),
            Err("no-lock")
        );
    }
}
