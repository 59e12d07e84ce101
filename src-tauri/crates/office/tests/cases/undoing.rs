//! Undo, redo, earlier states: what they bring back, and what they may not touch.

use crate::setup::{
    BUNDLE_PASSPHRASE, PASSPHRASE, finding, inquiry, now, office, person, set_up, signed, talk,
};
use casework::records::{
    CitationTarget, Observation, PaperKind, Person, Proof, Relation, Role, Tour,
};
use office::{Deed, Office, Scope, ScopeKind};

fn undo(office: &mut Office) -> String {
    let done = office.undo(now()).expect("allowed").expect("something");
    done.words
}

fn redo(office: &mut Office) -> String {
    let done = office.redo(now()).expect("allowed").expect("something");
    done.words
}

fn post(office: &Office, id: &str) -> String {
    office.person(id, now()).expect("it").person.record.post
}

fn set_post(office: &mut Office, id: &str, post: &str) {
    let mut record = office.person(id, now()).expect("it").person.record;
    record.post = post.into();
    office.save_person(Some(id), &record, now()).expect("saved");
}

fn pass_on(from: &mut Office, to: &mut Office, file: &std::path::Path) {
    let scope = Scope {
        kind: ScopeKind::全部,
        id: None,
    };
    from.export_bundle(&scope, &[], Some(BUNDLE_PASSPHRASE), file, now())
        .expect("exported");
    to.import_bundle(file, Some(BUNDLE_PASSPHRASE), now())
        .expect("imported");
}

#[test]
fn back_through_everything_and_forth_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "来回");
    office.lock();
    office
        .unlock(&folder.path().join("来回.ducha"), PASSPHRASE, now())
        .expect("open");
    assert_eq!(office.undo(now()).expect("asked"), None, "nothing done yet");
    let someone = person(&mut office, "甲甲某");
    let other = person(&mut office, "乙乙某");
    set_post(&mut office, &someone, "科长");
    set_post(&mut office, &someone, "处长");
    let relation = Relation {
        from: someone.clone(),
        to: other.clone(),
        kind: "同学".into(),
        source: "本人谈话".into(),
        ..Relation::default()
    };
    office.save_relation(None, &relation, now()).expect("saved");
    let note = Observation {
        person: someone.clone(),
        what: "参加聚会".into(),
        source: "本人谈话".into(),
        duty_basis: "核查廉洁自律情况".into(),
        ..Observation::default()
    };
    office.save_observation(None, &note, now()).expect("saved");
    let (_, turns) = talk(&mut office, None, &other, 2);
    office.remove_turn(&turns[1], now()).expect("taken out");

    let told: Vec<String> = (0..10).map(|_| undo(&mut office)).collect();
    assert_eq!(
        told,
        [
            "已撤销：撤回“谈话内容 答：第2句，会议是怎样表决的”",
            "已撤销：新建“谈话内容 答：第2句，会议是怎样表决的”",
            "已撤销：新建“谈话内容 问：第1句，会议是怎样表决的”",
            "已撤销：新建“谈话 与乙乙某的谈话”",
            "已撤销：新建“情况记录 甲甲某 参加聚会”",
            "已撤销：新建“关系 甲甲某—乙乙某 同学”",
            "已撤销：修改“人员 甲甲某”的职务",
            "已撤销：修改“人员 甲甲某”的职务",
            "已撤销：新建“人员 乙乙某”",
            "已撤销：新建“人员 甲甲某”",
        ]
    );
    assert_eq!(office.undo(now()).expect("asked"), None);
    assert!(office.people("").expect("listed").is_empty());

    for words in told.iter().rev() {
        assert_eq!(redo(&mut office), words.replace("撤销", "重做"));
    }
    assert_eq!(office.redo(now()).expect("asked"), None);
    let view = office.person(&someone, now()).expect("it");
    assert_eq!(view.person.record.post, "处长");
    assert_eq!((view.relations.len(), view.observations.len()), (1, 1));
    assert_eq!(undo(&mut office), told[0], "and back once more");
    assert!(
        office.verify_archive().expect("checked").ok,
        "the ledger holds all of it"
    );
}

