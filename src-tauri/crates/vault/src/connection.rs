//! Opening the encrypted database.
//!
//! Journal: write-ahead log with `synchronous=FULL`. Every commit forces the
//! log to the disk before it returns, so what was reported as saved survives a
//! power cut; the rollback journal would need `EXTRA` for that, because its
//! commit is the *removal* of a file. `locking_mode=EXCLUSIVE` keeps the log's
//! index in memory, so no shared-memory file is needed (it does not work on
//! some sticks and network drives), and closing folds the log back into the
//! one file. Folding it back costs far more than a save, so it is done when the
//! log has 64 MB: a save in some hundreds, not one in a hundred. Temporary tables
//! stay in memory: SQLCipher does not encrypt them.

use std::path::Path;
use std::sync::Once;

use rusqlite::{Connection, OpenFlags};
use zeroize::Zeroizing;

use crate::Error;
use crate::hex;

/// Opens or makes the database at `path` with `key`.
///
/// # Errors
/// [`Error::Damaged`] when the key does not open it: the key file was checked
/// before, so it is the database that is wrong.
pub(crate) fn open(path: &Path, key: &[u8; 32], create: bool) -> Result<Connection, Error> {
    ready();
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let connection = Connection::open_with_flags(path, flags)?;
    let digits = Zeroizing::new(hex::encode(key));
    let keying = Zeroizing::new(format!(
        "PRAGMA cipher_log_level = NONE;
         PRAGMA key = \"x'{}'\";
         PRAGMA locking_mode = EXCLUSIVE;",
        *digits
    ));
    connection.execute_batch(&keying)?;
    // The first read shows whether the key fits. The locking mode must be set
    // before it: afterwards the log's index would already be a shared file.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA temp_store = MEMORY;
         PRAGMA foreign_keys = ON;
         PRAGMA cell_size_check = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA wal_autocheckpoint = 16000;
         PRAGMA journal_size_limit = 67108864;
         PRAGMA cache_size = -16384;",
    )?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// Lets one thread alone make SQLCipher ready. SQLite counts itself as ready before
/// its extension has begun, so that a second thread that opens its first database at
/// the same moment finds no encryption and is refused.
fn ready() {
    static READY: Once = Once::new();
    // One that fails here fails again, and is told, where the database is opened.
    READY.call_once(|| drop(Connection::open_in_memory()));
}

/// Closes a database and reports what only shows then.
pub(crate) fn close(connection: Connection) -> Result<(), Error> {
    connection.close().map_err(|(_, error)| error.into())
}

/// A database in memory, for comparing the stored projections with a rebuild.
pub(crate) fn in_memory() -> Result<Connection, Error> {
    ready();
    let connection = Connection::open_in_memory()?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}
