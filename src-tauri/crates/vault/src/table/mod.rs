//! The tables, one file each: its SQL, its row, and all that reads or writes it.
//!
//! `entry` and `payload` are the truth. `field_version`, `awaited_base`,
//! `record`, `conflict`, `link`, `text_index`, `name_index`, `journal` and `erased`
//! are projections of it and are written when an entry is applied. `absence` says
//! why a payload is not here. `attachment` holds bytes named by their hash. `local`, `secret` and `read_log` belong to this
//! machine and are never exchanged; so do `compartment`, `sealed_record`, `sealed` and
//! `opened_attachment`, which hold what is sealed. `stage` holds what of an import
//! cannot be judged as it comes, until all of it is there.

pub(crate) mod absence;
pub(crate) mod attachment;
pub(crate) mod compartment;
pub(crate) mod entry;
pub(crate) mod erased;
pub(crate) mod field_version;
pub(crate) mod journal;
pub(crate) mod link;
pub(crate) mod local;
pub(crate) mod migration;
pub(crate) mod name_index;
pub(crate) mod payload;
pub(crate) mod read_log;
pub(crate) mod record;
pub(crate) mod sealed;
pub(crate) mod secret;
pub(crate) mod stage;
pub(crate) mod text_index;

use ledger::EntityId;
use rusqlite::{Connection, Row};
use uuid::Uuid;

use crate::Error;

/// A projection in a form that can be compared: rows sorted by their first
/// `key` columns, without numbers that mean nothing elsewhere.
#[derive(Debug)]
pub(crate) struct Projection {
    /// What it is called in a report.
    pub(crate) name: &'static str,
    /// Columns that name a row.
    pub(crate) key: usize,
    /// The query.
    pub(crate) rows: &'static str,
}

/// What the journal is called in a report.
pub(crate) const JOURNAL: &str = "操作记录";

/// All projections.
pub(crate) const PROJECTIONS: &[Projection] = &[
    Projection {
        name: "字段版本",
        key: 3,
        rows: "SELECT entity, field, entry, kind, value, bases, replaced
               FROM field_version ORDER BY entity, field, entry",
    },
    Projection {
        name: "待到依据",
        key: 3,
        // A note whose base has come since says nothing any more.
        rows: "SELECT entity, field, base FROM awaited_base AS awaited
               WHERE NOT EXISTS (SELECT 1 FROM field_version JOIN entry ON entry.id = entry
                   WHERE field_version.entity = awaited.entity
                   AND field_version.field = awaited.field AND hash = base)
               ORDER BY entity, field, base",
    },
    Projection {
        name: "显示内容",
        key: 1,
        rows: "SELECT id, kind, parent, order_key, first, doc, retracted, created, changed
               FROM record ORDER BY id",
    },
    Projection {
        name: "待定标记",
        key: 2,
        rows: "SELECT entity, field FROM conflict ORDER BY entity, field",
    },
    Projection {
        name: "关联",
        key: 3,
        rows: "SELECT source, field, target FROM link ORDER BY source, field, target",
    },
    Projection {
        name: "姓名索引",
        key: 2,
        rows: "SELECT entity, name, readings FROM name_index ORDER BY entity, name",
    },
    Projection {
        name: JOURNAL,
        key: 1,
        rows: "SELECT entry, millis, author, action, note, record, kind, records
               FROM journal ORDER BY entry",
    },
    Projection {
        name: "依规删除登记",
        key: 3,
        rows: "SELECT sort, name, erasure FROM erased ORDER BY sort, name, erasure",
    },
    Projection {
        name: "全文索引登记",
        key: 2,
        rows: "SELECT entity, field FROM text_row ORDER BY entity, field",
    },
    Projection {
        name: "全文索引",
        key: 1,
        rows: "SELECT term, doc, cnt FROM text_terms ORDER BY term",
    },
];

/// What is the same in two archives that hold the same payloads.
pub(crate) const DIGESTED: &[&str] = &[
    "SELECT id, kind, parent, order_key, first, doc, retracted, created, changed FROM record ORDER BY id",
    "SELECT entity, field FROM conflict ORDER BY entity, field",
    "SELECT source, field, target FROM link ORDER BY source, field, target",
    "SELECT entity, name, readings FROM name_index ORDER BY entity, name",
    "SELECT entity, field FROM text_row ORDER BY entity, field",
    "SELECT term, doc, cnt FROM text_terms ORDER BY term",
    "SELECT entity, field, hash, value, replaced FROM field_version
     JOIN entry ON entry.id = field_version.entry ORDER BY entity, field, hash",
    "SELECT sort, name, hash FROM erased JOIN entry ON entry.id = erased.erasure
     ORDER BY sort, name, hash",
];

/// Empties every projection.
pub(crate) fn clear_projections(connection: &Connection) -> Result<(), Error> {
    connection.execute_batch(
        "DELETE FROM field_version; DELETE FROM awaited_base; DELETE FROM record; DELETE FROM conflict;
         DELETE FROM link; DELETE FROM name_index; DELETE FROM text_row; DELETE FROM journal;
         DELETE FROM erased;
         INSERT INTO text_index (text_index) VALUES ('delete-all');",
    )?;
    Ok(())
}

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
