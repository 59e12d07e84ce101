//! Matters sealed under a second passphrase.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use ledger::verify::Depth;
use ledger::{CompartmentId, EntityId, Value};
use proptest::prelude::*;
use rusqlite::types::ValueRef;
use vault::{
    Absence, Edit, JournalFilter, KdfParams, NewCompartment, ReadingFilter, Reversal, Unlocking,
    Vault,
};

use crate::back_door;
use crate::desk::{Desk, NOW, PASSPHRASE, action, edit, id, put, shown};

const SECOND: &str = "第二口令 四五六";
/// Words of the matter: none of them may be found anywhere while it is sealed.
const SECRETS: [&str; 8] = [
    "违规提拔",
    "瀚海小区",
    "引语甲乙丙",
    "申辩丁戊己",
    "函询庚辛壬",
    "存根瓴甋",
    "改过前的话",
    "打开后添的话",
];

const PERSON: u8 = 1;
const FINDING: u8 = 2;
const CITATION: u8 = 3;
const STATEMENT: u8 = 4;
const PAPER: u8 = 5;
const OTHER: u8 = 6;

fn text(number: u8) -> String {
    id(number).to_string()
}

fn map(pairs: &[(&str, Value)]) -> Value {
    let pairs = pairs
        .iter()
        .map(|(name, value)| ((*name).into(), value.clone()));
    Value::Map(pairs.collect())
}

/// A person with two findings, one of which has everything a matter can have.
fn with_a_matter(desk: &Desk) -> Vault {
    let mut vault = desk.create("示例");
    put(&mut vault, id(PERSON), "person", &[("name", "甲某")]);
    let person = text(PERSON);
    let finding =
        |title: &'static str, facts: &'static str| vec![("title", title), ("facts", facts)];
    let mut fields = finding("违规提拔", "改过前的话");
    fields.push(("person", person.as_str()));
    put(&mut vault, id(FINDING), "finding", &fields);
    put(
        &mut vault,
        id(FINDING),
        "finding",
        &[("facts", "瀚海小区一事")],
    );
    let matter = text(FINDING);
    let quote = [("finding", matter.as_str()), ("quote", "引语甲乙丙")];
    put(&mut vault, id(CITATION), "citation", &quote);
    let said = [("finding", matter.as_str()), ("text", "申辩丁戊己")];
    put(&mut vault, id(STATEMENT), "statement", &said);
    let mut bytes = "存根瓴甋".repeat(40_000).into_bytes();
    bytes.push(b'.');
    let kept = vault
        .put_attachment(&mut &bytes[..], "函询庚辛壬.pdf")
        .expect("kept");
    let pdf = map(&[
        ("sha256", kept.sha256.as_str().into()),
        ("size", Value::Int(kept.size.cast_signed())),
        ("file_name", "函询庚辛壬.pdf".into()),
    ]);
    let item = map(&[
        ("finding", matter.as_str().into()),
        ("text", "瀚海小区".into()),
    ]);
    let paper = |field: &str, value: Value| edit(id(PAPER), "paper", field, value);
    let edits = vec![
        paper("title", "函询庚辛壬".into()),
        paper("person", person.as_str().into()),
        paper("items", Value::List(vec![item])),
        paper("issued", map(&[("pdf", pdf)])),
    ];
    vault
        .write(&action("起草文书"), edits, NOW)
        .expect("written");
    let mut fields = finding("另一条线索", "与密封无关");
    fields.push(("person", person.as_str()));
    put(&mut vault, id(OTHER), "finding", &fields);
    vault
        .note_reading(
            id(PERSON),
            "查阅",
            Some((id(FINDING), "finding", "违规提拔")),
            NOW,
        )
        .expect("noted");
    vault
}

fn seal(vault: &mut Vault) -> (CompartmentId, vault::RecoveryCode) {
    let matter = vault.matter(&id(FINDING)).expect("found");
    vault
        .seal(
            &matter,
            &NewCompartment {
                label: "一号事项",
                passphrase: SECOND,
                kdf: KdfParams::fast_for_tests(),
                now_millis: NOW,
            },
        )
        .expect("sealed")
}

fn sound(vault: &Vault) -> vault::VerifyReport {
    let report = vault.verify(Depth::Every, &mut |_| true).expect("checked");
    assert!(report.is_sound(), "{:?}", report.damages);
    report
}

