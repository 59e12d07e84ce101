//! What a field shows when several devices wrote to it, and when that is a conflict.
//!
//! Concurrency is decided by *bases*, never by clocks: a version replaces exactly the versions
//! its editor saw. Versions nobody has replaced are the tips. More than one tip with different
//! values is a conflict, and both stay visible until a person chooses. The state is a set, so
//! the order of arrival and repeated arrival cannot matter.

use std::collections::btree_map::Entry as Place;
use std::collections::{BTreeMap, BTreeSet};

use crate::erasure::Erasure;
use crate::{Change, DeviceId, EntityId, Entry, EntryHash, Error, Hlc, RETRACTED, Value};

/// One value a field was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The entry that gave it.
    pub entry: EntryHash,
    /// When, by the writing device.
    pub hlc: Hlc,
    /// Which device wrote it.
    pub device: DeviceId,
    /// The value.
    pub value: Value,
    /// The entries whose value the editor saw.
    pub bases: Vec<EntryHash>,
}

/// All versions of one field of one record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldVersions {
    pub(crate) versions: BTreeMap<EntryHash, Version>,
    replaced: BTreeSet<EntryHash>,
}

impl FieldVersions {
    /// A field nobody wrote to.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a version. The same version again changes nothing, but that its value becomes known
    /// when it was masked before.
    pub fn insert(&mut self, version: Version) {
        self.replaced.extend(version.bases.iter().copied());
        match self.versions.entry(version.entry) {
            Place::Vacant(vacant) => {
                vacant.insert(version);
            }
            Place::Occupied(mut known) if known.get().value.is_masked() => {
                known.insert(version);
            }
            Place::Occupied(_) => {}
        }
    }

    /// Notes that `bases` were replaced by a version whose value is no longer at hand (its
    /// payload was lawfully erased), so that they do not come back as tips.
    pub fn replace(&mut self, bases: impl IntoIterator<Item = EntryHash>) {
        self.replaced.extend(bases);
    }

    /// The versions no other version names as base, the shown one first.
    pub fn tips(&self) -> Vec<&Version> {
        let mut tips: Vec<_> = self
            .versions
            .values()
            .filter(|version| !self.replaced.contains(&version.entry))
            .collect();
        tips.sort_by_key(|version| std::cmp::Reverse((version.hlc, version.device, version.entry)));
        tips
    }

    /// The version to show: the tip with the greatest (clock, device). The clock orders; it
    /// never discards, because the other tips stay in [`FieldVersions::tips`].
    pub fn shown(&self) -> Option<&Version> {
        self.tips().into_iter().next()
    }

    /// The value to show; [`Value::Masked`] when it is not known here.
    pub fn value(&self) -> Option<&Value> {
        self.shown().map(|version| &version.value)
    }

    /// Whether a person has to choose: several tips that differ in value. Two people who wrote
    /// the same thing do not conflict. Whether a masked tip differs from another is not known
    /// here: it makes no conflict, but the field is [masked](Self::is_masked).
    pub fn conflict(&self) -> bool {
        let tips = self.tips();
        let mut known = tips.iter().filter(|tip| !tip.value.is_masked());
        let first = known.next();
        known.any(|tip| Some(&tip.value) != first.map(|first| &first.value))
    }

    /// Whether the value of a tip is not known here. Nobody may write to such a field: the new
    /// version would replace, where the value is known, one that its author has never seen.
    pub fn is_masked(&self) -> bool {
        self.tips().iter().any(|tip| tip.value.is_masked())
    }

    /// What an editor who sees this field now has to name as bases.
    pub fn bases(&self) -> Vec<EntryHash> {
        self.tips().into_iter().map(|tip| tip.entry).collect()
    }

    /// Every version, replaced ones included, oldest first by (clock, device): the history.
    pub fn history(&self) -> Vec<&Version> {
        let mut versions: Vec<_> = self.versions.values().collect();
        versions.sort_by_key(|version| (version.hlc, version.device, version.entry));
        versions
    }
}

/// Whether a record stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It stands.
    Live,
    /// It was withdrawn, by people who had seen all of it.
    Retracted,
    /// A person has to choose: it was withdrawn by somebody who had not seen these edits, or
    /// withdrawn and restored at once. Everything stays visible.
    Disputed {
        /// The entries that withdraw it.
        retractions: Vec<EntryHash>,
        /// The entries none of them had seen: edits, or a restoration.
        unseen: Vec<EntryHash>,
    },
}

/// All fields of one record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordVersions {
    kinds: BTreeMap<(Hlc, DeviceId, EntryHash), String>,
    fields: BTreeMap<String, FieldVersions>,
}

impl RecordVersions {
    /// A record nobody wrote to.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one change of `entry`. The same change again changes nothing.
    pub fn insert(&mut self, entry: &Entry, change: &Change) {
        let version = Version {
            entry: entry.hash,
            hlc: entry.header.hlc,
            device: entry.header.device,
            value: change.value.clone(),
            bases: change.bases.clone(),
        };
        self.insert_version(&change.kind, &change.field, version);
    }

    /// Adds one version of `field`, for a caller that stores versions rather than entries.
    pub fn insert_version(&mut self, kind: &str, field: &str, version: Version) {
        self.kinds.insert(
            (version.hlc, version.device, version.entry),
            kind.to_owned(),
        );
        self.fields
            .entry(field.to_owned())
            .or_default()
            .insert(version);
    }

