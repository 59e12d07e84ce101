use std::fs;
use std::io::{self, Write};

use ledger::Entry;

use super::sample::{Content, QUICK, chain, code, hash, heads, key, locked, open};
use crate::{BundleWriter, Error, Identity, Lock, file, limits};

/// Begins a bundle of `content` for anyone.
fn begin<'k>(content: &Content, sender: &'k ledger::DeviceKey) -> BundleWriter<'k, Vec<u8>> {
    let (_, lock) = locked();
    BundleWriter::create_with(vec![], &lock, content.manifest(sender), sender, QUICK)
        .expect("valid")
}

fn refusal<T>(result: Result<T, Error>) -> &'static str {
    result.map_or_else(|e| e.code(), |_| "ok")
}

#[test]
fn a_bundle_is_not_finished_before_everything_announced_is_in() {
    let sender = key(1);
    let content = Content {
        entries: chain(1, 2),
        attachments: vec![b"abc".to_vec()],
    };
    let mut writer = begin(&content, &sender);
    writer.entry(&content.entries[0]).expect("announced");
    assert_eq!(refusal(writer.finish()), "not-as-announced");
    let mut writer = begin(&content, &sender);
    content
        .entries
        .iter()
        .for_each(|e| writer.entry(e).expect("announced"));
    assert_eq!(refusal(writer.finish()), "not-as-announced");
}

#[test]
fn only_what_was_announced_is_taken_and_in_order() {
    let sender = key(1);
    let all = chain(1, 3);
    let content = Content {
        entries: all[..2].to_vec(),
        attachments: vec![b"abc".to_vec()],
    };
    let mut writer = begin(&content, &sender);
    assert_eq!(refusal(writer.entry(&all[1])), "not-as-announced");
    writer.entry(&all[0]).expect("announced");
    writer.entry(&all[1]).expect("announced");
    assert_eq!(refusal(writer.entry(&all[2])), "not-as-announced");
    assert_eq!(refusal(writer.entry(&chain(2, 1)[0])), "not-as-announced");
    assert_eq!(
        refusal(writer.attachment(hash(b"xyz"), 3, &mut &b"xyz"[..])),
        "not-as-announced"
    );
    writer
        .attachment(hash(b"abc"), 3, &mut &b"abc"[..])
        .expect("announced");
    assert_eq!(refusal(writer.entry(&all[1])), "not-as-announced");
    writer.finish().expect("complete");
}

#[test]
fn an_attachment_that_is_not_what_it_claims_spoils_the_bundle() {
    for wrong in [&b"ab"[..], b"abcd", b"abd", b""] {
        let sender = key(1);
        let content = Content {
            entries: vec![],
            attachments: vec![b"abc".to_vec()],
        };
        let mut writer = begin(&content, &sender);
        assert_eq!(
            refusal(writer.attachment(hash(b"abc"), 3, &mut &wrong[..])),
            "attachment-mismatch"
        );
        assert_eq!(refusal(writer.finish()), "not-as-announced");
    }
}

#[test]
fn a_broken_archive_sends_nothing_out() {
    let sender = key(1);
    let mut entries = chain(1, 2);
    let content = Content {
        entries: entries.clone(),
        attachments: vec![],
    };
    entries[1].payload = entries[0].payload.clone();
    let mut writer = begin(&content, &sender);
    writer.entry(&entries[0]).expect("good");
    assert_eq!(refusal(writer.entry(&entries[1])), "chain");

    let mut entries: Vec<Entry> = content.entries.clone();
    entries[1].signature[5] ^= 1;
    let mut writer = begin(&content, &sender);
    for entry in &entries {
        writer.entry(entry).expect("form");
    }
    assert_eq!(refusal(writer.finish()), "chain");
}

#[test]
fn impossible_manifests_are_refused_before_a_byte_is_written() {
    let sender = key(1);
    let (_, lock) = locked();
    let content = Content {
        entries: chain(1, 2),
        attachments: vec![],
    };
    let create = |lock: &Lock, change: &dyn Fn(&mut crate::Manifest)| {
        let (mut bytes, mut manifest) = (vec![], content.manifest(&sender));
        change(&mut manifest);
        let code = refusal(BundleWriter::create_with(
            &mut bytes, lock, manifest, &sender, QUICK,
        ));
        assert!(code == "ok" || bytes.is_empty());
        code
    };
    assert_eq!(create(&lock, &|_| ()), "ok");
    assert_eq!(
        create(&lock, &|m| m.heads = heads(&key(2), &[])),
        "malformed"
    );
    assert_eq!(
        create(&lock, &|m| m.sender_name = "名".repeat(400)),
        "too-large"
    );
    assert_eq!(create(&lock, &|m| m.payloads = 9), "malformed");
    assert_eq!(create(&Lock::Recipients(vec![]), &|_| ()), "no-lock");
    assert_eq!(create(&Lock::passphrase(""), &|_| ()), "no-lock");
    let crowd = (0..=limits::RECIPIENTS)
        .map(|_| Identity::generate().recipient())
        .collect();
    assert_eq!(create(&Lock::Recipients(crowd), &|_| ()), "too-large");
}

#[test]
fn the_largest_permitted_crowd_can_read() {
    let readers: Vec<_> = (0..limits::RECIPIENTS)
        .map(|_| Identity::generate())
        .collect();
    let lock = Lock::Recipients(readers.iter().map(Identity::recipient).collect());
    let (bytes, _) = Content::small().bundle(&lock);
    assert_eq!(code(&bytes, &readers[limits::RECIPIENTS - 1]), "ok");
}

/// A medium with room for `left` bytes.
struct Full {
    left: usize,
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let taken = bytes.len().min(self.left);
        self.left -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_stick_is_told_as_such_wherever_it_happens() {
    let content = Content {
        entries: chain(1, 1),
        attachments: vec![vec![3; 50_000]],
    };
    let (_, lock) = locked();
    let (bytes, _) = content.bundle(&lock);
    let sender = key(1);
    for room in [0, 10, 250, bytes.len() / 2] {
        let result = BundleWriter::create_with(
            Full { left: room },
            &lock,
            content.manifest(&sender),
            &sender,
            QUICK,
        )
        .and_then(|mut writer| {
            writer.entry(&content.entries[0])?;
            writer.attachment(
                hash(&content.attachments[0]),
                50_000,
                &mut &content.attachments[0][..],
            )?;
            writer.finish()
        });
        let told = result.expect_err("no room").to_string();
        assert!(
            told.contains("磁盘空间不足") && told.contains("没有改动"),
            "{room}: {told}"
        );
    }
}

#[test]
fn a_bundle_goes_to_a_file_and_a_failed_one_leaves_the_old_file() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("示例局.dcx");
    let (identity, lock) = locked();
    let sender = key(1);
    let write = |content: &Content, entries: &[Entry]| {
        file::write_file(&path, |w| {
            let mut writer =
                BundleWriter::create_with(w, &lock, content.manifest(&sender), &sender, QUICK)?;
            entries.iter().try_for_each(|entry| writer.entry(entry))?;
            writer.finish()
        })
    };
    let content = Content {
        entries: chain(1, 3),
        attachments: vec![],
    };
    let written = write(&content, &content.entries).expect("room");
    let bytes = fs::read(&path).expect("written");
    assert_eq!(open(&bytes, &identity).expect("whole").1, written);
    assert_eq!(
        refusal(write(&content, &content.entries[..2])),
        "not-as-announced"
    );
    assert_eq!(fs::read(&path).expect("kept"), bytes);
    assert_eq!(fs::read_dir(folder.path()).expect("folder").count(), 1);
}
