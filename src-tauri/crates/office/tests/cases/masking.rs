//! Exports of which something is masked (遮盖).

use crate::setup::{BUNDLE_PASSPHRASE, finding, now, person, set_up, talk};
use casework::records::{
    CitationTarget, Material, Observation, Passage, Person, Proof, Relation, Tour,
};
use ledger::Entry;
use ledger::masking::{self, Part};
use office::{JournalQuery, Mask, Office, Scope, ScopeKind};
use std::collections::BTreeMap;
use std::path::Path;

const PASS: Option<&str> = Some(BUNDLE_PASSPHRASE);
const MASKED: &str = "（已遮盖）";

fn names(office: &Office) -> Vec<String> {
    let people = office.people("").expect("listed").into_iter();
    let mut names: Vec<String> = people.map(|it| it.name).collect();
    names.sort();
    names
}

/// A person who was talked to, and somebody who only appears in his circle.
fn filled(folder: &Path) -> (Office, String, String) {
    let mut sender = set_up(folder, "发出");
    let subject = person(&mut sender, "丙某");
    let third = person(&mut sender, "丁某");
    talk(&mut sender, None, &subject, 2);
    let relation = Relation {
        from: subject.clone(),
        to: third.clone(),
        kind: "同学".into(),
        source: "示例举报人反映".into(),
        ..Relation::default()
    };
    sender
        .save_relation(None, &relation, now())
        .expect("a relation");
    let note = Observation {
        person: subject.clone(),
        what: "一同聚餐".into(),
        others: vec!["丁某".into(), "戊某".into()],
        source: "示例举报人反映".into(),
        duty_basis: "核实问题线索".into(),
        ..Observation::default()
    };
    sender.save_observation(None, &note, now()).expect("a note");
    // What was undone is named in the remark on it.
    let mut record = sender.person(&third, now()).expect("shown").person.record;
    record.post = "误填的职务".into();
    sender
        .save_person(Some(&third), &record, now())
        .expect("saved");
    sender.undo(now()).expect("undone").expect("something");
    (sender, subject, third)
}

#[test]
fn names_of_third_parties_and_sources_stay_at_home() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut sender, subject, third) = filled(folder.path());
    let scope = Scope {
        kind: ScopeKind::人员,
        id: Some(subject.clone()),
    };
    let masks = [Mask::第三人姓名, Mask::情况来源];
    let leaving = sender.leaving_masked(&scope, &masks).expect("listed");
    assert_eq!(leaving.people, ["丙某"]);
    assert_eq!(
        leaving.masks,
        [
            "第三人姓名（人员的姓名；情况记录的在场人员；证据引用的出处）",
            "情况来源（关系的来源；情况记录的来源；材料的来源、提供人）"
        ]
    );
    let file = folder.path().join("遮盖.dcx");
    let report = sender
        .export_masked(&scope, &masks, &[], PASS, &file, now())
        .expect("exported");
    assert_eq!((report.masked, report.straddling), (4, 0));
    let given = sender.exchange_view().expect("seen").given;
    assert_eq!(given[0].masks, leaving.masks);

    let mut receiver = set_up(folder.path(), "收到");
    let seen = receiver.preview_bundle(&file, PASS, now()).expect("seen");
    assert!(
        seen.warnings.iter().any(|it| it.contains("已遮盖")),
        "{:?}",
        seen.warnings
    );
    receiver
        .import_bundle(&file, PASS, now())
        .expect("accepted");
    assert_eq!(names(&receiver), ["丙某", MASKED]);
    let view = receiver.person(&subject, now()).expect("shown");
    assert_eq!(view.relations[0].other.name, MASKED);
    assert_eq!(view.observations[0].record.source, MASKED);
    assert_eq!(view.observations[0].record.others, Vec::<String>::new());
    assert!(receiver.search("丁某", 9).expect("searched").is_empty());
    let journal = receiver
        .journal(&JournalQuery::default(), None, 99)
        .expect("read");
    let journal = format!("{journal:?}");
    assert!(
        journal.contains("误填的职务") && !journal.contains("丁某"),
        "{journal}"
    );
    let history = receiver.history(&third, false, 9).expect("read");
    assert_eq!(history.title, MASKED);

    // What is known of a person is edited; what is not, is not overwritten.
    let mut record = receiver.person(&third, now()).expect("shown").person.record;
    assert_eq!(record.name, MASKED);
    record.post = "科长".into();
    receiver
        .save_person(Some(&third), &record, now())
        .expect("saved");
    let named = Person {
        name: "猜的名字".into(),
        ..record
    };
    let refused = receiver.save_person(Some(&third), &named, now());
    assert_eq!(refused.expect_err("not known here").code, "DA-33");

    // The whole of it, later: everything is there, and nothing was lost.
    let file = folder.path().join("全部.dcx");
    sender
        .export_bundle(&Scope::everything(), &[], PASS, &file, now())
        .expect("exported");
    let report = receiver
        .import_bundle(&file, PASS, now())
        .expect("accepted");
    assert!(report.words.contains("已导入"), "{}", report.words);
    assert_eq!(names(&receiver), ["丁某", "丙某"]);
    let record = receiver.person(&third, now()).expect("shown").person.record;
    assert_eq!((record.name.as_str(), &*record.post), ("丁某", "科长"));
    let view = receiver.person(&subject, now()).expect("shown");
    assert_eq!(view.observations[0].record.others, ["丁某", "戊某"]);
}

