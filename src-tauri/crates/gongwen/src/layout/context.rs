//! What every part of the layout needs: the faces, and text set in a style.

use super::{Colour, Layout, form, letter, line, mark, minutes, order, outline, record, register};
use crate::error::Error;
use crate::fonts::{Faces, Role};
use crate::layout::flow::{Kind, Piece};
use crate::model::{Document, Format, LinePitch};
use crate::standard::{LINE_PITCH, PITCH, SIZE_3, WPS_LINE_PITCH};
use crate::text::cells::{self, Cell, Style};
use crate::text::fill::{Measure, fill};

/// Typesets a document.
pub(crate) fn typeset(faces: &Faces, document: &Document) -> Result<Layout, Error> {
    mark::organs(document)?;
    let context = Context::new(faces, document);
    let mut pages = match document.format {
        Format::Letter => letter::pages(context, document)?,
        Format::Document => super::document::pages(context, document)?,
        Format::Minutes => minutes::pages(context, document)?,
        Format::Order => order::pages(context, document)?,
        Format::Form => form::pages(context, document)?,
        Format::Record => record::pages(context, document)?,
        Format::Register => register::pages(context, document)?,
    };
    // An order without a title is known by its mark and number.
    let mut title = document.title.replace(['\r', '\n'], "");
    if title.trim().is_empty() {
        title = format!(
            "{}{}",
            document.mark,
            document.number.as_deref().unwrap_or("")
        );
    }
    let title = crate::text::normal::text(&title);
    outline::put_title(&mut pages, &title);
    Ok(Layout { title, pages })
}

/// Faces, and how close together characters and lines of the body are set.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) faces: &'a Faces,
    /// Share of a line's width by which it may be tighter (item 19).
    pub(crate) tighten: f64,
    /// From the top of one body line to the top of the next, mm (item 2).
    pub(crate) line_pitch: f64,
}

/// Body text on the grid of 28 characters.
pub(crate) fn body_style(role: Role) -> Style {
    Style {
        role,
        size: SIZE_3,
        pitch: PITCH,
    }
}

impl<'a> Context<'a> {
    /// What a document's options ask for; the body as close as usual.
    pub(crate) fn new(faces: &'a Faces, document: &Document) -> Self {
        Self {
            faces,
            tighten: 0.0,
            line_pitch: match document.options.line_pitch {
                LinePitch::Standard => LINE_PITCH,
                LinePitch::Wps => WPS_LINE_PITCH,
            },
        }
    }

    /// White between two body lines, mm.
    pub(crate) fn gap(&self) -> f64 {
        self.line_pitch - PITCH
    }

    /// Top of a body line `lines` lines below another one.
    pub(crate) fn below(&self, top: f64, lines: f64) -> f64 {
        top + lines * self.line_pitch
    }

    pub(crate) fn set(&self, text: &str, style: Style, place: &str) -> Result<Vec<Cell>, Error> {
        cells::set(self.faces, text, style, place)
    }

    /// Body text, 3号仿宋.
    pub(crate) fn body(&self, text: &str, place: &str) -> Result<Vec<Cell>, Error> {
        self.set(text, body_style(Role::FangSong), place)
    }
}

/// Lines of cells as pieces of one body line each; `left` is where the measure begins in the type
/// area.
pub(crate) fn pieces(
    context: Context,
    cells: &[Cell],
    left: f64,
    measure: Measure,
    kind: Kind,
) -> Vec<Piece> {
    fill(cells, measure)
        .iter()
        .map(|filled| {
            let line = line::filled(cells, filled, left, 0.0, Colour::Black);
            Piece::line(kind, line, PITCH, context.line_pitch)
        })
        .collect()
}
