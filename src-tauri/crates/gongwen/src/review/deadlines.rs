//! Remarks about a day by which something is asked for that lies before the paper's own day.

use super::Remark;
use super::calendar::{self, ordinal};
use super::dates::other_year;
use super::passage::Passage;
use crate::model::Date;

/// Of a day without a year, one longer ago than this is taken for the next year's.
const RECENT: i64 = 180;

/// Remarks about the deadlines of one text in a document of the day `dated`.
pub(super) fn remarks(passage: &Passage, dated: Date, out: &mut Vec<Remark>) {
    for day in calendar::days(passage) {
        if !asked_by(passage, day.range.start) || !before(&passage.chars[day.range.end..]) {
            continue;
        }
        if day.year.is_none() && other_year(passage, day.range.start) {
            continue;
        }
        let Some(date) = day.nearest(dated) else {
            continue;
        };
        let recent = day.year.is_some() || ordinal(dated) - ordinal(date) < RECENT;
        if date < dated && recent {
            let message = format!("要求的时限{date}已在成文日期{dated}之前，请核对。");
            out.push(passage.remark(day.range, message));
        }
    }
}

/// Is something asked for in the clause that leads to the day? 请于, 请你单位务必于: a duty, not
/// a story of what was due.
fn asked_by(passage: &Passage, start: usize) -> bool {
    const TOLD: [&str; 7] = ["说明", "解释", "核实", "核对", "提供", "反映", "介绍"];
    let mark = |ch: &char| "，。；：、！？\n".contains(*ch);
    let clause: String = {
        let before = &passage.chars[..start];
        let from = before.iter().rposition(mark).map_or(0, |at| at + 1);
        before[from..].iter().collect()
    };
    let asks = ["请", "务必", "务于", "务在"]
        .iter()
        .filter_map(|word| clause.rfind(word))
        .max();
    asks.is_some_and(|at| {
        let asked = &clause[at..];
        asked.ends_with(['于', '在'])
            && asked.chars().count() <= 14
            && !asked.starts_with("请示")
            && !asked.starts_with("请假")
            && !TOLD.iter().any(|word| asked.contains(word))
    })
}

/// Does 前 follow, after a weekday or a time of the day, and not 前的?
fn before(rest: &[char]) -> bool {
    let text: String = rest.iter().take(16).collect();
    let mut text = text.as_str();
    if let Some(inner) = text.strip_prefix('（') {
        text = inner.split_once('）').map_or("", |(_, after)| after);
    }
    let text = text
        .trim_start_matches(|ch: char| ch.is_ascii_digit() || "上下午中班时分整点:：".contains(ch));
    ["之前", "以前", "前"]
        .iter()
        .find_map(|word| text.strip_prefix(word))
        .is_some_and(|after| !after.starts_with('的'))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{marks, today};
    use super::*;

    #[test]
    fn what_is_asked_for_before_the_day_of_the_paper() {
        marks(
            |passage, out| remarks(passage, today(), out),
            &[
                ("请于2025年11月30日前报送。", &["2025年11月30日"]),
                ("请于11月20日前报送。", &["11月20日"]),
                (
                    "请你单位务必于2026年11月22日（星期日）下午5时前报送。",
                    &["2026年11月22日"],
                ),
                ("材料备齐，请在2026年10月1日之前送达。", &["2026年10月1日"]),
            ],
            &[
                "请于2026年11月30日前报送。",
                "请于2026年11月23日前报送。",
                "请于1月15日前报送。",
                "请于明年1月15日前报送。",
                "请说明你在2025年11月3日前的任职情况。",
                "请说明你在2025年11月3日前是否知情。",
                "你应当于2025年1月31日前填报，但没有填报。",
                "于2025年12月31日前已经完成。",
                "你请示于2025年6月30日前办理。",
                "请于2025年12月31日前的材料中查找。",
                "请于2025年11月3日会议记录中查找。",
            ],
        );
    }
}
