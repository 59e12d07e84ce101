//! What two machines changed apart: found, shown with who and when, and decided.

use crate::setup::{BUNDLE_PASSPHRASE, day, finding, inquiry, now, person, set_up, signed, talk};
use casework::records::{
    CitationTarget, Interview, InterviewState, PaperKind, Person, Proof, Role,
};
use office::{Choice, ConflictView, FieldConflict, Moment, Office, Scope};
use std::path::Path;

/// Carries everything of one archive into the other.
pub(crate) fn carry(folder: &Path, from: &mut Office, to: &mut Office) {
    let file = folder.join("传递.dcx");
    from.export_bundle(
        &Scope::everything(),
        &[],
        Some(BUNDLE_PASSPHRASE),
        &file,
        now(),
    )
    .expect("exported");
    to.import_bundle(&file, Some(BUNDLE_PASSPHRASE), now())
        .expect("imported");
}

/// Carries everything both ways.
pub(crate) fn exchange(folder: &Path, one: &mut Office, other: &mut Office) {
    carry(folder, one, other);
    carry(folder, other, one);
}

/// So many minutes later.
pub(crate) fn later(minutes: u64) -> Moment {
    Moment::at(now().local + chrono::TimeDelta::minutes(i64::try_from(minutes).expect("few")))
}

fn field(view: &ConflictView, name: &str) -> FieldConflict {
    let found = view.fields.iter().find(|field| field.field == name);
    found
        .unwrap_or_else(|| panic!("{name} is open: {view:?}"))
        .clone()
}

fn words(field: &FieldConflict) -> Vec<String> {
    let whole =
        |side: &office::ConflictSide| side.pieces.iter().map(|it| it.text.as_str()).collect();
    field.sides.iter().map(whole).collect()
}

fn change_person(office: &mut Office, id: &str, now: Moment, change: impl FnOnce(&mut Person)) {
    let mut record = office.person(id, now).expect("there").person.record;
    change(&mut record);
    office.save_person(Some(id), &record, now).expect("saved");
}

#[test]
fn both_values_are_shown_and_the_chosen_one_travels_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b) = (set_up(folder.path(), "甲机"), set_up(folder.path(), "乙机"));
    let id = person(&mut a, "王𬱖");
    carry(folder.path(), &mut a, &mut b);
    change_person(&mut a, &id, later(1), |it| {
        it.post = "示例局科长".into();
        it.rank = "正科级".into();
    });
    change_person(&mut b, &id, later(2), |it| {
        it.post = "示例局处长".into();
        it.rank = "正科级".into();
        it.duties = "人事".into();
    });
    exchange(folder.path(), &mut a, &mut b);
    for office in [&a, &b] {
        let rows = office.conflicts().expect("a list").records;
        assert_eq!(rows.len(), 1, "only the one field differs: {rows:?}");
        assert_eq!(
            (rows[0].title.as_str(), &rows[0].fields[..]),
            ("王𬱖", &["职务".to_owned()][..])
        );
        assert!(
            office
                .desk(now())
                .expect("a desk")
                .notices
                .iter()
                .any(|it| it.key == "conflicts")
        );
    }
    let view = a.conflict(&id).expect("a view");
    let post = field(&view, "post");
    assert_eq!(words(&post), ["示例局处长", "示例局科长"]);
    assert_eq!(post.ground.as_deref(), None, "nothing stood there before");
    assert_eq!(post.sides[1].by[0].device, "本机");
    assert!(post.sides[0].by[0].device.starts_with("设备"));
    assert!(
        view.around
            .iter()
            .any(|it| it.label == "分管工作" && it.words == "人事")
    );
    let choice = Choice::选定(post.sides[1].entry.clone());
    a.settle_conflict(&id, "post", &post.seen, &choice, later(3))
        .expect("settled");
    assert_eq!(a.conflicts().expect("a list").records, []);
    assert!(a.desk(now()).expect("a desk").notices.is_empty());
    let again = a.settle_conflict(&id, "post", &post.seen, &choice, later(3));
    assert_eq!(again.expect_err("nothing is open").code, "CT-01");
    carry(folder.path(), &mut a, &mut b);
    assert_eq!(b.conflicts().expect("a list").records, []);
    assert_eq!(
        b.person(&id, now()).expect("there").person.record.post,
        "示例局科长"
    );
    let history = b.history(&id, false, 99).expect("a history");
    let told = format!("{:?}", history.steps);
    assert!(
        told.contains("示例局处长") && told.contains("示例局科长"),
        "both stay for ever"
    );
    assert!(a.verify_archive().expect("verified").ok);
}

