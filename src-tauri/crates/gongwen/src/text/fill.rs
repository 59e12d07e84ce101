//! Filling lines: punctuation is squeezed first, then white is spread, and the type area is
//! never left (item 3).

use super::breaks::{self, Break};
use super::cells::Cell;
use std::ops::Range;

/// The room of a paragraph.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Measure {
    /// Width of the type area or cell, mm.
    pub(crate) width: f64,
    /// Indent of the first line, mm.
    pub(crate) first: f64,
    /// Indent of the other lines, mm.
    pub(crate) rest: f64,
    /// Are full lines spread to the right edge?
    pub(crate) justify: bool,
    /// Share of the width by which a line may be set tighter than its pitch (item 19).
    pub(crate) tighten: f64,
}

impl Measure {
    /// A block without indents, set to the left.
    pub(crate) fn ragged(width: f64) -> Self {
        Self {
            width,
            first: 0.0,
            rest: 0.0,
            justify: false,
            tighten: 0.0,
        }
    }
}

/// One line: which cells, and where each stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Filled {
    pub(crate) range: Range<usize>,
    /// Left edge of each cell after squeezing, from the left of the measure, mm.
    pub(crate) x: Vec<f64>,
    /// Width of each cell after squeezing, mm.
    pub(crate) widths: Vec<f64>,
    /// Correction of each glyph's place in its cell, mm (squeezed opening marks move left).
    pub(crate) nudge: Vec<f64>,
}

/// Lengths that differ by less are the same, mm.
const EPS: f64 = 1e-6;
/// Share of a mark's white that may be squeezed out inside a line; at the line's end all of it may.
/// Squeezing more makes marks stick to their neighbours while spreading is not yet visible.
const INNER: f64 = 0.5;
/// Widest white to spread between two characters before a poor break, as between a number and its
/// unit, is better, in widths of the line's widest cell.
const TORN: f64 = 0.5;
/// Above this a line is left ragged instead of spread: a long address after a short word.
const HOPELESS: f64 = 0.8;

/// Breaks cells into lines.
pub(crate) fn fill(cells: &[Cell], measure: Measure) -> Vec<Filled> {
    let text: Vec<char> = cells.iter().map(|cell| cell.ch).collect();
    let mut lines = Vec::new();
    let mut start = 0;
    while start < cells.len() {
        let indent = if lines.is_empty() {
            measure.first
        } else {
            measure.rest
        };
        let room = measure.width - indent;
        let end = line_end(cells, &text, start, room, measure);
        let last = end == cells.len();
        lines.push(place(cells, &text, start..end, indent, room, measure, last));
        start = end;
    }
    lines
}

/// Widths of a line that is growing.
#[derive(Clone, Copy, Default)]
struct Grown {
    natural: f64,
    spare: f64,
    /// Trailing blanks: they do not count when the line ends here.
    blank: f64,
}

/// Where the line that begins at `start` ends.
fn line_end(cells: &[Cell], text: &[char], start: usize, room: f64, measure: Measure) -> usize {
    let elastic = room * measure.tighten;
    let mut grown = Grown::default();
    let mut slots = 0usize;
    // Best ends so far, for good breaks and for poor ones: fits as it is, fits when squeezed.
    let mut fits = [None; 2];
    let mut squeezed = [None; 2];
    let mut widest = 0.0_f64;
    for (i, cell) in cells.iter().enumerate().skip(start) {
        grown.natural += cell.width;
        grown.spare += cell.spare_left + cell.spare_right;
        grown.blank = if cell.is_blank() {
            grown.blank + cell.width
        } else {
            0.0
        };
        if i > start && breaks::spreads(text[i - 1], text[i]) {
            slots += 1;
        }
        widest = widest.max(cell.width);
        let natural = grown.natural - grown.blank;
        // The first cell's left white stays: a line that opens with a mark keeps its grid.
        let spare = INNER * (grown.spare - cells[start].spare_left)
            + (1.0 - INNER) * end_spare(&cells[start..=i]);
        if natural - spare - elastic > room + EPS {
            break;
        }
        let quality = if i + 1 == cells.len() {
            Break::Good
        } else {
            breaks::after(text, i)
        };
        let found = if natural <= room + EPS {
            &mut fits
        } else {
            &mut squeezed
        };
        let end = Some((i + 1, room - natural, slots));
        match quality {
            Break::Good => found[0] = end,
            Break::Poor => found[1] = end,
            Break::Never => {}
        }
    }
    let torn = |(end, left, slots): (usize, f64, usize)| {
        measure.justify && end < cells.len() && left > TORN * widest * slots as f64 + EPS
    };
    for kind in 0..2 {
        if let Some(exact) = fits[kind].filter(|found| found.1 < 0.05) {
            return exact.0;
        }
        if let Some(found) = squeezed[kind] {
            return found.0;
        }
        if let Some(found) = fits[kind].filter(|found| kind == 1 || !torn(*found)) {
            return found.0;
        }
    }
    fits[0].map_or_else(|| forced_end(cells, text, start, room), |found| found.0)
}

