//! What only a formal step may do cannot be had another way.

use crate::setup::{day, finding, inquiry, now, person, set_up, signed, talk};
use casework::records::{
    CitationTarget, DocumentNumber, IssuedCopy, Observation, Paper, PaperKind, PaperState, Person,
    Proof, Role, Statement,
};
use office::Office;

/// A letter ready to be issued, its finding and the citation that carries it.
fn ready_letter(office: &mut Office, someone: &str) -> (String, String, String) {
    let (_, turns) = talk(office, None, someone, 4);
    let finding = finding(office, someone, None);
    let citation = office
        .cite(
            &finding,
            CitationTarget::谈话,
            &turns[1],
            None,
            Proof::部分印证,
            now(),
        )
        .expect("a citation")
        .id;
    let letter = inquiry(office, someone, &finding);
    (letter, finding, citation)
}

fn number(office: &Office) -> Option<DocumentNumber> {
    office
        .suggest_number(PaperKind::函询通知书, now().today())
        .expect("a number")
}

#[test]
fn saving_a_draft_takes_no_formal_step() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "草稿");
    let someone = person(&mut office, "甲甲某");
    let other = person(&mut office, "乙乙某");
    let (letter, ..) = ready_letter(&mut office, &someone);
    let draft = office.paper(&letter, now()).expect("it").paper.record;
    let forged = Paper {
        kind: PaperKind::诫勉书,
        state: PaperState::已签发,
        person: other,
        issued: Some(IssuedCopy::default()),
        served_on: Some(day("2026-11-01")),
        replied_on: Some(day("2026-11-02")),
        closed_on: Some(day("2026-11-03")),
        reply: "回复".into(),
        outcome: "办结".into(),
        ..draft.clone()
    };
    assert_eq!(
        office.preview_paper(&letter, &forged, now()).expect("set"),
        office.preview_paper(&letter, &draft, now()).expect("set"),
        "what the page says of the state does not take the draft's mark away"
    );
    office.save_paper(&letter, &forged, now()).expect("saved");
    assert_eq!(
        office.paper(&letter, now()).expect("it").paper.record,
        draft
    );
}

#[test]
fn a_letter_says_nothing_found_about_somebody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "两人");
    let someone = person(&mut office, "甲甲某");
    let other = person(&mut office, "乙乙某");
    let (letter, own, _) = ready_letter(&mut office, &someone);
    let foreign = finding(&mut office, &other, None);
    let mut draft = office.paper(&letter, now()).expect("it").paper.record;
    draft.items[0].finding = Some(foreign);
    let refused = office
        .save_paper(&letter, &draft, now())
        .expect_err("foreign");
    assert!(refused.message.contains("不是这个人的"), "{refused:?}");
    let checks = office.check_paper(&letter, &draft, now()).expect("checked");
    assert!(checks.iter().any(|check| check.code == "item.no-finding"));

    let mut moved = office.finding(&own, now()).expect("it").finding.record;
    moved.person.clone_from(&other);
    assert!(office.save_finding(Some(&own), &moved, now()).is_err());

    let (foreign_talk, _) = talk(&mut office, None, &other, 2);
    let refused = office
        .draft_paper(
            PaperKind::个别谈话记录,
            &someone,
            &[],
            Some(&foreign_talk),
            now(),
        )
        .expect_err("a talk with somebody else");
    assert!(refused.message.contains("谈话"), "{refused:?}");
    let mut head = office
        .interview(&foreign_talk)
        .expect("it")
        .interview
        .record;
    head.person = someone;
    assert!(
        office
            .save_interview(Some(&foreign_talk), &head, now())
            .is_err(),
        "what one person said is not put into another's mouth"
    );
}

#[test]
fn a_number_stands_for_one_paper() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "编号");
    let someone = person(&mut office, "甲甲某");
    let (first, finding, _) = ready_letter(&mut office, &someone);
    let second = inquiry(&mut office, &someone, &finding);
    let taken = number(&office);
    office
        .issue_paper(&first, taken.clone(), now().today(), now())
        .expect("issued");
    let alike = taken.map(|number| DocumentNumber {
        code: format!(" {}\u{3000}", number.code),
        ..number
    });
    let refused = office
        .issue_paper(&second, alike.clone(), now().today(), now())
        .expect_err("the same number, written with spaces");
    assert!(
        refused.message.contains("已经用于另一份文书"),
        "{refused:?}"
    );
    let (id, _) = talk(&mut office, None, &someone, 2);
    office
        .close_interview(&id, &signed(), now())
        .expect("closed");
    let record = office
        .draft_paper(PaperKind::个别谈话记录, &someone, &[], Some(&id), now())
        .expect("a draft")
        .id;
    assert!(
        office
            .issue_paper(&record, alike, now().today(), now())
            .is_err(),
        "records of talks bear no number"
    );
    office
        .issue_paper(&record, None, now().today(), now())
        .expect("without one");
}

