//! Remarks about 附件: named in the text, listed below it, bound with it (GB/T 9704-2012 §7.3.4).

use super::passage::{Passage, is_han};
use super::{Draft, Remark};
use crate::model::Format;
use std::collections::HashMap;
use std::ops::Range;

/// Remarks about attachments.
pub(super) fn remarks(draft: &Draft, out: &mut Vec<Remark>) {
    in_text(draft, out);
    names(draft, out);
    bound(draft, out);
}

/// An attachment that a text speaks of; number 0 for one without a number.
struct Mention {
    number: usize,
    range: Range<usize>,
}

/// What the text speaks of is there, in the order in which it is spoken of.
fn in_text(draft: &Draft, out: &mut Vec<Remark>) {
    let listed = draft.document.attachments.len();
    let there = listed.max(draft.document.annexes.len());
    let mut highest = 0;
    let mut seen = Vec::new();
    for passage in &draft.passages {
        if !passage.field.starts_with("/body/") {
            continue;
        }
        for mention in mentions(passage) {
            let number = mention.number;
            if there < number.max(1) {
                let message = if there == 0 {
                    "提到了附件，但没有附件说明，也没有附上附件，请核对。".to_owned()
                } else {
                    format!("提到了附件{number}，但只列了{there}个附件，请核对。")
                };
                out.push(passage.remark(mention.range, message));
            } else if number > 0 && number < highest && !seen.contains(&number) {
                let message = format!(
                    "附件{number}在附件{highest}之后才提到，附件应当按提到的先后编号，请核对。"
                );
                out.push(passage.remark(mention.range, message));
            }
            highest = highest.max(number);
            seen.push(number);
        }
    }
}

/// 见附件, 附件2, 附件1、2, 名单附后. Another paper's 《…》附件2 is none of ours.
fn mentions(passage: &Passage) -> Vec<Mention> {
    const POINTS: [&str; 6] = ["见", "按", "按照", "填写", "依照", "随附"];
    let chars = &passage.chars;
    let figures = |from: usize| {
        let rest = chars.get(from..).unwrap_or_default();
        rest.iter().take_while(|ch| ch.is_ascii_digit()).count()
    };
    let mut found = Vec::new();
    for at in passage.find("附件") {
        let before = passage.slice(at.saturating_sub(2)..at);
        if before.ends_with(['》', '的', '文', '号']) {
            continue;
        }
        let mut end = at + 2;
        let mut numbers = Vec::new();
        loop {
            let length = figures(end);
            let after = chars.get(end + length).copied();
            // 附件1、2份: two copies, not a second attachment.
            let counts = !numbers.is_empty() && after.is_some_and(|ch| "份页个项件".contains(ch));
            if !(1..=3).contains(&length) || counts {
                break;
            }
            numbers.push(passage.slice(end..end + length).parse().unwrap_or(0));
            end += length;
            if !after.is_some_and(|ch| "、和至—".contains(ch)) || figures(end + 1) == 0 {
                break;
            }
            end += 1;
        }
        if numbers.is_empty() && POINTS.iter().any(|word| before.ends_with(word)) {
            numbers.push(0);
        }
        let range = at..end;
        found.extend(numbers.into_iter().map(|number| Mention {
            number,
            range: range.clone(),
        }));
    }
    for at in passage.find("附后") {
        let next = chars.get(at + 2);
        if next.is_none_or(|&ch| !is_han(ch) && !ch.is_ascii_alphanumeric()) {
            found.push(Mention {
                number: 0,
                range: at..at + 2,
            });
        }
    }
    found
}

/// Names in 附件说明: without numbers and marks, each once.
fn names(draft: &Draft, out: &mut Vec<Remark>) {
    let mut first: HashMap<String, usize> = HashMap::new();
    for (i, text) in draft.document.attachments.iter().enumerate() {
        let Some(name) = draft.at(&format!("/attachments/{i}")) else {
            let message = format!("第{}个附件没有名称，请补上。", i + 1);
            out.push(Remark::missing("附件说明", message));
            continue;
        };
        if text
            .trim_end()
            .ends_with(['。', '；', '，', '、', '：', ';', ',', '.'])
        {
            out.push(name.last("附件名称后不加标点，请删去。"));
        }
        let bare = text.trim_start();
        let after = bare.trim_start_matches(|ch: char| ch.is_ascii_digit());
        // 1.5级台账 begins with a figure, not with a number of an item.
        let numbered = after.len() < bare.len()
            && after
                .strip_prefix(['.', '．', '、'])
                .is_some_and(|name| !name.starts_with(|ch: char| ch.is_ascii_digit()));
        if numbered || bare.starts_with("附件") && bare.contains('：') {
            let message = "附件名称前的“附件”和序号由版面加上，这里不写，请删去。";
            out.push(name.whole(message));
        }
        if let Some(earlier) = first.insert(plain(text), i) {
            let message = format!("与第{}项附件的名称相同，请核对。", earlier + 1);
            out.push(name.whole(message));
        }
    }
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect()
}

