//! Items 24 to 28: head and foot of a letter's first page.

use super::super::{CHOSEN, GAP, LINE};
use super::Subject;

impl Subject<'_> {
    pub(super) fn letter_head(&mut self) {
        let Some((ink, rules)) = self.mark(24, 30.0, 105.0, 4) else {
            return;
        };
        let wordless = !self.facts.text("mark").contains("文件");
        self.sheet.holds(
            24,
            "no 文件 in the mark",
            "none",
            wordless,
            &self.facts.text("mark"),
        );
        let [thick, thin, lower_thin, lower_thick] = rules.as_slice() else {
            self.sheet.lost(25, "four red rules");
            return;
        };
        self.sheet.mm(
            25,
            "upper double rule below the mark",
            4.0,
            thick.top - ink,
            CHOSEN,
        );
        self.sheet.mm(
            25,
            "lower double rule above the page's edge",
            20.0,
            297.0 - lower_thick.bottom,
            CHOSEN,
        );
        let lengths = rules.iter().map(|rule| (170.0, rule.width()));
        self.sheet.worst(25, "length of a rule", lengths, CHOSEN);
        let middles = rules.iter().map(|rule| (105.0, rule.middle()));
        self.sheet.worst(25, "middle of a rule", middles, CHOSEN);
        for (what, thicker, thinner) in [
            ("upper rule thick above", thick, thin),
            ("lower rule thick below", lower_thick, lower_thin),
        ] {
            let more = thicker.height() - thinner.height();
            self.sheet
                .holds(25, what, "over 0.3 more", more > 0.3, &format!("{more:.2}"));
        }
        self.letter_elements(thin.bottom);
        self.letter_foot(lower_thin.top);
    }

    fn letter_elements(&mut self, rule: f64) {
        let first = rule + GAP;
        let mut last = self.elements(26, Some(first));
        let text = self.facts.text("number");
        if let Some(number) = self.on_first_page(&text) {
            let number_form = text.clone();
            self.number_form(26, &number_form);
            self.sheet
                .mm(26, "number flush right", 184.0, number.right, CHOSEN);
            self.sheet.mm(
                26,
                "number 7/8 of a character below the rule",
                first,
                number.top,
                CHOSEN,
            );
            last = last.or(Some(number.top));
        } else if !text.is_empty() {
            self.sheet.lost(26, "发文字号");
        }
        if let (Some(last), Some(title)) = (last, &self.title) {
            let wanted = last + 3.0 * self.line();
            self.sheet.mm(
                27,
                "two blank lines above the title",
                wanted,
                title.first().top(),
                CHOSEN,
            );
        }
    }

    fn letter_foot(&mut self, rule: f64) {
        let first_page = || self.paper.words.iter().filter(|word| word.page == 1);
        let last = first_page().map(|word| word.bottom).fold(0.0, f64::max);
        let kept = rule - last;
        self.sheet.holds(
            28,
            "white between text and lower rule",
            "at least 4.88",
            kept >= GAP - CHOSEN,
            &format!("{kept:.2}"),
        );
        // A paragraph that runs on to page 2 fills the first page.
        let runs_on = self.body.iter().any(|placed| {
            let pages: Vec<usize> = placed.span.lines.iter().map(|line| line.page()).collect();
            pages.windows(2).any(|pair| pair == [1, 2])
        });
        let respaced = self
            .body
            .last()
            .is_some_and(|placed| placed.span.last().page() == 2 && self.signature_page() == 2);
        if runs_on && !respaced {
            self.sheet.holds(
                28,
                "text runs down to the lower rule",
                "less than a line",
                kept < GAP + LINE + CHOSEN,
                &format!("{kept:.2}"),
            );
        }
        let below = first_page().filter(|word| word.top > rule).count();
        self.sheet
            .same(28, "words below the lower rule", "0", &below.to_string());
    }
}
