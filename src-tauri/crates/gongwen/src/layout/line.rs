//! From filled cells to lines of glyph runs.

use super::{Colour, Glyph, Line, Run};
use crate::standard::{EM_ASCENT, mm};
use crate::text::cells::Cell;
use crate::text::fill::Filled;

/// Height of the em box above the baseline, em. All faces used here are drawn for this box.
pub(crate) const ASCENT: f64 = EM_ASCENT as f64 / 1000.0;

/// A filled line as glyph runs, its character boxes beginning at `top`, the measure at `left`.
pub(crate) fn filled(cells: &[Cell], line: &Filled, left: f64, top: f64, colour: Colour) -> Line {
    let cells = &cells[line.range.clone()];
    let places = line.x.iter().zip(&line.widths).zip(&line.nudge);
    let glyphs = cells.iter().zip(places).map(|(cell, ((x, width), nudge))| {
        let glyph = Glyph {
            character: cell.ch,
            id: cell.glyph.id,
            x: left + x + cell.shift + nudge,
            cell: left + x,
            width: *width,
        };
        (cell, glyph)
    });
    runs(
        glyphs,
        left + line.x.first().copied().unwrap_or(0.0),
        top,
        colour,
    )
}

/// Cells side by side from `left`, with `gap` between them.
pub(crate) fn plain(cells: &[Cell], left: f64, top: f64, gap: f64, colour: Colour) -> Line {
    let mut pen = left;
    let glyphs = cells.iter().map(|cell| {
        let glyph = Glyph {
            character: cell.ch,
            id: cell.glyph.id,
            x: pen + cell.shift,
            cell: pen,
            width: cell.width,
        };
        pen += cell.width + gap;
        (cell, glyph)
    });
    runs(glyphs, left, top, colour)
}

/// Cells whose last one ends at `right`.
pub(crate) fn flush_right(cells: &[Cell], right: f64, top: f64) -> Line {
    let left = right - crate::text::cells::width(cells);
    plain(cells, left, top, 0.0, Colour::Black)
}

/// Cells centred about `middle`.
pub(crate) fn centred(cells: &[Cell], middle: f64, top: f64) -> Line {
    let left = middle - crate::text::cells::width(cells) / 2.0;
    plain(cells, left, top, 0.0, Colour::Black)
}

fn runs<'a>(
    glyphs: impl Iterator<Item = (&'a Cell, Glyph)>,
    left: f64,
    top: f64,
    colour: Colour,
) -> Line {
    let mut runs: Vec<Run> = Vec::new();
    for (cell, glyph) in glyphs {
        let style = cell.style;
        match runs.last_mut() {
            Some(run)
                if run.face == cell.glyph.face
                    && run.role == style.role
                    && (run.size - style.size).abs() < 1e-9 =>
            {
                run.glyphs.push(glyph);
            }
            _ => runs.push(Run {
                role: style.role,
                face: cell.glyph.face,
                size: style.size,
                baseline: top + ASCENT * mm(style.size),
                angle: 0.0,
                scale: 1.0,
                colour,
                glyphs: vec![glyph],
            }),
        }
    }
    Line { top, left, runs }
}

/// Moves a line.
pub(crate) fn moved(mut line: Line, dx: f64, dy: f64) -> Line {
    line.top += dy;
    line.left += dx;
    for run in &mut line.runs {
        run.baseline += dy;
        for glyph in &mut run.glyphs {
            glyph.x += dx;
            glyph.cell += dx;
        }
    }
    line
}

/// Makes the characters of a line narrower, its left edge kept.
pub(crate) fn narrowed(mut line: Line, scale: f64) -> Line {
    let narrow = |x: f64| line.left + (x - line.left) * scale;
    for run in &mut line.runs {
        run.scale *= scale;
        for glyph in &mut run.glyphs {
            glyph.x = narrow(glyph.x);
            glyph.cell = narrow(glyph.cell);
            glyph.width *= scale;
        }
    }
    line
}