/// What is bound with the text is what is listed.
fn bound(draft: &Draft, out: &mut Vec<Remark>) {
    let document = draft.document;
    let (listed, bound) = (document.attachments.len(), document.annexes.len());
    // What an order promulgates follows it without being listed.
    if document.format == Format::Order || bound == 0 {
        return;
    }
    if listed == 0 {
        let message = format!("正文后附了{bound}个附件，但没有附件说明，请补上。");
        out.push(Remark::missing("附件说明", message));
        return;
    }
    if listed != bound {
        let message = format!("附件说明列了{listed}个，正文后附了{bound}个，请核对。");
        out.push(Remark::missing("附件说明", message));
        return;
    }
    let titles: Vec<String> = document
        .annexes
        .iter()
        .map(|annex| plain(&annex.title))
        .collect();
    for (i, name) in document.attachments.iter().enumerate() {
        if plain(name) == titles[i] {
            continue;
        }
        let Some(passage) = draft.at(&format!("/attachments/{i}")) else {
            continue;
        };
        let title = &document.annexes[i].title;
        let message = match titles.iter().position(|title| *title == plain(name)) {
            Some(at) => format!(
                "“{name}”列为第{}项，附在第{}个，顺序应当一致。",
                i + 1,
                at + 1
            ),
            None => format!("附件说明写“{name}”，附件标题是“{title}”，应当一致。"),
        };
        out.push(passage.whole(message));
    }
}

#[cfg(test)]
mod tests {
    use super::super::passage::Kind;
    use super::super::testing::{marks, remarked, unremarked};
    use super::*;
    use crate::model::{Annex, Block, Document};

    fn annexes(titles: &[&str]) -> Vec<Annex> {
        let annex = |title: &&str| Annex {
            title: (*title).into(),
            ..Annex::default()
        };
        titles.iter().map(annex).collect()
    }

    fn said(text: &'static str, listed: &'static [&'static str]) -> impl FnOnce(&mut Document) {
        move |l| {
            l.body[0] = Block::paragraph(text);
            l.attachments = listed.iter().map(|&name| name.into()).collect();
        }
    }

    #[test]
    fn what_the_text_speaks_of_is_there() {
        let place = "正文第1段";
        remarked(|l| l.attachments.clear(), place, "附件1", "没有附件说明");
        remarked(
            said("请按附件2填写。", &["甲表"]),
            place,
            "附件2",
            "只列了1个",
        );
        remarked(
            said("见附件1—3。", &["甲表", "乙表"]),
            place,
            "附件1—3",
            "提到了附件3",
        );
        remarked(said("名单附后。", &[]), place, "附后", "没有附件说明");
        remarked(
            said("见附件2，另见附件1。", &["甲表", "乙表"]),
            place,
            "附件1",
            "按提到的先后编号",
        );
        unremarked(said("见附件1、2份。", &["甲表"]));
        unremarked(said("按《督查通知》附件3和来文的附件2办理。", &[]));
        unremarked(said("见附件1、2，再见附件1。", &["甲表", "乙表"]));
        unremarked(said("附件由各单位保管，附后续材料。", &[]));
    }

    #[test]
    fn names_in_the_list() {
        let place = "附件说明第1项";
        remarked(
            |l| l.attachments = vec!["情况表；".into()],
            place,
            "；",
            "不加标点",
        );
        remarked(
            |l| l.attachments = vec!["1.情况表".into()],
            place,
            "1.情况表",
            "由版面加上",
        );
        remarked(
            |l| l.attachments = vec!["2、情况表".into()],
            place,
            "2、情况表",
            "由版面加上",
        );
        remarked(
            |l| l.attachments = vec!["附件：情况表".into()],
            place,
            "附件：情况表",
            "由版面加上",
        );
        remarked(
            |l| l.attachments = vec!["情况表".into(), "情 况表".into()],
            "附件说明第2项",
            "情 况表",
            "名称相同",
        );
        remarked(
            |l| l.attachments.push(String::new()),
            "附件说明",
            "",
            "没有名称",
        );
        unremarked(|l| l.attachments = vec!["2026年情况表（试行）".into(), "1.5级台账".into()]);
    }

    #[test]
    fn what_is_bound_is_what_is_listed() {
        remarked(
            |l| l.annexes = annexes(&["情况报告"]),
            "附件说明第1项",
            "情况表",
            "应当一致",
        );
        remarked(
            |l| l.annexes = annexes(&["情况表", "名单"]),
            "附件说明",
            "",
            "附了2个",
        );
        remarked(
            |l| {
                l.attachments.clear();
                l.annexes = annexes(&["情况表"]);
            },
            "附件说明",
            "",
            "没有附件说明",
        );
        remarked(
            |l| {
                l.attachments = vec!["情况表".into(), "名单".into()];
                l.annexes = annexes(&["名单", "情况表"]);
            },
            "附件说明第1项",
            "情况表",
            "附在第2个",
        );
        unremarked(|l| l.annexes = annexes(&["情况\n表"]));
    }

    #[test]
    fn a_mention_without_a_number() {
        let rule = |passage: &Passage, out: &mut Vec<Remark>| {
            let found = mentions(passage).into_iter();
            out.extend(found.map(|mention| passage.remark(mention.range, "")));
        };
        marks(
            rule,
            &[(
                "详见附件，附件1、2和3",
                &["附件", "附件1、2和3", "附件1、2和3", "附件1、2和3"],
            )],
            &["附件", "附件由我部保管", "附件2026年"],
        );
        let passage = Passage::new("", "", "附件1", Kind::Prose);
        assert_eq!(mentions(&passage).len(), 1);
    }
}
