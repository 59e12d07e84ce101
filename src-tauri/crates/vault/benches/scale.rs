//! The everyday actions in an archive as large as a whole working life leaves
//! it: how long they take at the median and at the ninety-ninth percentile,
//! and whether that depends on how much there is.
//!
//! `cargo bench --bench scale` fills an archive of 50,000 entries; with
//! `DUCHA_SOAK` set (as `cargo xtask soak` does) one of 1,000,000 entries and
//! 200,000 turns, which takes several gigabytes in the temporary folder and
//! some ten minutes. It prints a table; nothing is judged.

use std::fs::File;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use ledger::verify::Depth;
use ledger::{CompartmentId, EntityId};
use vault::{Action, Edit, KdfParams, NewArchive, Vault};

const NOW: u64 = 1_795_392_000_000;
const PASSPHRASE: &str = "示例口令";
/// Entries a turn gets: written once, and saved again as it is being typed.
const VERSIONS: u32 = 5;
/// Entries in one transaction while the archive is filled.
const BLOCK: u32 = 1_000;
/// Where the small archive is measured.
const SMALL: u32 = 10_000;
/// Saves that are timed at each size.
const SAVES: u32 = 3_000;

fn main() {
    // `cargo test --benches` would only want to know that it compiles.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let large = if std::env::var_os("DUCHA_SOAK").is_some() {
        1_000_000
    } else {
        50_000
    };
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path().join("示例.ducha");
    let (mut vault, _) = Vault::create(&NewArchive {
        folder: &folder,
        passphrase: PASSPHRASE,
        kdf: KdfParams::fast_for_tests(),
        now_millis: NOW,
    })
    .expect("made");
    measure_the_disk(place.path());
    let mut language = Language::new();
    let mut text = Filling::default();

    text.fill(&mut vault, &mut language, SMALL);
    let mut vault = measure_opening(vault, &folder, "10,000");
    measure_saving(&mut vault, &mut language, &mut text, "10,000");

    let begun = Instant::now();
    text.fill(&mut vault, &mut language, large);
    println!("(filled in {:.0} s)", begun.elapsed().as_secs_f64());
    let size = format!("{}", text.entries);
    let mut vault = measure_opening(vault, &folder, &size);
    measure_saving(&mut vault, &mut language, &mut text, &size);
    measure_searching(&vault, &mut language, text.turns);
    measure_checking(&vault);
    println!(
        "{:<42} {:>8.1} MB",
        "size of the database",
        vault.stats().expect("numbers").db_bytes as f64 / 1e6
    );
}

/// Text that is like language in what matters to an index: some words stand
/// nearly everywhere, most are rare.
struct Language {
    state: u64,
    words: Vec<String>,
}

impl Language {
    fn new() -> Self {
        let mut language = Self {
            state: 0x9e37_79b9_7f4a_7c15,
            words: Vec::new(),
        };
        for rank in 0..6_000 {
            // The most frequent words are single characters, as 的 and 了 are.
            let length = match rank {
                0..12 => 1,
                _ => [2, 2, 2, 2, 2, 3, 4, 1][language.below(8)],
            };
            let word = (0..length)
                .map(|_| {
                    let rank = language.skewed(2_500);
                    char::from_u32(0x4e00 + 7 * rank as u32).expect("a character")
                })
                .collect();
            language.words.push(word);
        }
        language
    }

    fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state % bound as u64) as usize
    }

    /// A rank, the low ones far more often.
    fn skewed(&mut self, bound: usize) -> usize {
        let unit = self.below(1 << 20) as f64 / f64::from(1 << 20);
        (bound as f64 * unit * unit * unit) as usize
    }

    fn word(&mut self) -> &str {
        let rank = self.skewed(self.words.len());
        &self.words[rank]
    }

    fn sentence(&mut self) -> String {
        let length = 8 + self.below(20);
        (0..length).map(|_| self.word().to_owned()).collect()
    }
}

/// How far the archive has been filled.
#[derive(Default)]
struct Filling {
    entries: u32,
    turns: u32,
}

impl Filling {
    /// Fills up to `entries`, many in one transaction: only here, where nobody
    /// waits for each of them.
    fn fill(&mut self, vault: &mut Vault, language: &mut Language, entries: u32) {
        while self.entries < entries {
            let many = BLOCK.min(entries - self.entries);
            let mut actions = Vec::new();
            for at in 0..many {
                if (self.entries + at).is_multiple_of(VERSIONS) {
                    self.turns += 1;
                    actions.push((action(), new_turn(self.turns, language.sentence())));
                } else {
                    actions.push((action(), vec![saved_again(self.turns, language.sentence())]));
                }
            }
            vault
                .write_many(actions, NOW + u64::from(self.entries))
                .expect("written");
            self.entries += many;
        }
    }
}

