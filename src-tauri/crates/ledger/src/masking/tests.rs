use proptest::prelude::*;

use super::*;
use crate::payload::tests::{any_payload, change, payload};
use crate::{ChainWriter, CompartmentId, DeviceKey, Entry, Position, erasure};

fn whole(changes: Vec<Change>) -> Vec<u8> {
    payload(changes).encode().expect("valid")
}

/// Masks the parts whose number, the note's being 0, `hidden` has.
fn masked(bytes: &[u8], hidden: &[bool]) -> Vec<u8> {
    let mut at = 0;
    let kept = mask(bytes, |_| {
        at += 1;
        !hidden.get(at - 1).copied().unwrap_or_default()
    });
    kept.expect("a payload").expect("of version 2")
}

fn entry(action: &str, bytes: &Payload) -> Entry {
    let mut writer = ChainWriter::new(DeviceKey::generate([1; 32]), Position::START);
    let author = EntityId::new(1, [5; 10]);
    let entry = writer.append(action, author, CompartmentId::OPEN, bytes, 1);
    entry.expect("valid")
}

/// A sample: a note and three fields.
fn sample() -> Payload {
    Payload {
        note: Some("更正".into()),
        ..payload(vec![
            change("name", "甲某"),
            change("phone", "0000"),
            change("post", "科员"),
        ])
    }
}

#[test]
fn what_is_masked_is_gone_and_the_rest_stays_readable() {
    let entry = entry("edit", &sample());
    let bytes = entry.payload.clone().expect("whole");
    let cut = masked(&bytes, &[false, false, true]);
    let shown = Entry {
        payload: Some(cut.clone()),
        ..entry.clone()
    };
    let found = shown.open_payload().expect("vouched for").expect("here");
    assert_eq!(found.salt, None);
    assert_eq!(found.note.as_deref(), Some("更正"));
    assert_eq!(found.changes[0], sample().changes[0]);
    assert!(found.changes[1].value.is_masked());
    assert_eq!(found.changes[2], sample().changes[2]);
    assert!(shown.is_signed());
    let holds = |needle: &[u8]| cut.windows(needle.len()).any(|part| part == needle);
    assert!(!holds("0000".as_bytes()));
    assert!(holds("甲某".as_bytes()));
    assert!(!holds(&[9; 16]), "the payload's salt stays behind");
    assert_eq!(
        masked(&bytes, &[]),
        bytes,
        "nothing masked, nothing changed"
    );
    assert_eq!(found.encode(), Err(Error::Masked));
    assert_eq!((openness(&cut), openness(&bytes)), (Ok(3), Ok(usize::MAX)));
}

#[test]
fn an_altered_value_or_salt_is_refused() {
    let entry = entry("edit", &sample());
    let cut = masked(entry.payload.as_deref().expect("whole"), &[true]);
    for at in 0..cut.len() {
        let mut altered = cut.clone();
        altered[at] ^= 1;
        let forged = Entry {
            payload: Some(altered),
            ..entry.clone()
        };
        assert!(forged.open_payload().is_err(), "byte {at}");
    }
}

#[test]
fn a_masked_value_cannot_be_guessed_without_its_salt() {
    let bytes = whole(vec![change("a", true), change("b", true)]);
    let cut = masked(&bytes, &[false, true]);
    let found = Payload::decode(&cut).expect("readable");
    let Value::Masked(commitment) = found.changes[0].value else {
        panic!("it was masked");
    };
    // Everything that is in the masked form: none of it leads from the value to its commitment.
    let mut cbor = Writer::new();
    let guess = cbor.value(&true.into());
    let guess = std::mem::take(guess).finish();
    for salt in cut.windows(16) {
        let salt: Salt = salt.try_into().expect("sixteen");
        assert_ne!(commit(&salt, &guess), commitment);
        assert_ne!(commit(&salt_of(&salt, 1), &guess), commitment);
    }
    assert_eq!(commit(&salt_of(&[9; 16], 1), &guess), commitment);
    // And equal values have nothing in common.
    let both = Payload::decode(&masked(&bytes, &[true, true, true])).expect("readable");
    assert_ne!(both.changes[0].value, both.changes[1].value);
}

#[test]
fn structure_is_never_masked() {
    let bytes = whole(vec![change(RETRACTED, true), change("name", "甲某")]);
    let cut = masked(&bytes, &[true, true, true]);
    let found = Payload::decode(&cut).expect("readable");
    assert_eq!(found.changes[0].value, true.into());
    assert!(found.changes[1].value.is_masked());
    // Made by hand it is refused, whatever its hash.
    let mut forged = masked(&whole(vec![change("retractee", true)]), &[true, true, true]);
    let at = forged.windows(9).position(|part| part == b"retractee");
    let at = at.expect("the field");
    forged[at..at + 9].copy_from_slice(b"retracted");
    assert_eq!(
        Payload::decode(&forged).map_err(|it| it.code()),
        Err("malformed")
    );

    let erasing = entry(erasure::ERASE, &sample());
    let cut = masked(erasing.payload.as_deref().expect("whole"), &[true]);
    let erasing = Entry {
        payload: Some(cut),
        ..erasing
    };
    assert_eq!(
        erasing.open_payload().map_err(|it| it.code()),
        Err("malformed")
    );
}

