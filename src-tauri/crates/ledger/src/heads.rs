//! Signed heads: a statement by one device of how far it knows every chain.
//!
//! It travels in every bundle and every receipt. Whoever keeps it is a witness: a chain that
//! is shorter or different later was truncated or rewritten.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cbor::{Reader, Writer, read_canonical};
use crate::{DeviceId, DeviceKey, EntryHash, Error, Hlc, limits};

const VERSION: u8 = 1;
const WHAT: &str = "账本位置声明";
const DOMAIN: &[u8] = b"ducha/ledger/1/heads-signature\0";
/// Largest encoded statement: a head takes 2 + 32 + 9 + 2 + 32 bytes at most, rounded up.
const BYTES: usize = limits::HEADS * 80 + 256;

/// The last entry of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Head {
    /// Its number.
    pub seq: u64,
    /// Its hash.
    pub hash: EntryHash,
}

/// How far `signer` knew every chain at the moment `hlc`. Serialises for display only; the form
/// to be stored and sent is [`SignedHeads::encode`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignedHeads {
    /// The last entry known of each device.
    pub heads: BTreeMap<DeviceId, Head>,
    /// When the statement was made, by the signer's clock.
    pub hlc: Hlc,
    /// Who makes the statement.
    pub signer: DeviceId,
    /// The signer's Ed25519 signature over the other three.
    #[serde(serialize_with = "crate::hex::serialize")]
    pub signature: [u8; 64],
}

/// What a statement of heads shows when held against one's own archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Witnessed {
    /// The archive has that entry.
    Agrees,
    /// The archive ends before that entry: not received yet, or, for one's own chain, cut off.
    Missing {
        /// The last number the archive has, 0 for none.
        have: u64,
    },
    /// The archive has another entry with that number: one of the two histories was rewritten.
    Differs {
        /// The hash the archive has.
        have: EntryHash,
    },
}

impl SignedHeads {
    /// Makes the statement.
    ///
    /// # Errors
    /// When there are more devices than [`limits::HEADS`] or a number or stamp is impossible.
    pub fn sign(key: &DeviceKey, heads: BTreeMap<DeviceId, Head>, hlc: Hlc) -> Result<Self, Error> {
        let mut signed = Self {
            heads,
            hlc,
            signer: key.id(),
            signature: [0; 64],
        };
        signed.check()?;
        signed.signature = key.sign(DOMAIN, &signed.body());
        Ok(signed)
    }

    /// Checks the signature.
    pub fn verify(&self) -> Result<(), Error> {
        self.check()?;
        if self
            .signer
            .has_signed(DOMAIN, &self.body(), &self.signature)
        {
            Ok(())
        } else {
            Err(Error::BadSignature { what: WHAT })
        }
    }

