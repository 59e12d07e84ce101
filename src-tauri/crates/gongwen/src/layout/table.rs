//! Ruled tables in the body.

use super::context::Context;
use super::flow::{Kind, Piece};
use super::{Colour, Line, Rule, line};
use crate::error::Error;
use crate::fonts::Role;
use crate::model::Table;
use crate::standard::{GAP, LINE_PITCH, SIZE_SMALL_4, WIDTH, mm};
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

/// The pieces of a table: one for every row.
pub(crate) fn pieces(context: Context, table: &Table, place: &str) -> Result<Vec<Piece>, Error> {
    let count = table
        .rows
        .iter()
        .map(Vec::len)
        .chain([table.columns.len()])
        .max()
        .unwrap_or(0);
    if count == 0 {
        return Ok(Vec::new());
    }
    let head_style = Style::natural(Role::Hei, SIZE_SMALL_4);
    let style = Style::natural(Role::FangSong, SIZE_SMALL_4);
    let place = format!("{place}的表格");
    let head = table
        .columns
        .iter()
        .map(|text| Entry::new(context, text, head_style, true, &place))
        .collect::<Result<Vec<_>, _>>()?;
    let mut rows = table
        .rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|text| Entry::new(context, text, style, false, &place))
                .collect::<Result<Vec<_>, _>>()
        })
        .collect::<Result<Vec<_>, _>>()?;
    let widths = column_widths(&head, &rows, count)?;
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
    let mut pieces = Vec::new();
    let repeat = head.clone().map(Arc::new);
    if let Some(mut head) = head {
        head.keep = !rows.is_empty();
        pieces.push(head);
    }
    for entries in &rows {
        pieces.extend(
            row(entries, &widths, SIZE_SMALL_4)
                .into_iter()
                .map(|mut piece| {
                    piece.repeat.clone_from(&repeat);
                    piece
                }),
        );
    }
    finish(&mut pieces);
    Ok(pieces)
}

/// White above and below a table as between two lines of text.
pub(crate) fn finish(pieces: &mut [Piece]) {
    if let Some(last) = pieces.last_mut() {
        last.advance += GAP;
    }
}

/// Widths of the columns, together the type area: by what the cells hold, so that short columns
/// stay on one line and long ones share the rest.
fn column_widths(head: &[Entry], rows: &[Vec<Entry>], count: usize) -> Result<Vec<f64>, Error> {
    let em = mm(SIZE_SMALL_4);
    let least = 2.0 * em + 2.0 * PADDING;
    if least * count as f64 > WIDTH {
        return Err(Error::Content(format!(
            "表格有{count}栏，竖排的A4纸排不下，请减少栏数或者改用横排台账。"
        )));
    }
    let wanted: Vec<f64> = (0..count)
        .map(|column| {
            rows.iter()
                .chain(std::iter::once_with(|| &EMPTY))
                .filter_map(|row| row.get(column))
                .chain(head.get(column))
                .map(Entry::natural)
                .fold(0.0, f64::max)
        })
        .map(|natural| (natural + 2.0 * PADDING + 0.5).max(least))
        .collect();
    let total: f64 = wanted.iter().sum();
    if total <= WIDTH {
        return Ok(wanted.iter().map(|width| width * WIDTH / total).collect());
    }
    // Columns that want less than an even share keep what they want; the others share the rest.
    let mut widths = vec![0.0; count];
    let mut open: Vec<usize> = (0..count).collect();
    let mut left = WIDTH;
    loop {
        let share = left / open.len() as f64;
        let (small, large): (Vec<_>, Vec<_>) = open.iter().partition(|&&c| wanted[c] <= share);
        if small.is_empty() {
            for column in large {
                widths[column] = share;
            }
            return Ok(widths);
        }
        for column in small {
            widths[column] = wanted[column];
            left -= wanted[column];
        }
        open = large;
    }
}

static EMPTY: Vec<Entry> = Vec::new();

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
