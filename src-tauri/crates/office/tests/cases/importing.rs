//! Bringing bundles in: only what was looked at, and many at once.

use crate::setup::{BUNDLE_PASSPHRASE, now, person, set_up};
use ledger::Value;
use office::{Bringing, Office, Scope};
use std::path::{Path, PathBuf};

const PASS: Option<&str> = Some(BUNDLE_PASSPHRASE);

fn export(office: &mut Office, file: &Path) {
    office
        .export_bundle(&Scope::everything(), &[], PASS, file, now())
        .expect("exported");
}

fn names(office: &Office) -> Vec<String> {
    let people = office.people("").expect("listed").into_iter();
    let mut names: Vec<String> = people.map(|it| it.name).collect();
    names.sort();
    names
}

/// The archive behind an office that is locked.
pub(crate) fn vault_of(folder: &Path, name: &str) -> vault::Vault {
    let folder = folder.join(format!("{name}.ducha"));
    let open = vault::Vault::open(&folder, crate::setup::PASSPHRASE);
    open.expect("the passphrase is right")
}

#[test]
fn another_file_than_the_one_looked_at_does_not_come_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b) = (set_up(folder.path(), "甲机"), set_up(folder.path(), "乙机"));
    let file = folder.path().join("U盘.dcx");
    person(&mut a, "丙某");
    export(&mut a, &file);
    let seen = b.preview_bundle(&file, PASS, now()).expect("seen").digest;
    person(&mut a, "丁某");
    export(&mut a, &file);
    let bringing = |seen| Bringing {
        path: &file,
        passphrase: PASS,
        despite: None,
        seen,
    };
    let refused = b.bring_in(&bringing(Some(seen.as_str())), now(), &mut |_| true);
    assert_eq!(refused.expect_err("another").code, "JH-10");
    assert_eq!(names(&b), Vec::<String>::new());
    let seen = b.preview_bundle(&file, PASS, now()).expect("seen").digest;
    b.bring_in(&bringing(Some(seen.as_str())), now(), &mut |_| true)
        .expect("the same");
    assert_eq!(names(&b), ["丁某", "丙某"]);
}

#[test]
fn who_writes_between_looking_and_bringing_in_loses_and_doubles_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b) = (set_up(folder.path(), "甲机"), set_up(folder.path(), "乙机"));
    let file = folder.path().join("U盘.dcx");
    let theirs = person(&mut a, "丙某");
    export(&mut a, &file);
    let seen = b.preview_bundle(&file, PASS, now()).expect("seen").digest;
    // The question stands on the screen; the user goes to another page and writes.
    let before = b.status(now()).expect("status").entries;
    let own = person(&mut b, "丁某");
    assert!(b.status(now()).expect("status").entries > before, "saved");
    let bringing = Bringing {
        path: &file,
        passphrase: PASS,
        despite: None,
        seen: Some(&seen),
    };
    let report = b
        .bring_in(&bringing, now(), &mut |_| true)
        .expect("what was looked at comes in");
    assert_eq!(report.conflicts, 0, "{report:?}");
    let ids = |office: &Office| {
        let people = office.people("").expect("listed").into_iter();
        let mut ids: Vec<String> = people.map(|it| it.id).collect();
        ids.sort();
        ids
    };
    let mut both = vec![theirs, own];
    both.sort();
    assert_eq!(ids(&b), both);
    assert_eq!(names(&b), ["丁某", "丙某"]);

    let entries = |office: &Office| office.status(now()).expect("status").entries;
    let held = entries(&b);
    let seen = b.preview_bundle(&file, PASS, now()).expect("seen").digest;
    let bringing = Bringing {
        seen: Some(&seen),
        ..bringing
    };
    let again = b
        .bring_in(&bringing, now(), &mut |_| true)
        .expect("known by now");
    assert_eq!((again.new, again.changed, again.conflicts), (0, 0, 0));
    assert!(again.known >= report.new, "{again:?}");
    assert!(again.words.contains("都已有"), "{again:?}");
    assert_eq!((ids(&b), entries(&b)), (both, held));
    // It stands after closing as well: no transaction was left open.
    b.lock();
    b.unlock(
        &folder.path().join("乙机.ducha"),
        crate::setup::PASSPHRASE,
        now(),
    )
    .expect("open");
    assert_eq!((names(&b).len(), entries(&b)), (2, held));
    assert!(b.verify_archive().expect("verified").ok);
}

