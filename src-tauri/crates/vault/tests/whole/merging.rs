//! Two archives and what goes between them.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{CompartmentId, Entry, RETRACTED};
use vault::{Error, Preview, Vault};

use crate::desk::{Desk, NOW, action, edit, id, put, shown};

/// Every entry of `from` that `to` does not have.
pub(crate) fn bundle(from: &Vault, to: &Vault) -> Vec<Entry> {
    let heads = to
        .heads()
        .expect("heads")
        .into_iter()
        .map(|(device, head)| (device, head.seq))
        .collect();
    let mut entries = Vec::new();
    from.entries_after(&heads, &mut |entry| {
        entries.push(entry);
        Ok(())
    })
    .expect("given");
    entries
}

pub(crate) fn all(from: &Vault) -> Vec<Entry> {
    let mut entries = Vec::new();
    from.entries_after(&BTreeMap::new(), &mut |entry| {
        entries.push(entry);
        Ok(())
    })
    .expect("given");
    entries
}

pub(crate) fn import(to: &mut Vault, entries: &[Entry]) -> Result<Preview, Error> {
    let mut staging = to.stage()?;
    for entry in entries {
        staging.push(entry)?;
    }
    staging.commit(NOW)
}

fn preview(to: &mut Vault, entries: &[Entry]) -> Preview {
    let mut staging = to.stage_to_look().expect("begun");
    for entry in entries {
        staging.push(entry).expect("put aside");
    }
    staging.preview(NOW).expect("looked at")
}

fn titles(lines: &[vault::RecordLine]) -> Vec<String> {
    lines
        .iter()
        .map(|line| format!("{} {}", line.label, line.title))
        .collect()
}

/// Two archives that share one person.
fn pair(desk: &Desk) -> (Vault, Vault) {
    let (mut a, mut b) = (desk.create("甲"), desk.create("乙"));
    put(
        &mut a,
        id(1),
        "person",
        &[("name", "丙某"), ("post", "科员")],
    );
    let entries = bundle(&a, &b);
    import(&mut b, &entries).expect("accepted");
    (a, b)
}

#[test]
fn what_one_writes_the_other_sees_and_again_is_nothing_new() {
    let desk = Desk::new();
    let (a, mut b) = pair(&desk);
    assert_eq!(shown(&b, id(1), "name").as_deref(), Some("丙某"));
    assert_eq!(a.digest().expect("hashed"), b.digest().expect("hashed"));
    assert_eq!(b.search("丙", 9).expect("searched").len(), 1);
    let again = import(&mut b, &all(&a)).expect("accepted");
    assert_eq!(
        (again.new_entries, again.known_entries, again.late_payloads),
        (0, 1, 0)
    );
    let known = b.known_records(&again).expect("looked up");
    assert_eq!(titles(&known), ["人员 丙某"]);
    assert!(again.new.is_empty() && again.changed.is_empty() && again.conflicting.is_empty());
}

#[test]
fn nobody_makes_a_record_into_something_else() {
    let desk = Desk::new();
    let (_, mut b) = pair(&desk);
    let digest = b.digest().expect("hashed");
    // A stranger who knows no more than the record's identifier.
    let mut stranger = desk.create("丁");
    put(
        &mut stranger,
        id(1),
        "observation",
        &[("name", "没有这个人")],
    );
    let told = preview(&mut b, &all(&stranger));
    assert_eq!(told.damages.len(), 1, "{told:?}");
    assert!(told.damages[0].contains("“人员”"), "{told:?}");
    let refused = import(&mut b, &all(&stranger));
    assert!(
        matches!(refused, Err(Error::BadChain { .. })),
        "{refused:?}"
    );
    assert_eq!(b.digest().expect("hashed"), digest);
    // Nor within one and the same bundle.
    let mut stranger = desk.create("戊");
    let both = [("person", "name"), ("paper", "title")];
    let mut entries = Vec::new();
    for (at, (kind, field)) in both.into_iter().enumerate() {
        let mut one = desk.create(["己", "庚"][at]);
        put(&mut one, id(9), kind, &[(field, "某")]);
        entries.extend(all(&one));
    }
    assert!(matches!(
        import(&mut stranger, &entries),
        Err(Error::BadChain { .. })
    ));
}

