//! The archive against a simple model of it: a map of what every field holds,
//! and a list of what was done. Whatever is done in whatever order, the two
//! show the same.
//!
//! Imports come from a colleague who writes to records of their own and, after
//! having taken everything, to shared ones: so nothing is contradicted, and
//! the model needs no rules of merging. (Those have their own trial, with
//! three archives that contradict each other as much as they like.)

use std::collections::BTreeMap;

use ledger::verify::Depth;
use ledger::{EntryHash, Value};
use proptest::prelude::*;
use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use vault::{KdfParams, Reversal, Vault};

use super::long;
use crate::desk::{Desk, NOW, PASSPHRASE, action, edit, id};
use crate::merging::{all, bundle, import};

const FIELDS: [&str; 3] = ["name", "post", "remark"];

/// Something that is done.
#[derive(Debug, Clone)]
enum Deed {
    /// Fields of a record get values, in one action.
    Write {
        record: u8,
        fields: Vec<(usize, u8)>,
    },
    Withdraw {
        record: u8,
    },
    Restore {
        record: u8,
    },
    /// The last action here is taken back.
    Undo,
    /// Locked and opened again, with another passphrase from then on if so.
    Lock {
        other_passphrase: bool,
    },
    Rebuild,
    Backup,
    /// A colleague takes everything, writes, and gives it back.
    Import {
        record: u8,
        field: usize,
        value: u8,
    },
}

/// What a record shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Shown {
    fields: BTreeMap<usize, Option<u8>>,
    withdrawn: bool,
}

/// An action on a record.
#[derive(Debug, Clone)]
struct Last {
    record: u8,
    /// How the record was before; nothing when the action made it.
    before: Option<Shown>,
    /// The fields that it changed.
    fields: Vec<usize>,
}

impl Last {
    /// Whether it can still be taken back after somebody else changed a field.
    fn outlives(&self, record: u8, field: usize) -> bool {
        self.record != record || (self.before.is_some() && !self.fields.contains(&field))
    }
}

/// The model.
#[derive(Debug, Clone, Default)]
struct Model {
    records: BTreeMap<u8, Shown>,
    /// The last action here, while it can be taken back.
    last: Option<Last>,
    /// How many entries there are.
    entries: u64,
}

impl Model {
    /// Notes what an action makes of a record; nothing when it is what it was.
    fn set(&mut self, record: u8, after: Shown) {
        let before = self.records.get(&record).cloned();
        if before.as_ref() == Some(&after) {
            return;
        }
        let held = |field: &usize| before.as_ref().and_then(|shown| shown.fields.get(field));
        let changed = after
            .fields
            .iter()
            .filter(|(field, new)| held(field) != Some(new));
        let fields = changed.map(|(field, _)| *field).collect();
        self.records.insert(record, after);
        self.entries += 1;
        self.last = Some(Last {
            record,
            before,
            fields,
        });
    }

    fn written(&self, record: u8, fields: &[(usize, u8)]) -> Shown {
        let mut shown = self.records.get(&record).cloned().unwrap_or_default();
        shown
            .fields
            .extend(fields.iter().map(|(field, value)| (*field, Some(*value))));
        shown
    }
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Deed;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self::default()).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Deed> {
        let fields = prop::collection::vec((0..FIELDS.len(), 0..4_u8), 1..4);
        prop_oneof![
            8 => (1..5_u8, fields).prop_map(|(record, fields)| Deed::Write { record, fields }),
            2 => (1..5_u8).prop_map(|record| Deed::Withdraw { record }),
            2 => (1..5_u8).prop_map(|record| Deed::Restore { record }),
            4 => Just(Deed::Undo),
            2 => any::<bool>().prop_map(|other_passphrase| Deed::Lock { other_passphrase }),
            1 => Just(Deed::Rebuild),
            1 => Just(Deed::Backup),
            3 => (1..8_u8, 0..FIELDS.len(), 0..4_u8)
                .prop_map(|(record, field, value)| Deed::Import { record, field, value }),
        ]
        .boxed()
    }

    fn apply(mut state: Self, deed: &Deed) -> Self {
        match deed {
            Deed::Write { record, fields } => {
                let after = state.written(*record, fields);
                // Writing to what was withdrawn does not bring it back.
                state.set(*record, after);
            }
            Deed::Withdraw { record } | Deed::Restore { record } => {
                if let Some(mut after) = state.records.get(record).cloned() {
                    after.withdrawn = matches!(deed, Deed::Withdraw { .. });
                    state.set(*record, after);
                }
            }
            Deed::Undo => {
                if let Some(last) = state.last.take() {
                    let mut after = state.records[&last.record].clone();
                    match last.before {
                        // A record that was made is withdrawn.
                        None => after.withdrawn = true,
                        // What was never set is empty again.
                        Some(before) => {
                            for field in last.fields {
                                let held = before.fields.get(&field).copied().flatten();
                                after.fields.insert(field, held);
                            }
                            after.withdrawn = before.withdrawn;
                        }
                    }
                    state.set(last.record, after);
                    state.last = None;
                }
            }
            Deed::Import {
                record,
                field,
                value,
            } => {
                let after = state.written(*record, &[(*field, *value)]);
                let before = state.records.get(record).cloned();
                if before.as_ref() != Some(&after) {
                    let last = state.last.take();
                    state.set(*record, after);
                    state.last = last.filter(|last| last.outlives(*record, *field));
                }
            }
            Deed::Lock { .. } | Deed::Rebuild | Deed::Backup => {}
        }
        state
    }
}

