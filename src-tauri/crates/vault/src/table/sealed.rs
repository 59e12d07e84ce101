//! Tables `sealed` and `opened_attachment`: what a compartment holds, encrypted
//! with its key, and which attachments lie in the clear only while one is open.
//!
//! The encrypted copy stays while a compartment is open. So closing it needs no
//! key: what has an encrypted copy is removed where it lies in the clear.

use ledger::CompartmentId;
use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use super::compartment::{compartment_id, id_key};
use super::entry::EntryNo;
use super::unsigned;
use crate::{Error, hex};

pub(super) const CREATE: &str = "
CREATE TABLE sealed (
    what        INTEGER NOT NULL,
    subject     INTEGER NOT NULL,
    part        INTEGER NOT NULL,
    compartment BLOB NOT NULL,
    nonce       BLOB NOT NULL,
    bytes       BLOB NOT NULL,
    UNIQUE (what, subject, part)
) STRICT;
CREATE TABLE opened_attachment (
    attachment INTEGER PRIMARY KEY,
    has_copy   INTEGER NOT NULL
) STRICT;";

/// Bytes by which a copy is longer than what it is a copy of: the tag of
/// XChaCha20-Poly1305.
pub(crate) const COPY_TAG: usize = 16;

/// What an encrypted row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// The payload of entry `subject`.
    Payload = 0,
    /// Name, size and hash of the attachment numbered `subject`.
    File = 1,
    /// Chunk `part` of the attachment numbered `subject`.
    Chunk = 2,
    /// The title in line `subject` of the log of readings.
    Title = 3,
}

/// An encrypted row.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) compartment: CompartmentId,
    pub(crate) what: i64,
    pub(crate) subject: i64,
    pub(crate) part: i64,
    pub(crate) nonce: [u8; 24],
    pub(crate) bytes: Vec<u8>,
}

const COLUMNS: &str = "what, subject, part, compartment, nonce, bytes";

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        what: row.get(0)?,
        subject: row.get(1)?,
        part: row.get(2)?,
        compartment: compartment_id(row, 3)?,
        nonce: row.get(4)?,
        bytes: row.get(5)?,
    })
}

/// Stores a row. One that is there already stays.
pub(crate) fn put(connection: &Connection, row: &Row) -> Result<(), Error> {
    connection
        .prepare_cached(&format!(
            "INSERT OR IGNORE INTO sealed ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ))?
        .execute((
            row.what,
            row.subject,
            row.part,
            id_key(&row.compartment),
            &row.nonce[..],
            &row.bytes,
        ))?;
    Ok(())
}

/// One row.
pub(crate) fn get(
    connection: &Connection,
    what: What,
    subject: i64,
    part: i64,
) -> Result<Option<Row>, Error> {
    Ok(connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM sealed WHERE what = ?1 AND subject = ?2 AND part = ?3"
        ))?
        .query_row((what as i64, subject, part), read)
        .optional()?)
}

/// Removes what is kept of a subject: all its parts.
pub(crate) fn remove(connection: &Connection, what: What, subject: i64) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM sealed WHERE what = ?1 AND subject = ?2")?
        .execute((what as i64, subject))?;
    Ok(())
}

/// Removes the parts of attachments that were begun and never finished because
/// the program ended in the middle. They have no head, so nothing ever read them.
pub(crate) fn remove_unfinished(connection: &Connection) -> Result<(), Error> {
    connection.execute(
        "DELETE FROM sealed WHERE what = ?1
         AND subject NOT IN (SELECT subject FROM sealed WHERE what = ?2)",
        [What::Chunk as i64, What::File as i64],
    )?;
    Ok(())
}

/// Removes everything that is kept with a compartment's key.
pub(crate) fn remove_all(
    connection: &Connection,
    compartment: &CompartmentId,
) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM sealed WHERE compartment = ?1")?
        .execute([id_key(compartment)])?;
    Ok(())
}

