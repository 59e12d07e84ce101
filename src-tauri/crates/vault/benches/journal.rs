//! How long the list of who did what takes when very much was done.

use std::cell::RefCell;
use std::hint::black_box;

use divan::Bencher;
use ledger::{CompartmentId, EntityId};
use tempfile::TempDir;
use vault::{Action, Edit, JournalFilter, KdfParams, NewArchive, Vault};

/// Entries in the archive, one change of a turn each.
const ENTRIES: u32 = 100_000;
/// Entries in one transaction, while the archive is filled.
const BLOCK: u32 = 1_000;
const NOW: u64 = 1_795_392_000_000;

fn main() {
    divan::main();
}

fn id(number: u32) -> EntityId {
    let mut random = [0; 10];
    random[..4].copy_from_slice(&number.to_be_bytes());
    EntityId::new(NOW, random)
}

fn step(number: u32) -> (Action, Vec<Edit>) {
    let action = Action {
        name: ["记录谈话", "登记人员", "记录情况"][number as usize % 3].to_owned(),
        author: id(number % 4),
        compartment: CompartmentId::OPEN,
        note: None,
    };
    let edit = Edit {
        entity: id(1_000 + number / 5),
        kind: "turn".to_owned(),
        field: "text".to_owned(),
        value: format!("第{number}句，会议研究工程招标和选人用人事项。").into(),
    };
    (action, vec![edit])
}

/// A full archive, made once.
fn with_archive<T>(f: impl FnOnce(&mut Vault) -> T) -> T {
    thread_local!(static SHARED: RefCell<Option<(TempDir, Vault)>> = const { RefCell::new(None) });
    SHARED.with_borrow_mut(|shared| {
        let (_, vault) = shared.get_or_insert_with(|| {
            let place = tempfile::tempdir().expect("a temporary folder");
            let (mut vault, _) = Vault::create(&NewArchive {
                folder: &place.path().join("示例.ducha"),
                passphrase: "示例口令",
                kdf: KdfParams::fast_for_tests(),
                now_millis: NOW,
            })
            .expect("made");
            for block in 0..ENTRIES / BLOCK {
                let steps = (0..BLOCK).map(|n| step(block * BLOCK + n)).collect();
                vault
                    .write_many(steps, NOW + u64::from(block) * 60_000)
                    .expect("written");
            }
            (place, vault)
        });
        f(vault)
    })
}

/// A page of fifty lines from somewhere in the middle, and how many there are.
#[divan::bench(args = ["everything", "one person", "one action", "a rare word", "no such word"])]
fn a_page(bencher: Bencher<'_, '_>, narrowed: &str) {
    let mut filter = JournalFilter {
        until_millis: Some(NOW + 50 * 60_000),
        ..JournalFilter::default()
    };
    match narrowed {
        "one person" => filter.author = Some(id(2)),
        "one action" => filter.action = Some("登记人员".to_owned()),
        "a rare word" => "第77句".clone_into(&mut filter.text),
        "no such word" => "没有这个词".clone_into(&mut filter.text),
        _ => {}
    }
    with_archive(|vault| {
        bencher.bench_local(|| {
            let page = vault.journal(&filter, None, 50).expect("listed");
            black_box((page, vault.journal_count(&filter).expect("counted")))
        });
    });
}

/// What the list can be narrowed by.
#[divan::bench]
fn choices(bencher: Bencher<'_, '_>) {
    with_archive(|vault| {
        bencher.bench_local(|| black_box(vault.journal_choices().expect("found")));
    });
}

/// The history of a record that was changed five times.
#[divan::bench]
fn history(bencher: Bencher<'_, '_>) {
    with_archive(|vault| {
        bencher.bench_local(|| black_box(vault.history(&id(2_000)).expect("listed")));
    });
}

/// One step back: what would take an entry back, and the entry that does.
#[divan::bench]
fn undo_a_step(bencher: Bencher<'_, '_>) {
    with_archive(|vault| {
        let (action, edits) = step(7);
        let mut entry = vault
            .write(&action, edits, NOW)
            .expect("written")
            .expect("something changed");
        bencher.bench_local(|| {
            let unset = |_: &str, _: &str| ledger::Value::Null;
            let vault::Reversal::Possible(edits) = vault.reversal(&entry, &unset).expect("found")
            else {
                panic!("nobody else is here");
            };
            entry = vault
                .write(&action, edits, NOW)
                .expect("written")
                .expect("something changed");
        });
    });
}
