//! Findings and what they rest on.

use crate::setup::{PASSPHRASE, finding, now, person, set_up, talk};
use casework::records::{CitationTarget, Observation, Passage, Proof, Role};
use ledger::Value;
use office::Office;
use std::path::Path;

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

/// Writes minutes with these paragraphs, each on its page, into the archive of an
/// office that is locked; gives the document and its paragraphs.
pub(crate) fn minutes(
    folder: &Path,
    name: &str,
    paragraphs: &[(i64, &str)],
) -> (String, Vec<String>) {
    let mut vault = crate::importing::vault_of(folder, name);
    let document = vault.new_id(7).expect("an id");
    let action = vault::Action {
        name: "导入会议记录".into(),
        author: document,
        compartment: ledger::CompartmentId::OPEN,
        note: None,
    };
    let edit = |entity, kind: &str, field: &str, value: Value| vault::Edit {
        entity,
        kind: kind.into(),
        field: field.into(),
        value,
    };
    let mut edits = vec![edit(document, "minutes", "title", "示例会议记录".into())];
    let mut ids = Vec::new();
    for (order, (page, text)) in paragraphs.iter().enumerate() {
        let id = vault.new_id(7).expect("an id");
        let document = document.to_string().as_str().into();
        let order = format!("a{order}").as_str().into();
        edits.extend([
            edit(id, "paragraph", "document", document),
            edit(id, "paragraph", "order", order),
            edit(id, "paragraph", "page", Value::from(*page)),
            edit(id, "paragraph", "text", (*text).into()),
        ]);
        ids.push(id.to_string());
    }
    vault.write(&action, edits, now().millis).expect("written");
    (document.to_string(), ids)
}

#[test]
fn a_passage_is_cited_with_the_page_and_paragraph_where_it_begins() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "页码");
    let someone = person(&mut office, "甲甲某");
    let id = finding(&mut office, &someone, None);
    office.lock();
    let texts = [
        (1, "会议开始。"),
        (1, "研究示例事项。"),
        (2, "会议同意。"),
        (3, "散会。"),
    ];
    let (document, at) = minutes(folder.path(), "页码", &texts);
    office
        .unlock(&folder.path().join("页码.ducha"), PASSPHRASE, now())
        .expect("open");
    let mut place = |from: usize, to: usize| {
        let passage = Passage {
            document: document.clone(),
            from_paragraph: at[from].clone(),
            to_paragraph: at[to].clone(),
            to_char: texts[to].1.chars().count() as u32,
            ..Passage::default()
        };
        let passage = office.add_passage(&passage, now()).expect("marked").id;
        let proof = Proof::待核实;
        office
            .cite(&id, CitationTarget::摘录, &passage, None, proof, now())
            .expect("cited");
        let cited = office.finding(&id, now()).expect("shown").citations;
        let mut found = cited.into_iter().filter(|it| it.record.target == passage);
        let record = found.next().expect("cited").record;
        (record.place, record.quote)
    };
    let is = |place: &str, quote: &str| (format!("《示例会议记录》{place}"), quote.to_owned());
    assert_eq!(place(0, 0), is("第1页第1段", "会议开始。"));
    // Over the end of a page: it is cited where it begins.
    assert_eq!(place(1, 2), is("第1页第2段", "研究示例事项。\n会议同意。"));
    assert_eq!(place(2, 2), is("第2页第3段", "会议同意。"));
    assert_eq!(place(3, 3), is("第3页第4段", "散会。"));
}
