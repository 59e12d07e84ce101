//! Lawful erasure (依规删除): records whose words are to be gone for good, while
//! every chain still verifies.
//!
//! What is shown follows in [`take_out`], which every way in comes through
//! (writing, import, rebuild, salvage). What is kept follows in [`enforce`]:
//! payloads, attachments and titles go, and the file is written anew without
//! them as soon as the transaction is through (`wiping`).

use std::collections::BTreeSet;

use ledger::erasure::{
    ERASED_ATTACHMENTS, ERASED_ENTRIES, ERASED_RECORDS, ERASURE_KIND, Erasure, is_covered,
};
use ledger::{Change, DeviceId, EntityId, Entry, EntryHash, Payload, Value};
use rusqlite::{Connection, TransactionBehavior};

use crate::apply::{Indexing, apply};
use crate::sealing::{self, Opened};
use crate::table::entry::EntryNo;
use crate::table::sealed::What;
use crate::table::{
    absence, attachment, entry, erased, field_version, journal, link, name_index, payload,
    read_log, record, sealed, text_index,
};
use crate::write::compose;
use crate::{Absence, Action, AttachmentInfo, Edit, Error, Vault, attachments, hex, keys, wiping};

/// An entry that is about erased records and others: its payload stays, because
/// a payload cannot be cut in two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Straddling {
    /// The entry.
    pub entry: EntryHash,
    /// The records for whose sake it stays.
    pub others: Vec<EntityId>,
}

/// What an erasure takes away, and what it has to leave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErasureExtent {
    /// Entries whose payloads go.
    pub entries: Vec<EntryHash>,
    /// Entries whose payloads stay.
    pub straddling: Vec<Straddling>,
    /// Attachments that nothing else names.
    pub attachments: Vec<AttachmentInfo>,
}

/// One erasure, as its entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureInfo {
    /// The entry.
    pub entry: EntryHash,
    /// The record that the erasure itself is.
    pub id: Option<EntityId>,
    /// The device that wrote it.
    pub device: DeviceId,
    /// When, by the device's clock: milliseconds since 1970, UTC.
    pub millis: u64,
    /// The supervisor who carried it out.
    pub author: EntityId,
    /// What it says besides the names: reason, basis, who approved it.
    pub fields: Vec<(String, Value)>,
    /// Records it names.
    pub records: Vec<EntityId>,
    /// Payloads it took away where it was written.
    pub entries: u64,
    /// Attachments it took away there.
    pub attachments: u64,
}

impl Vault {
    /// What erasing these records would take away and leave. Changes nothing.
    pub fn erasure_extent(&self, records: &BTreeSet<EntityId>) -> Result<ErasureExtent, Error> {
        extent(&self.connection, records)
    }

    /// Erases records for good: one entry that says so, with `fields` (reason,
    /// legal basis, who approved it), and the payloads, attachments and indexes
    /// gone from the file when this returns. Nothing takes it back.
    ///
    /// # Errors
    /// [`Error::NoSuchRecord`] for a record that is not here, or was erased
    /// before. [`Error::NotWiped`] when the entry stands and its payloads are
    /// gone, but the file could not be written anew: it is done at the next
    /// opening then. All others: nothing has changed.
    pub fn erase(
        &mut self,
        action: &Action,
        records: &BTreeSet<EntityId>,
        fields: Vec<(String, Value)>,
        now_millis: u64,
    ) -> Result<EntryHash, Error> {
        journal::complete(&self.connection)?;
        let before = self.writer.position();
        let written = self.erase_in_transaction(action, records, fields, now_millis);
        if written.is_err() {
            self.writer.rewind(before);
        }
        let hash = written?;
        self.wipe_if_due()?;
        Ok(hash)
    }