#[test]
fn long_texts_are_combined_only_where_their_lines_lie_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b) = (set_up(folder.path(), "甲机"), set_up(folder.path(), "乙机"));
    let someone = person(&mut a, "王𬱖");
    let id = finding(&mut a, &someone, None);
    let set = |office: &mut Office, facts: &str, question: &str, now: Moment| {
        let mut record = office.finding(&id, now).expect("there").finding.record;
        record.facts = facts.into();
        record.question = question.into();
        office.save_finding(Some(&id), &record, now).expect("saved");
    };
    set(
        &mut a,
        "一、会前没有酝酿。\n二、会上没有表态。\n三、会后没有公示。",
        "请说明。",
        later(1),
    );
    carry(folder.path(), &mut a, &mut b);
    set(
        &mut a,
        "一、会前没有酝酿，有记录。\n二、会上没有表态。\n三、会后没有公示。",
        "请书面说明。",
        later(2),
    );
    set(
        &mut b,
        "一、会前没有酝酿。\n二、会上没有表态。\n三、会后没有公示满五天。",
        "请当面说明。",
        later(3),
    );
    exchange(folder.path(), &mut a, &mut b);
    let view = b.conflict(&id).expect("a view");
    let (facts, question) = (field(&view, "facts"), field(&view, "question"));
    let both = "一、会前没有酝酿，有记录。\n二、会上没有表态。\n三、会后没有公示满五天。";
    assert_eq!(facts.combined.as_deref(), Some(both));
    assert_eq!(question.combined, None, "one line, changed by both");
    assert_eq!(question.ground.as_deref(), Some("请说明。"));
    assert!(question.can_write);
    let choice = Choice::另写(both.into());
    b.settle_conflict(&id, "facts", &facts.seen, &choice, later(4))
        .expect("settled");
    carry(folder.path(), &mut b, &mut a);
    let left: Vec<String> = a
        .conflict(&id)
        .expect("a view")
        .fields
        .into_iter()
        .map(|it| it.field)
        .collect();
    assert_eq!(
        left,
        ["question"],
        "what was left open stays open, here and there"
    );
    assert_eq!(
        a.finding(&id, now()).expect("there").finding.record.facts,
        both
    );
}

#[test]
fn a_word_from_a_list_is_chosen_and_never_typed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b) = (set_up(folder.path(), "甲机"), set_up(folder.path(), "乙机"));
    let id = person(&mut a, "王𬱖");
    carry(folder.path(), &mut a, &mut b);
    change_person(&mut a, &id, later(1), |it| {
        it.sex = casework::records::Sex::女;
    });
    change_person(&mut b, &id, later(1), |it| {
        it.sex = casework::records::Sex::未填;
    });
    carry(folder.path(), &mut b, &mut a);
    let sex = field(&a.conflict(&id).expect("a view"), "sex");
    assert!(!sex.can_write);
    let refused = a.settle_conflict(&id, "sex", &sex.seen, &Choice::另写("其他".into()), now());
    assert_eq!(refused.expect_err("not a value").code, "GN-03");
}

