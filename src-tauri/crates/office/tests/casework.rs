//! The use cases against a real archive: what must be possible, and what must be refused.

use casework::records::{
    CitationTarget, Closing, Disposition, Finding, Interview, InterviewState, Observation, Organ,
    Paper, PaperKind, PaperState, Person, Proof, Reliability, Role, Sex, Statement, Supervisor,
    Tour, TourState, Verification,
};
use chrono::{NaiveDate, NaiveDateTime};
use office::{KdfParams, Moment, Office, Places, Scope, ScopeKind};
use std::path::Path;

const PASSPHRASE: &str = "山高水长一二三四";
const BUNDLE_PASSPHRASE: &str = "当面告知的口令一";

fn now() -> Moment {
    let local: NaiveDateTime = "2026-11-23T14:30:00".parse().expect("a time");
    Moment::at(local)
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// An office whose archives lie in `folder`.
fn office(folder: &Path) -> Office {
    Office::new(Places {
        settings_file: folder.join("settings.json"),
        default_parent: folder.to_path_buf(),
        reader: folder.join("unused"),
        kdf: KdfParams::fast_for_tests(),
    })
}

/// An archive with its supervisor and organ recorded.
fn set_up(folder: &Path, name: &str) -> Office {
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

fn person(office: &mut Office, name: &str) -> String {
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
fn talk(
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

fn signed() -> Closing {
    Closing {
        read_back: true,
        signed: true,
        ..Closing::default()
    }
}

fn finding(office: &mut Office, person: &str, tour: Option<&str>) -> String {
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
fn inquiry(office: &mut Office, person: &str, finding: &str) -> String {
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

#[test]
fn hearsay_never_becomes_a_letter() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "传闻");
    let someone = person(&mut office, "王𬱖");
    let id = finding(&mut office, &someone, None);
    let mut note = Observation {
        person: someone.clone(),
        what: "据说接受过宴请".into(),
        source: "某同事转述".into(),
        duty_basis: "核查廉洁自律情况".into(),
        reliability: Reliability::可靠,
        ..Observation::default()
    };
    let note_id = office
        .save_observation(None, &note, now())
        .expect("an observation")
        .id;
    office
        .cite(
            &id,
            CitationTarget::情况记录,
            &note_id,
            None,
            Proof::待核实,
            now(),
        )
        .expect("a citation");
    let letter = inquiry(&mut office, &someone, &id);
    let number = office
        .suggest_number(PaperKind::函询通知书, now().today())
        .expect("a number");
    let refused = office
        .issue_paper(&letter, number.clone(), now().today(), now())
        .expect_err("hearsay");
    assert!(refused.message.contains("传闻"), "{refused:?}");
    assert_eq!(
        office
            .paper(&letter, now())
            .expect("the draft")
            .paper
            .record
            .state,
        PaperState::草稿
    );

    note.verified = Verification::已核实;
    office
        .save_observation(Some(&note_id), &note, now())
        .expect("a checked observation");
    office
        .issue_paper(&letter, number, now().today(), now())
        .expect("verified facts may be asked about");
}

#[test]
fn an_issued_letter_keeps_its_bytes_and_counts_its_days() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "签发");
    let someone = person(&mut office, "王𬱖");
    let (_, turns) = talk(&mut office, None, &someone, 4);
    let id = finding(&mut office, &someone, None);
    office
        .cite(
            &id,
            CitationTarget::谈话,
            &turns[1],
            None,
            Proof::部分印证,
            now(),
        )
        .expect("a citation");
    let letter = inquiry(&mut office, &someone, &id);
    let number = office
        .suggest_number(PaperKind::函询通知书, now().today())
        .expect("a number");
    assert_eq!(
        number.as_ref().map(ToString::to_string).as_deref(),
        Some("示组函〔2026〕1号")
    );
    office
        .issue_paper(&letter, number, now().today(), now())
        .expect("issued");
    let frozen = office.paper_pdf(&letter, now()).expect("the bytes");

    // A changed name changes neither the bytes nor what they say.
    let renamed = Person {
        name: "王某".into(),
        sex: Sex::男,
        ..Person::default()
    };
    office
        .save_person(Some(&someone), &renamed, now())
        .expect("renamed");
    assert_eq!(office.paper_pdf(&letter, now()).expect("the bytes"), frozen);
    let view = office.paper(&letter, now()).expect("the letter");
    let refused = office
        .save_paper(&letter, &view.paper.record, now())
        .expect_err("issued papers are fixed");
    assert_eq!(refused.code, "WS-03");
    assert_eq!(
        office
            .retract(&letter, now())
            .expect_err("the copy stays")
            .code,
        "GN-05"
    );

    office
        .serve_paper(&letter, day("2026-11-23"), now())
        .expect("served");
    let desk = office.desk(now()).expect("the desk");
    let item = desk
        .items
        .iter()
        .find(|item| item.open.id == letter)
        .expect("the letter waits for its reply");
    assert_eq!(item.due.date, "2026-12-14");
    assert_eq!(item.due.words, "还有15个工作日");
    assert!(!item.due.provisional && item.due.calendar_known);
    assert!(
        office
            .reply_paper(&letter, day("2026-11-24"), "收到", now())
            .is_err(),
        "not from the future"
    );
    office
        .reply_paper(&letter, day("2026-11-23"), "已逐项说明", now())
        .expect("replied");
    assert!(
        office
            .desk(now())
            .expect("the desk")
            .items
            .iter()
            .all(|item| item.open.id != letter)
    );
}

#[test]
fn a_talk_closes_only_when_everything_was_done_and_then_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "谈话");
    let record = Person {
        name: "戊某".into(),
        sex: Sex::女,
        ..Person::default()
    };
    let woman = office
        .save_person(None, &record, now())
        .expect("a person")
        .id;
    let (id, turns) = talk(&mut office, None, &woman, 3);
    let refused = office
        .close_interview(&id, &signed(), now())
        .expect_err("no woman was present");
    assert!(refused.message.contains("女同志"), "{refused:?}");

    let mut head = office.interview(&id).expect("the talk").interview.record;
    head.woman_present = true;
    office
        .save_interview(Some(&id), &head, now())
        .expect("saved");
    assert!(
        office
            .close_interview(&id, &Closing::default(), now())
            .is_err(),
        "not read back"
    );
    office
        .close_interview(&id, &signed(), now())
        .expect("closed");
    for refused in [
        office
            .save_turn(None, &id, Role::记, "补一句", None, now())
            .map(|_| ())
            .expect_err("closed"),
        office
            .save_interview(Some(&id), &head, now())
            .map(|_| ())
            .expect_err("closed"),
        office
            .remove_turn(&turns[0], now())
            .map(|_| ())
            .expect_err("closed"),
    ] {
        assert_eq!(refused.code, "TH-01");
    }
}

