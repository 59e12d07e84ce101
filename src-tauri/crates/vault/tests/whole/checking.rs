//! Verify, rebuild, backups.

use std::fs;

use ledger::verify::Depth;
use vault::{Error, Vault, VerifyReport};

use crate::back_door;
use crate::desk::{Desk, NOW, PASSPHRASE, id, put, shown};

fn check(vault: &Vault) -> VerifyReport {
    vault.verify(Depth::Every, &mut |_| true).expect("checked")
}

fn whats(report: &VerifyReport) -> Vec<String> {
    report
        .damages
        .iter()
        .map(|damage| damage.what.clone())
        .collect()
}

/// An archive with some of everything.
fn filled(desk: &Desk) -> Vault {
    let mut vault = desk.create("示例");
    put(&mut vault, id(1), "unit", &[("name", "示例市水务局")]);
    put(
        &mut vault,
        id(2),
        "person",
        &[("name", "甲某"), ("unit", &id(1).to_string())],
    );
    put(&mut vault, id(2), "person", &[("post", "科长")]);
    let bytes: Vec<u8> = (0..600_000_u32).map(|i| (i % 241) as u8).collect();
    vault
        .put_attachment(&mut &bytes[..], "会议记录.docx")
        .expect("kept");
    vault
}

/// Runs `sql` on the database of the closed archive.
fn tamper(desk: &Desk, vault: Vault, sql: &str) -> Vault {
    drop(vault);
    back_door::open(desk, "示例")
        .execute_batch(sql)
        .expect("changed");
    desk.open("示例")
}

#[test]
fn a_sound_archive_is_found_sound() {
    let desk = Desk::new();
    let vault = filled(&desk);
    let report = check(&vault);
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(
        (
            report.entries,
            report.devices,
            report.attachments,
            report.withheld
        ),
        (3, 1, 1, 0)
    );
}

#[test]
fn a_lost_or_changed_row_is_found_and_rebuilt() {
    for (sql, expected) in [
        (
            "DELETE FROM record WHERE kind = 'person'",
            "人员《甲某》的显示内容缺少内容",
        ),
        (
            "UPDATE record SET doc = replace(doc, '科长', '局长')",
            "人员《甲某》的显示内容与条目不符",
        ),
        ("DELETE FROM link", "人员《甲某》的关联缺少内容"),
        (
            "UPDATE field_version SET replaced = 1 WHERE field = 'post'",
            "人员《甲某》的字段版本与条目不符",
        ),
        (
            "INSERT INTO conflict (entity, field) SELECT id, 'name' FROM record WHERE kind = 'unit'",
            "单位《示例市水务局》的待定标记多出内容",
        ),
        (
            "DELETE FROM name_index",
            "单位《示例市水务局》的姓名索引缺少内容",
        ),
        ("DELETE FROM text_index WHERE rowid = 1", "全文索引缺少内容"),
    ] {
        let desk = Desk::new();
        let vault = filled(&desk);
        let digest = vault.digest().expect("hashed");
        let mut vault = tamper(&desk, vault, sql);
        let report = check(&vault);
        assert!(
            whats(&report).contains(&expected.to_owned()),
            "{sql}: {:?}",
            whats(&report)
        );
        assert!(report.damages.iter().all(vault::Damage::is_repairable));
        vault.rebuild(&mut |_| true).expect("rebuilt");
        assert!(check(&vault).is_sound());
        assert_eq!(vault.digest().expect("hashed"), digest);
        assert_eq!(shown(&vault, id(2), "post").as_deref(), Some("科长"));
    }
}

#[test]
fn a_changed_payload_header_or_signature_is_found() {
    for (sql, expected) in [
        (
            "UPDATE payload SET bytes = unhex(replace(hex(bytes), hex('科长'), hex('局长'))) WHERE entry = 3",
            "第 3 号条目的内容与其摘要不符，内容可能已被改动",
        ),
        (
            "UPDATE entry SET signature = zeroblob(64) WHERE id = 2",
            "第 2 号条目的签名不正确",
        ),
        (
            "DELETE FROM payload WHERE entry = 1; DELETE FROM field_version WHERE entry = 1; DELETE FROM entry WHERE id = 1",
            "缺少第 1 号条目",
        ),
        (
            "UPDATE entry SET millis = millis + 1 WHERE id = 2",
            "存放序号 2 的条目与其登记不符",
        ),
    ] {
        let desk = Desk::new();
        let vault = filled(&desk);
        let vault = tamper(&desk, vault, sql);
        let report = check(&vault);
        assert!(
            whats(&report).iter().any(|what| what.ends_with(expected)),
            "{sql}: {:?}",
            whats(&report)
        );
    }
}

