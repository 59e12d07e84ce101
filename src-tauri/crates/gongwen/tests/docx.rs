//! The DOCX files of the stored documents, as files: what a word processor needs to open them.
//! How they look in one is tested with a word processor, elsewhere.

use gongwen::{Typesetter, model::Document};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use zip::ZipArchive;

static TYPESETTER: LazyLock<Typesetter> =
    LazyLock::new(|| Typesetter::with_shipped_fonts().expect("a checkout has the faces"));

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/papers")
}

fn stored(name: &str) -> Document {
    let json = std::fs::read_to_string(folder().join(name).with_extension("json"))
        .expect("a stored document");
    gongwen::parse(&json).expect("a valid document")
}

fn names() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .expect("the stored documents")
        .map(|entry| entry.expect("a file").path())
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    assert!(names.len() >= 15, "{names:?}");
    names
}

/// The parts of a file by name.
fn parts(name: &str) -> BTreeMap<String, String> {
    let docx = TYPESETTER.docx(&stored(name)).expect("it can be written");
    let mut archive = ZipArchive::new(Cursor::new(docx)).expect("a ZIP archive");
    (0..archive.len())
        .map(|number| {
            let mut part = archive.by_index(number).expect("a part");
            let mut text = String::new();
            part.read_to_string(&mut text).expect("UTF-8");
            let name = part.name().expect("a name in UTF-8").into_owned();
            (name, text)
        })
        .collect()
}

/// Values of an attribute wherever an element of one of the names has it.
fn values(xml: &str, elements: &[&str], attribute: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut values = Vec::new();
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Eof => return values,
            Event::Start(element) | Event::Empty(element) => {
                let name = element.name().as_ref().to_owned();
                for pair in element.attributes() {
                    let pair = pair.expect("a well-formed attribute");
                    let key = pair.key.as_ref().to_owned();
                    if key == attribute && elements.contains(&name.as_str()) {
                        values.push(pair.value.clone().into_owned());
                    }
                }
            }
            _ => {}
        }
    }
}

/// The text of an element's paragraphs, one a line.
fn text(xml: &str) -> String {
    let mut reader = Reader::from_str(xml);
    let mut out = String::new();
    let mut inside = false;
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Eof => return out,
            Event::Start(element) if element.name().as_ref() == "w:t" => inside = true,
            Event::End(element) if element.name().as_ref() == "w:t" => inside = false,
            Event::End(element) if element.name().as_ref() == "w:p" => out.push('\n'),
            Event::Text(part) if inside => out.push_str(&part),
            Event::GeneralRef(part) if inside => {
                out.push('&');
                out.push_str(&part);
                out.push(';');
            }
            _ => {}
        }
    }
}

#[test]
fn every_part_is_well_formed_and_known_to_the_package() {
    for name in names() {
        let parts = parts(&name);
        for (part, xml) in &parts {
            values(xml, &[], "");
            assert!(xml.starts_with("<?xml"), "{name} {part}");
        }
        let types = &parts["[Content_Types].xml"];
        let typed: BTreeSet<String> = values(types, &["Override"], "PartName")
            .into_iter()
            .map(|part| part.trim_start_matches('/').to_owned())
            .collect();
        let held: BTreeSet<String> = parts
            .keys()
            .filter(|part| *part != "[Content_Types].xml" && !part.contains("_rels/"))
            .cloned()
            .collect();
        assert_eq!(typed, held, "{name}");
    }
}

#[test]
fn every_relation_leads_to_a_part_and_every_reference_to_a_relation() {
    for name in names() {
        let parts = parts(&name);
        let relations = &parts["word/_rels/document.xml.rels"];
        let targets = values(relations, &["Relationship"], "Target");
        for target in &targets {
            assert!(
                parts.contains_key(&format!("word/{target}")),
                "{name} {target}"
            );
        }
        let ids = values(relations, &["Relationship"], "Id");
        let unique: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len(), "{name}");
        let references = ["w:headerReference", "w:footerReference"];
        for id in values(&parts["word/document.xml"], &references, "r:id") {
            assert!(unique.contains(&id), "{name} {id}");
        }
        for target in values(&parts["_rels/.rels"], &["Relationship"], "Target") {
            assert!(parts.contains_key(&target), "{name} {target}");
        }
    }
}

#[test]
fn every_style_that_is_used_is_defined() {
    let used = ["w:pStyle", "w:rStyle", "w:basedOn"];
    for name in names() {
        let parts = parts(&name);
        let styles = &parts["word/styles.xml"];
        let defined = values(styles, &["w:style"], "w:styleId");
        for (part, xml) in &parts {
            for style in values(xml, &used, "w:val") {
                assert!(defined.contains(&style), "{name} {part} {style}");
            }
        }
        for wanted in [
            "公文标题",
            "主送机关",
            "公文正文",
            "一级标题",
            "成文日期",
            "版记",
            "页码",
        ] {
            let given = values(styles, &["w:name"], "w:val");
            assert!(given.iter().any(|style| style == wanted), "{wanted}");
        }
    }
}

#[test]
fn shapes_have_numbers_of_their_own() {
    for name in names() {
        let mut seen = BTreeSet::new();
        for xml in parts(&name).values() {
            for id in values(xml, &["wp:docPr"], "id") {
                assert!(seen.insert(id.clone()), "{name} {id}");
            }
        }
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    for name in names() {
        let document = stored(&name);
        let first = TYPESETTER.docx(&document).expect("it can be written");
        let fresh = Typesetter::with_shipped_fonts().expect("the faces");
        assert_eq!(first, TYPESETTER.docx(&document).expect("again"), "{name}");
        assert_eq!(first, fresh.docx(&document).expect("afresh"), "{name}");
    }
}

#[test]
fn marks_of_xml_in_a_text_stay_text() {
    let mut document = stored("letter_short");
    document.title = "关于<甲>与“乙”的函".to_owned();
    document.body = vec![gongwen::model::Block::paragraph("A&B<w:p>")];
    let docx = TYPESETTER.docx(&document).expect("it can be written");
    let mut archive = ZipArchive::new(Cursor::new(docx)).expect("a ZIP archive");
    let mut xml = String::new();
    archive
        .by_name("word/document.xml")
        .expect("the document")
        .read_to_string(&mut xml)
        .expect("UTF-8");
    let text = text(&xml);
    assert!(text.contains("关于&lt;甲&gt;与“乙”的函\n"), "{text}");
    assert!(text.contains("\nA&amp;B&lt;w:p&gt;\n"), "{text}");
}

/// One element of a paragraph or a row a line, to be read by people.
fn readable(name: &str) -> String {
    let mut xml = parts(name)["word/document.xml"].clone();
    for tag in [
        "<w:p>",
        "<w:tbl>",
        "<w:tr>",
        "<w:tc>",
        "<w:r>",
        "<w:sectPr>",
    ] {
        xml = xml.replace(tag, &format!("\n{tag}"));
    }
    xml
}

#[test]
fn document_of_a_letter() {
    insta::assert_snapshot!(readable("letter_attachments"));
}

#[test]
fn document_of_a_record() {
    insta::assert_snapshot!(readable("record_one_page"));
}