/// The archive under trial, and the colleague's.
struct Desks {
    desk: Desk,
    vault: Option<Vault>,
    colleague: Vault,
    last: Option<EntryHash>,
    passphrase: &'static str,
    now: u64,
}

impl Desks {
    fn vault(&mut self) -> &mut Vault {
        self.vault.as_mut().expect("open between the deeds")
    }
}

fn value(value: u8) -> Value {
    format!("值{value}").into()
}

impl StateMachineTest for Model {
    type SystemUnderTest = Desks;
    type Reference = Self;

    fn init_test(_: &Self) -> Desks {
        let desk = Desk::new();
        Desks {
            vault: Some(desk.create("示例")),
            colleague: desk.create("同事"),
            last: None,
            passphrase: PASSPHRASE,
            now: NOW,
            desk,
        }
    }

    fn apply(mut desks: Desks, model: &Self, deed: Deed) -> Desks {
        desks.now += 1000;
        let now = desks.now;
        match deed {
            Deed::Write { record, fields } => {
                let edits = fields
                    .iter()
                    .map(|(field, new)| edit(id(record), "person", FIELDS[*field], value(*new)))
                    .collect();
                let written = desks
                    .vault()
                    .write(&action("改"), edits, now)
                    .expect("written");
                desks.last = written.or(desks.last);
            }
            Deed::Withdraw { record } | Deed::Restore { record } => {
                let vault = desks.vault();
                let done = if matches!(deed, Deed::Withdraw { .. }) {
                    vault.retract(&action("撤回"), id(record), now)
                } else {
                    vault.restore(&action("恢复"), id(record), now)
                };
                match done {
                    Ok(done) => desks.last = done.or(desks.last),
                    Err(error) => assert_eq!(error.code(), "DA-21"),
                }
            }
            Deed::Undo => {
                if let Some(hash) = desks.last.take() {
                    let vault = desks.vault();
                    let unset = |_: &str, _: &str| Value::Null;
                    if let Reversal::Possible(edits) = vault.reversal(&hash, &unset).expect("found")
                    {
                        vault.write(&action("撤销"), edits, now).expect("written");
                    }
                }
            }
            Deed::Lock { other_passphrase } => {
                if other_passphrase {
                    let new = if desks.passphrase == PASSPHRASE {
                        "另一个示例口令"
                    } else {
                        PASSPHRASE
                    };
                    let vault = desks.vault();
                    vault
                        .change_passphrase(new, KdfParams::fast_for_tests())
                        .expect("changed");
                    desks.passphrase = new;
                }
                desks.vault = None;
                let folder = desks.desk.folder("示例");
                desks.vault = Some(Vault::open(&folder, desks.passphrase).expect("opens"));
            }
            Deed::Rebuild => desks.vault().rebuild(&mut |_| true).expect("rebuilt"),
            Deed::Backup => {
                desks.vault().backup(now).expect("made");
            }
            Deed::Import {
                record,
                field,
                value: new,
            } => {
                let everything = all(desks.vault());
                import(&mut desks.colleague, &everything).expect("accepted");
                let edits = vec![edit(id(record), "person", FIELDS[field], value(new))];
                desks
                    .colleague
                    .write(&action("同事改"), edits, now)
                    .expect("written");
                let vault = desks.vault.as_ref().expect("open between the deeds");
                let theirs = bundle(&desks.colleague, vault);
                import(desks.vault(), &theirs).expect("accepted");
            }
        }
        assert_eq!(
            desks.vault().entry_count().expect("a number"),
            model.entries
        );
        desks
    }

    fn check_invariants(desks: &Desks, model: &Self) {
        let vault = desks.vault.as_ref().expect("open between the deeds");
        for record in 1..8 {
            let shown = vault.record(&id(record)).expect("readable").map(|stored| {
                assert!(stored.conflicts.is_empty());
                let of = |name: &str| {
                    FIELDS
                        .iter()
                        .position(|field| *field == name)
                        .expect("known")
                };
                let number = |value: &Value| {
                    value
                        .as_text()
                        .and_then(|text| text.strip_prefix("值")?.parse().ok())
                };
                Shown {
                    fields: stored
                        .fields
                        .iter()
                        .map(|(name, value)| (of(name), number(value)))
                        .collect(),
                    withdrawn: stored.retracted,
                }
            });
            assert_eq!(
                shown.as_ref(),
                model.records.get(&record),
                "record {record}"
            );
        }
        let standing = model.records.values().filter(|shown| !shown.withdrawn);
        let with = |wanted: u8| {
            standing
                .clone()
                .filter(|shown| shown.fields.values().any(|value| *value == Some(wanted)))
                .count()
        };
        for wanted in 0..4 {
            let found = vault.search(&format!("值{wanted}"), 99).expect("searched");
            let records: std::collections::BTreeSet<_> = found.iter().map(|hit| hit.id).collect();
            assert_eq!(records.len(), with(wanted), "值{wanted}");
        }
    }

    fn teardown(desks: Desks, _: Self) {
        let vault = desks.vault.expect("open between the deeds");
        let report = vault.verify(Depth::Every, &mut |_| true).expect("checked");
        assert!(report.is_sound(), "{:?}", report.damages);
    }
}

prop_state_machine! {
    #![proptest_config(Config {
        cases: if long() { 1_000 } else { 12 },
        max_shrink_iters: 2_000,
        ..Config::default()
    })]

    #[test]
    fn the_archive_does_what_its_model_does(sequential 1..40 => Model);
}
