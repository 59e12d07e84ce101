use std::io::{self, Read};

use proptest::prelude::*;

use super::sample::{Content, Kept, chain, code, locked};
use crate::{Error, Identity, Lock, Unlock, limits, read, read_manifest};

#[test]
fn every_changed_byte_is_refused() {
    let (identity, lock) = locked();
    let (bytes, _) = Content::small().bundle(&lock);
    let mut codes = std::collections::BTreeSet::new();
    for i in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[i] ^= 0x20;
        let code = code(&changed, &identity);
        assert_ne!(code, "ok", "byte {i} of {}", bytes.len());
        codes.insert(code);
    }
    // Magic, stanza, key, and the body all have their own story.
    for expected in ["not-a-bundle", "wrong-recipient", "damaged"] {
        assert!(codes.contains(expected), "{expected} in {codes:?}");
    }
}

#[test]
fn every_truncation_is_refused() {
    let (identity, lock) = locked();
    let (bytes, _) = Content::small().bundle(&lock);
    for length in 0..bytes.len() {
        let code = code(&bytes[..length], &identity);
        let fitting =
            ["truncated", "damaged"].contains(&code) || (length == 0 && code == "not-a-bundle");
        assert!(fitting, "{length} of {} bytes: {code}", bytes.len());
    }
}

#[test]
fn a_truncation_between_the_blocks_of_the_encryption_is_refused() {
    let (identity, lock) = locked();
    // Not compressible, so that the file has several blocks of 64 KiB + 16.
    let noise: Vec<u8> = (0..300_000_u64)
        .map(|i| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8 ^ ((i * i) >> 7) as u8)
        .collect();
    let (bytes, _) = Content {
        entries: chain(1, 1),
        attachments: vec![noise],
    }
    .bundle(&lock);
    let block = 65_536 + 16;
    let header = bytes
        .windows(4)
        .position(|w| w == b"--- ")
        .expect("age header");
    let body = header
        + bytes[header..]
            .iter()
            .position(|&b| b == b'\n')
            .expect("line")
        + 1
        + 16;
    assert!(bytes.len() - body > 2 * block, "several blocks");
    for blocks in 0..=(bytes.len() - body) / block {
        assert_eq!(
            code(&bytes[..body + blocks * block], &identity),
            "truncated",
            "{blocks} blocks"
        );
    }
    for wrong in [body - 1, body + 1, body + block - 1, body + block + 1] {
        assert!(["truncated", "damaged"].contains(&code(&bytes[..wrong], &identity)));
    }
}

#[test]
fn bytes_after_the_end_are_refused() {
    let (identity, lock) = locked();
    let (bytes, _) = Content::small().bundle(&lock);
    for tail in [&[0][..], &[0; 16], &vec![0; 70_000], &bytes] {
        assert_eq!(code(&[&bytes, tail].concat(), &identity), "damaged");
    }
}

#[test]
fn exchanged_blocks_of_two_bundles_are_refused() {
    let (identity, lock) = locked();
    let (a, _) = Content::small().bundle(&lock);
    let (b, _) = Content {
        entries: chain(1, 1),
        attachments: vec![],
    }
    .bundle(&lock);
    let body = |bytes: &[u8]| {
        let mac = bytes
            .windows(4)
            .position(|w| w == b"--- ")
            .expect("age header");
        mac + bytes[mac..]
            .iter()
            .position(|&byte| byte == b'\n')
            .expect("line")
            + 1
    };
    let mixed = [&a[..body(&a)], &b[body(&b)..]].concat();
    assert_eq!(code(&mixed, &identity), "damaged");
}

