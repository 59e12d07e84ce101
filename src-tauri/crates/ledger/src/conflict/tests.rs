use proptest::prelude::*;

use super::*;
use crate::Entry;
use crate::merge::Records;
use crate::merge::tests::{Desk, Step, any_step, field, hash, version};

#[test]
fn the_sides_are_the_tips_by_value_and_the_shown_one_comes_first() {
    let mut record = RecordVersions::new();
    for version in [
        version(1, 1, 1, "科员", &[]),
        version(2, 1, 2, "科长", &[1]),
        version(3, 2, 9, "处长", &[1]),
        version(4, 3, 5, "科长", &[1]),
    ] {
        record.insert_version("person", "post", version);
    }
    let open = record.open_conflicts();
    assert_eq!(open.len(), 1);
    let sides: Vec<(&Value, &[EntryHash])> = open[0]
        .sides
        .iter()
        .map(|side| (&side.value, &side.entries[..]))
        .collect();
    assert_eq!(
        sides,
        [
            (&"处长".into(), &[hash(3)][..]),
            (&"科长".into(), &[hash(4), hash(2)][..])
        ]
    );
    assert_eq!(open[0].seen(), [hash(2), hash(3), hash(4)].into());
}

#[test]
fn the_common_ground_is_the_newest_version_that_all_rest_on() {
    let field = field(&[
        version(1, 1, 100, "一", &[]),
        version(2, 1, 5, "二", &[1]), // the clock was put back: the bases decide
        version(3, 1, 6, "三", &[2]),
        version(4, 2, 1, "四", &[2]),
        version(5, 2, 7, "五", &[4]),
    ]);
    let ground = |entries: &[u8]| {
        let entries: Vec<EntryHash> = entries.iter().map(|n| hash(*n)).collect();
        field.common_ground(&entries).map(|version| version.entry)
    };
    assert_eq!(ground(&[3, 5]), Some(hash(2)));
    assert_eq!(ground(&[3, 5, 4]), Some(hash(2)));
    assert_eq!(ground(&[3, 9]), None, "one of them is not here");
    assert_eq!(ground(&[3, 1]), None, "the first rests on nothing");
    assert_eq!(ground(&[]), None);
}

#[test]
fn two_decisions_on_one_conflict_have_no_one_text_they_started_from() {
    let field = field(&[
        version(1, 1, 1, "底", &[]),
        version(2, 1, 2, "甲", &[1]),
        version(3, 2, 3, "乙", &[1]),
        version(4, 1, 4, "甲乙", &[2, 3]),
        version(5, 2, 5, "乙甲", &[2, 3]),
    ]);
    assert_eq!(field.common_ground(&[hash(4), hash(5)]), None);
}

#[test]
fn fields_first_written_at_once_share_no_ground() {
    let field = field(&[version(1, 1, 1, "甲", &[]), version(2, 2, 2, "乙", &[])]);
    assert_eq!(field.common_ground(&[hash(1), hash(2)]), None);
}

#[test]
fn a_withdrawal_against_an_edit_has_two_sides() {
    let (mut a, mut b) = (Desk::new(1), Desk::new(2));
    let made = a.write(&[("name", "甲某".into())]);
    b.see(&made);
    let gone = a.write(&[(RETRACTED, true.into())]);
    let edit = b.write(&[("post", "科员".into())]);
    a.see(&edit);
    let open = a.record().open_conflicts();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].field, RETRACTED);
    assert_eq!(
        open[0].sides,
        [
            Side {
                value: Value::Bool(false),
                entries: vec![edit.hash]
            },
            Side {
                value: Value::Bool(true),
                entries: vec![gone.hash]
            }
        ]
    );
}

/// While it is disputed the record is shown, so people go on writing to it: that must never
/// withdraw it without a word.
#[test]
fn an_edit_of_a_disputed_record_does_not_settle_the_dispute() {
    let (mut a, mut b) = (Desk::new(1), Desk::new(2));
    let made = a.write(&[("name", "甲某".into()), ("post", "科员".into())]);
    b.see(&made);
    let gone = a.write(&[(RETRACTED, true.into())]);
    let edit = b.write(&[("post", "科长".into())]);
    a.see(&edit);
    b.see(&gone);
    b.write(&[("post", "处长".into())]);
    assert!(matches!(b.record().standing(), Standing::Disputed { .. }));
    b.write(&[(RETRACTED, true.into())]);
    assert_eq!(b.record().standing(), Standing::Retracted);
    b.write(&[("post", "局长".into())]);
    assert_eq!(
        b.record().standing(),
        Standing::Retracted,
        "it was shown as withdrawn"
    );
}

const FIELDS: [&str; 3] = ["name", "post", "remark"];

/// What four desks wrote in some order, each knowing part of the others.
fn history(steps: &[Step]) -> (Vec<Desk>, Vec<Entry>) {
    let mut desks: Vec<_> = (1..=4).map(Desk::new).collect();
    let mut all: Vec<Entry> = vec![];
    for step in steps {
        match step {
            Step::Write { desk, field, value } => {
                all.push(desks[*desk].write(&[(FIELDS[*field], i64::from(*value).into())]));
            }
            Step::Retract { desk, yes } => {
                all.push(desks[*desk].write(&[(RETRACTED, (*yes).into())]));
            }
            Step::Read { desk, upto } => {
                let upto = upto.index(all.len() + 1);
                for entry in &all[..upto] {
                    desks[*desk].see(entry);
                }
            }
        }
    }
    (desks, all)
}

