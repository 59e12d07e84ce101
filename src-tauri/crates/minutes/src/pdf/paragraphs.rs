//! From lines to paragraphs, by the habits of Chinese typesetting: a paragraph
//! starts with an indent of two characters, and only its last line may end early.

use std::collections::HashMap;

use super::lines::Line;
use super::most_frequent;
use crate::clean::is_wide;
use crate::{CELL_SEPARATOR, ParagraphKind};

/// Height of the zones at the top and the bottom in which page numbers and
/// running heads stand, as a share of the page.
const MARGIN_ZONE: f64 = 0.12;
/// A running head is on at least this many pages.
const RUNNING_HEAD_PAGES: usize = 2;
/// A line that stops this far from the right edge, in font sizes, ends its paragraph.
const EARLY_END: f64 = 1.7;
/// The same before a word in Latin letters, which does not break.
const EARLY_END_BEFORE_WORD: f64 = 5.0;
/// More than this from the left edge is an indent, in font sizes.
const INDENT: f64 = 0.9;
/// Lines further apart than this many usual distances belong to two paragraphs.
const PARAGRAPH_GAP: f64 = 1.4;
/// A heading is larger than the body by this factor.
const HEADING_SIZE: f64 = 1.12;
/// Larger by this factor, a line is a heading wherever it stands.
const PLAIN_HEADING_SIZE: f64 = 1.3;
/// No heading is longer, in characters.
const HEADING_LENGTH: usize = 60;
/// A label before a colon is at most this long, in characters.
const LABEL_LENGTH: usize = 8;
/// The same in the head of the minutes, where a line may be full by chance.
const HEAD_LABEL_LENGTH: usize = 4;
/// From this many pieces on, a line with wide gaps is a row of a table.
const TABLE_CELLS: usize = 3;

/// The lines of one page with the page's measures, in points.
#[derive(Debug)]
pub(super) struct PageLines {
    pub(super) lines: Vec<Line>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A paragraph and the page it starts on, counted from 1.
#[derive(Debug, PartialEq)]
pub(super) struct Joined {
    pub(super) page: u32,
    pub(super) kind: ParagraphKind,
    pub(super) text: String,
}

/// Takes out page numbers, and heads and feet repeated on most pages; the
/// latter are returned, each once.
pub(super) fn remove_margins(pages: &mut [PageLines]) -> Vec<String> {
    let mut removed = Vec::new();
    for top in [true, false] {
        let mut counts = HashMap::<String, usize>::new();
        for page in pages.iter_mut() {
            if outermost(page, top).is_some_and(|line| is_page_number(&line.text())) {
                remove_outermost(page, top);
            }
            if let Some(line) = outermost(page, top) {
                *counts.entry(line.text()).or_default() += 1;
            }
        }
        let repeated = counts
            .into_iter()
            .filter(|(_, count)| *count >= RUNNING_HEAD_PAGES && *count * 5 >= pages.len() * 3)
            .max_by_key(|(_, count)| *count);
        let Some((text, _)) = repeated else { continue };
        for page in pages.iter_mut() {
            if outermost(page, top).is_some_and(|line| line.text() == text) {
                remove_outermost(page, top);
            }
        }
        removed.push(text);
    }
    removed
}

/// The first or last line, when it stands in the margin zone.
fn outermost(page: &PageLines, top: bool) -> Option<&Line> {
    if top {
        let line = page.lines.first()?;
        (line.y < page.height * MARGIN_ZONE).then_some(line)
    } else {
        let line = page.lines.last()?;
        (line.y > page.height * (1.0 - MARGIN_ZONE)).then_some(line)
    }
}

fn remove_outermost(page: &mut PageLines, top: bool) {
    if top {
        page.lines.remove(0);
    } else {
        page.lines.pop();
    }
}

/// `3`, `— 3 —`, `第3页`, `第 3 页 共 9 页`, `3/9`.
fn is_page_number(text: &str) -> bool {
    let bare: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '—' | '－' | '–' | '·' | '―'))
        .collect();
    let rest = bare.trim_start_matches(['第', '共', '页', '/', ',', '，']);
    let signs = |c: char| c.is_ascii_digit() || matches!(c, '第' | '共' | '页' | '/' | ',' | '，');
    let digits = bare.chars().filter(char::is_ascii_digit).count();
    let labelled = bare.contains('页') || bare.contains('/');
    !rest.is_empty() && bare.chars().all(signs) && digits <= if labelled { 8 } else { 4 }
}

