//! The law of sealing: whatever is done in whatever order.

use proptest::prelude::*;
use vault::Vault;

use super::matter::{
    CITATION, FINDING, OTHER, PAPER, SECOND, STATEMENT, seal, sound, with_a_matter,
};
use crate::desk::{Desk, NOW, action, edit, id};

/// One thing that somebody does.
#[derive(Debug, Clone)]
enum Deed {
    /// A field of a finding, a citation or a statement gets a value.
    Write(u8, u8),
    /// A record is withdrawn or brought back.
    Withdraw(u8, bool),
    Open,
    Close,
    Rebuild,
    /// The archive is closed and opened again.
    Reopen,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let one = prop_oneof![
        6 => (2..8_u8, any::<u8>()).prop_map(|(record, value)| Deed::Write(record, value)),
        2 => (2..8_u8, any::<bool>()).prop_map(|(record, out)| Deed::Withdraw(record, out)),
        2 => Just(Deed::Open),
        2 => Just(Deed::Close),
        1 => Just(Deed::Rebuild),
        1 => Just(Deed::Reopen),
    ];
    prop::collection::vec(one, 1..24)
}

/// What a record is called here; the last one does not exist before.
fn field_of(record: u8) -> (&'static str, &'static str) {
    match record {
        CITATION | 7 => ("citation", "quote"),
        STATEMENT => ("statement", "text"),
        PAPER => ("paper", "opening"),
        _ => ("finding", "facts"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever is done in whatever order: what is shown while it is open is
    /// what a rebuild shows, closing hides it, opening shows the same again,
    /// and the check finds nothing wrong in either state.
    #[test]
    fn opening_and_closing_lose_nothing_and_show_nothing_else(deeds in deeds()) {
        let desk = Desk::new();
        let mut vault = with_a_matter(&desk);
        let (compartment, _) = seal(&mut vault);
        let mut is_open = false;
        for deed in deeds {
            match deed {
                Deed::Write(record, value) => {
                    let (kind, field) = field_of(record);
                    let text = format!("打开后添的话{value}");
                    let mut edits = vec![edit(id(record), kind, field, text.as_str())];
                    if record == 7 {
                        edits.push(edit(id(7), kind, "finding", super::matter::text(FINDING).as_str()));
                    }
                    let written = vault.write(&action("记录"), edits, NOW);
                    prop_assert_eq!(written.is_ok(), is_open || record == OTHER);
                }
                Deed::Withdraw(record, out) => {
                    let done = if out {
                        vault.retract(&action("撤回"), id(record), NOW)
                    } else {
                        vault.restore(&action("恢复"), id(record), NOW)
                    };
                    if !is_open && record != OTHER {
                        prop_assert!(done.is_err());
                    }
                }
                Deed::Open => {
                    let unsealed = vault.open_compartment(&compartment, SECOND).expect("right");
                    prop_assert_eq!(unsealed.damaged, 0);
                    is_open = true;
                }
                Deed::Close => {
                    vault.close_compartments().expect("closed");
                    is_open = false;
                }
                Deed::Rebuild => {
                    let before = vault.digest().expect("hashed");
                    vault.rebuild(&mut |_| true).expect("rebuilt");
                    prop_assert_eq!(vault.digest().expect("hashed"), before);
                }
                Deed::Reopen => {
                    drop(vault);
                    vault = desk.open("示例");
                    is_open = false;
                }
            }
        }
        vault.open_compartment(&compartment, SECOND).expect("right");
        let open = vault.digest().expect("hashed");
        sound(&vault);
        vault.close_compartments().expect("closed");
        is_hidden(&vault);
        sound(&vault);
        vault.open_compartment(&compartment, SECOND).expect("right");
        prop_assert_eq!(vault.digest().expect("hashed"), open);
    }
}

fn is_hidden(vault: &Vault) {
    for number in [FINDING, CITATION, STATEMENT, PAPER, 7] {
        assert_eq!(vault.record(&id(number)).expect("asked"), None);
    }
}
