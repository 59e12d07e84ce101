//! Files of several chunks on their way into the archive, cut off or refused at
//! any moment: of an ordinary record, and of a sealed matter that is open. Such
//! a file is there whole or not at all, and the next try works.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use ledger::verify::Depth;
use ledger::{EntityId, Value};
use vault::{AttachmentInfo, Error, KdfParams, NewCompartment, Vault};

use super::child::{self, say};
use super::dice::{Dice, fresh_seed};
use super::long;
use super::refusing::Scene;
use crate::back_door;
use crate::desk::{Desk, NOW, PASSPHRASE, action, edit, id, put};

/// The child below, as the trials call it.
const CHILD: &str = "trials::intake::child_that_takes_files_in";
/// Opens the matter.
const SECOND: &str = "第二口令 四五六";
/// The matter that the files belong to.
const MATTER: u8 = 2;
/// Bytes of a piece: no multiple of a chunk of the archive.
const PIECE: usize = 250_000;
/// Bytes of a chunk of the archive.
const CHUNK: u64 = 256 * 1024;
/// Stands in every part of every file, and nowhere else.
const WORDS: &str = "信访件原文扫描，";
/// Files up to this number are as small as several chunks allow.
const SMALL: u64 = 1_000;
/// Kills after which another archive is begun.
const PER_ARCHIVE: u64 = 8;

/// Not a test of its own: the child of the trials.
#[test]
#[ignore = "runs as a child of the trials"]
fn child_that_takes_files_in() {
    let Some(place) = child::place() else { return };
    // The name of this test stands on the line already.
    say("");
    let seed = child::seed();
    let folder = place.join("示例.ducha");
    let first = seed.map_or(1, |seed| (seed + 1) << 32);
    // Without a seed one file, tried twice: a disk that refused once may not
    // refuse again.
    let mut number = first;
    let mut vault = None;
    while seed.is_some() || number < first + 2 {
        match vault.take().map_or_else(|| open(&folder), Ok) {
            Ok(mut opened) => {
                let file = if seed.is_some() { number } else { first };
                match take_in(&mut opened, file, &say) {
                    Ok(()) if seed.is_none() => {
                        say(&format!("saved {file}"));
                        if let Err(error) = opened.close_compartments() {
                            say(&format!("refused closing {}", error.code()));
                        }
                        break;
                    }
                    Ok(()) => say(&format!("saved {file}")),
                    Err(error) => say(&format!("refused intake {}", error.code())),
                }
                vault = Some(opened);
            }
            Err(error) => say(&format!("refused opening {}", error.code())),
        }
        number += 1;
    }
    drop(vault);
    child::done()
}

/// Opens the archive, and the matter if it is sealed.
pub(super) fn open(folder: &Path) -> Result<Vault, Error> {
    let mut vault = Vault::open(folder, PASSPHRASE)?;
    if let Some(sealed) = vault.compartments()?.first() {
        vault.open_compartment(&sealed.id, SECOND)?;
    }
    Ok(vault)
}

/// What is in the file of this number: of several chunks, the last not full.
fn contents(number: u64) -> Vec<u8> {
    let more = Dice::of(number).below(if number < SMALL { 1 } else { 2_000_000 });
    let length = 600_001 + more as usize;
    let line = format!("{WORDS}{number:016x}。");
    let mut bytes = line.repeat(length / line.len() + 1).into_bytes();
    bytes.truncate(length);
    bytes
}

/// The record of the file of this number.
fn record(number: u64) -> EntityId {
    let mut random = [7; 10];
    random[..8].copy_from_slice(&number.to_be_bytes());
    EntityId::new(NOW, random)
}

/// Takes the file of this number in, and tells of each step.
fn take_in(vault: &mut Vault, number: u64, tell: &dyn Fn(&str)) -> Result<(), Error> {
    tell(&format!("begun {number}"));
    let bytes = contents(number);
    let mut pieces = bytes.chunks(PIECE).map(<[u8]>::to_vec);
    take_in_pieces(vault, number, &mut pieces, &|| tell("piece"))
}

/// Takes these pieces in as the office does, as the file of this number.
pub(super) fn take_in_pieces(
    vault: &mut Vault,
    number: u64,
    pieces: &mut dyn Iterator<Item = Vec<u8>>,
    taken: &dyn Fn(),
) -> Result<(), Error> {
    let mut intake = vault.begin_intake("扫描.pdf", &id(MATTER))?;
    for piece in pieces {
        if let Err(error) = vault.take_in(&mut intake, &piece) {
            // The first error is the one to be told.
            let _ = vault.drop_intake(intake);
            return Err(error);
        }
        taken();
    }
    let AttachmentInfo {
        sha256,
        size,
        file_name,
    } = intake.so_far();
    let file = [
        ("sha256", Value::from(sha256.as_str())),
        ("size", Value::Int(size.cast_signed())),
        ("file_name", file_name.as_str().into()),
    ];
    let file = Value::Map(file.map(|(name, it)| (name.to_owned(), it)).into());
    let of = |field: &str, value: Value| edit(record(number), "material", field, value);
    let edits = vec![
        of("owner", id(MATTER).to_string().as_str().into()),
        of("name", number.to_string().as_str().into()),
        of("file", file),
    ];
    vault.finish_intake(intake, &action("添加材料"), edits, NOW)
}

