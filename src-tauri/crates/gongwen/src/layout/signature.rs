//! 附件说明, 署名, 成文日期 and 附注 (items 13 to 18).

use super::context::{self, Context, body_style};
use super::flow::{Kind, Piece};
use super::{Colour, Line, line, seals};
use crate::error::Error;
use crate::fonts::Role;
use crate::model::{Seal, Signature};
use crate::standard::{
    BLANK_ABOVE_ATTACHMENTS, HEIGHT, INDENT, PITCH, PLAIN_BLANK_LINES, PLAIN_RIGHT,
    STAMP_BLANK_LINES, STAMP_HEIGHT, STAMP_RIGHT, STAMP_WIDTH, WIDTH,
};
use crate::text::cells::{Cell, width};
use crate::text::fill::Measure;
use crate::text::title;
use std::ops::Range;

/// 附件说明: `附件：1.…`, numerals below each other, turnover below the name's first character.
pub(crate) fn attachments(context: Context, names: &[String]) -> Result<Vec<Piece>, Error> {
    let mut pieces = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let place = format!("附件说明第{}项", i + 1);
        let numeral = if names.len() > 1 {
            format!("{}.", i + 1)
        } else {
            String::new()
        };
        let hanging = width(&context.body(&numeral, &place)?);
        let name = name.trim().trim_end_matches(['。', '；', '，', '、']);
        let cells = context.body(&format!("{numeral}{name}"), &place)?;
        let left = (INDENT + 3.0) * PITCH;
        let measure = Measure {
            width: WIDTH - left,
            first: 0.0,
            rest: hanging,
            justify: true,
            tighten: 0.0,
        };
        let mut item = context::pieces(context, &cells, left, measure, Kind::Other);
        if i == 0
            && let Some(first) = item.first_mut()
        {
            first.before = BLANK_ABOVE_ATTACHMENTS * context.line_pitch;
            let label = context.body("附件：", &place)?;
            let label = line::plain(&label, INDENT * PITCH, 0.0, 0.0, Colour::Black);
            first.lines.insert(0, label);
        }
        pieces.extend(item);
    }
    Ok(pieces)
}

/// 署名 and 成文日期 as one piece that is never cut.
pub(crate) fn signature(context: Context, signature: &Signature) -> Result<Vec<Piece>, Error> {
    let place = "发文机关署名";
    let organs = signature
        .organs
        .iter()
        .map(|organ| context.body(organ.trim(), place))
        .collect::<Result<Vec<_>, _>>()?;
    // A draft leaves room for the day.
    let date = signature.date.map_or_else(
        || "\u{3000}\u{3000}年\u{3000}月\u{3000}日".to_owned(),
        |date| date.to_string(),
    );
    let date = context.body(&date, "成文日期")?;
    if signature.seal != Seal::SignerStamp && !signature.joint_posts.is_empty() {
        return Err(Error::Content(
            "只有加盖签发人签名章时才写签发人职务，请去掉其他签发人的职务，或者把印章方式改为签名章。"
                .to_owned(),
        ));
    }
    let piece = match signature.seal {
        Seal::Space => seals::sealed(context, &organs, &date),
        Seal::None => plain(context, &organs, &date),
        Seal::SignerStamp => stamped(context, &captions(context, signature, organs)?, &date),
    };
    if piece.height > HEIGHT {
        return Err(Error::Content(
            "署名的机关太多，一页排不下印章，请减少联合行文的机关。".to_owned(),
        ));
    }
    Ok(vec![piece])
}

/// A piece of lines one body line apart.
pub(super) fn block(context: Context, lines: Vec<Line>, blank_lines: f64, last_top: f64) -> Piece {
    let mut piece = Piece::new(
        Kind::Signature,
        last_top + PITCH,
        last_top + context.line_pitch,
    );
    piece.before = blank_lines * context.line_pitch;
    piece.lines = lines;
    piece
}

/// A name or a post in lines of at most `room`, its words whole as in a title.
pub(super) fn whole_words(cells: &[Cell], room: f64) -> Vec<Range<usize>> {
    let characters: Vec<char> = cells.iter().map(|cell| cell.ch).collect();
    let widths: Vec<f64> = cells.iter().map(|cell| cell.width).collect();
    let mut lines = title::lines(&characters, &widths, PITCH, room);
    lines.retain(|range| !range.is_empty());
    lines
}

