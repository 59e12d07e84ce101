//! The finished bytes held against the rules of PDF/A-2u (ISO 19005-2) that concern what we write:
//! every stored paper keeps all of them, and a file in which any one is broken is found out.

mod cff;
mod contents;
mod file;
mod fonts;
mod structure;

use gongwen::{Typesetter, model::Document};
use lopdf::{Dictionary, Object, ObjectId, dictionary};
use std::path::Path;
use std::sync::LazyLock;

static TYPESETTER: LazyLock<Typesetter> =
    LazyLock::new(|| Typesetter::with_shipped_fonts().expect("a checkout has the faces"));

/// Every stored paper, and one as a draft: its watermark is drawn behind the text.
fn papers() -> Vec<(String, Document)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/papers");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the stored papers")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    files.sort();
    let mut papers: Vec<_> = files
        .into_iter()
        .map(|file| {
            let json = std::fs::read_to_string(&file).expect("a stored paper");
            let name = file.file_stem().expect("a name").to_string_lossy();
            (
                name.into_owned(),
                gongwen::parse(&json).expect("a valid paper"),
            )
        })
        .collect();
    let mut draft = papers
        .iter()
        .find(|(name, _)| name == "letter_short")
        .expect("the short letter")
        .1
        .clone();
    draft.options.draft_watermark = true;
    papers.push(("draft".to_owned(), draft));
    papers
}

/// Everything that is wrong with a file.
fn faults(bytes: &[u8]) -> Vec<String> {
    let mut faults = file::outside(bytes);
    match lopdf::Document::load_mem(bytes) {
        Ok(document) => {
            faults.extend(file::inside(&document));
            faults.extend(fonts::faults(&document));
            faults.extend(contents::faults(&document));
            faults.extend(structure::faults(&document));
        }
        Err(error) => faults.push(format!("unreadable: {error}")),
    }
    faults
}

