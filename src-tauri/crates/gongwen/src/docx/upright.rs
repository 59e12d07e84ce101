//! Papers on upright pages: 信函, 文件, 纪要, 命令, 表单, 谈话记录.

use super::Paper;
use super::body::Body;
use super::flow::{Flow, Item};
use super::frame::{self, Section};
use super::head;
use super::metrics::{BODY_LINE, body_line, box_top, millimetres, rise};
use super::package::Unnumbered;
use super::places::Places;
use super::shapes::{Numbers, rules};
use super::styles::{Style, TITLE_LINE};
use crate::error::Error;
use crate::fonts::Role;
use crate::layout::context::Context;
use crate::layout::flow::{Kind, Piece};
use crate::layout::table::leading;
use crate::layout::{self, Colour, Layout, Line, blocks, body, fields, foot, line};
use crate::model::{Document, Format};
use crate::standard::{
    BOTTOM, GAP, INDENT, LEFT, LETTER_RULE_ABOVE_BOTTOM, LETTER_RULE_HEIGHT, PAGE_HEIGHT, PITCH,
    RESPACE, SIZE_3, SIZE_4, SIZE_SMALL_4, TOP, WIDTH, mm,
};
use crate::text::cells;
use crate::text::fill::{Measure, fill};

/// White between the text of a record and the characters of its signature line, mm.
const ABOVE_SIGNATURES: f64 = 9.0;
/// What a page is deeper than its lines, so that rounding never pushes one out, mm.
const SLACK: f64 = 0.4;
/// Right margin, mm.
const RIGHT: f64 = 26.0;

/// The paper.
pub(super) fn paper(
    context: Context,
    document: &Document,
    layout: &Layout,
) -> Result<Paper, Error> {
    let Some(first_page) = layout.pages.first() else {
        return Err(Error::Docx("版面是空的".to_owned()));
    };
    let captions = captions(document, &first_page.lines);
    let limit = captions
        .first()
        .map_or(BOTTOM, |caption| caption.top - ABOVE_SIGNATURES);
    let first_limit = if document.format == Format::Letter {
        PAGE_HEIGHT - LETTER_RULE_ABOVE_BOTTOM - LETTER_RULE_HEIGHT - GAP
    } else {
        limit
    };
    // A line's box reaches below its characters.
    let body_line = body_line(context.line_pitch);
    let body_rise = rise(SIZE_3, body_line);
    let below = millimetres(body_line) - body_rise - PITCH + SLACK;
    let mut numbers = Numbers::default();
    let mut parts = Vec::new();

    let first = first_piece(context, document)?;
    let mut places = Places::new(layout);
    let above = places.before(first.as_ref());
    places.skip(above.len());
    let tight = Context {
        tighten: RESPACE,
        ..context
    };
    let usual = places.hold(&blocks::pieces(context, &document.body, "正文")?);
    let context = if usual { context } else { tight };

    let mut header = 10.0;
    let mut start = TOP - body_rise;
    let mut above: &[&Line] = &above;
    if document.format == Format::Letter {
        let count = above.iter().take_while(|line| head::is_mark(line)).count();
        let marks;
        (marks, above) = above.split_at(count);
        start = above.first().map_or(start, |line| {
            let height = if head::is_title(line) {
                TITLE_LINE + body_line - BODY_LINE
            } else {
                body_line
            };
            box_top(line, height)
        });
        header = frame::letter(&mut parts, first_page, marks, start, &mut numbers);
    }
    let mut flow = Flow::new(start, (first_limit, limit), body_line);
    head::put(&mut flow, document, above, (LEFT, WIDTH));
    if document.format != Format::Letter {
        let red = frame::red(first_page);
        if let Some(Item::Paragraph(paragraph)) = flow.items.first_mut() {
            paragraph.content.push_str(&rules(&red, &mut numbers));
        }
    }

    let mut body = Body {
        context,
        places,
        flow,
    };
    match document.format {
        Format::Record => record(&mut body, document)?,
        Format::Form => {
            body.whole(document)?;
            form_note(&mut body, document)?;
        }
        _ => {
            body.whole(document)?;
            if let Some(note) = &document.note {
                body.note(note)?;
            }
        }
    }
    body.annexes(&document.annexes)?;

    let mut footer = frame::number_bottom();
    match document.format {
        Format::Record => {
            let lines: Vec<_> = first_page.rules.clone();
            frame::record(&mut parts, &captions, &lines, limit + below);
        }
        Format::Form if layout.pages.len() > 1 => frame::counted_pages(&mut parts),
        Format::Form => footer = 10.0,
        _ => frame::numbered(&mut parts, limit + below),
    }
    if document.options.draft_watermark {
        frame::draft(&mut parts, &mut numbers);
    }
    let flow = body.flow;
    let (mut items, end) = (flow.items, flow.end);
    let foot = match document.format {
        Format::Letter => foot::letter(context, document)?,
        Format::Record | Format::Form => foot::Foot::default(),
        _ => foot::ruled(context, document)?,
    };
    let last = layout.pages.len() - 1;
    let left = layout::frame::left(document.options, last);
    let foot = super::foot::paragraph(document, &foot, left, &mut numbers);
    let own_page = foot.is_some() && last > end.0;
    if !own_page {
        items.extend(foot.clone().map(Item::Paragraph));
    }
    let section = Section {
        landscape: false,
        margins: (
            TOP - body_rise,
            RIGHT,
            PAGE_HEIGHT - first_limit - below,
            LEFT,
        ),
        header,
        footer,
        parts,
    };
    Ok(Paper {
        items,
        section,
        unnumbered: foot.filter(|_| own_page).map(|content| Unnumbered {
            content,
            even: last > end.0 + 1,
        }),
    })
}

