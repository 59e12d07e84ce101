//! The drafting check holds for any text: it never panics, and what it marks is where it says.

use gongwen::model::{
    Annex, Attendance, Block, Date, Document, Format, Grid, GridCell, PrintedBy, Record, Seal,
    Signature, Table,
};
use gongwen::review::{Remark, review};
use proptest::prelude::*;
use serde_json::Value;

/// Every excerpt stands in the document at the pointer and the characters given.
fn assert_in_place(document: &Document, remarks: &[Remark]) -> Result<(), TestCaseError> {
    let written = serde_json::to_value(document).expect("plain data");
    for remark in remarks {
        prop_assert!(!remark.place.is_empty());
        prop_assert!(remark.message.ends_with('。'), "{}", remark.message);
        let Some(span) = &remark.span else { continue };
        let text = written.pointer(&span.field).and_then(Value::as_str);
        prop_assert!(text.is_some(), "no text at {}", span.field);
        let chars: Vec<char> = text.unwrap_or_default().chars().collect();
        prop_assert!(
            span.start <= span.end && span.end <= chars.len(),
            "{span:?}"
        );
        let marked: String = chars[span.start..span.end].iter().take(20).collect();
        prop_assert_eq!(&marked, &span.excerpt);
    }
    Ok(())
}

/// Texts that bring the rules to work: marks, figures, and words they look for.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[《》〈〉（）()“”‘’〔〕【】，。、；：？！,.;:?!\"'~…—○O0零〇×X_{}*\n　 -]{1,4}",
        3 => "[0-9]{1,4}[年月日时分号前、.]",
        2 => "[一二三四五六七八九十第是]{1,3}[、，是章条）]?",
        2 => "[一-龥]{1,6}",
        1 => any::<String>(),
        4 => prop::sample::select(vec![
            "请于", "务必在", "前", "附件", "见附件", "附后", "截止", "既使", "布署", "的的", "星期",
            "（周", "关于", "请示", "报告", "特此", "妥否", "机密★", "文件", "此页无正文", "TODO",
            "𬱖", "示组函〔2026〕", "通知的通知", "组织部组织部",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

fn texts(most: usize) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(text(), 0..most)
}

fn block() -> impl Strategy<Value = Block> {
    let pairs = || prop::collection::vec((text(), text()), 0..3);
    prop_oneof![
        4 => text().prop_map(Block::Paragraph),
        3 => (any::<u8>(), text(), prop::option::of(text()))
            .prop_map(|(level, text, run_in)| Block::Heading { level, text, run_in }),
        1 => (texts(3), prop::collection::vec(texts(3), 0..3))
            .prop_map(|(columns, rows)| Block::Table(Table { columns, rows })),
        1 => (text(), text()).prop_map(|(text, foot)| Block::Grid(Grid {
            columns: vec![1],
            rows: vec![vec![GridCell { text, foot, ..GridCell::default() }]],
        })),
        1 => pairs().prop_map(Block::Fields),
        1 => pairs().prop_map(Block::Turns),
    ]
}

fn date() -> impl Strategy<Value = Date> {
    (1000..=9999_u16, 1..=12_u8, 1..=28_u8)
        .prop_map(|(year, month, day)| Date::new(year, month, day).expect("every month has it"))
}

prop_compose! {
    fn document()(
        format in prop::sample::select(vec![
            Format::Letter, Format::Document, Format::Minutes, Format::Order, Format::Record,
            Format::Form, Format::Register,
        ]),
        (title, mark, kind) in (text(), text(), prop::sample::select(vec!["", "请示", "报告", "函"])),
        marks in prop::array::uniform6(prop::option::of(text())),
        body in prop::collection::vec(block(), 0..8),
        (attachments, organs, cc, people, said) in (texts(4), texts(3), texts(3), texts(2), texts(2)),
        (date, printed) in (prop::option::of(date()), prop::option::of((text(), date()))),
        annexes in prop::collection::vec((text(), prop::collection::vec(block(), 0..3)), 0..3),
    ) -> Document {
        let [number, copy_number, secrecy, urgency, to, note] = marks;
        Document {
            mark,
            number,
            copy_number,
            secrecy,
            urgency,
            to,
            body,
            attachments,
            signature: Some(Signature { organs, date, seal: Seal::None, ..Signature::default() }),
            attendance: Some(Attendance { present: people, ..Attendance::default() }),
            note,
            cc,
            printed_by: printed.map(|(organ, date)| PrintedBy { organ, date }),
            annexes: annexes.into_iter().map(|(title, body)| Annex { title, to: None, body }).collect(),
            record: Some(Record { statements: said, ..Record::default() }),
            ..Document::new(format, title + kind)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn remarks_point_into_the_document(document in document(), today in date()) {
        assert_in_place(&document, &review(&document, today))?;
    }

}

/// The form in which scripts receive a remark.
#[test]
fn a_remark_as_json() {
    let mut letter = Document::new(Format::Letter, "关于报送材料的函");
    letter.body = vec![Block::paragraph("请报送材料,并说明情况。")];
    let today = "2026-11-23".parse().expect("a date");
    let remarks = serde_json::to_value(review(&letter, today)).expect("plain data");
    let remarks = remarks.as_array().expect("a list");
    let at = |place: &str| {
        let found = remarks.iter().find(|remark| remark["place"] == place);
        found.unwrap_or_else(|| panic!("{place}: {remarks:?}"))
    };
    let comma = at("正文第1段");
    assert_eq!(comma["field"], "/body/0/p");
    assert_eq!((&comma["start"], &comma["end"]), (&5.into(), &6.into()));
    assert_eq!(comma["excerpt"], ",");
    assert!(
        comma["message"]
            .as_str()
            .is_some_and(|it| it.contains("半角标点"))
    );
    let missing = at("主送机关").as_object().expect("an object");
    let mut keys: Vec<_> = missing.keys().collect();
    keys.sort();
    assert_eq!(keys, ["message", "place"]);
}
