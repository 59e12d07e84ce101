//! Checking chains: gaps, broken links, foreign signatures, exchanged payloads, forks.

use std::collections::BTreeMap;
use std::fmt;

use crate::entry::SIGNATURE_DOMAIN;
use crate::key::{Keys, has_signed_all};
use crate::{DeviceId, Entry, EntryHash, Head, Header, Hlc, Payload};

/// How many signatures are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Only the last of each unbroken segment. Each header binds everything before it, so that
    /// one signature vouches for the segment's headers and payload hashes; a damaged signature
    /// in the middle is not noticed. Fast: one hash per header and one per payload.
    Heads,
    /// Every signature, by the strict rule: for entries that come from outside.
    Every,
    /// Every signature, many at a time: for entries that were checked by the
    /// strict rule when they came in, and may have been damaged since.
    EveryStored,
}

/// Signatures that are checked at a time.
const BATCH: usize = 64;

/// Where verification of a chain begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At the first entry of the device.
    Genesis,
    /// After an entry that was verified before.
    After(Head),
}

/// What is wrong with a chain. Shown to users, hence Chinese `Display`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// The header's bytes cannot be read, or are not what `header` and `hash` claim.
    Header {
        /// Number the entry claims.
        seq: u64,
    },
    /// An entry of another device was fed into this chain.
    OtherDevice {
        /// Number of the entry.
        seq: u64,
        /// The device found.
        found: DeviceId,
    },
    /// Numbers are missing.
    Gap {
        /// First number missing.
        from: u64,
        /// Last number missing.
        to: u64,
    },
    /// An entry with a number already passed, out of order.
    OutOfOrder {
        /// Its number.
        seq: u64,
    },
    /// The entry does not follow the one before it: something before it was rewritten.
    Link {
        /// Its number.
        seq: u64,
    },
    /// The stamp is not later than that of the entry before.
    Clock {
        /// Its number.
        seq: u64,
    },
    /// The payload is not the one the header vouches for.
    Payload {
        /// Its number.
        seq: u64,
    },
    /// The signature was not made by the device.
    Signature {
        /// First number this signature was to vouch for.
        from: u64,
        /// The entry with the signature.
        seq: u64,
    },
    /// Two different entries with the same number.
    Fork(Fork),
}

/// The same number of the same device with two hashes: two writers, or a rewritten history.
/// Reported; nothing is ever overwritten because of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fork {
    /// The device.
    pub device: DeviceId,
    /// The number.
    pub seq: u64,
    /// The hash known first.
    pub known: EntryHash,
    /// The hash found now.
    pub found: EntryHash,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header { seq } => write!(f, "第 {seq} 号条目头已损坏，无法采用"),
            Self::OtherDevice { seq, .. } => write!(f, "第 {seq} 号条目属于另一台设备，混入了本链"),
            Self::Gap { from, to } if from == to => write!(f, "缺少第 {from} 号条目"),
            Self::Gap { from, to } => write!(f, "缺少第 {from} 至 {to} 号条目"),
            Self::OutOfOrder { seq } => write!(f, "第 {seq} 号条目的次序颠倒"),
            Self::Link { seq } => {
                write!(f, "第 {seq} 号条目与前一条目不衔接，此前的记录可能被改写")
            }
            Self::Clock { seq } => write!(f, "第 {seq} 号条目的时间不晚于前一条目"),
            Self::Payload { seq } => {
                write!(f, "第 {seq} 号条目的内容与其摘要不符，内容可能已被改动")
            }
            Self::Signature { from, seq } if from == seq => {
                write!(f, "第 {seq} 号条目的签名不正确")
            }
            Self::Signature { from, seq } => {
                write!(
                    f,
                    "第 {seq} 号条目的签名不正确，第 {from} 至 {seq} 号条目失去凭证"
                )
            }
            Self::Fork(fork) => fork.fmt(f),
        }
    }
}

impl fmt::Display for Fork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "第 {} 号条目存在两个不同版本，该设备的记录出现分叉",
            self.seq
        )
    }
}

/// The result of checking one chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainReport {
    /// The device checked.
    pub device: DeviceId,
    /// Entries fed, duplicates not counted.
    pub entries: u64,
    /// Of those, entries without payload (withheld or lawfully erased). Not a damage.
    pub withheld: u64,
    /// The last entry, when any was good.
    pub head: Option<Head>,
    /// What is wrong, in the order found. Empty for a sound chain.
    pub damages: Vec<Damage>,
}

