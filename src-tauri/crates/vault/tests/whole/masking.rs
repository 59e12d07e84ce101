//! Entries that came masked in part (遮盖): what is not known is left out and
//! said, nobody writes over it, and what comes later completes it.

use std::collections::BTreeSet;

use ledger::masking::{self, Part};
use ledger::verify::Depth;
use ledger::{
    ChainWriter, Change, CompartmentId, DeviceKey, Entry, Header, Payload, Position, Value,
};
use proptest::prelude::*;
use vault::{Error, KdfParams, NewCompartment, Unlocking, Vault};

use crate::desk::{Desk, NOW, PASSPHRASE, action, edit, id, put, shown};
use crate::merging::{all, import};

/// The entry as it leaves with the values of these fields masked.
pub(crate) fn cut(entry: &Entry, hidden: &[&str]) -> Entry {
    let bytes = entry.payload.as_deref().expect("here");
    let cut = masking::mask(bytes, |part| match part {
        Part::Note(_) => !hidden.contains(&"note"),
        Part::Value { field, .. } => !hidden.contains(&field),
    });
    Entry {
        payload: cut.expect("a payload"),
        ..entry.clone()
    }
}

fn cut_all(entries: &[Entry], hidden: &[&str]) -> Vec<Entry> {
    entries.iter().map(|entry| cut(entry, hidden)).collect()
}

fn masked(vault: &Vault, number: u8) -> Vec<String> {
    vault
        .record(&id(number))
        .expect("readable")
        .expect("here")
        .masked
}

fn sound(vault: &Vault) {
    let report = vault.verify(Depth::Every, &mut |_| true).expect("checked");
    assert!(report.is_sound(), "{:?}", report.damages);
}

fn digest(vault: &Vault) -> String {
    vault.digest().expect("hashed")
}

/// A source that noted a person, and what it has to give.
fn source(desk: &Desk) -> (Vault, Vec<Entry>) {
    let mut source = desk.create("来源");
    put(
        &mut source,
        id(1),
        "person",
        &[
            ("name", "丙某"),
            ("post", "科员"),
            ("remark", "只在本处知悉"),
        ],
    );
    put(&mut source, id(1), "person", &[("post", "科长")]);
    let entries = all(&source);
    (source, entries)
}

#[test]
fn what_is_masked_is_left_out_and_said_and_the_rest_is_shown() {
    let desk = Desk::new();
    let (source, entries) = source(&desk);
    let mut vault = desk.create("收件");
    let report = import(&mut vault, &cut_all(&entries, &["name", "remark"])).expect("accepted");
    assert_eq!((report.new_entries, report.masked), (2, 1));
    assert_eq!(report.new[0].title, "（已遮盖）");
    let record = vault.record(&id(1)).expect("readable").expect("here");
    assert_eq!(record.masked, ["name", "remark"]);
    assert_eq!(
        record.fields.into_iter().collect::<Vec<_>>(),
        [("post".to_owned(), Value::from("科长"))]
    );
    assert!(record.conflicts.is_empty());
    assert!(vault.search("知悉", 9).expect("searched").is_empty());
    let history = vault.history(&id(1)).expect("read");
    assert_eq!(history.len(), 4);
    assert!(history.iter().any(|line| line.value.is_masked()));
    sound(&vault);
    let before = digest(&vault);
    vault.rebuild(&mut |_| true).expect("rebuilt");
    assert_eq!(digest(&vault), before);
    // It is passed on as it came, and a second time nothing is new.
    assert_eq!(all(&vault), cut_all(&entries, &["name", "remark"]));
    let again = import(&mut vault, &cut_all(&entries, &["name", "remark"])).expect("accepted");
    assert_eq!(
        (
            again.new_entries,
            again.known_entries,
            again.completed_payloads
        ),
        (0, 2, 0)
    );
    // Less than is known changes nothing either.
    let all_of_it = ["name", "remark", "post", "note"];
    let less = import(&mut vault, &cut_all(&entries, &all_of_it)).expect("accepted");
    assert_eq!((less.completed_payloads, less.known_entries), (0, 2));
    assert_eq!(digest(&vault), before);

    // What comes later completes it, and then it is as at the source.
    let more = import(&mut vault, &cut_all(&entries, &["remark"])).expect("accepted");
    assert_eq!((more.new_entries, more.completed_payloads), (0, 1));
    assert_eq!(more.changed.len(), 1);
    assert_eq!(shown(&vault, id(1), "name").as_deref(), Some("丙某"));
    assert_eq!(masked(&vault, 1), ["remark"]);
    sound(&vault);
    let whole = import(&mut vault, &entries).expect("accepted");
    assert_eq!(whole.completed_payloads, 1);
    assert_eq!(digest(&vault), digest(&source));
    assert_eq!(all(&vault), entries);
    assert_eq!(vault.search("知悉", 9).expect("searched").len(), 1);
    import(&mut vault, &cut_all(&entries, &all_of_it)).expect("accepted");
    assert_eq!(digest(&vault), digest(&source));
    sound(&vault);
}

