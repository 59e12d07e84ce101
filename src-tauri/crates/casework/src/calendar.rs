//! Working days (工作日) under the State Council's yearly holiday notices.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::data::{DataError, invalid, read};

const WHAT: &str = "节假日安排文件";
const FORMAT: u32 = 1;
/// A single holiday longer than this is taken for a slip of the pen.
const LONGEST_HOLIDAY: i64 = 15;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    #[allow(dead_code)]
    title: String,
    years: Vec<FileYear>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileYear {
    year: i32,
    notice: String,
    holidays: Vec<FileHoliday>,
    workdays: Vec<NaiveDate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileHoliday {
    name: String,
    from: NaiveDate,
    to: NaiveDate,
}

/// The day a period of working days ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Due {
    /// Last day of the period.
    pub date: NaiveDate,
    /// False when a year touched has no notice here, so that Monday to Friday
    /// were counted instead.
    pub calendar_known: bool,
}

/// A year of the calendar and the notice it was taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CalendarYear {
    /// Year.
    pub year: i32,
    /// Document number of the State Council's notice.
    pub notice: String,
}

/// Which days are worked. Days of a year without a notice are judged by the
/// weekday alone, and results say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkCalendar {
    years: BTreeMap<i32, String>,
    off: BTreeMap<NaiveDate, String>,
    work: BTreeSet<NaiveDate>,
}

/// Days beyond which no term of this trade lies: a hundred years. A number from
/// a hostile file must not make anybody count for ever.
const FARTHEST: usize = 36_525;

impl WorkCalendar {
    /// The calendar shipped with the program (`data/holidays.json`).
    ///
    /// # Panics
    /// Never: a test of this crate reads the shipped file.
    pub fn shipped() -> Self {
        Self::parse(include_str!("../data/holidays.json"))
            .expect("the shipped calendar is parsed by a test of this crate")
    }

    /// Reads a calendar file; it replaces the one in use as a whole.
    ///
    /// # Errors
    /// Says in Chinese where the file is wrong.
    pub fn parse(json: &str) -> Result<Self, DataError> {
        let file: File = read(WHAT, json)?;
        if file.format != FORMAT {
            return Err(DataError::Version {
                what: WHAT,
                found: file.format,
                known: FORMAT,
            });
        }
        if file.years.is_empty() {
            return Err(invalid(WHAT, "没有任何年份"));
        }
        let mut calendar = Self {
            years: BTreeMap::new(),
            off: BTreeMap::new(),
            work: BTreeSet::new(),
        };
        for year in file.years {
            calendar.add_year(year)?;
        }
        if let Some(day) = calendar
            .work
            .iter()
            .find(|day| calendar.off.contains_key(day))
        {
            return Err(invalid(
                WHAT,
                format!("{}既列为放假又列为上班", chinese_date(*day)),
            ));
        }
        Ok(calendar)
    }

    fn add_year(&mut self, year: FileYear) -> Result<(), DataError> {
        if year.notice.trim().is_empty() {
            return Err(invalid(WHAT, format!("{}年没有写明通知文号", year.year)));
        }
        for holiday in year.holidays {
            let days = (holiday.to - holiday.from).num_days() + 1;
            if !(1..=LONGEST_HOLIDAY).contains(&days) {
                return Err(invalid(
                    WHAT,
                    format!("{}年{}的起止日期不对", year.year, holiday.name),
                ));
            }
            for day in holiday.from.iter_days().take(days as usize) {
                belongs(day, year.year)?;
                if self.off.insert(day, holiday.name.clone()).is_some() {
                    return Err(invalid(
                        WHAT,
                        format!("{}的放假重复列出", chinese_date(day)),
                    ));
                }
            }
        }
        for day in year.workdays {
            belongs(day, year.year)?;
            if !is_weekend(day) {
                return Err(invalid(
                    WHAT,
                    format!("{}不是周末，不必列为调休上班日", chinese_date(day)),
                ));
            }
            if !self.work.insert(day) {
                return Err(invalid(
                    WHAT,
                    format!("{}的上班重复列出", chinese_date(day)),
                ));
            }
        }
        if self.years.insert(year.year, year.notice).is_some() {
            return Err(invalid(WHAT, format!("{}年列了两次", year.year)));
        }
        Ok(())
    }

