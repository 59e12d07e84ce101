//! Finding a marked passage (摘录) again.
//!
//! An anchor remembers where the passage was, its words, and what stood around
//! it. When the document is imported anew and changed a little, [`Anchor::find_in`]
//! says how sure it is; it never moves a mark to a place that only resembles the
//! old one without saying so.

use serde::{Deserialize, Serialize};

use crate::find::Folded;
use crate::{Paragraph, Span};

/// Characters remembered on either side of the passage.
const CONTEXT: usize = 32;
/// Characters next to the passage that must be the same for a silent move:
/// one inserted 不 turns a sentence round.
const NEAR: usize = 4;
/// Likeness of the surroundings, from 0 to 1, that a silent move needs.
const LIKE_ENOUGH: f64 = 0.6;
/// How much better the best place must be than the next one.
const CLEARLY_BETTER: f64 = 0.2;
/// Below this likeness a place is not even offered.
const WORTH_OFFERING: f64 = 0.3;
/// A passage this long, in characters, is offered wherever it occurs.
const TELLING_LENGTH: usize = 6;
/// Most places offered for choice.
const MOST_OFFERED: usize = 10;
/// Characters of the surroundings used to find a passage whose words changed.
const FRAME: usize = 8;

/// Where a passage stands and how to recognise it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Anchor {
    /// [`Paragraph::order`] at the time of marking.
    pub paragraph: u32,
    /// First character in the paragraph, counted in characters.
    pub start: u32,
    /// One past the last character.
    pub end: u32,
    /// The words themselves.
    pub quote: String,
    /// Up to 32 characters before, reaching into earlier paragraphs; `\n` stands between paragraphs.
    pub before: String,
    /// Up to 32 characters after, in the same way.
    pub after: String,
}

/// What became of a marked passage in a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "at", rename_all = "snake_case")]
pub enum Place {
    /// Still where it was, with the same surroundings.
    Exact(Span),
    /// The same words in recognisably the same surroundings, elsewhere or with
    /// small changes further away. Safe to follow without asking.
    Moved(Span),
    /// The surroundings are there, the words between them were changed. Ask.
    Changed(Span),
    /// The same words, but the surroundings do not settle which place is meant,
    /// or the text right beside them changed. Best first. Ask.
    Doubtful(Vec<Span>),
    /// Not found.
    Lost,
}

impl Place {
    /// The place that may be shown without asking anybody.
    pub fn certain(&self) -> Option<Span> {
        match self {
            Self::Exact(span) | Self::Moved(span) => Some(*span),
            _ => None,
        }
    }
}

impl Anchor {
    /// Marks a passage. `None` when the span is empty or not inside one of `paragraphs`.
    pub fn mark(paragraphs: &[Paragraph], span: Span) -> Option<Self> {
        let index = paragraphs.iter().position(|p| p.order == span.paragraph)?;
        let chars: Vec<char> = paragraphs[index].text.chars().collect();
        let (start, end) = (span.start as usize, span.end as usize);
        if start >= end || end > chars.len() {
            return None;
        }
        let mut before: Vec<char> = chars[..start].iter().rev().take(CONTEXT).copied().collect();
        for earlier in paragraphs[..index].iter().rev() {
            if before.len() >= CONTEXT {
                break;
            }
            before.push('\n');
            let room = CONTEXT.saturating_sub(before.len());
            before.extend(earlier.text.chars().rev().take(room));
        }
        before.reverse();
        let mut after: Vec<char> = chars[end..].iter().take(CONTEXT).copied().collect();
        for later in &paragraphs[index + 1..] {
            if after.len() >= CONTEXT {
                break;
            }
            after.push('\n');
            let room = CONTEXT.saturating_sub(after.len());
            after.extend(later.text.chars().take(room));
        }
        Some(Self {
            paragraph: span.paragraph,
            start: span.start,
            end: span.end,
            quote: chars[start..end].iter().collect(),
            before: before.into_iter().collect(),
            after: after.into_iter().collect(),
        })
    }

