//! Key cards as QR pictures: drawn for the screen and for a file, read from a picture file.
//!
//! There is no camera: a picture is a screenshot, or a photograph brought on a stick.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use qrcode::render::svg;
use qrcode::{Color, EcLevel, QrCode};
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;

use crate::Error;

/// Largest picture file.
pub const FILE_BYTES: u64 = 32 * 1024 * 1024;
/// Greatest width and height of a picture, in pixels: more than a telephone takes.
const SIDE: usize = 12_000;
/// Most pixels of a picture; one byte each while it is searched.
const PIXELS: usize = 64_000_000;
/// Pixels a module of the QR code takes in a picture file.
const MODULE: usize = 6;
/// Modules of white around the code (ISO/IEC 18004: at least four).
const QUIET: usize = 4;
/// Side of the drawing for the screen, in its own units.
const DRAWING: u32 = 240;

/// The code as SVG.
///
/// # Errors
/// [`Error::TooLarge`] when the text does not go into a QR code.
pub fn svg(text: &str) -> Result<String, Error> {
    Ok(code(text)?
        .render::<svg::Color<'_>>()
        .min_dimensions(DRAWING, DRAWING)
        .build())
}

/// The code as a PNG picture.
///
/// # Errors
/// As [`svg`].
pub fn png(text: &str) -> Result<Vec<u8>, Error> {
    let code = code(text)?;
    let width = code.width();
    let side = (width + 2 * QUIET) * MODULE;
    let colors = code.to_colors();
    let mut pixels = vec![255_u8; side * side];
    for (at, _) in colors
        .iter()
        .enumerate()
        .filter(|(_, it)| **it == Color::Dark)
    {
        let (left, top) = (at % width + QUIET, at / width + QUIET);
        for y in top * MODULE..(top + 1) * MODULE {
            let row = y * side;
            pixels[row + left * MODULE..row + (left + 1) * MODULE].fill(0);
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side as u32, side as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&pixels))
        .map_err(|_| too_large())?;
    Ok(bytes)
}

/// The texts of the QR codes in a PNG or JPEG picture.
///
/// # Errors
/// [`Error::NoCode`] when it is no such picture, or none is in it.
pub fn read(picture: &[u8]) -> Result<Vec<String>, Error> {
    // Both decoders are pure safe Rust, but a picture comes from outside: should one of them
    // panic over it, that is a picture that cannot be read and nothing else.
    catch_unwind(AssertUnwindSafe(|| {
        let (width, height, grey) = if picture.starts_with(b"\x89PNG") {
            from_png(picture)
        } else if picture.starts_with(&[0xff, 0xd8]) {
            from_jpeg(picture)
        } else {
            return Err(unreadable("这不是PNG或JPEG格式的图片"));
        }?;
        let mut searched =
            rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| grey[y * width + x]);
        let found: Vec<String> = searched
            .detect_grids()
            .iter()
            .filter_map(|grid| Some(grid.decode().ok()?.1))
            .collect();
        if found.is_empty() {
            return Err(unreadable("图片里没有能读出的二维码"));
        }
        Ok(found)
    }))
    .unwrap_or_else(|_| Err(unreadable("这张图片读不出来")))
}

fn code(text: &str) -> Result<QrCode, Error> {
    QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| too_large())
}

fn too_large() -> Error {
    Error::TooLarge {
        what: "二维码内容",
        limit: 3_391,
    }
}

fn unreadable(why: &'static str) -> Error {
    Error::NoCode { why }
}

/// Width, height and one byte of grey a pixel.
type Grey = (usize, usize, Vec<u8>);

