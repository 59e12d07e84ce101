//! Table `local`: settings of this machine, never exchanged.

use rusqlite::{Connection, OptionalExtension};
use serde_json::Value as Json;

use crate::Error;

pub(super) const CREATE: &str = "
CREATE TABLE local (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;";

/// The setting `name`.
pub(crate) fn get(connection: &Connection, name: &str) -> Result<Option<Json>, Error> {
    let text: Option<String> = connection
        .prepare_cached("SELECT value FROM local WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    text.map(|text| serde_json::from_str(&text).map_err(|_| Error::damaged("本机设置")))
        .transpose()
}

/// Sets `name`; JSON null removes it.
pub(crate) fn put(connection: &Connection, name: &str, value: &Json) -> Result<(), Error> {
    if value.is_null() {
        connection
            .prepare_cached("DELETE FROM local WHERE name = ?1")?
            .execute([name])?;
    } else {
        connection
            .prepare_cached("INSERT OR REPLACE INTO local (name, value) VALUES (?1, ?2)")?
            .execute((name, value.to_string()))?;
    }
    Ok(())
}
