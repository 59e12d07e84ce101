//! Deciding what a file is from its first bytes.

use crate::{Error, Format};

/// Header of an OLE compound file: old Office documents, and encrypted new ones.
const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// How far into a file the PDF header may start (ISO 32000-1, Annex H.3.4.1).
const PDF_HEADER_REACH: usize = 1024;

/// The format of a file, or the reason it cannot be one of ours.
pub(crate) fn format_of(bytes: &[u8]) -> Result<Format, Error> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Format::Docx);
    }
    if bytes.starts_with(OLE) {
        return Err(ole(bytes));
    }
    let head = &bytes[..bytes.len().min(PDF_HEADER_REACH)];
    if contains(head, b"%PDF-") {
        return Ok(Format::Pdf);
    }
    if let Some(what) = known_stranger(head) {
        return Err(Error::Unsupported { what: what.into() });
    }
    Ok(Format::Txt)
}

/// Tells an encrypted `.docx` from an old `.doc`. Both keep the names of their
/// streams as UTF-16 in the directory of the compound file ([MS-CFB] 2.6.1,
/// [MS-OFFCRYPTO] 2.3.4.4).
fn ole(bytes: &[u8]) -> Error {
    let holds = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        contains(bytes, &wide)
    };
    if holds("EncryptedPackage") {
        Error::EncryptedDocx
    } else if holds("Workbook") {
        Error::Unsupported {
            what: "旧版 .xls 表格文件".into(),
        }
    } else {
        Error::OldDoc
    }
}

fn known_stranger(head: &[u8]) -> Option<&'static str> {
    let start = head.trim_ascii_start();
    let lower: Vec<u8> = start.iter().take(64).map(u8::to_ascii_lowercase).collect();
    let table: [(&[u8], &str); 10] = [
        (b"{\\rtf", " RTF 文件"),
        (b"<!doctype html", "网页文件"),
        (b"<html", "网页文件"),
        (b"\xff\xd8\xff", "图片文件"),
        (b"\x89png", "图片文件"),
        (b"gif8", "图片文件"),
        (b"ii*\0", "图片文件"),
        (b"mm\0*", "图片文件"),
        (b"rar!\x1a", "压缩包"),
        (b"7z\xbc\xaf\x27\x1c", "压缩包"),
    ];
    table
        .iter()
        .find(|(magic, _)| lower.starts_with(magic))
        .map(|(_, what)| *what)
}

/// A sentence when the extension of the name says something else than the content.
pub(crate) fn extension_warning(name: &str, format: Format) -> Option<String> {
    let (_, extension) = name.rsplit_once('.')?;
    let extension = extension.to_lowercase();
    let other = match extension.as_str() {
        "docx" => Format::Docx,
        "pdf" => Format::Pdf,
        "txt" => Format::Txt,
        _ => return None,
    };
    (other != format).then(|| {
        format!(
            "文件名的后缀是 .{extension}，实际内容是 {}，已按实际内容导入。",
            format.extension()
        )
    })
}

/// Whether `needle` occurs in `hay`.
pub(crate) fn contains(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ole_with(stream: &str) -> Vec<u8> {
        let mut bytes = OLE.to_vec();
        bytes.resize(512, 0);
        bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    }

    #[test]
    fn formats_are_known_by_content() {
        assert_eq!(format_of(b"PK\x03\x04rest"), Ok(Format::Docx));
        assert_eq!(format_of(b"junk\n%PDF-1.4\n"), Ok(Format::Pdf));
        assert_eq!(format_of("会议记录".as_bytes()), Ok(Format::Txt));
        assert_eq!(
            format_of(&ole_with("EncryptedPackage")),
            Err(Error::EncryptedDocx)
        );
        assert_eq!(format_of(&ole_with("WordDocument")), Err(Error::OldDoc));
        for (bytes, word) in [
            (&b"{\\rtf1\\ansi"[..], "RTF"),
            (b"\x89PNG\r\n", "图片"),
            (b"  <HTML>", "网页"),
        ] {
            let sentence = format_of(bytes).expect_err("a stranger").to_string();
            assert!(sentence.contains(word), "{sentence}");
        }
    }

    #[test]
    fn a_lying_extension_is_mentioned() {
        assert_eq!(extension_warning("a.docx", Format::Docx), None);
        assert_eq!(extension_warning("无后缀", Format::Pdf), None);
        let warning = extension_warning("记录.TXT", Format::Pdf).expect("a warning");
        assert!(
            warning.contains(".txt") && warning.contains("pdf"),
            "{warning}"
        );
    }
}
