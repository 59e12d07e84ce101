//! Remarks about days written in a text: days that do not exist, weekdays that do not match.

use super::Remark;
use super::calendar::{self, WEEKDAYS};
use super::passage::Passage;
use crate::model::Date;

/// Remarks about the days of one text in a document of the day `dated`.
pub(super) fn remarks(passage: &Passage, dated: Date, out: &mut Vec<Remark>) {
    for day in calendar::days(passage) {
        let range = day.range.clone();
        let written = passage.slice(range.clone());
        let mut add = |message: String| out.push(passage.remark(range.clone(), message));
        // 3年12月5日 counts years; two figures are a year cut short.
        let years = day.year.as_ref().map_or(0, String::len);
        if years == 2 {
            add(format!("“{written}”的年份应当写全四位，请改正。"));
        }
        if !matches!(years, 0 | 4) {
            continue;
        }
        if day.month.starts_with('0') || day.day.starts_with('0') {
            add(format!("“{written}”的月、日不编虚位，开头的“0”请删去。"));
        }
        // A leap year has every day that any year has.
        let exists = match &day.year {
            Some(_) => day.date(),
            None => day.in_year(2024),
        };
        if exists.is_none() {
            add(format!("“{written}”在历法上没有这一天，请核对。"));
            continue;
        }
        let Some((named, length)) = weekday_named(&passage.chars[day.range.end..]) else {
            continue;
        };
        if day.year.is_none() && other_year(passage, day.range.start) {
            continue;
        }
        let Some(date) = day.nearest(dated) else {
            continue;
        };
        let right = calendar::weekday(date);
        if named != right {
            let message = format!("{date}是星期{right}，不是星期{named}，请核对。");
            out.push(passage.remark(day.range.start..day.range.end + length, message));
        }
    }
}

/// Is a day without a year said to be of another year than the paper's?
pub(super) fn other_year(passage: &Passage, start: usize) -> bool {
    let said = passage.slice(start.saturating_sub(3)..start);
    said.contains('年')
}

/// The weekday named right after a date, and where its name ends: 星期三, （周三）.
fn weekday_named(rest: &[char]) -> Option<(char, usize)> {
    let skipped = rest
        .iter()
        .take_while(|ch| matches!(ch, '（' | '(' | '，' | ' ' | '\u{3000}'))
        .count();
    let text: String = rest[skipped..].iter().take(3).collect();
    let (word, named) = ["星期", "礼拜", "周"]
        .iter()
        .find_map(|word| Some((word, text.strip_prefix(word)?.chars().next()?)))?;
    let named = if named == '天' { '日' } else { named };
    let length = skipped + word.chars().count() + 1;
    WEEKDAYS.contains(&named).then_some((named, length))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{marks, today};
    use super::*;

    #[test]
    fn days_of_the_calendar_and_their_weekdays() {
        marks(
            |passage, out| remarks(passage, today(), out),
            &[
                ("于2026年11月30日（星期二）前", &["2026年11月30日（星期二"]),
                ("于2026年2月28日，周日报送", &["2026年2月28日，周日"]),
                ("于11月30日（周二）前", &["11月30日（周二"]),
                ("于2026年2月30日前", &["2026年2月30日"]),
                ("于2月30日、13月1日前", &["2月30日", "13月1日"]),
                ("于2026年03月5日前", &["2026年03月5日"]),
                ("于26年3月5日前", &["26年3月5日"]),
                ("于2025年2月29日前", &["2025年2月29日"]),
            ],
            &[
                "2000年1月1日星期六",
                "2024年2月29日（周四）",
                "2026年11月29日星期天",
                "11月30日（星期一），1月4日（周一）",
                "2月29日",
                "去年11月30日（星期日）",
                "2026年11月30日周边单位",
                "任期3年12月5日止",
                "每年6月31天",
            ],
        );
    }
}
