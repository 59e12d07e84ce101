//! Parts of the head that several formats share: the red mark, the title, 主送.

use super::context::{self, Context, body_style};
use super::flow::{Kind, Piece};
use super::{Colour, Line, Rule, line};
use crate::error::Error;
use crate::fonts::Role;
use crate::model::Document;
use crate::standard::{
    GAP, LEFT, LINE_PITCH, MARK_SIZE_MAX, MARK_SIZE_MIN, MARK_SPACING, PAGE_WIDTH, PITCH, SIZE_2,
    WIDTH, mm,
};
use crate::text::cells::{Style, width};
use crate::text::fill::Measure;
use crate::text::title;

/// 发文机关标志 centred about `middle`, with the top of its ink at `ink_top`, and the lower edge of
/// its ink.
pub(crate) fn mark(
    context: Context,
    text: &str,
    ink_top: f64,
    middle: f64,
) -> Result<(Line, f64), Error> {
    let text: String = text.split_whitespace().collect();
    let place = "发文机关标志";
    if text.is_empty() {
        return Err(Error::Content(
            "缺少发文机关标志，请填写发文机关的全称或者规范化简称。".to_owned(),
        ));
    }
    let probe = context.set(&text, Style::natural(Role::BiaoSong, 1.0), place)?;
    let gaps = (probe.len() - 1) as f64 * MARK_SPACING;
    let per_point = width(&probe) + gaps * mm(1.0);
    let size = (WIDTH / per_point).min(MARK_SIZE_MAX);
    if size < MARK_SIZE_MIN {
        return Err(Error::Content(
            "发文机关标志太长，一行排不下，请改用规范化简称。".to_owned(),
        ));
    }
    let size = (size * 2.0).floor() / 2.0;
    let cells = context.set(&text, Style::natural(Role::BiaoSong, size), place)?;
    let em = mm(size);
    let mut highest = f64::MIN;
    let mut lowest = f64::MAX;
    for cell in &cells {
        if let Some((high, low)) = context.faces.ink(cell.glyph)? {
            highest = highest.max(high);
            lowest = lowest.min(low);
        }
    }
    let baseline = ink_top + highest * em;
    let total = width(&cells) + gaps * em;
    let left = middle - total / 2.0;
    let top = baseline - line::ASCENT * em;
    let line = line::plain(&cells, left, top, MARK_SPACING * em, Colour::Red);
    Ok((line, baseline - lowest * em))
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
        let top = below(top, lines.len() as f64);
        lines.push(line::plain(&cells, LEFT, top, 0.0, Colour::Black));
    }
    Ok(lines)
}

/// From the top of one line of the title to the next: its characters and the body's gap.
const TITLE_PITCH: f64 = mm(SIZE_2) + GAP;

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
            y += TITLE_PITCH;
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
    let mut pieces = context::pieces(&cells, 0.0, measure, Kind::Other);
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

/// Top of a body line `lines` lines below another one.
pub(crate) fn below(top: f64, lines: f64) -> f64 {
    top + lines * LINE_PITCH
}

const _: () = assert!(LINE_PITCH > PITCH);
