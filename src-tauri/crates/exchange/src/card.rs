//! The key card (密钥名片): who one is, and one's two public keys, signed with one of them.
//!
//! Whoever has it can lock bundles for the owner and knows the device that signs the owner's
//! bundles, receipts and appointments. The card vouches for itself only: it shows that the two
//! keys belong together and that nothing was changed, not *whose* they are. For that, people
//! compare [`Keys::fingerprint`] on their screens, in person or by telephone.

use ledger::cbor::{Reader, Writer, read_canonical};
use ledger::{DeviceId, DeviceKey, digit_groups};
use sha2::{Digest, Sha256};

use crate::signed_text::{Form, beijing_time, is_one_line, same};
use crate::{Error, Recipient};

const VERSION: u8 = 1;
const WHAT: &str = "密钥名片";
const DOMAIN: &[u8] = b"ducha/exchange/1/key-card\0";
const FINGERPRINT: &[u8] = b"ducha/exchange/1/key-fingerprint\0";
/// Most earlier devices that a card names.
const HANDOVERS: usize = 4;
/// Largest card in bytes of CBOR.
const BYTES: usize = 4 * 1024;
/// Largest card as a text file.
const TEXT_BYTES: usize = 64 * 1024;
/// Bytes of the hash behind the data that tell a slip from a forgery.
const CHECK: usize = 4;
/// What a card begins with as a QR code.
const QR_HEAD: &str = "DUCHADCK1:";

const FORM: Form = Form {
    title: "督查手记 密钥名片（第 1 版）",
    begin: "-----名片数据开始-----",
    end: "-----名片数据结束-----",
};

/// The two public keys of an archive, which belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// Signs bundles, receipts, appointments (Ed25519).
    pub device: DeviceId,
    /// Bundles are locked for it (X25519).
    pub recipient: Recipient,
}

impl Keys {
    /// Eight groups of four digits (核对码) that depend on both keys, to be compared on two
    /// screens.
    pub fn fingerprint(&self) -> String {
        let digest: [u8; 32] = Sha256::new_with_prefix(FINGERPRINT)
            .chain_update(self.device.0)
            .chain_update(self.recipient.to_bytes())
            .finalize()
            .into();
        digit_groups(&digest)
    }
}

/// A key card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyCard {
    /// The keys.
    pub keys: Keys,
    /// The owner's name.
    pub name: String,
    /// The owner's unit and post.
    pub unit: String,
    /// When it was made, in milliseconds since 1970 (UTC) by the owner's clock. Of two cards
    /// of one device the later stands.
    pub millis: u64,
    /// The devices the owner wrote as before, the earliest first, each with its signature
    /// under which the next one goes on in its place.
    pub handovers: Vec<(DeviceId, [u8; 64])>,
    /// The device's signature over all the above.
    pub signature: [u8; 64],
}

impl KeyCard {
    /// Makes the card of the archive that writes with `key` and reads with the secret half of
    /// `recipient`. Of a longer chain of `handovers` the last ones are taken.
    ///
    /// # Errors
    /// A name or unit that is too long or has a line break; handovers that do not lead to
    /// `key`.
    pub fn sign(
        key: &DeviceKey,
        recipient: Recipient,
        name: impl Into<String>,
        unit: impl Into<String>,
        millis: u64,
        handovers: &[(DeviceId, [u8; 64])],
    ) -> Result<Self, Error> {
        let mut card = Self {
            keys: Keys {
                device: key.id(),
                recipient,
            },
            name: name.into(),
            unit: unit.into(),
            millis,
            handovers: handovers[handovers.len().saturating_sub(HANDOVERS)..].to_vec(),
            signature: [0; 64],
        };
        card.signature = key.sign(DOMAIN, &card.body());
        card.verify()?;
        Ok(card)
    }

    /// Whether this card takes the place of what is known of `device`: its own earlier card,
    /// or the card of a device that handed over to this one, in one step or several.
    pub fn renews(&self, device: &DeviceId) -> bool {
        self.keys.device == *device || self.handovers.iter().any(|(old, _)| old == device)
    }

