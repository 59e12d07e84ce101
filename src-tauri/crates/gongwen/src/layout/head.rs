//! Parts of the head that several formats share: the red mark, the title, 主送.

use super::context::{self, Context, body_style};
use super::flow::{Kind, Piece};
use super::mark::{self, Place};
use super::{Colour, Line, Rule, body, line};
use crate::error::Error;
use crate::fonts::Role;
use crate::model::Document;
use crate::standard::{LEFT, PAGE_WIDTH, PITCH, SIZE_2, WIDTH, mm};
use crate::text::cells::Style;
use crate::text::fill::Measure;
use crate::text::title;

/// What stands above the text on the first page, and where the text begins.
pub(crate) struct Head {
    pub(crate) lines: Vec<Line>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) first_top: f64,
}

/// The red mark, what stands `above` it, and what stands below it, as `below` sets it under a mark
/// whose ink ends at a given height. The text's first line must end above `bottom` (item 12).
pub(crate) fn around_mark(
    context: Context,
    document: &Document,
    above: Vec<Line>,
    place: Place,
    bottom: f64,
    below: impl Fn(Context, &Document, f64) -> Result<Head, Error>,
) -> Result<Head, Error> {
    let mark = mark::mark(context, document, place, || {
        // All of it moves down with the mark.
        let needed = below(context, document, 0.0)?.first_top;
        Ok(bottom - needed - body::first_text(context, document)?)
    })?;
    let mut head = below(context, document, mark.ink_bottom)?;
    head.lines.splice(0..0, above.into_iter().chain(mark.lines));
    Ok(head)
}

/// 份号, 密级和保密期限 and 紧急程度, flush left one below the other from `top`, each only when
/// present (items 5 and 26).
pub(crate) fn elements(
    context: Context,
    document: &Document,
    top: f64,
) -> Result<Vec<Line>, Error> {
    let mut lines: Vec<Line> = Vec::new();
    for (text, role, place) in [
        (&document.copy_number, Role::FangSong, "份号"),
        (&document.secrecy, Role::Hei, "密级和保密期限"),
        (&document.urgency, Role::Hei, "紧急程度"),
    ] {
        let Some(text) = text
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
        else {
            continue;
        };
        if place == "份号" && !(text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit())) {
            return Err(Error::Content(
                "份号应当是6位阿拉伯数字，请改正。".to_owned(),
            ));
        }
        let cells = context.set(text, body_style(role), place)?;
        let top = context.below(top, lines.len() as f64);
        lines.push(line::plain(&cells, LEFT, top, 0.0, Colour::Black));
    }
    Ok(lines)
}

/// The title centred about `middle`, from `top`; returns its lines and the top of the line that
/// would follow it without a blank line.
pub(crate) fn title(
    context: Context,
    text: &str,
    middle: f64,
    top: f64,
    place: &str,
) -> Result<(Vec<Line>, f64), Error> {
    let style = Style::natural(Role::BiaoSong, SIZE_2);
    // From the top of one line to the next: its characters and the body's gap.
    let pitch = mm(SIZE_2) + context.gap();
    let mut lines = Vec::new();
    let mut y = top;
    for part in text
        .split(['\n', '\r'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let cells = context.set(part, style, place)?;
        let characters: Vec<char> = cells.iter().map(|cell| cell.ch).collect();
        let widths: Vec<f64> = cells.iter().map(|cell| cell.width).collect();
        for range in title::lines(&characters, &widths, style.pitch, WIDTH) {
            lines.push(line::centred(&cells[range], middle, y));
            y += pitch;
        }
    }
    if lines.is_empty() {
        return Err(Error::Content("缺少标题，请填写标题。".to_owned()));
    }
    Ok((lines, y))
}

/// 主送: flush left, turnover flush left, a full-width colon at its end (item 11).
pub(crate) fn addressee(context: Context, to: &str) -> Result<Vec<Piece>, Error> {
    let to = to.trim().trim_end_matches(['：', ':']);
    if to.is_empty() {
        return Ok(Vec::new());
    }
    let cells = context.body(&format!("{to}："), "主送机关")?;
    let measure = Measure {
        justify: true,
        ..Measure::ragged(WIDTH)
    };
    let mut pieces = context::pieces(context, &cells, 0.0, measure, Kind::Other);
    for piece in &mut pieces {
        piece.keep = true;
    }
    Ok(pieces)
}

/// Refuses a head that leaves no room for a line of text between `top` and `bottom` (item 12).
pub(crate) fn leaves_room(top: f64, bottom: f64) -> Result<(), Error> {
    if top + PITCH > bottom {
        return Err(Error::Content(
            "版头和标题占满了首页，首页必须有正文，请缩短标题。".to_owned(),
        ));
    }
    Ok(())
}

/// A red rule centred on the page.
pub(crate) fn red_rule(y: f64, width: f64, height: f64) -> Rule {
    Rule {
        x: (PAGE_WIDTH - width) / 2.0,
        y,
        width,
        height,
        colour: Colour::Red,
    }
}
