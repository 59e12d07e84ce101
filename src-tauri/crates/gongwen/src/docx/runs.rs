//! Lines of the layout as runs of a paragraph.
//!
//! A word processor breaks the lines itself, so that an office can go on writing. It breaks them
//! where the PDF does, because a line that the PDF squeezes or spreads gets the letter spacing
//! that makes it just as full here.

use super::metrics::advance;
use super::styles::{Look, character_style};
use super::xml::escape;
use crate::fonts::Role;
use crate::layout::Line;
use crate::text::{breaks, cells};
use std::fmt::Write;

/// How the lines of a paragraph are kept as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breaking {
    /// By letter spacing: text that is written on.
    Spacing,
    /// By a line break wherever the next character would still find room: narrow cells.
    WhereNeeded,
    /// By a line break after every line: titles, lists of names.
    Everywhere,
}

/// What comes before a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turnover {
    /// Nothing: the line follows on the same page.
    None,
    /// It was the first on its page when the paper was set.
    Page,
    /// It must be the first on its page, though the page before had room.
    ForcedPage,
}

/// One line of a paragraph.
pub(super) struct Set<'a> {
    pub(super) line: &'a Line,
    pub(super) turnover: Turnover,
}

/// A character with its role.
type Letter = (char, Role);

/// Room that a line leaves free so that rounding never pushes a character out, points.
const SLACK: f64 = 0.1;

/// The runs of a paragraph. `first` and `rest` are the room of the first line and of the others,
/// points.
pub(super) fn runs(
    look: &Look,
    lines: &[Set],
    (first, rest): (f64, f64),
    breaking: Breaking,
) -> String {
    let letters: Vec<Vec<Letter>> = lines.iter().map(|set| letters(set.line)).collect();
    let mut writer = Writer::new(look);
    for (number, set) in lines.iter().enumerate() {
        let room = if number == 0 { first } else { rest };
        let line = &letters[number];
        let next = letters.get(number + 1).map_or(&[][..], Vec::as_slice);
        let (spacing, pulled) = fitted(look, line, next, room);
        let spacing = if breaking == Breaking::Spacing || !pulled {
            spacing
        } else {
            look.spacing
        };
        match set.turnover {
            Turnover::None => {}
            Turnover::Page => writer.element("<w:lastRenderedPageBreak/>"),
            Turnover::ForcedPage => writer.element("<w:br w:type=\"page\"/>"),
        }
        for &(ch, role) in line {
            writer.push(ch, role, spacing);
        }
        let ends = match breaking {
            Breaking::Spacing => false,
            Breaking::WhereNeeded => pulled,
            Breaking::Everywhere => true,
        };
        if ends && number + 1 < lines.len() {
            writer.element("<w:br/>");
        }
    }
    writer.finish()
}

/// One run of plain text in the style of its paragraph.
pub(super) fn plain(look: &Look, text: &str) -> String {
    let mut writer = Writer::new(look);
    for ch in text.chars() {
        writer.push(ch, look.role, look.spacing);
    }
    writer.finish()
}

fn letters(line: &Line) -> Vec<Letter> {
    line.runs
        .iter()
        .flat_map(|run| run.glyphs.iter().map(|glyph| (glyph.character, run.role)))
        .collect()
}

/// The letter spacing, twips, with which a line holds its characters and not the next ones; and
/// whether those would be pulled in without it.
///
/// LibreOffice puts a fifth of a character between a Chinese character and a digit whatever a file
/// says, Word and WPS do not. Where one spacing serves both it is taken, else that for Word: the
/// line is spread to its edge in either.
fn fitted(look: &Look, line: &[Letter], next: &[Letter], room: f64) -> (i32, bool) {
    let width = |&(ch, role): &Letter| look.size * advance(ch, role);
    let inked = line.len()
        - line
            .iter()
            .rev()
            .take_while(|(ch, _)| ch.is_whitespace())
            .count();
    if inked == 0 {
        return (look.spacing, false);
    }
    let count = inked as f64;
    let taken: f64 = line[..inked].iter().map(width).sum();
    let blanks: f64 = line[inked..].iter().map(width).sum();
    let clinging = clinging(next);
    let following: f64 = next[..clinging].iter().map(width).sum();
    let automatic = f64::from(changes(&line[..inked])) * look.size / 5.0;
    let twentieths = |room: f64| room / count * 20.0;
    // What fits, and what keeps the next characters out.
    let most = twentieths(room - SLACK - taken).floor();
    let most_spaced = twentieths(room - SLACK - taken - automatic).floor();
    let least = if clinging == 0 {
        f64::MIN
    } else {
        twentieths(room + 2.0 * SLACK - taken - blanks - following).ceil()
    };
    let usual = f64::from(look.spacing);
    let pulled = usual < least;
    // A long word that did not fit has left a hole: it does not fit here either.
    if least > look.size * 7.0 {
        return (look.spacing, pulled);
    }
    let wanted = usual.min(most_spaced).max(least).min(most);
    (wanted as i32, pulled)
}

