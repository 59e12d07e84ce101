//! Clearing what was deleted out of the file itself.
//!
//! SQLite leaves deleted rows where they lay until something is written over
//! them, and parts of rows where pages were divided; `secure_delete` reaches
//! only the first. So the database is written anew as a whole, read back, and
//! put in the place of the old one by a rename: after a power cut there is the
//! old file or the new one. It costs about as much as a backup.

use std::fs::{self, File};
use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::folder::{DATABASE, sync_folder};
use crate::keys::MasterKey;
use crate::table::{entry, local, payload, sealed};
use crate::verify::check_pages;
use crate::{Error, connection};

/// Local setting: what was sealed lies, or has lain, in the clear since the
/// file was last written anew.
const DUE: &str = "ducha.sweep-due";
/// Name of the database while it is being written anew.
const FRESH: &str = "vault.db.new";
/// SQLite's name for the log of the database.
const LOG: &str = "vault.db-wal";

/// Whether the file has to be written anew.
pub(crate) fn is_due(connection: &Connection) -> Result<bool, Error> {
    Ok(local::get(connection, DUE)?.is_some())
}

/// Takes note that the file has to be written anew.
pub(crate) fn set_due(connection: &Connection) -> Result<(), Error> {
    local::put(connection, DUE, &json!(true))
}

/// Removes what a crash in the middle of [`rewrite`] left.
pub(crate) fn remove_leftover(folder: &Path) -> Result<(), Error> {
    match fs::remove_file(folder.join(FRESH)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io("清理临时文件")(error))
        }
        _ => Ok(()),
    }
}

/// Writes the database in `folder` anew, without what was deleted.
///
/// # Errors
/// [`Error::DiskFull`] and the like; the database is as it was then.
pub(crate) fn rewrite(
    connection: &mut Connection,
    folder: &Path,
    key: &MasterKey,
) -> Result<(), Error> {
    remove_leftover(folder)?;
    let fresh = folder.join(FRESH);
    let database = folder.join(DATABASE);
    let written = write(connection, &fresh, key);
    if written.is_err() {
        // Best effort: it is removed when the archive is next opened.
        let _ = remove_leftover(folder);
        if matches!(
            written,
            Err(Error::Damaged { .. } | Error::BackupUnreadable)
        ) {
            // SQLCipher gives nothing more out after a page that fails.
            drop(std::mem::replace(connection, connection::in_memory()?));
            *connection = connection::open(&database, key, false)?;
        }
        return written;
    }
    // The last connection to close folds the log into the file and removes it.
    let old = std::mem::replace(connection, connection::in_memory()?);
    let closed = connection::close(old).and_then(|()| {
        let log = fs::metadata(folder.join(LOG)).map_or(0, |file| file.len());
        if log == 0 {
            fs::rename(&fresh, &database).map_err(Error::io("更换数据文件"))?;
            sync_folder(folder)
        } else {
            Err(Error::LockedElsewhere)
        }
    });
    *connection = connection::open(&database, key, false)?;
    closed
}

fn write(connection: &Connection, fresh: &Path, key: &MasterKey) -> Result<(), Error> {
    let path = fresh.to_str().ok_or(Error::Io {
        doing: "更换数据文件",
        why: "文件夹名称无法识别".into(),
    })?;
    // With the key of this database: SQLCipher encrypts the copy with it.
    connection.execute("VACUUM INTO ?1", [path])?;
    let copy = connection::open(fresh, key, false)?;
    local::put(&copy, DUE, &Json::Null)?;
    let is_whole = check_pages(&copy)?.is_empty()
        && entry::heads(&copy)? == entry::heads(connection)?
        && payload::count(&copy)? == payload::count(connection)?
        && sealed::count(&copy)? == sealed::count(connection)?;
    connection::close(copy)?;
    if !is_whole {
        return Err(Error::BackupUnreadable);
    }
    File::open(fresh)
        .and_then(|file| file.sync_all())
        .map_err(Error::io("更换数据文件"))
}
