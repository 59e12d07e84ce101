//! The committed test vectors, both ways: what they describe encodes to their bytes, and their
//! bytes decode to what they describe. The refused ones stay refused, each for its own reason.
//!
//! `LEDGER_WRITE_VECTORS=1 cargo test -p ledger --test vectors` writes them anew; a change in
//! the files is a change of the format and needs a new version number.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

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

/// A valid statement of heads.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct HeadsVector {
    seed: String,
    heads: BTreeMap<String, Head>,
    hlc: Hlc,
    cbor: String,
}

/// Bytes that must be refused, and why.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Refused {
    name: String,
    part: String,
    cbor: String,
    error: String,
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
                salt: [0x11; 16],
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
                salt: [0x22; 16],
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
                salt: [0x33; 16],
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
                salt: [0x44; 16],
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
    let stored = committed("entries.json", &made);
    assert_eq!(stored, made);
    for (vector, entry) in stored.iter().zip(&entries) {
        let decoded = Entry::decode(&unhex(&vector.entry_cbor)).expect(&vector.name);
        assert_eq!(&decoded, entry, "{}", vector.name);
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

fn refused() -> Vec<Refused> {
    let (vectors, made): (Vec<_>, Vec<_>) = entries().into_iter().unzip();
    let (vector, entry) = (&vectors[0], &made[0]);
    let header = unhex(&vector.header_cbor);
    let payload = unhex(&vector.payload_cbor);
    let whole = unhex(&vector.entry_cbor);
    let heads = SignedHeads::sign(
        &key(1),
        BTreeMap::from([(
            key(1).id(),
            Head {
                seq: 1,
                hash: EntryHash([1; 32]),
            },
        )]),
        Hlc {
            millis: 1,
            counter: 0,
        },
    )
    .expect("valid")
    .encode();
    let at = |bytes: &[u8], i: usize, byte: u8| {
        let mut changed = bytes.to_vec();
        changed[i] = byte;
        changed
    };
    let mut made = vec![];
    let mut add = |name: &str, part: &str, bytes: Vec<u8>, error: &str| {
        made.push(Refused {
            name: name.into(),
            part: part.into(),
            cbor: hex(&bytes),
            error: error.into(),
        });
    };
    add(
        "header of version 2",
        "header",
        at(&header, 1, 2),
        "newer-version",
    );
    add(
        "header of version 2 with another number of items",
        "header",
        vec![0x8b, 0x02, 0xf6],
        "newer-version",
    );
    add(
        "header of version 0",
        "header",
        at(&header, 1, 0),
        "malformed",
    );
    add(
        "version in two bytes",
        "header",
        [&header[..1], &[0x18, 0x01], &header[2..]].concat(),
        "not-canonical",
    );
    add(
        "header with open length",
        "header",
        [&[0x9f], &header[1..], &[0xff]].concat(),
        "not-canonical",
    );
    add(
        "header cut short",
        "header",
        header[..header.len() - 1].to_vec(),
        "malformed",
    );
    add(
        "header with a byte more",
        "header",
        [&header[..], &[0]].concat(),
        "malformed",
    );
    // The number follows the array, the version and the 34 bytes of the device.
    add("number 0", "header", at(&header, 36, 0), "malformed");
    add(
        "number 2 without a predecessor",
        "header",
        at(&header, 36, 2),
        "malformed",
    );
    let last = header.len() - 1;
    add(
        "space in the action",
        "header",
        at(&header, last, b' '),
        "bad-name",
    );
    add("header too long", "header", vec![0; 513], "too-large");
    add(
        "payload of version 2",
        "payload",
        at(&payload, 1, 2),
        "newer-version",
    );
    add(
        "payload cut short",
        "payload",
        payload[..40].to_vec(),
        "malformed",
    );
    let mut float = payload.clone();
    let truth = float
        .iter()
        .rposition(|&byte| byte == 0xf5)
        .expect("true is written");
    float.splice(truth..=truth, [0xf9, 0x3c, 0x00]);
    add("floating point number", "payload", float, "malformed");
    let mut unsorted = unhex(&vectors[2].payload_cbor);
    let bases = unsorted.len() - 68;
    unsorted[bases..].rotate_left(34);
    add("bases out of order", "payload", unsorted, "not-canonical");
    let mut twice = unhex(&vectors[2].payload_cbor);
    let (left, right) = twice.split_at_mut(bases + 34);
    right.copy_from_slice(&left[bases..]);
    add("base named twice", "payload", twice, "not-canonical");
    let mut none = payload[..19].to_vec();
    none.extend([0xf6, 0x80]);
    add("payload without a change", "payload", none, "empty-payload");
    // A payload without a note has 21 bytes before its first change, the last of them the count.
    let single = Payload {
        changes: vec![vector.payload.changes[0].clone()],
        ..vector.payload.clone()
    };
    let single = single.encode().expect("valid");
    let same = [&payload[..20], &[0x82], &single[21..], &single[21..]].concat();
    add("field changed twice", "payload", same, "duplicate-change");
    add(
        "entry cut short",
        "entry",
        whole[..whole.len() - 1].to_vec(),
        "malformed",
    );
    add(
        "entry with a byte more",
        "entry",
        [&whole[..], &[0]].concat(),
        "malformed",
    );
    add(
        "header changed after signing",
        "signature",
        at(&whole, whole.len() - payload.len() - 72, b'X'),
        "bad-signature",
    );
    let signature_at = whole.len() - payload.len() - 10;
    add(
        "signature changed",
        "signature",
        at(&whole, signature_at, whole[signature_at] ^ 1),
        "bad-signature",
    );
    let tail = whole.len() - 1;
    assert_eq!(entry.payload.as_deref(), Some(&payload[..]));
    add(
        "payload changed after signing",
        "open",
        at(&whole, tail - 1, 0xf4),
        "payload-mismatch",
    );
    add(
        "heads of version 2",
        "heads",
        at(&heads, 1, 2),
        "newer-version",
    );
    add(
        "heads with a changed number",
        "heads",
        at(&heads, 46, heads[46] ^ 1),
        "bad-signature",
    );
    add(
        "heads with a changed signature",
        "heads",
        at(&heads, heads.len() - 5, heads[heads.len() - 5] ^ 1),
        "bad-signature",
    );
    add(
        "heads cut short",
        "heads",
        heads[..heads.len() - 1].to_vec(),
        "malformed",
    );
    made
}

#[test]
fn corrupted_vectors_are_refused_each_for_its_reason() {
    let made = refused();
    let stored = committed("refused.json", &made);
    assert_eq!(stored, made);
    for vector in &stored {
        let bytes = unhex(&vector.cbor);
        let found = match vector.part.as_str() {
            "header" => Header::decode(&bytes).map(drop).map_err(|e| e.code()),
            "payload" => Payload::decode(&bytes).map(drop).map_err(|e| e.code()),
            "entry" => Entry::decode(&bytes).map(drop).map_err(|e| e.code()),
            "heads" => SignedHeads::decode(&bytes).map(drop).map_err(|e| e.code()),
            "signature" => {
                let entry = Entry::decode(&bytes).expect(&vector.name);
                if entry.is_signed() {
                    Ok(())
                } else {
                    Err("bad-signature")
                }
            }
            "open" => Entry::decode(&bytes)
                .expect(&vector.name)
                .open_payload()
                .map(drop)
                .map_err(|e| e.code()),
            other => panic!("unknown part {other}"),
        };
        assert_eq!(found, Err(vector.error.as_str()), "{}", vector.name);
    }
}
