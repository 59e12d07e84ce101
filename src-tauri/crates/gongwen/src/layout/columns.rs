//! Widths of the columns of a table.

use super::table::{Entry, PADDING, cell_lines};
use crate::error::Error;
use crate::standard::{SIZE_SMALL_4, WIDTH, mm};
use std::collections::BTreeMap;

/// Widths of the columns, together `room`: by what the cells hold, so that short columns
/// stay on one line and long ones share the rest.
pub(crate) fn widths(
    head: &[Entry],
    rows: &[Vec<Entry>],
    count: usize,
    room: f64,
) -> Result<Vec<f64>, Error> {
    let em = mm(SIZE_SMALL_4);
    let least = 2.0 * em + 2.0 * PADDING;
    if least * count as f64 > room {
        let advice = if room > WIDTH {
            "横排的A4纸也排不下，请减少栏数"
        } else {
            "竖排的A4纸排不下，请减少栏数或者改用横排台账"
        };
        return Err(Error::Content(format!("表格有{count}栏，{advice}。")));
    }
    let wanted: Vec<f64> = (0..count)
        .map(|column| {
            rows.iter()
                .chain(std::iter::once_with(|| &EMPTY))
                .filter_map(|row| row.get(column))
                .chain(head.get(column))
                .map(Entry::natural)
                .fold(0.0, f64::max)
        })
        .map(|natural| (natural + 2.0 * PADDING + 0.5).max(least))
        .collect();
    let total: f64 = wanted.iter().sum();
    if total <= room {
        return Ok(wanted.iter().map(|width| width * room / total).collect());
    }
    // Columns that want less than an even share keep what they want; the others share the rest.
    let mut widths = vec![0.0; count];
    let mut open: Vec<usize> = (0..count).collect();
    let mut left = room;
    loop {
        let share = left / open.len() as f64;
        let (small, large): (Vec<_>, Vec<_>) = open.iter().partition(|&&c| wanted[c] <= share);
        if small.is_empty() {
            for &column in &large {
                widths[column] = share;
            }
            if room > WIDTH {
                let floors: Vec<f64> = (0..count)
                    .map(|column| {
                        // A caption stays on one line.
                        let caption = head.get(column).map_or(0.0, Entry::natural);
                        (caption + 2.0 * PADDING + 0.5).max(least)
                    })
                    .collect();
                settle(rows, &mut widths, &large, &floors);
            }
            return Ok(widths);
        }
        for column in small {
            widths[column] = wanted[column];
            left -= wanted[column];
        }
        open = large;
    }
}

/// How much is moved from one column to another at a time, mm.
const STEP: f64 = 2.0;
/// Most moves: each of them makes the table lower, so that few are needed.
const MOVES: usize = 20;
/// Most steps that are moved at once.
const MOST_STEPS: i32 = 4;
/// Rows that are looked at; a long register repeats itself.
const LOOKED_AT: usize = 60;

/// Gives a landscape table's long columns widths that make it low: room goes from a column to
/// another as long as that saves lines.
fn settle(rows: &[Vec<Entry>], widths: &mut [f64], long: &[usize], floors: &[f64]) {
    let rows = &rows[..rows.len().min(LOOKED_AT)];
    // Lines of each row's cell in a long column, by the steps the column has been moved.
    let mut known: BTreeMap<(usize, i32), Vec<usize>> = BTreeMap::new();
    let start = widths.to_vec();
    // Lines of the rows first, lines of the cells second.
    let mut cost = |moved: &[i32]| -> (usize, usize) {
        for (&column, &steps) in long.iter().zip(moved) {
            known.entry((column, steps)).or_insert_with(|| {
                let room = start[column] + f64::from(steps) * STEP - 2.0 * PADDING;
                let lines = |row: &Vec<Entry>| {
                    row.get(column)
                        .map_or(0, |entry| cell_lines(entry, 0.0, room).len())
                };
                rows.iter().map(lines).collect()
            });
        }
        let lines: Vec<&Vec<usize>> = long
            .iter()
            .zip(moved)
            .map(|(&column, &steps)| &known[&(column, steps)])
            .collect();
        (0..rows.len()).fold((0, 0), |(deep, all), row| {
            let cells = lines.iter().map(|column| column[row]);
            (
                deep + cells.clone().max().unwrap_or(0),
                all + cells.sum::<usize>(),
            )
        })
    };
    let mut moved = vec![0; long.len()];
    let mut best = cost(&moved);
    for _ in 0..MOVES {
        let mut better = None;
        let mut lowest = best;
        for from in 0..long.len() {
            // A single step may save nothing where several do.
            for steps in 1..=MOST_STEPS {
                let narrow = start[long[from]] + f64::from(moved[from] - steps) * STEP;
                if narrow < floors[long[from]] {
                    break;
                }
                for to in (0..long.len()).filter(|&to| to != from) {
                    let mut tried = moved.clone();
                    tried[from] -= steps;
                    tried[to] += steps;
                    let found = cost(&tried);
                    if found < lowest {
                        lowest = found;
                        better = Some(tried);
                    }
                }
            }
        }
        let Some(tried) = better else {
            break;
        };
        moved = tried;
        best = lowest;
    }
    for (&column, &steps) in long.iter().zip(&moved) {
        widths[column] = start[column] + f64::from(steps) * STEP;
    }
}

static EMPTY: Vec<Entry> = Vec::new();
