//! The tables, one file each: its SQL, its row, and all that reads or writes it.
//!
//! `entry` and `payload` are the truth. `field_version`, `awaited_base`,
//! `record`, `conflict`, `link`, `text_index` and `name_index` are projections
//! of it and are written by [`crate::apply`] alone. `attachment` holds bytes
//! named by their hash. `local` and `secret` belong to this machine and are
//! never exchanged. `stage` holds what is being imported until it is accepted.

pub(crate) mod attachment;
pub(crate) mod entry;
pub(crate) mod field_version;
pub(crate) mod link;
pub(crate) mod local;
pub(crate) mod migration;
pub(crate) mod name_index;
pub(crate) mod payload;
pub(crate) mod record;
pub(crate) mod secret;
pub(crate) mod stage;
pub(crate) mod text_index;

use ledger::EntityId;
use rusqlite::Row;
use uuid::Uuid;

use crate::Error;

/// Reads a record's identifier from a column.
pub(crate) fn entity(row: &Row<'_>, column: usize) -> rusqlite::Result<EntityId> {
    row.get::<_, [u8; 16]>(column)
        .map(|bytes| EntityId(Uuid::from_bytes(bytes)))
}

/// The stored form of a record's identifier.
pub(crate) fn key(id: &EntityId) -> &[u8] {
    id.0.as_bytes()
}

/// A number the database holds as signed; every one is below 2^63 by the
/// ledger's format.
pub(crate) fn signed(number: u64) -> Result<i64, Error> {
    i64::try_from(number).map_err(|_| Error::damaged("记录编号超出范围"))
}

/// Reads a number that cannot be negative.
pub(crate) fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, number))
}
