//! Bundles that decrypt well, because somebody with a key made them, and still are wrong.

use std::io::Write;

use ledger::{Entry, EntryHash};

use super::sample::{
    Content, Full, Kept, chain, code, hash, heads, key, locked, open, seal, seal_packed,
};
use crate::frame::{FrameWriter, Kind};
use crate::writer::{Counts, Trailer, encode_attachment};
use crate::{Attachment, Error, Identity, Lock, Manifest, Unlock, read, read_apart};

/// Builds the inside of a bundle frame by frame, right or wrong.
struct Forge {
    frames: FrameWriter<Vec<u8>>,
    counts: Counts,
    lock: Lock,
    identity: Identity,
}

impl Forge {
    fn new() -> Self {
        let (identity, lock) = locked();
        let frames = FrameWriter::new(vec![], 1).expect("memory");
        Self {
            frames,
            counts: Counts::default(),
            lock,
            identity,
        }
    }

    fn frame(mut self, kind: Kind, body: &[u8]) -> Self {
        self.frames.frame(kind, body).expect("memory");
        self
    }

    fn manifest(self, content: &Content, change: impl FnOnce(&mut Manifest)) -> Self {
        let mut manifest = content.addressed(&key(1), &self.lock);
        change(&mut manifest);
        self.frame(Kind::Manifest, &manifest.encode())
    }

    fn entries(mut self, entries: &[Entry]) -> Self {
        for entry in entries {
            self.frames
                .frame(Kind::Entry, &entry.encode())
                .expect("memory");
            self.counts.entries += 1;
            self.counts.payloads += u64::from(entry.payload.is_some());
        }
        self
    }

    fn attachment(mut self, announced: Attachment, chunks: &[&[u8]]) -> Self {
        self = self.frame(Kind::Attachment, &encode_attachment(&announced));
        for chunk in chunks {
            self = self.frame(Kind::Chunk, chunk);
        }
        self.counts.attachments += 1;
        self.counts.attachment_bytes += announced.size;
        self
    }

    /// A trailer that device 1 signs over whatever is there.
    fn trailer(self) -> Self {
        let trailer = Trailer::sign(&key(1), self.counts, self.frames.digest());
        self.frame(Kind::Trailer, &trailer.encode())
    }

    fn inside(self) -> (Vec<u8>, Lock, Identity) {
        (self.frames.into_inner(), self.lock, self.identity)
    }

    /// What the reader says to it.
    fn verdict(self) -> &'static str {
        let (inside, lock, identity) = self.inside();
        code(&seal(&inside, &lock), &identity)
    }
}

fn of(entries: Vec<Entry>) -> Content {
    Content {
        entries,
        attachments: vec![],
    }
}

fn file(bytes: &[u8]) -> Attachment {
    Attachment {
        hash: hash(bytes),
        size: bytes.len() as u64,
    }
}

#[test]
fn the_forge_makes_good_bundles_when_told_to() {
    let content = Content::small();
    let good = Forge::new()
        .manifest(&content, |_| ())
        .entries(&content.entries)
        .attachment(file(b"%PDF-1.7"), &[b"%PDF", b"-1.7"])
        .attachment(file(b""), &[])
        .trailer();
    assert_eq!(good.verdict(), "ok");
}

#[test]
fn a_newer_bundle_says_that_it_needs_a_newer_program() {
    let (identity, lock) = locked();
    let mut inside = Content::small().inside(&lock);
    assert_eq!(inside[8..12], [0, 0, 0, 1]);
    inside[11] = 2;
    inside.truncate(12); // whatever follows, the version is enough
    let error = open(&seal(&inside, &lock), &identity).expect_err("newer");
    assert_eq!(error.code(), "newer-version");
    assert!(error.to_string().contains("请升级程序"), "{error}");
    inside[11] = 0;
    assert_eq!(code(&seal(&inside, &lock), &identity), "malformed");
}

#[test]
fn other_content_is_not_a_bundle() {
    let (identity, lock) = locked();
    assert_eq!(
        code(&seal(b"Dear colleague, ...", &lock), &identity),
        "foreign-content"
    );
    assert_eq!(code(&seal(b"", &lock), &identity), "truncated");
    assert_eq!(
        code(&seal_packed(b"not compressed", &lock), &identity),
        "malformed"
    );
    assert_eq!(code(&seal_packed(b"", &lock), &identity), "truncated");
}

