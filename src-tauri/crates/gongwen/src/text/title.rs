//! Breaking a title into lines: words whole, the shape a trapezium or a diamond (item 10).

use super::breaks::{self, Break};
use super::words;
use std::ops::Range;

/// Nouns that end a phrase: what follows them begins another.
const HEADS: [[char; 2]; 9] = [
    ['问', '题'],
    ['工', '作'],
    ['情', '况'],
    ['事', '项'],
    ['要', '求'],
    ['结', '果'],
    ['线', '索'],
    ['制', '度'],
    ['材', '料'],
];

/// How bad it is to break a title between two characters; `None` is never.
fn cost(text: &[char], i: usize, bound: &[Bound], quoted: &[bool]) -> Option<f64> {
    if breaks::after(text, i) != Break::Good {
        return None;
    }
    let (prev, next) = (text[i], text[i + 1]);
    let place = match bound[i] {
        Bound::Name => return Some(400.0),
        Bound::Word => 120.0,
        Bound::Unknown => 24.0,
        Bound::Between => 4.0,
    };
    let grammar = if matches!(next, '的' | '地' | '得' | '之' | '等' | '们' | '了') {
        80.0
    } else if matches!(prev, '的' | '》' | '）') {
        -4.0
    } else if text[i + 1..].starts_with(&['关', '于'])
        || HEADS.iter().any(|head| text[..=i].ends_with(head))
    {
        -8.0
    } else if text[..=i].ends_with(&['关', '于']) {
        30.0
    } else if matches!(
        prev,
        '和' | '与' | '及' | '对' | '在' | '请' | '就' | '将' | '为' | '把' | '被' | '以' | '其'
    ) {
        18.0
    } else {
        0.0
    };
    let title_in_title = if quoted[i] { 60.0 } else { 0.0 };
    Some(place + grammar + title_in_title)
}

/// What the gap after a character separates.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Bound {
    /// Two words.
    Between,
    /// Two characters that no list and no dictionary knows: maybe a word, maybe not.
    Unknown,
    /// Inside a word.
    Word,
    /// Inside a person's name, or between it and 同志.
    Name,
}

/// Characters that are words by themselves.
const SINGLE: &str = "的和与及对在请就将为把被以等向从给由关于";

fn bounds(text: &[char]) -> Vec<Bound> {
    let mut bounds = vec![Bound::Between; text.len()];
    let mut i = 0;
    while i < text.len() {
        let length = words::word_at(text, i);
        if length > 1 {
            bounds[i..i + length - 1].fill(Bound::Word);
            i += length;
            continue;
        }
        // What stands between listed words and single ones is left to the dictionary.
        let start = i;
        i += 1;
        if is_single(text[start]) {
            continue;
        }
        while i < text.len() && !is_single(text[i]) && words::word_at(text, i) == 0 {
            i += 1;
        }
        dictionary_bounds(text, start..i, &mut bounds);
    }
    for i in 0..text.len().saturating_sub(1) {
        // 二〇二六年度 is one word, and so is 等6名同志.
        let (this, next) = (text[i], text[i + 1]);
        let counted =
            is_numeral(this) && (is_numeral(next) || "年月日届次号个项名位".contains(next));
        let those = this == '等' && is_numeral(next);
        let people = i > 0
            && is_numeral(text[i - 1])
            && matches!(this, '名' | '位')
            && text[i + 1..].starts_with(&['同', '志']);
        if counted || those || people {
            bounds[i] = Bound::Word;
        }
        if text[i] == '同' && text[i + 1] == '志' {
            let start = words::name_before(text, i);
            bounds[start..=i].fill(Bound::Name);
        }
    }
    bounds
}

fn is_single(ch: char) -> bool {
    SINGLE.contains(ch)
}

/// Bounds inside a stretch of text that holds no listed word.
fn dictionary_bounds(text: &[char], stretch: Range<usize>, bounds: &mut [Bound]) {
    let mut start = stretch.start;
    let mut short = false;
    for length in words::segments(&text[stretch]) {
        let end = start + length;
        bounds[start..end - 1].fill(Bound::Word);
        let letter = length == 1 && text[start].is_alphanumeric();
        if letter && short {
            bounds[start - 1] = Bound::Unknown;
        }
        if letter && start > 0 && "局部委院厅处科室所站队县市区省镇乡村".contains(text[start])
        {
            bounds[start - 1] = Bound::Word;
        }
        if letter && "原本各全该拟副非未不第".contains(text[start]) {
            bounds[start] = Bound::Word;
        }
        short = letter;
        start = end;
    }
}

fn is_numeral(ch: char) -> bool {
    ch.is_ascii_digit() || "〇零一二三四五六七八九十百千万".contains(ch)
}

