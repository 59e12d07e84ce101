//! Remarks about headings: their levels and numbers 一、 （一） 1. （1） (GB/T 9704-2012 §7.3.3),
//! and the marks at their ends.

use super::{Draft, Passage, Remark};
use crate::model::Block;

/// Remarks about the headings of the body and of every annex.
pub(super) fn remarks(draft: &Draft, out: &mut Vec<Remark>) {
    part(draft, "/body", &draft.document.body, out);
    for (i, annex) in draft.document.annexes.iter().enumerate() {
        part(draft, &format!("/annexes/{i}/body"), &annex.body, out);
    }
}

fn part(draft: &Draft, field: &str, blocks: &[Block], out: &mut Vec<Remark>) {
    // The number of the last heading of each level below the last one of the level above.
    let mut seen = [0_usize; 4];
    let is_heading = |block: &&Block| matches!(block, Block::Heading { .. });
    // A single heading stands without a number.
    let alone = blocks.iter().filter(is_heading).count() == 1;
    for (i, block) in blocks.iter().enumerate() {
        let Block::Heading { level, run_in, .. } = block else {
            continue;
        };
        let level = usize::from((*level).clamp(1, 4));
        let Some(heading) = draft.at(&format!("{field}/{i}/h{level}")) else {
            continue;
        };
        ends(heading, level, run_in.as_deref(), out);
        if is_article(&heading.text) {
            continue;
        }
        // A document may begin with any level, but inside it none is skipped.
        let above = seen[..level - 1].iter().rposition(|&count| count > 0);
        if let Some(above) = above
            && above + 2 < level
        {
            let message = format!(
                "标题从第{}级直接到了第{level}级，中间跳过了层次，请核对。",
                above + 1
            );
            out.push(heading.whole(message));
        }
        seen[level - 1] += 1;
        seen[level..].fill(0);
        let form = ["一、", "（一）", "1.", "（1）"][level - 1];
        match numeral(level, &heading.text) {
            None if alone => {}
            None => {
                let message = format!("第{level}级标题的序号应当写成“{form}”的形式，请核对。");
                out.push(heading.whole(message));
            }
            Some((found, length)) if found != seen[level - 1] => {
                let message = format!(
                    "标题序号是{found}，按顺序应当是{}，请核对。",
                    seen[level - 1]
                );
                out.push(heading.remark(0..length, message));
                seen[level - 1] = found;
            }
            Some(_) => {}
        }
    }
}

/// 第一章, 第二条: regulations count in their own way.
fn is_article(text: &str) -> bool {
    let text = text.trim_start();
    text.strip_prefix('第').is_some_and(|rest| {
        let unit = rest.trim_start_matches(|ch: char| {
            ch.is_ascii_digit() || "一二三四五六七八九十百〇零".contains(ch)
        });
        unit.len() < rest.len() && unit.starts_with(['编', '章', '节', '条', '部'])
    })
}

/// The mark at the end of a heading on a line of its own, or before text on its line.
fn ends(heading: &Passage, level: usize, run_in: Option<&str>, out: &mut Vec<Remark>) {
    let text = heading.text.trim_end();
    let runs_on = run_in.is_some_and(|text| !text.trim().is_empty());
    if runs_on
        && !text.ends_with([
            '。', '：', '？', '！', '；', '，', '”', '》', '）', '…', '—', ':', '.',
        ])
    {
        out.push(heading.last("标题后面接排正文，标题末尾应当用句号隔开，请补上。"));
    } else if !runs_on && level <= 2 && text.ends_with(['。', '；', '，', '、', '：']) {
        out.push(heading.last("标题单独成行时末尾不用标点，请删去。"));
    }
}

/// The number a heading of a level bears, and how many characters it takes.
fn numeral(level: usize, text: &str) -> Option<(usize, usize)> {
    let white = text.chars().take_while(|ch| ch.is_whitespace()).count();
    let text = text.trim_start();
    let (inner, marks) = match level {
        1 => (text.split_once('、')?.0, 1),
        3 => (text.split_once(['.', '．'])?.0, 1),
        _ => (text.strip_prefix('（')?.split_once('）')?.0, 2),
    };
    let number = if level <= 2 {
        chinese(inner)?
    } else {
        let figures = inner.bytes().all(|b| b.is_ascii_digit());
        figures.then(|| inner.parse().ok())??
    };
    Some((number, white + inner.chars().count() + marks))
}

/// 一 to 九十九.
pub(super) fn chinese(text: &str) -> Option<usize> {
    let digit = |text: &str| -> Option<usize> {
        let found = "一二三四五六七八九"
            .chars()
            .position(|numeral| text.chars().eq([numeral]))?;
        Some(found + 1)
    };
    match text.split_once('十') {
        None => digit(text),
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { digit(tens)? };
            let ones = if ones.is_empty() { 0 } else { digit(ones)? };
            Some(tens * 10 + ones)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{remarked, unremarked};
    use super::*;

    /// Replaces the heading of the clean letter at `i`.
    fn at(i: usize, level: u8, text: &'static str) -> impl FnOnce(&mut crate::model::Document) {
        move |l| l.body[i] = Block::heading(level, text)
    }

    #[test]
    fn levels_and_numbers_in_order() {
        remarked(at(2, 3, "1.情况"), "正文第3段", "1.情况", "跳过了层次");
        remarked(at(4, 1, "三、方式"), "正文第5段", "三、", "按顺序应当是2");
        remarked(
            at(2, 2, "(一)情况"),
            "正文第3段",
            "(一)情况",
            "“（一）”的形式",
        );
        remarked(at(1, 1, "1、内容"), "正文第2段", "1、内容", "“一、”的形式");
        remarked(at(3, 3, "2.人员"), "正文第4段", "2.", "按顺序应当是1");
        remarked(
            |l| {
                l.body
                    .extend([Block::heading(2, "（一）甲"), Block::heading(2, "（一）乙")]);
            },
            "正文第8段",
            "（一）",
            "按顺序应当是2",
        );
        unremarked(|l| {
            l.body
                .extend([Block::heading(1, "三、其他"), Block::heading(2, "（一）甲")]);
        });
        unremarked(|l| l.body = vec![Block::heading(1, "请你说明的问题")]);
        unremarked(|l| {
            l.body = vec![
                Block::heading(1, "第一章　总则"),
                Block::heading(1, "第二章　附则"),
            ];
        });
    }

    #[test]
    fn marks_at_the_end_of_a_heading() {
        remarked(at(1, 1, "一、内容。"), "正文第2段", "。", "单独成行");
        remarked(at(2, 2, "（一）情况："), "正文第3段", "：", "单独成行");
        let run_in = |text: &'static str| {
            move |l: &mut crate::model::Document| {
                l.body[2] = Block::Heading {
                    level: 2,
                    text: text.into(),
                    run_in: Some("共谈话3人次。".into()),
                };
            }
        };
        remarked(run_in("（一）情况"), "正文第3段", "况", "接排正文");
        unremarked(run_in("（一）情况。"));
        unremarked(at(1, 1, "一、为什么要报送？"));
        unremarked(at(3, 3, "1.每页签名，装订后送达。"));
    }

    #[test]
    fn numerals() {
        for (text, number) in [
            ("一", 1),
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("九十九", 99),
        ] {
            assert_eq!(chinese(text), Some(number), "{text}");
        }
        for text in ["", "百", "十十", "一二", "1"] {
            assert_eq!(chinese(text), None, "{text}");
        }
        assert_eq!(numeral(4, " （12）甲"), Some((12, 5)));
        assert_eq!(numeral(3, "99999999999999999999999.甲"), None);
    }
}
