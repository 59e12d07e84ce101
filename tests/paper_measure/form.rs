//! Forms: the table fills the type area, merged cells are open inside, nothing is written over a
//! rule.

use crate::probe::Paper;
use crate::{CHOSEN, measure, paper, stored};

/// Upper and lower edge of the table: where its left rule begins and ends.
fn table(paper: &Paper) -> (f64, f64) {
    let picture = paper.picture(1);
    let left = picture.black_rows(27.95, 28.05, 37.0, 262.0);
    let longest = left
        .into_iter()
        .max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)));
    longest.expect("a left rule")
}

#[test]
fn gbt_01_forms_keep_to_the_type_area() {
    for name in ["form_receipt", "form_handling"] {
        let paper = paper(&stored(name));
        assert_eq!(paper.pages(), 1, "{name}");
        let title = paper
            .words
            .iter()
            .find(|word| (word.bottom - word.top - 22.0 * 25.4 / 72.0).abs() < 0.1)
            .expect("a title in 2号");
        measure(
            "gbt_10",
            "middle of the title",
            106.0,
            title.middle(),
            CHOSEN,
        );
        let picture = paper.picture(1);
        let (top, bottom) = table(&paper);
        assert!(bottom - top > 100.0 && bottom <= 262.0 + CHOSEN, "{name}");
        let middle = f64::midpoint(top, bottom);
        let edge = |from: f64, to: f64| picture.has_ink(from, middle - 0.2, to, middle + 0.2);
        assert!(edge(27.8, 28.2), "{name}: the left rule is at 28");
        assert!(
            edge(183.8, 184.2),
            "{name}: the table's right rule is at 184"
        );
        assert!(
            !edge(10.0, 27.5) && !edge(184.5, 200.0),
            "{name}: nothing stands outside"
        );
    }
}

#[test]
fn merged_cells_are_open_inside() {
    let paper = paper(&stored("form_receipt"));
    let picture = paper.picture(1);
    // The caption reaches over two rows: the rule between them begins right of it.
    let (relation, reason) = (paper.find("与受送达人的关系："), paper.find("代收理由："));
    let between: Vec<_> = picture
        .black_rows(150.0, 180.0, relation.bottom, reason.top)
        .into_iter()
        .collect();
    assert_eq!(between.len(), 1, "one rule between the rows: {between:?}");
    let y = f64::midpoint(between[0].0, between[0].1);
    assert!(picture.has_ink(62.0, y - 0.1, 80.0, y + 0.1));
    assert!(
        picture.black_rows(29.0, 35.0, y - 0.5, y + 0.5).is_empty(),
        "no rule through the merged caption"
    );
    // The value reaches over three columns: no upright rule stands inside it.
    let name = paper.find("关于请王某同志");
    assert!(!picture.has_ink(name.right + 1.0, name.top - 1.0, 183.0, name.bottom + 1.0));
}

#[test]
fn writing_room_is_as_high_as_asked() {
    let paper = paper(&stored("form_handling"));
    let picture = paper.picture(1);
    let caption = paper.find("领导批示");
    let rules: Vec<f64> = picture
        .black_rows(29.0, 40.0, 60.0, 262.0)
        .into_iter()
        .map(|(top, bottom)| f64::midpoint(top, bottom))
        .collect();
    let below = rules
        .iter()
        .position(|y| *y > caption.bottom)
        .expect("a rule below");
    measure(
        "form",
        "height of 领导批示",
        42.0,
        rules[below] - rules[below - 1],
        CHOSEN,
    );
    measure(
        "form",
        "caption in the middle of its cell",
        f64::midpoint(rules[below], rules[below - 1]),
        f64::midpoint(caption.top, caption.bottom),
        CHOSEN,
    );
}
