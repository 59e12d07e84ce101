//! Random damage: whatever the bytes, there is an answer, and it is in order.

use std::path::Path;

use minutes::{Error, Limits, parse};
use proptest::prelude::*;

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/minutes");
    std::fs::read(folder.join(name)).expect("the fixture is in the repository")
}

fn limits() -> Limits {
    Limits {
        unpacked_bytes: 16 << 20,
        pdf_steps: 200_000,
        ..Limits::default()
    }
}

/// What holds for every answer.
fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    match parse("x", bytes, &limits()) {
        Ok(imported) => {
            prop_assert!(!imported.paragraphs.is_empty());
            for (order, paragraph) in imported.paragraphs.iter().enumerate() {
                prop_assert_eq!(paragraph.order as usize, order);
                prop_assert_eq!(paragraph.text.trim(), paragraph.text.as_str());
                prop_assert!(!paragraph.text.is_empty());
            }
        }
        Err(error) => {
            prop_assert_ne!(&error, &Error::Crashed);
            prop_assert!(error.to_string().contains("没有变动"));
        }
    }
    Ok(())
}

/// A few bytes changed, and perhaps the end cut off.
fn damaged(name: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let whole = fixture(name);
    let length = whole.len();
    let changes = prop::collection::vec((0..length, any::<u8>()), 0..12);
    (changes, 0..=length).prop_map(move |(changes, cut)| {
        let mut bytes = whole.clone();
        for (at, value) in changes {
            bytes[at] = value;
        }
        if cut % 3 == 0 {
            bytes.truncate(cut);
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(head in prop::sample::select(vec![&b""[..], b"%PDF-1.4\n1 0 obj\n", b"PK\x03\x04", b"\xff\xfe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]), tail in prop::collection::vec(any::<u8>(), 0..600)) {
        check(&[head, tail.as_slice()].concat())?;
    }

    #[test]
    fn any_text(text in ".{0,300}") {
        check(text.as_bytes())?;
    }

    #[test]
    fn damaged_docx(bytes in damaged("示例局党组会议记录.docx")) {
        check(&bytes)?;
    }

    #[test]
    fn damaged_pdf(bytes in damaged("示例局党组会议记录-无嵌入字体.pdf")) {
        check(&bytes)?;
    }

    #[test]
    fn damaged_pdf_with_a_font(bytes in damaged("示例局党组会议记录.pdf")) {
        check(&bytes)?;
    }

    #[test]
    fn any_document_xml(parts in prop::collection::vec(prop::sample::select(vec![
        "<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>甲</w:t>", "<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>", "<w:tc>", "</w:tc>",
        "<w:del>", "</w:del>", "<w:pPr>", "</w:pPr>", "<w:rPr>", "</w:rPr>", "<mc:AlternateContent>", "</mc:AlternateContent>",
        "<mc:Choice>", "</mc:Choice>", "<w:br/>", "<w:tab/>", "<w:sym w:char='F0FE' w:font='Wingdings'/>", "&#x0;", "&amp;", "&x;",
        "<!--", "-->", "<![CDATA[甲]]>", "<w:numPr><w:numId w:val='1'/></w:numPr>", "<w:t", "'",
    ]), 0..40)) {
        let document = format!("<w:document>{}</w:document>", parts.concat());
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        writer.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).expect("memory takes it");
        std::io::Write::write_all(&mut writer, document.as_bytes()).expect("memory takes it");
        check(&writer.finish().expect("memory takes it").into_inner())?;
    }
}