    /// Looks for the passage in a document. Width, case and blanks of the text
    /// may have changed; they make no difference.
    pub fn find_in(&self, paragraphs: &[Paragraph]) -> Place {
        let text = Flat::new(paragraphs);
        let looked_for = Pattern::new(self);
        if looked_for.quote.is_empty() {
            return Place::Lost;
        }
        let mut found: Vec<Candidate> = text
            .occurrences(&looked_for.quote)
            .into_iter()
            .map(|at| looked_for.judge(&text, at))
            .collect();
        let unmoved = |c: &&Candidate| {
            c.same_context
                && c.span.paragraph == self.paragraph
                && c.span.start >= self.start
                && c.span.end <= self.end
        };
        if let Some(here) = found.iter().find(unmoved) {
            return Place::Exact(here.span);
        }
        found.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
        let next = found.get(1).map_or(0.0, |candidate| candidate.likeness);
        if let Some(best) = found.first()
            && best.near_same
            && best.likeness >= LIKE_ENOUGH
            && best.likeness - next >= CLEARLY_BETTER
        {
            return Place::Moved(best.span);
        }
        let telling = looked_for.quote.len() >= TELLING_LENGTH;
        found.retain(|c| telling || c.likeness >= WORTH_OFFERING);
        found.truncate(MOST_OFFERED);
        if !found.is_empty() {
            return Place::Doubtful(found.into_iter().map(|c| c.span).collect());
        }
        looked_for
            .between(&text)
            .map_or(Place::Lost, Place::Changed)
    }
}

/// One place with the same words.
struct Candidate {
    span: Span,
    likeness: f64,
    near_same: bool,
    same_context: bool,
}

/// The anchor made comparable.
struct Pattern {
    quote: Vec<char>,
    before: Vec<char>,
    after: Vec<char>,
    /// Nearest characters outward from the passage, ending in `\n` at the edge of the paragraph.
    near_before: Vec<char>,
    near_after: Vec<char>,
}

impl Pattern {
    fn new(anchor: &Anchor) -> Self {
        let fold = |text: &str| -> Vec<char> {
            text.split('\n')
                .flat_map(|part| Folded::tight(part).chars)
                .collect()
        };
        let own_before = anchor.before.rsplit('\n').next().unwrap_or_default();
        let own_after = anchor.after.split('\n').next().unwrap_or_default();
        let mut near_before: Vec<char> = fold(own_before);
        near_before.reverse();
        Self {
            quote: fold(&anchor.quote),
            before: fold(&anchor.before),
            after: fold(&anchor.after),
            near_before: near(near_before.into_iter()),
            near_after: near(fold(own_after).into_iter()),
        }
    }

    fn judge(&self, text: &Flat, at: usize) -> Candidate {
        let end = at + self.quote.len();
        let before = &text.chars[at.saturating_sub(self.before.len())..at];
        let after = &text.chars[end..text.chars.len().min(end + self.after.len())];
        let (floor, ceiling) = text.bounds(at);
        let near_same = near(text.chars[floor..at].iter().rev().copied()) == self.near_before
            && near(text.chars[end..ceiling].iter().copied()) == self.near_after;
        let weight = self.before.len() + self.after.len();
        let likeness = if weight == 0 {
            1.0
        } else {
            let far = distance(before, &self.before) + distance(after, &self.after);
            1.0 - far as f64 / weight as f64
        };
        Candidate {
            span: text.span(at, end),
            likeness,
            near_same,
            same_context: before == self.before && after == self.after,
        }
    }

