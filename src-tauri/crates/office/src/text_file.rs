//! Text files that others made: read with a limit on their size, and refused
//! with a word on what they are when they are no text in UTF-8.

use crate::error::{ErrorView, Result, file_error};
use std::io::Read;
use std::path::Path;

/// Most bytes of a key card, an appointment, a receipt: they have a few
/// thousand.
pub(crate) const STATEMENT_BYTES: u64 = 1024 * 1024;
/// Most bytes of a readable export, or of another text that a user brings.
pub const TEXT_BYTES: u64 = 512 * 1024 * 1024;

/// Reads a text in UTF-8 of at most `most` bytes, without its byte order mark;
/// no more than that is ever taken into memory.
///
/// # Errors
/// `WJ-01` when the file cannot be read, `WJ-02` when it is larger, or is no
/// text in UTF-8.
pub fn read_text(path: &Path, most: u64) -> Result<String> {
    let failed = |error| file_error("打开", path, &error);
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > most {
        return Err(ErrorView::new(
            "WJ-02",
            format!(
                "文件“{}”太大，超过{}，不会是要找的文件。",
                path.display(),
                size_words(most)
            ),
            "请核对是否选错了文件；没有做任何改动。",
        ));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        }),
        Err(error) => Err(ErrorView::new(
            "WJ-02",
            format!(
                "文件“{}”读不出来：{}。",
                path.display(),
                what_it_is(error.as_bytes())
            ),
            "请选择对方发来的原文件；如用记事本等程序打开过，请另存为UTF-8编码后再试。没有做任何改动。",
        )),
    }
}

fn size_words(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    format!("{}MB", bytes.div_ceil(MIB))
}

/// What bytes that are no UTF-8 seem to be.
fn what_it_is(bytes: &[u8]) -> &'static str {
    const SEEN: usize = 4 * 1024;
    let head = &bytes[..bytes.len().min(SEEN)];
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        "它是UTF-16编码的文本（记事本里叫“Unicode”）"
    } else if head.contains(&0) {
        "它不是文本文件，可能是图片、压缩包或别的程序的文件"
    } else {
        "它不是UTF-8编码的文本，可能是GBK编码（记事本里叫“ANSI”），也可能不是文本文件"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_or_no_text_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("文件.dck");
        let read = |bytes: &[u8], most| {
            std::fs::write(&path, bytes).expect("written");
            read_text(&path, most).map_err(|error| error.message)
        };
        assert_eq!(read("\u{feff}名片".as_bytes(), 9), Ok("名片".to_owned()));
        assert!(
            read(b"0123456789", 9)
                .expect_err("too long")
                .contains("太大")
        );
        // 名片 in GBK, and in UTF-16.
        let gbk = read(&[0xc3, 0xfb, 0xc6, 0xac], 9).expect_err("GBK");
        assert!(gbk.contains("GBK"), "{gbk}");
        let utf16 = read(&[0xff, 0xfe, 0x0d, 0x54, 0x47, 0x72], 9).expect_err("UTF-16");
        assert!(utf16.contains("UTF-16"), "{utf16}");
        let picture = read(b"\x89PNG\r\n\x1a\n\0", 9).expect_err("a picture");
        assert!(picture.contains("图片"), "{picture}");
        std::fs::remove_file(&path).expect("removed");
        assert_eq!(read_text(&path, 9).expect_err("gone").code, "WJ-01");
    }
}