#[test]
fn nobody_withdraws_what_he_has_not_seen_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut sender = set_up(folder.path(), "发出");
    let record = Person {
        name: "己某".into(),
        birth: "1970-05".into(),
        ..Person::default()
    };
    let id = sender.save_person(None, &record, now()).expect("saved").id;
    let file = folder.path().join("全部.dcx");
    let scope = Scope::everything();
    sender
        .export_masked(&scope, &[Mask::出生年月], &[], PASS, &file, now())
        .expect("exported");
    // A masked export does not count as one of everything.
    assert!(sender.exchange_view().expect("seen").unexported > 0);
    let mut receiver = set_up(folder.path(), "收到");
    receiver
        .import_bundle(&file, PASS, now())
        .expect("accepted");
    let shown = receiver.person(&id, now()).expect("shown").person.record;
    assert_eq!((shown.name.as_str(), &*shown.birth), ("己某", ""));
    let refused = receiver.retract(&id, now()).expect_err("not seen whole");
    assert_eq!(refused.code, "DA-33");
    sender
        .export_bundle(&scope, &[], PASS, &file, now())
        .expect("exported");
    receiver
        .import_bundle(&file, PASS, now())
        .expect("accepted");
    receiver.retract(&id, now()).expect("seen by now");
}

#[test]
fn whoever_is_a_subject_elsewhere_is_a_third_party_here() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut sender, subject, third) = filled(folder.path());
    let tour = |sender: &mut Office, title: &str, person: &str| {
        let record = Tour {
            title: title.into(),
            ..Tour::default()
        };
        let id = sender.save_tour(None, &record, now()).expect("a tour").id;
        talk(sender, Some(&id), person, 1);
        finding(sender, person, Some(&id));
        id
    };
    let here = tour(&mut sender, "甲局督查", &subject);
    tour(&mut sender, "乙局督查", &third);
    let scope = Scope {
        kind: ScopeKind::巡察,
        id: Some(here),
    };
    let seen = |masks: &[Mask]| {
        let leaving = sender.leaving_masked(&scope, masks).expect("listed");
        let mut people = leaving.people;
        people.sort();
        people
    };
    assert_eq!(seen(&[]), ["丁某", "丙某"], "he is in the circle");
    assert_eq!(seen(&[Mask::第三人姓名]), ["丙某"]);
}

#[test]
fn a_citation_does_not_tell_with_whom_a_talk_was_held() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut sender, subject, third) = filled(folder.path());
    let (_, turns) = talk(&mut sender, None, &third, 2);
    let matter = finding(&mut sender, &subject, None);
    let proof = Proof::部分印证;
    sender
        .cite(&matter, CitationTarget::谈话, &turns[1], None, proof, now())
        .expect("cited");
    let scope = Scope {
        kind: ScopeKind::事项,
        id: Some(matter.clone()),
    };
    let mut receiver = set_up(folder.path(), "收到");
    let file = folder.path().join("事项.dcx");
    let mut told = |masks: &[Mask]| {
        sender
            .export_masked(&scope, masks, &[], PASS, &file, now())
            .expect("exported");
        receiver
            .import_bundle(&file, PASS, now())
            .expect("accepted");
        let view = receiver.finding(&matter, now()).expect("shown");
        format!("{view:?}")
    };
    let masked = told(&[Mask::第三人姓名]);
    assert!(
        masked.contains("第2句") && !masked.contains("丁某"),
        "{masked}"
    );
    let whole = told(&[]);
    assert!(whole.contains("与丁某谈话"), "{whole}");
}

