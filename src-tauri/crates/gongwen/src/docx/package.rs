//! The file: its parts, their types and relations, put into a ZIP archive. The same document gives
//! the same bytes: names, order and times are fixed.

use super::frame::{Margin, Pages, Section};
use super::paragraph::Paragraph;
use super::styles::{self, faces};
use super::xml::{DECLARATION, NAMESPACES, escape};
use crate::error::Error;
use crate::fonts::Role;
use std::fmt::Write as _;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The footer of pages that bear no number, and the number of its relation.
const BLANK: &str = "footer0.xml";
const BLANK_ID: usize = 9;

/// What stands on a last page of its own, which bears no number (item 23).
pub(super) struct Unnumbered {
    pub(super) content: Paragraph,
    /// Must the page be an even one?
    pub(super) even: bool,
}

/// What a file is made of.
pub(super) struct Package {
    pub(super) title: String,
    /// Content of the body without the last section's properties.
    pub(super) body: String,
    pub(super) section: Section,
    /// What stands on a last page of its own, in a section without page numbers.
    pub(super) unnumbered: Option<Unnumbered>,
    pub(super) mirrored: bool,
}

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// Number of the first relation of a header or footer.
const FIRST_MARGIN: usize = 10;

impl Package {
    /// The bytes of the file.
    pub(super) fn write(&self) -> Result<Vec<u8>, Error> {
        let mut parts = vec![
            ("[Content_Types].xml".to_owned(), self.types()),
            ("_rels/.rels".to_owned(), roots()),
            ("docProps/core.xml".to_owned(), self.core()),
            ("word/document.xml".to_owned(), self.document()),
            ("word/_rels/document.xml.rels".to_owned(), self.relations()),
            ("word/styles.xml".to_owned(), styles::part()),
            ("word/settings.xml".to_owned(), self.settings()),
            ("word/fontTable.xml".to_owned(), font_table()),
        ];
        for (number, part) in self.section.parts.iter().enumerate() {
            parts.push((format!("word/{}", self.name(number)), part.part()));
        }
        if self.unnumbered.is_some() {
            let blank = Margin {
                header: false,
                pages: Pages::Odd,
                content: Paragraph::blank(20).xml(),
            };
            parts.push((format!("word/{BLANK}"), blank.part()));
        }
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            archive
                .start_file(name, options)
                .map_err(|error| Error::Docx(error.to_string()))?;
            archive
                .write_all(text.as_bytes())
                .map_err(|error| Error::Docx(error.to_string()))?;
        }
        let written = archive
            .finish()
            .map_err(|error| Error::Docx(error.to_string()))?;
        Ok(written.into_inner())
    }

    fn name(&self, number: usize) -> String {
        let kind = if self.section.parts[number].header {
            "header"
        } else {
            "footer"
        };
        format!("{kind}{}.xml", number + 1)
    }

    fn types(&self) -> String {
        let mut out = format!(
            "{DECLARATION}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
             <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
             <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>"
        );
        let mut add = |name: &str, kind: &str| {
            let _ = write!(
                out,
                "<Override PartName=\"/word/{name}\" ContentType=\"{TYPE}.{kind}+xml\"/>"
            );
        };
        add("document.xml", "document.main");
        add("styles.xml", "styles");
        add("settings.xml", "settings");
        add("fontTable.xml", "fontTable");
        for (number, part) in self.section.parts.iter().enumerate() {
            let kind = if part.header { "header" } else { "footer" };
            add(&self.name(number), kind);
        }
        if self.unnumbered.is_some() {
            add(BLANK, "footer");
        }
        out.push_str("</Types>");
        out
    }

    fn relations(&self) -> String {
        let mut out = format!(
            "{DECLARATION}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
        );
        let mut add = |id: usize, kind: &str, target: &str| {
            let _ = write!(
                out,
                "<Relationship Id=\"rId{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>"
            );
        };
        add(1, "styles", "styles.xml");
        add(2, "settings", "settings.xml");
        add(3, "fontTable", "fontTable.xml");
        for (number, part) in self.section.parts.iter().enumerate() {
            let kind = if part.header { "header" } else { "footer" };
            add(FIRST_MARGIN + number, kind, &self.name(number));
        }
        if self.unnumbered.is_some() {
            add(BLANK_ID, "footer", BLANK);
        }
        out.push_str("</Relationships>");
        out
    }

    fn document(&self) -> String {
        let section = self.section.properties(|number| FIRST_MARGIN + number);
        let end = match &self.unnumbered {
            None => section,
            Some(last) => {
                let parting = Paragraph::blank(20).xml_with(&section);
                let unnumbered = self.section.unnumbered(BLANK_ID, last.even);
                format!("{parting}{}{unnumbered}", last.content.xml())
            }
        };
        format!(
            "{DECLARATION}<w:document {NAMESPACES}><w:body>{}{end}</w:body></w:document>",
            self.body
        )
    }

    fn settings(&self) -> String {
        let mirrored = if self.mirrored {
            "<w:mirrorMargins/>"
        } else {
            ""
        };
        format!(
            "{DECLARATION}<w:settings {NAMESPACES}><w:zoom w:percent=\"100\"/>{mirrored}\
             <w:defaultTabStop w:val=\"420\"/><w:evenAndOddHeaders/>\
             <w:characterSpacingControl w:val=\"doNotCompress\"/><w:compat>\
             <w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/>\
             </w:compat><w:themeFontLang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:settings>"
        )
    }

    fn core(&self) -> String {
        format!(
            "{DECLARATION}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title></cp:coreProperties>",
            escape(&self.title)
        )
    }
}

fn roots() -> String {
    format!(
        "{DECLARATION}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"word/document.xml\"/>\
         <Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" \
         Target=\"docProps/core.xml\"/></Relationships>"
    )
}

/// The faces by name, and under which names a machine that lacks them has the like.
fn font_table() -> String {
    let mut out = format!("{DECLARATION}<w:fonts {NAMESPACES}>");
    for (role, others) in [
        (Role::FangSong, "仿宋,FangSong,FandolFang"),
        (Role::Kai, "楷体,KaiTi,FandolKai"),
        (Role::Song, "SimSun,FandolSong"),
        (Role::Hei, "SimHei,Noto Sans SC"),
        (Role::BiaoSong, "方正小标宋_GBK,小标宋体,Noto Serif SC"),
    ] {
        let _ = write!(
            out,
            "<w:font w:name=\"{}\"><w:altName w:val=\"{others}\"/><w:charset w:val=\"86\"/></w:font>",
            faces(role).0
        );
    }
    out.push_str("<w:font w:name=\"Times New Roman\"><w:charset w:val=\"00\"/></w:font></w:fonts>");
    out
}
