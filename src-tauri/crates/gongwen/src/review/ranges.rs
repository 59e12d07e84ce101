//! Remarks about stretches of time that end before they begin, and times no clock shows.

use super::Remark;
use super::calendar::{self, Written};
use super::passage::Passage;

/// Remarks about one text.
pub(super) fn remarks(passage: &Passage, out: &mut Vec<Remark>) {
    for pair in calendar::days(passage).windows(2) {
        let between = passage.slice(pair[0].range.end..pair[1].range.start);
        if matches!(between.as_str(), "至" | "到" | "—" | "～" | "-" | "起至")
            && backwards(&pair[0], &pair[1])
        {
            let range = pair[0].range.start..pair[1].range.end;
            let message = format!(
                "“{}”的终止日期在起始日期之前，请核对；跨年的，两处都要写明年份。",
                passage.slice(range.clone())
            );
            out.push(passage.remark(range, message));
        }
    }
    clock(passage, out);
}

/// Does the second day come before the first? Without a year it is of the same year.
fn backwards(first: &Written, second: &Written) -> bool {
    let day = |written: &Written| (written.month(), written.day());
    match (&first.year, &second.year) {
        (_, None) => day(second) < day(first),
        (Some(from), Some(to)) if from.len() == 4 && to.len() == 4 => {
            (to, day(second)) < (from, day(first))
        }
        _ => false,
    }
}

/// 25时, 9时75分.
fn clock(passage: &Passage, out: &mut Vec<Remark>) {
    let chars = &passage.chars;
    for (at, _) in chars.iter().enumerate().filter(|(_, ch)| **ch == '时') {
        let digit = |ch: &&char| ch.is_ascii_digit();
        let hours = chars[..at].iter().rev().take_while(digit).count();
        let minutes = chars[at + 1..].iter().take_while(digit).count();
        let end = at + 1 + minutes;
        let fits = |length: usize| (1..=2).contains(&length);
        if !fits(hours) || !fits(minutes) || chars.get(end) != Some(&'分') {
            continue;
        }
        let number = |from: usize, to: usize| passage.slice(from..to).parse().unwrap_or(0_u8);
        if number(at - hours, at) > 24 || number(at + 1, end) > 59 {
            let range = at - hours..end + 1;
            let message = format!("没有“{}”这个时刻，请核对。", passage.slice(range.clone()));
            out.push(passage.remark(range, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::marks;
    use super::*;

    #[test]
    fn time_runs_forwards_and_by_the_clock() {
        marks(
            remarks,
            &[
                ("自2026年9月12日至9月1日", &["2026年9月12日至9月1日"]),
                ("2026年12月10日—1月5日", &["2026年12月10日—1月5日"]),
                (
                    "2026年2月1日至2025年12月1日",
                    &["2026年2月1日至2025年12月1日"],
                ),
                ("9时75分至25时10分", &["9时75分", "25时10分"]),
            ],
            &[
                "2026年9月1日至9月12日",
                "2025年12月10日至2026年1月5日",
                "9月12日前，9月1日起",
                "9时30分至24时00分",
                "共用326时75分",
                "2026年9月1日至9月1日",
            ],
        );
    }
}