    /// The deterministic CBOR of the statement with its signature.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        self.write(&mut w);
        w.finish()
    }

    /// Reads a statement and verifies its signature.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let signed = read_canonical(WHAT, BYTES, bytes, Self::read, Self::write)?;
        signed.verify()?;
        Ok(signed)
    }

    /// Holds every stated head against one's own archive. `latest` gives the last number the
    /// archive has of a device (0 for none), `hash_at` the hash it has for a number.
    pub fn compare(
        &self,
        mut latest: impl FnMut(&DeviceId) -> u64,
        mut hash_at: impl FnMut(&DeviceId, u64) -> Option<EntryHash>,
    ) -> BTreeMap<DeviceId, Witnessed> {
        self.heads
            .iter()
            .map(|(device, head)| {
                let seen = match hash_at(device, head.seq) {
                    Some(have) if have == head.hash => Witnessed::Agrees,
                    Some(have) => Witnessed::Differs { have },
                    None => Witnessed::Missing {
                        have: latest(device),
                    },
                };
                (*device, seen)
            })
            .collect()
    }

    fn check(&self) -> Result<(), Error> {
        if self.heads.len() > limits::HEADS {
            return Err(Error::TooLarge {
                what: WHAT,
                limit: limits::HEADS,
            });
        }
        let impossible = |head: &Head| head.seq == 0 || head.seq > i64::MAX as u64;
        if self.hlc.millis > Hlc::MAX_MILLIS || self.heads.values().any(impossible) {
            return Err(Error::Malformed { what: WHAT });
        }
        Ok(())
    }

    fn body(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.array(5).uint(u64::from(VERSION)).bytes(&self.signer.0);
        w.uint(self.hlc.millis)
            .uint(u64::from(self.hlc.counter))
            .array(self.heads.len());
        for (device, head) in &self.heads {
            w.array(3)
                .bytes(&device.0)
                .uint(head.seq)
                .bytes(&head.hash.0);
        }
        w.finish()
    }

    fn write(&self, w: &mut Writer) {
        w.array(3)
            .uint(u64::from(VERSION))
            .bytes(&self.body())
            .bytes(&self.signature);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        r.versioned_array(VERSION, 3)?;
        let mut body = Reader::new(WHAT, r.bytes()?);
        let signature = r.fixed()?;
        body.versioned_array(VERSION, 5)?;
        let signer = DeviceId(body.fixed()?);
        let hlc = Hlc {
            millis: body.uint()?,
            counter: body.uint()?.try_into().map_err(|_| body.malformed())?,
        };
        let mut heads = BTreeMap::new();
        for _ in 0..body.array_up_to(limits::HEADS)? {
            body.array(3)?;
            let device = DeviceId(body.fixed()?);
            heads.insert(
                device,
                Head {
                    seq: body.uint()?,
                    hash: EntryHash(body.fixed()?),
                },
            );
        }
        body.end()?;
        Ok(Self {
            heads,
            hlc,
            signer,
            signature,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed() -> SignedHeads {
        let key = DeviceKey::generate([1; 32]);
        let heads = BTreeMap::from([
            (
                key.id(),
                Head {
                    seq: 12,
                    hash: EntryHash([3; 32]),
                },
            ),
            (
                DeviceKey::generate([2; 32]).id(),
                Head {
                    seq: 1,
                    hash: EntryHash([4; 32]),
                },
            ),
        ]);
        SignedHeads::sign(
            &key,
            heads,
            Hlc {
                millis: 7,
                counter: 1,
            },
        )
        .expect("valid")
    }

    #[test]
    fn round_trips_and_refuses_every_changed_byte_and_every_cut() {
        let bytes = signed().encode();
        assert_eq!(SignedHeads::decode(&bytes), Ok(signed()));
        for i in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[i] ^= 1;
            assert!(SignedHeads::decode(&changed).is_err(), "byte {i}");
            assert!(SignedHeads::decode(&bytes[..i]).is_err(), "cut at {i}");
        }
    }

    #[test]
    fn a_statement_cannot_be_made_in_another_name() {
        let mut forged = signed();
        forged.signer = DeviceKey::generate([2; 32]).id();
        assert_eq!(forged.verify(), Err(Error::BadSignature { what: WHAT }));
        let mut shortened = signed();
        shortened.heads.pop_first();
        assert!(shortened.verify().is_err());
    }

    #[test]
    fn heads_in_another_order_are_not_canonical() {
        let key = DeviceKey::generate([1; 32]);
        let mut body = Writer::new();
        body.array(5)
            .uint(1)
            .bytes(&key.id().0)
            .uint(7)
            .uint(0)
            .array(2);
        for device in [[9; 32], [8; 32]] {
            body.array(3).bytes(&device).uint(1).bytes(&[0; 32]);
        }
        let body = body.finish();
        let mut w = Writer::new();
        w.array(3)
            .uint(1)
            .bytes(&body)
            .bytes(&key.sign(DOMAIN, &body));
        assert_eq!(
            SignedHeads::decode(&w.finish()).map_err(|e| e.code()),
            Err("not-canonical")
        );
    }

    #[test]
    fn number_zero_is_no_head() {
        let key = DeviceKey::generate([1; 32]);
        let heads = BTreeMap::from([(
            key.id(),
            Head {
                seq: 0,
                hash: EntryHash::ZERO,
            },
        )]);
        assert!(SignedHeads::sign(&key, heads, Hlc::default()).is_err());
    }

    #[test]
    fn comparison_tells_missing_from_rewritten() {
        let statement = signed();
        let mine = DeviceKey::generate([1; 32]).id();
        let other = DeviceKey::generate([2; 32]).id();
        let seen = statement.compare(
            |device| if *device == mine { 9 } else { 1 },
            |device, _| (*device == other).then_some(EntryHash([5; 32])),
        );
        assert_eq!(seen[&mine], Witnessed::Missing { have: 9 });
        assert_eq!(
            seen[&other],
            Witnessed::Differs {
                have: EntryHash([5; 32])
            }
        );
        let seen = statement.compare(
            |_| 99,
            |device, _| statement.heads.get(device).map(|h| h.hash),
        );
        assert!(seen.values().all(|w| *w == Witnessed::Agrees));
    }
}
