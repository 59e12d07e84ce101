//! Ruled tables in the body.

use super::context::Context;
use super::flow::{Kind, Piece};
use super::{Colour, Line, Rule, columns, line};
use crate::error::Error;
use crate::fonts::Role;
use crate::model::Table;
use crate::standard::{LINE_PITCH, SIZE_SMALL_4, WIDTH, mm};
use crate::text::cells::{Cell, Style, width};
use crate::text::fill::{Measure, fill};
use std::sync::Arc;

/// Thickness of a table's rules, mm.
pub(crate) const RULE: f64 = 0.2;
/// White between a rule and the text beside it, mm.
pub(crate) const PADDING: f64 = 1.8;
/// White between a rule and the text below or above it, mm.
pub(crate) const HEADROOM: f64 = 1.9;
/// Cells narrower than this are set ragged: spread over few characters the white would gape. In
/// characters of the table.
const NARROW: f64 = 14.0;
/// Rows higher than this are cut between their lines, mm.
const HIGHEST_ROW: f64 = 12.0 * LINE_PITCH;

/// One cell of a row: its paragraphs.
pub(crate) struct Entry {
    /// Paragraphs of the cell.
    pub(crate) paragraphs: Vec<Vec<Cell>>,
    /// Is the text centred in its column?
    pub(crate) centred: bool,
}

impl Entry {
    /// The text of a cell; a line break in it begins another paragraph.
    pub(crate) fn new(
        context: Context,
        text: &str,
        style: Style,
        centred: bool,
        place: &str,
    ) -> Result<Self, Error> {
        let paragraphs = text
            .split(['\n', '\r'])
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(|text| context.set(text, style, place))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            paragraphs,
            centred,
        })
    }

    /// Width of its widest paragraph, mm.
    pub(crate) fn natural(&self) -> f64 {
        self.paragraphs
            .iter()
            .map(|cells| width(cells))
            .fold(0.0, f64::max)
    }
}

/// A table that is set: its head row, its rows, the widths of its columns.
pub(crate) struct Set {
    head: Option<Piece>,
    /// Number of the row of the table, from 0, and the piece or pieces it is set in.
    rows: Vec<(usize, Vec<Piece>)>,
    /// Widths of the columns, mm.
    pub(crate) widths: Vec<f64>,
}

/// The pieces of a table: one for every row.
pub(crate) fn pieces(context: Context, table: &Table, place: &str) -> Result<Vec<Piece>, Error> {
    let place = format!("{place}的表格");
    let Some(set) = set(context, table, &[], WIDTH, &place)? else {
        return Ok(Vec::new());
    };
    let mut pieces: Vec<Piece> = set.flowing().into_iter().map(|(_, piece)| piece).collect();
    finish(context, &mut pieces);
    Ok(pieces)
}

impl Set {
    /// The pieces with the number of the row each belongs to; the head belongs to none. The head
    /// stands again above the first row of every page.
    pub(crate) fn flowing(self) -> Vec<(Option<usize>, Piece)> {
        let mut pieces = Vec::new();
        let repeat = self.head.clone().map(Arc::new);
        if let Some(mut head) = self.head {
            head.keep = !self.rows.is_empty();
            pieces.push((None, head));
        }
        for (number, row) in self.rows {
            for mut piece in row {
                piece.repeat.clone_from(&repeat);
                pieces.push((Some(number), piece));
            }
        }
        pieces
    }
}

/// Sets a table as wide as `room`; `None` when it has no columns. Columns have room for the texts
/// of `others` too.
pub(crate) fn set(
    context: Context,
    table: &Table,
    others: &[Vec<String>],
    room: f64,
    place: &str,
) -> Result<Option<Set>, Error> {
    let count = table
        .rows
        .iter()
        .map(Vec::len)
        .chain([table.columns.len()])
        .max()
        .unwrap_or(0);
    if count == 0 {
        return Ok(None);
    }
    let head_style = Style::natural(Role::Hei, SIZE_SMALL_4);
    let style = Style::natural(Role::FangSong, SIZE_SMALL_4);
    let head = table
        .columns
        .iter()
        .map(|text| Entry::new(context, text, head_style, true, place))
        .collect::<Result<Vec<_>, _>>()?;
    let entries = |rows: &[Vec<String>]| {
        rows.iter()
            .map(|row| {
                row.iter()
                    .map(|text| Entry::new(context, text, style, false, place))
                    .collect::<Result<Vec<_>, _>>()
            })
            .collect::<Result<Vec<_>, _>>()
    };
    let mut rows = entries(&table.rows)?;
    let mut all = entries(others)?;
    let widths = {
        let own = rows.len();
        rows.append(&mut all);
        let widths = columns::widths(&head, &rows, count, room)?;
        rows.truncate(own);
        widths
    };
    for (column, width) in widths.iter().enumerate() {
        let short = rows
            .iter()
            .filter_map(|row| row.get(column))
            .all(|entry| entry.natural() <= (width - 2.0 * PADDING).min(10.0 * mm(SIZE_SMALL_4)));
        for entry in rows.iter_mut().filter_map(|row| row.get_mut(column)) {
            entry.centred = short;
        }
    }
    let head = (!head.is_empty()).then(|| row(&head, &widths, SIZE_SMALL_4).remove(0));
    let rows = rows
        .iter()
        .map(|entries| row(entries, &widths, SIZE_SMALL_4))
        .enumerate()
        .collect();
    Ok(Some(Set { head, rows, widths }))
}

