//! The manifest (清单): what a bundle says it contains.

use std::collections::BTreeMap;

use ledger::cbor::{Reader, Writer, read_canonical};
use ledger::{DeviceId, Entry, EntryHash, Hlc, SignedHeads};
use serde::Serialize;

use crate::{Error, Recipient, limits};

/// The format version of bundles, as written.
pub const VERSION: u8 = 1;
const WHAT: &str = "交换包清单";

/// Consecutive entries of one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Segment {
    /// The device.
    pub device: DeviceId,
    /// Number of the first entry.
    pub from: u64,
    /// Hash of the entry before the first one, zero when `from` is 1.
    pub previous: EntryHash,
    /// Number of the last entry.
    pub to: u64,
    /// Hash of the last entry.
    pub last: EntryHash,
}

impl Segment {
    /// The segments of entries that are given in order of number within each device.
    ///
    /// # Errors
    /// [`Error::NotAsAnnounced`] when a device's entries are not consecutive.
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Result<Vec<Self>, Error> {
        let mut segments: BTreeMap<DeviceId, Self> = BTreeMap::new();
        for entry in entries {
            let header = &entry.header;
            let segment = segments.entry(header.device).or_insert(Self {
                device: header.device,
                from: header.seq,
                previous: header.previous,
                to: header.seq.saturating_sub(1),
                last: header.previous,
            });
            if header.seq != segment.to + 1 {
                return Err(Error::NotAsAnnounced {
                    what: "条目范围"
                });
            }
            segment.to = header.seq;
            segment.last = entry.hash;
        }
        Ok(segments.into_values().collect())
    }

    /// How many entries.
    pub fn count(&self) -> u64 {
        (self.to + 1).saturating_sub(self.from)
    }
}

/// A file that travels with the entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// SHA-256 of its bytes.
    #[serde(serialize_with = "ledger::hex::serialize")]
    pub hash: [u8; 32],
    /// Its size in bytes.
    pub size: u64,
}

/// Entries that have to be imported before a bundle can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MissingRange {
    /// Of which device.
    pub device: DeviceId,
    /// First number missing.
    pub from: u64,
    /// Last number missing.
    pub to: u64,
}

/// What a bundle says it contains. Believed only after the trailer was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// Format version. Set by the writer.
    pub version: u8,
    /// The device that made the bundle and signs it. Set by the writer.
    pub sender: DeviceId,
    /// For whom the bundle is locked; empty with a passphrase. Set by the writer. Being signed,
    /// it keeps a recipient from passing the bundle on as if it had been meant for others.
    pub recipients: Vec<Recipient>,
    /// When the bundle was made, by the sender's clock.
    pub created: Hlc,
    /// Who sends it, for people.
    pub sender_name: String,
    /// What was selected (全部, one tour, one case, one person), for people.
    pub scope: String,
    /// The entries, one segment a device, in order of device.
    pub segments: Vec<Segment>,
    /// How many of the entries carry their payload.
    pub payloads: u64,
    /// The attachments, in the order in which they follow.
    pub attachments: Vec<Attachment>,
    /// How far the sender knows every chain.
    pub heads: SignedHeads,
}

impl Manifest {
    /// A manifest for the sender's `heads`; sender, version and recipients are set when the
    /// bundle is written.
    pub fn new(
        heads: SignedHeads,
        sender_name: impl Into<String>,
        scope: impl Into<String>,
    ) -> Self {
        Self {
            version: VERSION,
            sender: heads.signer,
            recipients: vec![],
            created: heads.hlc,
            sender_name: sender_name.into(),
            scope: scope.into(),
            segments: vec![],
            payloads: 0,
            attachments: vec![],
            heads,
        }
    }

    /// How many entries.
    pub fn entries(&self) -> u64 {
        self.segments
            .iter()
            .fold(0, |sum: u64, s| sum.saturating_add(s.count()))
    }

    /// Bytes of all attachments together: room the receiver needs.
    pub fn attachment_bytes(&self) -> u64 {
        self.attachments
            .iter()
            .fold(0, |sum: u64, a| sum.saturating_add(a.size))
    }

    /// What has to be imported first. `latest` gives the last number the archive has of a
    /// device, 0 for none.
    pub fn missing(&self, mut latest: impl FnMut(&DeviceId) -> u64) -> Vec<MissingRange> {
        self.segments
            .iter()
            .filter_map(|segment| {
                let have = latest(&segment.device);
                (segment.from > have + 1).then(|| MissingRange {
                    device: segment.device,
                    from: have + 1,
                    to: segment.from - 1,
                })
            })
            .collect()
    }