#[test]
fn a_preview_tells_and_changes_nothing() {
    let desk = Desk::new();
    let (mut a, mut b) = pair(&desk);
    put(&mut a, id(1), "person", &[("post", "科长")]);
    put(&mut a, id(2), "person", &[("name", "丁某")]);
    put(&mut a, id(3), "person", &[("name", "戊某")]);
    let (before, digest) = (b.stats().expect("numbers"), b.digest().expect("hashed"));
    let told = preview(&mut b, &all(&a));
    assert_eq!(
        (titles(&told.new), titles(&told.changed)),
        (
            vec!["人员 丁某".into(), "人员 戊某".into()],
            vec!["人员 丙某".into()]
        )
    );
    assert_eq!((told.new_entries, told.known_entries), (3, 1));
    assert!(told.is_acceptable() && told.conflicting.is_empty());
    assert_eq!(b.stats().expect("numbers").records, before.records);
    assert_eq!(b.digest().expect("hashed"), digest);
    let done = import(&mut b, &all(&a)).expect("accepted");
    assert_eq!(done, told);
}

#[test]
fn concurrent_edits_stay_both_until_somebody_chooses() {
    let desk = Desk::new();
    let (mut a, mut b) = pair(&desk);
    put(
        &mut a,
        id(1),
        "person",
        &[("post", "科长"), ("rank", "正科")],
    );
    put(
        &mut b,
        id(1),
        "person",
        &[("post", "处长"), ("rank", "正科")],
    );
    let (from_a, from_b) = (bundle(&a, &b), bundle(&b, &a));
    assert_eq!(titles(&preview(&mut a, &from_b).conflicting), ["人员 丙某"]);
    import(&mut a, &from_b).expect("accepted");
    import(&mut b, &from_a).expect("accepted");
    assert_eq!(a.digest().expect("hashed"), b.digest().expect("hashed"));
    // The same rank written twice is no conflict.
    assert_eq!(a.conflicts().expect("listed"), [(id(1), "post".to_owned())]);
    assert_eq!(
        a.record(&id(1))
            .expect("readable")
            .expect("there")
            .conflicts,
        ["post"]
    );
    let sides: BTreeSet<String> = a
        .history(&id(1))
        .expect("readable")
        .into_iter()
        .filter(|line| line.field == "post" && line.current)
        .map(|line| line.value.as_text().expect("text").to_owned())
        .collect();
    assert_eq!(
        sides,
        BTreeSet::from(["科长".to_owned(), "处长".to_owned()])
    );
    // Both sides can be found.
    for word in ["科长", "处长"] {
        assert_eq!(a.search(word, 9).expect("searched")[0].text, word);
    }
    // Choosing what is shown already settles it, too.
    let choice = shown(&a, id(1), "post").expect("something");
    a.write(
        &action("裁定"),
        vec![edit(id(1), "person", "post", choice.as_str())],
        NOW,
    )
    .expect("written")
    .expect("an entry");
    assert!(a.conflicts().expect("listed").is_empty());
    let entries = bundle(&a, &b);
    import(&mut b, &entries).expect("accepted");
    assert!(b.conflicts().expect("listed").is_empty());
    assert_eq!(shown(&b, id(1), "post"), Some(choice));
}