    fn erase_in_transaction(
        &mut self,
        action: &Action,
        records: &BTreeSet<EntityId>,
        fields: Vec<(String, Value)>,
        now_millis: u64,
    ) -> Result<EntryHash, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (_, hlc) in entry::heads(&transaction)?.into_values() {
            self.writer.observe(hlc, now_millis);
        }
        for id in records {
            if record::stamp(&transaction, id)?.is_none() {
                return Err(Error::NoSuchRecord);
            }
        }
        let extent = extent(&transaction, records)?;
        let entity = EntityId::new(now_millis, keys::random()?);
        let list = |names: Vec<String>| Value::List(names.into_iter().map(Value::from).collect());
        let names = [
            (
                ERASED_RECORDS,
                records.iter().map(ToString::to_string).collect(),
            ),
            (
                ERASED_ENTRIES,
                extent.entries.iter().map(ToString::to_string).collect(),
            ),
            (
                ERASED_ATTACHMENTS,
                extent.attachments.into_iter().map(|it| it.sha256).collect(),
            ),
        ];
        let named = names
            .into_iter()
            .map(|(field, names)| (field.to_owned(), list(names)));
        let payload = Payload {
            salt: Some(keys::random()?),
            note: Some(compose(action)),
            changes: named
                .chain(fields)
                .map(|(field, value)| Change {
                    entity,
                    kind: ERASURE_KIND.to_owned(),
                    field,
                    value,
                    bases: Vec::new(),
                })
                .collect(),
        };
        let entry = self.writer.append(
            ledger::erasure::ERASE,
            action.author,
            action.compartment,
            &payload,
            now_millis,
        )?;
        let no = entry::store(&transaction, &entry)?;
        let candidates = apply(&transaction, no, &entry, &payload, Indexing::Full)?;
        enforce(&transaction, &self.opened, &candidates)?;
        transaction.commit()?;
        Ok(entry.hash)
    }

    /// The erasure of a record, if it was erased: of several the one that came
    /// first.
    pub fn erasure_of(&self, id: &EntityId) -> Result<Option<ErasureInfo>, Error> {
        match erased::record_by(&self.connection, id)? {
            Some(no) => info(&self.connection, no),
            None => Ok(None),
        }
    }

    /// Whether a record was erased.
    pub fn is_erased(&self, id: &EntityId) -> Result<bool, Error> {
        Ok(erased::record_by(&self.connection, id)?.is_some())
    }

    /// Every erasure known here, the latest to come in first.
    pub fn erasures(&self) -> Result<Vec<ErasureInfo>, Error> {
        let mut all = Vec::new();
        for no in erased::erasures(&self.connection)?.into_iter().rev() {
            all.extend(info(&self.connection, no)?);
        }
        Ok(all)
    }

    /// Why the content of an entry is not here; nothing when it is, or when
    /// nobody has said why.
    pub fn absence(&self, hash: &EntryHash) -> Result<Option<Absence>, Error> {
        match entry::find(&self.connection, hash)? {
            Some(no) if !payload::is_held(&self.connection, no)? => {
                Ok(absence::of(&self.connection, no)?.map(|(reason, _)| reason))
            }
            _ => Ok(None),
        }
    }
}

fn info(connection: &Connection, no: EntryNo) -> Result<Option<ErasureInfo>, Error> {
    let Some(entry) = entry::numbered(connection, no)? else {
        return Ok(None);
    };
    let Some(payload) = entry.open_payload()? else {
        return Ok(None);
    };
    let named = Erasure::of(&entry, &payload).unwrap_or_default();
    let is_name =
        |field: &str| [ERASED_RECORDS, ERASED_ENTRIES, ERASED_ATTACHMENTS].contains(&field);
    Ok(Some(ErasureInfo {
        entry: entry.hash,
        id: payload.changes.first().map(|change| change.entity),
        device: entry.header.device,
        millis: entry.header.hlc.millis,
        author: entry.header.author,
        records: named.records.into_iter().collect(),
        entries: named.entries.len() as u64,
        attachments: named.attachments.len() as u64,
        fields: payload
            .changes
            .into_iter()
            .filter(|change| !is_name(&change.field))
            .map(|change| (change.field, change.value))
            .collect(),
    }))
}

/// The numbers of the entries that a record's versions come from.
fn entries_about(
    connection: &Connection,
    id: &EntityId,
) -> Result<impl Iterator<Item = EntryNo>, Error> {
    let found = field_version::entries_of(connection, id)?;
    Ok(found.into_iter().map(|(no, _)| no))
}

fn extent(connection: &Connection, records: &BTreeSet<EntityId>) -> Result<ErasureExtent, Error> {
    let mut gone = BTreeSet::new();
    for id in records {
        gone.extend(entries_about(connection, id)?);
    }
    let (mut extent, mut hashes) = (ErasureExtent::default(), BTreeSet::new());
    for no in &gone {
        let Some(entry) = entry::numbered(connection, *no)? else {
            continue;
        };
        let Some(payload) = entry.open_payload()? else {
            continue;
        };
        let mut others = BTreeSet::new();
        for change in &payload.changes {
            if records.contains(&change.entity) {
                attachment::named_in(&change.value, &mut |info| {
                    hashes.insert(info.sha256);
                });
            } else if erased::record_by(connection, &change.entity)?.is_none() {
                others.insert(change.entity);
            }
        }
        if is_covered(&entry, &payload, |id| !others.contains(id)) {
            extent.entries.push(entry.hash);
        } else {
            extent.straddling.push(Straddling {
                entry: entry.hash,
                others: others.into_iter().collect(),
            });
        }
    }
    for sha256 in hashes {
        let Some(info) = attachment::get(connection, &attachment::parse(&sha256)?)? else {
            continue;
        };
        let named = field_version::naming(connection, &sha256)?;
        if named.is_subset(records) {
            extent.attachments.push(info);
        }
    }
    Ok(extent)
}

/// Takes everything shown of the records that `erasure` names out of the
/// projections. Returns the entries that were about them: their payloads may
/// have to go.
pub(crate) fn take_out(
    connection: &Connection,
    no: EntryNo,
    erasure: &Erasure,
) -> Result<BTreeSet<EntryNo>, Error> {
    erased::put(connection, no, erasure)?;
    let mut concerned = BTreeSet::new();
    for hash in &erasure.entries {
        concerned.extend(entry::find(connection, hash)?);
    }
    for id in &erasure.records {
        concerned.extend(entries_about(connection, id)?);
        field_version::forget(connection, id)?;
        text_index::forget(connection, id)?;
        name_index::set(connection, id, &[])?;
        link::set(connection, id, &BTreeSet::new())?;
        record::remove(connection, id)?;
    }
    Ok(concerned)
}

