//! Body text: paragraphs, headings, tables, turns (items 2, 3 and 12).

use super::context::{self, Context, body_style};
use super::flow::{Kind, Piece};
use super::{Heading, fields, grid, table};
use crate::error::Error;
use crate::fonts::Role;
use crate::model::Block;
use crate::standard::{INDENT, PITCH, WIDTH};
use crate::text::fill::Measure;

/// The pieces of a body. `part` says in Chinese whose body it is, for errors.
pub(crate) fn pieces(context: Context, blocks: &[Block], part: &str) -> Result<Vec<Piece>, Error> {
    let mut pieces = Vec::new();
    for (number, block) in blocks.iter().enumerate() {
        let place = format!("{part}第{}段", number + 1);
        match block {
            Block::Paragraph(text) => {
                for text in paragraphs(text) {
                    pieces.extend(paragraph(context, text, &place)?);
                }
            }
            Block::Heading {
                level,
                text,
                run_in,
            } => pieces.extend(heading(context, *level, text, run_in.as_deref(), &place)?),
            Block::Table(table) => pieces.extend(table::pieces(context, table, &place)?),
            Block::Grid(grid) => pieces.extend(grid::pieces(context, grid, &place)?),
            Block::Fields(fields) => pieces.extend(fields::pieces(context, fields, &place)?),
            Block::Turns(turns) => {
                for (label, text) in turns {
                    let mut turn = turn(context, label, text, &place)?;
                    // A question stays with the first line of its answer.
                    if let Some(last) = turn.last_mut() {
                        last.keep = label.trim() == "问";
                    }
                    pieces.extend(turn);
                }
            }
        }
    }
    Ok(pieces)
}

/// Paragraphs of a text: a line break begins another one.
fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r'])
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

fn measure(context: Context, first: f64, rest: f64) -> Measure {
    Measure {
        width: WIDTH,
        first: first * PITCH,
        rest: rest * PITCH,
        justify: true,
        tighten: context.tighten,
    }
}

/// A paragraph, indented by two characters.
pub(crate) fn paragraph(context: Context, text: &str, place: &str) -> Result<Vec<Piece>, Error> {
    let cells = context.body(text, place)?;
    Ok(context::pieces(
        context,
        &cells,
        0.0,
        measure(context, INDENT, 0.0),
        Kind::Body,
    ))
}

/// A heading: 一、黑体, （一）楷体, 1. and （1）仿宋; body text may follow on its line.
fn heading(
    context: Context,
    level: u8,
    text: &str,
    run_in: Option<&str>,
    place: &str,
) -> Result<Vec<Piece>, Error> {
    let role = match level {
        1 => Role::Hei,
        2 => Role::Kai,
        _ => Role::FangSong,
    };
    let text = text.replace(['\n', '\r'], "");
    let mut cells = context.set(text.trim(), body_style(role), place)?;
    let mut rest = run_in.into_iter().flat_map(paragraphs);
    let first = rest.next();
    if let Some(first) = first {
        cells.extend(context.body(first, place)?);
    }
    let mut pieces = context::pieces(
        context,
        &cells,
        0.0,
        measure(context, INDENT, 0.0),
        Kind::Body,
    );
    // A heading never ends a page; an item that is a sentence of its own is text.
    let sentence = text.trim().ends_with(['。', '；', '！', '？']);
    if first.is_none() && !sentence {
        for piece in &mut pieces {
            piece.keep = true;
        }
    }
    let lines = if first.is_none() { pieces.len() } else { 0 };
    if let Some(piece) = pieces.first_mut() {
        piece.heading = Some(Heading::new(level, &text, lines));
    }
    for text in rest {
        pieces.extend(paragraph(context, text, place)?);
    }
    Ok(pieces)
}

/// One turn of a talk: the label in 黑体, what was said aligned after it.
fn turn(context: Context, label: &str, text: &str, place: &str) -> Result<Vec<Piece>, Error> {
    let mut label = context.set(&format!("{}：", label.trim()), body_style(Role::Hei), place)?;
    // What was said begins where its other lines do: the mark after the label keeps its white.
    if let Some(colon) = label.last_mut() {
        colon.spare_right = 0.0;
    }
    let hanging = crate::text::cells::width(&label).min(WIDTH / 3.0) / PITCH;
    let mut pieces = Vec::new();
    let mut said = paragraphs(text);
    label.extend(context.body(said.next().unwrap_or(""), place)?);
    pieces.extend(context::pieces(
        context,
        &label,
        0.0,
        measure(context, 0.0, hanging),
        Kind::Body,
    ));
    for text in said {
        let cells = context.body(text, place)?;
        pieces.extend(context::pieces(
            context,
            &cells,
            0.0,
            measure(context, hanging, hanging),
            Kind::Body,
        ));
    }
    Ok(pieces)
}
