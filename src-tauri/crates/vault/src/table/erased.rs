//! Table `erased`: what the erasures (依规删除) among the entries name. A
//! projection, like the others; what it means is decided by [`ledger::erasure`].

use ledger::erasure::Erasure;
use ledger::{EntityId, EntryHash};
use rusqlite::{Connection, OptionalExtension};

use super::entry::EntryNo;
use super::key;
use crate::Error;

/// `name` is a record's identifier, or the hash of an entry or an attachment.
pub(crate) const CREATE: &str = "
CREATE TABLE erased (
    sort    TEXT NOT NULL,
    name    BLOB NOT NULL,
    erasure INTEGER NOT NULL,
    PRIMARY KEY (sort, name, erasure)
) STRICT, WITHOUT ROWID;";

/// What can be named.
const RECORD: &str = "record";
const ENTRY: &str = "entry";
const ATTACHMENT: &str = "attachment";

/// Adds what erasure `no` names.
pub(crate) fn put(connection: &Connection, no: EntryNo, erasure: &Erasure) -> Result<(), Error> {
    let records = erasure.records.iter().map(|id| (RECORD, key(id)));
    let entries = erasure.entries.iter().map(|hash| (ENTRY, &hash.0[..]));
    let attachments = erasure.attachments.iter().map(|it| (ATTACHMENT, &it[..]));
    let mut statement = connection
        .prepare_cached("INSERT OR IGNORE INTO erased (sort, name, erasure) VALUES (?1, ?2, ?3)")?;
    for (sort, name) in records.chain(entries).chain(attachments) {
        statement.execute((sort, name, no))?;
    }
    Ok(())
}

/// Whether anything was ever erased here: mostly not, and then nobody needs to
/// ask record by record.
pub(crate) fn is_any(connection: &Connection) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM erased")?
        .exists([])?)
}

fn by(connection: &Connection, sort: &str, name: &[u8]) -> Result<Option<EntryNo>, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT erasure FROM erased WHERE sort = ?1 AND name = ?2 ORDER BY erasure LIMIT 1",
        )?
        .query_row((sort, name), |row| row.get(0))
        .optional()?)
}

/// The erasure that came first of those that name the record.
pub(crate) fn record_by(connection: &Connection, id: &EntityId) -> Result<Option<EntryNo>, Error> {
    by(connection, RECORD, key(id))
}

/// The erasure that says that it took the payload of this entry away.
pub(crate) fn entry_by(
    connection: &Connection,
    hash: &EntryHash,
) -> Result<Option<EntryNo>, Error> {
    by(connection, ENTRY, &hash.0)
}

/// Whether an erasure took this attachment away.
pub(crate) fn has_attachment(connection: &Connection, sha256: &[u8; 32]) -> Result<bool, Error> {
    Ok(by(connection, ATTACHMENT, sha256)?.is_some())
}

/// Whether entry `no` erases anything.
pub(crate) fn is_erasure(connection: &Connection, no: EntryNo) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM erased WHERE erasure = ?1")?
        .exists([no])?)
}

/// Every entry that erases something, in order of arrival.
pub(crate) fn erasures(connection: &Connection) -> Result<Vec<EntryNo>, Error> {
    let mut statement =
        connection.prepare_cached("SELECT DISTINCT erasure FROM erased ORDER BY erasure")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
