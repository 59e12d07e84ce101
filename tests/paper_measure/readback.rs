//! What a reader of the file gets: every character, the title, the same bytes again.

use crate::stored::{self, TYPESETTER};
use serde_json::Value;

/// The texts of a document that must be readable on paper, in order of their appearance.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.chars().filter(|ch| !ch.is_whitespace()).collect()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.iter().for_each(|(name, field)| {
            if !matches!(name.as_str(), "format" | "date" | "seal" | "options") {
                texts(field, found);
            }
        }),
        _ => {}
    }
}

#[test]
fn every_character_is_read_back() {
    for name in &stored::names() {
        let json = stored::json(name);
        let paper = stored::typeset(&json);
        let signed = |text: &str| text.ends_with("签名：");
        let text: String = (1..=paper.pages())
            .flat_map(|page| paper.words.iter().filter(move |word| word.page == page))
            .filter(|word| word.bottom < 266.0)
            .filter(|word| !(word.top > 230.0 && signed(&word.text)))
            .map(|word| word.text.as_str())
            .filter(|text| *text != "草" && *text != "稿" && *text != "草稿")
            .collect();
        let mut wanted = Vec::new();
        texts(&serde_json::from_str(&json).expect("JSON"), &mut wanted);
        for wanted in wanted {
            // Cells of a table, and names side by side on several lines, are read line by line across
            // the row: look for their characters.
            let whole = text.contains(&wanted);
            let scattered = || wanted.chars().all(|ch| text.contains(ch));
            let in_table = ["\"rows\"", "\"fields\"", "\"joint_marks\""]
                .iter()
                .any(|name| json.contains(name));
            assert!(
                whole || wanted.contains("签名") || (in_table && scattered()),
                "{name}: “{wanted}” is not read back from {text}"
            );
        }
    }
}

#[test]
fn rare_characters_are_read_back_as_themselves() {
    let paper = stored::typeset(&stored::json("letter_rare_names"));
    let text: String = paper.words.iter().map(|word| word.text.as_str()).collect();
    for name in ["王镕", "张𬱖", "刘㛃", "陈䶮"] {
        assert!(
            text.matches(name).count() >= 4,
            "{name} in title, addressee, text, headings: {text}"
        );
    }
    assert!(!text.contains('\u{FFFD}'));
}

#[test]
fn two_renders_are_the_same_bytes() {
    for name in &stored::names() {
        let document = gongwen::parse(&stored::json(name)).expect("a valid document");
        let first = TYPESETTER.pdf(&document).expect("it can be typeset");
        assert!(first == TYPESETTER.pdf(&document).expect("again"), "{name}");
        assert!(first.len() < 400_000, "{name}: {} bytes", first.len());
    }
}

#[test]
fn the_file_says_what_it_is() {
    let paper = stored::typeset(&stored::json("letter_short"));
    let info = paper.info();
    assert!(
        info.contains("Title:           关于请王某同志就有关问题作出说明的函询通知书"),
        "{info}"
    );
    assert!(
        info.contains("PDF version:     1.7") && info.contains("(A4)"),
        "{info}"
    );
    assert!(
        !info.contains("CreationDate") && !info.contains("ModDate"),
        "{info}"
    );
}
