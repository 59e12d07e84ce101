//! A seal that is taken off for good, and other locks on one that stays.

use std::collections::{BTreeMap, BTreeSet};

use ledger::CompartmentId;
use vault::{JournalFilter, KdfParams, ReadingFilter};

use crate::desk::{Desk, NOW, action, id};

use super::matter::{FINDING, SECOND, everything_in, is_absent, seal, sound, told, with_a_matter};

#[test]
fn what_is_unsealed_is_ordinary_again_and_the_history_says_so() {
    let desk = Desk::new();
    let mut vault = with_a_matter(&desk);
    let files = vault.attachments().expect("listed");
    let before = vault.entry_count().expect("counted");
    let (compartment, _) = seal(&mut vault);
    let wrong = vault.unseal(&compartment, "不是", &action("解除密封"), NOW);
    assert_eq!(wrong.expect_err("wrong").code(), "DA-27");
    is_absent(&vault);
    let unsealed = vault
        .unseal(&compartment, SECOND, &action("解除密封"), NOW)
        .expect("unsealed");
    assert_eq!((unsealed.entries, unsealed.damaged), (5, 0));
    drop(vault);

    let vault = desk.open("示例");
    assert!(vault.compartments().expect("listed").is_empty());
    assert_eq!(vault.attachments().expect("listed"), files);
    assert!(vault.sealed_attachments().expect("listed").is_empty());
    assert_eq!(vault.search("瀚海", 9).expect("asked").len(), 1);
    let readings = vault.readings(&ReadingFilter::default(), None, 9);
    assert_eq!(readings.expect("listed")[0].title, "违规提拔");
    let report = sound(&vault);
    assert_eq!((report.sealed, report.withheld), (0, 0));
    assert_eq!(vault.entry_count().expect("counted"), before + 1);
    let journal = vault.journal(&JournalFilter::default(), None, 1);
    let line = &journal.expect("listed")[0];
    assert_eq!(
        (line.action.as_str(), line.record),
        ("解除密封", Some(id(FINDING)))
    );
    assert_eq!(vault.history(&id(FINDING)).expect("read").len(), 5);
    // It is given away as everything else is.
    let scope = BTreeSet::from([id(FINDING)]);
    let open = BTreeSet::from([CompartmentId::OPEN]);
    let mut given = Vec::new();
    vault
        .entries_of(&scope, &open, &BTreeMap::new(), &mut |entry| {
            given.extend(entry.payload.unwrap_or_default());
            Ok(())
        })
        .expect("given");
    assert!(told(&given).contains(&"瀚海小区"));
    drop(vault);
    assert!(!told(&everything_in(&desk, "示例")).is_empty());
}

#[test]
fn what_was_written_while_it_was_open_is_given_away_too() {
    let desk = Desk::new();
    let mut vault = with_a_matter(&desk);
    let (compartment, code) = seal(&mut vault);
    vault
        .open_compartment(&compartment, SECOND)
        .expect("opened");
    crate::desk::put(
        &mut vault,
        id(FINDING),
        "finding",
        &[("facts", "打开后添的话")],
    );
    vault
        .unseal(&compartment, &code.to_string(), &action("解除密封"), NOW)
        .expect("unsealed");
    vault.close_compartments().expect("nothing to close");
    let scope = BTreeSet::from([id(FINDING)]);
    let open = BTreeSet::from([CompartmentId::OPEN]);
    let mut given = Vec::new();
    vault
        .entries_of(&scope, &open, &BTreeMap::new(), &mut |entry| {
            given.extend(entry.payload.unwrap_or_default());
            Ok(())
        })
        .expect("given");
    assert!(told(&given).contains(&"打开后添的话"));
    assert_eq!(sound(&vault).sealed, 0);
}

#[test]
fn another_passphrase_and_another_code_open_it_and_the_old_ones_do_not() {
    let desk = Desk::new();
    let mut vault = with_a_matter(&desk);
    let (compartment, code) = seal(&mut vault);
    vault.backup(NOW).expect("made");
    let kdf = KdfParams::fast_for_tests;
    let wrong = vault.change_second_passphrase(&compartment, "不是", "新口令", kdf());
    assert_eq!(wrong.expect_err("wrong").code(), "DA-27");
    vault
        .change_second_passphrase(&compartment, SECOND, "新口令", kdf())
        .expect("changed");
    let again = vault.back_up_if_changed(NOW + 5000).expect("looked");
    assert!(again.is_some(), "other locks are worth a backup");
    let renewed = vault
        .reissue_second_code(&compartment, "新口令")
        .expect("reissued");
    drop(vault);
    let mut vault = desk.open("示例");
    for (secret, opens) in [
        (SECOND, false),
        (&*code.to_string(), false),
        ("新口令", true),
        (&*renewed.to_string(), true),
    ] {
        let opened = vault.open_compartment(&compartment, secret);
        assert_eq!(opened.is_ok(), opens, "{secret}");
        vault.close_compartments().expect("closed");
    }
}
