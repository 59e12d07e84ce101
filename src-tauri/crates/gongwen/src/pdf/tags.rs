//! Reading order: the text of every page in marked parts, paragraph by paragraph, with headings
//! named as such; rules, page numbers and the watermark are marked as no part of the text
//! (ISO 32000-1, 14.7 and 14.8).

use super::{broken, catalog, pages};
use crate::error::Error;
use crate::layout::{Heading, Line};
use crate::standard::{BOTTOM, LEFT, LEFT_EVEN_DUPLEX, SIZE_3, WIDTH};
use lopdf::{Document, Object, ObjectId, dictionary};
use std::ops::Range;

/// Mark of what is drawn but is no part of the text.
pub(super) const ARTIFACT: &str = "Artifact";

/// What a part of the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// The title of the paper or of an annex.
    Title,
    /// 一、
    First,
    /// （一）
    Second,
    /// Anything else.
    Paragraph,
    /// A page number: not text at all.
    PageNumber,
}

impl Tag {
    /// Standard structure type (ISO 32000-1, 14.8.4).
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Title => "H1",
            Self::First => "H2",
            Self::Second => "H3",
            Self::Paragraph => "P",
            Self::PageNumber => ARTIFACT,
        }
    }
}

/// Lengths that differ by less are the same, mm.
const EPS: f64 = 1e-6;

/// The lines of a page in parts: a heading, a paragraph, a page number. The upright text of a page
/// and that of a turned sheet come one after the other.
pub(super) fn parts(lines: &[Line], headings: &[Heading]) -> Vec<(Tag, Range<usize>)> {
    let mut parts: Vec<(Tag, Range<usize>)> = Vec::new();
    // Lines that still belong to the heading just begun.
    let mut heading_lines = 0;
    for (i, line) in lines.iter().enumerate() {
        let begun = headings
            .iter()
            .find(|heading| heading.lines > 0 && (heading.top - line.top).abs() < EPS);
        let tag = if line.is_title() {
            Tag::Title
        } else if line.top > BOTTOM {
            Tag::PageNumber
        } else {
            match begun.map(|heading| (heading.level, heading.lines)) {
                Some((1, lines)) => {
                    heading_lines = lines;
                    Tag::First
                }
                Some((2, lines)) => {
                    heading_lines = lines;
                    Tag::Second
                }
                _ => Tag::Paragraph,
            }
        };
        let continues = parts.last().is_some_and(|(last, range)| match last {
            Tag::Title => tag == Tag::Title,
            Tag::First | Tag::Second => heading_lines > 0 && tag == Tag::Paragraph,
            Tag::Paragraph => tag == Tag::Paragraph && turns_over(&lines[range.clone()], line),
            Tag::PageNumber => false,
        });
        match parts.last_mut() {
            Some((_, range)) if continues => range.end = i + 1,
            _ => parts.push((tag, i..i + 1)),
        }
        heading_lines = heading_lines.saturating_sub(1);
    }
    parts
}

/// Whether a line goes on with a paragraph of the body: the line above is full, and the line begins
/// where a turnover does, which from the second line on is where the line above begins. Tables are
/// set smaller: each line of a cell is a part.
fn turns_over(paragraph: &[Line], line: &Line) -> bool {
    let Some(above) = paragraph.last() else {
        return false;
    };
    let of_body = |line: &Line| {
        let mut runs = line.runs.iter();
        runs.all(|run| (run.size - SIZE_3).abs() < EPS)
    };
    let aligned = (line.left - above.left).abs() < EPS;
    let full = [LEFT, LEFT_EVEN_DUPLEX]
        .iter()
        .any(|left| (above.right() - left - WIDTH).abs() < FULL);
    let below = line.top > above.top && of_body(above) && of_body(line);
    full && below && aligned == (paragraph.len() > 1)
}

/// How far from the edge of the type area a full line may end, mm: the white of its last mark.
const FULL: f64 = 3.0;

/// Writes the tree of the parts: one element for each, in reading order. `marked` holds the tags of
/// every page's parts by their number.
pub(super) fn write(document: &mut Document, marked: &[Vec<Tag>]) -> Result<(), Error> {
    let root = document.new_object_id();
    let whole = document.new_object_id();
    let mut elements: Vec<Object> = Vec::new();
    let mut parents: Vec<Object> = Vec::new();
    for (number, (page, tags)) in pages(document).into_iter().zip(marked).enumerate() {
        let of_page: Vec<Object> = tags
            .iter()
            .enumerate()
            .map(|(part, tag)| element(document, *tag, whole, page, part).into())
            .collect();
        document
            .get_object_mut(page)
            .and_then(Object::as_dict_mut)
            .map_err(|_| broken())?
            .set("StructParents", number as i64);
        parents.push((number as i64).into());
        parents.push(of_page.clone().into());
        elements.extend(of_page);
    }
    document.set_object(
        whole,
        dictionary! { "S" => "Document", "P" => root, "K" => elements },
    );
    let parents = document.add_object(dictionary! { "Nums" => parents });
    document.set_object(
        root,
        dictionary! {
            "Type" => "StructTreeRoot",
            "K" => whole,
            "ParentTree" => parents,
            "ParentTreeNextKey" => marked.len() as i64,
        },
    );
    let catalog = catalog(document)?;
    catalog.set("StructTreeRoot", root);
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    Ok(())
}

fn element(
    document: &mut Document,
    tag: Tag,
    parent: ObjectId,
    page: ObjectId,
    part: usize,
) -> ObjectId {
    document.add_object(dictionary! {
        "S" => tag.name(),
        "P" => parent,
        "Pg" => page,
        "K" => part as i64,
    })
}
