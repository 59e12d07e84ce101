//! Table `entry`: the headers of every chain, in order of arrival.

use std::collections::BTreeMap;

use ledger::{DeviceId, Entry, EntryHash, Head, Header, Hlc, masking};
use rusqlite::{Connection, OptionalExtension, Row};

use super::{payload, signed, unsigned};
use crate::Error;

pub(super) const CREATE: &str = "
CREATE TABLE entry (
    id        INTEGER PRIMARY KEY,
    hash      BLOB NOT NULL UNIQUE,
    device    BLOB NOT NULL,
    seq       INTEGER NOT NULL,
    millis    INTEGER NOT NULL,
    counter   INTEGER NOT NULL,
    header    BLOB NOT NULL,
    signature BLOB NOT NULL,
    UNIQUE (device, seq)
) STRICT;";

/// Number of an entry within this archive, by arrival.
pub(crate) type EntryNo = i64;

/// Stores the header and signature of `entry`, which must not be there yet.
pub(crate) fn insert(connection: &Connection, entry: &Entry) -> Result<EntryNo, Error> {
    let header = &entry.header;
    connection
        .prepare_cached(
            "INSERT INTO entry (hash, device, seq, millis, counter, header, signature)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            &entry.hash.0[..],
            &header.device.0[..],
            signed(header.seq)?,
            signed(header.hlc.millis)?,
            header.hlc.counter,
            &entry.header_bytes,
            &entry.signature[..],
        ))?;
    Ok(connection.last_insert_rowid())
}

/// The number of the entry with this hash.
pub(crate) fn find(connection: &Connection, hash: &EntryHash) -> Result<Option<EntryNo>, Error> {
    Ok(connection
        .prepare_cached("SELECT id FROM entry WHERE hash = ?1")?
        .query_row([&hash.0[..]], |row| row.get(0))
        .optional()?)
}

/// The hash of entry `seq` of `device`.
pub(crate) fn hash_at(
    connection: &Connection,
    device: &DeviceId,
    seq: u64,
) -> Result<Option<EntryHash>, Error> {
    Ok(connection
        .prepare_cached("SELECT hash FROM entry WHERE device = ?1 AND seq = ?2")?
        .query_row((&device.0[..], signed(seq)?), |row| {
            row.get(0).map(EntryHash)
        })
        .optional()?)
}

/// What is here of an entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    pub(crate) number: EntryNo,
    pub(crate) hash: EntryHash,
    pub(crate) has_payload: bool,
    /// There is one, and something of it is masked.
    pub(crate) is_masked: bool,
}

/// What is here of entry `seq` of `device`.
pub(crate) fn held_at(
    connection: &Connection,
    device: &DeviceId,
    seq: u64,
) -> Result<Option<Held>, Error> {
    Ok(connection
        .prepare_cached(
            // The beginning of a payload says whether it is whole.
            "SELECT id, hash, (SELECT substr(bytes, 1, 3) FROM payload WHERE payload.entry = id)
             FROM entry WHERE device = ?1 AND seq = ?2",
        )?
        .query_row((&device.0[..], signed(seq)?), |row| {
            let beginning = row.get_ref(2)?.as_blob_or_null()?;
            Ok(Held {
                number: row.get(0)?,
                hash: EntryHash(row.get(1)?),
                has_payload: beginning.is_some(),
                is_masked: beginning.is_some_and(masking::is_masked),
            })
        })
        .optional()?)
}

/// The hash that entry `seq` of `device` names as the one before it.
pub(crate) fn previous_at(
    connection: &Connection,
    device: &DeviceId,
    seq: u64,
) -> Result<Option<EntryHash>, Error> {
    let header: Option<Vec<u8>> = connection
        .prepare_cached("SELECT header FROM entry WHERE device = ?1 AND seq = ?2")?
        .query_row((&device.0[..], signed(seq)?), |row| row.get(0))
        .optional()?;
    Ok(header
        .map(|bytes| Header::decode(&bytes))
        .transpose()?
        .map(|header| header.previous))
}

/// The last entry of every device.
pub(crate) fn heads(connection: &Connection) -> Result<BTreeMap<DeviceId, (Head, Hlc)>, Error> {
    // One step along the index for each device, however long its chain: this
    // runs with every save.
    let mut statement = connection.prepare_cached(
        "WITH RECURSIVE devices (device) AS (
             SELECT min(device) FROM entry
             UNION ALL
             SELECT (SELECT min(entry.device) FROM entry WHERE entry.device > devices.device)
             FROM devices WHERE devices.device NOT NULL
         )
         SELECT entry.device, seq, hash, millis, counter FROM devices JOIN entry
         ON entry.device = devices.device
         AND seq = (SELECT max(seq) FROM entry WHERE entry.device = devices.device)",
    )?;
    let rows = statement.query_map([], |row| {
        let head = Head {
            seq: unsigned(row, 1)?,
            hash: EntryHash(row.get(2)?),
        };
        Ok((DeviceId(row.get(0)?), (head, hlc(row, 3)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A stamp from two columns.
pub(crate) fn hlc(row: &Row<'_>, column: usize) -> rusqlite::Result<Hlc> {
    Ok(Hlc {
        millis: unsigned(row, column)?,
        counter: row.get(column + 1)?,
    })
}

/// The entry with its payload, from the columns `header, signature, bytes`
/// beginning at `column`.
pub(crate) fn read(row: &Row<'_>, column: usize) -> Result<Entry, Error> {
    Ok(Entry::from_parts(
        row.get(column)?,
        row.get(column + 1)?,
        row.get(column + 2)?,
    )?)
}

/// Gives every entry of `device` after number `after` to `visit`, in order.
pub(crate) fn after(
    connection: &Connection,
    device: &DeviceId,
    after: u64,
    visit: &mut dyn FnMut(Entry) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "SELECT header, signature, bytes FROM entry LEFT JOIN payload ON payload.entry = entry.id
         WHERE device = ?1 AND seq > ?2 ORDER BY seq",
    )?;
    let mut rows = statement.query((&device.0[..], signed(after)?))?;
    while let Some(row) = rows.next()? {
        visit(read(row, 0)?)?;
    }
    Ok(())
}

/// The entry with this hash.
pub(crate) fn get(connection: &Connection, hash: &EntryHash) -> Result<Option<Entry>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT header, signature, bytes FROM entry LEFT JOIN payload ON payload.entry = entry.id
         WHERE hash = ?1",
    )?;
    let mut rows = statement.query([&hash.0[..]])?;
    rows.next()?.map(|row| read(row, 0)).transpose()
}

/// Entry number `no`.
pub(crate) fn numbered(connection: &Connection, no: EntryNo) -> Result<Option<Entry>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT header, signature, bytes FROM entry LEFT JOIN payload ON payload.entry = entry.id
         WHERE id = ?1",
    )?;
    let mut rows = statement.query([no])?;
    rows.next()?.map(|row| read(row, 0)).transpose()
}

