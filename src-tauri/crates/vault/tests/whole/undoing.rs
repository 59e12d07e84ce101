//! Taking entries back by other entries, and the list of who did what.

use std::collections::BTreeMap;

use ledger::{Change, EntityId, EntryHash, RETRACTED, Value};
use proptest::prelude::*;
use vault::{Edit, JournalFilter, Reversal, Vault, WithdrawnFilter};

use crate::desk::{Desk, NOW, action, edit, id, put, shown};
use crate::merging::{bundle, import};

/// A field that was never given a value holds nothing.
fn nothing(_kind: &str, _field: &str) -> Value {
    Value::Null
}

fn reversal(vault: &Vault, hash: &EntryHash) -> Reversal {
    vault.reversal(hash, &nothing).expect("worked out")
}

/// Takes an entry back; returns the entry that did.
fn take_back(vault: &mut Vault, hash: &EntryHash) -> EntryHash {
    match reversal(vault, hash) {
        Reversal::Possible(edits) => vault
            .write(&action("撤销"), edits, NOW)
            .expect("written")
            .expect("something changed"),
        other => panic!("{other:?}"),
    }
}

/// What a person sees of the records: the fields that hold something, and
/// whether the record stands.
fn visible(vault: &Vault, ids: &[EntityId]) -> BTreeMap<EntityId, (BTreeMap<String, Value>, bool)> {
    ids.iter()
        .filter_map(|id| Some((*id, vault.record(id).expect("readable")?)))
        .map(|(id, record)| {
            let fields = record
                .fields
                .into_iter()
                .filter(|(_, value)| *value != Value::Null)
                .collect();
            (id, (fields, record.retracted))
        })
        .collect()
}

#[test]
fn an_edit_is_taken_back_and_done_again() {
    let desk = Desk::new();
    let mut vault = desk.create("甲");
    put(
        &mut vault,
        id(1),
        "person",
        &[("name", "丙某"), ("post", "科员")],
    );
    let changed = put(
        &mut vault,
        id(1),
        "person",
        &[("post", "科长"), ("rank", "正科")],
    );
    let back = take_back(&mut vault, &changed);
    assert_eq!(shown(&vault, id(1), "post").as_deref(), Some("科员"));
    assert_eq!(shown(&vault, id(1), "rank"), None);
    take_back(&mut vault, &back);
    assert_eq!(shown(&vault, id(1), "post").as_deref(), Some("科长"));
    assert_eq!(shown(&vault, id(1), "rank").as_deref(), Some("正科"));
    // Nothing was taken out of the history on the way.
    let posts: Vec<Value> = vault
        .history(&id(1))
        .expect("listed")
        .into_iter()
        .filter(|line| line.field == "post")
        .map(|line| line.value)
        .collect();
    assert_eq!(posts, ["科员", "科长", "科员", "科长"].map(Value::from));
}

#[test]
fn what_was_made_is_withdrawn_and_what_was_withdrawn_comes_back() {
    let desk = Desk::new();
    let mut vault = desk.create("甲");
    let made = put(&mut vault, id(1), "person", &[("name", "丙某")]);
    let back = take_back(&mut vault, &made);
    assert!(
        vault
            .record(&id(1))
            .expect("readable")
            .expect("kept")
            .retracted
    );
    let again = take_back(&mut vault, &back);
    assert!(
        !vault
            .record(&id(1))
            .expect("readable")
            .expect("kept")
            .retracted
    );
    take_back(&mut vault, &again);
    assert!(
        vault
            .record(&id(1))
            .expect("readable")
            .expect("kept")
            .retracted
    );
}

#[test]
fn a_change_by_somebody_else_is_never_undone_with_ones_own() {
    let desk = Desk::new();
    let (mut a, mut b) = (desk.create("甲"), desk.create("乙"));
    let made = put(
        &mut a,
        id(1),
        "person",
        &[("name", "丙某"), ("post", "科员")],
    );
    let changed = put(&mut a, id(1), "person", &[("post", "科长")]);
    let entries = bundle(&a, &b);
    import(&mut b, &entries).expect("accepted");
    // One after the other, the same value again, and at the same time.
    put(&mut b, id(1), "person", &[("post", "处长")]);
    let entries = bundle(&b, &a);
    import(&mut a, &entries).expect("accepted");
    let overtaken = Reversal::Overtaken {
        record: id(1),
        field: "post".into(),
    };
    assert_eq!(reversal(&a, &changed), overtaken);
    put(&mut b, id(1), "person", &[("post", "科长")]);
    let entries = bundle(&b, &a);
    import(&mut a, &entries).expect("accepted");
    assert_eq!(
        reversal(&a, &changed),
        overtaken,
        "it is the other's word now"
    );
    assert!(matches!(reversal(&a, &made), Reversal::Overtaken { .. }));

    let mine = put(&mut a, id(1), "person", &[("rank", "正科")]);
    put(&mut b, id(1), "person", &[("rank", "副处")]);
    let entries = bundle(&b, &a);
    import(&mut a, &entries).expect("accepted");
    assert!(matches!(reversal(&a, &mine), Reversal::Overtaken { field, .. } if field == "rank"));

    // A choice between the two cannot be put back as open.
    let chosen = put(&mut a, id(1), "person", &[("rank", "副处")]);
    assert!(matches!(reversal(&a, &chosen), Reversal::Settled { field, .. } if field == "rank"));
}

