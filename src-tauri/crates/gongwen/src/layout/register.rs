//! 横排台账 (item 31): one table, read with the page turned clockwise by a quarter. Its head stands at
//! the left of every page: on odd pages that is the binding edge, and on even pages of a duplex
//! paper the fore edge. Sums of the page and up to the page stand below its rows. The page number
//! stands where it does on upright pages.

use super::context::Context;
use super::flow::{Flow, Kind, Piece, Room, Wishes, flow};
use super::sums::{Decimal, Sums};
use super::table::{self, Entry, leading};
use super::{Colour, Line, Page, Rule, Turned, frame, head, line};
use crate::error::Error;
use crate::fonts::Role;
use crate::model::{Block, Document, Seal, Table};
use crate::standard::{BOTTOM, HEIGHT, INDENT, LEFT, PAGE_HEIGHT, SIZE_4, SIZE_SMALL_4, WIDTH, mm};
use crate::text::cells::{Style, width};
use crate::text::fill::{Measure, fill};
use std::ops::Range;

/// Left edge of the type area on the turned sheet, mm.
const TURNED_LEFT: f64 = PAGE_HEIGHT - BOTTOM;
/// Lower edge of the type area on the turned sheet of an odd page, mm.
const TURNED_BOTTOM: f64 = LEFT + WIDTH;

/// The pages of a register.
pub(crate) fn pages(context: Context, document: &Document) -> Result<Vec<Page>, Error> {
    let table = sole_table(document)?;
    let (head, first_top) = head(context, document)?;
    let names = document.register.as_ref().map_or(&[][..], |r| &r.sums);
    let sums = Sums::read(table, names)?;
    let total = sums.of(0..table.rows.len());
    let place = "台账";
    let Some(set) = table::set(context, table, &[wished(&sums, &total)], HEIGHT, place)? else {
        return Err(Error::Content(
            "台账的表格没有栏目，请填写表头。".to_owned(),
        ));
    };
    let widths = set.widths.clone();
    let (rows, mut pieces): (Vec<_>, Vec<_>) = set.flowing().into_iter().unzip();
    pieces.extend(note(context, document)?);
    let of_table = |piece: usize| piece < rows.len();

    // Room for the sums is kept on every page. How high they are is known when it is known which
    // rows a page holds, so that the pages are cut again if they need more.
    let mut kept = 0.0_f64;
    let (flow, feet) = loop {
        let bottom = TURNED_BOTTOM - kept;
        if first_top + 3.0 * context.line_pitch > bottom {
            return Err(Error::Content(
                "标题和合计占满了首页，请缩短标题或者栏目名称。".to_owned(),
            ));
        }
        let room = Room {
            first_top,
            first_bottom: bottom,
            top: LEFT,
            bottom,
        };
        let flow = flow(&pieces, room, &Wishes::default());
        let feet = feet(context, &sums, &widths, &pages_of_rows(&flow, &rows))?;
        let needed = feet.iter().map(|foot| height(foot)).fold(0.0, f64::max);
        if needed <= kept + 1e-6 {
            break (flow, feet);
        }
        kept = needed;
    };

    let options = document.options;
    let mut pages = Vec::new();
    let (table_pages, note_pages) = parted(&flow, &pieces, of_table);
    for (number, (mut page, below)) in table_pages.into_iter().zip(note_pages).enumerate() {
        let mut shift = 0.0;
        if let (Some(foot), Some(end)) = (feet.get(number), flow.below(number, &pieces, of_table)) {
            shift = height(foot);
            add(&mut page, foot, end);
        }
        page.lines
            .extend(below.into_iter().map(|l| line::moved(l, 0.0, shift)));
        if number == 0 {
            page.lines.splice(0..0, head.iter().cloned());
        }
        // The binding edge of an even page of a duplex paper is on the other side.
        let dy = frame::left(options, number) - LEFT;
        let turned = Turned {
            rules: page
                .rules
                .into_iter()
                .map(|rule| Rule {
                    y: rule.y + dy,
                    ..rule
                })
                .collect(),
            lines: page
                .lines
                .into_iter()
                .map(|l| line::moved(l, 0.0, dy))
                .collect(),
        };
        pages.push(Page {
            lines: vec![frame::page_number(context, options, number)?],
            turned,
            ..Page::default()
        });
    }
    if options.draft_watermark {
        frame::watermark(context, &mut pages)?;
    }
    Ok(pages)
}

