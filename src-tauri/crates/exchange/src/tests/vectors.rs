//! The committed test vectors. The inside is compared byte for byte both ways; the sealed
//! files can only be read, because encryption draws random numbers.
//!
//! `EXCHANGE_WRITE_VECTORS=1 cargo test -p exchange vectors` writes them anew; a change of
//! `inside.hex` is a change of the format and needs a new version number.

use std::path::PathBuf;

use super::sample::{Content, Kept, code, hash, key, open};
use crate::frame::FrameReader;
use crate::reader::content;
use crate::{Identity, Lock, Receipt, Unlock, VERSION, read};

const PASSPHRASE: &str = "示例口令";

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("testvectors")
        .join(name)
}

fn writing() -> bool {
    std::env::var_os("EXCHANGE_WRITE_VECTORS").is_some()
}

fn text(name: &str, made: impl FnOnce() -> String) -> String {
    if writing() {
        std::fs::write(path(name), made()).expect("writable");
    }
    std::fs::read_to_string(path(name)).expect("committed with the crate")
}

fn bytes(name: &str, made: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
    if writing() {
        std::fs::write(path(name), made()).expect("writable");
    }
    std::fs::read(path(name)).expect("committed with the crate")
}

/// The reader of the vectors. The secret is public on purpose.
fn identity() -> Identity {
    Identity::from_text(&std::fs::read_to_string(path("identity.txt")).expect("committed"))
        .expect("identity")
}

fn lock() -> Lock {
    Lock::Recipients(vec![identity().recipient()])
}

fn lines(bytes: &[u8]) -> String {
    let digits = ledger::hex::encode(bytes);
    let mut text = String::new();
    for line in digits.as_bytes().chunks(96) {
        text.push_str(std::str::from_utf8(line).expect("digits"));
        text.push('\n');
    }
    text
}

#[test]
fn the_inside_is_as_committed_both_ways() {
    let made = Content::small().inside(&lock());
    let stored = text("inside.hex", || lines(&made));
    assert_eq!(stored, lines(&made));
    let stored: String = stored.split_whitespace().collect();
    let stored = ledger::hex::decode(&stored).expect("digits");
    let mut kept = Kept::default();
    let frames = FrameReader::new(&stored[..], VERSION).expect("version 1");
    let me = identity().recipient();
    let (rest, summary) = content(frames, Some(&me), &mut kept).expect("whole");
    assert!(rest.is_empty());
    assert_eq!(
        kept.manifest,
        Some(Content::small().addressed(&key(1), &lock()))
    );
    assert_eq!(kept.content(), Content::small());
    // The digest covers everything before the trailer frame: 5 bytes of head, 7 + 34 + 66 of body.
    assert_eq!(
        summary.digest,
        hash(&stored[..stored.len() - 5 - trailer_length(&stored)])
    );
}

/// Length of the trailer's body, searched from the end by its head.
fn trailer_length(inside: &[u8]) -> usize {
    (0..256)
        .find(|&length| {
            let head = inside.len() - length - 5;
            inside[head..head + 5] == [5, 0, 0, 0, length as u8]
        })
        .expect("trailer")
}

#[test]
fn the_sealed_files_are_read_by_later_versions() {
    let keyed = bytes("recipient.dcx", || Content::small().bundle(&lock()).0);
    let (kept, _) = open(&keyed, &identity()).expect("committed");
    assert_eq!(kept.content(), Content::small());

    let worded = bytes("passphrase.dcx", || {
        Content::small().bundle(&Lock::passphrase(PASSPHRASE)).0
    });
    let mut kept = Kept::default();
    read(&worded[..], &Unlock::Passphrase(PASSPHRASE), &mut kept).expect("committed");
    assert_eq!(kept.content(), Content::small());
}

#[test]
fn the_corrupted_files_are_refused_each_for_its_reason() {
    let good = bytes("recipient.dcx", || Content::small().bundle(&lock()).0);
    for (name, error) in [
        ("flipped.dcx", "damaged"),
        ("cut.dcx", "damaged"),
        ("newer.dcx", "newer-version"),
        ("stranger.dcx", "not-addressed"),
    ] {
        let stored = bytes(name, || match name {
            "flipped.dcx" => {
                let mut changed = good.clone();
                let last = changed.len() - 40;
                changed[last] ^= 1;
                changed
            }
            "cut.dcx" => good[..good.len() - 100].to_vec(),
            "newer.dcx" => {
                let mut inside = Content::small().inside(&lock());
                inside[11] = 2;
                super::sample::seal(&inside, &lock())
            }
            _ => {
                let (_, other) = super::sample::locked();
                super::sample::seal(&Content::small().inside(&other), &lock())
            }
        });
        assert_eq!(code(&stored, &identity()), error, "{name}");
    }
}

#[test]
fn the_receipt_is_as_committed_both_ways() {
    let receiver = key(2);
    let summary = open(
        &bytes("recipient.dcx", || Content::small().bundle(&lock()).0),
        &identity(),
    );
    let summary = summary.expect("committed").1;
    let heads = super::sample::heads(&receiver, &Content::small().entries);
    let receipt =
        Receipt::sign(&receiver, &summary, key(1).id(), "示例市 乙某", heads).expect("valid");
    let stored = text("receipt.txt", || receipt.to_text());
    assert_eq!(stored, receipt.to_text());
    assert_eq!(Receipt::from_text(&stored).expect("committed"), receipt);
}