#[test]
fn a_record_that_others_have_added_to_is_not_withdrawn() {
    let desk = Desk::new();
    let (mut a, mut b) = (desk.create("甲"), desk.create("乙"));
    let made = put(&mut a, id(1), "person", &[("name", "丙某")]);
    let entries = bundle(&a, &b);
    import(&mut b, &entries).expect("accepted");
    put(&mut b, id(1), "person", &[("remark", "补充")]);
    let entries = bundle(&b, &a);
    import(&mut a, &entries).expect("accepted");
    assert_eq!(
        reversal(&a, &made),
        Reversal::Overtaken {
            record: id(1),
            field: "remark".into()
        }
    );
}

#[test]
fn the_list_of_what_was_done_is_narrowed_and_read_page_by_page() {
    let desk = Desk::new();
    let mut vault = desk.create("甲");
    for number in 1..=20_u8 {
        let kind = if number % 2 == 0 { "unit" } else { "person" };
        let name = format!("{number}号\"引号\"");
        vault
            .write(
                &action(if number % 5 == 0 { "更正" } else { "登记" }),
                vec![edit(id(number), kind, "name", &*name)],
                NOW + u64::from(number) * 1000,
            )
            .expect("written");
    }
    let all = JournalFilter::default();
    assert_eq!(vault.journal_count(&all).expect("counted"), 20);
    let mut pages = Vec::new();
    let mut after = None;
    loop {
        let page = vault.journal(&all, after, 7).expect("listed");
        let Some(last) = page.last() else { break };
        after = Some(last.cursor);
        pages.push(page.iter().map(|row| row.seq).collect::<Vec<_>>());
    }
    assert_eq!(pages.concat(), (1..=20).rev().collect::<Vec<u64>>());
    let seqs = |filter: JournalFilter| -> Vec<u64> {
        let rows = vault.journal(&filter, None, 99).expect("listed");
        assert_eq!(
            vault.journal_count(&filter).expect("counted"),
            rows.len() as u64
        );
        rows.iter().map(|row| row.seq).collect()
    };
    let filter = JournalFilter {
        kind: Some("unit".into()),
        action: Some("更正".into()),
        author: Some(action("").author),
        device: Some(vault.device()),
        from_millis: Some(NOW + 10_000),
        until_millis: Some(NOW + 20_000),
        ..JournalFilter::default()
    };
    assert_eq!(seqs(filter.clone()), [10]);
    let text = |text: &str| JournalFilter {
        text: text.into(),
        ..JournalFilter::default()
    };
    assert_eq!(seqs(text("7号\"引")), [17, 7], "as it was typed");
    assert_eq!(seqs(text("更正")), [20, 15, 10, 5]);
    assert!(seqs(text("没有")).is_empty());
    let choices = vault.journal_choices().expect("found");
    assert_eq!(choices.kinds, ["person", "unit"]);
    assert_eq!(choices.actions.len(), 2);
    assert_eq!(choices.authors, [action("").author]);
    assert_eq!(choices.devices, [vault.device()]);
}

#[test]
fn withdrawn_records_are_listed_and_nothing_is_lost() {
    let desk = Desk::new();
    let mut vault = desk.create("甲");
    for number in 1..=5_u8 {
        put(
            &mut vault,
            id(number),
            "person",
            &[("name", &format!("{number}号某"))],
        );
        put(
            &mut vault,
            id(number + 100),
            "observation",
            &[("person", &id(number).to_string()), ("what", "聚会")],
        );
    }
    for (number, at) in [(2, 1), (4, 2), (101, 3)] {
        vault
            .retract(&action("撤回记录"), id(number), NOW + at)
            .expect("withdrawn");
    }
    let ids = |filter: &WithdrawnFilter| -> Vec<EntityId> {
        let rows = vault.withdrawn(filter, None, 9).expect("listed");
        rows.iter().map(|row| row.id).collect()
    };
    assert_eq!(ids(&WithdrawnFilter::default()), [id(101), id(4), id(2)]);
    let of = |kind: Option<&str>, text: &str| WithdrawnFilter {
        kind: kind.map(str::to_owned),
        text: text.into(),
    };
    assert_eq!(ids(&of(Some("person"), "")), [id(4), id(2)]);
    assert_eq!(ids(&of(None, "1号")), [id(101)], "by whom it is about");
    let first = vault.withdrawn(&of(None, ""), None, 1).expect("listed");
    let next = vault
        .withdrawn(
            &of(None, ""),
            Some((first[0].changed_millis, first[0].id)),
            9,
        )
        .expect("listed");
    assert_eq!(
        next.iter().map(|row| row.id).collect::<Vec<_>>(),
        [id(4), id(2)]
    );
    assert_eq!(
        vault.withdrawn_counts(&of(None, "")).expect("counted"),
        BTreeMap::from([("observation".into(), 1), ("person".into(), 2)])
    );
}