#[test]
fn a_sealed_bundle_that_just_stops_is_refused_everywhere() {
    let (identity, lock) = locked();
    let inside = Content::small().inside(&lock);
    for length in 0..inside.len() {
        assert_eq!(
            code(&seal(&inside[..length], &lock), &identity),
            "truncated",
            "at {length}"
        );
    }
}

#[test]
fn every_changed_byte_inside_is_refused_even_when_sealed_again() {
    let (identity, lock) = locked();
    let inside = Content::small().inside(&lock);
    for i in 0..inside.len() {
        let mut changed = inside.clone();
        changed[i] ^= 1;
        assert_ne!(
            code(&seal(&changed, &lock), &identity),
            "ok",
            "byte {i} of {}",
            inside.len()
        );
    }
}

#[test]
fn nothing_may_follow_the_trailer() {
    let content = of(chain(1, 1));
    let good = Forge::new()
        .manifest(&content, |_| ())
        .entries(&content.entries)
        .trailer();
    let (inside, lock, identity) = good.inside();
    let longer = [&inside[..], b"x"].concat();
    assert_eq!(code(&seal(&longer, &lock), &identity), "malformed");
    let twice = [
        zstd::encode_all(&inside[..], 3),
        zstd::encode_all(&b"x"[..], 3),
    ];
    let twice = twice.map(|packed| packed.expect("memory")).concat();
    assert_eq!(code(&seal_packed(&twice, &lock), &identity), "malformed");
    let padded = [&zstd::encode_all(&inside[..], 3).expect("memory")[..], &[0]].concat();
    assert_eq!(code(&seal_packed(&padded, &lock), &identity), "malformed");
    assert_eq!(code(&seal(&inside, &lock), &identity), "ok");
}

#[test]
fn frames_come_in_their_order() {
    let content = of(chain(1, 1));
    let entry = content.entries[0].encode();
    assert_eq!(
        Forge::new().frame(Kind::Entry, &entry).verdict(),
        "malformed",
        "no manifest"
    );
    let twice = Forge::new()
        .manifest(&content, |_| ())
        .manifest(&content, |_| ());
    assert_eq!(twice.verdict(), "malformed", "manifest twice");
    let with_file = Content {
        entries: chain(1, 1),
        attachments: vec![b"a".to_vec()],
    };
    let late = Forge::new()
        .manifest(&with_file, |_| ())
        .attachment(file(b"a"), &[b"a"])
        .entries(&with_file.entries)
        .trailer();
    assert_eq!(late.verdict(), "malformed", "entry after an attachment");
    let loose = Forge::new()
        .manifest(&content, |_| ())
        .frame(Kind::Chunk, b"a");
    assert_eq!(loose.verdict(), "malformed", "chunk of nothing");
}

#[test]
fn unknown_and_oversized_frames_are_refused() {
    let (identity, lock) = locked();
    let start = Content::small().inside(&lock);
    for (frame, expected) in [
        (&[9, 0, 0, 0, 0][..], "malformed"),
        (&[0, 0, 0, 0, 0], "malformed"),
        (&[2, 0xff, 0xff, 0xff, 0xff], "too-large"),
        (&[4, 0, 4, 0, 1], "too-large"),
        (&[5, 0, 0, 1, 1], "too-large"),
        (&[2, 0, 0, 1, 0], "truncated"), // the stated length is not there
    ] {
        // After the manifest, whose length is in the four bytes at 13.
        let length = u32::from_be_bytes(start[13..17].try_into().expect("four")) as usize;
        let inside = [&start[..17 + length], frame].concat();
        assert_eq!(
            code(&seal(&inside, &lock), &identity),
            expected,
            "{frame:?}"
        );
    }
}

#[test]
fn the_trailer_is_signed_by_the_sender_over_what_is_there() {
    let content = of(chain(1, 2));
    let begin = || {
        Forge::new()
            .manifest(&content, |_| ())
            .entries(&content.entries)
    };
    let forged = begin();
    let by_other = Trailer::sign(&key(2), forged.counts, forged.frames.digest());
    assert_eq!(
        forged.frame(Kind::Trailer, &by_other.encode()).verdict(),
        "bad-signature"
    );
    let wrong_digest = Trailer::sign(&key(1), begin().counts, [0; 32]);
    assert_eq!(
        begin()
            .frame(Kind::Trailer, &wrong_digest.encode())
            .verdict(),
        "not-as-announced"
    );
    let forged = begin();
    let counts = Counts {
        entries: 3,
        ..forged.counts
    };
    let wrong_counts = Trailer::sign(&key(1), counts, forged.frames.digest());
    assert_eq!(
        forged
            .frame(Kind::Trailer, &wrong_counts.encode())
            .verdict(),
        "not-as-announced"
    );
    let forged = begin();
    let mut newer = Trailer::sign(&key(1), forged.counts, forged.frames.digest()).encode();
    newer[1] = 2;
    assert_eq!(
        forged.frame(Kind::Trailer, &newer).verdict(),
        "newer-version"
    );
}

