//! The steps from one format of the database to the next: forward only.

use rusqlite::Connection;

use super::{
    absence, attachment, compartment, entry, erased, field_version, journal, link, local,
    name_index, payload, read_log, record, sealed, secret, stage, text_index,
};
use crate::Error;

/// Marks the file as an archive of this program ("DuCh").
const APPLICATION_ID: i64 = 0x4475_4368;

/// Step *n* leads from format *n* to *n* + 1. A released step is never edited.
const STEPS: &[&[&str]] = &[
    &[
        entry::CREATE,
        payload::CREATE,
        field_version::CREATE,
        record::CREATE,
        link::CREATE,
        text_index::CREATE,
        name_index::CREATE,
        attachment::CREATE,
        local::CREATE,
        secret::CREATE,
        stage::CREATE,
    ],
    &[journal::CREATE, read_log::CREATE],
    &[compartment::CREATE, sealed::CREATE],
    &[erased::CREATE, absence::CREATE],
];

/// Whether the database was written by an earlier program and would be changed
/// by [`migrate`]. A new one has no format yet.
pub(crate) fn is_older(connection: &Connection) -> Result<bool, Error> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(found > 0 && found < STEPS.len() as i64)
}

/// Brings the database to the format of this program, in one transaction.
///
/// # Errors
/// [`Error::NewerFormat`] when it is ahead of this program; nothing is touched.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), Error> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = STEPS.len() as i64;
    if found > known {
        return Err(Error::NewerFormat { found, known });
    }
    if found == known {
        return Ok(());
    }
    let from = usize::try_from(found).map_err(|_| Error::damaged("格式编号"))?;
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for step in &STEPS[from..] {
        for sql in *step {
            transaction.execute_batch(sql)?;
        }
    }
    transaction.execute_batch(&format!(
        "PRAGMA user_version = {known}; PRAGMA application_id = {APPLICATION_ID};"
    ))?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrating_twice_is_harmless_and_newer_is_refused() {
        let mut connection = Connection::open_in_memory().expect("memory");
        migrate(&mut connection).expect("new");
        migrate(&mut connection).expect("again");
        connection
            .execute_batch("PRAGMA user_version = 99")
            .expect("set");
        let error = migrate(&mut connection).expect_err("newer");
        assert!(matches!(error, Error::NewerFormat { found: 99, .. }));
    }
}
