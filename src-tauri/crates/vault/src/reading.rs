//! The register of who looked at what (查阅登记).

use ledger::EntityId;

use crate::table::read_log::{self, Reading, ReadingFilter};
use crate::table::signed;
use crate::{Error, Vault, sealing};

impl Vault {
    /// Adds a line: `author` did `deed` with the record `about` (identifier,
    /// kind, what it is called), or with none. On the disk when this returns. What
    /// a sealed record is called is kept encrypted.
    pub fn note_reading(
        &self,
        author: EntityId,
        deed: &str,
        about: Option<(EntityId, &str, &str)>,
        now_millis: u64,
    ) -> Result<(), Error> {
        let (record, kind, title) = about.unwrap_or((EntityId(uuid::Uuid::nil()), "", ""));
        let line = Reading {
            no: 0,
            millis: now_millis,
            author,
            deed: deed.to_owned(),
            record,
            kind: kind.to_owned(),
            title: title.to_owned(),
        };
        let sealed = match about {
            Some((record, ..)) => self.compartment_of(&record)?,
            None => None,
        };
        let Some((id, key)) = sealed.and_then(|id| Some((id, self.opened.key(&id)?))) else {
            return read_log::add(&self.connection, &line, false).map(drop);
        };
        let transaction = self.connection.unchecked_transaction()?;
        let no = read_log::add(&transaction, &line, true)?;
        sealing::keep_title(&transaction, &id, key, no, title)?;
        transaction.commit()?;
        Ok(())
    }

    /// The lines that pass `filter`, the latest first: at most `limit`, those
    /// with a number below `below`.
    pub fn readings(
        &self,
        filter: &ReadingFilter,
        below: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Reading>, Error> {
        let mut lines = read_log::list(&self.connection, filter, below, limit)?;
        for line in lines.iter_mut().filter(|line| line.title.is_empty()) {
            line.title = sealing::title(&self.connection, &self.opened, signed(line.no)?)?
                .unwrap_or_default();
        }
        Ok(lines)
    }

    /// How many lines pass `filter`.
    pub fn readings_count(&self, filter: &ReadingFilter) -> Result<u64, Error> {
        read_log::count(&self.connection, filter)
    }
}