#[test]
fn a_withdrawal_never_swallows_an_edit() {
    let desk = Desk::new();
    let (mut a, mut b) = pair(&desk);
    a.retract(&action("撤回"), id(1), NOW).expect("written");
    put(&mut b, id(1), "person", &[("post", "处长")]);
    let entries = bundle(&b, &a);
    import(&mut a, &entries).expect("accepted");
    let record = a.record(&id(1)).expect("readable").expect("there");
    assert!(!record.retracted);
    assert_eq!(record.conflicts, [RETRACTED]);
    assert_eq!(a.search("处长", 9).expect("searched").len(), 1);
    // Somebody decides: it stays withdrawn.
    a.retract(&action("撤回"), id(1), NOW)
        .expect("written")
        .expect("an entry");
    assert!(
        a.record(&id(1))
            .expect("readable")
            .expect("there")
            .retracted
    );
    let entries = bundle(&a, &b);
    import(&mut b, &entries).expect("accepted");
    assert!(
        b.record(&id(1))
            .expect("readable")
            .expect("there")
            .retracted
    );
    assert_eq!(a.digest().expect("hashed"), b.digest().expect("hashed"));
}

#[test]
fn missing_entries_are_named_and_nothing_is_taken() {
    let desk = Desk::new();
    let (mut a, mut b) = pair(&desk);
    for number in 2..=6 {
        put(&mut a, id(number), "person", &[("name", "丁某")]);
    }
    let mut entries = bundle(&a, &b);
    entries.remove(3);
    entries.remove(0);
    let digest = b.digest().expect("hashed");
    let missing: Vec<_> = preview(&mut b, &entries)
        .missing
        .iter()
        .map(|m| (m.from, m.to))
        .collect();
    assert_eq!(missing, [(2, 2), (5, 5)]);
    let error = import(&mut b, &entries).expect_err("gaps");
    assert_eq!(error.code(), "DA-16");
    assert!(error.to_string().contains("的第2条，缺少设备"), "{error}");
    assert_eq!(b.digest().expect("hashed"), digest);
}

#[test]
fn the_order_of_arrival_does_not_matter() {
    let desk = Desk::new();
    let (mut a, mut b) = pair(&desk);
    for number in 2..=5 {
        put(&mut a, id(number), "person", &[("name", "丁某")]);
    }
    let mut entries = all(&a);
    entries.reverse();
    entries.extend(all(&a));
    import(&mut b, &entries).expect("accepted");
    assert_eq!(a.digest().expect("hashed"), b.digest().expect("hashed"));
}

#[test]
fn withheld_payloads_can_come_later() {
    let desk = Desk::new();
    let (mut a, mut b) = (desk.create("甲"), desk.create("乙"));
    put(&mut a, id(1), "person", &[("name", "丙某")]);
    put(&mut a, id(2), "person", &[("name", "丁某")]);
    put(&mut a, id(1), "person", &[("name", "丙谋")]);
    a.write(
        &action("一并登记"),
        vec![
            edit(id(1), "person", "post", "科员"),
            edit(id(2), "person", "post", "科员"),
        ],
        NOW,
    )
    .expect("written");
    let mut entries = Vec::new();
    let summary = a
        .entries_of(
            &BTreeSet::from([id(1)]),
            &BTreeSet::from([CompartmentId::OPEN]),
            &BTreeMap::new(),
            &mut |entry| {
                entries.push(entry);
                Ok(())
            },
        )
        .expect("given");
    assert_eq!(
        (summary.with_payload, summary.withheld, summary.straddling),
        (3, 1, 0)
    );
    // The entry about both is cut: what it says of the other is masked.
    assert_eq!(summary.masked, 1);
    let report = import(&mut b, &entries).expect("accepted");
    assert_eq!((report.new_entries, report.withheld), (4, 1));
    assert_eq!(
        (report.masked, titles(&report.new)),
        (1, vec!["人员 丙谋".to_owned()])
    );
    assert_eq!(shown(&b, id(1), "name").as_deref(), Some("丙谋"));
    assert_eq!(shown(&b, id(1), "post").as_deref(), Some("科员"));
    assert_eq!(b.record(&id(2)).expect("readable"), None);
    assert_eq!(b.count("person").expect("counted"), 1);
    assert_eq!(b.records("person").expect("listed").len(), 1);
    b.rebuild(&mut |_| true).expect("rebuilt");
    assert!(
        b.verify(ledger::verify::Depth::Every, &mut |_| true)
            .expect("checked")
            .is_sound()
    );

    let report = import(&mut b, &all(&a)).expect("accepted");
    assert_eq!((report.new_entries, report.late_payloads), (0, 1));
    assert_eq!(report.completed_payloads, 1);
    assert_eq!(titles(&report.new), ["人员 丁某"]);
    assert_eq!(a.digest().expect("hashed"), b.digest().expect("hashed"));
    assert!(
        b.verify(ledger::verify::Depth::Every, &mut |_| true)
            .expect("checked")
            .is_sound()
    );
}

