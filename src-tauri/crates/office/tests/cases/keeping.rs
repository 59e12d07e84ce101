//! Backups, restored archives, standing notices.

use crate::setup::{BUNDLE_PASSPHRASE, PASSPHRASE, now, office, person, set_up};
use office::{Moment, Office, Scope, Signatures};
use std::path::Path;

fn later(minutes: u64) -> Moment {
    Moment {
        millis: now().millis + minutes * 60_000,
        ..now()
    }
}

fn export(from: &mut Office, to: &Path) {
    from.export_bundle(
        &Scope::everything(),
        &[],
        Some(BUNDLE_PASSPHRASE),
        to,
        now(),
    )
    .expect("exported");
}

fn titles(office: &Office) -> Vec<String> {
    let notices = office.desk(now()).expect("the desk").notices;
    notices.into_iter().map(|notice| notice.title).collect()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("made");
    for name in ["keys", "vault.db"] {
        std::fs::copy(from.join(name), to.join(name)).expect("copied");
    }
}

#[test]
fn locking_makes_a_backup_once_and_none_when_nothing_was_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "锁");
    let archive = folder.path().join("锁.ducha");
    let count = |office: &Office| office.backups_of(&archive).expect("listed").len();
    assert_eq!(count(&office), 0);
    office.lock_up(now());
    assert_eq!(count(&office), 1);
    office
        .unlock(&archive, PASSPHRASE, now())
        .expect("unlocked");
    office.lock_up(later(1));
    assert_eq!(count(&office), 1, "nothing was written");
    office
        .unlock(&archive, PASSPHRASE, now())
        .expect("unlocked");
    person(&mut office, "甲甲某");
    office.lock_up(later(2));
    assert_eq!(count(&office), 2);
    office.lock_up(later(3));
    assert_eq!(count(&office), 2, "nothing is open");
}

#[test]
fn a_failed_backup_never_keeps_the_archive_open_and_is_said_on_opening() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "满");
    let archive = folder.path().join("满.ducha");
    std::fs::remove_dir_all(archive.join("backups")).expect("removed");
    std::fs::write(archive.join("backups"), "in the way").expect("written");
    office.lock_up(now());
    assert!(office.desk(now()).is_err(), "it is locked");
    office
        .unlock(&archive, PASSPHRASE, now())
        .expect("unlocked");
    assert_eq!(titles(&office), ["上次上锁时没有备份成"]);
    std::fs::remove_file(archive.join("backups")).expect("removed");
    office.back_up_now(now()).expect("now there is room");
    assert_eq!(titles(&office), Vec::<String>::new());
}

#[test]
fn a_restored_archive_is_offered_and_says_what_is_not_in_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "原");
    person(&mut office, "甲甲某");
    let file = folder.path().join("原.ducha-backup");
    office.back_up_to(&file, now()).expect("written");
    let refused = office
        .back_up_to(&folder.path().join("原.ducha/x"), now())
        .expect_err("inside the archive");
    assert_eq!(refused.code, "WJ-02");
    export(&mut office, &folder.path().join("全部.dcx"));
    assert_eq!(office.desk(now()).expect("the desk").unexported, 0);
    person(&mut office, "乙乙某");

    let made = office
        .restore_backup(&file, "恢复", folder.path())
        .expect("restored");
    assert_eq!(
        office.people("").expect("people").len(),
        2,
        "what is open stays"
    );
    let offered = office.app_state().expect("the state").recent;
    assert!(offered.iter().any(|one| one.folder == made.folder));
    let again = office.restore_backup(&file, "恢复", folder.path());
    assert_eq!(again.expect_err("it is there").code, "DA-08");

    office
        .unlock(Path::new(&made.folder), PASSPHRASE, now())
        .expect("the passphrase of its time");
    assert_eq!(office.people("").expect("people").len(), 1);
    let notice = &office.desk(now()).expect("the desk").notices[0];
    assert!(
        notice.words.contains("的备份，之后的内容不在其中"),
        "{notice:?}"
    );
    // Nothing of it has been exported by what the archive knows: the backup is
    // older than the export.
    assert!(office.desk(now()).expect("the desk").unexported > 0);
    office.settle_notice(&notice.key.clone()).expect("settled");
    assert_eq!(titles(&office), Vec::<String>::new());
}

