//! Real work, done by a child process that says what it has been told is safe,
//! and the judge that holds the archive against those words afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ledger::verify::Depth;
use ledger::{DeviceId, EntityId, Entry, EntryHash, Value};
use vault::{Error, KdfParams, Reversal, Vault};

use super::child::{self, say};
use super::dice::Dice;
use crate::desk::{Desk, NOW, PASSPHRASE, action, edit, id, put};
use crate::merging::all;

/// The child below, as the trials call it.
pub(super) const CHILD: &str = "trials::working_day::child_that_works";
/// Entries that come in with one import.
const BUNDLE: u64 = 5;
/// The passphrases the child changes between.
const PASSPHRASES: [&str; 2] = [PASSPHRASE, "另一个示例口令 四五六"];

/// What a working day is made of.
#[derive(Debug, Clone, Copy)]
enum Job {
    Turn,
    LongTurn,
    File,
    Import,
    Passphrase,
    Backup,
    Undo,
    Withdraw,
    Rebuild,
    Setting,
    Reopen,
}

/// Each at least once, and the frequent ones between the others.
const EACH: [Job; 16] = [
    Job::Turn,
    Job::Setting,
    Job::File,
    Job::Turn,
    Job::Import,
    Job::Passphrase,
    Job::Turn,
    Job::Undo,
    Job::Backup,
    Job::Withdraw,
    Job::LongTurn,
    Job::Rebuild,
    Job::Reopen,
    Job::Turn,
    Job::Import,
    Job::Turn,
];

/// Not a test of its own: the child of the trials.
#[test]
#[ignore = "runs as a child of the trials"]
fn child_that_works() {
    if let Some(place) = child::place() {
        work(&place);
    }
}

/// Lays out what the child works with: the archive, unless it is there, and a
/// colleague's entries.
pub(super) fn lay_out(desk: &Desk) {
    if !desk.folder("示例").exists() {
        drop(desk.create("示例"));
    }
    let mut colleague = desk.create("同事");
    for number in 0..200_u64 {
        let text = format!("同事的第{number}句");
        put(
            &mut colleague,
            id(100 + (number % 50) as u8),
            "turn",
            &[("text", &text)],
        );
    }
    let mut bytes = Vec::new();
    for entry in all(&colleague) {
        let entry = entry.encode();
        bytes.extend((entry.len() as u32).to_be_bytes());
        bytes.extend(entry);
    }
    fs::write(desk.path().join("同事.entries"), bytes).expect("written");
    drop(colleague);
    fs::remove_dir_all(desk.folder("同事")).expect("removed");
}

fn colleagues_entries(place: &Path) -> Vec<Entry> {
    let bytes = fs::read(place.join("同事.entries")).expect("laid out");
    let mut rest = &bytes[..];
    let mut entries = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk() {
        let (entry, after) = after.split_at(u32::from_be_bytes(*length) as usize);
        entries.push(Entry::decode(entry).expect("an entry"));
        rest = after;
    }
    entries
}

/// The record that is worked on.
fn record() -> EntityId {
    id(50)
}

fn open(folder: &Path) -> Result<Vault, Error> {
    match Vault::open(folder, PASSPHRASES[0]) {
        Err(Error::WrongPassphrase) => Vault::open(folder, PASSPHRASES[1]),
        other => other,
    }
}

fn work(place: &Path) {
    // The name of this test stands on the line already: the first thing said
    // would not be heard.
    say("");
    let folder = place.join("示例.ducha");
    let colleague = colleagues_entries(place);
    let seed = child::seed();
    let mut dice = Dice::of(seed.unwrap_or(1));
    let mut vault = None;
    let mut last = None;
    let jobs: Box<dyn Iterator<Item = Job>> = match seed {
        None => Box::new(EACH.into_iter()),
        Some(seed) => {
            let mut dice = Dice::of(seed ^ 0xff);
            Box::new(std::iter::repeat_with(move || {
                EACH[dice.below(16) as usize]
            }))
        }
    };
    let mut number = 0;
    for job in jobs {
        number += 1;
        // A disk that refused once may not refuse again.
        if vault.is_none() {
            match open(&folder) {
                Ok(opened) => vault = Some(opened),
                Err(error) => {
                    say(&format!("refused open {}", error.code()));
                    continue;
                }
            }
        }
        let Some(open) = &mut vault else { continue };
        if matches!(job, Job::Reopen) {
            vault = None;
            last = None;
            say("saved reopen");
            continue;
        }
        let at = NOW + number * 1000;
        say(&format!("begun {job:?}"));
        match carry_out(job, open, &colleague, &mut last, &mut dice, at) {
            Ok(told) => say(&format!("saved {told}")),
            Err(error) => say(&format!("refused {job:?} {}", error.code())),
        }
    }
    drop(vault);
    child::done()
}

