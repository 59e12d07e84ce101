//! Identifiers: records, devices, entries, compartments.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::shorten;
use crate::{Error, hex};

/// The name of a record (人员, 谈话, 文书 …) for all time and on every device: a version-7 UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntityId(pub Uuid);

impl EntityId {
    /// Makes an identifier from the time (milliseconds since 1970, UTC) and ten random bytes.
    pub fn new(now_millis: u64, random: [u8; 10]) -> Self {
        Self(uuid::Builder::from_unix_timestamp_millis(now_millis, &random).into_uuid())
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.hyphenated())
    }
}

impl FromStr for EntityId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Uuid::parse_str(text)
            .map(Self)
            .map_err(|_| Error::BadIdentifier {
                text: shorten(text),
            })
    }
}

/// A compartment (隔离区): records only named recipients may open. [`CompartmentId::OPEN`] is
/// everything that is not sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CompartmentId(pub Uuid);

impl CompartmentId {
    /// The open compartment, the nil UUID.
    pub const OPEN: Self = Self(Uuid::nil());
}

impl Default for CompartmentId {
    fn default() -> Self {
        Self::OPEN
    }
}

impl fmt::Display for CompartmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.hyphenated())
    }
}

impl FromStr for CompartmentId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        text.parse::<EntityId>().map(|id| Self(id.0))
    }
}

/// A 32-byte identifier written as 64 hexadecimal digits in text and JSON.
macro_rules! hex_identifier {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                hex::write(f, &self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                hex::decode(text)
                    .and_then(|bytes| bytes.try_into().ok())
                    .map(Self)
                    .ok_or_else(|| Error::BadIdentifier {
                        text: shorten(text),
                    })
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?
                    .parse()
                    .map_err(serde::de::Error::custom)
            }
        }
    };
}

/// A device (one archive on one machine). It *is* the Ed25519 verifying key, so no directory of
/// keys is needed to check what the device signed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(pub [u8; 32]);

hex_identifier!(DeviceId);

impl DeviceId {
    /// Eight groups of four decimal digits that two people compare by eye or by telephone.
    ///
    /// Derived from a hash of the whole key (about 106 bits), so that a look-alike key cannot
    /// be searched for. Decimal, because digits are read aloud in Chinese without mistakes.
    pub fn fingerprint(&self) -> String {
        let digest: [u8; 32] = Sha256::new_with_prefix(b"ducha/ledger/1/fingerprint\0")
            .chain_update(self.0)
            .finalize()
            .into();
        digit_groups(&digest)
    }
}

/// A hash as eight groups of four decimal digits (about 106 bits), to be compared by eye or
/// by telephone.
pub fn digit_groups(digest: &[u8; 32]) -> String {
    let groups: Vec<String> = digest
        .chunks_exact(4)
        .map(|c| {
            format!(
                "{:04}",
                u32::from_be_bytes([c[0], c[1], c[2], c[3]]) % 10_000
            )
        })
        .collect();
    groups.join(" ")
}

/// The SHA-256 of an entry's header, which names the entry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryHash(pub [u8; 32]);

hex_identifier!(EntryHash);

impl EntryHash {
    /// Thirty-two zero bytes: the predecessor of the first entry of a chain.
    pub const ZERO: Self = Self([0; 32]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_is_a_version_7_uuid_in_time_order() {
        let early = EntityId::new(1_700_000_000_000, [0xff; 10]);
        let late = EntityId::new(1_700_000_000_001, [0; 10]);
        assert!(early < late);
        assert_eq!(early.0.get_version_num(), 7);
        assert_eq!(late.to_string().parse::<EntityId>(), Ok(late));
        assert_eq!(
            serde_json::to_string(&late).expect("text"),
            format!("\"{late}\"")
        );
        assert_eq!(
            "甲某".parse::<EntityId>().map_err(|e| e.code()),
            Err("bad-identifier")
        );
    }

    #[test]
    fn hex_identifiers_round_trip_in_text_and_json() {
        let device = DeviceId(std::array::from_fn(|i| i as u8));
        assert!(device.to_string().starts_with("000102"));
        assert_eq!(device.to_string().parse(), Ok(device));
        let json = serde_json::to_string(&device).expect("text");
        assert_eq!(
            serde_json::from_str::<DeviceId>(&json).expect("same"),
            device
        );
        assert!("00".parse::<EntryHash>().is_err());
    }

    #[test]
    fn fingerprint_has_eight_groups_and_depends_on_every_byte() {
        let shown = DeviceId([7; 32]).fingerprint();
        assert_eq!(shown.split(' ').count(), 8);
        assert!(
            shown
                .split(' ')
                .all(|g| g.len() == 4 && g.bytes().all(|b| b.is_ascii_digit()))
        );
        for i in 0..32 {
            let mut other = [7; 32];
            other[i] ^= 1;
            assert_ne!(DeviceId(other).fingerprint(), shown, "byte {i}");
        }
    }
}
