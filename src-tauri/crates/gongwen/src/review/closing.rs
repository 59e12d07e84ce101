//! Remarks about how a paper ends, held against the kind its title names
//! (党政机关公文处理工作条例 第十五条: 不得在报告等非请示性公文中夹带请示事项).

use super::passage::Kind;
use super::{Draft, Passage, Remark, title};
use crate::model::Format;

/// Words that ask the superior organ to decide.
const ASKS: [&str; 12] = [
    "妥否", "当否", "可否", "请批", "请予", "批示", "批复", "批准", "审批", "审定", "审示", "指示",
];

/// Remarks about the end.
pub(super) fn remarks(draft: &Draft, out: &mut Vec<Remark>) {
    let document = draft.document;
    if !matches!(document.format, Format::Letter | Format::Document) {
        return;
    }
    let Some(kind) = title::kind(&document.title) else {
        return;
    };
    let paragraphs: Vec<&Passage> = draft
        .passages
        .iter()
        .filter(|passage| passage.kind == Kind::Prose && passage.field.starts_with("/body/"))
        .collect();
    let Some(last) = paragraphs.last() else {
        return;
    };
    if kind == "请示" {
        let asks = |passage: &&Passage| ASKS.iter().any(|word| passage.text.contains(word));
        if !paragraphs.iter().any(asks) {
            let message = "请示末尾应当写明请求，一般写“妥否，请批示”，请补上。";
            out.push(Remark::missing("正文", message));
        }
    }
    if kind == "报告" {
        for word in ["妥否", "当否", "请批复", "请予批准", "请批准"] {
            if let Some(at) = last.find(word).next() {
                let message = format!("报告里不得夹带请示事项，“{word}”应当另用请示行文，请核对。");
                out.push(last.remark(at..at + word.chars().count(), message));
                break;
            }
        }
    }
    formula(last, kind, out);
}

/// 特此通知 at the end of a 函, and the like.
fn formula(last: &Passage, kind: &str, out: &mut Vec<Remark>) {
    const NAMED: [&str; 7] = ["通知", "通报", "报告", "请示", "批复", "公告", "通告"];
    let sentence = last.text.trim_end().trim_end_matches(['。', '！', '.']);
    let start = sentence.rfind(['。', '\n', '，']).map_or(0, |at| {
        at + sentence[at..].chars().next().map_or(0, char::len_utf8)
    });
    let formula = sentence[start..].trim_start();
    let Some(said) = ["特此", "专此"]
        .iter()
        .find_map(|word| formula.strip_prefix(word))
    else {
        return;
    };
    // Of a kind with one closing formula of its own, another's is wrong. A 通知书 may go out as a
    // letter, and then 特此函告 is right.
    let plain = NAMED.contains(&kind);
    let anothers = NAMED.contains(&said) && said != kind && (plain || kind == "函");
    let of_a_letter = matches!(said, "函告" | "函复" | "函达") && plain;
    if (anothers || of_a_letter)
        && let Some(at) = last.find(formula).last()
    {
        let message = format!("结尾写“{formula}”，与文种“{kind}”不一致，请核对。");
        out.push(last.remark(at..at + formula.chars().count(), message));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_remarked, document, review_of};
    use crate::model::{Block, Document};

    fn paper(title: &str, last: &str) -> Document {
        let mut paper = document(title);
        paper.signers = vec!["甲某".into()];
        paper.body.push(Block::paragraph(last));
        paper
    }

    #[test]
    fn the_end_fits_the_kind() {
        for (title, last, excerpt, part) in [
            (
                "关于增加编制的请示",
                "以上情况，特作说明。",
                "",
                "妥否，请批示",
            ),
            (
                "关于督查情况的报告",
                "妥否，请批示。",
                "妥否",
                "夹带请示事项",
            ),
            (
                "关于督查情况的函",
                "特此通知。",
                "特此通知",
                "与文种“函”不一致",
            ),
            (
                "关于督查情况的通知",
                "请认真执行。特此函告。",
                "特此函告",
                "与文种“通知”不一致",
            ),
            (
                "关于督查情况的通报",
                "专此报告",
                "专此报告",
                "与文种“通报”不一致",
            ),
        ] {
            let place = if excerpt.is_empty() {
                "正文"
            } else {
                "正文第7段"
            };
            assert_remarked(&paper(title, last), place, excerpt, part);
        }
        for (title, last) in [
            ("关于增加编制的请示", "以上请示妥否，请批示。"),
            ("关于增加编制的请示", "请予审核同意。"),
            ("关于增加编制的请示", "以上意见如无不妥，请批转各地执行。"),
            ("关于督查情况的报告", "专此报告。"),
            ("关于督查情况的通知", "特此通知。"),
            ("关于督查情况的复函", "特此函复。"),
            ("关于作出说明的函询通知书", "特此函告。"),
            ("关于作出说明的函询通知书", "特此通知。"),
            ("关于加强督查工作的意见", "特此通知有关单位。"),
        ] {
            assert_eq!(review_of(&paper(title, last)), [], "{title} {last}");
        }
    }
}
