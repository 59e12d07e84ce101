//! Reading what is shown.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use ledger::{DeviceId, EntityId, EntryHash, Head, Value};

use crate::folder::{DATABASE, LOG};
use crate::table::{attachment, entry, field_version, journal, link, record};
use crate::write::take_apart;
use crate::{Error, Link, StoredRecord, Vault, WithdrawnFilter};

/// One change in the history of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// The entry.
    pub entry: EntryHash,
    /// The device that wrote it.
    pub device: DeviceId,
    /// Its number in the device's chain.
    pub seq: u64,
    /// When, by the device's clock: milliseconds since 1970, UTC.
    pub millis: u64,
    /// Order among the entries of one millisecond.
    pub counter: u16,
    /// The supervisor who acted.
    pub author: EntityId,
    /// What the action was called; empty when a newer program did not say.
    pub action: String,
    /// The remark on the action.
    pub note: Option<String>,
    /// The field.
    pub field: String,
    /// The value it was given.
    pub value: Value,
    /// The entries whose value it replaced.
    pub bases: Vec<EntryHash>,
    /// Nobody has replaced it: it is what the field shows, or one side of a
    /// conflict.
    pub current: bool,
    /// It is what the field shows.
    pub shown: bool,
}

/// Numbers about the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stats {
    /// Entries of all devices.
    pub entries: u64,
    /// Values ever given to fields.
    pub changes: u64,
    /// Standing records, by kind.
    pub records: BTreeMap<String, u64>,
    /// Files kept.
    pub attachments: u64,
    /// Fields waiting for a decision.
    pub conflicts: u64,
    /// Stamp of the entry stored last: milliseconds since 1970, UTC.
    pub last_saved_millis: Option<u64>,
    /// Size of the database file in bytes.
    pub db_bytes: u64,
}

impl Vault {
    /// One record, withdrawn or not.
    pub fn record(&self, id: &EntityId) -> Result<Option<StoredRecord>, Error> {
        record::get(&self.connection, id)
    }

    /// The standing records of a kind: by order key, then by age.
    pub fn records(&self, kind: &str) -> Result<Vec<StoredRecord>, Error> {
        record::list(&self.connection, kind, None)
    }

    /// The standing records of a kind that belong to `parent`, in order.
    pub fn children(&self, kind: &str, parent: &EntityId) -> Result<Vec<StoredRecord>, Error> {
        record::list(&self.connection, kind, Some(parent))
    }

    /// The withdrawn records that pass `filter`, the one touched last first: at
    /// most `limit`, those after the record that was last touched at the given
    /// time and has that identifier.
    pub fn withdrawn(
        &self,
        filter: &WithdrawnFilter,
        after: Option<(u64, EntityId)>,
        limit: usize,
    ) -> Result<Vec<StoredRecord>, Error> {
        journal::complete(&self.connection)?;
        record::withdrawn(&self.connection, filter, after, limit)
    }

    /// How many withdrawn records pass `filter`, by kind.
    pub fn withdrawn_counts(
        &self,
        filter: &WithdrawnFilter,
    ) -> Result<BTreeMap<String, u64>, Error> {
        record::count_withdrawn(&self.connection, filter)
    }

    /// Everything that belongs to a record, withdrawn or not, in no order.
    pub fn parts_of(&self, id: &EntityId) -> Result<Vec<EntityId>, Error> {
        record::children(&self.connection, id)
    }

    /// How many standing records of a kind there are.
    pub fn count(&self, kind: &str) -> Result<u64, Error> {
        record::count(&self.connection, kind)
    }

    /// The standing records that refer to `id`.
    pub fn links_to(&self, id: &EntityId) -> Result<Vec<Link>, Error> {
        link::to(&self.connection, id)
    }

    /// What refers to `id` and stands, or would if `id` were not withdrawn: the
    /// turns of a withdrawn talk.
    pub fn resting_on(&self, id: &EntityId) -> Result<Vec<Link>, Error> {
        link::resting_on(&self.connection, id)
    }

    /// What `id` refers to, field by field.
    pub fn links_from(&self, id: &EntityId) -> Result<BTreeSet<(String, EntityId)>, Error> {
        link::from(&self.connection, id)
    }

