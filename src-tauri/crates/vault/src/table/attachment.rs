//! Tables `attachment` and `attachment_chunk`: files kept inside the archive,
//! named by the SHA-256 of their bytes.

use std::io::{self, Read, Write};

use ledger::Value;
use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use super::{signed, unsigned};
use crate::Error;
use crate::hex;

pub(super) const CREATE: &str = "
CREATE TABLE attachment (
    id        INTEGER PRIMARY KEY,
    sha256    BLOB UNIQUE,
    size      INTEGER NOT NULL,
    file_name TEXT NOT NULL
) STRICT;
CREATE TABLE attachment_chunk (
    attachment INTEGER NOT NULL REFERENCES attachment (id) ON DELETE CASCADE,
    no         INTEGER NOT NULL,
    bytes      BLOB NOT NULL,
    PRIMARY KEY (attachment, no)
) STRICT;";

/// Bytes of a chunk: large enough to be fast, small enough that reading one
/// costs no memory to speak of.
pub(crate) const CHUNK: usize = 256 * 1024;

/// A file kept in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentInfo {
    /// SHA-256 of the bytes, 64 hexadecimal digits: its name.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// Name of the file it came from, the first time.
    pub file_name: String,
}

/// Reads a hash from its text.
pub(crate) fn parse(sha256: &str) -> Result<[u8; 32], Error> {
    hex::decode(sha256)
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(Error::AttachmentMissing)
}

/// An attachment being written chunk by chunk, within the caller's transaction.
#[derive(Debug)]
pub(crate) struct Writer {
    id: i64,
    next: i64,
    size: u64,
    hasher: Sha256,
    buffer: Vec<u8>,
    file_name: String,
}

impl Writer {
    /// Begins an attachment whose hash is not known yet.
    pub(crate) fn begin(connection: &Connection, file_name: &str) -> Result<Self, Error> {
        connection
            .prepare_cached(
                "INSERT INTO attachment (sha256, size, file_name) VALUES (NULL, 0, ?1)",
            )?
            .execute([file_name])?;
        let id = connection.last_insert_rowid();
        Ok(Self {
            id,
            next: 0,
            size: 0,
            hasher: Sha256::new(),
            buffer: Vec::with_capacity(CHUNK),
            file_name: file_name.to_owned(),
        })
    }

    /// Its number, known from the beginning.
    pub(crate) fn number(&self) -> i64 {
        self.id
    }

    /// What it would be if nothing more came.
    pub(crate) fn so_far(&self) -> AttachmentInfo {
        AttachmentInfo {
            sha256: hex::encode(&self.hasher.clone().finalize()),
            size: self.size,
            file_name: self.file_name.clone(),
        }
    }

    /// Takes the next bytes.
    pub(crate) fn write(&mut self, connection: &Connection, mut bytes: &[u8]) -> Result<(), Error> {
        self.hasher.update(bytes);
        self.size += bytes.len() as u64;
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() == CHUNK {
                self.flush(connection)?;
            }
        }
        Ok(())
    }

    /// Stores what does not fill a chunk yet: nothing more will come.
    pub(crate) fn flush(&mut self, connection: &Connection) -> Result<(), Error> {
        if !self.buffer.is_empty() {
            connection
                .prepare_cached(
                    "INSERT INTO attachment_chunk (attachment, no, bytes) VALUES (?1, ?2, ?3)",
                )?
                .execute((self.id, self.next, &self.buffer))?;
            self.next += 1;
            self.buffer.clear();
        }
        Ok(())
    }

    /// Ends it: the hash is known now. When the archive has these bytes
    /// already, what was written is dropped again. Returns the hash.
    pub(crate) fn finish(mut self, connection: &Connection) -> Result<[u8; 32], Error> {
        self.flush(connection)?;
        let hash: [u8; 32] = self.hasher.finalize().into();
        if is_known(connection, &hash)? {
            remove(connection, self.id)?;
        } else {
            connection
                .prepare_cached("UPDATE attachment SET sha256 = ?2, size = ?3 WHERE id = ?1")?
                .execute((self.id, &hash[..], signed(self.size)?))?;
        }
        Ok(hash)
    }
}

/// Removes what was begun and never finished because the program ended in the
/// middle. It has no hash, so nothing ever showed it.
pub(crate) fn remove_unfinished(connection: &Connection) -> Result<(), Error> {
    let mut statement = connection.prepare("SELECT id FROM attachment WHERE sha256 IS NULL")?;
    let ids: Vec<i64> = statement
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in ids {
        remove(connection, id)?;
    }
    Ok(())
}

