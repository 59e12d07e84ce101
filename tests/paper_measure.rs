//! The finished papers, measured: each item of the checklist of GB/T 9704-2012 that a paper uses,
//! in millimetres on the PDF file as poppler reports it. Nothing here is shared with the
//! typesetter but the documents it is given; every figure is written out again from the standard.
//!
//! `cargo test -p ducha-tests --test paper_measure -- --nocapture` prints wanted and found.

#[path = "paper_measure/document.rs"]
mod document;
#[path = "paper_measure/form.rs"]
mod form;
#[path = "paper_measure/head.rs"]
mod head;
#[path = "paper_measure/other.rs"]
mod other;
#[path = "paper_measure/page.rs"]
mod page;
#[path = "paper_measure/probe.rs"]
mod probe;
#[path = "paper_measure/readback.rs"]
mod readback;
#[path = "paper_measure/register.rs"]
mod register;
#[path = "paper_measure/tail.rs"]
mod tail;

use gongwen::Typesetter;
use probe::Paper;
use std::path::Path;
use std::sync::LazyLock;

static TYPESETTER: LazyLock<Typesetter> =
    LazyLock::new(|| Typesetter::with_shipped_fonts().expect("a checkout has the faces"));

/// Positions the typesetter chooses.
const CHOSEN: f64 = 0.3;
/// Margins.
const MARGIN: f64 = 1.0;
/// A character's cell: 28 fill 156 mm.
const CHARACTER: f64 = 156.0 / 28.0;
/// Top of one line to top of the next: 22 lines fill 225 mm.
const LINE: f64 = (225.0 - CHARACTER) / 21.0;
/// 7/8 of a 3号 character's line: what is white between two lines.
const GAP: f64 = LINE - CHARACTER;
/// One 4号 character.
const SMALL: f64 = 14.0 * 25.4 / 72.0;

/// Names of the stored documents.
const STORED: [&str; 15] = [
    "document_upward",
    "letter_short",
    "letter_three_pages",
    "letter_lone_signature",
    "letter_rare_names",
    "letter_long_title",
    "letter_attachments",
    "form_handling",
    "form_receipt",
    "minutes",
    "order",
    "record_one_page",
    "record_pages",
    "register_pages",
    "register_short",
];

/// JSON of a stored document.
fn stored(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/papers");
    std::fs::read_to_string(folder.join(name).with_extension("json")).expect("a stored document")
}

/// A document typeset and put before poppler.
fn paper(json: &str) -> Paper {
    let document = gongwen::parse(json).expect("a valid document");
    Paper::new(&TYPESETTER.pdf(&document).expect("it can be typeset"))
}

/// Compares one measure and prints it.
#[track_caller]
fn measure(item: &str, what: &str, wanted: f64, found: f64, tolerance: f64) {
    println!("{item} {what}: wanted {wanted:.2}, found {found:.2} mm");
    assert!(
        (wanted - found).abs() <= tolerance,
        "{item} {what}: wanted {wanted:.2} ± {tolerance}, found {found:.2} mm"
    );
}
