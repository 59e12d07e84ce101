//! The receipt (回执): the signed answer to a bundle.
//!
//! It tells the sender who imported which bundle, and how far the receiver's ledger reached
//! then, so that each side can later show what the other had.

use ledger::cbor::{Reader, Writer, read_canonical};
use ledger::{DeviceId, DeviceKey, SignedHeads};
use serde::Serialize;

use crate::signed_text::{Form, beijing_time, is_one_line, same};
use crate::{Error, Summary};

const VERSION: u8 = 1;
const WHAT: &str = "回执";
const DOMAIN: &[u8] = b"ducha/exchange/1/receipt-signature\0";
/// Largest receipt in bytes of CBOR: heads of every device and a few names.
const BYTES: usize = ledger::limits::HEADS * 80 + 8 * 1024;
/// Largest receipt in text form: two digits a byte, line ends, and the lines for people.
pub(crate) const TEXT_BYTES: usize = BYTES * 2 + BYTES / 16 + 16 * 1024;

const FORM: Form = Form {
    title: "督查手记 交换包回执（第 1 版）",
    begin: "-----回执数据开始-----",
    end: "-----回执数据结束-----",
};

/// Who received which bundle, and how far their ledger reached after the import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The bundle, by [`Summary::digest`].
    #[serde(serialize_with = "ledger::hex::serialize")]
    pub bundle: [u8; 32],
    /// The device that sent it.
    pub sender: DeviceId,
    /// The name of who received it, for people. The device is the signer of `heads`.
    pub receiver_name: String,
    /// Entries in the bundle.
    pub entries: u64,
    /// Attachments in the bundle.
    pub attachments: u64,
    /// How far the receiver knows every chain after the import, and when that was.
    pub heads: SignedHeads,
    /// The receiver's Ed25519 signature over all the above.
    #[serde(serialize_with = "ledger::hex::serialize")]
    pub signature: [u8; 64],
}

impl Receipt {
    /// Makes the receipt for a bundle that was imported.
    ///
    /// # Errors
    /// When `heads` is not signed by `key` or the name is too long.
    pub fn sign(
        key: &DeviceKey,
        bundle: &Summary,
        sender: DeviceId,
        receiver_name: impl Into<String>,
        heads: SignedHeads,
    ) -> Result<Self, Error> {
        let mut receipt = Self {
            bundle: bundle.digest,
            sender,
            receiver_name: receiver_name.into(),
            entries: bundle.entries,
            attachments: bundle.attachments,
            heads,
            signature: [0; 64],
        };
        receipt.signature = key.sign(DOMAIN, &receipt.body());
        receipt.verify()?;
        Ok(receipt)
    }

    /// The device that received the bundle and signs.
    pub fn receiver(&self) -> DeviceId {
        self.heads.signer
    }

    /// Checks form and signatures. Whether the receiver is somebody known is for the caller.
    pub fn verify(&self) -> Result<(), Error> {
        if !is_one_line(&self.receiver_name) {
            return Err(Error::Malformed {
                what: "接收人名称"
            });
        }
        self.heads.verify()?;
        if self
            .receiver()
            .has_signed(DOMAIN, &self.body(), &self.signature)
        {
            Ok(())
        } else {
            Err(Error::BadReceipt)
        }
    }

