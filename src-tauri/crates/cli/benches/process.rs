//! A letter from the start of the process to its end, as a clerk waits for it:
//! `cargo bench -p ducha-cli`.

use std::path::Path;
use std::process::{Command, Stdio};

fn main() {
    divan::main();
}

const LETTER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../tests/fixtures/papers/letter_three_pages.json"
);

/// Reading the letter and the typefaces, setting four pages, writing the PDF.
#[divan::bench]
fn render_a_letter(bencher: divan::Bencher) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let pdf = folder.path().join("letter.pdf");
    bencher.bench_local(|| render(&pdf));
}

fn render(pdf: &Path) {
    let status = Command::new(env!("CARGO_BIN_EXE_ducha-cli"))
        .args(["render", LETTER, "--out"])
        .arg(pdf)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the program starts");
    assert!(status.success(), "the letter is rendered");
}
