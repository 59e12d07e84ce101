//! Title and day of the meeting, offered to the person as a first filling of the form.

use chrono::NaiveDate;

use crate::{Paragraph, ParagraphKind, dates};

/// Titles stand within this many paragraphs from the top.
const TITLE_REACH: usize = 8;
/// The head of a set of minutes (time, place, present) is over by here.
const DATE_REACH: usize = 30;
/// No title is longer, in characters.
const TITLE_LENGTH: usize = 60;
/// Words that make a short line a title.
const TITLE_WORDS: [&str; 5] = ["会议记录", "会议纪要", "记录", "纪要", "会议"];
/// Words before the day of the meeting.
const DATE_WORDS: [&str; 4] = ["会议时间", "开会时间", "时间", "日期"];

/// A heading or a line that reads like one, else the file name without its extension.
pub(crate) fn title(name: &str, paragraphs: &[Paragraph]) -> Option<String> {
    let top = paragraphs.iter().take(TITLE_REACH);
    let short = |p: &&Paragraph| {
        p.text.chars().count() <= TITLE_LENGTH
            && p.kind != ParagraphKind::TableRow
            && !p.text.contains(['：', ':', '。', '；'])
    };
    let worded = |p: &&Paragraph| TITLE_WORDS.iter().any(|word| p.text.contains(word)) && short(p);
    let heading = |p: &&Paragraph| p.kind == ParagraphKind::Heading && short(p);
    top.clone()
        .find(worded)
        .or_else(|| top.clone().find(heading))
        .map(|p| p.text.replace('\n', ""))
        .or_else(|| stem(name))
}

fn stem(name: &str) -> Option<String> {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem).trim();
    (!stem.is_empty()).then(|| stem.to_owned())
}

/// The date in the line that names the time; else the first date near the top;
/// else a date in the file name.
pub(crate) fn date(name: &str, paragraphs: &[Paragraph]) -> Option<NaiveDate> {
    let top = &paragraphs[..paragraphs.len().min(DATE_REACH)];
    let named = top.iter().enumerate().find_map(|(at, paragraph)| {
        let text: String = paragraph.text.split_whitespace().collect();
        let word = DATE_WORDS.iter().find_map(|word| text.find(word))?;
        // A table may have the word in one row's cell and the date in the next.
        dates::first(&text[word..]).or_else(|| {
            let next = top.get(at + 1)?;
            (text.chars().count() <= 8).then(|| dates::first(&next.text))?
        })
    });
    named
        .or_else(|| top.iter().find_map(|p| dates::first(&p.text)))
        .or_else(|| dates::first(name))
        .or_else(|| dates::compact(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraphs(texts: &[&str]) -> Vec<Paragraph> {
        texts
            .iter()
            .enumerate()
            .map(|(order, text)| Paragraph {
                order: order as u32,
                page: None,
                kind: ParagraphKind::Text,
                text: (*text).to_owned(),
            })
            .collect()
    }

    #[test]
    fn the_title_line_wins_over_the_name() {
        let text = paragraphs(&["内部资料", "中共示例局党组会议记录", "时间：2024年3月5日"]);
        assert_eq!(
            title("a.docx", &text).as_deref(),
            Some("中共示例局党组会议记录")
        );
        let plain = paragraphs(&["时间：2024年3月5日。", "出席会议人员：甲某。"]);
        assert_eq!(
            title("三月 例会.docx", &plain).as_deref(),
            Some("三月 例会")
        );
    }

    #[test]
    fn the_named_time_wins_over_other_dates() {
        let expected = NaiveDate::from_ymd_opt(2024, 3, 5);
        let text = paragraphs(&[
            "印发日期见后，根据2023年1月2日通知",
            "会议时间：2024年3月5日",
        ]);
        assert_eq!(date("x", &text[1..]), expected);
        let spaced = paragraphs(&["依据2023年1月2日通知", "时　间：2024年3月5日"]);
        assert_eq!(date("x", &spaced), expected);
        assert_eq!(date("例会20240305.txt", &paragraphs(&["无"])), expected);
        assert_eq!(date("x", &paragraphs(&["时间", "2024年3月5日"])), expected);
    }
}
