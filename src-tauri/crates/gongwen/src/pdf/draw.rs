//! A page of the layout as printpdf's operations.

use super::points;
use super::subset::Subsets;
use super::tags::{self, Tag};
use crate::error::Error;
use crate::layout::{Colour, Line, Page, Rule, Run};
use crate::standard::{PAGE_HEIGHT, PAGE_WIDTH, RED};
use printpdf::{
    Codepoint, Color, DictItem, Greyscale, Mm, Op, PaintMode, PdfFontHandle, PdfPage, Point,
    Polygon, PolygonRing, Pt, Rgb, TextItem, TextMatrix, WindingOrder,
};
use std::collections::BTreeMap;
use std::ops::Range;

/// Draws a page. The tags are those of its marked parts by their number.
pub(super) fn page(page: &Page, subsets: &mut Subsets) -> Result<(PdfPage, Vec<Tag>), Error> {
    let mut ops = Vec::new();
    let mut tags = Vec::new();
    aside(&mut ops, |ops| draw_text(&page.under, subsets, ops))?;
    aside(&mut ops, |ops| {
        draw_rules(&page.rules, ops);
        Ok(())
    })?;
    let parts = tags::parts(&page.lines, &page.headings);
    draw_parts(&page.lines, parts, subsets, &mut tags, &mut ops)?;
    let turned: Vec<Rule> = page.turned.rules.iter().map(upright).collect();
    aside(&mut ops, |ops| {
        draw_rules(&turned, ops);
        Ok(())
    })?;
    let parts = tags::parts(&page.turned.lines, &[]);
    let turned: Vec<Line> = page.turned.lines.iter().map(quarter_turn).collect();
    draw_parts(&turned, parts, subsets, &mut tags, &mut ops)?;
    let sheet = PdfPage::new(Mm(PAGE_WIDTH as f32), Mm(PAGE_HEIGHT as f32), ops);
    Ok((sheet, tags))
}

