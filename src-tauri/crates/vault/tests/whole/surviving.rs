//! Full disks, and disks that cannot be written. Power cuts are among the trials.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use ledger::verify::Depth;
use tempfile::TempDir;
use vault::{Error, KdfParams, NewArchive, Vault};

use crate::desk::{NOW, PASSPHRASE, action, edit, id, put, shown};

/// A small file system of its own, where the machine lets us make one.
struct SmallDisk {
    place: TempDir,
}

impl SmallDisk {
    fn new(options: &str) -> Option<Self> {
        let place = tempfile::tempdir().expect("a temporary folder");
        let made = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(place.path())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if !made {
            eprintln!("mounting is not permitted here: skipped");
        }
        made.then_some(Self { place })
    }

    fn path(&self) -> &Path {
        self.place.path()
    }

    fn remount(&self, options: &str) {
        let status = Command::new("mount")
            .args(["-o", &format!("remount,{options}")])
            .arg(self.path())
            .status()
            .expect("run");
        assert!(status.success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

fn create(folder: &Path) -> Result<Vault, Error> {
    Vault::create(&NewArchive {
        folder,
        passphrase: PASSPHRASE,
        kdf: KdfParams::fast_for_tests(),
        now_millis: NOW,
    })
    .map(|(vault, _)| vault)
}

#[test]
fn a_full_disk_loses_nothing_and_leaves_nothing_half() {
    let Some(disk) = SmallDisk::new("size=2m") else {
        return;
    };
    let folder = disk.path().join("示例.ducha");
    let mut vault = create(&folder).expect("there is room yet");
    put(&mut vault, id(1), "person", &[("name", "甲某")]);
    let attachments = vault.attachments().expect("listed");
    let huge: Vec<u8> = (0..4_000_000_u32).map(|i| (i % 239) as u8).collect();
    assert_eq!(
        vault
            .put_attachment(&mut &huge[..], "很大.pdf")
            .expect_err("no room")
            .code(),
        "DA-10"
    );
    assert_eq!(vault.attachments().expect("listed"), attachments);

    // Fill what is left, then go on until a save is refused.
    fs::write(disk.path().join("别的文件"), &huge).expect_err("no room");
    let refused = (0..200_u64)
        .find_map(|number| {
            let text = format!("{number}{}", "字".repeat(20_000));
            vault
                .write(
                    &action("记录"),
                    vec![edit(id(2), "turn", "text", text.as_str())],
                    NOW + number,
                )
                .err()
        })
        .expect("the disk is full at last");
    assert_eq!(refused.code(), "DA-10", "{refused}");
    assert!(refused.to_string().contains("没有丢失"));
    assert_eq!(vault.backup(NOW).expect_err("no room").code(), "DA-10");
    assert_eq!(
        fs::read_dir(folder.join("backups"))
            .expect("listed")
            .count(),
        0
    );
    assert_eq!(shown(&vault, id(1), "name").as_deref(), Some("甲某"));
    let entries = vault.stats().expect("numbers").entries;

    // With room again it goes on where it was.
    fs::remove_file(disk.path().join("别的文件")).expect("removed");
    disk.remount("size=16m");
    put(&mut vault, id(3), "person", &[("name", "乙某")]);
    assert_eq!(vault.stats().expect("numbers").entries, entries + 1);
    assert!(
        vault
            .verify(Depth::Every, &mut |_| true)
            .expect("checked")
            .is_sound()
    );
    drop(vault);
    let vault = Vault::open(&folder, PASSPHRASE).expect("opens");
    assert_eq!(shown(&vault, id(3), "name").as_deref(), Some("乙某"));
}

#[test]
fn no_archive_is_half_made_on_a_full_disk() {
    let Some(disk) = SmallDisk::new("size=64k") else {
        return;
    };
    let error = create(&disk.path().join("示例.ducha")).expect_err("no room");
    assert_eq!(error.code(), "DA-10", "{error}");
    assert_eq!(fs::read_dir(disk.path()).expect("listed").count(), 0);
}

#[test]
fn a_disk_that_cannot_be_written_is_told_so() {
    let Some(disk) = SmallDisk::new("size=8m") else {
        return;
    };
    let folder = disk.path().join("示例.ducha");
    drop(create(&folder).expect("made"));
    disk.remount("ro");
    let error = Vault::open(&folder, PASSPHRASE).expect_err("read-only");
    assert_eq!(error.code(), "DA-11", "{error}");
    assert_eq!(
        create(&disk.path().join("另一个.ducha"))
            .expect_err("read-only")
            .code(),
        "DA-11"
    );
    disk.remount("rw");
    Vault::open(&folder, PASSPHRASE).expect("opens again");
}

#[test]
fn a_passphrase_change_that_is_refused_leaves_the_old_one() {
    let Some(disk) = SmallDisk::new("size=8m") else {
        return;
    };
    let folder = disk.path().join("示例.ducha");
    let vault = create(&folder).expect("made");
    fs::create_dir(folder.join("keys.new")).expect("something in the way");
    vault
        .change_passphrase("新口令", KdfParams::fast_for_tests())
        .expect_err("cannot be written");
    drop(vault);
    Vault::open(&folder, PASSPHRASE).expect("the old one opens");
}
