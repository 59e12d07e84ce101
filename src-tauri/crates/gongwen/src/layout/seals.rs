//! 署名 and 成文日期 under the organs' seals (item 14).

use super::context::Context;
use super::flow::Piece;
use super::{line, signature};
use crate::standard::{
    PITCH, SEAL_ABOVE_MIDDLE, SEAL_BLANK_LINES, SEAL_DATE_RIGHT, SEAL_DIAMETER, SEALS_A_ROW, WIDTH,
};
use crate::text::cells::{Cell, width};
use std::ops::Range;

/// White between two seals side by side, mm.
const BETWEEN: f64 = 4.0;

/// The date right with four characters blank, the last organ's name centred over it; other organs
/// left of it or in rows above, far enough apart that seals do not touch.
pub(super) fn sealed(context: Context, organs: &[Vec<Cell>], date: &[Cell]) -> Piece {
    let mut names = parted(organs, WIDTH);
    let mut places = Places::of(&names, width(date));
    if places.a_row == 1 && organs.len() > 2 {
        // Names on two lines rather than one seal a row.
        names = parted(organs, Places::half(width(date)));
        places = Places::of(&names, width(date));
    }
    // As many seals in every row as in the others, if that can be.
    let rows = organs.len().div_ceil(places.a_row).max(1);
    let a_row = organs.len().div_ceil(rows).max(1);
    let row_pitch = (SEAL_DIAMETER / context.line_pitch).ceil() * context.line_pitch;
    let mut lines = Vec::new();
    let mut y = 0.0;
    let mut names_height = 0.0;
    for row in names.chunks(a_row) {
        let deepest = row.iter().map(Name::rows).max().unwrap_or(1);
        for (column, name) in row.iter().enumerate() {
            let middle = places.middle - places.step * (row.len() - 1 - column) as f64;
            // Names of a row end on one line.
            let above = deepest - name.rows();
            lines.extend(name.lines.iter().enumerate().map(|(i, range)| {
                let top = y + (above + i) as f64 * context.line_pitch;
                line::centred(&name.cells[range.clone()], middle, top)
            }));
        }
        names_height = y + deepest as f64 * context.line_pitch;
        y += row_pitch + (deepest - 1) as f64 * context.line_pitch;
    }
    let date_top = names_height;
    lines.push(line::flush_right(date, places.right, date_top));
    // The seal is pressed over the middle of a name of several lines: it keeps its distance from
    // the text when the name begins higher.
    let first = names.iter().take(a_row).map(Name::rows).max().unwrap_or(1);
    let blank = (SEAL_BLANK_LINES - (first / 2) as f64).max(1.0);
    let mut piece = signature::block(context, lines, blank, date_top);
    // The seal reaches below the date.
    let middle_height = date_top - context.gap() / 2.0;
    piece.reserve = middle_height - SEAL_ABOVE_MIDDLE + SEAL_DIAMETER / 2.0;
    piece
}

/// An organ's name, parted into lines.
struct Name<'a> {
    cells: &'a [Cell],
    lines: Vec<Range<usize>>,
}

impl Name<'_> {
    fn rows(&self) -> usize {
        self.lines.len().max(1)
    }

    fn width(&self) -> f64 {
        self.lines
            .iter()
            .map(|range| width(&self.cells[range.clone()]))
            .fold(0.0, f64::max)
    }
}

/// Names in lines of at most `room`, their words whole.
fn parted(organs: &[Vec<Cell>], room: f64) -> Vec<Name<'_>> {
    organs
        .iter()
        .map(|cells| Name {
            cells,
            lines: signature::whole_words(cells, room),
        })
        .collect()
}

/// Where seals stand side by side.
struct Places {
    /// Middle of the last seal of every row.
    middle: f64,
    /// Right edge of the date.
    right: f64,
    /// From one seal's middle to the next.
    step: f64,
    /// How many have room side by side.
    a_row: usize,
}

impl Places {
    fn of(names: &[Name], date_width: f64) -> Self {
        let widest = names.iter().map(Name::width).fold(0.0, f64::max);
        let right = WIDTH - SEAL_DATE_RIGHT * PITCH;
        let middle = right - date_width / 2.0;
        // A long name would leave the type area on the right: name and date move left together.
        let over = (middle + widest / 2.0 - WIDTH).max(0.0);
        let middle = middle - over;
        let step = (widest + PITCH).max(SEAL_DIAMETER + BETWEEN);
        let reach = middle - widest.max(SEAL_DIAMETER) / 2.0;
        Self {
            middle,
            right: right - over,
            step,
            a_row: ((reach / step).floor() as usize + 1).clamp(1, SEALS_A_ROW),
        }
    }

    /// Widest name of which two have room side by side, the second over a date.
    fn half(date_width: f64) -> f64 {
        let middle = WIDTH - SEAL_DATE_RIGHT * PITCH - date_width / 2.0;
        (middle - PITCH) / 1.5
    }
}
