//! Rows out of single pages of an SQLite file, without the tree above them: a
//! page that survives gives its rows even when the way to it is lost.

use super::cipher::USABLE;
use super::pages::Pages;

/// Longest row that is put together: an attachment's chunk and a little.
const LONGEST: usize = 64 * 1024 * 1024;
/// Kinds of pages that hold rows.
const TABLE_LEAF: u8 = 13;
const INDEX_LEAF: u8 = 10;
const INDEX_INNER: u8 = 2;

/// A value in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    Null,
    Int(i64),
    Blob(Vec<u8>),
    Text(Vec<u8>),
    /// A number with a fraction: no table of ours has one.
    Other,
}

/// What a column holds, before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Null,
    Int,
    Blob(usize),
    Text(usize),
    Other,
}

/// A row that has been found and not read yet.
#[derive(Debug)]
pub(super) struct Row<'p> {
    /// Its place within the page.
    pub(super) index: u16,
    /// The number of a table's row; none in an index.
    pub(super) rowid: Option<i64>,
    /// Its columns.
    pub(super) shape: Vec<Shape>,
    local: &'p [u8],
    total: usize,
    overflow: Option<u32>,
}

/// The rows of page `no`. A page that holds none, or is not what it seems,
/// gives none; a row that makes no sense is passed over.
pub(super) fn rows(no: u32, page: &[u8]) -> Vec<Row<'_>> {
    let start = if no == 1 { 100 } else { 0 };
    let Some(&kind) = page.get(start) else {
        return Vec::new();
    };
    let head = match kind {
        TABLE_LEAF | INDEX_LEAF => 8,
        INDEX_INNER => 12,
        _ => return Vec::new(),
    };
    let count = two(page, start + 3).unwrap_or(0);
    (0..count)
        .filter_map(|index| row(page, kind, start + head, index))
        .collect()
}

/// Row `index` of page `no` alone.
pub(super) fn row_at(no: u32, page: &[u8], index: u16) -> Option<Row<'_>> {
    rows(no, page).into_iter().find(|row| row.index == index)
}

fn row(page: &[u8], kind: u8, pointers: usize, index: u16) -> Option<Row<'_>> {
    let mut at = usize::from(two(page, pointers + usize::from(index) * 2)?);
    if kind == INDEX_INNER {
        at += 4;
    }
    let total = usize::try_from(varint(page, &mut at)?).ok()?;
    let rowid = match kind {
        TABLE_LEAF => Some(varint(page, &mut at)?),
        _ => None,
    };
    let kept = if kind == TABLE_LEAF {
        local(total, USABLE - 35)
    } else {
        local(total, (USABLE - 12) * 64 / 255 - 23)
    };
    let bytes = page.get(at..at.checked_add(kept)?)?;
    let overflow = if kept < total {
        Some(u32::from_be_bytes(
            page.get(at + kept..at + kept + 4)?.try_into().ok()?,
        ))
    } else {
        None
    };
    if total > LONGEST {
        return None;
    }
    Some(Row {
        index,
        rowid,
        shape: shape(bytes)?,
        local: bytes,
        total,
        overflow,
    })
}

/// How much of a row lies in its own page, by the rules of SQLite's format.
fn local(total: usize, most: usize) -> usize {
    if total <= most {
        return total;
    }
    let least = (USABLE - 12) * 32 / 255 - 23;
    let fit = least + (total - least) % (USABLE - 4);
    if fit <= most { fit } else { least }
}

fn shape(record: &[u8]) -> Option<Vec<Shape>> {
    let mut at = 0;
    let head = usize::try_from(varint(record, &mut at)?).ok()?;
    let mut columns = Vec::new();
    while at < head {
        let kind = u64::try_from(varint(record, &mut at)?).ok()?;
        let bytes = usize::try_from(kind.saturating_sub(12) / 2).ok()?;
        columns.push(match kind {
            0 => Shape::Null,
            1..=6 | 8 | 9 => Shape::Int,
            kind if kind >= 12 && kind.is_multiple_of(2) => Shape::Blob(bytes),
            kind if kind >= 13 => Shape::Text(bytes),
            _ => Shape::Other,
        });
    }
    (at == head).then_some(columns)
}

impl Row<'_> {
    /// The values. Nothing when a page that holds a part of them is lost.
    pub(super) fn read(&self, pages: &Pages) -> Option<Vec<Cell>> {
        let mut record = self.local.to_vec();
        let mut next = self.overflow;
        while record.len() < self.total {
            let page = pages.read(next?)?;
            next = Some(u32::from_be_bytes(page.get(..4)?.try_into().ok()?));
            let rest = (self.total - record.len()).min(USABLE - 4);
            record.extend_from_slice(page.get(4..4 + rest)?);
        }
        cells(&record)
    }

    /// The values of the first columns that are numbers, without reading what
    /// does not lie in the row's own page.
    pub(super) fn numbers(&self) -> Vec<i64> {
        let mut at = 0;
        let Some(head) = varint(self.local, &mut at).and_then(|head| usize::try_from(head).ok())
        else {
            return Vec::new();
        };
        let mut body = head;
        let mut numbers = Vec::new();
        while at < head {
            let Some(kind) = varint(self.local, &mut at) else {
                break;
            };
            let Some(Cell::Int(number)) = value(self.local, kind, &mut body) else {
                break;
            };
            numbers.push(number);
        }
        numbers
    }
}

fn cells(record: &[u8]) -> Option<Vec<Cell>> {
    let mut at = 0;
    let head = usize::try_from(varint(record, &mut at)?).ok()?;
    let mut body = head;
    let mut cells = Vec::new();
    while at < head {
        let kind = varint(record, &mut at)?;
        cells.push(value(record, kind, &mut body)?);
    }
    Some(cells)
}

/// The value of serial type `kind` at `at`, which moves behind it.
fn value(record: &[u8], kind: i64, at: &mut usize) -> Option<Cell> {
    let mut take = |bytes: usize| {
        let taken = record.get(*at..at.checked_add(bytes)?)?;
        *at += bytes;
        Some(taken)
    };
    let int = |bytes: &[u8]| {
        let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
        let begin = if negative { -1_i64 } else { 0 };
        Cell::Int(
            bytes
                .iter()
                .fold(begin, |number, byte| number << 8 | i64::from(*byte)),
        )
    };
    Some(match kind {
        0 => Cell::Null,
        1..=4 => int(take(usize::try_from(kind).ok()?)?),
        5 => int(take(6)?),
        6 => int(take(8)?),
        7 => {
            take(8)?;
            Cell::Other
        }
        8 => Cell::Int(0),
        9 => Cell::Int(1),
        kind if kind >= 12 => {
            let bytes = take(usize::try_from((kind - 12) / 2).ok()?)?.to_vec();
            if kind % 2 == 0 {
                Cell::Blob(bytes)
            } else {
                Cell::Text(bytes)
            }
        }
        _ => return None,
    })
}

fn two(page: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(page.get(at..at + 2)?.try_into().ok()?))
}

/// SQLite's number of one to nine bytes.
fn varint(bytes: &[u8], at: &mut usize) -> Option<i64> {
    let mut number: u64 = 0;
    for position in 0..9 {
        let byte = *bytes.get(*at)?;
        *at += 1;
        if position == 8 {
            return Some((number << 8 | u64::from(byte)) as i64);
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some(number as i64);
        }
    }
    None
}
