use proptest::prelude::*;

use super::*;
use crate::payload::tests::{change, payload};
use crate::{ChainWriter, CompartmentId, DeviceKey, EntityId, Position};

fn chain(seed: u8, length: u64) -> Vec<Entry> {
    let mut writer = ChainWriter::new(DeviceKey::generate([seed; 32]), Position::START);
    (0..length)
        .map(|i| {
            let payload = payload(vec![change("remark", i as i64)]);
            let author = EntityId::new(1, [seed; 10]);
            writer
                .append(
                    "person.edit",
                    author,
                    CompartmentId::OPEN,
                    &payload,
                    1_000 + i,
                )
                .expect("valid")
        })
        .collect()
}

fn verify(entries: &[Entry], start: Start, depth: Depth) -> ChainReport {
    let mut verifier = ChainVerifier::new(DeviceKey::generate([1; 32]).id(), start, depth);
    for entry in entries {
        verifier.feed(entry);
    }
    verifier.finish()
}

const DEPTHS: [Depth; 3] = [Depth::Heads, Depth::Every, Depth::EveryStored];

/// Damages found by a full pass over `entries` from the beginning.
fn damages(entries: &[Entry], depth: Depth) -> Vec<Damage> {
    verify(entries, Start::Genesis, depth).damages
}

#[test]
fn a_sound_chain_is_sound_with_and_without_payloads() {
    let mut entries = chain(1, 6);
    for depth in DEPTHS {
        let report = verify(&entries, Start::Genesis, depth);
        assert!(report.is_sound(), "{:?}", report.damages);
        assert_eq!((report.entries, report.withheld), (6, 0));
        assert_eq!(
            report.head,
            Some(Head {
                seq: 6,
                hash: entries[5].hash
            })
        );
    }
    entries[2] = entries[2].withheld();
    entries[5] = entries[5].withheld();
    for depth in DEPTHS {
        let report = verify(&entries, Start::Genesis, depth);
        assert!(report.is_sound());
        assert_eq!((report.entries, report.withheld), (6, 2));
    }
}

#[test]
fn a_segment_continues_from_a_known_head_and_from_no_other() {
    let entries = chain(1, 6);
    let head = Head {
        seq: 3,
        hash: entries[2].hash,
    };
    let report = verify(&entries[3..], Start::After(head), Depth::Every);
    assert!(report.is_sound());
    assert_eq!((report.entries, report.head.map(|h| h.seq)), (3, Some(6)));
    let other = Head {
        seq: 3,
        hash: entries[1].hash,
    };
    assert_eq!(
        verify(&entries[3..], Start::After(other), Depth::Every).damages,
        [Damage::Link { seq: 4 }]
    );
    assert_eq!(
        verify(&entries[4..], Start::After(head), Depth::Every).damages,
        [Damage::Gap { from: 4, to: 4 }]
    );
}

#[test]
fn nothing_fed_means_nothing_wrong_and_no_head() {
    let report = verify(&[], Start::Genesis, Depth::Every);
    assert!(report.is_sound() && report.head.is_none());
}

#[test]
fn a_missing_entry_is_a_gap_and_the_rest_is_still_checked() {
    let mut entries = chain(1, 8);
    entries[6].signature[0] ^= 1;
    entries.drain(2..4);
    assert_eq!(
        damages(&entries, Depth::Heads),
        [Damage::Gap { from: 3, to: 4 }]
    );
    assert_eq!(
        damages(&entries, Depth::Every),
        [
            Damage::Gap { from: 3, to: 4 },
            Damage::Signature { from: 7, seq: 7 }
        ]
    );
}

#[test]
fn a_changed_header_breaks_the_chain_behind_it() {
    for depth in DEPTHS {
        let mut entries = chain(1, 5);
        let mut header = entries[2].header.clone();
        header.action = "person.edie".into();
        let bytes = header.encode().expect("valid");
        entries[2] = Entry::from_parts(bytes, entries[2].signature, entries[2].payload.clone())
            .expect("form");
        let found = damages(&entries, depth);
        assert!(found.contains(&Damage::Link { seq: 4 }), "{found:?}");
        assert!(
            found
                .iter()
                .any(|d| matches!(d, Damage::Signature { seq: 3, .. })),
            "the segment ends at the changed entry, so its signature is looked at: {found:?}"
        );
    }
}

