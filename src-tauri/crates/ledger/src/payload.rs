//! The payload (内容) of an entry: what one action changed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::cbor::{Reader, Writer, read_canonical};
use crate::error::shorten;
use crate::{EntityId, EntryHash, Error, Value, limits, masking};

/// The format version written into payloads. Its hash can be made without the values, so that
/// they can be masked one by one; see [`masking`].
const VERSION: u8 = 2;
/// What the payload is called in messages.
pub(crate) const WHAT: &str = "条目内容";
/// Keeps the hashes of payloads of version 1 apart from every other hash in the program.
const DOMAIN: &[u8] = b"ducha/ledger/1/payload\0";

/// The field that says that a record was withdrawn (`true`) or restored (`false`).
/// Records are never deleted; [`crate::merge::RecordVersions`] has the rule.
pub const RETRACTED: &str = "retracted";

/// One field of one record gets a new value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The record.
    pub entity: EntityId,
    /// What the record is (`person`, `turn`, `paper` …). Unknown kinds are kept.
    pub kind: String,
    /// The field. Unknown fields are kept.
    pub field: String,
    /// The new value.
    pub value: Value,
    /// The entries whose value of this field the editor saw: none when the field was unset,
    /// one normally, several when this change settles a conflict. In memory the order does not
    /// matter; in bytes they are sorted and unique.
    ///
    /// For [`RETRACTED`] they are *all* tips of *all* fields the editor saw, so that an edit
    /// the editor did not see becomes a conflict. An edit of a record that is shown as
    /// retracted names the retracting entry as well.
    pub bases: Vec<EntryHash>,
}

/// What one action changed. Its hash is in the header, so it can be left out of an export or
/// lawfully erased while the chain still verifies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// Sixteen random bytes, so that the hash of a withheld payload reveals nothing: without
    /// them a short payload could be guessed and the guess confirmed. `None` when the payload
    /// came masked: its salt stayed with who masked it.
    pub salt: Option<[u8; 16]>,
    /// A remark by the author on the action as a whole, e.g. why something was corrected. None
    /// is known when it was masked.
    pub note: Option<String>,
    /// The changes. At least one; no field of a record twice.
    pub changes: Vec<Change>,
}

impl Payload {
    /// The deterministic CBOR of the whole payload, in the version written now.
    ///
    /// # Errors
    /// [`Error::Masked`] when something of it is not known here. When a name, count, size or depth is outside the limits of the format, a field is
    /// changed twice, or there is no change at all.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        let Some(salt) = &self.salt else {
            return Err(Error::Masked);
        };
        if self.changes.iter().any(|it| it.value.holds_masked()) {
            return Err(Error::Masked);
        }
        let mut writer = Writer::new();
        self.write(VERSION, salt, &mut writer);
        let bytes = writer.finish();
        if bytes.len() > limits::PAYLOAD_BYTES {
            return Err(Error::TooLarge {
                what: WHAT,
                limit: limits::PAYLOAD_BYTES,
            });
        }
        Ok(bytes)
    }

    /// Reads a payload, of this version or of version 1, whole or masked, and refuses every form
    /// but the deterministic one.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let payload = if masking::is_masked(bytes) {
            masking::decode(bytes)?
        } else {
            let read = read_canonical(
                WHAT,
                limits::PAYLOAD_BYTES,
                bytes,
                Self::read,
                |(version, salt, payload), w| payload.write(*version, salt, w),
            );
            read?.2
        };
        payload.check()?;
        Ok(payload)
    }

    /// The hash that the header carries for these payload bytes: the same for the whole payload
    /// and for every masked form of it.
    ///
    /// # Errors
    /// [`Error::NewerVersion`] for a payload of a later version, of which nobody here knows how
    /// it is hashed; [`Error::Malformed`] and the like for what has not the parts of a payload.
    pub fn hash(bytes: &[u8]) -> Result<[u8; 32], Error> {
        if masking::is_hashed_in_parts(bytes) {
            return masking::hash(bytes);
        }
        // Anything else that is no payload of a later version counts as one of version 1: the
        // hash tells whether it is.
        if let Err(newer @ Error::NewerVersion { .. }) =
            Reader::new(WHAT, bytes).versioned_array(VERSION, 4)
        {
            return Err(newer);
        }
        Ok(Sha256::new_with_prefix(DOMAIN)
            .chain_update(bytes)
            .finalize()
            .into())
    }

    fn check(&self) -> Result<(), Error> {
        if self.changes.is_empty() {
            return Err(Error::EmptyPayload);
        }
        if self.changes.len() > limits::CHANGES {
            return Err(Error::TooLarge {
                what: "条目中更改的项数",
                limit: limits::CHANGES,
            });
        }
        let mut seen = BTreeSet::new();
        for change in &self.changes {
            check_name(&change.kind)?;
            check_name(&change.field)?;
            if change.bases.len() > limits::BASES {
                return Err(Error::TooLarge {
                    what: "更改所依据的条目数",
                    limit: limits::BASES,
                });
            }
            if change.value.depth() > limits::DEPTH {
                return Err(Error::TooLarge {
                    what: "数据的嵌套层数",
                    limit: limits::DEPTH,
                });
            }
            if !seen.insert((change.entity, change.field.as_str())) {
                return Err(Error::DuplicateChange {
                    field: change.field.clone(),
                });
            }
        }
        Ok(())
    }

    fn write(&self, version: u8, salt: &[u8; 16], w: &mut Writer) {
        w.array(4)
            .uint(u64::from(version))
            .bytes(salt)
            .optional_text(self.note.as_deref());
        w.array(self.changes.len());
        for change in &self.changes {
            w.array(5)
                .bytes(change.entity.0.as_bytes())
                .text(&change.kind)
                .text(&change.field)
                .value(&change.value);
            write_bases(w, &change.bases);
        }
    }

    fn read(r: &mut Reader<'_>) -> Result<(u8, [u8; 16], Self), Error> {
        let version = r.versioned_array(VERSION, 4)?;
        let salt = r.fixed()?;
        let note = r.optional_text()?.map(str::to_owned);
        let count = r.array_up_to(limits::CHANGES)?;
        let mut changes = Vec::new();
        for _ in 0..count {
            r.array(5)?;
            let entity = EntityId(uuid::Uuid::from_bytes(r.fixed()?));
            let kind = r.text()?.to_owned();
            let field = r.text()?.to_owned();
            let value = r.value()?;
            let bases = read_bases(r)?;
            changes.push(Change {
                entity,
                kind,
                field,
                value,
                bases,
            });
        }
        let payload = Self {
            salt: Some(salt),
            note,
            changes,
        };
        Ok((version, salt, payload))
    }
}

