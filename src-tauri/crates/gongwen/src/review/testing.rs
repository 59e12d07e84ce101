//! What the tests of the rules share: a letter without fault, and tables of hits and near misses.

use super::{Passage, Remark, passage::Kind, review};
use crate::model::{Block, Date, Document, Format, Signature};

pub(super) fn today() -> Date {
    "2026-11-23".parse().expect("a date")
}

/// A letter about which there is nothing to remark.
pub(super) fn clean() -> Document {
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

/// The clean letter as a 文件 of another kind (文种).
pub(super) fn document(title: &str) -> Document {
    let mut document = clean();
    document.format = Format::Document;
    document.mark = "中共示例市委组织部文件".into();
    document.title = title.into();
    document
}

/// Asserts that a change to the clean letter is remarked, at a place and on an excerpt ("" for
/// something missing), in words that contain `part`.
#[track_caller]
pub(super) fn remarked(change: impl FnOnce(&mut Document), place: &str, excerpt: &str, part: &str) {
    let mut letter = clean();
    change(&mut letter);
    assert_remarked(&letter, place, excerpt, part);
}

#[track_caller]
pub(super) fn assert_remarked(letter: &Document, place: &str, excerpt: &str, part: &str) {
    let remarks = review(letter, today());
    let found = remarks.iter().any(|remark| {
        let marked = remark.span.as_ref().map_or("", |span| &span.excerpt);
        remark.place == place && marked == excerpt && remark.message.contains(part)
    });
    assert!(found, "{place} “{excerpt}” {part}: {remarks:#?}");
}

/// Asserts that a change to the clean letter gives nothing to remark.
#[track_caller]
pub(super) fn unremarked(change: impl FnOnce(&mut Document)) {
    let mut letter = clean();
    change(&mut letter);
    assert_eq!(review(&letter, today()), []);
}

/// Asserts what a rule about one text marks: exactly the excerpts given, in order, and nothing in
/// the good texts.
#[track_caller]
pub(super) fn marks(
    rule: impl Fn(&Passage, &mut Vec<Remark>),
    hits: &[(&str, &[&str])],
    good: &[&str],
) {
    let found = |text: &str| -> Vec<String> {
        let mut remarks = Vec::new();
        let passage = Passage::new("正文第1段", "/body/0/p", text, Kind::Prose);
        rule(&passage, &mut remarks);
        let spans = remarks.into_iter().map(|remark| remark.span);
        spans
            .map(|span| span.expect("a remark about a text has a span").excerpt)
            .collect()
    };
    for (text, wanted) in hits {
        assert_eq!(found(text), *wanted, "{text}");
    }
    for text in good {
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
    }
}

/// What is remarked on the day of the tests.
pub(super) fn review_of(document: &Document) -> Vec<Remark> {
    review(document, today())
}
