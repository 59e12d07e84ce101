//! Whole files of every format, from the fixtures or made here.

use std::fmt::Write as _;
use std::io::{Cursor, Write};
use std::path::Path;

use minutes::{Error, Format, Imported, Limits, ParagraphKind, parse};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const DOCX: &str = "示例局党组会议记录.docx";
const PDF: &str = "示例局党组会议记录.pdf";
const NAMED_PDF: &str = "示例局党组会议记录-无嵌入字体.pdf";
const TXT: &str = "示例局党组会议记录.txt";

fn fixture(name: &str) -> Imported {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/minutes");
    let bytes = std::fs::read(folder.join(name)).expect("the fixture is in the repository");
    parse(name, &bytes, &Limits::default()).expect("the fixture is readable")
}

/// One line a paragraph, as a person would check it.
fn listing(imported: &Imported) -> String {
    let mut text = format!(
        "{:?} {:?}\n题名：{}\n日期：{}\n",
        imported.format,
        imported.encoding,
        imported.title_guess.as_deref().unwrap_or("—"),
        imported
            .date_guess
            .map(|date| date.to_string())
            .unwrap_or_default(),
    );
    for warning in &imported.warnings {
        let _ = writeln!(text, "提示：{warning}");
    }
    for paragraph in &imported.paragraphs {
        let kind = match paragraph.kind {
            ParagraphKind::Text => "文",
            ParagraphKind::TableRow => "表",
            ParagraphKind::Heading => "题",
        };
        let page = paragraph
            .page
            .map(|page| format!("/{page}"))
            .unwrap_or_default();
        let _ = writeln!(text, "{}{page} {kind} {}", paragraph.order, paragraph.text);
    }
    text
}

#[test]
fn the_docx_reads_as_it_prints() {
    insta::assert_snapshot!(listing(&fixture(DOCX)));
}

#[test]
fn the_pdf_reads_as_it_prints() {
    insta::assert_snapshot!(listing(&fixture(PDF)));
}

#[test]
fn the_pdf_without_fonts_reads_as_it_prints() {
    insta::assert_snapshot!(listing(&fixture(NAMED_PDF)));
}

#[test]
fn the_text_file_reads_as_it_is() {
    insta::assert_snapshot!(listing(&fixture(TXT)));
}

#[test]
fn the_same_meeting_reads_the_same_from_every_format() {
    let sentence = "会议决定：同意子某、寅某任免事项；丑某任职事项缓议，由人事处核对任职年限后再提交党组会议研究。";
    for name in [DOCX, PDF, NAMED_PDF, TXT] {
        let imported = fixture(name);
        assert!(
            imported.paragraphs.iter().any(|p| p.text == sentence),
            "{name}"
        );
        assert_eq!(
            imported.title_guess.as_deref(),
            Some("中共示例市示例局党组会议记录")
        );
        assert_eq!(
            imported.date_guess,
            chrono::NaiveDate::from_ymd_opt(2024, 3, 15)
        );
        for (order, paragraph) in imported.paragraphs.iter().enumerate() {
            assert_eq!(paragraph.order as usize, order);
        }
    }
}

/// A zip file of the given parts.
fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .expect("memory takes it");
        writer.write_all(bytes).expect("memory takes it");
    }
    writer.finish().expect("memory takes it").into_inner()
}

fn docx(body: &str) -> Vec<u8> {
    let document = format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
    zip(&[("word/document.xml", document.as_bytes())])
}

fn refusal(name: &str, bytes: &[u8]) -> Error {
    parse(name, bytes, &Limits::default()).expect_err("must be refused")
}

#[test]
fn a_small_file_that_unpacks_to_gigabytes_is_refused() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .start_file("word/document.xml", SimpleFileOptions::default())
        .expect("memory takes it");
    writer
        .write_all(b"<w:document xmlns:w='w'><w:body>")
        .expect("memory takes it");
    let block = "<w:p><w:r><w:t>段</w:t></w:r></w:p>".repeat(30_000);
    for _ in 0..1_100 {
        writer.write_all(block.as_bytes()).expect("memory takes it");
    }
    let bytes = writer.finish().expect("memory takes it").into_inner();
    assert!(bytes.len() < 8 << 20, "{}", bytes.len());
    assert_eq!(refusal("x.docx", &bytes), Error::Bomb);
}

