//! Items 5 to 11: what stands above the text.

use super::super::{CHARACTER, CHOSEN, GAP, TOP, WIDTH};
use super::{Subject, within};
use crate::measure::paper::Word;
use crate::measure::picture::Band;
use crate::measure::stream::Span;

/// Middle of the type area.
pub(super) const MIDDLE: f64 = 28.0 + WIDTH / 2.0;

impl Subject<'_> {
    pub(super) fn head(&mut self) {
        match self.facts.format() {
            "letter" => self.letter_head(),
            "document" => self.document_head(),
            "order" => self.order_head(),
            "minutes" => self.minutes_head(),
            _ => {}
        }
        self.title_shape();
        self.addressee();
    }

    /// A text that is alone between white on page 1.
    pub(super) fn on_first_page(&self, text: &str) -> Option<Word> {
        let lines: Vec<_> = self.paper.text(1).collect();
        lines.into_iter().find_map(|line| within(line, text))
    }

    /// 份号, 密级, 紧急程度 from `top` on; returns the lowest one's top.
    pub(super) fn elements(&mut self, item: u8, top: Option<f64>) -> Option<f64> {
        let mut above = None;
        for (name, what, face) in [
            ("copy_number", "份号", "仿宋"),
            ("secrecy", "密级和保密期限", "黑体"),
            ("urgency", "紧急程度", "黑体"),
        ] {
            let text = self.facts.text(name);
            if text.is_empty() {
                continue;
            }
            let Some(word) = self.on_first_page(&text) else {
                self.sheet.lost(item, what);
                continue;
            };
            self.sheet
                .mm(item, &format!("{what} flush left"), 28.0, word.left, CHOSEN);
            let face_found = self.face(&word);
            self.sheet
                .same(item, &format!("face of {what}"), face, face_found);
            match (above, top) {
                (Some(above), _) => self.sheet.mm(
                    item,
                    &format!("{what} on the next line"),
                    above + self.line(),
                    word.top,
                    CHOSEN,
                ),
                (None, Some(top)) => self.sheet.mm(
                    item,
                    &format!("{what} on the first line"),
                    top,
                    word.top,
                    CHOSEN,
                ),
                (None, None) => {}
            }
            above = Some(word.top);
        }
        above
    }

    /// 发文字号 as a text: the year in 〔 〕, no leading zero, no 第, 号 at its end.
    pub(super) fn number_form(&mut self, item: u8, number: &str) {
        let form = number.split_once('〔').and_then(|(code, rest)| {
            let (year, serial) = rest.split_once('〕')?;
            let serial = serial.strip_suffix('号')?;
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            let good = (!code.is_empty() || item == 30)
                && year.len() == 4
                && digits(year)
                && digits(serial)
                && !serial.is_empty()
                && !serial.starts_with('0');
            good.then_some(())
        });
        self.sheet.holds(
            item,
            "form of the number",
            "…〔年〕n号",
            form.is_some(),
            number,
        );
    }

    fn document_head(&mut self) {
        self.elements(5, Some(TOP));
        let Some((ink, rules)) = self.mark(6, TOP + 35.0, MIDDLE, 1) else {
            return;
        };
        let text = self.facts.text("number");
        let signers = self.facts.list("signers");
        let Some(number) = self.on_first_page(&text) else {
            self.sheet.lost(7, "发文字号");
            return;
        };
        let number_form = text.clone();
        self.number_form(7, &number_form);
        let rows = signers.len().div_ceil(2).max(1) as f64;
        let wanted = ink + GAP + 2.0 * self.line() + (rows - 1.0) * self.line();
        self.sheet.mm(
            7,
            "two blank lines below the mark",
            wanted,
            number.top,
            CHOSEN,
        );
        if signers.is_empty() {
            self.sheet
                .mm(7, "number centred", MIDDLE, number.middle(), CHOSEN);
        } else {
            self.sheet.mm(
                7,
                "number, one character blank",
                28.0 + CHARACTER,
                number.left,
                CHOSEN,
            );
            self.signers(&signers, &number);
        }
        if let Some(rule) = rules.first() {
            self.red_rule(*rule, number.bottom);
        }
    }

    fn signers(&mut self, signers: &[String], number: &Word) {
        let label = self
            .paper
            .words
            .iter()
            .find(|word| word.page == 1 && word.text.starts_with("签发人："))
            .cloned();
        let Some(label) = label else {
            self.sheet.lost(8, "签发人");
            return;
        };
        let mut rights = Vec::new();
        let mut lefts = Vec::new();
        let mut last_top = label.top;
        for (row, names) in signers.chunks(2).enumerate() {
            let top = label.top + row as f64 * self.line();
            let line = self
                .paper
                .text(1)
                .find(|line| (line.top() - top).abs() < CHOSEN);
            let (Some(line), Some(name)) = (line, names.first()) else {
                self.sheet.lost(8, "a row of names");
                continue;
            };
            last_top = line.top();
            rights.push(line.right());
            let shown = line.text();
            if !names.iter().all(|name| shown.contains(name)) {
                self.sheet.lost(8, name);
            }
            if row > 0
                && let Some(word) = line.words.iter().find(|word| word.text == *name)
            {
                lefts.push((label.left + 4.0 * CHARACTER, word.left));
            }
        }
        let right = rights.into_iter().fold(f64::MIN, f64::max);
        self.sheet.mm(
            8,
            "signers, one character blank at the right",
            184.0 - CHARACTER,
            right,
            CHOSEN,
        );
        self.sheet
            .worst(8, "turnover below the first name", lefts, CHOSEN);
        self.sheet.mm(
            8,
            "number on the last name's line",
            last_top,
            number.top,
            CHOSEN,
        );
        let face = self.face(&label);
        self.sheet.same(8, "face of 签发人", "仿宋", face);
        let name = Word {
            left: label.left + 4.0 * CHARACTER,
            ..label
        };
        let face = self.face(&name);
        self.sheet.same(8, "face of the name", "楷体", face);
    }

    /// The red rule below the line that ends at `bottom`, and the title below it.
    pub(super) fn red_rule(&mut self, rule: Band, bottom: f64) {
        self.sheet
            .mm(9, "rule below the number", 4.0, rule.top - bottom, CHOSEN);
        self.sheet.mm(9, "left end", 28.0, rule.left, CHOSEN);
        self.sheet.mm(9, "length", WIDTH, rule.width(), CHOSEN);
        if let Some(title) = self.title.as_ref().map(|title| title.first().top()) {
            let wanted = rule.bottom + GAP + 2.0 * self.line();
            self.sheet
                .mm(10, "two blank lines below the rule", wanted, title, CHOSEN);
        }
    }

    fn title_shape(&mut self) {
        let Some(title) = &self.title else { return };
        let lines: Vec<(f64, f64)> = title
            .lines
            .iter()
            .map(|line| (line.left(), line.right()))
            .collect();
        let official = self.facts.official();
        if self.facts.format() == "record" {
            self.sheet.mm(
                10,
                "title on the first line",
                TOP,
                title.first().top(),
                CHOSEN,
            );
        }
        let face = self.face(&title.first().words[0]);
        self.sheet.same(10, "face of the title", "小标宋", face);
        let middles = lines
            .iter()
            .map(|line| (MIDDLE, f64::midpoint(line.0, line.1)));
        self.sheet.worst(10, "middle of the title", middles, CHOSEN);
        let widths: Vec<f64> = lines.iter().map(|line| line.1 - line.0).collect();
        if official && widths.len() > 1 {
            let hourglass = widths
                .windows(3)
                .any(|w| w[1] < w[0] - 0.1 && w[1] < w[2] - 0.1);
            let rectangle = widths.windows(2).all(|w| (w[0] - w[1]).abs() < 1.0);
            let dangling = widths
                .iter()
                .any(|width| *width < 0.35 * widths.iter().copied().fold(0.0, f64::max));
            let shown: Vec<String> = widths.iter().map(|width| format!("{width:.0}")).collect();
            self.sheet.holds(
                10,
                "shape of the title's lines",
                "trapezium, diamond",
                !(hourglass || rectangle || dangling),
                &shown.join("/"),
            );
        }
    }

    fn addressee(&mut self) {
        let (Some(to), Some(title)) = (&self.to, &self.title) else {
            return;
        };
        let wanted = title.last().bottom() + GAP + self.line();
        let top = to.first().top();
        let lefts: Vec<_> = to.lines.iter().map(|line| (28.0, line.left())).collect();
        let ends = ends_with_colon(to);
        self.sheet
            .mm(11, "one blank line below the title", wanted, top, CHOSEN);
        self.sheet.worst(11, "flush left", lefts, CHOSEN);
        self.sheet.holds(
            11,
            "ends with a colon",
            "：",
            ends,
            if ends { "：" } else { "?" },
        );
    }
}

fn ends_with_colon(span: &Span) -> bool {
    span.ends && span.last().text().ends_with('：')
}
