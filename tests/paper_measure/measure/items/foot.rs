//! Items 21, 22, 29 and 30: the 版记, and who attended.

use super::super::{BOTTOM, CHARACTER, CHOSEN, SMALL, WIDTH};
use super::{Subject, within};
use crate::measure::paper::Line;
use crate::measure::picture::Area;

impl Subject<'_> {
    pub(super) fn foot(&mut self) {
        match self.facts.format() {
            "letter" => self.letter_copies(),
            "document" | "order" => self.ruled(),
            "minutes" => {
                self.attendance();
                self.ruled();
            }
            _ => {}
        }
    }

    /// Lines from 抄送 to the foot of the last page.
    fn copies(&mut self, item: u8) -> Vec<Line> {
        if self.facts.list("cc").is_empty() {
            return Vec::new();
        }
        let page = self.paper.pages();
        let lines: Vec<Line> = self
            .paper
            .text(page)
            .skip_while(|line| !line.text().starts_with("抄送："))
            .cloned()
            .collect();
        if lines.is_empty() {
            self.sheet.lost(item, "抄送机关 on the last page");
        }
        lines
    }

    /// Blanks, turnover and end of 抄送.
    fn blanks(&mut self, lines: &[Line]) {
        let page = self.paper.pages();
        let (left, right) = (self.left(page), self.right(page));
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
            return;
        };
        self.sheet.mm(
            22,
            "抄送, one character blank at the left",
            left + SMALL,
            first.left(),
            CHOSEN,
        );
        let over = lines.iter().map(Line::right).fold(0.0, f64::max);
        self.sheet.holds(
            22,
            "抄送, one character blank at the right",
            "at most 179.06",
            over <= right - SMALL + CHOSEN,
            &format!("{over:.2}"),
        );
        let turnovers = lines[1..]
            .iter()
            .map(|line| (left + 4.0 * SMALL, line.left()));
        self.sheet
            .worst(22, "turnover after the colon", turnovers, CHOSEN);
        let sizes = lines.iter().map(|line| (SMALL, line.bottom() - line.top()));
        self.sheet.worst(22, "size of 4号", sizes, 0.05);
        let text = last.text();
        self.sheet.holds(
            22,
            "抄送 ends with a full stop",
            "。",
            text.ends_with('。'),
            &text,
        );
        let face = self.face(&first.words[0]);
        self.sheet.same(22, "face of 抄送", "仿宋", face);
    }

    fn letter_copies(&mut self) {
        let lines = self.copies(29);
        let Some(last) = lines.last() else { return };
        self.blanks(&lines);
        self.sheet
            .mm(29, "lower edge of the 版记", BOTTOM, last.bottom(), CHOSEN);
        let page = self.paper.pages();
        if page > 1 {
            let red = self.paper.coloured(page, Area::PAGE, 100).red().len();
            self.sheet
                .same(29, "red rules on the last page", "0", &red.to_string());
            let left = self.left(page) + 0.2;
            let area = Area {
                left,
                top: lines[0].top() - 4.0,
                right: left + SMALL - 0.6,
                bottom: BOTTOM + 4.0,
            };
            let rules = self.paper.grey(page, area, 300).black_rows(area);
            self.sheet
                .same(29, "rules around the 版记", "0", &rules.len().to_string());
        }
        let faults = self.holds_nowhere(&["日印发"]);
        self.sheet.none(29, "印发机关 and 印发日期", &faults);
    }

    fn ruled(&mut self) {
        let mut lines = self.copies(22);
        let printed = self.facts.printed_by();
        if lines.is_empty() && printed.is_none() {
            return;
        }
        let page = self.paper.pages();
        let (left, right) = (self.left(page), self.right(page));
        let mut top = lines.first().map(Line::top);
        if let Some((organ, date)) = &printed {
            let found: Vec<Line> = self.paper.text(page).cloned().collect();
            let line = found.iter().rev().find(|line| within(line, date).is_some());
            let places = line.and_then(|line| Some((within(line, organ)?, within(line, date)?)));
            match places {
                Some((organ, date)) => {
                    self.sheet.mm(
                        22,
                        "印发机关, one character blank",
                        left + SMALL,
                        organ.left,
                        CHOSEN,
                    );
                    self.sheet.mm(
                        22,
                        "印发日期, one character blank",
                        right - SMALL,
                        date.right,
                        CHOSEN,
                    );
                    top = top.or(Some(organ.top));
                    lines.retain(|line| line.top() < organ.top - 0.6);
                }
                None => self.sheet.lost(22, "印发机关 and 印发日期 on one line"),
            }
        }
        self.blanks(&lines);
        let Some(top) = top else { return };
        self.rules(
            page,
            top,
            usize::from(printed.is_some()) + usize::from(!lines.is_empty()) + 1,
        );
    }

    fn rules(&mut self, page: usize, top: f64, wanted: usize) {
        let (left, right) = (self.left(page), self.right(page));
        let foot = Area {
            left: left - 5.0,
            top: top - 5.0,
            right: right + 5.0,
            bottom: BOTTOM + 2.0,
        };
        let picture = self.paper.grey(page, foot, 300);
        // Rows of ink at a place where only rules cross the page, finely enough for a thickness.
        let strip = Area {
            left: left + 0.5,
            right: left + 2.5,
            ..foot
        };
        let rules = self.paper.grey(page, strip, 1200).black_rows(strip);
        self.sheet
            .same(21, "rules", &wanted.to_string(), &rules.len().to_string());
        let Some(last) = rules.last() else { return };
        self.sheet.mm(
            21,
            "last rule at the lower edge of the type area",
            BOTTOM,
            last.1,
            CHOSEN,
        );
        for (number, rule) in rules.iter().enumerate() {
            let outer = number == 0 || number + 1 == rules.len();
            let (what, wanted) = if outer {
                ("thickness of an outer rule", 0.35)
            } else {
                ("thickness of a middle rule", 0.25)
            };
            self.sheet.mm(21, what, wanted, rule.1 - rule.0, 0.04);
            let ink = |from: f64, to: f64| {
                picture.has_ink(Area {
                    left: from,
                    top: rule.0,
                    right: to,
                    bottom: rule.1,
                })
            };
            let whole = ink(left + 0.1, left + 0.5) && ink(right - 0.5, right - 0.1);
            let short = !ink(left - 5.0, left - 0.3) && !ink(right + 0.3, right + 5.0);
            self.sheet.holds(
                21,
                "a rule fills the type area across",
                &format!("{WIDTH}"),
                whole && short,
                if whole && short { "156" } else { "other" },
            );
        }
    }

    fn attendance(&mut self) {
        let listed = self.facts.attendance();
        let mut at = self.end;
        let mut captions = Vec::new();
        for (caption, names) in &listed {
            let Some(span) = self.stream.find_line(caption, at) else {
                self.sheet.lost(30, caption);
                continue;
            };
            at = span.place.end;
            for name in names {
                // A name may be parted from its post by the end of a line, not lost.
                match self.stream.find(name, at) {
                    Some(found) => at = found.place.end,
                    None => self.sheet.lost(30, name),
                }
            }
            captions.push(span);
        }
        let lefts: Vec<_> = captions
            .iter()
            .map(|span| {
                (
                    self.left(span.first().page()) + 2.0 * CHARACTER,
                    span.first().left(),
                )
            })
            .collect();
        self.sheet
            .worst(30, "caption, two characters blank", lefts, CHOSEN);
        let wrong: Vec<String> = captions
            .iter()
            .filter(|span| self.face(&span.first().words[0]) != "黑体")
            .map(|span| span.first().text())
            .collect();
        self.sheet.none(30, "captions not in 黑体", &wrong);
        if let Some(first) = captions.first()
            && let Some(above) = self.stream.above(first.first())
        {
            self.sheet.mm(
                30,
                "one blank line above 出席",
                above.top() + 2.0 * self.line(),
                first.first().top(),
                CHOSEN,
            );
        }
        let mut turnovers = Vec::new();
        for (number, span) in captions.iter().enumerate() {
            let page = span.first().page();
            let mut top = span.first().top();
            let next = captions
                .get(number + 1)
                .map(|next| (next.first().page(), next.first().top()));
            let below: Vec<_> = self
                .paper
                .text(page)
                .filter(|line| line.top() > top + 0.6)
                .collect();
            for line in below {
                let here = (line.page(), line.top());
                let follows = (line.top() - top - self.line()).abs() < CHOSEN;
                if !follows || next.is_some_and(|next| here.1 > next.1 - 0.6 && here.0 == next.0) {
                    break;
                }
                turnovers.push((self.left(page) + 5.0 * CHARACTER, line.left()));
                top = line.top();
            }
        }
        self.sheet
            .worst(30, "turnover below the first name", turnovers, CHOSEN);
    }
}