#[test]
fn the_bytes_are_trusted_not_the_convenient_fields() {
    for depth in DEPTHS {
        let mut entries = chain(1, 3);
        entries[1].header.action = "person.view".into();
        assert_eq!(damages(&entries, depth)[0], Damage::Header { seq: 2 });
        let mut entries = chain(1, 3);
        entries[1].hash = EntryHash([7; 32]);
        assert_eq!(damages(&entries, depth)[0], Damage::Header { seq: 2 });
    }
}

#[test]
fn an_exchanged_payload_is_found() {
    for depth in DEPTHS {
        let mut entries = chain(1, 3);
        entries[1].payload = entries[0].payload.clone();
        assert_eq!(damages(&entries, depth), [Damage::Payload { seq: 2 }]);
    }
}

#[test]
fn the_last_signature_vouches_for_the_segment() {
    let mut entries = chain(1, 4);
    entries[3].signature = entries[2].signature;
    assert_eq!(
        damages(&entries, Depth::Heads),
        [Damage::Signature { from: 1, seq: 4 }]
    );
    assert_eq!(
        damages(&entries, Depth::Every),
        [Damage::Signature { from: 4, seq: 4 }]
    );
}

#[test]
fn many_signatures_at_a_time_name_each_wrong_one() {
    let mut entries = chain(1, 200);
    assert!(verify(&entries, Start::Genesis, Depth::EveryStored).is_sound());
    for at in [0, 69, 70, 199] {
        entries[at].signature[3] ^= 1;
    }
    let wrong: Vec<Damage> = [1, 70, 71, 200]
        .map(|seq| Damage::Signature { from: seq, seq })
        .into();
    for depth in [Depth::Every, Depth::EveryStored] {
        assert_eq!(damages(&entries, depth), wrong);
    }
}

#[test]
fn a_chain_rewritten_without_the_key_is_found() {
    // A forger who knows everything but the key rebuilds the tail with correct hashes.
    let mut entries = chain(1, 4);
    for i in 1..4 {
        let mut header = entries[i].header.clone();
        header.author = EntityId::new(1, [9; 10]);
        header.previous = entries[i - 1].hash;
        let bytes = header.encode().expect("valid");
        entries[i] = Entry::from_parts(bytes, entries[i].signature, entries[i].payload.clone())
            .expect("form");
    }
    assert_eq!(
        damages(&entries, Depth::Heads),
        [Damage::Signature { from: 1, seq: 4 }]
    );
    assert_eq!(damages(&entries, Depth::Every).len(), 3);
}

#[test]
fn another_devices_entry_does_not_belong() {
    let other = chain(2, 1);
    for depth in DEPTHS {
        assert_eq!(
            damages(&other, depth),
            [Damage::OtherDevice {
                seq: 1,
                found: other[0].header.device
            }]
        );
    }
}

#[test]
fn repeated_entries_are_harmless_and_different_ones_are_a_fork() {
    let entries = chain(1, 3);
    let twice = [entries[0].clone(), entries[0].clone(), entries[1].clone()];
    let report = verify(&twice, Start::Genesis, Depth::Every);
    assert!(report.is_sound());
    assert_eq!(report.entries, 2);

    // The same device continued twice from its first entry: a restored copy, for instance.
    let key = DeviceKey::generate([1; 32]);
    let first = &entries[0];
    let position = Position {
        seq: 1,
        hash: first.hash,
        hlc: first.header.hlc,
    };
    let fork = ChainWriter::new(key, position)
        .append(
            "person.edit",
            first.header.author,
            CompartmentId::OPEN,
            &payload(vec![change("a", 1)]),
            9_999,
        )
        .expect("valid");
    let forked = [first.clone(), entries[1].clone(), fork.clone()];
    let expected = Fork {
        device: first.header.device,
        seq: 2,
        known: entries[1].hash,
        found: fork.hash,
    };
    assert_eq!(damages(&forked, Depth::Every), [Damage::Fork(expected)]);
    assert_eq!(
        super::fork(expected.device, 2, expected.known, expected.found),
        Some(expected)
    );
    assert_eq!(
        super::fork(expected.device, 2, expected.known, expected.known),
        None
    );
}

#[test]
fn an_entry_from_before_is_out_of_order() {
    let entries = chain(1, 3);
    let turned = [
        entries[0].clone(),
        entries[1].clone(),
        entries[2].clone(),
        entries[0].clone(),
    ];
    assert_eq!(
        damages(&turned, Depth::Every),
        [Damage::OutOfOrder { seq: 1 }]
    );
}

