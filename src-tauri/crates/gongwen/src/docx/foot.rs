//! 版记 at the foot of the last page: a box that keeps its place on the page, in it a table with the
//! rules of the standard.

use super::metrics::{millimetres, twips};
use super::paragraph::{Indent, Paragraph, row};
use super::runs::{Breaking, Set, Turnover, runs};
use super::shapes::{Numbers, Reading, text_box};
use super::styles::Style;
use crate::layout::Line;
use crate::layout::foot::Foot;
use crate::model::Document;
use crate::standard::{BOTTOM, FOOT_RULE, FOOT_RULE_MIDDLE, SIZE_4, WIDTH, mm};
use std::fmt::Write;

/// Room of a line between two rules: 7/8 of a character between two lines, twips.
const ROW: i32 = (SIZE_4 * 1.875 * 20.0) as i32;

/// A paragraph of no height that holds the box; nothing when the paper has no 版记. `left` is where
/// the type area of the last page begins, mm.
pub(super) fn paragraph(
    document: &Document,
    foot: &Foot,
    left: f64,
    numbers: &mut Numbers,
) -> Option<Paragraph> {
    let printed = if document.printed_by.is_some() { 2 } else { 0 };
    let (copies, printed) = foot.lines.split_at(foot.lines.len() - printed);
    let mut rows = Vec::new();
    if let Some((label, names)) = copies.split_first() {
        rows.push((copied(label, names), names.len()));
    }
    if !printed.is_empty() {
        rows.push((row(Style::Foot, printed, 0.0, WIDTH), 1));
    }
    if rows.is_empty() {
        return None;
    }
    let lines: usize = rows.iter().map(|(_, lines)| lines).sum();
    // A box ends with a paragraph, which stands below the type area.
    let end = Paragraph::blank(20);
    let height = millimetres(ROW * lines as i32 + end.height()) + 3.0 * FOOT_RULE;
    let below = millimetres(end.height()) + letter_white(foot);
    let place = (left, BOTTOM + below - height, WIDTH, height);
    let content = table(&rows, !foot.rules.is_empty()) + &end.xml();
    let mut anchor = Paragraph::blank(20);
    anchor.content = text_box("版记", &content, place, &Reading::OnTheFloor, numbers);
    Some(anchor)
}

/// Without rules the characters of the last line end the type area, not the white below them, mm.
fn letter_white(foot: &Foot) -> f64 {
    if foot.rules.is_empty() {
        (millimetres(ROW) - mm(SIZE_4)) / 2.0
    } else {
        0.0
    }
}

/// Rows of a paragraph and its number of lines.
fn table(rows: &[(Paragraph, usize)], ruled: bool) -> String {
    let width = twips(WIDTH);
    let mut out = format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{width}\" w:type=\"dxa\"/><w:tblInd w:w=\"0\" w:type=\"dxa\"/>{}\
         <w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/>\
         <w:right w:w=\"0\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w=\"{width}\"/></w:tblGrid>",
        borders(ruled)
    );
    for (paragraph, lines) in rows {
        let _ = write!(
            out,
            "<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val=\"{}\" w:hRule=\"exact\"/></w:trPr>\
             <w:tc><w:tcPr><w:tcW w:w=\"{}\" w:type=\"dxa\"/></w:tcPr>{}</w:tc></w:tr>",
            ROW * *lines as i32,
            width,
            paragraph.xml()
        );
    }
    out.push_str("</w:tbl>");
    out
}

/// First and last rule, and the thinner one between (eighths of a point).
fn borders(ruled: bool) -> String {
    if !ruled {
        return String::new();
    }
    let eighths = |mm: f64| (mm * 72.0 / 25.4 * 8.0).round();
    let (outer, inner) = (eighths(FOOT_RULE), eighths(FOOT_RULE_MIDDLE));
    format!(
        "<w:tblBorders><w:top w:val=\"single\" w:sz=\"{outer}\" w:space=\"0\" w:color=\"000000\"/>\
         <w:bottom w:val=\"single\" w:sz=\"{outer}\" w:space=\"0\" w:color=\"000000\"/>\
         <w:insideH w:val=\"single\" w:sz=\"{inner}\" w:space=\"0\" w:color=\"000000\"/></w:tblBorders>"
    )
}

/// 抄送: one character blank on both sides, turnover after the colon.
fn copied(label: &Line, names: &[Line]) -> Paragraph {
    let look = Style::Foot.look();
    let mut lines: Vec<Line> = names.to_vec();
    if let Some(first) = lines.first_mut() {
        first.runs.splice(0..0, label.runs.iter().cloned());
    }
    let em = SIZE_4 * 20.0;
    let indent = Indent {
        left: (em * 4.0) as i32,
        right: em as i32,
        first: (em * -3.0) as i32,
    };
    let room = super::flow::TEXT_WIDTH - 2.0 * SIZE_4;
    let sets: Vec<Set> = lines
        .iter()
        .map(|line| Set {
            line,
            turnover: Turnover::None,
        })
        .collect();
    let content = runs(&look, &sets, (room, room - 3.0 * SIZE_4), Breaking::Spacing);
    let mut paragraph = Paragraph::new(Style::Foot, content);
    paragraph.indent = Some(indent);
    paragraph
}
