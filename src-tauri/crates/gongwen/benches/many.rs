//! Two hundred different letters in one go, by one typesetter, and the memory it took at most:
//! `cargo bench -p gongwen --bench many` (memory on Linux).

use gongwen::{Typesetter, model::Block, model::Document};
use std::time::{Duration, Instant};

/// Letters made.
const LETTERS: u32 = 200;

fn main() {
    let json = include_str!("../../../../tests/fixtures/papers/letter_three_pages.json");
    let letter = gongwen::parse(json).expect("a stored document");
    let typesetter = Typesetter::with_shipped_fonts().expect("the faces");
    let mut times: Vec<Duration> = Vec::new();
    let (mut pages, mut bytes) = (0, 0);
    let begun = Instant::now();
    for number in 0..LETTERS {
        let letter = another(&letter, number);
        let begun = Instant::now();
        bytes += typesetter.pdf(&letter).expect("a letter").len();
        times.push(begun.elapsed());
        pages += typesetter.layout(&letter).expect("a letter").pages.len();
    }
    let whole = begun.elapsed();
    times.sort();
    println!(
        "{LETTERS} letters, {pages} pages, {} MB in {:.2} s: {:.1} ms a letter median, {:.1} ms slowest",
        bytes / 1_000_000,
        whole.as_secs_f64(),
        times[times.len() / 2].as_secs_f64() * 1000.0,
        times[times.len() - 1].as_secs_f64() * 1000.0,
    );
    match peak() {
        Some(kilobytes) => println!("peak memory {} MB", kilobytes / 1024),
        None => println!("没有测量内存：本机没有 /proc。"),
    }
}

/// The letter to somebody else, with a paragraph of characters that no other letter has.
fn another(letter: &Document, number: u32) -> Document {
    let mut letter = letter.clone();
    letter.number = Some(format!("示组函〔2026〕{}号", number + 1));
    let own: String = (0..60)
        .filter_map(|i| char::from_u32(0x4E00 + number * 60 + i))
        .collect();
    letter.body.push(Block::paragraph(own));
    letter
}

/// The most memory this process has had, kB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
