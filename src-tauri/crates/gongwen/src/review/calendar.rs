//! Days as texts write them: 2026年11月23日, 11月23日.

use super::passage::Passage;
use crate::model::Date;
use std::ops::Range;

/// Names of the weekdays from Monday.
pub(super) const WEEKDAYS: [char; 7] = ['一', '二', '三', '四', '五', '六', '日'];

/// A day written in a text, whether or not the calendar has it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// Where it stands, year included.
    pub(super) range: Range<usize>,
    /// The digits before 年, when the year is written.
    pub(super) year: Option<String>,
    pub(super) month: String,
    pub(super) day: String,
}

impl Written {
    pub(super) fn month(&self) -> u8 {
        self.month.parse().unwrap_or(0)
    }

    pub(super) fn day(&self) -> u8 {
        self.day.parse().unwrap_or(0)
    }

    /// The day, when its year is written in full and the calendar has it.
    pub(super) fn date(&self) -> Option<Date> {
        let year = self.year.as_ref().filter(|year| year.len() == 4)?;
        Date::new(year.parse().ok()?, self.month(), self.day())
    }

    /// The day in a year.
    pub(super) fn in_year(&self, year: u16) -> Option<Date> {
        Date::new(year, self.month(), self.day())
    }

    /// The day; without a written year the one nearest to another day.
    pub(super) fn nearest(&self, to: Date) -> Option<Date> {
        if self.year.is_some() {
            return self.date();
        }
        let year = year(to);
        [year - 1, year, year + 1]
            .into_iter()
            .filter_map(|year| self.in_year(year))
            .min_by_key(|date| ordinal(*date).abs_diff(ordinal(to)))
    }
}

/// Every day written in a text.
pub(super) fn days(passage: &Passage) -> Vec<Written> {
    let chars = &passage.chars;
    let digit = |ch: &&char| ch.is_ascii_digit();
    let before = |end: usize| chars[..end].iter().rev().take_while(digit).count();
    let mut found = Vec::new();
    for (at, _) in chars.iter().enumerate().filter(|(_, ch)| **ch == '月') {
        let month = before(at);
        let day = chars[at + 1..].iter().take_while(digit).count();
        let end = at + 1 + day;
        let fits = |length: usize| (1..=2).contains(&length);
        if !fits(month) || !fits(day) || chars.get(end) != Some(&'日') {
            continue;
        }
        let start = at - month;
        let year = match start.checked_sub(1).map(|mark| (chars[mark], before(mark))) {
            Some(('年', digits)) if digits > 0 => Some(start - 1 - digits..start - 1),
            _ => None,
        };
        found.push(Written {
            range: year.as_ref().map_or(start, |year| year.start)..end + 1,
            year: year.map(|year| passage.slice(year)),
            month: passage.slice(start..at),
            day: passage.slice(at + 1..end),
        });
    }
    found
}

/// Year of a day.
pub(super) fn year(date: Date) -> u16 {
    let text = String::from(date);
    text[..4].parse().unwrap_or(0)
}

/// Days since an arbitrary Monday.
pub(super) fn ordinal(date: Date) -> i64 {
    let text = String::from(date);
    let part = |range: Range<usize>| text[range].parse::<i64>().unwrap_or(1);
    let (year, month, day) = (part(0..4), part(5..7), part(8..10));
    // Years that begin in March, so that the leap day is their last.
    let (y, m) = if month < 3 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day + 1
}

/// Name of a day's weekday: 一 to 日.
pub(super) fn weekday(date: Date) -> char {
    WEEKDAYS[ordinal(date).rem_euclid(7) as usize]
}

#[cfg(test)]
mod tests {
    use super::super::passage::Kind;
    use super::*;

    #[test]
    fn weekdays_of_known_days() {
        for (day, name) in [
            ("2000-01-01", '六'),
            ("2024-02-29", '四'),
            ("2026-11-23", '一'),
            ("2026-11-29", '日'),
            ("1949-10-01", '六'),
            ("2100-03-01", '一'),
        ] {
            assert_eq!(weekday(day.parse().expect("a date")), name, "{day}");
        }
    }

    #[test]
    fn days_are_found_with_and_without_a_year() {
        let text = "自2026年9月1日至9月12日，12月底，第3年12月5日，月日，1月123日";
        let passage = Passage::new("", "", text, Kind::Prose);
        let found: Vec<_> = days(&passage)
            .into_iter()
            .map(|day| (passage.slice(day.range), day.year))
            .collect();
        assert_eq!(
            found,
            [
                ("2026年9月1日".into(), Some("2026".into())),
                ("9月12日".into(), None),
                ("3年12月5日".into(), Some("3".into())),
            ]
        );
    }
}