/// How many characters at the start of a line never part from its first one.
fn clinging(line: &[Letter]) -> usize {
    if line.is_empty() {
        return 0;
    }
    let in_word = |ch: char| ch.is_ascii_alphanumeric();
    line.windows(2)
        .position(|pair| {
            let (prev, next) = (pair[0].0, pair[1].0);
            !(in_word(prev) && in_word(next)
                || breaks::never_first(next)
                || breaks::never_last(prev))
        })
        .map_or(line.len(), |at| at + 1)
}

/// How often a line goes over from Chinese to digits and letters and back.
fn changes(line: &[Letter]) -> i32 {
    let change = |pair: &&[Letter]| {
        let (prev, next) = (pair[0].0, pair[1].0);
        prev.is_alphanumeric()
            && next.is_alphanumeric()
            && cells::is_square(prev) != cells::is_square(next)
    };
    line.windows(2).filter(change).count() as i32
}

/// Gathers characters of the same look into runs.
struct Writer<'a> {
    look: &'a Look,
    out: String,
    text: String,
    current: Option<(Role, i32)>,
}

impl<'a> Writer<'a> {
    fn new(look: &'a Look) -> Self {
        Self {
            look,
            out: String::new(),
            text: String::new(),
            current: None,
        }
    }

    fn push(&mut self, ch: char, role: Role, spacing: i32) {
        if self.current != Some((role, spacing)) {
            self.flush();
            self.current = Some((role, spacing));
        }
        self.text.push(ch);
    }

    fn element(&mut self, element: &str) {
        self.flush();
        let _ = write!(self.out, "<w:r>{element}</w:r>");
    }

    fn flush(&mut self) {
        if let Some((role, spacing)) = self.current.take() {
            self.out.push_str("<w:r>");
            self.out.push_str(&properties(self.look, role, spacing, ""));
            let _ = write!(
                self.out,
                "<w:t xml:space=\"preserve\">{}</w:t></w:r>",
                escape(&self.text)
            );
        }
        self.text.clear();
    }

    fn finish(mut self) -> String {
        self.flush();
        self.out
    }
}

/// Properties of a run: only what differs from its paragraph's style, and the hint that makes
/// “ ” — … Chinese marks. `more` stands where colour and size do.
pub(super) fn properties(look: &Look, role: Role, spacing: i32, more: &str) -> String {
    let mut out = String::from("<w:rPr>");
    if role != look.role {
        let _ = write!(out, "<w:rStyle w:val=\"{}\"/>", character_style(role));
    }
    out.push_str("<w:rFonts w:hint=\"eastAsia\"/>");
    if spacing != look.spacing {
        let _ = write!(out, "<w:spacing w:val=\"{spacing}\"/>");
    }
    out.push_str(more);
    out.push_str("</w:rPr>");
    out
}

/// A run that draws a line to write on, up to the next tab stop.
pub(super) const WRITING_LINE: &str = "<w:r><w:rPr><w:u w:val=\"single\"/></w:rPr><w:tab/></w:r>";

/// A caption in another face than its paragraph's.
pub(super) fn captioned(look: &Look, text: &str, role: Role) -> String {
    let mut writer = Writer::new(look);
    for ch in text.chars() {
        writer.push(ch, role, look.spacing);
    }
    writer.finish()
}
