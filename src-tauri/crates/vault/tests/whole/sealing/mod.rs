//! Matters sealed under a second passphrase.

mod erased;
mod law;
mod matter;
mod shared;
mod unsealed;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use ledger::{CompartmentId, EntityId, Value};
use vault::{Absence, Edit, KdfParams, NewCompartment, ReadingFilter, Reversal, Unlocking, Vault};

use crate::desk::{Desk, NOW, PASSPHRASE, action, edit, id, put, shown};
use matter::{
    FINDING, OTHER, PERSON, SECOND, SECRETS, STATEMENT, everything_in, is_absent, seal, sound,
    text, told, with_a_matter,
};

#[test]
fn nothing_of_a_sealed_matter_is_anywhere_in_the_decrypted_file() {
    let desk = Desk::new();
    let vault = with_a_matter(&desk);
    assert!(!vault.search("瀚海", 9).expect("asked").is_empty());
    drop(vault);
    // The search below can find them: all but what is only written later.
    assert_eq!(told(&everything_in(&desk, "示例")).len(), SECRETS.len() - 1);

    let mut vault = desk.open("示例");
    let (compartment, _) = seal(&mut vault);
    is_absent(&vault);
    let report = sound(&vault);
    assert_eq!((report.sealed, report.withheld), (5, 0));
    let listed = vault.compartments().expect("listed");
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (listed[0].id, listed[0].label.as_str()),
        (compartment, "一号事项")
    );
    vault.backup(NOW).expect("made");
    drop(vault);
    assert_eq!(told(&everything_in(&desk, "示例")), Vec::<&str>::new());
    // What belongs to nobody's matter is all there.
    let vault = desk.open("示例");
    assert_eq!(
        shown(&vault, id(OTHER), "facts").as_deref(),
        Some("与密封无关")
    );
    assert_eq!(vault.search("与密封无关", 9).expect("asked").len(), 1);
    is_absent(&vault);
}

#[test]
fn what_is_opened_is_as_it_was_and_what_is_closed_is_gone_again() {
    let desk = Desk::new();
    let mut vault = with_a_matter(&desk);
    let before = vault.digest().expect("hashed");
    let file = vault.attachments().expect("listed")[0].clone();
    let (compartment, code) = seal(&mut vault);
    let closed = vault.digest().expect("hashed");
    assert_ne!(before, closed);

    for wrong in ["", "第二口令", PASSPHRASE] {
        let error = vault
            .open_compartment(&compartment, wrong)
            .expect_err("wrong");
        assert_eq!(error.code(), "DA-27");
        is_absent(&vault);
    }
    for secret in [SECOND, &code.to_string()] {
        let unsealed = vault.open_compartment(&compartment, secret).expect("right");
        assert_eq!((unsealed.entries, unsealed.damaged), (5, 0));
        assert_eq!(vault.digest().expect("hashed"), before);
        assert_eq!(
            vault.attachments().expect("listed"),
            std::slice::from_ref(&file)
        );
        assert!(vault.attachment_bytes(&file.sha256).expect("whole").len() > 100_000);
        assert_eq!(vault.search("瀚海", 9).expect("asked").len(), 1);
        assert_eq!(vault.history(&id(FINDING)).expect("read").len(), 4);
        let readings = vault.readings(&ReadingFilter::default(), None, 9);
        assert_eq!(readings.expect("listed")[0].title, "违规提拔");
        let report = sound(&vault);
        assert_eq!((report.sealed, report.withheld), (0, 0));
        vault.close_compartments().expect("closed");
        assert_eq!(vault.digest().expect("hashed"), closed);
        is_absent(&vault);
        sound(&vault);
    }
    vault.rebuild(&mut |_| true).expect("rebuilt");
    assert_eq!(vault.digest().expect("hashed"), closed);
    drop(vault);
    assert_eq!(told(&everything_in(&desk, "示例")), Vec::<&str>::new());
}