#[test]
fn nobody_writes_over_what_he_has_not_seen() {
    let desk = Desk::new();
    let (mut source, entries) = source(&desk);
    let mut vault = desk.create("收件");
    import(&mut vault, &cut_all(&entries, &["name"])).expect("accepted");
    let before = digest(&vault);
    let name = || vec![edit(id(1), "person", "name", "丁某")];
    let refused = vault.write(&action("更正"), name(), NOW);
    assert!(matches!(refused, Err(Error::Masked)), "{refused:?}");
    assert_eq!(Error::Masked.code(), "DA-33");
    let refused = vault.retract(&action("撤回"), id(1), NOW);
    assert!(matches!(refused, Err(Error::Masked)), "{refused:?}");
    let post = || vec![edit(id(1), "person", "post", "处长")];
    let refused = vault.write_whole(&action("签发"), post(), NOW);
    assert!(matches!(refused, Err(Error::Masked)), "{refused:?}");
    let masked = Value::Masked([7; 32]);
    let refused = vault.write(
        &action("更正"),
        vec![edit(id(2), "person", "name", masked)],
        NOW,
    );
    assert!(matches!(refused, Err(Error::Masked)), "{refused:?}");
    assert_eq!(digest(&vault), before);

    // The other fields are free, and at home nothing is lost by it.
    vault
        .write(&action("更正"), post(), NOW)
        .expect("written")
        .expect("a change");
    import(&mut source, &all(&vault)).expect("accepted");
    assert_eq!(shown(&source, id(1), "name").as_deref(), Some("丙某"));
    assert_eq!(shown(&source, id(1), "post").as_deref(), Some("处长"));
    assert!(source.conflicts().expect("listed").is_empty());
    import(&mut vault, &entries).expect("accepted");
    vault
        .write(&action("更正"), name(), NOW)
        .expect("known by now");
    vault.retract(&action("撤回"), id(1), NOW).expect("known");
    sound(&vault);
}

#[test]
fn a_masked_version_beside_another_is_no_conflict_until_it_is_known() {
    let desk = Desk::new();
    let (mut one, entries) = source(&desk);
    let mut other = desk.create("另一处");
    import(&mut other, &entries).expect("accepted");
    put(&mut one, id(1), "person", &[("post", "处长")]);
    put(&mut other, id(1), "person", &[("post", "局长")]);
    let (ours, theirs) = (all(&one), all(&other));
    let mut vault = desk.create("收件");
    import(&mut vault, &ours).expect("accepted");
    let mixed: Vec<Entry> = theirs
        .iter()
        .map(|entry| {
            let is_shared = ours.iter().any(|it| it.hash == entry.hash);
            cut(entry, if is_shared { &[] } else { &["post"] })
        })
        .collect();
    import(&mut vault, &mixed).expect("accepted");
    assert!(vault.conflicts().expect("listed").is_empty());
    assert!(vault.disputes(&id(1)).expect("asked").is_empty());
    assert_eq!(masked(&vault, 1), ["post"]);
    // Whichever is shown, nobody can settle what he has not seen.
    let post = vec![edit(id(1), "person", "post", "厅长")];
    let refused = vault.write(&action("更正"), post, NOW);
    assert!(matches!(refused, Err(Error::Masked)), "{refused:?}");
    sound(&vault);

    import(&mut vault, &theirs).expect("accepted");
    assert_eq!(
        vault.conflicts().expect("listed"),
        [(id(1), "post".to_owned())]
    );
    assert_eq!(masked(&vault, 1), Vec::<String>::new());
    import(&mut one, &theirs).expect("accepted");
    assert_eq!(digest(&vault), digest(&one));
    sound(&vault);
}

#[test]
fn a_masked_version_is_replaced_like_any_other() {
    let desk = Desk::new();
    let (_, entries) = source(&desk);
    let mut vault = desk.create("收件");
    // The first post is masked, the one that replaced it is not.
    let mixed = [cut(&entries[0], &["post"]), entries[1].clone()];
    import(&mut vault, &mixed).expect("accepted");
    assert_eq!(shown(&vault, id(1), "post").as_deref(), Some("科长"));
    assert_eq!(masked(&vault, 1), Vec::<String>::new());
    put(&mut vault, id(1), "person", &[("post", "处长")]);
    let first = vault.value_given(&id(1), "post", &entries[0].hash);
    assert!(first.expect("asked").expect("a version").is_masked());
    sound(&vault);
}

