//! What is sealed, among the pages that survive. Nothing here can be checked
//! without the compartment's key: each encrypted row vouches for itself when the
//! compartment is opened, and is taken along as it is until then.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ledger::{CompartmentId, EntityId};
use rusqlite::Connection;
use uuid::Uuid;

use super::carve::Place;
use super::cells::{Cell, Row, Shape, row_at};
use super::pages::Pages;
use crate::Error;
use crate::table::compartment::{self, Stored};
use crate::table::sealed::{self, What};

/// What was found of it.
#[derive(Debug, Default)]
pub(super) struct Sealed {
    compartments: BTreeMap<CompartmentId, Stored>,
    records: BTreeMap<EntityId, CompartmentId>,
    rows: BTreeMap<(i64, i64, i64), Place>,
    opened: BTreeSet<i64>,
}

impl Sealed {
    /// Takes a row if it is one of these tables'.
    pub(super) fn take(&mut self, pages: &Pages, row: &Row<'_>, page: u32) {
        match (row.rowid, &row.shape[..]) {
            (
                Some(_),
                [
                    Shape::Int,
                    Shape::Int,
                    Shape::Int,
                    Shape::Blob(16),
                    Shape::Blob(24),
                    Shape::Blob(_),
                ],
            ) => {
                if let [what, subject, part, ..] = row.numbers()[..] {
                    self.rows.insert((what, subject, part), (page, row.index));
                }
            }
            (None, [Shape::Blob(16), Shape::Text(_), Shape::Int, Shape::Text(_)]) => {
                if let Some(stored) = stored_in(pages, row) {
                    self.compartments.insert(stored.id, stored);
                }
            }
            (None, [Shape::Blob(16), Shape::Blob(16)]) => {
                if let Some((record, compartment)) = record_in(pages, row) {
                    self.records.insert(record, compartment);
                }
            }
            (Some(attachment), [Shape::Null, Shape::Int])
                if row
                    .read(pages)
                    .is_some_and(|cells| cells[1..] == [Cell::Int(1)]) =>
            {
                self.opened.insert(attachment);
            }
            _ => {}
        }
    }

    /// Whether the payload of entry `number` is sealed.
    pub(super) fn has_payload(&self, number: i64) -> bool {
        self.rows.contains_key(&(What::Payload as i64, number, 0))
    }

    /// Whether an attachment lay in the clear beside its encrypted copy.
    pub(super) fn has_attachment(&self, number: i64) -> bool {
        self.opened.contains(&number) && self.rows.keys().any(|row| row.0 == What::File as i64)
    }

    /// Writes all of it into a new database, in which the entries have these
    /// numbers instead of their old ones. Titles of the register of readings
    /// stay behind: its lines are written anew without them.
    pub(super) fn put_back(
        &self,
        pages: &Pages,
        connection: &Connection,
        numbers: &HashMap<i64, i64>,
    ) -> Result<(), Error> {
        for stored in self.compartments.values() {
            compartment::put(connection, stored)?;
        }
        for (record, compartment) in &self.records {
            if self.compartments.contains_key(compartment) {
                compartment::adopt(connection, compartment, record)?;
            }
        }
        for ((what, subject, part), place) in &self.rows {
            let subject = match *what {
                what if what == What::Payload as i64 => match numbers.get(subject) {
                    Some(number) => *number,
                    None => continue,
                },
                what if what == What::Title as i64 => continue,
                _ => *subject,
            };
            if let Some((compartment, nonce, bytes)) = copy_at(pages, *place)
                && self.compartments.contains_key(&compartment)
            {
                sealed::put(
                    connection,
                    &sealed::Row {
                        compartment,
                        what: *what,
                        subject,
                        part: *part,
                        nonce,
                        bytes,
                    },
                )?;
            }
        }
        Ok(())
    }
}

fn compartment_id(bytes: &[u8]) -> Option<CompartmentId> {
    Uuid::from_slice(bytes).ok().map(CompartmentId)
}

fn stored_in(pages: &Pages, row: &Row<'_>) -> Option<Stored> {
    let cells: [Cell; 4] = row.read(pages)?.try_into().ok()?;
    let [
        Cell::Blob(id),
        Cell::Text(label),
        Cell::Int(millis),
        Cell::Text(lock),
    ] = cells
    else {
        return None;
    };
    let stored = Stored {
        id: compartment_id(&id)?,
        label: String::from_utf8(label).ok()?,
        millis: u64::try_from(millis).ok()?,
        lock: String::from_utf8(lock).ok()?,
    };
    stored.lock().ok().map(|_| stored)
}

fn record_in(pages: &Pages, row: &Row<'_>) -> Option<(EntityId, CompartmentId)> {
    let cells: [Cell; 2] = row.read(pages)?.try_into().ok()?;
    let [Cell::Blob(record), Cell::Blob(compartment)] = cells else {
        return None;
    };
    Some((
        EntityId(Uuid::from_slice(&record).ok()?),
        compartment_id(&compartment)?,
    ))
}

fn copy_at(pages: &Pages, (page, index): Place) -> Option<(CompartmentId, [u8; 24], Vec<u8>)> {
    let bytes = pages.read(page)?;
    let cells = row_at(page, &bytes, index)?.read(pages)?;
    let mut cells = cells.into_iter();
    let Some(Cell::Blob(compartment)) = cells.nth(3) else {
        return None;
    };
    let (Some(Cell::Blob(nonce)), Some(Cell::Blob(bytes))) = (cells.next(), cells.next()) else {
        return None;
    };
    Some((compartment_id(&compartment)?, nonce.try_into().ok()?, bytes))
}
