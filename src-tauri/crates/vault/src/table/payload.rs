//! Table `payload`: what the entries changed, apart from the headers so that a
//! payload can be withheld or lawfully erased while the chain still verifies. One
//! that came masked in part lies here as it came, until more of it is known.

use ledger::masking;
use rusqlite::{Connection, OptionalExtension};

use super::entry::EntryNo;
use crate::Error;

pub(super) const CREATE: &str = "
CREATE TABLE payload (
    entry INTEGER PRIMARY KEY REFERENCES entry (id),
    bytes BLOB NOT NULL
) STRICT;";

/// Stores the payload of entry `no`.
pub(crate) fn insert(connection: &Connection, no: EntryNo, bytes: &[u8]) -> Result<(), Error> {
    connection
        .prepare_cached("INSERT INTO payload (entry, bytes) VALUES (?1, ?2)")?
        .execute((no, bytes))?;
    Ok(())
}

/// Puts a form of the payload of entry `no` of which more is known in place of
/// the one that is here.
pub(crate) fn complete(connection: &Connection, no: EntryNo, bytes: &[u8]) -> Result<(), Error> {
    connection
        .prepare_cached("UPDATE payload SET bytes = ?2 WHERE entry = ?1")?
        .execute((no, bytes))?;
    Ok(())
}

/// What is known of the payload of entry `no`, which is here, together with
/// `bytes`; nothing when that is not more than is here.
///
/// # Errors
/// When `bytes` are of another payload, or say more than a payload may together
/// with what is here.
pub(crate) fn joined(
    connection: &Connection,
    no: EntryNo,
    bytes: &[u8],
) -> Result<Option<Vec<u8>>, Error> {
    let held: Option<Vec<u8>> = connection
        .prepare_cached("SELECT bytes FROM payload WHERE entry = ?1")?
        .query_row([no], |row| row.get(0))
        .optional()?;
    match held {
        Some(held) if masking::is_masked(&held) => {
            let joined = masking::join(&held, bytes)?;
            Ok((joined != held).then_some(joined))
        }
        _ => Ok(None),
    }
}

/// Removes the payload of entry `no`.
pub(crate) fn remove(connection: &Connection, no: EntryNo) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM payload WHERE entry = ?1")?
        .execute([no])?;
    Ok(())
}

/// Whether the payload of entry `no` is here.
pub(crate) fn is_held(connection: &Connection, no: EntryNo) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM payload WHERE entry = ?1")?
        .exists([no])?)
}

/// How many payloads are here.
pub(crate) fn count(connection: &Connection) -> Result<u64, Error> {
    Ok(
        connection.query_row("SELECT count(*) FROM payload", [], |row| {
            super::unsigned(row, 0)
        })?,
    )
}