/// What the body of the document measures, in points.
#[derive(Debug)]
struct Measures {
    size: f64,
    left: f64,
    right: f64,
    leading: f64,
}

impl Measures {
    fn of(pages: &[PageLines]) -> Option<Self> {
        let lines = || pages.iter().flat_map(|page| &page.lines);
        // Every character counts once for the size of its line.
        let sizes = lines().flat_map(|line| std::iter::repeat_n(line.size, line.length()));
        let size = most_frequent(sizes, 0.5)?;
        let of_body = move |line: &&Line| {
            (line.size / size - 1.0).abs() < 0.1 && line.cells.len() < TABLE_CELLS
        };
        let body = || lines().filter(of_body);
        let mut rights: Vec<f64> = body().map(|line| line.right).collect();
        rights.sort_by(f64::total_cmp);
        // One line may stick out; the edge is where several end.
        let right = *rights.get(rights.len().saturating_sub(1 + rights.len() / 20))?;
        let mut lefts: Vec<f64> = body().map(|line| line.left).collect();
        lefts.sort_by(f64::total_cmp);
        let mut left = *lefts.get(lefts.len() / 20)?;
        // When all paragraphs are one line long, every line is indented: the
        // margins of a page are about equal, which tells the difference.
        let width = most_frequent(pages.iter().map(|page| page.width), 1.0)?;
        if left - (width - right) > 1.3 * size {
            left -= 2.0 * size;
        }
        let distances = pages.iter().flat_map(|page| {
            page.lines
                .windows(2)
                .map(|pair| pair[1].y - pair[0].y)
                .filter(|distance| *distance < 4.0 * size)
        });
        let leading = most_frequent(distances, 0.5).unwrap_or(size * 1.75);
        Some(Self {
            size,
            left,
            right,
            leading,
        })
    }

    /// Larger type alone does not make a heading: the body of a letter is
    /// larger than the tables attached to it.
    fn is_heading(&self, line: &Line) -> bool {
        let text_like = line
            .last()
            .is_some_and(|c| ends_sentence(c) || matches!(c, '，' | '、'));
        line.size >= self.size * HEADING_SIZE
            && line.length() <= HEADING_LENGTH
            && line.cells.len() < TABLE_CELLS
            && !text_like
            && (line.size >= self.size * PLAIN_HEADING_SIZE
                || self.is_centred(line)
                || starts_item(&line.text()))
    }

    fn is_centred(&self, line: &Line) -> bool {
        let (before, after) = (line.left - self.left, self.right - line.right);
        before > line.size && after > line.size && (before - after).abs() < 2.0 * line.size
    }

    /// Whether `line` goes on with the paragraph that `previous` belongs to.
    fn continues(&self, previous: &Placed<'_>, line: &Line, page: usize) -> bool {
        let before = previous.line;
        if before.cells.len() > 1 || line.cells.len() > 1 {
            return false;
        }
        let size = before.size.max(line.size);
        if (before.size - line.size).abs() > 0.12 * size {
            return false;
        }
        let distance = line.y - before.y;
        if previous.page == page && distance > self.leading.max(size * 1.2) * PARAGRAPH_GAP {
            return false;
        }
        if self.is_heading(before) && self.is_heading(line) {
            return self.is_centred(before) && self.is_centred(line);
        }
        self.is_full(before, line) && self.runs_on(previous, line, size)
    }

    /// Whether `before` is as long as it could be with `line` following it.
    fn is_full(&self, before: &Line, line: &Line) -> bool {
        let word = line.first().is_some_and(|c| c.is_ascii_alphabetic());
        let slack = if word {
            EARLY_END_BEFORE_WORD
        } else if line.text().chars().nth(1).is_some_and(clings) {
            // No line starts with such a sign, so it took a character along.
            EARLY_END + 1.0
        } else {
            EARLY_END
        };
        before.right >= self.right - slack * before.size.max(line.size)
    }