#[test]
fn what_leaves_is_listed_before_and_kept_after() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut a = set_up(folder.path(), "甲机");
    let someone = person(&mut a, "丙某");
    person(&mut a, "局外人某");
    crate::setup::talk(&mut a, None, &someone, 3);
    let scope = Scope {
        kind: office::ScopeKind::人员,
        id: Some(someone),
    };
    let listed = a.leaving(&scope).expect("listed");
    assert_eq!(listed.people, ["丙某"]);
    let turns = listed.kinds.iter().find(|it| it.label == "谈话内容");
    assert_eq!(turns.expect("its turns").count, 3);
    let all = a.leaving(&Scope::everything()).expect("listed");
    assert_eq!(all.people.len(), 2);
    assert!(all.records > listed.records);
    assert_eq!(a.exchange_view().expect("seen").given, []);

    let file = folder.path().join("丙某.dcx");
    a.export_bundle(&scope, &[], PASS, &file, now())
        .expect("exported");
    let given = a.exchange_view().expect("seen").given;
    assert_eq!(given.len(), 1);
    assert_eq!(given[0].to, "知道口令的人");
    assert!(given[0].scope.contains("丙某"), "{given:?}");
    assert_eq!(given[0].when, "2026年11月23日 14:30");
}

#[test]
fn many_bundles_come_in_whatever_their_order_and_each_for_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name);
    let mut superior = set_up(folder.path(), "上级");
    let (mut a, mut b) = (set_up(folder.path(), "甲机"), set_up(folder.path(), "乙机"));
    person(&mut a, "丙某");
    export(&mut a, &file("甲一.dcx"));
    person(&mut b, "戊某");
    export(&mut b, &file("乙.dcx"));
    std::fs::write(
        file("坏.dcx"),
        std::fs::read(file("甲一.dcx"))
            .expect("read")
            .split_at(900)
            .0,
    )
    .expect("written");
    let paths: Vec<PathBuf> = ["坏.dcx", "乙.dcx", "没有.dcx", "甲一.dcx"]
        .map(file)
        .into();
    let mut begun = 0;
    let report = superior
        .import_many(&paths, PASS, now(), &mut |_| {
            begun += 1;
            true
        })
        .expect("gone through");
    assert_eq!(begun, 4);
    let taken: Vec<bool> = report.bundles.iter().map(|it| it.taken).collect();
    assert_eq!(taken, [false, true, false, true], "{report:?}");
    assert_eq!(names(&superior), ["丙某", "戊某"]);
    assert!(report.backup.is_some());
    assert_eq!(superior.exchange_view().expect("seen").backups.len(), 1);
    let refused = report.senders.iter().map(|it| it.refused).sum::<u64>();
    let new = report.senders.iter().map(|it| it.new).sum::<u64>();
    assert_eq!((refused, report.senders.len()), (2, 2), "{report:?}");
    assert!(new >= 2);
    // Again: nothing new, and nothing wrong.
    let again = superior
        .import_many(&paths[3..], PASS, now(), &mut |_| true)
        .expect("gone through");
    assert!(again.bundles[0].words.contains("都已有"), "{again:?}");
    // Stopped before the second: what came in stays.
    let mut fresh = set_up(folder.path(), "另一处");
    let mut left = 1;
    let stopped = fresh
        .import_many(
            &[file("乙.dcx"), file("甲一.dcx")],
            PASS,
            now(),
            &mut |_| {
                left -= 1;
                left >= 0
            },
        )
        .expect("stopped");
    assert_eq!(names(&fresh), ["戊某"]);
    assert!(stopped.bundles[1].words.contains("停止"), "{stopped:?}");
}

