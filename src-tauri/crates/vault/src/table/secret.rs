//! Table `secret`: keys of this machine, never exchanged.

use rusqlite::{Connection, OptionalExtension};
use zeroize::Zeroizing;

use crate::Error;

pub(super) const CREATE: &str = "
CREATE TABLE secret (
    name  TEXT PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;";

/// The secret `name`.
pub(crate) fn get(
    connection: &Connection,
    name: &str,
) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    Ok(connection
        .prepare_cached("SELECT bytes FROM secret WHERE name = ?1")?
        .query_row([name], |row| row.get(0).map(Zeroizing::new))
        .optional()?)
}

/// Sets the secret `name`.
pub(crate) fn put(connection: &Connection, name: &str, bytes: &[u8]) -> Result<(), Error> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO secret (name, bytes) VALUES (?1, ?2)")?
        .execute((name, bytes))?;
    Ok(())
}
