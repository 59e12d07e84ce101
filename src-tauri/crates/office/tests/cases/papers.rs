//! Papers: what may be issued, and what stays as it was issued.

use crate::setup::{day, finding, inquiry, now, person, set_up, talk};
use casework::records::{
    CitationTarget, Disposition, Observation, Paper, PaperKind, PaperState, Person, Proof,
    Reliability, Sex, Statement, Verification,
};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use zip::ZipArchive;

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

/// The headers of a DOCX file, as they stand in it.
fn headers(file: &Path) -> String {
    let file = File::open(file).expect("the file");
    let mut archive = ZipArchive::new(file).expect("a DOCX file");
    let mut all = String::new();
    for number in 0..archive.len() {
        let mut part = archive.by_index(number).expect("a part");
        if part.name().expect("a name").contains("header") {
            part.read_to_string(&mut all).expect("text");
        }
    }
    all
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

    // A copy to be revised never passes for the original.
    let copy = folder.path().join("修改用副本.docx");
    let written = office
        .export_paper_docx(&letter, &copy, now())
        .expect("a copy");
    assert!(written.pages >= 1 && written.bytes > 1000, "{written:?}");
    assert!(headers(&copy).contains("草稿"));
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
fn an_issued_letter_whose_file_cannot_be_written_is_no_ghost() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "签发");
    let letter = crate::appointments::letter(&mut office);
    let number = office
        .suggest_number(PaperKind::函询通知书, now().today())
        .expect("a number");
    // Issuing writes no file outside: the bytes go into the archive with the state.
    office
        .issue_paper(&letter, number.clone(), now().today(), now())
        .expect("issued");
    let frozen = office.paper_pdf(&letter, now()).expect("the bytes");
    let in_its_place = folder.path().join("是文件夹.pdf");
    std::fs::create_dir(&in_its_place).expect("a folder");
    let missing = folder.path().join("没有这个文件夹").join("函.pdf");
    for path in [&missing, &in_its_place] {
        let refused = office.export_paper(&letter, path, now());
        let told = refused.expect_err("no file");
        assert!(told.message.contains("写入文件失败"), "{told}");
    }
    let refused = office.export_paper_docx(&letter, &missing, now());
    refused.expect_err("no file");
    // Still issued once, with the same bytes, and nothing to issue again.
    let record = office.paper(&letter, now()).expect("it").paper.record;
    assert_eq!(
        (record.state, record.number.clone()),
        (PaperState::已签发, number.clone())
    );
    let again = office.issue_paper(&letter, number, now().today(), now());
    assert_eq!(again.expect_err("issued").code, "WS-03");
    assert_eq!(office.papers(now()).expect("listed").len(), 1);
    let file = folder.path().join("函.pdf");
    office.export_paper(&letter, &file, now()).expect("written");
    assert_eq!(std::fs::read(&file).expect("the file"), frozen);
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
fn a_clerk_remarks_on_the_wording_and_is_content_with_a_clean_letter() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "审核");
    let someone = person(&mut office, "王𬱖");
    let id = finding(&mut office, &someone, None);
    let letter = inquiry(&mut office, &someone, &id);
    let remarks = |office: &office::Office, paper: &Paper| -> Vec<String> {
        office
            .check_paper(&letter, paper, now())
            .expect("checks")
            .into_iter()
            .filter(|check| check.code == "wording")
            .map(|check| check.message)
            .collect()
    };
    let mut paper = office
        .paper(&letter, now())
        .expect("the draft")
        .paper
        .record;
    assert_eq!(remarks(&office, &paper), Vec::<String>::new());
    paper.items[0].text = "请说明2026年11月24日（星期一）的《会议情况".into();
    let found = remarks(&office, &paper);
    assert!(
        found.iter().any(|remark| remark.contains('《')),
        "{found:?}"
    );
    assert!(
        found.iter().any(|remark| remark.contains("星期")),
        "{found:?}"
    );
}
