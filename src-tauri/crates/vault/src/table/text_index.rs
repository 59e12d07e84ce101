//! Tables `text_row` and `text_index`: full text of the fields worth searching.
//!
//! The index keeps no text of its own: the texts are the tips of the field.
//! All tips are indexed, so that the side of a conflict that is not shown can
//! be found too.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

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
    let terms = grams::terms(texts.iter().map(String::as_str));
    replace(
        connection,
        row_of(connection, id, field)?,
        id,
        field,
        &terms,
    )
}

/// Stores the terms of a field in place of those that are in the index under `row`.
fn replace(
    connection: &Connection,
    row: Option<i64>,
    id: &EntityId,
    field: &str,
    terms: &str,
) -> Result<(), Error> {
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
    put(connection, row, id, field, terms)
}

/// What the terms of the texts that wait may weigh, in bytes: about what FTS5 gathers
/// before it writes of its own accord.
const WAITING_BYTES: usize = 1 << 20;

/// Texts that wait until they are put into the index together. One that replaces
/// another, out of the order of the rows, makes FTS5 write what it has gathered: done
/// one by one that is a small piece of index for each, which it then has to join.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    /// By record and field.
    texts: BTreeMap<(EntityId, &'static str), Text>,
    bytes: usize,
}

#[derive(Debug)]
struct Text {
    /// Its place among those that wait: the index keeps their order.
    place: usize,
    terms: String,
    /// Nothing of this field is in the index.
    is_new: bool,
}

impl Waiting {
    /// Has the searchable text of one field become what `texts` say; `is_new` when
    /// it has none.
    pub(crate) fn set(
        &mut self,
        id: &EntityId,
        field: &'static str,
        texts: &[String],
        is_new: bool,
    ) {
        let terms = grams::terms(texts.iter().map(String::as_str));
        self.bytes += terms.len();
        let place = self.texts.len();
        match self.texts.entry((*id, field)) {
            Entry::Occupied(mut waiting) => waiting.get_mut().terms = terms,
            Entry::Vacant(_) if is_new && terms.is_empty() => {}
            Entry::Vacant(vacant) => {
                vacant.insert(Text {
                    place,
                    terms,
                    is_new,
                });
            }
        }
    }

    /// Whether it is time to put them in.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes >= WAITING_BYTES
    }

    /// Puts them into the index.
    pub(crate) fn put(&mut self, connection: &Connection) -> Result<(), Error> {
        self.bytes = 0;
        let mut known = Vec::new();
        let mut new = Vec::new();
        for ((id, field), text) in std::mem::take(&mut self.texts) {
            let row = if text.is_new {
                None
            } else {
                row_of(connection, &id, field)?
            };
            match row {
                Some(row) => known.push((row, id, field, text.terms)),
                None => new.push((text.place, id, field, text.terms)),
            }
        }
        known.sort_unstable_by_key(|(row, ..)| *row);
        for (row, id, field, terms) in known {
            replace(connection, Some(row), &id, field, &terms)?;
        }
        new.sort_unstable_by_key(|(place, ..)| *place);
        for (_, id, field, terms) in new {
            put(connection, None, &id, field, &terms)?;
        }
        Ok(())
    }
}

fn row_of(connection: &Connection, id: &EntityId, field: &str) -> Result<Option<i64>, Error> {
    Ok(connection
        .prepare_cached("SELECT id FROM text_row WHERE entity = ?1 AND field = ?2")?
        .query_row((key(id), field), |row| row.get(0))
        .optional()?)
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
