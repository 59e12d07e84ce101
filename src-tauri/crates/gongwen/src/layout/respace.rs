//! Item 19: a signature never stands on a page without body text. The text is set a hundredth
//! tighter so that the signature follows it, or the page before is opened by a hundredth so that
//! its last line goes over. The words 此页无正文 are never used.

use super::flow::{Flow, Kind, Piece, Room, Wishes, flow};
use crate::error::Error;
use crate::standard::{PITCH, RESPACE};

/// A line shorter than this would look lost above a signature, characters.
const FEW_CHARACTERS: f64 = 6.0;

/// Flows pieces, made by `pieces(tighten)`, so that the signature has company.
pub(crate) fn accompanied(
    pieces: impl Fn(f64) -> Result<Vec<Piece>, Error>,
    room: Room,
) -> Result<(Vec<Piece>, Flow), Error> {
    let usual = pieces(0.0)?;
    let flowed = flow(&usual, room, &Wishes::default());
    let Some(lonely) = lonely_page(&usual, &flowed) else {
        return Ok((usual, flowed));
    };
    let tight = pieces(RESPACE)?;
    let tight_flow = flow(&tight, room, &Wishes::default());
    if lonely_page(&tight, &tight_flow).is_none() {
        return Ok((tight, tight_flow));
    }
    // One line goes over.
    let signature = usual
        .iter()
        .position(|piece| piece.kind == Kind::Signature)
        .unwrap_or(usual.len());
    let Some(last) = usual[..signature]
        .iter()
        .rposition(|piece| piece.kind == Kind::Body)
    else {
        return Ok((usual, flowed));
    };
    let before = lonely.saturating_sub(1);
    // A heading that is kept with the line goes along; the page before keeps text.
    let start = |mut line: usize| {
        while line > 0 && usual[line - 1].keep {
            line -= 1;
        }
        let stays = usual[..line]
            .iter()
            .enumerate()
            .any(|(i, piece)| piece.kind == Kind::Body && flowed.page_of(i) == Some(before));
        stays.then_some(line)
    };
    // Nor is the rest of a sentence of a few characters company enough, unless there is no other.
    let short = last > 0 && is_short(&usual[last]) && usual[last - 1].kind == Kind::Body;
    let two = short.then(|| start(last - 1)).flatten();
    let Some(last) = two.or_else(|| start(last)) else {
        return Ok((usual, flowed));
    };
    let mut wishes = Wishes::default();
    wishes.breaks.insert(last);
    wishes.stretch = Some((before, 1.0 + RESPACE));
    let opened = flow(&usual, room, &wishes);
    if lonely_page(&usual, &opened).is_none() && opened.page_count() == flowed.page_count() {
        return Ok((usual, opened));
    }
    // The opened page would push out more than one line: leave its pitch alone.
    wishes.stretch = None;
    let moved = flow(&usual, room, &wishes);
    Ok((usual, moved))
}

/// A line of fewer than six characters.
fn is_short(piece: &Piece) -> bool {
    piece.rules.is_empty()
        && piece
            .lines
            .iter()
            .all(|line| line.right() - line.left < FEW_CHARACTERS * PITCH)
}

/// The page whose signature has no body text beside it, or next to none although the page before
/// could give more.
fn lonely_page(pieces: &[Piece], flow: &Flow) -> Option<usize> {
    let signature = pieces
        .iter()
        .position(|piece| piece.kind == Kind::Signature)?;
    let page = flow.page_of(signature)?;
    let mut company =
        (0..signature).filter(|&i| pieces[i].kind == Kind::Body && flow.page_of(i) == Some(page));
    let first = company.next();
    let alone = match first {
        None => true,
        Some(only) => page > 0 && company.next().is_none() && is_short(&pieces[only]),
    };
    alone.then_some(page)
}