    /// `root`, everything that belongs to it (turns of a talk, passages of
    /// minutes …) and what all of those refer to directly: what has to travel
    /// together for the receiver to make sense of it.
    pub fn family(&self, root: &EntityId) -> Result<BTreeSet<EntityId>, Error> {
        let mut own = BTreeSet::from([*root]);
        let mut open = vec![*root];
        while let Some(next) = open.pop() {
            for child in record::children(&self.connection, &next)? {
                if own.insert(child) {
                    open.push(child);
                }
            }
        }
        let mut family = own.clone();
        for id in &own {
            family.extend(
                link::from(&self.connection, id)?
                    .into_iter()
                    .map(|(_, target)| target),
            );
        }
        Ok(family)
    }

    /// The supervisor who first wrote a record. Nothing when it is not here.
    pub fn first_author(&self, id: &EntityId) -> Result<Option<EntityId>, Error> {
        let Some(stamp) = record::stamp(&self.connection, id)? else {
            return Ok(None);
        };
        let Some(no) = entry::find(&self.connection, &stamp.made_by())? else {
            return Ok(None);
        };
        Ok(entry::numbered(&self.connection, no)?.map(|entry| entry.header.author))
    }

    /// Everything ever done to a record, oldest first.
    pub fn history(&self, id: &EntityId) -> Result<Vec<HistoryLine>, Error> {
        let tips = field_version::tips(&self.connection, id)?;
        field_version::all(&self.connection, id)?
            .into_iter()
            .map(|row| {
                let shown = tips
                    .field(&row.field)
                    .and_then(|field| field.shown())
                    .map(|version| version.entry);
                let note = row.entry.open_payload()?.and_then(|payload| payload.note);
                let (action, note) = take_apart(note.as_deref());
                let header = &row.entry.header;
                Ok(HistoryLine {
                    entry: row.entry.hash,
                    device: header.device,
                    seq: header.seq,
                    millis: header.hlc.millis,
                    counter: header.hlc.counter,
                    author: header.author,
                    action,
                    note,
                    shown: shown == Some(row.entry.hash),
                    current: !row.replaced,
                    field: row.field,
                    value: row.value,
                    bases: row.bases,
                })
            })
            .collect()
    }

    /// Every field that waits for a person's decision. The sides of each are
    /// the current lines of the record's history.
    pub fn conflicts(&self) -> Result<Vec<(EntityId, String)>, Error> {
        record::conflicts(&self.connection)
    }

    /// The last entry of every device known here.
    pub fn heads(&self) -> Result<BTreeMap<DeviceId, Head>, Error> {
        Ok(entry::heads(&self.connection)?
            .into_iter()
            .map(|(device, (head, _))| (device, head))
            .collect())
    }

    /// The hash of entry `seq` of `device`, if it is here.
    pub fn hash_at(&self, device: &DeviceId, seq: u64) -> Result<Option<EntryHash>, Error> {
        entry::hash_at(&self.connection, device, seq)
    }

    /// How many entries there are, of all devices. A moment, however many.
    pub fn entry_count(&self) -> Result<u64, Error> {
        entry::count(&self.connection)
    }

    /// Stamp of the entry stored last: milliseconds since 1970, UTC.
    pub fn last_saved_millis(&self) -> Result<Option<u64>, Error> {
        entry::last_millis(&self.connection)
    }

    /// Numbers about the archive. Counts everything, so it takes a while in a
    /// large one.
    pub fn stats(&self) -> Result<Stats, Error> {
        let size = |name: &str| fs::metadata(self.folder.join(name)).map_or(0, |file| file.len());
        Ok(Stats {
            entries: entry::count(&self.connection)?,
            changes: field_version::count(&self.connection)?,
            records: record::counts(&self.connection)?,
            attachments: attachment::list(&self.connection)?.len() as u64,
            conflicts: record::conflicts(&self.connection)?.len() as u64,
            last_saved_millis: entry::last_millis(&self.connection)?,
            db_bytes: size(DATABASE) + size(LOG),
        })
    }
}