/// One thing done to one of three records.
#[derive(Debug, Clone)]
enum Move {
    Set(u8, u8, u8),
    Retract(u8),
    Restore(u8),
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        4 => (1..4_u8, 0..3_u8, 0..4_u8).prop_map(|(record, field, value)| Move::Set(record, field, value)),
        1 => (1..4_u8).prop_map(Move::Retract),
        1 => (1..4_u8).prop_map(Move::Restore),
    ]
}

fn carry_out(vault: &mut Vault, what: &Move) -> Option<EntryHash> {
    let field = |field: u8| ["name", "post", "remark"][usize::from(field)];
    match what {
        Move::Set(record, name, value) => {
            let edit = edit(id(*record), "person", field(*name), format!("值{value}"));
            vault
                .write(&action("登记"), vec![edit], NOW)
                .expect("written")
        }
        Move::Retract(record) | Move::Restore(record)
            if vault.record(&id(*record)).expect("readable").is_none() =>
        {
            None
        }
        Move::Retract(record) => vault
            .retract(&action("撤回记录"), id(*record), NOW)
            .expect("written"),
        Move::Restore(record) => vault
            .restore(&action("恢复记录"), id(*record), NOW)
            .expect("written"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Going all the way back and forth again shows at every step what was
    /// shown there before.
    #[test]
    fn undo_then_redo_shows_the_same(done in prop::collection::vec(moves(), 1..10)) {
        let desk = Desk::new();
        let mut vault = desk.create("甲");
        let ids = [id(1), id(2), id(3)];
        let mut seen = Vec::new();
        let mut entries = Vec::new();
        for what in &done {
            let before = visible(&vault, &ids);
            if let Some(hash) = carry_out(&mut vault, what) {
                seen.push(before);
                entries.push(hash);
            }
        }
        let end = visible(&vault, &ids);
        let mut back = Vec::new();
        for (hash, before) in entries.iter().rev().zip(seen.iter().rev()) {
            back.push(take_back(&mut vault, hash));
            // A record that was not there yet is there now, withdrawn.
            let mut now = visible(&vault, &ids);
            now.retain(|id, (_, retracted)| before.contains_key(id) || !*retracted);
            prop_assert_eq!(&now, before);
        }
        for (at, hash) in back.iter().rev().enumerate() {
            take_back(&mut vault, hash);
            let mut now = visible(&vault, &ids);
            let after = seen.get(at + 1).unwrap_or(&end);
            now.retain(|id, _| after.contains_key(id));
            prop_assert_eq!(&now, after);
        }
        let report = vault.verify(ledger::verify::Depth::Every, &mut |_| true).expect("checked");
        prop_assert!(report.is_sound(), "{:?}", report.damages);
    }

    /// Whatever two people do, undoing one's own never changes a value that
    /// only the other one stands behind.
    #[test]
    fn undo_never_loses_what_somebody_else_wrote(
        shared in prop::collection::vec(moves(), 1..5),
        mine in prop::collection::vec(moves(), 1..6),
        theirs in prop::collection::vec(moves(), 1..6),
    ) {
        let desk = Desk::new();
        let (mut a, mut b) = (desk.create("甲"), desk.create("乙"));
        for what in &shared {
            carry_out(&mut a, what);
        }
        let entries = bundle(&a, &b);
        import(&mut b, &entries).expect("accepted");
        let own: Vec<EntryHash> = mine.iter().filter_map(|what| carry_out(&mut a, what)).collect();
        for what in &theirs {
            carry_out(&mut b, what);
        }
        let entries = bundle(&b, &a);
        import(&mut a, &entries).expect("accepted");
        let foreign = |vault: &Vault| -> Vec<(EntityId, String, EntryHash)> {
            [id(1), id(2), id(3)]
                .iter()
                .flat_map(|id| vault.history(id).expect("listed").into_iter().map(|line| (*id, line)))
                .filter(|(_, line)| line.current && line.device == b.device() && line.field != RETRACTED)
                .map(|(id, line)| (id, line.field, line.entry))
                .collect()
        };
        let before = foreign(&a);
        for hash in own.iter().rev() {
            let Reversal::Possible(edits) = reversal(&a, hash) else { break };
            let edits: Vec<Edit> = edits;
            a.write(&action("撤销"), edits, NOW).expect("written");
        }
        prop_assert_eq!(foreign(&a), before);
    }
}

#[test]
fn what_an_entry_changed_can_be_asked() {
    let desk = Desk::new();
    let mut vault = desk.create("甲");
    put(&mut vault, id(1), "person", &[("post", "科员")]);
    let changed = put(&mut vault, id(1), "person", &[("post", "科长")]);
    let changes: Vec<Change> = vault.changes_of(&changed).expect("readable").expect("here");
    assert_eq!(changes.len(), 1);
    assert_eq!(
        vault.values_before(&changes[0]).expect("found"),
        [Value::from("科员")]
    );
    assert!(!vault.is_made_by(&id(1), &changed).expect("known"));
    assert_eq!(vault.changes_of(&EntryHash([9; 32])).expect("asked"), None);
}
