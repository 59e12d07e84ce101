//! Table `payload`: what the entries changed, apart from the headers so that a
//! payload can be withheld or lawfully erased while the chain still verifies.

use rusqlite::Connection;

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