#[test]
fn a_withdrawal_against_an_edit_is_decided_by_a_person() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b) = (set_up(folder.path(), "甲机"), set_up(folder.path(), "乙机"));
    let (stays, goes) = (person(&mut a, "留某"), person(&mut a, "去某"));
    carry(folder.path(), &mut a, &mut b);
    for id in [&stays, &goes] {
        a.retract(id, later(1)).expect("withdrawn");
        change_person(&mut b, id, later(2), |it| it.post = "示例局处长".into());
    }
    carry(folder.path(), &mut b, &mut a);
    for (id, withdraw) in [(&stays, false), (&goes, true)] {
        let open = field(&a.conflict(id).expect("a view"), "retracted");
        assert_eq!(open.label, "撤回还是保留");
        let said = words(&open);
        assert!(
            said[0].starts_with("保留") && said[0].contains("职务：示例局处长"),
            "{said:?}"
        );
        assert_eq!(said[1], "撤回这条记录");
        assert!(!open.can_write);
        // Whoever goes on writing does not withdraw it by the way.
        change_person(&mut a, id, later(3), |it| it.duties = "办公室".into());
        assert!(a.person(id, now()).is_ok());
        let open = field(&a.conflict(id).expect("a view"), "retracted");
        let side = &open.sides[usize::from(withdraw)];
        a.settle_conflict(
            id,
            "retracted",
            &open.seen,
            &Choice::选定(side.entry.clone()),
            later(4),
        )
        .expect("settled");
        assert_eq!(a.person(id, now()).is_err(), withdraw);
    }
    carry(folder.path(), &mut a, &mut b);
    assert!(b.person(&stays, now()).is_ok() && b.person(&goes, now()).is_err());
    assert_eq!(b.conflicts().expect("a list").records, []);
}

#[test]
fn a_closed_talk_keeps_what_was_signed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b) = (set_up(folder.path(), "甲机"), set_up(folder.path(), "乙机"));
    let someone = person(&mut a, "王𬱖");
    let (talk_id, turns) = talk(&mut a, None, &someone, 4);
    carry(folder.path(), &mut a, &mut b);
    let write = |office: &mut Office, text: &str, now: Moment| {
        office
            .save_turn(Some(&turns[1]), &talk_id, Role::答, text, None, now)
            .expect("saved");
    };
    write(&mut a, "当时只有五个人到会。", later(1));
    let mut record: Interview = a.interview(&talk_id).expect("there").interview.record;
    record.state = InterviewState::进行中;
    a.close_interview(&talk_id, &signed(), later(2))
        .expect("closed");
    // The other machine's clock is later, so its words are the ones shown.
    write(&mut b, "当时有七个人到会。", later(30));
    carry(folder.path(), &mut b, &mut a);
    let view = a.conflict(&turns[1]).expect("a view");
    assert!(view.note.is_some());
    let text = field(&view, "text");
    assert_eq!(words(&text)[0], "当时有七个人到会。");
    assert!(!text.can_write && text.combined.is_none());
    assert!(text.sides[0].bars.is_some() && text.sides[1].bars.is_none());
    for choice in [
        Choice::选定(text.sides[0].entry.clone()),
        Choice::另写("当时有六个人到会。".into()),
    ] {
        let refused = a.settle_conflict(&turns[1], "text", &text.seen, &choice, later(31));
        assert_eq!(refused.expect_err("it is closed").code, "CT-02");
    }
    a.settle_conflict(
        &turns[1],
        "text",
        &text.seen,
        &Choice::选定(text.sides[1].entry.clone()),
        later(32),
    )
    .expect("what was signed");
    let shown = a.interview(&talk_id).expect("there").turns[1]
        .record
        .text
        .clone();
    assert_eq!(shown, "当时只有五个人到会。");
}

/// A letter that may be issued, with evidence and approval.
pub(crate) fn letter(office: &mut Office, someone: &str) -> String {
    let (_, turns) = talk(office, None, someone, 2);
    let id = finding(office, someone, None);
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
    inquiry(office, someone, &id)
}

/// Issues it with the number the program offers.
pub(crate) fn issue(
    office: &mut Office,
    letter: &str,
    now: Moment,
) -> office::Result<office::Saved> {
    let number = office
        .suggest_number(PaperKind::函询通知书, day("2026-11-23"))
        .expect("a number");
    office.issue_paper(letter, number, day("2026-11-23"), now)
}