    /// The deterministic CBOR.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        self.fields(&mut w, 8).bytes(&self.signature);
        w.finish()
    }

    /// Reads a receipt and verifies its signatures.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let receipt = read_canonical(WHAT, BYTES, bytes, Self::read, |receipt, w| {
            receipt.fields(w, 8).bytes(&receipt.signature);
        })?;
        receipt.verify()?;
        Ok(receipt)
    }

    /// The text file: lines for people, then the data. Can be printed or sent by any means.
    pub fn to_text(&self) -> String {
        let lines = format!(
            "接收人：{}\n接收设备：{}\n接收时间：{}（北京时间）\n来源设备：{}\n条目：{} 条\n附件：{} 个\n交换包摘要：{}\n",
            self.receiver_name,
            self.receiver().fingerprint(),
            beijing_time(self.heads.hlc.millis),
            self.sender.fingerprint(),
            self.entries,
            self.attachments,
            ledger::hex::encode(&self.bundle),
        );
        FORM.write(&lines, &self.encode())
    }

    /// Reads the text file and verifies it. The lines for people are compared with the data,
    /// so that nobody is shown something else than what was signed. Line ends and spaces at
    /// them may have changed on the way.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        if text.len() > TEXT_BYTES {
            return Err(Error::BadReceipt);
        }
        let receipt = Self::decode(&FORM.data(text).ok_or(Error::BadReceipt)?)?;
        if same(text, &receipt.to_text()) {
            Ok(receipt)
        } else {
            Err(Error::BadReceipt)
        }
    }

    fn fields<'w>(&self, w: &'w mut Writer, len: usize) -> &'w mut Writer {
        w.array(len)
            .uint(u64::from(VERSION))
            .bytes(&self.bundle)
            .bytes(&self.sender.0)
            .text(&self.receiver_name)
            .uint(self.entries)
            .uint(self.attachments)
            .bytes(&self.heads.encode())
    }

    fn body(&self) -> Vec<u8> {
        let mut w = Writer::new();
        self.fields(&mut w, 7);
        w.finish()
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, ledger::Error> {
        r.versioned_array(VERSION, 8)?;
        Ok(Self {
            bundle: r.fixed()?,
            sender: DeviceId(r.fixed()?),
            receiver_name: r.text()?.to_owned(),
            entries: r.uint()?,
            attachments: r.uint()?,
            heads: SignedHeads::decode(r.bytes()?)?,
            signature: r.fixed()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use ledger::{EntryHash, Head, Hlc};

    use super::*;

    fn receipt() -> Receipt {
        let key = DeviceKey::generate([2; 32]);
        let heads = BTreeMap::from([(
            key.id(),
            Head {
                seq: 4,
                hash: EntryHash([1; 32]),
            },
        )]);
        let heads = SignedHeads::sign(
            &key,
            heads,
            Hlc {
                millis: 1_772_690_520_000,
                counter: 0,
            },
        );
        let bundle = Summary {
            digest: [0xab; 32],
            entries: 12,
            payloads: 12,
            attachments: 1,
            attachment_bytes: 5,
        };
        let sender = DeviceKey::generate([1; 32]).id();
        Receipt::sign(&key, &bundle, sender, "示例市 甲某", heads.expect("valid")).expect("valid")
    }

    #[test]
    fn round_trips_and_refuses_every_changed_byte_and_every_cut() {
        let bytes = receipt().encode();
        assert_eq!(Receipt::decode(&bytes).expect("valid"), receipt());
        for i in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[i] ^= 1;
            assert!(Receipt::decode(&changed).is_err(), "byte {i}");
            assert!(Receipt::decode(&bytes[..i]).is_err(), "cut at {i}");
        }
    }

    #[test]
    fn the_text_file_is_readable_and_survives_the_way() {
        let text = receipt().to_text();
        insta::assert_snapshot!(text);
        let dos = format!("\u{feff}{}", text.replace('\n', "  \r\n"));
        assert_eq!(Receipt::from_text(&dos).expect("same"), receipt());
    }

    #[test]
    fn lines_for_people_cannot_say_something_else() {
        let text = receipt().to_text();
        for (from, to) in [
            ("甲某", "乙某"),
            ("12 条", "13 条"),
            ("3月5日", "3月6日"),
            ("abab", "acab"),
        ] {
            let edited = text.replacen(from, to, 1);
            assert_ne!(edited, text);
            assert_eq!(
                Receipt::from_text(&edited).map_err(|e| e.code()),
                Err("bad-receipt"),
                "{to}"
            );
        }
        let added = text.replacen("\n\n", "\n另：全部核实。\n", 1);
        assert!(Receipt::from_text(&added).is_err());
        assert!(Receipt::from_text("").is_err());
        assert!(Receipt::from_text(&"a".repeat(TEXT_BYTES + 1)).is_err());
    }

    #[test]
    fn nobody_else_can_sign_it() {
        let other = DeviceKey::generate([3; 32]);
        let mut forged = receipt();
        forged.signature = other.sign(DOMAIN, &forged.body());
        assert_eq!(forged.verify().map_err(|e| e.code()), Err("bad-receipt"));
        let bundle = Summary {
            digest: [0; 32],
            entries: 0,
            payloads: 0,
            attachments: 0,
            attachment_bytes: 0,
        };
        let foreign_heads = receipt().heads;
        assert!(Receipt::sign(&other, &bundle, other.id(), "乙某", foreign_heads).is_err());
    }

    #[test]
    fn a_newer_receipt_says_so() {
        let mut bytes = receipt().encode();
        assert_eq!(bytes[1], 1);
        bytes[1] = 2;
        assert_eq!(
            Receipt::decode(&bytes).map_err(|e| e.code()),
            Err("newer-version")
        );
    }

    #[test]
    fn a_name_cannot_smuggle_a_line() {
        let key = DeviceKey::generate([2; 32]);
        let bundle = Summary {
            digest: [0; 32],
            entries: 0,
            payloads: 0,
            attachments: 0,
            attachment_bytes: 0,
        };
        let refused = Receipt::sign(&key, &bundle, key.id(), "甲某\n条目：9 条", receipt().heads);
        assert_eq!(refused.map_err(|e| e.code()), Err("malformed"));
    }
}
