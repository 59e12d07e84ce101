//! PDF with a text layer: the drawing instructions of every page are followed,
//! the glyphs become lines, the lines paragraphs.
//!
//! `hayro-syntax` and `hayro-font` read objects, fonts and the predefined
//! Chinese CMaps (GBK-EUC-H, UniGB-UCS2-H …); both forbid unsafe code.

mod collection;
mod content;
mod glyph;
mod lines;
mod paragraphs;
mod radicals;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use crate::{Collector, Error, Limits, Read};
use content::Interpreter;
use paragraphs::PageLines;

/// Below this share of recognised characters, in percent, a text is useless.
const READABLE_PERCENT: usize = 30;
/// At most this many page numbers are listed in a warning.
const LISTED_PAGES: usize = 10;

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Read, Error> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Error::EncryptedPdf,
        _ => Error::DamagedPdf,
    })?;
    let pages = pdf.pages();
    if pages.is_empty() {
        return Err(Error::DamagedPdf);
    }
    if pages.len() > limits.pages {
        return Err(Error::TooMuchText {
            paragraphs: limits.paragraphs,
        });
    }
    let mut interpreter = Interpreter::new(limits);
    let mut all: Vec<PageLines> = Vec::with_capacity(pages.len());
    let (mut glyphs, mut unknown) = (0_usize, 0_usize);
    let mut empty_pages = Vec::new();
    for (index, page) in pages.iter().enumerate() {
        let drawn = interpreter.page(page)?;
        let visible = drawn.iter().filter(|glyph| !glyph.is_blank()).count();
        glyphs += visible;
        unknown += drawn.iter().filter(|glyph| glyph.is_unknown()).count();
        if visible == 0 {
            empty_pages.push(index + 1);
        }
        let (width, height) = page.render_dimensions();
        all.push(PageLines {
            lines: lines::from_glyphs(drawn),
            width: f64::from(width),
            height: f64::from(height),
        });
    }
    if glyphs == 0 {
        return Err(Error::ScannedPdf);
    }
    if (glyphs - unknown) * 100 < glyphs * READABLE_PERCENT {
        return Err(Error::UnreadablePdf);
    }
    let mut warnings = Vec::new();
    let removed = paragraphs::remove_margins(&mut all);
    let mut collector = Collector::new(limits);
    for paragraph in paragraphs::join(&all) {
        collector.push(Some(paragraph.page), paragraph.kind, &paragraph.text)?;
    }
    if unknown > 0 {
        warnings.push(format!(
            "有 {unknown} 个字无法识别，已用“\u{fffd}”表示，请对照原件核对。"
        ));
    }
    if !empty_pages.is_empty() {
        warnings.push(format!(
            "第 {} 页没有文字，可能是空白页或扫描图片，请对照原件核对。",
            listed(&empty_pages)
        ));
    }
    for text in removed {
        warnings.push(format!("每页重复的页眉或页脚“{text}”没有导入。"));
    }
    Ok(Read {
        encoding: None,
        paragraphs: collector.paragraphs,
        warnings,
    })
}

/// `1、2、5 等 14`, for a sentence that ends in 页.
fn listed(pages: &[usize]) -> String {
    let shown: Vec<String> = pages
        .iter()
        .take(LISTED_PAGES)
        .map(ToString::to_string)
        .collect();
    let mut text = shown.join("、");
    if pages.len() > LISTED_PAGES {
        let _ = write!(text, " 等 {}", pages.len());
    }
    text
}

/// The most frequent of some measures, rounded to `step`; the larger one when equal.
fn most_frequent(measures: impl Iterator<Item = f64>, step: f64) -> Option<f64> {
    let mut counts = BTreeMap::<i64, usize>::new();
    for measure in measures {
        *counts.entry((measure / step).round() as i64).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map(|(rounded, _)| rounded as f64 * step)
}
