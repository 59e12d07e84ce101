//! The faces of the papers: where their files are, and which face prints which character.

mod chosen;
mod faces;
mod folder;
mod loaded;
mod mapped;

pub use chosen::{ChosenFont, standard_characters};
pub use faces::{Face, Role};
pub use folder::FontFolder;
pub(crate) use loaded::{Faces, Glyph};