    /// For a line after a full one: what its first words and its edge say.
    fn runs_on(&self, previous: &Placed<'_>, line: &Line, size: f64) -> bool {
        let (before, text) = (previous.line, line.text());
        let flush = |line: &Line| line.left <= self.left + INDENT * size;
        // The head of the minutes is a list of labels without any indent.
        let heads = [&before.text(), &text].map(|text| label_length(text));
        if flush(before)
            && heads
                .iter()
                .all(|length| (1..=HEAD_LABEL_LENGTH).contains(length))
        {
            return false;
        }
        let ended = before.last().is_some_and(ends_sentence);
        let closed = ended
            || before
                .last()
                .is_some_and(|c| matches!(c, '）' | ')' | '”' | '》'));
        if !closed {
            // In the middle of a sentence, whatever the indent.
            return !starts_item(&text);
        }
        if starts_item(&text) || starts_label(&text) {
            return false;
        }
        // Lines set in stand below each other; the answer to a question may
        // hang from its label.
        let same_edge = (line.left - before.left).abs() < 0.3 * size;
        let hangs = line.left > before.left + INDENT * size && starts_label(&before.text());
        flush(line) || hangs || (same_edge && (previous.continued || !ended))
    }
}

/// A line that was already put into a paragraph.
struct Placed<'a> {
    line: &'a Line,
    page: usize,
    /// It was not the first of its paragraph.
    continued: bool,
}

fn ends_sentence(c: char) -> bool {
    matches!(
        c,
        '。' | '！' | '？' | '；' | '：' | '.' | '!' | '?' | ';' | ':'
    )
}

/// `一、` `（二）` `3.` `4、` `第五条` at the start of a line.
fn starts_item(text: &str) -> bool {
    let is_number = |c: &char| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c);
    let opened = text.strip_prefix(['（', '(', '第']);
    let rest = opened.unwrap_or(text);
    let digits = rest.chars().take_while(is_number).count();
    let mut closing = rest.chars().skip(digits);
    let (sign, next) = (closing.next(), closing.next());
    let decimal = next.is_some_and(|c| c.is_ascii_digit());
    digits > 0
        && digits <= 3
        && match sign {
            Some('、' | '．') => opened.is_none(),
            Some('.') => opened.is_none() && !decimal,
            Some('）' | ')' | '条' | '章' | '项') => opened.is_some(),
            _ => false,
        }
}

/// `记录人：`, `列席：`, or a speaker's name before what he said.
fn starts_label(text: &str) -> bool {
    (1..=LABEL_LENGTH).contains(&label_length(text))
}

/// Characters before the first colon when they are words, else 0.
fn label_length(text: &str) -> usize {
    text.split_once('：')
        .map(|(label, _)| label)
        .filter(|label| {
            label
                .chars()
                .all(|c| c.is_alphabetic() || c.is_whitespace())
        })
        .map_or(0, |label| label.chars().count())
}

/// Signs that may not start a line (GB/T 15834, 5.1.10).
fn clings(c: char) -> bool {
    matches!(
        c,
        '，' | '。' | '、' | '；' | '：' | '！' | '？' | '）' | '》' | '”' | '’' | '〕' | '…'
    )
}

/// The paragraphs of the whole document.
pub(super) fn join(pages: &[PageLines]) -> Vec<Joined> {
    let Some(measures) = Measures::of(pages) else {
        return Vec::new();
    };
    let mut joined: Vec<Joined> = Vec::new();
    let mut previous: Option<Placed<'_>> = None;
    for (number, page) in pages.iter().enumerate() {
        for line in &page.lines {
            let continued = previous
                .as_ref()
                .is_some_and(|earlier| measures.continues(earlier, line, number));
            previous = Some(Placed {
                line,
                page: number,
                continued,
            });
            if continued && let Some(last) = joined.last_mut() {
                append(&mut last.text, &line.text());
                if !measures.is_heading(line) {
                    last.kind = ParagraphKind::Text;
                }
                continue;
            }
            let (kind, text) = if line.cells.len() >= TABLE_CELLS {
                (ParagraphKind::TableRow, line.cells.join(CELL_SEPARATOR))
            } else if measures.is_heading(line) {
                (ParagraphKind::Heading, line.text())
            } else {
                (ParagraphKind::Text, line.text())
            };
            joined.push(Joined {
                page: number as u32 + 1,
                kind,
                text,
            });
        }
    }
    joined
}

/// Adds a line; only between two words in Latin letters does a blank come in.
fn append(text: &mut String, line: &str) {
    let words = |c: char| !is_wide(c) && !c.is_whitespace();
    if text.chars().next_back().is_some_and(words) && line.chars().next().is_some_and(words) {
        let digits = text.ends_with(|c: char| c.is_ascii_digit())
            && line.starts_with(|c: char| c.is_ascii_digit());
        if !digits {
            text.push(' ');
        }
    }
    text.push_str(line);
}

#[cfg(test)]
mod tests;
