//! Table `journal`: one line for every entry of the ledger, so that who did
//! what can be looked up by period, person, action and kind without opening
//! a payload. A projection like the others.

use std::collections::BTreeSet;

use casework::kinds::spec_of;
use ledger::{Change, EntityId, Entry, Payload};
use rusqlite::Connection;

use super::entry::{self, EntryNo};
use super::{key, local, record, signed};
use crate::Error;
use crate::write::take_apart;

/// `record` is what the entry is mainly about, `records` how many it touches.
/// Both, and `action` and `note`, are empty while the payload is not here.
pub(super) const CREATE: &str = "
CREATE TABLE journal (
    entry   INTEGER PRIMARY KEY,
    millis  INTEGER NOT NULL,
    author  BLOB NOT NULL,
    action  TEXT NOT NULL,
    note    TEXT,
    record  BLOB,
    kind    TEXT NOT NULL,
    records INTEGER NOT NULL
) STRICT;
CREATE INDEX journal_time ON journal (millis, entry);
CREATE INDEX journal_author ON journal (author, millis, entry);
CREATE INDEX journal_action ON journal (action, millis, entry);
CREATE INDEX journal_kind ON journal (kind, millis, entry);";

/// Writes the line of entry `no`, in place of one made before its payload came.
pub(crate) fn put(
    connection: &Connection,
    no: EntryNo,
    entry: &Entry,
    payload: Option<&Payload>,
) -> Result<(), Error> {
    let (action, note) = take_apart(payload.and_then(|payload| payload.note.as_deref()));
    let changes = payload.map_or(&[][..], |payload| &payload.changes);
    let main = main_change(changes);
    let records: BTreeSet<&EntityId> = changes.iter().map(|change| &change.entity).collect();
    let line = (
        no,
        signed(entry.header.hlc.millis)?,
        key(&entry.header.author),
        action.as_str(),
        note.as_deref(),
        main.map(|change| key(&change.entity)),
        main.map_or("", |change| change.kind.as_str()),
        i64::try_from(records.len()).unwrap_or(i64::MAX),
    );
    // Not `INSERT OR REPLACE`: for that SQLite keeps a copy of every page it touches,
    // and with five trees to a line that took an eighth of an import.
    let added = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO journal
                 (entry, millis, author, action, note, record, kind, records)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(line)?;
    if added == 0 {
        connection
            .prepare_cached(
                "UPDATE journal SET millis = ?2, author = ?3, action = ?4, note = ?5,
                     record = ?6, kind = ?7, records = ?8
                 WHERE entry = ?1",
            )?
            .execute(line)?;
    }
    Ok(())
}

/// What an entry is mainly about: the whole rather than the parts that stand
/// in a list within it (the minutes rather than their paragraphs).
pub fn main_change(changes: &[Change]) -> Option<&Change> {
    let is_part = |change: &&Change| spec_of(&change.kind).is_some_and(|spec| spec.order.is_some());
    changes
        .iter()
        .find(|change| !is_part(change))
        .or_else(|| changes.first())
}

/// Local setting: every entry has its line.
const COMPLETE: &str = "ducha.journal";

/// Whether every entry has its line: always, but in an archive of an earlier
/// format of which nobody has asked yet.
pub(crate) fn is_complete(connection: &Connection) -> Result<bool, Error> {
    Ok(local::get(connection, COMPLETE)?.is_some())
}

/// Writes the lines that are missing: all of them in an archive that an
/// earlier format made. Not done on opening: it reads every payload, and an
/// archive with one damaged page must still open.
pub(crate) fn complete(connection: &Connection) -> Result<(), Error> {
    if is_complete(connection)? {
        return Ok(());
    }
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(record::INDEX_WITHDRAWN)?;
    entry::each(&transaction, &mut |no, entry| {
        let known = transaction
            .prepare_cached("SELECT 1 FROM journal WHERE entry = ?1")?
            .exists([no])?;
        if known {
            return Ok(());
        }
        let payload = entry.open_payload().unwrap_or_default();
        put(&transaction, no, &entry, payload.as_ref())
    })?;
    local::put(&transaction, COMPLETE, &serde_json::Value::Bool(true))?;
    transaction.commit()?;
    Ok(())
}
