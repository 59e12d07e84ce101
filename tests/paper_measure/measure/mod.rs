//! The independent measure of finished papers: goes through the 32 items of the checklist of GB/T
//! 9704-2012, decides from the document's JSON which of them a paper uses, and measures those on
//! the PDF file.
//!
//! It shares no code with the typesetter. What is on the pages it learns from poppler alone
//! (positions of words, faces, pictures of 300 dots an inch); what the document says it reads from
//! the JSON by itself; every figure is written out again from the standard. All lengths are mm on
//! paper, from the page's top left corner.

mod facts;
mod items;
mod paper;
mod picture;
mod sheet;
mod stream;

pub use facts::Facts;
pub use items::{ITEMS, NOT_ON_PAPER, measure};
pub use paper::{Line, Paper, Run, Word};
pub use picture::{Area, Band, Picture};
pub use sheet::{Row, Sheet};

/// Positions the typesetter chooses.
pub const CHOSEN: f64 = 0.3;
/// Margins.
pub const MARGIN: f64 = 1.0;
/// Upper edge of the type area: 天头 of 37 mm.
pub const TOP: f64 = 37.0;
/// Lower edge of the type area.
pub const BOTTOM: f64 = 262.0;
/// Width of the type area.
pub const WIDTH: f64 = 156.0;
/// A character's cell: 28 fill 156 mm.
pub const CHARACTER: f64 = 156.0 / 28.0;
/// Top of one line to top of the next: 22 lines fill 225 mm.
pub const LINE: f64 = (225.0 - CHARACTER) / 21.0;
/// 7/8 of a 3号 character's line: what is white between two lines.
pub const GAP: f64 = LINE - CHARACTER;
/// One 4号 character, 14 pt.
pub const SMALL: f64 = 14.0 * 25.4 / 72.0;
/// One 2号 character, 22 pt.
pub const TITLE: f64 = 22.0 * 25.4 / 72.0;
/// Diameter of an organ's seal.
pub const SEAL: f64 = 42.0;
/// Room of a signer's stamp, width and height.
pub const STAMP: (f64, f64) = (40.0, 16.0);