    fn verify(&self) -> Result<(), Error> {
        if !is_one_line(&self.name) || !is_one_line(&self.unit) {
            return Err(Error::Malformed {
                what: "名片上的姓名或单位",
            });
        }
        let after = self
            .handovers
            .iter()
            .skip(1)
            .map(|(device, _)| *device)
            .chain([self.keys.device]);
        let handed_over = self
            .handovers
            .iter()
            .zip(after)
            .all(|((old, signature), next)| old.has_handed_over(next, signature));
        let signed = self
            .keys
            .device
            .has_signed(DOMAIN, &self.body(), &self.signature);
        if handed_over && signed {
            Ok(())
        } else {
            Err(Error::Forged { what: WHAT })
        }
    }

    /// The deterministic CBOR.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        self.fields(&mut w, 8).bytes(&self.signature);
        w.finish()
    }

    /// Reads a card and verifies its signatures.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let card = read_canonical(WHAT, BYTES, bytes, Self::read, |card, w| {
            card.fields(w, 8).bytes(&card.signature);
        })?;
        card.verify()?;
        Ok(card)
    }

    /// The text file: lines for people, then the data with its checksum.
    pub fn to_text(&self) -> String {
        let lines = format!(
            "姓名：{}\n单位职务：{}\n收件码：{}\n设备指纹：{}\n核对码：{}\n制作时间：{}（北京时间）\n",
            self.name,
            self.unit,
            self.keys.recipient,
            self.keys.device.fingerprint(),
            self.keys.fingerprint(),
            beijing_time(self.millis),
        );
        FORM.write(&lines, &checked(self.encode()))
    }

    /// Reads the text file and verifies it.
    ///
    /// # Errors
    /// [`Error::NotThat`], [`Error::Miscopied`] for a slip, [`Error::Forged`] for a signature
    /// that is not right.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        if !FORM.is_in(text) {
            return Err(Error::NotThat { what: WHAT });
        }
        let slip = || Error::Miscopied { what: WHAT };
        if text.len() > TEXT_BYTES {
            return Err(slip());
        }
        let data = FORM.data(text).ok_or_else(slip)?;
        let card = Self::decode(unchecked(&data).ok_or_else(slip)?)?;
        // The data are what was signed; the lines for people must say the same.
        if same(text, &card.to_text()) {
            Ok(card)
        } else {
            Err(slip())
        }
    }

    /// The text of the QR code: in capitals, which take the smaller alphanumeric mode.
    pub fn to_qr_text(&self) -> String {
        let digits = ledger::hex::encode(&checked(self.encode()));
        format!("{QR_HEAD}{}", digits.to_ascii_uppercase())
    }

    /// Reads the text of the QR code and verifies it.
    pub fn from_qr_text(text: &str) -> Result<Self, Error> {
        let digits = text
            .trim()
            .strip_prefix(QR_HEAD)
            .ok_or(Error::NotThat { what: WHAT })?;
        let slip = || Error::Miscopied { what: WHAT };
        let data = ledger::hex::decode(digits).ok_or_else(slip)?;
        Self::decode(unchecked(&data).ok_or_else(slip)?)
    }

    fn fields<'w>(&self, w: &'w mut Writer, len: usize) -> &'w mut Writer {
        w.array(len)
            .uint(u64::from(VERSION))
            .bytes(&self.keys.device.0)
            .bytes(&self.keys.recipient.to_bytes())
            .text(&self.name)
            .text(&self.unit)
            .uint(self.millis)
            .array(self.handovers.len());
        for (device, signature) in &self.handovers {
            w.array(2).bytes(&device.0).bytes(signature);
        }
        w
    }

    fn body(&self) -> Vec<u8> {
        let mut w = Writer::new();
        self.fields(&mut w, 7);
        w.finish()
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, ledger::Error> {
        r.versioned_array(VERSION, 8)?;
        let device = DeviceId(r.fixed()?);
        let recipient = Recipient::from_bytes(&r.fixed()?).map_err(|_| r.malformed())?;
        let (name, unit) = (r.text()?.to_owned(), r.text()?.to_owned());
        let millis = r.uint()?;
        let mut handovers = Vec::new();
        for _ in 0..r.array_up_to(HANDOVERS)? {
            r.array(2)?;
            handovers.push((DeviceId(r.fixed()?), r.fixed()?));
        }
        Ok(Self {
            keys: Keys { device, recipient },
            name,
            unit,
            millis,
            handovers,
            signature: r.fixed()?,
        })
    }
}

