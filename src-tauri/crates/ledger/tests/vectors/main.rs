//! The committed test vectors, both ways: what they describe encodes to their bytes, and their
//! bytes decode to what they describe. The refused ones stay refused, each for its own reason.
//!
//! `LEDGER_WRITE_VECTORS=1 cargo test -p ledger --test vectors` writes them anew; a change in
//! the files is a change of the format and needs a new version number. Payloads of version 1 are
//! no longer written: `entries.json` is as the last program left it that did.

mod refused;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use ledger::masking::{self, Part};
use ledger::verify::{ChainVerifier, Depth, Start};
use ledger::{
    ChainWriter, Change, CompartmentId, DeviceId, DeviceKey, EntityId, Entry, EntryHash, Head,
    Header, Hlc, Payload, Position, SignedHeads, Value,
};
use serde::{Deserialize, Serialize};

/// A valid entry, all of its inputs and all of its bytes.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct EntryVector {
    name: String,
    seed: String,
    seq: u64,
    previous: EntryHash,
    millis: u64,
    counter: u16,
    author: EntityId,
    compartment: CompartmentId,
    action: String,
    payload: Payload,
    payload_cbor: String,
    payload_hash: String,
    device: DeviceId,
    fingerprint: String,
    header_cbor: String,
    hash: EntryHash,
    signature: String,
    entry_cbor: String,
}

/// A payload some of which is masked.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct MaskedVector {
    name: String,
    whole_cbor: String,
    /// `note`, and the fields whose values are masked.
    masked: Vec<String>,
    masked_cbor: String,
    payload_hash: String,
    payload: Payload,
}

/// A valid statement of heads.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct HeadsVector {
    seed: String,
    heads: BTreeMap<String, Head>,
    hlc: Hlc,
    cbor: String,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("text grows");
        text
    })
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).expect("hex"))
        .collect()
}

fn key(seed: u8) -> DeviceKey {
    DeviceKey::generate([seed; 32])
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("testvectors")
        .join(name)
}

/// The committed vectors; written first when asked to.
fn committed<T: Serialize + for<'a> Deserialize<'a>>(name: &str, made: &[T]) -> Vec<T> {
    if std::env::var_os("LEDGER_WRITE_VECTORS").is_some() {
        let text = serde_json::to_string_pretty(made).expect("JSON") + "\n";
        std::fs::write(path(name), text).expect("writable");
    }
    kept(name)
}

fn kept<T: for<'a> Deserialize<'a>>(name: &str) -> Vec<T> {
    let text = std::fs::read_to_string(path(name)).expect("committed with the crate");
    serde_json::from_str(&text).expect("vectors")
}

/// The inputs of the valid entries, in two chains.
fn inputs() -> Vec<(&'static str, u8, &'static str, CompartmentId, u64, Payload)> {
    let person = EntityId::new(1_750_000_000_000, [1; 10]);
    let turn = EntityId::new(1_750_000_100_000, [2; 10]);
    let change = |entity, kind: &str, field: &str, value, bases| Change {
        entity,
        kind: kind.into(),
        field: field.into(),
        value,
        bases,
    };
    let sealed: CompartmentId = "0197b000-0000-7000-8000-00000000000a"
        .parse()
        .expect("UUID");
    let map = |items: [(&str, Value); 3]| Value::Map(items.map(|(k, v)| (k.to_owned(), v)).into());
    vec![
        (
            "first entry, two fields, no bases",
            1,
            "person.add",
            CompartmentId::OPEN,
            1_750_000_000_000,
            Payload {
                salt: Some([0x11; 16]),
                note: None,
                changes: vec![
                    change(person, "person", "name", "甲某".into(), vec![]),
                    change(person, "person", "is_leader", true.into(), vec![]),
                ],
            },
        ),
        (
            "second entry, every kind of value, map keys not in plain order",
            1,
            "turn.write",
            CompartmentId::OPEN,
            1_749_999_000_000,
            Payload {
                salt: Some([0x22; 16]),
                note: Some("补记".into()),
                changes: vec![change(
                    turn,
                    "turn",
                    "body",
                    map([
                        (
                            "bb",
                            Value::List(vec![
                                Value::Null,
                                false.into(),
                                Value::Bytes(vec![0, 255]),
                            ]),
                        ),
                        (
                            "c",
                            Value::List(vec![
                                0.into(),
                                23.into(),
                                24.into(),
                                (-1).into(),
                                (-25).into(),
                            ]),
                        ),
                        (
                            "aaa",
                            Value::List(vec![
                                i64::MAX.into(),
                                i64::MIN.into(),
                                "".into(),
                                "𠮷".into(),
                            ]),
                        ),
                    ]),
                    vec![],
                )],
            },
        ),
        (
            "third entry, sealed compartment, several bases, retraction",
            1,
            "person.retract",
            sealed,
            1_750_000_200_000,
            Payload {
                salt: Some([0x33; 16]),
                note: None,
                changes: vec![change(
                    person,
                    "person",
                    "retracted",
                    true.into(),
                    vec![EntryHash([0x0f; 32]), EntryHash([0xf0; 32])],
                )],
            },
        ),
        (
            "another device",
            2,
            "person.edit",
            CompartmentId::OPEN,
            1_750_000_300_000,
            Payload {
                salt: Some([0x44; 16]),
                note: None,
                changes: vec![change(
                    person,
                    "person",
                    "post",
                    Value::Null,
                    vec![EntryHash([0x0f; 32])],
                )],
            },
        ),
    ]
}

