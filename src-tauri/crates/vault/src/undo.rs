//! What would take an entry back. Nothing is ever taken out of the ledger: an
//! entry is undone by another one that gives its fields the values they had.

use std::collections::BTreeMap;

use ledger::merge::{FieldVersions, RecordVersions, Standing};
use ledger::{Change, EntityId, EntryHash, RETRACTED, Value};

use crate::table::{entry, field_version, record};
use crate::{Edit, Error, Vault};

/// Whether, and by which edits, an entry can be taken back as things stand now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reversal {
    /// These edits bring back what was shown before.
    Possible(Vec<Edit>),
    /// Somebody changed a field since; taking the entry back would undo that
    /// too.
    Overtaken {
        /// The record.
        record: EntityId,
        /// The field.
        field: String,
    },
    /// The entry chose between two values. The choice cannot be put back as
    /// open.
    Settled {
        /// The record.
        record: EntityId,
        /// The field.
        field: String,
    },
    /// The content of the entry, or of what it replaced, is not here.
    Withheld,
}

impl Vault {
    /// What would take the entry of this device with that hash back: a record
    /// it made is withdrawn, one it withdrew is restored, and every other
    /// field gets the value it had. `unset` says, for a kind and a field, what
    /// stands for a value that was never given.
    ///
    /// The fields must still hold what the entry gave them, by this device's
    /// own hand: whoever else wrote to them meanwhile is not overruled.
    pub fn reversal(
        &self,
        hash: &EntryHash,
        unset: &dyn Fn(&str, &str) -> Value,
    ) -> Result<Reversal, Error> {
        let Some(changes) = self.changes_of(hash)? else {
            return Ok(Reversal::Withheld);
        };
        let mut by_record: BTreeMap<EntityId, Vec<Change>> = BTreeMap::new();
        for change in changes {
            by_record.entry(change.entity).or_default().push(change);
        }
        let mut edits = Vec::new();
        for (id, changes) in by_record {
            let versions = field_version::tips(&self.connection, &id)?;
            if let Some(field) = self.overtaken(&changes, &versions) {
                return Ok(Reversal::Overtaken { record: id, field });
            }
            let Some(stamp) = record::stamp(&self.connection, &id)? else {
                return Ok(Reversal::Withheld);
            };
            let mut edit = |field: &str, value: Value| {
                edits.push(Edit {
                    entity: id,
                    kind: stamp.kind.clone(),
                    field: field.to_owned(),
                    value,
                });
            };
            if stamp.is_made_by(hash) {
                if let Some(field) = self.added_since(&changes, &versions, &stamp.kind, unset) {
                    return Ok(Reversal::Overtaken { record: id, field });
                }
                edit(RETRACTED, Value::Bool(true));
                continue;
            }
            for change in &changes {
                if change.field == RETRACTED {
                    edit(RETRACTED, Value::Bool(change.value != Value::Bool(true)));
                    continue;
                }
                match self.replaced_by(change)? {
                    Replaced::Nothing => {
                        edit(&change.field, unset(&stamp.kind, &change.field));
                    }
                    Replaced::Value(value) => edit(&change.field, value),
                    Replaced::Conflict => {
                        return Ok(Reversal::Settled {
                            record: id,
                            field: change.field.clone(),
                        });
                    }
                    Replaced::Unknown => return Ok(Reversal::Withheld),
                }
            }
        }
        Ok(Reversal::Possible(edits))
    }

    /// What an entry changed; nothing when it is not here, or its content is not.
    pub fn changes_of(&self, hash: &EntryHash) -> Result<Option<Vec<Change>>, Error> {
        let Some(entry) = entry::get(&self.connection, hash)? else {
            return Ok(None);
        };
        Ok(entry.open_payload()?.map(|payload| payload.changes))
    }

    /// Whether a record came into being by the entry with this hash.
    pub fn is_made_by(&self, id: &EntityId, hash: &EntryHash) -> Result<bool, Error> {
        let stamp = record::stamp(&self.connection, id)?;
        Ok(stamp.is_some_and(|stamp| stamp.is_made_by(hash)))
    }

    /// The value that the entry with this hash gave a field, if it is here.
    pub fn value_given(
        &self,
        id: &EntityId,
        field: &str,
        hash: &EntryHash,
    ) -> Result<Option<Value>, Error> {
        field_version::value_in(&self.connection, id, field, hash)
    }

    /// The values that a change replaced, without those that are the same.
    pub fn values_before(&self, change: &Change) -> Result<Vec<Value>, Error> {
        let mut values = Vec::new();
        for base in &change.bases {
            let known =
                field_version::value_in(&self.connection, &change.entity, &change.field, base)?;
            if let Some(value) = known
                && !values.contains(&value)
            {
                values.push(value);
            }
        }
        Ok(values)
    }

    /// The first field of a record that no longer holds what `changes` gave it.
    fn overtaken(&self, changes: &[Change], versions: &RecordVersions) -> Option<String> {
        let holds = |change: &Change| {
            versions.field(&change.field).is_some_and(|field| {
                self.is_own(field) && field.value() == Some(&change.value) && !field.conflict()
            })
        };
        if matches!(versions.standing(), Standing::Disputed { .. }) {
            return Some(RETRACTED.to_owned());
        }
        changes
            .iter()
            .find(|change| !holds(change))
            .map(|change| change.field.clone())
    }

    /// The first field that holds something besides what `changes` gave: a
    /// record that others have added to is not this device's alone.
    fn added_since(
        &self,
        changes: &[Change],
        versions: &RecordVersions,
        kind: &str,
        unset: &dyn Fn(&str, &str) -> Value,
    ) -> Option<String> {
        let is_given = |name: &str| changes.iter().any(|change| change.field == name);
        let is_empty = |name: &str, field: &FieldVersions| {
            let blank = if name == RETRACTED {
                Value::Bool(false)
            } else {
                unset(kind, name)
            };
            self.is_own(field)
                && field
                    .value()
                    .is_none_or(|value| *value == Value::Null || *value == blank)
        };
        versions
            .fields()
            .iter()
            .find(|(name, field)| !is_given(name) && !is_empty(name, field))
            .map(|(name, _)| name.clone())
    }

    /// Whether nobody but this device stands behind what a field shows.
    fn is_own(&self, field: &FieldVersions) -> bool {
        field.tips().iter().all(|tip| tip.device == self.device())
    }

    fn replaced_by(&self, change: &Change) -> Result<Replaced, Error> {
        let mut values = self.values_before(change)?;
        for base in &change.bases {
            let field =
                |name: &str| field_version::value_in(&self.connection, &change.entity, name, base);
            // An edit of a withdrawn record names the withdrawal too.
            if field(&change.field)?.is_none() && field(RETRACTED)?.is_none() {
                return Ok(Replaced::Unknown);
            }
        }
        Ok(match (values.pop(), values.is_empty()) {
            (None, _) => Replaced::Nothing,
            (Some(value), true) => Replaced::Value(value),
            (Some(_), false) => Replaced::Conflict,
        })
    }
}

/// What stood in a field before a change of it.
enum Replaced {
    Nothing,
    Value(Value),
    Conflict,
    Unknown,
}
