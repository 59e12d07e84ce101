//! Items 13, 17, 18 and 20: 附件说明, dates, 附注, 附件.

use super::super::{CHARACTER, CHOSEN, TOP, WIDTH};
use super::Subject;

impl Subject<'_> {
    pub(super) fn tail(&mut self) {
        if self.facts.official() {
            self.attachments();
            self.dates();
        }
        self.annexes();
    }

    fn attachments(&mut self) {
        let names = self.facts.list("attachments");
        let Some(first_name) = names.first() else {
            return;
        };
        let several = names.len() > 1;
        let numeral = |i: usize| {
            if several {
                format!("{}.", i + 1)
            } else {
                String::new()
            }
        };
        let label = format!("附件：{}{first_name}", numeral(0));
        let Some(first) = self.stream.find_line(&label, self.end) else {
            self.sheet.lost(13, "附件说明");
            return;
        };
        let left = self.left(first.first().page());
        self.sheet.mm(
            13,
            "two characters before 附件",
            left + 2.0 * CHARACTER,
            first.first().left(),
            CHOSEN,
        );
        let below = self.stream.above(first.first()).filter(|above| {
            let last = self.body.last().map(|placed| placed.span.last());
            last.is_some_and(|last| {
                last.page() == above.page() && (last.top() - above.top()).abs() < 0.01
            })
        });
        if let Some(above) = below {
            let wanted = above.top() + 2.0 * self.line();
            self.sheet.mm(
                13,
                "one blank line below the text",
                wanted,
                first.first().top(),
                CHOSEN,
            );
        }
        let mut numerals = Vec::new();
        let mut turnovers = Vec::new();
        let mut marked = Vec::new();
        let mut at = first.place.start;
        for (i, name) in names.iter().enumerate() {
            let text = if i == 0 {
                label.clone()
            } else {
                format!("{}{name}", numeral(i))
            };
            let Some(span) = self.stream.find_line(&text, at) else {
                self.sheet.lost(13, name);
                continue;
            };
            at = span.place.end;
            let begin = |page: usize| self.left(page) + 5.0 * CHARACTER;
            if i > 0 {
                numerals.push((begin(span.first().page()), span.first().left()));
            }
            // A digit is half a character wide, the point after it a little more than a quarter.
            let digits = numeral(i).chars().filter(char::is_ascii_digit).count() as f64;
            let hanging = if several { digits * 0.5 + 0.27 } else { 0.0 };
            for line in &span.lines[1..] {
                turnovers.push((begin(line.page()) + hanging * CHARACTER, line.left()));
            }
            if !span.ends || span.last().text().ends_with(['。', '；', '，', '、']) {
                marked.push(name.clone());
            }
        }
        self.end = at;
        self.sheet
            .worst(13, "numerals below the first one", numerals, CHOSEN);
        self.sheet
            .worst(13, "turnover below the name", turnovers, CHOSEN);
        self.sheet
            .none(13, "names with a mark at their end", &marked);
    }

    fn dates(&mut self) {
        let signed = self.facts.date();
        if self.facts.seal().is_some() {
            let shown = self.stream.find(&signed, 0).is_some();
            self.sheet.holds(
                17,
                "成文日期 in full, Arabic digits",
                &signed,
                shown,
                if shown { &signed } else { "absent" },
            );
        }
        if let Some((_, printed)) = self.facts.printed_by() {
            let shown = self.stream.find(&printed, 0).is_some();
            self.sheet.holds(
                17,
                "印发日期 in full, Arabic digits",
                &printed,
                shown,
                if shown { &printed } else { "absent" },
            );
        }
        let padded: Vec<String> = (1..=9)
            .flat_map(|digit| [format!("年0{digit}月"), format!("月0{digit}日")])
            .collect();
        let padded: Vec<&str> = padded.iter().map(String::as_str).collect();
        let faults = self.holds_nowhere(&padded);
        self.sheet
            .none(17, "months and days with a leading zero", &faults);
    }

    fn annexes(&mut self) {
        let annexes = self.facts.annexes();
        let mut at = self.end;
        for (number, (title, _)) in annexes.iter().enumerate() {
            let name = if annexes.len() > 1 {
                format!("附件{}", number + 1)
            } else {
                "附件".to_owned()
            };
            let mut label = self.stream.find_line(&name, at);
            while let Some(span) = label.take() {
                if span.ends {
                    label = Some(span);
                    break;
                }
                label = self.stream.find_line(&name, span.place.end);
            }
            let (Some(label), Some(title)) = (label, self.title_span(title, at)) else {
                self.sheet.lost(20, &name);
                continue;
            };
            at = title.place.end;
            let page = label.first().page();
            let left = self.left(page);
            let first = label.first();
            self.sheet.mm(
                20,
                &format!("{name} on the first line"),
                TOP,
                first.top(),
                CHOSEN,
            );
            self.sheet.mm(
                20,
                &format!("{name} flush left"),
                left,
                first.left(),
                CHOSEN,
            );
            let face = self.face(&first.words[0]);
            self.sheet
                .same(20, &format!("face of {name}"), "黑体", face);
            self.sheet.same(
                20,
                &format!("page of the title of {name}"),
                &page.to_string(),
                &title.first().page().to_string(),
            );
            let wanted = TOP + 2.0 * self.line();
            self.sheet.mm(
                20,
                "title on the third line",
                wanted,
                title.first().top(),
                CHOSEN,
            );
            let middles = title
                .lines
                .iter()
                .map(|line| (left + WIDTH / 2.0, f64::midpoint(line.left(), line.right())));
            self.sheet.worst(20, "middle of the title", middles, CHOSEN);
            if self.facts.official() {
                let foot = self.stream.find_line("抄送：", at);
                let before = foot.is_none_or(|foot| foot.first().page() >= page);
                self.sheet.holds(
                    20,
                    &format!("{name} before the 版记, after the text"),
                    "so",
                    before && page > 1,
                    &format!("page {page}"),
                );
            }
        }
    }
}
