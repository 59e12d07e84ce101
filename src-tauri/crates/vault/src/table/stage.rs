//! Table `stage`: entries of an import that are put aside until all of it is there,
//! because they cannot be judged alone. They lie in the encrypted file, not in memory
//! and not in a plain temporary file.

use ledger::{Entry, masking};
use rusqlite::{Connection, OptionalExtension};

use super::signed;
use crate::Error;

pub(super) const CREATE: &str = "
CREATE TABLE stage (
    device    BLOB NOT NULL,
    seq       INTEGER NOT NULL,
    hash      BLOB NOT NULL,
    header    BLOB NOT NULL,
    signature BLOB NOT NULL,
    bytes     BLOB,
    PRIMARY KEY (device, seq, hash)
) STRICT;";

/// Puts an entry aside. The same entry again adds only a payload that was
/// missing before, or what of it was masked.
///
/// # Errors
/// [`ledger::Error::TooLarge`] when the forms of its payload say more together
/// than a payload may.
pub(crate) fn insert(connection: &Connection, entry: &Entry) -> Result<(), Error> {
    let added = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO stage (device, seq, hash, header, signature, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            &entry.header.device.0[..],
            signed(entry.header.seq)?,
            &entry.hash.0[..],
            &entry.header_bytes,
            &entry.signature[..],
            &entry.payload,
        ))?;
    match &entry.payload {
        Some(bytes) if added == 0 => add_payload(connection, entry, bytes),
        _ => Ok(()),
    }
}

/// Adds what a payload says more than the one that was put aside with its entry.
fn add_payload(connection: &Connection, entry: &Entry, bytes: &[u8]) -> Result<(), Error> {
    let seq = signed(entry.header.seq)?;
    let name = (&entry.header.device.0[..], seq, &entry.hash.0[..]);
    let aside: Option<Option<Vec<u8>>> = connection
        .prepare_cached("SELECT bytes FROM stage WHERE device = ?1 AND seq = ?2 AND hash = ?3")?
        .query_row(name, |row| row.get(0))
        .optional()?;
    let more = match aside.flatten() {
        Some(aside) if masking::is_masked(&aside) => match masking::join(&aside, bytes) {
            Ok(more) => Some(more),
            Err(error @ ledger::Error::TooLarge { .. }) => return Err(error.into()),
            // One that is of another payload is told as a damage; it adds nothing.
            Err(_) => None,
        },
        Some(_) => None,
        None => Some(bytes.to_vec()),
    };
    if let Some(more) = more {
        connection
            .prepare_cached(
                "UPDATE stage SET bytes = ?4 WHERE device = ?1 AND seq = ?2 AND hash = ?3",
            )?
            .execute((name.0, name.1, name.2, more))?;
    }
    Ok(())
}

/// Empties the table.
pub(crate) fn clear(connection: &Connection) -> Result<(), Error> {
    connection.execute("DELETE FROM stage", [])?;
    Ok(())
}

/// A staged entry without its payload.
pub(crate) struct Staged {
    pub(crate) entry: Entry,
    /// It came with a payload.
    pub(crate) has_payload: bool,
}

/// Gives every staged entry without its payload to `visit`, chain by chain, in
/// order.
pub(crate) fn each_header(
    connection: &Connection,
    visit: &mut dyn FnMut(Staged) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "SELECT header, signature, NULL, bytes NOT NULL FROM stage ORDER BY device, seq, hash",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(Staged {
            entry: super::entry::read(row, 0)?,
            has_payload: row.get(3)?,
        })?;
    }
    Ok(())
}

/// Gives every staged entry to `visit`, chain by chain, in order.
pub(crate) fn each(
    connection: &Connection,
    visit: &mut dyn FnMut(Entry) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut statement = connection
        .prepare_cached("SELECT header, signature, bytes FROM stage ORDER BY device, seq, hash")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(super::entry::read(row, 0)?)?;
    }
    Ok(())
}
