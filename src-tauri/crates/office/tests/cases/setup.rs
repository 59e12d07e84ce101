//! An archive with the people, talks and findings that the tests start from.

use casework::records::{
    Closing, Finding, Interview, InterviewState, Organ, Paper, PaperKind, Person, Role, Sex,
    Supervisor,
};
use chrono::{NaiveDate, NaiveDateTime};
use office::{KdfParams, KeyCost, Moment, Office, Places};
use std::path::Path;

pub(crate) const PASSPHRASE: &str = "山高水长一二三四";
pub(crate) const BUNDLE_PASSPHRASE: &str = "当面告知的口令一";

pub(crate) fn now() -> Moment {
    let local: NaiveDateTime = "2026-11-23T14:30:00".parse().expect("a time");
    Moment::at(local)
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// An office whose archives lie in `folder`.
pub(crate) fn office(folder: &Path) -> Office {
    Office::new(Places {
        settings_file: folder.join("settings.json"),
        default_parent: folder.to_path_buf(),
        reader: folder.join("unused"),
        kdf: KeyCost::Fixed(KdfParams::fast_for_tests()),
    })
}

/// An archive with its supervisor and organ recorded.
pub(crate) fn set_up(folder: &Path, name: &str) -> Office {
    let mut office = office(folder);
    office
        .create_archive(name, folder, PASSPHRASE, now())
        .expect("a new archive");
    let mut supervisor = Supervisor {
        name: "甲某".into(),
        sex: Sex::男,
        ..Supervisor::default()
    };
    supervisor.appointment.from = Some(day("2026-01-01"));
    supervisor.appointment.until = Some(day("2027-06-30"));
    office
        .save_supervisor(&supervisor, now())
        .expect("a supervisor");
    let organ = Organ {
        full_name: "中共示例市委组织部".into(),
        short_name: "示例市委组织部".into(),
        code: "示组".into(),
        contact: "丙某".into(),
        phone: "0000—1234567".into(),
        ..Organ::default()
    };
    office.save_organ(&organ, now()).expect("an organ");
    office
}

pub(crate) fn person(office: &mut Office, name: &str) -> String {
    let record = Person {
        name: name.into(),
        sex: Sex::男,
        is_leader: true,
        ..Person::default()
    };
    office
        .save_person(None, &record, now())
        .expect("a person")
        .id
}

/// A talk of `turns` turns with `person`, still open.
pub(crate) fn talk(
    office: &mut Office,
    tour: Option<&str>,
    person: &str,
    turns: usize,
) -> (String, Vec<String>) {
    let record = Interview {
        tour: tour.map(str::to_owned),
        person: person.into(),
        place: "二楼会议室".into(),
        interviewers: vec!["甲某".into(), "乙某".into()],
        recorder: "乙某".into(),
        notices_read: true,
        state: InterviewState::进行中,
        ..Interview::default()
    };
    let id = office
        .save_interview(None, &record, now())
        .expect("a talk")
        .id;
    let ids = (0..turns)
        .map(|n| {
            let role = if n % 2 == 0 { Role::问 } else { Role::答 };
            let text = format!("第{}句，会议是怎样表决的", n + 1);
            office
                .save_turn(None, &id, role, &text, None, now())
                .expect("a turn")
                .turn
                .id
        })
        .collect();
    (id, ids)
}

pub(crate) fn signed() -> Closing {
    Closing {
        read_back: true,
        signed: true,
        ..Closing::default()
    }
}

pub(crate) fn finding(office: &mut Office, person: &str, tour: Option<&str>) -> String {
    let record = Finding {
        title: "任免事项表决程序".into(),
        person: person.into(),
        tour: tour.map(str::to_owned),
        facts: "研究任免事项时没有逐一表态".into(),
        question: "请说明当时的表决方式".into(),
        ..Finding::default()
    };
    office
        .save_finding(None, &record, now())
        .expect("a finding")
        .id
}

/// Drafts an inquiry with its approval filled in.
pub(crate) fn inquiry(office: &mut Office, person: &str, finding: &str) -> String {
    let id = office
        .draft_paper(
            PaperKind::函询通知书,
            person,
            &[finding.to_owned()],
            None,
            now(),
        )
        .expect("a draft")
        .id;
    let draft = office.paper(&id, now()).expect("the draft").paper.record;
    let approved = Paper {
        approved_by: "示例市委组织部主要负责同志".into(),
        approved_on: Some(day("2026-11-20")),
        ..draft
    };
    office
        .save_paper(&id, &approved, now())
        .expect("a saved draft");
    id
}
