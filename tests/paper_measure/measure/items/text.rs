//! Items 2 to 4 and 12: lines, line ends, digits, paragraphs and headings.

use super::super::{BOTTOM, CHARACTER, CHOSEN, LINE, TOP, WIDTH};
use super::{Subject, short};
use crate::measure::paper::Line;

/// No line begins with one of these.
const CLOSING: &str = "，。、；：？！”’）》〉】〕—…";
/// No line ends with one of these.
const OPENING: &str = "“‘（《〈【〔";
/// What a number must not be parted from.
const UNITS: &str = "年月日时分元人名项条号个件份页%％℃";

impl Subject<'_> {
    pub(super) fn text(&mut self) {
        self.indents();
        self.grid();
        self.full_pages();
        self.cells();
        self.line_ends();
        self.digits();
    }

    fn indents(&mut self) {
        let mut indents = Vec::new();
        let mut faces = Vec::new();
        let mut headings = 0;
        for placed in self.paragraphs() {
            let first = placed.span.first();
            indents.push((self.left(first.page()) + 2.0 * CHARACTER, first.left()));
            let wanted = match placed.paragraph.level {
                0 => continue,
                1 => "黑体",
                2 => "楷体",
                _ => "仿宋",
            };
            headings += 1;
            let found = self.face(&first.words[0]);
            if found != wanted {
                faces.push(format!("{} {found}", short(&placed.paragraph.heading)));
            }
        }
        self.sheet
            .worst(12, "two characters before a paragraph", indents, CHOSEN);
        if headings > 0 {
            let what = format!("{headings} headings in 黑体, 楷体, 仿宋: wrong ones");
            self.sheet.none(12, &what, &faces);
        }
        if self.facts.official()
            && let Some(first) = self.body.first()
        {
            let page = first.span.first().page().to_string();
            self.sheet
                .same(12, "page where the text begins", "1", &page);
        }
    }

    /// Lines of running text on a page.
    fn lines_of(&self, page: usize) -> Vec<&Line> {
        let lines = self.paragraphs().flat_map(|placed| &placed.span.lines);
        lines.copied().filter(|line| line.page() == page).collect()
    }

    /// From line to line inside the paragraphs of a page: the pitch most of them have.
    fn pitch(&self, page: usize) -> Option<f64> {
        let mut pitches: Vec<f64> = self
            .paragraphs()
            .flat_map(|placed| placed.span.lines.windows(2))
            .filter(|pair| pair[0].page() == page && pair[1].page() == page)
            .map(|pair| pair[1].top() - pair[0].top())
            .collect();
        pitches.sort_by(f64::total_cmp);
        pitches.get(pitches.len() / 2).copied()
    }

    fn grid(&mut self) {
        let mut tops = Vec::new();
        let mut places = Vec::new();
        let mut respaced = Vec::new();
        for page in 1..=self.paper.pages() {
            let lines = self.lines_of(page);
            let Some(first) = lines.first() else { continue };
            let begins = self.paper.text(page).next();
            if page > 1 && begins.is_some_and(|line| (line.top() - first.top()).abs() < 0.01) {
                tops.push((TOP, first.top()));
            }
            let mut pitch = self.line();
            if let Some(found) = self.pitch(page)
                && (found / pitch - 1.0).abs() > 0.001
            {
                respaced.push((pitch, found));
                // A hundredth is what item 19 grants; more is a fault there and here.
                if (found / pitch - 1.0).abs() < 0.0101 {
                    pitch = found;
                }
            }
            // Tables between the paragraphs have rows of their own heights.
            if self.facts.has_table() {
                for pair in lines.windows(2) {
                    let apart = pair[1].top() - pair[0].top();
                    if apart < 1.5 * pitch {
                        places.push((pitch, apart));
                    }
                }
                continue;
            }
            for line in &lines {
                let count = ((line.top() - first.top()) / pitch).round();
                places.push((first.top() + count * pitch, line.top()));
            }
        }
        self.sheet
            .worst(2, "first line of a page at the upper edge", tops, CHOSEN);
        self.sheet.worst(2, "a line in its place", places, CHOSEN);
        let hundredth = self.line() * 0.0101;
        self.sheet
            .worst(19, "line pitch of a re-spaced page", respaced, hundredth);
    }

    /// Pages whose last paragraph runs on to the next page.
    fn full_pages(&mut self) {
        if self.facts.has_table() || self.facts.line() < LINE {
            return;
        }
        let mut full = Vec::new();
        for placed in self.paragraphs() {
            for pair in placed.span.lines.windows(2) {
                let page = pair[0].page();
                let usual = self
                    .pitch(page)
                    .is_none_or(|found| (found - LINE).abs() < 0.01);
                if page > 1 && pair[1].page() > page && usual {
                    full.push((page, pair[0].bottom()));
                }
            }
        }
        // A line that goes over to keep a signature company leaves its page one line short.
        let signed = self.facts.seal().is_some() && self.facts.official();
        for (page, bottom) in full {
            let count = self.paper.text(page).count();
            let gives = signed && page + 1 == self.signature_page();
            // Nor is the first page of an annex, with its title, divided into 22 lines.
            let begins = self.paper.text(page).next().map(Line::top);
            let text_first = self.lines_of(page).first().map(|line| line.top());
            if gives && count < 22 || begins != text_first {
                continue;
            }
            self.sheet.same(
                2,
                &format!("lines of page {page}"),
                "22",
                &count.to_string(),
            );
            let what = format!("lower edge of line 22 of page {page}");
            self.sheet.mm(2, &what, BOTTOM, bottom, CHOSEN);
        }
    }

    /// Lines of 28 characters of full width.
    fn cells(&mut self) {
        let mut lefts = Vec::new();
        let mut rights = Vec::new();
        for placed in self.paragraphs() {
            for line in &placed.span.lines {
                let text = line.text();
                if text.chars().count() == 28 && text.chars().all(|ch| !ch.is_ascii()) {
                    lefts.push((self.left(line.page()), line.left()));
                    rights.push((self.left(line.page()) + WIDTH, line.right()));
                }
            }
        }
        self.sheet.worst(2, "first of 28 characters", lefts, CHOSEN);
        self.sheet.worst(2, "last of 28 characters", rights, CHOSEN);
    }

    fn line_ends(&mut self) {
        let mut faults = Vec::new();
        let mut count = 0;
        let spans = self.paragraphs().map(|placed| &placed.span);
        for span in spans.chain(&self.title).chain(&self.to) {
            for pair in span.lines.windows(2) {
                count += 1;
                let (upper, lower) = (pair[0].text(), pair[1].text());
                let (Some(last), Some(first)) = (upper.chars().last(), lower.chars().next()) else {
                    continue;
                };
                let number = last.is_ascii_digit()
                    && (UNITS.contains(first) || first.is_ascii_digit() || first == '.');
                let word = last.is_ascii_alphabetic() && first.is_ascii_alphabetic();
                if CLOSING.contains(first) || OPENING.contains(last) || number || word {
                    faults.push(format!("{last}|{first}"));
                }
            }
        }
        if count > 0 {
            self.sheet
                .none(3, &format!("{count} line ends: forbidden ones"), &faults);
        }
    }

    fn digits(&mut self) {
        let mut widths = Vec::new();
        for placed in self.paragraphs() {
            // Headings of the first levels are in other faces.
            if matches!(placed.paragraph.level, 1 | 2) && placed.span.lines.len() == 1 {
                continue;
            }
            let line = placed.span.last();
            let text: Vec<char> = line.text().chars().collect();
            let mark = |ch: char| CLOSING.contains(ch) || OPENING.contains(ch);
            let squeezed = text.windows(2).any(|pair| mark(pair[0]) && mark(pair[1]));
            let digits = text.iter().filter(|ch| ch.is_ascii_digit()).count();
            let other = text.iter().any(|ch| ch.is_ascii() && !ch.is_ascii_digit());
            // A full last line may have been squeezed.
            let full = line.right() > self.right(line.page()) - CHARACTER;
            // White inside a line is wider than a word's gap.
            if digits == 0 || other || squeezed || full || line.words.len() > 1 {
                continue;
            }
            let cells = (text.len() - digits) as f64 + digits as f64 / 2.0;
            widths.push((cells * CHARACTER, line.right() - line.left()));
        }
        self.sheet
            .worst(4, "line with digits of half a character", widths, CHOSEN);
        let wide: Vec<String> = self
            .stream
            .all()
            .chars()
            .filter(
                |ch| matches!(u32::from(*ch), 0xFF10..=0xFF19 | 0xFF21..=0xFF3A | 0xFF41..=0xFF5A),
            )
            .map(String::from)
            .collect();
        self.sheet
            .none(4, "digits and letters of full width", &wide);
        let fonts = self.paper.fonts();
        let lost: Vec<String> = fonts
            .lines()
            .skip(2)
            .filter(|font| !font.contains("yes yes yes"))
            .map(str::to_owned)
            .collect();
        self.sheet
            .none(4, "faces not embedded, subset and readable", &lost);
    }
}