/// Which characters stand inside 《》, the closing mark excepted.
fn quoted(text: &[char]) -> Vec<bool> {
    let mut depth = 0usize;
    text.iter()
        .map(|ch| {
            match ch {
                '《' => depth += 1,
                '》' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth > 0
        })
        .collect()
}

/// How far a shape is from what the standard shows. Widths are in characters.
fn shape(widths: &[f64]) -> f64 {
    let longest = widths.iter().copied().fold(0.0, f64::max);
    let shortest = widths.iter().copied().fold(f64::MAX, f64::min);
    let mut cost = 0.0;
    if shortest < 4.0 {
        cost += 200.0 * (4.0 - shortest);
    }
    if shortest < longest * 0.45 {
        cost += 60.0;
    }
    cost += (longest - shortest).abs() * 1.2;
    for window in widths.windows(2) {
        // Equal lines make a rectangle.
        if (window[0] - window[1]).abs() < 0.9 {
            cost += 36.0;
        }
    }
    let widest = |lines: &[f64]| lines.iter().copied().fold(0.0, f64::max);
    for (i, line) in widths.iter().enumerate() {
        // Narrower than a line above and one below: an hourglass.
        if *line < widest(&widths[..i]) && *line < widest(&widths[i + 1..]) {
            cost += 300.0;
        }
    }
    cost
}

/// Up to so many lines one more may be better; above, looking for it takes too long.
const FEW_LINES: usize = 3;
/// Titles of more lines are no longer shaped.
const MOST_LINES: usize = 6;
/// What one line more than necessary costs: less than cutting a word.
const MORE_LINES: f64 = 45.0;

/// Breaks a title whose characters have the given widths into lines of at most `room`. A line
/// break in the text is obeyed. Returns ranges of characters.
pub(crate) fn lines(text: &[char], widths: &[f64], em: f64, room: f64) -> Vec<Range<usize>> {
    let total: f64 = widths.iter().sum();
    if total <= room + 1e-6 || text.is_empty() {
        return std::iter::once(0..text.len()).collect();
    }
    let bound = bounds(text);
    let quoted = quoted(text);
    let costs: Vec<Option<f64>> = (0..text.len().saturating_sub(1))
        .map(|i| cost(text, i, &bound, &quoted))
        .collect();
    let mut sums = vec![0.0];
    for width in widths {
        sums.push(sums[sums.len() - 1] + width);
    }
    let fewest = (total / room).ceil() as usize;
    let mut best: Option<(f64, Vec<usize>)> = None;
    let most = if fewest <= FEW_LINES {
        fewest + 1
    } else {
        fewest
    };
    for count in fewest..=most.min(MOST_LINES) {
        let mut search = Search {
            costs: &costs,
            sums: &sums,
            em,
            room,
            best: best.take(),
        };
        let more = (count - fewest) as f64 * MORE_LINES;
        search.run(&mut Vec::new(), count, more);
        best = search.best;
    }
    if let Some((_, ends)) = best {
        let mut start = 0;
        return ends
            .into_iter()
            .map(|end| std::mem::replace(&mut start, end)..end)
            .collect();
    }
    greedy(text, widths, room)
}

/// All ways to break a title into a number of lines; titles have at most some sixty characters.
struct Search<'a> {
    costs: &'a [Option<f64>],
    sums: &'a [f64],
    em: f64,
    room: f64,
    best: Option<(f64, Vec<usize>)>,
}

impl Search<'_> {
    fn run(&mut self, ends: &mut Vec<usize>, left: usize, cost: f64) {
        let start = ends.last().copied().unwrap_or(0);
        let end_of_text = self.sums.len() - 1;
        let rest = self.sums[end_of_text] - self.sums[start];
        if rest > self.room * left as f64 + 1e-6 {
            return;
        }
        if left == 1 {
            ends.push(end_of_text);
            let mut from = 0;
            let widths: Vec<f64> = ends
                .iter()
                .map(|&to| (self.sums[to] - self.sums[std::mem::replace(&mut from, to)]) / self.em)
                .collect();
            let total = cost + shape(&widths);
            if self.best.as_ref().is_none_or(|(best, _)| total < *best) {
                self.best = Some((total, ends.clone()));
            }
            ends.pop();
            return;
        }
        for end in start + 1..end_of_text {
            if self.sums[end] - self.sums[start] > self.room + 1e-6 {
                break;
            }
            let Some(here) = self.costs[end - 1] else {
                continue;
            };
            if self
                .best
                .as_ref()
                .is_some_and(|(best, _)| cost + here - 16.0 > *best)
            {
                continue;
            }
            ends.push(end);
            self.run(ends, left - 1, cost + here);
            ends.pop();
        }
    }
}

/// A very long title: lines as full as they come.
fn greedy(text: &[char], widths: &[f64], room: f64) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let mut width = 0.0;
        let mut end = start;
        let mut good = None;
        while end < text.len() && (width + widths[end] <= room + 1e-6 || end == start) {
            width += widths[end];
            end += 1;
            if end == text.len() || breaks::after(text, end - 1) == Break::Good {
                good = Some(end);
            }
        }
        let end = good.unwrap_or(end);
        lines.push(start..end);
        start = end;
    }
    lines
}

#[cfg(test)]
mod tests;