#[test]
fn a_bundle_passed_on_by_a_third_party_is_refused() {
    // The recipient seals the sender's signed content again for somebody else.
    let (_, first_lock) = locked();
    let inside = Content::small().inside(&first_lock);
    let (stranger, stranger_lock) = locked();
    assert_eq!(
        code(&seal(&inside, &stranger_lock), &stranger),
        "not-addressed"
    );
    let sealed = seal(&inside, &Lock::passphrase("口令"));
    let refused = read(
        &sealed[..],
        &Unlock::Passphrase("口令"),
        &mut Kept::default(),
    );
    assert_eq!(refused.map_err(|e| e.code()), Err("not-addressed"));
}

#[test]
fn the_manifest_is_held_to_its_rules() {
    let content = of(chain(1, 2));
    let verdict = |change: &dyn Fn(&mut Manifest)| {
        Forge::new().manifest(&content, change).trailer().verdict()
    };
    assert_eq!(verdict(&|m| m.version = 2), "newer-version");
    assert_eq!(
        verdict(&|m| m.sender = key(2).id()),
        "malformed",
        "heads by another device"
    );
    assert_eq!(verdict(&|m| m.heads = heads(&key(2), &[])), "malformed");
    assert_eq!(verdict(&|m| m.heads.signature[0] ^= 1), "bad-signature");
    assert_eq!(verdict(&|m| m.segments[0].from = 0), "malformed");
    assert_eq!(verdict(&|m| m.segments[0].to = 0), "malformed");
    assert_eq!(verdict(&|m| m.segments[0].to = u64::MAX), "malformed");
    assert_eq!(
        verdict(&|m| m.segments[0].previous = EntryHash([1; 32])),
        "malformed"
    );
    assert_eq!(
        verdict(&|m| m.segments.push(m.segments[0])),
        "malformed",
        "device twice"
    );
    assert_eq!(
        verdict(&|m| m.payloads = 3),
        "malformed",
        "more payloads than entries"
    );
    assert_eq!(verdict(&|m| m.scope = "字".repeat(400)), "too-large");
    assert_eq!(
        verdict(&|m| m.attachments.push(Attachment {
            hash: [0; 32],
            size: 1 << 33
        })),
        "too-large"
    );
    assert_eq!(
        verdict(&|m| m.recipients.insert(0, m.recipients[0].clone())),
        "malformed",
        "key twice"
    );
}

#[test]
fn entries_are_exactly_those_announced() {
    let all = chain(1, 5);
    let content = of(all[..3].to_vec());
    let with = |entries: &[Entry]| {
        Forge::new()
            .manifest(&content, |_| ())
            .entries(entries)
            .trailer()
            .verdict()
    };
    assert_eq!(with(&all[..3]), "ok");
    assert_eq!(with(&all[..2]), "not-as-announced", "one missing");
    assert_eq!(with(&all[..4]), "not-as-announced", "one too many");
    assert_eq!(
        with(&[all[0].clone(), all[2].clone(), all[1].clone()]),
        "not-as-announced",
        "order"
    );
    assert_eq!(
        with(&[all[0].clone(), all[0].clone(), all[1].clone()]),
        "not-as-announced",
        "twice"
    );
    assert_eq!(with(&chain(2, 3)), "not-as-announced", "another device");
    assert_eq!(
        with(&[all[0].clone(), all[1].withheld(), all[2].clone()]),
        "not-as-announced",
        "payloads"
    );
    let elsewhere = Forge::new()
        .manifest(&content, |m| m.segments[0].last = EntryHash([1; 32]))
        .entries(&all[..3])
        .trailer();
    assert_eq!(
        elsewhere.verdict(),
        "not-as-announced",
        "ends in another entry"
    );
    let unlinked = of(all[2..4].to_vec());
    let unlinked = Forge::new()
        .manifest(&unlinked, |m| m.segments[0].previous = EntryHash([1; 32]))
        .entries(&unlinked.entries)
        .trailer();
    assert_eq!(
        unlinked.verdict(),
        "chain",
        "does not continue what it says it continues"
    );
}