fn id(number: u32) -> EntityId {
    let mut random = [0; 10];
    random[..4].copy_from_slice(&number.to_be_bytes());
    EntityId::new(NOW, random)
}

fn action() -> Action {
    Action {
        name: "记录谈话".to_owned(),
        author: id(0),
        compartment: CompartmentId::OPEN,
        note: None,
    }
}

fn edit(turn: u32, field: &str, value: String) -> Edit {
    Edit {
        entity: id(1_000_000 + turn),
        kind: "turn".to_owned(),
        field: field.to_owned(),
        value: value.into(),
    }
}

fn new_turn(turn: u32, text: String) -> Vec<Edit> {
    vec![
        edit(turn, "interview", id(turn / 200).to_string()),
        edit(turn, "order", format!("{turn:08}")),
        edit(turn, "text", text),
    ]
}

fn saved_again(turn: u32, text: String) -> Edit {
    edit(turn, "text", text)
}

/// What the disk itself takes to keep as many bytes as a save writes: no
/// program that tells the truth about saving can be faster.
fn measure_the_disk(place: &Path) {
    let mut file = File::create(place.join("force")).expect("made");
    let mut times = Vec::new();
    for number in 0..500_u32 {
        let bytes = number.to_be_bytes().repeat(10_000);
        let begun = Instant::now();
        file.write_all(&bytes).expect("written");
        file.sync_data().expect("forced");
        times.push(begun.elapsed());
    }
    print("the disk alone, 40 kB forced", &mut times);
}

/// Closes the archive and opens it again. Deriving the key costs next to
/// nothing with the parameters of this archive.
fn measure_opening(vault: Vault, folder: &Path, size: &str) -> Vault {
    let mut times = Vec::new();
    let mut open = Some(vault);
    for _ in 0..20 {
        drop(open.take());
        let begun = Instant::now();
        open = Some(Vault::open(folder, PASSPHRASE).expect("opened"));
        times.push(begun.elapsed());
    }
    print(&format!("open, {size} entries"), &mut times);
    open.expect("opened just now")
}

/// From the keystroke's text to the disk, every save an entry: a new turn, and
/// one from long ago that is changed, in turn.
fn measure_saving(vault: &mut Vault, language: &mut Language, text: &mut Filling, size: &str) {
    let mut times = Vec::new();
    for number in 0..SAVES {
        let edits = if number % 2 == 0 {
            text.turns += 1;
            new_turn(text.turns, language.sentence())
        } else {
            let old = 1 + language.below(text.turns as usize) as u32;
            vec![saved_again(old, language.sentence())]
        };
        let action = action();
        let begun = Instant::now();
        vault
            .write(&action, edits, NOW + u64::from(text.entries))
            .expect("written")
            .expect("something changed");
        times.push(begun.elapsed());
        text.entries += 1;
    }
    print(&format!("save, {size} entries"), &mut times);
}

/// The first fifty hits for every word and character of the language that
/// anybody may type.
fn measure_searching(vault: &Vault, language: &mut Language, turns: u32) {
    let words = language.words.clone();
    let of_length = |length: usize| {
        let words = words.iter().filter(|word| word.chars().count() == length);
        words.take(1_000).cloned().collect::<Vec<_>>()
    };
    let mut characters: Vec<String> = words
        .iter()
        .flat_map(|word| word.chars())
        .map(String::from)
        .collect();
    characters.sort_unstable();
    characters.dedup();
    let pairs = |words: &[String]| -> Vec<String> {
        let pairs = words.windows(2).map(|pair| pair.join(" "));
        pairs.collect()
    };
    for (what, queries) in [
        ("one character", characters),
        ("a word of two", of_length(2)),
        ("a word of four", of_length(4)),
        ("two words", pairs(&of_length(2))),
        ("two characters apart", pairs(&of_length(1))),
    ] {
        let mut times = Vec::new();

        for query in queries {
            let begun = Instant::now();
            black_box(vault.search(&query, 50).expect("searched"));
            times.push(begun.elapsed());
        }
        print(&format!("search {turns} turns, {what}"), &mut times);
    }
}

fn measure_checking(vault: &Vault) {
    for depth in [Depth::Heads, Depth::EveryStored] {
        let begun = Instant::now();
        let report = vault.verify_chains(depth, &mut |_| true).expect("checked");
        assert!(report.is_sound());
        let time = begun.elapsed().as_secs_f64();
        println!(
            "{:<42} {:>8.0} entries/s ({time:.1} s)",
            format!("verify the chains, {depth:?}"),
            report.entries as f64 / time
        );
    }
}

fn print(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!(
        "{what:<42} {:>8.2} ms median, {:>8.2} ms p99, {:>8.2} ms slowest of {}",
        at(0.5),
        at(0.99),
        at(1.0),
        times.len()
    );
}
