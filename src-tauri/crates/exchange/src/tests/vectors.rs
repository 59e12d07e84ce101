//! The committed test vectors. The inside is compared byte for byte both ways; the sealed
//! files can only be read, because encryption draws random numbers.
//!
//! `EXCHANGE_WRITE_VECTORS=1 cargo test -p exchange vectors` writes them anew; a change of
//! `inside.hex` is a change of the format and needs a new version number.

use std::path::PathBuf;

use super::sample::{Content, Kept, code, hash, key, open};
use crate::frame::FrameReader;
use crate::reader::content;
use crate::{
    Appointment, Exam, Identity, KeyCard, Lock, Receipt, Statement, Unlock, VERSION, Withdrawal,
    qr, read, spoken,
};

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

/// Bundles made when payloads still had version 1 of the ledger's format. They are not made
/// anew.
#[test]
fn bundles_with_payloads_of_version_1_are_still_read() {
    let old = |name: &str| std::fs::read(path(name)).expect("committed with the crate");
    let (kept, _) = open(&old("recipient-1.dcx"), &identity()).expect("committed");
    let by_key = kept.content();
    let mut kept = Kept::default();
    let worded = old("passphrase-1.dcx");
    read(&worded[..], &Unlock::Passphrase(PASSPHRASE), &mut kept).expect("committed");
    assert_eq!(kept.content(), by_key);
    let now = Content::small();
    assert_eq!(by_key.entries.len(), now.entries.len());
    for (old, new) in by_key.entries.iter().zip(&now.entries) {
        assert_ne!(old.hash, new.hash);
        let said = old.open_payload().expect("vouched for");
        assert_eq!(said, new.open_payload().expect("vouched for"));
    }
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

/// The card of the sender, who wrote as the device with the seed 32 × `03` before.
fn card() -> KeyCard {
    let (before, now) = (key(3), key(1));
    let handover = (before.id(), before.hand_over(now.id()));
    KeyCard::sign(
        &now,
        identity().recipient(),
        "甲某",
        "示例市委组织部督查员",
        1_772_690_520_000,
        &[handover],
    )
    .expect("valid")
}

#[test]
fn the_key_card_is_as_committed_in_every_form() {
    let made = card();
    let stored = text("card.dck", || made.to_text());
    assert_eq!(stored, made.to_text());
    assert_eq!(KeyCard::from_text(&stored).expect("committed"), made);

    let picture = bytes("card.png", || qr::png(&made.to_qr_text()).expect("drawn"));
    let found = qr::read(&picture).expect("committed");
    assert_eq!(KeyCard::from_qr_text(&found[0]).expect("committed"), made);

    let aloud = || {
        let groups = spoken::groups(&made.keys);
        let lines: Vec<String> = groups.chunks(5).map(|line| line.join(" ")).collect();
        format!("{}\n", lines.join("\n"))
    };
    let stored = text("spoken.txt", aloud);
    assert_eq!(stored, aloud());
    assert_eq!(spoken::read(&stored).expect("committed"), made.keys);
}

#[test]
fn appointment_and_withdrawal_are_as_committed_both_ways() {
    let made = Appointment {
        id: ledger::EntityId::new(1_772_690_520_000, [7; 10]),
        issuer: key(1).id(),
        organ: "中共示例市委组织部".into(),
        document_no: "示组任〔2026〕7号".into(),
        name: "乙某".into(),
        post: "示例县委组织部督查员".into(),
        certificate_no: "示督证第0042号".into(),
        exams: vec![Exam {
            subject: "干部监督业务".into(),
            result: "92分".into(),
        }],
        scope: vec!["示例县水务局".into(), "示例县教育局".into()],
        from: "2026-03-01".into(),
        until: "2027-02-28".into(),
        millis: 1_772_690_520_000,
        signature: [0; 64],
    }
    .sign(&key(1))
    .expect("valid");
    let stored = text("appointment.dca", || made.to_text());
    assert_eq!(stored, made.to_text());
    let read = Statement::from_text(&stored).expect("committed");
    assert_eq!(read, Statement::Appointed(made.clone()));

    let back = Withdrawal::sign(&key(1), &made, "2026-06-01", "工作调动", 1_780_000_000_000)
        .expect("valid");
    let stored = text("withdrawal.dca", || back.to_text());
    assert_eq!(stored, back.to_text());
    let read = Statement::from_text(&stored).expect("committed");
    assert_eq!(read, Statement::Withdrawn(back));
}
