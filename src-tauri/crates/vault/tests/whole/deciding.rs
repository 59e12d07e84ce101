//! What waits for a decision in an archive, and deciding it.

use std::collections::BTreeSet;

use ledger::{RETRACTED, Value};
use proptest::prelude::*;
use vault::{Dispute, Vault};

use crate::desk::{Desk, NOW, action, edit, id, put, shown};
use crate::histories::{give_everything, live, step};
use crate::merging::{all, bundle, import};

/// Everything that waits for a decision, record by record.
fn open(vault: &Vault) -> Vec<(u8, Dispute)> {
    (1..4)
        .flat_map(|record| {
            let disputes = vault.disputes(&id(record)).expect("readable");
            disputes.into_iter().map(move |dispute| (record, dispute))
        })
        .collect()
}

/// Decides everything: of each conflict the side at `pick`.
fn decide(vault: &mut Vault, pick: usize, now: u64) {
    for (record, dispute) in open(vault) {
        let sides = &dispute.conflict.sides;
        let value = sides[pick % sides.len()].value.clone();
        vault
            .write(
                &action("选定写法"),
                vec![edit(id(record), "person", &dispute.conflict.field, value)],
                now,
            )
            .expect("written")
            .expect("an entry");
    }
}

#[test]
fn the_ground_is_what_stood_there_when_the_sides_parted() {
    let desk = Desk::new();
    let (mut a, mut b) = (desk.create("甲"), desk.create("乙"));
    put(&mut a, id(1), "person", &[("remark", "一")]);
    put(&mut a, id(1), "person", &[("remark", "二")]);
    let entries = bundle(&a, &b);
    import(&mut b, &entries).expect("accepted");
    put(
        &mut a,
        id(1),
        "person",
        &[("remark", "二甲"), ("post", "科长")],
    );
    put(
        &mut b,
        id(1),
        "person",
        &[("remark", "二乙"), ("post", "处长")],
    );
    let entries = bundle(&b, &a);
    import(&mut a, &entries).expect("accepted");
    let disputes = a.disputes(&id(1)).expect("readable");
    let grounds: Vec<(&str, Option<&Value>)> = disputes
        .iter()
        .map(|it| (it.conflict.field.as_str(), it.ground.as_ref()))
        .collect();
    assert_eq!(grounds, [("post", None), ("remark", Some(&"二".into()))]);
    assert_eq!(a.disputes(&id(9)).expect("readable"), []);
}

#[test]
fn writing_to_a_disputed_record_never_withdraws_it() {
    let desk = Desk::new();
    let (mut a, mut b) = (desk.create("甲"), desk.create("乙"));
    put(&mut a, id(1), "person", &[("name", "丙某")]);
    let entries = bundle(&a, &b);
    import(&mut b, &entries).expect("accepted");
    a.retract(&action("撤回"), id(1), NOW).expect("written");
    put(&mut b, id(1), "person", &[("post", "处长")]);
    let entries = bundle(&b, &a);
    import(&mut a, &entries).expect("accepted");
    put(&mut a, id(1), "person", &[("post", "局长")]);
    let record = a.record(&id(1)).expect("readable").expect("there");
    assert!(!record.retracted);
    assert_eq!(record.conflicts, [RETRACTED]);
    assert_eq!(shown(&a, id(1), "post").as_deref(), Some("局长"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Three archives that lived apart see the same open, with the same ground; what one
    /// decides is decided on all, and nothing is lost from the history. Two that decide
    /// differently leave their two decisions, and a third ends it.
    #[test]
    fn decisions_travel_and_end(steps in prop::collection::vec(step(), 1..30), apart: bool) {
        let desk = Desk::new();
        let mut vaults = [desk.create("甲"), desk.create("乙"), desk.create("丙")];
        live(&mut vaults, steps);
        give_everything(&mut vaults);
        let before = open(&vaults[0]);
        for vault in &vaults {
            prop_assert_eq!(&open(vault), &before);
            // The projection and the finding of it agree.
            let told: BTreeSet<_> = vault.conflicts().expect("listed").into_iter().collect();
            let found: BTreeSet<_> = before
                .iter()
                .map(|(record, it)| (id(*record), it.conflict.field.clone()))
                .collect();
            prop_assert_eq!(told, found);
        }
        let heads = vaults[0].heads().expect("heads");
        decide(&mut vaults[0], 0, NOW + 100);
        if apart {
            decide(&mut vaults[1], 1, NOW + 100);
            give_everything(&mut vaults);
            for (_, dispute) in open(&vaults[2]) {
                prop_assert_eq!(dispute.conflict.sides.len(), 2);
                for entry in dispute.conflict.seen() {
                    let is_old = all(&vaults[2])
                        .iter()
                        .any(|it| it.hash == entry && heads.get(&it.header.device).is_some_and(|head| it.header.seq <= head.seq));
                    prop_assert!(!is_old, "only decisions stand against each other");
                }
            }
            decide(&mut vaults[2], 1, NOW + 200);
        }
        give_everything(&mut vaults);
        let digests: BTreeSet<String> = vaults.iter().map(|it| it.digest().expect("hashed")).collect();
        prop_assert_eq!(digests.len(), 1);
        for vault in &mut vaults {
            prop_assert!(open(vault).is_empty());
            prop_assert!(vault.conflicts().expect("listed").is_empty());
            let report = vault.verify(ledger::verify::Depth::Every, &mut |_| true).expect("checked");
            prop_assert!(report.is_sound(), "{:?}", report.damages);
        }
        for (record, dispute) in before {
            let history = vaults[1].history(&id(record)).expect("readable");
            for side in &dispute.conflict.sides {
                for entry in &side.entries {
                    prop_assert!(history.iter().any(|line| line.entry == *entry), "both stay for ever");
                }
            }
        }
    }
}