#[test]
fn a_changed_attachment_is_found() {
    let desk = Desk::new();
    let vault = filled(&desk);
    let vault = tamper(
        &desk,
        vault,
        "UPDATE attachment_chunk SET bytes = zeroblob(length(bytes)) WHERE no = 1",
    );
    assert_eq!(
        whats(&check(&vault)),
        ["附件《会议记录.docx》的内容与其校验值不符"]
    );
    let sha256 = &vault.attachments().expect("listed")[0].sha256;
    let mut reader = vault.open_attachment(sha256).expect("opened");
    std::io::Read::read_to_end(&mut reader, &mut Vec::new()).expect_err("changed");
    assert_eq!(
        vault.attachment_bytes(sha256).expect_err("changed").code(),
        "DA-12"
    );
}

#[test]
fn a_flipped_byte_anywhere_in_the_file_is_found() {
    let desk = Desk::new();
    drop(filled(&desk));
    let file = desk.folder("示例").join("vault.db");
    let good = fs::read(&file).expect("readable");
    for part in 0..24 {
        let at = good.len() * part / 24 + 7;
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        fs::write(&file, &bad).expect("written");
        match Vault::open(&desk.folder("示例"), PASSPHRASE) {
            Err(error) => assert_eq!(error.code(), "DA-12", "byte {at}"),
            Ok(vault) => {
                let report = check(&vault);
                assert!(
                    whats(&report).iter().any(|what| what.contains("数据文件")),
                    "byte {at}: {report:?}"
                );
            }
        }
    }
    fs::write(&file, &good).expect("written");
    assert!(check(&desk.open("示例")).is_sound());
}

#[test]
fn a_check_can_be_stopped() {
    let desk = Desk::new();
    let vault = filled(&desk);
    let mut steps = 0;
    let report = vault
        .verify(Depth::Heads, &mut |progress| {
            assert!(progress.done <= progress.total);
            steps += 1;
            steps < 3
        })
        .expect("stopped");
    assert!(report.cancelled && !report.is_sound());
    assert_eq!(steps, 3);
}

#[test]
fn a_stopped_rebuild_changes_nothing() {
    let desk = Desk::new();
    let mut vault = filled(&desk);
    let digest = vault.digest().expect("hashed");
    assert_eq!(
        vault.rebuild(&mut |_| false).expect_err("stopped").code(),
        "DA-24"
    );
    assert_eq!(vault.digest().expect("hashed"), digest);
}

#[test]
fn a_backup_is_the_archive_as_it_was() {
    let desk = Desk::new();
    let mut vault = filled(&desk);
    let digest = vault.digest().expect("hashed");
    let backup = vault.backup(NOW).expect("made");
    put(&mut vault, id(3), "person", &[("name", "乙某")]);
    let second = vault.backup(NOW).expect("made in the same second");
    assert_ne!(backup, second);
    let listed: Vec<_> = vault
        .backups()
        .expect("listed")
        .into_iter()
        .map(|b| b.folder)
        .collect();
    assert_eq!(listed, [second.clone(), backup.clone()]);
    let device = vault.device();
    drop(vault);

    // The file is encrypted, and only the two files are there.
    let names: Vec<_> = fs::read_dir(&backup)
        .expect("listed")
        .map(|item| item.expect("item").file_name())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
    let restored = desk.folder("恢复");
    Vault::restore_backup(&backup, &restored).expect("copied");
    assert!(matches!(
        Vault::restore_backup(&backup, &restored),
        Err(Error::AlreadyExists)
    ));
    let mut vault = Vault::open(&restored, PASSPHRASE).expect("the same passphrase");
    assert_eq!(vault.digest().expect("hashed"), digest);
    assert_eq!(vault.attachments().expect("listed").len(), 1);
    // It goes on as a device of its own, for good.
    let new_device = vault.device();
    assert_ne!(new_device, device);
    put(&mut vault, id(4), "person", &[("name", "丙某")]);
    drop(vault);
    let vault = desk.open("恢复");
    assert_eq!(vault.device(), new_device);
    assert_eq!(vault.heads().expect("heads").len(), 2);
    assert!(check(&vault).is_sound());
}

#[test]
fn old_backups_are_cleared_away() {
    const DAY: u64 = 24 * 60 * 60 * 1000;
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    for day in 0..20 {
        vault.backup(NOW + day * DAY).expect("made");
    }
    let backups = vault.backups().expect("listed");
    assert_eq!(backups[0].millis, NOW + 19 * DAY);
    assert!((7..=10).contains(&backups.len()), "{}", backups.len());
}

#[test]
fn projections_of_another_version_are_made_anew_on_opening() {
    let desk = Desk::new();
    let vault = filled(&desk);
    let digest = vault.digest().expect("hashed");
    let vault = tamper(
        &desk,
        vault,
        "UPDATE local SET value = '\"older\"' WHERE name = 'ducha.projections';
         DELETE FROM name_index; DELETE FROM link; DELETE FROM text_row;",
    );
    assert_eq!(vault.digest().expect("hashed"), digest);
    assert!(check(&vault).is_sound());
}