#[test]
fn a_draft_with_two_wordings_is_not_issued() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b) = (set_up(folder.path(), "甲机"), set_up(folder.path(), "乙机"));
    let someone = person(&mut a, "王𬱖");
    let paper = letter(&mut a, &someone);
    carry(folder.path(), &mut a, &mut b);
    for (office, title) in [
        (&mut a, "关于请王𬱖同志说明情况的函"),
        (&mut b, "关于请王𬱖同志作出说明的函"),
    ] {
        let mut draft = office.paper(&paper, now()).expect("there").paper.record;
        draft.title = title.into();
        office.save_paper(&paper, &draft, later(1)).expect("saved");
    }
    carry(folder.path(), &mut b, &mut a);
    let refused = issue(&mut a, &paper, later(2)).expect_err("two titles");
    assert!(
        refused.message.contains("标题") && refused.message.contains("冲突"),
        "{refused:?}"
    );
    let open = field(&a.conflict(&paper).expect("a view"), "title");
    a.settle_conflict(
        &paper,
        "title",
        &open.seen,
        &Choice::选定(open.sides[1].entry.clone()),
        later(3),
    )
    .expect("settled");
    issue(&mut a, &paper, later(4)).expect("issued");
}

#[test]
fn an_issued_letter_stays_as_it_was_issued() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b) = (set_up(folder.path(), "甲机"), set_up(folder.path(), "乙机"));
    let someone = person(&mut a, "王𬱖");
    let paper = letter(&mut a, &someone);
    carry(folder.path(), &mut a, &mut b);
    let rename = |office: &mut Office, title: &str, now: Moment| {
        let mut draft = office.paper(&paper, now).expect("there").paper.record;
        draft.title = title.into();
        office.save_paper(&paper, &draft, now).expect("saved");
    };
    rename(&mut a, "关于请王𬱖同志说明情况的函", later(1));
    issue(&mut a, &paper, later(2)).expect("issued");
    let frozen = a.paper_pdf(&paper, now()).expect("the bytes");
    rename(&mut b, "关于请王𬱖同志作出说明的函", later(30));
    exchange(folder.path(), &mut a, &mut b);
    for office in [&mut a, &mut b] {
        let open = field(&office.conflict(&paper).expect("a view"), "title");
        assert!(!open.can_write && open.sides[0].bars.is_some());
        let other = Choice::选定(open.sides[0].entry.clone());
        let refused = office.settle_conflict(&paper, "title", &open.seen, &other, later(31));
        assert_eq!(refused.expect_err("issued otherwise").code, "CT-02");
    }
    let open = field(&a.conflict(&paper).expect("a view"), "title");
    a.settle_conflict(
        &paper,
        "title",
        &open.seen,
        &Choice::选定(open.sides[1].entry.clone()),
        later(32),
    )
    .expect("as issued");
    assert_eq!(a.paper_pdf(&paper, now()).expect("the bytes"), frozen);
}

#[test]
fn a_letter_issued_on_two_machines_is_one_or_the_other_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b) = (set_up(folder.path(), "甲机"), set_up(folder.path(), "乙机"));
    let someone = person(&mut a, "王𬱖");
    let paper = letter(&mut a, &someone);
    carry(folder.path(), &mut a, &mut b);
    issue(&mut a, &paper, later(1)).expect("issued");
    let first = a.paper_pdf(&paper, now()).expect("the bytes");
    let number = "示组函〔2026〕9号".parse().ok();
    b.issue_paper(&paper, number, day("2026-11-22"), later(2))
        .expect("issued");
    carry(folder.path(), &mut b, &mut a);
    let view = a.conflict(&paper).expect("a view");
    let issued = field(&view, "issued");
    let at = usize::from(issued.sides[0].by[0].device != "本机");
    a.settle_conflict(
        &paper,
        "issued",
        &issued.seen,
        &Choice::选定(issued.sides[at].entry.clone()),
        later(3),
    )
    .expect("settled");
    assert_eq!(a.conflict(&paper).expect("a view").fields, []);
    let record = a.paper(&paper, now()).expect("there").paper.record;
    assert_eq!(
        record.number.map(|it| it.to_string()).as_deref(),
        Some("示组函〔2026〕1号")
    );
    assert_eq!(record.date, Some(day("2026-11-23")));
    assert_eq!(a.paper_pdf(&paper, now()).expect("the bytes"), first);
}