#[test]
fn turns_stand_where_they_were_put() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "次序");
    let someone = person(&mut office, "己某");
    let (id, turns) = talk(&mut office, None, &someone, 3);
    let between = office
        .save_turn(None, &id, Role::记, "出示会议记录", Some(&turns[0]), now())
        .expect("a turn in between");
    assert_eq!(between.turn.number, 2);
    let texts: Vec<String> = office
        .interview(&id)
        .expect("the talk")
        .turns
        .into_iter()
        .map(|turn| turn.record.text.chars().take(3).collect())
        .collect();
    assert_eq!(texts, ["第1句", "出示会", "第2句", "第3句"]);
}

#[test]
fn what_is_cited_cannot_be_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "引用");
    let someone = person(&mut office, "庚某");
    let (_, turns) = talk(&mut office, None, &someone, 2);
    let id = finding(&mut office, &someone, None);
    let cite = |office: &mut Office, quote: Option<&str>| {
        office.cite(
            &id,
            CitationTarget::谈话,
            &turns[0],
            quote,
            Proof::待核实,
            now(),
        )
    };
    assert!(
        cite(&mut office, Some("没有说过的话")).is_err(),
        "a quote is the record's own words"
    );
    let citation = cite(&mut office, Some("会议是怎样表决的"))
        .expect("a citation")
        .id;
    assert!(
        cite(&mut office, Some("会议是怎样表决的")).is_err(),
        "not twice"
    );
    assert_eq!(
        office
            .remove_turn(&turns[0], now())
            .expect_err("cited")
            .code,
        "GN-05"
    );
    office
        .retract(&citation, now())
        .expect("a citation may be taken back");
    office
        .remove_turn(&turns[0], now())
        .expect("nothing rests on it any more");
}

