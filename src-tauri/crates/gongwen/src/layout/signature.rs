//! 附件说明, 署名, 成文日期 and 附注 (items 13 to 18).

use super::context::{self, Context, body_style};
use super::flow::{Kind, Piece};
use super::{Colour, Line, line};
use crate::error::Error;
use crate::fonts::Role;
use crate::model::{Seal, Signature};
use crate::standard::{
    BLANK_ABOVE_ATTACHMENTS, HEIGHT, INDENT, LINE_PITCH, PITCH, PLAIN_BLANK_LINES, PLAIN_RIGHT,
    SEAL_ABOVE_MIDDLE, SEAL_BLANK_LINES, SEAL_DATE_RIGHT, SEAL_DIAMETER, STAMP_BLANK_LINES,
    STAMP_HEIGHT, STAMP_RIGHT, STAMP_WIDTH, WIDTH,
};
use crate::text::cells::{Cell, width};
use crate::text::fill::{Measure, fill};

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
        let mut item = context::pieces(&cells, left, measure, Kind::Other);
        if i == 0
            && let Some(first) = item.first_mut()
        {
            first.before = BLANK_ABOVE_ATTACHMENTS * LINE_PITCH;
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
    let piece = match signature.seal {
        Seal::Space => sealed(&organs, &date),
        Seal::None => plain(&organs, &date),
        Seal::SignerStamp => {
            let post =
                context.body(signature.post.as_deref().unwrap_or("").trim(), "签发人职务")?;
            stamped(&organs, &post, &date)
        }
    };
    if piece.height > HEIGHT {
        return Err(Error::Content(
            "署名的机关太多，一页排不下印章，请减少联合行文的机关。".to_owned(),
        ));
    }
    Ok(vec![piece])
}

/// A piece of lines one body line apart.
fn block(lines: Vec<Line>, blank_lines: f64, last_top: f64) -> Piece {
    let mut piece = Piece::new(Kind::Signature, last_top + PITCH, last_top + LINE_PITCH);
    piece.before = blank_lines * LINE_PITCH;
    piece.lines = lines;
    piece
}

/// With a seal (item 14): the date right with four characters blank, the last organ's name centred
/// over it; other organs left of it or in rows above, far enough apart that seals do not touch.
fn sealed(organs: &[Vec<Cell>], date: &[Cell]) -> Piece {
    let mut right = WIDTH - SEAL_DATE_RIGHT * PITCH;
    let date_width = width(date);
    let mut middle = right - date_width / 2.0;
    let widest = organs
        .iter()
        .map(|organ| wrapped_width(organ))
        .fold(0.0, f64::max);
    // A long name would leave the type area on the right: name and date move left together.
    let over = (middle + widest / 2.0 - WIDTH).max(0.0);
    middle -= over;
    right -= over;
    let step = (widest + PITCH).max(SEAL_DIAMETER + 4.0);
    let reach = middle - widest.max(SEAL_DIAMETER) / 2.0;
    let per_row = ((reach / step).floor() as usize + 1).clamp(1, 3);
    let row_pitch = (SEAL_DIAMETER / LINE_PITCH).ceil() * LINE_PITCH;
    let mut lines = Vec::new();
    let mut y = 0.0;
    let mut names_height = 0.0;
    for row in organs.chunks(per_row) {
        let mut deepest = 1;
        for (column, organ) in row.iter().enumerate() {
            let centre = middle - step * (row.len() - 1 - column) as f64;
            let named = name_lines(organ, centre, y);
            deepest = deepest.max(named.len());
            lines.extend(named);
        }
        names_height = y + deepest as f64 * LINE_PITCH;
        y += row_pitch + (deepest - 1) as f64 * LINE_PITCH;
    }
    let date_top = names_height;
    lines.push(line::flush_right(date, right, date_top));
    let mut piece = block(lines, SEAL_BLANK_LINES, date_top);
    // The seal reaches below the date.
    let middle_height = date_top - (LINE_PITCH - PITCH) / 2.0;
    piece.reserve = middle_height - SEAL_ABOVE_MIDDLE + SEAL_DIAMETER / 2.0;
    piece
}

/// Width of a name, at most the type area.
fn wrapped_width(organ: &[Cell]) -> f64 {
    width(organ).min(WIDTH)
}

/// A name centred about `middle`, on several lines when it is wider than the type area.
fn name_lines(organ: &[Cell], middle: f64, top: f64) -> Vec<Line> {
    fill(organ, Measure::ragged(WIDTH))
        .iter()
        .enumerate()
        .map(|(i, filled)| {
            let cells = &organ[filled.range.clone()];
            line::centred(cells, middle, top + i as f64 * LINE_PITCH)
        })
        .collect()
}

/// Without a seal (item 15).
fn plain(organs: &[Vec<Cell>], date: &[Cell]) -> Piece {
    let date_width = width(date);
    let mut lines = Vec::new();
    let mut y = 0.0;
    let right = WIDTH - PLAIN_RIGHT * PITCH;
    let mut date_left = right - date_width;
    for organ in organs {
        for filled in fill(organ, Measure::ragged(right)) {
            let cells = &organ[filled.range.clone()];
            let name_width = width(cells);
            let left = if date_width > name_width {
                date_left = right - date_width;
                date_left - 2.0 * PITCH
            } else {
                let left = right - name_width;
                date_left = left + 2.0 * PITCH;
                left
            };
            lines.push(line::plain(cells, left, y, 0.0, Colour::Black));
            y += LINE_PITCH;
        }
    }
    lines.push(line::plain(date, date_left, y, 0.0, Colour::Black));
    block(lines, PLAIN_BLANK_LINES, y)
}

/// With the signer's stamp (item 16): post left of the stamp's room and centred on its height,
/// date one blank line below.
fn stamped(organs: &[Vec<Cell>], post: &[Cell], date: &[Cell]) -> Piece {
    let right = WIDTH - STAMP_RIGHT * PITCH;
    let stamp_left = right - STAMP_WIDTH;
    // Without a post the organ's name stands there.
    let caption = match organs.first() {
        Some(organ) if post.is_empty() => organ.as_slice(),
        _ => post,
    };
    let room = stamp_left - 2.0 * PITCH;
    let filled = fill(caption, Measure::ragged(room));
    let height = filled.len().saturating_sub(1) as f64 * LINE_PITCH + PITCH;
    let stamp_top = ((height - STAMP_HEIGHT) / 2.0).max(0.0);
    let top = stamp_top + (STAMP_HEIGHT - height) / 2.0;
    let mut lines: Vec<Line> = filled
        .iter()
        .enumerate()
        .map(|(i, filled)| {
            let cells = &caption[filled.range.clone()];
            line::flush_right(cells, room, top + i as f64 * LINE_PITCH)
        })
        .collect();
    let date_top = (stamp_top + STAMP_HEIGHT).max(top + height) + LINE_PITCH;
    lines.push(line::flush_right(date, right, date_top));
    block(lines, STAMP_BLANK_LINES, date_top)
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
    Ok(context::pieces(&cells, 0.0, measure, Kind::Other))
}