/// Without a seal (item 15): the leading organ's name first, the others below it; the date's first
/// character two characters right of the last name's.
fn plain(context: Context, organs: &[Vec<Cell>], date: &[Cell]) -> Piece {
    let date_width = width(date);
    let right = WIDTH - PLAIN_RIGHT * PITCH;
    let names: Vec<&[Cell]> = organs
        .iter()
        .flat_map(|organ| {
            whole_words(organ, right)
                .into_iter()
                .map(|range| &organ[range])
        })
        .collect();
    // A date that is longer than the name moves the name left.
    let last = names.last().map_or(0.0, |name| width(name));
    let date_left = if date_width > last {
        right - date_width
    } else {
        right - last + 2.0 * PITCH
    };
    let mut lines = Vec::new();
    let mut y = 0.0;
    for (i, name) in names.iter().enumerate() {
        let left = if i + 1 == names.len() {
            date_left - 2.0 * PITCH
        } else {
            right - width(name)
        };
        lines.push(line::plain(name, left, y, 0.0, Colour::Black));
        y += context.line_pitch;
    }
    lines.push(line::plain(date, date_left, y, 0.0, Colour::Black));
    block(context, lines, PLAIN_BLANK_LINES, y)
}

/// What stands left of each signer's stamp: the post, or without any the organ's name.
fn captions(
    context: Context,
    signature: &Signature,
    organs: Vec<Vec<Cell>>,
) -> Result<Vec<Vec<Cell>>, Error> {
    let leading = signature.post.as_deref().unwrap_or("");
    let posts: Vec<&str> = std::iter::once(leading)
        .chain(signature.joint_posts.iter().map(String::as_str))
        .map(str::trim)
        .collect();
    if posts.iter().all(|post| post.is_empty()) {
        return Ok(organs);
    }
    if posts.len() != organs.len().max(1) || posts.iter().any(|post| post.is_empty()) {
        let written = posts.iter().filter(|post| !post.is_empty()).count();
        return Err(Error::Content(format!(
            "署名的机关有{}个，签发人职务写了{written}个，请按机关顺序逐一写明签发人职务。",
            organs.len()
        )));
    }
    posts
        .into_iter()
        .map(|post| context.body(post, "签发人职务"))
        .collect()
}

/// With signers' stamps (item 16): each post left of its stamp's room and centred on its height, one
/// signer below the other, the date one blank line below the last stamp.
fn stamped(context: Context, captions: &[Vec<Cell>], date: &[Cell]) -> Piece {
    let right = WIDTH - STAMP_RIGHT * PITCH;
    let room = right - STAMP_WIDTH - 2.0 * PITCH;
    let mut lines = Vec::new();
    let mut row_top = 0.0;
    let mut bottom = STAMP_HEIGHT;
    for caption in captions {
        let parts = whole_words(caption, room);
        let height = parts.len().saturating_sub(1) as f64 * context.line_pitch + PITCH;
        let row_height = height.max(STAMP_HEIGHT);
        let top = row_top + (row_height - height) / 2.0;
        lines.extend(parts.into_iter().enumerate().map(|(i, range)| {
            line::flush_right(&caption[range], room, top + i as f64 * context.line_pitch)
        }));
        bottom = row_top + row_height;
        // Stamps stand whole lines apart and do not touch.
        row_top += (row_height / context.line_pitch).ceil() * context.line_pitch;
    }
    let date_top = bottom + context.line_pitch;
    lines.push(line::flush_right(date, right, date_top));
    block(context, lines, STAMP_BLANK_LINES, date_top)
}

/// 附注: below the date, indented by two characters, in （ ） (item 18).
pub(crate) fn note(context: Context, note: &str) -> Result<Vec<Piece>, Error> {
    let note = note.trim();
    let inner = note
        .strip_prefix('（')
        .and_then(|note| note.strip_suffix('）'))
        .unwrap_or(note);
    if inner.is_empty() {
        return Ok(Vec::new());
    }
    let cells = context.set(&format!("（{inner}）"), body_style(Role::FangSong), "附注")?;
    let measure = Measure {
        width: WIDTH,
        first: INDENT * PITCH,
        rest: 0.0,
        justify: true,
        tighten: 0.0,
    };
    Ok(context::pieces(context, &cells, 0.0, measure, Kind::Other))
}
