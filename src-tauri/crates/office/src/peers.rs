//! Whom this archive knows (往来对象): what counts of the stored records, who
//! sent a bundle, to whom none may go.
//!
//! A full bundle brings its sender's own list of peers along. Nobody may make
//! this archive trust a key by that, nor lift a revocation: only what was
//! written here counts (`peer_registry`).

use crate::error::{ErrorView, Result};
use crate::moment::{Moment, full_date};
use crate::open::{Open, entity};
use crate::peer_registry::ACCEPTED;
use casework::records::{Peer, PeerCheck, PeerRole, PeerState};
use exchange::{KeyCard, Keys};
use ledger::DeviceId;
use std::str::FromStr;
use vault::{StoredRecord, WithdrawnFilter};

/// What is known of one key (the signing key of a device, or a receiving key)
/// from all records in which it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing stands against it.
    Fine,
    /// It stands in a pair that was found to be somebody else's, and in none that
    /// was compared and is in use.
    Mismatched,
    /// It was revoked, for the reason that is given; for good.
    Revoked(String),
}

impl Verdict {
    /// Judges a key by the records that have it.
    ///
    /// A pair that nobody has compared says nothing about a key that was
    /// compared: whoever reads a true device with a receiving key of his own over
    /// the telephone must not bar the true pair by being found out. What was
    /// compared and then revoked is revoked wherever it stands.
    pub(crate) fn of<'a>(sharing: impl Iterator<Item = &'a Known> + Clone) -> Self {
        let compared_in_use = sharing
            .clone()
            .any(|it| it.record.state == PeerState::有效 && it.was_compared());
        let revoked = sharing
            .clone()
            .filter(|it| it.record.state == PeerState::已吊销)
            .find(|it| it.was_compared() || !compared_in_use);
        if let Some(it) = revoked {
            return Self::Revoked(it.reason());
        }
        let mut mismatched = sharing.filter(|it| it.record.check == PeerCheck::核对不符);
        if mismatched.next().is_some() && !compared_in_use {
            return Self::Mismatched;
        }
        Self::Fine
    }
}

/// A peer as this archive registered it.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) id: String,
    pub(crate) record: Peer,
    pub(crate) keys: Keys,
    /// What is known of its device.
    pub(crate) device: Verdict,
    /// What is known of its receiving key.
    pub(crate) recipient: Verdict,
    /// Somebody else's device has written to the record. That counts for nothing,
    /// and should be known.
    pub(crate) meddled: bool,
}

impl Known {
    /// Whether somebody compared this pair of keys, and it was right.
    pub(crate) fn was_compared(&self) -> bool {
        matches!(self.record.check, PeerCheck::当面核对 | PeerCheck::电话核对)
    }

    /// Whether the pair was compared, and its device is still to be trusted.
    pub(crate) fn is_checked(&self) -> bool {
        self.was_compared() && !self.is_distrusted()
    }

    /// What the device signs is not to be trusted: its keys are revoked, or
    /// somebody else's.
    pub(crate) fn is_distrusted(&self) -> bool {
        self.device != Verdict::Fine
    }

    /// The record itself says that its keys are revoked, or somebody else's.
    fn is_spoilt(&self) -> bool {
        self.record.state == PeerState::已吊销 || self.record.check == PeerCheck::核对不符
    }

    /// Whether these keys speak for their owner: only such may name successors.
    /// Whoever got hold of an old or a revoked key must not be able to.
    pub(crate) fn is_in_use(&self) -> bool {
        self.record.state == PeerState::有效 && !self.is_spoilt() && !self.is_distrusted()
    }

    /// Whether comparing the keys can bring them to trust: not once their device
    /// is revoked.
    pub(crate) fn is_comparable(&self) -> bool {
        self.record.state == PeerState::有效 && !matches!(self.device, Verdict::Revoked(_))
    }

    /// Whether replaced keys may be put back in use, to be compared again.
    pub(crate) fn is_reinstatable(&self) -> bool {
        self.record.state == PeerState::已更换 && !matches!(self.device, Verdict::Revoked(_))
    }

    /// Why nothing may be locked for these keys; none when it may.
    pub(crate) fn bars(&self) -> Option<String> {
        let name = &self.record.name;
        if let Some(why) = self.bars_of_its_own() {
            return Some(why);
        }
        if self.record.state == PeerState::已更换 {
            return Some(format!("“{name}”已经换用新的密钥，旧的收件码不再使用"));
        }
        let elsewhere = |what: &str, reason: &str| {
            Some(format!("“{name}”的{what}在另一条登记里已经吊销{reason}"))
        };
        match (&self.device, &self.recipient) {
            (Verdict::Revoked(reason), _) => elsewhere("签名设备", reason),
            (_, Verdict::Revoked(reason)) => elsewhere("收件码", reason),
            (_, Verdict::Mismatched) => Some(format!("“{name}”的收件码在另一条登记里核对不符")),
            _ => None,
        }
    }