impl ChainReport {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.damages.is_empty()
    }
}

/// The entry before, as far as the next one has to follow it.
#[derive(Debug, Clone, Copy)]
struct Last {
    head: Head,
    hlc: Option<Hlc>,
    /// The signature still to be checked when this turns out to be the segment's last entry.
    unchecked: Option<[u8; 64]>,
}

/// Checks one device's entries, fed in order of their numbers. Holds one entry's worth of
/// state, whatever the length of the chain. After a damage it goes on with the next entry as
/// the beginning of a new segment, so that one pass reports everything.
#[derive(Debug)]
pub struct ChainVerifier {
    depth: Depth,
    last: Option<Last>,
    segment_start: u64,
    /// Numbers, hashes and signatures still to be checked together.
    batch: Vec<(u64, EntryHash, [u8; 64])>,
    report: ChainReport,
}

impl ChainVerifier {
    /// A verifier for the chain of `device` beginning at `start`.
    pub fn new(device: DeviceId, start: Start, depth: Depth) -> Self {
        let last = match start {
            Start::Genesis => None,
            Start::After(head) => Some(Last {
                head,
                hlc: None,
                unchecked: None,
            }),
        };
        let report = ChainReport {
            device,
            entries: 0,
            withheld: 0,
            head: last.map(|l| l.head),
            damages: vec![],
        };
        Self {
            depth,
            segment_start: last.map_or(1, |l| l.head.seq + 1),
            last,
            batch: Vec::new(),
            report,
        }
    }

    /// Checks the next entry. Returns whether it was found good so far (with
    /// [`Depth::Heads`] the signature is only looked at when the segment ends, with
    /// [`Depth::EveryStored`] when there are enough of them).
    pub fn feed(&mut self, entry: &Entry) -> bool {
        let before = self.report.damages.len();
        self.check(entry);
        self.report.damages.len() == before
    }

    fn check(&mut self, entry: &Entry) {
        let header = &entry.header;
        let seq = header.seq;
        let hash = Header::hash(&entry.header_bytes);
        if hash != entry.hash || Header::decode(&entry.header_bytes).as_ref() != Ok(header) {
            self.report.entries += 1;
            return self.damage(Damage::Header { seq });
        }
        if header.device != self.report.device {
            return self.damage(Damage::OtherDevice {
                seq,
                found: header.device,
            });
        }
        let (last_seq, last_hash) = self
            .last
            .map_or((0, EntryHash::ZERO), |l| (l.head.seq, l.head.hash));
        if seq == last_seq {
            // The same entry once more is harmless; another with its number is a fork.
            if hash != last_hash {
                self.damage(Damage::Fork(Fork {
                    device: header.device,
                    seq,
                    known: last_hash,
                    found: hash,
                }));
            }
            return;
        }
        if seq < last_seq {
            return self.damage(Damage::OutOfOrder { seq });
        }
        self.report.entries += 1;
        if seq > last_seq + 1 {
            self.end_segment();
            self.damage(Damage::Gap {
                from: last_seq + 1,
                to: seq - 1,
            });
            self.segment_start = seq;
        } else if header.previous != last_hash {
            self.end_segment();
            self.damage(Damage::Link { seq });
            self.segment_start = seq;
        }
        if self
            .last
            .and_then(|l| l.hlc)
            .is_some_and(|hlc| header.hlc <= hlc)
        {
            self.damage(Damage::Clock { seq });
        }
        match &entry.payload {
            None => self.report.withheld += 1,
            Some(bytes) if Payload::hash(bytes) != Ok(header.payload_hash) => {
                self.damage(Damage::Payload { seq });
            }
            Some(_) => {}
        }
        if self.depth != Depth::Heads {
            self.segment_start = seq;
        }
        let head = Head { seq, hash };
        self.last = Some(Last {
            head,
            hlc: Some(header.hlc),
            unchecked: Some(entry.signature),
        });
        self.report.head = Some(head);
        match self.depth {
            Depth::Heads => {}
            Depth::Every => self.end_segment(),
            Depth::EveryStored => {
                self.batch.push((seq, hash, entry.signature));
                if let Some(last) = &mut self.last {
                    last.unchecked = None;
                }
                if self.batch.len() == BATCH {
                    self.check_batch();
                }
            }
        }
    }

