//! What stands above the text on the first page.

use super::flow::{Flow, Item};
use super::metrics::{box_top, twips};
use super::paragraph::{Frame, Indent, Paragraph, by_height, row};
use super::runs::{Breaking, Set, Turnover, properties, runs};
use super::styles::Style;
use crate::fonts::Role;
use crate::layout::line::moved;
use crate::layout::{Colour, Line};
use crate::model::Document;
use crate::standard::{LEFT, SIZE_2};
use std::fmt::Write;

/// Is a line one of the title?
pub(super) fn is_title(line: &Line) -> bool {
    line.runs.first().is_some_and(|run| {
        run.role == Role::BiaoSong
            && run.colour == Colour::Black
            && (run.size - SIZE_2).abs() < 1e-6
    })
}

/// Is a line the red mark?
pub(super) fn is_mark(line: &Line) -> bool {
    line.runs.iter().any(|run| run.colour == Colour::Red)
}

/// Puts the lines of the head into the flow, one paragraph for those at one height, the title as
/// one paragraph with its line breaks. `left` is where the type area begins, `room` its width.
pub(super) fn put(flow: &mut Flow, document: &Document, lines: &[&Line], (left, room): (f64, f64)) {
    let lines: Vec<Line> = lines
        .iter()
        .map(|line| moved((*line).clone(), -left, 0.0))
        .collect();
    let beside = beside(&lines).cloned();
    if let Some(suffix) = &beside {
        // Through the names' paragraphs, which are as wide as the text: a frame in its own place.
        let mut paragraph = mark(suffix, suffix.right() + suffix.left);
        paragraph.indent = None;
        let height = paragraph.height();
        paragraph.frame = Some(Frame {
            x: twips(left + suffix.left),
            y: twips(box_top(suffix, height)),
            width: twips(suffix.right() - suffix.left) + 20,
            height,
        });
        flow.items.push(Item::Paragraph(paragraph));
    }
    let lines: Vec<Line> = lines
        .into_iter()
        .filter(|line| beside.as_ref() != Some(line))
        .collect();
    let number = document.number.as_deref().unwrap_or("").trim();
    let mut title: Vec<Line> = Vec::new();
    for group in by_height(&lines) {
        if is_title(&group[0]) {
            title.extend(group);
            continue;
        }
        put_title(flow, &mut title);
        let paragraph = if is_mark(&group[0]) {
            let mut mark = mark(&group[0], room);
            if beside.is_some() {
                // A word processor centres beside the frame and not through it.
                mark.align = Some("left");
                mark.indent = Some(Indent {
                    left: twips(group[0].left),
                    ..Indent::default()
                });
            }
            mark
        } else {
            let small = group[0].runs.first().is_some_and(|run| run.size < 15.0);
            let numbered = !number.is_empty() && group.iter().any(|line| line.text() == number);
            let style = match (small, numbered) {
                (true, _) => Style::Above,
                (false, true) => Style::Number,
                (false, false) => Style::Element,
            };
            row(style, &group, 0.0, room)
        };
        let top = box_top(&group[0], paragraph.height());
        flow.put(paragraph, top, 1);
    }
    put_title(flow, &mut title);
}

/// 文件 or 令 right of the names of a joint mark.
fn beside(lines: &[Line]) -> Option<&Line> {
    let names = lines.iter().filter(|line| is_mark(line));
    let suffix = names.clone().next_back()?;
    let right = |line: &Line| line.right() <= suffix.left;
    (names.clone().count() > 2 && names.filter(|line| *line != suffix).all(right)).then_some(suffix)
}

fn put_title(flow: &mut Flow, title: &mut Vec<Line>) {
    let Some(first) = title.first() else {
        return;
    };
    let paragraph = title_of(Style::Title, title);
    let top = box_top(first, paragraph.height());
    let count = title.len();
    flow.put(paragraph, top, count);
    title.clear();
}

/// A title in its lines.
pub(super) fn title_of(style: Style, lines: &[Line]) -> Paragraph {
    let sets: Vec<Set> = lines
        .iter()
        .map(|line| Set {
            line,
            turnover: Turnover::None,
        })
        .collect();
    let mut paragraph = Paragraph::new(
        style,
        runs(&style.look(), &sets, (1e4, 1e4), Breaking::Everywhere),
    );
    paragraph.keep_lines = true;
    paragraph.keep_next = true;
    paragraph
}

/// A line as it stands in the type area of an odd page.
pub(super) fn inside(line: &Line) -> Line {
    moved(line.clone(), -LEFT, 0.0)
}

/// A line of the red mark in its size, as narrow and as widely spaced as the layout has it, centred
/// where it is centred there.
pub(super) fn mark(line: &Line, room: f64) -> Paragraph {
    let (size, scale) = line
        .runs
        .first()
        .map_or((SIZE_2, 1.0), |run| (run.size, run.scale));
    let text = line.text();
    let half_points = (size * 2.0).round();
    let narrowed = if scale < 1.0 {
        format!("<w:w w:val=\"{:.0}\"/>", scale * 100.0)
    } else {
        String::new()
    };
    let size_of =
        format!("{narrowed}<w:sz w:val=\"{half_points}\"/><w:szCs w:val=\"{half_points}\"/>");
    let look = Style::Mark.look();
    let mut glyphs = line.runs.iter().flat_map(|run| &run.glyphs);
    let spacing = match (glyphs.next(), glyphs.next()) {
        (Some(first), Some(second)) => twips(second.cell - first.cell - first.width),
        _ => 0,
    };
    let mut content = String::new();
    // The last character has nothing to be spaced from.
    let last = text.char_indices().last().map_or(0, |(at, _)| at);
    for (part, spacing) in [(&text[..last], spacing), (&text[last..], 0)] {
        let _ = write!(
            content,
            "<w:r>{}<w:t>{}</w:t></w:r>",
            properties(&look, look.role, spacing, &size_of),
            super::xml::escape(part)
        );
    }
    let mut mark = Paragraph::new(Style::Mark, content);
    mark.line = Some((size * 20.0 * 1.3) as i32);
    let aside = f64::midpoint(line.left, line.right()) - room / 2.0;
    if aside.abs() > 0.1 {
        // The room of a long mark grows on the side to which it is moved.
        let aside = twips(2.0 * aside);
        mark.indent = Some(Indent {
            left: aside.min(0),
            right: (-aside).min(0),
            first: 0,
        });
    }
    mark
}
