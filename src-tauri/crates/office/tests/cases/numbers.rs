//! One 发文字号 on two papers of two machines.

use crate::conflicts::{carry, exchange, issue, later, letter};
use crate::setup::{day, now, person, set_up};
use casework::records::{NumberRemedy, PaperKind};
use office::{NumberConflict, NumberDecision, Office};
use tempfile::TempDir;

fn decision(conflict: &NumberConflict, keeps: &str) -> NumberDecision {
    NumberDecision {
        seen: conflict.papers.iter().map(|it| it.id.clone()).collect(),
        keeps: keeps.to_owned(),
        remedy: NumberRemedy::收回作废,
        reason: "先送达的保留，经分管领导同意。".into(),
    }
}

fn open(office: &Office) -> Vec<NumberConflict> {
    office.conflicts().expect("a list").numbers
}

/// Two archives that issued a letter each, both with the first number.
struct Both {
    folder: TempDir,
    a: Office,
    b: Office,
    first: String,
    second: String,
}

impl Both {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut a, mut b) = (set_up(folder.path(), "甲机"), set_up(folder.path(), "乙机"));
        let (one, two) = (person(&mut a, "王𬱖"), person(&mut b, "李示例"));
        let (first, second) = (letter(&mut a, &one), letter(&mut b, &two));
        issue(&mut a, &first, later(1)).expect("issued");
        issue(&mut b, &second, later(2)).expect("issued");
        exchange(folder.path(), &mut a, &mut b);
        Self {
            folder,
            a,
            b,
            first,
            second,
        }
    }
}

#[test]
fn a_number_given_twice_bars_issuing_until_it_is_settled_and_no_letter_changes() {
    let mut both = Both::new();
    let bytes = |office: &Office, id: &str| office.paper_pdf(id, now()).expect("the bytes");
    let frozen = (bytes(&both.a, &both.first), bytes(&both.a, &both.second));
    for office in [&both.a, &both.b] {
        let numbers = open(office);
        assert_eq!(numbers.len(), 1);
        assert_eq!(
            (numbers[0].number.as_str(), numbers[0].papers.len()),
            ("示组函〔2026〕1号", 2)
        );
        let note = office.paper(&both.first, now()).expect("there").number_note;
        assert!(note.expect("told").contains("还没有处理"));
    }
    let someone = person(&mut both.a, "赵某某");
    let next = letter(&mut both.a, &someone);
    let number: Option<casework::records::DocumentNumber> = "示组函〔2026〕1号".parse().ok();
    let refused = both
        .a
        .issue_paper(&next, number.clone(), day("2026-11-23"), now());
    let refused = refused.expect_err("the number is in dispute");
    assert!(refused.message.contains("冲突"), "{refused:?}");

    let conflict = open(&both.a).remove(0);
    let mut wrong = decision(&conflict, &both.first);
    wrong.reason = " ".into();
    let refused = both.a.settle_number(&conflict.id, &wrong, later(3));
    assert_eq!(refused.expect_err("no reason").code, "GN-03");
    wrong = decision(&conflict, &both.first);
    wrong.seen.pop();
    let refused = both.a.settle_number(&conflict.id, &wrong, later(3));
    assert_eq!(refused.expect_err("not all seen").code, "CT-01");
    let settled = decision(&conflict, &both.first);
    both.a
        .settle_number(&conflict.id, &settled, later(4))
        .expect("settled");
    assert!(open(&both.a).is_empty());
    // Taken back by Ctrl Z, it is asked again, and can be decided again.
    both.a.undo(later(4)).expect("undone");
    assert_eq!(open(&both.a).len(), 1);
    both.a
        .settle_number(&conflict.id, &settled, later(5))
        .expect("settled");
    assert!(open(&both.a).is_empty());
    carry(both.folder.path(), &mut both.a, &mut both.b);
    for office in [&both.a, &both.b] {
        assert!(open(office).is_empty());
        let note = |id: &str| {
            office
                .paper(id, now())
                .expect("there")
                .number_note
                .expect("told")
        };
        assert!(note(&both.first).contains("由本件保留"));
        assert!(note(&both.second).contains("本件收回作废"));
        assert_eq!(
            (bytes(office, &both.first), bytes(office, &both.second)),
            frozen
        );
        let next = office
            .suggest_number(PaperKind::函询通知书, day("2026-11-23"))
            .expect("a number");
        assert_eq!(
            next.map(|it| it.sequence),
            Some(2),
            "the number is used for ever"
        );
    }
    // Nothing more is due of the one that is taken back, and it is not served.
    assert!(
        both.a
            .paper(&both.first, now())
            .expect("there")
            .due
            .is_some()
    );
    assert!(
        both.a
            .paper(&both.second, now())
            .expect("there")
            .due
            .is_none()
    );
    let waiting = both.a.desk(now()).expect("a desk").items;
    assert!(waiting.iter().all(|item| item.open.id != both.second));
    let refused = both.a.serve_paper(&both.second, day("2026-11-23"), now());
    assert_eq!(refused.expect_err("taken back").code, "GN-03");
    let refused = both.a.issue_paper(&next, number, day("2026-11-23"), now());
    assert!(refused.expect_err("taken").message.contains("已经用于"));
    issue(&mut both.a, &next, now()).expect("the next number");
    assert!(both.a.verify_archive().expect("verified").ok);
}

#[test]
fn two_rulings_that_differ_are_one_new_question() {
    let mut both = Both::new();
    let conflict = open(&both.a).remove(0);
    let (first, second) = (
        decision(&conflict, &both.first),
        decision(&conflict, &both.second),
    );
    both.a
        .settle_number(&conflict.id, &first, later(3))
        .expect("settled");
    both.b
        .settle_number(&conflict.id, &second, later(4))
        .expect("settled");
    exchange(both.folder.path(), &mut both.a, &mut both.b);
    for office in [&both.a, &both.b] {
        assert!(!open(office)[0].disputed.is_empty());
        assert!(
            office.conflicts().expect("a list").records.is_empty(),
            "asked once"
        );
    }
    both.b
        .settle_number(&conflict.id, &first, later(5))
        .expect("settled");
    carry(both.folder.path(), &mut both.b, &mut both.a);
    assert!(open(&both.a).is_empty() && open(&both.b).is_empty());
}

#[test]
fn a_draft_gives_the_number_up_to_an_issued_letter() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b) = (set_up(folder.path(), "甲机"), set_up(folder.path(), "乙机"));
    let (one, two) = (person(&mut a, "王𬱖"), person(&mut b, "李示例"));
    let (draft, issued) = (letter(&mut a, &one), letter(&mut b, &two));
    let mut record = a.paper(&draft, now()).expect("there").paper.record;
    record.number = "示组函〔2026〕1号".parse().ok();
    a.save_paper(&draft, &record, now()).expect("saved");
    issue(&mut b, &issued, later(1)).expect("issued");
    carry(folder.path(), &mut b, &mut a);
    let refused = a.issue_paper(&draft, record.number, day("2026-11-23"), now());
    assert!(refused.expect_err("in dispute").message.contains("冲突"));
    let conflict = open(&a).remove(0);
    let refused = a.settle_number(&conflict.id, &decision(&conflict, &draft), now());
    assert_eq!(refused.expect_err("a draft").code, "GN-03");
    a.settle_number(&conflict.id, &decision(&conflict, &issued), now())
        .expect("settled");
    assert!(open(&a).is_empty());
    assert_eq!(
        a.paper(&draft, now()).expect("there").paper.record.number,
        None
    );
    issue(&mut a, &draft, later(2)).expect("the next number");
}
