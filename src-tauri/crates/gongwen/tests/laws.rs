//! Laws that hold for any text.

use gongwen::model::{
    Annex, Attendance, Block, Document, Format, Grid, GridCell, LinePitch, Record, Register, Seal,
    Signature, Table,
};
use gongwen::{Layout, Line, Typesetter, standard};
use proptest::prelude::*;
use std::sync::LazyLock;

static TYPESETTER: LazyLock<Typesetter> =
    LazyLock::new(|| Typesetter::with_shipped_fonts().expect("a checkout has the faces"));

const SEALS: [Seal; 3] = [Seal::Space, Seal::None, Seal::SignerStamp];
const NEVER_FIRST: &str = "，。、；：？！”’）》〉】〕—…·";
const NEVER_LAST: &str = "“‘（《〈【〔";

/// Words, numbers, marks and rare characters as texts of the field have them. Marks stand between
/// words, never in heaps, so that a lawful break always exists.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => "[一-龥]{1,12}",
        1 => "[镕㛃䶮𬱖堃頔]{1,3}",
        2 => "[0-9]{1,6}(\\.[0-9]{1,2})?[年月日元名项个%％]?",
        1 => "[A-Za-z]{1,12}",
        1 => "〔20[0-9]{2}〕[0-9]{1,3}号",
    ];
    let mark = prop_oneof![
        "[，。、；：？！]",
        "”，",
        "）。",
        "》（",
        "“",
        "（",
        "《",
        "》",
        "——",
        "……",
        " ",
        "·"
    ];
    prop::collection::vec((word, mark), 1..60).prop_map(|pieces| {
        pieces
            .into_iter()
            .map(|(word, mark)| word + &mark)
            .collect()
    })
}

fn letter(body: Vec<Block>) -> Document {
    let mut letter = Document::new(Format::Letter, "关于报送材料的函");
    letter.mark = "中共示例市委组织部".into();
    letter.number = Some("示组函〔2026〕1号".into());
    letter.to = Some("示例县委".into());
    letter.body = body;
    letter.signature = Some(Signature {
        organs: vec!["中共示例市委组织部".into()],
        date: Some("2026-11-23".parse().expect("a date")),
        seal: Seal::Space,
        ..Signature::default()
    });
    letter
}

fn record(turns: Vec<String>) -> Document {
    let mut record = Document::new(Format::Record, "个别谈话记录");
    record.record = Some(Record {
        fields: vec![("谈话地点".into(), turns[0].chars().take(40).collect())],
        ..Record::default()
    });
    record.body = vec![Block::Turns(
        turns.into_iter().map(|text| ("答".into(), text)).collect(),
    )];
    record
}

fn lines(layout: &Layout) -> impl Iterator<Item = (usize, &Line)> {
    layout
        .pages
        .iter()
        .enumerate()
        .flat_map(|(number, page)| page.lines.iter().map(move |line| (number, line)))
}

fn solid(text: &str) -> String {
    text.chars().filter(|ch| !ch.is_whitespace()).collect()
}

/// Everything printed, in reading order, without blanks.
fn printed(layout: &Layout) -> String {
    solid(
        &lines(layout)
            .map(|(_, line)| line.text())
            .collect::<String>(),
    )
}

/// The lines of a letter's body; page numbers stand in 宋体.
fn body(layout: &Layout) -> Vec<String> {
    lines(layout)
        .filter(|(_, line)| line.runs.iter().all(|run| run.role != gongwen::Role::Song))
        .map(|(_, line)| line.text())
        .skip_while(|text| text != "示例县委：")
        .skip(1)
        .take_while(|text| text != "中共示例市委组织部")
        .collect()
}

