//! Writing a bundle.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::rc::Rc;

use ledger::cbor::{Reader, Writer, read_canonical};
use ledger::verify::{ChainVerifier, Depth, Start};
use ledger::{DeviceId, DeviceKey, Entry, EntryHash, Head};
use sha2::{Digest, Sha256};

use crate::frame::{FrameWriter, Kind};
use crate::{Attachment, Error, Lock, Manifest, Segment, Summary, VERSION, limits};

/// zstd level: text shrinks to about a quarter at more than the speed of any stick.
const LEVEL: i32 = 3;
/// Keeps trailer signatures apart from every other signature.
const TRAILER_DOMAIN: &[u8] = b"ducha/exchange/1/trailer-signature\0";
/// Name of the trailer in messages.
const WHAT: &str = "交换包尾部";

/// Writes a bundle: age( zstd( frames ) ) onto `W`.
///
/// What was announced in the manifest has to follow exactly: the entries in order of number
/// within each device, then the attachments in the announced order. A writer that is dropped
/// before [`BundleWriter::finish`] leaves a file that no reader accepts.
pub struct BundleWriter<'k, W: Write>(
    ContentWriter<'k, zstd::Encoder<'static, age::stream::StreamWriter<Onto<W>>>>,
);

impl<'k, W: Write> BundleWriter<'k, W> {
    /// Begins a bundle. Sets the manifest's version, sender and recipients from `key` and
    /// `lock`; the heads in it must be signed by `key`.
    ///
    /// # Errors
    /// When the lock is empty, the manifest is impossible, or writing fails.
    pub fn create(
        w: W,
        lock: &Lock,
        manifest: Manifest,
        key: &'k DeviceKey,
    ) -> Result<Self, Error> {
        Self::create_with(w, lock, manifest, key, limits::WORK_FACTOR)
    }

    /// As [`BundleWriter::create`] with another scrypt work factor, so that tests are quick.
    pub(crate) fn create_with(
        w: W,
        lock: &Lock,
        mut manifest: Manifest,
        key: &'k DeviceKey,
        work_factor: u8,
    ) -> Result<Self, Error> {
        manifest.version = VERSION;
        manifest.sender = key.id();
        manifest.recipients = lock.recipients();
        manifest.check()?;
        let failed = Rc::new(Cell::new(None));
        let onto = Onto {
            inner: w,
            failed: Rc::clone(&failed),
        };
        let sealed = lock
            .encryptor(work_factor)?
            .wrap_output(onto)
            .map_err(|error| Error::io(WRITING)(failed.get().map_or(error, io::Error::from)))?;
        let packed = zstd::Encoder::new(sealed, LEVEL).map_err(Error::io(WRITING))?;
        ContentWriter::new(packed, manifest, key).map(Self)
    }

    /// Adds the next entry. It is checked against the manifest and its chain, so that a broken
    /// archive cannot send out what the receiver would refuse.
    pub fn entry(&mut self, entry: &Entry) -> Result<(), Error> {
        self.0.entry(entry)
    }

    /// Adds the next attachment from `source`, in pieces.
    ///
    /// # Errors
    /// [`Error::AttachmentMismatch`] when `source` has another size or hash. The bundle cannot
    /// be finished then.
    pub fn attachment(
        &mut self,
        hash: [u8; 32],
        size: u64,
        source: &mut dyn Read,
    ) -> Result<(), Error> {
        self.0.attachment(hash, size, source)
    }

    /// Checks that everything announced was written, signs and closes the bundle.
    pub fn finish(self) -> Result<Summary, Error> {
        let (packed, summary) = self.0.finish()?;
        let sealed = packed.finish().map_err(Error::io(WRITING))?;
        sealed
            .finish()
            .and_then(|mut w| w.flush())
            .map_err(Error::io(WRITING))?;
        Ok(summary)
    }
}

const WRITING: &str = "写入交换包";

/// The medium. Notes the kind of its first failure, because the outer encryption forgets it
/// while it writes its header.
struct Onto<W> {
    inner: W,
    failed: Rc<Cell<Option<io::ErrorKind>>>,
}

impl<W: Write> Onto<W> {
    fn note<T>(&self, result: io::Result<T>) -> io::Result<T> {
        result.inspect_err(|error| self.failed.set(self.failed.get().or(Some(error.kind()))))
    }
}

impl<W: Write> Write for Onto<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // All or an error: the outer encryption takes a short write of its header for a failure.
        let result = self.inner.write_all(bytes);
        self.note(result.map(|()| bytes.len()))
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.inner.flush();
        self.note(result)
    }
}

