//! Item 14: 署名 and 成文日期 under seals.

use super::super::{CHARACTER, CHOSEN, SEAL};
use super::Subject;
use super::signature::Signed;
use crate::measure::paper::Word;
use crate::measure::picture::Area;

/// How far a seal's centre lies above the middle of name and date, which stand a little below it.
const SEAL_ABOVE: f64 = 5.0;

impl Subject<'_> {
    pub(super) fn sealed(&mut self, date: &Word) {
        let mut organs = Vec::new();
        for name in &self.facts.organs() {
            match self.signature(name) {
                Some(organ) => organs.push(organ),
                None => self.sheet.lost(14, name),
            }
        }
        let Some(last) = organs.last().cloned() else {
            return;
        };
        let right = self.right(date.page);
        let widest = organs.iter().map(Signed::width).fold(0.0, f64::max);
        // A draft's date begins with blanks, which are no words.
        let dated = date.text.starts_with(|ch: char| ch.is_ascii_digit());
        let usual = right - 4.0 * CHARACTER;
        let width = date.right - date.left;
        // A long name would leave the type area: name and date then stand further left.
        let over = if dated {
            (usual - width / 2.0 + widest / 2.0 - right).max(0.0)
        } else {
            0.0
        };
        self.sheet.mm(
            14,
            "date, four characters blank at the right",
            usual - over,
            date.right,
            CHOSEN,
        );
        if dated {
            self.sheet.mm(
                14,
                "last name centred over the date",
                date.middle(),
                last.last.middle(),
                CHOSEN,
            );
        }
        self.sheet.mm(
            14,
            "last name one line above the date",
            date.top - self.line(),
            last.last.top,
            CHOSEN,
        );
        let faults = self.seals(&organs, date);
        let what = format!("room of {} seals: faults", organs.len());
        self.sheet.none(14, &what, &faults);
        self.free_of_ink(&organs, date);
    }

    /// What is wrong with the places of seals.
    fn seals(&self, organs: &[Signed], date: &Word) -> Vec<String> {
        let (left, right) = (self.left(date.page), self.right(date.page));
        let mut faults = Vec::new();
        for (i, organ) in organs.iter().enumerate() {
            let (name, middle, top) = (organ.text(), organ.last.middle(), organ.last.top);
            let reach = SEAL.max(organ.width()) / 2.0;
            if middle - reach < left - CHOSEN || middle + reach > right + CHOSEN {
                faults.push(format!("{name} leaves the type area"));
            }
            if organ.last.page != date.page {
                faults.push(format!("{name} is on another page"));
            }
            let beside = |other: &&Signed| (other.last.top - top).abs() < 0.6;
            if organs.iter().filter(beside).count() > 3 {
                faults.push("more than three seals in a row".to_owned());
            }
            for other in &organs[..i] {
                let (dx, dy) = (middle - other.last.middle(), top - other.last.top);
                if dx.hypot(dy) <= SEAL {
                    faults.push(format!("seals of {} and {name} touch", other.text()));
                }
                if dy < -0.6 || (dy.abs() < 0.6 && dx < 0.0) {
                    faults.push(format!("{name} is out of order"));
                }
            }
        }
        faults
    }

    /// The seal is pressed over name and date: above them it finds no ink, and its top is within
    /// one line of the text.
    fn free_of_ink(&mut self, organs: &[Signed], date: &Word) {
        let (Some(first), Some(last)) = (organs.first(), organs.last()) else {
            return;
        };
        // From a name's top to the seal's centre: names and date stand a little below it.
        let centre = (date.bottom - last.last.top) / 2.0 - SEAL_ABOVE;
        let highest = organs
            .iter()
            .map(|organ| &organ.first)
            .min_by(|a, b| a.top.total_cmp(&b.top))
            .unwrap_or(&first.first);
        let text = self.line_above(highest).map_or(0.0, |above| above.1);
        let mut inked = Vec::new();
        for organ in organs {
            let middle = organ.last.middle();
            let area = Area {
                left: middle - SEAL / 2.0,
                top: (organ.last.top + centre - SEAL / 2.0).max(text + 0.2),
                right: middle + SEAL / 2.0,
                bottom: organ.first.top - 0.2,
            };
            let free = area.bottom <= area.top || self.facts.watermark();
            if !free && self.paper.grey(organ.last.page, area, 150).has_ink(area) {
                inked.push(organ.text());
            }
        }
        self.sheet.none(14, "ink under a seal", &inked);
        if text > 0.0 {
            let white = first.last.top + centre - SEAL / 2.0 - text;
            self.sheet.holds(
                14,
                "white between text and seal",
                "0 to one line",
                white > 0.0 && white <= self.line() + CHOSEN,
                &format!("{white:.2}"),
            );
        }
        let lowest = last.last.top + centre + SEAL / 2.0;
        self.sheet.holds(
            14,
            "lower edge of the last seal",
            "on the page",
            lowest < 297.0 - 20.0,
            &format!("{lowest:.2}"),
        );
    }
}
