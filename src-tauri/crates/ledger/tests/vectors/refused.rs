//! Bytes that must be refused, each for its own reason.

use serde::{Deserialize, Serialize};

use super::*;

/// Bytes that must be refused, and why.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Refused {
    name: String,
    part: String,
    cbor: String,
    error: String,
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
        "payload of version 3",
        "payload",
        at(&payload, 1, 3),
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
    let cut = |hidden: &str| {
        let cut = masking::mask(
            &payload,
            |part| !matches!(part, Part::Value { field, .. } if field == hidden),
        );
        cut.expect("a payload").expect("of version 2")
    };
    let masked = cut("name");
    add(
        "masked payload of version 1",
        "payload",
        at(&masked, 1, 1),
        "malformed",
    );
    // It ends with the value `true` and no bases, before them its salt; the commitment to the
    // name stands before the second change, which begins with 0x85.
    let end = masked.len() - 2;
    let mut short = masked.clone();
    short[end - 17] = 0x4f;
    short.remove(end - 16);
    add("salt of a part too short", "payload", short, "malformed");
    let mut with_salt = masked.clone();
    with_salt.splice(2..3, payload[2..19].iter().copied());
    add(
        "masked payload with the salt of the whole",
        "payload",
        with_salt,
        "malformed",
    );
    let retraction = masking::mask(&unhex(&vectors[2].payload_cbor), |part| {
        !matches!(part, Part::Note(_))
    });
    let mut retraction = retraction.expect("a payload").expect("of version 2");
    let mark = retraction.len() - 69 - 19;
    assert_eq!(retraction[mark], 0x82, "an open value");
    retraction.splice(mark..mark + 19, [&[0x58, 0x20][..], &[7; 32]].concat());
    add(
        "withdrawal whose mark is masked",
        "payload",
        retraction,
        "malformed",
    );
    let shown = Entry {
        payload: Some(masked.clone()),
        ..entry.clone()
    };
    let altered = Entry {
        payload: Some(at(&masked, end, 0xf4)),
        ..entry.clone()
    };
    assert!(shown.open_payload().is_ok());
    add(
        "open value of a masked payload changed",
        "open",
        altered.encode(),
        "payload-mismatch",
    );
    let other = Entry {
        payload: Some(cut("is_leader")),
        ..entry.clone()
    };
    let mut hidden = other.payload.clone().expect("masked");
    let last = hidden.len() - 2;
    hidden[last] ^= 1;
    let hidden = Entry {
        payload: Some(hidden),
        ..other
    };
    add(
        "commitment of a masked payload changed",
        "open",
        hidden.encode(),
        "payload-mismatch",
    );
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
