//! Table `read_log`: who opened, exported or printed whose file (查阅登记).
//!
//! It belongs to this machine and is never exchanged, so that reading does not
//! swell what travels. Lines are only ever added: the database refuses to
//! change or delete one, and each names the hash of the one before, so that a
//! line taken out or altered from outside breaks the chain.

use std::collections::{BTreeMap, BTreeSet};

use ledger::EntityId;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::sealed::What;
use super::{entity, key, signed, unsigned};
use crate::Error;
use crate::journal::Conditions;

pub(super) const CREATE: &str = "
CREATE TABLE read_log (
    no       INTEGER PRIMARY KEY,
    millis   INTEGER NOT NULL,
    author   BLOB NOT NULL,
    deed     TEXT NOT NULL,
    record   BLOB NOT NULL,
    kind     TEXT NOT NULL,
    title    TEXT NOT NULL,
    previous BLOB NOT NULL,
    hash     BLOB NOT NULL
) STRICT;
CREATE TRIGGER read_log_is_not_changed BEFORE UPDATE ON read_log
BEGIN SELECT RAISE(ABORT, 'read_log is only added to'); END;
CREATE TRIGGER read_log_is_not_deleted BEFORE DELETE ON read_log
BEGIN SELECT RAISE(ABORT, 'read_log is only added to'); END;";

/// The trigger above that keeps lines from being changed, once more.
const NOT_CHANGED: &str = "
CREATE TRIGGER read_log_is_not_changed BEFORE UPDATE ON read_log
BEGIN SELECT RAISE(ABORT, 'read_log is only added to'); END;";

const DOMAIN: &[u8] = b"ducha/vault/2/read-log\0";
const COLUMNS: &str = "no, millis, author, deed, record, kind, title";

/// One line: somebody looked at something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Its number, from 1.
    pub no: u64,
    /// When: milliseconds since 1970, UTC.
    pub millis: u64,
    /// The supervisor who looked.
    pub author: EntityId,
    /// What was done: 查阅, 导出 …
    pub deed: String,
    /// The record; the nil identifier when it is about none.
    pub record: EntityId,
    /// What the record is.
    pub kind: String,
    /// What it was called then.
    pub title: String,
}

impl Reading {
    /// What was done, in a line that stands for one that a salvage did not find.
    pub const LOST: &'static str = "缺失";
}

/// What the list of readings is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadingFilter {
    /// Not earlier than this: milliseconds since 1970, UTC.
    pub from_millis: Option<u64>,
    /// Earlier than this.
    pub until_millis: Option<u64>,
    /// By this supervisor.
    pub author: Option<EntityId>,
    /// What was done.
    pub deed: Option<String>,
    /// The kind of record.
    pub kind: Option<String>,
    /// Words in the title.
    pub text: String,
}

/// The hash of a line after the one that has the hash `previous`.
pub(crate) fn hash_of(line: &Reading, previous: &[u8; 32]) -> [u8; 32] {
    let mut hasher = Sha256::new_with_prefix(DOMAIN);
    hasher.update(previous);
    hasher.update(line.no.to_be_bytes());
    hasher.update(line.millis.to_be_bytes());
    hasher.update(key(&line.author));
    hasher.update(key(&line.record));
    for text in [&line.deed, &line.kind, &line.title] {
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text);
    }
    hasher.finalize().into()
}

