//! 成文日期: a calendar day, written in papers as GB/T 9704-2012 §7.3.5.4 wants it.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar. In JSON `"2026-11-23"`, on paper `2026年11月23日`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day, or `None` when the calendar has no such day (years 1000 to 9999).
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
        let last = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        ((1000..=9999).contains(&year) && (1..=last).contains(&day)).then_some(Self {
            year,
            month,
            day,
        })
    }
}

/// On paper: Arabic digits, full year, no leading zeros (item 17).
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}年{}月{}日", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.splitn(3, '-');
        let mut number = |digits: usize| {
            let part = parts.next()?;
            (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit())).then_some(part)
        };
        let day = (|| {
            let year = number(4)?.parse().ok()?;
            let month = number(2)?.parse().ok()?;
            Self::new(year, month, number(2)?.parse().ok()?)
        })();
        day.ok_or_else(|| {
            format!("日期“{text}”不是有效的日期，应写成“2026-11-23”这样的形式，并且历法上确有此日")
        })
    }
}

impl TryFrom<String> for Date {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paper_form_has_no_leading_zeros() {
        let date: Date = "2026-03-05".parse().expect("a day of the calendar");
        assert_eq!(date.to_string(), "2026年3月5日");
        assert_eq!(String::from(date), "2026-03-05");
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-4-01",
            "26-04-01",
            "2026-04-31",
            "今天",
            "2026-04-01-1",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert!("2028-02-29".parse::<Date>().is_ok());
        assert!("1900-02-29".parse::<Date>().is_err());
    }
}
