//! Random histories of three archives, and the law that they agree in the end.

use std::collections::BTreeSet;

use ledger::Value;
use proptest::prelude::*;
use vault::{Error, Vault};

use crate::desk::{Desk, NOW, action, edit, id};
use crate::merging::{all, import};

/// What somebody does next, in a random history.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Set {
        who: usize,
        record: u8,
        field: usize,
        value: u8,
    },
    Retract {
        who: usize,
        record: u8,
        back: bool,
    },
    Give {
        from: usize,
        to: usize,
    },
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (0..3_usize, 1..4_u8, 0..3_usize, 0..4_u8)
            .prop_map(|(who, record, field, value)| Step::Set { who, record, field, value }),
        1 => (0..3_usize, 1..4_u8, any::<bool>()).prop_map(|(who, record, back)| Step::Retract { who, record, back }),
        2 => (0..3_usize, 0..3_usize).prop_map(|(from, to)| Step::Give { from, to }),
    ]
}

/// Carries out a random history.
pub(crate) fn live(vaults: &mut [Vault], steps: Vec<Step>) {
    const FIELDS: [&str; 3] = ["name", "unit", "remark"];
    for (at, step) in steps.into_iter().enumerate() {
        let now = NOW + at as u64;
        match step {
            Step::Set {
                who,
                record,
                field,
                value,
            } => {
                let value = if field == 1 {
                    id(value).to_string()
                } else {
                    format!("值{value}")
                };
                let edit = edit(id(record), "person", FIELDS[field], Value::from(value));
                vaults[who]
                    .write(&action("改"), vec![edit], now)
                    .expect("written");
            }
            Step::Retract { who, record, back } => {
                let done = if back {
                    vaults[who].restore(&action("恢复"), id(record), now)
                } else {
                    vaults[who].retract(&action("撤回"), id(record), now)
                };
                assert!(matches!(done, Ok(_) | Err(Error::NoSuchRecord)));
            }
            Step::Give { from, to } => {
                let entries = all(&vaults[from]);
                import(&mut vaults[to], &entries).expect("accepted");
            }
        }
    }
}

/// Gives all three archives everything.
pub(crate) fn give_everything(vaults: &mut [Vault]) {
    for (from, to) in [(0, 1), (2, 1), (1, 0), (1, 2)] {
        let entries = all(&vaults[from]);
        import(&mut vaults[to], &entries).expect("accepted");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn three_archives_agree_whatever_happened(steps in prop::collection::vec(step(), 1..30)) {
        let desk = Desk::new();
        let mut vaults = [desk.create("甲"), desk.create("乙"), desk.create("丙")];
        live(&mut vaults, steps);
        give_everything(&mut vaults);
        let digests: BTreeSet<String> = vaults.iter().map(|v| v.digest().expect("hashed")).collect();
        prop_assert_eq!(digests.len(), 1);
        for vault in &mut vaults {
            let report = vault.verify(ledger::verify::Depth::Every, &mut |_| true).expect("checked");
            prop_assert!(report.is_sound(), "{:?}", report.damages);
        }
    }
}
