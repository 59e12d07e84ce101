//! Lawful erasure: what goes, what stays, and that it is the same everywhere.

use std::collections::{BTreeMap, BTreeSet};

use ledger::verify::Depth;
use ledger::{CompartmentId, EntityId, Entry, EntryHash, Value};
use proptest::prelude::*;
use vault::{Absence, Error, JournalFilter, Reversal, Unlocking, Vault, VerifyReport};

use crate::back_door;
use crate::desk::{Desk, NOW, PASSPHRASE, action, edit, id, put, shown};
use crate::merging::{all, bundle, import};

fn erase(vault: &mut Vault, records: &[EntityId]) -> EntryHash {
    let fields = [("reason", "保存期满"), ("basis", "示例依据")];
    let fields = fields.map(|(field, value)| (field.to_owned(), Value::from(value)));
    vault
        .erase(
            &action("依规删除"),
            &records.iter().copied().collect(),
            fields.into(),
            NOW + 9,
        )
        .expect("erased")
}

fn check(vault: &Vault) -> VerifyReport {
    let report = vault.verify(Depth::Every, &mut |_| true).expect("checked");
    assert!(report.is_sound(), "{:?}", report.damages);
    report
}

/// Two people, and one action about both.
fn filled(vault: &mut Vault) -> [EntryHash; 4] {
    let one = put(
        vault,
        id(1),
        "person",
        &[("name", "甲某"), ("post", "科长")],
    );
    let two = put(vault, id(2), "person", &[("name", "乙某")]);
    let both = vec![
        edit(id(1), "person", "remark", "同学"),
        edit(id(2), "person", "remark", "同学"),
    ];
    let both = vault.write(&action("登记"), both, NOW).expect("written");
    let changed = put(vault, id(1), "person", &[("post", "处长")]);
    [one, two, both.expect("changed"), changed]
}

#[test]
fn what_is_about_the_record_alone_goes_and_the_chain_still_verifies() {
    let desk = Desk::new();
    let mut vault = desk.create("甲");
    let [one, two, both, changed] = filled(&mut vault);
    let extent = vault
        .erasure_extent(&BTreeSet::from([id(1)]))
        .expect("looked at");
    assert_eq!(extent.entries, [one, changed]);
    assert_eq!(extent.straddling.len(), 1);
    assert_eq!(extent.straddling[0].entry, both);
    assert_eq!(extent.straddling[0].others, [id(2)]);
    let hash = erase(&mut vault, &[id(1)]);

    assert_eq!(vault.record(&id(1)).expect("asked"), None);
    assert!(vault.history(&id(1)).expect("asked").is_empty());
    assert!(vault.search_names("甲某", 9).expect("searched").is_empty());
    assert!(vault.search("处长", 9).expect("searched").is_empty());
    assert_eq!(shown(&vault, id(2), "remark").as_deref(), Some("同学"));
    for entry in [one, changed] {
        assert_eq!(vault.changes_of(&entry).expect("asked"), None);
        let why = vault.absence(&entry).expect("asked");
        assert_eq!(why, Some(Absence::Erased));
    }
    for entry in [two, both] {
        assert!(vault.changes_of(&entry).expect("asked").is_some());
    }
    let report = check(&vault);
    assert_eq!((report.entries, report.erased, report.withheld), (5, 2, 0));

    let info = vault.erasure_of(&id(1)).expect("asked").expect("erased");
    assert_eq!((info.entry, info.entries), (hash, 2));
    assert_eq!(info.fields[0], ("reason".to_owned(), "保存期满".into()));
    assert_eq!(vault.erasures().expect("listed"), [info]);
    let lines = vault.journal(&JournalFilter::default(), None, 9);
    let lines = lines.expect("listed");
    assert_eq!(lines[0].action, "依规删除");
    assert!(
        lines
            .iter()
            .all(|line| line.record != Some(id(1)) || line.entry == both)
    );

    // Rebuilt, closed and opened, it is the same.
    let digest = vault.digest().expect("hashed");
    vault.rebuild(&mut |_| true).expect("rebuilt");
    assert_eq!(vault.digest().expect("hashed"), digest);
    drop(vault);
    let mut vault = desk.open("甲");
    assert_eq!(vault.digest().expect("hashed"), digest);
    check(&vault);

    // When the other goes too, nothing keeps what was about both.
    erase(&mut vault, &[id(2)]);
    assert_eq!(vault.changes_of(&both).expect("asked"), None);
    assert_eq!(check(&vault).erased, 4);
}

