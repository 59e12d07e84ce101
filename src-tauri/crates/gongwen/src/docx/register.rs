//! 横排台账: a landscape section with one table, whose head stands on every page.

use super::Paper;
use super::flow::{Flow, Item};
use super::frame::{self, Section};
use super::head;
use super::metrics::{BODY_LINE, twips};
use super::paragraph::Paragraph;
use super::runs::{Breaking, Set, Turnover, runs};
use super::shapes::Numbers;
use super::styles::Style;
use super::table::{self, Known};
use crate::layout::line::moved;
use crate::layout::{Layout, Line};
use crate::model::{Block, Document};
use crate::standard::{BOTTOM, HEIGHT, LEFT, PAGE_HEIGHT, PAGE_WIDTH, WIDTH, mm};

/// Left edge of the type area on the turned sheet, mm.
const TURNED_LEFT: f64 = PAGE_HEIGHT - BOTTOM;

/// The paper.
pub(super) fn paper(document: &Document, layout: &Layout) -> Paper {
    let mut flow = Flow::new(LEFT, (WIDTH, WIDTH), BODY_LINE);
    let mut rows = Vec::new();
    let mut note: Vec<Line> = Vec::new();
    let mut table_top = LEFT;
    for (number, page) in layout.pages.iter().enumerate() {
        let turned = &page.turned;
        let top = turned
            .rules
            .iter()
            .map(|rule| rule.y)
            .fold(f64::MAX, f64::min);
        let bottom = turned.rules.iter().map(|rule| rule.y).fold(0.0, f64::max);
        if number == 0 {
            let above: Vec<&Line> = turned.lines.iter().filter(|line| line.top < top).collect();
            head::put(&mut flow, document, &above, (TURNED_LEFT, HEIGHT));
            table_top = top;
        }
        let mut read = table::read(&turned.rules, &turned.lines);
        if number > 0 && !read.is_empty() {
            read.remove(0);
        }
        rows.extend(read);
        let below = turned.lines.iter().filter(|line| line.top > bottom);
        note.extend(below.map(|line| moved(line.clone(), -TURNED_LEFT, 0.0)));
    }
    let mut texts: Vec<&str> = Vec::new();
    for block in &document.body {
        if let Block::Table(table) = block {
            texts.extend(
                table
                    .rows
                    .iter()
                    .flatten()
                    .chain(&table.columns)
                    .map(String::as_str),
            );
        }
    }
    let known = Known::new(texts.into_iter());
    flow.white_below(table_top);
    flow.items.push(Item::Table(table::xml(&rows, &known, 1)));
    if !note.is_empty() {
        flow.items.push(Item::Paragraph(below(&note)));
    }
    let mut parts = Vec::new();
    let mut numbers = Numbers::default();
    frame::turned(&mut parts, &mut numbers);
    if document.options.draft_watermark {
        frame::draft(&mut parts, &mut numbers);
    }
    let section = Section {
        landscape: true,
        margins: (
            LEFT,
            PAGE_HEIGHT - TURNED_LEFT - HEIGHT,
            PAGE_WIDTH - LEFT - WIDTH - 0.3,
            TURNED_LEFT,
        ),
        header: 5.0,
        footer: 5.0,
        parts,
    };
    Paper {
        items: flow.items,
        section,
        unnumbered: None,
    }
}

/// The note below the table.
fn below(lines: &[Line]) -> Paragraph {
    let style = Style::RegisterNote;
    let look = style.look();
    let sets: Vec<Set> = lines
        .iter()
        .map(|line| Set {
            line,
            turnover: Turnover::None,
        })
        .collect();
    let room = HEIGHT * 72.0 / 25.4;
    let first = room - f64::from(look.first) / 20.0;
    let content = runs(&look, &sets, (first, room), Breaking::Spacing);
    let mut note = Paragraph::new(style, content);
    note.before = twips(mm(look.size) / 4.0);
    note
}
