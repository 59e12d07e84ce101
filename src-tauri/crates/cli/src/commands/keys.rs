//! `keys`: this device's public keys, as text and as a QR picture.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, one};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use office::{ErrorView, Moment};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde_json::json;
use std::fmt::Write;

pub(crate) const COMMAND: Command = Command {
    name: "keys",
    summary: "显示本档案库的收件码和设备指纹，可另存为二维码图片",
    places: &[ARCHIVE],
    options: &[
        one("qr", "文件", "把收件码写成二维码图片（SVG格式）"),
        PASSPHRASE,
        JSON,
    ],
    run,
};

/// Least width and height of the picture, in points.
const SIDE: u32 = 240;

fn run(arguments: &Arguments, _now: Moment) -> Result<Answer, Failure> {
    let (public_key, fingerprint) = desk::open(arguments)?.public_keys()?;
    let qr = arguments.path("qr");
    if let Some(path) = qr {
        office::write_file(path, picture(&public_key)?.as_bytes())?;
    }
    let mut words = format!("收件码：{public_key}\n设备指纹：{fingerprint}\n");
    if let Some(path) = qr {
        let _ = writeln!(words, "二维码图片：{}", path.display());
    }
    Ok(Answer::new(
        json!({
            "public_key": public_key,
            "device": fingerprint,
            "qr": qr.map(|path| path.to_string_lossy()),
        }),
        words,
    ))
}

/// The key as a QR code. In capitals it takes the smaller, alphanumeric mode,
/// and a key in capitals is the same key (Bech32).
fn picture(public_key: &str) -> Result<String, ErrorView> {
    let code = QrCode::with_error_correction_level(public_key.to_ascii_uppercase(), EcLevel::M)
        .map_err(|_| {
            ErrorView::new(
                "JH-08",
                "收件码画不成二维码。",
                "请直接抄送收件码的文字；档案库没有改动。",
            )
        })?;
    Ok(code
        .render::<svg::Color<'_>>()
        .min_dimensions(SIDE, SIDE)
        .build())
}
