//! Vertical flow: pieces of text are placed one below the other and cut into pages.

use super::line::moved;
use super::{Heading, Line, Page, Rule};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a piece is, for item 19: a signature must have body text on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A line of body text.
    Body,
    /// The block that must not stand alone.
    Signature,
    /// Anything else.
    Other,
}

/// Something that is never cut between two pages. Positions are from its own top left corner at
/// the left edge of the type area.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    /// White above it, dropped at the top of a page, mm.
    pub(crate) before: f64,
    /// What must fit on the page, mm.
    pub(crate) height: f64,
    /// From its top to the top of the next piece, mm.
    pub(crate) advance: f64,
    /// Room below its top that a block at the page's foot must leave free, mm.
    pub(crate) reserve: f64,
    /// Stays on one page with the next piece.
    pub(crate) keep: bool,
    /// Begins a page.
    pub(crate) new_page: bool,
    pub(crate) kind: Kind,
    pub(crate) lines: Vec<Line>,
    pub(crate) rules: Vec<Rule>,
    /// Set again above this piece when it begins a page: the head row of a table.
    pub(crate) repeat: Option<Arc<Piece>>,
    /// The heading that begins with this piece.
    pub(crate) heading: Option<Heading>,
}

impl Piece {
    pub(crate) fn new(kind: Kind, height: f64, advance: f64) -> Self {
        Self {
            before: 0.0,
            height,
            advance,
            reserve: height,
            keep: false,
            new_page: false,
            kind,
            lines: Vec::new(),
            rules: Vec::new(),
            repeat: None,
            heading: None,
        }
    }

    /// One line of text.
    pub(crate) fn line(kind: Kind, line: Line, height: f64, advance: f64) -> Self {
        let mut piece = Self::new(kind, height, advance);
        piece.lines.push(line);
        piece
    }
}

/// The room for the flow on the pages, mm from the page's top.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    pub(crate) first_top: f64,
    pub(crate) first_bottom: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
}

/// What item 19 asks of the flow.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wishes {
    /// Pieces that must begin a page.
    pub(crate) breaks: BTreeSet<usize>,
    /// A page whose line pitch is multiplied by a factor.
    pub(crate) stretch: Option<(usize, f64)>,
}

/// A piece in its place.
#[derive(Debug, Clone, Copy)]
struct Placed {
    piece: usize,
    /// The piece's repeated head instead of the piece.
    head: bool,
    y: f64,
}

/// Pieces in their places.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    pages: Vec<Vec<Placed>>,
    /// Below everything on the last page, mm from the page's top.
    pub(crate) end: f64,
}

/// Lengths that differ by less are the same, mm.
const EPS: f64 = 1e-6;

/// Cuts pieces into pages.
pub(crate) fn flow(pieces: &[Piece], room: Room, wishes: &Wishes) -> Flow {
    let mut pages: Vec<Vec<Placed>> = vec![Vec::new()];
    let mut y = room.first_top;
    let mut end = y;
    for (i, piece) in pieces.iter().enumerate() {
        let page = pages.len() - 1;
        let factor = match wishes.stretch {
            Some((stretched, factor)) if stretched == page => factor,
            _ => 1.0,
        };
        let bottom = if page == 0 {
            room.first_bottom
        } else {
            room.bottom
        };
        let empty = pages[page].is_empty();
        let held = i > 0 && pieces[i - 1].keep;
        let group = if held { 1 } else { group_length(&pieces[i..]) };
        let too_long = ends(&pieces[i..i + group], y, empty, factor) > bottom + EPS
            && (!held || ends(&pieces[i..=i], y, empty, factor) > bottom + EPS);
        if !empty && (piece.new_page || wishes.breaks.contains(&i) || too_long) {
            pages.push(Vec::new());
            y = room.top;
        }
        let page = pages.len() - 1;
        if pages[page].is_empty() {
            if page > 0
                && let Some(head) = &piece.repeat
            {
                pages[page].push(Placed {
                    piece: i,
                    head: true,
                    y,
                });
                y += head.advance;
            }
        } else {
            y += piece.before * factor;
        }
        pages[page].push(Placed {
            piece: i,
            head: false,
            y,
        });
        end = y + piece.reserve.max(piece.height);
        y += piece.advance * factor;
    }
    Flow { pages, end }
}

/// How many pieces from the first stay together.
fn group_length(pieces: &[Piece]) -> usize {
    let kept = pieces.iter().take_while(|piece| piece.keep).count();
    (kept + 1).min(pieces.len())
}

/// Lower edge of pieces placed from `y`.
fn ends(pieces: &[Piece], mut y: f64, empty: bool, factor: f64) -> f64 {
    let mut end = y;
    for (i, piece) in pieces.iter().enumerate() {
        if i > 0 || !empty {
            y += piece.before * factor;
        }
        end = y + piece.height;
        y += piece.advance * factor;
    }
    end
}

impl Flow {
    /// The page on which a piece stands.
    pub(crate) fn page_of(&self, piece: usize) -> Option<usize> {
        self.pages
            .iter()
            .position(|page| page.iter().any(|placed| placed.piece == piece))
    }

    /// Below the last piece of a page that `counts`, mm from the page's top.
    pub(crate) fn below(
        &self,
        page: usize,
        pieces: &[Piece],
        counts: impl Fn(usize) -> bool,
    ) -> Option<f64> {
        let placed = self.pages[page].iter().rev().find(|p| counts(p.piece))?;
        let piece = &pieces[placed.piece];
        Some(placed.y + piece.advance)
    }

    pub(crate) fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// Draws the pieces on pages whose type area begins at `left(page)`.
    pub(crate) fn draw(&self, pieces: &[Piece], left: impl Fn(usize) -> f64) -> Vec<Page> {
        let draw = |(number, placed): (usize, &Vec<Placed>)| {
            let mut page = Page::default();
            let dx = left(number);
            for Placed { piece, head, y } in placed {
                let piece = match (&pieces[*piece].repeat, head) {
                    (Some(repeated), true) => repeated,
                    _ => &pieces[*piece],
                };
                page.headings
                    .extend(piece.heading.iter().map(|heading| Heading {
                        top: heading.top + y,
                        ..heading.clone()
                    }));
                let lines = piece.lines.iter().cloned();
                page.lines.extend(lines.map(|line| moved(line, dx, *y)));
                page.rules.extend(piece.rules.iter().map(|rule| Rule {
                    x: rule.x + dx,
                    y: rule.y + y,
                    ..*rule
                }));
            }
            page
        };
        self.pages.iter().enumerate().map(draw).collect()
    }
}