/// The inside of a bundle, written onto anything.
pub(crate) struct ContentWriter<'k, W> {
    frames: FrameWriter<W>,
    manifest: Manifest,
    key: &'k DeviceKey,
    chains: Chains,
    counts: Counts,
    /// A part failed after some of it was written: nothing good can follow.
    broken: bool,
}

impl<'k, W: Write> ContentWriter<'k, W> {
    /// Begins with the manifest, which is complete here.
    pub(crate) fn new(inner: W, manifest: Manifest, key: &'k DeviceKey) -> Result<Self, Error> {
        let mut frames = FrameWriter::new(inner, VERSION)?;
        frames.frame(Kind::Manifest, &manifest.encode())?;
        let chains = Chains::new(&manifest.segments);
        Ok(Self {
            frames,
            manifest,
            key,
            chains,
            counts: Counts::default(),
            broken: false,
        })
    }

    pub(crate) fn entry(&mut self, entry: &Entry) -> Result<(), Error> {
        if self.counts.attachments > 0 {
            return Err(Error::NotAsAnnounced {
                what: "条目应在附件之前",
            });
        }
        self.chains.feed(entry)?;
        self.broken = true;
        self.frames.frame(Kind::Entry, &entry.encode())?;
        self.broken = false;
        self.counts.entries += 1;
        self.counts.payloads += u64::from(entry.payload.is_some());
        Ok(())
    }

    pub(crate) fn attachment(
        &mut self,
        hash: [u8; 32],
        size: u64,
        source: &mut dyn Read,
    ) -> Result<(), Error> {
        let attachment = Attachment { hash, size };
        if self
            .manifest
            .attachments
            .get(self.counts.attachments as usize)
            != Some(&attachment)
        {
            return Err(Error::NotAsAnnounced { what: "附件" });
        }
        self.broken = true;
        self.frames
            .frame(Kind::Attachment, &encode_attachment(&attachment))?;
        let mut seen = Sha256::new();
        let mut left = size;
        let mut chunk = vec![];
        while left > 0 {
            chunk.clear();
            let want = left.min(limits::CHUNK_BYTES as u64);
            source
                .take(want)
                .read_to_end(&mut chunk)
                .map_err(Error::io("读取附件"))?;
            if chunk.is_empty() {
                return Err(Error::AttachmentMismatch);
            }
            seen.update(&chunk);
            self.frames.frame(Kind::Chunk, &chunk)?;
            left -= chunk.len() as u64;
        }
        chunk.clear();
        source
            .take(1)
            .read_to_end(&mut chunk)
            .map_err(Error::io("读取附件"))?;
        if !chunk.is_empty() || <[u8; 32]>::from(seen.finalize()) != hash {
            return Err(Error::AttachmentMismatch);
        }
        self.broken = false;
        self.counts.attachments += 1;
        self.counts.attachment_bytes += size;
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<(W, Summary), Error> {
        if self.broken {
            return Err(Error::NotAsAnnounced {
                what: "有一部分没有写完",
            });
        }
        self.chains.finish()?;
        self.counts.compare(&self.manifest)?;
        let trailer = Trailer::sign(self.key, self.counts, self.frames.digest());
        self.frames.frame(Kind::Trailer, &trailer.encode())?;
        Ok((self.frames.into_inner(), trailer.summary()))
    }
}

/// The announced segments while their entries pass by, on either side.
pub(crate) struct Chains(BTreeMap<DeviceId, Passing>);

struct Passing {
    next: u64,
    to: u64,
    last: EntryHash,
    verifier: ChainVerifier,
}

impl Chains {
    pub(crate) fn new(segments: &[Segment]) -> Self {
        let passing = |s: &Segment| {
            // What comes before the segment is not here; the importer holds `previous` against
            // its own archive.
            let start = match s.from {
                1 => Start::Genesis,
                from => Start::After(Head {
                    seq: from - 1,
                    hash: s.previous,
                }),
            };
            let verifier = ChainVerifier::new(s.device, start, Depth::Heads);
            (
                s.device,
                Passing {
                    next: s.from,
                    to: s.to,
                    last: s.last,
                    verifier,
                },
            )
        };
        Self(segments.iter().map(passing).collect())
    }

