//! 谈话记录: title, head table, turns, statements; a signature line on every page.

use super::context::{Context, body_style};
use super::flow::{Kind, Piece, Room};
use super::{Colour, Page, Rule, annex, blocks, fields, frame, head, line, respace};
use crate::error::Error;
use crate::fonts::Role;
use crate::model::{Document, Record};
use crate::standard::{BOTTOM, LEFT, PITCH, SIZE_SMALL_4, TOP, WIDTH, mm};
use crate::text::cells::{Cell, Style, width};

/// From one row of the signature line to the next: room for a hand to write, mm.
const SIGN_PITCH: f64 = 11.0;
/// White between the text and the characters of the first row, mm.
const SIGN_ABOVE: f64 = 9.0;
/// Narrowest room for one signature, mm.
const SIGN_ROOM: f64 = 18.0;
/// White between two signatures, mm.
const SIGN_GAP: f64 = 3.0;
/// Thickness of a line to write on, mm.
const WRITING_RULE: f64 = 0.15;

/// The pages of a record.
pub(crate) fn pages(context: Context, document: &Document) -> Result<Vec<Page>, Error> {
    let record = document.record.clone().unwrap_or_default();
    let foot = foot(context, &record.signers)?;
    let middle = LEFT + WIDTH / 2.0;
    let (title, next) = head::title(context, &document.title, middle, TOP, "标题")?;
    let foot_top = if foot.is_empty() {
        BOTTOM
    } else {
        BOTTOM - mm(SIZE_SMALL_4) - (foot.len() - 1) as f64 * SIGN_PITCH - SIGN_ABOVE
    };
    head::leaves_room(next + context.line_pitch, foot_top)?;
    let room = Room {
        first_top: next + context.line_pitch / 2.0,
        first_bottom: foot_top,
        top: TOP,
        bottom: foot_top,
    };
    let (pieces, flow) = respace::accompanied(
        |tighten| body(Context { tighten, ..context }, document, &record),
        room,
    )?;
    let options = document.options;
    let mut pages = flow.draw(&pieces, |page| frame::left(options, page));
    let count = pages.len();
    for (number, page) in pages.iter_mut().enumerate() {
        let left = frame::left(options, number);
        if number == 0 {
            page.lines.splice(0..0, title.iter().cloned());
        }
        for (row, columns) in foot.iter().enumerate() {
            let top = BOTTOM - mm(SIZE_SMALL_4) - (foot.len() - 1 - row) as f64 * SIGN_PITCH;
            for column in columns {
                let caption =
                    line::plain(&column.caption, left + column.x, top, 0.0, Colour::Black);
                page.rules.push(writing_rule(
                    caption.right(),
                    top + mm(SIZE_SMALL_4),
                    column.room,
                ));
                page.lines.push(caption);
            }
        }
        page.lines
            .push(frame::counted(context, number + 1, count, left)?);
    }
    if options.draft_watermark {
        frame::watermark(context, &mut pages)?;
    }
    Ok(pages)
}

/// Head table, turns, statements, room for corrections.
fn body(context: Context, document: &Document, record: &Record) -> Result<Vec<Piece>, Error> {
    let mut pieces = fields::pieces(context, &record.fields, "表头")?;
    for piece in &mut pieces {
        piece.kind = Kind::Other;
    }
    pieces.extend(blocks::pieces(context, &document.body, "正文")?);
    let mut end = Vec::new();
    for (i, statement) in record.statements.iter().enumerate() {
        let place = format!("确认语句第{}句", i + 1);
        end.extend(blocks::paragraph(context, statement, &place)?);
    }
    if let Some(first) = end.first_mut() {
        first.before = context.line_pitch / 2.0;
    }
    end.extend(corrections(context, record.correction_lines)?);
    let count = end.len();
    for (i, piece) in end.iter_mut().enumerate() {
        piece.kind = Kind::Signature;
        piece.keep = i + 1 < count;
    }
    pieces.extend(end);
    pieces.extend(annex::pieces(context, &document.annexes)?);
    if pieces.is_empty() {
        pieces.push(Piece::new(Kind::Other, 0.0, context.line_pitch));
    }
    Ok(pieces)
}

/// 更正说明 and lines to write corrections on.
fn corrections(context: Context, lines: u8) -> Result<Vec<Piece>, Error> {
    let mut pieces = Vec::new();
    for i in 0..lines.min(10) {
        let mut piece = Piece::new(Kind::Other, PITCH + 1.0, context.line_pitch);
        let mut left = 0.0;
        if i == 0 {
            let label = context.set("更正说明：", body_style(Role::Hei), "更正说明")?;
            left = width(&label);
            piece
                .lines
                .push(line::plain(&label, 0.0, 0.0, 0.0, Colour::Black));
            piece.before = context.line_pitch / 2.0;
        }
        piece.rules.push(writing_rule(left, PITCH, WIDTH - left));
        pieces.push(piece);
    }
    Ok(pieces)
}

/// One signature of the foot: its caption, and the room after it.
struct Column {
    caption: Vec<Cell>,
    x: f64,
    room: f64,
}

/// Rows of the signature line: as many signatures a row as have room to be written.
fn foot(context: Context, signers: &[String]) -> Result<Vec<Vec<Column>>, Error> {
    let style = Style::natural(Role::FangSong, SIZE_SMALL_4);
    let mut captions = Vec::new();
    for signer in signers {
        let signer = signer.trim().trim_end_matches(['：', ':']);
        if signer.is_empty() {
            continue;
        }
        let caption = context.set(&format!("{signer}："), style, "签名栏")?;
        if width(&caption) + SIGN_ROOM > WIDTH {
            return Err(Error::Content(format!(
                "签名栏“{signer}”的名称太长，一行排不下，请改短。"
            )));
        }
        captions.push(caption);
    }
    let mut rows: Vec<Vec<Vec<Cell>>> = Vec::new();
    let mut used = 0.0;
    for caption in captions {
        let needed = width(&caption) + SIGN_ROOM + SIGN_GAP;
        match rows.last_mut() {
            Some(row) if used + needed - SIGN_GAP <= WIDTH => {
                used += needed;
                row.push(caption);
            }
            _ => {
                used = needed;
                rows.push(vec![caption]);
            }
        }
    }
    Ok(rows.into_iter().map(spread).collect())
}

/// Gives every signature of a row the same room.
fn spread(captions: Vec<Vec<Cell>>) -> Vec<Column> {
    let count = captions.len() as f64;
    let taken: f64 = captions.iter().map(|caption| width(caption)).sum();
    let room = (WIDTH - taken - (count - 1.0) * SIGN_GAP) / count;
    let mut x = 0.0;
    captions
        .into_iter()
        .map(|caption| {
            let column = Column { caption, x, room };
            x += width(&column.caption) + room + SIGN_GAP;
            column
        })
        .collect()
}

fn writing_rule(x: f64, y: f64, width: f64) -> Rule {
    Rule {
        x,
        y,
        width,
        height: WRITING_RULE,
        colour: Colour::Black,
    }
}
