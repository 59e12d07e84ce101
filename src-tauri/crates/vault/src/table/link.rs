//! Table `link`: which record refers to which.

use std::collections::BTreeSet;

use ledger::EntityId;
use rusqlite::Connection;

use super::{entity, key, record};
use crate::Error;

pub(super) const CREATE: &str = "
CREATE TABLE link (
    source BLOB NOT NULL,
    field  TEXT NOT NULL,
    target BLOB NOT NULL,
    PRIMARY KEY (source, field, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_target ON link (target);";

/// One standing record refers to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The record that refers.
    pub from: EntityId,
    /// What it is.
    pub kind: String,
    /// The field that refers.
    pub field: String,
}

/// Makes the links of `source` exactly `wanted`.
pub(crate) fn set(
    connection: &Connection,
    source: &EntityId,
    wanted: &BTreeSet<(String, EntityId)>,
) -> Result<(), Error> {
    let held = from(connection, source)?;
    for (field, target) in held.difference(wanted) {
        connection
            .prepare_cached("DELETE FROM link WHERE source = ?1 AND field = ?2 AND target = ?3")?
            .execute((key(source), field, key(target)))?;
    }
    add(connection, source, wanted.difference(&held))
}

/// Adds links that `source` does not have.
pub(crate) fn add<'l>(
    connection: &Connection,
    source: &EntityId,
    links: impl IntoIterator<Item = &'l (String, EntityId)>,
) -> Result<(), Error> {
    for (field, target) in links {
        connection
            .prepare_cached("INSERT INTO link (source, field, target) VALUES (?1, ?2, ?3)")?
            .execute((key(source), field, key(target)))?;
    }
    Ok(())
}

/// What `source` refers to.
pub(crate) fn from(
    connection: &Connection,
    source: &EntityId,
) -> Result<BTreeSet<(String, EntityId)>, Error> {
    let mut statement =
        connection.prepare_cached("SELECT field, target FROM link WHERE source = ?1")?;
    let rows = statement.query_map([key(source)], |row| Ok((row.get(0)?, entity(row, 1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Which standing records refer to `target`, oldest first.
pub(crate) fn to(connection: &Connection, target: &EntityId) -> Result<Vec<Link>, Error> {
    all_to(connection, target, None)
}

/// As [`to`], with those that would stand if `target` did.
pub(crate) fn resting_on(connection: &Connection, target: &EntityId) -> Result<Vec<Link>, Error> {
    all_to(connection, target, Some(target))
}

fn all_to(
    connection: &Connection,
    target: &EntityId,
    but_for: Option<&EntityId>,
) -> Result<Vec<Link>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT source, kind, field FROM link JOIN record ON record.id = source
         WHERE target = ?1 ORDER BY first, field",
    )?;
    let rows = statement.query_map([key(target)], |row| {
        Ok(Link {
            from: entity(row, 0)?,
            kind: row.get(1)?,
            field: row.get(2)?,
        })
    })?;
    let mut standing = Vec::new();
    for link in rows {
        let link = link?;
        if record::stands_but_for(connection, &link.from, but_for)? {
            standing.push(link);
        }
    }
    Ok(standing)
}
