//! 表单: 承办单, 送达回执, 承诺书. A title, a line above the table for the unit and the number, tables
//! with merged cells, text.

use super::context::Context;
use super::flow::{Kind, Piece, Room};
use super::head;
use super::table::leading;
use super::{Colour, Line, Page, annex, body, frame, line, respace};
use crate::error::Error;
use crate::fonts::Role;
use crate::model::{Block, Document};
use crate::standard::{BOTTOM, INDENT, LEFT, PITCH, SIZE_4, TOP, WIDTH, mm};
use crate::text::cells::{Style, width};
use crate::text::fill::{Measure, fill};

/// The pages of a form.
pub(crate) fn pages(context: Context, document: &Document) -> Result<Vec<Page>, Error> {
    frame::refuse(
        document,
        &[
            ("签发人", !document.signers.is_empty()),
            ("抄送机关", !document.cc.is_empty()),
            ("印发机关", document.printed_by.is_some()),
        ],
    )?;
    let (head, first_top) = head(context, document)?;
    head::leaves_room(first_top, BOTTOM)?;
    let room = Room {
        first_top,
        first_bottom: BOTTOM,
        top: TOP,
        bottom: BOTTOM,
    };
    let (pieces, flow) = respace::accompanied(
        |tighten| pieces(Context { tighten, ..context }, document),
        room,
    )?;
    let options = document.options;
    let mut pages = flow.draw(&pieces, |page| frame::left(options, page));
    let count = pages.len();
    for (number, page) in pages.iter_mut().enumerate() {
        if number == 0 {
            page.lines.splice(0..0, head.iter().cloned());
        }
        // A form of one page bears no number.
        if count > 1 {
            let left = frame::left(options, number);
            page.lines
                .push(frame::counted(context, number + 1, count, left)?);
        }
    }
    if options.draft_watermark {
        frame::watermark(context, &mut pages)?;
    }
    Ok(pages)
}

/// The text, and below it the note: in the size of the tables, and as it is given.
fn pieces(context: Context, document: &Document) -> Result<Vec<Piece>, Error> {
    let mut form = document.clone();
    let note = form.note.take();
    let annexes = std::mem::take(&mut form.annexes);
    let mut pieces = body::pieces(context, &form)?;
    let em = mm(SIZE_4);
    let cells = context.set(
        note.as_deref().unwrap_or("").trim(),
        Style::natural(Role::FangSong, SIZE_4),
        "附注",
    )?;
    let measure = Measure {
        width: WIDTH,
        first: INDENT * em,
        rest: 0.0,
        justify: true,
        tighten: 0.0,
    };
    for filled in fill(&cells, measure) {
        let line = line::filled(&cells, &filled, 0.0, 0.0, Colour::Black);
        pieces.push(Piece::line(Kind::Other, line, em, leading(SIZE_4)));
    }
    pieces.extend(annex::pieces(context, &annexes)?);
    Ok(pieces)
}

/// 份号 to 紧急程度, the title, the line above the table, and where the table begins.
fn head(context: Context, document: &Document) -> Result<(Vec<Line>, f64), Error> {
    let mut lines = head::elements(context, document, TOP)?;
    let title_top = context.below(TOP, lines.len() as f64);
    let middle = LEFT + WIDTH / 2.0;
    let (title, mut next) = head::title(context, &document.title, middle, title_top, "标题")?;
    lines.extend(title);
    next += context.line_pitch / 2.0;
    let style = Style::natural(Role::FangSong, SIZE_4);
    let unit = context.set(document.mark.trim(), style, "填表单位")?;
    let number = document.number.as_deref().unwrap_or("").trim();
    let number = context.set(number, style, "编号")?;
    if unit.is_empty() && number.is_empty() {
        return Ok((lines, next));
    }
    if width(&unit) + width(&number) + PITCH > WIDTH {
        return Err(Error::Content(
            "填表单位和编号排不在一行，请改用规范化简称。".to_owned(),
        ));
    }
    lines.push(line::plain(&unit, LEFT, next, 0.0, Colour::Black));
    lines.push(line::flush_right(&number, LEFT + WIDTH, next));
    lines.retain(|line| !line.runs.is_empty());
    // A table begins close below the line; text keeps the white between two of its lines.
    let text = matches!(
        document.body.first(),
        Some(Block::Paragraph(_) | Block::Heading { .. } | Block::Turns(_))
    );
    let below = if text {
        context.line_pitch
    } else {
        1.4 * mm(SIZE_4)
    };
    Ok((lines, next + below))
}
