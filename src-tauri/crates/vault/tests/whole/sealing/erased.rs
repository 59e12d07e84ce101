//! Erasing what is sealed: the encrypted copies go too.

use std::collections::BTreeSet;

use ledger::{EntityId, Value};
use vault::{Absence, Vault};

use super::matter::{
    CITATION, FINDING, PAPER, SECOND, STATEMENT, everything_in, is_absent, seal, sound, told,
    with_a_matter,
};
use super::{carry, entries_of};
use crate::back_door;
use crate::desk::{Desk, NOW, action, id};

fn erase_the_matter(vault: &mut Vault) {
    let records: BTreeSet<EntityId> = [FINDING, CITATION, STATEMENT, PAPER].map(id).into();
    let fields = vec![("reason".to_owned(), Value::from("保存期满"))];
    vault
        .erase(&action("依规删除"), &records, fields, NOW + 9)
        .expect("erased");
}

/// How many encrypted copies the closed archive has.
fn copies(desk: &Desk, name: &str) -> i64 {
    back_door::open(desk, name)
        .query_row("SELECT count(*) FROM sealed", [], |row| row.get(0))
        .expect("counted")
}

#[test]
fn what_is_erased_while_it_is_open_leaves_no_copy() {
    let desk = Desk::new();
    let mut vault = with_a_matter(&desk);
    let (compartment, _) = seal(&mut vault);
    drop(vault);
    assert!(copies(&desk, "示例") > 6);

    let mut vault = desk.open("示例");
    vault.open_compartment(&compartment, SECOND).expect("right");
    erase_the_matter(&mut vault);
    assert_eq!(vault.record(&id(FINDING)).expect("asked"), None);
    assert!(vault.attachments().expect("listed").is_empty());
    assert_eq!(sound(&vault).erased, 5);
    // The number of the file that went may be given again: the next one stays.
    let kept = vault
        .put_attachment(&mut &b"another"[..], "another.txt")
        .expect("kept");
    assert_eq!(
        vault.attachment_bytes(&kept.sha256).expect("whole"),
        b"another"
    );
    vault.close_compartments().expect("closed");
    is_absent_for_good(&mut vault, &compartment);
    drop(vault);
    assert_eq!(copies(&desk, "示例"), 0);
    assert_eq!(told(&everything_in(&desk, "示例")), Vec::<&str>::new());
}

#[test]
fn an_erasure_that_comes_in_while_it_is_closed_holds_when_it_is_opened() {
    let desk = Desk::new();
    let mut vault = with_a_matter(&desk);
    let mut elsewhere = desk.create("乙");
    carry(&entries_of(&vault), &mut elsewhere);
    let (compartment, _) = seal(&mut vault);
    erase_the_matter(&mut elsewhere);

    carry(&entries_of(&elsewhere), &mut vault);
    is_absent(&vault);
    // Nobody can tell what the copies are about before they are opened.
    assert_eq!((sound(&vault).sealed, sound(&vault).erased), (5, 0));
    is_absent_for_good(&mut vault, &compartment);
    assert_eq!((sound(&vault).sealed, sound(&vault).erased), (0, 5));
    assert_eq!(
        vault.digest().expect("hashed"),
        elsewhere.digest().expect("hashed")
    );
    vault.close_compartments().expect("closed");
    drop(vault);
    // The title in the register of readings has gone with the import already.
    assert_eq!(copies(&desk, "示例"), 0);
    assert_eq!(told(&everything_in(&desk, "示例")), Vec::<&str>::new());
}

/// Opening the compartment brings nothing of the matter back.
fn is_absent_for_good(vault: &mut Vault, compartment: &ledger::CompartmentId) {
    let unsealed = vault.open_compartment(compartment, SECOND).expect("right");
    assert_eq!((unsealed.entries, unsealed.damaged), (0, 0));
    for number in [FINDING, CITATION, STATEMENT, PAPER] {
        assert_eq!(vault.record(&id(number)).expect("asked"), None);
        assert!(vault.is_erased(&id(number)).expect("asked"));
    }
    let mut why = BTreeSet::new();
    vault
        .entries_after(&std::collections::BTreeMap::new(), &mut |entry| {
            assert!(told(&entry.payload.unwrap_or_default()).is_empty());
            why.insert(format!("{:?}", vault.absence(&entry.hash)?));
            Ok(())
        })
        .expect("given");
    let wanted = [None, Some(Absence::Erased)].map(|it| format!("{it:?}"));
    assert_eq!(why, wanted.into());
}