fn entries() -> Vec<(EntryVector, Entry)> {
    let author = EntityId::new(1_740_000_000_000, [7; 10]);
    let mut writers: BTreeMap<u8, ChainWriter> = BTreeMap::new();
    inputs()
        .into_iter()
        .map(|(name, seed, action, compartment, now, payload)| {
            let writer = writers
                .entry(seed)
                .or_insert_with(|| ChainWriter::new(key(seed), Position::START));
            let entry = writer
                .append(action, author, compartment, &payload, now)
                .expect("valid");
            let vector = EntryVector {
                name: name.into(),
                seed: hex(&[seed; 32]),
                seq: entry.header.seq,
                previous: entry.header.previous,
                millis: entry.header.hlc.millis,
                counter: entry.header.hlc.counter,
                author,
                compartment,
                action: action.into(),
                payload,
                payload_cbor: hex(entry.payload.as_deref().expect("present")),
                payload_hash: hex(&entry.header.payload_hash),
                device: entry.header.device,
                fingerprint: entry.header.device.fingerprint(),
                header_cbor: hex(&entry.header_bytes),
                hash: entry.hash,
                signature: hex(&entry.signature),
                entry_cbor: hex(&entry.encode()),
            };
            (vector, entry)
        })
        .collect()
}

#[test]
fn entries_encode_and_decode_as_committed() {
    let (made, entries): (Vec<_>, Vec<_>) = entries().into_iter().unzip();
    let stored = committed("entries-2.json", &made);
    assert_eq!(stored, made);
    check_entries(&stored, &entries);
}

/// Of an entry with a payload of version 1 only the payload, and its hash, are others.
#[test]
fn entries_of_version_1_decode_as_committed() {
    let stored: Vec<EntryVector> = kept("entries.json");
    let entries: Vec<Entry> = stored
        .iter()
        .map(|vector| Entry::decode(&unhex(&vector.entry_cbor)).expect(&vector.name))
        .collect();
    let (made, _): (Vec<_>, Vec<_>) = self::entries().into_iter().unzip();
    for (old, new) in stored.iter().zip(&made) {
        assert_eq!(old.payload, new.payload, "{}", old.name);
        let version_1 = |cbor: &str| cbor.replacen("8402", "8401", 1);
        assert_eq!(old.payload_cbor, version_1(&new.payload_cbor));
        assert_ne!(old.payload_hash, new.payload_hash);
        let bytes = unhex(&old.payload_cbor);
        assert_eq!(masking::mask(&bytes, |_| false), Ok(None));
    }
    check_entries(&stored, &entries);
}

