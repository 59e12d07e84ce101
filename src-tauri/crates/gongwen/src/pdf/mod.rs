//! From a layout to a PDF file, through printpdf. Nothing is decided here: every place comes from
//! the layout.

mod finish;
mod subset;

use crate::error::Error;
use crate::fonts::Faces;
use crate::layout::{Colour, Layout, Line, Page, Rule, Run};
use crate::standard::{PAGE_HEIGHT, PAGE_WIDTH, RED};
use printpdf::{
    Codepoint, Color, Greyscale, Mm, Op, PaintMode, PdfDocument, PdfFontHandle, PdfPage,
    PdfSaveOptions, Point, Polygon, PolygonRing, Pt, Rgb, TextItem, TextMatrix, WindingOrder,
};
use subset::Subsets;

/// Points of a length in mm.
fn points(mm: f64) -> f64 {
    mm * 72.0 / 25.4
}

/// Writes the PDF file of a layout.
pub(crate) fn write(faces: &Faces, layout: &Layout) -> Result<Vec<u8>, Error> {
    let mut document = PdfDocument::new(&layout.title);
    let mut subsets = Subsets::new(faces);
    document.pages = layout
        .pages
        .iter()
        .map(|page| draw_page(page, &mut subsets))
        .collect::<Result<_, _>>()?;
    subsets.embed(&mut document.resources.fonts)?;
    let mut info = document.metadata.info.clone();
    info.conformance = printpdf::PdfConformance::Custom(printpdf::CustomPdfConformance {
        requires_icc_profile: false,
        requires_xmp_metadata: false,
        ..Default::default()
    });
    document.metadata.info = info;
    let options = PdfSaveOptions {
        optimize: false,
        subset_fonts: false,
        secure: true,
        image_optimization: None,
    };
    let mut warnings = Vec::new();
    let written = printpdf::serialize::to_lopdf_doc(&document, &options, &mut warnings);
    let refused =
        |warning: &printpdf::PdfWarnMsg| warning.severity == printpdf::PdfParseErrorSeverity::Error;
    if warnings.iter().any(refused) {
        return Err(Error::Pdf("排版数据不能写成PDF".to_owned()));
    }
    finish::finish(written, &layout.title)
}

fn draw_page(page: &Page, subsets: &mut Subsets) -> Result<PdfPage, Error> {
    let mut ops = Vec::new();
    draw_lines(&page.under, subsets, &mut ops)?;
    draw_rules(&page.rules, &mut ops);
    draw_lines(&page.lines, subsets, &mut ops)?;
    let turned: Vec<Rule> = page.turned.rules.iter().map(upright).collect();
    draw_rules(&turned, &mut ops);
    let turned: Vec<Line> = page.turned.lines.iter().map(quarter_turn).collect();
    draw_lines(&turned, subsets, &mut ops)?;
    Ok(PdfPage::new(
        Mm(PAGE_WIDTH as f32),
        Mm(PAGE_HEIGHT as f32),
        ops,
    ))
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

fn draw_lines(lines: &[Line], subsets: &mut Subsets, ops: &mut Vec<Op>) -> Result<(), Error> {
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
