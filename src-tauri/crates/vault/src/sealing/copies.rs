//! The encrypted copies: of payloads, attachments and titles.
//!
//! Each is bound to what it is a copy of (associated data), so that no copy can
//! be put in the place of another.

use chacha20poly1305::aead::{Aead, Payload as Text};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use ledger::{CompartmentId, Entry, Payload};
use rusqlite::Connection;
use zeroize::Zeroizing;

use crate::keys::{self, MasterKey};
use crate::table::attachment::{self, named_in};
use crate::table::entry::EntryNo;
use crate::table::sealed::{self, Row, What};
use crate::table::{compartment, entry, field_version, read_log};
use crate::{AttachmentInfo, Error, hex};

/// What a copy is bound to.
fn bound(id: &CompartmentId, what: What, name: &[u8], part: i64) -> Vec<u8> {
    let mut bytes = b"ducha/vault/3/sealed\0".to_vec();
    bytes.extend(id.0.as_bytes());
    bytes.push(what as u8);
    bytes.extend(part.to_be_bytes());
    bytes.extend(name);
    bytes
}

fn encrypt(key: &MasterKey, text: &[u8], bound: &[u8]) -> Result<([u8; 24], Vec<u8>), Error> {
    let nonce = keys::random()?;
    let text = Text {
        msg: text,
        aad: bound,
    };
    let bytes = XChaCha20Poly1305::new((&**key).into())
        .encrypt(&XNonce::from(nonce), text)
        .map_err(|_| Error::Internal {
            detail: "K-2".into(),
        })?;
    Ok((nonce, bytes))
}

/// `None` when it is not what was encrypted.
fn decrypt(key: &MasterKey, row: &Row, bound: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text = Text {
        msg: &row.bytes,
        aad: bound,
    };
    XChaCha20Poly1305::new((&**key).into())
        .decrypt(&XNonce::from(row.nonce), text)
        .ok()
        .map(Zeroizing::new)
}

/// A copy of anything that its own number names.
fn keep(
    connection: &Connection,
    id: &CompartmentId,
    key: &MasterKey,
    (what, subject, part): (What, i64, i64),
    text: &[u8],
) -> Result<(), Error> {
    let bound = bound(id, what, &subject.to_be_bytes(), part);
    let (nonce, bytes) = encrypt(key, text, &bound)?;
    sealed::put(
        connection,
        &Row {
            compartment: *id,
            what: what as i64,
            subject,
            part,
            nonce,
            bytes,
        },
    )
}

fn kept(
    connection: &Connection,
    key: &MasterKey,
    (what, subject, part): (What, i64, i64),
) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    let row = sealed::get(connection, what, subject, part)?;
    Ok(row.and_then(|row| {
        let bound = bound(&row.compartment, what, &subject.to_be_bytes(), part);
        decrypt(key, &row, &bound)
    }))
}

/// Keeps a copy of an entry's payload, and of the attachments that only
/// records of the compartment name.
pub(crate) fn keep_entry(
    connection: &Connection,
    id: &CompartmentId,
    key: &MasterKey,
    no: EntryNo,
    entry: &Entry,
    payload: &Payload,
) -> Result<(), Error> {
    let Some(text) = &entry.payload else {
        return Ok(());
    };
    let (nonce, bytes) = encrypt(key, text, &bound(id, What::Payload, &entry.hash.0, 0))?;
    let row = Row {
        compartment: *id,
        what: What::Payload as i64,
        subject: no,
        part: 0,
        nonce,
        bytes,
    };
    sealed::put(connection, &row)?;
    let mut named = Vec::new();
    for change in &payload.changes {
        named_in(&change.value, &mut |info| named.push(info));
    }
    for info in named {
        keep_attachment(connection, id, key, &info)?;
    }
    Ok(())
}

/// The payload of an entry from its copy; nothing when that is damaged.
pub(super) fn payload(
    connection: &Connection,
    key: &MasterKey,
    no: EntryNo,
) -> Result<Option<Entry>, Error> {
    let (Some(row), Some(mut entry)) = (
        sealed::get(connection, What::Payload, no, 0)?,
        entry::numbered(connection, no)?,
    ) else {
        return Ok(None);
    };
    let bound = bound(&row.compartment, What::Payload, &entry.hash.0, 0);
    Ok(decrypt(key, &row, &bound)
        .filter(|text| Payload::hash(text) == Ok(entry.header.payload_hash))
        .map(|text| {
            entry.payload = Some(text.to_vec());
            entry
        }))
}