    /// Checks the signatures gathered; one by one when not all of them are right.
    fn check_batch(&mut self) {
        let device = self.report.device;
        let batch = std::mem::take(&mut self.batch);
        let signed = batch
            .iter()
            .map(|(_, hash, signature)| (&hash.0[..], signature));
        if batch.is_empty() || has_signed_all(&device, SIGNATURE_DOMAIN, signed) {
            return;
        }
        for (seq, hash, signature) in batch {
            if !device.has_signed(SIGNATURE_DOMAIN, &hash.0, &signature) {
                self.damage(Damage::Signature { from: seq, seq });
            }
        }
    }

    /// Ends the chain: checks the signature still outstanding and gives the report.
    pub fn finish(mut self) -> ChainReport {
        self.end_segment();
        self.check_batch();
        self.report
    }

    fn end_segment(&mut self) {
        let Some(last) = &mut self.last else { return };
        let Some(signature) = last.unchecked.take() else {
            return;
        };
        let Head { seq, hash } = last.head;
        if !self
            .report
            .device
            .has_signed(SIGNATURE_DOMAIN, &hash.0, &signature)
        {
            self.damage(Damage::Signature {
                from: self.segment_start,
                seq,
            });
        }
    }

    fn damage(&mut self, damage: Damage) {
        self.report.damages.push(damage);
    }
}

/// What an entry says its device has signed: all that is needed to check the signature by
/// itself, apart from the entry.
#[derive(Debug, Clone)]
pub struct Claim {
    device: DeviceId,
    seq: u64,
    hash: EntryHash,
    signature: [u8; 64],
}

impl Claim {
    /// What this entry says, by the bytes of its header.
    pub fn of(entry: &Entry) -> Self {
        Self {
            device: entry.header.device,
            seq: entry.header.seq,
            hash: Header::hash(&entry.header_bytes),
            signature: entry.signature,
        }
    }

    /// The device.
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// The number of the entry in the device's chain.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The hash of the entry's header.
    pub fn hash(&self) -> EntryHash {
        self.hash
    }
}

/// Checks claims one by one, each as strictly as [`Entry::is_signed`] does.
#[derive(Debug, Default)]
pub struct Judge {
    keys: Keys,
}

impl Judge {
    /// Whether the device signed it.
    pub fn is_true(&mut self, claim: &Claim) -> bool {
        let Claim {
            device,
            hash,
            signature,
            ..
        } = claim;
        self.keys
            .have_signed(*device, SIGNATURE_DOMAIN, &hash.0, signature)
    }
}

/// Checks entries of several devices in one pass; each device's entries in order of number,
/// the devices in any interleaving.
#[derive(Debug)]
pub struct LedgerVerifier {
    depth: Depth,
    chains: BTreeMap<DeviceId, ChainVerifier>,
}

impl LedgerVerifier {
    /// A verifier where chains begin at `known` heads, or at their first entry if unknown.
    pub fn new(known: &BTreeMap<DeviceId, Head>, depth: Depth) -> Self {
        let chains = known
            .iter()
            .map(|(device, head)| {
                (
                    *device,
                    ChainVerifier::new(*device, Start::After(*head), depth),
                )
            })
            .collect();
        Self { depth, chains }
    }

    /// Checks the next entry; see [`ChainVerifier::feed`].
    pub fn feed(&mut self, entry: &Entry) -> bool {
        let device = entry.header.device;
        let depth = self.depth;
        self.chains
            .entry(device)
            .or_insert_with(|| ChainVerifier::new(device, Start::Genesis, depth))
            .feed(entry)
    }

    /// The reports, by device.
    pub fn finish(self) -> BTreeMap<DeviceId, ChainReport> {
        self.chains
            .into_iter()
            .map(|(device, chain)| (device, chain.finish()))
            .collect()
    }
}

/// Compares an incoming entry's name with the one known for the same place.
pub fn fork(device: DeviceId, seq: u64, known: EntryHash, found: EntryHash) -> Option<Fork> {
    (known != found).then_some(Fork {
        device,
        seq,
        known,
        found,
    })
}

#[cfg(test)]
mod tests;