#[test]
fn nothing_takes_an_erasure_back() {
    let desk = Desk::new();
    let mut vault = desk.create("甲");
    let [one, _, both, _] = filled(&mut vault);
    erase(&mut vault, &[id(1)]);
    let again = vault.write(
        &action("记录"),
        vec![edit(id(1), "person", "name", "甲某")],
        NOW,
    );
    assert!(matches!(again, Err(Error::Erased)), "{again:?}");
    let twice = vault.erase(
        &action("依规删除"),
        &BTreeSet::from([id(1)]),
        Vec::new(),
        NOW,
    );
    assert!(matches!(twice, Err(Error::NoSuchRecord)), "{twice:?}");
    for entry in [one, both] {
        let reversal = vault.reversal(&entry, &|_, _| Value::Null);
        let reversal = reversal.expect("asked");
        assert!(!matches!(reversal, Reversal::Possible(_)), "{reversal:?}");
    }
    assert!(vault.restore(&action("恢复"), id(1), NOW).is_err());
    assert_eq!(vault.stats().expect("numbers").entries, 5);
    check(&vault);
}

#[test]
fn a_payload_that_is_missing_without_an_erasure_is_a_damage() {
    let desk = Desk::new();
    let mut vault = desk.create("甲");
    filled(&mut vault);
    erase(&mut vault, &[id(1)]);
    drop(vault);
    back_door::open(&desk, "甲")
        .execute("DELETE FROM payload WHERE entry = 2", [])
        .expect("taken out");
    let vault = desk.open("甲");
    let report = vault.verify(Depth::Every, &mut |_| true).expect("checked");
    let missing: Vec<&str> = report
        .damages
        .iter()
        .map(|damage| damage.what.as_str())
        .filter(|what| what.contains("没有依规删除的登记"))
        .collect();
    assert_eq!(missing.len(), 1, "{:?}", report.damages);
    assert!(missing[0].contains("第 2 号"), "{missing:?}");
    assert_eq!(report.erased, 2, "those stay lawful");
    drop(vault);
    // An erasure that no entry orders is no reason either.
    back_door::open(&desk, "甲")
        .execute("INSERT INTO absence VALUES (2, 'erased', 1)", [])
        .expect("claimed");
    let report = desk.open("甲").verify(Depth::Every, &mut |_| true);
    let damages = report.expect("checked").damages;
    assert!(
        damages
            .iter()
            .any(|damage| damage.what.contains("没有依规删除的登记")),
        "{damages:?}"
    );
}

#[test]
fn an_erasure_that_comes_in_erases_here_too_and_an_older_bundle_brings_nothing_back() {
    let desk = Desk::new();
    let (mut ours, mut theirs) = (desk.create("我"), desk.create("他"));
    filled(&mut ours);
    let older = all(&ours);
    import(&mut theirs, &older).expect("accepted");
    // Written without knowing of the erasure.
    put(&mut theirs, id(1), "person", &[("duties", "分管示例")]);
    put(&mut theirs, id(1), "person", &[("post", "局长")]);
    erase(&mut ours, &[id(1)]);

    let newer = bundle(&ours, &theirs);
    let mut staging = theirs.stage().expect("begun");
    for entry in &newer {
        staging.push(entry).expect("put aside");
    }
    let preview = staging.preview(NOW).expect("looked at");
    let told: Vec<&str> = preview.erased.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(told, ["甲某"], "before it is accepted");
    assert!(shown(&theirs, id(1), "name").is_some(), "only looked at");
    import(&mut theirs, &newer).expect("accepted");
    assert!(theirs.wipe_if_due().expect("written anew"));
    assert_eq!(theirs.record(&id(1)).expect("asked"), None);
    // What nobody had listed is gone by the same rule.
    assert_eq!(check(&theirs).erased, 4);

    let report = import(&mut theirs, &older).expect("accepted");
    assert_eq!((report.kept_out, report.late_payloads), (2, 0));
    assert!(theirs.is_swept().expect("asked"), "it never came near");
    let late = bundle(&theirs, &ours);
    import(&mut ours, &late).expect("accepted");
    for vault in [&ours, &theirs] {
        assert_eq!(vault.record(&id(1)).expect("asked"), None);
        check(vault);
    }
    assert_eq!(
        ours.digest().expect("hashed"),
        theirs.digest().expect("hashed")
    );
    for entry in all(&ours).iter().chain(&all(&theirs)) {
        let payload = entry.open_payload().expect("sound");
        let about = payload.into_iter().flat_map(|it| it.changes);
        let about: BTreeSet<EntityId> = about.map(|change| change.entity).collect();
        assert_ne!(about, BTreeSet::from([id(1)]), "never travels again");
    }
}