#[test]
fn a_sealed_compartment_stays_out_unless_asked_for() {
    let desk = Desk::new();
    let mut a = desk.create("甲");
    let mut sealed = action("登记");
    sealed.compartment = CompartmentId(id(77).0);
    a.write(&sealed, vec![edit(id(1), "person", "name", "丙某")], NOW)
        .expect("written");
    let given = |compartments: &[CompartmentId]| {
        let mut with = 0;
        a.entries_of(
            &BTreeSet::from([id(1)]),
            &compartments.iter().copied().collect(),
            &BTreeMap::new(),
            &mut |entry| {
                with += u32::from(entry.payload.is_some());
                Ok(())
            },
        )
        .expect("given");
        with
    };
    assert_eq!(given(&[CompartmentId::OPEN]), 0);
    assert_eq!(given(&[CompartmentId::OPEN, sealed.compartment]), 1);
}

#[test]
fn a_tampered_import_is_refused() {
    let desk = Desk::new();
    let (mut a, mut b) = pair(&desk);
    put(&mut a, id(2), "person", &[("name", "丁某")]);
    put(&mut a, id(3), "person", &[("name", "戊某")]);
    let good = bundle(&a, &b);
    let digest = b.digest().expect("hashed");
    let mut forged: Vec<Vec<Entry>> = Vec::new();
    for at in 0..2 {
        let mut payload = good.clone();
        payload[at].payload.as_mut().expect("there")[20] ^= 1;
        forged.push(payload);
        let mut signature = good.clone();
        signature[at].signature[3] ^= 1;
        forged.push(signature);
    }
    for entries in forged {
        assert!(!preview(&mut b, &entries).is_acceptable());
        let error = import(&mut b, &entries).expect_err("forged");
        assert_eq!(error.code(), "DA-18", "{error}");
        assert_eq!(b.digest().expect("hashed"), digest);
    }
    import(&mut b, &good).expect("the true ones");
}

#[test]
fn two_histories_of_one_device_are_told_and_not_mixed() {
    let desk = Desk::new();
    let (mut a, mut b) = pair(&desk);
    // The folder is copied by hand and both copies go on writing.
    drop(a);
    copy(&desk.folder("甲"), &desk.folder("甲二"));
    a = desk.open("甲");
    let mut twin = desk.open("甲二");
    put(&mut a, id(2), "person", &[("name", "丁某")]);
    put(&mut twin, id(3), "person", &[("name", "戊某")]);
    let from_a = bundle(&a, &b);
    import(&mut b, &from_a).expect("accepted");
    let told = preview(&mut b, &all(&twin));
    assert_eq!(told.forks.len(), 1);
    assert_eq!((told.forks[0].device, told.forks[0].seq), (a.device(), 2));
    let error = import(&mut b, &all(&twin)).expect_err("forked");
    assert_eq!(error.code(), "DA-17");
    // Both in one bundle, too.
    let mut c = desk.create("丙");
    let mut both = all(&a);
    both.extend(all(&twin));
    assert_eq!(preview(&mut c, &both).forks.len(), 1);
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir(to).expect("made");
    for name in ["keys", "vault.db"] {
        std::fs::copy(from.join(name), to.join(name)).expect("copied");
    }
}

