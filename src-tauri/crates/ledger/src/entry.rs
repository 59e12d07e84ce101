//! Header (条目头) and entry (条目).

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::cbor::{Reader, Writer, read_canonical};
use crate::erasure::is_erasure;
use crate::payload::check_name;
use crate::{CompartmentId, DeviceId, EntityId, EntryHash, Error, Hlc, Payload, limits};

/// The format version of headers, as written.
pub const VERSION: u8 = 1;
/// What the parts are called in messages.
const WHAT_HEADER: &str = "条目头";
const WHAT_ENTRY: &str = "条目";
/// Keeps header hashes apart from every other hash.
const HEADER_DOMAIN: &[u8] = b"ducha/ledger/1/header\0";
/// Keeps entry signatures apart from every other signature.
pub(crate) const SIGNATURE_DOMAIN: &[u8] = b"ducha/ledger/1/entry-signature\0";

/// What an entry says about itself. It names what came before and the hash of its payload, and
/// its own hash is what is signed; so the chain verifies without any payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Format version, [`VERSION`].
    pub version: u8,
    /// The device that wrote the entry, and the key that signed it.
    pub device: DeviceId,
    /// Number in the device's chain: from 1, without gaps.
    pub seq: u64,
    /// When, by the device's hybrid logical clock. Greater than in the entry before.
    pub hlc: Hlc,
    /// The supervisor (督查员) who acted.
    pub author: EntityId,
    /// The compartment the payload belongs to.
    pub compartment: CompartmentId,
    /// Hash of the device's entry before, [`EntryHash::ZERO`] at number 1.
    pub previous: EntryHash,
    /// The hash of the payload ([`Payload::hash`]).
    pub payload_hash: [u8; 32],
    /// What was done (`person.edit`, `paper.issue` …). Unknown actions are kept.
    pub action: String,
}

impl Header {
    /// The deterministic CBOR of the header.
    ///
    /// # Errors
    /// When the action's name, the clock or the sequence number is outside the format.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        let mut writer = Writer::new();
        self.write(&mut writer);
        Ok(writer.finish())
    }

    /// Reads a header and refuses every form but the deterministic one.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let header = read_canonical(
            WHAT_HEADER,
            limits::HEADER_BYTES,
            bytes,
            Self::read,
            Self::write,
        )?;
        header.check()?;
        Ok(header)
    }

    /// The hash of header bytes, which names the entry.
    pub fn hash(bytes: &[u8]) -> EntryHash {
        EntryHash(
            Sha256::new_with_prefix(HEADER_DOMAIN)
                .chain_update(bytes)
                .finalize()
                .into(),
        )
    }

    fn check(&self) -> Result<(), Error> {
        check_name(&self.action)?;
        let first = self.seq == 1;
        if self.version != VERSION
            || self.seq == 0
            || self.seq > i64::MAX as u64
            || self.hlc.millis > Hlc::MAX_MILLIS
            || first != (self.previous == EntryHash::ZERO)
        {
            return Err(Error::Malformed { what: WHAT_HEADER });
        }
        Ok(())
    }

    fn write(&self, w: &mut Writer) {
        w.array(10)
            .uint(u64::from(self.version))
            .bytes(&self.device.0)
            .uint(self.seq)
            .uint(self.hlc.millis)
            .uint(u64::from(self.hlc.counter))
            .bytes(self.author.0.as_bytes())
            .bytes(self.compartment.0.as_bytes())
            .bytes(&self.previous.0)
            .bytes(&self.payload_hash)
            .text(&self.action);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self {
            version: r.versioned_array(VERSION, 10)?,
            device: DeviceId(r.fixed()?),
            seq: r.uint()?,
            hlc: Hlc {
                millis: r.uint()?,
                counter: r.uint()?.try_into().map_err(|_| r.malformed())?,
            },
            author: EntityId(Uuid::from_bytes(r.fixed()?)),
            compartment: CompartmentId(Uuid::from_bytes(r.fixed()?)),
            previous: EntryHash(r.fixed()?),
            payload_hash: r.fixed()?,
            action: r.text()?.to_owned(),
        })
    }
}

