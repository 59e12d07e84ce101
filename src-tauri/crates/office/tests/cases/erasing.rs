//! Lawful erasure and review dates: what is refused, what is told, what is left.

use crate::setup::{BUNDLE_PASSPHRASE, day, finding, inquiry, now, person, set_up, signed, talk};
use casework::records::{CitationTarget, Disposition, Observation, PaperKind, Proof};
use office::{ErasureOrder, JournalQuery, Moment, NoticePlace, Office, Scope, ScopeKind};

fn order() -> ErasureOrder {
    ErasureOrder {
        reason: "保存期满，已无保存必要".into(),
        basis: "示例办法".into(),
        approved_by: "乙某".into(),
        weighed: true,
    }
}

/// The same day, years later.
fn in_years(years: u32) -> Moment {
    let local = format!("{}-11-24T09:00:00", 2026 + years);
    Moment::at(local.parse().expect("a time"))
}

fn note(office: &mut Office, person: &str) -> String {
    let note = Observation {
        person: person.into(),
        what: "参加饕餮会".into(),
        source: "本人谈话".into(),
        duty_basis: "核查廉洁自律情况".into(),
        ..Observation::default()
    };
    office
        .save_observation(None, &note, now())
        .expect("saved")
        .id
}

fn refused(office: &mut Office, id: &str, because: &str) {
    let plan = office.erasure_plan(id, now()).expect("looked at");
    assert!(
        plan.refusals.iter().any(|it| it.contains(because)),
        "{:?}",
        plan.refusals
    );
    let error = office.erase(id, &order(), now()).expect_err(because);
    assert_eq!(error.code, "SC-02");
    assert!(error.message.contains(because), "{error}");
}

#[test]
fn a_person_with_everything_about_them_goes_and_the_register_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "删除");
    let someone = person(&mut office, "某甲乙");
    note(&mut office, &someone);
    office.back_up_now(now()).expect("a backup");
    let plan = office.erasure_plan(&someone, now()).expect("looked at");
    assert!(plan.refusals.is_empty(), "{:?}", plan.refusals);
    let going = plan.going.join("\n");
    assert!(
        going.contains("“人员”1条") && going.contains("“情况记录”1条"),
        "{going}"
    );
    assert!(going.contains("2条账本条目"), "{going}");
    assert_eq!((plan.cautions.len(), plan.backups), (1, 1));
    assert!(plan.cautions[0].contains("复核日期") && plan.cautions[0].contains("待核对"));

    for (change, missing) in [
        (
            ErasureOrder {
                reason: " ".into(),
                ..order()
            },
            "事由",
        ),
        (
            ErasureOrder {
                basis: String::new(),
                ..order()
            },
            "依据",
        ),
        (
            ErasureOrder {
                approved_by: String::new(),
                ..order()
            },
            "批准人",
        ),
        (
            ErasureOrder {
                weighed: false,
                ..order()
            },
            "核对",
        ),
    ] {
        let error = office.erase(&someone, &change, now()).expect_err(missing);
        assert_eq!(error.code, "GN-03");
        assert!(error.message.contains(missing), "{error}");
    }
    let done = office.erase(&someone, &order(), now()).expect("erased");
    assert_eq!(done.backups, 1);
    assert!(office.people("").expect("listed").is_empty());
    assert!(office.search("饕餮", 9).expect("searched").is_empty());
    let history = office.history(&someone, true, 9).expect("told");
    let words = history.erased.expect("erased");
    for said in [
        "2026年11月23日依规删除",
        "示例办法",
        "保存期满",
        "乙某",
        "甲某",
    ] {
        assert!(words.contains(said), "{words}");
    }
    let register = office.erasures().expect("listed");
    assert_eq!((register.len(), register[0].records), (1, 2));
    assert_eq!(register[0].subject, "人员");
    let lines = office
        .journal(&JournalQuery::default(), None, 50)
        .expect("listed");
    let erased = lines
        .lines
        .iter()
        .filter(|it| it.action == "（已依规删除）");
    assert_eq!(erased.count(), 2);
    let text = serde_json::to_string(&lines).expect("JSON");
    assert!(!text.contains("某甲乙") && !text.contains("饕餮"), "{text}");
    let view = office.verify_archive().expect("checked");
    assert!(
        view.ok && view.words.contains("其中2条的内容已依规删除"),
        "{}",
        view.words
    );

    let error = office.undo(now()).expect_err("not to be undone");
    assert_eq!(error.code, "GN-07");
    for error in [
        office.erasure_plan(&someone, now()).expect_err("gone"),
        office.person(&someone, now()).map(drop).expect_err("gone"),
    ] {
        assert_eq!(error.code, "SC-01");
        assert!(error.message.contains("示例办法"), "{error}");
    }
    assert_eq!(office.backups_before_erasures().expect("counted"), 1);
    assert_eq!(office.give_up_older_backups(now()).expect("done"), 1);
    assert_eq!(office.backups_before_erasures().expect("counted"), 0);
    let sheet = folder.path().join("登记表.pdf");
    let printed = office.print_erasures(&sheet, now()).expect("printed");
    assert_eq!(printed.pages, 1);
}

