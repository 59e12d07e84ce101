//! Masking (遮盖): single values of a payload withheld, while its hash, and with it the chain and
//! the signature, still hold.
//!
//! The hash of a payload of version 2 is made over *commitments* to the note and to each value,
//! not over the values. A commitment is the hash of the value and a salt of its own, which comes
//! from the payload's salt; so a masked payload shows the commitment alone in place of a value,
//! and value and salt in place of one that is open. The payload's salt stays behind: with it
//! everything masked could be guessed, and the guess confirmed. Which records and fields an
//! entry touches, and what it rests on, is never masked, nor whether it withdraws a record.
//!
//! Payloads of version 1 are hashed as they are and can only be withheld whole.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::cbor::{Reader, Writer, read_canonical};
use crate::payload::{Change, Payload, RETRACTED, WHAT, read_bases, write_bases};
use crate::{EntityId, Error, Value, limits};

/// Keeps the hashes of such payloads apart from every other hash in the program.
const PAYLOAD_DOMAIN: &[u8] = b"ducha/ledger/2/payload\0";
/// Likewise for the salts of the parts.
const SALT_DOMAIN: &[u8] = b"ducha/ledger/2/salt\0";
/// Likewise for the commitments.
const VALUE_DOMAIN: &[u8] = b"ducha/ledger/2/value\0";
/// How a payload of version 2 begins: an array of four, and the number.
const BEGINS: [u8; 2] = [0x84, 0x02];
/// How a masked one begins: there is no salt.
const BEGINS_MASKED: [u8; 3] = [0x84, 0x02, 0xf6];
/// What comes before a commitment: a byte string of 32.
const COMMITMENT_FRAME: [u8; 2] = [0x58, 0x20];
/// Bytes of a commitment in a masked payload, and of what comes before an open value there: an
/// array of two, and a byte string of 16.
const COMMITMENT_BYTES: usize = 34;
const OPEN_FRAME_BYTES: usize = 18;

type Salt = [u8; 16];
type Commitment = [u8; 32];

/// A part of a payload that can be masked by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'p> {
    /// The remark on the action as a whole; its text, when it is not masked already.
    Note(Option<&'p str>),
    /// The value of a change.
    Value {
        /// The record.
        entity: EntityId,
        /// What it is.
        kind: &'p str,
        /// The field.
        field: &'p str,
    },
}

/// Whether these bytes of a payload, or the first three of them, are those of a masked one. One
/// of which everything is open counts as masked too: its salt is not known.
pub fn is_masked(payload: &[u8]) -> bool {
    payload.starts_with(&BEGINS_MASKED)
}

/// How much of a payload is open here, to compare forms of one payload: the number of its open
/// parts, and more than that for a whole one.
///
/// # Errors
/// When the bytes are not those of a payload.
pub fn openness(payload: &[u8]) -> Result<usize, Error> {
    if !is_masked(payload) {
        return Ok(usize::MAX);
    }
    let mut walk = Walk::begin(payload)?;
    let mut open = usize::from(matches!(walk.note, Item::Open { .. }));
    while let Some(change) = walk.next_change()? {
        open += usize::from(matches!(change.item, Item::Open { .. }));
    }
    Ok(open)
}

/// The payload with those parts masked that `keep` does not keep. What is masked stays so, and
/// the mark of a withdrawal is always kept. The same bytes when nothing is to be masked; nothing
/// for a payload of version 1, which cannot be masked in part.
///
/// # Errors
/// When the bytes are not those of a payload.
pub fn mask(
    payload: &[u8],
    mut keep: impl FnMut(Part<'_>) -> bool,
) -> Result<Option<Vec<u8>>, Error> {
    if !payload.starts_with(&BEGINS) {
        return Payload::decode(payload).map(|_| None);
    }
    let mut walk = Walk::begin(payload)?;
    let mut writer = Writer::new();
    let mut masked = false;
    let mut put = |writer: &mut Writer, item: Item<'_>, kept: bool| {
        masked |= !kept && matches!(item, Item::Open { .. });
        if kept { item } else { item.hidden() }.write(writer);
    };
    writer.raw(&BEGINS_MASKED);
    let note = match walk.note {
        Item::Open { cbor, .. } => Reader::new(WHAT, cbor).optional_text()?,
        Item::Masked(_) => None,
    };
    put(&mut writer, walk.note, keep(Part::Note(note)));
    writer.raw(walk.count);
    while let Some(change) = walk.next_change()? {
        let kept = change.field == RETRACTED
            || keep(Part::Value {
                entity: change.entity,
                kind: change.kind,
                field: change.field,
            });
        writer.raw(change.head);
        put(&mut writer, change.item, kept);
        writer.raw(change.bases);
    }
    Ok(Some(if masked {
        writer.finish()
    } else {
        payload.to_vec()
    }))
}