/// Every page of the closed archive's files and every cell of every table, of
/// its backups too.
fn everything_in(desk: &Desk, name: &str) -> Vec<u8> {
    let mut all = back_door::pages(desk, name, &desk.folder(name).join("vault.db"));
    for backup in Vault::backups_in(&desk.folder(name)).expect("listed") {
        all.extend(back_door::pages(
            desk,
            name,
            &backup.folder.join("vault.db"),
        ));
    }
    let connection = back_door::open(desk, name);
    let tables: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .expect("a query")
        .query_map([], |row| row.get(0))
        .expect("tables")
        .collect::<Result<_, _>>()
        .expect("names");
    assert!(tables.len() > 20, "{tables:?}");
    for table in tables {
        let mut statement = connection
            .prepare(&format!("SELECT * FROM {table}"))
            .expect("a query");
        let width = statement.column_count();
        let mut rows = statement.query([]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            for column in 0..width {
                if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) =
                    row.get_ref(column).expect("a cell")
                {
                    all.extend(bytes);
                }
                all.push(0);
            }
        }
    }
    all
}

/// Which of the secrets stand somewhere in `bytes`: any three characters of
/// them, or any two as the search index writes them.
fn told(bytes: &[u8]) -> Vec<&'static str> {
    let is_in = |needle: &str| memchr(bytes, needle.as_bytes());
    let term = |two: &[char]| {
        two.iter().fold(String::new(), |mut digits, c| {
            let mut rest = u32::from(*c);
            let mut four = [0_u8; 4];
            for digit in four.iter_mut().rev() {
                *digit = b"0123456789abcdefghijklmnopqrstuvwxyz"[(rest % 36) as usize];
                rest /= 36;
            }
            digits.extend(four.map(char::from));
            digits
        })
    };
    SECRETS
        .into_iter()
        .filter(|secret| {
            let chars: Vec<char> = secret.chars().collect();
            chars
                .windows(3)
                .any(|it| is_in(&it.iter().collect::<String>()))
                || chars.windows(2).any(|it| is_in(&term(it)))
        })
        .collect()
}

/// Whether `needle` stands in `bytes`.
fn memchr(bytes: &[u8], needle: &[u8]) -> bool {
    let mut at = 0;
    while let Some(next) = bytes[at..].iter().position(|byte| *byte == needle[0]) {
        at += next;
        if bytes[at..].starts_with(needle) {
            return true;
        }
        at += 1;
    }
    false
}

/// Nothing anybody can ask the archive for tells of the matter.
fn is_absent(vault: &Vault) {
    for number in [FINDING, CITATION, STATEMENT, PAPER] {
        assert_eq!(vault.record(&id(number)).expect("asked"), None);
        assert!(vault.history(&id(number)).expect("asked").is_empty());
        assert_eq!(vault.compartment_of(&id(number)).expect("asked"), None);
    }
    for kind in ["citation", "statement", "paper"] {
        assert_eq!(vault.count(kind).expect("counted"), 0, "{kind}");
    }
    assert_eq!(vault.records("finding").expect("listed").len(), 1);
    assert!(vault.attachments().expect("listed").is_empty());
    for secret in SECRETS {
        assert!(
            vault.search(secret, 9).expect("asked").is_empty(),
            "{secret}"
        );
        let filter = JournalFilter {
            text: secret.into(),
            ..JournalFilter::default()
        };
        assert_eq!(vault.journal_count(&filter).expect("counted"), 0);
    }
    let journal = vault
        .journal(&JournalFilter::default(), None, 99)
        .expect("listed");
    let sealed = journal
        .iter()
        .filter(|line| vault.absence(&line.entry).expect("asked") == Some(Absence::Sealed));
    for line in sealed {
        assert_eq!(
            (line.action.as_str(), &line.note, line.record),
            ("", &None, None)
        );
    }
    let readings = vault
        .readings(&ReadingFilter::default(), None, 9)
        .expect("listed");
    assert!(readings.iter().all(|line| line.title.is_empty()));
    assert!(
        vault
            .compartments()
            .expect("listed")
            .iter()
            .all(|it| !it.is_open)
    );
    vault
        .entries_after(&BTreeMap::new(), &mut |entry| {
            assert!(told(&entry.payload.unwrap_or_default()).is_empty());
            Ok(())
        })
        .expect("given");
}

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
                        edits.push(edit(id(7), kind, "finding", self::text(FINDING).as_str()));
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