#[test]
fn observations_say_from_whom_and_what_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "情况");
    let someone = person(&mut office, "辛某");
    let mut note = Observation {
        person: someone,
        what: "常与某企业负责人往来".into(),
        ..Observation::default()
    };
    assert!(
        office
            .save_observation(None, &note, now())
            .expect_err("no source")
            .message
            .contains("得知")
    );
    note.source = "本人谈话".into();
    assert!(
        office
            .save_observation(None, &note, now())
            .expect_err("no basis")
            .message
            .contains("依据")
    );
    note.duty_basis = "核查廉洁自律情况".into();
    office.save_observation(None, &note, now()).expect("kept");
}

#[test]
fn an_admonition_needs_the_person_to_be_heard() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "诫勉");
    let someone = person(&mut office, "壬某");
    let other = person(&mut office, "证人甲");
    let (_, turns) = talk(&mut office, None, &other, 2);
    let id = finding(&mut office, &someone, None);
    office
        .cite(
            &id,
            CitationTarget::谈话,
            &turns[1],
            None,
            Proof::已印证,
            now(),
        )
        .expect("a citation");
    let mut record = office
        .finding(&id, now())
        .expect("the finding")
        .finding
        .record;
    record.proof = Proof::已印证;
    record.disposition = Disposition::谈话函询;
    assert!(
        office.save_finding(Some(&id), &record, now()).is_err(),
        "a disposition needs its reason"
    );
    record.disposition_reason = "需要本人说明".into();
    office
        .save_finding(Some(&id), &record, now())
        .expect("saved");
    let paper = office
        .draft_paper(
            PaperKind::诫勉书,
            &someone,
            std::slice::from_ref(&id),
            None,
            now(),
        )
        .expect("a draft")
        .id;
    let draft = office.paper(&paper, now()).expect("the draft").paper.record;
    let approved = Paper {
        approved_by: "示例市委主要负责同志".into(),
        approved_on: Some(day("2026-11-20")),
        ..draft
    };
    office.save_paper(&paper, &approved, now()).expect("saved");
    let number = office
        .suggest_number(PaperKind::诫勉书, now().today())
        .expect("a number");
    let refused = office
        .issue_paper(&paper, number.clone(), now().today(), now())
        .expect_err("not heard");
    assert!(refused.message.contains("听取"), "{refused:?}");
    let statement = Statement {
        finding: id,
        text: "情况属实，愿意改正".into(),
        ..Statement::default()
    };
    office
        .save_statement(None, &statement, now())
        .expect("a statement");
    office
        .issue_paper(&paper, number, now().today(), now())
        .expect("heard, so it may be issued");
    let due = office
        .paper(&paper, now())
        .expect("the paper")
        .due
        .expect("six months");
    assert_eq!(due.date, "2027-05-23");
}

#[test]
fn a_tour_travels_whole_and_leaves_the_rest_at_home() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut sender = set_up(folder.path(), "发出");
    let inside = person(&mut sender, "王𬱖");
    let outside = person(&mut sender, "局外人某");
    let tour = Tour {
        title: "示例局专项督查".into(),
        state: TourState::进行中,
        ..Tour::default()
    };
    let tour = sender.save_tour(None, &tour, now()).expect("a tour").id;
    let (talk_id, turns) = talk(&mut sender, Some(&tour), &inside, 20);
    talk(&mut sender, None, &outside, 2);
    let id = finding(&mut sender, &inside, Some(&tour));
    sender
        .cite(
            &id,
            CitationTarget::谈话,
            &turns[3],
            None,
            Proof::部分印证,
            now(),
        )
        .expect("a citation");
    let letter = inquiry(&mut sender, &inside, &id);
    let number = sender
        .suggest_number(PaperKind::函询通知书, now().today())
        .expect("a number");
    sender
        .issue_paper(&letter, number, now().today(), now())
        .expect("issued");
    let frozen = sender.paper_pdf(&letter, now()).expect("the bytes");
    let file = folder.path().join("巡察.dcx");
    let scope = Scope {
        kind: ScopeKind::巡察,
        id: Some(tour.clone()),
    };
    sender
        .export_bundle(&scope, &[], Some(BUNDLE_PASSPHRASE), &file, now())
        .expect("exported");

    let mut receiver = set_up(folder.path(), "收到");
    let wrong = receiver
        .preview_bundle(&file, Some("不是这个口令呀"), now())
        .expect_err("wrong passphrase");
    assert!(wrong.message.contains("口令"), "{wrong:?}");
    let preview = receiver
        .preview_bundle(&file, Some(BUNDLE_PASSPHRASE), now())
        .expect("a preview");
    assert!(preview.conflicts.is_empty() && preview.missing.is_empty());
    assert!(
        receiver.tours().expect("tours").is_empty(),
        "looking changes nothing"
    );
    let report = receiver
        .import_bundle(&file, Some(BUNDLE_PASSPHRASE), now())
        .expect("imported");
    assert_eq!(report.new as usize, preview.new.len());
    assert_eq!(
        receiver.interview(&talk_id).expect("the talk").turns.len(),
        20
    );
    assert_eq!(
        receiver.paper_pdf(&letter, now()).expect("the very bytes"),
        frozen
    );
    assert!(
        receiver.person(&outside, now()).is_err(),
        "what is outside the scope stays at home"
    );
    assert!(receiver.search("局外人", 10).expect("a search").is_empty());
    let own = receiver.identity().expect("who works here");
    assert_eq!(own.supervisor.expect("still recorded").record.name, "甲某");

    let again = receiver
        .import_bundle(&file, Some(BUNDLE_PASSPHRASE), now())
        .expect("a second time");
    assert_eq!((again.new, again.changed, again.conflicts), (0, 0, 0));
    for office in [&sender, &receiver] {
        let view = office.verify_archive().expect("verified");
        assert!(view.ok, "{view:?}");
    }
}

