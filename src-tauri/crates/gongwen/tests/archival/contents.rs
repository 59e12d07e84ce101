//! Rules for what the pages' contents say: operators, colours, marks, glyphs.

use super::fonts::{self, Font};
use lopdf::content::Content;
use lopdf::{Document, Object};
use std::collections::BTreeMap;

/// Operators a paper needs. Colours are gray or RGB, which the output intent defines (6.2.4.3);
/// there are no images, no forms, no graphics states.
const OPERATORS: &[&str] = &[
    "BDC", "BMC", "BT", "EMC", "ET", "TJ", "Tf", "Tm", "f", "g", "h", "l", "m", "rg",
];

/// A glyph shown: the font's name in the resources and the code.
pub(crate) type Shown = (String, u16);

/// What a page's contents hold.
#[derive(Default)]
pub(crate) struct Contents {
    pub(crate) shown: Vec<Shown>,
    /// Names and numbers of the marked parts, in their order.
    pub(crate) marks: Vec<(String, i64)>,
    pub(crate) faults: Vec<String>,
}

/// The contents of every page.
pub(crate) fn pages(document: &Document) -> Vec<Contents> {
    document
        .page_iter()
        .map(|page| {
            let bytes = document.get_page_content(page);
            match Content::decode(&bytes) {
                Ok(content) => read(&content),
                Err(error) => Contents {
                    faults: vec![format!("contents cannot be read: {error}")],
                    ..Contents::default()
                },
            }
        })
        .collect()
}

fn read(content: &Content) -> Contents {
    let mut found = Contents::default();
    let mut font = String::new();
    let mut depth = 0_i32;
    for operation in &content.operations {
        let operator = operation.operator.as_str();
        let operands = &operation.operands;
        if !OPERATORS.contains(&operator) {
            found.faults.push(format!("operator {operator}"));
        }
        match operator {
            "BDC" | "BMC" => {
                depth += 1;
                let name = operands.first().and_then(|name| name.as_name().ok());
                let name = String::from_utf8_lossy(name.unwrap_or_default()).into_owned();
                let properties = operands.get(1).and_then(|o| o.as_dict().ok());
                let number = properties
                    .and_then(|p| p.get(b"MCID").ok())
                    .and_then(|number| number.as_i64().ok());
                match number {
                    Some(number) => found.marks.push((name, number)),
                    None if name == "Artifact" => {}
                    None => found.faults.push(format!("mark {name} without a number")),
                }
            }
            "EMC" => depth -= 1,
            "Tf" => {
                let name = operands.first().and_then(|name| name.as_name().ok());
                font = String::from_utf8_lossy(name.unwrap_or_default()).into_owned();
            }
            "TJ" | "f" if depth != 1 => {
                found.faults.push(format!("{operator} outside of a mark"));
            }
            _ => {}
        }
        if operator == "TJ" {
            let items = operands.first().and_then(|list| list.as_array().ok());
            for text in items.into_iter().flatten().filter_map(|i| i.as_str().ok()) {
                let codes = text.chunks(2).map(|pair| match *pair {
                    [high, low] => u16::from_be_bytes([high, low]),
                    _ => 0,
                });
                found.shown.extend(codes.map(|code| (font.clone(), code)));
            }
        }
    }
    if depth != 0 {
        found.faults.push("a mark is not closed".to_owned());
    }
    let counted = found.marks.iter().zip(0..);
    if counted
        .into_iter()
        .any(|((_, number), count)| *number != count)
    {
        found
            .faults
            .push("marks are not numbered in order".to_owned());
    }
    found
}

/// Operators and marks; every glyph shown is in its font and has a character.
pub(crate) fn faults(document: &Document) -> Vec<String> {
    let mut faults = Vec::new();
    let (fonts, _) = fonts::read(document);
    for (number, page) in pages(document).into_iter().enumerate() {
        faults.extend(page.faults);
        for (name, code) in page.shown {
            let fault = match fonts.get(&name) {
                None => Some("font is unknown"),
                Some(_) if code == 0 => Some("notdef is shown"),
                Some(font) if !font.widths.contains_key(&code) => Some("width is not given"),
                Some(font) if !font.characters.contains_key(&code) => {
                    Some("ToUnicode does not know the glyph")
                }
                Some(_) => None,
            };
            let place = format!("page {} {name} {code}", number + 1);
            faults.extend(fault.map(|fault| format!("{place}: {fault}")));
        }
    }
    faults.sort();
    faults.dedup();
    faults
}

/// What a reader copies from each page.
pub(crate) fn text(document: &Document) -> Vec<String> {
    let (fonts, _) = fonts::read(document);
    let character = |fonts: &BTreeMap<String, Font>, (name, code): &Shown| {
        let font = fonts.get(name)?;
        font.characters.get(code).cloned()
    };
    pages(document)
        .iter()
        .map(|page| {
            let shown = page.shown.iter();
            shown
                .map(|shown| character(&fonts, shown).unwrap_or_else(|| "\u{FFFD}".to_owned()))
                .collect()
        })
        .collect()
}

/// A number of a PDF file.
pub(crate) fn number(object: &Object) -> Option<f64> {
    object.as_float().ok().map(f64::from)
}
