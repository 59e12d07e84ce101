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

    /// Whether entry `next` of this device only goes on with the typing that
    /// `run` began and `last` left: the same action on the same one text, in
    /// which it put in or took out a stretch, not later than `within` ms after
    /// the run began. Words are saved at every pause; nobody thinks of each
    /// pause as a step of its own.
    pub fn is_typing_on(
        &self,
        (run, last): (&EntryHash, &EntryHash),
        next: &EntryHash,
        within: u64,
    ) -> Result<bool, Error> {
        let all = (
            self.single_text(run)?,
            self.single_text(last)?,
            self.single_text(next)?,
        );
        let (Some(run), Some(was), Some(is)) = all else {
            return Ok(false);
        };
        let is_same = was.note == is.note
            && was.change.entity == is.change.entity
            && was.change.field == is.change.field
            && is.change.bases == [*last]
            && is.millis.saturating_sub(run.millis) <= within;
        let (Some(was), Some(is)) = (was.text(), is.text()) else {
            return Ok(false);
        };
        // Whoever clears a text begins anew. What a choice between two values
        // left behind is no typing.
        Ok(is_same
            && !is.is_empty()
            && differs_by_one_stretch(was, is)
            && self.values_before(&run.change)?.len() < 2)
    }

    /// The one change of an entry that changed one field of a record that was
    /// there before.
    fn single_text(&self, hash: &EntryHash) -> Result<Option<SingleChange>, Error> {
        let Some(entry) = entry::get(&self.connection, hash)? else {
            return Ok(None);
        };
        let Some(payload) = entry.open_payload()? else {
            return Ok(None);
        };
        let Ok([change]) = <[Change; 1]>::try_from(payload.changes) else {
            return Ok(None);
        };
        if self.is_made_by(&change.entity, hash)? {
            return Ok(None);
        }
        Ok(Some(SingleChange {
            change,
            note: payload.note,
            millis: entry.header.hlc.millis,
        }))
    }

    /// As [`Vault::reversal`] of the last entry of a run of typing, for the
    /// whole of the run (see [`Vault::is_typing_on`]): its text becomes again
    /// what it was before the first.
    pub fn reversal_of_run(
        &self,
        (run, last): (&EntryHash, &EntryHash),
        unset: &dyn Fn(&str, &str) -> Value,
    ) -> Result<Reversal, Error> {
        let reversal = self.reversal(last, unset)?;
        let (Reversal::Possible(edits), false) = (&reversal, run == last) else {
            return Ok(reversal);
        };
        let Some(first) = self.single_text(run)? else {
            return Ok(Reversal::Withheld);
        };
        let before = self.values_before(&first.change)?.pop();
        let edits = edits.iter().map(|edit| Edit {
            value: before
                .clone()
                .unwrap_or_else(|| unset(&edit.kind, &edit.field)),
            ..edit.clone()
        });
        Ok(Reversal::Possible(edits.collect()))
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

    /// The values that a change replaced, without those that are the same. One that came
    /// masked stands for itself.
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
        if values.iter().any(Value::is_masked) {
            return Ok(Replaced::Unknown);
        }
        Ok(match (values.pop(), values.is_empty()) {
            (None, _) => Replaced::Nothing,
            (Some(value), true) => Replaced::Value(value),
            (Some(_), false) => Replaced::Conflict,
        })
    }
}

/// An entry that changed one field.
struct SingleChange {
    change: Change,
    note: Option<String>,
    millis: u64,
}

impl SingleChange {
    /// The text it gave; an empty one is kept as no value.
    fn text(&self) -> Option<&str> {
        match &self.change.value {
            Value::Null => Some(""),
            value => value.as_text(),
        }
    }
}

/// Whether one text becomes the other by putting in, or taking out, characters
/// at one place.
fn differs_by_one_stretch(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let head: usize = short
        .chars()
        .zip(long.chars())
        .take_while(|(a, b)| a == b)
        .map(|(c, _)| c.len_utf8())
        .sum();
    long.ends_with(&short[head..])
}

/// What stood in a field before a change of it.
enum Replaced {
    Nothing,
    Value(Value),
    Conflict,
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::differs_by_one_stretch;

    #[test]
    fn typing_puts_in_or_takes_out_at_one_place() {
        for (one, other) in [
            ("", "科员"),
            ("示例局二级调", "示例局二级调研员"),
            ("甲丙", "甲乙丙"),
            ("甲乙乙", "甲乙"),
            ("科员", ""),
        ] {
            assert!(differs_by_one_stretch(one, other), "{one} {other}");
            assert!(differs_by_one_stretch(other, one), "{other} {one}");
        }
        for (one, other) in [("科长", "处长"), ("甲乙", "丙甲丁乙"), ("科员", "科长")]
        {
            assert!(!differs_by_one_stretch(one, other), "{one} {other}");
        }
    }
}
