//! Remarks about 标题, and the kind of paper (文种) it names.

use super::{Draft, Remark};
use crate::model::Format;

/// The fifteen kinds of 党政机关公文处理工作条例 第八条, and kinds of papers an office also writes.
/// A longer name stands before the one it ends with.
const KINDS: [&str; 60] = [
    "通知书",
    "诫勉书",
    "告知书",
    "建议书",
    "决定书",
    "意见书",
    "责任书",
    "承诺书",
    "任务书",
    "委托书",
    "倡议书",
    "邀请函",
    "会议纪要",
    "决议",
    "决定",
    "命令",
    "公报",
    "公告",
    "通告",
    "意见",
    "通知",
    "通报",
    "报告",
    "请示",
    "批复",
    "议案",
    "纪要",
    "函",
    "令",
    "办法",
    "规定",
    "规则",
    "规程",
    "细则",
    "条例",
    "章程",
    "制度",
    "守则",
    "准则",
    "标准",
    "方案",
    "预案",
    "要点",
    "规划",
    "计划",
    "安排",
    "总结",
    "汇报",
    "简报",
    "讲话",
    "提纲",
    "说明",
    "公示",
    "启事",
    "证明",
    "清单",
    "名单",
    "目录",
    "表",
    "书",
];

/// The kind a title names at its end: 函 in 关于报送材料的函（试行）.
pub(super) fn kind(title: &str) -> Option<&'static str> {
    let title = plain(title);
    KINDS.into_iter().find(|kind| title.ends_with(kind))
}

/// A title without line breaks and without what stands in brackets at its end.
fn plain(title: &str) -> String {
    let mut text: String = title.split_whitespace().collect();
    while text.ends_with('）')
        && let Some(at) = text.rfind('（')
    {
        text.truncate(at);
    }
    text
}

/// Remarks about the title.
pub(super) fn remarks(draft: &Draft, out: &mut Vec<Remark>) {
    let Some(title) = draft.at("/title") else {
        return;
    };
    let text = title.text.trim_end();
    if text.ends_with(['。', '；', '，', '、', '：', '！', '？', '.', ';', ',', ':']) {
        out.push(title.last("标题末尾一般不用标点，请删去。"));
        return;
    }
    let official = matches!(draft.document.format, Format::Letter | Format::Document);
    if !official {
        return;
    }
    match kind(text) {
        None if !plain(text).is_empty() => {
            out.push(title.whole("标题末尾没有文种（如“通知”“报告”“函”），请核对。"));
        }
        Some(kind) => twice(title, kind, out),
        None => {}
    }
}

/// Two kinds in one title: 请示报告, 通知的通知.
fn twice(title: &super::Passage, kind: &str, out: &mut Vec<Remark>) {
    let doubled = format!("{kind}的{kind}");
    let mixed = ["请示报告", "请示函", "报告请示"];
    let text = plain(&title.text);
    let found = mixed
        .into_iter()
        .chain([doubled.as_str()])
        .find(|wrong| text.ends_with(wrong));
    if let Some(wrong) = found {
        // A line break inside keeps the words from being found; then the whole title is meant.
        let at = title.find(wrong).last();
        let range = at.map_or(0..title.chars.len(), |at| at..at + wrong.chars().count());
        let message = format!("标题里的“{wrong}”重叠了文种，一份公文只用一个文种，请改正。");
        out.push(title.remark(range, message));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{remarked, unremarked};
    use super::*;

    #[test]
    fn a_title_ends_with_one_kind_of_paper() {
        for (title, excerpt, part) in [
            ("关于报送材料的函。", "。", "末尾一般不用标点"),
            ("关于报送材料", "关于报送材料", "没有文种"),
            ("关于增加编制的请示报告", "请示报告", "重叠了文种"),
            ("关于转发报送材料的通知的通知", "通知的通知", "重叠了文种"),
        ] {
            remarked(|l| l.title = title.into(), "标题", excerpt, part);
        }
        for title in [
            "关于转发《关于报送材料的通知》的通知",
            "关于上报2026年度报告的函",
            "选人用人专项检查\n整改通知书",
            "关于做好巡察工作的意见（试行）",
            "对甲某同志的诫勉书",
            "关于督查工作的复函",
            "关于征求意见的函（第2号）",
        ] {
            unremarked(|l| l.title = title.into());
        }
    }

    #[test]
    fn the_kind_is_the_last_and_longest() {
        for (title, wanted) in [
            ("关于请甲某同志作出说明的函询通知书", Some("通知书")),
            ("关于请示事项的通知", Some("通知")),
            ("关于整改情况的报告（二）（送审稿）", Some("报告")),
            ("研究整改工作", None),
            ("（）", None),
            ("", None),
        ] {
            assert_eq!(kind(title), wanted, "{title}");
        }
    }
}