/// The table of a register, which has nothing else.
fn sole_table(document: &Document) -> Result<&Table, Error> {
    let signed = document.signature.as_ref();
    frame::refuse(
        document,
        &[
            ("签发人", !document.signers.is_empty()),
            ("主送机关", document.to.is_some()),
            ("附件说明", !document.attachments.is_empty()),
            ("附件", !document.annexes.is_empty()),
            ("抄送机关", !document.cc.is_empty()),
            ("印发机关", document.printed_by.is_some()),
            ("出席人员", document.attendance.is_some()),
            (
                "签名章",
                signed.is_some_and(|signed| signed.seal == Seal::SignerStamp),
            ),
        ],
    )?;
    match document.body.as_slice() {
        [Block::Table(table)] if !table.columns.is_empty() => Ok(table),
        _ => Err(Error::Content(
            "横排台账的正文应当正好是一张有表头的表格，说明文字请写在附注里。".to_owned(),
        )),
    }
}

/// The title and the line above the table: unit left, number in the middle, day right; and where
/// the table begins.
fn head(context: Context, document: &Document) -> Result<(Vec<Line>, f64), Error> {
    let middle = TURNED_LEFT + HEIGHT / 2.0;
    let mut lines = Vec::new();
    for element in head::elements(context, document, LEFT)? {
        lines.push(line::moved(element, TURNED_LEFT - LEFT, 0.0));
    }
    let top = context.below(LEFT, lines.len() as f64);
    let (title, mut next) = head::title(context, &document.title, middle, top, "标题")?;
    lines.extend(title);
    let style = Style::natural(Role::FangSong, SIZE_4);
    let signed = document.signature.as_ref();
    let organs = signed.map_or(&[][..], |signed| &signed.organs);
    let mut units: Vec<&str> = vec![document.mark.trim()];
    units.extend(organs.iter().map(|organ| organ.trim()));
    units.retain(|unit| !unit.is_empty());
    let unit = context.set(&units.join("\u{3000}"), style, "填报单位")?;
    let number = document.number.as_deref().unwrap_or("").trim();
    let number = context.set(number, style, "编号")?;
    let date = signed.and_then(|signed| signed.date);
    let date = date.map(|date| date.to_string()).unwrap_or_default();
    let date = context.set(&date, style, "日期")?;
    if unit.is_empty() && number.is_empty() && date.is_empty() {
        return Ok((lines, next));
    }
    // A number without a day stands right, as on a form.
    let (number, right) = if date.is_empty() {
        (Vec::new(), number)
    } else {
        (number, date)
    };
    let side = width(&unit).max(width(&right));
    let taken = if number.is_empty() {
        width(&unit) + width(&right)
    } else {
        2.0 * side + width(&number) + mm(SIZE_4)
    };
    if taken + mm(SIZE_4) > HEIGHT {
        return Err(Error::Content(
            "填报单位、编号和日期排不在一行，请改用规范化简称。".to_owned(),
        ));
    }
    lines.push(line::plain(&unit, TURNED_LEFT, next, 0.0, Colour::Black));
    lines.push(line::centred(&number, middle, next));
    lines.push(line::flush_right(&right, TURNED_LEFT + HEIGHT, next));
    lines.retain(|line| !line.runs.is_empty());
    next += 1.4 * mm(SIZE_4);
    Ok((lines, next))
}

/// The note below the table.
fn note(context: Context, document: &Document) -> Result<Vec<Piece>, Error> {
    let note = document.note.as_deref().unwrap_or("").trim();
    let style = Style::natural(Role::FangSong, SIZE_SMALL_4);
    let cells = context.set(note, style, "附注")?;
    let em = mm(SIZE_SMALL_4);
    let measure = Measure {
        width: HEIGHT,
        first: INDENT * em,
        rest: 0.0,
        justify: true,
        tighten: 0.0,
    };
    let mut pieces: Vec<Piece> = fill(&cells, measure)
        .iter()
        .map(|filled| {
            let line = line::filled(&cells, filled, 0.0, 0.0, Colour::Black);
            Piece::line(Kind::Other, line, em, leading(SIZE_SMALL_4))
        })
        .collect();
    if let Some(first) = pieces.first_mut() {
        first.before = em / 2.0;
    }
    Ok(pieces)
}

