//! How long the everyday actions take in an archive of some size.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hint::black_box;

use divan::Bencher;
use divan::counter::ItemsCount;
use ledger::verify::Depth;
use ledger::{CompartmentId, EntityId};
use tempfile::TempDir;
use vault::{Action, Edit, KdfParams, NewArchive, Vault};

/// Turns in the archive: about two hundred long talks.
const TURNS: u32 = 20_000;

fn main() {
    divan::main();
}

fn id(number: u32) -> EntityId {
    let mut random = [0; 10];
    random[..4].copy_from_slice(&number.to_be_bytes());
    EntityId::new(1_795_392_000_000, random)
}

fn action(name: &str) -> Action {
    Action {
        name: name.to_owned(),
        author: id(0),
        compartment: CompartmentId::OPEN,
        note: None,
    }
}

fn turn(number: u32, text: &str) -> Vec<Edit> {
    [
        ("interview", id(number / 100).to_string()),
        ("order", format!("{number:08}")),
        ("text", text.to_owned()),
    ]
    .into_iter()
    .map(|(field, value)| Edit {
        entity: id(1_000_000 + number),
        kind: "turn".to_owned(),
        field: field.to_owned(),
        value: value.into(),
    })
    .collect()
}

fn sentence(number: u32) -> String {
    const WORDS: [&str; 12] = [
        "会议",
        "表决",
        "工程",
        "招标",
        "选人用人",
        "民主推荐",
        "纪要",
        "示例市",
        "水务局",
        "经费",
        "作风",
        "谈话",
    ];
    (0..12)
        .map(|at| WORDS[(number.wrapping_mul(2_654_435_761).rotate_left(at * 5) % 12) as usize])
        .collect()
}

/// A full archive, made once.
fn with_archive<T>(f: impl FnOnce(&mut Vault) -> T) -> T {
    thread_local!(static SHARED: RefCell<Option<(TempDir, Vault)>> = const { RefCell::new(None) });
    SHARED.with_borrow_mut(|shared| {
        let (_, vault) = shared.get_or_insert_with(|| {
            let place = tempfile::tempdir().expect("a temporary folder");
            let folder = place.path().join("示例.ducha");
            let (mut vault, _) = Vault::create(&NewArchive {
                folder: &folder,
                passphrase: "示例口令",
                kdf: KdfParams::fast_for_tests(),
                now_millis: 1_795_392_000_000,
            })
            .expect("made");
            for block in 0..TURNS / 500 {
                let edits = (0..500)
                    .flat_map(|i| turn(block * 500 + i, &sentence(block * 500 + i)))
                    .collect();
                vault
                    .write(&action("导入"), edits, 1_795_392_000_000)
                    .expect("written");
            }
            (place, vault)
        });
        f(vault)
    })
}

/// From the keystroke's text to the disk.
#[divan::bench]
fn save_a_turn(bencher: Bencher<'_, '_>) {
    with_archive(|vault| {
        let mut number = TURNS;
        bencher.bench_local(|| {
            number += 1;
            vault
                .write(
                    &action("记录谈话"),
                    turn(number, &sentence(number)),
                    1_795_392_000_001,
                )
                .expect("written")
        });
    });
}

/// The autosave of one that is being typed.
#[divan::bench]
fn change_a_turn(bencher: Bencher<'_, '_>) {
    with_archive(|vault| {
        let mut number = 0;
        bencher.bench_local(|| {
            number += 1;
            let text = format!("{}{number}", sentence(7));
            vault
                .write(&action("记录谈话"), turn(7, &text), 1_795_392_000_002)
                .expect("written")
        });
    });
}

#[divan::bench(args = ["选人用人", "招标 表决", "议", "没有这个词"])]
fn search(bencher: Bencher<'_, '_>, query: &str) {
    with_archive(|vault| {
        bencher.bench_local(|| black_box(vault.search(query, 50).expect("searched")));
    });
}