    /// The years it knows, with their notices.
    pub fn years(&self) -> Vec<CalendarYear> {
        self.years
            .iter()
            .map(|(year, notice)| CalendarYear {
                year: *year,
                notice: notice.clone(),
            })
            .collect()
    }

    /// Whether a notice for this year is here.
    pub fn knows(&self, year: i32) -> bool {
        self.years.contains_key(&year)
    }

    /// Name of the holiday on `day`, if it is one.
    pub fn holiday(&self, day: NaiveDate) -> Option<&str> {
        self.off.get(&day).map(String::as_str)
    }

    /// Whether people work on `day`.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        self.work.contains(&day) || (!self.off.contains_key(&day) && !is_weekend(day))
    }

    /// The `n`-th working day after `from`; `from` itself (the day of receipt)
    /// is not counted (rule `inquiry.reply-days`). Zero gives `from`.
    pub fn add_working_days(&self, from: NaiveDate, n: u32) -> Due {
        let mut date = from;
        let mut calendar_known = self.knows(from.year());
        let mut left = n.min(FARTHEST as u32);
        while left > 0 {
            let Some(next) = date.checked_add_days(Days::new(1)) else {
                break;
            };
            date = next;
            calendar_known &= self.knows(date.year());
            left -= u32::from(self.is_working_day(date));
        }
        Due {
            date,
            calendar_known,
        }
    }

    /// Working days left from `today` (not counted) to `due` (counted);
    /// negative when `due` is past.
    pub fn working_days_between(&self, today: NaiveDate, due: NaiveDate) -> i32 {
        let count = |after: NaiveDate, until: NaiveDate| {
            after
                .iter_days()
                .skip(1)
                .take(FARTHEST)
                .take_while(|day| *day <= until)
                .filter(|day| self.is_working_day(*day))
                .count() as i32
        };
        if today <= due {
            count(today, due)
        } else {
            -count(due, today)
        }
    }
}