#[test]
fn an_old_folder_put_back_is_noticed_by_a_bundle_and_by_a_receipt() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let mut own = set_up(folder.path(), "新");
    own.lock();
    copy(&at("新.ducha"), &at("旧.ducha"));
    copy(&at("新.ducha"), &at("旧二.ducha"));
    own.unlock(&at("新.ducha"), PASSPHRASE, now())
        .expect("unlocked");
    person(&mut own, "甲甲某");
    export(&mut own, &at("给同事.dcx"));
    let mut colleague = set_up(folder.path(), "同事");
    let done = colleague
        .import_bundle(&at("给同事.dcx"), Some(BUNDLE_PASSPHRASE), now())
        .expect("imported");
    assert_eq!(done.warnings, Vec::<String>::new());
    export(&mut colleague, &at("给本机.dcx"));

    // The bundle brings what is missing along: the notice goes by itself.
    let mut old = office(folder.path());
    old.unlock(&at("旧.ducha"), PASSPHRASE, now())
        .expect("unlocked");
    let device = old.public_keys().expect("keys").1;
    let seen = old
        .preview_bundle(&at("给本机.dcx"), Some(BUNDLE_PASSPHRASE), now())
        .expect("a preview");
    assert!(
        seen.warnings[0].starts_with("本机档案被退回到旧状态"),
        "{seen:?}"
    );
    assert_eq!(titles(&old), ["本机档案被退回到旧状态"]);
    assert_ne!(old.public_keys().expect("keys").1, device);
    person(&mut old, "丙丙某");
    old.import_bundle(&at("给本机.dcx"), Some(BUNDLE_PASSPHRASE), now())
        .expect("imported");
    assert_eq!(titles(&old), Vec::<String>::new());
    assert_eq!(old.people("").expect("people").len(), 2);
    export(&mut old, &at("再给同事.dcx"));
    colleague
        .import_bundle(&at("再给同事.dcx"), Some(BUNDLE_PASSPHRASE), now())
        .expect("no fork was made");

    // A receipt brings nothing along: the notice stands.
    old.unlock(&at("旧二.ducha"), PASSPHRASE, now())
        .expect("unlocked");
    let receipt = done.receipt_path.expect("a receipt");
    let read = old.read_receipt(Path::new(&receipt)).expect("read");
    let [put_back, unknown] = &read.warnings[..] else {
        panic!("{:?}", read.warnings)
    };
    assert!(put_back.starts_with("本机档案被退回到旧状态"));
    assert!(unknown.contains("没有登记为往来对象"));
    assert_eq!(titles(&old), ["本机档案被退回到旧状态"]);
    assert!(old.read_receipt(&at("给同事.dcx")).is_err());
}

#[test]
fn two_histories_are_told_by_both_sides_and_nothing_is_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let mut own = set_up(folder.path(), "甲");
    own.lock();
    copy(&at("甲.ducha"), &at("乙.ducha"));
    own.unlock(&at("甲.ducha"), PASSPHRASE, now())
        .expect("unlocked");
    person(&mut own, "甲甲某");
    let mut twin = office(folder.path());
    twin.unlock(&at("乙.ducha"), PASSPHRASE, now())
        .expect("unlocked");
    person(&mut twin, "乙乙某");
    export(&mut own, &at("甲.dcx"));
    for _ in 0..2 {
        let seen = twin
            .preview_bundle(&at("甲.dcx"), Some(BUNDLE_PASSPHRASE), now())
            .expect("a preview");
        assert!(
            seen.warnings
                .iter()
                .any(|line| line.contains("两个不同的版本")),
            "{seen:?}"
        );
        let refused = twin
            .import_bundle(&at("甲.dcx"), Some(BUNDLE_PASSPHRASE), now())
            .expect_err("two histories");
        assert_eq!(refused.code, "DA-17");
    }
    let notices = twin.desk(now()).expect("the desk").notices;
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].grave && notices[0].title == "同一台设备的记录有两个版本");
    assert_eq!(twin.people("").expect("people").len(), 1);
    twin.settle_notice(&notices[0].key).expect("seen to");
    assert_eq!(titles(&twin), Vec::<String>::new());
}

#[test]
fn an_archive_that_does_not_open_points_to_its_newest_sound_backup() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "坏");
    office.lock_up(now());
    let archive = folder.path().join("坏.ducha");
    let file = archive.join("vault.db");
    let mut bytes = std::fs::read(&file).expect("a database");
    bytes[..4096].fill(0);
    std::fs::write(&file, &bytes).expect("written");
    let refused = office
        .unlock(&archive, PASSPHRASE, now())
        .expect_err("damaged");
    assert_eq!(refused.code, "DA-12");
    assert!(
        refused.guidance.contains("最近一份完好的备份是2026年11月"),
        "{refused:?}"
    );
    std::fs::remove_dir_all(archive.join("backups")).expect("removed");
    let refused = office
        .unlock(&archive, PASSPHRASE, now())
        .expect_err("damaged");
    assert!(refused.guidance.contains("没有完好的备份"), "{refused:?}");
    let saved = office
        .salvage(
            &archive,
            PASSPHRASE,
            &folder.path().join("余.ducha"),
            &mut |_| true,
        )
        .expect("saved");
    assert!(saved.whole && saved.entries > 0, "{saved:?}");
}

#[test]
fn long_work_tells_how_far_it_is_and_stops_without_harm() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "停");
    person(&mut office, "甲甲某");
    let mut stages: Vec<String> = Vec::new();
    let view = office
        .check_archive(Signatures::Vouching, &mut |progress| {
            if stages.last() != Some(&progress.stage) {
                stages.push(progress.stage);
            }
            true
        })
        .expect("checked");
    assert!(
        view.ok && !view.cancelled && view.advice.is_empty(),
        "{view:?}"
    );
    assert_eq!(
        stages,
        [
            "检查数据文件",
            "检查文件结构",
            "核验条目",
            "核验附件",
            "按条目重建"
        ]
    );
    for stop_at in 0..4 {
        let mut calls = 0;
        let view = office
            .check_archive(Signatures::Every, &mut |_| {
                calls += 1;
                calls <= stop_at
            })
            .expect("stopped");
        assert!(view.cancelled && !view.ok, "{view:?}");
        assert!(view.words.contains("校验已停止"), "{view:?}");
    }
    let stopped = office.rebuild_archive(&mut |_| false).expect_err("stopped");
    assert_eq!(stopped.code, "DA-24");
    assert!(office.verify_archive().expect("checked").ok);
    office.rebuild_archive(&mut |_| true).expect("rebuilt");
    assert!(office.verify_archive().expect("checked").ok);
}