#[test]
fn a_broken_chain_is_refused_with_the_place() {
    let good = chain(1, 3);
    let told = |change: &dyn Fn(&mut Vec<Entry>)| {
        let mut entries = good.clone();
        change(&mut entries);
        let forged = Forge::new()
            .manifest(&of(good.clone()), |_| ())
            .entries(&entries)
            .trailer();
        let (inside, lock, identity) = forged.inside();
        open(&seal(&inside, &lock), &identity)
            .expect_err("broken")
            .to_string()
    };
    insta::assert_snapshot!(
        [
            told(&|e| e[1].payload = e[0].payload.clone()),
            told(&|e| e[2].signature[0] ^= 1),
            told(&|e| {
                let mut header = e[1].header.clone();
                header.action = "observation.view".into();
                let bytes = header.encode().expect("valid");
                e[1] =
                    Entry::from_parts(bytes, e[1].signature, e[1].payload.clone()).expect("form");
            }),
        ]
        .join("\n")
    );
}

#[test]
fn attachments_are_exactly_those_announced() {
    let content = Content {
        entries: vec![],
        attachments: vec![b"abcd".to_vec()],
    };
    let with = |announced: Attachment, chunks: &[&[u8]]| {
        Forge::new()
            .manifest(&content, |_| ())
            .attachment(announced, chunks)
            .trailer()
            .verdict()
    };
    assert_eq!(with(file(b"abcd"), &[b"ab", b"cd"]), "ok");
    assert_eq!(
        with(file(b"abcd"), &[b"ab", b"ce"]),
        "attachment-mismatch",
        "other bytes"
    );
    assert_eq!(
        with(file(b"abcd"), &[b"ab"]),
        "not-as-announced",
        "too short"
    );
    assert_eq!(
        with(file(b"abcd"), &[b"ab", b"cde"]),
        "attachment-mismatch",
        "too long"
    );
    assert_eq!(
        with(file(b"abcd"), &[b"abcd", b"e"]),
        "malformed",
        "more after the end"
    );
    assert_eq!(
        with(file(b"abcd"), &[b"", b"abcd"]),
        "attachment-mismatch",
        "empty chunk"
    );
    assert_eq!(
        with(file(b"abce"), &[b"abce"]),
        "not-as-announced",
        "not announced"
    );
    let none = Forge::new().manifest(&content, |_| ()).trailer();
    assert_eq!(none.verdict(), "not-as-announced", "missing");
    let twice = Forge::new()
        .manifest(&content, |_| ())
        .attachment(file(b"abcd"), &[b"abcd"])
        .attachment(file(b"abcd"), &[b"abcd"])
        .trailer();
    assert_eq!(twice.verdict(), "not-as-announced", "twice");
    let empty = Content {
        entries: vec![],
        attachments: vec![vec![]],
    };
    let liar = Attachment {
        hash: [1; 32],
        size: 0,
    };
    let empty = Forge::new()
        .manifest(&empty, |m| m.attachments[0] = liar)
        .attachment(liar, &[])
        .trailer();
    assert_eq!(
        empty.verdict(),
        "attachment-mismatch",
        "an empty file has one hash"
    );
}

#[test]
fn a_window_that_would_fill_the_memory_is_refused() {
    let (identity, lock) = locked();
    let inside = Content::small().inside(&lock);
    let mut packer = zstd::Encoder::new(vec![], 3).expect("memory");
    packer.window_log(27).expect("zstd knows it");
    packer.write_all(&inside).expect("memory");
    assert_eq!(
        code(
            &seal_packed(&packer.finish().expect("memory"), &lock),
            &identity
        ),
        "malformed"
    );
}

#[test]
fn a_refusal_of_the_receiver_comes_back_as_it_is() {
    let (identity, lock) = locked();
    let (bytes, _) = Content::small().bundle(&lock);
    let error = read(&bytes[..], &Unlock::Identity(&identity), &mut Full).expect_err("full");
    assert!(matches!(&error, Error::Sink(_)));
    assert_eq!(error.to_string(), "档案库空间不足");
    let unlock = Unlock::Identity(&identity);
    let error = read_apart(&bytes[..], &unlock, |entry| entry, &mut Full).expect_err("full");
    assert!(matches!(&error, Error::Sink(_)));
    assert_eq!(error.to_string(), "档案库空间不足");
}