#[test]
fn a_damaged_bundle_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut sender = set_up(folder.path(), "发出");
    person(&mut sender, "王𬱖");
    let file = folder.path().join("全部.dcx");
    let keys = set_up(folder.path(), "收件").public_keys().expect("keys").0;
    sender
        .export_bundle(&Scope::everything(), &[keys], None, &file, now())
        .expect("exported");
    let whole = std::fs::read(&file).expect("the bundle");
    let mut receiver = office(folder.path());
    receiver
        .unlock(&folder.path().join("收件.ducha"), PASSPHRASE)
        .expect("unlocked");
    let before = receiver.status(now()).expect("status").entries;
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    let cut = whole[..whole.len() - 10].to_vec();
    for damaged in [flipped, cut, Vec::new()] {
        std::fs::write(&file, damaged).expect("written");
        let refused = receiver
            .import_bundle(&file, None, now())
            .expect_err("damaged");
        assert!(
            refused.message.chars().any(|c| c > '\u{4e00}'),
            "{refused:?}"
        );
        assert_eq!(receiver.status(now()).expect("status").entries, before);
    }
    std::fs::write(&file, whole).expect("written");
    receiver
        .import_bundle(&file, None, now())
        .expect("the whole bundle is accepted");
}

#[test]
fn the_readable_export_goes_out_and_comes_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = office(folder.path());
    first
        .create_sample(&folder.path().join("示例.ducha"), PASSPHRASE, now())
        .expect("the sample");
    let text = first.export_json().expect("exported");
    let mut second = office(folder.path());
    second
        .create_archive("抄本", folder.path(), PASSPHRASE, now())
        .expect("a new archive");
    let broken = text.replacen("\"kind\": \"turn\"", "\"kind\": \"turm\"", 1);
    let refused = second
        .import_json(&broken, now())
        .expect_err("one record is wrong");
    assert!(
        refused.message.contains("turm") && refused.message.contains('第'),
        "{refused:?}"
    );
    assert!(
        second.people("").expect("people").is_empty(),
        "nothing was written"
    );
    second.import_json(&text, now()).expect("imported");
    assert_eq!(second.export_json().expect("exported again"), text);
    assert_eq!(
        second.people("").expect("people").len(),
        first.people("").expect("people").len()
    );
}

#[test]
fn wrong_passphrases_are_told_plainly_and_never_lock_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "口令");
    office.lock();
    let archive = folder.path().join("口令.ducha");
    for _ in 0..5 {
        let refused = office.unlock(&archive, "不是这个").expect_err("wrong");
        assert!(refused.message.contains("口令不正确"), "{refused:?}");
    }
    office
        .unlock(&archive, PASSPHRASE)
        .expect("the right one still opens");
    let mut second = self::office(folder.path());
    let busy = second
        .unlock(&archive, PASSPHRASE)
        .expect_err("open elsewhere");
    assert!(busy.message.contains("正在"), "{busy:?}");
}
