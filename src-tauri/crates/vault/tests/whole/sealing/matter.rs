//! An archive with a matter, and where words of it may be looked for.

use std::collections::BTreeMap;

use ledger::verify::Depth;
use ledger::{CompartmentId, Value};
use rusqlite::types::ValueRef;
use vault::{Absence, JournalFilter, KdfParams, NewCompartment, ReadingFilter, Vault};

use crate::back_door;
use crate::desk::{Desk, NOW, action, edit, id, put};

pub(super) const SECOND: &str = "第二口令 四五六";
/// Words of the matter: none of them may be found anywhere while it is sealed.
pub(super) const SECRETS: [&str; 8] = [
    "违规提拔",
    "瀚海小区",
    "引语甲乙丙",
    "申辩丁戊己",
    "函询庚辛壬",
    "存根瓴甋",
    "改过前的话",
    "打开后添的话",
];

pub(super) const PERSON: u8 = 1;
pub(super) const FINDING: u8 = 2;
pub(super) const CITATION: u8 = 3;
pub(super) const STATEMENT: u8 = 4;
pub(super) const PAPER: u8 = 5;
pub(super) const OTHER: u8 = 6;

pub(super) fn text(number: u8) -> String {
    id(number).to_string()
}

pub(super) fn map(pairs: &[(&str, Value)]) -> Value {
    let pairs = pairs
        .iter()
        .map(|(name, value)| ((*name).into(), value.clone()));
    Value::Map(pairs.collect())
}

/// A person with two findings, one of which has everything a matter can have.
pub(super) fn with_a_matter(desk: &Desk) -> Vault {
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

pub(super) fn seal(vault: &mut Vault) -> (CompartmentId, vault::RecoveryCode) {
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

pub(super) fn sound(vault: &Vault) -> vault::VerifyReport {
    let report = vault.verify(Depth::Every, &mut |_| true).expect("checked");
    assert!(report.is_sound(), "{:?}", report.damages);
    report
}

/// Every page of the closed archive's files and every cell of every table, of
/// its backups too.
pub(super) fn everything_in(desk: &Desk, name: &str) -> Vec<u8> {
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
pub(super) fn told(bytes: &[u8]) -> Vec<&'static str> {
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
pub(super) fn is_absent(vault: &Vault) {
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