#[test]
fn a_text_typed_with_pauses_is_one_step() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "打字");
    let someone = person(&mut office, "甲甲某");
    set_post(&mut office, &someone, "示例局局长");
    for typed in ["", "示例局二级", "示例局二级调", "示例局二级调研员"] {
        set_post(&mut office, &someone, typed);
    }
    assert_eq!(undo(&mut office), "已撤销：修改“人员 甲甲某”的职务");
    assert_eq!(post(&office, &someone), "示例局局长");
    redo(&mut office);
    assert_eq!(post(&office, &someone), "示例局二级调研员");

    // Typed on after that, it is a step of its own; so is another text.
    set_post(&mut office, &someone, "示例局二级调研员（退休）");
    set_post(&mut office, &someone, "示例局顾问");
    undo(&mut office);
    assert_eq!(post(&office, &someone), "示例局二级调研员（退休）");
    undo(&mut office);
    assert_eq!(post(&office, &someone), "示例局二级调研员");
    undo(&mut office);
    assert_eq!(post(&office, &someone), "示例局局长");
}

#[test]
fn something_new_ends_going_forth_and_locking_ends_going_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "新做");
    let someone = person(&mut office, "甲甲某");
    set_post(&mut office, &someone, "科长");
    undo(&mut office);
    set_post(&mut office, &someone, "主任");
    assert_eq!(office.redo(now()).expect("asked"), None);
    undo(&mut office);
    assert_eq!(post(&office, &someone), "");
    redo(&mut office);
    assert_eq!(post(&office, &someone), "主任");
    office.lock();
    office
        .unlock(&folder.path().join("新做.ducha"), PASSPHRASE, now())
        .expect("open");
    assert_eq!(office.undo(now()).expect("asked"), None);
    assert_eq!(post(&office, &someone), "主任");
}

#[test]
fn formal_acts_are_not_undone_and_the_lawful_way_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "正式");
    let refused = office.undo(now()).expect_err("the first registration");
    assert!(refused.message.contains("首次登记"), "{refused:?}");
    let someone = person(&mut office, "甲甲某");
    let (id, turns) = talk(&mut office, None, &someone, 4);
    let finding = finding(&mut office, &someone, None);
    office
        .cite(
            &finding,
            CitationTarget::谈话,
            &turns[1],
            None,
            Proof::部分印证,
            now(),
        )
        .expect("cited");
    let letter = inquiry(&mut office, &someone, &finding);
    let number = office
        .suggest_number(PaperKind::函询通知书, now().today())
        .expect("a number");
    let entries = |office: &Office| office.status(now()).expect("figures").entries;
    let must_refuse = |office: &mut Office, what: &str, way: &str| {
        let before = entries(office);
        let error = office.undo(now()).expect_err(what);
        assert_eq!(error.code, "GN-07");
        assert!(error.message.contains(what), "{error:?}");
        assert!(error.guidance.contains(way), "{error:?}");
        assert_eq!(entries(office), before, "nothing was written");
    };
    office
        .issue_paper(&letter, number, now().today(), now())
        .expect("issued");
    must_refuse(&mut office, "签发", "另行起草");
    office
        .serve_paper(&letter, now().today(), now())
        .expect("served");
    must_refuse(&mut office, "送达", "再登记一次送达");
    office
        .reply_paper(&letter, now().today(), "说明了情况", now())
        .expect("answered");
    must_refuse(&mut office, "回复", "再登记一次回复");
    office
        .close_paper(&letter, now().today(), "已核清", now())
        .expect("closed");
    must_refuse(&mut office, "办结", "另行起草");
    office
        .close_interview(&id, &signed(), now())
        .expect("ended");
    must_refuse(&mut office, "结束谈话", "另建一次谈话");
    assert_eq!(
        office
            .paper(&letter, now())
            .expect("it")
            .paper
            .record
            .outcome,
        "已核清"
    );
}

