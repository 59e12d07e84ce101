//! Items 5 to 9, 21 and 22: head and foot of a 文件.

use crate::probe::{Paper, Word};
use crate::{CHARACTER, CHOSEN, GAP, LINE, SMALL, measure, paper, stored};

fn upward() -> Paper {
    paper(&stored("document_upward"))
}

fn word<'a>(paper: &'a Paper, text: &str) -> &'a Word {
    paper
        .words
        .iter()
        .find(|word| word.text == text)
        .unwrap_or_else(|| panic!("“{text}” is no word: {:?}", paper.words))
}

#[test]
fn gbt_05_copy_number_and_urgency() {
    let paper = upward();
    let (copy, urgency) = (word(&paper, "000018"), word(&paper, "加急"));
    measure("gbt_05", "copy number on line 1", 37.0, copy.top, CHOSEN);
    measure("gbt_05", "copy number flush left", 28.0, copy.left, CHOSEN);
    measure(
        "gbt_05",
        "urgency on the next line",
        37.0 + LINE,
        urgency.top,
        CHOSEN,
    );
    measure("gbt_05", "urgency flush left", 28.0, urgency.left, CHOSEN);
}

#[test]
fn gbt_06_mark() {
    let bands = upward().picture(1).red();
    assert_eq!(bands.len(), 2, "mark and rule: {bands:?}");
    measure(
        "gbt_06",
        "top of the mark's ink",
        37.0 + 35.0,
        bands[0].top,
        CHOSEN,
    );
    measure(
        "gbt_06",
        "middle of the mark",
        106.0,
        bands[0].middle(),
        1.0,
    );
    assert!(bands[0].left > 27.9 && bands[0].right < 184.1, "{bands:?}");
}

#[test]
fn gbt_07_number_without_signer() {
    let json = stored("document_upward")
        .replace(r#""丁某","#, "")
        .replace(r#""戊某某","#, "")
        .replace(r#""己某""#, "");
    let paper = paper(&json);
    let bands = paper.picture(1).red();
    let number = word(&paper, "示组发〔2026〕6号");
    measure(
        "gbt_07",
        "two blank lines below the mark",
        GAP + 2.0 * LINE,
        number.top - bands[0].bottom,
        CHOSEN,
    );
    measure("gbt_07", "number centred", 106.0, number.middle(), CHOSEN);
    measure(
        "gbt_09",
        "rule 4 mm below the number",
        4.0,
        bands[1].top - number.bottom,
        CHOSEN,
    );
}

#[test]
fn gbt_08_signers() {
    let paper = upward();
    let number = word(&paper, "示组发〔2026〕6号");
    let (first, second, third) = (
        paper.find("签发人："),
        word(&paper, "戊某某"),
        word(&paper, "己某"),
    );
    measure(
        "gbt_08",
        "number, one character blank",
        28.0 + CHARACTER,
        number.left,
        CHOSEN,
    );
    measure(
        "gbt_08",
        "signers, one character blank",
        184.0 - CHARACTER,
        second.right,
        CHOSEN,
    );
    measure(
        "gbt_08",
        "turnover below the first name",
        first.left + 4.0 * CHARACTER,
        third.left,
        CHOSEN,
    );
    measure(
        "gbt_08",
        "number on the last name's line",
        third.top,
        number.top,
        CHOSEN,
    );
    assert!(paper.fonts().contains("FandolKai"));
}

#[test]
fn gbt_09_red_rule() {
    let paper = upward();
    let rule = paper.picture(1).red()[1];
    measure(
        "gbt_09",
        "4 mm below the number",
        4.0,
        rule.top - word(&paper, "示组发〔2026〕6号").bottom,
        CHOSEN,
    );
    measure("gbt_09", "left end", 28.0, rule.left, CHOSEN);
    measure("gbt_09", "length", 156.0, rule.width(), CHOSEN);
    let title = paper.find("关于2026年度");
    measure(
        "gbt_10",
        "two blank lines above the title",
        GAP + 2.0 * LINE,
        title.top - rule.bottom,
        CHOSEN,
    );
}

#[test]
fn gbt_21_rules_of_the_foot() {
    let paper = upward();
    let picture = paper.picture(paper.pages());
    // Rows of ink at a place where only rules cross the page.
    let rules = picture.black_rows(28.5, 31.5, 230.0, 264.0);
    assert_eq!(rules.len(), 3, "{rules:?}");
    measure(
        "gbt_21",
        "last rule at the lower edge of the type area",
        262.0,
        rules[2].1,
        CHOSEN,
    );
    for (rule, thickness) in rules.iter().zip([0.35, 0.25, 0.35]) {
        measure("gbt_21", "thickness", thickness, rule.1 - rule.0, 0.15);
        let middle = f64::midpoint(rule.0, rule.1);
        assert!(
            picture.has_ink(28.1, middle - 0.1, 28.5, middle + 0.1),
            "begins at 28"
        );
        assert!(
            picture.has_ink(183.5, middle - 0.1, 183.9, middle + 0.1),
            "ends at 184"
        );
        assert!(
            !picture.has_ink(184.3, middle - 0.1, 190.0, middle + 0.1),
            "not beyond"
        );
    }
}

#[test]
fn gbt_22_copies_and_printing() {
    let paper = upward();
    let copies = paper.find("抄送：");
    measure(
        "gbt_22",
        "copies, one character blank",
        28.0 + SMALL,
        copies.left,
        CHOSEN,
    );
    assert!(copies.text.ends_with('。'));
    let organ = word(&paper, "中共示例市委组织部办公室");
    measure(
        "gbt_22",
        "organ, one character blank",
        28.0 + SMALL,
        organ.left,
        CHOSEN,
    );
    let date = word(&paper, "2026年11月24日印发");
    measure(
        "gbt_22",
        "date, one character blank",
        184.0 - SMALL,
        date.right,
        CHOSEN,
    );
    measure("gbt_22", "on one line", organ.top, date.top, CHOSEN);
}

#[test]
fn gbt_23_the_first_page_of_a_document_is_numbered() {
    let paper = upward();
    let number: Vec<_> = paper
        .words
        .iter()
        .filter(|word| word.page == 1 && word.top > 266.0)
        .collect();
    assert_eq!(
        number
            .iter()
            .map(|word| word.text.as_str())
            .collect::<String>(),
        "—1—"
    );
    measure(
        "gbt_23",
        "right edge of page 1",
        184.0 - SMALL,
        number[number.len() - 1].right,
        CHOSEN,
    );
}
