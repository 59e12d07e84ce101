//! Item 31: landscape tables on A4. The sheet stays upright; the table runs from its foot to its
//! head.

use crate::probe::{Paper, Word};
use crate::{CHOSEN, MARGIN, SMALL, measure, paper, stored};
use serde_json::Value;

fn on(paper: &Paper, page: usize, text: &str) -> Word {
    paper
        .words
        .iter()
        .find(|word| word.page == page && word.text == text)
        .unwrap_or_else(|| panic!("“{text}” is not on page {page}"))
        .clone()
}

#[test]
fn gbt_31_the_page_number_stands_as_on_upright_pages() {
    let paper = paper(&stored("register_pages"));
    assert!(paper.pages() >= 3);
    for page in 1..=paper.pages() {
        let number: Vec<_> = paper
            .words
            .iter()
            .filter(|word| word.page == page && word.top > 266.0)
            .collect();
        let text: String = number.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(text, format!("—{page}—"));
        measure(
            "gbt_31",
            "top of the page number",
            269.0,
            number[0].top,
            CHOSEN,
        );
        if page % 2 == 1 {
            let right = number[number.len() - 1].right;
            measure(
                "gbt_31",
                "odd page, right edge",
                184.0 - SMALL,
                right,
                CHOSEN,
            );
        } else {
            // Printed on both sides: the type area of an even page begins at 26.
            measure(
                "gbt_31",
                "even page, left edge",
                26.0 + SMALL,
                number[0].left,
                CHOSEN,
            );
        }
    }
}

#[test]
fn gbt_31_the_head_is_at_the_binding_edge_and_at_the_fore_edge() {
    let paper = paper(&stored("register_pages"));
    for page in 1..=paper.pages() {
        let (first, last) = (on(&paper, page, "序号"), on(&paper, page, "进展"));
        measure(
            "gbt_31",
            "head is one line across",
            first.left,
            last.left,
            CHOSEN,
        );
        assert!(first.top > last.bottom, "the table runs from foot to head");
        for word in paper.text(page) {
            let above = page == 1 && word.right <= first.left;
            assert!(
                above || word.left >= first.left - CHOSEN,
                "left of the head: {word:?}"
            );
        }
        let picture = paper.picture(page);
        if page > 1 {
            // The head's upper rule is the left edge of the type area.
            let edge = if page % 2 == 1 { 28.0 } else { 26.0 };
            assert!(
                picture.has_ink(edge - 0.2, 140.0, edge + 0.2, 160.0),
                "page {page}"
            );
            assert!(
                !picture.has_ink(10.0, 40.0, edge - 0.5, 260.0),
                "page {page}"
            );
        }
    }
}

#[test]
fn gbt_31_the_type_area_is_filled_across() {
    let paper = paper(&stored("register_pages"));
    let picture = paper.picture(3);
    // The rules of the first and the last column, on the strip where the head row stands.
    let rules = picture.black_rows(30.0, 32.0, 30.0, 268.0);
    assert_eq!(rules.len(), 10, "nine columns: {rules:?}");
    measure("gbt_31", "upper end of the table", 37.0, rules[0].0, MARGIN);
    measure(
        "gbt_31",
        "lower end of the table",
        262.0,
        rules[9].1,
        MARGIN,
    );
    for word in paper.words.iter().filter(|word| word.top < 266.0) {
        assert!(word.left > 25.9 && word.right < 184.3, "outside: {word:?}");
        assert!(word.top > 36.9 && word.bottom < 262.1, "outside: {word:?}");
    }
}

#[test]
fn gbt_31_every_page_is_summed() {
    let json = stored("register_pages");
    let paper = paper(&json);
    let value: Value = serde_json::from_str(&json).expect("JSON");
    let rows = value["body"][0]["table"]["rows"].as_array().expect("rows");
    let number = |row: &Value, column: usize| -> i64 {
        row[column]
            .as_str()
            .expect("text")
            .parse()
            .expect("a number")
    };
    let mut so_far = [0, 0];
    for page in 1..=paper.pages() {
        let head = [on(&paper, page, "涉及人数"), on(&paper, page, "已整改人数")];
        let serial = on(&paper, page, "序号");
        let (here, all) = (on(&paper, page, "本页合计"), on(&paper, page, "累计"));
        // Rows of this page by their serial numbers.
        let serials: Vec<usize> = paper
            .text(page)
            .filter(|word| {
                let middle = f64::midpoint(word.top, word.bottom);
                word.left > serial.right && middle > serial.top && middle < serial.bottom
            })
            .filter_map(|word| word.text.parse().ok())
            .collect();
        assert!(!serials.is_empty(), "page {page} has rows");
        for (column, head) in head.iter().enumerate() {
            let sum: i64 = serials
                .iter()
                .map(|serial| number(&rows[serial - 1], column + 4))
                .sum();
            so_far[column] += sum;
            let middle = f64::midpoint(head.top, head.bottom);
            for (caption, wanted) in [(&here, sum), (&all, so_far[column])] {
                let found = paper
                    .text(page)
                    .find(|word| {
                        (word.left - caption.left).abs() < CHOSEN
                            && (f64::midpoint(word.top, word.bottom) - middle).abs() < 1.0
                    })
                    .expect("a sum below its column");
                println!(
                    "gbt_31 {} page {page}: wanted {wanted}, found {}",
                    caption.text, found.text
                );
                assert_eq!(found.text, wanted.to_string(), "page {page}");
            }
        }
    }
    let all = |column: usize| rows.iter().map(|row| number(row, column)).sum::<i64>();
    assert_eq!(so_far, [all(4), all(5)]);
}