/// An entry as it is stored and exchanged.
///
/// The fields are readable for convenience; whoever takes an entry from outside makes it with
/// [`Entry::from_parts`] or [`Entry::decode`], which derive `header` and `hash` from the bytes.
/// [`crate::verify::ChainVerifier`] trusts the bytes only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The header, decoded.
    pub header: Header,
    /// The header as hashed and signed.
    pub header_bytes: Vec<u8>,
    /// [`Header::hash`] of `header_bytes`.
    pub hash: EntryHash,
    /// The device's Ed25519 signature over `hash`.
    pub signature: [u8; 64],
    /// The payload's CBOR, whole or masked ([`crate::masking`]); `None` when it was withheld or
    /// lawfully erased.
    pub payload: Option<Vec<u8>>,
}

impl Entry {
    /// Puts an entry together from what is stored. Checks the header's form, not the chain.
    pub fn from_parts(
        header_bytes: Vec<u8>,
        signature: [u8; 64],
        payload: Option<Vec<u8>>,
    ) -> Result<Self, Error> {
        let header = Header::decode(&header_bytes)?;
        let hash = Header::hash(&header_bytes);
        Ok(Self {
            header,
            header_bytes,
            hash,
            signature,
            payload,
        })
    }

    /// The deterministic CBOR of the whole entry.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.array(3)
            .bytes(&self.header_bytes)
            .bytes(&self.signature)
            .optional_bytes(self.payload.as_deref());
        w.finish()
    }

    /// Reads an entry and refuses every form but the deterministic one. Checks neither chain
    /// nor signature nor payload: see [`crate::verify`] and [`Entry::open_payload`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        read_canonical(
            WHAT_ENTRY,
            limits::ENTRY_BYTES,
            bytes,
            |r| {
                r.array(3)?;
                let header = r.bytes()?.to_vec();
                let signature = r.fixed()?;
                let payload = r.optional_bytes()?.map(<[u8]>::to_vec);
                Self::from_parts(header, signature, payload)
            },
            |entry, w| {
                w.array(3)
                    .bytes(&entry.header_bytes)
                    .bytes(&entry.signature)
                    .optional_bytes(entry.payload.as_deref());
            },
        )
    }

    /// The decoded payload, if there is one, after checking that it is the one the header
    /// vouches for. Masked values in it are [`crate::Value::Masked`].
    ///
    /// # Errors
    /// [`Error::NewerVersion`] for a payload of a later format. [`Error::PayloadMismatch`] for
    /// another payload than the header's. [`Error::Malformed`] and the like for what cannot be
    /// read, and for an erasure of which something is masked: nobody could tell what it erases.
    pub fn open_payload(&self) -> Result<Option<Payload>, Error> {
        let Some(bytes) = &self.payload else {
            return Ok(None);
        };
        match Payload::hash(bytes) {
            Ok(hash) if hash == self.header.payload_hash => {}
            Err(newer @ Error::NewerVersion { .. }) => return Err(newer),
            _ => {
                return Err(Error::PayloadMismatch {
                    seq: self.header.seq,
                });
            }
        }
        let payload = Payload::decode(bytes)?;
        if payload.salt.is_none() && is_erasure(self) {
            return Err(Error::Malformed { what: WHAT_ENTRY });
        }
        Ok(Some(payload))
    }

    /// The same entry without its payload, as it leaves in an export of another scope.
    #[must_use]
    pub fn withheld(&self) -> Self {
        Self {
            payload: None,
            ..self.clone()
        }
    }

    /// Whether the header's device signed this header.
    pub fn is_signed(&self) -> bool {
        let hash = Header::hash(&self.header_bytes);
        self.header
            .device
            .has_signed(SIGNATURE_DOMAIN, &hash.0, &self.signature)
    }
}
