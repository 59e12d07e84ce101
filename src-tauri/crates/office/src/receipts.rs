//! Receipts that come back: verified, held against this archive, and kept: what
//! of ours has arrived where.

use crate::Office;
use crate::error::Result;
use crate::handed::{Acknowledged, Held, Whole};
use crate::leaving::Given;
use crate::moment::local_of;
use crate::open::Open;
use crate::text_file::{STATEMENT_BYTES, read_text};
use exchange::Receipt;
use ledger::DeviceId;
use serde::Serialize;
use sha2::{Digest, Sha256};
use specta::Type;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// What a receipt says.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ReceiptView {
    /// The receipt in one sentence.
    pub words: String,
    /// Who signed it, and how sure that is.
    pub receiver: String,
    /// Which of the bundles given here it is for; none when none is on record.
    pub given: Option<String>,
    /// How far the receiver knows what was written here, in words.
    pub reach: String,
    /// Whether an export may go on from it, or why not.
    pub since: String,
    /// What the reader should know besides.
    pub warnings: Vec<String>,
}

/// What a peer acknowledged last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct PeerReceipt {
    /// When, in words.
    pub when: String,
    /// How far the peer knows what was written here, in words.
    pub reach: String,
    /// Entries of all devices that the peer did not have then.
    pub behind: u64,
    /// An export may go on from it.
    pub goes_on: bool,
}

/// Local: beginning of the name under which it is kept what a device
/// acknowledged.
const HELD: &str = "exchange.held.";
/// Local: beginning of the name under which it is kept what a bundle gave.
const WHOLE: &str = "exchange.whole.";

impl Office {
    /// Reads a receipt that came back, holds this archive against it, and keeps
    /// what it says.
    ///
    /// # Errors
    /// A file that is no receipt, or one that was changed.
    pub fn read_receipt(&mut self, path: &Path) -> Result<ReceiptView> {
        let receipt = read(path)?;
        self.archive_mut()?.take_receipt(&receipt)
    }
}

/// Reads and verifies a receipt.
pub(crate) fn read(path: &Path) -> Result<Receipt> {
    Ok(Receipt::from_text(&read_text(path, STATEMENT_BYTES)?)?)
}

impl Open {
    /// Keeps what a receipt says, and says what that is.
    pub(crate) fn take_receipt(&mut self, receipt: &Receipt) -> Result<ReceiptView> {
        let mut warnings = self.held_against(&receipt.heads)?;
        let receiver = self.sender(&receipt.receiver(), &receipt.receiver_name)?;
        warnings.extend(receiver.remark.clone());
        let when = local_of(receipt.heads.hlc.millis)
            .format("%Y年%-m月%-d日 %H:%M")
            .to_string();
        let is_ours = self.own_devices()?.contains(&receipt.sender);
        let given = if is_ours {
            self.note_receipt(receipt, &receiver.name, &when)?
        } else {
            None
        };
        let since = match &receiver.bars {
            Some((why, _)) => format!("{why}，不能据此只发之后的内容。"),
            None => self.since_words(&receipt.receiver(), is_ours, given.as_ref())?,
        };
        let ours = if is_ours {
            "本机发出的"
        } else {
            "别的设备发出的"
        };
        let heads = reached(receipt);
        let held = self.held_at(&receipt.receiver())?;
        Ok(ReceiptView {
            words: format!(
                "“{}”于{when}收到{ours}交换包：{}条记录、{}个附件，签名无误。",
                receipt.receiver_name, receipt.entries, receipt.attachments
            ),
            receiver: receiver.words,
            given: given.map(|it| given_words(&it)),
            reach: self.reach_words(&heads, held.as_ref())?,
            since,
            warnings,
        })
    }