#[test]
fn a_salvage_and_a_backup_keep_what_is_known() {
    let desk = Desk::new();
    let (source, entries) = source(&desk);
    let mut vault = desk.create("示例");
    import(&mut vault, &cut_all(&entries, &["name", "remark"])).expect("accepted");
    import(&mut vault, &cut_all(&entries, &["remark", "post"])).expect("accepted");
    assert_eq!(masked(&vault, 1), ["remark"]);
    let before = digest(&vault);
    vault.backup(NOW).expect("made");
    drop(vault);
    let salvage = |to: &str| {
        let report = Vault::salvage(
            &desk.folder("示例"),
            Unlocking::Passphrase(PASSPHRASE),
            &desk.folder(to),
            &mut |_| true,
        );
        assert!(report.expect("saved").is_whole());
        let saved = desk.open(to);
        sound(&saved);
        digest(&saved)
    };
    assert_eq!(salvage("抢救一"), before);
    let mut vault = desk.open("示例");
    sound(&vault);
    import(&mut vault, &entries).expect("accepted");
    drop(vault);
    assert_eq!(salvage("抢救二"), digest(&source));
}

#[test]
fn what_is_sealed_is_completed_while_it_is_open() {
    let desk = Desk::new();
    let mut source = desk.create("来源");
    put(
        &mut source,
        id(3),
        "finding",
        &[("title", "示例问题"), ("facts", "不便外传的事实")],
    );
    let entries = all(&source);
    let mut vault = desk.create("收件");
    import(&mut vault, &cut_all(&entries, &["facts"])).expect("accepted");
    let new = NewCompartment {
        label: "一号事项",
        passphrase: "第二口令 四五六",
        kdf: KdfParams::fast_for_tests(),
        now_millis: NOW,
    };
    let sealed = vault.seal(&BTreeSet::from([id(3)]), &new);
    let compartment = sealed.expect("sealed").0;
    let open = |vault: &mut Vault| {
        let opened = vault.open_compartment(&compartment, "第二口令 四五六");
        assert_eq!(opened.expect("right").damaged, 0);
    };
    // While it is closed nothing of it can be completed, and that is said.
    let report = import(&mut vault, &entries).expect("accepted");
    assert_eq!((report.completed_payloads, report.left_sealed), (0, 1));
    open(&mut vault);
    assert_eq!(masked(&vault, 3), ["facts"]);
    let report = import(&mut vault, &entries).expect("accepted");
    assert_eq!(report.completed_payloads, 1);
    assert_eq!(digest(&vault), digest(&source));
    sound(&vault);
    vault.close_compartments().expect("closed");
    assert!(vault.record(&id(3)).expect("readable").is_none());
    let report = import(&mut vault, &entries).expect("accepted");
    assert_eq!(report.left_sealed, 0, "nothing more to be known");
    sound(&vault);
    open(&mut vault);
    assert_eq!(
        shown(&vault, id(3), "facts").as_deref(),
        Some("不便外传的事实")
    );
    assert_eq!(digest(&vault), digest(&source));
    sound(&vault);
}

#[test]
fn an_erasure_takes_a_masked_payload_like_any_other() {
    let desk = Desk::new();
    let (_, entries) = source(&desk);
    let mut vault = desk.create("收件");
    import(&mut vault, &cut_all(&entries, &["name"])).expect("accepted");
    let records = BTreeSet::from([id(1)]);
    let reason = vec![("reason".to_owned(), "示例事由".into())];
    vault
        .erase(&action("依规删除"), &records, reason, NOW)
        .expect("erased");
    assert!(vault.record(&id(1)).expect("readable").is_none());
    let report = import(&mut vault, &entries).expect("accepted");
    assert_eq!((report.kept_out, report.completed_payloads), (2, 0));
    assert!(vault.record(&id(1)).expect("readable").is_none());
    sound(&vault);
}

#[test]
fn a_record_of_which_nothing_is_shown_keeps_its_kind() {
    let desk = Desk::new();
    let (_, entries) = source(&desk);
    let mut other = desk.create("另一处");
    put(&mut other, id(1), "unit", &[("name", "示例单位")]);
    let theirs = all(&other);
    let mut vault = desk.create("收件");
    let everything = ["name", "post", "remark"];
    import(&mut vault, &cut_all(&entries, &everything)).expect("accepted");
    assert!(vault.record(&id(1)).expect("readable").is_none());
    let before = digest(&vault);
    let refused = import(&mut vault, &theirs).expect_err("it is a person");
    let Error::BadChain { what } = &refused else {
        panic!("{refused:?}");
    };
    assert!(what.contains("当作别的种类"), "{what}");
    assert_eq!(digest(&vault), before);
    // The other way round as well.
    import(&mut other, &cut_all(&entries, &everything)).expect_err("it is a unit");
    sound(&vault);
    import(&mut vault, &entries).expect("the kind it has");
    assert_eq!(shown(&vault, id(1), "name").as_deref(), Some("丙某"));
    sound(&vault);
}