    /// Notes that `bases` of `field` were replaced by a version whose payload was lawfully
    /// erased; see [`FieldVersions::replace`].
    pub fn replace(&mut self, field: &str, bases: impl IntoIterator<Item = EntryHash>) {
        self.fields
            .entry(field.to_owned())
            .or_default()
            .replace(bases);
    }

    /// What the record is: as the earliest entry about it says.
    pub fn kind(&self) -> Option<&str> {
        self.kinds.values().next().map(String::as_str)
    }

    /// The fields, by name. Unknown ones included.
    pub fn fields(&self) -> &BTreeMap<String, FieldVersions> {
        &self.fields
    }

    /// One field.
    pub fn field(&self, name: &str) -> Option<&FieldVersions> {
        self.fields.get(name)
    }

    /// The value shown in one field.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.field(name).and_then(FieldVersions::value)
    }

    /// The fields of which a tip is not known here.
    pub fn masked(&self) -> Vec<&str> {
        self.fields
            .iter()
            .filter(|(_, field)| field.is_masked())
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// The fields a person has to decide, without [`RETRACTED`] (see
    /// [`RecordVersions::standing`]).
    pub fn conflicts(&self) -> Vec<&str> {
        self.fields
            .iter()
            .filter(|(name, field)| *name != RETRACTED && field.conflict())
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// Whether the record stands.
    ///
    /// A retraction names all tips its editor saw. A tip it does not name was written without
    /// knowledge of it, unless that tip itself names the retraction (an edit of a record that
    /// was shown as retracted) or belongs to the same entry. One retraction that saw the edit
    /// is enough.
    pub fn standing(&self) -> Standing {
        let Some(marks) = self.fields.get(RETRACTED) else {
            return Standing::Live;
        };
        let (retractions, restorations): (Vec<_>, Vec<_>) = marks
            .tips()
            .into_iter()
            .partition(|mark| mark.value == Value::Bool(true));
        if retractions.is_empty() {
            return Standing::Live;
        }
        let knows = |edit: &Version| {
            retractions.iter().any(|mark| {
                mark.entry == edit.entry
                    || mark.bases.contains(&edit.entry)
                    || edit.bases.contains(&mark.entry)
            })
        };
        let mut unseen: BTreeSet<EntryHash> = self
            .fields
            .iter()
            .filter(|(name, _)| *name != RETRACTED)
            .flat_map(|(_, field)| field.tips())
            .filter(|edit| !knows(edit))
            .map(|edit| edit.entry)
            .collect();
        unseen.extend(restorations.iter().map(|mark| mark.entry));
        if unseen.is_empty() {
            return Standing::Retracted;
        }
        Standing::Disputed {
            retractions: retractions.iter().map(|mark| mark.entry).collect(),
            unseen: unseen.into_iter().collect(),
        }
    }

    /// What a change of `field` has to name as bases, for an editor who sees all of this
    /// record now. For [`RETRACTED`] that is every tip of every field; for any other field its
    /// own tips, and the retraction when the record is shown as withdrawn. While a retraction
    /// is disputed the record is shown as standing, so an edit of it must not settle the
    /// dispute by the way: it does not name the retraction.
    pub fn bases_for(&self, field: &str) -> Vec<EntryHash> {
        if field == RETRACTED {
            let all: BTreeSet<_> = self
                .fields
                .values()
                .flat_map(FieldVersions::bases)
                .collect();
            return all.into_iter().collect();
        }
        let mut bases = self
            .field(field)
            .map(FieldVersions::bases)
            .unwrap_or_default();
        if let Some(marks) = self.fields.get(RETRACTED)
            && self.standing() == Standing::Retracted
        {
            bases.extend(
                marks
                    .tips()
                    .into_iter()
                    .filter(|m| m.value == Value::Bool(true))
                    .map(|m| m.entry),
            );
        }
        bases
    }
}

/// All records: the projection of a whole ledger, in memory. The reference the archive's
/// tables are checked against.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Records {
    records: BTreeMap<EntityId, RecordVersions>,
    erased: BTreeSet<EntityId>,
}

impl Records {
    /// No records.
    pub fn new() -> Self {
        Self::default()
    }

    /// Applies one entry, in any order, any number of times. An entry without payload changes
    /// nothing; one that erases records takes them out, for whatever comes later as well.
    ///
    /// # Errors
    /// When the payload is not the one the header vouches for or cannot be read; nothing is
    /// applied then.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), Error> {
        let Some(payload) = entry.open_payload()? else {
            return Ok(());
        };
        if let Some(erasure) = Erasure::of(entry, &payload) {
            for record in erasure.records {
                self.records.remove(&record);
                self.erased.insert(record);
            }
        }
        for change in &payload.changes {
            if !self.erased.contains(&change.entity) {
                self.records
                    .entry(change.entity)
                    .or_default()
                    .insert(entry, change);
            }
        }
        Ok(())
    }

    /// One record.
    pub fn get(&self, entity: &EntityId) -> Option<&RecordVersions> {
        self.records.get(entity)
    }

    /// All records in order of their identifiers.
    pub fn iter(&self) -> impl Iterator<Item = (&EntityId, &RecordVersions)> {
        self.records.iter()
    }

    /// Whether a record was lawfully erased.
    pub fn is_erased(&self, entity: &EntityId) -> bool {
        self.erased.contains(entity)
    }
}

#[cfg(test)]
pub(crate) mod tests;