#[test]
fn closing_a_talk_vouches_for_what_nobody_touched_since() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b) = (set_up(folder.path(), "甲机"), set_up(folder.path(), "乙机"));
    let someone = person(&mut a, "王𬱖");
    let (talk_id, turns) = talk(&mut a, None, &someone, 4);
    carry(folder.path(), &mut a, &mut b);
    a.close_interview(&talk_id, &signed(), later(2))
        .expect("closed");
    let signed_words: Vec<String> = texts(&a, &talk_id);
    // The other machine knows nothing of that: it changes, takes out and adds.
    let write = |office: &mut Office, id: Option<&str>, text: &str, now: Moment| {
        office
            .save_turn(id, &talk_id, Role::答, text, None, now)
            .expect("saved")
            .turn
            .id
    };
    write(&mut b, Some(&turns[1]), "另一台电脑改的话。", later(30));
    b.remove_turn(&turns[3], later(31)).expect("taken out");
    let added = write(&mut b, None, "另一台电脑添的话。", later(32));
    exchange(folder.path(), &mut a, &mut b);
    for office in [&mut a, &mut b] {
        let open = office.conflicts().expect("a list").records;
        assert_eq!(open.len(), 2, "{open:?}");
        for turn in [&turns[1], &turns[3]] {
            let view = office.conflict(turn).expect("a view");
            for dispute in view.fields {
                let barred: Vec<bool> = dispute.sides.iter().map(|it| it.bars.is_some()).collect();
                assert_eq!(barred.iter().filter(|it| **it).count(), 1, "{dispute:?}");
                let signed = barred.iter().position(|it| !it).expect("one is allowed");
                let choice = Choice::选定(dispute.sides[signed].entry.clone());
                office
                    .settle_conflict(turn, &dispute.field, &dispute.seen, &choice, later(40))
                    .expect("what was signed");
            }
        }
        let turns = office.interview(&talk_id).expect("there").turns;
        let late: Vec<&str> = turns
            .iter()
            .filter(|turn| turn.late)
            .map(|turn| turn.id.as_str())
            .collect();
        assert_eq!(late, [&added]);
        let stood = turns.iter().filter(|turn| !turn.late);
        assert_eq!(
            stood
                .map(|turn| turn.record.text.clone())
                .collect::<Vec<_>>(),
            signed_words
        );
        // Nor is it printed: what the person signs is what he was read.
        let record = office
            .draft_paper(
                PaperKind::个别谈话记录,
                &someone,
                &[],
                Some(&talk_id),
                later(41),
            )
            .expect("a draft")
            .id;
        let printed = office.paper_pdf(&record, later(41)).expect("typeset");
        let read = minutes::parse("笔录.pdf", &printed, &minutes::Limits::default());
        let words: String = read
            .expect("readable")
            .paragraphs
            .into_iter()
            .map(|it| it.text)
            .collect();
        let bare = |text: &str| text.replace(char::is_whitespace, "");
        assert!(bare(&words).contains(&bare(&signed_words[1])), "{words}");
        assert!(!bare(&words).contains("另一台电脑"), "{words}");
    }
}

fn texts(office: &Office, talk: &str) -> Vec<String> {
    let turns = office.interview(talk).expect("there").turns;
    turns.into_iter().map(|turn| turn.record.text).collect()
}