/// An archive with a matter, sealed if `is_sealed`.
pub(super) fn lay_out(is_sealed: bool) -> Desk {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    put(&mut vault, id(MATTER), "finding", &[("title", "示例线索")]);
    if is_sealed {
        let new = NewCompartment {
            label: "一号事项",
            passphrase: SECOND,
            kdf: KdfParams::fast_for_tests(),
            now_millis: NOW,
        };
        vault
            .seal(&BTreeSet::from([id(MATTER)]), &new)
            .expect("sealed");
    }
    desk
}

/// What the child said.
#[derive(Debug, Default)]
struct Said {
    begun: BTreeSet<u64>,
    saved: BTreeSet<u64>,
    /// The numbers of the errors it was told.
    refused: Vec<String>,
}

impl Said {
    fn hear(&mut self, line: &str) {
        let number = |it: &str| it.parse::<u64>().expect("a number");
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["begun", file] => {
                self.begun.insert(number(file));
            }
            ["saved", file] => {
                self.saved.insert(number(file));
            }
            ["refused", _, code] => self.refused.push(code.to_owned()),
            _ => {}
        }
    }
}

/// Opens the archive as the user would after whatever happened, and holds it
/// against what was said. Answers how many files are in it.
fn judge(desk: &Desk, said: &Said, when: &str) -> usize {
    let vault = Vault::open(&desk.folder("示例"), PASSPHRASE)
        .unwrap_or_else(|error| panic!("{when}: {error}"));
    let is_sealed = !vault.compartments().expect("listed").is_empty();
    if is_sealed {
        assert!(vault.attachments().expect("listed").is_empty(), "{when}");
        assert_eq!(vault.count("material").expect("counted"), 0, "{when}");
    }
    drop(vault);
    nothing_half(desk, None, when);

    let vault = open(&desk.folder("示例")).unwrap_or_else(|error| panic!("{when}: {error}"));
    let mut kept = BTreeSet::new();
    for material in vault.records("material").expect("listed") {
        let name = material.fields["name"].as_text().expect("a name");
        let number: u64 = name.parse().expect("a number");
        let Value::Map(file) = &material.fields["file"] else {
            panic!("{when}: {number} has no file")
        };
        let sha256 = file["sha256"].as_text().expect("a hash");
        let bytes = vault.attachment_bytes(sha256).expect(when);
        assert!(bytes == contents(number), "{when}: {number} is not whole");
        kept.insert(number);
    }
    let attachments = vault.attachments().expect("listed").len();
    assert_eq!(attachments, kept.len(), "{when}");
    let lost: Vec<_> = said.saved.difference(&kept).collect();
    assert!(lost.is_empty(), "{when}: {lost:?} were reported saved");
    assert!(kept.is_subset(&said.begun), "{when}: {kept:?}");
    let report = vault.verify(Depth::Every, &mut |_| true).expect(when);
    assert!(report.is_sound(), "{when}: {:?}", report.damages);
    drop(vault);
    nothing_half(desk, Some(&kept), when);
    kept.len()
}

/// Whatever the closed archive has in its tables, its pages and its folder, it
/// has of whole files, and of a sealed matter encrypted.
fn nothing_half(desk: &Desk, kept: Option<&BTreeSet<u64>>, when: &str) {
    let connection = back_door::open(desk, "示例");
    let count = |query: &str| {
        connection
            .query_row(query, [], |row| row.get::<_, i64>(0))
            .expect("counted")
            .unsigned_abs()
    };
    let half = count("SELECT count(*) FROM attachment WHERE sha256 IS NULL");
    assert_eq!(half, 0, "{when}: half files");
    let astray = "SELECT count(*) FROM attachment_chunk
                  WHERE attachment NOT IN (SELECT id FROM attachment)";
    assert_eq!(count(astray), 0, "{when}: parts of no file");
    assert_eq!(count("SELECT count(*) FROM opened_attachment"), 0, "{when}");
    let is_sealed = count("SELECT count(*) FROM compartment") > 0;
    let in_the_clear = count("SELECT count(*) FROM attachment_chunk");
    let headless = "SELECT count(*) FROM sealed WHERE what = 2
                    AND subject NOT IN (SELECT subject FROM sealed WHERE what = 1)";
    assert_eq!(count(headless), 0, "{when}: half copies");
    let (names, copies) = (
        count("SELECT count(*) FROM sealed WHERE what = 1"),
        count("SELECT count(*) FROM sealed WHERE what = 2"),
    );
    if let Some(kept) = kept {
        let chunks = |number: &u64| (contents(*number).len() as u64).div_ceil(CHUNK);
        let chunks = kept.iter().map(chunks).sum::<u64>();
        let wanted = if is_sealed {
            (0, chunks, kept.len() as u64)
        } else {
            (chunks, 0, 0)
        };
        assert_eq!((in_the_clear, copies, names), wanted, "{when}");
    }
    drop(connection);
    if is_sealed {
        assert_eq!(in_the_clear, 0, "{when}");
        assert!(!is_told(desk), "{when}: what is sealed lies in the clear");
    }
    let mut left: Vec<_> = std::fs::read_dir(desk.folder("示例"))
        .expect("listed")
        .map(|item| item.expect("an item").file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["backups", "keys", "lock", "vault.db"], "{when}");
}

