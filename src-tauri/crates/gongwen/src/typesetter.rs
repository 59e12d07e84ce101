//! The typesetter: faces read once, documents set many times.

use crate::docx;
use crate::error::Error;
use crate::fonts::{Faces, FontFolder};
use crate::layout::{self, Layout};
use crate::model::Document;
use crate::pdf;

/// Sets official documents. Cheap to make; faces are read when their first character is needed and
/// then kept. Can be shared between threads.
pub struct Typesetter {
    faces: Faces,
}

impl Typesetter {
    /// A typesetter with the faces of a folder.
    pub fn new(fonts: FontFolder) -> Self {
        Self {
            faces: Faces::new(fonts),
        }
    }

    /// A typesetter with the shipped faces, wherever the program is installed.
    ///
    /// # Errors
    /// [`Error::NoFonts`] when they are not found.
    pub fn with_shipped_fonts() -> Result<Self, Error> {
        FontFolder::find().map(Self::new)
    }

    /// Where everything stands, in mm.
    ///
    /// # Errors
    /// A character that cannot be printed, or contents that the format does not allow.
    pub fn layout(&self, document: &Document) -> Result<Layout, Error> {
        layout::typeset(&self.faces, document)
    }

    /// The document as a PDF file. The same document gives the same bytes on every machine with
    /// the same faces: nothing in it comes from a clock or from chance.
    ///
    /// # Errors
    /// As [`layout`](Self::layout); [`Error::Pdf`] when the file cannot be put together.
    pub fn pdf(&self, document: &Document) -> Result<Vec<u8>, Error> {
        pdf::write(&self.faces, &self.layout(document)?)
    }

    /// The document as a DOCX file, to be revised in Word, WPS or LibreOffice: named styles, text
    /// that can be written on, lines and pages that end where those of [`pdf`](Self::pdf) do. The
    /// same document gives the same bytes.
    ///
    /// # Errors
    /// As [`layout`](Self::layout); [`Error::Docx`] when the file cannot be put together.
    pub fn docx(&self, document: &Document) -> Result<Vec<u8>, Error> {
        docx::write(&self.faces, document, &self.layout(document)?)
    }

    /// The layout as text: see [`Layout::describe`].
    ///
    /// # Errors
    /// As [`layout`](Self::layout).
    pub fn layout_text(&self, document: &Document) -> Result<String, Error> {
        Ok(self.layout(document)?.describe())
    }
}

impl std::fmt::Debug for Typesetter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Typesetter").finish_non_exhaustive()
    }
}

const _: fn() = || {
    fn shareable<T: Send + Sync>() {}
    shareable::<Typesetter>();
};
