//! Ruled tables, read from the rules and lines of the layout: whatever is ruled there, with merged
//! cells or without, becomes the same table here.

use super::metrics::{millimetres, rise, twips};
use super::paragraph::Paragraph;
use super::runs::{Breaking, Set, Turnover, runs};
use super::styles::Style;
use crate::fonts::Role;
use crate::layout::table::{PADDING, RULE, leading};
use crate::layout::{Line, Rule};
use crate::standard::SIZE_4;
use crate::text::normal;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Room that a cell's borders may take from its text, points.
const BORDER: f64 = 1.5;

/// How far a cell reaches down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Merge {
    None,
    Begins,
    GoesOn,
}

/// One cell of a row.
struct Cell {
    /// Left and right edge, mm.
    edges: (f64, f64),
    /// Upper and lower edge, over all rows it reaches, mm.
    depth: (f64, f64),
    merge: Merge,
    lines: Vec<Line>,
}

/// One row.
pub(super) struct Row {
    height: f64,
    cells: Vec<Cell>,
}

/// The paragraphs of a table's cells, so that lines can be put together again.
pub(super) struct Known(BTreeSet<String>);

impl Known {
    /// The texts of the cells; a line break in one begins another paragraph.
    pub(super) fn new<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        Self(
            texts
                .flat_map(|text| text.split(['\n', '\r']))
                .map(|text| inked(&normal::text(text)))
                .filter(|text| !text.is_empty())
                .collect(),
        )
    }
}

/// A text without blanks and invisible characters.
fn inked(text: &str) -> String {
    text.chars()
        .filter(|ch| {
            !ch.is_whitespace()
                && !matches!(
                    ch,
                    '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}'
                )
        })
        .collect()
}

/// Places that differ by less are one, mm.
const NEAR: f64 = 0.1;

fn edges(places: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut places: Vec<f64> = places.collect();
    places.sort_by(f64::total_cmp);
    places.dedup_by(|a, b| (*a - *b).abs() < NEAR);
    places
}

/// The rows that rules enclose, with the lines in their cells.
pub(super) fn read(rules: &[Rule], lines: &[Line]) -> Vec<Row> {
    let (upright, level): (Vec<&Rule>, Vec<&Rule>) =
        rules.iter().partition(|rule| rule.width < rule.height);
    let xs = edges(upright.iter().map(|rule| rule.x + rule.width / 2.0));
    let ys = edges(level.iter().map(|rule| rule.y + rule.height / 2.0));
    let walled = |row: usize, column: usize| {
        let middle = f64::midpoint(ys[row], ys[row + 1]);
        upright.iter().any(|rule| {
            (rule.x + rule.width / 2.0 - xs[column]).abs() < NEAR
                && rule.y < middle
                && middle < rule.y + rule.height
        })
    };
    let roofed = |row: usize, column: usize| {
        let middle = f64::midpoint(xs[column], xs[column + 1]);
        level.iter().any(|rule| {
            (rule.y + rule.height / 2.0 - ys[row]).abs() < NEAR
                && rule.x < middle
                && middle < rule.x + rule.width
        })
    };
    let (columns, count) = (xs.len().saturating_sub(1), ys.len().saturating_sub(1));
    (0..count)
        .map(|row| {
            let mut cells = Vec::new();
            let mut from = 0;
            while from < columns {
                let to = (from + 1..columns)
                    .find(|&to| walled(row, to))
                    .unwrap_or(columns);
                let end = (row + 1..count)
                    .find(|&end| roofed(end, from))
                    .unwrap_or(count);
                let merge = match (roofed(row, from), end > row + 1) {
                    (false, _) => Merge::GoesOn,
                    (true, true) => Merge::Begins,
                    (true, false) => Merge::None,
                };
                let (edges, depth) = ((xs[from], xs[to]), (ys[row], ys[end]));
                let within = |line: &&Line| {
                    (edges.0..edges.1).contains(&line.left)
                        && (depth.0..depth.1).contains(&line.top)
                };
                cells.push(Cell {
                    edges,
                    depth,
                    merge,
                    lines: if merge == Merge::GoesOn {
                        Vec::new()
                    } else {
                        lines.iter().filter(within).cloned().collect()
                    },
                });
                from = to;
            }
            Row {
                height: ys[row + 1] - ys[row],
                cells,
            }
        })
        .collect()
}