    /// The only stretch framed by the old neighbours that still resembles the words.
    fn between(&self, text: &Flat) -> Option<Span> {
        let head: Vec<char> = self.near_head();
        let tail: Vec<char> = self.after.iter().take(FRAME).copied().collect();
        if head.len() < NEAR || tail.len() < NEAR {
            return None;
        }
        let reach = self.quote.len() * 2 + CONTEXT;
        let mut only = None;
        for at in text.occurrences(&head) {
            let start = at + head.len();
            let (_, ceiling) = text.bounds(at);
            let window = &text.chars[start..ceiling.min(start + reach + tail.len())];
            let Some(length) = window.windows(tail.len()).position(|part| part == tail) else {
                continue;
            };
            if length == 0 || likeness_of_words(&self.quote, &window[..length]) < 0.5 {
                continue;
            }
            if only.replace(text.span(start, start + length)).is_some() {
                return None;
            }
        }
        only
    }

    fn near_head(&self) -> Vec<char> {
        self.before[self.before.len().saturating_sub(FRAME)..].to_vec()
    }
}

/// The first characters outward, closed by `\n` when the paragraph ends before.
fn near(outward: impl Iterator<Item = char>) -> Vec<char> {
    let mut near: Vec<char> = outward.take(NEAR).collect();
    if near.len() < NEAR {
        near.push('\n');
    }
    near
}

/// A whole document as one run of comparable characters.
struct Flat {
    chars: Vec<char>,
    source: Vec<u32>,
    /// First index in `chars` of every paragraph, with its order; ascending.
    starts: Vec<(usize, u32)>,
}

impl Flat {
    fn new(paragraphs: &[Paragraph]) -> Self {
        let mut flat = Self {
            chars: Vec::new(),
            source: Vec::new(),
            starts: Vec::with_capacity(paragraphs.len()),
        };
        for paragraph in paragraphs {
            let folded = Folded::tight(&paragraph.text);
            flat.starts.push((flat.chars.len(), paragraph.order));
            flat.chars.extend(folded.chars);
            flat.source.extend(folded.source);
        }
        flat
    }

    /// Index into `starts` of the paragraph a character belongs to.
    fn paragraph_of(&self, at: usize) -> usize {
        self.starts
            .partition_point(|(start, _)| *start <= at)
            .saturating_sub(1)
    }

    /// First and one past the last character of the paragraph around `at`.
    fn bounds(&self, at: usize) -> (usize, usize) {
        let index = self.paragraph_of(at);
        let floor = self.starts.get(index).map_or(0, |(start, _)| *start);
        let ceiling = self
            .starts
            .get(index + 1)
            .map_or(self.chars.len(), |(start, _)| *start);
        (floor, ceiling)
    }

    /// Every place of `needle` that lies inside one paragraph.
    fn occurrences(&self, needle: &[char]) -> Vec<usize> {
        if needle.is_empty() {
            return Vec::new();
        }
        self.chars
            .windows(needle.len())
            .enumerate()
            .filter(|(at, window)| *window == needle && at + needle.len() <= self.bounds(*at).1)
            .map(|(at, _)| at)
            .collect()
    }

    /// The original positions of `start..end`, which is never empty.
    fn span(&self, start: usize, end: usize) -> Span {
        Span {
            paragraph: self.starts[self.paragraph_of(start)].1,
            start: self.source[start],
            end: self.source[end - 1] + 1,
        }
    }
}

/// Edit distance (Levenshtein), at most the length of the longer one.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cost = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// Share of common pairs of neighbouring characters (Dice), from 0 to 1; linear in length.
fn likeness_of_words(a: &[char], b: &[char]) -> f64 {
    let mut pairs = std::collections::HashMap::<(char, char), i64>::new();
    for pair in a.windows(2) {
        *pairs.entry((pair[0], pair[1])).or_default() += 1;
    }
    let mut common = 0_usize;
    for pair in b.windows(2) {
        if let Some(left) = pairs.get_mut(&(pair[0], pair[1]))
            && *left > 0
        {
            *left -= 1;
            common += 1;
        }
    }
    let all = a.len().saturating_sub(1) + b.len().saturating_sub(1);
    if all == 0 {
        return f64::from(u8::from(a == b));
    }
    2.0 * common as f64 / all as f64
}

#[cfg(test)]
mod tests;
