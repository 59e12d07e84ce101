//! Items 15, 16, 18 and 19: 署名, 成文日期, 附注.

use super::super::{CHARACTER, CHOSEN, STAMP};
use super::{Subject, within};
use crate::measure::paper::{Line, Word};
use crate::measure::picture::Area;

/// A name or a post: its first and its last line.
#[derive(Debug, Clone)]
pub(super) struct Signed {
    pub(super) first: Word,
    pub(super) last: Word,
}

impl Signed {
    /// Width of the wider line, mm.
    pub(super) fn width(&self) -> f64 {
        let width = |word: &Word| word.right - word.left;
        width(&self.first).max(width(&self.last))
    }

    pub(super) fn text(&self) -> String {
        if self.first.top < self.last.top {
            format!("{}{}", self.first.text, self.last.text)
        } else {
            self.last.text.clone()
        }
    }
}

impl Subject<'_> {
    pub(super) fn signed(&mut self) {
        let format = self.facts.format();
        // Minutes name organ and day in their head (item 30).
        if !self.facts.official() || format == "minutes" {
            return;
        }
        let Some(seal) = self.facts.seal() else {
            return;
        };
        let item = match seal {
            "none" => 15,
            "signer_stamp" => 16,
            _ => 14,
        };
        let Some(date) = self.after_text(&self.facts.date()) else {
            self.sheet.lost(item, "成文日期");
            return;
        };
        match item {
            14 => self.sealed(&date),
            15 => self.unsealed(&date),
            _ => self.stamped(&date),
        }
        self.note(&date);
        self.company(&date);
    }

    /// A text that stands alone between white below the body and its attachments.
    fn after_text(&self, text: &str) -> Option<Word> {
        let from = self.body.last().map_or((1, 0.0), |placed| {
            let last = placed.span.last();
            (last.page(), last.top() + 0.1)
        });
        let below = |line: &&&Line| (line.page(), line.top()) > from;
        let lines: Vec<&Line> = (1..=self.paper.pages())
            .flat_map(|page| self.paper.text(page))
            .collect();
        lines
            .iter()
            .filter(below)
            .find_map(|line| within(line, text))
    }

    /// The page that bears the date; 0 without one.
    pub(super) fn signature_page(&self) -> usize {
        self.after_text(&self.facts.date())
            .map_or(0, |word| word.page)
    }

    /// The line above a word, on its page.
    pub(super) fn line_above(&self, word: &Word) -> Option<(f64, f64)> {
        let lines: Vec<&Line> = self.paper.text(word.page).collect();
        lines
            .iter()
            .rfind(|line| line.top() < word.top - 0.6)
            .map(|line| (line.top(), line.bottom()))
    }

    /// A name or post below the text, which may stand on two lines.
    pub(super) fn signature(&self, text: &str) -> Option<Signed> {
        if let Some(word) = self.after_text(text) {
            return Some(Signed {
                first: word.clone(),
                last: word,
            });
        }
        let words = self.paper.words.iter();
        words
            .filter(|word| word.text.chars().count() > 2 && text.starts_with(&word.text))
            .find_map(|first| {
                let rest = text.strip_prefix(&first.text)?;
                let next = |line: &&Line| {
                    let apart = line.top() - first.top;
                    apart > 0.6 && apart < 1.2 * self.line()
                };
                let mut lines = self.paper.text(first.page).filter(next);
                let last = lines.find_map(|line| within(line, rest))?;
                let below = (last.middle() - first.middle()).abs() < 1.0;
                let flush = (last.right - first.right).abs() < 1.0;
                (below || flush).then(|| Signed {
                    first: first.clone(),
                    last,
                })
            })
    }

    fn unsealed(&mut self, date: &Word) {
        let names = self.facts.organs();
        let found: Vec<Word> = names
            .iter()
            .filter_map(|name| self.after_text(name))
            .collect();
        let (Some(first), Some(last)) = (found.first(), found.last()) else {
            self.sheet.lost(15, "发文机关署名");
            return;
        };
        if found.len() < names.len() {
            self.sheet.lost(15, "one of the organs");
        }
        if let Some((above, _)) = self.line_above(first) {
            self.sheet.mm(
                15,
                "one blank line below the text",
                above + 2.0 * self.line(),
                first.top,
                CHOSEN,
            );
        }
        let edge = self.right(date.page) - 2.0 * CHARACTER;
        if last.right - last.left >= date.right - date.left {
            self.sheet
                .mm(15, "name, two characters blank", edge, last.right, CHOSEN);
        } else {
            self.sheet.mm(
                15,
                "long date, two characters blank",
                edge,
                date.right,
                CHOSEN,
            );
        }
        self.sheet.mm(
            15,
            "date two characters right of the name",
            last.left + 2.0 * CHARACTER,
            date.left,
            CHOSEN,
        );
        self.sheet.mm(
            15,
            "date one line below the name",
            last.top + self.line(),
            date.top,
            CHOSEN,
        );
    }

    fn stamped(&mut self, date: &Word) {
        let edge = self.right(date.page) - 4.0 * CHARACTER;
        self.sheet.mm(
            16,
            "date, four characters blank at the right",
            edge,
            date.right,
            CHOSEN,
        );
        let stamp = edge - STAMP.0;
        let posts: Vec<String> = self
            .facts
            .posts()
            .into_iter()
            .filter(|post| !post.is_empty())
            .collect();
        let mut below = 0.0;
        for (number, post) in posts.iter().enumerate() {
            let Some(post) = self.signature(post) else {
                self.sheet.lost(16, post);
                continue;
            };
            let word = &post.last;
            self.sheet.mm(
                16,
                "post two characters left of the stamp",
                stamp - 2.0 * CHARACTER,
                word.right,
                CHOSEN,
            );
            let middle = f64::midpoint(post.first.top, word.bottom);
            let top = middle - STAMP.1 / 2.0;
            below = top + STAMP.1;
            if number == 0
                && let Some((above, _)) = self.line_above(&post.first)
            {
                self.sheet.mm(
                    16,
                    "stamp two blank lines below the text",
                    above + 3.0 * self.line(),
                    top,
                    CHOSEN,
                );
            }
            let room = Area {
                left: stamp,
                top,
                right: edge,
                bottom: below,
            };
            let ink =
                !self.facts.watermark() && self.paper.grey(word.page, room, 150).has_ink(room);
            self.sheet.holds(
                16,
                "ink under the stamp",
                "none",
                !ink,
                if ink { "ink" } else { "none" },
            );
        }
        if !posts.is_empty() {
            self.sheet.mm(
                16,
                "date one blank line below the stamp",
                below + self.line(),
                date.top,
                CHOSEN,
            );
        }
    }

    fn note(&mut self, date: &Word) {
        let note = self.facts.text("note");
        if note.is_empty() {
            return;
        }
        let inner = note.trim_start_matches('（').trim_end_matches('）');
        let Some(span) = self.stream.find_line(&format!("（{inner}）"), self.end) else {
            self.sheet.lost(18, "附注 in （ ）");
            return;
        };
        self.sheet.mm(
            18,
            "one line below the date",
            date.top + self.line(),
            span.first().top(),
            CHOSEN,
        );
        self.sheet.mm(
            18,
            "two characters before it",
            self.left(date.page) + 2.0 * CHARACTER,
            span.first().left(),
            CHOSEN,
        );
    }

    fn company(&mut self, date: &Word) {
        let Some(last) = self.body.last().map(|placed| placed.span.last()) else {
            return;
        };
        self.sheet.same(
            19,
            "page of the signature and of the text's end",
            &date.page.to_string(),
            &last.page().to_string(),
        );
        let faults = self.holds_nowhere(&["此页无正文"]);
        self.sheet.none(19, "the words 此页无正文", &faults);
    }
}
