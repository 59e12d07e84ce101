//! Bytes that a sealed record and another one both name: each compartment has
//! its own copy of them, and in the clear they lie only as long as somebody
//! outside shows them.

use std::collections::BTreeSet;

use ledger::{CompartmentId, Value};
use vault::{KdfParams, NewCompartment, Vault};

use super::matter::{OTHER, PAPER, SECOND, everything_in, map, seal, sound, told, with_a_matter};
use crate::back_door;
use crate::desk::{Desk, NOW, PASSPHRASE, action, edit, id};

/// The record outside that names the same bytes, under a name of its own.
const OUTSIDE: u8 = 7;
const OUTSIDE_NAME: &str = "外面收到的.pdf";
const THIRD: &str = "第三口令 七八九";

/// The hash of the file that the sealed paper names.
fn file_of(vault: &Vault) -> String {
    let kept = vault.attachments().expect("listed");
    assert_eq!(kept.len(), 1);
    kept[0].sha256.clone()
}

/// An archive in which a material outside names the file of the paper too.
fn with_a_shared_file(desk: &Desk) -> (Vault, String) {
    let mut vault = with_a_matter(desk);
    let sha256 = file_of(&vault);
    let size = vault
        .attachment(&sha256)
        .expect("asked")
        .expect("kept")
        .size;
    let file = map(&[
        ("sha256", sha256.as_str().into()),
        ("size", Value::Int(size.cast_signed())),
        ("file_name", OUTSIDE_NAME.into()),
    ]);
    let field = |name: &str, value: Value| edit(id(OUTSIDE), "material", name, value);
    let owner = id(OTHER).to_string();
    let edits = vec![field("owner", owner.as_str().into()), field("file", file)];
    vault
        .write(&action("登记材料"), edits, NOW)
        .expect("written");
    (vault, sha256)
}

fn seal_outside(vault: &mut Vault) -> CompartmentId {
    let new = NewCompartment {
        label: "二号事项",
        passphrase: THIRD,
        kdf: KdfParams::fast_for_tests(),
        now_millis: NOW,
    };
    let records = BTreeSet::from([id(OUTSIDE)]);
    vault.seal(&records, &new).expect("sealed").0
}

fn erase_outside(vault: &mut Vault) {
    let fields = vec![("reason".to_owned(), Value::from("保存期满"))];
    vault
        .erase(&action("依规删除"), &[id(OUTSIDE)].into(), fields, NOW + 9)
        .expect("erased");
}

fn name_of(vault: &Vault, sha256: &str) -> Option<String> {
    let kept = vault.attachment(sha256).expect("asked");
    kept.map(|it| it.file_name)
}

/// Each of the two compartments, opened alone, has the file; with none open it
/// is nowhere in the clear.
fn each_alone_has_it(
    desk: &Desk,
    mut vault: Vault,
    [first, second]: [CompartmentId; 2],
    sha256: &str,
) {
    for (compartment, passphrase) in [(&first, SECOND), (&second, THIRD)] {
        vault
            .open_compartment(compartment, passphrase)
            .expect("right");
        assert!(vault.attachment_bytes(sha256).is_ok());
        assert_eq!(
            vault.sealed_attachments().expect("listed"),
            BTreeSet::from([sha256.to_owned()])
        );
        sound(&vault);
        vault.close_compartments().expect("closed");
        assert_eq!(name_of(&vault, sha256), None);
    }
    drop(vault);
    assert_eq!(told(&everything_in(desk, "示例")), Vec::<&str>::new());
}

#[test]
fn what_is_shown_outside_stays_in_the_clear_under_the_name_it_has_there() {
    let desk = Desk::new();
    let (mut vault, sha256) = with_a_shared_file(&desk);
    assert_eq!(name_of(&vault, &sha256).as_deref(), Some("函询庚辛壬.pdf"));
    let (compartment, _) = seal(&mut vault);
    assert_eq!(name_of(&vault, &sha256).as_deref(), Some(OUTSIDE_NAME));
    assert!(vault.sealed_attachments().expect("listed").is_empty());
    // Opened and closed again, it is as it was.
    vault.open_compartment(&compartment, SECOND).expect("right");
    assert!(vault.sealed_attachments().expect("listed").is_empty());
    vault.close_compartments().expect("closed");
    assert_eq!(name_of(&vault, &sha256).as_deref(), Some(OUTSIDE_NAME));
    sound(&vault);
}

#[test]
fn an_erasure_outside_takes_nothing_from_what_is_sealed() {
    let desk = Desk::new();
    let (mut vault, sha256) = with_a_shared_file(&desk);
    let (compartment, _) = seal(&mut vault);
    erase_outside(&mut vault);
    assert_eq!(name_of(&vault, &sha256), None);
    drop(vault);
    assert_eq!(told(&everything_in(&desk, "示例")), Vec::<&str>::new());

    let mut vault = desk.open("示例");
    vault.open_compartment(&compartment, SECOND).expect("right");
    let bytes = vault.attachment_bytes(&sha256).expect("whole");
    assert!(bytes.starts_with("存根瓴甋".as_bytes()));
    assert_eq!(name_of(&vault, &sha256).as_deref(), Some("函询庚辛壬.pdf"));
    sound(&vault);
}