#[test]
fn a_third_archive_knows_the_reason_and_a_part_of_the_whole_takes_the_erasure_along() {
    let desk = Desk::new();
    let mut ours = desk.create("我");
    filled(&mut ours);
    let hash = erase(&mut ours, &[id(1)]);
    let mut third = desk.create("丙");
    import(&mut third, &all(&ours)).expect("accepted");
    let report = check(&third);
    assert_eq!((report.erased, report.withheld), (2, 0));

    let (scope, open) = (
        BTreeSet::from([id(2)]),
        BTreeSet::from([CompartmentId::OPEN]),
    );
    let mut given: Vec<Entry> = Vec::new();
    ours.entries_of(&scope, &open, &BTreeMap::new(), &mut |entry| {
        given.push(entry);
        Ok(())
    })
    .expect("given");
    let with_words = given.iter().filter(|entry| entry.payload.is_some());
    let with_words: Vec<EntryHash> = with_words.map(|entry| entry.hash).collect();
    assert!(with_words.contains(&hash));
    assert_eq!(
        with_words.len(),
        3,
        "the person's own entry, what is left of the one about both, and the erasure"
    );
    let changes = given.iter().flat_map(|entry| {
        let payload = entry.open_payload().expect("vouched for");
        payload.into_iter().flat_map(|payload| payload.changes)
    });
    let mut of_erased = changes.filter(|change| change.entity == id(1));
    assert!(of_erased.all(|change| change.value.is_masked()));
}

#[test]
fn salvage_backup_and_restore_keep_it() {
    let desk = Desk::new();
    let mut vault = desk.create("甲");
    filled(&mut vault);
    let older = vault.backup(NOW).expect("backed up");
    erase(&mut vault, &[id(1)]);
    let newer = vault.backup(NOW + 5_000).expect("backed up");
    let since = all(&vault);
    let digest = vault.digest().expect("hashed");
    drop(vault);
    Vault::restore_backup(&newer, &desk.folder("新")).expect("restored");
    let restored = desk.open("新");
    assert_eq!(restored.digest().expect("hashed"), digest);
    assert_eq!(check(&restored).erased, 2);

    // The older one still has the words, until the erasure comes in again.
    Vault::restore_backup(&older, &desk.folder("旧")).expect("restored");
    let mut old = desk.open("旧");
    assert!(shown(&old, id(1), "name").is_some());
    import(&mut old, &since).expect("accepted");
    old.wipe_if_due().expect("written anew");
    assert_eq!(old.digest().expect("hashed"), digest);
    check(&old);

    let target = desk.folder("救");
    Vault::salvage(
        &desk.folder("甲"),
        Unlocking::Passphrase(PASSPHRASE),
        &target,
        &mut |_| true,
    )
    .expect("salvaged");
    let saved = desk.open("救");
    assert_eq!(saved.record(&id(1)).expect("asked"), None);
    assert_eq!(check(&saved).erased, 2);
}

#[test]
fn backups_from_before_can_be_given_up() {
    let desk = Desk::new();
    let mut vault = desk.create("甲");
    filled(&mut vault);
    for at in [0, 90_000, 180_000] {
        vault.backup(NOW + at).expect("backed up");
    }
    erase(&mut vault, &[id(1)]);
    assert_eq!(vault.give_up_older_backups(NOW + 270_000).expect("done"), 3);
    let left = vault.backups().expect("listed");
    assert_eq!(left.len(), 1);
    Vault::restore_backup(&left[0].folder, &desk.folder("新")).expect("restored");
    assert_eq!(desk.open("新").record(&id(1)).expect("asked"), None);
}

