//! Forms beyond the checklist: the table fills the type area across, merged cells are open inside,
//! nothing is written over a rule, there is room to write.

use crate::stored;
use ducha_tests::measure::{Area, CHOSEN, Paper, Picture};

/// The first page.
fn picture(paper: &Paper) -> Picture {
    paper.grey(1, Area::PAGE, 300)
}

fn area(left: f64, top: f64, right: f64, bottom: f64) -> Area {
    Area {
        left,
        top,
        right,
        bottom,
    }
}

/// Upper and lower edge of the table: where its left rule begins and ends.
fn table(picture: &Picture) -> (f64, f64) {
    let left = picture.black_rows(area(27.95, 37.0, 28.05, 262.0));
    let longest = left
        .into_iter()
        .max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)));
    longest.expect("a left rule")
}

#[test]
fn tables_of_forms_fill_the_type_area_across() {
    for name in stored::names()
        .iter()
        .filter(|name| name.starts_with("form_"))
    {
        let paper = stored::typeset(&stored::json(name));
        let picture = picture(&paper);
        let (top, bottom) = table(&picture);
        assert!(bottom - top > 60.0 && bottom <= 262.0 + CHOSEN, "{name}");
        let middle = f64::midpoint(top, bottom);
        let edge = |from: f64, to: f64| picture.has_ink(area(from, middle - 0.2, to, middle + 0.2));
        assert!(edge(27.8, 28.2), "{name}: the left rule is at 28");
        assert!(edge(183.8, 184.2), "{name}: the right rule is at 184");
        assert!(
            !edge(10.0, 27.5) && !edge(184.5, 200.0),
            "{name}: nothing stands outside"
        );
    }
}

#[test]
fn merged_cells_are_open_inside() {
    let paper = stored::typeset(&stored::json("form_receipt"));
    let picture = picture(&paper);
    // The caption reaches over two rows: the rule between them begins right of it.
    let (relation, reason) = (paper.find("与受送达人的关系："), paper.find("代收理由："));
    let between = picture.black_rows(area(150.0, relation.bottom, 180.0, reason.top));
    assert_eq!(between.len(), 1, "one rule between the rows: {between:?}");
    let y = f64::midpoint(between[0].0, between[0].1);
    assert!(picture.has_ink(area(62.0, y - 0.1, 80.0, y + 0.1)));
    assert!(
        picture
            .black_rows(area(29.0, y - 0.5, 35.0, y + 0.5))
            .is_empty(),
        "no rule through the merged caption"
    );
    // The value reaches over three columns: no upright rule stands inside it.
    let name = paper.find("关于请王某同志");
    let beside = area(name.right + 1.0, name.top - 1.0, 183.0, name.bottom + 1.0);
    assert!(!picture.has_ink(beside));
}

#[test]
fn writing_room_is_as_high_as_asked() {
    let paper = stored::typeset(&stored::json("form_handling"));
    let caption = paper.find("领导批示");
    let rules: Vec<f64> = picture(&paper)
        .black_rows(area(29.0, 60.0, 40.0, 262.0))
        .into_iter()
        .map(|(top, bottom)| f64::midpoint(top, bottom))
        .collect();
    let below = rules
        .iter()
        .position(|y| *y > caption.bottom)
        .expect("a rule below");
    let height = rules[below] - rules[below - 1];
    assert!(
        (height - 42.0).abs() <= CHOSEN,
        "领导批示 is {height:.2} mm high"
    );
    let middle = f64::midpoint(rules[below], rules[below - 1]);
    let found = f64::midpoint(caption.top, caption.bottom);
    assert!(
        (middle - found).abs() <= CHOSEN,
        "the caption is at {found:.2}, the middle of its cell at {middle:.2} mm"
    );
}
