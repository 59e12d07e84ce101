//! Numbers by unit, supervisor and kind.

use crate::setup::{BUNDLE_PASSPHRASE, day, finding, inquiry, now, person, set_up, signed, talk};
use casework::records::{CitationTarget, PaperKind, Person, Proof, Supervisor, Unit};
use office::{Moment, Office, Report, ReportBy, ReportQuery, Scope, ScopeKind};

fn report(office: &Office, by: ReportBy, at: Moment) -> Report {
    let query = ReportQuery {
        by,
        from: None,
        until: None,
    };
    office.report(&query, at).expect("counted")
}

fn line(report: &Report, name: &str) -> Vec<u32> {
    let table = report.table();
    let row = table.iter().find(|row| row[0] == name);
    let row = row.unwrap_or_else(|| panic!("no line {name}: {table:?}"));
    row[1..]
        .iter()
        .map(|cell| cell.parse().expect("a number"))
        .collect()
}

/// A person of a unit, a talk held with them, a finding and an inquiry served
/// on the day it was issued.
fn with_an_inquiry(office: &mut Office, unit: &str, name: &str) -> String {
    let unit = Unit {
        name: unit.into(),
        ..Unit::default()
    };
    let unit = office.save_unit(None, &unit, now()).expect("a unit").id;
    let id = person(office, name);
    let record = Person {
        unit: Some(unit),
        ..office.person(&id, now()).expect("the person").person.record
    };
    office
        .save_person(Some(&id), &record, now())
        .expect("saved");
    let (interview, turns) = talk(office, None, &id, 2);
    let clue = finding(office, &id, None);
    office
        .cite(
            &clue,
            CitationTarget::谈话,
            &turns[1],
            None,
            Proof::部分印证,
            now(),
        )
        .expect("cited");
    office
        .close_interview(&interview, &signed(), now())
        .expect("closed");
    let letter = inquiry(office, &id, &clue);
    let today = now().today();
    let number = office
        .suggest_number(PaperKind::函询通知书, today)
        .expect("a number");
    office
        .issue_paper(&letter, number, today, now())
        .expect("issued");
    office.serve_paper(&letter, today, now()).expect("served");
    letter
}

#[test]
fn talks_findings_papers_and_their_deadlines_are_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "统计");
    let answered = with_an_inquiry(&mut office, "示例一局", "某甲乙");
    with_an_inquiry(&mut office, "示例二局", "某丙丁");
    let nobody = person(&mut office, "某戊己");
    // One that goes on is no talk yet; a draft is no paper.
    talk(&mut office, None, &nobody, 1);
    let clue = finding(&mut office, &nobody, None);
    inquiry(&mut office, &nobody, &clue);

    let units = report(&office, ReportBy::单位, now());
    assert_eq!(line(&units, "示例一局"), [1, 1, 1, 0, 0, 1, 0]);
    assert_eq!(line(&units, "（未写明单位）"), [0, 1, 0, 0, 0, 0, 0]);
    assert_eq!(line(&units, "合计"), [2, 3, 2, 0, 0, 2, 0]);
    // Fifteen working days from 11月23日 are over by the end of the year.
    let later = Moment::at("2026-12-31T09:00:00".parse().expect("a time"));
    office
        .reply_paper(&answered, day("2026-12-31"), "已说明", later)
        .expect("answered");
    let units = report(&office, ReportBy::单位, later);
    assert_eq!(line(&units, "示例一局"), [1, 1, 1, 0, 1, 0, 0]);
    assert_eq!(line(&units, "示例二局"), [1, 1, 1, 0, 0, 0, 1]);
    let kinds = report(&office, ReportBy::种类, later);
    assert_eq!(line(&kinds, "文书：函询通知书"), [0, 0, 2, 0, 1, 0, 1]);
    assert_eq!(line(&kinds, "谈话：个别谈话"), [2, 0, 0, 0, 0, 0, 0]);

    let period = |from: &str, until: &str| ReportQuery {
        by: ReportBy::督查员,
        from: Some(day(from)),
        until: Some(day(until)),
    };
    let before = period("2026-01-01", "2026-11-22");
    assert_eq!(office.report(&before, later).expect("counted").rows, []);
    let then = period("2026-11-23", "2026-11-23");
    let then = office.report(&then, later).expect("counted");
    assert_eq!(line(&then, "甲某"), [2, 3, 2, 0, 1, 0, 1]);
    let turned = office.report(&period("2026-12-01", "2026-11-01"), later);
    assert_eq!(turned.expect_err("turned round").code, "GN-03");
}

#[test]
fn the_superior_office_sees_who_wrote_what() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut ours, mut theirs) = (set_up(folder.path(), "上级"), set_up(folder.path(), "下级"));
    let other = Supervisor {
        name: "庚某".into(),
        ..theirs
            .identity()
            .expect("known")
            .supervisor
            .expect("recorded")
            .record
    };
    theirs.save_supervisor(&other, now()).expect("saved");
    with_an_inquiry(&mut theirs, "示例一局", "某甲乙");
    with_an_inquiry(&mut ours, "示例二局", "某丙丁");
    let file = folder.path().join("一.dcx");
    let scope = Scope {
        kind: ScopeKind::全部,
        id: None,
    };
    theirs
        .export_bundle(&scope, &[], Some(BUNDLE_PASSPHRASE), &file, now())
        .expect("exported");
    ours.import_bundle(&file, Some(BUNDLE_PASSPHRASE), now())
        .expect("imported");
    let all = report(&ours, ReportBy::督查员, now());
    assert_eq!(line(&all, "庚某"), [1, 1, 1, 0, 0, 1, 0]);
    assert_eq!(line(&all, "甲某"), [1, 1, 1, 0, 0, 1, 0]);
}
