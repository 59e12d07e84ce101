//! The finished papers, measured: every paper of the gallery against the 32 items of the checklist
//! of GB/T 9704-2012. The measure itself is the library of this package; it shares nothing with the
//! typesetter but the documents both are given.
//!
//! `cargo test -p ducha-tests --test paper_measure -- --nocapture` prints one table a paper, which
//! items it covers, and what no page shows.

#[path = "paper_measure/form.rs"]
mod form;
#[path = "paper_measure/readback.rs"]
mod readback;
#[path = "paper_measure/record.rs"]
mod record;
#[path = "paper_measure/shifted.rs"]
mod shifted;
#[path = "paper_measure/stored.rs"]
mod stored;

use ducha_tests::measure::{Facts, ITEMS, NOT_ON_PAPER, Sheet, measure};
use std::fmt::Write;
use std::sync::LazyLock;

/// Name and measures of every stored paper.
static MEASURED: LazyLock<Vec<(String, Sheet)>> = LazyLock::new(|| {
    stored::each(&stored::names(), |name| {
        let json = stored::json(name);
        let opened = stored::typeset(&json);
        (name.to_owned(), measure(&opened, &facts(&json)))
    })
});

/// What a document says, as the measure reads it.
fn facts(json: &str) -> Facts {
    Facts::read(json).expect("JSON")
}

#[test]
fn every_paper_keeps_to_the_standard() {
    let mut faults = String::new();
    for (name, sheet) in MEASURED.iter() {
        println!("{name}\n{sheet}");
        for row in sheet.faults() {
            let _ = writeln!(
                faults,
                "{name}: item {}, {}: wanted {}, found {}",
                row.item, row.what, row.wanted, row.found
            );
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn every_item_is_measured_on_some_paper() {
    println!("{:<28}{}", "measures of an item", {
        let items: Vec<String> = ITEMS.iter().map(|(item, _)| format!("{item:>3}")).collect();
        items.concat()
    });
    for (name, sheet) in MEASURED.iter() {
        let counts: Vec<String> = ITEMS
            .iter()
            .map(|(item, _)| match sheet.count(*item) {
                0 => "  .".to_owned(),
                count => format!("{count:>3}"),
            })
            .collect();
        println!("{name:<28}{}", counts.concat());
    }
    println!("\nnot to be measured on a page:");
    for (item, what, why) in NOT_ON_PAPER {
        println!("{item:>4} {what}: {why}");
    }
    for (item, subject) in ITEMS {
        let papers = MEASURED.iter().filter(|(_, sheet)| sheet.count(item) > 0);
        let count = papers.count();
        println!("item {item}, {subject}: measured on {count} papers");
        assert!(count > 0, "item {item}, {subject}, is measured on no paper");
    }
}
