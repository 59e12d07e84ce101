//! Tables `compartment` and `sealed_record`: what is sealed (密封事项), under
//! which lock, and which records belong to it.
//!
//! What lies here in the clear is the label the user chose, the moment, and
//! identifiers: nothing of what the records say.

use ledger::{CompartmentId, EntityId};
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

use super::{entity, key, signed, unsigned};
use crate::Error;
use crate::keys::SecondLock;

pub(super) const CREATE: &str = "
CREATE TABLE compartment (
    id     BLOB PRIMARY KEY,
    label  TEXT NOT NULL,
    millis INTEGER NOT NULL,
    lock   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sealed_record (
    entity      BLOB PRIMARY KEY,
    compartment BLOB NOT NULL
) STRICT, WITHOUT ROWID;";

/// A compartment as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) id: CompartmentId,
    pub(crate) label: String,
    pub(crate) millis: u64,
    pub(crate) lock: String,
}

impl Stored {
    /// Its lock.
    pub(crate) fn lock(&self) -> Result<SecondLock, Error> {
        serde_json::from_str(&self.lock).map_err(|_| Error::damaged("密封事项的锁"))
    }
}

/// The stored form of a compartment's identifier.
pub(super) fn id_key(id: &CompartmentId) -> &[u8] {
    id.0.as_bytes()
}

/// Reads a compartment's identifier from a column.
pub(super) fn compartment_id(row: &Row<'_>, column: usize) -> rusqlite::Result<CompartmentId> {
    row.get::<_, [u8; 16]>(column)
        .map(|bytes| CompartmentId(Uuid::from_bytes(bytes)))
}

/// Stores a compartment.
pub(crate) fn put(connection: &Connection, stored: &Stored) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO compartment (id, label, millis, lock) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((
            id_key(&stored.id),
            &stored.label,
            signed(stored.millis)?,
            &stored.lock,
        ))?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        id: compartment_id(row, 0)?,
        label: row.get(1)?,
        millis: unsigned(row, 2)?,
        lock: row.get(3)?,
    })
}

/// The compartment with this identifier.
pub(crate) fn get(connection: &Connection, id: &CompartmentId) -> Result<Option<Stored>, Error> {
    Ok(connection
        .prepare_cached("SELECT id, label, millis, lock FROM compartment WHERE id = ?1")?
        .query_row([id_key(id)], read)
        .optional()?)
}

/// All compartments, the oldest first.
pub(crate) fn list(connection: &Connection) -> Result<Vec<Stored>, Error> {
    let mut statement = connection
        .prepare_cached("SELECT id, label, millis, lock FROM compartment ORDER BY millis, id")?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Puts another lock on a compartment.
pub(crate) fn set_lock(
    connection: &Connection,
    id: &CompartmentId,
    lock: &SecondLock,
) -> Result<(), Error> {
    let lock = serde_json::to_string(lock).map_err(|_| Error::Internal {
        detail: "J-3".into(),
    })?;
    connection
        .prepare_cached("UPDATE compartment SET lock = ?2 WHERE id = ?1")?
        .execute((id_key(id), lock))?;
    Ok(())
}

/// The records that belong to a compartment.
pub(crate) fn records(connection: &Connection, id: &CompartmentId) -> Result<Vec<EntityId>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT entity FROM sealed_record WHERE compartment = ?1 ORDER BY entity",
    )?;
    let rows = statement.query_map([id_key(id)], |row| entity(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Removes a compartment: its records belong to none any more.
pub(crate) fn remove(connection: &Connection, id: &CompartmentId) -> Result<(), Error> {
    for sql in [
        "DELETE FROM sealed_record WHERE compartment = ?1",
        "DELETE FROM compartment WHERE id = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([id_key(id)])?;
    }
    Ok(())
}

/// Whether anything is sealed here.
pub(crate) fn is_any(connection: &Connection) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM compartment")?
        .exists([])?)
}

/// Whether any record belongs to a compartment.
pub(crate) fn is_any_record(connection: &Connection) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM sealed_record")?
        .exists([])?)
}

/// The compartment that a record belongs to.
pub(crate) fn of_record(
    connection: &Connection,
    id: &EntityId,
) -> Result<Option<CompartmentId>, Error> {
    Ok(connection
        .prepare_cached("SELECT compartment FROM sealed_record WHERE entity = ?1")?
        .query_row([key(id)], |row| compartment_id(row, 0))
        .optional()?)
}

/// Makes a record belong to a compartment. Returns whether it did not before.
pub(crate) fn adopt(
    connection: &Connection,
    compartment: &CompartmentId,
    id: &EntityId,
) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached(
            "INSERT OR IGNORE INTO sealed_record (entity, compartment) VALUES (?1, ?2)",
        )?
        .execute((key(id), id_key(compartment)))?
        > 0)
}