#[test]
fn a_clock_that_runs_ahead_is_told_and_does_not_block_anybody() {
    let desk = Desk::new();
    let (mut a, mut b) = pair(&desk);
    let late = NOW + 3_600_000;
    a.write(
        &action("记录"),
        vec![edit(id(1), "person", "post", "科长")],
        late,
    )
    .expect("written");
    let entries = bundle(&a, &b);
    let told = preview(&mut b, &entries);
    assert_eq!(
        told.ahead,
        [vault::Ahead {
            device: a.device(),
            millis: late
        }]
    );
    import(&mut b, &entries).expect("accepted all the same");
    // The other can still correct what the early bird wrote.
    put(&mut b, id(1), "person", &[("post", "处长")]);
    let entries = bundle(&b, &a);
    import(&mut a, &entries).expect("accepted");
    assert_eq!(shown(&a, id(1), "post").as_deref(), Some("处长"));
    assert!(a.conflicts().expect("listed").is_empty());
}

#[test]
fn one_s_own_history_comes_back_from_a_colleague() {
    let desk = Desk::new();
    let (mut a, mut b) = pair(&desk);
    drop(a);
    copy(&desk.folder("甲"), &desk.folder("旧"));
    a = desk.open("甲");
    put(&mut a, id(2), "person", &[("name", "丁某")]);
    let entries = bundle(&a, &b);
    import(&mut b, &entries).expect("accepted");
    let mut old = desk.open("旧");
    let device = old.device();
    import(&mut old, &all(&b)).expect("accepted");
    put(&mut old, id(3), "person", &[("name", "戊某")]);
    // Nobody can tell whether that was all of it: a new device goes on.
    assert_ne!(old.device(), device);
    assert_eq!(old.heads().expect("heads")[&device].seq, 2);
    assert_eq!(old.heads().expect("heads")[&old.device()].seq, 1);
    assert!(
        old.verify(ledger::verify::Depth::Every, &mut |_| true)
            .expect("checked")
            .is_sound()
    );
}

#[test]
fn attachments_travel_in_chunks_and_are_checked() {
    let desk = Desk::new();
    let (mut a, mut b) = pair(&desk);
    let bytes: Vec<u8> = (0..700_000_u32).map(|i| (i % 253) as u8).collect();
    let info = a.put_attachment(&mut &bytes[..], "原件.pdf").expect("kept");
    let hash: [u8; 32] = (0..32)
        .map(|i| u8::from_str_radix(&info.sha256[2 * i..2 * i + 2], 16).expect("hex"))
        .collect::<Vec<_>>()
        .try_into()
        .expect("32");
    let push = |vault: &mut Vault, bytes: &[u8]| -> Result<Preview, Error> {
        let mut staging = vault.stage()?;
        for (no, chunk) in bytes.chunks(65_536).enumerate() {
            staging.push_attachment_chunk(hash, no as u64 * 65_536, chunk)?;
        }
        staging.commit(NOW)
    };
    let mut wrong = bytes.clone();
    wrong[500_000] ^= 1;
    assert_eq!(push(&mut b, &wrong).expect_err("changed").code(), "DA-19");
    assert_eq!(
        push(&mut b, &bytes[..600_000]).expect_err("cut").code(),
        "DA-19"
    );
    assert!(b.attachments().expect("listed").is_empty());
    let mut staging = b.stage().expect("begun");
    staging
        .push_attachment_chunk(hash, 0, &bytes[..10])
        .expect("taken");
    assert_eq!(
        staging
            .push_attachment_chunk(hash, 20, &bytes[20..30])
            .expect_err("a gap")
            .code(),
        "DA-19"
    );
    drop(staging);

    assert_eq!(push(&mut b, &bytes).expect("accepted").new_attachments, 1);
    assert_eq!(b.attachment_bytes(&info.sha256).expect("read"), bytes);
    assert_eq!(push(&mut b, &bytes).expect("accepted").new_attachments, 0);
    assert_eq!(b.attachments().expect("listed").len(), 1);
}
