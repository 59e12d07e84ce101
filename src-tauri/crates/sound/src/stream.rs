//! The bytes of a recording, wherever they lie.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};
use symphonia::core::io::MediaSource;

/// Gives at most so many bytes from a place on; fewer only at the end.
pub type ReadAt = Box<dyn FnMut(u64, usize) -> io::Result<Vec<u8>> + Send + Sync>;

/// Bytes asked for at once: as much as a chunk of the archive.
const AHEAD: usize = 256 * 1024;

/// Reads through a [`ReadAt`], which is asked for whole stretches.
pub(crate) struct Stream {
    read_at: ReadAt,
    size: u64,
    at: u64,
    held: Vec<u8>,
    held_from: u64,
    trouble: Trouble,
}

/// Why reading failed last. What reads the file's form passes over some faults
/// and looks further; whoever asked wants to know all the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trouble(Arc<Mutex<Option<io::Error>>>);

impl Trouble {
    /// Takes the fault out, if there was one.
    pub(crate) fn take(&self) -> Option<io::Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn keep(&self, error: io::Error) -> io::Error {
        let kind = error.kind();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        kind.into()
    }
}

impl Stream {
    pub(crate) fn new(size: u64, read_at: ReadAt, trouble: Trouble) -> Self {
        Self {
            trouble,
            read_at,
            size,
            at: 0,
            held: Vec::new(),
            held_from: 0,
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.size || buffer.is_empty() {
            return Ok(0);
        }
        let is_held =
            self.at >= self.held_from && self.at < self.held_from + self.held.len() as u64;
        if !is_held {
            self.held = (self.read_at)(self.at, AHEAD).map_err(|error| self.trouble.keep(error))?;
            self.held_from = self.at;
        }
        let rest = &self.held[(self.at - self.held_from) as usize..];
        let taken = rest.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&rest[..taken]);
        self.at += taken as u64;
        Ok(taken)
    }
}

impl Seek for Stream {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

impl MediaSource for Stream {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.size)
    }
}
