//! Typesetting of Chinese official documents (公文) after GB/T 9704-2012:
//! [model](model::Document) → [layout in mm](Layout) → PDF.
//!
//! The crate knows papers, not cases. Reading order of the sources: [`model`] says what a document
//! holds, `standard` holds every measure of the standard, `text` breaks lines, `layout` places
//! them, `pdf` draws the result, `review` reads a draft as a careful clerk would.
//!
//! ```
//! use gongwen::{Typesetter, model::{Block, Document, Format}};
//!
//! let mut letter = Document::new(Format::Letter, "关于报送材料的函");
//! letter.mark = "中共示例市委组织部".into();
//! letter.to = Some("示例县委组织部".into());
//! letter.body = vec![Block::paragraph("请于2026年11月30日前报送有关材料。")];
//! let pdf = Typesetter::with_shipped_fonts()?.pdf(&letter)?;
//! assert!(pdf.starts_with(b"%PDF-1.7"));
//! # Ok::<(), gongwen::Error>(())
//! ```

mod docx;
mod error;
mod fonts;
mod layout;
pub mod model;
mod pdf;
mod read;
pub mod review;
pub mod standard;
mod text;
mod typesetter;

pub use error::Error;
pub use fonts::{ChosenFont, Face, FontFolder, Role, standard_characters};
pub use layout::{Colour, Glyph, Heading, Layout, Line, Page, Rule, Run, Turned};
pub use read::{parse, schema};
pub use typesetter::Typesetter;
