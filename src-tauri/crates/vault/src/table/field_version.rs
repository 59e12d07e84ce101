//! Table `field_version`: every value every field was ever given, and which of
//! them nobody has replaced yet (the tips).
//!
//! What follows from the tips is decided by [`ledger::merge`] alone. The table
//! keeps one thing of its own: whether a version was replaced. A version that
//! names a base not yet here leaves a note in `awaited_base`, so that the order
//! of arrival does not matter.

use std::collections::BTreeSet;

use ledger::erasure::ERASURE_KIND;
use ledger::merge::RecordVersions;
use ledger::{
    Change, CompartmentId, DeviceId, EntityId, Entry, EntryHash, Header, Hlc, RETRACTED, Value,
};
use rusqlite::{CachedStatement, Connection, Row};

use super::entry::{EntryNo, hlc};
use super::{key, unsigned};
use crate::Error;

pub(super) const CREATE: &str = "
CREATE TABLE field_version (
    id       INTEGER PRIMARY KEY,
    entity   BLOB NOT NULL,
    field    TEXT NOT NULL,
    entry    INTEGER NOT NULL REFERENCES entry (id),
    kind     TEXT NOT NULL,
    value    TEXT NOT NULL,
    bases    BLOB NOT NULL,
    replaced INTEGER NOT NULL,
    UNIQUE (entity, field, entry)
) STRICT;
CREATE INDEX field_version_tip ON field_version (entity) WHERE replaced = 0;
CREATE INDEX field_version_entry ON field_version (entry);
CREATE TABLE awaited_base (
    entity BLOB NOT NULL,
    field  TEXT NOT NULL,
    base   BLOB NOT NULL,
    PRIMARY KEY (entity, field, base)
) STRICT, WITHOUT ROWID;";

/// Adds versions, entry by entry.
pub(crate) struct Adding<'c> {
    connection: &'c Connection,
    insert: CachedStatement<'c>,
    /// Asks whether a version was named as a base before it came; nothing when no base
    /// is awaited at all.
    awaited: Option<CachedStatement<'c>>,
}

impl<'c> Adding<'c> {
    /// Makes ready for the versions of one entry.
    pub(crate) fn begin(connection: &'c Connection) -> Result<Self, Error> {
        let is_any_awaited = connection
            .prepare_cached("SELECT 1 FROM awaited_base")?
            .exists([])?;
        let awaited = "SELECT 1 FROM awaited_base WHERE entity = ?1 AND field = ?2 AND base = ?3";
        Ok(Self {
            connection,
            insert: connection.prepare_cached(
                "INSERT OR IGNORE INTO field_version
                     (entity, field, entry, kind, value, bases, replaced)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?,
            awaited: is_any_awaited
                .then(|| connection.prepare_cached(awaited))
                .transpose()?,
        })
    }

    /// Adds the version that `change` of entry `no` makes, and marks what it
    /// replaces. A version that is here gets its value when that was masked before.
    /// Returns whether it is new and none that came before it has replaced it.
    pub(crate) fn add(
        &mut self,
        no: EntryNo,
        hash: &EntryHash,
        change: &Change,
    ) -> Result<bool, Error> {
        let entity = key(&change.entity);
        let replaced = match &mut self.awaited {
            Some(awaited) => awaited.exists((entity, &change.field, &hash.0[..]))?,
            None => false,
        };
        // Sorted, as in the payload's bytes: a rebuild must find the same.
        let sorted: BTreeSet<&EntryHash> = change.bases.iter().collect();
        let bases: Vec<u8> = sorted.iter().flat_map(|base| base.0).collect();
        let (value, kind) = (text_of(&change.value)?, &change.kind);
        let added =
            self.insert
                .execute((entity, &change.field, no, kind, value, bases, replaced))?;
        if added == 0 {
            complete(self.connection, no, change)?;
            return Ok(false);
        }
        for base in sorted {
            replace(self.connection, change, base)?;
        }
        Ok(!replaced)
    }
}

/// Marks the version that `change` names as its base as replaced; leaves a note when it
/// is not here yet. No change of the same entry is about the same field, so that the note
/// concerns none that comes with it.
fn replace(connection: &Connection, change: &Change, base: &EntryHash) -> Result<(), Error> {
    let version = (key(&change.entity), &change.field, &base.0[..]);
    let known = connection
        .prepare_cached(
            "UPDATE field_version SET replaced = 1
             WHERE entity = ?1 AND field = ?2 AND entry = (SELECT id FROM entry WHERE hash = ?3)",
        )?
        .execute(version)?;
    if known == 0 {
        connection
            .prepare_cached(
                "INSERT OR IGNORE INTO awaited_base (entity, field, base) VALUES (?1, ?2, ?3)",
            )?
            .execute(version)?;
    }
    Ok(())
}

/// Gives the version that `change` of entry `no` made its value, when it was not
/// known before.
fn complete(connection: &Connection, no: EntryNo, change: &Change) -> Result<(), Error> {
    if change.value.is_masked() {
        return Ok(());
    }
    connection
        .prepare_cached(
            "UPDATE field_version SET value = ?4
             WHERE entity = ?1 AND field = ?2 AND entry = ?3 AND value LIKE '{\"$masked\":%'",
        )?
        .execute((
            key(&change.entity),
            &change.field,
            no,
            text_of(&change.value)?,
        ))?;
    Ok(())
}

fn text_of(value: &Value) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|_| Error::Internal {
        detail: "J-1".into(),
    })
}