/// A notice speaks of its own year; only New Year may begin in the December before.
fn belongs(day: NaiveDate, year: i32) -> Result<(), DataError> {
    if day.year() == year || (day.year() == year - 1 && day.month() == 12) {
        return Ok(());
    }
    Err(invalid(
        WHAT,
        format!("{}不属于{year}年的安排", chinese_date(day)),
    ))
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// `2026年3月5日`: Arabic digits, full year, no leading zeros (GB/T 9704 item 17).
pub fn chinese_date(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date in a test")
    }

    #[test]
    fn the_shipped_years_and_their_notices() {
        let years: Vec<_> = WorkCalendar::shipped()
            .years()
            .into_iter()
            .map(|year| format!("{} {}", year.year, year.notice))
            .collect();
        assert_eq!(
            years,
            [
                "2024 国办发明电〔2023〕7号",
                "2025 国办发明电〔2024〕12号",
                "2026 国办发明电〔2025〕7号"
            ]
        );
    }

    #[test]
    fn shifted_days_and_holidays() {
        let calendar = WorkCalendar::shipped();
        for work in ["2024-02-18", "2025-09-28", "2026-02-14", "2026-10-08"] {
            assert!(calendar.is_working_day(day(work)), "{work}");
        }
        for off in ["2024-05-03", "2025-10-08", "2026-01-02", "2026-11-22"] {
            assert!(!calendar.is_working_day(day(off)), "{off}");
        }
        assert_eq!(calendar.holiday(day("2026-02-20")), Some("春节"));
    }

    /// Totals as the notices give them: a year of 365 or 366 days.
    #[test]
    fn working_days_of_whole_years() {
        let calendar = WorkCalendar::shipped();
        for (year, days) in [(2024, 251), (2025, 248), (2026, 248)] {
            let from = NaiveDate::from_ymd_opt(year - 1, 12, 31).expect("a date");
            let until = NaiveDate::from_ymd_opt(year, 12, 31).expect("a date");
            assert_eq!(calendar.working_days_between(from, until), days, "{year}");
        }
    }

    #[test]
    fn fifteen_days_across_the_national_holiday() {
        let calendar = WorkCalendar::shipped();
        // 28–30 Sept, 8–10 (a worked Saturday), 12–16 and 19–22 Oct: 3 + 3 + 5 + 4.
        let due = calendar.add_working_days(day("2026-09-24"), 15);
        assert_eq!(due.date, day("2026-10-22"));
        assert!(due.calendar_known);
    }

    #[test]
    fn a_year_without_a_notice_is_said() {
        let calendar = WorkCalendar::shipped();
        let due = calendar.add_working_days(day("2026-12-25"), 15);
        assert!(!due.calendar_known);
        assert_eq!(due.date, day("2027-01-15"));
    }

    #[test]
    fn a_term_beyond_all_measure_ends() {
        let calendar = WorkCalendar::shipped();
        let today: NaiveDate = "2026-11-26".parse().expect("a date");
        let due = calendar.add_working_days(today, u32::MAX);
        assert_eq!(due, calendar.add_working_days(today, 36_525));
        assert!(!due.calendar_known);
        for far in [NaiveDate::MIN, NaiveDate::MAX] {
            let days = calendar.working_days_between(today, far).unsigned_abs();
            assert!((20_000..36_525).contains(&days), "{days}");
        }
    }

    #[test]
    fn wrong_files_are_refused_in_chinese() {
        let year = |body: &str| format!(r#"{{"format":1,"title":"试","years":[{body}]}}"#);
        let cases = [
            ("{".to_owned(), "第1行"),
            (r#"{"format":1,"title":"试"}"#.to_owned(), "内容不符合格式"),
            (
                r#"{"format":2,"title":"试","years":[]}"#.to_owned(),
                "版本是2",
            ),
            (
                r#"{"format":1,"title":"试","years":[]}"#.to_owned(),
                "没有任何年份",
            ),
            (
                year(r#"{"year":2030,"notice":"甲","holidays":[],"workdays":["2030-01-01"]}"#),
                "2030年1月1日不是周末",
            ),
            (
                year(r#"{"year":2030,"notice":"","holidays":[],"workdays":[]}"#),
                "没有写明通知文号",
            ),
            (
                year(
                    r#"{"year":2030,"notice":"甲","holidays":[{"name":"元旦","from":"2030-01-05","to":"2030-01-01"}],"workdays":[]}"#,
                ),
                "元旦的起止日期不对",
            ),
            (
                year(
                    r#"{"year":2030,"notice":"甲","holidays":[{"name":"元旦","from":"2031-01-01","to":"2031-01-01"}],"workdays":[]}"#,
                ),
                "不属于2030年",
            ),
            (
                year(
                    r#"{"year":2030,"notice":"甲","holidays":[{"name":"节","from":"2030-01-05","to":"2030-01-06"}],"workdays":["2030-01-05"]}"#,
                ),
                "既列为放假又列为上班",
            ),
        ];
        for (json, wanted) in cases {
            let message = WorkCalendar::parse(&json)
                .expect_err("must be refused")
                .to_string();
            assert!(message.contains(wanted), "{json}: {message}");
            assert!(message.contains("没有改动"), "{message}");
        }
    }

    fn any_day() -> impl Strategy<Value = NaiveDate> {
        (0u64..2200).prop_map(|n| day("2023-06-01") + Days::new(n))
    }

    proptest! {
        #[test]
        fn the_period_has_exactly_its_working_days(from in any_day(), n in 1u32..60) {
            let calendar = WorkCalendar::shipped();
            let due = calendar.add_working_days(from, n);
            prop_assert!(due.date > from);
            prop_assert!(calendar.is_working_day(due.date));
            prop_assert_eq!(calendar.working_days_between(from, due.date), n as i32);
            prop_assert_eq!(calendar.working_days_between(due.date, from), -(n as i32));
        }

        #[test]
        fn a_longer_period_never_ends_earlier(from in any_day(), n in 0u32..60) {
            let calendar = WorkCalendar::shipped();
            prop_assert!(calendar.add_working_days(from, n).date
                < calendar.add_working_days(from, n + 1).date);
        }

        #[test]
        fn a_later_receipt_never_falls_due_earlier(from in any_day(), n in 1u32..60) {
            let calendar = WorkCalendar::shipped();
            let later = from + Days::new(1);
            prop_assert!(calendar.add_working_days(from, n).date
                <= calendar.add_working_days(later, n).date);
        }
    }
}
