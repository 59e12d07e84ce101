//! Items 1 to 4, 12 and 23: the page, its lines, its numbers.

use crate::{CHARACTER, CHOSEN, LINE, MARGIN, SMALL, STORED, measure, paper, stored};
use serde_json::json;

/// A letter whose body fills several pages.
fn long_letter(duplex: bool) -> String {
    let sentence = "请你单位对照有关规定逐条检查并说明情况，";
    json!({
        "format": "letter", "mark": "中共示例市委组织部", "number": "示组函〔2026〕1号",
        "title": "关于报送材料的函", "to": "示例县委",
        "body": [{"p": sentence.repeat(70)}, {"p": "1234567890"}],
        "options": {"duplex": duplex}
    })
    .to_string()
}

#[test]
fn gbt_01_page_and_margins() {
    let paper = paper(&long_letter(false));
    let picture = paper.picture(2);
    measure(
        "gbt_01",
        "page width",
        210.0,
        picture.width as f64 * 25.4 / 300.0,
        0.2,
    );
    measure(
        "gbt_01",
        "page height",
        297.0,
        picture.height as f64 * 25.4 / 300.0,
        0.2,
    );
    let lines: Vec<_> = paper.text(2).collect();
    let left = lines.iter().map(|line| line.left).fold(f64::MAX, f64::min);
    let right = lines.iter().map(|line| line.right).fold(f64::MIN, f64::max);
    measure("gbt_01", "left margin", 28.0, left, MARGIN);
    measure("gbt_01", "right margin", 26.0, 210.0 - right, MARGIN);
    measure("gbt_01", "top margin", 37.0, lines[0].top, MARGIN);
    measure(
        "gbt_01",
        "bottom margin",
        35.0,
        297.0 - lines[lines.len() - 1].bottom,
        MARGIN,
    );
}

#[test]
fn gbt_01_duplex_pages_swap_their_margins() {
    let paper = paper(&long_letter(true));
    measure(
        "gbt_01",
        "left margin of page 2",
        26.0,
        paper.text(2).next().expect("text").left,
        CHOSEN,
    );
    measure(
        "gbt_01",
        "left margin of page 3",
        28.0,
        paper.text(3).next().expect("text").left,
        CHOSEN,
    );
}

#[test]
fn gbt_02_lines_and_characters_fill_the_type_area() {
    let paper = paper(&long_letter(false));
    let lines: Vec<_> = paper.text(2).collect();
    assert_eq!(lines.len(), 22, "lines on a full page");
    for (number, line) in lines.iter().enumerate() {
        measure(
            "gbt_02",
            "top of a line",
            37.0 + number as f64 * LINE,
            line.top,
            CHOSEN,
        );
    }
    measure(
        "gbt_02",
        "bottom of line 22",
        262.0,
        lines[21].bottom,
        CHOSEN,
    );
    let full: Vec<_> = lines
        .iter()
        .filter(|line| line.text.chars().count() == 28)
        .collect();
    assert!(full.len() >= 15, "{} lines of 28 characters", full.len());
    for line in full {
        measure("gbt_02", "first character", 28.0, line.left, CHOSEN);
        measure("gbt_02", "28th character", 184.0, line.right, CHOSEN);
    }
}

#[test]
fn gbt_03_marks_and_numbers_at_line_ends() {
    for name in STORED {
        let paper = paper(&stored(name));
        for page in 1..=paper.pages() {
            let lines: Vec<_> = paper
                .text(page)
                .filter(|line| line.right - line.left > 60.0)
                .collect();
            for line in &lines {
                let first = line.text.chars().next().expect("a word");
                let last = line.text.chars().last().expect("a word");
                assert!(
                    !"，。、；：？！”’）》〉】〕".contains(first),
                    "{name}: {}",
                    line.text
                );
                assert!(!"“‘（《〈【〔".contains(last), "{name}: {}", line.text);
            }
            for pair in lines.windows(2) {
                let (last, first) = (pair[0].text.chars().last(), pair[1].text.chars().next());
                let (last, first) = (last.expect("a word"), first.expect("a word"));
                let split =
                    last.is_ascii_digit() && "年月日元人名项条号个%％0123456789.".contains(first);
                assert!(
                    !split || pair[1].top - pair[0].top > 1.5 * LINE,
                    "{name}: {last}|{first}"
                );
                assert!(!(last == '—' && first == '—'), "{name}: a dash is split");
            }
        }
    }
}

