//! Table `entry`: the headers of every chain, in order of arrival.

use std::collections::BTreeMap;

use ledger::{DeviceId, Entry, EntryHash, Head, Hlc};
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

/// The last entry of every device.
pub(crate) fn heads(connection: &Connection) -> Result<BTreeMap<DeviceId, (Head, Hlc)>, Error> {
    // With a bare column beside max(), SQLite takes it from the row of the maximum.
    let mut statement = connection.prepare_cached(
        "SELECT device, max(seq), hash, millis, counter FROM entry GROUP BY device",
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

/// How many entries there are.
pub(crate) fn count(connection: &Connection) -> Result<u64, Error> {
    Ok(connection.query_row("SELECT count(*) FROM entry", [], |row| unsigned(row, 0))?)
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