/// A stretch of an attachment: at most `length` bytes from `from` on, fewer at
/// its end and none beyond. Only the chunks it lies in are read.
///
/// # Errors
/// [`Error::AttachmentMissing`]; [`Error::Damaged`] where a chunk is not there
/// or not as long as its place says.
pub(crate) fn stretch(
    connection: &Connection,
    sha256: &[u8; 32],
    from: u64,
    length: usize,
) -> Result<Vec<u8>, Error> {
    let (id, size) = connection
        .prepare_cached("SELECT id, size FROM attachment WHERE sha256 = ?1")?
        .query_row([&sha256[..]], |row| {
            Ok((row.get::<_, i64>(0)?, unsigned(row, 1)?))
        })
        .optional()?
        .ok_or(Error::AttachmentMissing)?;
    let until = size.min(from.saturating_add(length as u64));
    let mut bytes = Vec::with_capacity(until.saturating_sub(from) as usize);
    let mut at = from;
    while at < until {
        // Every chunk but the last is full: that is how they are written.
        let (no, within) = (at / CHUNK as u64, (at % CHUNK as u64) as usize);
        let wanted = CHUNK.min((size - no * CHUNK as u64) as usize);
        let taken = (wanted - within).min((until - at) as usize);
        let whole = connection
            .prepare_cached("SELECT bytes FROM attachment_chunk WHERE attachment = ?1 AND no = ?2")?
            .query_row((id, signed(no)?), |row| {
                let chunk = row.get_ref(0)?.as_blob()?;
                let fits = chunk.len() == wanted;
                if fits {
                    bytes.extend_from_slice(&chunk[within..within + taken]);
                }
                Ok(fits)
            })
            .optional()?
            .unwrap_or(false);
        if !whole {
            return Err(Error::damaged("一份附件的内容有缺失"));
        }
        at += taken as u64;
    }
    Ok(bytes)
}

/// Removes an attachment by its number.
pub(crate) fn remove(connection: &Connection, id: i64) -> Result<(), Error> {
    // Chunks explicitly: a rebuild in memory has no foreign keys switched on.
    connection
        .prepare_cached("DELETE FROM attachment_chunk WHERE attachment = ?1")?
        .execute([id])?;
    connection
        .prepare_cached("DELETE FROM attachment WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// Gives an attachment another file name.
pub(crate) fn rename(connection: &Connection, id: i64, file_name: &str) -> Result<(), Error> {
    connection
        .prepare_cached("UPDATE attachment SET file_name = ?2 WHERE id = ?1 AND file_name <> ?2")?
        .execute((id, file_name))?;
    Ok(())
}

/// Finds every reference to an attachment within a value: a map with the hash,
/// the size and the file's name, as the records keep them.
pub(crate) fn named_in(value: &Value, found: &mut dyn FnMut(AttachmentInfo)) {
    match value {
        Value::List(items) => items.iter().for_each(|item| named_in(item, found)),
        Value::Map(items) => {
            let text = |name| items.get(name).and_then(Value::as_text);
            match text("sha256") {
                Some(sha256) if parse(sha256).is_ok() => found(AttachmentInfo {
                    sha256: sha256.to_ascii_lowercase(),
                    size: items
                        .get("size")
                        .and_then(Value::as_int)
                        .unwrap_or(0)
                        .unsigned_abs(),
                    file_name: text("file_name").unwrap_or_default().to_owned(),
                }),
                _ => items.values().for_each(|item| named_in(item, found)),
            }
        }
        _ => {}
    }
}

/// Whether these bytes are here.
pub(crate) fn is_known(connection: &Connection, sha256: &[u8; 32]) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM attachment WHERE sha256 = ?1")?
        .exists([&sha256[..]])?)
}

/// One attachment, by its hash.
pub(crate) fn get(
    connection: &Connection,
    sha256: &[u8; 32],
) -> Result<Option<AttachmentInfo>, Error> {
    Ok(connection
        .prepare_cached("SELECT sha256, size, file_name FROM attachment WHERE sha256 = ?1")?
        .query_row([&sha256[..]], info)
        .optional()?)
}

/// The number of an attachment, by its hash.
pub(crate) fn number_of(connection: &Connection, sha256: &[u8; 32]) -> Result<Option<i64>, Error> {
    Ok(connection
        .prepare_cached("SELECT id FROM attachment WHERE sha256 = ?1")?
        .query_row([&sha256[..]], |row| row.get(0))
        .optional()?)
}

/// The hash of an attachment in hexadecimal digits, by its number.
pub(crate) fn name_of(connection: &Connection, id: i64) -> Result<Option<String>, Error> {
    Ok(connection
        .prepare_cached("SELECT sha256 FROM attachment WHERE id = ?1 AND sha256 NOT NULL")?
        .query_row([id], |row| row.get::<_, [u8; 32]>(0))
        .optional()?
        .map(|hash| hex::encode(&hash)))
}

