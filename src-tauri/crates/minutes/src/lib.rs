//! Reading minutes of meetings (会议记录): a `.docx`, a PDF with text, or a
//! plain text file becomes a list of paragraphs with stable positions.
//!
//! Files come from strangers, so every reader here works under [`Limits`], and
//! the program should call [`worker::parse_in_child`], which runs the readers
//! in a child process that may crash or be killed without harm. [`parse`] does
//! the same work in this process.
//!
//! The crate knows nothing of the archive: bytes in, paragraphs out.

mod clean;
mod dates;
mod docx;
mod error;
mod guess;
mod limits;
mod pdf;
mod sniff;
mod txt;

pub mod anchor;
pub mod find;
pub mod worker;

use serde::{Deserialize, Serialize};

pub use error::Error;
pub use limits::Limits;

/// What a file turned out to be, decided from its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Office Open XML text document.
    Docx,
    /// PDF with a text layer.
    Pdf,
    /// Plain text.
    Txt,
}

impl Format {
    /// The usual file extension, lower case, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Pdf => "pdf",
            Self::Txt => "txt",
        }
    }
}

/// What a paragraph is in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParagraphKind {
    /// Running text.
    Text,
    /// One row of a table; the cells are joined by [`CELL_SEPARATOR`].
    TableRow,
    /// A title or heading.
    Heading,
}

/// Stands between the cells of a [`ParagraphKind::TableRow`].
pub const CELL_SEPARATOR: &str = " | ";

/// One paragraph of an imported document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    /// Place in the document, counted from 0 without gaps.
    pub order: u32,
    /// Page on which the paragraph starts, counted from 1. Only a PDF fixes
    /// its pages; the pages of a `.docx` depend on the printer, so it has none.
    pub page: Option<u32>,
    /// What it is.
    pub kind: ParagraphKind,
    /// The text, never empty, without blanks at either end.
    pub text: String,
}

/// A stretch of text inside one paragraph. Positions count characters (Unicode
/// scalar values) of [`Paragraph::text`]; the end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// [`Paragraph::order`].
    pub paragraph: u32,
    /// First character.
    pub start: u32,
    /// One past the last character.
    pub end: u32,
}

/// The result of reading one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// What the file is.
    pub format: Format,
    /// Character encoding of a text file, for example `GB18030`.
    pub encoding: Option<String>,
    /// The paragraphs in reading order.
    pub paragraphs: Vec<Paragraph>,
    /// A title found at the top of the document, else the file name.
    pub title_guess: Option<String>,
    /// The day of the meeting, when a date is written near the top.
    pub date_guess: Option<chrono::NaiveDate>,
    /// Sentences in Chinese about what was left out or is doubtful.
    pub warnings: Vec<String>,
}

/// Reads a file in this process. `name` serves only for the title, the date
/// and a warning when the extension lies; the format is decided from `bytes`.
///
/// A panic inside a reader is caught and comes back as [`Error::Crashed`];
/// exhausted memory or stack is not, which is why the program itself uses
/// [`worker::parse_in_child`].
pub fn parse(name: &str, bytes: &[u8], limits: &Limits) -> Result<Imported, Error> {
    if bytes.is_empty() {
        return Err(Error::Empty);
    }
    if bytes.len() as u64 > limits.input_bytes {
        return Err(Error::TooLarge {
            mebibytes: limits.input_bytes >> 20,
        });
    }
    let format = sniff::format_of(bytes)?;
    let read = contain(|| match format {
        Format::Docx => docx::read(bytes, limits),
        Format::Pdf => pdf::read(bytes, limits),
        Format::Txt => txt::read(bytes, limits),
    })?;
    if read.paragraphs.is_empty() {
        return Err(Error::NoText);
    }
    let mut warnings = read.warnings;
    warnings.extend(sniff::extension_warning(name, format));
    Ok(Imported {
        format,
        encoding: read.encoding,
        title_guess: guess::title(name, &read.paragraphs),
        date_guess: guess::date(name, &read.paragraphs),
        paragraphs: read.paragraphs,
        warnings,
    })
}

/// What the reader of one format hands back.
struct Read {
    encoding: Option<String>,
    paragraphs: Vec<Paragraph>,
    warnings: Vec<String>,
}

/// Runs a reader and turns a panic into an error.
///
/// The readers keep no state outside their arguments, so nothing half-changed
/// is left behind and asserting unwind safety is sound.
fn contain<T>(read: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).unwrap_or(Err(Error::Crashed))
}

/// Collects paragraphs in order, dropping empty ones and counting against the limit.
struct Collector<'a> {
    limits: &'a Limits,
    characters: usize,
    paragraphs: Vec<Paragraph>,
}

impl<'a> Collector<'a> {
    fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            characters: 0,
            paragraphs: Vec::new(),
        }
    }

    fn push(&mut self, page: Option<u32>, kind: ParagraphKind, text: &str) -> Result<(), Error> {
        let text = clean::paragraph(text);
        if text.is_empty() {
            return Ok(());
        }
        self.characters = self.characters.saturating_add(text.len());
        if self.paragraphs.len() >= self.limits.paragraphs
            || self.characters > self.limits.text_bytes
        {
            return Err(Error::TooMuchText {
                paragraphs: self.limits.paragraphs,
            });
        }
        self.paragraphs.push(Paragraph {
            order: self.paragraphs.len() as u32,
            page,
            kind,
            text,
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_in_a_reader_becomes_a_sentence() {
        let result: Result<(), Error> = contain(|| panic!("broken table"));
        assert_eq!(result, Err(Error::Crashed));
    }

    #[test]
    fn empty_and_oversized_files_are_refused_before_reading() {
        assert_eq!(parse("a.txt", b"", &Limits::default()), Err(Error::Empty));
        let limits = Limits {
            input_bytes: 4,
            ..Limits::default()
        };
        assert!(matches!(
            parse("a.txt", b"12345", &limits),
            Err(Error::TooLarge { .. })
        ));
    }

    #[test]
    fn paragraphs_are_counted() {
        let limits = Limits {
            paragraphs: 2,
            ..Limits::default()
        };
        assert!(parse("a.txt", "一\n二".as_bytes(), &limits).is_ok());
        assert!(matches!(
            parse("a.txt", "一\n二\n三".as_bytes(), &limits),
            Err(Error::TooMuchText { paragraphs: 2 })
        ));
    }
}
