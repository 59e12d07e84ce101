//! Finding a written date in Chinese text.

use std::iter::Peekable;
use std::str::Chars;

use chrono::NaiveDate;

/// The first whole date in a text: `2024年3月5日`, `二〇二四年三月五日`,
/// `2024-03-05`, `2024.3.5`, `2024/3/5`, also in full-width digits and with blanks.
pub(crate) fn first(text: &str) -> Option<NaiveDate> {
    let mut rest = text.chars();
    let mut after_digit = false;
    loop {
        if !after_digit && let Some(date) = date_at(rest.clone()) {
            return Some(date);
        }
        // A date may start after any sign but not in the middle of a number.
        after_digit = digit(rest.next()?).is_some();
    }
}

/// A date of eight digits in a row, as file names have it: `20240305`.
pub(crate) fn compact(text: &str) -> Option<NaiveDate> {
    let runs = text.split(|c: char| !c.is_ascii_digit());
    runs.filter(|run| run.len() == 8).find_map(|run| {
        let number = |range: std::ops::Range<usize>| run[range].parse::<u32>().ok();
        make(number(0..4)?, number(4..6)?, number(6..8)?)
    })
}

fn date_at(chars: Chars<'_>) -> Option<NaiveDate> {
    let mut chars = chars.peekable();
    let mut year = 0;
    for _ in 0..4 {
        year = year * 10 + digit(chars.next()?)?;
    }
    let separator = separator(&mut chars)?;
    let month = number(&mut chars)?;
    blanks(&mut chars);
    let wanted = if separator == '年' { '月' } else { separator };
    if half_width(chars.next()?) != wanted {
        return None;
    }
    let day = number(&mut chars)?;
    make(year, month, day)
}

fn separator(chars: &mut Peekable<Chars<'_>>) -> Option<char> {
    blanks(chars);
    let c = half_width(chars.next()?);
    matches!(c, '年' | '-' | '.' | '/').then_some(c)
}

fn half_width(c: char) -> char {
    match c {
        '．' => '.',
        '－' => '-',
        '／' => '/',
        other => other,
    }
}

fn blanks(chars: &mut Peekable<Chars<'_>>) {
    while chars.next_if(|c| c.is_whitespace()).is_some() {}
}

/// One or two digits, or a Chinese number up to 三十一.
fn number(chars: &mut Peekable<Chars<'_>>) -> Option<u32> {
    blanks(chars);
    let mut tens = None;
    let mut units = None;
    for _ in 0..3 {
        let Some(&c) = chars.peek() else { break };
        if c == '十' && tens.is_none() {
            tens = Some(units.take().unwrap_or(1));
        } else if let Some(value) = digit(c) {
            match (tens, units) {
                (_, None) => units = Some(value),
                (None, Some(first)) => {
                    tens = Some(first);
                    units = Some(value);
                }
                (Some(_), Some(_)) => break,
            }
        } else {
            break;
        }
        chars.next();
    }
    if tens.is_none() && units.is_none() {
        return None;
    }
    Some(tens.unwrap_or(0) * 10 + units.unwrap_or(0))
}

fn digit(c: char) -> Option<u32> {
    let value = match c {
        '0'..='9' => c as u32 - '0' as u32,
        '０'..='９' => c as u32 - '０' as u32,
        '〇' | '○' | '零' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    };
    Some(value)
}

/// Only years in which a set of minutes of a Party committee can have been written.
fn make(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    if !(1921..=2199).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(year as i32, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, month, day)
    }

    #[test]
    fn all_ways_of_writing_a_date() {
        for text in [
            "时间：2024年3月15日上午9时",
            "2024 年 3 月 15 日",
            "二〇二四年三月十五日",
            "二○二四年三月十五日",
            "２０２４年３月１５日",
            "会议日期 2024-03-15",
            "2024.3.15",
            "2024/03/15 09:00",
            "2024．3．15",
        ] {
            assert_eq!(first(text), day(2024, 3, 15), "{text}");
        }
        assert_eq!(first("二〇二三年十二月三十一日"), day(2023, 12, 31));
        assert_eq!(first("二〇二三年十月二十日"), day(2023, 10, 20));
        assert_eq!(first("一九九八年十月十日"), day(1998, 10, 10));
    }

    #[test]
    fn what_is_no_date_is_left_alone() {
        for text in [
            "",
            "2024年",
            "2024年13月1日",
            "2023年2月29日",
            "12024年3月5日",
            "1-2-3",
            "0001年1月1日",
        ] {
            assert_eq!(first(text), None, "{text}");
        }
        assert_eq!(first("文号〔2024〕5号，2024年5月6日"), day(2024, 5, 6));
        assert_eq!(compact("党组会20240305记录"), day(2024, 3, 5));
        assert_eq!(compact("编号202403051"), None);
    }

    proptest! {
        #[test]
        fn every_day_is_found_again(days in 0_i64..36_000) {
            let date = NaiveDate::from_ymd_opt(1950, 1, 1).expect("a date") + chrono::Days::new(days as u64);
            for pattern in ["会议于%Y年%-m月%-d日召开", "%Y-%m-%d", "%Y/%-m/%-d", "%Y.%m.%d"] {
                let text = date.format(pattern).to_string();
                prop_assert_eq!(first(&text), Some(date));
            }
            prop_assert_eq!(compact(&date.format("%Y%m%d").to_string()), Some(date));
        }

        #[test]
        fn any_text_is_survived(text in ".*") {
            let _ = (first(&text), compact(&text));
        }
    }
}