/// Writes the bases of a change, sorted and each once.
pub(crate) fn write_bases(w: &mut Writer, bases: &[EntryHash]) {
    let is_sorted = bases.windows(2).all(|pair| pair[0] < pair[1]);
    if is_sorted {
        w.array(bases.len());
        for base in bases {
            w.bytes(&base.0);
        }
        return;
    }
    let sorted: BTreeSet<_> = bases.iter().collect();
    w.array(sorted.len());
    for base in sorted {
        w.bytes(&base.0);
    }
}

/// Reads the bases of a change.
pub(crate) fn read_bases(r: &mut Reader<'_>) -> Result<Vec<EntryHash>, Error> {
    (0..r.array_up_to(limits::BASES)?)
        .map(|_| r.fixed().map(EntryHash))
        .collect()
}

/// Checks a kind, field or action name: 1–64 of the letters, digits and `_ . - : /` of ASCII.
pub(crate) fn check_name(name: &str) -> Result<(), Error> {
    let good = (1..=limits::NAME_BYTES).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_.-:/".contains(&b));
    if good {
        Ok(())
    } else {
        Err(Error::BadName {
            name: shorten(name),
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::tests::any_value;

    pub(crate) fn change(field: &str, value: impl Into<Value>) -> Change {
        Change {
            entity: EntityId::new(1_700_000_000_000, [1; 10]),
            kind: "person".into(),
            field: field.into(),
            value: value.into(),
            bases: vec![],
        }
    }

    pub(crate) fn payload(changes: Vec<Change>) -> Payload {
        Payload {
            salt: Some([9; 16]),
            note: None,
            changes,
        }
    }

    fn encode_code(payload: &Payload) -> &'static str {
        payload.encode().map_or_else(|e| e.code(), |_| "ok")
    }

    #[test]
    fn refuses_what_the_format_does_not_permit() {
        assert_eq!(encode_code(&payload(vec![])), "empty-payload");
        assert_eq!(
            encode_code(&payload(vec![
                change("name", "甲某"),
                change("name", "乙某")
            ])),
            "duplicate-change"
        );
        assert_eq!(
            encode_code(&payload(vec![change("姓名", "甲某")])),
            "bad-name"
        );
        assert_eq!(encode_code(&payload(vec![change("", "甲某")])), "bad-name");
        assert_eq!(
            encode_code(&payload(vec![change(&"a".repeat(65), "甲某")])),
            "bad-name"
        );
        let deep = (0..=limits::DEPTH).fold(Value::Null, |inner, _| Value::List(vec![inner]));
        assert_eq!(encode_code(&payload(vec![change("a", deep)])), "too-large");
        let mut many = change("a", 1);
        many.bases = (0..=limits::BASES as u64)
            .map(|i| {
                let mut hash = [0; 32];
                hash[..8].copy_from_slice(&i.to_be_bytes());
                EntryHash(hash)
            })
            .collect();
        assert_eq!(encode_code(&payload(vec![many])), "too-large");
        assert_eq!(
            encode_code(&payload(vec![change("a", "字".repeat(6_000_000))])),
            "too-large"
        );
    }

    #[test]
    fn bases_are_sorted_and_unique_in_bytes() {
        let mut first = change("name", "甲某");
        first.bases = vec![EntryHash([2; 32]), EntryHash([1; 32]), EntryHash([2; 32])];
        let mut second = first.clone();
        second.bases = vec![EntryHash([1; 32]), EntryHash([2; 32])];
        let bytes = payload(vec![first]).encode().expect("valid");
        assert_eq!(
            bytes,
            payload(vec![second.clone()]).encode().expect("valid")
        );
        assert_eq!(
            Payload::decode(&bytes).expect("valid").changes,
            vec![second]
        );
        let swapped = swap(&bytes, &[1; 32], &[2; 32]);
        assert_eq!(
            Payload::decode(&swapped).map_err(|e| e.code()),
            Err("not-canonical")
        );
    }

    fn swap(bytes: &[u8], a: &[u8], b: &[u8]) -> Vec<u8> {
        let at = |needle: &[u8]| {
            bytes
                .windows(needle.len())
                .position(|w| w == needle)
                .expect("present")
        };
        let (i, j) = (at(a), at(b));
        let mut swapped = bytes.to_vec();
        swapped[i..i + a.len()].copy_from_slice(b);
        swapped[j..j + b.len()].copy_from_slice(a);
        swapped
    }

    #[test]
    fn a_newer_payload_says_so() {
        let mut bytes = payload(vec![change("name", "甲某")])
            .encode()
            .expect("valid");
        assert_eq!(bytes[1], 2);
        bytes[1] = 3;
        let error = Payload::decode(&bytes).expect_err("newer");
        assert_eq!(error.code(), "newer-version");
        assert!(error.to_string().contains("升级"));
    }

    #[test]
    fn salt_changes_the_hash() {
        let plain = payload(vec![change("name", "甲某")]);
        let salted = Payload {
            salt: Some([8; 16]),
            ..plain.clone()
        };
        let hash = |p: &Payload| Payload::hash(&p.encode().expect("valid"));
        assert_ne!(hash(&plain), hash(&salted));
    }

    pub(crate) fn any_payload() -> impl Strategy<Value = Payload> {
        let change = (
            any::<[u8; 10]>(),
            "[a-z]{1,8}",
            "[a-z_.]{1,20}",
            any_value(),
            prop::collection::btree_set(any::<[u8; 32]>(), 0..3),
        )
            .prop_map(|(random, kind, field, value, bases)| Change {
                entity: EntityId::new(1, random),
                kind,
                field,
                value,
                bases: bases.into_iter().map(EntryHash).collect(),
            });
        (
            any::<[u8; 16]>().prop_map(Some),
            any::<Option<String>>(),
            prop::collection::vec(change, 1..4),
        )
            .prop_map(|(salt, note, changes)| Payload {
                salt,
                note,
                changes,
            })
            .prop_filter("fields changed twice", |p| p.check().is_ok())
    }

    proptest! {
        #[test]
        fn payloads_round_trip(payload in any_payload()) {
            let bytes = payload.encode().expect("within limits");
            prop_assert_eq!(Payload::decode(&bytes), Ok(payload));
        }

        #[test]
        fn a_flipped_bit_never_yields_the_same_payload(payload in any_payload(), at: prop::sample::Index, bit in 0..8u8) {
            let mut bytes = payload.encode().expect("within limits");
            let hash = Payload::hash(&bytes);
            let i = at.index(bytes.len());
            bytes[i] ^= 1 << bit;
            prop_assert_ne!(Payload::hash(&bytes), hash);
            if let Ok(other) = Payload::decode(&bytes) {
                prop_assert_ne!(other, payload);
            }
        }
    }
}
