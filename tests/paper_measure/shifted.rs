//! The measure measured: papers that are a little wrong, and what it says about them.

use crate::{facts, stored};
use ducha_tests::measure::{Sheet, Word, measure};
use lopdf::content::Content;
use lopdf::{Document, Object};

/// 0.6 mm, pt.
const SHIFT: f32 = 0.6 * 72.0 / 25.4;

/// A file whose page has another content.
fn edited(pdf: &[u8], number: usize, edit: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let mut document = Document::load_mem(pdf).expect("a PDF file");
    let page = document.get_pages()[&u32::try_from(number).expect("a page")];
    let content = edit(document.get_page_content(page));
    document
        .change_page_content(page, content)
        .expect("a page's content");
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("a PDF file");
    bytes
}

/// The text of one line of a page moved right and down, pt.
fn moved(pdf: &[u8], word: &Word, right: f32, down: f32) -> Vec<u8> {
    // The baseline lies 0.88 of the size below the top of the characters' boxes.
    let baseline = (297.0 - word.top - 0.88 * (word.bottom - word.top)) * 72.0 / 25.4;
    edited(pdf, word.page, |content| {
        let mut content = Content::decode(&content).expect("operators");
        let mut count = 0;
        for operation in &mut content.operations {
            let [.., x, y] = operation.operands.as_mut_slice() else {
                continue;
            };
            let (Ok(from_left), Ok(from_below)) = (x.as_float(), y.as_float()) else {
                continue;
            };
            if operation.operator == "Tm" && (f64::from(from_below) - baseline).abs() < 0.5 {
                *x = Object::Real(from_left + right);
                *y = Object::Real(from_below - down);
                count += 1;
            }
        }
        assert!(count > 0, "“{}” was moved", word.text);
        content.encode().expect("operators")
    })
}

/// All of a page moved down, pt.
fn page_moved(pdf: &[u8], number: usize, down: f32) -> Vec<u8> {
    edited(pdf, number, |content| {
        let mut shifted = format!("1 0 0 1 0 {} cm\n", -down).into_bytes();
        shifted.extend(content);
        shifted
    })
}

/// Measures a stored paper after the line that holds a text was moved.
fn with_line_moved(name: &str, text: &str, right: f32, down: f32) -> Sheet {
    let json = stored::json(name);
    let right_one = stored::typeset(&json);
    let word = right_one
        .words
        .iter()
        .find(|word| word.text.contains(text) && word.bottom - word.top < 20.0)
        .expect("the text is on a page");
    let pdf = moved(&stored::pdf(&json), word, right, down);
    let opened = stored::opened(&pdf);
    measure(&opened, &facts(&json))
}

#[track_caller]
fn finds(sheet: &Sheet, items: &[u8], what: &str) {
    let found = sheet.faulty_items();
    assert!(
        items.iter().all(|item| found.contains(item)),
        "{what}: items {found:?} are off, wanted {items:?}\n{sheet}"
    );
}

