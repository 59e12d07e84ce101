//! Backups that are made by themselves, taken along as one file, and tried before
//! they are relied on.

use std::fs;

use vault::{Error, KdfParams, Vault};

use crate::back_door;
use crate::desk::{Desk, NOW, PASSPHRASE, id, put, shown};

#[test]
fn a_backup_is_made_only_when_something_was_written() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    let made = |vault: &mut Vault, at| vault.back_up_if_changed(NOW + at).expect("made").is_some();
    assert!(made(&mut vault, 0), "there was none");
    assert!(!made(&mut vault, 1000));
    put(&mut vault, id(1), "person", &[("name", "甲某")]);
    assert!(made(&mut vault, 2000));
    vault
        .put_attachment(&mut &[7; 10][..], "照片.jpg")
        .expect("kept");
    assert!(made(&mut vault, 3000), "an attachment alone");
    vault
        .change_passphrase("另一个示例口令", KdfParams::fast_for_tests())
        .expect("changed");
    assert!(made(&mut vault, 4000), "the keys alone");
    assert!(!made(&mut vault, 5000));
    fs::remove_dir_all(desk.folder("示例").join("backups")).expect("removed");
    assert!(made(&mut vault, 6000), "somebody took the backups away");
}

#[test]
fn a_backup_that_cannot_be_made_harms_nothing() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    put(&mut vault, id(1), "person", &[("name", "甲某")]);
    fs::remove_dir_all(desk.folder("示例").join("backups")).expect("removed");
    fs::write(desk.folder("示例").join("backups"), "in the way").expect("written");
    vault.back_up_if_changed(NOW).expect_err("no room");
    put(&mut vault, id(1), "person", &[("post", "科长")]);
    drop(vault);
    assert_eq!(
        shown(&desk.open("示例"), id(1), "post").as_deref(),
        Some("科长")
    );
}

/// A chain that breaks between the archive and its copy makes no backup: here
/// the copy is right, and it is the original that lost an entry after all its
/// pages were written well. Such a damage is the check's to report; a backup of
/// it must still be possible.
#[test]
fn an_archive_with_a_damaged_chain_can_still_be_backed_up() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    put(&mut vault, id(1), "person", &[("name", "甲某")]);
    put(&mut vault, id(2), "person", &[("name", "乙某")]);
    drop(vault);
    back_door::open(&desk, "示例")
        .execute_batch("UPDATE entry SET signature = zeroblob(64) WHERE id = 2")
        .expect("changed");
    desk.open("示例").backup(NOW).expect("made");
}

#[test]
fn a_damaged_key_file_makes_no_backup() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    put(&mut vault, id(1), "person", &[("name", "甲某")]);
    let keys = desk.folder("示例").join("keys");
    let text = fs::read_to_string(&keys).expect("readable");
    fs::write(&keys, text.replace("\"lanes\"", "\"lines\"")).expect("written");
    assert!(matches!(vault.backup(NOW), Err(Error::BackupUnreadable)));
    assert_eq!(vault.backups().expect("listed"), []);
}

#[test]
fn a_backup_travels_as_one_file_and_every_damage_to_it_is_noticed() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    put(&mut vault, id(1), "person", &[("name", "甲某")]);
    let digest = vault.digest().expect("hashed");
    let backup = vault.backup(NOW).expect("made");
    let mut packed = Vec::new();
    Vault::pack_backup(&backup, &mut packed).expect("packed");
    let file = desk.path().join("示例.ducha-backup");
    let target = desk.folder("恢复");
    let end = packed.len() - 1;
    for (at, what) in [
        (0, "magic"),
        (18, "length"),
        (27, "length"),
        (60, "keys"),
        (end / 2, "database"),
        (end, "hash"),
    ] {
        let mut bad = packed.clone();
        bad[at] ^= 0x40;
        fs::write(&file, &bad).expect("written");
        let refused = Vault::restore_backup(&file, &target);
        assert!(
            matches!(refused, Err(Error::BackupDamaged)),
            "{what}: {refused:?}"
        );
    }
    for length in [0, 20, 100, end] {
        fs::write(&file, &packed[..length]).expect("written");
        let refused = Vault::restore_backup(&file, &target);
        assert!(
            matches!(refused, Err(Error::BackupDamaged)),
            "{length} bytes"
        );
    }
    assert!(!target.exists());

    fs::write(&file, &packed).expect("written");
    Vault::restore_backup(&file, &target).expect("restored");
    let restored = Vault::open(&target, PASSPHRASE).expect("opens");
    assert_eq!(restored.digest().expect("hashed"), digest);
    assert_ne!(restored.device(), vault.device());
}

#[test]
fn the_newest_sound_backup_is_found_without_opening_anything() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    put(&mut vault, id(1), "person", &[("name", "甲某")]);
    let first = vault.backup(NOW).expect("made");
    let second = vault.backup(NOW + 60_000).expect("made");
    drop(vault);
    let newest = || {
        Vault::newest_sound_backup(&desk.folder("示例"), PASSPHRASE)
            .expect("looked")
            .map(|backup| backup.folder)
    };
    assert_eq!(newest(), Some(second.clone()));
    let mut bytes = fs::read(second.join("vault.db")).expect("readable");
    bytes[5000] ^= 1;
    fs::write(second.join("vault.db"), bytes).expect("written");
    assert_eq!(newest(), Some(first));
}
