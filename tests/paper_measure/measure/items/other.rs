//! Item 30: heads of 命令 and 纪要.

use super::super::{CHARACTER, CHOSEN, GAP, TOP};
use super::Subject;
use super::head::MIDDLE;
use crate::measure::paper::Word;

impl Subject<'_> {
    /// 令号 or 编号, below the mark whose ink ends at `ink`.
    fn number_below(&mut self, ink: f64) -> Option<Word> {
        let Some(number) = self.on_first_page(&self.facts.text("number")) else {
            self.sheet.lost(30, "the number");
            return None;
        };
        let wanted = ink + GAP + 2.0 * self.line();
        self.sheet.mm(
            30,
            "two blank lines above the number",
            wanted,
            number.top,
            CHOSEN,
        );
        self.sheet
            .mm(30, "number centred", MIDDLE, number.middle(), CHOSEN);
        Some(number)
    }

    pub(super) fn order_head(&mut self) {
        self.elements(5, Some(TOP));
        let Some((ink, _)) = self.mark(30, TOP + 20.0, MIDDLE, 0) else {
            return;
        };
        let Some(number) = self.number_below(ink) else {
            return;
        };
        let next = self
            .title
            .as_ref()
            .or(self.body.first().map(|placed| &placed.span));
        if let Some(next) = next.map(|span| span.first().top()) {
            let wanted = number.top + 3.0 * self.line();
            self.sheet
                .mm(30, "two blank lines below the number", wanted, next, CHOSEN);
        }
    }

    pub(super) fn minutes_head(&mut self) {
        self.elements(5, Some(TOP));
        let Some((ink, rules)) = self.mark(30, TOP + 35.0, MIDDLE, 1) else {
            return;
        };
        let Some(number) = self.number_below(ink) else {
            return;
        };
        self.number_form(30, &number.text);
        let mut bottom = number.bottom;
        let organ = self
            .facts
            .organs()
            .first()
            .and_then(|organ| self.on_first_page(organ));
        if let Some(organ) = organ {
            self.sheet.mm(
                30,
                "organ below the number",
                number.top + self.line(),
                organ.top,
                CHOSEN,
            );
            self.sheet.mm(
                30,
                "organ, one character blank",
                28.0 + CHARACTER,
                organ.left,
                CHOSEN,
            );
            bottom = organ.bottom;
        }
        if let Some(date) = self.on_first_page(&self.facts.date()) {
            self.sheet.mm(
                30,
                "date, one character blank",
                184.0 - CHARACTER,
                date.right,
                CHOSEN,
            );
        }
        if let Some(rule) = rules.first() {
            self.red_rule(*rule, bottom);
        }
    }
}