    /// Keeps a receipt for a bundle of this archive. Gives back what is on
    /// record of the bundle.
    fn note_receipt(&mut self, receipt: &Receipt, name: &str, when: &str) -> Result<Option<Given>> {
        let device = receipt.receiver();
        let bundle = hex::encode(receipt.bundle);
        let whole: Option<Whole> = self.kept(&format!("{WHOLE}{bundle}"))?;
        let mut held = self.held_at(&device)?.unwrap_or_default();
        held.take(Acknowledged {
            id: hex::encode(&Sha256::digest(receipt.encode())[..8]),
            millis: receipt.heads.hlc.millis,
            bundle: bundle.clone(),
            heads: reached(receipt),
            whole: whole.as_ref(),
        });
        let json = serde_json::to_value(&held).unwrap_or_default();
        self.vault.put_local(&format!("{HELD}{device}"), &json)?;
        self.given_arrived(&bundle, &format!("{name}　{when}"))
    }

    /// What a device acknowledged.
    pub(crate) fn held_at(&self, device: &DeviceId) -> Result<Option<Held>> {
        self.kept(&format!("{HELD}{device}"))
    }

    /// Keeps what a bundle gave, until there is a receipt for it.
    pub(crate) fn keep_whole(&mut self, bundle: &str, whole: Option<&Whole>) -> Result<()> {
        let json = match whole {
            Some(whole) => serde_json::to_value(whole).unwrap_or_default(),
            None => serde_json::Value::Null,
        };
        Ok(self.vault.put_local(&format!("{WHOLE}{bundle}"), &json)?)
    }

    fn kept<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        Ok(self
            .vault
            .local(name)?
            .and_then(|json| serde_json::from_value(json).ok()))
    }

    /// The last receipt of a peer's device.
    pub(crate) fn peer_receipt(&self, device: &DeviceId) -> Result<Option<PeerReceipt>> {
        let Some(held) = self.held_at(device)? else {
            return Ok(None);
        };
        let behind = self
            .vault
            .heads()?
            .iter()
            .map(|(device, head)| head.seq.saturating_sub(known(&held.heads, device)))
            .sum();
        Ok(Some(PeerReceipt {
            when: local_of(held.millis)
                .format("%Y年%-m月%-d日 %H:%M")
                .to_string(),
            reach: self.reach_words(&held.heads, Some(&held))?,
            behind,
            goes_on: !held.chains.is_empty(),
        }))
    }

    /// How far somebody knows what was written here.
    fn reach_words(&self, heads: &BTreeMap<String, u64>, held: Option<&Held>) -> Result<String> {
        let own = self.own_devices()?;
        let (mut reach, mut left, mut others) = (0_u64, 0_u64, 0_u64);
        let mut is_whole = true;
        for (device, head) in self.vault.heads()? {
            let known = known(heads, &device);
            let missing = head.seq.saturating_sub(known);
            if own.contains(&device) {
                reach += known.min(head.seq);
                left += missing;
                let chain = held.and_then(|held| held.chains.get(&device.to_string()));
                is_whole &= known == 0
                    || chain.is_some_and(|chain| {
                        chain.to >= known.min(head.seq) && chain.bare.first().is_none()
                    });
            } else {
                others += missing;
            }
        }
        let mut words = match left {
            0 => format!("本机写的{reach}条记录，对方都有"),
            left => format!("本机写的，对方已有{reach}条，还缺{left}条"),
        };
        if !is_whole {
            words.push_str("（只是编号，内容不一定齐全）");
        }
        if others > 0 {
            let _ = write!(words, "；本机收到的别人写的，还缺{others}条");
        }
        words.push('。');
        Ok(words)
    }
}

fn known(heads: &BTreeMap<String, u64>, device: &DeviceId) -> u64 {
    heads.get(&device.to_string()).copied().unwrap_or(0)
}

/// How far the writer of a receipt knows every chain.
fn reached(receipt: &Receipt) -> BTreeMap<String, u64> {
    let heads = &receipt.heads.heads;
    heads
        .iter()
        .map(|(device, head)| (device.to_string(), head.seq))
        .collect()
}

/// A bundle that was given, in words.
fn given_words(given: &Given) -> String {
    format!(
        "{}导出的“{}”，交{}",
        local_of(given.millis).format("%Y年%-m月%-d日 %H:%M"),
        given.scope,
        given.to
    )
}