/// A table of rows of which the first `heads` stand again on every page.
pub(super) fn xml(rows: &[Row], known: &Known, heads: usize) -> String {
    let places = edges(
        rows.iter()
            .flat_map(|row| &row.cells)
            .flat_map(|cell| [cell.edges.0, cell.edges.1]),
    );
    let (Some(left), Some(right)) = (places.first(), places.last()) else {
        return String::new();
    };
    let at = |place: f64| places.iter().filter(|&&edge| edge < place - NEAR).count();
    let stops: Vec<i32> = places.iter().map(|place| twips(place - left)).collect();
    // Eighths of a point.
    let thick = (RULE * 72.0 / 25.4 * 8.0).round();
    let mut out = format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:tblInd w:w=\"0\" w:type=\"dxa\"/><w:tblBorders>",
        twips(right - left)
    );
    for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
        let _ = write!(
            out,
            "<w:{side} w:val=\"single\" w:sz=\"{thick}\" w:space=\"0\" w:color=\"000000\"/>"
        );
    }
    let padding = twips(PADDING);
    let _ = write!(
        out,
        "</w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"{padding}\" w:type=\"dxa\"/>\
         <w:right w:w=\"{padding}\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>"
    );
    for pair in stops.windows(2) {
        let _ = write!(out, "<w:gridCol w:w=\"{}\"/>", pair[1] - pair[0]);
    }
    out.push_str("</w:tblGrid>");
    for (number, row) in rows.iter().enumerate() {
        let _ = write!(
            out,
            "<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val=\"{}\" w:hRule=\"atLeast\"/>",
            twips(row.height)
        );
        if number < heads {
            out.push_str("<w:tblHeader/>");
        }
        out.push_str("</w:trPr>");
        for cell in &row.cells {
            let (from, to) = (at(cell.edges.0), at(cell.edges.1));
            let _ = write!(
                out,
                "<w:tc><w:tcPr><w:tcW w:w=\"{}\" w:type=\"dxa\"/>",
                stops[to] - stops[from]
            );
            if to > from + 1 {
                let _ = write!(out, "<w:gridSpan w:val=\"{}\"/>", to - from);
            }
            match cell.merge {
                Merge::None => {}
                Merge::Begins => out.push_str("<w:vMerge w:val=\"restart\"/>"),
                Merge::GoesOn => out.push_str("<w:vMerge/>"),
            }
            cell_xml(&mut out, cell, known, number < heads);
        }
        out.push_str("</w:tr>");
    }
    out.push_str("</w:tbl>");
    out
}

fn cell_xml(out: &mut String, cell: &Cell, known: &Known, head: bool) {
    let (Some(first), Some(last)) = (cell.lines.first(), cell.lines.last()) else {
        let blank = Paragraph::new(Style::Cell, String::new());
        let _ = write!(
            out,
            "<w:vAlign w:val=\"center\"/></w:tcPr>{}</w:tc>",
            blank.xml()
        );
        return;
    };
    let size = first.runs.first().map_or(SIZE_4, |run| run.size);
    let above = first.top - cell.depth.0;
    let below = cell.depth.1 - last.top - crate::standard::mm(size);
    // What stands at the foot of a cell keeps its distance from what stands at its head.
    let solid = last.top - first.top < (cell.lines.len() as f64 - 0.5) * leading(size);
    let centred = solid && (above - below).abs() < 0.6;
    let side = if centred { "center" } else { "top" };
    let _ = write!(out, "<w:vAlign w:val=\"{side}\"/></w:tcPr>");
    let mut cursor = cell.depth.0;
    for lines in paragraphs(&cell.lines, known) {
        let mut paragraph = paragraph(cell, &lines);
        paragraph.keep_next = head;
        let height = paragraph.height();
        let top = lines[0].top - rise(size, height);
        let gap = twips(top - cursor);
        if !centred && gap > 15 {
            paragraph.before = gap;
            cursor = top;
        }
        cursor += millimetres(height) * lines.len() as f64;
        out.push_str(&paragraph.xml());
    }
    out.push_str("</w:tc>");
}

/// The lines of a cell, put together to the paragraphs they come from.
fn paragraphs(lines: &[Line], known: &Known) -> Vec<Vec<Line>> {
    let mut paragraphs: Vec<Vec<Line>> = Vec::new();
    let mut text = String::new();
    let mut open = false;
    for line in lines {
        match paragraphs.last_mut() {
            Some(last) if open => last.push(line.clone()),
            _ => paragraphs.push(vec![line.clone()]),
        }
        text.push_str(&inked(&line.text()));
        open = !known.0.contains(&text);
        if !open {
            text.clear();
        }
    }
    paragraphs
}

fn paragraph(cell: &Cell, lines: &[Line]) -> Paragraph {
    let run = lines.iter().flat_map(|line| &line.runs).next();
    let caption = run.is_some_and(|run| run.role == Role::Hei);
    let large = run.is_some_and(|run| run.size > 13.0);
    let style = match (caption, large) {
        (true, true) => Style::Caption,
        (true, false) => Style::SmallCaption,
        (false, true) => Style::Cell,
        (false, false) => Style::SmallCell,
    };
    let look = style.look();
    let room = (cell.edges.1 - cell.edges.0 - 2.0 * PADDING) * 72.0 / 25.4 - BORDER;
    let sets: Vec<Set> = lines
        .iter()
        .map(|line| Set {
            line,
            turnover: Turnover::None,
        })
        .collect();
    let content = runs(&look, &sets, (room, room), Breaking::WhereNeeded);
    let mut paragraph = Paragraph::new(style, content);
    let (left, right) = (cell.edges.0 + PADDING, cell.edges.1 - PADDING);
    let indented = lines.iter().any(|line| line.left > left + 0.3);
    let about_middle = |line: &Line| {
        (f64::midpoint(line.left, line.right()) - f64::midpoint(left, right)).abs() < 0.3
    };
    if caption || indented && lines.iter().all(about_middle) {
        paragraph.align = (!caption).then_some("center");
    } else if indented {
        paragraph.align = Some("right");
    } else if lines.len() > 1 && lines[0].right() > right - 0.05 {
        paragraph.align = Some("both");
    }
    paragraph
}
