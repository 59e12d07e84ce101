//! Whom this archive knows (往来对象): what counts of the stored records, who
//! sent a bundle, to whom none may go.
//!
//! A full bundle brings its sender's own list of peers along. Nobody may make
//! this archive trust a key by that, nor lift a revocation: a record counts
//! only when every change of it was written here.

use crate::error::{ErrorView, Result};
use crate::moment::{Moment, full_date};
use crate::open::{Open, entity};
use casework::records::{Peer, PeerCheck, PeerRole, PeerState, Record};
use exchange::{KeyCard, Keys};
use ledger::DeviceId;
use std::str::FromStr;
use vault::{StoredRecord, WithdrawnFilter};

/// A peer as this archive registered it.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) id: String,
    pub(crate) record: Peer,
    pub(crate) keys: Keys,
    /// Somebody else's device has changed the record: nothing in it counts.
    pub(crate) meddled: bool,
}

impl Known {
    /// Whether somebody compared the keys, and they were right.
    pub(crate) fn is_checked(&self) -> bool {
        !self.meddled && matches!(self.record.check, PeerCheck::当面核对 | PeerCheck::电话核对)
    }

    /// The keys are revoked, or somebody else's.
    pub(crate) fn is_distrusted(&self) -> bool {
        self.meddled
            || self.record.state == PeerState::已吊销
            || self.record.check == PeerCheck::核对不符
    }

    /// Why nothing may be locked for these keys; none when it may.
    pub(crate) fn bars(&self) -> Option<String> {
        let name = &self.record.name;
        if self.meddled {
            Some(format!("“{name}”的登记被别的设备改动过，不再可靠"))
        } else if self.record.check == PeerCheck::核对不符 {
            Some(format!("“{name}”的密钥核对不符，可能被人换过"))
        } else {
            match self.record.state {
                PeerState::有效 => None,
                PeerState::已更换 => {
                    Some(format!("“{name}”已经换用新的密钥，旧的收件码不再使用"))
                }
                PeerState::已吊销 => Some(format!("“{name}”的密钥已经吊销{}", self.reason())),
            }
        }
    }

    fn reason(&self) -> String {
        match self.record.state_reason.trim() {
            "" => String::new(),
            reason => format!("（{reason}）"),
        }
    }

    /// How the keys stand, in a few words.
    pub(crate) fn check_words(&self) -> String {
        let on = self.record.checked_on.map(full_date).unwrap_or_default();
        match self.record.check {
            _ if self.meddled => "登记被改动过".to_owned(),
            PeerCheck::未核对 => "未核对".to_owned(),
            PeerCheck::当面核对 => format!("{on}当面核对"),
            PeerCheck::电话核对 => format!("{on}电话核对"),
            PeerCheck::核对不符 => format!("{on}核对不符"),
        }
    }
}

/// Who made a bundle, as far as this archive knows.
#[derive(Debug, Clone)]
pub(crate) struct Sender {
    /// By name, and how sure that is.
    pub(crate) words: String,
    /// The name alone.
    pub(crate) name: String,
    /// Why nothing of theirs may come in without a decision of its own, with
    /// the record that says so.
    pub(crate) bars: Option<(String, Known)>,
    /// What the reader should know otherwise.
    pub(crate) remark: Option<String>,
}

impl Open {
    /// Every peer that this archive itself registered, whatever its state.
    pub(crate) fn peers(&self) -> Result<Vec<Known>> {
        let own = self.own_devices()?;
        let mut known = Vec::new();
        for stored in self.records_of_kind(Peer::KIND)? {
            let lines = self.vault.history(&stored.id)?;
            let ours = lines
                .iter()
                .filter(|line| own.contains(&line.device))
                .count();
            // What others registered is none of this archive's peers.
            if ours == 0 {
                continue;
            }
            let id = stored.id.to_string();
            let retracted = stored.retracted;
            let json = serde_json::Value::from(ledger::Value::Map(stored.fields));
            let Ok(record) = serde_json::from_value::<Peer>(json) else {
                continue;
            };
            let Ok(keys) = keys_of(&record) else {
                continue;
            };
            known.push(Known {
                meddled: ours < lines.len() || retracted,
                id,
                record,
                keys,
            });
        }
        known.sort_by(|a, b| {
            (a.record.state as u8, &a.record.name).cmp(&(b.record.state as u8, &b.record.name))
        });
        Ok(known)
    }

    /// One of them.
    pub(crate) fn peer(&self, id: &str) -> Result<Known> {
        self.peers()?
            .into_iter()
            .find(|known| known.id == id)
            .ok_or_else(|| ErrorView::missing("往来对象"))
    }

    /// This archive's own devices: the present one and those before a restore.
    pub(crate) fn own_devices(&self) -> Result<Vec<DeviceId>> {
        let mut devices = self.vault.former_devices()?;
        devices.push(self.vault.device());
        Ok(devices)
    }

    /// The records of a kind, those included that somebody has taken back.
    pub(crate) fn records_of_kind(&self, kind: &str) -> Result<Vec<StoredRecord>> {
        let filter = WithdrawnFilter {
            kind: Some(kind.to_owned()),
            text: String::new(),
        };
        let mut records = self.vault.records(kind)?;
        records.extend(self.vault.withdrawn(&filter, None, usize::MAX)?);
        Ok(records)
    }