/// Gives every entry with its number to `visit`, in order of arrival.
pub(crate) fn each(
    connection: &Connection,
    visit: &mut dyn FnMut(EntryNo, Entry) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "SELECT id, header, signature, bytes FROM entry LEFT JOIN payload ON payload.entry = entry.id
         ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(row.get(0)?, read(row, 1)?)?;
    }
    Ok(())
}

/// Copies the headers, numbers included, into another database: a rebuild has
/// to find the entries that versions name.
pub(crate) fn copy_headers(source: &Connection, target: &Connection) -> Result<(), Error> {
    let mut insert = target.prepare(
        "INSERT INTO entry (id, hash, device, seq, millis, counter, header, signature)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, x'', x'')",
    )?;
    each(source, &mut |number, entry| {
        let header = &entry.header;
        insert.execute((
            number,
            &entry.hash.0[..],
            &header.device.0[..],
            signed(header.seq)?,
            signed(header.hlc.millis)?,
            header.hlc.counter,
        ))?;
        Ok(())
    })
}

/// An entry held against the columns it is filed under.
pub(crate) enum Filed {
    /// They agree.
    Right(Entry),
    /// They do not.
    Wrong(Entry),
    /// Its header cannot be read.
    Unreadable,
}

/// Gives everything filed under `device` to `visit`, in order.
pub(crate) fn each_filed(
    connection: &Connection,
    device: &DeviceId,
    visit: &mut dyn FnMut(EntryNo, Filed) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "SELECT id, hash, seq, millis, counter, header, signature, bytes
         FROM entry LEFT JOIN payload ON payload.entry = entry.id
         WHERE device = ?1 ORDER BY seq",
    )?;
    let mut rows = statement.query([&device.0[..]])?;
    while let Some(row) = rows.next()? {
        let filed = match read(row, 5) {
            Ok(entry) => {
                let header = &entry.header;
                let agrees = row
                    .get::<_, [u8; 32]>(1)
                    .is_ok_and(|hash| hash == entry.hash.0)
                    && header.device == *device
                    && unsigned(row, 2).is_ok_and(|seq| seq == header.seq)
                    && hlc(row, 3).is_ok_and(|hlc| hlc == header.hlc);
                if agrees {
                    Filed::Right(entry)
                } else {
                    Filed::Wrong(entry)
                }
            }
            Err(Error::Ledger(_)) => Filed::Unreadable,
            Err(other) => return Err(other),
        };
        visit(row.get(0)?, filed)?;
    }
    Ok(())
}

/// The number of entry `seq` of `device`.
pub(crate) fn number_at(
    connection: &Connection,
    device: &DeviceId,
    seq: u64,
) -> Result<Option<EntryNo>, Error> {
    Ok(connection
        .prepare_cached("SELECT id FROM entry WHERE device = ?1 AND seq = ?2")?
        .query_row((&device.0[..], signed(seq)?), |row| row.get(0))
        .optional()?)
}

/// How many of the numbers from `first` to `last` of `device` are here.
pub(crate) fn count_between(
    connection: &Connection,
    device: &DeviceId,
    first: u64,
    last: u64,
) -> Result<u64, Error> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM entry WHERE device = ?1 AND seq BETWEEN ?2 AND ?3")?
        .query_row((&device.0[..], signed(first)?, signed(last)?), |row| {
            unsigned(row, 0)
        })?)
}

/// How many entries there are. They are numbered from 1 and never removed, so
/// it is the last number; counting a million takes as long as opening may.
pub(crate) fn count(connection: &Connection) -> Result<u64, Error> {
    Ok(connection
        .prepare_cached("SELECT coalesce(max(id), 0) FROM entry")?
        .query_row([], |row| unsigned(row, 0))?)
}

/// The stamp of the entry that arrived last, in milliseconds since 1970.
pub(crate) fn last_millis(connection: &Connection) -> Result<Option<u64>, Error> {
    Ok(connection
        .query_row(
            "SELECT millis FROM entry ORDER BY id DESC LIMIT 1",
            [],
            |row| unsigned(row, 0),
        )
        .optional()?)
}

/// Stores `entry`, payload included. The caller has checked that it follows
/// its chain.
pub(crate) fn store(connection: &Connection, entry: &Entry) -> Result<EntryNo, Error> {
    let no = insert(connection, entry)?;
    if let Some(bytes) = &entry.payload {
        payload::insert(connection, no, bytes)?;
    }
    Ok(no)
}
