//! Rules for fonts (6.2.11): embedded, with characters for all glyphs and widths that agree.

use super::cff::Cff;
use super::contents::number;
use super::file::name;
use lopdf::{Dictionary, Document, Object};
use std::collections::BTreeMap;

/// What is said of a font outside its program.
#[derive(Default)]
pub(crate) struct Font {
    /// Code → character or characters.
    pub(crate) characters: BTreeMap<u16, String>,
    /// Code → width, 1/1000 em.
    pub(crate) widths: BTreeMap<u16, f64>,
}

/// Largest difference between a width given and the program's, 1/1000 em (6.2.11.5).
const TOLERANCE: f64 = 1.0;

/// What is wrong with the fonts.
pub(crate) fn faults(document: &Document) -> Vec<String> {
    read(document).1
}

/// All fonts of the pages by name, and what is wrong with them.
pub(crate) fn read(document: &Document) -> (BTreeMap<String, Font>, Vec<String>) {
    let mut fonts = BTreeMap::new();
    let mut faults = Vec::new();
    for page in document.page_iter() {
        let table = document
            .get_dictionary(page)
            .and_then(|page| page.get_deref(b"Resources", document))
            .and_then(Object::as_dict)
            .and_then(|resources| resources.get_deref(b"Font", document))
            .and_then(Object::as_dict);
        for (name, font) in table.into_iter().flatten() {
            let name = String::from_utf8_lossy(name).into_owned();
            if fonts.contains_key(&name) {
                continue;
            }
            let (font, found) = document
                .dereference(font)
                .and_then(|(_, font)| font.as_dict())
                .map_or_else(
                    |_| (Font::default(), vec!["no dictionary".to_owned()]),
                    |font| one(document, font),
                );
            faults.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
            fonts.insert(name, font);
        }
    }
    if fonts.is_empty() {
        faults.push("no fonts".to_owned());
    }
    (fonts, faults)
}

fn one(document: &Document, font: &Dictionary) -> (Font, Vec<String>) {
    let mut faults = Vec::new();
    let mut read = Font::default();
    if name(font, b"Subtype") != b"Type0" || name(font, b"Encoding") != b"Identity-H" {
        faults.push("not a font of numbered glyphs".to_owned());
    }
    match characters(document, font) {
        Some(characters) => {
            for (code, text) in &characters {
                // No null, no mark of byte order, nothing from a private area (6.2.11.7).
                let bad = |ch: char| {
                    matches!(ch, '\0' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFD}')
                        || matches!(u32::from(ch), 0xE000..=0xF8FF | 0xF_0000..)
                };
                if text.is_empty() || text.chars().any(bad) {
                    faults.push(format!("ToUnicode gives {code} no character"));
                }
            }
            read.characters = characters;
        }
        None => faults.push("no ToUnicode".to_owned()),
    }
    let descendants = font.get(b"DescendantFonts").and_then(Object::as_array);
    let Some([Object::Dictionary(descendant)]) = descendants.ok().map(Vec::as_slice) else {
        faults.push("not one descendant".to_owned());
        return (read, faults);
    };
    read.widths = widths(descendant);
    let descriptor = descendant
        .get_deref(b"FontDescriptor", document)
        .and_then(Object::as_dict);
    let Ok(descriptor) = descriptor else {
        faults.push("no descriptor".to_owned());
        return (read, faults);
    };
    let named = name(font, b"BaseFont");
    let tagged =
        named.len() > 7 && named[6] == b'+' && named[..6].iter().all(u8::is_ascii_uppercase);
    if !tagged || named != name(descendant, b"BaseFont") || named != name(descriptor, b"FontName") {
        faults.push("the name is not that of a subset, the same everywhere".to_owned());
    }
    // A list of the glyphs may be absent; one that is there must be complete, so there is none.
    if descriptor.has(b"CIDSet") {
        faults.push("CIDSet".to_owned());
    }
    let file = |key: &[u8]| {
        let stream = descriptor
            .get_deref(key, document)
            .and_then(Object::as_stream);
        let stream = stream.ok()?;
        let bytes = stream.decompressed_content();
        let bytes = bytes.unwrap_or_else(|_| stream.content.clone());
        Some((name(&stream.dict, b"Subtype").to_vec(), bytes))
    };
    let advances = match (file(b"FontFile2"), file(b"FontFile3")) {
        (Some((_, program)), None) => {
            if name(descendant, b"Subtype") != b"CIDFontType2"
                || name(descendant, b"CIDToGIDMap") != b"Identity"
            {
                faults.push("TrueType without CIDToGIDMap Identity".to_owned());
            }
            true_type(&program)
        }
        (None, Some((kind, program))) => {
            if name(descendant, b"Subtype") != b"CIDFontType0" || kind != b"CIDFontType0C" {
                faults.push("CFF under another name".to_owned());
            }
            Cff::read(&program).and_then(|cff| cff.advances())
        }
        _ => {
            faults.push("not embedded".to_owned());
            return (read, faults);
        }
    };
    match advances {
        Some(advances) => {
            for (code, width) in &read.widths {
                match advances.get(usize::from(*code)) {
                    Some(advance) if (advance - width).abs() <= TOLERANCE => {}
                    found => faults.push(format!("width of {code} is {width}, not {found:?}")),
                }
            }
        }
        None => faults.push("the program cannot be read".to_owned()),
    }
    (read, faults)
}

