//! One remark, and where it points.

/// One remark: where it is, and what is wrong.
///
/// In JSON the span's fields stand beside `place` and `message`; a remark about something that is
/// missing has none of them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Remark {
    /// The part of the document, for example `正文第3段`.
    pub place: String,
    /// What is wrong and what to do, a Chinese sentence.
    pub message: String,
    /// The characters meant; absent when the remark is about something that is not there.
    #[serde(flatten)]
    pub span: Option<Span>,
}

/// A stretch of characters in one text of a document.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Span {
    /// JSON pointer (RFC 6901) to the text in the document as this crate writes it, for example
    /// `/body/2/p` or `/annexes/0/body/1/table/rows/3/0`.
    pub field: String,
    /// First character meant, counted from 0 in Unicode scalar values, not bytes.
    pub start: usize,
    /// One past the last character meant; never before `start`, never past the end of the text.
    pub end: usize,
    /// The characters meant; of a long stretch, its beginning.
    pub excerpt: String,
}

impl Remark {
    /// A remark about something that is missing.
    pub(super) fn missing(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: message.into(),
            span: None,
        }
    }
}