/// The subjects of a compartment's rows of one sort, in order.
pub(crate) fn subjects(
    connection: &Connection,
    compartment: &CompartmentId,
    what: What,
) -> Result<Vec<i64>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT subject FROM sealed WHERE compartment = ?1 AND what = ?2 ORDER BY subject, part",
    )?;
    let rows = statement.query_map((id_key(compartment), what as i64), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The compartment whose key the payload of entry `no` is kept with.
pub(crate) fn compartment_of(
    connection: &Connection,
    no: EntryNo,
) -> Result<Option<CompartmentId>, Error> {
    Ok(connection
        .prepare_cached("SELECT compartment FROM sealed WHERE what = ?1 AND subject = ?2")?
        .query_row((What::Payload as i64, no), |row| compartment_id(row, 0))
        .optional()?)
}

/// The lines of the log of readings whose title is kept here.
pub(crate) fn titled(connection: &Connection) -> Result<Vec<i64>, Error> {
    let mut statement = connection.prepare_cached("SELECT subject FROM sealed WHERE what = ?1")?;
    let rows = statement.query_map([What::Title as i64], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The entries whose payload has an encrypted copy and lies in the clear too.
pub(crate) fn in_the_clear(connection: &Connection) -> Result<Vec<EntryNo>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT subject FROM sealed JOIN payload ON payload.entry = sealed.subject
         WHERE what = ?1 ORDER BY subject",
    )?;
    let rows = statement.query_map([What::Payload as i64], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many entries have their payload here alone.
pub(crate) fn count_closed(connection: &Connection) -> Result<u64, Error> {
    Ok(connection.query_row(
        "SELECT count(*) FROM sealed WHERE what = ?1
         AND NOT EXISTS (SELECT 1 FROM payload WHERE payload.entry = sealed.subject)",
        [What::Payload as i64],
        |row| unsigned(row, 0),
    )?)
}

/// How many rows there are; none in an archive of an earlier format.
pub(crate) fn count(connection: &Connection) -> Result<u64, Error> {
    if !is_there(connection)? {
        return Ok(0);
    }
    Ok(connection.query_row("SELECT count(*) FROM sealed", [], |row| unsigned(row, 0))?)
}

/// The locks of the compartments, hashed: other ones are other keys. None in an
/// archive of an earlier format.
pub(crate) fn locks(connection: &Connection) -> Result<Vec<String>, Error> {
    if !is_there(connection)? {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare_cached("SELECT lock FROM compartment ORDER BY id")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    rows.map(|lock| Ok(hex::encode(&Sha256::digest(lock?))))
        .collect()
}

/// Whether this archive has the table: those of an earlier format have not.
fn is_there(connection: &Connection) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'sealed'")?
        .exists([])?)
}

/// Notes an attachment that must go when the compartments are closed.
pub(crate) fn note_opened(
    connection: &Connection,
    attachment: i64,
    has_copy: bool,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO opened_attachment (attachment, has_copy) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET has_copy = max(has_copy, ?2)",
        )?
        .execute((attachment, has_copy))?;
    Ok(())
}

/// Whether an attachment has an encrypted copy.
pub(crate) fn has_copy(connection: &Connection, attachment: i64) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM opened_attachment WHERE attachment = ?1 AND has_copy = 1")?
        .exists([attachment])?)
}

/// The attachments that must go when the compartments are closed.
pub(crate) fn opened(connection: &Connection) -> Result<Vec<i64>, Error> {
    let mut statement = connection
        .prepare_cached("SELECT attachment FROM opened_attachment ORDER BY attachment")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Forgets that an attachment was opened: it is here no more, and its number may
/// become that of another.
pub(crate) fn forget_opened(connection: &Connection, attachment: i64) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM opened_attachment WHERE attachment = ?1")?
        .execute([attachment])?;
    Ok(())
}

/// Forgets which attachments were opened.
pub(crate) fn clear_opened(connection: &Connection) -> Result<(), Error> {
    connection.execute("DELETE FROM opened_attachment", [])?;
    Ok(())
}