#[test]
fn gbt_04_digits_are_half_as_wide_as_characters() {
    let paper = paper(&long_letter(false));
    let digits = paper.find("1234567890");
    measure(
        "gbt_04",
        "ten digits",
        5.0 * CHARACTER,
        digits.right - digits.left,
        CHOSEN,
    );
    let body: Vec<_> = paper.fonts().lines().skip(2).map(str::to_owned).collect();
    assert!(
        body.iter().all(|font| font.contains("yes yes yes")),
        "embedded, subset, readable: {body:?}"
    );
}

#[test]
fn gbt_12_paragraphs_are_indented_and_the_first_page_has_text() {
    let paper = paper(&stored("letter_three_pages"));
    for start in [
        "根据《关于",
        "2025年11月3日上午",
        "你在2026年1月",
        "一、关于干部",
        "（一）需要",
    ] {
        measure(
            "gbt_12",
            start,
            28.0 + 2.0 * CHARACTER,
            paper.find(start).left,
            CHOSEN,
        );
    }
    assert_eq!(paper.find("根据《关于").page, 1);
    let fonts = paper.fonts();
    for face in ["FandolFang", "FandolKai", "NotoSansSC", "NotoSerifSC"] {
        assert!(fonts.contains(face), "{face} is missing: {fonts}");
    }
}

#[test]
fn gbt_23_page_numbers() {
    let paper = paper(&long_letter(false));
    assert!(paper.pages() >= 3);
    let number = |page: usize| -> Vec<_> {
        paper
            .words
            .iter()
            .filter(|word| word.page == page && word.top > 266.0)
            .collect()
    };
    for page in 2..=paper.pages() {
        let words = number(page);
        let text: String = words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(text, format!("—{page}—"));
        measure(
            "gbt_23",
            "top of the page number",
            269.0,
            words[0].top,
            CHOSEN,
        );
        if page % 2 == 1 {
            let right = words.last().expect("a number").right;
            measure(
                "gbt_23",
                "odd page, right edge",
                184.0 - SMALL,
                right,
                CHOSEN,
            );
        } else {
            measure(
                "gbt_23",
                "even page, left edge",
                28.0 + SMALL,
                words[0].left,
                CHOSEN,
            );
        }
    }
}

#[test]
fn records_are_signed_and_counted_on_every_page() {
    for name in ["record_one_page", "record_pages"] {
        let paper = paper(&stored(name));
        let pages = paper.pages();
        for page in 1..=pages {
            let all: String = paper
                .words
                .iter()
                .filter(|word| word.page == page)
                .map(|word| word.text.as_str())
                .collect();
            assert!(
                all.contains(&format!("第{page}页共{pages}页")),
                "{name} {page}: {all}"
            );
            for signer in ["谈话人签名：", "记录人签名："] {
                assert!(all.contains(signer), "{name} {page}: {signer}");
            }
            let last = paper.text(page).map(|word| word.bottom).fold(0.0, f64::max);
            measure(
                "record",
                "lower edge of the signature line",
                262.0,
                last,
                CHOSEN,
            );
            let counted: Vec<_> = paper
                .words
                .iter()
                .filter(|word| word.page == page && word.top > 266.0)
                .collect();
            let middle = f64::midpoint(counted[0].left, counted[counted.len() - 1].right);
            measure("record", "middle of 第x页 共y页", 106.0, middle, CHOSEN);
        }
    }
}
