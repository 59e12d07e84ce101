//! Lengths as a word processor counts them, and where it puts a character in a line.
//!
//! A line of exact height h has its baseline 0.8 h below its upper edge, in Word as in
//! LibreOffice. Everything that must stand where the PDF has it is reckoned from there.

use crate::fonts::Role;
use crate::layout::Line;
use crate::standard::{EM_ASCENT, LINE_PITCH, SIZE_3, mm};
use crate::text::cells;

/// Twentieths of a point: the unit of lengths in a DOCX file.
pub(super) fn twips(mm: f64) -> i32 {
    (mm * 1440.0 / 25.4).round() as i32
}

/// Millimetres of a length in twentieths of a point.
pub(super) fn millimetres(twips: i32) -> f64 {
    f64::from(twips) * 25.4 / 1440.0
}

/// English Metric Units: the unit of lengths in a drawing.
pub(super) fn emu(mm: f64) -> i64 {
    (mm * 36_000.0).round() as i64
}

/// Share of a line's exact height that lies above the baseline.
const ABOVE_BASELINE: f64 = 0.8;

/// Height of a body line, twips: never more than the grid's, so that 22 lines always fit.
pub(super) const BODY_LINE: i32 = (LINE_PITCH * 1440.0 / 25.4) as i32;

/// Letter spacing of body text, twips: 28 characters of 16 pt then fill the line and do not leave it.
pub(super) const BODY_SPACING: i32 = -5;

/// Top of a line's box above the top of its characters' em boxes, mm.
pub(super) fn rise(size: f64, height: i32) -> f64 {
    ABOVE_BASELINE * millimetres(height) - f64::from(EM_ASCENT) / 1000.0 * mm(size)
}

/// [`rise`] of a body line.
pub(super) fn body_rise() -> f64 {
    rise(SIZE_3, BODY_LINE)
}

/// Top of the box of a line of exact height, so that its baseline is the layout's, mm.
pub(super) fn box_top(line: &Line, height: i32) -> f64 {
    let baseline = line.runs.first().map_or(line.top, |run| run.baseline);
    baseline - ABOVE_BASELINE * millimetres(height)
}

/// Advance of a character in the faces of an office, em. Chinese faces are square; digits and Latin
/// come from Times New Roman, whose widths these are.
pub(super) fn advance(ch: char, role: Role) -> f64 {
    // Latin faces bring this sign of their own, which is wider.
    if ch == '℃' {
        return 1.1;
    }
    if cells::is_square(ch) {
        return 1.0;
    }
    // The title's face brings its own digits and letters.
    if role == Role::BiaoSong {
        return 0.5;
    }
    let thousandths: u16 = match ch {
        ' ' | '\u{A0}' | ',' | '.' => 250,
        '!' | '(' | ')' | '[' | ']' | '-' | '`' | 'f' | 'r' | 'I' => 333,
        '"' => 408,
        '%' => 833,
        '&' | 'm' => 778,
        '\'' => 180,
        '+' | '<' | '=' | '>' => 564,
        '/' | ':' | ';' | '\\' | 'i' | 'j' | 'l' | 't' => 278,
        '?' | 'a' | 'c' | 'e' | 'z' => 444,
        '@' => 921,
        'A' | 'D' | 'G' | 'H' | 'K' | 'N' | 'O' | 'Q' | 'U' | 'V' | 'X' | 'Y' | 'w' => 722,
        'B' | 'C' | 'R' => 667,
        'E' | 'L' | 'T' | 'Z' => 611,
        'F' | 'P' | 'S' => 556,
        'J' | 's' => 389,
        'M' => 889,
        'W' => 944,
        '^' => 469,
        '{' | '}' => 480,
        '|' => 200,
        '~' => 541,
        _ => 500,
    };
    f64::from(thousandths) / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standard::{CHARACTERS, HEIGHT, LINES, WIDTH};

    #[test]
    fn the_grid_fits_into_the_type_area() {
        let line = f64::from(CHARACTERS) * (SIZE_3 + f64::from(BODY_SPACING) / 20.0);
        assert!(mm(line) <= WIDTH && mm(line) + 0.5 > WIDTH, "{line}");
        let depth = millimetres(BODY_LINE) * f64::from(LINES - 1);
        assert!(
            (depth - (HEIGHT - crate::standard::PITCH)).abs() < 0.2,
            "{depth}"
        );
    }
}
