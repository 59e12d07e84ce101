//! Meeting minutes as offices really keep them, made afresh for a test.

use gongwen::Typesetter;
use gongwen::model::{Block, Document, Format};
use std::fs;
use std::io::Write;
use std::path::Path;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Writes a Word file with one paragraph a line.
pub(crate) fn write_docx(path: &Path, lines: &[&str]) {
    let mut body = String::new();
    for line in lines {
        // Split in two runs, as Word does wherever a comrade paused in typing.
        let middle = line.char_indices().nth(3).map_or(0, |(at, _)| at);
        let (head, tail) = line.split_at(middle);
        body.push_str("<w:p><w:r><w:t xml:space=\"preserve\">");
        body.push_str(head);
        body.push_str("</w:t></w:r><w:r><w:t xml:space=\"preserve\">");
        body.push_str(tail);
        body.push_str("</w:t></w:r></w:p>");
    }
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    );
    let types = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
        <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
        <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
        <Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    let relations = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
        <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
        <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
    let file = fs::File::create(path).expect("the file can be made");
    let mut archive = ZipWriter::new(file);
    for (name, text) in [
        ("[Content_Types].xml", types),
        ("_rels/.rels", relations),
        ("word/document.xml", &document),
    ] {
        archive
            .start_file(name, SimpleFileOptions::default())
            .and_then(|()| Ok(archive.write_all(text.as_bytes())?))
            .expect("a part can be written");
    }
    archive.finish().expect("the file can be finished");
}

/// Writes a PDF with a text layer, one paragraph a line after the title.
pub(crate) fn write_pdf(path: &Path, title: &str, lines: &[&str]) {
    let mut minutes = Document::new(Format::Letter, title);
    minutes.mark = "示例市水务局".into();
    minutes.body = lines.iter().map(|line| Block::paragraph(*line)).collect();
    let pdf = Typesetter::with_shipped_fonts()
        .and_then(|typesetter| typesetter.pdf(&minutes))
        .expect("the minutes can be typeset");
    fs::write(path, pdf).expect("the file can be written");
}

/// Writes a plain text in GB18030 with the line ends of Windows.
pub(crate) fn write_gb18030(path: &Path, lines: &[&str]) {
    let text = lines.join("\r\n");
    let (bytes, _, lost) = encoding_rs::GB18030.encode(&text);
    assert!(!lost, "GB18030 has every character");
    fs::write(path, bytes).expect("the file can be written");
}