/// Adds a line; its number is given here, and returned. The hash is over the
/// title; with `hidden` the title itself is not written.
pub(crate) fn add(connection: &Connection, line: &Reading, hidden: bool) -> Result<i64, Error> {
    let last: Option<(u64, [u8; 32])> = connection
        .prepare_cached("SELECT no, hash FROM read_log ORDER BY no DESC LIMIT 1")?
        .query_row([], |row| Ok((unsigned(row, 0)?, row.get(1)?)))
        .optional()?;
    let (before, previous) = last.unwrap_or_default();
    let line = Reading {
        no: before + 1,
        ..line.clone()
    };
    connection
        .prepare_cached(&format!(
            "INSERT INTO read_log ({COLUMNS}, previous, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        ))?
        .execute((
            signed(line.no)?,
            signed(line.millis)?,
            key(&line.author),
            &line.deed,
            key(&line.record),
            &line.kind,
            if hidden { "" } else { &line.title },
            &previous[..],
            &hash_of(&line, &previous)[..],
        ))?;
    signed(line.no)
}

/// The lines about these records.
pub(crate) fn about(
    connection: &Connection,
    records: &BTreeSet<EntityId>,
) -> Result<Vec<i64>, Error> {
    let mut statement = connection.prepare("SELECT no FROM read_log WHERE record = ?1")?;
    let mut lines = Vec::new();
    for record in records {
        for no in statement.query_map([key(record)], |row| row.get(0))? {
            lines.push(no?);
        }
    }
    Ok(lines)
}

/// The title in a line.
pub(crate) fn title_of(connection: &Connection, no: i64) -> Result<String, Error> {
    Ok(connection
        .prepare_cached("SELECT title FROM read_log WHERE no = ?1")?
        .query_row([no], |row| row.get(0))?)
}

/// Takes the title out of a line, for a record that is being sealed. The hash
/// stays, so that the line, put together again with its title, can still be
/// checked.
pub(crate) fn hide_title(connection: &Connection, no: i64) -> Result<(), Error> {
    set_title(connection, no, "")
}

/// Puts the title back into a line, for a record that is sealed no longer.
pub(crate) fn show_title(connection: &Connection, no: i64, title: &str) -> Result<(), Error> {
    set_title(connection, no, title)
}

/// The one change that is ever made to a line: its hash is over the title, so
/// that any other than the one it was written with is found out.
fn set_title(connection: &Connection, no: i64, title: &str) -> Result<(), Error> {
    connection.execute_batch("DROP TRIGGER read_log_is_not_changed")?;
    connection
        .prepare_cached("UPDATE read_log SET title = ?2 WHERE no = ?1")?
        .execute((no, title))?;
    connection.execute_batch(NOT_CHANGED)?;
    Ok(())
}

/// Puts the lines that a salvage found into an empty table under their old
/// numbers, and in place of each that is lost before the last one that says so.
/// Gives how many are lost.
pub(crate) fn put_back(
    connection: &Connection,
    found: &BTreeMap<u64, Reading>,
) -> Result<u64, Error> {
    let (mut next, mut millis, mut lost) = (1, 0, 0);
    for line in found.values() {
        for no in next..line.no {
            let stand_in = Reading {
                no,
                millis,
                author: EntityId(Uuid::nil()),
                deed: Reading::LOST.to_owned(),
                record: EntityId(Uuid::nil()),
                kind: String::new(),
                title: "档案库受损，抢救时没有找到这一行".to_owned(),
            };
            add(connection, &stand_in, false)?;
            lost += 1;
        }
        add(connection, line, false)?;
        (next, millis) = (line.no + 1, line.millis);
    }
    Ok(lost)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Reading> {
    Ok(Reading {
        no: unsigned(row, 0)?,
        millis: unsigned(row, 1)?,
        author: entity(row, 2)?,
        deed: row.get(3)?,
        record: entity(row, 4)?,
        kind: row.get(5)?,
        title: row.get(6)?,
    })
}

fn conditions(filter: &ReadingFilter) -> Result<Conditions, Error> {
    let mut query = Conditions::default();
    if let Some(from) = filter.from_millis {
        let from = query.bind(Cell::Integer(signed(from)?));
        query.and(format!("millis >= {from}"));
    }
    if let Some(until) = filter.until_millis {
        let until = query.bind(Cell::Integer(signed(until)?));
        query.and(format!("millis < {until}"));
    }
    if let Some(author) = &filter.author {
        let author = query.bind(Cell::Blob(key(author).to_vec()));
        query.and(format!("author = {author}"));
    }
    for (column, wanted) in [("deed", &filter.deed), ("kind", &filter.kind)] {
        if let Some(wanted) = wanted {
            let wanted = query.bind(Cell::Text(wanted.clone()));
            query.and(format!("{column} = {wanted}"));
        }
    }
    let words = filter.text.trim();
    if !words.is_empty() {
        let words = query.bind(Cell::Text(words.to_owned()));
        query.and(format!("instr(title, {words})"));
    }
    Ok(query)
}

/// The lines that pass `filter`, the latest first: at most `limit`, those with
/// a number below `below`.
pub(crate) fn list(
    connection: &Connection,
    filter: &ReadingFilter,
    below: Option<u64>,
    limit: usize,
) -> Result<Vec<Reading>, Error> {
    let mut query = conditions(filter)?;
    if let Some(below) = below {
        let below = query.bind(Cell::Integer(signed(below)?));
        query.and(format!("no < {below}"));
    }
    let most = query.bind(Cell::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
    let sql = format!(
        "SELECT {COLUMNS} FROM read_log {} ORDER BY no DESC LIMIT {most}",
        query.clause()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(query.values), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many lines pass `filter`.
pub(crate) fn count(connection: &Connection, filter: &ReadingFilter) -> Result<u64, Error> {
    let query = conditions(filter)?;
    let sql = format!("SELECT count(*) FROM read_log {}", query.clause());
    Ok(connection
        .prepare_cached(&sql)?
        .query_row(params_from_iter(query.values), |row| unsigned(row, 0))?)
}

/// Empties the titles of the lines about erased records (依规删除): who looked
/// and when stays, what the record was called does not. The hashes stay as they
/// were, so the chain still shows a line that is taken out.
pub(crate) fn forget_titles(connection: &Connection) -> Result<(), Error> {
    // The trigger stands again before the transaction ends.
    connection.execute_batch(&format!(
        "DROP TRIGGER read_log_is_not_changed;
         UPDATE read_log SET title = '' WHERE title <> '' AND {IS_ERASED};
         DELETE FROM sealed WHERE what = {} AND subject IN
             (SELECT no FROM read_log WHERE {IS_ERASED});",
        What::Title as i64
    ))?;
    connection.execute_batch(NOT_CHANGED)?;
    Ok(())
}

/// Whether the record of a line was erased.
const IS_ERASED: &str =
    "EXISTS (SELECT 1 FROM erased WHERE sort = 'record' AND name = read_log.record)";

/// The number of the first line that is not what was written, if there is one.
/// `title` gives the titles that are kept elsewhere: none for a line whose title
/// is in its place, an inner none for one that cannot be read now; of that line,
/// and of one whose title was erased, only the place in the chain is checked.
pub(crate) fn first_broken(
    connection: &Connection,
    title: &dyn Fn(u64) -> Result<Option<Option<String>>, Error>,
) -> Result<Option<u64>, Error> {
    let mut statement = connection.prepare(&format!(
        "SELECT {COLUMNS}, previous, hash, title = '' AND {IS_ERASED} FROM read_log ORDER BY no"
    ))?;
    let mut rows = statement.query([])?;
    let (mut expected, mut previous) = (1, [0; 32]);
    while let Some(row) = rows.next()? {
        let mut line = read(row)?;
        let (named, hash): ([u8; 32], [u8; 32]) = (row.get(7)?, row.get(8)?);
        let is_erased: bool = row.get(9)?;
        let is_readable = match title(line.no)? {
            None => !is_erased,
            Some(None) => false,
            Some(Some(title)) => {
                line.title = title;
                true
            }
        };
        let differs = is_readable && hash != hash_of(&line, &previous);
        if line.no != expected || named != previous || differs {
            return Ok(Some(expected));
        }
        (expected, previous) = (expected + 1, hash);
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(title: &str) -> Reading {
        Reading {
            no: 0,
            millis: 5,
            author: EntityId::new(1, [1; 10]),
            deed: "查阅".into(),
            record: EntityId::new(1, [2; 10]),
            kind: "person".into(),
            title: title.into(),
        }
    }

    fn three() -> Connection {
        let connection = Connection::open_in_memory().expect("memory");
        connection.execute_batch(CREATE).expect("made");
        connection
            .execute_batch(crate::table::erased::CREATE)
            .expect("made");
        for title in ["甲某", "乙某", "丙某"] {
            add(&connection, &line(title), false).expect("added");
        }
        connection
    }

    #[test]
    fn lines_are_numbered_chained_and_found() {
        let connection = three();
        assert_eq!(
            first_broken(&connection, &|_| Ok(None)).expect("checked"),
            None
        );
        let all = list(&connection, &ReadingFilter::default(), None, 9).expect("listed");
        let titles: Vec<&str> = all.iter().map(|line| line.title.as_str()).collect();
        assert_eq!(titles, ["丙某", "乙某", "甲某"]);
        let filter = ReadingFilter {
            text: "乙".into(),
            deed: Some("查阅".into()),
            until_millis: Some(6),
            ..ReadingFilter::default()
        };
        assert_eq!(
            list(&connection, &filter, None, 9).expect("listed").len(),
            1
        );
        assert_eq!(count(&connection, &filter).expect("counted"), 1);
        assert!(
            list(&connection, &filter, Some(2), 9)
                .expect("listed")
                .is_empty()
        );
    }

    #[test]
    fn a_line_cannot_be_changed_or_taken_out() {
        let connection = three();
        for sql in [
            "UPDATE read_log SET title = '丁某' WHERE no = 2",
            "DELETE FROM read_log WHERE no = 2",
        ] {
            connection.execute(sql, []).expect_err(sql);
        }
        // Whoever goes past the triggers is found out by the chain.
        connection
            .execute_batch(
                "DROP TRIGGER read_log_is_not_changed; DROP TRIGGER read_log_is_not_deleted",
            )
            .expect("dropped");
        connection
            .execute("UPDATE read_log SET title = '丁某' WHERE no = 2", [])
            .expect("changed");
        assert_eq!(
            first_broken(&connection, &|_| Ok(None)).expect("checked"),
            Some(2)
        );
        connection
            .execute("DELETE FROM read_log WHERE no = 2", [])
            .expect("deleted");
        assert_eq!(
            first_broken(&connection, &|_| Ok(None)).expect("checked"),
            Some(2)
        );
    }
}