#[test]
fn undo_passes_the_same_guards_as_every_other_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "守卫");
    let someone = person(&mut office, "甲甲某");
    let (id, turns) = talk(&mut office, None, &someone, 4);
    office
        .save_turn(Some(&turns[1]), &id, Role::答, "改过的话", None, now())
        .expect("changed");
    let before = office.history(&turns[1], false, 9).expect("listed");
    let first = before.steps.last().expect("made").entry.clone();
    office
        .close_interview(&id, &signed(), now())
        .expect("ended");
    let refused = office
        .restore_version(&turns[1], &first, now())
        .expect_err("closed");
    assert_eq!(refused.code, "GN-08");
    assert!(refused.message.contains("已经核对结束"), "{refused:?}");
    let head = office.history(&id, false, 99).expect("listed");
    let open_head = head.steps.last().expect("made").entry.clone();
    assert_eq!(
        office
            .restore_version(&id, &open_head, now())
            .expect_err("closed")
            .code,
        "GN-08"
    );
    assert_eq!(
        office.interview(&id).expect("it").turns[1].record.text,
        "改过的话"
    );

    // A paper that was issued has no way back to its draft.
    let finding = finding(&mut office, &someone, None);
    office
        .cite(
            &finding,
            CitationTarget::谈话,
            &turns[1],
            None,
            Proof::部分印证,
            now(),
        )
        .expect("cited");
    let letter = inquiry(&mut office, &someone, &finding);
    let number = office
        .suggest_number(PaperKind::函询通知书, now().today())
        .expect("a number");
    office
        .issue_paper(&letter, number, now().today(), now())
        .expect("issued");
    for step in office.history(&letter, false, 99).expect("listed").steps {
        if !step.is_now {
            let refused = office.restore_version(&letter, &step.entry, now());
            assert_eq!(refused.expect_err("issued").code, "GN-08");
        }
    }
    assert!(
        office
            .paper(&letter, now())
            .expect("it")
            .paper
            .record
            .issued
            .is_some()
    );

    // What the letter rests on is not pulled out from under it by undo either.
    let mut other = set_up(folder.path(), "引用");
    let someone = person(&mut other, "乙乙某");
    let (_, turns) = talk(&mut other, None, &someone, 2);
    let made = other.history(&turns[0], false, 9).expect("listed").steps;
    assert_eq!(made.len(), 1);
    assert!(made[0].is_now && !made[0].restorable);
}

#[test]
fn what_a_colleague_changed_meanwhile_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut mine, mut theirs) = (set_up(folder.path(), "甲方"), set_up(folder.path(), "乙方"));
    let someone = person(&mut mine, "丙丙某");
    pass_on(&mut mine, &mut theirs, &folder.path().join("一.dcx"));
    set_post(&mut mine, &someone, "科长");
    set_post(&mut theirs, &someone, "处长");
    pass_on(&mut theirs, &mut mine, &folder.path().join("二.dcx"));
    // The import stands between; one's own earlier edit is not undone past it.
    let refused = mine.undo(now()).expect_err("an import");
    assert_eq!(refused.code, "GN-07");
    assert!(
        refused.message.contains("导入") && refused.guidance.contains("历史"),
        "{refused:?}"
    );
    let view = mine.person(&someone, now()).expect("it");
    assert_eq!(view.person.conflicts, ["post"], "both words stand");
    let history = mine.history(&someone, false, 9).expect("listed");
    let open: Vec<bool> = history
        .steps
        .iter()
        .flat_map(|step| &step.changes)
        .filter(|change| change.field == "post" && !change.after.is_empty())
        .map(|change| change.open_conflict)
        .collect();
    assert_eq!(open, [true, true]);

    // Settled by bringing one version back; both remain in the history.
    let own = history
        .steps
        .iter()
        .find(|step| step.device == "本机" && step.deed == Deed::修改)
        .expect("one's own step");
    mine.restore_version(&someone, &own.entry, now())
        .expect("chosen");
    let view = mine.person(&someone, now()).expect("it");
    assert_eq!(
        (
            view.person.record.post.as_str(),
            view.person.conflicts.len()
        ),
        ("科长", 0)
    );
    assert_eq!(
        mine.history(&someone, false, 9).expect("listed").total,
        history.total + 1
    );
    let refused = mine.undo(now()).expect_err("a choice");
    assert!(refused.message.contains("作出选择"), "{refused:?}");
    assert_eq!(post(&mine, &someone), "科长");
}

