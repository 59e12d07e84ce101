//! Items 10, 11, 24 to 28 and 32: the head of a letter.

use crate::{CHARACTER, CHOSEN, GAP, LINE, measure, paper, stored};

#[test]
fn gbt_10_title() {
    for name in ["letter_short", "letter_three_pages", "letter_long_title"] {
        let paper = paper(&stored(name));
        let height = 22.0 * 25.4 / 72.0;
        let title: Vec<_> = paper
            .text(1)
            .filter(|word| word.top > 60.0 && (word.bottom - word.top - height).abs() < 0.1)
            .collect();
        assert!((2..=4).contains(&title.len()), "{name}: {title:?}");
        for line in &title {
            measure(
                "gbt_10",
                "middle of the title",
                106.0,
                line.middle(),
                CHOSEN,
            );
            assert!(line.left > 27.9 && line.right < 184.1, "{name}: {line:?}");
        }
        let widths: Vec<f64> = title.iter().map(|line| line.right - line.left).collect();
        assert!(
            widths.windows(3).all(|w| !(w[1] < w[0] && w[1] < w[2])),
            "{name}: an hourglass {widths:?}"
        );
        assert!(
            widths.windows(2).all(|w| (w[0] - w[1]).abs() > 1.0),
            "{name}: a rectangle {widths:?}"
        );
    }
}

#[test]
fn gbt_11_addressee() {
    let paper = paper(&stored("letter_short"));
    let title = paper.find("作出说明的函询通知书");
    let to = paper.find("王某同志：");
    measure(
        "gbt_11",
        "one blank line below the title",
        LINE + GAP,
        to.top - title.bottom,
        CHOSEN,
    );
    measure("gbt_11", "flush left", 28.0, to.left, CHOSEN);
    let long = crate::paper(&stored("letter_long_title"));
    measure(
        "gbt_11",
        "turnover flush left",
        28.0,
        long.find("属各企业党委").left,
        CHOSEN,
    );
    assert!(long.find("例市有关单位党组织").text.ends_with('：'));
}

#[test]
fn gbt_24_mark() {
    for name in ["letter_short", "letter_long_title"] {
        let bands = paper(&stored(name)).picture(1).red();
        // The mark's characters make one band: no Chinese mark has a white row through it.
        measure(
            "gbt_24",
            "top of the mark's ink",
            30.0,
            bands[0].top,
            CHOSEN,
        );
        measure(
            "gbt_24",
            "middle of the mark",
            105.0,
            bands[0].middle(),
            1.0,
        );
        assert!(bands[0].width() <= 156.0, "{name}: {bands:?}");
    }
}

#[test]
fn gbt_25_double_rules() {
    let bands = paper(&stored("letter_short")).picture(1).red();
    let [mark, thick, thin, lower_thin, lower_thick] = bands.as_slice() else {
        panic!("mark and four rules: {bands:?}");
    };
    measure(
        "gbt_25",
        "mark to upper double rule",
        4.0,
        thick.top - mark.bottom,
        CHOSEN,
    );
    measure(
        "gbt_25",
        "lower double rule to the page's edge",
        20.0,
        297.0 - lower_thick.bottom,
        CHOSEN,
    );
    for rule in [thick, thin, lower_thin, lower_thick] {
        measure("gbt_25", "length of a rule", 170.0, rule.width(), CHOSEN);
        measure("gbt_25", "middle of a rule", 105.0, rule.middle(), CHOSEN);
    }
    assert!(
        thick.height() > thin.height() + 0.3,
        "the upper one is thick above"
    );
    assert!(
        lower_thick.height() > lower_thin.height() + 0.3,
        "the lower one is thick below"
    );
}

#[test]
fn gbt_26_number_and_urgency() {
    let paper = paper(&stored("letter_three_pages"));
    let rule = paper.picture(1).red()[2];
    let number = paper.find("示组函〔2026〕19号");
    measure("gbt_26", "number flush right", 184.0, number.right, CHOSEN);
    measure(
        "gbt_26",
        "number below the rule",
        GAP,
        number.top - rule.bottom,
        CHOSEN,
    );
    let urgency = paper.find("特急");
    measure("gbt_26", "urgency flush left", 28.0, urgency.left, CHOSEN);
    measure(
        "gbt_26",
        "urgency on the number's line",
        number.top,
        urgency.top,
        CHOSEN,
    );
    let copies = crate::paper(&stored("letter_long_title"));
    measure(
        "gbt_26",
        "copy number flush left",
        28.0,
        copies.find("000012").left,
        CHOSEN,
    );
    measure(
        "gbt_26",
        "urgency one line below the copy number",
        LINE,
        copies.find("加急").top - copies.find("000012").top,
        CHOSEN,
    );
}

#[test]
fn gbt_27_two_blank_lines_above_the_title() {
    let letter = paper(&stored("letter_short"));
    let above = letter.find("示组函〔2026〕18号").top;
    measure(
        "gbt_27",
        "number to title",
        3.0 * LINE,
        letter.find("关于请王某").top - above,
        CHOSEN,
    );
    let copies = paper(&stored("letter_long_title"));
    let above = copies.find("加急").top;
    measure(
        "gbt_27",
        "urgency to title",
        3.0 * LINE,
        copies.find("关于印发").top - above,
        CHOSEN,
    );
}

#[test]
fn gbt_28_foot_of_the_first_page() {
    let paper = paper(&stored("letter_three_pages"));
    let rule = paper.picture(1).red()[3];
    let last = paper
        .words
        .iter()
        .filter(|word| word.page == 1)
        .map(|word| word.bottom)
        .fold(0.0, f64::max);
    println!("gbt_28 last line {last:.2}, rule {:.2} mm", rule.top);
    assert!(
        last <= rule.top - GAP + CHOSEN,
        "text keeps 7/8 of a character from the rule"
    );
    assert!(
        last > rule.top - GAP - LINE - CHARACTER,
        "text runs down to the rule"
    );
    let text: String = paper.text(1).map(|word| word.text.as_str()).collect();
    assert!(!text.contains("—1—") && !paper.words.iter().any(|w| w.page == 1 && w.top > rule.top));
}

#[test]
fn gbt_32_the_red_is_pure_and_all_else_is_black() {
    let picture = paper(&stored("letter_short")).picture(1);
    for y in 0..picture.height {
        for x in 0..picture.width {
            let [r, g, b] = picture.dot(x, y);
            assert!(g.abs_diff(b) <= 2, "a dot is orange or pink: {r} {g} {b}");
            assert!(
                r.abs_diff(g) <= 2 || r > 250,
                "a dot is dull red: {r} {g} {b}"
            );
        }
    }
}
