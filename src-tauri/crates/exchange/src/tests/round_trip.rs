use proptest::prelude::*;

use super::sample::{Content, Kept, chain, heads, key, locked, open};
use crate::{
    Identity, Lock, Manifest, MissingRange, Outside, Segment, Unlock, check, inspect_outside, read,
    read_manifest,
};

#[test]
fn every_recipient_reads_what_was_sent() {
    let readers: Vec<_> = (0..3).map(|_| Identity::generate()).collect();
    let lock = Lock::Recipients(readers.iter().map(Identity::recipient).collect());
    let content = Content::small();
    let (bytes, written) = content.bundle(&lock);
    assert_eq!((written.entries, written.payloads), (3, 2));
    assert_eq!((written.attachments, written.attachment_bytes), (2, 8));
    for reader in &readers {
        let (kept, summary) = open(&bytes, reader).expect("addressed");
        assert_eq!(summary, written);
        assert_eq!(kept.manifest, Some(content.addressed(&key(1), &lock)));
        assert_eq!(kept.announced, content.manifest(&key(1)).attachments);
        assert_eq!(kept.content(), content);
    }
    assert_eq!(
        inspect_outside(&bytes[..]).expect("bundle"),
        Outside::Recipients { count: 3 }
    );
}

#[test]
fn a_passphrase_opens_what_it_locked() {
    let content = Content::small();
    let (bytes, written) = content.bundle(&Lock::passphrase("山高水长 2026"));
    let mut kept = Kept::default();
    assert_eq!(
        read(&bytes[..], &Unlock::Passphrase("山高水长 2026"), &mut kept).expect("open"),
        written
    );
    assert_eq!(kept.content(), content);
    assert_eq!(
        inspect_outside(&bytes[..]).expect("bundle"),
        Outside::Passphrase { work_factor: 4 }
    );
}

#[test]
fn a_bundle_without_entries_carries_the_heads() {
    let (identity, lock) = locked();
    let content = Content {
        entries: vec![],
        attachments: vec![],
    };
    let (bytes, written) = content.bundle(&lock);
    assert_eq!(written.entries, 0);
    let (kept, _) = open(&bytes, &identity).expect("addressed");
    assert_eq!(kept.manifest.expect("sent").heads, heads(&key(1), &[]));
}

#[test]
fn an_attachment_of_many_chunks_and_a_stubborn_source() {
    /// Gives one byte, then an interruption, then more.
    struct Stubborn<'a>(&'a [u8], usize);
    impl std::io::Read for Stubborn<'_> {
        fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
            self.1 += 1;
            match self.1 % 3 {
                0 => Err(std::io::ErrorKind::Interrupted.into()),
                1 => self.0.read(&mut bytes[..1]),
                _ => self.0.read(bytes),
            }
        }
    }
    let (identity, lock) = locked();
    let large: Vec<u8> = (0..1_000_003_u32).map(|i| (i ^ (i >> 8)) as u8).collect();
    let content = Content {
        entries: chain(1, 1),
        attachments: vec![large],
    };
    let (bytes, written) = content.bundle(&lock);
    let mut kept = Kept::default();
    let summary =
        read(Stubborn(&bytes, 0), &Unlock::Identity(&identity), &mut kept).expect("whole");
    assert_eq!(summary, written);
    assert_eq!(kept.content(), content);
}

#[test]
fn a_part_of_a_chain_names_what_must_come_first() {
    let (identity, lock) = locked();
    let all = chain(1, 9);
    let content = Content {
        entries: all[4..7].to_vec(),
        attachments: vec![],
    };
    let (bytes, _) = content.bundle(&lock);
    let manifest = read_manifest(&bytes[..], &Unlock::Identity(&identity)).expect("addressed");
    let segment = Segment {
        device: key(1).id(),
        from: 5,
        previous: all[3].hash,
        to: 7,
        last: all[6].hash,
    };
    assert_eq!(manifest.segments, [segment]);
    assert_eq!((manifest.entries(), segment.count()), (3, 3));
    assert_eq!(manifest.missing(|_| 4), []);
    assert_eq!(manifest.missing(|_| 9), []);
    assert_eq!(
        manifest.missing(|_| 1),
        [MissingRange {
            device: key(1).id(),
            from: 2,
            to: 4
        }]
    );
    assert_eq!(open(&bytes, &identity).expect("sound").0.content(), content);
}

#[test]
fn a_first_look_needs_only_the_beginning() {
    let (identity, lock) = locked();
    let content = Content {
        entries: chain(1, 3),
        attachments: vec![vec![7; 3_000_000]],
    };
    let (bytes, _) = content.bundle(&lock);
    let manifest: Manifest =
        read_manifest(&bytes[..], &Unlock::Identity(&identity)).expect("addressed");
    assert_eq!(manifest.attachment_bytes(), 3_000_000);
    assert_eq!(manifest.sender_name, "示例市 甲某");
    check(&bytes[..], &Unlock::Identity(&identity)).expect("whole");
}

#[test]
fn a_key_named_twice_is_one_recipient() {
    let identity = Identity::generate();
    let lock = Lock::Recipients(vec![identity.recipient(), identity.recipient()]);
    let (bytes, _) = Content::small().bundle(&lock);
    assert_eq!(
        inspect_outside(&bytes[..]).expect("bundle"),
        Outside::Recipients { count: 1 }
    );
    open(&bytes, &identity).expect("addressed");
}

#[test]
fn segments_must_be_consecutive() {
    let all = chain(1, 4);
    assert!(Segment::of([&all[0], &all[2]]).is_err());
    assert!(Segment::of([&all[1], &all[0]]).is_err());
    assert!(Segment::of([&all[1], &all[1]]).is_err());
    let other = chain(2, 2);
    let mixed = Segment::of([&other[0], &all[1], &other[1], &all[2]]).expect("consecutive in each");
    assert_eq!(mixed.len(), 2);
    assert!(mixed.is_sorted_by(|a, b| a.device < b.device));
}

#[test]
fn the_manifest_can_be_shown() {
    let mut manifest = Content::small().manifest(&key(1));
    manifest.recipients = vec![];
    insta::assert_snapshot!(serde_json::to_string_pretty(&manifest).expect("JSON"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_goes_in_comes_out(
        lengths in prop::collection::vec(0..6u64, 0..4),
        withheld in any::<u32>(),
        attachments in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..3_000), 0..4),
        interleave in any::<bool>(),
    ) {
        let mut entries: Vec<_> = lengths
            .iter()
            .enumerate()
            .flat_map(|(device, &length)| chain(device as u8 + 1, length))
            .collect();
        if interleave {
            entries.sort_by_key(|e| (e.header.seq, e.header.device));
        }
        for (i, entry) in entries.iter_mut().enumerate() {
            if withheld >> (i % 32) & 1 == 1 {
                *entry = entry.withheld();
            }
        }
        let content = Content { entries, attachments };
        let (identity, lock) = locked();
        let (bytes, written) = content.bundle(&lock);
        let (kept, summary) = open(&bytes, &identity).expect("its own");
        prop_assert_eq!(summary, written);
        prop_assert_eq!(kept.content(), content);
    }
}