    /// Why nothing that the device signs may come in without a decision.
    fn bars_signing(&self) -> Option<String> {
        let name = &self.record.name;
        match &self.device {
            Verdict::Fine => None,
            _ if self.is_spoilt() => self.bars_of_its_own(),
            Verdict::Mismatched => Some(format!("“{name}”的签名设备在另一条登记里核对不符")),
            Verdict::Revoked(reason) => {
                Some(format!("“{name}”的签名设备在另一条登记里已经吊销{reason}"))
            }
        }
    }

    fn bars_of_its_own(&self) -> Option<String> {
        let name = &self.record.name;
        if self.record.state == PeerState::已吊销 {
            Some(format!("“{name}”的密钥已经吊销{}", self.reason()))
        } else if self.record.check == PeerCheck::核对不符 {
            Some(format!("“{name}”的密钥核对不符，可能被人换过"))
        } else {
            None
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
        let Some(known) = self.known_by(device)? else {
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
        let bars = known.bars_signing();
        Ok(Sender {
            words,
            name,
            remark: remark.filter(|_| bars.is_none()),
            bars: bars.map(|why| (why, known)),
        })
    }

    /// The record that speaks for a device; of several the one that says what is
    /// against it, else one that was compared, else the one in use.
    pub(crate) fn known_by(&self, device: &DeviceId) -> Result<Option<Known>> {
        Ok(spokesman(
            self.peers()?
                .into_iter()
                .filter(|known| known.keys.device == *device),
        ))
    }

    /// Refuses recipients whose keys are known not to be used any more.
    ///
    /// # Errors
    /// `WL-01` with the name and the reason.
    pub(crate) fn check_recipients(&self, codes: &[String]) -> Result<()> {
        let peers = self.peers()?;
        for code in codes.iter().map(|code| code.trim()) {
            let named: Vec<&Known> = peers
                .iter()
                .filter(|known| known.keys.recipient.as_str().eq_ignore_ascii_case(code))
                .collect();
            // A receiving key that goes on in a renewed card is still in use.
            if named.iter().any(|known| known.bars().is_none()) {
                continue;
            }
            let spoilt = named.iter().find(|known| known.is_spoilt());
            let barred = spoilt.or(named.first());
            if let Some(why) = barred.and_then(|known| known.bars()) {
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
        let mut action = self.action(ACCEPTED)?;
        action.note = Some(format!("{why}；仍决定导入，理由：{reason}"));
        self.write_peers(&action, &[(entity(&known.id)?, &record)], now)
    }

    /// Whether the owner of `earlier` also owns `later`: the same device, or one
    /// that cards led to which the old key signed for, or which somebody
    /// compared. That a person only said so leads nowhere. Whether `later` is
    /// still to be trusted is another question: what was true then stays true.
    pub(crate) fn leads_to(&self, later: &DeviceId, earlier: &DeviceId) -> Result<bool> {
        let own = self.own_devices()?;
        if later == earlier || (own.contains(later) && own.contains(earlier)) {
            return Ok(true);
        }
        let peers = self.peers()?;
        let mut ahead = vec![*later];
        let mut seen = std::collections::BTreeSet::new();
        while let Some(device) = ahead.pop() {
            if device == *earlier {
                return Ok(true);
            }
            if !seen.insert(device) {
                continue;
            }
            for known in peers.iter().filter(|known| known.keys.device == device) {
                if !(known.record.vouched || known.was_compared()) {
                    continue;
                }
                let Some(id) = &known.record.replaces else {
                    continue;
                };
                let before = peers.iter().filter(|other| other.id == *id);
                ahead.extend(before.map(|other| other.keys.device));
            }
        }
        Ok(false)
    }
}

/// Which of several records of one device speaks for it. See [`Open::known_by`].
pub(crate) fn spokesman(of_one_device: impl Iterator<Item = Known>) -> Option<Known> {
    of_one_device.min_by_key(|known| {
        let state = known.record.state;
        let against = match known.device {
            Verdict::Fine => known.is_spoilt(),
            Verdict::Mismatched => known.record.check != PeerCheck::核对不符,
            Verdict::Revoked(_) => state != PeerState::已吊销,
        };
        (against, !known.was_compared(), state as u8)
    })
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
        card_made: card.map(made_at),
        ..Peer::default()
    }
}

/// When a card was made, by its owner's clock.
pub(crate) fn made_at(card: &KeyCard) -> i64 {
    i64::try_from(card.millis).unwrap_or(i64::MAX)
}