#[test]
fn any_earlier_state_comes_back_and_history_keeps_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "旧版");
    let someone = person(&mut office, "甲甲某");
    let long = Person {
        name: "甲甲某".into(),
        is_leader: true,
        birth: "1970-05".into(),
        remark: "研究任免事项时，没有逐一表态，直接宣布结果。".into(),
        ..office.person(&someone, now()).expect("it").person.record
    };
    office
        .save_person(Some(&someone), &long, now())
        .expect("saved");
    let longer = Person {
        remark: "研究任免事项时，多数人没有表态，直接宣布结果。".into(),
        is_leader: false,
        ..long.clone()
    };
    office
        .save_person(Some(&someone), &longer, now())
        .expect("saved");
    let history = office.history(&someone, false, 9).expect("listed");
    assert_eq!(
        (
            history.label.as_str(),
            history.title.as_str(),
            history.total
        ),
        ("人员", "甲甲某", 3)
    );
    let words = |pieces: &[office::TextPiece]| -> String {
        pieces.iter().map(|piece| piece.text.as_str()).collect()
    };
    let last = &history.steps[0];
    assert!(last.is_now && last.deed == Deed::修改 && last.who == "甲某" && last.device == "本机");
    let told: Vec<(String, String, String)> = last
        .changes
        .iter()
        .map(|change| {
            (
                change.label.clone(),
                words(&change.before),
                words(&change.after),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("领导干部".into(), "是".into(), "否".into()),
            ("备注".into(), long.remark.clone(), longer.remark.clone()),
        ]
    );
    let gone: Vec<&str> = last.changes[1]
        .before
        .iter()
        .filter(|piece| piece.changed)
        .map(|piece| piece.text.as_str())
        .collect();
    assert_eq!(gone, ["逐一"]);
    assert_eq!(words(&history.steps[1].changes[0].after), "1970年5月");

    let first = history.steps[2].clone();
    assert_eq!((first.deed, first.restorable), (Deed::新建, true));
    office
        .restore_version(&someone, &first.entry, now())
        .expect("back");
    let record = office.person(&someone, now()).expect("it").person.record;
    assert_eq!(
        (
            record.remark.as_str(),
            record.birth.as_str(),
            record.is_leader
        ),
        ("", "", true)
    );
    let after = office.history(&someone, false, 9).expect("listed");
    assert_eq!(after.total, 4);
    assert!(
        after.steps[0].is_now && after.steps[3].is_now,
        "it reads as at the beginning"
    );
    undo(&mut office);
    assert_eq!(
        office.person(&someone, now()).expect("it").person.record,
        longer
    );
}

#[test]
fn the_history_of_a_talk_takes_in_its_turns() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "所属");
    let someone = person(&mut office, "甲甲某");
    let (id, turns) = talk(&mut office, None, &someone, 3);
    office.remove_turn(&turns[2], now()).expect("taken out");
    let alone = office.history(&id, false, 99).expect("listed");
    assert!(alone.has_parts && alone.total == 1);
    let whole = office.history(&id, true, 99).expect("listed");
    assert_eq!(whole.total, 5);
    let last = &whole.steps[0];
    assert_eq!(last.deed, Deed::撤回);
    assert_eq!(
        last.part.as_deref(),
        Some("谈话内容 问：第3句，会议是怎样表决的")
    );
    assert!(!last.restorable);
}

#[test]
fn withdrawn_records_are_found_with_who_and_come_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "回收");
    assert_eq!(
        office.withdrawn(None, "", None, 9).expect("listed").total,
        0
    );
    let someone = person(&mut office, "甲甲某");
    let (_, turns) = talk(&mut office, None, &someone, 2);
    office.remove_turn(&turns[0], now()).expect("taken out");
    let gone = person(&mut office, "乙乙某");
    office.retract(&gone, now()).expect("taken back");
    let page = office.withdrawn(None, "", None, 9).expect("listed");
    assert_eq!(page.total, 2);
    let row = &page
        .rows
        .iter()
        .find(|row| row.id == turns[0])
        .expect("listed");
    assert_eq!(
        (row.label.as_str(), row.owner.as_str()),
        ("谈话内容", "与甲甲某的谈话")
    );
    assert_eq!((row.who.as_str(), row.device.as_str()), ("甲某", "本机"));
    let only = office
        .withdrawn(Some("person"), "乙乙", None, 9)
        .expect("listed");
    assert_eq!(only.rows.len(), 1);
    assert_eq!(only.kinds.len(), 1, "kinds under the words looked for");
    office.restore(&gone, now()).expect("back");
    assert_eq!(
        office
            .withdrawn(Some("person"), "", None, 9)
            .expect("listed")
            .total,
        0
    );
    assert!(office.person(&gone, now()).is_ok());
}

#[test]
fn minutes_brought_in_are_not_undone_and_can_be_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = office(folder.path());
    office
        .create_sample(&folder.path().join("示例.ducha"), PASSPHRASE, now())
        .expect("the sample");
    assert_eq!(
        office.undo(now()).expect("asked"),
        None,
        "the sample is the beginning"
    );
    let records = office.export_json(now()).expect("written");
    office.import_json(&records, now()).expect("the same again");
    let refused = office.undo(now()).expect_err("an import");
    assert!(refused.message.contains("导入"), "{refused:?}");
    let tour = Tour {
        title: "示例区督查".into(),
        ..Tour::default()
    };
    office.save_tour(None, &tour, now()).expect("saved");
    assert_eq!(undo(&mut office), "已撤销：新建“巡察任务 示例区督查”");
}
