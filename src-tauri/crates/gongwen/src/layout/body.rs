//! What 信函, 文件, 命令 and 纪要 have in common: from 主送 to the annexes.

use super::context::Context;
use super::flow::{Kind, Piece};
use super::{annex, blocks, head, minutes, signature};
use crate::error::Error;
use crate::model::{Document, Format};

/// From the top of 主送 to the lower edge of the first line of text that may end a page, mm.
pub(crate) fn first_text(context: Context, document: &Document) -> Result<f64, Error> {
    let mut y = 0.0;
    let mut end = 0.0;
    for (i, piece) in pieces(context, document)?.iter().enumerate() {
        if i > 0 {
            y += piece.before;
        }
        end = y + piece.height;
        y += piece.advance;
        if !piece.keep {
            break;
        }
    }
    Ok(end)
}

/// 主送 to the annexes.
pub(crate) fn pieces(context: Context, document: &Document) -> Result<Vec<Piece>, Error> {
    let mut pieces = Vec::new();
    if let Some(to) = &document.to {
        pieces.extend(head::addressee(context, to)?);
    }
    pieces.extend(blocks::pieces(context, &document.body, "正文")?);
    pieces.extend(signature::attachments(context, &document.attachments)?);
    if let Some(who) = &document.attendance {
        if document.format != Format::Minutes {
            return Err(Error::Content(format!(
                "{}格式不列出席、请假、列席人员，请去掉这一项或者改用纪要格式。",
                document.format.name()
            )));
        }
        pieces.extend(minutes::attendance(context, who)?);
    }
    // Minutes name organ and day in their head.
    if let Some(signed) = &document.signature
        && document.format != Format::Minutes
    {
        pieces.extend(signature::signature(context, signed)?);
    }
    if let Some(note) = &document.note {
        let note = signature::note(context, note)?;
        if let Some(last) = pieces.last_mut() {
            last.keep = last.kind == Kind::Signature && !note.is_empty();
        }
        pieces.extend(note);
    }
    pieces.extend(annex::pieces(context, &document.annexes)?);
    if pieces.is_empty() {
        pieces.push(Piece::new(Kind::Other, 0.0, context.line_pitch));
    }
    Ok(pieces)
}