/// An entry whose payload is larger than any may be, in two forms that are not.
fn oversized() -> [Entry; 2] {
    const LONG: u32 = 11 * 1024 * 1024;
    let key = DeviceKey::generate([3; 32]);
    let change = |field: &str, value: &str| Change {
        entity: id(1),
        // Nothing of it is searched, which would take long.
        kind: "hologram".into(),
        field: field.into(),
        value: value.into(),
        bases: Vec::new(),
    };
    let small = Payload {
        salt: Some([9; 16]),
        note: None,
        changes: vec![change("name", "AAAA"), change("remark", "BBBB")],
    };
    let mut writer = ChainWriter::new(key, Position::START);
    let entry = writer
        .append("edit", id(9), CompartmentId::OPEN, &small, NOW)
        .expect("valid");
    let mut bytes = entry.payload.clone().expect("whole");
    for letter in [b'A', b'B'] {
        let short = [0x64, letter, letter, letter, letter];
        let at = bytes.windows(5).position(|it| it == short).expect("there");
        let mut long = vec![0x7a];
        long.extend(LONG.to_be_bytes());
        long.resize(5 + LONG as usize, letter);
        bytes.splice(at..at + 5, long);
    }
    let header = Header {
        payload_hash: Payload::hash(&bytes).expect("a payload"),
        ..entry.header.clone()
    };
    let header_bytes = header.encode().expect("valid");
    let hash = Header::hash(&header_bytes);
    let signature = writer
        .key()
        .sign(b"ducha/ledger/1/entry-signature\0", &hash.0);
    let entry = Entry::from_parts(header_bytes, signature, Some(bytes)).expect("valid");
    assert!(entry.is_signed());
    [cut(&entry, &["name"]), cut(&entry, &["remark"])]
}

#[test]
fn forms_that_say_too_much_together_are_told_as_a_damage_of_their_entry() {
    let desk = Desk::new();
    let forms = oversized();
    let told = |refused: Result<vault::Preview, Error>| match refused {
        Err(Error::BadChain { what }) => {
            assert!(what.contains("第 1 号条目的内容无法采用"), "{what}");
        }
        other => panic!("{other:?}"),
    };
    // In one import, and one after the other.
    let mut vault = desk.create("一同");
    told(import(&mut vault, &forms));
    assert!(vault.record(&id(1)).expect("readable").is_none());
    import(&mut vault, &forms[..1]).expect("by itself it can be read");
    told(import(&mut vault, &forms[1..]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever forms of whatever entries come in, together or one after the
    /// other, in whatever order: the archive knows what they say together.
    #[test]
    fn the_order_of_arrival_does_not_matter(
        forms in prop::collection::vec(
            (any::<prop::sample::Index>(), prop::collection::vec(any::<bool>(), 4)),
            1..8,
        ),
        together in any::<bool>(),
    ) {
        let desk = Desk::new();
        let (_, entries) = source(&desk);
        let parts = ["name", "post", "remark", "note"];
        let came: Vec<Entry> = forms
            .iter()
            .map(|(at, hidden)| {
                let hidden: Vec<&str> = parts
                    .into_iter()
                    .zip(hidden)
                    .filter_map(|(part, hidden)| hidden.then_some(part))
                    .collect();
                cut(&entries[at.index(entries.len())], &hidden)
            })
            .collect();
        let headers: Vec<Entry> = entries.iter().map(Entry::withheld).collect();
        let take = |name: &str, came: &[Entry]| {
            let mut vault = desk.create(name);
            import(&mut vault, &headers).expect("accepted");
            if together {
                import(&mut vault, came).expect("accepted");
            } else {
                for entry in came {
                    import(&mut vault, std::slice::from_ref(entry)).expect("accepted");
                }
            }
            sound(&vault);
            (digest(&vault), all(&vault))
        };
        let one = take("一", &came);
        let reversed: Vec<Entry> = came.iter().rev().cloned().collect();
        prop_assert_eq!(&one, &take("二", &reversed));
        let joined: Vec<Entry> = entries
            .iter()
            .map(|entry| {
                let forms = came.iter().filter(|it| it.hash == entry.hash);
                let payload = forms.filter_map(|it| it.payload.clone()).reduce(|a, b| {
                    masking::join(&a, &b).expect("one payload")
                });
                Entry { payload, ..entry.clone() }
            })
            .collect();
        prop_assert_eq!(&one.1, &joined);
        prop_assert_eq!(&one, &take("三", &joined));
    }
}
