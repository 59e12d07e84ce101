//! Who did what and when: the ledger as a list that can be narrowed.

use ledger::{DeviceId, EntityId, EntryHash};
use rusqlite::types::Value as Cell;
use rusqlite::{Row, params_from_iter};

use crate::table::{entity, entry, journal, key, signed, unsigned};
use crate::{Error, Vault};

/// What the list is narrowed to; everything when nothing is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalFilter {
    /// Not earlier than this: milliseconds since 1970, UTC.
    pub from_millis: Option<u64>,
    /// Earlier than this.
    pub until_millis: Option<u64>,
    /// Acted by this supervisor.
    pub author: Option<EntityId>,
    /// Written by this device.
    pub device: Option<DeviceId>,
    /// The action's name.
    pub action: Option<String>,
    /// The kind of record that the entry is mainly about.
    pub kind: Option<String>,
    /// Words in the action, its remark, a value it gave, or in what is shown
    /// now of the record or of the one it belongs to.
    pub text: String,
}

/// A place in the list, from which it can be read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalCursor {
    /// Stamp of the entry.
    pub millis: u64,
    /// Its number within this archive.
    pub no: i64,
}

/// One entry of the ledger, as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRow {
    /// Its place in the list.
    pub cursor: JournalCursor,
    /// The entry.
    pub entry: EntryHash,
    /// The device that wrote it.
    pub device: DeviceId,
    /// Its number in the device's chain.
    pub seq: u64,
    /// The supervisor who acted.
    pub author: EntityId,
    /// What the action was called; empty when the content is not here.
    pub action: String,
    /// The remark on the action.
    pub note: Option<String>,
    /// The record it is mainly about; none when the content is not here.
    pub record: Option<EntityId>,
    /// What that record is.
    pub kind: String,
    /// How many records it touches.
    pub records: u64,
}

/// What the list can be narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalChoices {
    /// Supervisors who acted.
    pub authors: Vec<EntityId>,
    /// Devices that wrote.
    pub devices: Vec<DeviceId>,
    /// Names of actions.
    pub actions: Vec<String>,
    /// Kinds of records.
    pub kinds: Vec<String>,
}

