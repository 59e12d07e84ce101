//! Every region of a small archive changed, cut off and exchanged: it is
//! noticed, and nothing ever ends in a panic.

use std::fs;
use std::path::Path;

use ledger::verify::Depth;
use vault::{Unlocking, Vault};

use super::dice::{Dice, fresh_seed};
use super::long;
use crate::desk::{Desk, NOW, PASSPHRASE, id, put, shown};
use crate::museum::borrow_as;

const PAGE: usize = 4096;
/// A region: a change smaller than this is as good as one anywhere in it.
const REGION: usize = 16;

/// The places of a file of `length` bytes that are tried: one in every region,
/// or some of them.
fn places(length: usize, few: u64, what: &str) -> Vec<usize> {
    let regions = length.div_ceil(REGION);
    let mut dice = Dice::of(fresh_seed(what));
    let within = |dice: &mut Dice, region: usize| {
        (region * REGION + dice.below(REGION as u64) as usize).min(length - 1)
    };
    if long() {
        return (0..regions)
            .map(|region| within(&mut dice, region))
            .collect();
    }
    let mut known = Dice::of(3);
    (0..few)
        .map(|turn| {
            let dice = if turn * 4 < few * 3 {
                &mut known
            } else {
                &mut dice
            };
            let region = dice.below(regions as u64) as usize;
            within(dice, region)
        })
        .collect()
}

/// What the program says of the archive in `folder`: the number of an error,
/// or how many findings a check has.
fn said(folder: &Path) -> Result<usize, String> {
    let vault = Vault::open(folder, PASSPHRASE).map_err(|error| error.code().to_owned())?;
    let report = vault.verify(Depth::Every, &mut |_| true);
    let report = report.map_err(|error| error.code().to_owned())?;
    Ok(report.damages.len())
}

/// Damages a copy of the closed archive `sound-v2` and demands that it is
/// noticed.
fn must_be_noticed(file: &str, bytes: &[u8], when: &str) {
    let desk = Desk::new();
    let folder = borrow_as(&desk, "sound-v2", "示例");
    fs::write(folder.join(file), bytes).expect("written");
    let said = said(&folder);
    assert_ne!(said, Ok(0), "{when} in {file} goes unnoticed");
    if let Err(code) = said {
        let damaged = ["DA-12", "DA-13"].contains(&&*code);
        // A number of a format, or a file cut to nothing, has a word of its own.
        assert!(
            damaged || ["DA-07", "DA-09"].contains(&&*code),
            "{when}: {code}"
        );
    }
}

fn sound(file: &str) -> Vec<u8> {
    let desk = Desk::new();
    fs::read(borrow_as(&desk, "sound-v2", "示例").join(file)).expect("in the museum")
}

#[test]
fn the_sound_archive_is_said_to_be_sound() {
    let desk = Desk::new();
    assert_eq!(said(&borrow_as(&desk, "sound-v2", "示例")), Ok(0));
}

#[test]
fn a_changed_bit_anywhere_is_noticed() {
    for (file, few) in [("vault.db", 60), ("keys", 60)] {
        let whole = sound(file);
        let mut bits = Dice::of(11);
        for at in places(whole.len(), few, "a changed bit") {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << bits.below(8);
            must_be_noticed(file, &bytes, &format!("a bit of byte {at}"));
        }
    }
}

#[test]
fn a_file_cut_off_anywhere_is_noticed() {
    for (file, few) in [("vault.db", 30), ("keys", 30)] {
        let whole = sound(file);
        let mut cuts = places(whole.len(), few, "a cut");
        // Where pages end is where a cut is least seen.
        cuts.extend((0..whole.len()).step_by(PAGE));
        // The line's end after the keys says nothing, and nothing is lost with it.
        cuts.retain(|&at| file != "keys" || at + 1 < whole.len());
        if !long() {
            cuts.truncate(few as usize + 12);
        }
        for at in cuts {
            must_be_noticed(file, &whole[..at], &format!("a cut at {at}"));
        }
    }
}

#[test]
fn exchanged_pages_and_regions_are_noticed() {
    let whole = sound("vault.db");
    let pages = whole.len() / PAGE;
    let mut dice = Dice::of(fresh_seed("exchanged"));
    let swap = |a: usize, b: usize, length: usize| {
        let mut bytes = whole.clone();
        for at in 0..length {
            bytes.swap(a + at, b + at);
        }
        (bytes != whole).then_some(bytes)
    };
    // Every page with its neighbour and with one far away.
    let step = if long() { 1 } else { 5 };
    for page in (0..pages - 1).step_by(step) {
        for other in [page + 1, dice.below(pages as u64) as usize] {
            if let Some(bytes) = swap(page * PAGE, other * PAGE, PAGE)
                && page != other
            {
                must_be_noticed("vault.db", &bytes, &format!("page {page} for {other}"));
            }
        }
    }
    for at in places(whole.len(), 20, "exchanged") {
        let (a, b) = (
            at / REGION * REGION,
            dice.below((whole.len() / REGION) as u64) as usize * REGION,
        );
        if a != b
            && let Some(bytes) = swap(a, b, REGION)
        {
            must_be_noticed("vault.db", &bytes, &format!("{a} for {b}"));
        }
    }
}

