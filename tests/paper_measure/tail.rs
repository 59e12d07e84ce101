//! Items 13 to 20, 22 and 29: what follows the text.

use crate::{CHARACTER, CHOSEN, LINE, SMALL, measure, paper, stored};

#[test]
fn gbt_13_attachments() {
    let paper = paper(&stored("letter_three_pages"));
    let body = paper.find("请你认真准备，按时回复。");
    let first = paper.find("附件：");
    measure(
        "gbt_13",
        "one blank line below the text",
        2.0 * LINE,
        first.top - body.top,
        CHOSEN,
    );
    measure(
        "gbt_13",
        "indent",
        28.0 + 2.0 * CHARACTER,
        first.left,
        CHOSEN,
    );
    let numerals = 28.0 + 5.0 * CHARACTER;
    let second = paper.find("2.关于组织人事部门");
    measure(
        "gbt_13",
        "second numeral below the first",
        numerals,
        second.left,
        CHOSEN,
    );
    measure(
        "gbt_13",
        "third numeral below the first",
        numerals,
        paper.find("3.回执").left,
        CHOSEN,
    );
    let digits = 28.0 + 5.0 * CHARACTER + 0.77 * CHARACTER;
    let turnover = paper.find("勉的实施细则（摘录");
    measure(
        "gbt_13",
        "turnover below the name",
        digits,
        turnover.left,
        CHOSEN,
    );
    assert!(!paper.find("3.回执").text.ends_with('。'));
    let single = crate::paper(&stored("letter_short"));
    assert_eq!(single.find("附件：").text, "附件：函询说明真实性承诺书");
}

#[test]
fn gbt_14_signature_with_a_seal() {
    for name in ["letter_short", "letter_lone_signature"] {
        let paper = paper(&stored(name));
        let date = paper.find("2026年11月23日");
        let organ = paper
            .words
            .iter()
            .find(|word| word.page == date.page && word.text == "中共示例市委组织部")
            .filter(|word| word.bottom - word.top < 6.0)
            .expect("the organ's name");
        measure(
            "gbt_14",
            "date, four characters blank",
            184.0 - 4.0 * CHARACTER,
            date.right,
            CHOSEN,
        );
        measure(
            "gbt_14",
            "name centred over the date",
            date.middle(),
            organ.middle(),
            CHOSEN,
        );
        measure(
            "gbt_14",
            "name one line above the date",
            LINE,
            date.top - organ.top,
            CHOSEN,
        );
        // A seal of 42 mm over both, which stand a little below its centre: free but for name and
        // date, its top within one line of the text, inside the page.
        let centre = f64::midpoint(organ.top, date.bottom) - 5.0;
        let top = centre - 21.0;
        let above = paper
            .text(date.page)
            .filter(|word| word.bottom < organ.top)
            .map(|word| word.bottom)
            .fold(0.0, f64::max);
        println!("gbt_14 seal from {top:.2}, text to {above:.2} mm");
        assert!(top > above, "the seal touches the text");
        assert!(
            top - above <= LINE + CHOSEN,
            "the seal is more than a line below the text"
        );
        let picture = paper.picture(date.page);
        let (left, right) = (date.middle() - 21.0, date.middle() + 21.0);
        assert!(
            !picture.has_ink(left, top, right, organ.top - 0.2),
            "ink under the seal"
        );
        assert!(right < 184.0 && centre + 21.0 < 297.0 - 20.0);
    }
}