/// The total as a row of the table, so that its columns are wide enough.
fn wished(sums: &Sums, total: &[Decimal]) -> Vec<String> {
    let last = sums.columns.last().map_or(0, |last| last + 1);
    let mut row = vec![String::new(); last];
    for (&column, sum) in sums.columns.iter().zip(total) {
        row[column] = sum.to_string();
    }
    row
}

/// The rows of the table on each page.
fn pages_of_rows(flow: &Flow, rows: &[Option<usize>]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (piece, row) in rows.iter().enumerate() {
        let (Some(row), Some(page)) = (*row, flow.page_of(piece)) else {
            continue;
        };
        while ranges.len() <= page {
            let end = ranges.last().map_or(0, |range| range.end);
            ranges.push(end..end);
        }
        // A row that is cut counts on the page where it begins.
        let range = &mut ranges[page];
        range.end = range.end.max(row + 1);
    }
    ranges
}

/// The rows of sums at the foot of each page: 本页合计 and 累计, on a paper of one page 合计.
fn feet(
    context: Context,
    sums: &Sums,
    widths: &[f64],
    pages: &[Range<usize>],
) -> Result<Vec<Vec<Piece>>, Error> {
    let Some(&first) = sums.columns.first() else {
        return Ok(vec![Vec::new(); pages.len()]);
    };
    // The caption stands in one cell left of the first sum.
    let mut merged = vec![widths[..first].iter().sum()];
    merged.extend(&widths[first..]);
    let style = Style::natural(Role::FangSong, SIZE_SMALL_4);
    let head_style = Style::natural(Role::Hei, SIZE_SMALL_4);
    let row = |caption: &str, rows: Range<usize>| -> Result<Vec<Piece>, Error> {
        let mut entries = vec![Entry::new(context, caption, head_style, true, "合计")?];
        let numbers = sums.of(rows);
        for column in first..widths.len() {
            let number = sums.columns.iter().position(|&summed| summed == column);
            let text = number.map_or(String::new(), |at| numbers[at].to_string());
            entries.push(Entry::new(context, &text, style, true, "合计")?);
        }
        Ok(table::row(&entries, &merged, SIZE_SMALL_4))
    };
    pages
        .iter()
        .map(|page| {
            if pages.len() == 1 {
                return row("合计", page.clone());
            }
            let mut foot = row("本页合计", page.clone())?;
            foot.extend(row("累计", 0..page.end)?);
            Ok(foot)
        })
        .collect()
}

/// Height of a page's sums, mm.
fn height(foot: &[Piece]) -> f64 {
    foot.iter().map(|piece| piece.advance).sum()
}

/// Puts a page's sums below its rows.
fn add(page: &mut Page, foot: &[Piece], mut y: f64) {
    for piece in foot {
        let lines = piece.lines.iter().cloned();
        page.lines
            .extend(lines.map(|l| line::moved(l, TURNED_LEFT, y)));
        page.rules.extend(piece.rules.iter().map(|rule| Rule {
            x: rule.x + TURNED_LEFT,
            y: rule.y + y,
            ..*rule
        }));
        y += piece.advance;
    }
}

/// Draws the pieces of the table and those of the note apart: the sums go between them.
fn parted(
    flow: &Flow,
    pieces: &[Piece],
    of_table: impl Fn(usize) -> bool,
) -> (Vec<Page>, Vec<Vec<Line>>) {
    let only = |table: bool| -> Vec<Piece> {
        let keep = |(number, piece): (usize, &Piece)| {
            let mut piece = piece.clone();
            if of_table(number) != table {
                piece.lines.clear();
                piece.rules.clear();
                piece.repeat = None;
            }
            piece
        };
        pieces.iter().enumerate().map(keep).collect()
    };
    let table = flow.draw(&only(true), |_| TURNED_LEFT);
    let note = flow.draw(&only(false), |_| TURNED_LEFT);
    (table, note.into_iter().map(|page| page.lines).collect())
}