    /// Who a device is; `claimed` is what its bundle calls its owner.
    pub(crate) fn sender(&self, device: &DeviceId, claimed: &str) -> Result<Sender> {
        if self.own_devices()?.contains(device) {
            return Ok(Sender {
                words: format!("{claimed}（本档案库）"),
                name: claimed.to_owned(),
                bars: None,
                remark: None,
            });
        }
        let mut candidates: Vec<Known> = self
            .peers()?
            .into_iter()
            .filter(|known| known.keys.device == *device)
            .collect();
        // Of several cards of one device the one in use speaks for it; a
        // revocation is never outvoted by an older card.
        candidates.sort_by_key(|known| (!known.is_distrusted(), known.record.state as u8));
        let Some(known) = candidates.into_iter().next() else {
            let print = device.fingerprint();
            return Ok(Sender {
                words: format!("未登记的设备，自称“{claimed}”（设备指纹 {print}）"),
                name: claimed.to_owned(),
                bars: None,
                remark: Some(
                    "发送方没有登记为往来对象，不能确认是谁发来的。请先向对方索取密钥名片登记，并当面或用电话核对。"
                        .to_owned(),
                ),
            });
        };
        let name = known.record.name.clone();
        let unit = known.record.unit.trim();
        let unit = if unit.is_empty() {
            String::new()
        } else {
            format!("{unit}，")
        };
        let words = format!("{name}（{unit}{}）", known.check_words());
        let remark = (!known.is_checked())
            .then(|| format!("“{name}”的密钥还没有核对，请在“往来对象”中同对方核对。"));
        // Bundles that a device signed before its owner got another are his.
        let bars = known.bars().filter(|_| known.is_distrusted());
        Ok(Sender {
            words,
            name,
            remark: remark.filter(|_| bars.is_none()),
            bars: bars.map(|why| (why, known)),
        })
    }

    /// Refuses recipients whose keys are known not to be used any more.
    ///
    /// # Errors
    /// `WL-01` with the name and the reason.
    pub(crate) fn check_recipients(&self, codes: &[String]) -> Result<()> {
        let peers = self.peers()?;
        for code in codes.iter().map(|code| code.trim()) {
            let mut named = peers
                .iter()
                .filter(|known| known.keys.recipient.as_str().eq_ignore_ascii_case(code));
            // A receiving key that goes on in a renewed card is still in use.
            let goes_on = named
                .clone()
                .any(|known| known.record.state == PeerState::有效 && known.bars().is_none());
            let distrusted = named.clone().find(|known| known.is_distrusted());
            let barred = distrusted.or_else(|| named.find(|_| !goes_on));
            if let Some(why) = barred.and_then(Known::bars) {
                return Err(ErrorView::new(
                    "WL-01",
                    format!("没有导出：{why}。"),
                    "请向对方索取新的密钥名片，登记并核对后再导出；没有写出任何文件。",
                ));
            }
        }
        Ok(())
    }

    /// Writes down that a bundle comes in although its sender's keys are not to
    /// be trusted, and why.
    pub(crate) fn accept_despite(
        &mut self,
        known: &Known,
        why: &str,
        reason: &str,
        now: Moment,
    ) -> Result<()> {
        let record = Peer {
            accepted_at: Some(now.to_second()),
            ..known.record.clone()
        };
        let mut action = self.action("决定导入已吊销密钥的交换包")?;
        action.note = Some(format!("{why}；仍决定导入，理由：{reason}"));
        let edits = self.edits(entity(&known.id)?, &record)?;
        self.vault.write(&action, edits, now.millis)?;
        Ok(())
    }

    /// Whether `later` may speak for what `earlier` signed: the same device, or
    /// one that its owner's cards led to, here or in the peer's list.
    pub(crate) fn speaks_for(&self, later: &DeviceId, earlier: &DeviceId) -> Result<bool> {
        if later == earlier {
            return Ok(true);
        }
        let own = self.own_devices()?;
        if own.contains(later) && own.contains(earlier) {
            return Ok(true);
        }
        let peers = self.peers()?;
        let mut at = peers
            .iter()
            .find(|known| known.keys.device == *later && !known.is_distrusted());
        for _ in 0..peers.len() {
            let Some(known) = at else { break };
            if known.keys.device == *earlier {
                return Ok(true);
            }
            at = known
                .record
                .replaces
                .as_ref()
                .and_then(|id| peers.iter().find(|other| other.id == *id));
        }
        Ok(false)
    }
}

/// The keys of a stored peer.
pub(crate) fn keys_of(record: &Peer) -> std::result::Result<Keys, ErrorView> {
    let unreadable = |_| ErrorView::unreadable("往来对象");
    Ok(Keys {
        device: record.device.parse().map_err(unreadable)?,
        recipient: exchange::Recipient::from_str(&record.recipient)?,
    })
}

/// A new record for keys that were given to this archive.
pub(crate) fn record_of(keys: &Keys, card: Option<&KeyCard>) -> Peer {
    Peer {
        name: card.map(|card| card.name.clone()).unwrap_or_default(),
        unit: card.map(|card| card.unit.clone()).unwrap_or_default(),
        role: PeerRole::同行督查员,
        recipient: keys.recipient.as_str().to_owned(),
        device: keys.device.to_string(),
        card_made: card.map(|card| card.millis.cast_signed()),
        ..Peer::default()
    }
}