#[test]
fn the_wrong_key_and_the_wrong_passphrase_are_told_apart() {
    let (identity, lock) = locked();
    let (keyed, _) = Content::small().bundle(&lock);
    let (worded, _) = Content::small().bundle(&Lock::passphrase("口令甲"));
    let told = |bytes: &[u8], unlock: &Unlock<'_>| {
        let mut kept = Kept::default();
        let error = read(bytes, unlock, &mut kept).expect_err("refused");
        assert!(
            kept.manifest.is_none() && kept.entries.is_empty(),
            "nothing was handed out"
        );
        assert_eq!(
            read_manifest(bytes, unlock).expect_err("refused").code(),
            error.code()
        );
        format!("{}: {error}", error.code())
    };
    insta::assert_snapshot!(
        [
            told(&keyed, &Unlock::Identity(&Identity::generate())),
            told(&worded, &Unlock::Passphrase("口令乙")),
            told(&worded, &Unlock::Passphrase("")),
            told(&worded, &Unlock::Identity(&identity)),
            told(&keyed, &Unlock::Passphrase("口令甲")),
        ]
        .join("\n")
    );
}

#[test]
fn an_excessive_work_factor_is_refused_before_any_work() {
    let (bytes, _) = Content::small().bundle(&Lock::passphrase("口令甲"));
    let line = bytes
        .iter()
        .skip(22)
        .position(|&b| b == b'\n')
        .expect("stanza")
        + 22;
    assert_eq!(bytes[line - 2..line], *b" 4");
    for found in [limits::WORK_FACTOR_ACCEPTED + 1, 63] {
        let patched = [
            &bytes[..line - 1],
            found.to_string().as_bytes(),
            &bytes[line..],
        ]
        .concat();
        let error = read(
            &patched[..],
            &Unlock::Passphrase("口令甲"),
            &mut Kept::default(),
        );
        assert!(matches!(error, Err(Error::ExcessiveWork { found: f }) if f == found));
    }
}

#[test]
fn real_bundles_use_the_fixed_work_factor() {
    let mut bytes = vec![];
    let sender = super::sample::key(1);
    let content = Content {
        entries: vec![],
        attachments: vec![],
    };
    let lock = Lock::passphrase("口令甲");
    crate::BundleWriter::create(&mut bytes, &lock, content.manifest(&sender), &sender)
        .and_then(crate::BundleWriter::finish)
        .expect("valid");
    let outside = crate::inspect_outside(&bytes[..]).expect("bundle");
    assert_eq!(outside, crate::Outside::Passphrase { work_factor: 18 });
}

/// Fails with `kind` after `left` bytes, as a stick that is pulled.
struct Pulled<'a> {
    bytes: &'a [u8],
    kind: io::ErrorKind,
}

impl Read for Pulled<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.bytes.read(into)? {
            0 if !into.is_empty() => Err(self.kind.into()),
            read => Ok(read),
        }
    }
}

#[test]
fn a_pulled_stick_is_not_called_damage() {
    let (identity, lock) = locked();
    let content = Content {
        entries: chain(1, 2),
        attachments: vec![vec![5; 100_000]],
    };
    let (bytes, _) = content.bundle(&lock);
    for length in (0..bytes.len()).step_by(37) {
        let source = Pulled {
            bytes: &bytes[..length],
            kind: io::ErrorKind::NotFound,
        };
        let error =
            read(source, &Unlock::Identity(&identity), &mut Kept::default()).expect_err("pulled");
        assert_eq!(
            error.code(),
            "io",
            "{length} of {} bytes: {error}",
            bytes.len()
        );
        assert!(error.to_string().contains("U盘可能已拔出"), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes_are_refused_in_chinese(bytes in prop::collection::vec(any::<u8>(), 0..400), head in any::<bool>()) {
        let bytes = if head { [&b"age-encryption.org/v1\n-> X25519 "[..], &bytes].concat() } else { bytes };
        let error = read(&bytes[..], &Unlock::Identity(&Identity::generate()), &mut Kept::default());
        let told = error.expect_err("refused").to_string();
        prop_assert!(told.contains("现有内容没有改动"), "{}", told);
    }

    #[test]
    fn several_changes_at_once_are_refused(changes in prop::collection::vec((any::<prop::sample::Index>(), 1..=255u8), 1..6)) {
        let (identity, lock) = locked();
        let (bytes, _) = Content::small().bundle(&lock);
        let mut changed = bytes.clone();
        for (at, mask) in changes {
            changed[at.index(bytes.len())] ^= mask;
        }
        prop_assume!(changed != bytes);
        prop_assert_ne!(code(&changed, &identity), "ok");
    }
}