    /// Checks what the CDDL of the format cannot say.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let limit = |what, found: usize, limit: usize| {
            if found > limit {
                Err(Error::TooLarge {
                    what,
                    limit: limit as u64,
                })
            } else {
                Ok(())
            }
        };
        limit("收件人数", self.recipients.len(), limits::RECIPIENTS)?;
        limit("设备数", self.segments.len(), ledger::limits::HEADS)?;
        limit("附件数", self.attachments.len(), limits::ATTACHMENTS)?;
        limit("发送人名称", self.sender_name.len(), limits::TEXT_BYTES)?;
        limit("范围说明", self.scope.len(), limits::TEXT_BYTES)?;
        if self
            .attachments
            .iter()
            .any(|a| a.size > limits::ATTACHMENT_BYTES)
        {
            return Err(Error::TooLarge {
                what: "附件大小",
                limit: limits::ATTACHMENT_BYTES,
            });
        }
        let good = self.version == VERSION
            && self.heads.signer == self.sender
            && self.created.millis <= Hlc::MAX_MILLIS
            && self.segments.is_sorted_by(|a, b| a.device < b.device)
            && self.recipients.is_sorted_by(|a, b| a < b)
            && self.segments.iter().all(|s| {
                s.from >= 1
                    && s.to >= s.from
                    && i64::try_from(s.to).is_ok()
                    && (s.from == 1) == (s.previous == EntryHash::ZERO)
            })
            && self.payloads <= self.entries();
        if good {
            Ok(())
        } else {
            Err(Error::Malformed { what: WHAT })
        }
    }

    /// The deterministic CBOR.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        self.write(&mut w);
        w.finish()
    }

    /// Reads a manifest, its signed heads verified; the manifest itself is vouched for by the
    /// trailer.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let manifest =
            read_canonical(WHAT, limits::MANIFEST_BYTES, bytes, Self::read, Self::write)?;
        manifest.check()?;
        Ok(manifest)
    }

    fn write(&self, w: &mut Writer) {
        w.array(11)
            .uint(u64::from(self.version))
            .bytes(&self.sender.0)
            .array(self.recipients.len());
        for recipient in &self.recipients {
            w.text(recipient.as_str());
        }
        w.uint(self.created.millis)
            .uint(u64::from(self.created.counter));
        w.text(&self.sender_name)
            .text(&self.scope)
            .array(self.segments.len());
        for s in &self.segments {
            w.array(5)
                .bytes(&s.device.0)
                .uint(s.from)
                .bytes(&s.previous.0)
                .uint(s.to)
                .bytes(&s.last.0);
        }
        w.uint(self.payloads).array(self.attachments.len());
        for attachment in &self.attachments {
            w.array(2).bytes(&attachment.hash).uint(attachment.size);
        }
        w.bytes(&self.heads.encode());
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, ledger::Error> {
        let version = r.versioned_array(VERSION, 11)?;
        let sender = DeviceId(r.fixed()?);
        let mut recipients = vec![];
        for _ in 0..r.array_up_to(limits::RECIPIENTS)? {
            recipients.push(r.text()?.parse().map_err(|_| r.malformed())?);
        }
        let created = Hlc {
            millis: r.uint()?,
            counter: r.uint()?.try_into().map_err(|_| r.malformed())?,
        };
        let sender_name = r.text()?.to_owned();
        let scope = r.text()?.to_owned();
        let mut segments = vec![];
        for _ in 0..r.array_up_to(ledger::limits::HEADS)? {
            r.array(5)?;
            segments.push(Segment {
                device: DeviceId(r.fixed()?),
                from: r.uint()?,
                previous: EntryHash(r.fixed()?),
                to: r.uint()?,
                last: EntryHash(r.fixed()?),
            });
        }
        let payloads = r.uint()?;
        let mut attachments = vec![];
        for _ in 0..r.array_up_to(limits::ATTACHMENTS)? {
            r.array(2)?;
            attachments.push(Attachment {
                hash: r.fixed()?,
                size: r.uint()?,
            });
        }
        let heads = SignedHeads::decode(r.bytes()?)?;
        Ok(Self {
            version,
            sender,
            recipients,
            created,
            sender_name,
            scope,
            segments,
            payloads,
            attachments,
            heads,
        })
    }
}