/// The tips of every field of a record, as the merge rules want them.
pub(crate) fn tips(connection: &Connection, entity: &EntityId) -> Result<RecordVersions, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT field, value, bases, kind, hash, device, millis, counter
         FROM field_version JOIN entry ON entry.id = field_version.entry
         WHERE entity = ?1 AND replaced = 0",
    )?;
    let mut rows = statement.query([key(entity)])?;
    let mut versions = RecordVersions::new();
    while let Some(row) = rows.next()? {
        let change = Change {
            entity: *entity,
            kind: row.get(3)?,
            field: row.get(0)?,
            value: value(row, 1)?,
            bases: bases(row, 2)?,
        };
        versions.insert(
            &stand_in(EntryHash(row.get(4)?), DeviceId(row.get(5)?), hlc(row, 6)?),
            &change,
        );
    }
    Ok(versions)
}

/// One version with who wrote it, for the history.
#[derive(Debug)]
pub(crate) struct VersionRow {
    pub(crate) entry: Entry,
    pub(crate) field: String,
    pub(crate) value: Value,
    pub(crate) bases: Vec<EntryHash>,
    pub(crate) replaced: bool,
}

/// Every version of every field of a record, oldest first.
pub(crate) fn all(connection: &Connection, entity: &EntityId) -> Result<Vec<VersionRow>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT header, signature, bytes, field, value, replaced, bases
         FROM field_version JOIN entry ON entry.id = field_version.entry
         LEFT JOIN payload ON payload.entry = entry.id
         WHERE entity = ?1 ORDER BY millis, counter, device, hash, field",
    )?;
    let mut rows = statement.query([key(entity)])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(VersionRow {
            entry: super::entry::read(row, 0)?,
            field: row.get(3)?,
            value: value(row, 4)?,
            replaced: row.get(5)?,
            bases: bases(row, 6)?,
        });
    }
    Ok(all)
}

/// Whether anything of a record is known but whether it stands: a value of some
/// field, now or earlier, that did not come masked.
pub(crate) fn is_any_known(connection: &Connection, entity: &EntityId) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT 1 FROM field_version
             WHERE entity = ?1 AND field <> ?2 AND value NOT LIKE '{\"$masked\":%'",
        )?
        .exists((key(entity), RETRACTED))?)
}

/// The value that the entry with this hash gave a field.
pub(crate) fn value_in(
    connection: &Connection,
    entity: &EntityId,
    field: &str,
    entry: &EntryHash,
) -> Result<Option<Value>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT value FROM field_version
         WHERE entity = ?1 AND field = ?2 AND entry = (SELECT id FROM entry WHERE hash = ?3)",
    )?;
    let mut rows = statement.query((key(entity), field, &entry.0[..]))?;
    rows.next()?.map(|row| value(row, 0)).transpose()
}

