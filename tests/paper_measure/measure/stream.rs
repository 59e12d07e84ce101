//! All characters of a paper in reading order, to find texts that run over lines and pages.

use super::paper::{Line, Paper};
use std::ops::Range;

/// The characters above the page numbers, without white.
pub(crate) struct Stream<'a> {
    lines: Vec<&'a Line>,
    text: Vec<char>,
    /// For each character its line, as a place in `lines`.
    line_of: Vec<usize>,
}

/// Where a text was found.
#[derive(Debug, Clone)]
pub(crate) struct Span<'a> {
    /// The lines it stands on, whole.
    pub(crate) lines: Vec<&'a Line>,
    /// Its characters' places in the stream.
    pub(crate) place: Range<usize>,
    /// Does it begin with its first line?
    pub(crate) begins: bool,
    /// Does it end with its last line?
    pub(crate) ends: bool,
}

impl<'a> Span<'a> {
    pub(crate) fn first(&self) -> &'a Line {
        self.lines[0]
    }

    pub(crate) fn last(&self) -> &'a Line {
        self.lines[self.lines.len() - 1]
    }
}

impl<'a> Stream<'a> {
    /// Lines that hold one of the captions `left_out` stand at the foot of every page and belong to
    /// no text.
    pub(crate) fn new(paper: &'a Paper, left_out: &[String]) -> Self {
        let mut stream = Self {
            lines: Vec::new(),
            text: Vec::new(),
            line_of: Vec::new(),
        };
        for line in (1..=paper.pages()).flat_map(|page| paper.text(page)) {
            let text = line.text();
            let foot = |caption: &String| text.contains(&format!("{caption}："));
            if line.top() > 230.0 && left_out.iter().any(foot) {
                continue;
            }
            for ch in text.chars().filter(|ch| !ch.is_whitespace()) {
                stream.text.push(ch);
                stream.line_of.push(stream.lines.len());
            }
            stream.lines.push(line);
        }
        stream
    }

    /// The first place at or after `from` where a text stands.
    pub(crate) fn find(&self, text: &str, from: usize) -> Option<Span<'a>> {
        let wanted: Vec<char> = text.chars().collect();
        if wanted.is_empty() || from >= self.text.len() {
            return None;
        }
        let at = self.text[from..]
            .windows(wanted.len())
            .position(|window| window == wanted)?;
        Some(self.span(from + at..from + at + wanted.len()))
    }

    /// The first such place where the text begins a line.
    pub(crate) fn find_line(&self, text: &str, from: usize) -> Option<Span<'a>> {
        let mut from = from;
        loop {
            let span = self.find(text, from)?;
            if span.begins {
                return Some(span);
            }
            from = span.place.start + 1;
        }
    }

    fn span(&self, place: Range<usize>) -> Span<'a> {
        let first = self.line_of[place.start];
        let last = self.line_of[place.end - 1];
        Span {
            lines: self.lines[first..=last].to_vec(),
            begins: place.start == 0 || self.line_of[place.start - 1] != first,
            ends: self.line_of.get(place.end).is_none_or(|line| *line != last),
            place,
        }
    }

    /// The line above another one, on its page.
    pub(crate) fn above(&self, line: &Line) -> Option<&'a Line> {
        let at = self.lines.iter().position(|other| {
            other.page() == line.page() && (other.top() - line.top()).abs() < 0.01
        })?;
        let above = *self.lines.get(at.checked_sub(1)?)?;
        (above.page() == line.page()).then_some(above)
    }

    /// All characters as one text.
    pub(crate) fn all(&self) -> String {
        self.text.iter().collect()
    }
}