    /// Checks the next entry of whichever device.
    pub(crate) fn feed(&mut self, entry: &Entry) -> Result<(), Error> {
        let device = entry.header.device;
        let passing = self.0.get_mut(&device);
        match passing {
            Some(passing) if entry.header.seq == passing.next && passing.next <= passing.to => {
                if !passing.verifier.feed(entry) {
                    return Err(self.broken(device));
                }
                passing.next += 1;
                Ok(())
            }
            _ => Err(Error::NotAsAnnounced {
                what: "条目范围"
            }),
        }
    }

    /// Checks that every segment ended where announced, and the signature that vouches for it.
    pub(crate) fn finish(self) -> Result<(), Error> {
        for (device, passing) in self.0 {
            let report = passing.verifier.finish();
            if let Some(damage) = report.damages.into_iter().next() {
                return Err(Error::Chain {
                    device,
                    damage: Box::new(damage),
                });
            }
            if passing.next <= passing.to || report.head.map(|h| h.hash) != Some(passing.last) {
                return Err(Error::NotAsAnnounced {
                    what: "条目范围"
                });
            }
        }
        Ok(())
    }

    fn broken(&mut self, device: DeviceId) -> Error {
        let damage = self
            .0
            .remove(&device)
            .and_then(|p| p.verifier.finish().damages.into_iter().next());
        match damage {
            Some(damage) => Error::Chain {
                device,
                damage: Box::new(damage),
            },
            None => Error::NotAsAnnounced {
                what: "条目范围"
            },
        }
    }
}

/// What has passed by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) entries: u64,
    pub(crate) payloads: u64,
    pub(crate) attachments: u64,
    pub(crate) attachment_bytes: u64,
}

impl Counts {
    /// Checks that all that was announced has passed by.
    pub(crate) fn compare(self, manifest: &Manifest) -> Result<(), Error> {
        let announced = Self {
            entries: manifest.entries(),
            payloads: manifest.payloads,
            attachments: manifest.attachments.len() as u64,
            attachment_bytes: manifest.attachment_bytes(),
        };
        if self == announced {
            Ok(())
        } else {
            Err(Error::NotAsAnnounced { what: "数量" })
        }
    }
}

/// The end of a bundle: counts and digest of all before, signed by the sender.
#[derive(Debug, PartialEq)]
pub(crate) struct Trailer {
    pub(crate) counts: Counts,
    pub(crate) digest: [u8; 32],
    pub(crate) signature: [u8; 64],
}

impl Trailer {
    pub(crate) fn sign(key: &DeviceKey, counts: Counts, digest: [u8; 32]) -> Self {
        let mut trailer = Self {
            counts,
            digest,
            signature: [0; 64],
        };
        trailer.signature = key.sign(TRAILER_DOMAIN, &trailer.body());
        trailer
    }

    pub(crate) fn is_signed_by(&self, sender: &DeviceId) -> bool {
        sender.has_signed(TRAILER_DOMAIN, &self.body(), &self.signature)
    }

    pub(crate) fn summary(&self) -> Summary {
        let Counts {
            entries,
            payloads,
            attachments,
            attachment_bytes,
        } = self.counts;
        Summary {
            digest: self.digest,
            entries,
            payloads,
            attachments,
            attachment_bytes,
        }
    }

    fn fields<'w>(&self, w: &'w mut Writer, len: usize) -> &'w mut Writer {
        w.array(len)
            .uint(u64::from(VERSION))
            .uint(self.counts.entries)
            .uint(self.counts.payloads)
            .uint(self.counts.attachments)
            .uint(self.counts.attachment_bytes)
            .bytes(&self.digest)
    }

    fn body(&self) -> Vec<u8> {
        let mut w = Writer::new();
        self.fields(&mut w, 6);
        w.finish()
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        self.fields(&mut w, 7).bytes(&self.signature);
        w.finish()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let read = |r: &mut Reader<'_>| {
            r.versioned_array(VERSION, 7)?;
            let counts = Counts {
                entries: r.uint()?,
                payloads: r.uint()?,
                attachments: r.uint()?,
                attachment_bytes: r.uint()?,
            };
            Ok(Self {
                counts,
                digest: r.fixed()?,
                signature: r.fixed()?,
            })
        };
        let trailer = read_canonical(WHAT, 256, bytes, read, |trailer, w| {
            trailer.fields(w, 7).bytes(&trailer.signature);
        })?;
        Ok(trailer)
    }
}

pub(crate) fn encode_attachment(attachment: &Attachment) -> Vec<u8> {
    let mut w = Writer::new();
    w.array(2).bytes(&attachment.hash).uint(attachment.size);
    w.finish()
}
