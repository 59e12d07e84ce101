//! 发文机关标志 (items 6, 24, 28 and 30): the issuing organ's name in red 小标宋. A long name is made
//! smaller, then narrower, then parted into two lines; the names of a joint document stand below
//! each other, all as wide as each other, with 文件 or 令 at the middle of their right side.

use super::context::Context;
use super::{Colour, Line, line};
use crate::error::Error;
use crate::fonts::Role;
use crate::model::{Document, Format};
use crate::standard::{
    MARK_BODY_LINES, MARK_LEADING, MARK_NARROWEST, MARK_ORGANS_MAX, MARK_SIZE_LEAST, MARK_SIZE_MAX,
    MARK_SIZE_MIN, MARK_SPACING, MARK_SUFFIX_GAP, WIDTH, mm,
};
use crate::text::cells::{Cell, Style, width};
use crate::text::title;

const PLACE: &str = "发文机关标志";

/// The red mark in its place.
pub(crate) struct Mark {
    pub(crate) lines: Vec<Line>,
    /// Lower edge of its ink, mm from the page's top.
    pub(crate) ink_bottom: f64,
}

/// Where a mark goes.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// Top of its ink, mm from the page's top.
    pub(crate) ink_top: f64,
    /// What it is centred about, mm from the page's left.
    pub(crate) middle: f64,
}

/// Names of the issuing organs, the leading one first, without blanks.
///
/// # Errors
/// The mark is missing, the format has a single organ's mark, or there are too many organs.
pub(crate) fn organs(document: &Document) -> Result<Vec<String>, Error> {
    let joint: Vec<String> = document
        .joint_marks
        .iter()
        .map(|name| solid(name))
        .filter(|name| !name.is_empty())
        .collect();
    if !joint.is_empty() {
        let refused = match document.format {
            Format::Document | Format::Order => None,
            Format::Letter => Some(
                "联合行文的信函只印主办机关的标志，请去掉联署发文机关的标志，由各机关在署名处依次署名。"
                    .to_owned(),
            ),
            _ => Some(format!(
                "{}格式只有一个机关的标志，请去掉联署发文机关，或者改用文件格式。",
                document.format.name()
            )),
        };
        if let Some(reason) = refused {
            return Err(Error::Content(reason));
        }
    }
    let count = joint.len() + 1;
    if count > MARK_ORGANS_MAX {
        return Err(Error::Content(format!(
            "联合行文的机关有{count}个，版头最多排{MARK_ORGANS_MAX}个，请减少联署机关，或者只印主办机关的标志。"
        )));
    }
    let mut names = vec![solid(&document.mark)];
    names.extend(joint);
    Ok(names)
}

fn solid(text: &str) -> String {
    text.split_whitespace().collect()
}

/// What stands right of several names and not in them.
fn suffixes(format: Format) -> &'static [&'static str] {
    match format {
        Format::Document => &["文件"],
        Format::Order => &["命令", "令"],
        _ => &[],
    }
}

/// Sets the mark of a document. `lowest` is how far down its ink may reach so that the first page
/// still shows a line of text (item 12); it is asked for only when the mark has several lines.
pub(crate) fn mark(
    context: Context,
    document: &Document,
    place: Place,
    lowest: impl FnOnce() -> Result<f64, Error>,
) -> Result<Mark, Error> {
    let mut names = organs(document)?;
    if names[0].is_empty() {
        return Err(Error::Content(
            "缺少发文机关标志，请填写发文机关的全称或者规范化简称。".to_owned(),
        ));
    }
    if names.len() == 1 {
        let whole = Block::new(context, &names, "", false)?;
        if let Some(fitted) = whole.fit(MARK_SIZE_LEAST, f64::INFINITY) {
            return whole.draw(context, place, fitted);
        }
    }
    let suffix = suffixes(document.format)
        .iter()
        .find(|suffix| names.iter().any(|name| ends(name, suffix)))
        .copied()
        .unwrap_or("");
    for name in &mut names {
        if !suffix.is_empty() && ends(name, suffix) {
            name.truncate(name.len() - suffix.len());
        }
    }
    let joint = names.len() > 1;
    if !joint {
        names = halves(context, &names[0])?;
    }
    let block = Block::new(context, &names, suffix, joint || !suffix.is_empty())?;
    let room = lowest()? - place.ink_top;
    // Several lines of text on the first page look better than one.
    for (lines, least) in [(MARK_BODY_LINES, MARK_SIZE_LEAST), (1.0, MARK_SIZE_MIN)] {
        if let Some(fitted) = block.fit(least, room - (lines - 1.0) * context.line_pitch) {
            return block.draw(context, place, fitted);
        }
    }
    Err(Error::Content(
        if block.fit(MARK_SIZE_MIN, f64::INFINITY).is_none() {
            "发文机关标志太长，缩小、压窄后分成两行也排不下，请改用规范化简称。".to_owned()
        } else {
            "发文机关标志和标题占满了首页，首页必须有正文，请减少联署机关或者缩短标题。".to_owned()
        },
    ))
}

/// Does a name end with a suffix and is more than it?
fn ends(name: &str, suffix: &str) -> bool {
    name.len() > suffix.len() && name.ends_with(suffix)
}

/// A long name in two lines, its words whole.
fn halves(context: Context, name: &str) -> Result<Vec<String>, Error> {
    let cells = context.set(name, Style::natural(Role::BiaoSong, 1.0), PLACE)?;
    let characters: Vec<char> = cells.iter().map(|cell| cell.ch).collect();
    let widths: Vec<f64> = cells.iter().map(|cell| cell.width).collect();
    let total: f64 = widths.iter().sum();
    for share in [0.55, 0.6, 0.7, 0.8] {
        let lines = title::lines(&characters, &widths, mm(1.0), share * total);
        if let [first, second] = lines.as_slice() {
            let text = |range: &std::ops::Range<usize>| characters[range.clone()].iter().collect();
            return Ok(vec![text(first), text(second)]);
        }
    }
    Ok(vec![name.to_owned()])
}