/// Does it, and gives what can be held against the archive later.
fn carry_out(
    job: Job,
    vault: &mut Vault,
    colleague: &[Entry],
    last: &mut Option<EntryHash>,
    dice: &mut Dice,
    now: u64,
) -> Result<String, Error> {
    match job {
        Job::Turn | Job::LongTurn => {
            let length = if matches!(job, Job::Turn) {
                dice.below(40)
            } else {
                4_000
            };
            let text = format!("{now}{}", "这是一句示例回答。".repeat(length as usize));
            let edits = vec![
                edit(record(), "turn", "text", text.as_str()),
                edit(
                    record(),
                    "turn",
                    "order",
                    format!("{now}-{}", dice.below(1 << 40)),
                ),
            ];
            *last = vault.write(&action("记录"), edits, now)?;
            Ok(last.map_or("nothing".to_owned(), |hash| format!("entry {hash}")))
        }
        Job::Setting => {
            vault.put_local("示例", &now.into())?;
            Ok(format!("setting {now}"))
        }
        Job::File => {
            let fill = dice.below(1 << 50).to_be_bytes();
            let bytes: Vec<u8> = fill.into_iter().cycle().take(60_000).collect();
            let info = vault.put_attachment(&mut &bytes[..], "附件")?;
            Ok(format!("file {}", info.sha256))
        }
        Job::Import => {
            let device = colleague[0].header.device;
            let held = vault.heads()?.get(&device).map_or(0, |head| head.seq);
            let mut staging = vault.stage()?;
            let more = colleague.iter().skip(held as usize).take(BUNDLE as usize);
            for entry in more {
                staging.push(entry)?;
            }
            staging.commit(now)?;
            let held = vault.heads()?.get(&device).map_or(0, |head| head.seq);
            Ok(format!("import {device} {held}"))
        }
        Job::Passphrase => {
            let which = usize::from(vault.is_passphrase(PASSPHRASES[0])?);
            vault.change_passphrase(PASSPHRASES[which], KdfParams::fast_for_tests())?;
            Ok(format!("passphrase {which}"))
        }
        Job::Backup => Ok(format!("backup {}", vault.backup(now)?.display())),
        Job::Undo => {
            let Some(hash) = last.take() else {
                return Ok("nothing".to_owned());
            };
            let unset = |_: &str, _: &str| Value::Null;
            match vault.reversal(&hash, &unset)? {
                Reversal::Possible(edits) => {
                    let undone = vault.write(&action("撤销"), edits, now)?;
                    Ok(undone.map_or("nothing".to_owned(), |hash| format!("entry {hash}")))
                }
                _ => Ok("nothing".to_owned()),
            }
        }
        Job::Withdraw => {
            let Some(worked) = vault.record(&record())? else {
                return Ok("nothing".to_owned());
            };
            let done = if worked.retracted {
                vault.restore(&action("恢复"), record(), now)?
            } else {
                vault.retract(&action("撤回"), record(), now)?
            };
            Ok(done.map_or("nothing".to_owned(), |hash| format!("entry {hash}")))
        }
        Job::Rebuild => {
            vault.rebuild(&mut |_| true)?;
            Ok("rebuild".to_owned())
        }
        Job::Reopen => Ok("reopen".to_owned()),
    }
}

