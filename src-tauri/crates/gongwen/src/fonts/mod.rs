//! The faces of the papers: where their files are, and which face prints which character.

mod faces;
mod folder;
mod mapped;

pub use faces::{Face, Role};
pub(crate) use faces::{Faces, Glyph};
pub use folder::FontFolder;
