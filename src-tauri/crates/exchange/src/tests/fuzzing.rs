//! What the fuzzer runs, run on the test vectors and on small changes of them.

use proptest::prelude::*;

use crate::fuzzing::{TARGETS, seeds};

#[test]
fn every_target_has_seeds_and_what_must_hold_holds_for_them() {
    for (name, target) in TARGETS {
        let seeds = seeds(name);
        assert!(!seeds.is_empty(), "{name}");
        for seed in seeds {
            target(&seed);
            for length in 0..seed.len().min(400) {
                target(&seed[..length]);
            }
        }
    }
}

/// A change as a fuzzer makes it.
#[derive(Debug, Clone)]
enum Change {
    Put(prop::sample::Index, u8),
    Insert(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, usize),
    Copy(prop::sample::Index, prop::sample::Index, usize),
}

impl Change {
    fn make(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let length = bytes.len();
        match self {
            Self::Put(at, byte) => bytes[at.index(length)] = *byte,
            Self::Insert(at, more) => {
                let at = at.index(length);
                bytes.splice(at..at, more.iter().copied());
            }
            Self::Remove(at, many) => {
                let at = at.index(length);
                bytes.drain(at..length.min(at + many));
            }
            Self::Copy(from, to, many) => {
                let from = from.index(length);
                let piece = bytes[from..length.min(from + many)].to_vec();
                let to = to.index(length);
                bytes.splice(to..to, piece);
            }
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Change::Put(at, byte)),
        (at(), prop::collection::vec(any::<u8>(), 1..9))
            .prop_map(|(at, more)| Change::Insert(at, more)),
        (at(), 1..40_usize).prop_map(|(at, many)| Change::Remove(at, many)),
        (at(), at(), 1..200_usize).prop_map(|(from, to, many)| Change::Copy(from, to, many)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn what_must_hold_holds_for_changed_seeds(
        which in any::<prop::sample::Index>(),
        seed in any::<prop::sample::Index>(),
        changes in prop::collection::vec(change(), 0..6),
    ) {
        let (name, target) = TARGETS[which.index(TARGETS.len())];
        let seeds = seeds(name);
        let mut bytes = seeds[seed.index(seeds.len())].clone();
        for change in &changes {
            change.make(&mut bytes);
        }
        target(&bytes);
    }
}

/// Not a test: gives the fuzzer something good to begin from, in the folder that
/// `DUCHA_SEEDS` names, a folder for each target.
#[test]
#[ignore = "writes the fuzzer's first inputs"]
fn the_first_inputs_of_the_fuzzer() {
    let Some(folder) = std::env::var_os("DUCHA_SEEDS") else {
        return;
    };
    for (name, _) in TARGETS {
        let folder = std::path::Path::new(&folder).join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        for (number, seed) in seeds(name).into_iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{number}")), seed).expect("written");
        }
    }
}
