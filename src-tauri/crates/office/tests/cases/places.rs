//! Where things are written, and what is told of it.

use crate::setup::{BUNDLE_PASSPHRASE, now, person, set_up};
use office::{Moment, Scope};

#[test]
fn nothing_is_written_over_an_archive() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "原样");
    person(&mut office, "甲甲某");
    let archive = folder.path().join("原样.ducha");
    let before = std::fs::read(archive.join("keys")).expect("the keys");
    for place in ["vault.db", "keys", "backups/记录.dcx"] {
        let refused = office
            .export_bundle(
                &Scope::everything(),
                &[],
                Some(BUNDLE_PASSPHRASE),
                &archive.join(place),
                now(),
            )
            .expect_err("inside the archive");
        assert_eq!(refused.code, "WJ-02");
        let refused = office
            .save_recovery_sheet("AAAAA", &archive.join(place), now())
            .expect_err("inside the archive");
        assert_eq!(refused.code, "WJ-02");
    }
    assert_eq!(
        std::fs::read(archive.join("keys")).expect("the keys"),
        before
    );
    assert!(office.verify_archive().expect("verified").ok);
    office
        .export_bundle(
            &Scope::everything(),
            &[],
            Some(BUNDLE_PASSPHRASE),
            &folder.path().join("记录.dcx"),
            now(),
        )
        .expect("beside it is fine");
}

#[test]
fn the_latest_backup_stands_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "备份");
    let later = Moment {
        millis: now().millis + 60_000,
        ..now()
    };
    let first = office.back_up_now(now()).expect("a backup").name;
    let second = office.back_up_now(later).expect("a backup").name;
    let names: Vec<String> = office
        .exchange_view()
        .expect("the page")
        .backups
        .into_iter()
        .map(|backup| backup.name)
        .collect();
    assert_eq!(names, [second, first]);
}

#[test]
fn minutes_are_read_from_files_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "来源");
    for place in [folder.path(), std::path::Path::new("/dev/zero")] {
        let refused = office
            .import_minutes(place, None, None, now())
            .expect_err("not a file");
        assert_eq!(refused.code, "WJ-01", "{refused:?}");
    }
    let missing = office.import_minutes(folder.path(), Some("没有这次"), None, now());
    assert_eq!(missing.expect_err("no such tour").code, "GN-02");
}