fn from_png(picture: &[u8]) -> Result<Grey, Error> {
    let broken = || unreadable("这个PNG图片已损坏或过大");
    let mut decoder =
        png::Decoder::new_with_limits(Cursor::new(picture), png::Limits { bytes: 8 * PIXELS });
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|_| broken())?;
    let size = reader.output_buffer_size().ok_or_else(broken)?;
    let (width, height) = {
        let info = reader.info();
        (info.width as usize, info.height as usize)
    };
    if width > SIDE || height > SIDE || width * height > PIXELS {
        return Err(broken());
    }
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(|_| broken())?;
    let samples = frame.color_type.samples();
    let grey = pixels
        .chunks_exact(samples)
        .map(|pixel| match *pixel {
            [grey] => grey,
            [grey, alpha] => over_white(grey, alpha),
            [red, green, blue] => luma(red, green, blue),
            [red, green, blue, alpha] => over_white(luma(red, green, blue), alpha),
            _ => 255,
        })
        .take(width * height)
        .collect::<Vec<u8>>();
    if grey.len() == width * height {
        Ok((width, height, grey))
    } else {
        Err(broken())
    }
}

fn from_jpeg(picture: &[u8]) -> Result<Grey, Error> {
    let broken = || unreadable("这个JPEG图片已损坏或过大");
    let options = DecoderOptions::default()
        .set_max_width(SIDE)
        .set_max_height(SIDE)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(Cursor::new(picture), options);
    decoder.decode_headers().map_err(|_| broken())?;
    let info = decoder.info().ok_or_else(broken)?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    if width * height > PIXELS {
        return Err(broken());
    }
    let grey = decoder.decode().map_err(|_| broken())?;
    if grey.len() == width * height {
        Ok((width, height, grey))
    } else {
        Err(broken())
    }
}

/// Brightness by the weights of ITU-R BT.601.
fn luma(red: u8, green: u8, blue: u8) -> u8 {
    ((u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114) / 1_000) as u8
}

/// A see-through pixel as it looks on white paper.
fn over_white(grey: u8, alpha: u8) -> u8 {
    let (grey, alpha) = (u32::from(grey), u32::from(alpha));
    ((grey * alpha + 255 * (255 - alpha)) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "DUCHADCK1:00112233445566778899AABBCCDDEEFF";

    #[test]
    fn what_is_drawn_is_read_back_and_can_be_shown() {
        // As long as the card of somebody with long names and four devices before this one.
        let long = format!("DUCHADCK1:{}", "0123456789ABCDEF".repeat(100));
        for text in [TEXT, &long] {
            assert_eq!(read(&png(text).expect("drawn")).expect("read"), [text]);
            assert!(svg(text).expect("drawn").contains("<svg"));
        }
        assert!(svg(&"A".repeat(9_000)).is_err());
    }

    #[test]
    fn a_photograph_is_read() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testvectors/card.jpg");
        let picture = std::fs::read(path).expect("committed");
        let card = crate::KeyCard::from_qr_text(&read(&picture).expect("read")[0]).expect("valid");
        assert_eq!(card.name, "甲某");
    }

    #[test]
    fn other_files_are_told_from_pictures_without_a_code() {
        let why = |picture: &[u8]| read(picture).expect_err("none").to_string();
        assert!(why(b"%PDF").contains("PNG或JPEG"));
        assert!(why(b"\x89PNG\r\n\x1a\n").contains("损坏"));
        assert!(why(&[0xff, 0xd8, 0, 0]).contains("损坏"));
        let mut blank = Vec::new();
        let mut encoder = png::Encoder::new(&mut blank, 9, 9);
        encoder.set_color(png::ColorType::Grayscale);
        encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&[255; 81]))
            .expect("written");
        assert!(why(&blank).contains("没有能读出的二维码"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Damaged pictures are refused, or read as what they were: never a panic, never
        /// another text.
        #[test]
        fn a_damaged_picture_never_says_something_else(at in any::<prop::sample::Index>(), by in any::<u8>(), cut in any::<bool>()) {
            let mut picture = png(TEXT).expect("drawn");
            let at = at.index(picture.len());
            if cut { picture.truncate(at) } else { picture[at] ^= by }
            if let Ok(found) = read(&picture) {
                prop_assert_eq!(found, [TEXT]);
            }
        }
    }
}
