//! Paragraphs and tables one below the other, with the white between them that puts each where the
//! layout has it. Pages are not broken here: equal heights break them where the PDF does.

use super::metrics::{BODY_LINE, box_top, millimetres, rise, twips};
use super::paragraph::{Indent, Paragraph, by_height, row};
use super::places::Placed;
use super::runs::{Breaking, Set, Turnover, runs};
use super::styles::{Style, TITLE_LINE};
use super::table;
use crate::layout::Line;
use crate::layout::line::moved;
use crate::standard::{SIZE_3, TOP, WIDTH};

/// Width of the text, points.
pub(super) const TEXT_WIDTH: f64 = 442.2;

/// White below this is a rounding error that adds up, twips.
const TRIFLE: i32 = 15;

/// What a document's body is made of.
pub(super) enum Item {
    Paragraph(Paragraph),
    Table(String),
}

/// Items on their way down the pages.
pub(super) struct Flow {
    pub(super) items: Vec<Item>,
    /// Lower edge of what stands so far, as the word processor reckons it, mm from the page's top.
    cursor: f64,
    page: usize,
    /// Where the next piece of the layout would stand: page and height.
    pub(super) end: (usize, f64),
    /// Lower limit of the layout's text on the first page and on the others, mm.
    limits: (f64, f64),
    /// Height of a body line, twips.
    body_line: i32,
    /// The last placed piece: page, height below which the next one would begin, and if it holds it.
    last: Option<(usize, f64)>,
}

impl Flow {
    /// An empty flow whose first item stands below `top` on the first page.
    pub(super) fn new(top: f64, limits: (f64, f64), body_line: i32) -> Self {
        Self {
            items: Vec::new(),
            cursor: top,
            page: 0,
            end: (0, TOP),
            limits,
            body_line,
            last: None,
        }
    }

    /// Top of a body line's box above the top of its characters, mm.
    pub(super) fn body_rise(&self) -> f64 {
        rise(SIZE_3, self.body_line)
    }

    /// Height of a style's lines where this paper's line pitch is not the standard's.
    fn own_line(&self, style: Style) -> Option<i32> {
        let more = self.body_line - BODY_LINE;
        let line = style.look().line;
        (more != 0 && matches!(line, BODY_LINE | TITLE_LINE)).then_some(line + more)
    }

    /// Puts a paragraph whose first line stands where the layout has `line`.
    pub(super) fn put_at(&mut self, mut paragraph: Paragraph, line: &Line, lines: usize) {
        paragraph.line = paragraph.line.or(self.own_line(paragraph.style));
        let top = box_top(line, paragraph.height());
        self.put(paragraph, top, lines);
    }

    /// Puts a paragraph whose first line's box begins at `top` and that is `lines` lines deep.
    pub(super) fn put(&mut self, mut paragraph: Paragraph, top: f64, lines: usize) {
        paragraph.before = self.gap(top);
        self.cursor += millimetres(paragraph.before + paragraph.height() * lines as i32);
        self.items.push(Item::Paragraph(paragraph));
    }

    /// Goes to the page of a piece; says if that page begins although there was room before it.
    fn turn_to(&mut self, placed: &Placed) -> bool {
        let forced = self.is_forced(placed);
        if placed.page != self.page {
            self.page = placed.page;
            self.cursor = TOP - self.body_rise();
        }
        self.last = Some((placed.page, placed.y + placed.piece.advance));
        self.end = (placed.page, placed.y + placed.piece.advance);
        forced
    }

    fn is_forced(&self, placed: &Placed) -> bool {
        let Some((page, y)) = self.last else {
            return false;
        };
        let limit = if page == 0 {
            self.limits.0
        } else {
            self.limits.1
        };
        let piece = &placed.piece;
        let fits = y + piece.before + piece.height <= limit + 1e-6;
        placed.page > page && (piece.new_page || fits && !piece.keep)
    }

    /// White above a paragraph whose first line's box begins at `top`, twips.
    fn gap(&self, top: f64) -> i32 {
        let gap = twips(top - self.cursor);
        if gap > TRIFLE { gap } else { 0 }
    }

