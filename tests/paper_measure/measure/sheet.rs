//! The table of a paper: item, what, wanted, found, ok.

use std::fmt;

/// One measure.
#[derive(Debug, Clone)]
pub struct Row {
    /// Number of the checklist's item, 1 to 32.
    pub item: u8,
    /// What was measured.
    pub what: String,
    /// What the standard wants: mm with the tolerance, or a word.
    pub wanted: String,
    /// What is on the page.
    pub found: String,
    /// Are they the same within the tolerance?
    pub ok: bool,
}

/// All measures of one paper.
#[derive(Debug, Default)]
pub struct Sheet {
    /// In the order they were taken.
    pub rows: Vec<Row>,
}

impl Sheet {
    fn add(&mut self, item: u8, what: &str, wanted: String, found: String, ok: bool) {
        self.rows.push(Row {
            item,
            what: what.to_owned(),
            wanted,
            found,
            ok,
        });
    }

    /// A length, mm.
    pub(crate) fn mm(&mut self, item: u8, what: &str, wanted: f64, found: f64, tolerance: f64) {
        let ok = (wanted - found).abs() <= tolerance;
        self.add(
            item,
            what,
            format!("{wanted:.2} ± {tolerance}"),
            format!("{found:.2}"),
            ok,
        );
    }

    /// Many lengths of one kind: the row shows the one that is most off. No row without any.
    pub(crate) fn worst(
        &mut self,
        item: u8,
        what: &str,
        pairs: impl IntoIterator<Item = (f64, f64)>,
        tolerance: f64,
    ) {
        let pairs: Vec<_> = pairs.into_iter().collect();
        let off = |pair: &(f64, f64)| (pair.0 - pair.1).abs();
        if let Some((wanted, found)) = pairs.iter().max_by(|a, b| off(a).total_cmp(&off(b))) {
            let what = format!("{what} (worst of {})", pairs.len());
            self.mm(item, &what, *wanted, *found, tolerance);
        }
    }

    /// Something that is so or is not so.
    pub(crate) fn holds(&mut self, item: u8, what: &str, wanted: &str, ok: bool, found: &str) {
        self.add(item, what, wanted.to_owned(), found.to_owned(), ok);
    }

    /// Two texts that must be the same.
    pub(crate) fn same(&mut self, item: u8, what: &str, wanted: &str, found: &str) {
        self.holds(item, what, wanted, wanted == found, found);
    }

    /// A count of faults, which must be none; the first one is shown.
    pub(crate) fn none(&mut self, item: u8, what: &str, faults: &[String]) {
        let found = faults.first().map_or("none".to_owned(), |first| {
            format!("{}: {first}", faults.len())
        });
        self.holds(item, what, "none", faults.is_empty(), &found);
    }

    /// A part the document has and no page shows.
    pub(crate) fn lost(&mut self, item: u8, what: &str) {
        self.holds(item, what, "on a page", false, "on no page");
    }

    /// Rows that are off.
    pub fn faults(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| !row.ok)
    }

    /// Items of the rows that are off, each once.
    pub fn faulty_items(&self) -> Vec<u8> {
        let mut items: Vec<u8> = self.faults().map(|row| row.item).collect();
        items.sort_unstable();
        items.dedup();
        items
    }

    /// How many measures an item has.
    pub fn count(&self, item: u8) -> usize {
        self.rows.iter().filter(|row| row.item == item).count()
    }
}

/// Columns a text takes on a screen: Chinese characters take two.
fn columns(text: &str) -> usize {
    text.chars()
        .map(|ch| if u32::from(ch) < 0x2E80 { 1 } else { 2 })
        .sum()
}

fn padded(text: &str, width: usize) -> String {
    let blank = width.saturating_sub(columns(text));
    format!("{text}{}", " ".repeat(blank))
}

impl fmt::Display for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.sort_by_key(|row| row.item);
        writeln!(
            f,
            "item {} {} {} ok",
            padded("what", 58),
            padded("wanted mm", 22),
            padded("found mm", 22)
        )?;
        for row in rows {
            writeln!(
                f,
                "{:>4} {} {} {} {}",
                row.item,
                padded(&row.what, 58),
                padded(&row.wanted, 22),
                padded(&row.found, 22),
                if row.ok { "ok" } else { "OFF" }
            )?;
        }
        Ok(())
    }
}