#[test]
fn a_stamp_that_does_not_advance_is_reported() {
    // Signed by the device itself, so only the clock rule can object.
    let key = DeviceKey::generate([1; 32]);
    let entries = chain(1, 1);
    let mut header = entries[0].header.clone();
    header.seq = 2;
    header.previous = entries[0].hash;
    let bytes = header.encode().expect("valid");
    let signature = key.sign(SIGNATURE_DOMAIN, &Header::hash(&bytes).0);
    let second = Entry::from_parts(bytes, signature, None).expect("form");
    assert_eq!(
        damages(&[entries[0].clone(), second], Depth::Every),
        [Damage::Clock { seq: 2 }]
    );
}

#[test]
fn several_devices_are_checked_side_by_side() {
    let (a, b) = (chain(1, 3), chain(2, 3));
    let known = BTreeMap::from([(
        a[0].header.device,
        Head {
            seq: 1,
            hash: a[0].hash,
        },
    )]);
    let mut verifier = LedgerVerifier::new(&known, Depth::Heads);
    for entry in [&b[0], &a[1], &b[2], &a[2]] {
        verifier.feed(entry);
    }
    let reports = verifier.finish();
    assert!(reports[&a[0].header.device].is_sound());
    assert_eq!(
        reports[&b[0].header.device].damages,
        [Damage::Gap { from: 2, to: 2 }]
    );
}

#[test]
fn every_damage_is_told_in_chinese() {
    let fork = Fork {
        device: DeviceId([0; 32]),
        seq: 2,
        known: EntryHash([1; 32]),
        found: EntryHash([2; 32]),
    };
    let all = [
        Damage::Header { seq: 1 },
        Damage::OtherDevice {
            seq: 1,
            found: DeviceId([0; 32]),
        },
        Damage::Gap { from: 2, to: 2 },
        Damage::Gap { from: 2, to: 4 },
        Damage::OutOfOrder { seq: 1 },
        Damage::Link { seq: 1 },
        Damage::Clock { seq: 1 },
        Damage::Payload { seq: 1 },
        Damage::Signature { from: 3, seq: 3 },
        Damage::Signature { from: 1, seq: 3 },
        Damage::Fork(fork),
    ];
    let told: Vec<_> = all.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever single byte of whatever entry changes, a full verification notices.
    #[test]
    fn no_changed_byte_goes_unnoticed(which in 0..4usize, at: prop::sample::Index, bit in 0..8u8) {
        let entries = chain(1, 4);
        let mut bytes = entries[which].encode();
        let i = at.index(bytes.len());
        bytes[i] ^= 1 << bit;
        if let Ok(changed) = Entry::decode(&bytes) {
            let mut entries = entries.clone();
            entries[which] = changed;
            for depth in [Depth::Every, Depth::EveryStored] {
                prop_assert!(!verify(&entries, Start::Genesis, depth).is_sound());
            }
        }
    }

    /// Any selection of entries in any order: sound only if it is a beginning of the chain.
    #[test]
    fn only_a_beginning_of_the_chain_is_sound(picked in prop::collection::vec(0..5usize, 0..7)) {
        let entries = chain(1, 5);
        let fed: Vec<_> = picked.iter().map(|&i| entries[i].clone()).collect();
        let mut unique = picked.clone();
        unique.dedup();
        let is_beginning = unique.iter().enumerate().all(|(i, &p)| i == p);
        prop_assert_eq!(verify(&fed, Start::Genesis, Depth::Heads).is_sound(), is_beginning);
    }
}

#[test]
fn a_claim_is_judged_as_the_entry_is_whichever_came_before() {
    let (ours, theirs) = (chain(1, 3), chain(2, 3));
    let mut forged = ours[1].clone();
    forged.signature[3] ^= 1;
    let mut moved = theirs[2].clone();
    moved.signature = theirs[1].signature;
    let mut weak = ours[2].clone();
    weak.header.device = DeviceId([0; 32]);
    // Its hash is taken from the bytes, whatever the entry says.
    let mut renamed = ours[0].clone();
    renamed.hash = EntryHash([7; 32]);
    let mut judge = Judge::default();
    for entry in [
        &ours[0], &theirs[0], &forged, &ours[1], &moved, &weak, &theirs[1], &theirs[2], &ours[2],
        &renamed,
    ] {
        let claim = Claim::of(entry);
        assert_eq!(judge.is_true(&claim), entry.is_signed(), "{entry:?}");
    }
    assert!(judge.is_true(&Claim::of(&renamed)));
    assert!(!judge.is_true(&Claim::of(&weak)));
    assert_eq!(Claim::of(&renamed).hash(), ours[0].hash);
}
