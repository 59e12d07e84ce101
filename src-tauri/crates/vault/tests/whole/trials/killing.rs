//! A power cut at any moment, as far as a program can be cut off: `kill -9`.

use std::time::Duration;

use vault::Vault;

use super::child;
use super::dice::{Dice, fresh_seed};
use super::long;
use super::working_day::{CHILD, Reported, judge, lay_out};
use crate::desk::{Desk, PASSPHRASE};
use crate::museum::borrow_as;

/// Kills after which another archive is begun: a check reads all of it.
const PER_ARCHIVE: u64 = 8;

#[test]
fn what_was_reported_saved_survives_kill_9_at_any_moment() {
    let kills = if long() { 500 } else { 16 };
    let known = kills - kills / 4;
    let mut fresh = Dice::of(fresh_seed("killing"));
    let mut saved = 0;
    let mut desk = Desk::new();
    let mut reported = Reported::default();
    for round in 0..kills {
        if round % PER_ARCHIVE == 0 {
            desk = Desk::new();
            // Every other one has to be brought to this format first.
            if round / PER_ARCHIVE % 2 == 1 {
                borrow_as(&desk, "killed-v1", "示例");
            }
            lay_out(&desk);
            reported = Reported::default();
        }
        let seed = if round < known {
            round
        } else {
            fresh.below(1 << 40)
        };
        kill_one(&desk, seed, &mut reported);
        let mut vault = judge(
            &desk.folder("示例"),
            &mut reported,
            &format!("kill {round}, seed {seed}"),
        );
        saved += reported.saved;
        reported.settle();
        reported.saved = 0;
        if round % PER_ARCHIVE == PER_ARCHIVE - 1 {
            judge_the_backups(&desk, &mut vault);
        }
    }
    println!("killed {kills} times; {saved} things had been reported saved and are there");
    assert!(saved as u64 > kills, "{saved}");
}

/// Lets a child work and kills it, wherever it is.
fn kill_one(desk: &Desk, seed: u64, reported: &mut Reported) {
    let moment = (24, Duration::from_millis(30));
    child::kill((CHILD, desk.path(), seed), moment, &mut |line| {
        reported.hear(line);
    });
    assert!(
        reported.refused.is_empty(),
        "seed {seed}: {:?}",
        reported.refused
    );
}

/// Every backup that is listed is whole, and nothing half made is left when the
/// next one is made.
fn judge_the_backups(desk: &Desk, vault: &mut Vault) {
    vault.backup(crate::desk::NOW * 2).expect("made");
    for (number, backup) in vault.backups().expect("listed").iter().enumerate() {
        let target = desk.folder(&format!("恢复{number}"));
        Vault::restore_backup(&backup.folder, &target).expect("copied");
        let copy = Vault::open(&target, PASSPHRASE)
            .or_else(|_| Vault::open(&target, "另一个示例口令 四五六"))
            .expect("opens");
        let report = copy
            .verify(ledger::verify::Depth::Every, &mut |_| true)
            .expect("checked");
        assert!(report.is_sound(), "{:?}", report.damages);
    }
    let hidden = std::fs::read_dir(desk.folder("示例").join("backups"))
        .expect("listed")
        .filter(|item| {
            let name = item.as_ref().expect("an item").file_name();
            name.as_encoded_bytes().starts_with(b".")
        });
    assert_eq!(hidden.count(), 0);
}