/// The numbers of a compartment's entries whose copy is damaged.
pub(crate) fn check(
    connection: &Connection,
    id: &CompartmentId,
    key: &MasterKey,
) -> Result<Vec<EntryNo>, Error> {
    let mut damaged = Vec::new();
    for no in sealed::subjects(connection, id, What::Payload)? {
        if payload(connection, key, no)?.is_none() {
            damaged.push(no);
        }
    }
    Ok(damaged)
}

/// Keeps a copy of an attachment: each compartment its own, whoever else names
/// the same bytes, so that it lacks nothing when they go. On closing they stay
/// in the clear as long as a record outside names them.
fn keep_attachment(
    connection: &Connection,
    id: &CompartmentId,
    key: &MasterKey,
    info: &AttachmentInfo,
) -> Result<(), Error> {
    let hash = attachment::parse(&info.sha256)?;
    let Some(plain) = attachment::number_of(connection, &hash)? else {
        return Ok(());
    };
    sealed::note_opened(connection, plain, true)?;
    if subject_of(connection, id, key, &hash)?.is_some() {
        return Ok(());
    }
    // Called as this compartment calls it: the first to bring the bytes may be
    // another's.
    let size = match attachment::get(connection, &hash)? {
        Some(kept) => kept.size,
        None => return Ok(()),
    };
    let mut copy = GrowingCopy::begin(*id)?;
    copy.follow(connection, key, plain)?;
    let info = AttachmentInfo {
        size,
        ..info.clone()
    };
    copy.finish(connection, key, &info)
}

/// The encrypted copy of an attachment that may still be on its way in. It has
/// no head until it is finished, so that nothing reads it; when the program ends
/// in the middle, the next opening removes it.
#[derive(Debug)]
pub(crate) struct GrowingCopy {
    compartment: CompartmentId,
    subject: i64,
    next: i64,
}

impl GrowingCopy {
    /// Begins one. Nothing is written yet.
    pub(crate) fn begin(compartment: CompartmentId) -> Result<Self, Error> {
        Ok(Self {
            compartment,
            subject: i64::from_be_bytes(keys::random()?) & i64::MAX,
            next: 0,
        })
    }

    /// The compartment it is made for.
    pub(crate) fn compartment(&self) -> CompartmentId {
        self.compartment
    }

    /// Copies those chunks of the attachment numbered `plain` that it does not
    /// have yet.
    pub(crate) fn follow(
        &mut self,
        connection: &Connection,
        key: &MasterKey,
        plain: i64,
    ) -> Result<(), Error> {
        let Self {
            compartment,
            subject,
            next,
        } = self;
        attachment::each_chunk(connection, plain, *next, &mut |chunk| {
            let place = (What::Chunk, *subject, *next);
            keep(connection, compartment, key, place, chunk)?;
            *next += 1;
            Ok(())
        })
    }

    /// Gives it its head, unless the compartment has a copy of the same bytes:
    /// then this one goes.
    pub(crate) fn finish(
        self,
        connection: &Connection,
        key: &MasterKey,
        info: &AttachmentInfo,
    ) -> Result<(), Error> {
        let hash = attachment::parse(&info.sha256)?;
        if subject_of(connection, &self.compartment, key, &hash)?.is_some() {
            return Self::remove(connection, self.subject);
        }
        let head = serde_json::json!([info.sha256, info.size, info.file_name]).to_string();
        let place = (What::File, self.subject, 0);
        keep(connection, &self.compartment, key, place, head.as_bytes())
    }

    /// Its number, known from the beginning.
    pub(crate) fn number(&self) -> i64 {
        self.subject
    }

    /// Removes what there is of the one with this number, which was never finished.
    pub(crate) fn remove(connection: &Connection, number: i64) -> Result<(), Error> {
        sealed::remove(connection, What::Chunk, number)
    }
}

/// Under which number the compartment holds a copy of the attachment with this
/// hash, if it does.
fn subject_of(
    connection: &Connection,
    id: &CompartmentId,
    key: &MasterKey,
    sha256: &[u8; 32],
) -> Result<Option<i64>, Error> {
    let wanted = hex::encode(sha256);
    for subject in sealed::subjects(connection, id, What::File)? {
        let Some(head) = kept(connection, key, (What::File, subject, 0))? else {
            continue;
        };
        let head = serde_json::from_slice::<(String, u64, String)>(&head);
        if head.is_ok_and(|(named, ..)| named == wanted) {
            return Ok(Some(subject));
        }
    }
    Ok(None)
}

