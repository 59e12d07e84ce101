//! A small office in 示例市 whose bundles the tests use.

use std::collections::BTreeMap;
use std::io::Write;

use ledger::{
    ChainWriter, Change, CompartmentId, DeviceKey, EntityId, Entry, Head, Hlc, Payload, Position,
    SignedHeads,
};
use sha2::{Digest, Sha256};

use crate::writer::ContentWriter;
use crate::{
    Attachment, BundleSink, BundleWriter, Error, Identity, Lock, Manifest, Segment, SinkError,
    Summary, Unlock, VERSION, read, read_apart,
};

/// Quick enough for tests; real bundles use [`crate::limits::WORK_FACTOR`].
pub(super) const QUICK: u8 = 4;

pub(super) fn key(seed: u8) -> DeviceKey {
    DeviceKey::generate([seed; 32])
}

pub(super) fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// A chain of `length` entries by the device of `seed`.
pub(crate) fn chain(seed: u8, length: u64) -> Vec<Entry> {
    let mut writer = ChainWriter::new(key(seed), Position::START);
    (0..length)
        .map(|i| {
            let change = Change {
                entity: EntityId::new(1_750_000_000_000, [seed; 10]),
                kind: "observation".into(),
                field: "text".into(),
                value: format!("第 {i} 次走访示例市示例局").into(),
                bases: vec![],
            };
            let payload = Payload {
                salt: Some([i as u8; 16]),
                note: None,
                changes: vec![change],
            };
            let author = EntityId::new(1_740_000_000_000, [7; 10]);
            writer
                .append(
                    "observation.write",
                    author,
                    CompartmentId::OPEN,
                    &payload,
                    1_750_000_000_000 + i,
                )
                .expect("valid")
        })
        .collect()
}

pub(super) fn heads(signer: &DeviceKey, entries: &[Entry]) -> SignedHeads {
    let heads: BTreeMap<_, _> = entries
        .iter()
        .map(|e| {
            (
                e.header.device,
                Head {
                    seq: e.header.seq,
                    hash: e.hash,
                },
            )
        })
        .collect();
    SignedHeads::sign(
        signer,
        heads,
        Hlc {
            millis: 1_750_000_100_000,
            counter: 0,
        },
    )
    .expect("valid")
}

/// What is to be sent.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Content {
    pub(super) entries: Vec<Entry>,
    pub(super) attachments: Vec<Vec<u8>>,
}

impl Content {
    /// Two devices, one payload withheld, two attachments of which one is empty.
    pub(super) fn small() -> Self {
        let mut entries = chain(1, 2);
        entries.push(chain(2, 1)[0].withheld());
        Self {
            entries,
            attachments: vec![b"%PDF-1.7".to_vec(), vec![]],
        }
    }

    /// The manifest as the caller gives it.
    pub(super) fn manifest(&self, sender: &DeviceKey) -> Manifest {
        let mut manifest = Manifest::new(
            heads(sender, &self.entries),
            "示例市 甲某",
            "任务：示例局巡察",
        );
        manifest.segments = Segment::of(&self.entries).expect("consecutive");
        manifest.payloads = self.entries.iter().filter(|e| e.payload.is_some()).count() as u64;
        manifest.attachments = self
            .attachments
            .iter()
            .map(|a| Attachment {
                hash: hash(a),
                size: a.len() as u64,
            })
            .collect();
        manifest
    }

    /// The manifest as it is in a bundle for `lock`.
    pub(super) fn addressed(&self, sender: &DeviceKey, lock: &Lock) -> Manifest {
        let mut manifest = self.manifest(sender);
        manifest.version = VERSION;
        manifest.recipients = lock.recipients();
        manifest
    }

    /// A bundle sent by device 1.
    pub(super) fn bundle(&self, lock: &Lock) -> (Vec<u8>, Summary) {
        let (mut bytes, sender) = (vec![], key(1));
        let mut writer =
            BundleWriter::create_with(&mut bytes, lock, self.manifest(&sender), &sender, QUICK)
                .expect("valid");
        for entry in &self.entries {
            writer.entry(entry).expect("announced");
        }
        for attachment in &self.attachments {
            let size = attachment.len() as u64;
            writer
                .attachment(hash(attachment), size, &mut &attachment[..])
                .expect("announced");
        }
        let summary = writer.finish().expect("complete");
        (bytes, summary)
    }

