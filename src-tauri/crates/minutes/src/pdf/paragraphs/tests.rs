//! Pages built from lines of known measure: 16 pt type, edges at 72 and 520 pt.

use super::*;

const SIZE: f64 = 16.0;
const LEFT: f64 = 72.0;
const RIGHT: f64 = 520.0;

/// A line from `indent` characters in, as long as its text.
fn at(indent: f64, y: f64, text: &str) -> Line {
    let left = LEFT + indent * SIZE;
    Line {
        cells: vec![text.to_owned()],
        left,
        right: left + text.chars().count() as f64 * SIZE,
        y,
        size: SIZE,
    }
}

/// A line that reaches the right edge.
fn full(indent: f64, y: f64, text: &str) -> Line {
    Line {
        right: RIGHT,
        ..at(indent, y, text)
    }
}

fn page(lines: Vec<Line>) -> PageLines {
    PageLines {
        lines,
        width: 595.0,
        height: 842.0,
    }
}

fn texts(pages: &[PageLines]) -> Vec<String> {
    join(pages).into_iter().map(|joined| joined.text).collect()
}

#[test]
fn indents_and_early_ends_make_paragraphs() {
    let pages = [page(vec![
        full(2.0, 100.0, "会议听取了甲某的汇报，"),
        full(0.0, 128.0, "认为情况属实，同意所提"),
        at(0.0, 156.0, "建议。"),
        full(2.0, 184.0, "会议要求：抓紧办理。"),
        full(2.0, 212.0, "会议强调：严守纪律，"),
        at(0.0, 240.0, "不得拖延。"),
    ])];
    assert_eq!(
        texts(&pages),
        [
            "会议听取了甲某的汇报，认为情况属实，同意所提建议。",
            "会议要求：抓紧办理。",
            "会议强调：严守纪律，不得拖延。",
        ]
    );
}

#[test]
fn one_line_paragraphs_that_fill_the_line_stay_apart() {
    let lines = (0..8)
        .map(|n| full(2.0, 100.0 + 28.0 * f64::from(n), "一句话正好一行。"))
        .collect();
    assert_eq!(texts(&[page(lines)]).len(), 8);
}

#[test]
fn a_paragraph_goes_on_over_the_page_and_keeps_its_first_page() {
    let pages = [
        page(vec![
            full(2.0, 700.0, "会议听取了甲某的汇报，"),
            full(0.0, 728.0, "认为情况"),
        ]),
        page(vec![at(0.0, 100.0, "属实。"), at(2.0, 128.0, "散会。")]),
    ];
    let joined = join(&pages);
    assert_eq!(joined[0].text, "会议听取了甲某的汇报，认为情况属实。");
    assert_eq!(joined[0].page, 1);
    assert_eq!((joined[1].text.as_str(), joined[1].page), ("散会。", 2));
}

#[test]
fn larger_type_is_a_heading_and_a_title_of_two_lines_is_one() {
    let title = |y: f64, text: &str| Line {
        left: 200.0,
        right: 392.0,
        size: 22.0,
        ..at(0.0, y, text)
    };
    let pages = [page(vec![
        title(100.0, "中共示例局党组"),
        title(136.0, "会议记录"),
        full(2.0, 180.0, "时间和地点同上次会议一样"),
        full(0.0, 208.0, "没有变化，按时开会"),
    ])];
    let joined = join(&pages);
    assert_eq!(joined[0].kind, ParagraphKind::Heading);
    assert_eq!(joined[0].text, "中共示例局党组会议记录");
    assert_eq!(joined.len(), 2);
}

#[test]
fn wide_gaps_make_a_table_row() {
    let mut row = at(0.0, 128.0, "甲某");
    row.cells = vec!["甲某".into(), "同意".into(), "8票".into()];
    let pages = [page(vec![full(0.0, 100.0, "表决情况如下"), row])];
    let joined = join(&pages);
    assert_eq!(joined[1].kind, ParagraphKind::TableRow);
    assert_eq!(joined[1].text, "甲某 | 同意 | 8票");
}

#[test]
fn words_in_latin_letters_keep_a_blank_and_numbers_do_not() {
    let mut text = "the".to_owned();
    append(&mut text, "end");
    append(&mut text, "，共12");
    append(&mut text, "34元");
    assert_eq!(text, "the end，共1234元");
}

