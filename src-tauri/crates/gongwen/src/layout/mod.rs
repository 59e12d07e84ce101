//! The layout of a document: what stands where, in millimetres. A plain value without fonts or
//! PDF, so that it can be looked at, stored and tested.

pub(crate) mod annex;
pub(crate) mod blocks;
pub(crate) mod body;
mod columns;
pub(crate) mod context;
mod describe;
mod document;
pub(crate) mod fields;
pub(crate) mod flow;
pub(crate) mod foot;
mod form;
pub(crate) mod frame;
pub(crate) mod grid;
pub(crate) mod head;
mod letter;
pub(crate) mod line;
mod mark;
pub(crate) mod minutes;
mod order;
mod outline;
mod record;
mod register;
mod respace;
mod seals;
pub(crate) mod signature;
mod sums;
pub(crate) mod table;

pub(crate) use context::typeset;
pub use outline::Heading;

use crate::fonts::{Face, Role};
use serde::Serialize;

/// A typeset document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Layout {
    /// The title without line breaks.
    pub title: String,
    /// The pages, A4.
    pub pages: Vec<Page>,
}

/// One page. Things are drawn in the order of the lists, `under` first.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Page {
    /// Behind the text: the watermark.
    pub under: Vec<Line>,
    /// Ruled lines and double rules.
    pub rules: Vec<Rule>,
    /// Lines of text in reading order.
    pub lines: Vec<Line>,
    /// What is read with the sheet turned clockwise by a quarter: a landscape table.
    pub turned: Turned,
    /// Headings that begin on the page, in reading order.
    pub headings: Vec<Heading>,
}

/// Text that runs from the foot of the page to its head. Positions are those of the turned sheet,
/// 297 mm wide and 210 mm high: its upper edge is the page's left edge.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Turned {
    /// Ruled lines.
    pub rules: Vec<Rule>,
    /// Lines of text in reading order.
    pub lines: Vec<Line>,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Top of the characters' boxes, mm from the page's top.
    pub top: f64,
    /// Left edge, mm from the page's left.
    pub left: f64,
    /// Runs from left to right.
    pub runs: Vec<Run>,
}

impl Line {
    /// The characters of the line.
    pub fn text(&self) -> String {
        self.runs
            .iter()
            .flat_map(|run| run.glyphs.iter().map(|glyph| glyph.character))
            .collect()
    }

    /// Right edge of the last character's cell that is not a blank, mm from the page's left.
    pub fn right(&self) -> f64 {
        self.runs
            .iter()
            .flat_map(|run| &run.glyphs)
            .filter(|glyph| !glyph.character.is_whitespace())
            .map(|glyph| glyph.cell + glyph.width)
            .fold(self.left, f64::max)
    }
}

/// Characters of one face and size on one baseline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// The part the text plays.
    pub role: Role,
    /// The face its glyphs come from.
    pub face: Face,
    /// Type size, points.
    pub size: f64,
    /// Baseline, mm from the page's top.
    pub baseline: f64,
    /// Turned counter-clockwise about the first glyph's origin, degrees. Positions of the other
    /// glyphs are then measured along the turned baseline.
    pub angle: f64,
    /// Width of the characters as drawn, as a share of their natural width: below 1 they are
    /// narrowed, their height kept. Places and widths of the glyphs are those after narrowing.
    pub scale: f64,
    /// Colour.
    pub colour: Colour,
    /// The glyphs.
    pub glyphs: Vec<Glyph>,
}

/// One glyph.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Glyph {
    /// The character it stands for.
    pub character: char,
    /// Its number in the face.
    pub id: u16,
    /// Origin, mm from the page's left.
    pub x: f64,
    /// Left edge of the character's cell, mm from the page's left.
    pub cell: f64,
    /// Width of the cell, mm; 0 for a blank at a line's end.
    pub width: f64,
}

/// A filled rectangle: a rule.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rule {
    /// Left edge, mm from the page's left.
    pub x: f64,
    /// Top edge, mm from the page's top.
    pub y: f64,
    /// Width, mm.
    pub width: f64,
    /// Height, mm.
    pub height: f64,
    /// Colour.
    pub colour: Colour,
}

/// The three colours of a paper (item 32).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// Everything but the head.
    Black,
    /// Mark and rules of the head.
    Red,
    /// The watermark.
    Pale,
}
