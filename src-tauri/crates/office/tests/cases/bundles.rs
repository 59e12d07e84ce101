//! Bundles out and in.

use crate::setup::{
    BUNDLE_PASSPHRASE, PASSPHRASE, finding, inquiry, now, office, person, set_up, talk,
};
use casework::records::{CitationTarget, PaperKind, Proof, Tour, TourState};
use office::{Scope, ScopeKind};

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
        .unlock(&folder.path().join("收件.ducha"), PASSPHRASE, now())
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
fn a_matter_travels_with_what_it_rests_on_and_no_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut sender = set_up(folder.path(), "发出");
    let about = person(&mut sender, "王𬱖");
    let witness = person(&mut sender, "证人某");
    person(&mut sender, "局外人某");
    let (talk_id, turns) = talk(&mut sender, None, &witness, 8);
    let id = finding(&mut sender, &about, None);
    let other = finding(&mut sender, &about, None);
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
    let letter = inquiry(&mut sender, &about, &id);
    let record = sender
        .draft_paper(
            PaperKind::个别谈话记录,
            &witness,
            &[],
            Some(&talk_id),
            now(),
        )
        .expect("a draft")
        .id;
    let file = folder.path().join("事项.dcx");
    let scope = Scope {
        kind: ScopeKind::事项,
        id: Some(id.clone()),
    };
    let listed = sender.exchange_view().expect("the page").matters;
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0].detail, "王𬱖");
    let leaving = sender.leaving(&scope).expect("listed");
    assert!(leaving.scope.starts_with("事项“"), "{}", leaving.scope);
    let mut people = leaving.people;
    people.sort();
    assert_eq!(people, ["王𬱖", "证人某"]);
    sender
        .export_bundle(&scope, &[], Some(BUNDLE_PASSPHRASE), &file, now())
        .expect("exported");
    let mut receiver = set_up(folder.path(), "收到");
    receiver
        .import_bundle(&file, Some(BUNDLE_PASSPHRASE), now())
        .expect("imported");
    let view = receiver.finding(&id, now()).expect("the matter");
    assert_eq!(view.citations.len(), 1);
    assert!(
        receiver.paper(&letter, now()).is_ok(),
        "what was drawn from it"
    );
    // The talk is there as the place of what is cited, the other turns are not.
    let there = receiver.interview(&talk_id).expect("its place");
    assert_eq!(there.turns.len(), 1);
    assert!(
        receiver.paper(&record, now()).is_err(),
        "nor the record of the whole talk"
    );
    assert!(receiver.finding(&other, now()).is_err());
    assert!(receiver.search("局外人", 10).expect("a search").is_empty());
    for office in [&sender, &receiver] {
        let view = office.verify_archive().expect("verified");
        assert!(view.ok, "{view:?}");
    }
}

#[test]
fn a_sealed_matter_does_not_leave_open_or_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut sender = set_up(folder.path(), "发出");
    let about = person(&mut sender, "王𬱖");
    let id = finding(&mut sender, &about, None);
    let second = "第二口令春江花月夜";
    sender
        .seal_matter(&id, "一号", second, false, now())
        .expect("sealed");
    let scope = Scope {
        kind: ScopeKind::事项,
        id: Some(id.clone()),
    };
    let file = folder.path().join("事项.dcx");
    let sealed = sender.sealed_matters().expect("listed")[0].id.clone();
    for is_open in [false, true] {
        if is_open {
            sender.open_sealed(&sealed, second, now()).expect("opened");
        }
        assert!(sender.exchange_view().expect("the page").matters.is_empty());
        let refused = sender
            .export_bundle(&scope, &[], Some(BUNDLE_PASSPHRASE), &file, now())
            .expect_err("sealed");
        assert!(
            refused.message.contains("已经密封，不能导出"),
            "{refused:?}"
        );
        assert!(!file.exists());
    }
    sender
        .unseal_matter(&sealed, second, now())
        .expect("taken off");
    sender
        .export_bundle(&scope, &[], Some(BUNDLE_PASSPHRASE), &file, now())
        .expect("exported");
}
