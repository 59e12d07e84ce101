//! Ruled tables with merged cells.

use super::context::Context;
use super::flow::{Kind, Piece};
use super::table::{self, Entry, HEADROOM, PADDING, RULE, leading};
use super::{Colour, Line, Rule, line};
use crate::error::Error;
use crate::fonts::Role;
use crate::model::{Grid, GridCell};
use crate::standard::{HEIGHT, SIZE_4, WIDTH, mm};
use crate::text::cells::Style;
use crate::text::title;
use std::sync::Arc;

/// A cell in its place.
struct Placed<'a> {
    cell: &'a GridCell,
    /// First row and the row after the last.
    rows: (usize, usize),
    left: f64,
    width: f64,
    lines: Vec<Line>,
    foot: Vec<Line>,
    /// What its text needs, mm.
    needed: f64,
    /// Does it end at the right edge?
    last: bool,
}

/// The pieces of a grid: rows that share a merged cell make one piece.
pub(crate) fn pieces(context: Context, grid: &Grid, place: &str) -> Result<Vec<Piece>, Error> {
    if grid.columns.is_empty() || grid.rows.is_empty() {
        return Ok(Vec::new());
    }
    let place = format!("{place}的表格");
    let edges = edges(&grid.columns, &place)?;
    let cells = arrange(context, grid, &edges, &place)?;
    let heights = heights(&cells, grid.rows.len());
    let mut pieces = Vec::new();
    let mut head: Option<Arc<Piece>> = None;
    let mut from = 0;
    while from < heights.len() {
        // Rows up to the first lower edge that no merged cell crosses.
        let mut to = from + 1;
        while let Some(reach) = cells
            .iter()
            .filter(|cell| cell.rows.0 < to && cell.rows.1 > to)
            .map(|cell| cell.rows.1)
            .max()
        {
            to = reach;
        }
        let mut piece = group(&cells, &heights, from, to);
        piece.repeat.clone_from(&head);
        let above = head.as_ref().map_or(0.0, |head| head.advance);
        if above + piece.height > HEIGHT {
            return Err(Error::Content(format!(
                "{place}第{}行太高，一页排不下，请把其中的内容分成几行或者另附页。",
                from + 1
            )));
        }
        if (from, to) == (0, 1) && heights.len() > 1 && is_head(&cells) {
            piece.keep = true;
            head = Some(Arc::new(piece.clone()));
        }
        pieces.push(piece);
        from = to;
    }
    table::finish(context, &mut pieces);
    Ok(pieces)
}

/// Whether the first row is a head, which stands again on every page: captions alone, and more than
/// one. A single one over the whole width names what follows, once.
fn is_head(cells: &[Placed]) -> bool {
    let mut first = cells.iter().filter(|cell| cell.rows.0 == 0);
    first.clone().count() > 1 && first.all(|placed| placed.cell.label && !placed.lines.is_empty())
}

/// Left edges of the columns and the right edge of the last, mm.
fn edges(columns: &[u16], place: &str) -> Result<Vec<f64>, Error> {
    let total: f64 = columns.iter().map(|&width| f64::from(width)).sum();
    let mut edges = vec![0.0];
    let mut sum = 0.0;
    for (number, &width) in columns.iter().enumerate() {
        // One character a line is the narrowest a caption may be set.
        if f64::from(width) / total.max(1.0) * WIDTH < mm(SIZE_4) + 2.0 * PADDING {
            return Err(Error::Content(format!(
                "{place}第{}栏太窄，排不下一个字，请加宽这一栏。",
                number + 1
            )));
        }
        sum += f64::from(width);
        edges.push(sum / total * WIDTH);
    }
    Ok(edges)
}

/// Gives every cell its place, as a reader fills a grid: left to right in the columns that no cell
/// from above reaches into.
fn arrange<'a>(
    context: Context,
    grid: &'a Grid,
    edges: &[f64],
    place: &str,
) -> Result<Vec<Placed<'a>>, Error> {
    let count = grid.columns.len();
    // For every column, the first row that is free in it.
    let mut free = vec![0; count];
    let mut placed = Vec::new();
    for (row, cells) in grid.rows.iter().enumerate() {
        let wrong = |reason: &str| {
            Error::Content(format!(
                "{place}第{}行{reason}，表格共{count}栏、{}行，请核对各格所占的栏数和行数。",
                row + 1,
                grid.rows.len()
            ))
        };
        let mut column = 0;
        for cell in cells {
            while column < count && free[column] > row {
                column += 1;
            }
            let (wide, deep) = (usize::from(cell.columns), usize::from(cell.rows));
            let reach = column + wide;
            if wide == 0 || deep == 0 {
                return Err(wrong("有一格的栏数或行数是0"));
            }
            if reach > count || free[column..reach].iter().any(|&free| free > row) {
                return Err(wrong("的格子太多"));
            }
            if row + deep > grid.rows.len() {
                return Err(wrong("有一格伸到了表格下面"));
            }
            free[column..reach].fill(row + deep);
            let (left, width) = (edges[column], edges[reach] - edges[column]);
            placed.push(set(
                context,
                cell,
                (row, row + deep),
                (left, width, reach == count),
                place,
            )?);
            column = reach;
        }
        if free.iter().any(|&free| free <= row) {
            return Err(wrong("的格子没有排满"));
        }
    }
    Ok(placed)
}

