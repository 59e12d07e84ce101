//! Remarks about paragraphs: too long, twice the same, counted with a gap (一是…三是…).

use super::headings::chinese;
use super::passage::Kind;
use super::{Draft, Passage, Remark};
use std::collections::HashMap;

/// A paragraph longer than this, characters, is hard to read and fills two pages.
const LONG: usize = 1500;
/// A shorter paragraph may well stand twice: 是。, 无。
const WORTH_COMPARING: usize = 20;

/// Remarks about the paragraphs of the body and of every annex.
pub(super) fn remarks(draft: &Draft, out: &mut Vec<Remark>) {
    let mut parts: Vec<(String, Vec<&Passage>)> = Vec::new();
    for passage in draft.passages.iter().filter(|it| it.kind == Kind::Prose) {
        let part = passage.place.split('第').next().unwrap_or("").to_owned();
        match parts.last_mut() {
            Some((name, passages)) if *name == part => passages.push(passage),
            _ => parts.push((part, vec![passage])),
        }
    }
    for (_, passages) in parts {
        long(&passages, out);
        twice(&passages, out);
        counted(&passages, out);
    }
}

fn long(passages: &[&Passage], out: &mut Vec<Remark>) {
    for passage in passages {
        let mut at = 0;
        for paragraph in passage.text.split('\n') {
            let length = paragraph.chars().count();
            if length > LONG {
                let message = format!("这一段有{length}字，过长，建议分段。");
                out.push(passage.remark(at..at + length, message));
            }
            at += length + 1;
        }
    }
}

fn twice(passages: &[&Passage], out: &mut Vec<Remark>) {
    let mut first: HashMap<&str, &str> = HashMap::new();
    for passage in passages {
        let text = passage.text.trim();
        if passage.chars.len() < WORTH_COMPARING {
            continue;
        }
        if let Some(place) = first.get(text) {
            out.push(passage.whole(format!("与{place}完全相同，请核对。")));
        } else {
            first.insert(text, &passage.place);
        }
    }
}

/// 一是, 二是, 三是 and 第一，第二， without a gap. A count may begin again from 一.
fn counted(passages: &[&Passage], out: &mut Vec<Remark>) {
    let mut last = [0_usize; 2];
    for passage in passages {
        for at in 0..passage.chars.len() {
            let Some((style, number, length)) = counter(passage, at) else {
                continue;
            };
            let expected = last[style] + 1;
            if number != 1 && number != expected {
                let found = passage.slice(at..at + length);
                let message = if last[style] == 0 {
                    format!("“{found}”前面没有从“一”数起，请核对。")
                } else {
                    format!("“{found}”与前面的数不连续，请核对。")
                };
                out.push(passage.remark(at..at + length, message));
            }
            last[style] = number;
        }
    }
}

/// A counting phrase at the beginning of a clause: its style, number and length.
fn counter(passage: &Passage, at: usize) -> Option<(usize, usize, usize)> {
    if !passage
        .before(at)
        .is_none_or(|ch| "，。；：\n".contains(ch))
    {
        return None;
    }
    let from = at + usize::from(passage.chars[at] == '第');
    let numerals = passage.chars[from..]
        .iter()
        .take(3)
        .take_while(|ch| "一二三四五六七八九十".contains(**ch))
        .count();
    let number = chinese(&passage.slice(from..from + numerals))?;
    let next = passage.chars.get(from + numerals)?;
    match (from > at, next) {
        (false, '是') => Some((0, number, numerals + 1)),
        (true, '，') => Some((1, number, numerals + 2)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{clean, remarked, review_of, unremarked};
    use crate::model::Block;

    fn body(texts: &[&str]) -> impl FnOnce(&mut crate::model::Document) {
        let blocks: Vec<_> = texts.iter().map(|&text| Block::paragraph(text)).collect();
        move |l| l.body = blocks
    }

    #[test]
    fn a_paragraph_that_goes_on_and_on() {
        let long = "逐项落实，".repeat(301);
        remarked(body(&[&long]), "正文第1段", &long[..60], "1505字");
        let halves = format!("{}\n{}", "逐项落实，".repeat(160), "逐条整改，".repeat(160));
        // Repeated as it is, it has other remarks, but not this one.
        let mut letter = clean();
        letter.body = vec![Block::paragraph(halves)];
        let found = review_of(&letter);
        assert!(
            found.iter().all(|it| !it.message.contains("过长")),
            "{found:?}"
        );
    }

    #[test]
    fn a_paragraph_that_stands_twice() {
        let text = "请你单位认真查找问题，逐项提出整改措施。";
        remarked(
            body(&[text, "另。", text]),
            "正文第3段",
            text,
            "与正文第1段完全相同",
        );
        unremarked(body(&["无。", "无。", text]));
    }

    #[test]
    fn counts_without_a_gap() {
        remarked(body(&["一是甲；三是丙。"]), "正文第1段", "三是", "不连续");
        remarked(body(&["二是乙。"]), "正文第1段", "二是", "没有从“一”数起");
        remarked(
            body(&["第一，甲。", "第三，丙。"]),
            "正文第2段",
            "第三，",
            "不连续",
        );
        unremarked(body(&[
            "一是甲；二是乙。一是子；二是丑。",
            "三是寅：第一，甲；第二，乙。",
        ]));
        unremarked(body(&["其中之二是乙。第二、第三季度，第三是丙。"]));
    }
}