/// Puts an attachment back from its copy. Answers `false` when that is damaged:
/// what was written must be undone then.
pub(super) fn attachment_back(
    connection: &Connection,
    key: &MasterKey,
    subject: i64,
) -> Result<bool, Error> {
    let Some(head) = kept(connection, key, (What::File, subject, 0))? else {
        return Ok(false);
    };
    let Ok((sha256, size, name)) = serde_json::from_slice::<(String, u64, String)>(&head) else {
        return Ok(false);
    };
    let hash = attachment::parse(&sha256)?;
    if let Some(plain) = attachment::number_of(connection, &hash)? {
        sealed::note_opened(connection, plain, true)?;
        return Ok(true);
    }
    let mut writer = attachment::Writer::begin(connection, &name)?;
    let (mut part, mut written) = (0, 0);
    while written < size {
        let Some(chunk) = kept(connection, key, (What::Chunk, subject, part))? else {
            return Ok(false);
        };
        writer.write(connection, &chunk)?;
        written += chunk.len() as u64;
        part += 1;
    }
    if writer.finish(connection)? != hash {
        return Ok(false);
    }
    if let Some(plain) = attachment::number_of(connection, &hash)? {
        sealed::note_opened(connection, plain, true)?;
    }
    Ok(true)
}

/// Lets what has been brought back stay in the clear: puts the titles back into
/// the log of readings, and forgets which attachments would have to go when the
/// compartment is closed. Answers `false` when something cannot be read: what
/// was written must be undone then.
pub(super) fn keep_in_the_clear(
    connection: &Connection,
    id: &CompartmentId,
    key: &MasterKey,
) -> Result<bool, Error> {
    for no in sealed::subjects(connection, id, What::Title)? {
        let Some(title) = kept(connection, key, (What::Title, no, 0))? else {
            return Ok(false);
        };
        read_log::show_title(connection, no, &String::from_utf8_lossy(&title))?;
    }
    for subject in sealed::subjects(connection, id, What::File)? {
        let Some(head) = kept(connection, key, (What::File, subject, 0))? else {
            return Ok(false);
        };
        let Ok((sha256, _, _)) = serde_json::from_slice::<(String, u64, String)>(&head) else {
            return Ok(false);
        };
        let Some(plain) = attachment::number_of(connection, &attachment::parse(&sha256)?)? else {
            return Ok(false);
        };
        sealed::forget_opened(connection, plain)?;
    }
    Ok(true)
}

/// Removes the compartment's copies of those of the attachments that none of its
/// records names any more.
pub(crate) fn forget_unnamed<'h>(
    connection: &Connection,
    id: &CompartmentId,
    key: &MasterKey,
    hashes: impl IntoIterator<Item = &'h [u8; 32]>,
) -> Result<(), Error> {
    for sha256 in hashes {
        let mut is_named = false;
        for record in field_version::naming(connection, &hex::encode(sha256))? {
            is_named |= compartment::of_record(connection, &record)? == Some(*id);
        }
        if !is_named && let Some(subject) = subject_of(connection, id, key, sha256)? {
            sealed::remove(connection, What::File, subject)?;
            sealed::remove(connection, What::Chunk, subject)?;
        }
    }
    Ok(())
}

/// Keeps the title in a line of the log of readings.
pub(crate) fn keep_title(
    connection: &Connection,
    id: &CompartmentId,
    key: &MasterKey,
    no: i64,
    title: &str,
) -> Result<(), Error> {
    keep(connection, id, key, (What::Title, no, 0), title.as_bytes())
}

/// The title in a line of the log of readings, if its compartment is open.
pub(crate) fn title(
    connection: &Connection,
    opened: &super::Opened,
    no: i64,
) -> Result<Option<String>, Error> {
    let Some(row) = sealed::get(connection, What::Title, no, 0)? else {
        return Ok(None);
    };
    let Some(key) = opened.key(&row.compartment) else {
        return Ok(None);
    };
    let text = kept(connection, key, (What::Title, no, 0))?;
    Ok(text.map(|text| String::from_utf8_lossy(&text).into_owned()))
}
