//! `render`: every format from a stored document, and what the drafting check remarks.

use crate::desk::{Desk, text};
use serde_json::{Value, json};
use std::path::Path;

/// One stored document of every format, with a text that its first pages show.
const PAPERS: [(&str, &str, &str); 7] = [
    ("letter", "letter_short", "示组函〔2026〕18号"),
    ("document", "document_upward", "示组发〔2026〕6号"),
    ("minutes", "minutes", "出席："),
    ("order", "order", "第18号"),
    ("record", "record_one_page", "个别谈话记录"),
    ("form", "form_receipt", "送达回执"),
    ("register", "register_short", "督查经费支出登记表"),
];

fn stored(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/papers");
    let json = std::fs::read_to_string(folder.join(name).with_extension("json"));
    serde_json::from_str(&json.expect("a stored document")).expect("JSON")
}

#[test]
fn every_format_is_rendered() {
    let desk = Desk::new();
    for (format, name, shown) in PAPERS {
        let document = stored(name);
        assert_eq!(document["format"], format);
        desk.write("in.json", document.to_string());
        let answer = desk.json("render in.json --out out.pdf --layout out.txt");
        let pdf = desk.read("out.pdf");
        assert!(pdf.starts_with(b"%PDF-1.7"), "{format}");
        assert_eq!(answer["bytes"], pdf.len(), "{format}");
        assert!(answer["pages"].as_u64() >= Some(1), "{format}: {answer}");
        assert!(answer["remarks"].is_array(), "{format}: {answer}");
        let layout = text(&desk.read("out.txt"));
        let set: String = layout.split_whitespace().collect();
        assert!(set.contains(shown), "{format}: {layout}");
    }
}

/// A letter with a half-width comma and nobody it goes to, of a day long past.
fn careless() -> Value {
    let mut letter = stored("letter_short");
    letter["to"] = Value::Null;
    letter["body"] = json!([{ "p": "甲某请报送材料,并说明情况。" }]);
    letter["signature"]["date"] = json!("2020-11-23");
    letter["number"] = json!("示组函〔2020〕18号");
    letter
}

#[test]
fn remarks_are_given_beside_the_paper() {
    let desk = Desk::new();
    desk.write("in.json", careless().to_string());
    let answer = desk.json("render in.json --out out.pdf");
    let missing = json!({
        "place": "主送机关",
        "message": "没有主送机关，请补上，或者确认这份公文不需要主送。",
    });
    let comma = json!({
        "place": "正文第1段",
        "message": "“报送材料,并说明”中用了半角标点“,”，中文里应当用全角“，”。",
        "field": "/body/0/p",
        "start": 7,
        "end": 8,
        "excerpt": ",",
    });
    let remarks = answer["remarks"].as_array().expect("a list");
    let about: Vec<&Value> = remarks
        .iter()
        .filter(|remark| remark["place"] == "主送机关" || remark["place"] == "正文第1段")
        .collect();
    assert_eq!(about, [&missing, &comma]);

    // For people the paper is on the standard output, the remarks beside it; nothing is refused.
    let output = desk.run("render in.json --out out.pdf");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stdout), "已写出out.pdf（1页）。\n");
    let notes = text(&output.stderr);
    assert_eq!(notes.lines().count(), remarks.len(), "{notes}");
    assert!(notes.contains("正文第1段第8字起：“报送材料,"), "{notes}");
    assert!(notes.contains("主送机关：没有主送机关"), "{notes}");
}

#[test]
fn the_day_of_the_clock_counts() {
    let desk = Desk::new();
    let mut letter = careless();
    let dated = |letter: &Value| -> bool {
        desk.write("in.json", letter.to_string());
        let answer = desk.json("render in.json --out out.pdf");
        let remarks = answer["remarks"].as_array().expect("a list").clone();
        remarks.iter().any(|remark| remark["place"] == "成文日期")
    };
    assert!(!dated(&letter), "a day in the past");
    letter["signature"]["date"] = json!("9999-12-31");
    assert!(dated(&letter), "a day after today");
}

#[test]
fn a_wrong_document_is_refused_with_its_line() {
    let desk = Desk::new();
    let render = "render in.json --out out.pdf --layout out.txt";
    desk.write(
        "in.json",
        "{\n  \"format\": \"letter\",\n  \"tilte\": \"关于\"\n}",
    );
    let message = desk.refused(1, render);
    assert!(
        message.contains("第3行") && message.contains("tilte"),
        "{message}"
    );
    desk.write(
        "in.json",
        "{\n  \"format\": \"letter\",\n  \"title\": \"关于",
    );
    let message = desk.refused(1, render);
    assert!(
        message.contains("第3行") && message.contains("没有写完"),
        "{message}"
    );
    // JSON of the right form that no paper can be made of.
    let mut order = stored("order");
    order["signature"]["seal"] = json!("space");
    desk.write("in.json", order.to_string());
    let message = desk.refused(1, render);
    assert!(message.contains("签名章"), "{message}");
    desk.refused(1, "render 没有.json --out out.pdf");
    assert!(!desk.has("out.pdf") && !desk.has("out.txt"));
}
