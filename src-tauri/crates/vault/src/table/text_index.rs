//! Tables `text_row` and `text_index`: full text of the fields worth searching.
//!
//! The index keeps no text of its own: the texts are the tips of the field.
//! All tips are indexed, so that the side of a conflict that is not shown can
//! be found too.

use ledger::EntityId;
use rusqlite::{Connection, OptionalExtension};

use super::{entity, key};
use crate::Error;
use crate::grams;

pub(super) const CREATE: &str = "
CREATE TABLE text_row (
    id     INTEGER PRIMARY KEY,
    entity BLOB NOT NULL,
    field  TEXT NOT NULL,
    UNIQUE (entity, field)
) STRICT;
CREATE VIRTUAL TABLE text_index USING fts5 (
    terms, content = '', contentless_delete = 1, tokenize = 'ascii'
);
CREATE VIRTUAL TABLE text_terms USING fts5vocab (text_index, 'row');";

/// Makes the searchable text of one field what `texts` say; none removes it.
pub(crate) fn set(
    connection: &Connection,
    id: &EntityId,
    field: &str,
    texts: &[String],
) -> Result<(), Error> {
    let row: Option<i64> = connection
        .prepare_cached("SELECT id FROM text_row WHERE entity = ?1 AND field = ?2")?
        .query_row((key(id), field), |row| row.get(0))
        .optional()?;
    let terms = grams::terms(texts.iter().map(String::as_str));
    if let Some(row) = row {
        connection
            .prepare_cached("DELETE FROM text_index WHERE rowid = ?1")?
            .execute([row])?;
        if terms.is_empty() {
            connection
                .prepare_cached("DELETE FROM text_row WHERE id = ?1")?
                .execute([row])?;
        }
    }
    put(connection, row, id, field, &terms)
}

/// Adds the searchable text of a field that has none.
pub(crate) fn add(
    connection: &Connection,
    id: &EntityId,
    field: &str,
    texts: &[String],
) -> Result<(), Error> {
    let terms = grams::terms(texts.iter().map(String::as_str));
    put(connection, None, id, field, &terms)
}

/// Stores the terms of a field, whose row of `text_row` may be there.
fn put(
    connection: &Connection,
    row: Option<i64>,
    id: &EntityId,
    field: &str,
    terms: &str,
) -> Result<(), Error> {
    if terms.is_empty() {
        return Ok(());
    }
    let row = if let Some(row) = row {
        row
    } else {
        connection
            .prepare_cached("INSERT INTO text_row (entity, field) VALUES (?1, ?2)")?
            .execute((key(id), field))?;
        connection.last_insert_rowid()
    };
    connection
        .prepare_cached("INSERT INTO text_index (rowid, terms) VALUES (?1, ?2)")?
        .execute((row, terms))?;
    Ok(())
}

/// Removes everything searchable of a record.
pub(crate) fn forget(connection: &Connection, id: &EntityId) -> Result<(), Error> {
    let fields: Vec<String> = connection
        .prepare_cached("SELECT field FROM text_row WHERE entity = ?1")?
        .query_map([key(id)], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for field in fields {
        set(connection, id, &field, &[])?;
    }
    Ok(())
}

/// Puts the index together anew, so that nothing of what was removed is left
/// in it: until then it only knows that those rows no longer count.
pub(crate) fn purge(connection: &Connection) -> Result<(), Error> {
    connection.execute(
        "INSERT INTO text_index (text_index) VALUES ('optimize')",
        [],
    )?;
    Ok(())
}

/// Gives the fields that contain every word of `query` to `take`, the latest
/// first, until it answers `false`. In that order the index is read only as far
/// as somebody wants to know; ranking would have to look at every text first.
pub(crate) fn find(
    connection: &Connection,
    query: &str,
    take: &mut dyn FnMut(EntityId, String) -> Result<bool, Error>,
) -> Result<(), Error> {
    let Some(query) = grams::query(query) else {
        return Ok(());
    };
    let mut statement = connection.prepare_cached(
        "SELECT entity, field FROM text_index JOIN text_row ON text_row.id = text_index.rowid
         WHERE text_index MATCH ?1 ORDER BY text_index.rowid DESC",
    )?;
    let mut rows = statement.query([query])?;
    while let Some(row) = rows.next()? {
        if !take(entity(row, 0)?, row.get(1)?)? {
            break;
        }
    }
    Ok(())
}
