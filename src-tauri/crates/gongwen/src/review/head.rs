//! Remarks about the marks at the head: 份号, 密级和保密期限, 紧急程度, 签发人
//! (GB/T 9704-2012 §7.2; 党政机关公文处理工作条例 第九条).

use super::passage::{Kind, Passage};
use super::{Draft, Remark, title};
use crate::model::Format;

/// Remarks about the marks.
pub(super) fn remarks(draft: &Draft, out: &mut Vec<Remark>) {
    let document = draft.document;
    let text = |place, field, text: &Option<String>| {
        let text = text.as_deref().filter(|text| !text.trim().is_empty())?;
        Some(Passage::new(place, field, text, Kind::Short))
    };
    let copies = text("份号", "/copy_number", &document.copy_number);
    if let Some(copies) = &copies {
        let figures = copies.chars.iter().all(char::is_ascii_digit);
        if !figures || copies.chars.len() != 6 {
            out.push(copies.whole("份号应当是6位阿拉伯数字，不足的在前面加“0”，请改正。"));
        }
    }
    if let Some(secrecy) = text("密级和保密期限", "/secrecy", &document.secrecy) {
        let official = matches!(document.format, Format::Letter | Format::Document);
        if official && copies.is_none() {
            out.push(Remark::missing("份号", "涉密公文应当标注份号，请补上。"));
        }
        if let Some(message) = secrecy_wrong(&secrecy.text) {
            out.push(secrecy.whole(message));
        }
    }
    if let Some(urgency) = text("紧急程度", "/urgency", &document.urgency) {
        let plain: String = urgency.text.split_whitespace().collect();
        if plain != "特急" && plain != "加急" {
            out.push(urgency.whole("公文的紧急程度只有“特急”和“加急”，请改正。"));
        }
    }
    let upward = matches!(title::kind(&document.title), Some("请示" | "报告"));
    let signers = document.signers.iter().all(|name| name.trim().is_empty());
    if upward && document.format == Format::Document && signers {
        out.push(Remark::missing(
            "签发人",
            "上行文应当标注签发人姓名，请补上。",
        ));
    }
}

/// What is wrong with a secrecy mark, such as `机密★1年`.
fn secrecy_wrong(text: &str) -> Option<&'static str> {
    let plain: String = text.split_whitespace().collect();
    let Some(term) = ["绝密", "机密", "秘密"]
        .iter()
        .find_map(|level| plain.strip_prefix(level))
    else {
        return Some("密级应当是“绝密”“机密”或者“秘密”，请改正。");
    };
    if term.is_empty() {
        return None;
    }
    let Some(term) = term.strip_prefix('★') else {
        return Some("密级和保密期限之间应当用“★”隔开，如“机密★1年”，请改正。");
    };
    let unit = term.trim_start_matches(|ch: char| ch.is_ascii_digit());
    let figures = &term[..term.len() - unit.len()];
    let counted = !figures.is_empty()
        && !figures.starts_with('0')
        && matches!(unit, "年" | "个月" | "月" | "天" | "日");
    if counted || term == "长期" {
        return None;
    }
    Some("保密期限应当用阿拉伯数字写明年、月，如“机密★1年”“秘密★6个月”，请改正。")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{
        assert_remarked, clean, document, remarked, review_of, unremarked,
    };

    #[test]
    fn marks_of_the_head() {
        let secret = |text: &'static str| {
            move |l: &mut crate::model::Document| {
                l.copy_number = Some("000018".into());
                l.secrecy = Some(text.into());
            }
        };
        remarked(|l| l.copy_number = Some("18".into()), "份号", "18", "6位");
        remarked(
            |l| l.secrecy = Some("机密★1年".into()),
            "份号",
            "",
            "标注份号",
        );
        remarked(
            |l| l.urgency = Some("急件".into()),
            "紧急程度",
            "急件",
            "特急",
        );
        let place = "密级和保密期限";
        remarked(secret("内部"), place, "内部", "绝密");
        remarked(secret("机密1年"), place, "机密1年", "★");
        remarked(secret("机密☆1年"), place, "机密☆1年", "★");
        remarked(secret("机密★一年"), place, "机密★一年", "阿拉伯数字");
        remarked(secret("机密★"), place, "机密★", "阿拉伯数字");
        for good in ["机密★1年", "秘密★6个月", "绝密", "机　密", "绝密★长期"]
        {
            unremarked(secret(good));
        }
        for good in ["特急", "加　急", " "] {
            unremarked(|l| l.urgency = Some(good.into()));
        }
    }

    #[test]
    fn an_upward_document_names_its_signer() {
        let mut report = document("关于督查情况的报告");
        assert_remarked(&report, "签发人", "", "签发人姓名");
        report.signers = vec!["甲某".into()];
        assert_eq!(review_of(&report), []);
        let mut notice = clean();
        notice.title = "关于督查情况的通报".into();
        assert_eq!(review_of(&notice), []);
    }
}
