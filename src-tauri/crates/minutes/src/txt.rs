//! Plain text: which encoding, and one paragraph a line.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::{Collector, Error, Limits, ParagraphKind, Read};

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Read, Error> {
    let decoded = decode(bytes)?;
    if looks_binary(&decoded.text) {
        return Err(Error::NotText);
    }
    let mut collector = Collector::new(limits);
    for line in decoded.text.split(['\n', '\r', '\u{c}', '\u{2029}']) {
        collector.push(None, ParagraphKind::Text, line)?;
    }
    let mut warnings = Vec::new();
    if decoded.damaged {
        warnings.push(
            "文件中有个别字节无法识别，已用“\u{fffd}”表示，请对照原件核对；原文件没有变动。".into(),
        );
    }
    Ok(Read {
        encoding: Some(decoded.encoding.into()),
        paragraphs: collector.paragraphs,
        warnings,
    })
}

/// No character of a private use area.
fn ordinary(text: &str) -> bool {
    !text
        .chars()
        .any(|c| matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..))
}

struct Decoded {
    text: String,
    encoding: &'static str,
    /// Some bytes were replaced.
    damaged: bool,
}

/// Byte order mark first, then strict UTF-8, then the encodings of Chinese
/// computers. GB18030 accepts nearly every byte sequence, but Big5 text read as
/// GB18030 betrays itself: the Big5 punctuation lies in a private area of GB18030.
fn decode(bytes: &[u8]) -> Result<Decoded, Error> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Ok(with_replacement(encoding, &bytes[mark..]));
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return Ok(with_replacement(encoding, bytes));
    }
    if let Some(text) = strict(UTF_8, bytes) {
        return Ok(text);
    }
    if bytes.contains(&0) {
        return Err(Error::NotText);
    }
    let gb = strict(GB18030, bytes);
    if !gb.as_ref().is_some_and(|decoded| ordinary(&decoded.text))
        && let Some(big5) = strict(BIG5, bytes)
        && ordinary(&big5.text)
    {
        return Ok(big5);
    }
    // A single broken byte must not cost the reader a whole document, but a
    // file that is broken throughout is no text.
    let text = gb.unwrap_or_else(|| with_replacement(GB18030, bytes));
    let replaced = text.text.chars().filter(|c| *c == '\u{fffd}').count();
    if replaced * 50 > text.text.chars().count() {
        return Err(Error::NotText);
    }
    Ok(text)
}

fn strict(encoding: &'static Encoding, bytes: &[u8]) -> Option<Decoded> {
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(|text| Decoded {
            text: text.into_owned(),
            encoding: name(encoding),
            damaged: false,
        })
}

fn with_replacement(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    Decoded {
        text: text.into_owned(),
        encoding: name(encoding),
        damaged,
    }
}

fn name(encoding: &'static Encoding) -> &'static str {
    if encoding == GB18030 {
        // The web calls it in lower case.
        "GB18030"
    } else {
        encoding.name()
    }
}

/// UTF-16 saved without a mark: line feeds, digits and ASCII signs show a zero
/// on the same side of every pair.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.len() < 4 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let (mut even, mut odd) = (0_usize, 0_usize);
    for pair in bytes.chunks_exact(2) {
        even += usize::from(pair[0] == 0);
        odd += usize::from(pair[1] == 0);
    }
    let encoding = match (even, odd) {
        (0, 1..) => UTF_16LE,
        (1.., 0) => UTF_16BE,
        _ => return None,
    };
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(|_| encoding)
}

/// More than one control character in two hundred, or any NUL, is no text.
fn looks_binary(text: &str) -> bool {
    let mut strange = 0_usize;
    let mut all = 0_usize;
    for c in text.chars() {
        all += 1;
        if c == '\0' {
            return true;
        }
        if c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{85}' | '\u{1a}') {
            strange += 1;
        }
    }
    strange * 200 > all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rare characters of names that GB2312 and GBK lack: 4 bytes each in GB18030.
    const RARE: &str = "龑䶮㐂𠮷𬱖";
    const MINUTES: &str = "示例局党组会议记录\r\n出席：甲某、乙某\r\n应到9人，实到8人。\r\n";

    fn texts(bytes: &[u8]) -> (Vec<String>, String) {
        let read = read(bytes, &Limits::default()).expect("readable");
        assert!(read.warnings.is_empty(), "{:?}", read.warnings);
        let texts = read.paragraphs.into_iter().map(|p| p.text).collect();
        (texts, read.encoding.expect("text has an encoding"))
    }

    #[test]
    fn every_encoding_gives_the_same_paragraphs() {
        let source = format!("{MINUTES}任免：{RARE}\r\n");
        let expected: Vec<String> = source.lines().map(str::to_owned).collect();
        let le: Vec<u8> = source.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = source.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let gb = GB18030.encode(&source).0.into_owned();
        let cases: [(Vec<u8>, &str); 7] = [
            (source.clone().into_bytes(), "UTF-8"),
            ([b"\xef\xbb\xbf", source.as_bytes()].concat(), "UTF-8"),
            ([b"\xff\xfe", le.as_slice()].concat(), "UTF-16LE"),
            ([b"\xfe\xff", be.as_slice()].concat(), "UTF-16BE"),
            (le, "UTF-16LE"),
            (be, "UTF-16BE"),
            (gb, "GB18030"),
        ];
        for (bytes, encoding) in cases {
            assert_eq!(texts(&bytes), (expected.clone(), encoding.to_owned()));
        }
    }

    #[test]
    fn a_short_gbk_line_is_not_taken_for_something_else() {
        for line in ["同意", "甲某", "会议于上午9时开始。", "表决：同意8票"] {
            let bytes = GB18030.encode(line).0.into_owned();
            assert_eq!(texts(&bytes), (vec![line.to_owned()], "GB18030".to_owned()));
        }
    }

    #[test]
    fn traditional_text_in_big5_is_recognised() {
        let source = "會議記錄：本次會議應到九人，實到八人，符合規定，會議由主任委員主持，經表決通過各項議題，並請各單位依照決議辦理相關事項。";
        let bytes = BIG5.encode(source).0.into_owned();
        assert_eq!(texts(&bytes), (vec![source.to_owned()], "Big5".to_owned()));
    }

    #[test]
    fn one_broken_byte_is_reported_and_the_rest_is_kept() {
        let mut bytes = GB18030.encode(&MINUTES.repeat(5)).0.into_owned();
        bytes.push(0xFF);
        let read = read(&bytes, &Limits::default()).expect("readable");
        assert_eq!(read.paragraphs[0].text, "示例局党组会议记录");
        assert_eq!(read.warnings.len(), 1);
    }

    #[test]
    fn noise_is_refused() {
        for bytes in [
            &b"\x00\x01\x02\x03\x00\x00\x07"[..],
            &[0xFF; 64],
            b"\x01\x02\x03\x04",
        ] {
            assert_eq!(read(bytes, &Limits::default()).err(), Some(Error::NotText));
        }
    }
}
