//! Items 1, 23 and 32: the sheet, the page numbers, the colours.

use super::super::{CHOSEN, MARGIN, SMALL, TOP};
use super::{Subject, ends_hanging};
use crate::measure::paper::Line;
use crate::measure::picture::Area;

impl Subject<'_> {
    pub(super) fn pages(&mut self) {
        self.margins();
        self.page_numbers();
        self.colours();
    }

    fn margins(&mut self) {
        let (paper, sizes) = (self.paper, &self.paper.sizes);
        self.sheet.worst(
            1,
            "width of a page",
            sizes.iter().map(|size| (210.0, size.0)),
            0.2,
        );
        self.sheet.worst(
            1,
            "height of a page",
            sizes.iter().map(|size| (297.0, size.1)),
            0.2,
        );
        let letter = self.facts.format() == "letter";
        let mut outside = Vec::new();
        for word in paper.words.iter().filter(|word| word.top < 266.0) {
            // The first page of a letter has a head and a foot of its own (items 24 to 28).
            let (top, bottom) = match (letter, word.page) {
                (true, 1) => (25.0, 272.0),
                _ => (TOP, 262.0),
            };
            let right = word.right - ends_hanging(&word.text);
            let inside = word.left > self.left(word.page) - CHOSEN
                && right < self.right(word.page) + CHOSEN
                && word.top > top - CHOSEN
                && word.bottom < bottom + CHOSEN;
            // The mark of a letter is centred on the page, not in the type area.
            let mark = letter && word.page == 1 && word.top < 45.0;
            if !inside && !mark {
                outside.push(format!("page {}: {}", word.page, word.text));
            }
        }
        self.sheet.none(1, "words outside the type area", &outside);

        let mut lefts = Vec::new();
        let mut rights = Vec::new();
        for placed in self.paragraphs() {
            let lines = &placed.span.lines;
            for line in &lines[1..] {
                lefts.push((self.left(line.page()), line.left()));
            }
            for line in &lines[..lines.len() - 1] {
                let right = line.right()
                    - ends_hanging(&line.text())
                        .min((line.right() - self.right(line.page())).max(0.0));
                rights.push((self.right(line.page()), right));
            }
        }
        self.sheet.worst(1, "left margin", lefts, MARGIN);
        let rights = rights
            .iter()
            .map(|(wanted, found)| (210.0 - wanted, 210.0 - found));
        self.sheet.worst(1, "right margin", rights, MARGIN);
        self.ink_outside();
    }

    /// Ink left and right of the type area, beside the text.
    fn ink_outside(&mut self) {
        if self.facts.watermark() {
            return;
        }
        let mut inked = Vec::new();
        for (picture, page) in self.paper.all_grey(100).iter().zip(1..) {
            let (left, right) = (self.left(page), self.right(page));
            // The double rules of a letter and its mark are wider than the type area.
            let head = self.facts.format() == "letter" && page == 1;
            let small = |line: &&Line| line.bottom() - line.top() < 6.0;
            let below_rules = self.paper.text(page).find(small).map_or(60.0, Line::top);
            let (top, bottom) = if head {
                (below_rules, 270.0)
            } else {
                (10.0, 290.0)
            };
            for (left, right) in [(5.0, left - 0.5), (right + 0.5, 205.0)] {
                let area = Area {
                    left,
                    top,
                    right,
                    bottom,
                };
                if picture.has_ink(area) {
                    inked.push(format!("page {page}"));
                }
            }
        }
        self.sheet.none(1, "ink beside the type area", &inked);
    }

    fn page_numbers(&mut self) {
        let format = self.facts.format();
        if !self.facts.official() && format != "register" {
            return;
        }
        let first = if format == "letter" { 2 } else { 1 };
        let mut tops = Vec::new();
        let mut odd = Vec::new();
        let mut even = Vec::new();
        for page in 1..=self.paper.pages() {
            let number = self.paper.number(page);
            let alone = self.foot_alone(page);
            let what = if alone {
                format!("page {page}, blank or with the 版记 alone")
            } else {
                format!("page {page}")
            };
            let wanted = if page < first || alone {
                "no number".to_owned()
            } else {
                format!("—{page}—")
            };
            let found = number.map_or("no number".to_owned(), Line::text);
            self.sheet.same(23, &what, &wanted, &found);
            let Some(number) = number else { continue };
            tops.push((262.0 + 7.0, number.top()));
            if page % 2 == 1 {
                odd.push((self.right(page) - SMALL, number.right()));
            } else {
                even.push((self.left(page) + SMALL, number.left()));
            }
            let face = self.face(&number.words[0]);
            self.sheet
                .same(23, &format!("face of number {page}"), "宋体", face);
        }
        self.sheet.worst(23, "top of a number", tops, CHOSEN);
        self.sheet
            .worst(23, "right edge of an odd number", odd, CHOSEN);
        self.sheet
            .worst(23, "left edge of an even number", even, CHOSEN);
    }

    /// Does a page hold nothing but the 版记, or nothing at all?
    fn foot_alone(&self, page: usize) -> bool {
        let Some(first) = self.paper.text(page).next() else {
            return true;
        };
        let text = first.text();
        let printed = self.facts.printed_by();
        let copies = !self.facts.list("cc").is_empty() && text.starts_with("抄送：");
        page > 1 && (copies || printed.is_some_and(|(organ, _)| text.starts_with(&organ)))
    }

    fn colours(&mut self) {
        let marks = self.facts.marks().concat();
        let mut wrong = Vec::new();
        let mut red = 0;
        for run in &self.paper.runs {
            let watermark = self.facts.watermark() && "草稿".contains(&run.text);
            if run.page == 1 && run.colour == "#ff0000" && marks.contains(&run.text) {
                red += 1;
            } else if run.colour != "#000000" && !watermark {
                wrong.push(format!("{} {}", run.text, run.colour));
            }
        }
        self.sheet
            .none(32, "text that is neither black nor the red mark", &wrong);
        if self.facts.official() {
            self.sheet.holds(
                32,
                "the mark is red",
                "red",
                red > 0,
                &format!("{red} red pieces"),
            );
            let dots = self
                .paper
                .coloured(1, Area::PAGE, 100)
                .off_colour(!self.facts.watermark());
            self.sheet.same(
                32,
                "dots of page 1 that are no pure red",
                "0",
                &dots.to_string(),
            );
        }
    }
}