    /// One paragraph of running text: a line a piece.
    pub(super) fn text(
        &mut self,
        style: Style,
        pieces: &[Placed],
        indent: Option<Indent>,
        breaking: Breaking,
    ) {
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
            return;
        };
        let look = style.look();
        let own = self.own_line(style);
        let line = stretched(pieces, own.unwrap_or(look.line)).or(own);
        let height = millimetres(line.unwrap_or(look.line));
        let begins = first.page != self.page;
        let forced = self.turn_to(first);
        let before = self.gap(first.y - rise(look.size, own.unwrap_or(look.line)));
        self.cursor += millimetres(before);
        let lines: Vec<Line> = pieces.iter().map(merged).collect();
        let mut sets = Vec::with_capacity(lines.len());
        for (number, (placed, line)) in pieces.iter().zip(&lines).enumerate() {
            let turned = if number == 0 {
                begins && !forced
            } else {
                placed.page != self.page
            };
            let turnover = match (turned, number > 0 && self.turn_to(placed)) {
                (false, _) => Turnover::None,
                (true, false) => Turnover::Page,
                (true, true) => Turnover::ForcedPage,
            };
            self.cursor += height;
            sets.push(Set { line, turnover });
        }
        let indents = indent.unwrap_or(Indent {
            first: look.first,
            ..Indent::default()
        });
        let points = |indent: i32| TEXT_WIDTH - f64::from(indent) / 20.0;
        let room = (
            points(indents.left + indents.right + indents.first),
            points(indents.left + indents.right),
        );
        let mut paragraph = Paragraph::new(style, runs(&look, &sets, room, breaking));
        paragraph.before = before;
        paragraph.indent = indent;
        paragraph.line = line;
        paragraph.page_break = forced && begins;
        paragraph.keep_next = last.piece.keep;
        paragraph.keep_lines = pieces.len() > 1 && first.piece.keep;
        self.items.push(Item::Paragraph(paragraph));
    }

    /// A block whose lines stand where the layout has them and that is never cut: a signature, the
    /// head of an annex.
    pub(super) fn block(&mut self, placed: &Placed, style: impl Fn(&[Line], bool) -> Style) {
        let begins = placed.page != self.page;
        let forced = self.turn_to(placed);
        let lines: Vec<Line> = placed
            .piece
            .lines
            .iter()
            .map(|line| moved(line.clone(), 0.0, placed.y))
            .collect();
        let groups = by_height(&lines);
        let count = groups.len();
        for (number, group) in groups.iter().enumerate() {
            let last = number + 1 == count;
            let mut paragraph = row(style(group, last), group, 0.0, WIDTH);
            paragraph.keep_next = !last || placed.piece.keep;
            paragraph.page_break = number == 0 && begins && forced;
            self.put_at(paragraph, &group[0], 1);
        }
    }

    /// Goes to the page on which a piece begins.
    pub(super) fn begin_page(&mut self, placed: &Placed) {
        self.turn_to(placed);
    }

    /// White between the last paragraph and what begins at `top`.
    pub(super) fn white_below(&mut self, top: f64) {
        let gap = twips(top - self.cursor).max(0);
        match self.items.last_mut() {
            Some(Item::Paragraph(above)) => above.after += gap,
            _ => self.items.push(Item::Paragraph(Paragraph::blank(gap))),
        }
    }

    /// A ruled table: a piece a row or more. `heads` rows stand again on every page.
    pub(super) fn table(&mut self, pieces: &[Placed], known: &table::Known, heads: usize) {
        let Some(first) = pieces.first() else {
            return;
        };
        let begins = first.page != self.page;
        self.turn_to(first);
        if !begins {
            self.white_below(first.y);
        }
        let mut rows = Vec::new();
        for placed in pieces {
            self.turn_to(placed);
            rows.extend(table::read(&placed.piece.rules, &placed.piece.lines));
            let height = placed
                .piece
                .rules
                .iter()
                .map(|rule| rule.y)
                .fold(0.0, f64::max);
            self.cursor = placed.y + height;
        }
        self.items
            .push(Item::Table(table::xml(&rows, known, heads)));
    }
}

/// The lines of a piece as one: a label and what stands beside it.
fn merged(placed: &Placed) -> Line {
    let mut lines = placed.piece.lines.iter();
    let mut line = lines.next().cloned().unwrap_or(Line {
        top: 0.0,
        left: 0.0,
        runs: Vec::new(),
    });
    line.runs
        .extend(lines.flat_map(|line| line.runs.iter().cloned()));
    line
}

/// Height of the lines of a paragraph that stands on a page whose lines the layout has set further
/// apart (item 19).
fn stretched(pieces: &[Placed], line: i32) -> Option<i32> {
    let pair = pieces
        .windows(2)
        .find(|pair| pair[0].page == pair[1].page && pair[0].piece.rules.is_empty())?;
    let factor = (pair[1].y - pair[0].y) / pair[0].piece.advance;
    (factor > 1.0 + 1e-6).then(|| (f64::from(line) * factor).ceil() as i32)
}