/// Sets the text of a cell.
fn set<'a>(
    context: Context,
    cell: &'a GridCell,
    rows: (usize, usize),
    (left, width, last): (f64, f64, bool),
    place: &str,
) -> Result<Placed<'a>, Error> {
    let role = if cell.label {
        Role::Hei
    } else {
        Role::FangSong
    };
    let style = Style::natural(role, SIZE_4);
    let centred = cell.label || cell.centred;
    let entry = Entry::new(context, &cell.text, style, centred, place)?;
    let room = width - 2.0 * PADDING;
    let lines = if cell.label {
        caption(&entry, left + width / 2.0, room)
    } else {
        stacked(&entry, left + PADDING, room)
    };
    let style = Style::natural(Role::FangSong, SIZE_4);
    let foot = Entry::new(context, &cell.foot, style, false, place)?;
    let mut foot = stacked(&foot, left + PADDING, room);
    for line in &mut foot {
        let dx = left + width - PADDING - line.right();
        *line = line::moved(line.clone(), dx, 0.0);
    }
    let count = lines.len() + foot.len();
    let text = count.saturating_sub(1) as f64 * leading(SIZE_4) + mm(SIZE_4) + 2.0 * HEADROOM;
    Ok(Placed {
        cell,
        rows,
        left,
        width,
        lines,
        foot,
        needed: text.max(f64::from(cell.height)),
        last,
    })
}

/// The lines of a caption, broken like a title: words whole, no line of a single character.
fn caption(entry: &Entry, middle: f64, room: f64) -> Vec<Line> {
    let mut lines = Vec::new();
    for cells in &entry.paragraphs {
        let text: Vec<char> = cells.iter().map(|cell| cell.ch).collect();
        let widths: Vec<f64> = cells.iter().map(|cell| cell.width).collect();
        for range in title::lines(&text, &widths, mm(SIZE_4), room) {
            let top = lines.len() as f64 * leading(SIZE_4);
            lines.push(line::centred(&cells[range], middle, top));
        }
    }
    lines
}

/// The lines of an entry one below the other from 0.
fn stacked(entry: &Entry, left: f64, room: f64) -> Vec<Line> {
    table::cell_lines(entry, left, room)
        .into_iter()
        .map(|(number, line)| line::moved(line, 0.0, number as f64 * leading(SIZE_4)))
        .collect()
}

/// Heights of the rows: as high as their own cells, opened evenly where a merged cell needs more.
fn heights(cells: &[Placed], rows: usize) -> Vec<f64> {
    let mut heights = vec![0.0_f64; rows];
    let mut by_depth: Vec<&Placed> = cells.iter().collect();
    by_depth.sort_by_key(|cell| (cell.rows.1 - cell.rows.0, cell.rows.0));
    for cell in by_depth {
        let (from, to) = cell.rows;
        let have: f64 = heights[from..to].iter().sum();
        let more = (cell.needed - have).max(0.0) / (to - from) as f64;
        for height in &mut heights[from..to] {
            *height += more;
        }
    }
    heights
}

/// Rows `from` to `to` as one piece.
fn group(cells: &[Placed], heights: &[f64], from: usize, to: usize) -> Piece {
    let tall = |rows: (usize, usize)| heights[rows.0..rows.1].iter().sum::<f64>();
    let height = tall((from, to));
    let mut piece = Piece::new(Kind::Body, height + RULE / 2.0, height);
    let mut rule = |x: f64, y: f64, width: f64, height: f64| {
        piece.rules.push(Rule {
            x: x - RULE / 2.0,
            y: y - RULE / 2.0,
            width: width + RULE,
            height: height + RULE,
            colour: Colour::Black,
        });
    };
    for cell in cells.iter().filter(|c| (from..to).contains(&c.rows.0)) {
        let top = tall((from, cell.rows.0));
        let height = tall(cell.rows);
        rule(cell.left, top, cell.width, 0.0);
        rule(cell.left, top, 0.0, height);
        if cell.last {
            rule(cell.left + cell.width, top, 0.0, height);
        }
        if cell.rows.1 == to {
            rule(cell.left, top + height, cell.width, 0.0);
        }
    }
    for cell in cells.iter().filter(|c| (from..to).contains(&c.rows.0)) {
        let top = tall((from, cell.rows.0));
        let height = tall(cell.rows);
        let depth =
            |lines: &[Line]| lines.len().saturating_sub(1) as f64 * leading(SIZE_4) + mm(SIZE_4);
        let above = if cell.foot.is_empty() {
            (height - depth(&cell.lines)) / 2.0
        } else {
            HEADROOM
        };
        let below = height - HEADROOM - depth(&cell.foot);
        let lines = cell.lines.iter().map(|line| (line, top + above));
        let foot = cell.foot.iter().map(|line| (line, top + below));
        piece.lines.extend(
            lines
                .chain(foot)
                .map(|(line, dy)| line::moved(line.clone(), 0.0, dy)),
        );
        debug_assert!(height + 1e-6 >= cell.needed.max(f64::from(cell.cell.height)));
    }
    piece
}
