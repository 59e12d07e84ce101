//! 附件 bound with the text (item 20): a new page, the word 附件 in 黑体 on the first line, the title
//! centred on the third, then text as in the body.

use super::context::{Context, body_style};
use super::flow::{Kind, Piece};
use super::{Colour, Heading, blocks, head, line};
use crate::error::Error;
use crate::fonts::Role;
use crate::model::Annex;
use crate::standard::{HEIGHT, PITCH, WIDTH};

/// The pieces of all annexes.
pub(crate) fn pieces(context: Context, annexes: &[Annex]) -> Result<Vec<Piece>, Error> {
    let mut pieces = Vec::new();
    for (i, annex) in annexes.iter().enumerate() {
        let name = if annexes.len() > 1 {
            format!("附件{}", i + 1)
        } else {
            "附件".to_owned()
        };
        let label = context.set(&name, body_style(Role::Hei), &name)?;
        let label = line::plain(&label, 0.0, 0.0, 0.0, Colour::Black);
        let title_place = format!("{name}的标题");
        let (title, below) = head::title(
            context,
            &annex.title,
            WIDTH / 2.0,
            2.0 * context.line_pitch,
            &title_place,
        )?;
        head::leaves_room(below + context.line_pitch, HEIGHT)?;
        let mut top = Piece::line(Kind::Other, label, below, below + context.line_pitch);
        top.lines.extend(title);
        top.height = below - context.line_pitch + PITCH;
        top.new_page = true;
        let heading = format!("{name}\u{3000}{}", annex.title.trim());
        top.heading = Some(Heading::new(0, &heading, 1));
        top.keep = annex.to.is_some() || !annex.body.is_empty();
        pieces.push(top);
        if let Some(to) = &annex.to {
            pieces.extend(head::addressee(context, to)?);
        }
        pieces.extend(blocks::pieces(context, &annex.body, &name)?);
    }
    Ok(pieces)
}
