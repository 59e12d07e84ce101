//! What follows its chain is taken in as it comes, the rest is put aside first: nobody
//! may be able to tell from the outcome.

use std::collections::BTreeSet;

use ledger::{EntityId, Entry};
use proptest::prelude::*;
use proptest::sample::Index;
use vault::{Error, Preview, RecordLine, Staging, Vault};

use crate::desk::{Desk, NOW, id, put, shown};
use crate::histories::{give_everything, live, step};
use crate::masking::cut;
use crate::merging::{all, import};

/// Brings entries one way and the other by turns.
fn bring<'v>(mut staging: Staging<'v>, entries: &[Entry]) -> Result<Staging<'v>, Error> {
    let opener = staging.opener();
    for (at, entry) in entries.iter().enumerate() {
        if at % 2 == 0 {
            staging.push(entry)?;
        } else {
            staging.bring(opener.open(entry.clone()))?;
        }
    }
    Ok(staging)
}

fn look(to: &mut Vault, entries: &[Entry]) -> Preview {
    let staging = bring(to.stage_to_look().expect("begun"), entries).expect("taken");
    staging.preview(NOW).expect("looked at")
}

/// What a preview tells of records and entries, whatever the order.
fn told(preview: &Preview) -> (Vec<BTreeSet<EntityId>>, u64, u64) {
    let ids = |lines: &[RecordLine]| lines.iter().map(|line| line.id).collect();
    (
        vec![
            ids(&preview.new),
            ids(&preview.changed),
            ids(&preview.conflicting),
        ],
        preview.new_entries,
        preview.known_entries,
    )
}

/// How an entry comes before it comes whole.
#[derive(Debug, Clone, Copy)]
enum Form {
    Whole,
    Withheld,
    Masked,
}