fn inside(layout: &Layout) -> Result<(), TestCaseError> {
    let right = standard::LEFT + standard::WIDTH + 1e-6;
    for (page, line) in lines(layout) {
        let text = line.text();
        prop_assert!(line.left >= standard::LEFT - 1e-6, "page {page}: {text}");
        prop_assert!(
            line.right() <= right,
            "page {page}: {} {text}",
            line.right()
        );
        prop_assert!(
            line.top >= 25.0 && line.top < standard::BOTTOM + 11.0,
            "page {page}: {} {text}",
            line.top
        );
        let mut last = f64::MIN;
        for glyph in line.runs.iter().flat_map(|run| &run.glyphs) {
            prop_assert!(glyph.cell >= last - 1e-6, "characters overlap: {text}");
            // A cell gives up at most half of its white on either side, and a blank all of it.
            last = if glyph.width > 0.0 {
                glyph.cell + glyph.width * 0.5
            } else {
                glyph.cell
            };
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_letter_keeps_every_character_inside_the_type_area(paragraphs in prop::collection::vec(text(), 1..8)) {
        let document = letter(paragraphs.iter().map(Block::paragraph).collect());
        let layout = TYPESETTER.layout(&document).expect("printable text");
        inside(&layout)?;
        prop_assert_eq!(solid(&body(&layout).concat()), solid(&paragraphs.concat()));
    }

    #[test]
    fn no_forbidden_mark_begins_or_ends_a_line(paragraph in text()) {
        let document = letter(vec![Block::paragraph(&paragraph)]);
        let layout = TYPESETTER.layout(&document).expect("printable text");
        let body = body(&layout);
        for (number, line) in body.iter().enumerate() {
            let line = line.trim();
            let (first, last) = (line.chars().next(), line.chars().last());
            if number > 0 {
                prop_assert!(!first.is_some_and(|ch| NEVER_FIRST.contains(ch)), "{}", line);
            }
            if number + 1 < body.len() {
                prop_assert!(!last.is_some_and(|ch| NEVER_LAST.contains(ch)), "{}", line);
            }
        }
    }

    #[test]
    fn a_record_keeps_every_character_inside_the_type_area(turns in prop::collection::vec(text(), 1..8)) {
        let layout = TYPESETTER.layout(&record(turns.clone())).expect("printable text");
        inside(&layout)?;
        for page in &layout.pages {
            let foot = page.lines.iter().any(|line| line.text() == "被谈话人签名：");
            prop_assert!(foot, "every page is signed");
        }
        let count = printed(&layout).matches('答').count();
        prop_assert!(count >= turns.len());
    }

    #[test]
    fn every_part_stays_inside(parts in prop::collection::vec(text(), 8), short in "[一-龥]{1,60}", joint in prop::collection::vec("[一-龥]{2,24}", 0..6), upward in any::<bool>(), wps in any::<bool>(), seal in 0..3_usize) {
        let mut document = letter(vec![
            Block::heading(2, &parts[0]),
            Block::Fields(vec![("姓名".into(), short.clone()), (short.clone(), parts[1].clone())]),
            Block::Table(Table {
                columns: vec!["序号".into(), short.clone()],
                rows: vec![vec!["1".into(), parts[2].clone(), short.clone()], vec![parts[3].clone()]],
            }),
        ]);
        document.title = format!("关于{short}的函");
        document.to = Some(parts[4].clone());
        document.attachments = vec![parts[5].clone(), short.clone()];
        document.note = Some(parts[6].clone());
        document.cc = vec![parts[7].clone()];
        document.annexes = vec![Annex { title: short.clone(), to: Some(parts[4].clone()), body: vec![Block::paragraph(&parts[0])] }];
        if let Some(signature) = &mut document.signature {
            signature.organs = vec![short.clone(), "示例市委".into()];
            signature.seal = SEALS[seal];
        }
        if upward {
            document.format = Format::Document;
            document.signers = vec!["丁某".into(), "戊某某".into(), "己某".into()];
        }
        if wps {
            document.options.line_pitch = LinePitch::Wps;
        }
        inside(&TYPESETTER.layout(&document).expect("printable text"))?;
        // A joint mark stays inside too, or the head leaves no room for the text.
        document.format = Format::Document;
        document.mark += "文件";
        document.joint_marks = joint;
        match TYPESETTER.layout(&document) {
            Ok(layout) => inside(&layout)?,
            Err(error) => prop_assert!(error.to_string().contains("占满了首页"), "{error}"),
        }
    }

    #[test]
    fn more_text_never_takes_fewer_pages(pieces in prop::collection::vec(text(), 2..9), from in 0..8_usize, seal in 0..3_usize, wps in any::<bool>()) {
        let pages = |count: usize| {
            let mut document = letter(vec![Block::paragraph(pieces[..count].concat())]);
            document.attachments = vec!["情况表".into()];
            if let Some(signature) = &mut document.signature {
                signature.seal = SEALS[seal];
            }
            if wps {
                document.options.line_pitch = LinePitch::Wps;
            }
            TYPESETTER.layout(&document).expect("printable text").pages.len()
        };
        let from = from % (pieces.len() - 1) + 1;
        prop_assert!(pages(from) <= pages(from + 1));
    }

    #[test]
    fn the_strangest_text_is_set_or_refused_in_chinese(text in "\\PC{0,200}") {
        match TYPESETTER.layout(&letter(vec![Block::paragraph(&text)])) {
            Ok(layout) => inside(&layout)?,
            Err(error) => prop_assert!(error.to_string().starts_with("正文第1段"), "{error}"),
        }
    }

    #[test]
    fn heaps_of_marks_stay_inside(text in "[，。、—…“（A-Z0-9]{1,200}") {
        let layout = TYPESETTER.layout(&letter(vec![Block::paragraph(&text)])).expect("printable");
        inside(&layout)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn forms_minutes_and_registers_stay_inside(parts in prop::collection::vec(text(), 6), numbers in prop::collection::vec(0..100_000_i64, 1..40), duplex in any::<bool>()) {
        let mut form = Document::new(Format::Form, "承办单");
        let tall = GridCell { text: parts[0].chars().take(80).collect(), label: true, rows: 2, ..GridCell::default() };
        let wide = GridCell { text: parts[1].clone(), columns: 2, foot: "年　月　日".into(), ..GridCell::default() };
        form.body = vec![Block::Grid(Grid {
            columns: vec![2, 3, 4],
            rows: vec![vec![tall, parts[2].as_str().into(), "甲".into()], vec![wide]],
        })];
        form.note = Some(parts[3].clone());
        match TYPESETTER.layout(&form) {
            Ok(layout) => inside(&layout)?,
            Err(error) => prop_assert!(error.to_string().contains("太高"), "{error}"),
        }

        let mut minutes = letter(vec![Block::paragraph(&parts[0])]);
        minutes.format = Format::Minutes;
        minutes.attendance = Some(Attendance { present: parts.clone(), ..Attendance::default() });
        inside(&TYPESETTER.layout(&minutes).expect("printable text"))?;

        let mut register = Document::new(Format::Register, "台账");
        register.options.duplex = duplex;
        let row = |(i, number): (usize, &i64)| vec![parts[i % 6].clone(), number.to_string(), parts[(i + 1) % 6].clone()];
        register.body = vec![Block::Table(Table {
            columns: vec!["事项".into(), "人数".into(), "说明".into()],
            rows: numbers.iter().enumerate().map(row).collect(),
        })];
        register.register = Some(Register { sums: vec!["人数".into()] });
        register.note = Some(parts[4].clone());
        let layout = TYPESETTER.layout(&register).expect("printable text");
        for (number, page) in layout.pages.iter().enumerate() {
            let top = if duplex && number % 2 == 1 { 26.0 } else { standard::LEFT };
            for line in &page.turned.lines {
                let size = line.runs.iter().map(|run| standard::mm(run.size)).fold(0.0, f64::max);
                prop_assert!(line.left >= 35.0 - 1e-6 && line.right() <= 260.0 + 1e-6, "{}", line.text());
                prop_assert!(line.top >= top - 1e-6 && line.top + size <= top + standard::WIDTH + 1e-6, "{}", line.text());
            }
        }
        let printed: String = layout.pages.iter().flat_map(|page| &page.turned.lines).map(Line::text).collect();
        let total: i64 = numbers.iter().sum();
        prop_assert!(printed.contains(&format!("计{total}")), "{total}: {printed}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_letter_gives_the_same_bytes(paragraph in text()) {
        let document = letter(vec![Block::paragraph(&paragraph)]);
        let first = TYPESETTER.pdf(&document).expect("printable text");
        let second = TYPESETTER.pdf(&document).expect("printable text");
        prop_assert!(first == second);
    }
}

/// A body of so many lines, three a paragraph, the last line of each short or full.
fn body_of(lines: usize, last: usize) -> Vec<Block> {
    let mut left = lines;
    let mut body = Vec::new();
    while left > 0 {
        let here = left.min(3);
        left -= here;
        let full = if here == 1 { 0 } else { 26 + (here - 2) * 28 };
        body.push(Block::paragraph("查".repeat(full + last)));
    }
    body
}

/// Item 19 for every length of a text of up to three pages.
#[test]
fn a_signature_never_stands_alone() {
    let joint = [
        "中共示例市纪律检查委员会",
        "中共示例市委组织部",
        "示例市审计局",
        "示例市财政局",
    ];
    for seal in SEALS {
        for organs in [1, 4] {
            for attachments in [0, 4] {
                for lines in 2..=60 {
                    let last = if lines % 2 == 0 { 3 } else { 25 };
                    let mut document = letter(body_of(lines, last));
                    document.attachments = vec!["某某情况汇总表".into(); attachments];
                    document.note = Some("联系人：甲某".into());
                    if let Some(signature) = &mut document.signature {
                        signature.seal = seal;
                        signature.organs = joint[..organs].iter().map(|&o| o.to_owned()).collect();
                    }
                    let layout = TYPESETTER.layout(&document).expect("printable text");
                    let page = layout
                        .pages
                        .iter()
                        .find(|page| {
                            page.lines
                                .iter()
                                .any(|line| line.text() == "2026年11月23日")
                        })
                        .expect("the date is printed");
                    let company = page.lines.iter().any(|line| line.text().contains("查查"));
                    let what = format!("{seal:?}, {organs} organs, {attachments} attachments");
                    assert!(company, "{what}, {lines} lines");
                    let first = &layout.pages[0].lines;
                    assert!(
                        first.iter().any(|line| line.text().contains("查查")),
                        "{what}, {lines} lines: nothing on the first page"
                    );
                }
            }
        }
    }
}

/// The names of a joint mark: one below the other, all from the same left to the same right edge,
/// 文件 beside their middle.
#[test]
fn names_of_a_joint_mark_are_as_wide_as_each_other() {
    let names = [
        "中共示例市委组织部",
        "示例市审计局",
        "中共示例市委巡察工作领导小组办公室",
        "示例市财政局",
        "示例市公安局",
        "示例市人力资源和社会保障局",
    ];
    for count in 2..=6 {
        let mut document = letter(vec![Block::paragraph("查".repeat(300))]);
        document.format = Format::Document;
        document.mark = format!("{}文件", names[0]);
        document.joint_marks = names[1..count]
            .iter()
            .map(|&name| name.to_owned())
            .collect();
        let layout = TYPESETTER.layout(&document).expect("printable text");
        let mark: Vec<&Line> = layout.pages[0]
            .lines
            .iter()
            .filter(|line| {
                line.runs
                    .iter()
                    .any(|run| run.colour == gongwen::Colour::Red)
            })
            .collect();
        let texts: Vec<String> = mark.iter().map(|line| line.text()).collect();
        assert_eq!(texts[..count], names[..count]);
        assert_eq!(texts[count..], ["文件"]);
        for name in &mark[..count] {
            assert!((name.left - mark[0].left).abs() < 1e-6, "{texts:?}");
            assert!((name.right() - mark[0].right()).abs() < 1e-6, "{texts:?}");
        }
        for pair in mark[..count].windows(2) {
            let step = standard::MARK_LEADING * standard::mm(pair[0].runs[0].size);
            assert!((pair[1].top - pair[0].top - step).abs() < 0.6, "{texts:?}");
        }
        let middle = f64::midpoint(mark[0].top, mark[count - 1].top);
        assert!((mark[count].top - middle).abs() < 0.6, "{texts:?}");
        assert!(mark[count].left > mark[0].right());
        let text = layout.pages[0]
            .lines
            .iter()
            .filter(|line| line.text().contains("查查"));
        assert!(text.count() >= 3, "{count} organs");
    }
}

#[test]
fn the_pitch_of_word_processors() {
    let mut document = letter(vec![Block::paragraph("查".repeat(700))]);
    document.options.line_pitch = LinePitch::Wps;
    let layout = TYPESETTER.layout(&document).expect("printable text");
    let tops: Vec<f64> = layout.pages[0]
        .lines
        .iter()
        .filter(|line| line.text().contains("查查"))
        .map(|line| line.top)
        .collect();
    assert!(tops.len() > 10);
    for pair in tops.windows(2) {
        assert!((pair[1] - pair[0] - standard::mm(28.95)).abs() < 1e-9);
    }
}

/// What is hard to break, at every place of a line: nothing that belongs together is parted, and
/// every line but the last reaches the right edge of the type area.
#[test]
fn hard_cases_at_every_place_of_a_line() {
    let cases: &[(&str, &[&str])] = &[
        ("《办法（试行）》），其中规定", &["》），", "《办"]),
        ("有“‘带病提拔’问题”。”他说", &["“‘带", "拔’", "题”。”"]),
        ("是——包括首付款——资金来源", &["是——", "款——"]),
        ("借款……贷款……等资金", &["款……"]),
        ("增长12.5%以上", &["12.5%"]),
        ("支付3,860.50万元的费用", &["3,860.50万"]),
        ("示组发〔2026〕18号文件", &["〔2026〕18号"]),
        ("按GB/T 9704—2012排印", &["GB/T", "9704—"]),
        ("自2026年11月23日起执行", &["2026年", "11月", "23日"]),
        ("第1203室和第6栋2单元", &["第1203室", "第6栋"]),
        ("由Zhongguancun公司承办", &["Zhongguancun"]),
        (
            "见https://www.example.cn/guide/2026/cadre-supervision.html页面",
            &["www.example.cn/", "2026/", "supervision.html"],
        ),
        ("占20％、30‰和5℃以下", &["20％、", "30‰", "5℃"]),
        ("（一）（二）（三）项", &["（一）", "（二）", "（三）"]),
    ];
    let right = standard::LEFT + standard::WIDTH;
    for (case, whole) in cases {
        for before in 0..28 {
            let text = format!("{}{case}{}", "查".repeat(before + 20), "查".repeat(40));
            let layout = TYPESETTER
                .layout(&letter(vec![Block::paragraph(text)]))
                .expect("printable text");
            let body = body(&layout).join("\n");
            for part in *whole {
                assert!(body.contains(part), "“{part}” is parted:\n{body}");
            }
            let set: Vec<&Line> = lines(&layout)
                .map(|(_, line)| line)
                .filter(|line| line.text().contains("查查查"))
                .collect();
            for line in &set[..set.len() - 1] {
                // A line that is nearly all address has too few places to be spread at.
                if line.text().contains("://") {
                    continue;
                }
                assert!(
                    (line.right() - right).abs() < 1e-6,
                    "ends at {}: {}",
                    line.right(),
                    line.text()
                );
            }
        }
    }
}
