//! Talks: their turns, and what closing means.

use crate::setup::{now, person, set_up, signed, talk};
use casework::records::{Closing, Person, Role, Sex};

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
