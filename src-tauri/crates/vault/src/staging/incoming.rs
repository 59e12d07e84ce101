//! An entry as it comes in, opened: what can be said of it without the archive.

use ledger::verify::Claim;
use ledger::{Entry, Header, Payload};

/// An entry that was opened before it is brought ([`super::Staging::bring`]). Making
/// one needs no archive, so that another thread can do it.
#[derive(Debug)]
pub struct Incoming {
    pub(super) entry: Entry,
    /// Its payload, decoded and held against the header.
    pub(super) contents: Result<Option<Payload>, ledger::Error>,
    /// What its device is said to have signed.
    pub(super) claim: Claim,
    /// Header and hash are those of the bytes.
    pub(super) is_sound: bool,
}

impl Incoming {
    /// Opens an entry.
    pub fn of(entry: Entry) -> Self {
        let claim = Claim::of(&entry);
        Self {
            contents: entry.open_payload(),
            is_sound: claim.hash() == entry.hash
                && Header::decode(&entry.header_bytes).as_ref() == Ok(&entry.header),
            claim,
            entry,
        }
    }
}