/// The erasure by which the payload of `entry` must not be kept, if there is one.
pub(crate) fn covering(
    connection: &Connection,
    entry: &Entry,
    contents: &Payload,
) -> Result<Option<EntryNo>, Error> {
    if !erased::is_any(connection)? {
        return Ok(None);
    }
    let (mut by, mut failed) = (None, None);
    let covered = is_covered(entry, contents, |id| {
        match erased::record_by(connection, id) {
            Ok(erasure) => {
                by = by.or(erasure);
                erasure.is_some()
            }
            Err(error) => {
                failed = Some(error);
                false
            }
        }
    });
    match failed {
        Some(error) => Err(error),
        None => Ok(by.filter(|_| covered)),
    }
}

/// Notes why an entry that came without its payload has none.
pub(crate) fn note_absence(
    connection: &Connection,
    no: EntryNo,
    entry: &Entry,
) -> Result<(), Error> {
    match erased::entry_by(connection, &entry.hash)? {
        Some(erasure) => absence::erased(connection, no, erasure),
        None => absence::withheld(connection, no),
    }
}

/// Removes the payloads of those of `candidates` that are about erased records
/// only, with the attachments that nothing else names and the titles in the
/// register of readings. Notes that the file has to be written anew.
pub(crate) fn enforce(
    connection: &Connection,
    opened: &Opened,
    candidates: &BTreeSet<EntryNo>,
) -> Result<(), Error> {
    if candidates.is_empty() {
        return Ok(());
    }
    let mut named = BTreeSet::new();
    for no in candidates {
        let Some(entry) = entry::numbered(connection, *no)? else {
            continue;
        };
        let Some(contents) = entry.open_payload().unwrap_or_default() else {
            // It never had one here, and now it is known why.
            // What is sealed goes when its compartment is next opened: until
            // then nobody can tell what it is about.
            if !payload::is_held(connection, *no)?
                && sealed::compartment_of(connection, *no)?.is_none()
            {
                note_absence(connection, *no, &entry)?;
            }
            continue;
        };
        names_of_erased(connection, &contents, &mut named)?;
        if let Some(erasure) = covering(connection, &entry, &contents)? {
            payload::remove(connection, *no)?;
            sealed::remove(connection, What::Payload, *no)?;
            absence::erased(connection, *no, erasure)?;
            journal::put(connection, *no, &entry, None)?;
        }
    }
    drop_everywhere(connection, opened, &named)?;
    read_log::forget_titles(connection)?;
    text_index::purge(connection)?;
    wiping::set_due(connection)
}

/// As [`drop_unnamed`], with the copies in the compartments that are open. Notes
/// that the file has to be written anew.
pub(crate) fn drop_everywhere(
    connection: &Connection,
    opened: &Opened,
    hashes: &BTreeSet<[u8; 32]>,
) -> Result<(), Error> {
    if drop_unnamed(connection, hashes)? {
        wiping::set_due(connection)?;
    }
    for (id, key) in opened.iter() {
        sealing::forget_unnamed(connection, id, key, hashes)?;
    }
    Ok(())
}

/// The attachments that a payload names for records that are erased.
pub(crate) fn names_of_erased(
    connection: &Connection,
    contents: &Payload,
    named: &mut BTreeSet<[u8; 32]>,
) -> Result<(), Error> {
    for change in &contents.changes {
        if erased::record_by(connection, &change.entity)?.is_some() {
            attachment::named_in(&change.value, &mut |info| {
                named.extend(attachment::parse(&info.sha256));
            });
        }
    }
    Ok(())
}

/// Removes those of the attachments that nothing shown, now or in a history,
/// names; those that stay are called as whoever still names them calls them.
/// Returns whether any went.
pub(crate) fn drop_unnamed(
    connection: &Connection,
    hashes: &BTreeSet<[u8; 32]>,
) -> Result<bool, Error> {
    let mut any = false;
    for sha256 in hashes {
        let Some(plain) = attachment::number_of(connection, sha256)? else {
            continue;
        };
        let name = hex::encode(sha256);
        if field_version::naming(connection, &name)?.is_empty() {
            attachment::remove(connection, plain)?;
            sealed::forget_opened(connection, plain)?;
            any = true;
        } else {
            attachments::name_anew(connection, plain, &name)?;
        }
    }
    Ok(any)
}

/// Refuses to write to erased records: what is gone does not come back by being
/// typed into the same place.
pub(crate) fn refuse_erased(connection: &Connection, edits: &[Edit]) -> Result<(), Error> {
    for edit in edits {
        if erased::record_by(connection, &edit.entity)?.is_some() {
            return Err(Error::Erased);
        }
    }
    Ok(())
}