#[test]
fn gbt_14_seals_of_several_organs_do_not_touch() {
    let names = [
        "示例市委组织部",
        "示例市委宣传部",
        "示例市委统战部",
        "示例市财政局",
        "示例市审计局",
    ];
    let json = serde_json::json!({
        "format": "letter", "mark": "示例市委组织部等", "title": "关于报送材料的函", "to": "示例县委",
        "body": [{"p": "请按时报送有关材料。"}],
        "signature": {"organs": names, "date": "2026-11-23", "seal": "space"}
    });
    let paper = paper(&json.to_string());
    let date = paper.find("2026年11月23日");
    let signed: Vec<_> = names
        .iter()
        .map(|name| {
            paper
                .words
                .iter()
                .find(|word| word.text == *name)
                .expect("a name")
        })
        .collect();
    for (i, one) in signed.iter().enumerate() {
        assert!(
            one.middle() - 21.0 >= 28.0 - CHOSEN && one.middle() + 21.0 <= 184.0 + CHOSEN,
            "{one:?}"
        );
        assert!(one.page == date.page);
        for other in &signed[..i] {
            let (dx, dy) = (one.middle() - other.middle(), one.top - other.top);
            let apart = dx.hypot(dy);
            println!("gbt_14 seals are {apart:.2} mm apart");
            assert!(apart > 42.0, "{one:?} {other:?}");
            assert!(dy >= 0.0, "names in order from top to bottom");
        }
    }
    measure(
        "gbt_14",
        "last name centred over the date",
        date.middle(),
        signed[4].middle(),
        CHOSEN,
    );
    measure(
        "gbt_14",
        "last name one line above the date",
        LINE,
        date.top - signed[4].top,
        CHOSEN,
    );
}

#[test]
fn gbt_15_signature_without_a_seal() {
    let letter = paper(&stored("letter_rare_names"));
    let text = letter.find("占比为12.5%");
    let date = letter.find("2026年11月23日");
    let organ = letter
        .words
        .iter()
        .rfind(|word| word.text == "中共示例市委组织部")
        .expect("the organ's name");
    measure(
        "gbt_15",
        "one blank line below the text",
        2.0 * LINE,
        organ.top - text.top,
        CHOSEN,
    );
    measure(
        "gbt_15",
        "name, two characters blank",
        184.0 - 2.0 * CHARACTER,
        organ.right,
        CHOSEN,
    );
    measure(
        "gbt_15",
        "date two characters right of the name",
        organ.left + 2.0 * CHARACTER,
        date.left,
        CHOSEN,
    );
    measure(
        "gbt_15",
        "date below the name",
        LINE,
        date.top - organ.top,
        CHOSEN,
    );
    // A date that is longer than the name.
    let json = stored("letter_rare_names").replace(
        r#""中共示例市委组织部"
  ],"#,
        r#""示例县委"
  ],"#,
    );
    let short = paper(&json);
    let (date, organ) = (short.find("2026年11月23日"), short.find("示例县委"));
    measure(
        "gbt_15",
        "long date, two characters blank",
        184.0 - 2.0 * CHARACTER,
        date.right,
        CHOSEN,
    );
    measure(
        "gbt_15",
        "long date, name left of it",
        date.left - 2.0 * CHARACTER,
        organ.left,
        CHOSEN,
    );
}

#[test]
fn gbt_16_signature_with_a_stamp() {
    let paper = paper(&stored("letter_attachments"));
    let last = paper.find("2.整改进度安排表");
    let date = paper.find("2026年11月23日");
    let post = paper
        .words
        .iter()
        .find(|word| word.page == date.page && word.text == "长")
        .expect("the post");
    measure(
        "gbt_16",
        "date, four characters blank",
        184.0 - 4.0 * CHARACTER,
        date.right,
        CHOSEN,
    );
    let stamp_left = 184.0 - 4.0 * CHARACTER - 40.0;
    measure(
        "gbt_16",
        "post two characters left of the stamp",
        stamp_left - 2.0 * CHARACTER,
        post.right,
        CHOSEN,
    );
    let stamp_top = last.top + 3.0 * LINE;
    let middle = f64::midpoint(post.top, post.bottom);
    measure(
        "gbt_16",
        "post at the stamp's middle",
        stamp_top + 8.0,
        middle,
        CHOSEN,
    );
    measure(
        "gbt_16",
        "date one blank line below the stamp",
        stamp_top + 16.0 + LINE,
        date.top,
        CHOSEN,
    );
    let picture = paper.picture(date.page);
    assert!(
        !picture.has_ink(stamp_left, stamp_top, stamp_left + 40.0, stamp_top + 16.0),
        "ink under the stamp"
    );
}

