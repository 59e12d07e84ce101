//! Remarks about 主送机关 and 抄送机关 (GB/T 9704-2012 §7.3.2, §7.4.2).

use super::{Draft, Remark, title};
use crate::model::Format;
use std::collections::HashSet;

/// Remarks about those a paper goes to.
pub(super) fn remarks(draft: &Draft, out: &mut Vec<Remark>) {
    let document = draft.document;
    let to = document.to.as_deref().unwrap_or("");
    let kind = title::kind(&document.title);
    if to.trim().is_empty() {
        // What is made public is sent to nobody.
        let public = matches!(kind, Some("公告" | "通告" | "公报" | "决议" | "公示"));
        if matches!(document.format, Format::Letter | Format::Document) && !public {
            out.push(Remark::missing(
                "主送机关",
                "没有主送机关，请补上，或者确认这份公文不需要主送。",
            ));
        }
    } else {
        main(draft, kind, out);
    }
    copies(draft, &names(to), out);
}

/// The organs named in one text, brackets of a group left with their name.
fn names(text: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut names = vec![String::new()];
    for ch in text.chars() {
        match ch {
            '（' | '(' => depth += 1,
            '）' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && "，、；：。,;:".contains(ch) {
            names.push(String::new());
        } else if !ch.is_whitespace()
            && let Some(name) = names.last_mut()
        {
            name.push(ch);
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// 主送.
fn main(draft: &Draft, kind: Option<&str>, out: &mut Vec<Remark>) {
    let Some(to) = draft.at("/to") else {
        return;
    };
    let text = to.text.trim_end();
    if text.ends_with(['：', ':']) {
        out.push(to.last("主送机关后的冒号由版面加上，这里不写，请删去。"));
    } else if text.ends_with(['。', '，', '、', '；', ',', '.', ';']) {
        out.push(to.last("主送机关末尾不用标点，冒号由版面加上，请删去。"));
    }
    let names = names(text);
    let mut seen = HashSet::new();
    for name in &names {
        if !seen.insert(name) {
            let at = to.find(name).nth(1).unwrap_or(0);
            let range = at..at + name.chars().count();
            out.push(to.remark(range, format!("主送机关“{name}”写了两次，请核对。")));
        }
    }
    if kind == Some("请示") && names.len() > 1 {
        out.push(to.whole("请示一般只写一个主送机关，需要同时送其他机关的，用抄送，请核对。"));
    }
    let mark: String = draft.document.mark.split_whitespace().collect();
    if names
        .iter()
        .any(|name| *name == mark.trim_end_matches("文件"))
    {
        out.push(to.whole("主送机关与发文机关相同，请核对。"));
    }
}

/// 抄送.
fn copies(draft: &Draft, main: &[String], out: &mut Vec<Remark>) {
    let mut seen = HashSet::new();
    for (i, text) in draft.document.cc.iter().enumerate() {
        let Some(copy) = draft.at(&format!("/cc/{i}")) else {
            continue;
        };
        if text
            .trim_end()
            .ends_with(['。', '，', '、', '；', '.', ',', ';'])
        {
            out.push(copy.last("抄送机关之间和末尾的标点由版面加上，这里不写，请删去。"));
        }
        for name in names(text) {
            let at = copy.find(&name).next().unwrap_or(0);
            let range = at..at + name.chars().count();
            if main.contains(&name) {
                let message = format!("“{name}”已经是主送机关，不再抄送，请删去。");
                out.push(copy.remark(range, message));
            } else if !seen.insert(name.clone()) {
                let message = format!("抄送机关“{name}”写了两次，请删去一处。");
                out.push(copy.remark(range, message));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_remarked, document, remarked, unremarked};
    use super::*;

    #[test]
    fn those_addressed() {
        let to =
            |text: &'static str| move |l: &mut crate::model::Document| l.to = Some(text.into());
        let place = "主送机关";
        remarked(to(" "), place, "", "没有主送机关");
        remarked(|l| l.to = None, place, "", "没有主送机关");
        remarked(to("示例县委："), place, "：", "冒号由版面加上");
        remarked(to("示例县委。"), place, "。", "末尾不用标点");
        remarked(
            to("甲县县委，乙县县委，甲县县委"),
            place,
            "甲县县委",
            "写了两次",
        );
        remarked(
            to("中共示例市委组织部"),
            place,
            "中共示例市委组织部",
            "与发文机关相同",
        );
        unremarked(to("各县（市、区）委组织部，市直各部门党组（党委）"));
        unremarked(to("中共示例市委组织部办公室"));
        unremarked(|l| {
            l.title = "关于公开选拔的公告".into();
            l.to = None;
        });
        let mut request = document("关于增加编制的请示");
        request.to = Some("示例省委组织部，示例省委编办".into());
        assert_remarked(
            &request,
            place,
            "示例省委组织部，示例省委编办",
            "一个主送机关",
        );
    }

    #[test]
    fn those_copied_to() {
        let cc = |names: &'static [&'static str]| {
            move |l: &mut crate::model::Document| {
                l.cc = names.iter().map(|&name| name.into()).collect();
            }
        };
        let place = "抄送机关";
        remarked(
            cc(&["示例县委组织部"]),
            place,
            "示例县委组织部",
            "已经是主送机关",
        );
        remarked(cc(&["甲局", "乙局、甲局"]), place, "甲局", "写了两次");
        remarked(cc(&["甲局。"]), place, "。", "由版面加上");
        unremarked(cc(&[
            "部领导，机关各科室",
            "示例县委组织部办公室",
            "示例县委",
        ]));
    }

    #[test]
    fn names_are_split_outside_brackets() {
        assert_eq!(
            names("各县（市、区）委，市直 各部门、"),
            ["各县（市、区）委", "市直各部门"]
        );
        assert_eq!(names("）（，"), ["）（，"]);
    }
}
