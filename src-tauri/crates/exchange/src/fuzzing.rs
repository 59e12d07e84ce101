//! What is fuzzed. Each function takes any bytes at all and panics when something does not hold
//! that must hold for every input. The targets in `fuzz/` are these functions; the ordinary tests
//! give them the test vectors and small changes of them, so that they cannot rot.

#![allow(clippy::missing_panics_doc, reason = "to panic is how they report")]

use std::collections::BTreeMap;

use ledger::{DeviceKey, Entry, Payload, masking};
use sha2::{Digest, Sha256};

use crate::frame::{FrameReader, FrameWriter, Kind};
use crate::reader::content;
use crate::writer::{Counts, Trailer};
use crate::{
    Attachment, BundleSink, Identity, KeyCard, Manifest, Receipt, SinkError, Statement, Unlock,
    VERSION, inspect_outside, read, spoken,
};

/// One target: its name and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 5] = [
    ("entry", entry),
    ("payload", payload),
    ("manifest", manifest),
    ("bundle", bundle),
    ("texts", texts),
];

/// The reader of the test vectors. The secret is public on purpose.
const IDENTITY: &str = include_str!("../testvectors/identity.txt");
/// The inside of the bundle of the test vectors, in hexadecimal digits.
const INSIDE: &str = include_str!("../testvectors/inside.hex");
/// The signed text files of the test vectors.
const TEXTS: [&str; 5] = [
    include_str!("../testvectors/receipt.txt"),
    include_str!("../testvectors/card.dck"),
    include_str!("../testvectors/spoken.txt"),
    include_str!("../testvectors/appointment.dca"),
    include_str!("../testvectors/withdrawal.dca"),
];

/// A ledger entry: one byte form only, and nothing of its payload without the right hash.
pub fn entry(bytes: &[u8]) {
    let Ok(entry) = Entry::decode(bytes) else {
        return;
    };
    assert_eq!(entry.encode(), bytes, "a second spelling");
    let withheld = entry.withheld();
    assert_eq!(Entry::decode(&withheld.encode()), Ok(withheld));
    let _ = entry.is_signed();
    if let (Ok(Some(_)), Some(text)) = (entry.open_payload(), &entry.payload) {
        payload(text);
    }
}

/// A payload: one byte form only, of the whole and of what is masked, and one hash for all.
pub fn payload(bytes: &[u8]) {
    let Ok(payload) = Payload::decode(bytes) else {
        return;
    };
    if payload.salt.is_some() {
        // One of version 1 is written as version 2 now; the second byte says which it is.
        let mut now = bytes.to_vec();
        now[1] = 2;
        assert_eq!(
            payload.encode().as_deref(),
            Ok(&now[..]),
            "a second spelling"
        );
    }
    let hash = Payload::hash(bytes);
    assert!(hash.is_ok(), "what is readable has a hash");
    if let Ok(Some(masked)) = masking::mask(bytes, |_| false) {
        assert_eq!(Payload::hash(&masked), hash);
        assert!(Payload::decode(&masked).is_ok());
        assert_eq!(masking::join(&masked, bytes).as_deref(), Ok(bytes));
    }
}

/// A manifest: one byte form only, and sums that do not overflow.
pub fn manifest(bytes: &[u8]) {
    let Ok(manifest) = Manifest::decode(bytes) else {
        return;
    };
    assert_eq!(manifest.encode(), bytes, "a second spelling");
    assert!(manifest.segments.len() as u64 <= manifest.entries());
    let _ = manifest.attachment_bytes();
}

/// A bundle. The first byte says how the rest is taken: as a file, as the inside of one, or as
/// frames that are put between a good manifest and a trailer signed over whatever there is, so
/// that what comes after the signature is reached too.
pub fn bundle(bytes: &[u8]) {
    let Some((how, rest)) = bytes.split_first() else {
        return;
    };
    let identity = identity();
    match how % 3 {
        0 => {
            let _ = inspect_outside(rest);
            let mut strict = Strict::default();
            if let Ok(summary) = read(rest, &Unlock::Identity(&identity), &mut strict) {
                strict.agrees_with(&summary);
            }
        }
        1 => inside(rest, &identity),
        _ => inside(&forged(rest), &identity),
    }
}

/// The files that people carry: a card, a receipt, an appointment, a withdrawal, and the digits
/// read over the telephone. What is taken is written again as it was read.
pub fn texts(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(card) = KeyCard::from_text(text) {
        let again = KeyCard::from_text(&card.to_text());
        assert!(again.is_ok_and(|again| again == card));
    }
    if let Ok(receipt) = Receipt::from_text(text) {
        let again = Receipt::from_text(&receipt.to_text());
        assert!(again.is_ok_and(|again| again == receipt));
    }
    if let Ok(statement) = Statement::from_text(text) {
        let again = match &statement {
            Statement::Appointed(it) => it.to_text(),
            Statement::Withdrawn(it) => it.to_text(),
        };
        assert!(Statement::from_text(&again).is_ok_and(|again| again == statement));
    }
    let _ = spoken::read(text);
}