/// Everything that can happen to an open matter happens.
fn work_on_it(vault: &mut Vault) {
    put(vault, id(FINDING), "finding", &[("facts", "打开后添的话")]);
    let matter = text(FINDING);
    let new = [("finding", matter.as_str()), ("quote", "打开后添的话")];
    put(vault, id(20), "citation", &new);
    // One action about what is sealed and what is not: two entries.
    vault
        .write(
            &action("两处"),
            vec![
                edit(id(PERSON), "person", "post", "科长"),
                edit(id(STATEMENT), "statement", "text", "打开后添的话"),
            ],
            NOW,
        )
        .expect("written");
    vault
        .put_attachment(
            &mut "打开后添的话".repeat(30_000).as_bytes(),
            "打开后添的话",
        )
        .expect("kept");
    let about = Some((id(FINDING), "finding", "打开后添的话"));
    vault
        .note_reading(id(PERSON), "查阅", about, NOW)
        .expect("noted");
}

#[test]
fn what_is_written_into_an_open_matter_is_sealed_with_it() {
    let desk = Desk::new();
    let mut vault = with_a_matter(&desk);
    let (compartment, _) = seal(&mut vault);
    vault.open_compartment(&compartment, SECOND).expect("right");
    work_on_it(&mut vault);
    sound(&vault);
    let open = vault.digest().expect("hashed");
    vault.backup(NOW).expect("made");
    assert_eq!(
        vault.digest().expect("hashed"),
        open,
        "open as before the backup"
    );
    // Closing the archive closes the matter.
    drop(vault);
    assert_eq!(told(&everything_in(&desk, "示例")), Vec::<&str>::new());
    let mut vault = desk.open("示例");
    is_absent(&vault);
    assert_eq!(sound(&vault).sealed, 8);
    assert_eq!(shown(&vault, id(PERSON), "post").as_deref(), Some("科长"));
    let refused = vault.write(
        &action("记录"),
        vec![edit(id(FINDING), "finding", "title", "不该写进去")],
        NOW,
    );
    assert_eq!(refused.expect_err("sealed").code(), "DA-29");
    vault.open_compartment(&compartment, SECOND).expect("right");
    let facts = shown(&vault, id(FINDING), "facts");
    assert_eq!(facts.as_deref(), Some("打开后添的话"));
    let quote = shown(&vault, id(20), "quote");
    assert_eq!(quote.as_deref(), Some("打开后添的话"));
    assert_eq!(vault.digest().expect("hashed"), open);
}

/// Where rows are many, pages are divided, and parts of rows stay behind in
/// what is free of the old page: `secure_delete` does not reach those.
#[test]
fn nothing_stays_behind_in_pages_that_were_divided() {
    let desk = Desk::new();
    let mut vault = with_a_matter(&desk);
    let matter = text(FINDING);
    let other = text(OTHER);
    // In no order, so that pages are divided in the middle.
    let order = (40..240_u8).map(u8::reverse_bits).filter(|it| *it > 9);
    for (number, place) in (40..240_u8).zip(order) {
        let (finding, quote) = if number % 3 == 0 {
            (&other, "与密封无关".repeat(usize::from(number % 20)))
        } else {
            (&matter, "引语甲乙丙".repeat(usize::from(number % 7) + 1))
        };
        let new = [("finding", finding.as_str()), ("quote", quote.as_str())];
        put(&mut vault, id(place), "citation", &new);
    }
    let (compartment, _) = seal(&mut vault);
    drop(vault);
    assert_eq!(told(&everything_in(&desk, "示例")), Vec::<&str>::new());
    let mut vault = desk.open("示例");
    vault.open_compartment(&compartment, SECOND).expect("right");
    assert!(vault.count("citation").expect("counted") > 190);
    drop(vault);
    assert_eq!(told(&everything_in(&desk, "示例")), Vec::<&str>::new());
    let vault = desk.open("示例");
    assert!(vault.count("citation").expect("counted") > 60);
    sound(&vault);
}

/// Says to the child in which folder to work.
const FOLDER: &str = "DUCHA_TEST_SEALED_FOLDER";