/// The first piece of the text, which ends the head.
fn first_piece(context: Context, document: &Document) -> Result<Option<Piece>, Error> {
    if let Some(record) = &document.record {
        let pieces = fields::pieces(context, &record.fields, "表头")?;
        if let Some(first) = pieces.into_iter().next() {
            return Ok(Some(first));
        }
    }
    let pieces = body::pieces(context, document)?;
    Ok(pieces.into_iter().find(|piece| !piece.lines.is_empty()))
}

/// The captions of a record's signature line on its first page.
fn captions(document: &Document, lines: &[Line]) -> Vec<Line> {
    if document.format != Format::Record {
        return Vec::new();
    }
    let record = document.record.clone().unwrap_or_default();
    let named = |line: &&Line| {
        let small = line
            .runs
            .first()
            .is_some_and(|run| (run.size - SIZE_SMALL_4).abs() < 1e-6);
        small
            && record.signers.iter().any(|signer| {
                line.text().trim_end_matches('：') == signer.trim().trim_end_matches(['：', ':'])
            })
    };
    lines.iter().filter(named).cloned().collect()
}

/// Head table, turns, statements, room for corrections.
fn record(body: &mut Body, document: &Document) -> Result<(), Error> {
    let record = document.record.clone().unwrap_or_default();
    let pieces = fields::pieces(body.context, &record.fields, "表头")?;
    body.fields(&record.fields, pieces);
    body.blocks(&document.body, "正文")?;
    let count = usize::from(record.correction_lines.min(10));
    for (number, statement) in record.statements.iter().enumerate() {
        let mut pieces = blocks::paragraph(body.context, statement, "确认语句")?;
        let last = number + 1 == record.statements.len() && count == 0;
        let length = pieces.len();
        for (at, piece) in pieces.iter_mut().enumerate() {
            piece.keep = !last || at + 1 < length;
        }
        if number == 0
            && let Some(first) = pieces.first_mut()
        {
            first.before = body.context.line_pitch / 2.0;
        }
        body.text(Style::Body, pieces, None);
    }
    body.corrections(count)
}

/// The note of a form: in the size of its tables.
fn form_note(body: &mut Body, document: &Document) -> Result<(), Error> {
    let note = document.note.as_deref().unwrap_or("").trim();
    let style = cells::Style::natural(Role::FangSong, SIZE_4);
    let cells = body.context.set(note, style, "附注")?;
    let em = mm(SIZE_4);
    let measure = Measure {
        first: INDENT * em,
        justify: true,
        ..Measure::ragged(WIDTH)
    };
    let pieces = fill(&cells, measure)
        .iter()
        .map(|filled| {
            let line = line::filled(&cells, filled, 0.0, 0.0, Colour::Black);
            Piece::line(Kind::Other, line, em, leading(SIZE_4))
        })
        .collect();
    body.text(Style::FormNote, pieces, None);
    Ok(())
}