/// What a power cut leaves of the log is a beginning of it. Whatever is done to
/// the log, the archive opens with all its entries up to some point, whole.
#[test]
fn a_damaged_log_leaves_a_whole_beginning() {
    let desk = Desk::new();
    let folder = desk.folder("示例");
    let mut vault = desk.create("示例");
    drop(vault);
    vault = desk.open("示例");
    let texts: Vec<String> = (0..12).map(|number| format!("第{number}句")).collect();
    for text in &texts {
        put(&mut vault, id(1), "turn", &[("text", text)]);
    }
    let files = ["keys", "vault.db", "vault.db-wal"].map(|name| {
        (
            name,
            fs::read(folder.join(name)).expect("there while the archive is open"),
        )
    });
    drop(vault);
    let log = &files[2].1;
    assert!(log.len() > 100_000, "{}", log.len());
    let mut beginnings = std::collections::BTreeSet::new();
    // The log grows with what is in it: one place in eight regions is enough.
    let step = if long() { 8 } else { 1 };
    let places = places(log.len(), 40, "a damaged log");
    for (turn, at) in places.into_iter().step_by(step).enumerate() {
        let desk = Desk::new();
        let folder = desk.folder("示例");
        fs::create_dir(&folder).expect("made");
        for (name, bytes) in &files {
            fs::write(folder.join(name), bytes).expect("written");
        }
        let mut bytes = log.clone();
        match turn % 3 {
            0 => bytes[at] ^= 0x40,
            1 => bytes.truncate(at),
            _ => bytes[at / 512 * 512..]
                .iter_mut()
                .take(512)
                .for_each(|byte| *byte = 0),
        }
        fs::write(folder.join("vault.db-wal"), bytes).expect("written");
        let vault = desk.open("示例");
        let report = vault.verify(Depth::Every, &mut |_| true).expect("checked");
        assert!(report.is_sound(), "byte {at}: {:?}", report.damages);
        let held = vault.entry_count().expect("a number") as usize;
        let last = held.checked_sub(1).map(|last| texts[last].clone());
        assert_eq!(shown(&vault, id(1), "text"), last, "byte {at}");
        beginnings.insert(held);
    }
    assert!(beginnings.len() > 4, "{beginnings:?}");
}

#[test]
fn a_backup_file_changed_or_cut_anywhere_is_refused() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    put(&mut vault, id(1), "person", &[("name", "甲某")]);
    let backup = vault.backup(NOW).expect("made");
    let mut whole = Vec::new();
    Vault::pack_backup(&backup, &mut whole).expect("packed");
    let file = desk.path().join("备份.ducha-backup");
    let target = desk.folder("恢复");
    for (turn, at) in places(whole.len(), 40, "a backup file")
        .into_iter()
        .enumerate()
    {
        let mut bytes = whole.clone();
        if turn % 2 == 0 {
            bytes[at] ^= 4;
        } else {
            bytes.truncate(at);
        }
        fs::write(&file, bytes).expect("written");
        let error = Vault::restore_backup(&file, &target).expect_err("damaged");
        assert!(
            ["DA-26", "DA-09"].contains(&error.code()),
            "byte {at}: {error}"
        );
        assert!(!target.exists(), "byte {at}: half a restored archive");
    }
    fs::write(&file, &whole).expect("written");
    Vault::restore_backup(&file, &target).expect("whole");
}

/// Saving what is left never panics either, and what it saves is sound.
#[test]
fn whatever_is_damaged_what_is_saved_of_it_is_sound() {
    let whole = sound("vault.db");
    let few = if long() { 400 } else { 8 };
    let mut dice = Dice::of(5);
    for turn in 0..few {
        let desk = Desk::new();
        let folder = borrow_as(&desk, "sound-v2", "示例");
        let mut bytes = whole.clone();
        for _ in 0..=dice.below(6) {
            let at = dice.below(bytes.len() as u64) as usize;
            let length = dice.below(9_000) as usize;
            bytes
                .iter_mut()
                .skip(at)
                .take(length)
                .for_each(|byte| *byte ^= 0x5a);
        }
        fs::write(folder.join("vault.db"), bytes).expect("written");
        let to = desk.folder("抢救");
        let saved = Vault::salvage(&folder, Unlocking::Passphrase(PASSPHRASE), &to, &mut |_| {
            true
        });
        match saved {
            Err(error) => assert_eq!(error.code(), "DA-25", "turn {turn}: {error}"),
            Ok(_) => assert_eq!(said(&to), Ok(0), "turn {turn}"),
        }
    }
}