impl Vault {
    /// The entries that pass `filter`, the latest first: at most `limit`,
    /// those after `after` in the list.
    pub fn journal(
        &self,
        filter: &JournalFilter,
        after: Option<JournalCursor>,
        limit: usize,
    ) -> Result<Vec<JournalRow>, Error> {
        journal::complete(&self.connection)?;
        let mut query = Conditions::of(filter)?;
        if let Some(after) = after {
            let millis = query.bind(Cell::Integer(signed(after.millis)?));
            let no = query.bind(Cell::Integer(after.no));
            query.and(format!(
                "(journal.millis, journal.entry) < ({millis}, {no})"
            ));
        }
        let most = query.bind(Cell::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
        let sql = format!(
            "SELECT journal.millis, journal.entry, hash, device, seq, author, action, note,
                    record, kind, records
             FROM journal JOIN entry ON entry.id = journal.entry {}
             ORDER BY journal.millis DESC, journal.entry DESC LIMIT {most}",
            query.clause()
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(query.values), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many entries pass `filter`.
    pub fn journal_count(&self, filter: &JournalFilter) -> Result<u64, Error> {
        if *filter == JournalFilter::default() {
            return entry::count(&self.connection);
        }
        journal::complete(&self.connection)?;
        let query = Conditions::of(filter)?;
        let sql = format!(
            "SELECT count(*) FROM journal JOIN entry ON entry.id = journal.entry {}",
            query.clause()
        );
        Ok(self
            .connection
            .prepare_cached(&sql)?
            .query_row(params_from_iter(query.values), |row| unsigned(row, 0))?)
    }

    /// What the list can be narrowed by: everything that occurs in it.
    pub fn journal_choices(&self) -> Result<JournalChoices, Error> {
        journal::complete(&self.connection)?;
        Ok(JournalChoices {
            authors: self.distinct("author", |row| entity(row, 0))?,
            devices: entry::heads(&self.connection)?.into_keys().collect(),
            actions: self.distinct("action", |row| row.get(0))?,
            kinds: self.distinct("kind", |row| row.get(0))?,
        })
    }

    /// Every value of an indexed column, by one step along the index each.
    fn distinct<T>(
        &self,
        column: &str,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let mut statement = self.connection.prepare_cached(&format!(
            "WITH RECURSIVE found (value) AS (
                 SELECT min({column}) FROM journal
                 UNION ALL
                 SELECT (SELECT min({column}) FROM journal WHERE {column} > found.value)
                 FROM found WHERE found.value NOT NULL
             )
             SELECT value FROM found WHERE value NOT NULL AND value <> ''"
        ))?;
        let rows = statement.query_map([], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<JournalRow> {
    Ok(JournalRow {
        cursor: JournalCursor {
            millis: unsigned(row, 0)?,
            no: row.get(1)?,
        },
        entry: EntryHash(row.get(2)?),
        device: DeviceId(row.get(3)?),
        seq: unsigned(row, 4)?,
        author: entity(row, 5)?,
        action: row.get(6)?,
        note: row.get(7)?,
        record: row
            .get::<_, Option<[u8; 16]>>(8)?
            .map(|bytes| EntityId(uuid::Uuid::from_bytes(bytes))),
        kind: row.get(9)?,
        records: unsigned(row, 10)?,
    })
}

/// The conditions of a query and the values they name.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    conditions: Vec<String>,
    pub(crate) values: Vec<Cell>,
}

impl Conditions {
    /// Names a value; returns its name.
    pub(crate) fn bind(&mut self, value: Cell) -> String {
        self.values.push(value);
        format!("?{}", self.values.len())
    }

    /// Names words that are looked for in values, as they stand there: values
    /// are kept as JSON, in which some characters are written otherwise.
    /// Nothing when there are no words.
    pub(crate) fn bind_words(&mut self, text: &str) -> Option<String> {
        let words = text.trim();
        if words.is_empty() {
            return None;
        }
        let quoted = serde_json::Value::from(words).to_string();
        let within = &quoted[1..quoted.len() - 1];
        Some(self.bind(Cell::Text(within.to_owned())))
    }

    /// Adds a condition.
    pub(crate) fn and(&mut self, condition: String) {
        self.conditions.push(condition);
    }

    /// The whole, ready to stand behind the tables.
    pub(crate) fn clause(&self) -> String {
        if self.conditions.is_empty() {
            String::new()
        } else {
            format!("WHERE {}", self.conditions.join(" AND "))
        }
    }

    fn of(filter: &JournalFilter) -> Result<Self, Error> {
        let mut query = Self::default();
        if let Some(from) = filter.from_millis {
            let from = query.bind(Cell::Integer(signed(from)?));
            query.and(format!("journal.millis >= {from}"));
        }
        if let Some(until) = filter.until_millis {
            let until = query.bind(Cell::Integer(signed(until)?));
            query.and(format!("journal.millis < {until}"));
        }
        if let Some(author) = &filter.author {
            let author = query.bind(Cell::Blob(key(author).to_vec()));
            query.and(format!("author = {author}"));
        }
        if let Some(device) = &filter.device {
            let device = query.bind(Cell::Blob(device.0.to_vec()));
            query.and(format!("device = {device}"));
        }
        if let Some(action) = &filter.action {
            let action = query.bind(Cell::Text(action.clone()));
            query.and(format!("action = {action}"));
        }
        if let Some(kind) = &filter.kind {
            let kind = query.bind(Cell::Text(kind.clone()));
            query.and(format!("kind = {kind}"));
        }
        if let Some(quoted) = query.bind_words(&filter.text) {
            let plain = query.bind(Cell::Text(filter.text.trim().to_owned()));
            query.and(format!(
                "(instr(action, {plain}) OR instr(ifnull(note, ''), {plain})
                  OR EXISTS (SELECT 1 FROM field_version
                             WHERE field_version.entry = journal.entry AND instr(value, {quoted}))
                  OR EXISTS (SELECT 1 FROM record AS own
                             LEFT JOIN record AS owner ON owner.id = own.parent
                             WHERE own.id = journal.record
                             AND (instr(own.doc, {quoted}) OR instr(ifnull(owner.doc, ''), {quoted}))))"
            ));
        }
        Ok(query)
    }
}
