//! How long a letter takes when the faces are read: `cargo bench -p gongwen`.

use divan::Bencher;
use gongwen::{Typesetter, model::Document};

fn main() {
    divan::main();
}

fn letter() -> Document {
    gongwen::parse(include_str!(
        "../../../../tests/fixtures/papers/letter_three_pages.json"
    ))
    .expect("a stored document")
}

fn warm() -> Typesetter {
    let typesetter = Typesetter::with_shipped_fonts().expect("the faces");
    typesetter.pdf(&letter()).expect("it can be typeset");
    typesetter
}

/// Layout and PDF file of a letter of four pages.
#[divan::bench]
fn pdf_of_four_pages(bencher: Bencher) {
    let (typesetter, letter) = (warm(), letter());
    bencher.bench(|| typesetter.pdf(&letter));
}

/// Layout alone of a letter of four pages.
#[divan::bench]
fn layout_of_four_pages(bencher: Bencher) {
    let (typesetter, letter) = (warm(), letter());
    bencher.bench(|| typesetter.layout(&letter));
}