#[test]
fn attachments_go_when_nothing_else_names_them() {
    let desk = Desk::new();
    let mut vault = desk.create("甲");
    filled(&mut vault);
    let mut keep = |name: &str| {
        let info = vault.put_attachment(&mut name.as_bytes(), name);
        info.expect("kept")
    };
    let (alone, shared) = (keep("一.pdf"), keep("二.pdf"));
    let named = |info: &vault::AttachmentInfo| {
        let fields = [
            ("sha256", info.sha256.as_str()),
            ("file_name", info.file_name.as_str()),
        ];
        Value::Map(fields.map(|(name, it)| (name.to_owned(), it.into())).into())
    };
    for (record, info) in [(id(1), &alone), (id(1), &shared), (id(2), &shared)] {
        let edits = vec![edit(record, "person", "duties", named(info))];
        vault.write(&action("附件"), edits, NOW).expect("written");
    }
    let older = all(&vault);
    erase(&mut vault, &[id(1)]);
    let left = vault.attachments().expect("listed");
    assert_eq!(left, [shared]);

    // Nor does it come back with the bundle that brought it.
    let hash = ledger::hex::decode(&alone.sha256).expect("a hash");
    let hash: [u8; 32] = hash.try_into().expect("32 bytes");
    let mut staging = vault.stage().expect("begun");
    for entry in &older {
        staging.push(entry).expect("put aside");
    }
    staging
        .push_attachment_chunk(hash, 0, "一.pdf".as_bytes())
        .expect("put aside");
    staging.commit(NOW).expect("accepted");
    assert!(vault.wipe_if_due().expect("written anew"));
    assert_eq!(vault.attachments().expect("listed"), left);
    check(&vault);
}

/// One step of a random life of three archives.
#[derive(Debug, Clone)]
enum Step {
    Write {
        desk: usize,
        records: Vec<u8>,
        value: u8,
    },
    Erase {
        desk: usize,
        record: u8,
    },
    Pass {
        from: usize,
        to: usize,
    },
}

fn any_step() -> impl Strategy<Value = Step> {
    let desk = 0..3_usize;
    prop_oneof![
        5 => (desk.clone(), prop::collection::vec(1..5_u8, 1..3), 0..9_u8)
            .prop_map(|(desk, records, value)| Step::Write { desk, records, value }),
        1 => (desk.clone(), 1..5_u8).prop_map(|(desk, record)| Step::Erase { desk, record }),
        2 => (desk.clone(), desk).prop_map(|(from, to)| Step::Pass { from, to }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// Whatever is written, erased and passed on, and in whatever order it comes
    /// in: every archive verifies, all end up the same, and nobody holds a
    /// payload that is about erased records only.
    #[test]
    fn erasures_in_any_order_give_the_same_state(
        steps in prop::collection::vec(any_step(), 1..18),
        turns in prop::collection::vec(any::<prop::sample::Index>(), 6),
    ) {
        let desk = Desk::new();
        let mut vaults = ["甲", "乙", "丙"].map(|name| desk.create(name));
        let mut passed: Vec<Vec<Entry>> = Vec::new();
        for step in steps {
            match step {
                Step::Write { desk, records, value } => {
                    let edits = records
                        .iter()
                        .map(|it| edit(id(*it), "person", "post", format!("职务{value}")))
                        .collect();
                    match vaults[desk].write(&action("记录"), edits, NOW) {
                        Ok(_) | Err(Error::Erased) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
                Step::Erase { desk, record } => {
                    if vaults[desk].record(&id(record)).expect("asked").is_some() {
                        erase(&mut vaults[desk], &[id(record)]);
                    }
                }
                Step::Pass { from, to } => {
                    let entries = all(&vaults[from]);
                    import(&mut vaults[to], &entries).expect("accepted");
                    passed.push(entries);
                }
            }
        }
        for turn in &turns {
            let (from, to) = (turn.index(3), turn.index(7) % 3);
            let entries = all(&vaults[from]);
            import(&mut vaults[to], &entries).expect("accepted");
        }
        for (from, to) in [(0, 1), (1, 2), (2, 0), (0, 1), (1, 2)] {
            let entries = all(&vaults[from]);
            import(&mut vaults[to], &entries).expect("accepted");
        }
        // Everything that ever travelled, once more: nothing comes back.
        for entries in &passed {
            import(&mut vaults[0], entries).expect("accepted");
        }
        let digest = vaults[0].digest().expect("hashed");
        for vault in &mut vaults {
            vault.wipe_if_due().expect("written anew");
            check(vault);
            prop_assert_eq!(&vault.digest().expect("hashed"), &digest);
            for entry in all(vault) {
                if entry.header.action == ledger::erasure::ERASE {
                    continue;
                }
                let Some(payload) = entry.open_payload().expect("sound") else { continue };
                let stands = payload
                    .changes
                    .iter()
                    .any(|change| !vault.is_erased(&change.entity).expect("asked"));
                prop_assert!(stands);
            }
        }
    }
}
