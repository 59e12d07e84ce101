//! A ruled table of names and values, two pairs a row where both values are short.

use super::context::Context;
use super::flow::Piece;
use super::table::{self, Entry, PADDING};
use crate::error::Error;
use crate::fonts::Role;
use crate::standard::{SIZE_4, WIDTH, mm};
use crate::text::cells::Style;

/// Widest column of names, characters of 4号.
const WIDEST_NAME: f64 = 7.0;

/// The pieces of the table: one for every row.
pub(crate) fn pieces(
    context: Context,
    fields: &[(String, String)],
    place: &str,
) -> Result<Vec<Piece>, Error> {
    let mut pairs = Vec::new();
    for (name, value) in fields {
        let place = format!("{place}的“{}”栏", name.trim());
        pairs.push((
            Entry::new(
                context,
                name,
                Style::natural(Role::Hei, SIZE_4),
                true,
                &place,
            )?,
            Entry::new(
                context,
                value,
                Style::natural(Role::FangSong, SIZE_4),
                false,
                &place,
            )?,
        ));
    }
    let em = mm(SIZE_4);
    let names = pairs
        .iter()
        .map(|(name, _)| name.natural())
        .fold(2.0 * em, f64::max)
        .min(WIDEST_NAME * em)
        + 2.0 * PADDING
        + 0.5;
    let half = WIDTH / 2.0 - names;
    let four = [names, half, names, half];
    let two = [names, WIDTH - names];
    let short =
        |entry: &Entry| entry.paragraphs.len() <= 1 && entry.natural() <= half - 2.0 * PADDING;
    let mut pieces = Vec::new();
    let mut pairs = pairs.into_iter().peekable();
    while let Some((name, value)) = pairs.next() {
        let partner = if short(&value) {
            pairs.next_if(|(_, next)| short(next))
        } else {
            None
        };
        match partner {
            Some((next_name, next_value)) => {
                pieces.extend(table::row(
                    &[name, value, next_name, next_value],
                    &four,
                    SIZE_4,
                ));
            }
            None => pieces.extend(table::row(&[name, value], &two, SIZE_4)),
        }
    }
    table::finish(context, &mut pieces);
    Ok(pieces)
}