/// Draws something that is no part of the text: the watermark, rules.
fn aside(
    ops: &mut Vec<Op>,
    draw: impl FnOnce(&mut Vec<Op>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut drawn = Vec::new();
    draw(&mut drawn)?;
    if !drawn.is_empty() {
        ops.push(Op::BeginMarkedContent {
            tag: tags::ARTIFACT.to_owned(),
        });
        ops.append(&mut drawn);
        ops.push(Op::EndMarkedContent);
    }
    Ok(())
}

/// Where a rule of the turned sheet stands on the page.
fn upright(rule: &Rule) -> Rule {
    Rule {
        x: rule.y,
        y: PAGE_HEIGHT - rule.x - rule.width,
        width: rule.height,
        height: rule.width,
        colour: rule.colour,
    }
}

/// Where a line of the turned sheet stands on the page: each run goes up from its first glyph.
fn quarter_turn(line: &Line) -> Line {
    let mut line = line.clone();
    for run in &mut line.runs {
        let start = run.glyphs.first().map_or(0.0, |glyph| glyph.x);
        for glyph in &mut run.glyphs {
            glyph.x += run.baseline - start;
            glyph.cell += run.baseline - start;
        }
        run.baseline = PAGE_HEIGHT - start;
        run.angle = 90.0;
    }
    line
}

fn colour(colour: Colour) -> Color {
    match colour {
        Colour::Black => Color::Greyscale(Greyscale::new(0.0, None)),
        Colour::Pale => Color::Greyscale(Greyscale::new(0.9, None)),
        Colour::Red => Color::Rgb(Rgb::new(RED[0], RED[1], RED[2], None)),
    }
}

fn draw_rules(rules: &[Rule], ops: &mut Vec<Op>) {
    let mut current = None;
    for rule in rules {
        if current != Some(rule.colour) {
            current = Some(rule.colour);
            ops.push(Op::SetFillColor {
                col: colour(rule.colour),
            });
        }
        let corner = |x: f64, y: f64| printpdf::LinePoint {
            p: Point {
                x: Pt(points(x) as f32),
                y: Pt(points(PAGE_HEIGHT - y) as f32),
            },
            bezier: false,
        };
        let (right, bottom) = (rule.x + rule.width, rule.y + rule.height);
        ops.push(Op::DrawPolygon {
            polygon: Polygon {
                rings: vec![PolygonRing {
                    points: vec![
                        corner(rule.x, rule.y),
                        corner(right, rule.y),
                        corner(right, bottom),
                        corner(rule.x, bottom),
                    ],
                }],
                mode: PaintMode::Fill,
                winding_order: WindingOrder::NonZero,
            },
        });
    }
}

/// Draws lines that are text, part by part.
fn draw_parts(
    lines: &[Line],
    parts: Vec<(Tag, Range<usize>)>,
    subsets: &mut Subsets,
    tags: &mut Vec<Tag>,
    ops: &mut Vec<Op>,
) -> Result<(), Error> {
    for (tag, range) in parts {
        ops.push(begin(tag, tags));
        draw_text(&lines[range], subsets, ops)?;
        ops.push(Op::EndMarkedContent);
    }
    Ok(())
}

/// The mark at the beginning of a part; the part is counted unless it is no text.
fn begin(tag: Tag, tags: &mut Vec<Tag>) -> Op {
    let (name, value) = if tag == Tag::PageNumber {
        ("Type", DictItem::Name(b"Pagination".to_vec()))
    } else {
        tags.push(tag);
        ("MCID", DictItem::Int(tags.len() as i64 - 1))
    };
    Op::BeginMarkedContentWithProperties {
        tag: tag.name().to_owned(),
        properties: DictItem::Dict {
            map: BTreeMap::from([(name.to_owned(), value)]),
        },
    }
}

fn draw_text(lines: &[Line], subsets: &mut Subsets, ops: &mut Vec<Op>) -> Result<(), Error> {
    if lines.is_empty() {
        return Ok(());
    }
    ops.push(Op::StartTextSection);
    let mut current = None;
    for run in lines.iter().flat_map(|line| &line.runs) {
        if current != Some(run.colour) {
            current = Some(run.colour);
            ops.push(Op::SetFillColor {
                col: colour(run.colour),
            });
        }
        draw_run(run, subsets, ops)?;
    }
    ops.push(Op::EndTextSection);
    Ok(())
}

/// One glyph of a run on its way into a font subset.
struct Shown {
    /// Number in the subset.
    id: u16,
    /// Advance the viewer will make, 1/1000 em.
    advance: f64,
    /// Origin, mm.
    x: f64,
    character: char,
}

/// Draws a run. Two characters that share a glyph go into two subsets of the face, so that each
/// reads back as itself; the run is then shown in parts.
fn draw_run(run: &Run, subsets: &mut Subsets, ops: &mut Vec<Op>) -> Result<(), Error> {
    let mut part: Vec<Shown> = Vec::new();
    let mut font = None;
    for glyph in &run.glyphs {
        let (id, number, advance) = subsets.glyph(run.face, glyph.id, glyph.character)?;
        if font.as_ref().is_some_and(|font| *font != id) {
            show(run, &part, font.take(), ops);
            part.clear();
        }
        font = Some(id);
        part.push(Shown {
            id: number,
            advance,
            x: glyph.x,
            character: glyph.character,
        });
    }
    show(run, &part, font, ops);
    Ok(())
}

fn show(run: &Run, part: &[Shown], font: Option<printpdf::FontId>, ops: &mut Vec<Op>) {
    let (Some(font), Some(first)) = (font, part.first()) else {
        return;
    };
    ops.push(Op::SetFont {
        font: PdfFontHandle::External(font),
        size: Pt(run.size as f32),
    });
    let start = run.glyphs.first().map_or(first.x, |glyph| glyph.x);
    let (sin, cos) = run.angle.to_radians().sin_cos();
    let along = first.x - start;
    let x = points(start + along * cos) as f32;
    let y = points(PAGE_HEIGHT - run.baseline + along * sin) as f32;
    let wide = run.scale;
    let matrix = if run.angle == 0.0 && wide >= 1.0 {
        TextMatrix::Translate(Pt(x), Pt(y))
    } else {
        let (along_x, along_y) = ((cos * wide) as f32, (sin * wide) as f32);
        TextMatrix::Raw([along_x, along_y, -sin as f32, cos as f32, x, y])
    };
    ops.push(Op::SetTextMatrix { matrix });
    // Where the viewer's pen is, 1/1000 em from the first origin: kept exactly, so that rounding
    // never adds up along a line.
    let mut pen = 0.0;
    let mut glyphs = Vec::with_capacity(part.len());
    for (i, glyph) in part.iter().enumerate() {
        pen += glyph.advance;
        let offset = part.get(i + 1).map_or(0.0, |next| {
            let wanted = points(next.x - first.x) / (run.size * wide) * 1000.0;
            ((pen - wanted) * 10.0).round() / 10.0
        });
        pen -= offset;
        glyphs.push(Codepoint::with_cid(
            glyph.id,
            offset as f32,
            glyph.character.to_string(),
        ));
    }
    ops.push(Op::ShowText {
        items: vec![TextItem::GlyphIds(glyphs)],
    });
}
