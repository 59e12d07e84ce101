//! Items 6, 24 and 30: the red mark.

use super::super::{CHOSEN, WIDTH};
use super::{Subject, within};
use crate::measure::paper::{Run, Word};
use crate::measure::picture::{Area, Band};

impl Subject<'_> {
    /// The red mark: its ink from `top`, centred about `middle`. Returns the lower edge of its ink
    /// and what red there is below it.
    pub(super) fn mark(
        &mut self,
        item: u8,
        top: f64,
        middle: f64,
        rules: usize,
    ) -> Option<(f64, Vec<Band>)> {
        // The mark and what rules there are below it: above the text, and at a letter's foot.
        let mut bands = Vec::new();
        let areas: &[(f64, f64)] = if rules == 4 {
            &[(15.0, 80.0), (262.0, 297.0)]
        } else {
            &[(15.0, 225.0)]
        };
        for &(top, bottom) in areas {
            let area = Area {
                top,
                bottom,
                ..Area::PAGE
            };
            bands.extend(self.paper.coloured(1, area, 300).red());
        }
        let names = bands.len().saturating_sub(rules);
        let (mark, rest) = bands.split_at(names);
        let (Some(first), Some(last)) = (mark.first(), mark.last()) else {
            self.sheet.lost(item, "发文机关标志");
            return None;
        };
        self.sheet
            .mm(item, "top of the mark's ink", top, first.top, CHOSEN);
        let left = mark.iter().map(|band| band.left).fold(f64::MAX, f64::min);
        let right = mark.iter().map(|band| band.right).fold(f64::MIN, f64::max);
        let found = f64::midpoint(left, right);
        self.sheet
            .mm(item, "middle of the mark", middle, found, 1.0);
        let width = right - left;
        self.sheet.holds(
            item,
            "width of the mark",
            "at most 156",
            width <= WIDTH + CHOSEN,
            &format!("{width:.2}"),
        );
        // An order has no rule below its mark (item 30), and no mark has one inside.
        let thin = mark.iter().filter(|band| band.height() < 2.0).count();
        self.sheet
            .same(item, "rules inside the mark", "0", &thin.to_string());
        self.names(item);
        Some((last.bottom, rest.to_vec()))
    }

    /// The mark's text: red, in 小标宋; of several names one below the other, 文件 right of them in
    /// the middle of their height.
    fn names(&mut self, item: u8) {
        let red: Vec<&Run> = self
            .paper
            .runs
            .iter()
            .filter(|run| run.page == 1 && run.colour == "#ff0000")
            .collect();
        let text: String = red.iter().map(|run| run.text.as_str()).collect();
        let wrong: Vec<String> = red
            .iter()
            .filter(|run| !run.family.contains("Serif"))
            .map(|run| run.family.clone())
            .collect();
        self.sheet.none(item, "red text not in 小标宋", &wrong);
        let marks = self.facts.marks();
        let wanted: usize = marks.iter().map(|mark| mark.chars().count()).sum();
        self.sheet.same(
            item,
            "characters of the mark",
            &wanted.to_string(),
            &text.chars().count().to_string(),
        );
        if marks.len() < 2 {
            return;
        }
        // 文件 or 令 ends the first or the last name and stands beside all of them.
        let bare = |mark: &String| {
            mark.trim_end_matches("文件")
                .trim_end_matches('令')
                .to_owned()
        };
        let large = |text: &str| {
            let mut lines = self.paper.text(1);
            lines.find_map(|line| within(line, text).filter(|word| word.bottom - word.top > 5.9))
        };
        let names: Vec<String> = marks.iter().map(bare).collect();
        let found: Vec<Word> = names.iter().filter_map(|name| large(name)).collect();
        let suffix = ["文件", "令"].into_iter().find_map(large);
        self.sheet.same(
            item,
            "names in the mark",
            &names.len().to_string(),
            &found.len().to_string(),
        );
        let (Some(first), Some(last)) = (found.first(), found.last()) else {
            return;
        };
        let lefts = found.iter().map(|name| (first.left, name.left));
        self.sheet
            .worst(item, "left edges of the names", lefts, CHOSEN);
        let rights = found.iter().map(|name| (first.right, name.right));
        self.sheet
            .worst(item, "right edges of the names", rights, CHOSEN);
        let middle = |word: &Word| f64::midpoint(word.top, word.bottom);
        let tops: Vec<f64> = found.iter().map(middle).collect();
        let ordered = tops.windows(2).all(|pair| pair[0] < pair[1]);
        self.sheet.holds(
            item,
            "names one below the other",
            "in order",
            ordered,
            &format!("{} names", tops.len()),
        );
        match suffix {
            Some(suffix) => self.sheet.mm(
                item,
                "文件 or 令 beside the middle of the names",
                f64::midpoint(middle(first), middle(last)),
                middle(&suffix),
                CHOSEN,
            ),
            None => self.sheet.lost(item, "文件 or 令 beside the names"),
        }
    }
}