/// The advances of a TrueType program, 1/1000 em.
fn true_type(program: &[u8]) -> Option<Vec<f64>> {
    let face = ttf_parser::Face::parse(program, 0).ok()?;
    let scale = 1000.0 / f64::from(face.units_per_em());
    (0..face.number_of_glyphs())
        .map(|glyph| Some(f64::from(face.glyph_hor_advance(ttf_parser::GlyphId(glyph))?) * scale))
        .collect()
}

/// The entry W: a code and a list of widths from it on, again and again.
fn widths(descendant: &Dictionary) -> BTreeMap<u16, f64> {
    let mut widths = BTreeMap::new();
    let list = descendant.get(b"W").and_then(Object::as_array);
    for pair in list.map(Vec::as_slice).unwrap_or_default().chunks(2) {
        if let [Object::Integer(first), Object::Array(run)] = pair {
            let given = run.iter().filter_map(number);
            widths.extend((*first as u16..).zip(given));
        }
    }
    widths
}

/// The table from codes to characters: blocks of single codes and of ranges, each range with a list.
fn characters(document: &Document, font: &Dictionary) -> Option<BTreeMap<u16, String>> {
    let stream = font
        .get_deref(b"ToUnicode", document)
        .ok()?
        .as_stream()
        .ok()?;
    let bytes = stream.decompressed_content();
    let bytes = bytes.unwrap_or_else(|_| stream.content.clone());
    let table = String::from_utf8(bytes).ok()?;
    let mut characters = BTreeMap::new();
    for block in table.split("beginbfrange").skip(1) {
        let block = block.split_once("endbfrange")?.0;
        for line in block.lines().filter(|line| !line.trim().is_empty()) {
            let codes = hexadecimal(line);
            let first = u16::from_str_radix(codes.first()?, 16).ok()?;
            let last = u16::from_str_radix(codes.get(1)?, 16).ok()?;
            let given = &codes[2..];
            // A range must not leave its high byte.
            if first >> 8 != last >> 8 || usize::from(last - first) + 1 != given.len() {
                return None;
            }
            for (code, text) in (first..=last).zip(given) {
                let units: Option<Vec<u16>> = (0..text.len() / 4)
                    .map(|unit| u16::from_str_radix(&text[4 * unit..4 * unit + 4], 16).ok())
                    .collect();
                characters.insert(code, String::from_utf16(&units?).ok()?);
            }
        }
    }
    Some(characters)
}

/// The strings in < > of a line.
fn hexadecimal(line: &str) -> Vec<&str> {
    let strings = line.split('<').skip(1);
    strings.filter_map(|s| Some(s.split_once('>')?.0)).collect()
}
