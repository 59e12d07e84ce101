//! Entries of an import that this archive has already, payload and all: a
//! bundle that comes a second time is read, checked, and changes nothing.

use std::collections::BTreeSet;

use ledger::{EntityId, Entry};
use rusqlite::Connection;

use super::{Preview, RecordLine, line};
use crate::table::entry::{self, EntryNo};
use crate::table::{field_version, payload};
use crate::{Error, Vault};

/// What is in an import and changes nothing. Only asked for by name
/// ([`Vault::known_records`]), because it may be all of the archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Numbers of entries that were here, as ranges: they mostly come in the
    /// order in which they lie here.
    entries: Vec<(EntryNo, EntryNo)>,
    /// Records that new entries are about without changing what they show.
    records: Vec<EntityId>,
}

impl Known {
    pub(super) fn add_entry(&mut self, number: EntryNo) {
        match self.entries.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => self.entries.push((number, number)),
        }
    }

    /// Adds what others name.
    pub(super) fn join(&mut self, other: Self) {
        self.entries.extend(other.entries);
        self.records.extend(other.records);
    }

    pub(super) fn add_record(&mut self, id: EntityId) {
        self.records.push(id);
    }

    /// How many entries were here.
    pub(super) fn entries(&self) -> u64 {
        let lengths = self
            .entries
            .iter()
            .map(|(first, last)| first.abs_diff(*last) + 1);
        lengths.sum()
    }
}

impl Vault {
    /// The records that are in an import and stay as they are.
    pub fn known_records(&self, preview: &Preview) -> Result<Vec<RecordLine>, Error> {
        let mut known: BTreeSet<EntityId> = preview.known.records.iter().copied().collect();
        for (first, last) in &preview.known.entries {
            for number in *first..=*last {
                known.extend(field_version::touched_by(&self.connection, number)?);
            }
        }
        for lists in [&preview.new, &preview.changed, &preview.conflicting] {
            for line in lists {
                known.remove(&line.id);
            }
        }
        let mut lines = Vec::new();
        for id in &known {
            lines.extend(line(&self.connection, id)?);
        }
        Ok(lines)
    }
}

/// The number of an entry of which nothing is new: header and payload are here,
/// and it says no more than is known.
/// `is_right` when its payload has the hash that its header names.
pub(super) fn whole(
    connection: &Connection,
    entry: &Entry,
    is_right: bool,
) -> Result<Option<EntryNo>, Error> {
    let header = &entry.header;
    let Some(held) = entry::held_at(connection, &header.device, header.seq)? else {
        return Ok(None);
    };
    let is_whole = match &entry.payload {
        None => true,
        Some(bytes) if held.is_masked => {
            matches!(payload::joined(connection, held.number, bytes), Ok(None))
        }
        Some(_) => held.has_payload && is_right,
    };
    Ok((held.hash == entry.hash && is_whole).then_some(held.number))
}
