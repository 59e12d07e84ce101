//! Meeting minutes (会议记录) as read, and passages (摘录) taken from them.

use crate::Id;
use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use specta::Type;

/// Bytes kept in the archive's chunked attachment store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct AttachmentRef {
    /// SHA-256, hex.
    pub sha256: String,
    /// Size in bytes.
    pub size: u64,
    /// Name of the file it came from.
    pub file_name: String,
}

/// An imported set of minutes: the original kept untouched beside its text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct MinutesDocument {
    /// Title.
    pub title: String,
    /// Unit whose minutes they are.
    pub unit: Option<Id>,
    /// Tour on which they were read.
    pub tour: Option<Id>,
    /// Date of the meeting.
    pub meeting_date: Option<NaiveDate>,
    /// Members who should have attended (应到).
    pub expected: Option<u32>,
    /// Members who did (实到).
    pub present: Option<u32>,
    /// docx, pdf or txt, as the content showed.
    pub format: String,
    /// Character encoding of a text file.
    pub encoding: Option<String>,
    /// The original.
    pub original: AttachmentRef,
    /// What the reader should know about the import, sentence by sentence.
    pub warnings: Vec<String>,
    /// Local time of the import.
    pub imported_at: Option<NaiveDateTime>,
    /// Read through to the end.
    pub read: bool,
}

/// How a paragraph stood in the original.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum ParagraphKind {
    /// Running text.
    #[default]
    正文,
    /// Heading.
    标题,
    /// Row of a table, cells joined.
    表格,
}

/// One paragraph of imported minutes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Paragraph {
    /// Document.
    pub document: Id,
    /// Fractional order key.
    pub order: String,
    /// Page in the original, where it is known.
    pub page: Option<u32>,
    /// Kind.
    pub kind: ParagraphKind,
    /// Text.
    pub text: String,
}

/// A highlighted quotation; may span paragraphs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Passage {
    /// Document.
    pub document: Id,
    /// Paragraph it begins in.
    pub from_paragraph: Id,
    /// First character (counted in characters, not bytes).
    pub from_char: u32,
    /// Paragraph it ends in.
    pub to_paragraph: Id,
    /// Character after the last.
    pub to_char: u32,
    /// The words themselves, so that a passage can never drift unseen.
    pub quote: String,
    /// Page label, where it is known.
    pub page: Option<u32>,
    /// Tags.
    pub tags: Vec<String>,
    /// Remark.
    pub remark: String,
}
