//! The register of who looked at what (查阅登记).

use ledger::EntityId;

use crate::table::read_log::{self, Reading, ReadingFilter};
use crate::{Error, Vault};

impl Vault {
    /// Adds a line: `author` did `deed` with the record `about` (identifier,
    /// kind, what it is called), or with none. On the disk when this returns.
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
        read_log::add(&self.connection, &line)
    }

    /// The lines that pass `filter`, the latest first: at most `limit`, those
    /// with a number below `below`.
    pub fn readings(
        &self,
        filter: &ReadingFilter,
        below: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Reading>, Error> {
        read_log::list(&self.connection, filter, below, limit)
    }

    /// How many lines pass `filter`.
    pub fn readings_count(&self, filter: &ReadingFilter) -> Result<u64, Error> {
        read_log::count(&self.connection, filter)
    }
}
