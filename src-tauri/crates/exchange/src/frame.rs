//! Frames: the inside of a bundle, below compression and encryption.
//!
//! Magic and version, then frames of `kind (1 byte) ‖ length (4 bytes, big-endian) ‖ body`.

use std::io::{Read, Write};

use ledger::limits::ENTRY_BYTES;
use sha2::{Digest, Sha256};

use crate::{Error, limits};

/// The first bytes inside a bundle.
pub(crate) const MAGIC: &[u8; 8] = b"DuchaDCX";
/// Name of the inside in messages.
const WHAT: &str = "数据帧";

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The manifest; the first frame, once.
    Manifest = 1,
    /// One ledger entry.
    Entry = 2,
    /// Hash and size of the attachment whose chunks follow.
    Attachment = 3,
    /// A piece of the attachment.
    Chunk = 4,
    /// Counts, digest, signature; the last frame, once.
    Trailer = 5,
}

impl Kind {
    fn of(byte: u8) -> Option<Self> {
        [
            Self::Manifest,
            Self::Entry,
            Self::Attachment,
            Self::Chunk,
            Self::Trailer,
        ]
        .into_iter()
        .find(|kind| *kind as u8 == byte)
    }

    /// Longest body, in bytes.
    fn limit(self) -> usize {
        match self {
            Self::Manifest => limits::MANIFEST_BYTES,
            Self::Entry => ENTRY_BYTES,
            Self::Chunk => limits::CHUNK_BYTES,
            Self::Attachment | Self::Trailer => 256,
        }
    }
}

/// Writes frames and hashes what it writes.
pub(crate) struct FrameWriter<W> {
    inner: W,
    hash: Sha256,
}

impl<W: Write> FrameWriter<W> {
    /// Begins with magic and version.
    pub(crate) fn new(inner: W, version: u8) -> Result<Self, Error> {
        let mut writer = Self {
            inner,
            hash: Sha256::new(),
        };
        writer.put(MAGIC)?;
        writer.put(&u32::from(version).to_be_bytes())?;
        Ok(writer)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.hash.update(bytes);
        self.inner.write_all(bytes).map_err(Error::io("写入交换包"))
    }

    /// Writes one frame.
    pub(crate) fn frame(&mut self, kind: Kind, body: &[u8]) -> Result<(), Error> {
        if body.len() > kind.limit() {
            return Err(Error::TooLarge {
                what: WHAT,
                limit: kind.limit() as u64,
            });
        }
        self.put(&[kind as u8])?;
        self.put(&(body.len() as u32).to_be_bytes())?;
        self.put(body)
    }

    /// SHA-256 of everything written so far.
    pub(crate) fn digest(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }

    /// What was written to.
    pub(crate) fn into_inner(self) -> W {
        self.inner
    }
}

/// Reads frames and hashes what it reads, the trailer excepted.
pub(crate) struct FrameReader<R> {
    inner: R,
    hash: Sha256,
    body: Vec<u8>,
}

impl<R: Read> FrameReader<R> {
    /// Reads magic and version, and refuses a version newer than `known`.
    pub(crate) fn new(inner: R, known: u8) -> Result<Self, Error> {
        let mut reader = Self {
            inner,
            hash: Sha256::new(),
            body: vec![],
        };
        let mut magic = [0; 8];
        reader.fill(&mut magic)?;
        if &magic != MAGIC {
            return Err(Error::ForeignContent);
        }
        let mut version = [0; 4];
        reader.fill(&mut version)?;
        let found = u32::from_be_bytes(version);
        if found > u32::from(known) {
            return Err(Error::NewerVersion {
                found: u64::from(found),
                known: u64::from(known),
            });
        }
        if found == 0 {
            return Err(Error::Malformed { what: WHAT });
        }
        reader.hash.update(magic);
        reader.hash.update(version);
        Ok(reader)
    }

    /// Fills `bytes`. The cause of a failure is judged by the layers below, which note it.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.inner.read_exact(bytes).map_err(|_| Error::Truncated)
    }

    /// Reads the next frame. Memory grows with what arrives, not with the stated length.
    pub(crate) fn next(&mut self) -> Result<(Kind, &[u8]), Error> {
        let mut head = [0; 5];
        self.fill(&mut head)?;
        let kind = Kind::of(head[0]).ok_or(Error::Malformed { what: WHAT })?;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        if length > kind.limit() {
            return Err(Error::TooLarge {
                what: WHAT,
                limit: kind.limit() as u64,
            });
        }
        self.body.clear();
        let read = self
            .inner
            .by_ref()
            .take(length as u64)
            .read_to_end(&mut self.body);
        if read.map_err(|_| Error::Truncated)? < length {
            return Err(Error::Truncated);
        }
        if kind != Kind::Trailer {
            self.hash.update(head);
            self.hash.update(&self.body);
        }
        Ok((kind, &self.body))
    }

    /// SHA-256 of everything read so far.
    pub(crate) fn digest(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }

    /// Checks that nothing follows.
    pub(crate) fn end(mut self) -> Result<R, Error> {
        match self.inner.read(&mut [0]) {
            Ok(0) => Ok(self.inner),
            Ok(_) => Err(Error::Malformed { what: "结尾" }),
            Err(_) => Err(Error::Truncated),
        }
    }
}
