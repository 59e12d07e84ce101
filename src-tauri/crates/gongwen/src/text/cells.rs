//! From characters to cells: each character with its glyph and the room it takes.

use super::{legacy, normal};
use crate::error::Error;
use crate::fonts::{Faces, Glyph, Role};
use crate::standard::mm;

/// How a piece of text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Style {
    pub(crate) role: Role,
    /// Points.
    pub(crate) size: f64,
    /// Width of a full-width character's cell in mm; half-width characters keep their proportion.
    pub(crate) pitch: f64,
}

impl Style {
    /// A style whose cells are as wide as its characters.
    pub(crate) fn natural(role: Role, size: f64) -> Self {
        Self {
            role,
            size,
            pitch: mm(size),
        }
    }
}

/// One character of a line to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cell {
    pub(crate) ch: char,
    pub(crate) glyph: Glyph,
    pub(crate) style: Style,
    /// Natural width in mm.
    pub(crate) width: f64,
    /// From the cell's left edge to the glyph's origin, mm.
    pub(crate) shift: f64,
    /// White at the left (opening marks) that may be squeezed out, mm.
    pub(crate) spare_left: f64,
    /// White at the right (closing marks) that may be squeezed out, mm.
    pub(crate) spare_right: f64,
}

impl Cell {
    pub(crate) fn is_blank(&self) -> bool {
        self.ch.is_whitespace()
    }
}

/// Opening marks: white on their left.
pub(crate) fn opens(ch: char) -> bool {
    matches!(
        ch,
        '“' | '‘' | '（' | '《' | '〈' | '【' | '〔' | '「' | '『' | '｛' | '［'
    )
}

/// Closing marks with white on their right.
pub(crate) fn closes(ch: char) -> bool {
    matches!(
        ch,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '”'
            | '’'
            | '）'
            | '》'
            | '〉'
            | '】'
            | '〕'
            | '」'
            | '』'
            | '｝'
            | '］'
    )
}

/// Is the character set in a square cell? Han, kana, full-width forms, and the marks and signs
/// that Chinese text writes full width though Unicode calls them ambiguous.
pub(crate) fn is_square(ch: char) -> bool {
    opens(ch)
        || closes(ch)
        || matches!(u32::from(ch),
            0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE4F
            | 0xFF01..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1_0000..=0x3_FFFF
            | 0x2014..=0x2016 | 0x2025..=0x2026 | 0x2030 | 0x203B
            | 0x2100..=0x27BF | 0x00B7 | 0x00D7 | 0x00F7 | 0x00B1 | 0x00A7)
}

/// Blanks and invisible characters: what to make of them. `None` keeps the character.
enum Invisible {
    Drop,
    Space,
}

fn invisible(ch: char) -> Option<Invisible> {
    match ch {
        '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' => Some(Invisible::Drop),
        '\t' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' => Some(Invisible::Space),
        _ => None,
    }
}

/// Is the character refused as one that cannot be printed?
fn unprintable(ch: char) -> bool {
    ch.is_control()
        || matches!(u32::from(ch),
            0x200E..=0x200F | 0x2028..=0x202E | 0x2061..=0x206F | 0xFE00..=0xFE0F | 0xFFF0..=0xFFFD
            | 0xE_0000..=0xE_0FFF)
}

/// Sets a text without line breaks, look-alikes as the [ordinary](normal) characters. `place` says in Chinese where it stands, for errors.
pub(crate) fn set(
    faces: &Faces,
    text: &str,
    style: Style,
    place: &str,
) -> Result<Vec<Cell>, Error> {
    let em = mm(style.size);
    let mut cells = Vec::with_capacity(text.len() / 3 + 1);
    for original in text.chars() {
        let ch = match invisible(original) {
            Some(Invisible::Drop) => continue,
            Some(Invisible::Space) => ' ',
            None => normal::ordinary(original).unwrap_or(original),
        };
        if normal::is_selector(ch) && cells.last().is_some_and(|base: &Cell| !base.is_blank()) {
            continue;
        }
        if unprintable(ch) {
            return Err(Error::Control {
                character: ch,
                place: place.to_owned(),
            });
        }
        if matches!(u32::from(ch), 0xE000..=0xF8FF | 0xF_0000..=0x10_FFFF) {
            return Err(Error::PrivateUse {
                character: ch,
                place: place.to_owned(),
                instead: legacy::successor(ch),
            });
        }
        let glyph = find(faces, style.role, ch)?.ok_or_else(|| Error::MissingGlyph {
            character: ch,
            place: place.to_owned(),
            pack_would_help: faces.pack_would_help(ch),
        })?;
        cells.push(cell(ch, glyph, style, em));
    }
    Ok(cells)
}

/// The glyph of a character; a blank that no face has is set as the plain space.
fn find(faces: &Faces, role: Role, ch: char) -> Result<Option<Glyph>, Error> {
    match faces.glyph(role, ch)? {
        None if ch.is_whitespace() => faces.glyph(role, ' '),
        found => Ok(found),
    }
}

fn cell(ch: char, glyph: Glyph, style: Style, em: f64) -> Cell {
    let drawn = glyph.advance * em;
    let (width, shift) = if is_square(ch) {
        let width = style.pitch;
        let shift = if opens(ch) {
            width - drawn
        } else if closes(ch) && glyph.advance < 0.9 {
            0.0
        } else {
            (width - drawn) / 2.0
        };
        (width, shift)
    } else {
        let width = glyph.advance * style.pitch;
        (width, (width - drawn) / 2.0)
    };
    let half = width / 2.0;
    Cell {
        ch,
        glyph,
        style,
        width,
        shift,
        spare_left: if opens(ch) { half } else { 0.0 },
        spare_right: if closes(ch) { half } else { 0.0 },
    }
}

/// Natural width of cells side by side, mm.
pub(crate) fn width(cells: &[Cell]) -> f64 {
    cells.iter().map(|cell| cell.width).sum()
}
