//! What is shown, held against a rebuild from the entries.

use casework::kinds::spec_of;
use ledger::EntityId;
use rusqlite::Connection;
use rusqlite::types::Value as Cell;

use super::{MOST, Part, Progress, VerifyReport};
use crate::staging::line;
use crate::table::{self, entry, journal, migration};
use crate::{Error, connection, rebuild};

/// Rebuilds every projection in memory and compares it row by row.
pub(super) fn check(
    stored: &Connection,
    report: &mut VerifyReport,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<(), Error> {
    let mut fresh = connection::in_memory()?;
    migration::migrate(&mut fresh)?;
    // One transaction: the full-text index gathers its terms until the end.
    fresh.execute_batch("BEGIN")?;
    entry::copy_headers(stored, &fresh)?;
    rebuild::replay(stored, &fresh, progress)?;
    // An earlier format kept no journal; it is made when first asked for.
    let no_journal = !journal::is_complete(stored)?;
    for projection in table::PROJECTIONS {
        if no_journal && projection.name == table::JOURNAL {
            continue;
        }
        compare(stored, &fresh, projection, report)?;
    }
    Ok(())
}

/// Compares one projection with its rebuild, row by row.
fn compare(
    stored: &Connection,
    fresh: &Connection,
    projection: &table::Projection,
    report: &mut VerifyReport,
) -> Result<(), Error> {
    let mut stored_statement = stored.prepare(projection.rows)?;
    let mut fresh_statement = fresh.prepare(projection.rows)?;
    let width = stored_statement.column_count();
    let mut stored_rows = stored_statement.query([])?;
    let mut fresh_rows = fresh_statement.query([])?;
    let next = |rows: &mut rusqlite::Rows<'_>| -> Result<Option<Vec<Cell>>, Error> {
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        Ok(Some(
            (0..width)
                .map(|column| row.get(column))
                .collect::<Result<_, _>>()?,
        ))
    };
    let (mut left, mut right) = (next(&mut stored_rows)?, next(&mut fresh_rows)?);
    while report.damages.len() < MOST {
        // Rows come sorted by their first `key` columns.
        let order = match (&left, &right) {
            (None, None) => break,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(a), Some(b)) => key_of(a, projection.key).cmp(&key_of(b, projection.key)),
        };
        let (fault, row) = match order {
            std::cmp::Ordering::Less => ("多出内容", left.as_ref()),
            std::cmp::Ordering::Greater => ("缺少内容", right.as_ref()),
            std::cmp::Ordering::Equal if left == right => ("", None),
            std::cmp::Ordering::Equal => ("与条目不符", left.as_ref()),
        };
        if let Some(row) = row {
            let id = match row.first() {
                Some(Cell::Blob(bytes)) => <[u8; 16]>::try_from(&bytes[..])
                    .ok()
                    .map(|bytes| EntityId(uuid::Uuid::from_bytes(bytes))),
                _ => None,
            };
            report.add(
                Part::Projections,
                describe(fresh, projection.name, fault, id)?,
                id,
            );
            if let Some(id) = id {
                report.touch(line(fresh, &id)?);
            }
        }
        if order.is_le() {
            left = next(&mut stored_rows)?;
        }
        if order.is_ge() {
            right = next(&mut fresh_rows)?;
        }
    }
    Ok(())
}

fn describe(
    fresh: &Connection,
    name: &str,
    fault: &str,
    id: Option<EntityId>,
) -> Result<String, Error> {
    let whose = match id {
        Some(id) => match line(fresh, &id)? {
            Some(line) if spec_of(&line.kind).is_some() => {
                format!("{}《{}》的", line.label, line.title)
            }
            _ => format!("记录{id}的"),
        },
        None => String::new(),
    };
    Ok(format!("{whose}{name}{fault}"))
}

/// The first columns in a form that sorts as the database sorts: all keys are
/// blobs, texts or whole numbers, column by column of one type.
fn key_of(row: &[Cell], columns: usize) -> Vec<(i64, Vec<u8>)> {
    row.iter()
        .take(columns)
        .map(|cell| match cell {
            Cell::Integer(number) => (*number, Vec::new()),
            Cell::Text(text) => (0, text.clone().into_bytes()),
            Cell::Blob(bytes) => (0, bytes.clone()),
            Cell::Real(_) | Cell::Null => (0, Vec::new()),
        })
        .collect()
}