#[test]
fn every_stored_paper_keeps_every_rule() {
    let papers = papers();
    assert!(papers.len() > 10);
    for (name, paper) in papers {
        let bytes = TYPESETTER.pdf(&paper).expect("it can be typeset");
        assert_eq!(faults(&bytes), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn the_text_is_read_back_as_it_was_set() {
    for (name, paper) in papers() {
        let layout = TYPESETTER.layout(&paper).expect("it can be typeset");
        let document = lopdf::Document::load_mem(&TYPESETTER.pdf(&paper).expect("a file"))
            .expect("it can be read");
        let set: Vec<String> = layout
            .pages
            .iter()
            .map(|page| {
                let lines = page.under.iter().chain(&page.lines);
                lines
                    .chain(&page.turned.lines)
                    .map(gongwen::Line::text)
                    .collect()
            })
            .collect();
        assert_eq!(contents::text(&document), set, "{name}");
    }
}

#[test]
fn bookmarks_name_the_title_the_headings_and_the_annexes() {
    for (name, wanted) in [
        (
            "letter_three_pages",
            "关于请李某同志就干部任免程序和个人有关事项报告等问题作出说明的函询通知书 1",
        ),
        ("letter_attachments", "附件1　"),
    ] {
        let (_, paper) = papers()
            .into_iter()
            .find(|(known, _)| known == name)
            .expect("a stored paper");
        let document = lopdf::Document::load_mem(&TYPESETTER.pdf(&paper).expect("a file"))
            .expect("it can be read");
        let bookmarks = structure::bookmarks(&document).join("\n");
        assert!(bookmarks.contains(wanted), "{name}:\n{bookmarks}");
        insta::assert_snapshot!(format!("bookmarks_{name}"), bookmarks);
    }
}

/// A way to break one rule, and a word of the fault that must be found.
type Break = (&'static str, fn(&mut lopdf::Document));

fn root(document: &mut lopdf::Document) -> &mut Dictionary {
    document.catalog_mut().expect("a catalog")
}

/// The first object for which something holds.
fn first(document: &lopdf::Document, holds: impl Fn(&Dictionary) -> bool) -> ObjectId {
    let dictionary = |object: &Object| match object {
        Object::Dictionary(dictionary) => holds(dictionary),
        Object::Stream(stream) => holds(&stream.dict),
        _ => false,
    };
    let mut found = document.objects.iter().filter(|(_, o)| dictionary(o));
    *found.next().expect("such an object").0
}

fn dictionary(document: &mut lopdf::Document, id: ObjectId) -> &mut Dictionary {
    match document.get_object_mut(id).expect("an object") {
        Object::Dictionary(dictionary) => dictionary,
        Object::Stream(stream) => &mut stream.dict,
        _ => panic!("a dictionary"),
    }
}

/// Changes the plain bytes of a stream.
fn rewrite(document: &mut lopdf::Document, id: ObjectId, from: &str, to: &str) {
    let stream = document
        .get_object_mut(id)
        .and_then(Object::as_stream_mut)
        .expect("a stream");
    let plain = stream
        .decompressed_content()
        .unwrap_or_else(|_| stream.content.clone());
    let text = String::from_utf8(plain).expect("text");
    assert!(text.contains(from), "{from}");
    stream.dict.remove(b"Filter");
    stream.set_content(text.replacen(from, to, 1).into_bytes());
}

fn contents_of_first_page(document: &lopdf::Document) -> ObjectId {
    let page = document.page_iter().next().expect("a page");
    let page = document.get_dictionary(page).expect("a page");
    page.get(b"Contents")
        .and_then(Object::as_reference)
        .expect("contents")
}

fn metadata(document: &lopdf::Document) -> ObjectId {
    first(document, |d| d.has_type(b"Metadata"))
}

fn font(document: &lopdf::Document) -> ObjectId {
    first(document, |d| d.has_type(b"Font"))
}

fn descendant(document: &mut lopdf::Document) -> &mut Dictionary {
    let font = first(document, |font| {
        let descendants = font.get(b"DescendantFonts").and_then(Object::as_array);
        descendants.is_ok_and(|list| {
            list[0]
                .as_dict()
                .is_ok_and(|d| file::name(d, b"Subtype") == b"CIDFontType2")
        })
    });
    dictionary(document, font)
        .get_mut(b"DescendantFonts")
        .and_then(Object::as_array_mut)
        .and_then(|list| list[0].as_dict_mut())
        .expect("a font of glyphs")
}

const BREAKS: &[Break] = &[
    ("OutputIntents", |d| {
        root(d).remove(b"OutputIntents");
    }),
    ("GTS_PDFA1", |d| {
        let intents = root(d).get_mut(b"OutputIntents").expect("intents");
        let intent = intents.as_array_mut().expect("a list")[0].as_dict_mut();
        intent.expect("an intent").set("S", "GTS_PDFX");
    }),
    ("profile", |d| {
        let profile = first(d, |s| s.has(b"N"));
        let stream = d.get_object_mut(profile).and_then(Object::as_stream_mut);
        stream.expect("a profile").set_content(vec![0; 200]);
    }),
    ("pdfaid", |d| {
        rewrite(d, metadata(d), "conformance>U", "conformance>B");
    }),
    ("pdfaid", |d| rewrite(d, metadata(d), "part>2", "part>1")),
    ("title", |d| rewrite(d, metadata(d), "通知书", "通知")),
    ("producer", |d| rewrite(d, metadata(d), "督查手记", "别的")),
    ("filter", |d| {
        let id = metadata(d);
        dictionary(d, id).set("Filter", "FlateDecode");
    }),
    ("CreationDate", |d| {
        let info = d.trailer.get(b"Info").and_then(Object::as_reference);
        let info = info.expect("document information");
        dictionary(d, info).set("CreationDate", Object::string_literal("D:20260101"));
    }),
    ("GTS_PDFXVersion", |d| {
        let info = d.trailer.get(b"Info").and_then(Object::as_reference);
        let info = info.expect("document information");
        dictionary(d, info).set("GTS_PDFXVersion", Object::string_literal("PDF/X-3"));
    }),
    ("Lang", |d| {
        root(d).remove(b"Lang");
    }),
    ("DisplayDocTitle", |d| {
        root(d).remove(b"ViewerPreferences");
    }),
    ("OpenAction", |d| {
        root(d).set("OpenAction", dictionary! { "S" => "JavaScript" });
    }),
    ("transparency", |d| {
        let page = d.page_iter().next().expect("a page");
        let group = dictionary! { "S" => "Transparency" };
        dictionary(d, page).set("Group", group);
    }),
    ("ExtGState", |d| {
        let page = d.page_iter().next().expect("a page");
        let resources = dictionary(d, page).get_mut(b"Resources");
        let resources = resources.and_then(Object::as_dict_mut).expect("resources");
        resources.set(
            "ExtGState",
            dictionary! { "A" => dictionary! { "ca" => 0.5 } },
        );
    }),
    ("CIDToGIDMap", |d| {
        descendant(d).remove(b"CIDToGIDMap");
    }),
    ("width", |d| {
        let widths = descendant(d).get_mut(b"W").and_then(Object::as_array_mut);
        let run = widths.expect("widths")[1].as_array_mut().expect("a run");
        run[1] = 500.into();
    }),
    ("embedded", |d| {
        let descriptor = first(d, |d| d.has_type(b"FontDescriptor"));
        dictionary(d, descriptor).remove(b"FontFile2");
        dictionary(d, descriptor).remove(b"FontFile3");
    }),
    ("ToUnicode", |d| {
        let id = font(d);
        dictionary(d, id).remove(b"ToUnicode");
    }),
    ("ToUnicode", |d| {
        let id = font(d);
        let map = dictionary(d, id)
            .get(b"ToUnicode")
            .and_then(Object::as_reference);
        rewrite(d, map.expect("a table"), "[<4E2D>", "[<0000>");
    }),
    ("name", |d| {
        let id = font(d);
        dictionary(d, id).set("BaseFont", "SimSun");
    }),
    ("operator", |d| {
        let id = contents_of_first_page(d);
        rewrite(d, id, "1 0 0 rg", "0 1 1 0 k");
    }),
    ("notdef", |d| {
        let id = contents_of_first_page(d);
        rewrite(d, id, "[<0001>", "[<0000>");
    }),
    ("mark", |d| {
        let id = contents_of_first_page(d);
        rewrite(d, id, "/P <</MCID 0>> BDC", "q");
    }),
    ("mark", |d| {
        let id = contents_of_first_page(d);
        rewrite(d, id, "/MCID 1>>", "/MCID 71>>");
    }),
    ("MarkInfo", |d| {
        root(d).remove(b"MarkInfo");
    }),
    ("StructParents", |d| {
        let page = d.page_iter().next().expect("a page");
        dictionary(d, page).set("StructParents", 7);
    }),
    ("structure", |d| {
        let element = first(d, |e| file::name(e, b"S") == b"H1");
        dictionary(d, element).set("K", 9);
    }),
    ("order", |d| {
        let whole = first(d, |e| file::name(e, b"S") == b"Document");
        let kids = dictionary(d, whole)
            .get_mut(b"K")
            .and_then(Object::as_array_mut);
        kids.expect("elements").swap(0, 1);
    }),
];

/// The short letter's file with one rule broken.
fn broken(change: impl FnOnce(&mut lopdf::Document)) -> Vec<u8> {
    let (_, paper) = papers()
        .into_iter()
        .find(|(name, _)| name == "letter_short")
        .expect("the short letter");
    let bytes = TYPESETTER.pdf(&paper).expect("a file");
    let mut document = lopdf::Document::load_mem(&bytes).expect("it can be read");
    change(&mut document);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("it can be written");
    bytes
}

#[test]
fn a_file_with_a_broken_rule_is_found_out() {
    assert_eq!(faults(&broken(|_| {})), Vec::<String>::new());
    for (number, (word, change)) in BREAKS.iter().enumerate() {
        let found = faults(&broken(change));
        assert!(
            found.iter().any(|fault| fault.contains(word)),
            "break {number}: {word} not in {found:?}"
        );
    }
}

#[test]
fn bytes_outside_the_objects_are_looked_at() {
    let whole = broken(|_| {});
    let mut plain = whole.clone();
    plain[10..14].copy_from_slice(b"abcd");
    assert!(!faults(&plain).is_empty(), "the comment of high bytes");
    let mut longer = whole.clone();
    longer.extend(b"\n1 0 obj");
    assert!(!faults(&longer).is_empty(), "what follows the end");
    let mut unnamed = broken(|document| {
        document.trailer.remove(b"ID");
    });
    assert!(!faults(&unnamed).is_empty(), "the identity");
    unnamed.clear();
    assert!(!faults(&unnamed).is_empty(), "an empty file");
}