#[test]
fn what_stands_for_a_masked_name_or_source_is_not_written_into_a_citation() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut sender, subject, third) = filled(folder.path());
    let (_, turns) = talk(&mut sender, None, &third, 2);
    let matter = finding(&mut sender, &subject, None);
    let proof = Proof::部分印证;
    sender
        .cite(&matter, CitationTarget::谈话, &turns[1], None, proof, now())
        .expect("cited");
    let scan = folder.path().join("票据.txt");
    std::fs::write(&scan, "示例票据").expect("written");
    let about = Material {
        name: "票据".into(),
        source: "示例举报人提供".into(),
        ..Material::default()
    };
    let material = sender
        .add_material(&matter, &scan, &about, now(), &mut |_| true)
        .expect("taken in")
        .expect("not stopped")
        .id;
    let scope = Scope {
        kind: ScopeKind::事项,
        id: Some(matter.clone()),
    };
    let mut receiver = set_up(folder.path(), "收到");
    let file = folder.path().join("事项.dcx");
    let masks = [Mask::第三人姓名, Mask::情况来源];
    sender
        .export_masked(&scope, &masks, &[], PASS, &file, now())
        .expect("exported");
    receiver
        .import_bundle(&file, PASS, now())
        .expect("accepted");

    // Other words of the same sentence are cited here.
    let cite = |office: &mut Office| {
        let quote = Some("第2句");
        let target = CitationTarget::谈话;
        office
            .cite(&matter, target, &turns[1], quote, proof, now())
            .expect("cited");
        let cited = office.finding(&matter, now()).expect("shown").citations;
        let mut found = cited.into_iter().filter(|it| it.record.quote == "第2句");
        found.next().expect("cited").record.place
    };
    let offered = receiver.citable(&matter, "第2句").expect("a list");
    assert_eq!(offered[0].place, "谈话第1条");
    assert_eq!(cite(&mut receiver), "谈话第1条");

    let refused = receiver
        .cite(&matter, CitationTarget::材料, &material, None, proof, now())
        .expect_err("nobody here knows where it is from");
    assert_eq!(refused.code, "DA-33");
    assert!(refused.message.contains("来源发来时已遮盖"), "{refused}");
    // At home both are known.
    assert_eq!(cite(&mut sender), "与丁某谈话第2条");
    let target = CitationTarget::材料;
    sender
        .cite(&matter, target, &material, None, proof, now())
        .expect("cited");
}

/// Every entry of an archive, with the values of these fields masked.
fn entries_without(folder: &Path, name: &str, hidden: &[(&str, &str)]) -> Vec<Entry> {
    let vault = crate::importing::vault_of(folder, name);
    let mut entries = Vec::new();
    vault
        .entries_after(&BTreeMap::new(), &mut |mut entry| {
            let whole = entry.payload.as_deref().expect("here");
            let keep = |part: Part<'_>| match part {
                Part::Note(_) => true,
                Part::Value { kind, field, .. } => !hidden.contains(&(kind, field)),
            };
            entry.payload = masking::mask(whole, keep).expect("a payload");
            entries.push(entry);
            Ok(())
        })
        .expect("given");
    entries
}

#[test]
fn what_stands_for_masked_words_is_never_quoted() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut sender, subject, _) = filled(folder.path());
    let (_, turns) = talk(&mut sender, None, &subject, 2);
    let matter = finding(&mut sender, &subject, None);
    let proof = Proof::部分印证;
    sender
        .cite(&matter, CitationTarget::谈话, &turns[1], None, proof, now())
        .expect("cited");
    sender.lock();
    let texts = [(1, "示例发言")];
    let (document, paragraphs) = crate::evidence::minutes(folder.path(), "发出", &texts);
    let hidden = [("turn", "text"), ("paragraph", "text")];
    let entries = entries_without(folder.path(), "发出", &hidden);

    let mut receiver = set_up(folder.path(), "收到");
    receiver.lock();
    let mut vault = crate::importing::vault_of(folder.path(), "收到");
    let mut staging = vault.stage().expect("begun");
    for entry in &entries {
        staging.push(entry).expect("put aside");
    }
    staging.commit(now().millis).expect("accepted");
    drop(vault);
    let archive = folder.path().join("收到.ducha");
    receiver
        .unlock(&archive, crate::setup::PASSPHRASE, now())
        .expect("open");

    for quote in [None, Some("已遮盖")] {
        let refused = receiver
            .cite(
                &matter,
                CitationTarget::谈话,
                &turns[0],
                quote,
                proof,
                now(),
            )
            .expect_err("not known here");
        assert_eq!(refused.code, "DA-33");
        assert!(refused.message.contains("不能引用"), "{refused}");
    }
    let passage = Passage {
        document,
        from_paragraph: paragraphs[0].clone(),
        to_paragraph: paragraphs[0].clone(),
        to_char: 4,
        ..Passage::default()
    };
    let refused = receiver.add_passage(&passage, now());
    assert_eq!(refused.expect_err("not known here").code, "DA-33");
    // What was cited at home stays cited, and is not said to have been changed.
    let cited = receiver.finding(&matter, now()).expect("shown").citations;
    assert_eq!(cited.len(), 1);
    assert_eq!(cited[0].standing, "谈话记录，尚未签名，原文发来时已遮盖");
}