/// Gives the chunks of an attachment from number `from` on to `visit`, in order.
pub(crate) fn each_chunk(
    connection: &Connection,
    id: i64,
    from: i64,
    visit: &mut dyn FnMut(&[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "SELECT bytes FROM attachment_chunk WHERE attachment = ?1 AND no >= ?2 ORDER BY no",
    )?;
    let mut rows = statement.query([id, from])?;
    while let Some(row) = rows.next()? {
        visit(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?)?;
    }
    Ok(())
}

/// All attachments, in the order they came.
pub(crate) fn list(connection: &Connection) -> Result<Vec<AttachmentInfo>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT sha256, size, file_name FROM attachment WHERE sha256 NOT NULL ORDER BY id",
    )?;
    let rows = statement.query_map([], info)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn info(row: &rusqlite::Row<'_>) -> rusqlite::Result<AttachmentInfo> {
    let hash: [u8; 32] = row.get(0)?;
    Ok(AttachmentInfo {
        sha256: hex::encode(&hash),
        size: unsigned(row, 1)?,
        file_name: row.get(2)?,
    })
}

/// The bytes of an attachment, chunk by chunk, for whoever wants to read them
/// instead of having them written. The last read fails when the bytes were not
/// what their name says.
#[derive(Debug)]
pub struct AttachmentReader<'v> {
    connection: &'v Connection,
    id: i64,
    next: i64,
    chunk: Vec<u8>,
    at: usize,
    hasher: Option<Sha256>,
    sha256: [u8; 32],
}

impl<'v> AttachmentReader<'v> {
    /// Begins at the first byte.
    pub(crate) fn open(connection: &'v Connection, sha256: [u8; 32]) -> Result<Self, Error> {
        let id = connection
            .prepare_cached("SELECT id FROM attachment WHERE sha256 = ?1")?
            .query_row([&sha256[..]], |row| row.get(0))
            .optional()?
            .ok_or(Error::AttachmentMissing)?;
        let hasher = Some(Sha256::new());
        Ok(Self {
            connection,
            id,
            next: 0,
            chunk: Vec::new(),
            at: 0,
            hasher,
            sha256,
        })
    }

    fn fetch(&mut self) -> Result<(), Error> {
        let chunk: Option<Vec<u8>> = self
            .connection
            .prepare_cached("SELECT bytes FROM attachment_chunk WHERE attachment = ?1 AND no = ?2")?
            .query_row((self.id, self.next), |row| row.get(0))
            .optional()?;
        self.next += 1;
        self.at = 0;
        self.chunk = chunk.unwrap_or_default();
        match &mut self.hasher {
            Some(hasher) if !self.chunk.is_empty() => hasher.update(&self.chunk),
            // The end: told once.
            hasher => {
                if let Some(hasher) = hasher.take()
                    && hasher.finalize()[..] != self.sha256
                {
                    return Err(Error::damaged("一份附件的内容与其校验值不符"));
                }
            }
        }
        Ok(())
    }
}

impl Read for AttachmentReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.chunk.len() && self.hasher.is_some() && !buffer.is_empty() {
            self.fetch().map_err(io::Error::other)?;
        }
        let rest = &self.chunk[self.at..];
        let taken = rest.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&rest[..taken]);
        self.at += taken;
        Ok(taken)
    }
}

/// Writes the bytes of an attachment to `target`, checking them on the way.
///
/// # Errors
/// [`Error::AttachmentMissing`]; [`Error::Damaged`] when the bytes are not what
/// the name says: whatever reached `target` must not be used then.
pub(crate) fn copy(
    connection: &Connection,
    sha256: &[u8; 32],
    target: &mut dyn Write,
) -> Result<u64, Error> {
    let (id, size) = connection
        .prepare_cached("SELECT id, size FROM attachment WHERE sha256 = ?1")?
        .query_row([&sha256[..]], |row| {
            Ok((row.get::<_, i64>(0)?, unsigned(row, 1)?))
        })
        .optional()?
        .ok_or(Error::AttachmentMissing)?;
    let mut statement = connection
        .prepare_cached("SELECT bytes FROM attachment_chunk WHERE attachment = ?1 ORDER BY no")?;
    let mut rows = statement.query([id])?;
    let mut hasher = Sha256::new();
    let mut copied = 0;
    while let Some(row) = rows.next()? {
        let bytes = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        hasher.update(bytes);
        copied += bytes.len() as u64;
        target.write_all(bytes).map_err(Error::io("写出附件"))?;
    }
    if copied != size || hasher.finalize()[..] != sha256[..] {
        return Err(Error::damaged("一份附件的内容与其校验值不符"));
    }
    Ok(size)
}