#[test]
fn what_a_newer_program_wrote_is_kept_passed_on_and_keeps_nothing_from_view() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b, mut c) = (
        set_up(folder.path(), "甲机"),
        set_up(folder.path(), "乙机"),
        set_up(folder.path(), "丙机"),
    );
    let known = person(&mut a, "丙某");
    let newer = person(&mut a, "丁某");
    a.lock();
    // A word and a kind that this program does not know, written behind its back.
    let mut vault = vault_of(folder.path(), "甲机");
    let action = vault::Action {
        name: "将来的操作".into(),
        author: newer.parse().expect("an id"),
        compartment: ledger::CompartmentId::OPEN,
        note: None,
    };
    let edit = |entity: &str, kind: &str, field: &str, value: Value| vault::Edit {
        entity: entity.parse().expect("an id"),
        kind: kind.into(),
        field: field.into(),
        value,
    };
    let of_the_future = vault.new_id(7).expect("an id").to_string();
    let edits = vec![
        edit(&newer, "person", "sex", Value::from("将来才有的词")),
        edit(&known, "person", "aura", Value::from("青色")),
        edit(&of_the_future, "hologram", "title", Value::from("全息")),
    ];
    vault.write(&action, edits, now().millis).expect("written");
    drop(vault);
    a.unlock(
        &folder.path().join("甲机.ducha"),
        crate::setup::PASSPHRASE,
        now(),
    )
    .expect("open");
    let file = folder.path().join("新.dcx");
    export(&mut a, &file);
    let report = b.import_bundle(&file, PASS, now()).expect("taken in");
    let told = report.warnings.concat();
    assert!(told.contains("有2条记录本程序看不懂"), "{told}");
    assert_eq!(names(&b), ["丙某"], "the other one is not lost for it");
    // Editing what one knows leaves alone what one does not.
    let mut record = b.person(&known, now()).expect("there").person.record;
    record.post = "科长".into();
    b.save_person(Some(&known), &record, now()).expect("saved");
    export(&mut b, &file);
    c.import_bundle(&file, PASS, now()).expect("passed on");
    c.lock();
    let passed = vault_of(folder.path(), "丙机");
    let field = |id: &str, field: &str| {
        let id = id.parse().expect("an id");
        let record = passed.record(&id).expect("asked").expect("there");
        record.fields.get(field).cloned()
    };
    assert_eq!(field(&known, "aura"), Some(Value::from("青色")));
    assert_eq!(field(&known, "post"), Some(Value::from("科长")));
    assert_eq!(field(&newer, "sex"), Some(Value::from("将来才有的词")));
    assert_eq!(field(&of_the_future, "title"), Some(Value::from("全息")));
}

#[test]
fn what_cannot_be_read_still_takes_its_number_and_keeps_a_talk_from_being_closed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut a = set_up(folder.path(), "甲机");
    let someone = person(&mut a, "丙某");
    let (talk_id, turns) = crate::setup::talk(&mut a, None, &someone, 2);
    let letter = crate::conflicts::letter(&mut a, &someone);
    crate::conflicts::issue(&mut a, &letter, now()).expect("issued");
    let next = |office: &Office| {
        let kind = casework::records::PaperKind::函询通知书;
        let number = office.suggest_number(kind, crate::setup::day("2026-11-23"));
        number.expect("a number").expect("one").to_string()
    };
    assert_eq!(next(&a), "示组函〔2026〕2号");
    a.lock();
    let mut vault = vault_of(folder.path(), "甲机");
    let action = vault::Action {
        name: "将来的操作".into(),
        author: someone.parse().expect("an id"),
        compartment: ledger::CompartmentId::OPEN,
        note: None,
    };
    let edit = |entity: &str, kind: &str, field: &str| vault::Edit {
        entity: entity.parse().expect("an id"),
        kind: kind.into(),
        field: field.into(),
        value: Value::from("将来才有的词"),
    };
    let edits = vec![
        edit(&letter, "paper", "kind"),
        edit(&turns[1], "turn", "role"),
    ];
    vault.write(&action, edits, now().millis).expect("written");
    drop(vault);
    let archive = folder.path().join("甲机.ducha");
    a.unlock(&archive, crate::setup::PASSPHRASE, now())
        .expect("open");
    assert_eq!(next(&a), "示组函〔2026〕2号", "the first is given away");
    let refused = a
        .close_interview(&talk_id, &crate::setup::signed(), now())
        .expect_err("a sentence cannot be read");
    assert!(refused.message.contains("有1句"), "{refused:?}");
}

/// The whole content of an archive, readable.
fn content(office: &mut Office) -> (String, u64) {
    let text = office.export_json(now()).expect("readable");
    (text, office.status(now()).expect("status").entries)
}