/// Lines of the mark, before their size is known. Lengths are mm at a size of one point.
struct Block<'a> {
    names: &'a [String],
    suffix: &'a str,
    /// Are all lines spread to the same width?
    spread: bool,
    /// Width of each line.
    widths: Vec<f64>,
    widest: f64,
    /// Width of the suffix and the white before it.
    beside: f64,
    /// Ink above and below the baseline over all characters.
    ink: (f64, f64),
}

/// Size in points and width of the narrowest allowed line as a share of its natural width.
#[derive(Clone, Copy)]
struct Fitted {
    size: f64,
    scale: f64,
}

impl<'a> Block<'a> {
    fn new(
        context: Context,
        names: &'a [String],
        suffix: &'a str,
        spread: bool,
    ) -> Result<Self, Error> {
        let mut widths = Vec::new();
        let mut ink = (f64::MIN, f64::MAX);
        for name in names {
            let cells = probe(context, name)?;
            widths.push(spaced(&cells, 1.0));
            let (high, low) = extent(context, &cells)?;
            ink = (ink.0.max(high), ink.1.min(low));
        }
        let beside = if suffix.is_empty() {
            0.0
        } else {
            spaced(&probe(context, suffix)?, 1.0) + MARK_SUFFIX_GAP * mm(1.0)
        };
        let widest = widths.iter().copied().fold(0.0, f64::max);
        Ok(Self {
            names,
            suffix,
            spread,
            widths,
            widest,
            beside,
            ink,
        })
    }

    /// The largest size of at least `least` points at which the lines fit into the type area's
    /// width and into a height; narrowed only when they do not fit at that size.
    fn fit(&self, least: f64, height: f64) -> Option<Fitted> {
        let leading = (self.widths.len() - 1) as f64 * MARK_LEADING;
        let high = height / ((leading + self.ink.0 - self.ink.1) * mm(1.0));
        // One long name of several would make all of them small: it is narrowed at once.
        let narrowest = if self.spread { MARK_NARROWEST } else { 1.0 };
        let wide = WIDTH / (self.widest * narrowest + self.beside);
        let free = (wide.min(high).min(MARK_SIZE_MAX) * 2.0).floor() / 2.0;
        let size = free.max(least);
        let scale = ((WIDTH / size - self.beside) / self.widest).min(1.0);
        (high >= size && scale >= MARK_NARROWEST).then_some(Fitted { size, scale })
    }

    fn draw(&self, context: Context, place: Place, fitted: Fitted) -> Result<Mark, Error> {
        let Fitted { size, scale } = fitted;
        let em = mm(size);
        let block = self.widest * size * scale;
        let total = block + self.beside * size;
        let left = place.middle - total / 2.0;
        let style = Style::natural(Role::BiaoSong, size);
        let mut lines = Vec::new();
        let (mut baseline, mut lowest) = (0.0, 0.0);
        for (row, (name, natural)) in self.names.iter().zip(&self.widths).enumerate() {
            let cells = context.set(name, style, PLACE)?;
            let (high, low) = extent(context, &cells)?;
            if row == 0 {
                baseline = place.ink_top + high * em;
            } else {
                baseline += MARK_LEADING * em;
            }
            lowest = low;
            let top = baseline - line::ASCENT * em;
            let natural = natural * size;
            let set = if self.spread && natural < block && cells.len() > 1 {
                let gap = (block - width(&cells)) / (cells.len() - 1) as f64;
                line::plain(&cells, left, top, gap, Colour::Red)
            } else {
                // Every line of a parted name is as narrow as the others; of several organs only
                // the names that are too long.
                let scale = if self.spread {
                    (block / natural).min(1.0)
                } else {
                    scale
                };
                let left = left + (block - natural * scale) / 2.0;
                let set = line::plain(&cells, left, top, MARK_SPACING * em, Colour::Red);
                line::narrowed(set, scale)
            };
            lines.push(set);
        }
        let ink_bottom = baseline - lowest * em;
        if !self.suffix.is_empty() {
            let cells = context.set(self.suffix, style, PLACE)?;
            let (high, low) = extent(context, &cells)?;
            let middle = f64::midpoint(place.ink_top, ink_bottom);
            let baseline = middle + f64::midpoint(high, low) * em;
            lines.push(line::plain(
                &cells,
                left + block + MARK_SUFFIX_GAP * em,
                baseline - line::ASCENT * em,
                MARK_SPACING * em,
                Colour::Red,
            ));
        }
        Ok(Mark { lines, ink_bottom })
    }
}

/// A text of the mark at a size of one point.
fn probe(context: Context, text: &str) -> Result<Vec<Cell>, Error> {
    context.set(text, Style::natural(Role::BiaoSong, 1.0), PLACE)
}

/// Width of cells with the mark's spacing between them, mm.
fn spaced(cells: &[Cell], size: f64) -> f64 {
    width(cells) + cells.len().saturating_sub(1) as f64 * MARK_SPACING * mm(size)
}

/// Highest and lowest ink of cells above their baseline, em.
fn extent(context: Context, cells: &[Cell]) -> Result<(f64, f64), Error> {
    let mut ink = (f64::MIN, f64::MAX);
    for cell in cells {
        if let Some((high, low)) = context.faces.ink(cell.glyph)? {
            ink = (ink.0.max(high), ink.1.min(low));
        }
    }
    Ok(ink)
}