    /// The inside of the same bundle.
    pub(super) fn inside(&self, lock: &Lock) -> Vec<u8> {
        let sender = key(1);
        let mut writer =
            ContentWriter::new(vec![], self.addressed(&sender, lock), &sender).expect("valid");
        for entry in &self.entries {
            writer.entry(entry).expect("announced");
        }
        for attachment in &self.attachments {
            let size = attachment.len() as u64;
            writer
                .attachment(hash(attachment), size, &mut &attachment[..])
                .expect("announced");
        }
        writer.finish().expect("complete").0
    }
}

/// Compresses and encrypts any inside, as somebody with bad intentions could.
pub(super) fn seal(inside: &[u8], lock: &Lock) -> Vec<u8> {
    seal_packed(&zstd::encode_all(inside, 3).expect("memory"), lock)
}

/// Encrypts any bytes.
pub(super) fn seal_packed(packed: &[u8], lock: &Lock) -> Vec<u8> {
    let mut bytes = vec![];
    let mut sealed = lock
        .encryptor(QUICK)
        .expect("lock")
        .wrap_output(&mut bytes)
        .expect("memory");
    sealed.write_all(packed).expect("memory");
    sealed.finish().expect("memory");
    bytes
}

/// Keeps what it receives.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Kept {
    pub(super) manifest: Option<Manifest>,
    pub(super) entries: Vec<Entry>,
    pub(super) announced: Vec<Attachment>,
    pub(super) attachments: Vec<Vec<u8>>,
}

impl BundleSink for Kept {
    fn manifest(&mut self, manifest: &Manifest) -> Result<(), SinkError> {
        assert!(self.manifest.replace(manifest.clone()).is_none(), "once");
        Ok(())
    }

    fn entry(&mut self, entry: Entry) -> Result<(), SinkError> {
        self.entries.push(entry);
        Ok(())
    }

    fn attachment(&mut self, attachment: &Attachment) -> Result<(), SinkError> {
        self.announced.push(*attachment);
        self.attachments.push(vec![]);
        Ok(())
    }

    fn chunk(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        self.attachments
            .last_mut()
            .expect("begun")
            .extend_from_slice(bytes);
        Ok(())
    }
}

/// Has no room for the first entry.
pub(crate) struct Full;

impl BundleSink for Full {
    fn manifest(&mut self, _: &Manifest) -> Result<(), SinkError> {
        Ok(())
    }

    fn entry(&mut self, _: Entry) -> Result<(), SinkError> {
        Err("档案库空间不足".into())
    }

    fn attachment(&mut self, _: &Attachment) -> Result<(), SinkError> {
        unreachable!("entries come first")
    }

    fn chunk(&mut self, _: &[u8]) -> Result<(), SinkError> {
        unreachable!("entries come first")
    }
}

impl Kept {
    pub(super) fn content(self) -> Content {
        Content {
            entries: self.entries,
            attachments: self.attachments,
        }
    }
}

/// Reads a bundle with the key of `identity`, on this thread and on another one, which must not
/// make a difference.
pub(super) fn open(bytes: &[u8], identity: &Identity) -> Result<(Kept, Summary), Error> {
    let unlock = Unlock::Identity(identity);
    let (mut kept, mut kept_apart) = (Kept::default(), Kept::default());
    let result = read(bytes, &unlock, &mut kept);
    let apart = read_apart(bytes, &unlock, |entry| entry, &mut kept_apart);
    match (&result, &apart) {
        (Ok(here), Ok(there)) => {
            assert_eq!(here, there);
            assert_eq!(kept, kept_apart);
        }
        (here, there) => assert_eq!(
            here.as_ref().map_err(ToString::to_string),
            there.as_ref().map_err(ToString::to_string)
        ),
    }
    Ok((kept, result?))
}

/// The code of the error, or `ok`.
pub(super) fn code(bytes: &[u8], identity: &Identity) -> &'static str {
    open(bytes, identity).map_or_else(|e| e.code(), |_| "ok")
}

/// An identity, and the lock only it opens.
pub(super) fn locked() -> (Identity, Lock) {
    let identity = Identity::generate();
    let lock = Lock::Recipients(vec![identity.recipient()]);
    (identity, lock)
}
