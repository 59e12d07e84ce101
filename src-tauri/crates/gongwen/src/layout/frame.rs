//! What stands around the text: page numbers and the watermark.

use super::context::Context;
use super::{Colour, Line, Page, line};
use crate::error::Error;
use crate::fonts::Role;
use crate::model::{Document, Options};
use crate::standard::{
    BOTTOM, LEFT, LEFT_EVEN_DUPLEX, PAGE_HEIGHT, PAGE_NUMBER_BELOW, PAGE_WIDTH, SIZE_4, WIDTH, mm,
};
use crate::text::cells::{Style, width};

/// Left edge of the type area of a page, counted from 0 (item 1).
pub(crate) fn left(options: Options, page: usize) -> f64 {
    if options.duplex && page % 2 == 1 {
        LEFT_EVEN_DUPLEX
    } else {
        LEFT
    }
}

/// 页码: `— 2 —` in 4号宋体, odd pages right and even pages left, one character blank (item 23).
/// `page` is counted from 0.
pub(crate) fn page_number(context: Context, options: Options, page: usize) -> Result<Line, Error> {
    let number = page + 1;
    let style = Style::natural(Role::Song, SIZE_4);
    let cells = context.set(&format!("— {number} —"), style, "页码")?;
    let top = BOTTOM + PAGE_NUMBER_BELOW;
    let left = left(options, page);
    Ok(if number % 2 == 1 {
        line::flush_right(&cells, left + WIDTH - mm(SIZE_4), top)
    } else {
        line::plain(&cells, left + mm(SIZE_4), top, 0.0, Colour::Black)
    })
}

/// `第1页　共3页`, centred below the type area.
pub(crate) fn counted(
    context: Context,
    number: usize,
    count: usize,
    left: f64,
) -> Result<Line, Error> {
    let text = format!("第{number}页\u{3000}共{count}页");
    let cells = context.set(&text, Style::natural(Role::Song, SIZE_4), "页码")?;
    Ok(line::centred(
        &cells,
        left + WIDTH / 2.0,
        BOTTOM + PAGE_NUMBER_BELOW,
    ))
}

/// Refuses parts that a format has no place for, so that none is lost silently.
pub(crate) fn refuse(document: &Document, parts: &[(&str, bool)]) -> Result<(), Error> {
    match parts.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(Error::Content(format!(
            "{}格式不印{name}，请去掉这一项或者改用别的格式。",
            document.format.name()
        ))),
        None => Ok(()),
    }
}

/// The word 草稿 across the page, behind the text.
pub(crate) fn watermark(context: Context, pages: &mut [Page]) -> Result<(), Error> {
    const SIZE: f64 = 170.0;
    const ANGLE: f64 = 45.0;
    let style = Style::natural(Role::Hei, SIZE);
    let cells = context.set("草稿", style, "水印")?;
    let gap = mm(SIZE) * 0.3;
    let length = width(&cells) + gap;
    let (sin, cos) = ANGLE.to_radians().sin_cos();
    // The middle of the word, half an em above the baseline's middle, is the page's middle.
    let rise = (line::ASCENT - 0.5) * mm(SIZE);
    let x = PAGE_WIDTH / 2.0 - length / 2.0 * cos + rise * sin;
    let y = PAGE_HEIGHT / 2.0 + length / 2.0 * sin + rise * cos;
    let mut line = line::plain(&cells, x, y - line::ASCENT * mm(SIZE), gap, Colour::Pale);
    for run in &mut line.runs {
        run.angle = ANGLE;
    }
    for page in pages {
        page.under.push(line.clone());
    }
    Ok(())
}