/// Good inputs of a target, to begin from.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    let frames = frames();
    let of = |wanted: Kind| {
        frames
            .iter()
            .filter(move |(kind, _)| *kind == wanted)
            .map(|(_, body)| body.clone())
    };
    match target {
        "entry" => of(Kind::Entry).collect(),
        "payload" => of(Kind::Entry)
            .filter_map(|body| Entry::decode(&body).ok()?.payload)
            .collect(),
        "manifest" => of(Kind::Manifest).collect(),
        "texts" => TEXTS.map(|text| text.as_bytes().to_vec()).into(),
        "bundle" => {
            let mut written = vec![2];
            for (kind, body) in &frames {
                if !matches!(kind, Kind::Manifest | Kind::Trailer) {
                    written.push(*kind as u8);
                    written.extend((body.len() as u16).to_be_bytes());
                    written.extend(body);
                }
            }
            let file: &[u8] = include_bytes!("../testvectors/recipient.dcx");
            vec![[&[0], file].concat(), [&[1], &raw()[..]].concat(), written]
        }
        _ => Vec::new(),
    }
}

fn identity() -> Identity {
    Identity::from_text(IDENTITY).expect("committed with the crate")
}

fn raw() -> Vec<u8> {
    let digits: String = INSIDE.split_whitespace().collect();
    ledger::hex::decode(&digits).expect("committed with the crate")
}

/// The frames of the test vector.
fn frames() -> Vec<(Kind, Vec<u8>)> {
    let raw = raw();
    let mut reader = FrameReader::new(&raw[..], VERSION).expect("version 1");
    let mut frames = Vec::new();
    while let Ok((kind, body)) = reader.next() {
        frames.push((kind, body.to_vec()));
    }
    frames
}

fn inside(bytes: &[u8], identity: &Identity) {
    let mut strict = Strict::default();
    let me = identity.recipient();
    let read =
        FrameReader::new(bytes, VERSION).and_then(|frames| content(frames, Some(&me), &mut strict));
    if let Ok((rest, summary)) = read {
        assert!(rest.is_empty());
        strict.agrees_with(&summary);
    }
}

/// The manifest of the test vector, then the frames that `bytes` describe (a byte of kind, two of
/// length, the body), then a trailer that its sender signed over all of it.
fn forged(mut bytes: &[u8]) -> Vec<u8> {
    let mut frames = FrameWriter::new(Vec::new(), VERSION).expect("memory");
    let manifest = seeds("manifest").remove(0);
    frames.frame(Kind::Manifest, &manifest).expect("memory");
    let mut counts = Counts::default();
    while let [kind, high, low, rest @ ..] = bytes {
        let length = usize::from(u16::from_be_bytes([*high, *low])).min(rest.len());
        let (body, after) = rest.split_at(length);
        bytes = after;
        let kind = match kind {
            2 => Kind::Entry,
            3 => Kind::Attachment,
            4 => Kind::Chunk,
            _ => continue,
        };
        if frames.frame(kind, body).is_err() {
            continue;
        }
        match kind {
            Kind::Entry => {
                counts.entries += 1;
                let entry = Entry::decode(body);
                counts.payloads += u64::from(entry.is_ok_and(|it| it.payload.is_some()));
            }
            Kind::Attachment => counts.attachments += 1,
            _ => counts.attachment_bytes += body.len() as u64,
        }
    }
    let trailer = Trailer::sign(&DeviceKey::generate([1; 32]), counts, frames.digest());
    frames
        .frame(Kind::Trailer, &trailer.encode())
        .expect("memory");
    frames.into_inner()
}

/// Holds what it gets to the promises of [`BundleSink`].
#[derive(Default)]
struct Strict {
    manifest: Option<Manifest>,
    entries: u64,
    payloads: u64,
    /// The attachments that are here, with what they hash to.
    begun: Vec<(Attachment, Sha256, u64)>,
    /// The last number of each device.
    numbers: BTreeMap<[u8; 32], u64>,
}

impl Strict {
    /// What holds once the reader has said yes.
    fn agrees_with(&self, summary: &crate::Summary) {
        let manifest = self.manifest.as_ref().expect("came first");
        assert_eq!(self.entries, summary.entries);
        assert_eq!(self.entries, manifest.entries());
        assert_eq!(self.payloads, summary.payloads);
        assert_eq!(self.begun.len() as u64, summary.attachments);
        for segment in &manifest.segments {
            assert_eq!(self.numbers.get(&segment.device.0), Some(&segment.to));
        }
        for (attachment, hasher, length) in &self.begun {
            assert_eq!(*length, attachment.size);
            assert_eq!(<[u8; 32]>::from(hasher.clone().finalize()), attachment.hash);
        }
    }
}

impl BundleSink for Strict {
    fn manifest(&mut self, manifest: &Manifest) -> Result<(), SinkError> {
        assert!(self.manifest.replace(manifest.clone()).is_none(), "once");
        Ok(())
    }

    fn entry(&mut self, entry: Entry) -> Result<(), SinkError> {
        assert!(self.manifest.is_some() && self.begun.is_empty(), "in order");
        self.entries += 1;
        self.payloads += u64::from(entry.payload.is_some());
        if let Some(text) = &entry.payload {
            assert_eq!(Payload::hash(text), Ok(entry.header.payload_hash));
        }
        let header = &entry.header;
        let before = self.numbers.insert(header.device.0, header.seq);
        assert!(before.is_none_or(|before| before + 1 == header.seq));
        Ok(())
    }

    fn attachment(&mut self, attachment: &Attachment) -> Result<(), SinkError> {
        self.begun.push((*attachment, Sha256::new(), 0));
        Ok(())
    }

    fn chunk(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        let (attachment, hasher, length) = self.begun.last_mut().expect("one has begun");
        hasher.update(bytes);
        *length += bytes.len() as u64;
        assert!(*length <= attachment.size && !bytes.is_empty());
        Ok(())
    }
}