/// Whether a word of any file stands on a page of the archive, used or free, or
/// in its log.
fn is_told(desk: &Desk) -> bool {
    let file = desk.folder("示例").join("vault.db");
    let pages = back_door::pages(desk, "示例", &file);
    let mut words = pages.windows(WORDS.len());
    words.any(|it| it == WORDS.as_bytes())
}

/// Two kills, one after the other: the second may fall into putting right what
/// the first left.
fn kill_while_it_takes_files_in(is_sealed: bool, what: &str) {
    let kills: u64 = if long() { 200 } else { 8 };
    let known = kills - kills / 4;
    let mut fresh = Dice::of(fresh_seed(what));
    let (mut desk, mut said) = (lay_out(is_sealed), Said::default());
    let (mut saved, mut cut_off) = (0, 0);
    for round in 0..kills {
        if round % PER_ARCHIVE == 0 && round > 0 {
            (desk, said) = (lay_out(is_sealed), Said::default());
        }
        let seed = if round < known {
            round
        } else {
            fresh.below(1 << 24)
        };
        let moment = (30, Duration::from_millis(60));
        child::kill((CHILD, desk.path(), seed), moment, &mut |line| {
            said.hear(line);
        });
        assert!(said.refused.is_empty(), "seed {seed}: {:?}", said.refused);
        if round % 2 == 1 {
            let when = format!("kill {round}, seed {seed}");
            let kept = judge(&desk, &said, &when);
            cut_off += usize::from(said.begun.len() > kept);
            saved += said.saved.len();
        }
    }
    println!(
        "{what}: killed {kills} times; {cut_off} times of {} files were cut off, \
         {saved} reported saved were there",
        kills / 2
    );
    assert!(cut_off > 0 && saved > 0, "{cut_off}, {saved}");
}

#[test]
fn a_file_that_kill_9_cuts_off_on_its_way_in_is_there_whole_or_not_at_all() {
    kill_while_it_takes_files_in(false, "files");
}

#[test]
fn nothing_of_a_file_for_a_sealed_matter_stays_in_the_clear_after_kill_9() {
    kill_while_it_takes_files_in(true, "sealed files");
    // It would be seen if it did.
    let desk = lay_out(true);
    let mut vault = open(&desk.folder("示例")).expect("opens");
    take_in(&mut vault, 1, &|_| {}).expect("taken in");
    assert!(is_told(&desk));
}

/// What holds after a refusal, and that the next file goes in.
fn judge_and_go_on(desk: &Desk, lines: &[String], (when, is_once): (&str, bool)) -> Vec<String> {
    let mut said = Said::default();
    for line in lines {
        said.hear(line);
    }
    for code in &said.refused {
        // A full disk, one that cannot be written, one that fails, remains that
        // are cleared away later: nothing else has happened here.
        let is_proper = ["DA-10", "DA-11", "DA-14", "DA-30"].contains(&code.as_str());
        assert!(is_proper, "{when}: {code}");
    }
    if is_once {
        assert_eq!(said.saved.len(), 1, "{when}: the second try works");
    }
    judge(desk, &said, when);
    let mut vault = open(&desk.folder("示例")).expect(when);
    take_in(&mut vault, SMALL - 1, &|_| {}).expect(when);
    drop(vault);
    said.begun.insert(SMALL - 1);
    said.saved.insert(SMALL - 1);
    judge(desk, &said, when);
    said.refused
}

#[test]
fn whichever_call_is_refused_a_file_is_there_whole_or_not_at_all() {
    let scene = Scene {
        child: CHILD,
        lay_out: || lay_out(false),
        judge: judge_and_go_on,
    };
    scene.refuse("refused files", 8);
}

#[test]
fn whichever_call_is_refused_nothing_for_a_sealed_matter_stays_in_the_clear() {
    let scene = Scene {
        child: CHILD,
        lay_out: || lay_out(true),
        judge: judge_and_go_on,
    };
    scene.refuse("refused sealed files", 8);
}
