//! The pages of the database file and the order they stand in.

use rusqlite::Connection;

use super::{Progress, step};
use crate::{Error, Vault, salvage};

impl Vault {
    /// Checks every page's authentication code, then the structure of the file.
    /// Returns what is wrong, in Chinese.
    pub(super) fn verify_pages(
        &self,
        progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<Vec<String>, Error> {
        fold_log(&self.connection)?;
        // Our own reading of the pages instead of SQLCipher's: it tells how far
        // it is, and can be stopped.
        let damaged = salvage::damaged_pages(&self.folder, &self.key, progress)?;
        let mut found = Vec::new();
        if damaged > 0 {
            found.push(format!("数据文件有{damaged}页被改动或损坏"));
        }
        step(progress, "检查文件结构", 0, 1)?;
        found.extend(check_structure(&self.connection)?);
        step(progress, "检查文件结构", 1, 1)?;
        Ok(found)
    }
}

/// Pages still in the log are not in the file yet.
fn fold_log(connection: &Connection) -> Result<(), Error> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

/// Checks a database through its own connection: every page's authentication
/// code and the structure of the file. Returns what is wrong, in Chinese.
pub(crate) fn check_pages(connection: &Connection) -> Result<Vec<String>, Error> {
    fold_log(connection)?;
    let mut found = Vec::new();
    let pages = lines(connection, "PRAGMA cipher_integrity_check")?;
    if !pages.is_empty() {
        found.push(format!("数据文件有{}页被改动或损坏", pages.len()));
    }
    found.extend(check_structure(connection)?);
    Ok(found)
}

fn check_structure(connection: &Connection) -> Result<Option<String>, Error> {
    match lines(connection, "PRAGMA integrity_check(100)") {
        Ok(ok) if ok == ["ok"] => Ok(None),
        Ok(problems) => Ok(Some(format!("数据文件的结构有{}处不一致", problems.len()))),
        Err(Error::Damaged { .. }) => Ok(Some("数据文件的结构无法读取".to_owned())),
        Err(other) => Err(other),
    }
}

fn lines(connection: &Connection, sql: &str) -> Result<Vec<String>, Error> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