/// White of the mark at the end of a line.
fn end_spare(line: &[Cell]) -> f64 {
    line.iter()
        .rev()
        .find(|cell| !cell.is_blank())
        .map_or(0.0, |cell| cell.spare_right)
}

/// A line with no break at all: a word longer than the line is cut, marks kept if at all possible.
fn forced_end(cells: &[Cell], text: &[char], start: usize, room: f64) -> usize {
    let mut natural = 0.0;
    let mut longest = start + 1;
    let mut decent = None;
    for (i, cell) in cells.iter().enumerate().skip(start) {
        natural += cell.width;
        if natural > room + EPS && i > start {
            break;
        }
        longest = i + 1;
        let cut_ok = text.get(i + 1).is_none_or(|&next| {
            !breaks::never_first(next) && !breaks::never_last(text[i]) && next != ' '
        });
        if cut_ok {
            decent = Some(i + 1);
        }
    }
    decent.unwrap_or(longest)
}

/// Places the cells of a line.
fn place(
    cells: &[Cell],
    text: &[char],
    range: Range<usize>,
    indent: f64,
    room: f64,
    measure: Measure,
    last: bool,
) -> Filled {
    let line = &cells[range.clone()];
    let mut widths: Vec<f64> = line.iter().map(|cell| cell.width).collect();
    let mut nudge = vec![0.0; line.len()];
    // Blanks at the end of a broken line take no room.
    let inked = line.len() - line.iter().rev().take_while(|cell| cell.is_blank()).count();
    for width in &mut widths[inked..] {
        *width = 0.0;
    }
    let natural: f64 = widths.iter().sum();
    let excess = natural - room;
    let mut gap = 0.0;
    let slot = |i: usize| {
        i > 0 && i < inked && breaks::spreads(text[range.start + i - 1], text[range.start + i])
    };
    let slots = (0..line.len()).filter(|&i| slot(i)).count();
    if excess > EPS {
        let rest = squeeze(line, &mut widths, &mut nudge, inked, excess);
        if rest > EPS && slots > 0 {
            gap = -rest / slots as f64;
        }
    } else if measure.justify && !last && slots > 0 {
        let widest = widths.iter().copied().fold(0.0, f64::max);
        let wanted = -excess / slots as f64;
        if wanted <= HOPELESS * widest {
            gap = wanted;
        }
    }
    let mut x = Vec::with_capacity(line.len());
    let mut pen = indent;
    for (i, width) in widths.iter().enumerate() {
        if slot(i) {
            pen += gap;
        }
        x.push(pen);
        pen += width;
    }
    Filled {
        range,
        x,
        widths,
        nudge,
    }
}

/// Takes `excess` out of the white of marks: the mark at the line's end first, the others evenly.
/// Returns what could not be taken.
fn squeeze(
    line: &[Cell],
    widths: &mut [f64],
    nudge: &mut [f64],
    inked: usize,
    mut excess: f64,
) -> f64 {
    if let Some(end) = inked.checked_sub(1) {
        let taken = excess.min(line[end].spare_right);
        widths[end] -= taken;
        excess -= taken;
    }
    let spare = |i: usize| {
        let left = if i == 0 { 0.0 } else { line[i].spare_left };
        let right = if i + 1 == inked {
            0.0
        } else {
            line[i].spare_right
        };
        (left, right)
    };
    let total: f64 = (0..inked).map(|i| spare(i).0 + spare(i).1).sum();
    if total <= EPS || excess <= EPS {
        return excess.max(0.0);
    }
    let share = (excess / total).min(1.0);
    for i in 0..inked {
        let (left, right) = spare(i);
        widths[i] -= share * (left + right);
        nudge[i] -= share * left;
    }
    excess - share * total
}
