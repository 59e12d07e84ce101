//! Remarks about dates written in a text: days that do not exist, weekdays that do not match.

use super::Remark;
use crate::model::Date;

/// Names of the weekdays from Monday.
const WEEKDAYS: [char; 7] = ['一', '二', '三', '四', '五', '六', '日'];

/// Remarks about the dates of one text.
pub(super) fn remarks(place: &str, text: &str) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for (at, _) in text.match_indices('年') {
        let before = &text[..at];
        let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let year = &before[before.len() - digits..];
        let Some((month, rest)) = number(&text[at + '年'.len_utf8()..], '月') else {
            continue;
        };
        let Some((day, rest)) = number(rest, '日') else {
            continue;
        };
        let written = format!("{year}年{month}月{day}日");
        if year.len() != 4 {
            if year.len() == 2 {
                let message = format!("“{written}”的年份应当写全四位，请改正。");
                remarks.push(Remark::new(place, message));
            }
            continue;
        }
        if month.starts_with('0') || day.starts_with('0') {
            let message = format!("“{written}”的月、日不编虚位，开头的“0”请删去。");
            remarks.push(Remark::new(place, message));
        }
        let value = |text: &str| text.parse().unwrap_or(0);
        let (y, m, d) = (year.parse().unwrap_or(0), value(month), value(day));
        let Some(date) = Date::new(y, m, d) else {
            let message = format!("“{written}”在历法上没有这一天，请核对。");
            remarks.push(Remark::new(place, message));
            continue;
        };
        if let Some(named) = weekday_named(rest) {
            let right = WEEKDAYS[weekday(y, m, d)];
            if named != right {
                let message = format!("{date}是星期{right}，不是星期{named}，请核对。");
                remarks.push(Remark::new(place, message));
            }
        }
    }
    remarks
}

/// The digits before `unit` at the beginning of a text, at most two, and what follows.
fn number(text: &str, unit: char) -> Option<(&str, &str)> {
    let (digits, rest) = text.split_once(unit)?;
    let fits = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then_some((digits, rest))
}

/// The weekday named right after a date: 星期三, （周三）.
fn weekday_named(rest: &str) -> Option<char> {
    let rest = rest.trim_start_matches(['（', '(', '，', ' ', '\u{3000}']);
    let rest = ["星期", "礼拜", "周"]
        .iter()
        .find_map(|word| rest.strip_prefix(word))?;
    match rest.chars().next()? {
        '天' => Some('日'),
        named if WEEKDAYS.contains(&named) => Some(named),
        _ => None,
    }
}

/// Weekday of a day, from Monday as 0 (Zeller's congruence).
fn weekday(year: u16, month: u8, day: u8) -> usize {
    let (mut y, mut m) = (usize::from(year), usize::from(month));
    if m < 3 {
        m += 12;
        y -= 1;
    }
    // 0 is Saturday.
    let h = (usize::from(day) + 13 * (m + 1) / 5 + y + y / 4 - y / 100 + y / 400) % 7;
    (h + 5) % 7
}