fn check_entries(stored: &[EntryVector], entries: &[Entry]) {
    for (vector, entry) in stored.iter().zip(entries) {
        let decoded = Entry::decode(&unhex(&vector.entry_cbor)).expect(&vector.name);
        assert_eq!(&decoded, entry, "{}", vector.name);
        assert_eq!(hex(&entry.header_bytes), vector.header_cbor);
        assert_eq!(hex(&entry.header.payload_hash), vector.payload_hash);
        assert_eq!(entry.hash, vector.hash, "{}", vector.name);
        assert!(decoded.is_signed(), "{}", vector.name);
        assert_eq!(
            decoded.open_payload().expect("vouched for").as_ref(),
            Some(&vector.payload)
        );
        assert_eq!(
            Header::decode(&unhex(&vector.header_cbor)).as_ref(),
            Ok(&entry.header)
        );
        assert_eq!(
            Payload::decode(&unhex(&vector.payload_cbor)).as_ref(),
            Ok(&vector.payload)
        );
    }
    let mut verifier = ChainVerifier::new(key(1).id(), Start::Genesis, Depth::Every);
    entries[..3]
        .iter()
        .for_each(|entry| assert!(verifier.feed(entry)));
    assert!(verifier.finish().is_sound());
}

/// Masked forms of the payloads of the valid entries.
fn masked() -> Vec<MaskedVector> {
    let (vectors, _): (Vec<_>, Vec<_>) = entries().into_iter().unzip();
    let form = |name: &str, at: usize, masked: &[&str]| {
        let whole = unhex(&vectors[at].payload_cbor);
        let cut = masking::mask(&whole, |part| match part {
            Part::Note(_) => !masked.contains(&"note"),
            Part::Value { field, .. } => !masked.contains(&field),
        });
        let cut = cut.expect("a payload").expect("of version 2");
        MaskedVector {
            name: name.into(),
            whole_cbor: vectors[at].payload_cbor.clone(),
            masked: masked.iter().map(|it| (*it).to_owned()).collect(),
            masked_cbor: hex(&cut),
            payload_hash: hex(&Payload::hash(&cut).expect("a payload")),
            payload: Payload::decode(&cut).expect("readable"),
        }
    };
    vec![
        form("one of two values", 0, &["name"]),
        form("both values", 0, &["name", "is_leader"]),
        form("the note alone", 1, &["note"]),
        form("note and value", 1, &["note", "body"]),
        form("the mark of a withdrawal stays", 2, &["note", "retracted"]),
    ]
}

#[test]
fn masked_payloads_encode_and_decode_as_committed() {
    let made = masked();
    let stored = committed("masked.json", &made);
    assert_eq!(stored, made);
    for vector in &stored {
        let (whole, cut) = (unhex(&vector.whole_cbor), unhex(&vector.masked_cbor));
        let hash = Payload::hash(&whole).expect("a payload");
        assert_eq!(hex(&hash), vector.payload_hash, "{}", vector.name);
        assert_eq!(Payload::hash(&cut), Ok(hash), "{}", vector.name);
        assert_eq!(Payload::decode(&cut).as_ref(), Ok(&vector.payload));
        assert_eq!(masking::join(&cut, &whole), Ok(whole), "{}", vector.name);
    }
}

#[test]
fn heads_encode_and_decode_as_committed() {
    let heads = BTreeMap::from([
        (
            key(1).id(),
            Head {
                seq: 3,
                hash: EntryHash([0x0f; 32]),
            },
        ),
        (
            key(2).id(),
            Head {
                seq: 300,
                hash: EntryHash([0xf0; 32]),
            },
        ),
    ]);
    let hlc = Hlc {
        millis: 1_750_000_400_000,
        counter: 2,
    };
    let signed = SignedHeads::sign(&key(1), heads, hlc).expect("valid");
    let made = HeadsVector {
        seed: hex(&[1; 32]),
        heads: signed
            .heads
            .iter()
            .map(|(device, head)| (device.to_string(), *head))
            .collect(),
        hlc,
        cbor: hex(&signed.encode()),
    };
    let stored = committed("heads.json", std::slice::from_ref(&made));
    assert_eq!(stored, [made]);
    assert_eq!(SignedHeads::decode(&unhex(&stored[0].cbor)), Ok(signed));
}
