//! What 信函 and 文件 have in common: from 主送 to the annexes.

use super::context::Context;
use super::flow::{Kind, Piece};
use super::{annex, blocks, head, signature};
use crate::error::Error;
use crate::model::Document;
use crate::standard::LINE_PITCH;

/// 主送 to the annexes.
pub(crate) fn pieces(context: Context, document: &Document) -> Result<Vec<Piece>, Error> {
    let mut pieces = Vec::new();
    if let Some(to) = &document.to {
        pieces.extend(head::addressee(context, to)?);
    }
    pieces.extend(blocks::pieces(context, &document.body, "正文")?);
    pieces.extend(signature::attachments(context, &document.attachments)?);
    if let Some(signed) = &document.signature {
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
        pieces.push(Piece::new(Kind::Other, 0.0, LINE_PITCH));
    }
    Ok(pieces)
}