/// What the child has been told is safe.
#[derive(Debug, Default, Clone)]
pub(super) struct Reported {
    entries: Vec<EntryHash>,
    files: Vec<String>,
    imported: BTreeMap<DeviceId, u64>,
    setting: u64,
    passphrase: Option<usize>,
    /// A change that was begun, and whose end nobody has heard of.
    changing: bool,
    backups: Vec<PathBuf>,
    /// What was refused, by the number of the error.
    pub(super) refused: Vec<String>,
    /// Jobs that were reported done.
    pub(super) saved: usize,
}

impl Reported {
    /// Takes note of a line the child has said.
    pub(super) fn hear(&mut self, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["begun", "Passphrase"] => self.changing = true,
            ["refused", "Passphrase", code] => {
                self.changing = false;
                self.refused.push(code.to_owned());
            }
            ["refused", _, code] => self.refused.push(code.to_owned()),
            ["saved", "entry", hash] => self.entries.push(hash.parse().expect("a hash")),
            ["saved", "file", sha256] => self.files.push(sha256.to_owned()),
            ["saved", "import", device, held] => {
                let device = device.parse().expect("a device");
                self.imported
                    .insert(device, held.parse().expect("a number"));
            }
            ["saved", "setting", at] => self.setting = at.parse().expect("a number"),
            ["saved", "passphrase", which] => {
                self.changing = false;
                self.passphrase = Some(which.parse().expect("a number"));
            }
            ["saved", "backup", ref folder @ ..] => {
                self.backups.push(PathBuf::from(folder.join(" ")));
            }
            _ => {}
        }
        self.saved += usize::from(words[0] == "saved");
    }

    /// Forgets what was already held against the archive, so that the next
    /// round asks for its own.
    pub(super) fn settle(&mut self) {
        self.entries.clear();
        self.files.clear();
        self.backups.clear();
        self.refused.clear();
        self.setting = 0;
        self.changing = false;
    }
}

/// Opens the archive as the user would after whatever happened, and holds it
/// against what was reported. `when` says what happened.
pub(super) fn judge(folder: &Path, reported: &mut Reported, when: &str) -> Vault {
    let known = reported.passphrase.unwrap_or(0);
    let mut opened = Vault::open(folder, PASSPHRASES[known]);
    if reported.changing && matches!(opened, Err(Error::WrongPassphrase)) {
        // It was changed and the child had no time to say so.
        reported.passphrase = Some(1 - known);
        opened = Vault::open(folder, PASSPHRASES[1 - known]);
    }
    let vault = opened.unwrap_or_else(|error| panic!("{when}: {error}"));
    for hash in &reported.entries {
        let changes = vault.changes_of(hash).expect("readable");
        assert!(
            changes.is_some_and(|changes| !changes.is_empty()),
            "{when}: the entry {hash} is gone"
        );
    }
    for sha256 in &reported.files {
        let bytes = vault.attachment_bytes(sha256).expect(when);
        assert_eq!(bytes.len(), 60_000, "{when}");
    }
    for (device, held) in &reported.imported {
        let here = vault.heads().expect("heads")[device].seq;
        assert!(here >= *held, "{when}: {here} of {held} imported entries");
        assert!(here.is_multiple_of(BUNDLE), "{when}: half an import");
    }
    if reported.setting > 0 {
        let kept = vault.local("示例").expect("readable");
        let kept = kept.and_then(|at| at.as_u64());
        assert!(kept >= Some(reported.setting), "{when}: setting {kept:?}");
    }
    let report = vault.verify(Depth::Every, &mut |_| true).expect(when);
    assert!(report.is_sound(), "{when}: {:?}", report.damages);
    let lines = vault.history(&record()).expect("readable");
    let of = |field: &'static str| {
        lines
            .iter()
            .filter(move |line| line.field == field && line.action == "记录")
    };
    let orders = of("order").map(|line| line.entry).collect::<Vec<_>>();
    for line in of("text") {
        assert!(orders.contains(&line.entry), "{when}: half an action");
    }
    for backup in &reported.backups {
        assert!(
            backup.join("vault.db").is_file(),
            "{when}: no {}",
            backup.display()
        );
    }
    vault
}