/// Settles everything open on a desk: of each conflict the side at `pick`.
fn settle(desk: &mut Desk, pick: usize) -> Vec<Entry> {
    let open = desk.record().open_conflicts();
    open.into_iter()
        .map(|conflict| {
            let side = &conflict.sides[pick % conflict.sides.len()];
            desk.write(&[(&conflict.field, side.value.clone())])
        })
        .collect()
}

fn see_all(desks: &mut [Desk], entries: &[Entry]) {
    for desk in desks {
        for entry in entries {
            desk.see(entry);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever the order of arrival, with repetitions, the same is open, with the same sides.
    #[test]
    fn the_order_of_arrival_does_not_change_what_is_open(
        steps in prop::collection::vec(any_step(), 1..40),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
    ) {
        let (_, all) = history(&steps);
        let (mut straight, mut shuffled) = (Records::new(), Records::new());
        for entry in &all {
            straight.apply(entry).expect("valid");
        }
        if !all.is_empty() {
            for index in &order {
                shuffled.apply(&all[index.index(all.len())]).expect("valid");
            }
        }
        for entry in all.iter().rev() {
            shuffled.apply(entry).expect("valid");
        }
        let open = |records: &Records| {
            records.get(&Desk::entity()).map(RecordVersions::open_conflicts).unwrap_or_default()
        };
        prop_assert_eq!(open(&straight), open(&shuffled));
        for conflict in open(&straight) {
            // Every conflict has two sides that differ, and each side somebody who stands for it.
            prop_assert!(conflict.sides.len() > 1);
            for (at, side) in conflict.sides.iter().enumerate() {
                prop_assert!(!side.entries.is_empty());
                prop_assert!(conflict.sides[..at].iter().all(|other| other.value != side.value));
            }
        }
    }

    /// What one desk settles is settled on every desk that hears of it, with the value chosen,
    /// and nothing that was written is gone from the history.
    #[test]
    fn settling_on_one_desk_settles_it_everywhere(
        steps in prop::collection::vec(any_step(), 1..40),
        pick in 0..4usize,
    ) {
        let (mut desks, all) = history(&steps);
        see_all(&mut desks, &all);
        let before = desks[0].record().open_conflicts();
        let settled = settle(&mut desks[0], pick);
        prop_assert_eq!(settled.len(), before.len());
        see_all(&mut desks, &settled);
        for desk in &desks {
            prop_assert_eq!(desk.record().open_conflicts(), vec![]);
            let record = desk.record();
            for conflict in &before {
                let chosen = &conflict.sides[pick % conflict.sides.len()].value;
                if conflict.field == RETRACTED {
                    let gone = record.standing() == Standing::Retracted;
                    prop_assert_eq!(Value::Bool(gone), chosen.clone());
                } else {
                    prop_assert_eq!(record.value(&conflict.field), Some(chosen));
                }
            }
        }
        let record = desks[3].record();
        for entry in all.iter().chain(&settled) {
            let payload = entry.open_payload().expect("sound").expect("there");
            for change in payload.changes {
                let kept = record.field(&change.field).is_some_and(|field| {
                    field.history().iter().any(|it| it.entry == entry.hash && it.value == change.value)
                });
                prop_assert!(kept, "{} of {:?}", change.field, entry.hash);
            }
        }
    }

    /// Two desks that settle differently leave one conflict between their two decisions, not
    /// the old one again; and settling that ends it.
    #[test]
    fn two_decisions_conflict_once_and_not_for_ever(steps in prop::collection::vec(any_step(), 1..40)) {
        let (mut desks, all) = history(&steps);
        see_all(&mut desks, &all);
        let before = desks[0].record().open_conflicts();
        let first = settle(&mut desks[0], 0);
        let second = settle(&mut desks[1], 1);
        see_all(&mut desks, &first);
        see_all(&mut desks, &second);
        let own: BTreeSet<EntryHash> = first.iter().chain(&second).map(|entry| entry.hash).collect();
        let now = desks[2].record().open_conflicts();
        prop_assert_eq!(now.len(), before.len());
        for conflict in &now {
            prop_assert_eq!(conflict.sides.len(), 2);
            // A decision that the record stays withdrawn disputes what the other had decided
            // on any field meanwhile; in every case only decisions stand against each other.
            prop_assert!(conflict.seen().is_subset(&own), "{:?}", conflict);
        }
        let last = settle(&mut desks[3], 0);
        see_all(&mut desks, &last);
        for desk in &desks {
            prop_assert_eq!(desk.record().open_conflicts(), vec![]);
        }
    }

    /// A decision names only what its maker saw: what nobody had seen stays open.
    #[test]
    fn a_decision_does_not_swallow_what_its_maker_had_not_seen(value in 5..9i64) {
        let mut desks: Vec<_> = (1..=3).map(Desk::new).collect();
        let made = desks[0].write(&[("post", 0.into())]);
        see_all(&mut desks, &[made]);
        let one = desks[0].write(&[("post", 1.into())]);
        let two = desks[1].write(&[("post", 2.into())]);
        let unseen = desks[2].write(&[("post", value.into())]);
        desks[0].see(&two);
        let decision = settle(&mut desks[0], 1);
        see_all(&mut desks, &[one, two, unseen.clone()]);
        see_all(&mut desks, &decision);
        for desk in &desks {
            let open = desk.record().open_conflicts();
            prop_assert_eq!(open.len(), 1);
            prop_assert_eq!(open[0].seen(), BTreeSet::from([unseen.hash, decision[0].hash]));
        }
    }
}