/// The records that entry `no` touches, from its versions.
pub(crate) fn touched_by(connection: &Connection, no: EntryNo) -> Result<Vec<EntityId>, Error> {
    let mut statement =
        connection.prepare_cached("SELECT DISTINCT entity FROM field_version WHERE entry = ?1")?;
    let rows = statement.query_map([no], |row| super::entity(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The entries that gave a record its versions, in order of arrival, each with
/// the kind it names first.
pub(crate) fn entries_of(
    connection: &Connection,
    entity: &EntityId,
) -> Result<Vec<(EntryNo, String)>, Error> {
    // With a bare column beside `min`, SQLite takes it from that row.
    let mut statement = connection.prepare_cached(
        "SELECT entry, kind, min(id) FROM field_version WHERE entity = ?1
         GROUP BY entry ORDER BY entry",
    )?;
    let rows = statement.query_map([key(entity)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Removes the versions of entry `no`. What they replaced is put right by
/// [`settle`].
pub(crate) fn remove(connection: &Connection, no: EntryNo) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM field_version WHERE entry = ?1")?
        .execute([no])?;
    Ok(())
}

/// Finds anew which of a record's versions are replaced, and which bases are
/// awaited, after some of them have gone.
pub(crate) fn settle(connection: &Connection, entity: &EntityId) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "SELECT field_version.id, field, hash, bases FROM field_version
         JOIN entry ON entry.id = field_version.entry WHERE entity = ?1",
    )?;
    let mut rows = statement.query([key(entity)])?;
    let (mut here, mut named) = (Vec::new(), BTreeSet::new());
    while let Some(row) = rows.next()? {
        let (id, field): (i64, String) = (row.get(0)?, row.get(1)?);
        for base in bases(row, 3)? {
            named.insert((field.clone(), base));
        }
        here.push((id, (field, EntryHash(row.get(2)?))));
    }
    for (id, version) in &here {
        connection
            .prepare_cached(
                "UPDATE field_version SET replaced = ?2 WHERE id = ?1 AND replaced <> ?2",
            )?
            .execute((id, named.contains(version)))?;
    }
    connection
        .prepare_cached("DELETE FROM awaited_base WHERE entity = ?1")?
        .execute([key(entity)])?;
    for (_, version) in &here {
        named.remove(version);
    }
    for (field, base) in named {
        connection
            .prepare_cached("INSERT INTO awaited_base (entity, field, base) VALUES (?1, ?2, ?3)")?
            .execute((key(entity), field, &base.0[..]))?;
    }
    Ok(())
}

/// Removes every version of a record.
pub(crate) fn forget(connection: &Connection, entity: &EntityId) -> Result<(), Error> {
    for table in ["field_version", "awaited_base"] {
        connection
            .prepare_cached(&format!("DELETE FROM {table} WHERE entity = ?1"))?
            .execute([key(entity)])?;
    }
    Ok(())
}

/// Those of the texts that stand, letter for letter, in a value that names an
/// attachment, now or earlier. An erasure that names what it took away does not
/// count.
pub(crate) fn named_among(
    connection: &Connection,
    texts: &BTreeSet<String>,
) -> Result<BTreeSet<String>, Error> {
    let mut named = BTreeSet::new();
    if texts.is_empty() {
        return Ok(named);
    }
    let mut statement = connection.prepare_cached(
        "SELECT value FROM field_version WHERE instr(value, 'sha256') > 0 AND kind <> ?1",
    )?;
    let mut rows = statement.query([ERASURE_KIND])?;
    while let Some(row) = rows.next()? {
        let value: String = row.get(0)?;
        named.extend(texts.iter().filter(|text| value.contains(*text)).cloned());
    }
    Ok(named)
}

/// The records in a value of which, now or earlier, `text` stands letter for
/// letter. An erasure that names what it took away does not count.
pub(crate) fn naming(connection: &Connection, text: &str) -> Result<BTreeSet<EntityId>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT entity FROM field_version WHERE instr(value, ?1) > 0 AND kind <> ?2",
    )?;
    let rows = statement.query_map([text, ERASURE_KIND], |row| super::entity(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many versions there are.
pub(crate) fn count(connection: &Connection) -> Result<u64, Error> {
    Ok(
        connection.query_row("SELECT count(*) FROM field_version", [], |row| {
            unsigned(row, 0)
        })?,
    )
}

fn value(row: &Row<'_>, column: usize) -> Result<Value, Error> {
    serde_json::from_str(
        row.get_ref(column)?
            .as_str()
            .map_err(rusqlite::Error::from)?,
    )
    .map_err(|_| Error::damaged("字段的值"))
}

fn bases(row: &Row<'_>, column: usize) -> Result<Vec<EntryHash>, Error> {
    let bytes: Vec<u8> = row.get(column)?;
    let (hashes, rest) = bytes.as_chunks::<32>();
    if rest.is_empty() {
        Ok(hashes.iter().copied().map(EntryHash).collect())
    } else {
        Err(Error::damaged("字段的依据"))
    }
}

/// An entry with just what the merge rules look at: name, device and stamp.
fn stand_in(hash: EntryHash, device: DeviceId, hlc: Hlc) -> Entry {
    Entry {
        header: Header {
            version: ledger::VERSION,
            device,
            seq: 1,
            hlc,
            author: EntityId(uuid::Uuid::nil()),
            compartment: CompartmentId::OPEN,
            previous: EntryHash::ZERO,
            payload_hash: [0; 32],
            action: String::new(),
        },
        header_bytes: Vec::new(),
        hash,
        signature: [0; 64],
        payload: None,
    }
}