/// White above and below a table as between two lines of text.
pub(crate) fn finish(context: Context, pieces: &mut [Piece]) {
    if let Some(last) = pieces.last_mut() {
        last.advance += context.gap();
    }
}

/// From the top of one line in a cell to the top of the next, mm.
pub(crate) const fn leading(size: f64) -> f64 {
    mm(size) * 1.45
}

/// One row as one piece, or as several when it is very high.
pub(crate) fn row(entries: &[Entry], widths: &[f64], size: f64) -> Vec<Piece> {
    let em = mm(size);
    let pitch = leading(size);
    let set: Vec<Vec<(usize, Line)>> = widths
        .iter()
        .enumerate()
        .map(|(column, width)| {
            let x: f64 = widths[..column].iter().sum();
            entries
                .get(column)
                .map(|entry| cell_lines(entry, x + PADDING, width - 2.0 * PADDING))
                .unwrap_or_default()
        })
        .collect();
    let deepest = set.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let per_piece = (((HIGHEST_ROW - 2.0 * HEADROOM) / pitch).floor() as usize).max(1);
    let total = widths.iter().sum::<f64>();
    (0..deepest)
        .step_by(per_piece)
        .map(|from| {
            let depth = (deepest - from).min(per_piece);
            let height = (depth - 1) as f64 * pitch + em + 2.0 * HEADROOM;
            let mut piece = Piece::new(Kind::Body, height + RULE / 2.0, height);
            for lines in &set {
                // A cell with fewer lines stands in the middle of its row.
                let spare = if deepest <= per_piece {
                    (depth - lines.len().min(depth)) as f64 * pitch / 2.0
                } else {
                    0.0
                };
                for (number, line) in lines
                    .iter()
                    .filter(|(n, _)| (from..from + depth).contains(n))
                {
                    let dy = HEADROOM + spare + (number - from) as f64 * pitch;
                    piece.lines.push(line::moved(line.clone(), 0.0, dy));
                }
            }
            // Reading order is row by row, cell by cell; the lines of one cell stay together.
            for y in [0.0, height] {
                piece
                    .rules
                    .push(rule(-RULE / 2.0, y - RULE / 2.0, total + RULE, RULE));
            }
            let mut x = 0.0;
            for width in std::iter::once(&0.0).chain(widths) {
                x += width;
                piece
                    .rules
                    .push(rule(x - RULE / 2.0, -RULE / 2.0, RULE, height + RULE));
            }
            piece
        })
        .collect()
}

/// The lines of a cell, numbered.
pub(crate) fn cell_lines(entry: &Entry, left: f64, room: f64) -> Vec<(usize, Line)> {
    let mut lines = Vec::new();
    for cells in &entry.paragraphs {
        let measure = Measure {
            justify: !entry.centred && room >= NARROW * mm(SIZE_SMALL_4),
            ..Measure::ragged(room)
        };
        for filled in fill(cells, measure) {
            let line = if entry.centred {
                let used = filled.x.last().copied().unwrap_or(0.0)
                    + filled.widths.last().copied().unwrap_or(0.0);
                line::filled(
                    cells,
                    &filled,
                    left + (room - used) / 2.0,
                    0.0,
                    Colour::Black,
                )
            } else {
                line::filled(cells, &filled, left, 0.0, Colour::Black)
            };
            lines.push((lines.len(), line));
        }
    }
    lines
}

fn rule(x: f64, y: f64, width: f64, height: f64) -> Rule {
    Rule {
        x,
        y,
        width,
        height,
        colour: Colour::Black,
    }
}
