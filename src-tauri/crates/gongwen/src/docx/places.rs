//! Where the layout put the pieces: which page, how high.

use crate::layout::flow::Piece;
use crate::layout::{Layout, Line};

/// The layout's lines, of which the pieces take theirs one after the other.
pub(super) struct Places<'a> {
    lines: Vec<(usize, &'a Line)>,
    next: usize,
}

/// A piece in its place.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) piece: Piece,
    /// Page, from 0.
    pub(super) page: usize,
    /// Top of the piece on the page, mm.
    pub(super) y: f64,
}

impl<'a> Places<'a> {
    /// The lines of a layout, upright ones or turned ones.
    pub(super) fn new(layout: &'a Layout) -> Self {
        let lines: Vec<_> = layout
            .pages
            .iter()
            .enumerate()
            .flat_map(|(number, page)| page.lines.iter().map(move |line| (number, line)))
            .collect();
        Self { lines, next: 0 }
    }

    /// The lines of the first page before the first piece, which stay behind untaken.
    pub(super) fn before(&self, first: Option<&Piece>) -> Vec<&'a Line> {
        let title = self
            .lines
            .iter()
            .take_while(|(page, _)| *page == 0)
            .enumerate()
            .filter(|(_, (_, line))| super::head::is_title(line))
            .last();
        let from = title.map_or(0, |(at, _)| at + 1);
        let end = first
            .and_then(|piece| self.find(piece, from))
            .unwrap_or(from);
        self.lines[..end]
            .iter()
            .filter(|(page, _)| *page == 0)
            .map(|(_, line)| *line)
            .collect()
    }

    /// The pieces begin after the first `count` lines.
    pub(super) fn skip(&mut self, count: usize) {
        self.next = count;
    }

    fn find(&self, piece: &Piece, from: usize) -> Option<usize> {
        let first = piece.lines.first()?;
        let text = first.text();
        (from..self.lines.len()).find(|&at| {
            let (_, line) = self.lines[at];
            line.text() == text
                && (first.runs.first().map(|run| run.size) == line.runs.first().map(|run| run.size))
        })
    }

    /// Do all pieces follow one another in the layout?
    pub(super) fn hold(&self, pieces: &[Piece]) -> bool {
        let mut from = self.next;
        pieces
            .iter()
            .filter(|piece| !piece.lines.is_empty())
            .all(|piece| match self.find(piece, from) {
                Some(at) => {
                    from = at + piece.lines.len();
                    true
                }
                None => false,
            })
    }

    /// Puts pieces where the layout has them. A piece without text stands below the one before.
    pub(super) fn place(&mut self, pieces: Vec<Piece>, mut last: (usize, f64)) -> Vec<Placed> {
        let mut placed = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let (mut page, mut y) = (last.0, last.1 + piece.before);
            if let Some(at) = self.find(&piece, self.next) {
                let (found, line) = self.lines[at];
                page = found;
                y = line.top - piece.lines[0].top;
                self.next = (at + piece.lines.len()).min(self.lines.len());
            }
            last = (page, y + piece.advance);
            placed.push(Placed { piece, page, y });
        }
        placed
    }
}