#[test]
fn the_history_of_a_closed_talk_tells_only_what_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut a = set_up(folder.path(), "甲机");
    let someone = person(&mut a, "王𬱖");
    let (talk_id, turns) = talk(&mut a, None, &someone, 2);
    a.close_interview(&talk_id, &signed(), later(2))
        .expect("closed");
    let history = a.history(&talk_id, true, 99).expect("told");
    let step = &history.steps[0];
    assert_eq!((step.deed, &step.record), (office::Deed::修改, &talk_id));
    let labels: Vec<&str> = step.changes.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(labels, ["结束时间", "状态", "核对和签名"]);
    assert_eq!(
        a.history(&turns[0], false, 99).expect("told").steps.len(),
        2
    );
    let told = history.steps.iter().filter(|it| it.record == turns[0]);
    assert_eq!(told.count(), 1, "made, and not told again");
}

#[test]
fn issuing_vouches_for_what_nobody_touched_since() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b) = (set_up(folder.path(), "甲机"), set_up(folder.path(), "乙机"));
    let someone = person(&mut a, "王𬱖");
    let paper = letter(&mut a, &someone);
    carry(folder.path(), &mut a, &mut b);
    issue(&mut a, &paper, later(2)).expect("issued");
    let printed = a.paper(&paper, now()).expect("there").paper.record;
    let mut draft = b.paper(&paper, now()).expect("there").paper.record;
    draft.title = "另一台电脑改的标题".into();
    draft.reply_days = 3;
    b.save_paper(&paper, &draft, later(30)).expect("saved");
    exchange(folder.path(), &mut a, &mut b);
    let rows = b.conflicts().expect("a list").records;
    assert_eq!(rows[0].fields.len(), 2, "{rows:?}");
    for dispute in a.conflict(&paper).expect("a view").fields {
        let issued = dispute.sides.iter().position(|it| it.bars.is_none());
        let choice = Choice::选定(dispute.sides[issued.expect("one")].entry.clone());
        a.settle_conflict(&paper, &dispute.field, &dispute.seen, &choice, later(31))
            .expect("as issued");
    }
    assert_eq!(a.paper(&paper, now()).expect("there").paper.record, printed);
}

#[test]
fn a_withdrawal_against_what_was_noted_in_it_meanwhile_is_decided_by_a_person() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b) = (set_up(folder.path(), "甲机"), set_up(folder.path(), "乙机"));
    let someone = person(&mut a, "王𬱖");
    let (talk_id, _) = talk(&mut a, None, &someone, 0);
    carry(folder.path(), &mut a, &mut b);
    for (at, text) in ["当时有五个人到会。", "没有逐一表态。"]
        .into_iter()
        .enumerate()
    {
        b.save_turn(None, &talk_id, Role::答, text, None, later(at as u64))
            .expect("saved");
    }
    // It looks empty here.
    a.retract(&talk_id, later(30)).expect("withdrawn");
    exchange(folder.path(), &mut a, &mut b);
    for office in [&mut a, &mut b] {
        let rows = office.conflicts().expect("a list").records;
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(
            (rows[0].id.as_str(), &rows[0].fields[..]),
            (talk_id.as_str(), &["撤回还是保留".to_owned()][..])
        );
        let view = office.conflict(&talk_id).expect("a view");
        let open = view.fields[0].clone();
        let kept = words(&open)[1].clone();
        assert!(kept.contains("没有逐一表态"), "{kept}");
        assert!(!open.sides[1].by.is_empty() && open.sides[1].bars.is_none());
        // What rests on it must not be lost by a word.
        assert!(open.sides[0].bars.is_some());
        let gone = Choice::选定(open.sides[0].entry.clone());
        let refused = office.settle_conflict(&talk_id, &open.field, &open.seen, &gone, later(31));
        assert_eq!(refused.expect_err("barred").code, "CT-02");
    }
    let open = a.conflict(&talk_id).expect("a view").fields[0].clone();
    let stays = Choice::选定(open.sides[1].entry.clone());
    a.settle_conflict(&talk_id, &open.field, &open.seen, &stays, later(32))
        .expect("kept");
    exchange(folder.path(), &mut a, &mut b);
    for office in [&a, &b] {
        assert_eq!(office.conflicts().expect("a list").records, []);
        assert_eq!(texts(office, &talk_id).len(), 2);
    }
}