#[test]
fn gbt_17_and_18_date_and_note() {
    let letter = paper(&stored("letter_long_title"));
    assert!(
        letter.words.iter().any(|word| word.text == "2026年3月5日"),
        "no leading zeros"
    );
    let letter = paper(&stored("letter_short"));
    let (date, note) = (letter.find("2026年11月23日"), letter.find("联系人：丙某"));
    measure(
        "gbt_18",
        "note below the date",
        LINE,
        note.top - date.top,
        CHOSEN,
    );
    measure(
        "gbt_18",
        "note indented",
        28.0 + 2.0 * CHARACTER,
        note.left,
        CHOSEN,
    );
    assert!(note.text.starts_with('（') && note.text.ends_with('）'));
}

#[test]
fn gbt_19_the_signature_is_not_alone() {
    let paper = paper(&stored("letter_lone_signature"));
    let date = paper.find("2026年11月23日");
    let first = paper.text(date.page).next().expect("text");
    assert!(first.text.ends_with('。') && first.top < 40.0, "{first:?}");
    measure(
        "gbt_19",
        "text at the top of the last page",
        37.0,
        first.top,
        CHOSEN,
    );
    let words: String = paper.words.iter().map(|word| word.text.as_str()).collect();
    assert!(!words.contains("此页无正文"));
    // The page before is opened by no more than a hundredth.
    let lines: Vec<_> = paper
        .text(date.page - 1)
        .filter(|word| word.top > 125.0)
        .collect();
    for pair in lines.windows(2) {
        let pitch = pair[1].top - pair[0].top;
        assert!(
            (pitch / LINE - 1.0).abs() <= 0.0101,
            "line pitch {pitch:.3}"
        );
    }
}

#[test]
fn gbt_20_annexes() {
    let paper = paper(&stored("letter_attachments"));
    for (label, title) in [
        ("附件1", "选人用人专项检查发现问题清单"),
        ("附件2", "整改进度安排表"),
    ] {
        let label = paper
            .words
            .iter()
            .find(|word| word.text == label)
            .expect("the annex");
        assert!(label.page > 1);
        measure("gbt_20", "label on the first line", 37.0, label.top, CHOSEN);
        measure("gbt_20", "label flush left", 28.0, label.left, CHOSEN);
        let title = paper
            .words
            .iter()
            .find(|word| word.page == label.page && word.text == title)
            .expect("its title");
        measure(
            "gbt_20",
            "title on the third line",
            37.0 + 2.0 * LINE,
            title.top,
            CHOSEN,
        );
        measure(
            "gbt_20",
            "middle of the title",
            106.0,
            title.middle(),
            CHOSEN,
        );
    }
    let first = paper.find("附件1，").page;
    assert_eq!(first, 1, "the text comes before the annexes");
}

#[test]
fn gbt_29_copies_of_a_letter() {
    let paper = paper(&stored("letter_three_pages"));
    let last_page = paper.pages();
    let lines: Vec<_> = paper
        .text(last_page)
        .filter(|word| word.top > 240.0)
        .collect();
    let bottom = lines.iter().map(|word| word.bottom).fold(0.0, f64::max);
    measure(
        "gbt_29",
        "lower edge of the last line",
        262.0,
        bottom,
        CHOSEN,
    );
    let (first, last) = (lines[0], lines[lines.len() - 1]);
    assert!(
        first.text.starts_with("抄送：") && last.text.ends_with('。'),
        "{lines:?}"
    );
    measure(
        "gbt_22",
        "one character blank at the left",
        28.0 + SMALL,
        first.left,
        CHOSEN,
    );
    measure(
        "gbt_22",
        "turnover after the colon",
        28.0 + 4.0 * SMALL,
        last.left,
        CHOSEN,
    );
    assert!(
        first.right <= 184.0 - SMALL + CHOSEN,
        "one character blank at the right"
    );
    let all: String = paper.words.iter().map(|word| word.text.as_str()).collect();
    assert!(!all.contains("印发机关") && !all.contains("日印发"));
    assert!(
        paper.picture(last_page).red().is_empty(),
        "no rule around the 版记"
    );
    // Here the 版记 stands on a page of its own: such a page bears no number (item 23).
    assert!(paper.text(last_page).all(|word| word.top > 240.0));
    assert!(
        !paper
            .words
            .iter()
            .any(|word| word.page == last_page && word.top > 266.0)
    );
}
