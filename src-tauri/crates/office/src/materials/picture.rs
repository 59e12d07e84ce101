//! How large a picture is, read from its header alone, so that one too large
//! to be drawn is never handed to what draws it.

use crate::error::Result;
use crate::open::Open;
use casework::records::{Material, MaterialFormat};
use serde::Serialize;
use specta::Type;

/// Most picture elements that are drawn: a scanned A3 page at 600 dpi has 70
/// million, at 400 dpi 31 million. Drawn, each takes four bytes.
const MOST_PIXELS: u64 = 80_000_000;
/// Longest side that is drawn.
const LONGEST_SIDE: u32 = 32_000;
/// Largest file that is handed over as one picture, in bytes.
const LARGEST_FILE: u64 = 128 * 1024 * 1024;
/// Segments of a JPEG looked through for its size.
const SEGMENTS: usize = 2_000;

/// Whether and how a picture can be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct PictureView {
    /// Picture elements across, 0 when the header does not say.
    pub width: u32,
    /// Picture elements down.
    pub height: u32,
    /// Why it is not shown; nothing when it is.
    pub fault: Option<String>,
}

impl Open {
    fn picture(&self, material: &Material) -> Result<PictureView> {
        let file = &material.file;
        let mut read = |from, length| self.vault.attachment_stretch(&file.sha256, from, length);
        let size = match material.format {
            MaterialFormat::PNG => png(&read(0, 24)?),
            MaterialFormat::WebP => webp(&read(0, 30)?),
            MaterialFormat::JPEG => jpeg(&mut read)?,
            _ => None,
        };
        Ok(judge(size, file.size))
    }

    /// As [`Open::picture`]; a picture whose bytes cannot be read is not shown,
    /// but what is known of the material is.
    pub(super) fn picture_or_fault(&self, material: &Material) -> PictureView {
        self.picture(material).unwrap_or_else(|error| PictureView {
            width: 0,
            height: 0,
            fault: Some(format!("{}{}", error.message, error.guidance)),
        })
    }
}

fn judge(size: Option<(u32, u32)>, bytes: u64) -> PictureView {
    let (width, height) = size.unwrap_or_default();
    let fault = if width == 0 || height == 0 {
        Some(
            "这张图片的文件头读不出尺寸，文件可能不完整，不在这里显示；可以导出后用其他程序试开。"
                .to_owned(),
        )
    } else if u64::from(width) * u64::from(height) > MOST_PIXELS
        || width.max(height) > LONGEST_SIDE
        || bytes > LARGEST_FILE
    {
        Some(format!(
            "这张图片太大（{width}×{height}点），不在这里显示；可以导出后用看图程序打开。"
        ))
    } else {
        None
    };
    PictureView {
        width,
        height,
        fault,
    }
}

fn be16(bytes: &[u8], at: usize) -> Option<u32> {
    let two = bytes.get(at..at + 2)?;
    Some(u32::from(two[0]) << 8 | u32::from(two[1]))
}

fn le24(bytes: &[u8], at: usize) -> Option<u32> {
    let three = bytes.get(at..at + 3)?;
    Some(u32::from(three[0]) | u32::from(three[1]) << 8 | u32::from(three[2]) << 16)
}

/// Width and height from the first chunk of a PNG, which must be IHDR.
fn png(head: &[u8]) -> Option<(u32, u32)> {
    let side = |at: usize| Some(u32::from_be_bytes(head.get(at..at + 4)?.try_into().ok()?));
    (head.get(12..16)? == b"IHDR").then_some(())?;
    Some((side(16)?, side(20)?))
}

/// Width and height from the first chunk of a WebP, of whichever of its three forms.
fn webp(head: &[u8]) -> Option<(u32, u32)> {
    match head.get(12..16)? {
        b"VP8 " => Some((le24(head, 26)? & 0x3fff, (le24(head, 27)? >> 8) & 0x3fff)),
        b"VP8L" => {
            let bits = u32::from_le_bytes(head.get(21..25)?.try_into().ok()?);
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => Some((le24(head, 24)? + 1, le24(head, 27)? + 1)),
        _ => None,
    }
}

/// Width and height from the frame header of a JPEG, wherever among its
/// segments it lies.
fn jpeg(
    read: &mut dyn FnMut(u64, usize) -> std::result::Result<Vec<u8>, vault::Error>,
) -> Result<Option<(u32, u32)>> {
    let mut at = 2;
    for _ in 0..SEGMENTS {
        let head = read(at, 9)?;
        let (Some(0xff), Some(&marker), Some(length)) = (head.first(), head.get(1), be16(&head, 2))
        else {
            return Ok(None);
        };
        match marker {
            // Filling.
            0xff => at += 1,
            // The frame header, but for the marks of other tables between.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Ok(be16(&head, 7).zip(be16(&head, 5)));
            }
            // The picture itself or its end: no frame header came before.
            0xd9 | 0xda => return Ok(None),
            // Marks without contents.
            0x01 | 0xd0..=0xd8 => at += 2,
            _ => at += 2 + u64::from(length.max(2)),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
        jpeg(&mut |from, length| {
            let from = (from as usize).min(bytes.len());
            Ok(bytes[from..bytes.len().min(from + length)].to_vec())
        })
        .expect("readable")
    }

    #[test]
    fn the_size_stands_in_the_header() {
        let mut head = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        head.extend([0, 0, 4, 0, 0, 0, 3, 0]);
        assert_eq!(png(&head), Some((1024, 768)));
        assert_eq!(png(&head[..20]), None);

        let lossy = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x40\x01\xf0\x00";
        assert_eq!(webp(lossy), Some((320, 240)));
        let whole = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x3f\x01\x00\xef\x00\x00";
        assert_eq!(webp(whole), Some((320, 240)));
        let mut exact = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f".to_vec();
        exact.extend((319_u32 + (239 << 14)).to_le_bytes());
        assert_eq!(webp(&exact), Some((320, 240)));

        // A long comment, tables, then the frame.
        let mut file = vec![0xff, 0xd8, 0xff, 0xfe, 0x01, 0x02];
        file.extend([0; 0x100]);
        file.extend([0xff, 0xc4, 0x00, 0x03, 0x00]);
        file.extend([
            0xff, 0xff, 0xc2, 0x00, 0x11, 0x08, 0x00, 0xf0, 0x01, 0x40, 0x03,
        ]);
        assert_eq!(of_jpeg(&file), Some((320, 240)));
        assert_eq!(of_jpeg(&file[..100]), None);
        assert_eq!(of_jpeg(&[0xff, 0xd8, 0xff, 0xda, 0, 2]), None);
    }

    #[test]
    fn no_header_makes_the_reading_endless() {
        // Segments of the least length, one after the other.
        let endless = [0xff, 0xe0].repeat(100_000);
        assert_eq!(of_jpeg(&endless), None);
        assert_eq!(of_jpeg(&[0xff].repeat(100_000)), None);
    }

    #[test]
    fn what_is_too_large_is_said_so() {
        assert_eq!(judge(Some((8000, 10_000)), 1).fault, None);
        for (size, bytes) in [
            (Some((8001, 10_000)), 1),
            (Some((40_000, 10)), 1),
            (Some((10, 10)), LARGEST_FILE + 1),
        ] {
            let fault = judge(size, bytes).fault.expect("too large");
            assert!(fault.contains("太大"), "{fault}");
        }
        let fault = judge(None, 1).fault.expect("unknown");
        assert!(fault.contains("读不出尺寸"), "{fault}");
    }
}
