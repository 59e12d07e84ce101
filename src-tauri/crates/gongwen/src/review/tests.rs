use super::*;
use crate::model::{Annex, Format, Signature};

fn today() -> Date {
    "2026-11-23".parse().expect("a date")
}

/// A letter about which there is nothing to remark.
fn clean() -> Document {
    let mut letter = Document::new(Format::Letter, "关于报送材料的函");
    letter.mark = "中共示例市委组织部".into();
    letter.number = Some("示组函〔2026〕18号".into());
    letter.to = Some("示例县委组织部".into());
    letter.body = vec![
        Block::paragraph("请于2026年11月30日（星期一）前，按附件1填写《情况表》（一式2份）。"),
        Block::heading(1, "一、报送内容"),
        Block::heading(2, "（一）基本情况"),
        Block::heading(3, "1.人员情况"),
        Block::heading(1, "二、报送方式"),
        Block::paragraph(
            "他说：“为了了解现在在办的事，对对象及及时性说明目的的时候。”文件见A(1)，比例为1:2。",
        ),
    ];
    letter.attachments = vec!["情况表".into()];
    letter.signature = Some(Signature {
        organs: vec!["中共示例市委组织部".into()],
        date: Some(today()),
        ..Signature::default()
    });
    letter
}

#[track_caller]
fn remarked(change: impl FnOnce(&mut Document), place: &str, part: &str) {
    let mut letter = clean();
    change(&mut letter);
    let remarks = review(&letter, today());
    assert!(
        remarks
            .iter()
            .any(|remark| remark.place == place && remark.message.contains(part)),
        "{place}: {part}: {remarks:?}"
    );
}

fn first(text: &'static str) -> impl FnOnce(&mut Document) {
    move |letter| letter.body[0] = Block::paragraph(text)
}

#[test]
fn a_careful_letter_has_no_remark() {
    assert_eq!(review(&clean(), today()), []);
}

#[test]
fn parts_that_are_missing_or_wrong() {
    remarked(|l| l.to = Some(" ".into()), "主送机关", "没有主送机关");
    remarked(|l| l.title.push('。'), "标题", "末尾");
    remarked(|l| l.number = None, "发文字号", "还没有编号");
    remarked(
        |l| l.number = Some("示组函〔2026〕018号".into()),
        "发文字号",
        "虚位",
    );
    remarked(
        |l| l.number = Some("示组函[2026]18号".into()),
        "发文字号",
        "六角括号",
    );
    remarked(
        |l| l.number = Some("示组函〔26〕18号".into()),
        "发文字号",
        "四位",
    );
    remarked(
        |l| l.number = Some("示组函〔2026〕第18号".into()),
        "发文字号",
        "不加“第”",
    );
    remarked(
        |l| l.number = Some("示组函〔2025〕18号".into()),
        "发文字号",
        "不是同一年",
    );
    remarked(
        |l| l.signature = None,
        "发文机关署名",
        "没有发文机关署名和成文日期",
    );
    remarked(
        |l| {
            let signed = l.signature.as_mut().expect("signed");
            signed.date = Some("2026-11-24".parse().expect("a date"));
        },
        "成文日期",
        "之后",
    );
}

#[test]
fn headings_in_order() {
    remarked(
        |l| l.body[2] = Block::heading(3, "1.基本情况"),
        "正文第3段",
        "跳过了层次",
    );
    remarked(
        |l| l.body[4] = Block::heading(1, "三、报送方式"),
        "正文第5段",
        "按顺序应当是2",
    );
    remarked(
        |l| l.body[2] = Block::heading(2, "(一)基本情况"),
        "正文第3段",
        "“（一）”的形式",
    );
}

#[test]
fn attachments_named_and_attached() {
    remarked(|l| l.attachments.clear(), "正文第1段", "没有附件说明");
    remarked(
        first("请按附件2填写。"),
        "正文第1段",
        "提到了附件2，但只列了1个",
    );
    let annex = |title: &str| Annex {
        title: title.into(),
        ..Annex::default()
    };
    remarked(
        |l| l.annexes = vec![annex("情况报告")],
        "附件说明第1项",
        "应当一致",
    );
    remarked(
        |l| l.annexes = vec![annex("情况表"), annex("名单")],
        "附件说明",
        "附了2个",
    );
}

#[test]
fn dates_of_the_calendar_and_their_weekdays() {
    remarked(
        first("请于2026年11月30日（星期二）前报送。"),
        "正文第1段",
        "是星期一，不是星期二",
    );
    remarked(
        first("于2026年2月28日，周日报送。"),
        "正文第1段",
        "是星期六，不是星期日",
    );
    remarked(
        first("请于2026年2月30日前报送。"),
        "正文第1段",
        "没有这一天",
    );
    remarked(first("请于2026年03月5日前报送。"), "正文第1段", "不编虚位");
    remarked(first("请于26年3月5日前报送。"), "正文第1段", "写全四位");
    for right in [
        "2000年1月1日星期六",
        "2024年2月29日（周四）",
        "2026年11月29日星期天",
    ] {
        assert_eq!(dates::remarks("正文", right), [], "{right}");
    }
}

#[test]
fn marks_and_repetitions() {
    remarked(first("请报送材料,并说明情况。"), "正文第1段", "半角标点“,”");
    remarked(first("请报送材料(一式2份)。"), "正文第1段", "半角标点“(”");
    remarked(first("请报送材料."), "正文第1段", "半角标点“.”");
    remarked(first("请报送《情况表。"), "正文第1段", "后面没有“》”");
    remarked(first("请报送情况表》。"), "正文第1段", "前面没有“《”");
    remarked(first("请报送的的材料。"), "正文第1段", "“的”重复");
    remarked(first("请报送材料。。"), "正文第1段", "“。”重复");
    remarked(
        first("请组织部组织部报送。"),
        "正文第1段",
        "“组织部组织部”重复",
    );
    remarked(first("请×××报送。"), "正文第1段", "还留有“×××”");
    remarked(first("（此页无正文）"), "正文第1段", "此页无正文");
}
