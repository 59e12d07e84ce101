//! The document as a DOCX file, for offices that revise in Word, WPS or LibreOffice.
//!
//! The same model, set by a word processor: named styles that an office can change, text that can
//! be written on, real rules and fields. The figures come from the layout, so that lines and pages
//! end where the PDF ends them; [`metrics`] says how a word processor counts, [`runs`] how lines
//! are kept, [`flow`] how heights are.

mod body;
mod flow;
mod foot;
mod frame;
mod head;
mod metrics;
mod package;
mod paragraph;
mod places;
mod register;
mod runs;
mod shapes;
mod styles;
mod table;
mod upright;
mod xml;

use crate::error::Error;
use crate::fonts::Faces;
use crate::layout::Layout;
use crate::layout::context::Context;
use crate::model::{Document, Format};
use flow::Item;
use frame::Section;
use package::{Package, Unnumbered};
use paragraph::Paragraph;

/// Writes the DOCX file of a document whose layout is known.
pub(crate) fn write(faces: &Faces, document: &Document, layout: &Layout) -> Result<Vec<u8>, Error> {
    let context = Context::new(faces, document);
    let paper = if document.format == Format::Register {
        register::paper(document, layout)
    } else {
        upright::paper(context, document, layout)?
    };
    let package = Package {
        title: layout.title.clone(),
        body: joined(paper.items),
        unnumbered: paper.unnumbered,
        section: paper.section,
        mirrored: document.options.duplex && document.format != Format::Register,
    };
    package.write()
}

/// A paper, ready to be put into a file.
struct Paper {
    items: Vec<Item>,
    section: Section,
    /// What stands on a last page of its own, which bears no number (item 23).
    unnumbered: Option<Unnumbered>,
}

/// The items one after the other. Two tables are kept apart, and a table never ends a body: a
/// paragraph of no height stands there.
fn joined(items: Vec<Item>) -> String {
    let mut out = String::new();
    let mut table = false;
    for item in items {
        match item {
            Item::Paragraph(paragraph) => {
                out.push_str(&paragraph.xml());
                table = false;
            }
            Item::Table(xml) => {
                if table {
                    out.push_str(&Paragraph::blank(20).xml());
                }
                out.push_str(&xml);
                table = true;
            }
        }
    }
    if table {
        out.push_str(&Paragraph::blank(20).xml());
    }
    out
}
