//! Table `absence`: why the payload of an entry is not here. One that is
//! missing without a line in this table is a damage.

use rusqlite::{Connection, OptionalExtension};

use super::entry::EntryNo;
use super::local;
use super::sealed::{self, What};
use crate::Error;

/// `erasure` is the entry that erased the payload, where one did.
pub(super) const CREATE: &str = "
CREATE TABLE absence (
    entry   INTEGER PRIMARY KEY REFERENCES entry (id),
    reason  TEXT NOT NULL,
    erasure INTEGER REFERENCES entry (id)
) STRICT;";

/// Local setting: the table is complete.
const COMPLETE: &str = "ducha.absence";

/// Whether a payload that is missing has a line: always, but in an archive of an
/// earlier format with damaged pages.
pub(crate) fn is_complete(connection: &Connection) -> Result<bool, Error> {
    Ok(local::get(connection, COMPLETE)?.is_some())
}

/// Takes down, in an archive of an earlier format, which payloads are not here:
/// nothing was erased then.
pub(crate) fn complete(connection: &Connection) -> Result<(), Error> {
    if is_complete(connection)? {
        return Ok(());
    }
    connection.execute(
        "INSERT OR IGNORE INTO absence (entry, reason)
         SELECT id, ?1 FROM entry WHERE id NOT IN (SELECT entry FROM payload)
         AND id NOT IN (SELECT subject FROM sealed WHERE what = ?2)",
        (WITHHELD, What::Payload as i64),
    )?;
    local::put(connection, COMPLETE, &serde_json::Value::Bool(true))
}

/// Why a payload is not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// It did not come along: the entry is about records outside what was
    /// exported.
    Withheld,
    /// It was lawfully erased.
    Erased,
    /// It is sealed, and its compartment is not open.
    Sealed,
}

const WITHHELD: &str = "withheld";
const ERASED: &str = "erased";

/// Notes that the payload of entry `no` was withheld when its header came.
pub(crate) fn withheld(connection: &Connection, no: EntryNo) -> Result<(), Error> {
    put(connection, no, WITHHELD, None)
}

/// Notes that the payload of entry `no` was erased by entry `erasure`.
pub(crate) fn erased(connection: &Connection, no: EntryNo, erasure: EntryNo) -> Result<(), Error> {
    put(connection, no, ERASED, Some(erasure))
}

fn put(
    connection: &Connection,
    no: EntryNo,
    reason: &str,
    erasure: Option<EntryNo>,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO absence (entry, reason, erasure) VALUES (?1, ?2, ?3)",
        )?
        .execute((no, reason, erasure))?;
    Ok(())
}

/// The payload of entry `no` has come in.
pub(crate) fn ended(connection: &Connection, no: EntryNo) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM absence WHERE entry = ?1")?
        .execute([no])?;
    Ok(())
}

/// Why the payload of entry `no`, which is not here, is not here, and the entry
/// that erased it. Nothing when nobody has said why.
pub(crate) fn of(
    connection: &Connection,
    no: EntryNo,
) -> Result<Option<(Absence, Option<EntryNo>)>, Error> {
    if sealed::compartment_of(connection, no)?.is_some() {
        return Ok(Some((Absence::Sealed, None)));
    }
    let found: Option<(String, Option<EntryNo>)> = connection
        .prepare_cached("SELECT reason, erasure FROM absence WHERE entry = ?1")?
        .query_row([no], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match found {
        Some((reason, _)) if reason == WITHHELD => Some((Absence::Withheld, None)),
        Some((reason, erasure)) if reason == ERASED => Some((Absence::Erased, erasure)),
        _ => None,
    })
}
