//! Item 31: landscape tables on A4. The sheet stays upright; the table runs from its foot to its
//! head.

use super::super::{CHOSEN, MARGIN};
use super::Subject;
use crate::measure::paper::Word;
use crate::measure::picture::Area;

impl Subject<'_> {
    pub(super) fn register(&mut self) {
        if self.facts.format() != "register" {
            return;
        }
        let (columns, rows) = self.facts.register();
        let title = self.facts.text("title");
        if let Some(word) = self.upright(1, &title) {
            let middle = f64::midpoint(word.top, word.bottom);
            self.sheet
                .mm(31, "middle of the title", 149.5, middle, CHOSEN);
        } else {
            self.sheet.lost(31, "标题");
        }
        for page in 1..=self.paper.pages() {
            self.table_head(page, &columns);
        }
        self.sums(&columns, &rows);
    }

    /// A text on a turned page.
    fn upright(&self, page: usize, text: &str) -> Option<Word> {
        let mut words = self.paper.words.iter();
        words
            .find(|word| word.page == page && word.text == text)
            .cloned()
    }

    /// A caption, which may stand on several lines: where its first line begins.
    fn caption(&self, page: usize, text: &str) -> Option<Word> {
        self.upright(page, text).or_else(|| {
            let mut words = self.paper.words.iter();
            words
                .find(|word| {
                    word.page == page && !word.text.is_empty() && text.starts_with(&word.text)
                })
                .cloned()
        })
    }

    /// The head stands at the binding edge of odd pages and at the fore edge of even ones: at the
    /// left of both.
    fn table_head(&mut self, page: usize, columns: &[String]) {
        let (Some(first), Some(last)) = (
            columns.first().and_then(|text| self.caption(page, text)),
            columns.last().and_then(|text| self.caption(page, text)),
        ) else {
            self.sheet.lost(31, &format!("head of page {page}"));
            return;
        };
        self.sheet.holds(
            31,
            &format!("table of page {page} runs from foot to head"),
            "so",
            first.top > last.bottom,
            &format!("{:.0} to {:.0}", first.top, last.bottom),
        );
        let edge = self.left(page);
        let half = Area {
            left: 10.0,
            top: 30.0,
            right: 110.0,
            bottom: 268.0,
        };
        let picture = self.paper.grey(page, half, 300);
        if page > 1 {
            let at_edge = picture.has_ink(Area {
                left: edge - 0.2,
                top: 140.0,
                right: edge + 0.2,
                bottom: 160.0,
            });
            let beyond = picture.has_ink(Area {
                right: edge - 0.5,
                ..half
            });
            self.sheet.holds(
                31,
                &format!("head of page {page} begins at the edge"),
                &format!("{edge}"),
                at_edge && !beyond,
                if at_edge { "a rule" } else { "no rule" },
            );
        }
        // The rules between the columns, on the strip where the head stands.
        let middle = f64::midpoint(first.left, first.right);
        let rules = picture.black_rows(Area {
            left: middle - 0.6,
            right: middle + 0.6,
            ..half
        });
        let (Some(upper), Some(lower)) = (rules.first(), rules.last()) else {
            self.sheet.lost(31, "rules of the columns");
            return;
        };
        self.sheet.mm(
            31,
            &format!("upper end of the table, page {page}"),
            37.0,
            upper.0,
            MARGIN,
        );
        self.sheet.mm(
            31,
            &format!("lower end of the table, page {page}"),
            262.0,
            lower.1,
            MARGIN,
        );
    }

    /// Sums of the page and up to it, in hundredths.
    fn sums(&mut self, columns: &[String], rows: &[Vec<String>]) {
        let summed: Vec<usize> = self
            .facts
            .sums()
            .iter()
            .filter_map(|name| columns.iter().position(|column| column == name))
            .collect();
        if summed.is_empty() {
            return;
        }
        let mut so_far = vec![0_i64; summed.len()];
        let mut next = 0;
        for page in 1..=self.paper.pages() {
            let here = self.rows_of(page, columns, &rows[next..]);
            let from = next;
            next += here;
            for (i, column) in summed.iter().enumerate() {
                let sum: i64 = rows[from..next]
                    .iter()
                    .map(|row| hundredths(&row[*column]))
                    .sum();
                so_far[i] += sum;
                let head = self.caption(page, &columns[*column]);
                let middle = head.map_or(0.0, |head| f64::midpoint(head.top, head.bottom));
                for (label, wanted) in [("本页合计", sum), ("累计", so_far[i])] {
                    let place = self.upright(page, label);
                    // One page needs no second sum.
                    let Some(place) = place else {
                        if self.paper.pages() > 1
                            || label == "本页合计" && self.upright(page, "合计").is_none()
                        {
                            self.sheet.lost(31, &format!("{label} of page {page}"));
                        }
                        continue;
                    };
                    let found = self.paper.words.iter().find(|word| {
                        word.page == page
                            && (word.left - place.left).abs() < 1.0
                            && (f64::midpoint(word.top, word.bottom) - middle).abs() < 2.5
                            && word.text.starts_with(|ch: char| ch.is_ascii_digit())
                    });
                    let found = found.map_or(-1, |word| hundredths(&word.text));
                    let shown = |sum: i64| format!("{}.{:02}", sum / 100, sum % 100);
                    let what = format!("{label} of {}, page {page}", columns[*column]);
                    self.sheet.same(31, &what, &shown(wanted), &shown(found));
                }
            }
        }
        self.sheet.same(
            31,
            "rows on all pages",
            &rows.len().to_string(),
            &next.to_string(),
        );
    }

    /// How many of the rows from `next` on a page holds: below the first caption their first cells
    /// follow each other from left to right.
    fn rows_of(&self, page: usize, columns: &[String], rows: &[Vec<String>]) -> usize {
        let Some(head) = columns.first().and_then(|text| self.caption(page, text)) else {
            return 0;
        };
        let middle = f64::midpoint(head.top, head.bottom);
        let mut cells: Vec<&Word> = self
            .paper
            .words
            .iter()
            .filter(|word| word.page == page && word.left > head.right)
            .filter(|word| (f64::midpoint(word.top, word.bottom) - middle).abs() < 3.0)
            .collect();
        cells.sort_by(|a, b| a.left.total_cmp(&b.left));
        let firsts = rows.iter().filter_map(|row| row.first());
        firsts
            .zip(cells)
            .take_while(|(cell, word)| **cell == word.text)
            .count()
    }
}

/// A number with at most two decimals; anything else is nothing.
fn hundredths(text: &str) -> i64 {
    let text = text.replace(',', "");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let Ok(whole) = whole.parse::<i64>() else {
        return 0;
    };
    whole * 100 + format!("{part:0<2}").parse::<i64>().unwrap_or(0)
}