#[test]
fn a_payload_of_version_1_cannot_be_cut() {
    let mut bytes = whole(vec![change("name", "甲某")]);
    bytes[1] = 1;
    assert_eq!(mask(&bytes, |_| false), Ok(None));
    assert_eq!(join(&bytes, &bytes), Ok(bytes.clone()));
    assert!(!is_masked(&bytes));
    assert!(mask(&bytes[..9], |_| false).is_err());
    let other = whole(vec![change("name", "甲某")]);
    assert!(join(&bytes, &other).is_err(), "another hash");
}

proptest! {
    /// Whatever is masked, the hash is the same, the rest is readable, and what two forms show
    /// together does not depend on which came first.
    #[test]
    fn every_form_is_one_payload(
        payload in any_payload(),
        one in prop::collection::vec(any::<bool>(), 0..5),
        other in prop::collection::vec(any::<bool>(), 0..5),
    ) {
        let bytes = payload.encode().expect("within limits");
        let hash = Payload::hash(&bytes).expect("a payload");
        let (left, right) = (masked(&bytes, &one), masked(&bytes, &other));
        for form in [&left, &right] {
            prop_assert_eq!(Payload::hash(form), Ok(hash));
            let found = Payload::decode(form).expect("readable");
            prop_assert_eq!(found.salt.is_none(), is_masked(form));
            for (found, was) in found.changes.iter().zip(&payload.changes) {
                let value = if found.value.is_masked() { &found.value } else { &was.value };
                prop_assert_eq!(found, &Change { value: value.clone(), ..was.clone() });
            }
            prop_assert_eq!(join(form, &bytes), Ok(bytes.clone()));
            prop_assert_eq!(join(&bytes, form), Ok(bytes.clone()));
        }
        let both: Vec<bool> = (0..5)
            .map(|at| [&one, &other].iter().all(|it| it.get(at).copied().unwrap_or_default()))
            .collect();
        let joined = join(&left, &right).expect("one payload");
        prop_assert_eq!(join(&right, &left), Ok(joined.clone()));
        prop_assert_eq!(join(&joined, &left), Ok(joined.clone()));
        prop_assert_eq!(Payload::hash(&joined), Ok(hash));
        let found = Payload::decode(&joined).expect("readable");
        for (at, change) in found.changes.iter().enumerate() {
            prop_assert_eq!(change.value.is_masked(), is_masked(&joined) && both[at + 1]);
        }
        // Masking in two steps comes to the same as in one.
        prop_assert_eq!(masked(&left, &other), masked(&right, &one));
    }

    #[test]
    fn hostile_bytes_are_refused_quietly(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for start in [&BEGINS[..], &BEGINS_MASKED] {
            let hostile = [start, &bytes].concat();
            let decoded = Payload::decode(&hostile);
            prop_assert!(decoded.is_err() || Payload::hash(&hostile).is_ok());
            let _ = mask(&hostile, |_| false);
            let _ = openness(&hostile);
        }
    }

    /// No two spellings of one hash: what differs in a byte hashes otherwise or not at all.
    #[test]
    fn a_flipped_bit_never_hashes_the_same(
        payload in any_payload(),
        hidden in prop::collection::vec(any::<bool>(), 0..5),
        at: prop::sample::Index,
        bit in 0..8u8,
    ) {
        let mut bytes = masked(&payload.encode().expect("within limits"), &hidden);
        let hash = Payload::hash(&bytes).expect("a payload");
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert_ne!(Payload::hash(&bytes), Ok(hash));
    }
}

#[test]
fn forms_that_say_too_much_together_are_not_joined() {
    // Longer than the commitments that stand for them.
    let long = |text: &str| Value::from(text.repeat(20));
    let bytes = whole(vec![
        change("one", long("甲某")),
        change("other", long("乙某")),
    ]);
    let one = masked(&bytes, &[false, false, true]);
    let other = masked(&bytes, &[false, true, false]);
    let joined = join(&one, &other).expect("small");
    assert_eq!(
        join_within(&one, &other, joined.len()).as_ref(),
        Ok(&joined)
    );
    let limit = joined.len() - 1;
    assert!(
        one.len() <= limit && other.len() <= limit,
        "each alone is small enough"
    );
    let refused = Err(Error::TooLarge { what: WHAT, limit });
    assert_eq!(join_within(&one, &other, limit), refused);
    assert_eq!(join_within(&other, &one, limit), refused);
    // The whole form is bounded where it is read.
    assert_eq!(join_within(&one, &bytes, limit).as_ref(), Ok(&bytes));
}