#[test]
fn page_numbers_and_running_heads_are_taken_out() {
    for number in ["3", "— 3 —", "第 3 页", "第3页 共9页", "3/9", "－12－"] {
        assert!(is_page_number(number), "{number}");
    }
    for text in ["", "—", "2024年", "12345", "三", "第页"] {
        assert!(!is_page_number(text), "{text}");
    }
    let mut pages: Vec<PageLines> = (1..=4)
        .map(|number| {
            page(vec![
                at(0.0, 40.0, "内部资料"),
                full(2.0, 200.0, &format!("正文第{number}页")),
                at(10.0, 800.0, &format!("— {number} —")),
            ])
        })
        .collect();
    assert_eq!(remove_margins(&mut pages), ["内部资料"]);
    assert!(pages.iter().all(|page| page.lines.len() == 1));
    // The body is never touched, and what is on one page only stays.
    let mut body: Vec<PageLines> = (0..3).map(|_| page(vec![at(0.0, 400.0, "同意")])).collect();
    assert!(remove_margins(&mut body).is_empty());
    let mut one = vec![page(vec![
        at(0.0, 40.0, "内部资料"),
        at(0.0, 400.0, "同意"),
    ])];
    assert!(remove_margins(&mut one).is_empty());
    assert_eq!(one[0].lines.len(), 2);
}

#[test]
fn a_label_after_a_closed_line_starts_anew_even_without_an_indent() {
    let pages = [page(vec![
        full(0.0, 44.0, "时间：2024年3月15日上午9时至11时"),
        full(0.0, 72.0, "主持：甲某（党组书记、局长）"),
        full(0.0, 100.0, "缺席：庚某（在省委党校学习，已请假）"),
        full(0.0, 128.0, "列席：辛某、壬某，会议认为应当听取"),
        full(0.0, 156.0, "各方的意见：先书面，后当面听取。"),
        at(0.0, 184.0, "记录人：癸某"),
    ])];
    assert_eq!(
        texts(&pages),
        [
            "时间：2024年3月15日上午9时至11时",
            "主持：甲某（党组书记、局长）",
            "缺席：庚某（在省委党校学习，已请假）",
            "列席：辛某、壬某，会议认为应当听取各方的意见：先书面，后当面听取。",
            "记录人：癸某",
        ]
    );
}

#[test]
fn a_sign_that_may_not_start_a_line_takes_a_character_along() {
    let short = Line {
        right: RIGHT - 2.2 * SIZE,
        ..at(0.0, 128.0, "收回6张，有效票6")
    };
    let pages = [page(vec![
        full(2.0, 100.0, "会议逐人进行了讨论，发出表决票，"),
        short,
        at(0.0, 156.0, "张。结果如下"),
    ])];
    assert_eq!(texts(&pages).len(), 1);
}

#[test]
fn answers_that_hang_from_their_label_are_one_paragraph_each() {
    let pages = [page(vec![
        at(0.0, 100.0, "问：请介绍会议的情况。"),
        full(0.0, 128.0, "答：那次会议应到9人，实到"),
        full(2.0, 156.0, "5人。主持人先讲了名单。"),
        full(2.0, 184.0, "我记得有3人没有说话，占"),
        at(2.0, 212.0, "1.5成左右。"),
        at(0.0, 240.0, "问：还有什么？"),
    ])];
    assert_eq!(
        texts(&pages),
        [
            "问：请介绍会议的情况。",
            "答：那次会议应到9人，实到5人。主持人先讲了名单。我记得有3人没有说话，占1.5成左右。",
            "问：还有什么？",
        ]
    );
}

#[test]
fn a_table_in_small_type_does_not_make_the_body_a_heading() {
    let small = |y: f64| Line {
        size: 12.0,
        ..at(0.0, y, "表格里的小字很多很多很多很多很多")
    };
    let mut lines = vec![
        full(2.0, 100.0, "现将检查中发现的问题反馈给"),
        at(0.0, 128.0, "你们，请整改。"),
    ];
    lines.extend((0..5).map(|n| small(180.0 + 20.0 * f64::from(n))));
    let joined = join(&[page(lines)]);
    assert_eq!(joined[0].kind, ParagraphKind::Text);
    assert_eq!(joined[0].text, "现将检查中发现的问题反馈给你们，请整改。");
}

#[test]
fn items_are_told_from_numbers() {
    for text in [
        "一、研究",
        "（二）审议",
        "(3)其他",
        "3.其他",
        "12、其他",
        "第五条",
        "十一、其他",
    ] {
        assert!(starts_item(text), "{text}");
    }
    for text in [
        "1.5倍",
        "2024年",
        "一是",
        "（甲某）",
        "第一会议室",
        "十分",
        "",
        "1234、",
    ] {
        assert!(!starts_item(text), "{text}");
    }
}