fn form() -> impl Strategy<Value = Form> {
    prop_oneof![
        4 => Just(Form::Whole),
        1 => Just(Form::Withheld),
        1 => Just(Form::Masked),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn the_order_within_an_import_does_not_matter(
        steps in prop::collection::vec(step(), 1..24),
        before in any::<Index>(),
        early in prop::collection::vec((any::<Index>(), form()), 0..24),
        mut places in prop::collection::vec(any::<u32>(), 64),
    ) {
        let desk = Desk::new();
        let mut vaults = [desk.create("甲"), desk.create("乙"), desk.create("丙")];
        live(&mut vaults, steps);
        give_everything(&mut vaults);
        let entries = all(&vaults[0]);
        prop_assume!(!entries.is_empty());
        // Some come early, some of them again, not all of them whole; in the end each comes.
        let mut shuffled: Vec<Entry> = early
            .iter()
            .map(|(index, form)| {
                let entry = index.get(&entries);
                match form {
                    Form::Whole => entry.clone(),
                    Form::Withheld => entry.withheld(),
                    Form::Masked => cut(entry, &["name", "remark"]),
                }
            })
            .collect();
        let mut rest: Vec<(u32, Entry)> = entries
            .iter()
            .cloned()
            .map(|entry| (places.pop().unwrap_or_default(), entry))
            .collect();
        rest.sort_by_key(|(place, _)| *place);
        shuffled.extend(rest.into_iter().map(|(_, entry)| entry));

        let mut receivers = [desk.create("顺"), desk.create("乱")];
        let known = &entries[..before.index(entries.len())];
        for receiver in &mut receivers {
            import(receiver, known).expect("accepted");
        }
        let looked = look(&mut receivers[1], &shuffled);
        let in_order = import(&mut receivers[0], &entries).expect("accepted");
        let staging = receivers[1].stage().expect("begun");
        let staging = bring(staging, &shuffled).expect("taken");
        let in_any = staging.commit(NOW).expect("accepted");
        prop_assert_eq!(&looked, &in_any, "a preview is what happens then");
        let (new, old) = (told(&in_any), told(&in_order));
        prop_assert_eq!((new.0, new.1), (old.0, old.1));
        let digest = vaults[0].digest().expect("hashed");
        for receiver in &mut receivers {
            prop_assert_eq!(&receiver.digest().expect("hashed"), &digest);
            let report = receiver
                .verify(ledger::verify::Depth::Every, &mut |_| true)
                .expect("checked");
            prop_assert!(report.is_sound(), "{:?}", report.damages);
            receiver.rebuild(&mut |_| true).expect("rebuilt");
            prop_assert_eq!(&receiver.digest().expect("hashed"), &digest);
        }
    }
}

/// An archive with more entries than there are between two questions whether to go on.
fn long(desk: &Desk) -> Vec<Entry> {
    let mut vault = desk.create("对方");
    for number in 1..=90 {
        put(&mut vault, id(number), "person", &[("name", "丙某")]);
    }
    all(&vault)
}

#[test]
fn stopped_at_any_point_nothing_has_changed() {
    let desk = Desk::new();
    let entries = long(&desk);
    let backwards: Vec<Entry> = entries.iter().rev().cloned().collect();
    for given in [&entries, &backwards] {
        let mut vault = desk.create(if given == &entries { "顺" } else { "乱" });
        put(&mut vault, id(200), "person", &[("name", "丁某")]);
        let before = vault.digest().expect("hashed");
        let mut asked = 0;
        for stop in 1.. {
            let mut count = 0;
            let staging = bring(vault.stage().expect("begun"), given).expect("taken");
            let done = staging.commit_telling(NOW, &mut |at| {
                assert!(at.done <= at.total, "{at:?}");
                count += 1;
                count < stop
            });
            match done {
                Err(stopped) => assert_eq!(stopped.code(), "DA-24"),
                Ok(_) => break,
            }
            asked = stop;
            assert_eq!(vault.digest().expect("hashed"), before, "stopped at {stop}");
        }
        assert!(asked > 2, "{asked}");
        assert_eq!(shown(&vault, id(90), "name").as_deref(), Some("丙某"));
    }
}

#[test]
fn what_was_begun_to_be_looked_at_is_not_taken_in() {
    let desk = Desk::new();
    let entries = long(&desk);
    let mut vault = desk.create("我");
    let before = vault.digest().expect("hashed");
    let staging = bring(vault.stage_to_look().expect("begun"), &entries).expect("taken");
    assert!(staging.commit(NOW).is_err());
    assert_eq!(vault.digest().expect("hashed"), before);
    assert_eq!(vault.search("丙", 9).expect("searched").len(), 0);
}

#[test]
fn a_forged_signature_is_told_wherever_it_stands() {
    let desk = Desk::new();
    let entries = long(&desk);
    let mut vault = desk.create("我");
    let before = vault.digest().expect("hashed");
    for forged in [0, 44, entries.len() - 1] {
        let mut given = entries.clone();
        given[forged].signature[7] ^= 1;
        let preview = look(&mut vault, &given);
        assert_eq!(preview.damages.len(), 1, "{:?}", preview.damages);
        assert!(preview.new.is_empty(), "nothing of it is shown");
        let refused = import(&mut vault, &given).expect_err("refused");
        assert!(matches!(refused, Error::BadChain { .. }), "{refused:?}");
        assert_eq!(vault.digest().expect("hashed"), before);
    }
}

#[test]
fn an_entry_that_is_here_is_held_against_its_payload_all_the_same() {
    let desk = Desk::new();
    let entries = long(&desk);
    let mut vault = desk.create("我");
    import(&mut vault, &entries).expect("accepted");
    let before = vault.digest().expect("hashed");
    for at in [44, 45] {
        let mut given = entries.clone();
        let payload = given[at].payload.as_mut().expect("here");
        let last = payload.len() - 2;
        payload[last] ^= 1;
        let preview = look(&mut vault, &given);
        assert_eq!(preview.damages.len(), 1, "{:?}", preview.damages);
        assert!(import(&mut vault, &given).is_err());
        assert_eq!(vault.digest().expect("hashed"), before);
    }
}
