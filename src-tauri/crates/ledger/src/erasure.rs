//! Lawful erasure (依规删除): an entry that says which records are to be known no
//! more. The headers stay, so every chain still verifies; the payloads go.
//!
//! What an erasure does follows from the *set* of entries alone, so it is the same in every
//! archive, whatever came in first: nothing is shown of an erased record any more, and an entry
//! that is about erased records only loses its payload, even one that comes in later or that
//! nobody knew of when the erasure was written. An erasure itself is never erased, and nothing
//! takes it back.

use std::collections::BTreeSet;

use crate::{EntityId, Entry, EntryHash, Payload, Value};

/// What the header of an erasure says was done. Only an entry with this action erases.
pub const ERASE: &str = "erase";

/// The kind of the record that an erasure writes: who ordered it, why, and what went.
pub const ERASURE_KIND: &str = "erasure";

/// Field of an erasure: the records, a list of identifiers in text.
pub const ERASED_RECORDS: &str = "records";

/// Field of an erasure: the entries whose payloads it took away where it was written, a list of
/// hashes in hexadecimal digits. It explains why they are missing, in archives too that never
/// had them; it takes nothing away by itself.
pub const ERASED_ENTRIES: &str = "entries";

/// Field of an erasure: SHA-256 of the attachments that went with the records, a list in
/// hexadecimal digits. One that comes in again is kept only when something that stands names it.
pub const ERASED_ATTACHMENTS: &str = "attachments";

/// What one erasure names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erasure {
    /// Records of which nothing is shown any more.
    pub records: BTreeSet<EntityId>,
    /// Entries whose payloads are lawfully missing.
    pub entries: BTreeSet<EntryHash>,
    /// Attachments that went, by SHA-256.
    pub attachments: BTreeSet<[u8; 32]>,
}

impl Erasure {
    /// What `entry`, whose payload this is, erases; `None` when it is no erasure. Names that
    /// cannot be read are left out: a newer program may name other things.
    pub fn of(entry: &Entry, payload: &Payload) -> Option<Self> {
        if !is_erasure(entry) {
            return None;
        }
        let mut erasure = Self::default();
        for change in &payload.changes {
            if change.kind != ERASURE_KIND {
                continue;
            }
            let names = texts(&change.value);
            match change.field.as_str() {
                ERASED_RECORDS => {
                    let ids = names.filter_map(|it| it.parse::<EntityId>().ok());
                    erasure.records.extend(ids);
                }
                ERASED_ENTRIES => {
                    let hashes = names.filter_map(|it| it.parse::<EntryHash>().ok());
                    erasure.entries.extend(hashes);
                }
                ERASED_ATTACHMENTS => {
                    let hashes = names.filter_map(|it| it.parse::<EntryHash>().ok());
                    erasure.attachments.extend(hashes.map(|hash| hash.0));
                }
                _ => {}
            }
        }
        Some(erasure)
    }
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let items = match value {
        Value::List(items) => &items[..],
        _ => &[],
    };
    items.iter().filter_map(Value::as_text)
}

/// Whether an entry is an erasure.
pub fn is_erasure(entry: &Entry) -> bool {
    entry.header.action == ERASE
}

/// Whether the payload of `entry` has to go: everything in it is about records that `is_erased`
/// says are erased. An entry that is about other records as well keeps its payload, because a
/// payload cannot be cut in two; what it says of the erased ones is shown nowhere.
pub fn is_covered(
    entry: &Entry,
    payload: &Payload,
    mut is_erased: impl FnMut(&EntityId) -> bool,
) -> bool {
    !is_erasure(entry) && payload.changes.iter().all(|it| is_erased(&it.entity))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::tests::{change, payload};
    use crate::{ChainWriter, Change, CompartmentId, DeviceKey, Position};

    fn entry(action: &str, changes: Vec<Change>) -> (Entry, Payload) {
        let mut writer = ChainWriter::new(DeviceKey::generate([1; 32]), Position::START);
        let payload = payload(changes);
        let author = EntityId::new(1, [5; 10]);
        let entry = writer.append(action, author, CompartmentId::OPEN, &payload, 1);
        (entry.expect("valid"), payload)
    }

    fn names(field: &str, names: &[&str]) -> Change {
        let list = names.iter().map(|name| Value::from(*name)).collect();
        Change {
            kind: ERASURE_KIND.into(),
            ..change(field, Value::List(list))
        }
    }

    #[test]
    fn only_an_entry_that_says_so_erases_and_what_cannot_be_read_is_left_out() {
        let record = EntityId::new(7, [7; 10]);
        let hash = "ab".repeat(32);
        let changes = vec![
            names(ERASED_RECORDS, &[&record.to_string(), "甲某"]),
            names(ERASED_ENTRIES, &[&hash, "12"]),
            names(ERASED_ATTACHMENTS, &[&hash]),
            change("reason", "示例事由"),
        ];
        let (said, contents) = entry(ERASE, changes.clone());
        let erasure = Erasure::of(&said, &contents).expect("it is one");
        assert_eq!(erasure.records, BTreeSet::from([record]));
        assert_eq!(erasure.entries, BTreeSet::from([EntryHash([0xab; 32])]));
        assert_eq!(erasure.attachments, BTreeSet::from([[0xab; 32]]));
        let (edited, contents) = entry("edit", changes);
        assert_eq!(Erasure::of(&edited, &contents), None);
    }

    #[test]
    fn a_payload_goes_when_all_of_it_is_about_erased_records() {
        let other = EntityId::new(8, [8; 10]);
        let both = vec![
            change("name", "甲某"),
            Change {
                entity: other,
                ..change("name", "乙某")
            },
        ];
        let (alone, payload) = entry("edit", vec![change("name", "甲某")]);
        assert!(!is_covered(&alone, &payload, |_| false));
        assert!(is_covered(&alone, &payload, |_| true));
        let (shared, payload) = entry("edit", both.clone());
        assert!(!is_covered(&shared, &payload, |id| *id != other));
        assert!(is_covered(&shared, &payload, |_| true));
        let (erasure, payload) = entry(ERASE, both);
        assert!(!is_covered(&erasure, &payload, |_| true));
    }
}
