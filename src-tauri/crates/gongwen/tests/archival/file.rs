//! Rules for the file as a whole: its bytes, metadata, colour space and forbidden entries.

use lopdf::{Dictionary, Document, Object};

/// Header, comment and end (6.1.2 and 6.1.3).
pub(crate) fn outside(bytes: &[u8]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut lines = bytes.split(|byte| *byte == b'\n');
    if lines.next() != Some(b"%PDF-1.7") {
        faults.push("header is not %PDF-1.7".to_owned());
    }
    let comment = lines.next().unwrap_or_default();
    if comment.len() < 5 || comment[0] != b'%' || comment[1..5].iter().any(|b| *b < 128) {
        faults.push("no comment of high bytes after the header".to_owned());
    }
    if !bytes.ends_with(b"%%EOF") && !bytes.ends_with(b"%%EOF\n") {
        faults.push("something follows the end of the file".to_owned());
    }
    faults
}

/// Entries that must not be anywhere (6.1.13, 6.2.5, 6.2.8, 6.2.10, 6.4, 6.5 and 6.6), or that we
/// have no reason to write.
const FORBIDDEN: &[&str] = &[
    "AA",
    "Alternates",
    "Annots",
    "BG",
    "BG2",
    "BM",
    "CA",
    "ca",
    "EmbeddedFiles",
    "Encrypt",
    "GTS_PDFXVersion",
    "HT",
    "HTO",
    "HTP",
    "Interpolate",
    "JS",
    "JavaScript",
    "Names",
    "OCProperties",
    "OPI",
    "OpenAction",
    "PieceInfo",
    "PresSteps",
    "Ref",
    "Requirements",
    "SMask",
    "TR",
    "TR2",
    "Trapped",
    "UCR",
    "UCR2",
    "XFA",
];

/// Catalog, document information, metadata, colour space.
pub(crate) fn inside(document: &Document) -> Vec<String> {
    let mut faults = Vec::new();
    match document.trailer.get(b"ID").and_then(Object::as_array) {
        Ok(id)
            if id.len() == 2 && id[0] == id[1] && id[0].as_str().is_ok_and(|i| i.len() == 16) => {}
        _ => faults.push("no identity of two equal strings".to_owned()),
    }
    let Ok(catalog) = document.catalog() else {
        faults.push("no catalog".to_owned());
        return faults;
    };
    if !is(catalog, b"Lang", &Object::string_literal("zh-CN")) {
        faults.push("Lang is not zh-CN".to_owned());
    }
    let shown = catalog
        .get(b"ViewerPreferences")
        .and_then(Object::as_dict)
        .is_ok_and(|preferences| is(preferences, b"DisplayDocTitle", &Object::Boolean(true)));
    if !shown {
        faults.push("DisplayDocTitle is not set".to_owned());
    }
    metadata(document, catalog, &mut faults);
    intent(document, catalog, &mut faults);
    for (id, object) in &document.objects {
        forbidden(object, &format!("object {}", id.0), &mut faults);
    }
    faults
}

fn metadata(document: &Document, catalog: &Dictionary, faults: &mut Vec<String>) {
    let stream = catalog
        .get_deref(b"Metadata", document)
        .and_then(Object::as_stream);
    let Ok(stream) = stream else {
        faults.push("no metadata".to_owned());
        return;
    };
    if stream.dict.has(b"Filter") {
        faults.push("metadata has a filter".to_owned());
    }
    let xml = String::from_utf8_lossy(&stream.content);
    let between = |from: &str, to: &str| {
        let (_, rest) = xml.split_once(from)?;
        Some(rest.split_once(to)?.0.to_owned())
    };
    for (name, value) in [("part", "2"), ("conformance", "U")] {
        let found = between(&format!("<pdfaid:{name}>"), &format!("</pdfaid:{name}>"));
        if found.as_deref() != Some(value) {
            faults.push(format!("pdfaid:{name} is {found:?}"));
        }
    }
    // The packet's header names neither its length nor an encoding (6.6.2.1).
    let header = between("<?xpacket", "?>").unwrap_or_default();
    if !header.contains("begin=") || header.contains("bytes=") || header.contains("encoding=") {
        faults.push(format!("the packet's header is {header}"));
    }
    let info = document
        .trailer
        .get_deref(b"Info", document)
        .and_then(Object::as_dict);
    let Ok(info) = info else {
        faults.push("no document information".to_owned());
        return;
    };
    for (key, _) in info {
        if !matches!(&key[..], b"Title" | b"Producer") {
            let key = String::from_utf8_lossy(key);
            faults.push(format!("{key} in the document information"));
        }
    }
    let said = |key: &[u8]| info.get(key).ok().and_then(readable);
    let title = between("<rdf:li xml:lang=\"x-default\">", "</rdf:li>").map(|title| {
        title
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    });
    if title.is_none() || title != said(b"Title") {
        faults.push(format!("title {title:?} and {:?}", said(b"Title")));
    }
    let producer = between("<pdf:Producer>", "</pdf:Producer>");
    if producer.is_none() || producer != said(b"Producer") {
        faults.push(format!("producer {producer:?} and {:?}", said(b"Producer")));
    }
}

