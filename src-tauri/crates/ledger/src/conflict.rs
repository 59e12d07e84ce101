//! What a person has to decide in a record, and what the sides started from.
//!
//! Nothing here is stored: an open conflict is found from the versions, and it is closed by an
//! ordinary change whose bases are the versions it settles ([`OpenConflict::seen`]). Whoever
//! settles names exactly what was on the screen, so a third edit that nobody had seen stays a
//! side of its own; two people who settle differently leave one new conflict between their two
//! decisions. Every side stays in the history.

use std::collections::{BTreeMap, BTreeSet};

use crate::merge::{FieldVersions, RecordVersions, Standing, Version};
use crate::{EntryHash, RETRACTED, Value};

/// One of the values a person has to choose between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The value; for [`RETRACTED`] whether the record is to be withdrawn.
    pub value: Value,
    /// The entries that stand for it, the newest first. For a record that somebody withdrew
    /// without having seen all of it: the withdrawals on one side, the unseen edits on the
    /// other.
    pub entries: Vec<EntryHash>,
}

/// A field that waits for a person's decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenConflict {
    /// The field; [`RETRACTED`] when it is disputed whether the record stands.
    pub field: String,
    /// At least two sides with different values that are known, the one shown first. A version
    /// that is masked here is a side of its own besides: nobody can decide in view of it.
    pub sides: Vec<Side>,
}

impl OpenConflict {
    /// Everything that stands on some side: what a decision made in view of this conflict
    /// settles, and what must still be open when the decision is written.
    pub fn seen(&self) -> BTreeSet<EntryHash> {
        let entries = self.sides.iter().flat_map(|side| &side.entries);
        entries.copied().collect()
    }
}

impl RecordVersions {
    /// Everything a person has to decide in this record: fields with concurrent values that
    /// differ, and a withdrawal against an edit it had not seen. A function of the set of
    /// versions, whatever their order of arrival.
    pub fn open_conflicts(&self) -> Vec<OpenConflict> {
        let mut open: Vec<OpenConflict> = self
            .conflicts()
            .into_iter()
            .filter_map(|name| {
                Some(OpenConflict {
                    field: name.to_owned(),
                    sides: sides(self.field(name)?),
                })
            })
            .collect();
        if let Standing::Disputed {
            retractions,
            unseen,
        } = self.standing()
        {
            let side = |withdrawn: bool, entries| Side {
                value: Value::Bool(withdrawn),
                entries,
            };
            // A disputed record is shown: that it stands is what is seen first.
            open.push(OpenConflict {
                field: RETRACTED.to_owned(),
                sides: vec![side(false, unseen), side(true, retractions)],
            });
        }
        open
    }
}

/// The tips of a field by value, the shown one first.
fn sides(field: &FieldVersions) -> Vec<Side> {
    let mut sides: Vec<Side> = Vec::new();
    for tip in field.tips() {
        match sides.iter_mut().find(|side| side.value == tip.value) {
            Some(side) => side.entries.push(tip.entry),
            None => sides.push(Side {
                value: tip.value.clone(),
                entries: vec![tip.entry],
            }),
        }
    }
    sides
}

impl FieldVersions {
    /// The newest version, its value known, that all of `entries` rest on: the value their editors started from.
    ///
    /// Newest by the bases, not by a clock: every other version they all rest on is one that it
    /// rests on itself. Nothing when they share none, when one of them is not here, or when
    /// they rest on several versions of which none came after the others (two people who had
    /// each settled the same conflict): then there is no one text to compare with.
    pub fn common_ground(&self, entries: &[EntryHash]) -> Option<&Version> {
        let mut histories = entries.iter().map(|entry| self.before(entry));
        let mut shared = histories.next()??;
        for history in histories {
            let history = history?;
            shared.retain(|entry| history.contains(entry));
        }
        // What the shared versions rest on is shared too, so that one step is enough to see
        // which of them came last.
        let rested_on: BTreeSet<EntryHash> = shared
            .iter()
            .filter_map(|entry| self.versions.get(entry))
            .flat_map(|version| version.bases.iter().copied())
            .collect();
        let mut newest = shared.difference(&rested_on);
        match (newest.next(), newest.next()) {
            (Some(one), None) => self.versions.get(one).filter(|it| !it.value.is_masked()),
            _ => None,
        }
    }

    /// The versions of this field that the one by `entry` rests on, directly or not.
    fn before(&self, entry: &EntryHash) -> Option<BTreeSet<EntryHash>> {
        let mut found = BTreeSet::new();
        let mut open: BTreeMap<EntryHash, &Version> = BTreeMap::new();
        open.insert(*entry, self.versions.get(entry)?);
        while let Some((_, version)) = open.pop_first() {
            for base in &version.bases {
                // A base that is no version of this field is a withdrawal the editor had seen.
                if let Some(version) = self.versions.get(base)
                    && found.insert(*base)
                {
                    open.insert(*base, version);
                }
            }
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests;
