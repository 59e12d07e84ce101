//! The zip container of a `.docx`, unpacked under limits.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};
use zip::ZipArchive;
use zip::result::ZipError;

use super::xml::{Event, Xml};
use crate::{Error, Limits};

/// Ends of the relationship type of the main part (transitional and strict).
const MAIN_RELATION: &str = "/officeDocument";

pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    limits: &'a Limits,
    /// Bytes that may still be unpacked.
    left: u64,
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8], limits: &'a Limits) -> Result<Self, Error> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Error::DamagedDocx)?;
        Ok(Self {
            archive,
            limits,
            left: limits.unpacked_bytes,
        })
    }

    /// Name of the part that holds the text, following the package's own
    /// relations, or why this zip file is not a text document.
    pub(super) fn main_part(&mut self) -> Result<String, Error> {
        if let Some(part) = self.part("_rels/.rels")? {
            let mut xml = Xml::new(&part, self.limits);
            while let Some(event) = xml.next()? {
                if let Event::Start(element) = event
                    && element.name == "Relationship"
                    && element
                        .attribute("Type")
                        .is_some_and(|t| t.ends_with(MAIN_RELATION))
                    && let Some(target) = element.attribute("Target")
                {
                    let name = target.trim_start_matches('/').to_owned();
                    return if name.starts_with("xl/") {
                        Err(unsupported("表格文件（.xlsx）"))
                    } else if name.starts_with("ppt/") {
                        Err(unsupported("演示文稿（.pptx）"))
                    } else {
                        Ok(name)
                    };
                }
            }
        }
        if self.has("word/document.xml") {
            return Ok("word/document.xml".into());
        }
        Err(self.stranger())
    }

    /// What another kind of zip file is.
    fn stranger(&mut self) -> Error {
        if self.has("OFD.xml") {
            return unsupported(" OFD 版式文件");
        }
        if let Ok(Some(kind)) = self.part("mimetype")
            && kind.starts_with("application/vnd.oasis.opendocument")
        {
            return unsupported("开放文档格式（.odt、.ods 等）文件");
        }
        if self.has("[Content_Types].xml") || self.archive.is_empty() {
            return Error::DamagedDocx;
        }
        unsupported("压缩包")
    }

    fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// Name of a part in the same folder as `main`.
    fn beside(main: &str, file: &str) -> String {
        match main.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{file}"),
            None => file.to_owned(),
        }
    }

    pub(super) fn has_sibling(&self, main: &str, file: &str) -> bool {
        self.has(&Self::beside(main, file))
    }

    pub(super) fn sibling(&mut self, main: &str, file: &str) -> Result<Option<String>, Error> {
        self.part(&Self::beside(main, file))
    }

    /// Unpacks one part as text. `None` when the package has no such part.
    ///
    /// Sizes in the directory of the zip file are claims; only what really
    /// comes out is counted.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<String>, Error> {
        let mut file = match self.archive.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(_) => return Err(Error::DamagedDocx),
        };
        if file.encrypted() {
            return Err(Error::EncryptedDocx);
        }
        let packed = file.compressed_size().max(1);
        let by_ratio = packed
            .saturating_mul(self.limits.ratio)
            .max(Limits::RATIO_FLOOR);
        let allowed = self.left.min(by_ratio);
        let mut bytes = Vec::new();
        file.by_ref()
            .take(allowed + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| Error::DamagedDocx)?;
        if bytes.len() as u64 > allowed {
            return Err(Error::Bomb);
        }
        self.left -= bytes.len() as u64;
        decode(bytes).map(Some)
    }
}

/// Parts are UTF-8 or, rarely, UTF-16 (ECMA-376 part 2, 9.1.1).
fn decode(bytes: Vec<u8>) -> Result<String, Error> {
    let encoding = match bytes.as_slice() {
        [0xFF, 0xFE, ..] => UTF_16LE,
        [0xFE, 0xFF, ..] => UTF_16BE,
        _ => UTF_8,
    };
    if encoding == UTF_8 {
        let mut text = String::from_utf8(bytes).map_err(|_| Error::DamagedDocx)?;
        if text.starts_with('\u{feff}') {
            text.remove(0);
        }
        return Ok(text);
    }
    match encoding.decode_with_bom_removal(&bytes) {
        (Cow::Owned(text), false) => Ok(text),
        (Cow::Borrowed(text), false) => Ok(text.to_owned()),
        (_, true) => Err(Error::DamagedDocx),
    }
}

fn unsupported(what: &str) -> Error {
    Error::Unsupported { what: what.into() }
}