/// Whether an entry has a value.
pub(crate) fn is(dictionary: &Dictionary, key: &[u8], value: &Object) -> bool {
    dictionary.get(key).is_ok_and(|found| found == value)
}

/// The name that an entry is, empty when it is none.
pub(crate) fn name<'a>(dictionary: &'a Dictionary, key: &[u8]) -> &'a [u8] {
    let name = dictionary.get(key).and_then(Object::as_name);
    name.unwrap_or_default()
}

/// A text in UTF-16 with its mark.
pub(crate) fn readable(object: &Object) -> Option<String> {
    let bytes = object.as_str().ok()?.strip_prefix(&[0xFE, 0xFF])?;
    let units: Vec<u16> = bytes
        .chunks(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]))
        .collect();
    String::from_utf16(&units).ok()
}

/// One intent of PDF/A with an embedded RGB profile (6.2.3). Colours are then DeviceRGB and
/// DeviceGray only, which `contents` looks at.
fn intent(document: &Document, catalog: &Dictionary, faults: &mut Vec<String>) {
    let intents = catalog.get(b"OutputIntents").and_then(Object::as_array);
    let Some([Object::Dictionary(intent)]) = intents.ok().map(Vec::as_slice) else {
        faults.push("not one entry in OutputIntents".to_owned());
        return;
    };
    if name(intent, b"S") != b"GTS_PDFA1" {
        faults.push("the intent is not GTS_PDFA1".to_owned());
    }
    if !intent.has(b"OutputConditionIdentifier") {
        faults.push("the intent has no identifier".to_owned());
    }
    let profile = intent
        .get_deref(b"DestOutputProfile", document)
        .and_then(Object::as_stream);
    let Ok(profile) = profile else {
        faults.push("no profile".to_owned());
        return;
    };
    let bytes = profile
        .decompressed_content()
        .unwrap_or_else(|_| profile.content.clone());
    let says_length = bytes.get(..4) == Some(&(bytes.len() as u32).to_be_bytes()[..]);
    let version = bytes.get(8).copied().unwrap_or(0);
    if !says_length
        || !(2..=4).contains(&version)
        || bytes.get(12..20) != Some(b"mntrRGB ")
        || bytes.get(36..40) != Some(b"acsp")
        || !is(&profile.dict, b"N", &Object::Integer(3))
    {
        faults.push("the profile is not one of an RGB screen".to_owned());
    }
}

fn forbidden(object: &Object, place: &str, faults: &mut Vec<String>) {
    match object {
        Object::Dictionary(dictionary) => entries(dictionary, place, faults),
        Object::Stream(stream) => {
            for key in [&b"F"[..], b"FFilter", b"FDecodeParms"] {
                if stream.dict.has(key) {
                    faults.push(format!("{place}: contents outside the file"));
                }
            }
            if stream.dict.has(b"Filter") && name(&stream.dict, b"Filter") != b"FlateDecode" {
                faults.push(format!("{place}: filter"));
            }
            entries(&stream.dict, place, faults);
        }
        Object::Array(list) => list.iter().for_each(|item| forbidden(item, place, faults)),
        _ => {}
    }
}

fn entries(dictionary: &Dictionary, place: &str, faults: &mut Vec<String>) {
    for (key, value) in dictionary {
        let name = String::from_utf8_lossy(key);
        if FORBIDDEN.contains(&name.as_ref()) {
            faults.push(format!("{place}: {name}"));
        }
        if name == "Group" {
            faults.push(format!("{place}: transparency"));
        }
        if matches!(
            name.as_ref(),
            "ExtGState" | "XObject" | "Shading" | "Pattern" | "ColorSpace"
        ) {
            faults.push(format!("{place}: {name} that no paper needs"));
        }
        forbidden(value, place, faults);
    }
}