#[test]
fn each_of_two_compartments_has_its_own() {
    let desk = Desk::new();
    let (mut vault, sha256) = with_a_shared_file(&desk);
    let (first, _) = seal(&mut vault);
    let second = seal_outside(&mut vault);
    assert_eq!(name_of(&vault, &sha256), None);
    each_alone_has_it(&desk, vault, [first, second], &sha256);
}

#[test]
fn what_is_sealed_while_the_other_is_open_does_not_stay_behind() {
    let desk = Desk::new();
    let (mut vault, sha256) = with_a_shared_file(&desk);
    let (first, _) = seal(&mut vault);
    vault.open_compartment(&first, SECOND).expect("right");
    let second = seal_outside(&mut vault);
    vault.close_compartments().expect("closed");
    assert_eq!(name_of(&vault, &sha256), None);
    each_alone_has_it(&desk, vault, [first, second], &sha256);
}

#[test]
fn an_erasure_in_one_compartment_leaves_the_copy_of_the_other() {
    let desk = Desk::new();
    let (mut vault, sha256) = with_a_shared_file(&desk);
    let (first, _) = seal(&mut vault);
    let second = seal_outside(&mut vault);
    vault.open_compartment(&first, SECOND).expect("right");
    vault.open_compartment(&second, THIRD).expect("right");
    let fields = vec![("reason".to_owned(), Value::from("保存期满"))];
    vault
        .erase(&action("依规删除"), &[id(PAPER)].into(), fields, NOW + 9)
        .expect("erased");
    assert!(vault.attachment_bytes(&sha256).is_ok());
    vault.close_compartments().expect("closed");
    vault.open_compartment(&first, SECOND).expect("right");
    assert_eq!(name_of(&vault, &sha256), None);
    vault.open_compartment(&second, THIRD).expect("right");
    assert_eq!(name_of(&vault, &sha256).as_deref(), Some(OUTSIDE_NAME));
    assert!(vault.attachment_bytes(&sha256).is_ok());
    sound(&vault);
}

/// Takes bytes in piece by piece, meant for the sealed paper, and records them
/// as material `number` of `owner`.
fn take_in(vault: &mut Vault, bytes: &[u8], (number, owner): (u8, u8)) {
    let mut intake = vault.begin_intake("扫描.pdf", &id(PAPER)).expect("begun");
    for piece in bytes.chunks(200_000) {
        vault.take_in(&mut intake, piece).expect("taken in");
    }
    let info = intake.so_far();
    let file = map(&[
        ("sha256", info.sha256.as_str().into()),
        ("size", Value::Int(info.size.cast_signed())),
        ("file_name", info.file_name.as_str().into()),
    ]);
    let field = |name: &str, value: Value| edit(id(number), "material", name, value);
    let owner = id(owner).to_string();
    let edits = vec![field("owner", owner.as_str().into()), field("file", file)];
    vault
        .finish_intake(intake, &action("添加材料"), edits, NOW)
        .expect("kept");
}

/// Rows of encrypted copies: heads, and chunks.
fn copies(desk: &Desk) -> (i64, i64) {
    let connection = back_door::open(desk, "示例");
    let count = |what: i64| {
        let query = "SELECT count(*) FROM sealed WHERE what = ?1";
        connection.query_row(query, [what], |row| row.get(0))
    };
    (count(1).expect("counted"), count(2).expect("counted"))
}

#[test]
fn bytes_taken_in_piece_by_piece_are_copied_once_and_only_for_whom_they_are() {
    let desk = Desk::new();
    let mut vault = with_a_matter(&desk);
    let (compartment, _) = seal(&mut vault);
    drop(vault);
    let before = copies(&desk);
    let bytes = vec![7; 600_000];
    let mut vault = Vault::open(&desk.folder("示例"), PASSPHRASE).expect("opens");
    vault.open_compartment(&compartment, SECOND).expect("right");
    // Meant for the matter, and recorded elsewhere after all: no copy stays.
    take_in(&mut vault, &bytes, (OUTSIDE, OTHER));
    assert!(vault.sealed_attachments().expect("listed").len() == 1);
    // The same bytes for the matter, and once more: one copy, in three chunks.
    take_in(&mut vault, &bytes, (OUTSIDE + 1, PAPER));
    take_in(&mut vault, &bytes, (OUTSIDE + 2, PAPER));
    sound(&vault);
    drop(vault);
    assert_eq!(copies(&desk), (before.0 + 1, before.1 + 3));
    let mut vault = Vault::open(&desk.folder("示例"), PASSPHRASE).expect("opens");
    assert_eq!(vault.attachments().expect("listed").len(), 1, "outside");
    vault.open_compartment(&compartment, SECOND).expect("right");
    assert_eq!(vault.records("material").expect("listed").len(), 3);
    sound(&vault);
}