/// What is known by two forms of the same payload together: the whole one if either is, else
/// what is open in either. It does not matter which comes first, or how often.
///
/// # Errors
/// When they are not forms of one payload; [`Error::TooLarge`] when they say more together than
/// a payload may. No program writes such a one, and nobody could read it.
pub fn join(one: &[u8], other: &[u8]) -> Result<Vec<u8>, Error> {
    join_within(one, other, limits::MASKED_BYTES)
}

/// The same with at most `limit` bytes of what is open in either.
fn join_within(one: &[u8], other: &[u8], limit: usize) -> Result<Vec<u8>, Error> {
    if Payload::hash(one)? != Payload::hash(other)? {
        return Err(Error::Malformed { what: WHAT });
    }
    if !is_masked(one) || !is_masked(other) {
        return Ok(if is_masked(one) { other } else { one }.to_vec());
    }
    let (mut left, mut right) = (Walk::begin(one)?, Walk::begin(other)?);
    let mut writer = Writer::new();
    writer.raw(&BEGINS_MASKED);
    left.note.or(right.note).write(&mut writer);
    writer.raw(left.count);
    // One hash means one structure, so that both have the same changes.
    while let (Some(one), Some(other)) = (left.next_change()?, right.next_change()?) {
        writer.raw(one.head);
        one.item.or(other.item).write(&mut writer);
        writer.raw(one.bases);
    }
    let joined = writer.finish();
    if joined.len() > limit {
        return Err(Error::TooLarge { what: WHAT, limit });
    }
    Ok(joined)
}

/// The hash of a payload of version 2, whole or masked: the same for every form of it. Does not
/// check what the parts hold, and allocates nothing: an import hashes every payload.
pub(crate) fn hash(payload: &[u8]) -> Result<[u8; 32], Error> {
    let mut walk = Walk::begin(payload)?;
    let mut hasher = Sha256::new_with_prefix(PAYLOAD_DOMAIN).chain_update([0x83, 0x02]);
    let put = |hasher: &mut Sha256, item: Item<'_>| {
        hasher.update(COMMITMENT_FRAME);
        hasher.update(item.commitment());
    };
    put(&mut hasher, walk.note);
    hasher.update(walk.count);
    while let Some(change) = walk.next_change()? {
        hasher.update(change.head);
        put(&mut hasher, change.item);
        hasher.update(change.bases);
    }
    Ok(hasher.finalize().into())
}

/// Whether the hash of these bytes is made by [`hash`].
pub(crate) fn is_hashed_in_parts(payload: &[u8]) -> bool {
    payload.starts_with(&BEGINS)
}

/// The salt of part `index`: 0 is the note, the changes follow.
fn salt_of(payload: &Salt, index: u32) -> Salt {
    let digest: [u8; 32] = Sha256::new_with_prefix(SALT_DOMAIN)
        .chain_update(payload)
        .chain_update(index.to_be_bytes())
        .finalize()
        .into();
    let mut salt = [0; 16];
    salt.copy_from_slice(&digest[..16]);
    salt
}

fn commit(salt: &Salt, cbor: &[u8]) -> Commitment {
    Sha256::new_with_prefix(VALUE_DOMAIN)
        .chain_update(salt)
        .chain_update(cbor)
        .finalize()
        .into()
}

/// A part as its bytes have it.
#[derive(Debug, Clone, Copy)]
enum Item<'b> {
    Open { salt: Salt, cbor: &'b [u8] },
    Masked(Commitment),
}

impl<'b> Item<'b> {
    fn commitment(self) -> Commitment {
        match self {
            Self::Open { salt, cbor } => commit(&salt, cbor),
            Self::Masked(commitment) => commitment,
        }
    }

    fn hidden(self) -> Self {
        Self::Masked(self.commitment())
    }

    fn or(self, other: Self) -> Self {
        match self {
            Self::Open { .. } => self,
            Self::Masked(_) => other,
        }
    }

    fn write(self, w: &mut Writer) {
        match self {
            Self::Open { salt, cbor } => w.array(2).bytes(&salt).raw(cbor),
            Self::Masked(commitment) => w.bytes(&commitment),
        };
    }

    /// Reads the part with this index. `salt` is that of the payload, if it is whole. What does
    /// not go into the hash as it stands must have its one form.
    fn read(r: &mut Reader<'b>, salt: Option<&Salt>, index: u32) -> Result<Self, Error> {
        if let Some(salt) = salt {
            let salt = salt_of(salt, index);
            let cbor = r.raw(Reader::skip)?;
            return Ok(Self::Open { salt, cbor });
        }
        let from = r.position();
        if let Some(commitment) = r.take_fixed()? {
            has_length(r, from, COMMITMENT_BYTES)?;
            return Ok(Self::Masked(commitment));
        }
        r.array(2)?;
        let salt = r.fixed()?;
        has_length(r, from, OPEN_FRAME_BYTES)?;
        let cbor = r.raw(Reader::skip)?;
        Ok(Self::Open { salt, cbor })
    }
}

fn has_length(r: &Reader<'_>, from: usize, length: usize) -> Result<(), Error> {
    if r.position() - from == length {
        Ok(())
    } else {
        Err(Error::NotCanonical { what: WHAT })
    }
}