/// `data` with the first bytes of its hash behind it.
fn checked(mut data: Vec<u8>) -> Vec<u8> {
    let digest = Sha256::digest(&data);
    data.extend_from_slice(&digest[..CHECK]);
    data
}

/// The data before the checksum; none when that is not right.
fn unchecked(data: &[u8]) -> Option<&[u8]> {
    let (data, check) = data.split_at_checked(data.len().checked_sub(CHECK)?)?;
    (Sha256::digest(data)[..CHECK] == *check).then_some(data)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Identity;

    fn identity(name: &str) -> Recipient {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testvectors");
        let text = std::fs::read_to_string(path.join(name)).expect("committed");
        Identity::from_text(&text).expect("a key").recipient()
    }

    fn card() -> KeyCard {
        let (old, key) = (DeviceKey::generate([3; 32]), DeviceKey::generate([1; 32]));
        let handover = (old.id(), old.hand_over(key.id()));
        let recipient = identity("identity.txt");
        KeyCard::sign(
            &key,
            recipient,
            "甲某",
            "示例市委组织部",
            1_772_690_520_000,
            &[handover],
        )
        .expect("valid")
    }

    #[test]
    fn every_changed_character_of_the_file_and_of_the_code_is_noticed() {
        let card = card();
        let text = card.to_text();
        insta::assert_snapshot!(text);
        assert_eq!(KeyCard::from_text(&text).expect("valid"), card);
        let changed = |text: &str, at: usize, by: char| -> String {
            let mut all: Vec<char> = text.chars().collect();
            all[at] = by;
            all.into_iter().collect()
        };
        for (at, was) in text.chars().enumerate() {
            // A line end may become another one on the way, and nothing else.
            for by in ['0', '1', 'a', '某', '\u{3000}'] {
                if by != was && !(was.is_whitespace() && by.is_whitespace()) {
                    let text = changed(&text, at, by);
                    assert!(KeyCard::from_text(&text).is_err(), "{at} {by}");
                }
            }
        }
        let code = card.to_qr_text();
        assert_eq!(KeyCard::from_qr_text(&code).expect("valid"), card);
        for at in 0..code.len() {
            let by = if code[at..].starts_with('0') {
                '1'
            } else {
                '0'
            };
            let code = changed(&code, at, by);
            assert!(KeyCard::from_qr_text(&code).is_err(), "{at}");
        }
    }

    #[test]
    fn a_swapped_key_is_forged_and_a_slip_is_a_slip() {
        let card = card();
        let mut swapped = card.clone();
        swapped.keys.recipient = Identity::generate().recipient();
        let told = |result: Result<KeyCard, Error>| result.map_err(|error| error.code());
        assert_eq!(told(KeyCard::from_text(&swapped.to_text())), Err("forged"));
        assert_eq!(
            told(KeyCard::from_qr_text(&swapped.to_qr_text())),
            Err("forged")
        );
        let slip = card.to_text().replacen("甲某", "乙某", 1);
        assert_eq!(told(KeyCard::from_text(&slip)), Err("miscopied"));
        let receipt = "督查手记 交换包回执（第 1 版）";
        assert_eq!(told(KeyCard::from_text(receipt)), Err("not-that"));
    }

    #[test]
    fn a_card_renews_what_its_own_device_or_the_one_before_it_said() {
        let card = card();
        assert!(card.renews(&card.keys.device));
        assert!(card.renews(&DeviceKey::generate([3; 32]).id()));
        assert!(!card.renews(&DeviceKey::generate([4; 32]).id()));
        // Nobody names himself the successor of a device that did not say so.
        let thief = DeviceKey::generate([5; 32]);
        let victim = DeviceKey::generate([3; 32]).id();
        let stolen = card.handovers[0].1;
        let refused = KeyCard::sign(
            &thief,
            card.keys.recipient,
            "甲某",
            "",
            0,
            &[(victim, stolen)],
        );
        assert_eq!(refused.map_err(|error| error.code()), Err("forged"));
    }

    #[test]
    fn the_fingerprint_depends_on_both_keys() {
        let keys = card().keys;
        let other = Keys {
            recipient: Identity::generate().recipient(),
            ..keys.clone()
        };
        assert_ne!(keys.fingerprint(), other.fingerprint());
        let other = Keys {
            device: DeviceKey::generate([9; 32]).id(),
            ..keys.clone()
        };
        assert_ne!(keys.fingerprint(), other.fingerprint());
    }
}
