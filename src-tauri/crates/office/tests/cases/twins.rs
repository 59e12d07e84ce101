//! One person entered twice: shown as one, with both histories, and parted again.

use crate::conflicts::{carry, exchange, later, letter};
use crate::setup::{BUNDLE_PASSPHRASE, finding, now, person, set_up, talk};
use casework::records::{Observation, Person, Relation, Sameness, Unit};
use office::{Office, Scope, ScopeKind};

const NAME: &str = "李示例";

fn observe(office: &mut Office, person: &str, what: &str) {
    let note = Observation {
        person: person.into(),
        what: what.into(),
        source: "个别谈话".into(),
        duty_basis: "了解选人用人情况".into(),
        ..Observation::default()
    };
    office.save_observation(None, &note, now()).expect("saved");
}

fn in_unit(office: &mut Office, unit: &str) -> String {
    let record = Person {
        name: NAME.into(),
        unit: Some(unit.to_owned()),
        ..Person::default()
    };
    office.save_person(None, &record, now()).expect("saved").id
}

fn pairs(office: &Office) -> usize {
    office.conflicts().expect("a list").twins.len()
}

/// Two archives of one unit; each has entered the same person, and written
/// about them.
fn entered_twice(folder: &std::path::Path) -> (Office, Office, String, String) {
    let (mut a, mut b) = (set_up(folder, "甲机"), set_up(folder, "乙机"));
    let unit = Unit {
        name: "示例市水务局".into(),
        ..Unit::default()
    };
    let unit = a.save_unit(None, &unit, now()).expect("saved").id;
    carry(folder, &mut a, &mut b);
    let (one, two) = (in_unit(&mut a, &unit), in_unit(&mut b, &unit));
    observe(&mut a, &one, "甲机记的情况");
    observe(&mut b, &two, "乙机记的情况");
    talk(&mut a, None, &one, 2);
    talk(&mut b, None, &two, 2);
    finding(&mut b, &two, None);
    exchange(folder, &mut a, &mut b);
    (a, b, one, two)
}

#[test]
fn one_person_with_both_histories_whichever_entry_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b, one, two) = entered_twice(folder.path());
    assert_eq!((pairs(&a), a.people("").expect("a list").len()), (1, 2));
    // Judged on both machines, in different directions and for different reasons.
    a.judge_same_person(&one, &two, Sameness::同一人, "姓名、单位相同", later(1))
        .expect("judged");
    b.judge_same_person(&two, &one, Sameness::同一人, "本人确认", later(2))
        .expect("judged");
    exchange(folder.path(), &mut a, &mut b);
    let kept = one.clone().min(two.clone());
    for office in [&a, &b] {
        assert_eq!(pairs(office), 0);
        let people = office.people("").expect("a list");
        assert_eq!(people.len(), 1);
        assert_eq!(
            (people[0].id.as_str(), people[0].observations),
            (kept.as_str(), 2)
        );
        assert_eq!(
            office.people("lisl").expect("a list").len(),
            1,
            "found once by its initials"
        );
        for id in [&one, &two] {
            let view = office.person(id, now()).expect("there");
            assert_eq!(view.person.id, kept);
            assert_eq!(
                (
                    view.observations.len(),
                    view.interviews.len(),
                    view.findings.len()
                ),
                (2, 2, 1)
            );
            assert_eq!(view.others.len(), 1);
            assert!(view.interviews.iter().all(|row| row.person.id == kept));
            assert_eq!(office.circle(id).expect("a circle").nodes[0].id, kept);
        }
        let hits = office.search(NAME, 50).expect("a search");
        assert_eq!(hits.iter().filter(|hit| hit.kind == "person").count(), 1);
    }
    // Taken apart: both stand alone again, and are not suggested once more.
    a.part_person(&two, later(3)).expect("parted");
    carry(folder.path(), &mut a, &mut b);
    for office in [&a, &b] {
        assert_eq!(
            (office.people("").expect("a list").len(), pairs(office)),
            (2, 0)
        );
        let view = office.person(&two, now()).expect("there");
        assert_eq!(
            (
                view.person.id.as_str(),
                view.observations.len(),
                view.others.len()
            ),
            (two.as_str(), 1, 0)
        );
    }
    // And joined once more.
    a.judge_same_person(&one, &two, Sameness::同一人, "", later(4))
        .expect("judged");
    assert_eq!(a.people("").expect("a list").len(), 1);
    assert!(a.verify_archive().expect("verified").ok);
}

#[test]
fn machines_that_judge_differently_ask_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b, one, two) = entered_twice(folder.path());
    a.judge_same_person(&one, &two, Sameness::同一人, "", later(1))
        .expect("judged");
    b.judge_same_person(&one, &two, Sameness::不是同一人, "", later(2))
        .expect("judged");
    exchange(folder.path(), &mut a, &mut b);
    for office in [&a, &b] {
        let list = office.conflicts().expect("a list");
        assert!(list.twins[0].disputed && list.records.is_empty());
        assert_eq!(
            office.people("").expect("a list").len(),
            2,
            "apart until it is settled"
        );
    }
    b.judge_same_person(&two, &one, Sameness::同一人, "", later(3))
        .expect("judged");
    carry(folder.path(), &mut b, &mut a);
    for office in [&a, &b] {
        assert_eq!(
            (pairs(office), office.people("").expect("a list").len()),
            (0, 1)
        );
    }
}