#[test]
#[ignore = "runs as a child of the test below"]
fn child_that_works_on_an_open_matter_until_it_is_killed() {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    let mut vault = Vault::open(&folder, PASSPHRASE).expect("opens");
    let compartment = vault.compartments().expect("listed")[0].id;
    vault.open_compartment(&compartment, SECOND).expect("right");
    work_on_it(&mut vault);
    std::io::stdout().write_all(b"\nworked\n").expect("told");
    loop {
        std::thread::park();
    }
}

#[test]
fn kill_9_does_not_leave_a_matter_open() {
    let desk = Desk::new();
    let mut vault = with_a_matter(&desk);
    let (compartment, _) = seal(&mut vault);
    drop(vault);
    let mut child = Command::new(env::current_exe().expect("this program"))
        .args([
            "--ignored",
            "--exact",
            "sealing::child_that_works_on_an_open_matter_until_it_is_killed",
            "--nocapture",
        ])
        .env(FOLDER, desk.folder("示例"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("a child");
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let worked = lines.map_while(Result::ok).any(|line| line == "worked");
    child.kill().expect("killed");
    child.wait().expect("gone");
    assert!(worked);

    let mut vault = desk.open("示例");
    is_absent(&vault);
    assert_eq!(sound(&vault).sealed, 8);
    vault.open_compartment(&compartment, SECOND).expect("right");
    let facts = shown(&vault, id(FINDING), "facts");
    assert_eq!(facts.as_deref(), Some("打开后添的话"), "saved is saved");
    sound(&vault);
    vault.close_compartments().expect("closed");
    drop(vault);
    assert_eq!(told(&everything_in(&desk, "示例")), Vec::<&str>::new());
}

#[test]
fn a_backup_and_a_salvage_keep_what_is_sealed() {
    let desk = Desk::new();
    let mut vault = with_a_matter(&desk);
    let before = vault.digest().expect("hashed");
    let (compartment, _) = seal(&mut vault);
    let backup = vault.backup(NOW).expect("made");
    drop(vault);
    Vault::restore_backup(&backup, &desk.folder("恢复")).expect("restored");
    let salvaged = Vault::salvage(
        &desk.folder("示例"),
        Unlocking::Passphrase(PASSPHRASE),
        &desk.folder("抢救"),
        &mut |_| true,
    )
    .expect("salvaged");
    assert_eq!((salvaged.sealed, salvaged.without_payload), (5, 0));
    for name in ["恢复", "抢救"] {
        let mut vault = desk.open(name);
        is_absent(&vault);
        assert_eq!(sound(&vault).sealed, 5, "{name}");
        vault.open_compartment(&compartment, SECOND).expect(name);
        assert_eq!(vault.digest().expect("hashed"), before, "{name}");
        assert_eq!(vault.attachments().expect("listed").len(), 1, "{name}");
        sound(&vault);
    }
}

#[test]
fn an_export_leaves_it_out_unless_it_is_open_and_asked_for() {
    let desk = Desk::new();
    let mut vault = with_a_matter(&desk);
    let (compartment, _) = seal(&mut vault);
    vault.open_compartment(&compartment, SECOND).expect("right");
    let all: BTreeSet<EntityId> = (1..9).map(id).collect();
    let given = |compartments: &[CompartmentId]| {
        let mut words = Vec::new();
        vault
            .entries_of(
                &all,
                &compartments.iter().copied().collect(),
                &BTreeMap::new(),
                &mut |entry| {
                    words.extend(entry.payload.unwrap_or_default());
                    Ok(())
                },
            )
            .expect("given");
        told(&words).len()
    };
    assert_eq!(given(&[CompartmentId::OPEN]), 0);
    assert!(given(&[CompartmentId::OPEN, compartment]) > 3);
    vault
        .entries_after(&BTreeMap::new(), &mut |entry| {
            assert!(told(&entry.payload.unwrap_or_default()).is_empty());
            Ok(())
        })
        .expect("given");
    assert_eq!(vault.sealed_attachments().expect("named").len(), 1);
}

/// Hands everything `from` holds to `to`.
fn carry(entries: &[ledger::Entry], to: &mut Vault) -> vault::Preview {
    let mut staging = to.stage().expect("begun");
    for entry in entries {
        staging.push(entry).expect("put aside");
    }
    staging.commit(NOW).expect("accepted")
}

fn entries_of(vault: &Vault) -> Vec<ledger::Entry> {
    let mut entries = Vec::new();
    vault
        .entries_after(&BTreeMap::new(), &mut |entry| {
            entries.push(entry);
            Ok(())
        })
        .expect("given");
    entries
}

#[test]
fn what_comes_in_for_a_sealed_matter_waits_until_it_is_open() {
    let desk = Desk::new();
    let mut vault = with_a_matter(&desk);
    let mine = entries_of(&vault);
    let mut colleague = desk.create("同事");
    carry(&mine, &mut colleague);
    let matter = text(FINDING);
    let new = [("finding", matter.as_str()), ("quote", "打开后添的话")];
    put(&mut colleague, id(30), "citation", &new);
    let theirs = entries_of(&colleague);
    drop(colleague);

    let (compartment, _) = seal(&mut vault);
    let report = carry(&theirs, &mut vault);
    assert_eq!((report.left_sealed, report.late_payloads), (1, 0));
    is_absent(&vault);
    drop(vault);
    let mut vault = desk.open("示例");
    assert_eq!(
        told(&everything_in_closed(vault, &desk)),
        Vec::<&str>::new()
    );
    vault = desk.open("示例");
    vault.open_compartment(&compartment, SECOND).expect("right");
    assert_eq!(shown(&vault, id(30), "quote"), None, "not yet here");
    let report = carry(&theirs, &mut vault);
    assert_eq!((report.left_sealed, report.late_payloads), (0, 1));
    let quote = shown(&vault, id(30), "quote");
    assert_eq!(quote.as_deref(), Some("打开后添的话"));
    vault.close_compartments().expect("closed");
    is_absent(&vault);
    sound(&vault);
    assert_eq!(shown(&vault, id(30), "quote"), None);
    assert_eq!(
        told(&everything_in_closed(vault, &desk)),
        Vec::<&str>::new()
    );
}

fn everything_in_closed(vault: Vault, desk: &Desk) -> Vec<u8> {
    drop(vault);
    everything_in(desk, "示例")
}

#[test]
fn an_entry_about_other_things_too_is_not_sealed_by_halves() {
    let desk = Desk::new();
    let mut vault = with_a_matter(&desk);
    let edits: Vec<Edit> = vec![
        edit(id(PERSON), "person", "post", "科长"),
        edit(id(FINDING), "finding", "question", "请说明"),
    ];
    let both = vault.write(&action("两处"), edits, NOW).expect("written");
    let matter = vault.matter(&id(FINDING)).expect("found");
    assert_eq!(matter.len(), 4);
    let refused = vault.seal(
        &matter,
        &NewCompartment {
            label: "",
            passphrase: SECOND,
            kdf: KdfParams::fast_for_tests(),
            now_millis: NOW,
        },
    );
    let error = refused.expect_err("by halves");
    assert_eq!(error.code(), "DA-28");
    assert!(
        error.to_string().contains("问题线索《违规提拔》"),
        "{error}"
    );
    assert!(vault.compartments().expect("listed").is_empty());
    assert_eq!(vault.absence(&both.expect("one")).expect("asked"), None);
    sound(&vault);
}

#[test]
fn what_was_done_before_the_sealing_cannot_be_undone_after_it() {
    let desk = Desk::new();
    let mut vault = with_a_matter(&desk);
    let last = put(
        &mut vault,
        id(FINDING),
        "finding",
        &[("title", "违规提拔一事")],
    );
    seal(&mut vault);
    let reversal = vault.reversal(&last, &|_, _| Value::Null).expect("asked");
    assert_eq!(reversal, Reversal::Withheld);
    assert_eq!(vault.absence(&last).expect("asked"), Some(Absence::Sealed));
}
