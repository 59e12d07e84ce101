//! A backup as one file, for a stick: what is written in one piece cannot lose
//! its other half.
//!
//! `ducha/backup/1`, a line end and a zero byte; the length of `keys` in four
//! bytes and of `vault.db` in eight, most significant first; both; SHA-256 of
//! all before it.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::Error;
use crate::folder::{DATABASE, KEYS};

const MAGIC: &[u8; 16] = b"ducha/backup/1\n\0";
/// A key file takes less than a thousand bytes.
const LONGEST_KEYS: u32 = 64 * 1024;
const READING: &str = "读取备份";
const WRITING: &str = "写出备份";

/// Writes the backup in the folder `backup` to `out`.
pub(super) fn pack(backup: &Path, out: &mut dyn Write) -> Result<(), Error> {
    let open = |name| {
        let file = File::open(backup.join(name))?;
        let length = file.metadata()?.len();
        Ok((file, length))
    };
    let (mut keys, keys_length) = open(KEYS).map_err(Error::io(READING))?;
    let (mut database, database_length) = open(DATABASE).map_err(Error::io(READING))?;
    let short = u32::try_from(keys_length).map_err(|_| Error::KeysDamaged)?;
    let mut out = Hashed {
        inner: out,
        hasher: Sha256::new(),
    };
    out.write_all(MAGIC)
        .and_then(|()| out.write_all(&short.to_be_bytes()))
        .and_then(|()| out.write_all(&database_length.to_be_bytes()))
        .and_then(|()| io::copy(&mut keys, &mut out))
        .and_then(|_| io::copy(&mut database, &mut out))
        .and_then(|_| {
            let hash = out.hasher.finalize();
            out.inner.write_all(&hash)
        })
        .map_err(Error::io(WRITING))
}

/// Puts the two files of a packed backup into `folder`.
///
/// # Errors
/// [`Error::BackupDamaged`] when it is not exactly what was written.
pub(super) fn unpack(backup: &Path, folder: &Path) -> Result<(), Error> {
    let file = File::open(backup).map_err(Error::io(READING))?;
    let length = file.metadata().map_err(Error::io(READING))?.len();
    let mut source = Hashing {
        inner: io::BufReader::new(file),
        hasher: Sha256::new(),
    };
    let mut head = [0; 28];
    source.read_exact(&mut head).map_err(damaged)?;
    let (magic, lengths) = head.split_at(16);
    let keys = u32::from_be_bytes([lengths[0], lengths[1], lengths[2], lengths[3]]);
    let database = lengths[4..]
        .iter()
        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let whole = (28 + 32 + u64::from(keys)).checked_add(database);
    if magic != MAGIC || keys > LONGEST_KEYS || whole != Some(length) {
        return Err(Error::BackupDamaged);
    }
    for (name, length) in [(KEYS, u64::from(keys)), (DATABASE, database)] {
        let mut file = File::create(folder.join(name)).map_err(Error::io("恢复备份"))?;
        let copied = io::copy(&mut (&mut source).take(length), &mut file)
            .and_then(|copied| file.sync_all().map(|()| copied))
            .map_err(Error::io("恢复备份"))?;
        if copied != length {
            return Err(Error::BackupDamaged);
        }
    }
    let expected = source.hasher.finalize();
    let mut found = [0; 32];
    source.inner.read_exact(&mut found).map_err(damaged)?;
    if expected[..] == found {
        Ok(())
    } else {
        Err(Error::BackupDamaged)
    }
}

/// A file that ends too early is a damaged one.
fn damaged(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Error::BackupDamaged,
        _ => Error::io(READING)(error),
    }
}

struct Hashed<'w> {
    inner: &'w mut dyn Write,
    hasher: Sha256,
}

impl Write for Hashed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

struct Hashing<R> {
    inner: R,
    hasher: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(bytes)?;
        self.hasher.update(&bytes[..read]);
        Ok(read)
    }
}
