//! An entry as it comes in: what can be said of it without the archive, so that another
//! thread can find it out.

use std::collections::BTreeMap;

use ledger::verify::Claim;
use ledger::{DeviceId, Entry, Header, Payload};

/// Looks at entries before they are brought ([`super::Staging::bring`]), on whatever thread.
#[derive(Debug, Clone)]
pub struct Opener {
    /// How far every chain was known when the import began.
    pub(super) known: BTreeMap<DeviceId, u64>,
}

/// An entry that was looked at.
#[derive(Debug)]
pub struct Incoming {
    pub(super) entry: Entry,
    /// Its payload has the hash that the header names; true without payload.
    pub(super) is_right: bool,
    /// Nothing when there is likely nothing new in it.
    pub(super) findings: Option<Findings>,
}

/// What is found in an entry.
#[derive(Debug)]
pub(super) struct Findings {
    /// Its payload, decoded and held against the header.
    pub(super) contents: Result<Option<Payload>, ledger::Error>,
    /// What its device is said to have signed.
    pub(super) claim: Claim,
    /// Header and hash are those of the bytes.
    pub(super) is_sound: bool,
}

impl Opener {
    /// Looks at an entry; opens it when its number is new.
    pub fn open(&self, entry: Entry) -> Incoming {
        let header = &entry.header;
        let is_known = self
            .known
            .get(&header.device)
            .is_some_and(|last| header.seq <= *last);
        if is_known {
            Incoming {
                is_right: is_right(&entry),
                findings: None,
                entry,
            }
        } else {
            Incoming::of(entry)
        }
    }
}

impl Incoming {
    /// Opens an entry.
    pub fn of(entry: Entry) -> Self {
        let findings = Findings::of(&entry);
        Self {
            is_right: findings.contents.is_ok() || is_right(&entry),
            findings: Some(findings),
            entry,
        }
    }
}

impl Findings {
    pub(super) fn of(entry: &Entry) -> Self {
        let claim = Claim::of(entry);
        Self {
            contents: entry.open_payload(),
            is_sound: claim.hash() == entry.hash
                && Header::decode(&entry.header_bytes).as_ref() == Ok(&entry.header),
            claim,
        }
    }
}

fn is_right(entry: &Entry) -> bool {
    let payload = entry.payload.as_deref();
    payload.is_none_or(|bytes| Payload::hash(bytes) == Ok(entry.header.payload_hash))
}