#[test]
fn three_entries_are_one_person_and_one_can_leave() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "三条");
    let ids: Vec<String> = (0..3).map(|_| person(&mut office, NAME)).collect();
    for (at, id) in ids.iter().enumerate() {
        observe(&mut office, id, &format!("第{at}条"));
    }
    // Joined through the middle one only.
    for (one, other) in [(&ids[1], &ids[0]), (&ids[2], &ids[1])] {
        office
            .judge_same_person(one, other, Sameness::同一人, "", now())
            .expect("judged");
    }
    let kept = ids.iter().min().expect("three").clone();
    assert_eq!(
        office.person(&ids[2], now()).expect("there").person.id,
        kept
    );
    assert_eq!(
        office
            .person(&kept, now())
            .expect("there")
            .observations
            .len(),
        3
    );
    office.part_person(&ids[1], now()).expect("parted");
    assert_eq!(
        office.people("").expect("a list").len(),
        2,
        "the others stay together"
    );
    assert_eq!(
        office
            .person(&ids[1], now())
            .expect("there")
            .observations
            .len(),
        1
    );
    assert_eq!(
        office
            .person(&ids[2], now())
            .expect("there")
            .observations
            .len(),
        2
    );
}

#[test]
fn an_export_of_one_person_takes_both_entries_and_what_joins_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, _, one, two) = entered_twice(folder.path());
    a.judge_same_person(&one, &two, Sameness::同一人, "", later(1))
        .expect("judged");
    let file = folder.path().join("此人.dcx");
    let scope = Scope {
        kind: ScopeKind::人员,
        id: Some(two.clone()),
    };
    a.export_bundle(&scope, &[], Some(BUNDLE_PASSPHRASE), &file, now())
        .expect("exported");
    let mut c = set_up(folder.path(), "丙机");
    c.import_bundle(&file, Some(BUNDLE_PASSPHRASE), now())
        .expect("imported");
    let view = c.person(&two, now()).expect("there");
    assert_eq!(
        (
            view.observations.len(),
            view.interviews.len(),
            view.others.len()
        ),
        (2, 2, 1)
    );
}

#[test]
fn a_letter_may_rest_on_a_finding_of_the_other_entry() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, _, one, two) = entered_twice(folder.path());
    let (kept, other) = if one < two { (one, two) } else { (two, one) };
    let others = finding(&mut a, &other, None);
    let draft = |office: &mut Office| {
        office.draft_paper(
            casework::records::PaperKind::函询通知书,
            &kept,
            std::slice::from_ref(&others),
            None,
            now(),
        )
    };
    draft(&mut a).expect_err("somebody else's");
    a.judge_same_person(&kept, &other, Sameness::同一人, "", now())
        .expect("judged");
    draft(&mut a).expect("the same person's");
    letter(&mut a, &kept);
}

#[test]
fn namesakes_are_not_suggested_without_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "重名");
    let units: Vec<String> = ["示例市水务局", "示例市教育局"]
        .iter()
        .map(|name| {
            let unit = Unit {
                name: (*name).into(),
                ..Unit::default()
            };
            office.save_unit(None, &unit, now()).expect("saved").id
        })
        .collect();
    in_unit(&mut office, &units[0]);
    in_unit(&mut office, &units[1]);
    person(&mut office, NAME);
    assert_eq!(pairs(&office), 0);
    let born = |office: &mut Office, unit: &str, birth: &str| {
        let record = Person {
            name: "张示例".into(),
            unit: Some(unit.to_owned()),
            birth: birth.into(),
            ..Person::default()
        };
        office.save_person(None, &record, now()).expect("saved").id
    };
    born(&mut office, &units[0], "1974-08");
    born(&mut office, &units[0], "1980-01");
    assert_eq!(pairs(&office), 0, "born in other years");
    born(&mut office, &units[1], "1974-08");
    assert_eq!(pairs(&office), 1, "born in the same month");
}

#[test]
fn ties_of_either_entry_are_ties_of_the_person() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, _, one, two) = entered_twice(folder.path());
    let friend = person(&mut a, "周某");
    for id in [&one, &two] {
        let tie = Relation {
            from: id.clone(),
            to: friend.clone(),
            kind: "同学".into(),
            source: "本人谈话".into(),
            ..Relation::default()
        };
        a.save_relation(None, &tie, now()).expect("saved");
    }
    a.judge_same_person(&one, &two, Sameness::同一人, "", now())
        .expect("judged");
    let kept = one.min(two);
    let graph = a.circle(&friend).expect("a circle");
    assert_eq!(graph.nodes.len(), 2, "the friend and one person");
    assert!(graph.edges.iter().all(|edge| edge.from == kept));
    assert_eq!(a.person(&kept, now()).expect("there").relations.len(), 2);
}