#[test]
fn what_an_issued_letter_rests_on_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "依据");
    let someone = person(&mut office, "甲甲某");
    let (letter, finding, citation) = ready_letter(&mut office, &someone);
    let statement = Statement {
        finding: finding.clone(),
        text: "当面说明".into(),
        ..Statement::default()
    };
    let statement = office
        .save_statement(None, &statement, now())
        .expect("kept")
        .id;
    assert_eq!(
        office
            .retract(&finding, now())
            .expect_err("a draft uses it")
            .code,
        "GN-05"
    );
    let given = number(&office);
    office
        .issue_paper(&letter, given, now().today(), now())
        .expect("issued");
    for id in [&finding, &citation, &statement] {
        assert_eq!(office.retract(id, now()).expect_err("issued").code, "GN-05");
    }
    office
        .close_paper(&letter, now().today(), "已核清", now())
        .expect("closed");
    assert!(
        office
            .close_paper(&letter, now().today(), "另一种说法", now())
            .is_err(),
        "an outcome is not overwritten"
    );
}

#[test]
fn a_closed_talk_changes_in_no_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "已结束");
    let someone = person(&mut office, "甲甲某");
    let (id, turns) = talk(&mut office, None, &someone, 5);
    let mut head = office.interview(&id).expect("it").interview.record;
    head.closing = signed();
    head.ended_at = Some(now().to_second());
    office
        .save_interview(Some(&id), &head, now())
        .expect("saved");
    let kept = office.interview(&id).expect("it").interview.record;
    assert!(!kept.closing.signed && kept.ended_at.is_none());

    office.remove_turn(&turns[4], now()).expect("taken back");
    office
        .close_interview(&id, &signed(), now())
        .expect("closed");
    assert_eq!(
        office.retract(&turns[1], now()).expect_err("closed").code,
        "GN-05"
    );
    assert_eq!(
        office.restore(&turns[4], now()).expect_err("closed").code,
        "GN-06"
    );
    let late = office.save_turn(Some(&turns[1]), &id, Role::答, "改口", None, now());
    assert_eq!(late.expect_err("closed").code, "TH-01");
    assert_eq!(office.interview(&id).expect("it").turns.len(), 4);
}

#[test]
fn nothing_comes_back_to_what_is_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "恢复");
    let someone = person(&mut office, "甲甲某");
    let (_, turns) = talk(&mut office, None, &someone, 2);
    let finding = finding(&mut office, &someone, None);
    let citation = office
        .cite(
            &finding,
            CitationTarget::谈话,
            &turns[0],
            None,
            Proof::待核实,
            now(),
        )
        .expect("a citation")
        .id;
    office.retract(&citation, now()).expect("taken back");
    office.remove_turn(&turns[0], now()).expect("taken back");
    assert_eq!(
        office.restore(&citation, now()).expect_err("gone").code,
        "GN-06"
    );
    office.restore(&turns[0], now()).expect("back");
    office
        .restore(&citation, now())
        .expect("back, since its turn is");
    let view = office.finding(&finding, now()).expect("it");
    assert_eq!(view.citations.len(), 1);
}

#[test]
fn words_are_not_saved_into_what_was_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "撤回");
    let someone = person(&mut office, "甲甲某");
    office
        .retract(&someone, now())
        .expect("nothing rests on it");
    let changed = Person {
        name: "甲甲某".into(),
        remark: "补充".into(),
        ..Person::default()
    };
    let refused = office.save_person(Some(&someone), &changed, now());
    assert_eq!(refused.expect_err("taken back").code, "GN-02");
    office.restore(&someone, now()).expect("back");
    office
        .save_person(Some(&someone), &changed, now())
        .expect("saved");
}

#[test]
fn a_note_stays_with_the_person_it_is_about() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "归属");
    let someone = person(&mut office, "甲甲某");
    let other = person(&mut office, "乙乙某");
    let mut note = Observation {
        person: someone.clone(),
        what: "参加聚会".into(),
        source: "本人谈话".into(),
        duty_basis: "核查廉洁自律情况".into(),
        ..Observation::default()
    };
    let id = office
        .save_observation(None, &note, now())
        .expect("kept")
        .id;
    note.person.clone_from(&other);
    note.place = "某酒店".into();
    office
        .save_observation(Some(&id), &note, now())
        .expect("kept");
    let view = office.person(&someone, now()).expect("it");
    assert_eq!(view.observations[0].record.place, "某酒店");
    assert!(
        office
            .person(&other, now())
            .expect("it")
            .observations
            .is_empty()
    );
}

#[test]
fn what_belongs_to_minutes_and_to_the_archive_itself_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = crate::setup::office(folder.path());
    office
        .create_sample(
            &folder.path().join("示例.ducha"),
            crate::setup::PASSPHRASE,
            now(),
        )
        .expect("the sample");
    let own = office.identity().expect("who works here");
    let mut fixed = vec![
        own.supervisor.expect("recorded").id,
        own.organ.expect("recorded").id,
    ];
    let mut cited = 0;
    for row in office.minutes_list().expect("minutes") {
        let view = office.minutes_document(&row.id).expect("minutes");
        fixed.push(view.paragraphs[0].id.clone());
        if view.passages.iter().any(|passage| passage.cited > 0) {
            cited += 1;
            fixed.push(row.id);
        }
    }
    assert!(cited > 0, "the sample cites its minutes");
    for id in fixed {
        assert_eq!(
            office.retract(&id, now()).expect_err("it stays").code,
            "GN-05"
        );
    }
}
