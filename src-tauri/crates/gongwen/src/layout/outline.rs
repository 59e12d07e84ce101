//! Where headings stand, for the bookmarks of the file.

use super::{Colour, Line, Page};
use crate::fonts::Role;
use crate::standard::SIZE_2;
use crate::text::normal;
use serde::Serialize;

/// A heading and its place on its page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Heading {
    /// 0 for the title and for an annex, else as in [`Block::Heading`](crate::model::Block).
    pub level: u8,
    /// The heading on one line.
    pub text: String,
    /// Top of its first line, mm from the page's top.
    pub top: f64,
    /// How many lines it fills alone; 0 when text follows on its line.
    pub lines: usize,
}

impl Heading {
    /// A heading whose place is not known yet. One with text after it ends in a full stop, which
    /// is no part of its name.
    pub(crate) fn new(level: u8, text: &str, lines: usize) -> Self {
        let text = text.trim().trim_end_matches('。');
        Self {
            level,
            text: normal::text(&text.replace(['\r', '\n'], "")),
            top: 0.0,
            lines,
        }
    }
}

impl Line {
    /// Whether the line is one of a title: only titles are black 小标宋 of 2号.
    pub(crate) fn is_title(&self) -> bool {
        self.runs.first().is_some_and(|run| {
            run.role == Role::BiaoSong
                && run.colour == Colour::Black
                && (run.size - SIZE_2).abs() < 1e-9
        })
    }
}

/// Puts the title before the headings of the first page. A turned title stands along the page's
/// left edge, so that its place is the page's top.
pub(crate) fn put_title(pages: &mut [Page], title: &str) {
    if let Some(page) = pages.first_mut() {
        let tops: Vec<f64> = page
            .lines
            .iter()
            .filter(|line| line.is_title())
            .map(|line| line.top)
            .collect();
        let heading = Heading {
            top: tops.first().copied().unwrap_or(0.0),
            ..Heading::new(0, title, tops.len())
        };
        page.headings.insert(0, heading);
    }
}