/// A change as its bytes have it.
struct RawChange<'b> {
    /// Up to the field.
    head: &'b [u8],
    entity: EntityId,
    kind: &'b str,
    field: &'b str,
    item: Item<'b>,
    bases: &'b [u8],
}

/// Goes through a payload of version 2, whole or masked, part by part.
struct Walk<'b> {
    reader: Reader<'b>,
    salt: Option<Salt>,
    note: Item<'b>,
    /// The frame of the changes, which says how many there are.
    count: &'b [u8],
    left: usize,
    index: u32,
}

impl<'b> Walk<'b> {
    fn begin(payload: &'b [u8]) -> Result<Self, Error> {
        if !payload.starts_with(&BEGINS) {
            return Err(Error::Malformed { what: WHAT });
        }
        let mut reader = Reader::new(WHAT, payload);
        reader.array(4)?;
        reader.uint()?;
        let from = reader.position();
        let salt = if reader.take_null()? {
            None
        } else {
            let salt = reader.fixed()?;
            has_length(&reader, from, 17)?;
            Some(salt)
        };
        let note = Item::read(&mut reader, salt.as_ref(), 0)?;
        let mut left = 0;
        let count = reader.raw(|r| {
            left = r.array_up_to(limits::CHANGES)?;
            Ok(())
        })?;
        Ok(Self {
            reader,
            salt,
            note,
            count,
            left,
            index: 0,
        })
    }

    fn next_change(&mut self) -> Result<Option<RawChange<'b>>, Error> {
        if self.left == 0 {
            return self.reader.end().map(|()| None);
        }
        self.left -= 1;
        self.index += 1;
        let reader = &mut self.reader;
        let (mut entity, mut kind, mut field) = ([0; 16], "", "");
        let head = reader.raw(|r| {
            r.array(5)?;
            entity = r.fixed()?;
            kind = r.text()?;
            field = r.text()?;
            Ok(())
        })?;
        let item = Item::read(reader, self.salt.as_ref(), self.index)?;
        let bases = reader.raw(Reader::skip)?;
        Ok(Some(RawChange {
            head,
            entity: EntityId(Uuid::from_bytes(entity)),
            kind,
            field,
            item,
            bases,
        }))
    }
}

/// A masked payload, decoded. `None` in place of a salt means that the part is masked.
struct Masked {
    note: (Option<Salt>, Option<String>, Commitment),
    changes: Vec<(Option<Salt>, Change)>,
}

/// Reads a masked payload and refuses every form but the deterministic one.
pub(crate) fn decode(bytes: &[u8]) -> Result<Payload, Error> {
    let masked = read_canonical(
        WHAT,
        limits::MASKED_BYTES,
        bytes,
        Masked::read,
        Masked::write,
    )?;
    if masked
        .changes
        .iter()
        .any(|(_, change)| change.field == RETRACTED && change.value.is_masked())
    {
        return Err(Error::Malformed { what: WHAT });
    }
    Ok(Payload {
        salt: None,
        note: masked.note.1,
        changes: masked.changes.into_iter().map(|(_, it)| it).collect(),
    })
}

impl Masked {
    fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        r.versioned_array(2, 4)?;
        if !r.take_null()? {
            return Err(r.malformed());
        }
        let note = if let Some(commitment) = r.take_fixed()? {
            (None, None, commitment)
        } else {
            r.array(2)?;
            let salt = r.fixed()?;
            (Some(salt), r.optional_text()?.map(str::to_owned), [0; 32])
        };
        let count = r.array_up_to(limits::CHANGES)?;
        let mut changes = Vec::new();
        for _ in 0..count {
            r.array(5)?;
            let entity = EntityId(Uuid::from_bytes(r.fixed()?));
            let kind = r.text()?.to_owned();
            let field = r.text()?.to_owned();
            let (salt, value) = if let Some(commitment) = r.take_fixed()? {
                (None, Value::Masked(commitment))
            } else {
                r.array(2)?;
                (Some(r.fixed()?), r.value()?)
            };
            let bases = read_bases(r)?;
            let change = Change {
                entity,
                kind,
                field,
                value,
                bases,
            };
            changes.push((salt, change));
        }
        Ok(Self { note, changes })
    }

    fn write(&self, w: &mut Writer) {
        w.array(4).uint(2).null();
        match &self.note {
            (Some(salt), note, _) => w.array(2).bytes(salt).optional_text(note.as_deref()),
            (None, _, commitment) => w.bytes(commitment),
        };
        w.array(self.changes.len());
        for (salt, change) in &self.changes {
            w.array(5)
                .bytes(change.entity.0.as_bytes())
                .text(&change.kind)
                .text(&change.field);
            if let Some(salt) = salt {
                w.array(2).bytes(salt);
            }
            w.value(&change.value);
            write_bases(w, &change.bases);
        }
    }
}

#[cfg(test)]
mod tests;