#[test]
fn a_line_that_is_moved_by_six_tenths_of_a_millimetre_is_found() {
    for (name, text, right, down, items) in [
        // Lines of running text: out of the grid, and a paragraph's beginning out of its place.
        (
            "letter_one_line_over",
            "有关事项报告查核结果",
            0.0,
            SHIFT,
            &[2_u8][..],
        ),
        (
            "letter_one_line_over",
            "有关事项报告查核结果",
            0.0,
            -SHIFT,
            &[2],
        ),
        (
            "letter_three_pages",
            "根据《关于组织人事",
            SHIFT,
            0.0,
            &[12],
        ),
        (
            "letter_one_line_over",
            "人员和其他无关人员",
            SHIFT * 2.0,
            0.0,
            &[1],
        ),
        // Heads.
        ("letter_short", "示组函〔2026〕18号", 0.0, SHIFT, &[26, 27]),
        ("letter_short", "关于请王某", SHIFT, 0.0, &[10]),
        ("letter_short", "王某同志：", 0.0, SHIFT, &[11]),
        ("letter_referral", "000003", SHIFT, 0.0, &[26]),
        ("document_upward", "000018", 0.0, SHIFT, &[5]),
        ("document_upward", "签发人：", SHIFT, 0.0, &[8]),
        ("document_notice", "示组发〔2026〕8号", 0.0, SHIFT, &[7, 9]),
        // What follows the text.
        ("letter_many_attachments", "2.动议环节", SHIFT, 0.0, &[13]),
        ("letter_short", "2026年11月23日", SHIFT, 0.0, &[14]),
        ("letter_full_page", "2026年11月23日", SHIFT, 0.0, &[15]),
        ("letter_stamp", "2026年11月23日", 0.0, SHIFT, &[16]),
        ("letter_short", "（联系人：丙某", 0.0, SHIFT, &[18]),
        ("letter_rectification", "附件：", SHIFT, 0.0, &[13]),
        ("document_report", "2026年11月23日印发", SHIFT, 0.0, &[22]),
        ("letter_three_pages", "组办公室。", 0.0, SHIFT, &[29]),
        ("letter_three_pages", "抄送：", SHIFT, 0.0, &[22]),
        ("minutes", "出席：", 0.0, SHIFT, &[30]),
        ("order", "第18号", 0.0, SHIFT, &[30]),
    ] {
        let sheet = with_line_moved(name, text, right, down);
        finds(
            &sheet,
            items,
            &format!("{name}: “{text}” by {right} and {down} pt"),
        );
    }
}

#[test]
fn a_mark_that_is_moved_is_found() {
    let sheet = with_line_moved("document_upward", "委组织部文件", 0.0, SHIFT);
    finds(&sheet, &[6, 7], "mark of a 文件 too low");
    let sheet = with_line_moved("letter_short", "中共示例市委组织部", 0.0, -SHIFT);
    finds(&sheet, &[24, 25], "mark of a letter too high");
}

#[test]
fn a_page_that_is_moved_is_found() {
    for (name, number, items) in [
        ("letter_three_pages", 1, &[24_u8, 25][..]),
        ("letter_three_pages", 2, &[2, 23]),
        ("document_report", 4, &[20, 23]),
        ("document_report", 6, &[21, 23]),
        ("minutes", 1, &[23, 30]),
        ("register_pages", 2, &[23]),
    ] {
        let json = stored::json(name);
        // Upwards, so that the page's first line leaves the type area.
        let pdf = page_moved(&stored::pdf(&json), number, -SHIFT);
        let opened = stored::opened(&pdf);
        let sheet = measure(&opened, &facts(&json));
        finds(&sheet, items, &format!("page {number} of {name}"));
    }
}

#[test]
fn a_paper_of_another_document_is_found() {
    let pdf = stored::pdf(&stored::json("letter_short"));
    for other in [
        "letter_admonition",
        "document_report",
        "minutes",
        "register_sums",
    ] {
        let opened = stored::opened(&pdf);
        let sheet = measure(&opened, &facts(&stored::json(other)));
        let count = sheet.faults().count();
        assert!(count > 3, "{other}: {count} faults only\n{sheet}");
    }
}

#[test]
fn a_wrong_fact_is_found() {
    for (name, from, to, items) in [
        // Black instead of red cannot be set, but another duplex or another seal can.
        (
            "letter_again",
            "\"duplex\": true",
            "\"duplex\": false",
            &[1_u8, 23][..],
        ),
        (
            "letter_short",
            "\"seal\": \"space\"",
            "\"seal\": \"none\"",
            &[15],
        ),
        ("letter_short", "2026-11-23", "2026-11-22", &[14]),
        ("letter_short", "\"h1\"", "\"h2\"", &[12]),
        (
            "letter_referral",
            "\"urgency\": \"加急\"",
            "\"urgency\": \"特急\"",
            &[26],
        ),
        ("register_sums", "\"86.00\"", "\"87.00\"", &[31]),
    ] {
        let json = stored::json(name);
        let wrong = json.replace(from, to);
        assert_ne!(json, wrong, "{name} holds {from}");
        let opened = stored::opened(&stored::pdf(&json));
        let sheet = measure(&opened, &facts(&wrong));
        finds(&sheet, items, &format!("{name}: {from} as {to}"));
    }
}