#[divan::bench]
fn list_a_talk(bencher: Bencher<'_, '_>) {
    with_archive(|vault| {
        bencher.bench_local(|| black_box(vault.children("turn", &id(42)).expect("listed")));
    });
}

/// Entries in the archive whose check is measured.
const ENTRIES: u32 = 50_000;

/// An archive of many small entries, as years of typing leave it, made once.
fn with_ledger<T>(f: impl FnOnce(&mut Vault) -> T) -> T {
    thread_local!(static SHARED: RefCell<Option<(TempDir, Vault)>> = const { RefCell::new(None) });
    SHARED.with_borrow_mut(|shared| {
        let (_, vault) = shared.get_or_insert_with(|| {
            let place = tempfile::tempdir().expect("a temporary folder");
            let (mut vault, _) = Vault::create(&NewArchive {
                folder: &place.path().join("示例.ducha"),
                passphrase: "示例口令",
                kdf: KdfParams::fast_for_tests(),
                now_millis: 1_795_392_000_000,
            })
            .expect("made");
            for block in 0..ENTRIES / 1000 {
                let actions = (0..1000)
                    .map(|i| block * 1000 + i)
                    .map(|number| (action("记录谈话"), turn(number, &sentence(number))))
                    .collect();
                vault
                    .write_many(actions, 1_795_392_000_000)
                    .expect("written");
            }
            (place, vault)
        });
        f(vault)
    })
}

/// The chains alone: every header, link and payload, by the signatures that
/// vouch for whole chains, and by every one.
#[divan::bench(args = [Depth::Heads, Depth::EveryStored, Depth::Every], sample_count = 5)]
fn verify_chains(bencher: Bencher<'_, '_>, depth: Depth) {
    with_ledger(|vault| {
        bencher.counter(ItemsCount::new(ENTRIES)).bench_local(|| {
            let report = vault.verify_chains(depth, &mut |_| true).expect("checked");
            assert!(report.is_sound() && report.entries == u64::from(ENTRIES));
        });
    });
}

/// The same archive checked through: pages, chains, and everything shown
/// against a rebuild, which takes most of the time.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn verify_everything(bencher: Bencher<'_, '_>) {
    with_ledger(|vault| {
        bencher.counter(ItemsCount::new(ENTRIES)).bench_local(|| {
            let report = vault.verify(Depth::Heads, &mut |_| true).expect("checked");
            assert!(report.is_sound());
        });
    });
}

/// The whole check: pages, chain, projections against a rebuild.
#[divan::bench(sample_count = 3)]
fn verify(bencher: Bencher<'_, '_>) {
    with_archive(|vault| {
        bencher.bench_local(|| {
            let report = vault.verify(Depth::Every, &mut |_| true).expect("checked");
            assert!(report.is_sound());
        });
    });
}

/// A colleague's two thousand entries: put aside, looked at, accepted.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn import_2000_entries(bencher: Bencher<'_, '_>) {
    let place = tempfile::tempdir().expect("a temporary folder");
    let make = |name: &str| {
        let folder = place.path().join(name);
        let kdf = KdfParams::fast_for_tests();
        let new = NewArchive {
            folder: &folder,
            passphrase: "示例口令",
            kdf,
            now_millis: 1_795_392_000_000,
        };
        Vault::create(&new).expect("made").0
    };
    let mut colleague = make("同事.ducha");
    for number in 0..2000 {
        colleague
            .write(
                &action("记录谈话"),
                turn(number, &sentence(number)),
                1_795_392_000_000,
            )
            .expect("written");
    }
    let mut entries = Vec::new();
    colleague
        .entries_after(&BTreeMap::new(), &mut |entry| {
            entries.push(entry);
            Ok(())
        })
        .expect("given");
    let mut count = 0;
    bencher
        .with_inputs(|| {
            count += 1;
            make(&format!("{count}.ducha"))
        })
        .bench_local_values(|mut vault| {
            let mut staging = vault.stage().expect("begun");
            for entry in &entries {
                staging.push(entry).expect("put aside");
            }
            staging.commit(1_795_392_000_000).expect("accepted")
        });
}
