//! Material (材料): a scan, a photograph, a recording or any other file that
//! belongs to another record.

use super::AttachmentRef;
use crate::Id;
use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use specta::Type;

/// What a file is, judged by its first bytes and never by its name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum MaterialFormat {
    /// Anything else: kept and given out again, never opened here.
    #[default]
    其他,
    /// PDF.
    PDF,
    /// JPEG picture.
    JPEG,
    /// PNG picture.
    PNG,
    /// WebP picture.
    WebP,
    /// MPEG sound of layer III.
    MP3,
    /// Sound in RIFF.
    WAV,
    /// Ogg, Vorbis or Opus inside.
    OGG,
    /// MPEG-4 sound.
    M4A,
    /// FLAC sound.
    FLAC,
    /// TIFF picture; a browser's picture library does not draw it.
    TIFF,
    /// AMR, as telephones record speech.
    AMR,
    /// MPEG-4 or QuickTime that may hold moving pictures; only its sound is played.
    MP4,
}

/// What can be done with a file within the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum MaterialUse {
    /// Looked at as a picture.
    图片,
    /// Read page by page.
    文件,
    /// Listened to.
    录音,
    /// Kept and given out again only.
    存放,
}

/// Bytes of a file's beginning that [`MaterialFormat::of`] wants to see.
pub const MATERIAL_HEAD: usize = 64;

impl MaterialFormat {
    /// Judges a file by its beginning, of which [`MATERIAL_HEAD`] bytes suffice.
    pub fn of(head: &[u8]) -> Self {
        let at =
            |place: usize, bytes: &[u8]| head.get(place..).is_some_and(|it| it.starts_with(bytes));
        if at(0, b"%PDF-") {
            return Self::PDF;
        }
        if at(0, &[0xff, 0xd8, 0xff]) {
            return Self::JPEG;
        }
        if at(0, b"\x89PNG\r\n\x1a\n") {
            return Self::PNG;
        }
        if at(0, b"RIFF") && at(8, b"WEBP") {
            return Self::WebP;
        }
        if at(0, b"RIFF") && at(8, b"WAVE") {
            return Self::WAV;
        }
        if at(0, b"II*\0") || at(0, b"MM\0*") {
            return Self::TIFF;
        }
        if at(0, b"OggS") {
            return Self::OGG;
        }
        if at(0, b"fLaC") {
            return Self::FLAC;
        }
        if at(0, b"#!AMR") {
            return Self::AMR;
        }
        if at(4, b"ftyp") {
            // Apple's names of sound files; what else a container holds shows
            // only when it is opened.
            return if at(8, b"M4A") || at(8, b"M4B") {
                Self::M4A
            } else {
                Self::MP4
            };
        }
        if at(0, b"ID3") || is_mpeg_sound(head) {
            return Self::MP3;
        }
        Self::其他
    }

    /// What can be done with it here.
    pub fn usable(self) -> MaterialUse {
        match self {
            Self::JPEG | Self::PNG | Self::WebP => MaterialUse::图片,
            Self::PDF => MaterialUse::文件,
            Self::MP3 | Self::WAV | Self::OGG | Self::M4A | Self::FLAC | Self::MP4 => {
                MaterialUse::录音
            }
            Self::其他 | Self::TIFF | Self::AMR => MaterialUse::存放,
        }
    }
}

/// Whether a frame of MPEG sound, layer III, begins here: eleven set bits, a
/// version and a layer that exist, a bit rate and a sampling rate that exist.
fn is_mpeg_sound(head: &[u8]) -> bool {
    let [0xff, second, third, ..] = *head else {
        return false;
    };
    second & 0xe0 == 0xe0
        && second & 0x18 != 0x08
        && second & 0x06 == 0x02
        && third & 0xf0 != 0xf0
        && third & 0xf0 != 0
        && third & 0x0c != 0x0c
}

/// A file that belongs to a record, with where it comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Material {
    /// The record it belongs to: a person, a talk, a finding, a tour, a paper.
    pub owner: Id,
    /// What it is called, for example 函询说明（签名件）.
    pub name: String,
    /// Where it comes from (来源): the organ, the person or the place.
    pub source: String,
    /// Who handed it over (提供人).
    pub provider: String,
    /// Day it was handed over.
    pub received_on: Option<NaiveDate>,
    /// Remark.
    pub remark: String,
    /// What the file is.
    pub format: MaterialFormat,
    /// The file itself.
    pub file: AttachmentRef,
    /// Local time at which it was put in.
    pub added_at: Option<NaiveDateTime>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_judged_by_its_beginning() {
        let judged: &[(&[u8], MaterialFormat)] = &[
            (b"%PDF-1.7", MaterialFormat::PDF),
            (&[0xff, 0xd8, 0xff, 0xe0], MaterialFormat::JPEG),
            (b"\x89PNG\r\n\x1a\n\0\0", MaterialFormat::PNG),
            (b"RIFF\0\0\0\0WEBPVP8 ", MaterialFormat::WebP),
            (b"RIFF\0\0\0\0WAVEfmt ", MaterialFormat::WAV),
            (b"RIFF\0\0\0\0AVI LIST", MaterialFormat::其他),
            (b"II*\0\x08\0\0\0", MaterialFormat::TIFF),
            (b"OggS\0\x02", MaterialFormat::OGG),
            (b"fLaC\0", MaterialFormat::FLAC),
            (b"#!AMR\n", MaterialFormat::AMR),
            (b"\0\0\0\x20ftypM4A ", MaterialFormat::M4A),
            (b"\0\0\0\x20ftypisom", MaterialFormat::MP4),
            (b"ID3\x04\0", MaterialFormat::MP3),
            (&[0xff, 0xfb, 0x90, 0x00], MaterialFormat::MP3),
            // AAC in ADTS sets the same eleven bits, but has no layer.
            (&[0xff, 0xf1, 0x50, 0x80], MaterialFormat::其他),
            (&[0xff, 0xff, 0xff, 0xff], MaterialFormat::其他),
            ("会议记录".as_bytes(), MaterialFormat::其他),
            (b"", MaterialFormat::其他),
            (b"PK\x03\x04", MaterialFormat::其他),
        ];
        for (head, format) in judged {
            assert_eq!(MaterialFormat::of(head), *format, "{head:x?}");
        }
    }

    #[test]
    fn what_this_program_cannot_open_is_only_kept() {
        for format in [
            MaterialFormat::其他,
            MaterialFormat::TIFF,
            MaterialFormat::AMR,
        ] {
            assert_eq!(format.usable(), MaterialUse::存放);
        }
        assert_eq!(MaterialFormat::PDF.usable(), MaterialUse::文件);
        assert_eq!(MaterialFormat::WebP.usable(), MaterialUse::图片);
        assert_eq!(MaterialFormat::M4A.usable(), MaterialUse::录音);
    }
}