#[test]
fn deeply_nested_tables_are_refused() {
    let depth = 2_000;
    let body = "<w:tbl><w:tr><w:tc>".repeat(depth) + &"</w:tc></w:tr></w:tbl>".repeat(depth);
    let bytes = docx(&body);
    assert!(bytes.len() < 6_500, "{}", bytes.len());
    assert_eq!(refusal("x.docx", &bytes), Error::TooDeep);
}

#[test]
fn an_entity_bomb_is_refused() {
    let mut declaration = String::from("<!DOCTYPE d [<!ENTITY a0 \"哈哈哈哈哈哈哈哈\">");
    for level in 1..30 {
        let _ = write!(
            declaration,
            "<!ENTITY a{level} \"{}\">",
            format!("&a{};", level - 1).repeat(10)
        );
    }
    let document = format!(
        "<?xml version=\"1.0\"?>{declaration}]><w:document xmlns:w='w'><w:body><w:p><w:r><w:t>&a29;</w:t></w:r></w:p></w:body></w:document>"
    );
    let bytes = zip(&[("word/document.xml", document.as_bytes())]);
    assert_eq!(refusal("x.docx", &bytes), Error::ForeignDeclaration);
    let outside = "<!DOCTYPE d SYSTEM \"file:///etc/passwd\"><d/>";
    let bytes = zip(&[("word/document.xml", outside.as_bytes())]);
    assert_eq!(refusal("x.docx", &bytes), Error::ForeignDeclaration);
}

#[test]
fn a_truncated_docx_is_refused_wherever_it_is_cut() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/minutes");
    let bytes = std::fs::read(folder.join(DOCX)).expect("the fixture is in the repository");
    for cut in (4..bytes.len()).step_by(97) {
        assert_eq!(
            refusal(DOCX, &bytes[..cut]),
            Error::DamagedDocx,
            "cut at {cut}"
        );
    }
}

#[test]
fn other_zip_files_are_named_for_what_they_are() {
    let relation = |target: &str| {
        format!(
            "<Relationships><Relationship Id='1' Type='http://x/relationships/officeDocument' Target='{target}'/></Relationships>"
        )
    };
    let sheet = relation("xl/workbook.xml");
    let slides = relation("/ppt/presentation.xml");
    let cases: [(Vec<u8>, &str); 5] = [
        (zip(&[("_rels/.rels", sheet.as_bytes())]), "表格"),
        (zip(&[("_rels/.rels", slides.as_bytes())]), "演示文稿"),
        (zip(&[("OFD.xml", b"<ofd/>")]), "OFD"),
        (
            zip(&[("mimetype", b"application/vnd.oasis.opendocument.text")]),
            "odt",
        ),
        (zip(&[("a.txt", b"a")]), "压缩包"),
    ];
    for (bytes, word) in cases {
        let sentence = refusal("x.docx", &bytes).to_string();
        assert!(
            sentence.contains(word) && sentence.contains("没有变动"),
            "{sentence}"
        );
    }
}

#[test]
fn the_main_part_may_have_any_name_and_utf_16() {
    let document = "<?xml version='1.0' encoding='UTF-16'?><w:document xmlns:w='w'><w:p><w:r><w:t>甲某</w:t></w:r></w:p></w:document>";
    let wide: Vec<u8> = std::iter::once(0xFEFF)
        .chain(document.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let relations = "<Relationships><Relationship Id='1' Type='http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument' Target='/word/document2.xml'/></Relationships>";
    let bytes = zip(&[
        ("_rels/.rels", relations.as_bytes()),
        ("word/document2.xml", &wide),
    ]);
    let imported = parse("x.docx", &bytes, &Limits::default()).expect("readable");
    assert_eq!(imported.format, Format::Docx);
    assert_eq!(imported.paragraphs[0].text, "甲某");
}

#[test]
fn a_docx_without_text_is_refused() {
    assert_eq!(refusal("x.docx", &docx("<w:p/>")), Error::NoText);
}
