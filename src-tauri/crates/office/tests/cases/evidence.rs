//! Findings and what they rest on.

use crate::setup::{finding, now, person, set_up, talk};
use casework::records::{CitationTarget, Observation, Proof, Role};
use office::Office;

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
fn a_quote_whose_source_was_changed_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "改动");
    let someone = person(&mut office, "甲甲某");
    let (talk_id, turns) = talk(&mut office, None, &someone, 2);
    let id = finding(&mut office, &someone, None);
    office
        .cite(
            &id,
            CitationTarget::谈话,
            &turns[1],
            None,
            Proof::待核实,
            now(),
        )
        .expect("a citation");
    let standing = |office: &Office| {
        let view = office.finding(&id, now()).expect("the finding");
        (
            view.citations[0].standing.clone(),
            view.citations[0].record.quote.clone(),
        )
    };
    let (before, quote) = standing(&office);
    assert_eq!(before, "谈话记录，尚未签名");
    office
        .save_turn(Some(&turns[1]), &talk_id, Role::答, "记不清了", None, now())
        .expect("the talk is still open");
    let (after, kept) = standing(&office);
    assert_eq!(after, "谈话记录，尚未签名，引用后原文有改动");
    assert_eq!(kept, quote, "the words stay as they were cited");
}
