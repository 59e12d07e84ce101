//! From a layout to a PDF file, through printpdf. Nothing is decided here: every place comes from
//! the layout. The file is PDF/A-2u (ISO 19005-2): it can be read and searched for as long as
//! papers are kept, on machines that have none of our faces.

mod archive;
mod bookmarks;
mod cff;
mod characters;
mod draw;
mod finish;
mod icc;
mod subset;
mod tags;

use crate::error::Error;
use crate::fonts::Faces;
use crate::layout::Layout;
use lopdf::{Dictionary, Document, Object, ObjectId};
use printpdf::{PdfDocument, PdfSaveOptions};
use subset::Subsets;

/// Points of a length in mm.
fn points(mm: f64) -> f64 {
    mm * 72.0 / 25.4
}

/// Writes the PDF file of a layout.
pub(crate) fn write(faces: &Faces, layout: &Layout) -> Result<Vec<u8>, Error> {
    let mut document = PdfDocument::new(&layout.title);
    let mut subsets = Subsets::new(faces);
    let mut marked = Vec::new();
    for page in &layout.pages {
        let (drawn, elements) = draw::page(page, &mut subsets)?;
        document.pages.push(drawn);
        marked.push(elements);
    }
    let characters = subsets.embed(&mut document.resources.fonts)?;
    document.metadata.info.conformance =
        printpdf::PdfConformance::Custom(printpdf::CustomPdfConformance {
            // Both are put in by `archive`: printpdf's profile is one for printing presses.
            requires_icc_profile: false,
            requires_xmp_metadata: false,
            ..Default::default()
        });
    let options = PdfSaveOptions {
        optimize: false,
        subset_fonts: false,
        secure: true,
        image_optimization: None,
    };
    let mut warnings = Vec::new();
    let mut written = printpdf::serialize::to_lopdf_doc(&document, &options, &mut warnings);
    let refused =
        |warning: &printpdf::PdfWarnMsg| warning.severity == printpdf::PdfParseErrorSeverity::Error;
    if warnings.iter().any(refused) {
        return Err(Error::Pdf("排版数据不能写成PDF".to_owned()));
    }
    drop(document);
    finish::tidy(&mut written)?;
    characters::map_to_characters(&mut written, &characters)?;
    archive::declare(&mut written, &layout.title)?;
    tags::write(&mut written, &marked)?;
    bookmarks::write(&mut written, layout)?;
    finish::bytes(written)
}

/// printpdf's document lacks a part that every document has.
fn broken() -> Error {
    Error::Pdf("文件结构不完整".to_owned())
}

/// The root of the file's contents.
fn catalog(document: &mut Document) -> Result<&mut Dictionary, Error> {
    document.catalog_mut().map_err(|_| broken())
}

/// The pages in their order.
fn pages(document: &Document) -> Vec<ObjectId> {
    document.page_iter().collect()
}

/// A text for people to read, in UTF-16 with its mark (ISO 32000-1, 7.9.2.2).
fn readable(text: &str) -> Object {
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, lopdf::StringFormat::Hexadecimal)
}
