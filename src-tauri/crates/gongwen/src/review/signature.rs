//! Remarks about 发文机关署名, 成文日期 and 印发日期 (GB/T 9704-2012 §7.3.5, §7.4.3).

use super::passage::{Kind, Passage};
use super::{Draft, Remark};
use crate::model::{Date, Format};

/// Remarks about the signature, and how it fits the mark.
pub(super) fn remarks(draft: &Draft, out: &mut Vec<Remark>) {
    let document = draft.document;
    mark(draft, out);
    let signs = matches!(
        document.format,
        Format::Letter | Format::Document | Format::Order
    );
    let Some(signed) = &document.signature else {
        if signs {
            let message = "没有发文机关署名和成文日期，请补上。";
            out.push(Remark::missing("发文机关署名", message));
        }
        return;
    };
    let named = |text: &String| !text.trim().is_empty();
    let posted = signed.post.as_ref().is_some_and(named);
    if signs && !signed.organs.iter().any(named) && !posted {
        out.push(Remark::missing(
            "发文机关署名",
            "没有发文机关署名，请补上。",
        ));
    }
    let whole =
        |place, field, date: Date| Passage::new(place, field, &String::from(date), Kind::Short);
    match signed.date {
        None if signs => {
            out.push(Remark::missing(
                "成文日期",
                "没有成文日期，请在签发后补上。",
            ));
        }
        Some(date) if date > draft.today => {
            let message = format!("成文日期{date}在今天（{}）之后，请核对。", draft.today);
            out.push(whole("成文日期", "/signature/date", date).whole(message));
        }
        _ => {}
    }
    if let (Some(printed), Some(date)) = (&document.printed_by, signed.date)
        && printed.date < date
    {
        let message = format!("印发日期{}在成文日期{date}之前，请核对。", printed.date);
        out.push(whole("印发日期", "/printed_by/date", printed.date).whole(message));
    }
}

/// The mark and the only organ that signs are the same organ; a letter's mark has no 文件.
fn mark(draft: &Draft, out: &mut Vec<Remark>) {
    let document = draft.document;
    if !matches!(document.format, Format::Letter | Format::Document) {
        return;
    }
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    let mark = plain(&document.mark);
    if document.format == Format::Letter
        && mark.ends_with("文件")
        && let Some(passage) = draft.at("/mark")
    {
        let end = passage.text.trim_end().chars().count();
        let message = "信函的发文机关标志不加“文件”二字，请删去。";
        out.push(passage.remark(end.saturating_sub(2)..end, message));
    }
    let organs = document.signature.iter().flat_map(|signed| &signed.organs);
    let organs: Vec<String> = organs.map(|organ| plain(organ)).collect();
    let [organ] = organs.as_slice() else {
        return;
    };
    let mark = mark.trim_end_matches("文件");
    // 示例市委 and 示例市委员会 are one organ: one name is the other with characters left out.
    let same = within(mark, organ) || within(organ, mark);
    if !same && let Some(passage) = draft.at("/signature/organs/0") {
        let message = format!("署名与发文机关标志“{mark}”不是同一机关，请核对。");
        out.push(passage.whole(message));
    }
}

/// Does `long` hold the characters of `short` in their order?
fn within(short: &str, long: &str) -> bool {
    let mut long = long.chars();
    short.chars().all(|ch| long.any(|other| other == ch))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_remarked, document, remarked, review_of, unremarked};
    use crate::model::{Document, PrintedBy};

    fn organ(name: &'static str) -> impl FnOnce(&mut Document) {
        move |l| l.signature.as_mut().expect("signed").organs = vec![name.into()]
    }

    fn dated(date: &'static str) -> impl FnOnce(&mut Document) {
        move |l| l.signature.as_mut().expect("signed").date = Some(date.parse().expect("a date"))
    }

    #[test]
    fn organ_and_day() {
        remarked(
            |l| l.signature = None,
            "发文机关署名",
            "",
            "没有发文机关署名和成文日期",
        );
        remarked(organ(" "), "发文机关署名", "", "没有发文机关署名");
        remarked(dated("2026-11-24"), "成文日期", "2026-11-24", "之后");
        remarked(
            |l| l.signature.as_mut().expect("signed").date = None,
            "成文日期",
            "",
            "没有成文日期",
        );
        unremarked(dated("2026-11-20"));
    }

    #[test]
    fn the_organ_is_that_of_the_mark() {
        remarked(
            organ("示例市人民政府"),
            "发文机关署名",
            "示例市人民政府",
            "不是同一机关",
        );
        remarked(
            |l| l.mark = "中共示例市委组织部文件".into(),
            "发文机关标志",
            "文件",
            "不加“文件”",
        );
        unremarked(organ("中国共产党示例市委员会组织部"));
        unremarked(organ("示例市委组织部"));
        unremarked(|l| {
            let signed = l.signature.as_mut().expect("signed");
            signed.organs.push("示例市人力资源和社会保障局".into());
        });
        assert_eq!(review_of(&document("关于报送材料的通知")), []);
    }

    #[test]
    fn printed_after_it_was_signed() {
        let mut notice = document("关于报送材料的通知");
        let printed = |date: &str| {
            Some(PrintedBy {
                organ: "中共示例市委组织部办公室".into(),
                date: date.parse().expect("a date"),
            })
        };
        notice.printed_by = printed("2026-11-22");
        assert_remarked(&notice, "印发日期", "2026-11-22", "之前");
        notice.printed_by = printed("2026-11-23");
        assert_eq!(review_of(&notice), []);
    }
}