#[test]
fn what_a_paper_or_an_open_matter_rests_on_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "拒绝");
    let someone = person(&mut office, "某甲乙");
    let observation = note(&mut office, &someone);
    let (interview, turns) = talk(&mut office, None, &someone, 2);
    let error = office.erase(&turns[0], &order(), now()).expect_err("alone");
    assert!(error.message.contains("整次谈话"), "{error}");
    refused(&mut office, &someone, "请先分别处理");
    let clue = finding(&mut office, &someone, None);
    office
        .cite(
            &clue,
            CitationTarget::情况记录,
            &observation,
            None,
            Proof::待核实,
            now(),
        )
        .expect("cited");
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
    refused(&mut office, &observation, "还没有了结");
    refused(&mut office, &clue, "还没有了结");
    let letter = inquiry(&mut office, &someone, &clue);
    office
        .close_interview(&interview, &signed(), now())
        .expect("closed");
    let mut record = office.finding(&clue, now()).expect("it").finding.record;
    record.disposition = Disposition::予以了结;
    record.disposition_reason = "已说明清楚".into();
    office
        .save_finding(Some(&clue), &record, now())
        .expect("saved");
    let plan = office.erasure_plan(&observation, now()).expect("looked at");
    assert!(plan.refusals.is_empty(), "{:?}", plan.refusals);
    assert!(
        plan.staying
            .iter()
            .any(|it| it.contains("证据引用里摘录的原话")),
        "{:?}",
        plan.staying
    );
    let number = office
        .suggest_number(PaperKind::函询通知书, now().today())
        .expect("a number");
    office
        .issue_paper(&letter, number, now().today(), now())
        .expect("issued");
    refused(&mut office, &observation, "已签发的文书");
    refused(&mut office, &letter, "还没有办结");
    let own = office
        .identity()
        .expect("known")
        .supervisor
        .expect("recorded");
    office
        .erase(&own.id, &order(), now())
        .expect_err("who wrote it");
}

#[test]
fn what_was_erased_here_is_erased_where_it_is_sent_and_stays_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut ours, mut theirs) = (set_up(folder.path(), "我方"), set_up(folder.path(), "对方"));
    let someone = person(&mut ours, "某甲乙");
    let scope = Scope {
        kind: ScopeKind::全部,
        id: None,
    };
    let (older, newer) = (folder.path().join("一.dcx"), folder.path().join("二.dcx"));
    let export = |office: &mut Office, file: &std::path::Path| {
        office
            .export_bundle(&scope, &[], Some(BUNDLE_PASSPHRASE), file, now())
            .expect("exported");
    };
    export(&mut ours, &older);
    theirs
        .import_bundle(&older, Some(BUNDLE_PASSPHRASE), now())
        .expect("imported");
    let readable = ours.export_json(now()).expect("readable");
    ours.erase(&someone, &order(), now()).expect("erased");
    export(&mut ours, &newer);
    let preview = theirs.preview_bundle(&newer, Some(BUNDLE_PASSPHRASE), now());
    let warnings = preview.expect("looked at").warnings.join("\n");
    assert!(warnings.contains("“人员 某甲乙”"), "{warnings}");
    theirs
        .import_bundle(&newer, Some(BUNDLE_PASSPHRASE), now())
        .expect("imported");
    let report = theirs.import_bundle(&older, Some(BUNDLE_PASSPHRASE), now());
    let warnings = report.expect("imported").warnings.join("\n");
    assert!(warnings.contains("不再收入"), "{warnings}");
    for office in [&mut ours, &mut theirs] {
        assert!(office.people("").expect("listed").is_empty());
        assert!(office.verify_archive().expect("checked").ok);
        let error = office
            .import_json(&readable, now())
            .expect_err("comes back no way");
        assert_eq!(error.code, "DA-31");
    }
}

#[test]
fn review_dates_come_and_a_decision_puts_them_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "复核");
    let someone = person(&mut office, "某甲乙");
    let observation = note(&mut office, &someone);
    assert!(office.reviews_due(now()).expect("listed").is_empty());
    let told = |office: &Office, now: Moment| -> Vec<String> {
        let notices = office.desk(now).expect("shown").notices.into_iter();
        let due = notices.filter(|it| it.place == NoticePlace::保存与删除);
        due.map(|it| it.title).collect()
    };
    assert!(told(&office, now()).is_empty());
    let due = office.reviews_due(in_years(3)).expect("listed");
    assert_eq!(due.len(), 1);
    assert_eq!(told(&office, in_years(3)), ["1条记录到了复核日期"]);
    assert_eq!(
        (due[0].id.as_str(), due[0].review_on),
        (observation.as_str(), day("2029-11-23"))
    );
    assert!(due[0].source.contains("3年") && due[0].source.contains("待核对"));
    assert_eq!(office.reviews_due(in_years(5)).expect("listed").len(), 2);

    let mut keep = |until: &str, reason: &str| {
        office.keep_longer(&observation, day(until), reason, in_years(3))
    };
    assert_eq!(
        keep("2029-11-24", "仍在核查").expect_err("today").code,
        "GN-03"
    );
    assert_eq!(keep("2032-01-01", " ").expect_err("why").code, "GN-03");
    let first = keep("2030-01-01", "仍在核查").expect("kept");
    let second = keep("2032-01-01", "延长核查").expect("kept");
    assert_eq!(first.id, second.id, "one decision with its history");
    assert!(office.reviews_due(in_years(3)).expect("listed").is_empty());
    let due = office.reviews_due(in_years(6)).expect("listed");
    assert!(
        due.iter()
            .any(|it| it.id == observation && it.source.contains("延长核查"))
    );
    let done = office
        .erase(&observation, &order(), in_years(6))
        .expect("erased");
    assert!(
        done.words.contains("2条记录"),
        "with the decision: {}",
        done.words
    );
}