#[test]
fn an_import_that_is_stopped_at_any_point_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b) = (set_up(folder.path(), "甲机"), set_up(folder.path(), "乙机"));
    for at in 0..70 {
        person(&mut a, &format!("示例{at}"));
    }
    let file = folder.path().join("U盘.dcx");
    // With a key: a passphrase takes its time at every try.
    let key = b.public_keys().expect("keys").0;
    a.export_bundle(&Scope::everything(), &[key], None, &file, now())
        .expect("exported");
    let bringing = Bringing {
        path: &file,
        passphrase: None,
        despite: None,
        seen: None,
    };
    let before = content(&mut b);
    // How often it asks, and in which stages.
    let mut asked = Vec::new();
    b.look_at(&file, None, now(), &mut |at| {
        assert!(at.done <= at.total, "{at:?}");
        asked.push(at.stage);
        true
    })
    .expect("seen");
    for stop in 1..=asked.len() {
        let mut count = 0;
        let stopped = b.look_at(&file, None, now(), &mut |_| {
            count += 1;
            count < stop
        });
        assert_eq!(stopped.expect_err("stopped").code, "DA-24", "{stop}");
        assert_eq!(content(&mut b), before, "{stop}");
    }
    let mut stages = Vec::new();
    for stop in 1.. {
        let mut count = 0;
        stages.clear();
        let done = b.bring_in(&bringing, now(), &mut |at| {
            count += 1;
            stages.push(at.stage);
            count < stop
        });
        match done {
            Err(stopped) => {
                assert_eq!(stopped.code, "DA-24");
                assert_eq!(content(&mut b), before, "stopped at {stop}: {stages:?}");
            }
            Ok(report) => {
                assert_eq!(report.conflicts, 0);
                break;
            }
        }
    }
    stages.dedup();
    assert_eq!(
        stages,
        [
            "读取交换包",
            "比对记录",
            "备份档案库",
            "准备导入",
            "读取交换包",
            "比对记录",
            "写入磁盘"
        ]
    );
    assert_eq!(names(&b).len(), 70);
    assert!(b.verify_archive().expect("verified").ok);
}

#[test]
fn what_is_missing_is_named_by_device_person_and_numbers() {
    use crate::peers::introduce;
    use casework::records::PeerRole;
    use office::Since;
    let folder = tempfile::tempdir().expect("a folder");
    let (mut a, mut b) = (set_up(folder.path(), "甲机"), set_up(folder.path(), "乙机"));
    introduce(&b, &mut a, folder.path(), "乙机", PeerRole::同行督查员);
    introduce(&a, &mut b, folder.path(), "县里甲某", PeerRole::同行督查员);
    let file = folder.path().join("一.dcx");
    export(&mut a, &file);
    let mut third = set_up(folder.path(), "第三机");
    let receipt = third
        .import_bundle(&file, PASS, now())
        .expect("imported")
        .receipt_path
        .expect("a receipt");
    person(&mut a, "丙某");
    let next = folder.path().join("二.dcx");
    a.export_since(Since::Receipt(Path::new(&receipt)), &[], PASS, &next, now())
        .expect("exported");
    let seen = b.preview_bundle(&next, PASS, now()).expect("seen");
    let missing = &seen.missing[0];
    assert_eq!((missing.who.as_str(), missing.from), ("“县里甲某”", 1));
    assert!(missing.to > 1, "{missing:?}");
    let words = format!("缺少“县里甲某”写的第1条至第{}条记录", missing.to);
    assert!(missing.words.contains(&words), "{missing:?}");
    assert!(missing.words.contains(&missing.device), "{missing:?}");
    assert!(seen.ask.contains("请对方重新导出“全部”"), "{}", seen.ask);
    let refused = b.import_bundle(&next, PASS, now()).expect_err("refused");
    assert!(refused.message.contains(&words), "{refused:?}");
    assert!(refused.guidance.contains("县里甲某"), "{refused:?}");
    // What was asked for heals it.
    b.import_bundle(&file, PASS, now()).expect("the first");
    b.import_bundle(&next, PASS, now()).expect("the second");
    assert_eq!(names(&b), ["丙某"]);
}
