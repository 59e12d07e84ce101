//! Old folders put back, and histories written twice: what others have seen.

use std::fs;
use std::path::Path;

use ledger::SignedHeads;
use ledger::verify::Depth;
use vault::{AlarmKind, Vault};

use crate::desk::{Desk, NOW, PASSPHRASE, id, put};
use crate::merging::{all, import};

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).expect("made");
    for name in ["keys", "vault.db"] {
        fs::copy(from.join(name), to.join(name)).expect("copied");
    }
}

/// What `vault` says to know, as it stands in every bundle and receipt.
fn statement(vault: &Vault) -> SignedHeads {
    SignedHeads::sign(
        vault.device_key_for_signing(),
        vault.heads().expect("heads"),
        vault.clock(),
    )
    .expect("signed")
}

/// An archive, its folder as it was one entry before, and a colleague who holds
/// everything.
fn put_back(desk: &Desk) -> (Vault, Vault) {
    let mut own = desk.create("甲");
    put(&mut own, id(1), "person", &[("name", "丙某")]);
    drop(own);
    copy(&desk.folder("甲"), &desk.folder("旧"));
    let mut own = desk.open("甲");
    put(&mut own, id(2), "person", &[("name", "丁某")]);
    let mut colleague = desk.create("乙");
    import(&mut colleague, &all(&own)).expect("accepted");
    drop(own);
    (desk.open("旧"), colleague)
}

#[test]
fn an_archive_put_back_is_told_by_whoever_saw_more_and_makes_no_fork() {
    let desk = Desk::new();
    let (mut old, mut colleague) = put_back(&desk);
    let device = old.device();
    assert_eq!(old.alarms().expect("none"), []);
    let told = old.hold_against(&statement(&colleague)).expect("compared");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].kind, AlarmKind::RolledBack);
    assert_eq!((told[0].device, told[0].have, told[0].seq), (device, 1, 2));
    assert_eq!(told[0].witness, colleague.device());
    assert_eq!(old.alarms().expect("it stands"), told);

    // It goes on as somebody else, also after it was closed.
    let renewed = old.device();
    assert_ne!(renewed, device);
    put(&mut old, id(3), "person", &[("name", "戊某")]);
    drop(old);
    let mut old = desk.open("旧");
    assert_eq!(old.device(), renewed);
    assert_eq!(old.alarms().expect("it stands").len(), 1);
    import(&mut colleague, &all(&old)).expect("no fork was made");
    import(&mut old, &all(&colleague)).expect("what was missing comes in");
    assert_eq!(old.alarms().expect("it is put right"), []);
    assert_eq!(
        old.digest().expect("hashed"),
        colleague.digest().expect("hashed")
    );
    let report = old.verify(Depth::Every, &mut |_| true).expect("checked");
    assert!(report.is_sound(), "{:?}", report.damages);
}

#[test]
fn two_histories_of_one_s_own_are_told_and_neither_grows() {
    let desk = Desk::new();
    let (mut old, mut colleague) = put_back(&desk);
    let device = old.device();
    // Somebody went on in the old folder before anybody noticed.
    put(&mut old, id(3), "person", &[("name", "戊某")]);
    let told = old.hold_against(&statement(&colleague)).expect("compared");
    assert_eq!((told[0].kind, told[0].seq), (AlarmKind::Forked, 2));
    assert_ne!(old.device(), device);
    put(&mut old, id(4), "person", &[("name", "己某")]);
    assert_eq!(old.heads().expect("heads")[&device].seq, 2);

    // The other side sees it in the entries, keeps its own, and remembers.
    let error = import(&mut colleague, &all(&old)).expect_err("forked");
    assert_eq!(error.code(), "DA-17");
    let mut staging = colleague.stage().expect("begun");
    for entry in all(&old) {
        staging.push(&entry).expect("put aside");
    }
    let forks = staging.preview(NOW).expect("looked at").forks;
    let told = colleague
        .note_forks(&forks, old.device(), NOW)
        .expect("kept");
    assert_eq!((told[0].device, told[0].seq), (device, 2));
    assert_eq!(colleague.alarms().expect("it stands"), told);
    colleague.settle_alarms(&device).expect("seen to");
    assert_eq!(colleague.alarms().expect("gone"), []);
}

#[test]
fn a_witness_who_knows_less_or_the_same_raises_nothing() {
    let desk = Desk::new();
    let (_, colleague) = put_back(&desk);
    let mut own = desk.open("甲");
    let device = own.device();
    put(&mut own, id(5), "person", &[("name", "庚某")]);
    assert_eq!(own.hold_against(&statement(&colleague)).expect("held"), []);
    let mine = statement(&own);
    assert_eq!(own.hold_against(&mine).expect("held"), []);
    assert_eq!(own.device(), device);
}

#[test]
fn a_restored_archive_says_what_it_is_and_raises_no_alarm() {
    let desk = Desk::new();
    let (_, colleague) = put_back(&desk);
    let mut own = desk.open("甲");
    let backup = own.backup(NOW + 60_000).expect("made");
    put(&mut own, id(6), "person", &[("name", "辛某")]);
    drop(own);
    Vault::restore_backup(&backup, &desk.folder("恢复")).expect("restored");
    let mut restored = Vault::open(&desk.folder("恢复"), PASSPHRASE).expect("opens");
    assert_eq!(
        restored.origin().expect("told"),
        Some(vault::Origin::Backup {
            taken_millis: Some(NOW + 60_000)
        })
    );
    assert_eq!(
        restored.hold_against(&statement(&colleague)).expect("held"),
        []
    );
    restored.settle_origin().expect("seen to");
    assert_eq!(restored.origin().expect("gone"), None);
}
