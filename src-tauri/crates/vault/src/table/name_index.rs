//! Table `name_index`: names with the readings of their characters.
//!
//! Names are few (thousands, not millions), so a search looks at all of them;
//! that finds any mixture of characters, pinyin and initials, which no index
//! on text could.

use ledger::EntityId;
use rusqlite::Connection;

use super::{entity, key};
use crate::Error;
use crate::syllables::{self, Fit};

pub(super) const CREATE: &str = "
CREATE TABLE name_index (
    entity   BLOB NOT NULL,
    name     TEXT NOT NULL,
    readings TEXT NOT NULL,
    PRIMARY KEY (entity, name)
) STRICT, WITHOUT ROWID;";

/// Makes the names of a record what `names` say; none removes them.
pub(crate) fn set(connection: &Connection, id: &EntityId, names: &[String]) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM name_index WHERE entity = ?1")?
        .execute([key(id)])?;
    add(connection, id, names)
}

/// Adds names to a record.
pub(crate) fn add(connection: &Connection, id: &EntityId, names: &[String]) -> Result<(), Error> {
    for name in names {
        connection
            .prepare_cached(
                "INSERT OR IGNORE INTO name_index (entity, name, readings) VALUES (?1, ?2, ?3)",
            )?
            .execute((key(id), name, syllables::index(name)))?;
    }
    Ok(())
}

/// A name that fits what was typed.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) id: EntityId,
    pub(crate) name: String,
    pub(crate) fit: Fit,
    pub(crate) range: (usize, usize),
}

/// The names that fit what was typed, best first.
pub(crate) fn find(
    connection: &Connection,
    typed: &str,
    limit: usize,
) -> Result<Vec<Named>, Error> {
    let mut statement =
        connection.prepare_cached("SELECT entity, name, readings FROM name_index")?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let readings = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        if let Some((fit, range)) = syllables::fit(readings, typed) {
            found.push(Named {
                id: entity(row, 0)?,
                name: row.get(1)?,
                fit,
                range,
            });
        }
    }
    found.sort_by(|a, b| {
        (a.fit, a.name.chars().count(), &a.name, a.id).cmp(&(
            b.fit,
            b.name.chars().count(),
            &b.name,
            b.id,
        ))
    });
    found.truncate(limit);
    Ok(found)
}
