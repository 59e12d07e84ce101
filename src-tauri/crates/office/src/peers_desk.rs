//! 往来对象: keys that others gave are looked at, registered, compared,
//! renewed, revoked.

use crate::Office;
use crate::error::{ErrorView, Result, file_error};
use crate::moment::{Moment, local_of};
use crate::open::{Open, Saved, entity};
use crate::own_keys::is_picture;
use crate::peer_registry::{COMPARED, REGISTERED, REINSTATED, REPLACED, REVOKED};
use crate::peers::{Known, Verdict, made_at, record_of};
use crate::receipts::PeerReceipt;
use crate::text_file::{STATEMENT_BYTES, read_text};
use casework::records::{Peer, PeerCheck, PeerRole, PeerState};
use exchange::{KeyCard, Keys, qr, spoken};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::path::Path;

/// Where keys come from: one of the two.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
pub struct KeySource {
    /// A card file, or a picture of its QR code.
    pub path: Option<String>,
    /// Digits that were read over the telephone.
    pub spoken: Option<String>,
}

/// A row of the comparison: both screens show the same rows in the same order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct CompareRow {
    /// Whose keys.
    pub who: String,
    /// They are this archive's own.
    pub own: bool,
    /// Eight groups of four digits.
    pub code: String,
}

/// A peer as the page shows it.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PeerView {
    /// Identifier.
    pub id: String,
    /// The record.
    pub record: Peer,
    /// How the keys were compared, in words.
    pub check_words: String,
    /// Why nothing may be sent to them; none when it may.
    pub bars: Option<String>,
    /// Somebody compared the keys, and they were right.
    pub checked: bool,
    /// What their device signs comes in only by a decision of its own.
    pub distrusted: bool,
    /// What the reader should know of the record otherwise.
    pub remark: Option<String>,
    /// The keys can be compared.
    pub comparable: bool,
    /// The keys were replaced, and may be put back in use.
    pub reinstatable: bool,
    /// Fingerprint of the signing device.
    pub fingerprint: String,
    /// What is compared.
    pub compare: Vec<CompareRow>,
    /// What they acknowledged last.
    pub receipt: Option<PeerReceipt>,
}

/// What is known of keys that were brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
pub enum KeyStanding {
    /// Nobody with these keys is registered.
    新登记,
    /// Exactly these keys are registered already.
    已登记,
    /// They renew a peer's keys, and the old key vouches for it.
    更换,
    /// They claim to be a known peer's, and no key of that peer that is in use vouches for it,
    /// or the card is not later than the one that is known.
    可疑,
}

/// How keys that were brought stand to those that are registered.
struct Standing {
    is: KeyStanding,
    /// Whose they are.
    peer: Option<Known>,
    /// Why nothing vouches for them, where that is not plain.
    why: Option<String>,
}

/// Keys that were brought, before they are registered.
#[derive(Debug, Clone, Serialize, Type)]
pub struct KeysSeen {
    /// Name on the card; empty when the keys were read aloud.
    pub name: String,
    /// Unit and post on the card.
    pub unit: String,
    /// Eight groups that depend on both keys.
    pub code: String,
    /// What is known of them.
    pub standing: KeyStanding,
    /// The same in words, with what to do.
    pub words: String,
    /// The peer they belong to.
    pub peer: Option<String>,
}

/// Digits while they are being written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct SpokenState {
    /// Whole groups so far.
    pub written: u32,
    /// Groups altogether.
    pub groups: u32,
    /// What is wrong so far, in words.
    pub fault: Option<String>,
}

/// What is registered for keys that were brought.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct NewPeer {
    /// Name of the person or of the office.
    pub name: String,
    /// Unit and post.
    pub unit: String,
    /// Colleague or superior office.
    pub role: PeerRole,
    /// The peer whose keys these are to replace, when a person says so.
    pub replaces: Option<String>,
}

impl Office {
    /// Every registered peer, those in use first.
    pub fn peers(&self) -> Result<Vec<PeerView>> {
        let open = self.archive()?;
        let own = open.own_public()?;
        let name = open.own_name()?;
        open.peers()?
            .into_iter()
            .map(|known| {
                let receipt = open.peer_receipt(&known.keys.device)?;
                Ok(view_of(known, &own, &name, receipt))
            })
            .collect()
    }

    /// The receiving key of the one peer of that name that is in use.
    ///
    /// # Errors
    /// No such peer, several of them, or one to whom nothing may be sent.
    pub fn recipient_named(&self, name: &str) -> Result<String> {
        let mut named: Vec<Known> = self.archive()?.peers()?;
        named.retain(|known| known.record.name == name.trim());
        let all = named.clone();
        named.retain(|known| known.bars().is_none());
        match named.as_slice() {
            [known] => Ok(known.record.recipient.clone()),
            [] => Err(ErrorView::new(
                "WL-03",
                all.first().and_then(Known::bars).map_or_else(
                    || format!("往来对象中没有“{name}”。"),
                    |why| format!("没有导出：{why}。"),
                ),
                "请先登记并核对对方最新的密钥名片；没有写出任何文件。",
            )),
            _ => Err(ErrorView::new(
                "WL-03",
                format!("往来对象中有{}个“{name}”，分不清是哪一个。", named.len()),
                "请改用收件码指明收件人；没有写出任何文件。",
            )),
        }
    }

    /// What has been written down so far of digits read over the telephone.
    pub fn spoken_state(&self, text: &str) -> SpokenState {
        SpokenState {
            written: spoken::written(text) as u32,
            groups: spoken::GROUPS as u32,
            fault: spoken::faults(text).map(|fault| format!("{fault}。")),
        }
    }

    /// Looks at keys that were brought; nothing is changed by looking.
    pub fn see_keys(&self, source: &KeySource) -> Result<KeysSeen> {
        let open = self.archive()?;
        let (keys, card) = brought(source)?;
        let Standing {
            is: standing,
            peer,
            why,
        } = open.key_standing(&keys, card.as_ref())?;
        let who = peer.as_ref().map_or("", |known| &known.record.name);
        let words = match standing {
            KeyStanding::新登记 => {
                "这是没有登记过的密钥。登记后请当面或用电话同对方核对。".to_owned()
            }
            KeyStanding::已登记 => match peer.as_ref() {
                Some(known) if known.is_reinstatable() => format!(
                    "这是“{who}”登记过的密钥，后来换成了别的。如果对方现在用的就是这一份，请在右边列表里打开它，选“恢复使用”，再重新核对。"
                ),
                known => match known.and_then(Known::bars) {
                    None => format!("这就是“{who}”已登记的密钥，没有变化。"),
                    Some(bars) => format!("这是登记过的密钥：{bars}。"),
                },
            },
            KeyStanding::更换 => {
                format!("“{who}”换用新密钥，有旧密钥的签名为证。登记后自动接替旧密钥。")
            }
            KeyStanding::可疑 => {
                let why =
                    why.unwrap_or_else(|| "没有在用的旧密钥签名为证，可能被人换过".to_owned());
                format!(
                    "看来是“{who}”的新密钥，但{why}。登记后须重新核对，核对前请勿向它导出；“{who}”原来的密钥照旧使用，确知已经不用的，才在“接替”里选上。"
                )
            }
        };
        Ok(KeysSeen {
            name: card
                .as_ref()
                .map(|card| card.name.clone())
                .unwrap_or_default(),
            unit: card.map(|card| card.unit).unwrap_or_default(),
            code: keys.fingerprint(),
            standing,
            words,
            peer: peer.map(|known| known.id),
        })
    }

    /// Registers keys that were brought. Keys that an old key of the peer
    /// vouches for take its place and take over how it was compared; all others
    /// must be compared, and replace what a person says, or nothing.
    ///
    /// # Errors
    /// Keys that are registered already, or this archive's own, a device that is
    /// revoked, a missing name.
    pub fn add_peer(&mut self, source: &KeySource, new: &NewPeer, now: Moment) -> Result<Saved> {
        let (keys, card) = brought(source)?;
        let open = self.archive_mut()?;
        if open.own_devices()?.contains(&keys.device) {
            return Err(ErrorView::form(
                "这是本档案库自己的密钥。",
                "请选择对方发来的名片；没有登记任何内容。",
            ));
        }
        if new.name.trim().is_empty() {
            return Err(ErrorView::form(
                "还没有填写对方的姓名或机关名称。",
                "请填写后再登记，已填写的内容还在。",
            ));
        }
        let Standing {
            is: standing, peer, ..
        } = open.key_standing(&keys, card.as_ref())?;
        if standing == KeyStanding::已登记 {
            return Err(ErrorView::form(
                "这份密钥已经登记过，没有变化。",
                "不用再登记；需要核对、恢复使用的，请在列表里打开它办理。",
            ));
        }
        if let Some(known) = open.known_by(&keys.device)?
            && let Verdict::Revoked(reason) = &known.device
        {
            return Err(ErrorView::new(
                "WL-04",
                format!(
                    "这份密钥的签名设备是“{}”已经吊销的设备{reason}。",
                    known.record.name
                ),
                "请对方从备份恢复档案库或新建档案库，用新的密钥重做名片；没有登记任何内容。",
            ));
        }
        // A person may say whose new keys these are; only the old key can vouch,
        // and what nothing vouches for takes nobody's place of itself.
        let vouched = peer.filter(|_| standing == KeyStanding::更换);
        let replaced = match (vouched, &new.replaces) {
            (Some(old), _) => Some(old),
            (None, Some(id)) => Some(open.peer(id)?),
            (None, None) => None,
        };
        let mut record = Peer {
            name: new.name.trim().to_owned(),
            unit: new.unit.trim().to_owned(),
            role: new.role,
            replaces: replaced.as_ref().map(|known| known.id.clone()),
            vouched: standing == KeyStanding::更换,
            ..record_of(&keys, card.as_ref())
        };
        let mut retired = None;
        let mut action = open.action(REGISTERED)?;
        if let Some(old) = &replaced {
            if record.vouched {
                record.check = old.record.check;
                record.checked_on = old.record.checked_on;
            }
            REPLACED.clone_into(&mut action.name);
            // What is revoked stays revoked, whoever comes after.
            if old.record.state == PeerState::有效 {
                let record = Peer {
                    state: PeerState::已更换,
                    state_reason: "对方换用新密钥".to_owned(),
                    ..old.record.clone()
                };
                retired = Some((entity(&old.id)?, record));
            }
        }
        let id = open.vault.new_id(now.millis)?;
        let mut peers = vec![(id, &record)];
        peers.extend(retired.iter().map(|(id, record)| (*id, record)));
        open.write_peers(&action, &peers, now)?;
        Ok(Saved {
            id: id.to_string(),
            saved_at: now.clock(),
        })
    }

    /// Records how the comparison of the keys ended.
    ///
    /// # Errors
    /// Keys that are not in use, or whose device is revoked.
    pub fn settle_peer_check(&mut self, id: &str, check: PeerCheck, now: Moment) -> Result<Saved> {
        let open = self.archive_mut()?;
        let known = open.peer(id)?;
        if !known.is_comparable() {
            return Err(ErrorView::form(
                "这份密钥不在使用，不能核对。",
                "请向对方索取新的密钥名片，登记后再核对；原来的登记没有改动。",
            ));
        }
        let record = Peer {
            check,
            checked_on: (check != PeerCheck::未核对).then(|| now.today()),
            ..known.record.clone()
        };
        open.save_peer(COMPARED, &known, &record, now)
    }

    /// Revokes a peer's keys: nothing more is locked for them, and what they
    /// sign comes in only by a decision of its own.
    pub fn revoke_peer(&mut self, id: &str, reason: &str, now: Moment) -> Result<Saved> {
        if reason.trim().is_empty() {
            return Err(ErrorView::form(
                "还没有写明吊销的原因。",
                "请写明原因，例如“电脑遗失”，再吊销。",
            ));
        }
        let open = self.archive_mut()?;
        let known = open.peer(id)?;
        let record = Peer {
            state: PeerState::已吊销,
            state_reason: reason.trim().to_owned(),
            ..known.record.clone()
        };
        open.save_peer(REVOKED, &known, &record, now)
    }

    /// Puts keys back in use that others had taken the place of. Whether they are
    /// their owner's has to be found out again.
    ///
    /// # Errors
    /// Keys that were not replaced, or whose device is revoked.
    pub fn reinstate_peer(&mut self, id: &str, now: Moment) -> Result<Saved> {
        let open = self.archive_mut()?;
        let known = open.peer(id)?;
        if !known.is_reinstatable() {
            return Err(ErrorView::form(
                "只有“已更换”的密钥能恢复使用，已经吊销的不能。",
                "请向对方索取新的密钥名片，登记后再核对；原来的登记没有改动。",
            ));
        }
        let record = Peer {
            state: PeerState::有效,
            state_reason: String::new(),
            check: PeerCheck::未核对,
            checked_on: None,
            ..known.record.clone()
        };
        open.save_peer(REINSTATED, &known, &record, now)
    }
}

impl Open {
    fn save_peer(
        &mut self,
        action: &str,
        known: &Known,
        record: &Peer,
        now: Moment,
    ) -> Result<Saved> {
        let action = self.action(action)?;
        self.write_peers(&action, &[(entity(&known.id)?, record)], now)?;
        Ok(Saved {
            id: known.id.clone(),
            saved_at: now.clock(),
        })
    }

    /// What is known of keys: the peer they belong to, and whether its old key,
    /// in use still, vouches for them.
    fn key_standing(&self, keys: &Keys, card: Option<&KeyCard>) -> Result<Standing> {
        let peers = self.peers()?;
        let standing = |is, peer: Option<&Known>, why| {
            Ok(Standing {
                is,
                peer: peer.cloned(),
                why,
            })
        };
        if let Some(same) = peers.iter().find(|known| known.keys == *keys) {
            return standing(KeyStanding::已登记, Some(same), None);
        }
        // The keys in use first, of these the ones that were compared.
        let old = peers
            .iter()
            .filter(|known| {
                card.is_some_and(|card| card.renews(&known.keys.device))
                    || known.keys.device == keys.device
            })
            .min_by_key(|known| (!known.is_in_use(), !known.was_compared()));
        let Some(old) = old else {
            return standing(KeyStanding::新登记, None, None);
        };
        let Some(card) = card.filter(|_| old.is_in_use()) else {
            return standing(KeyStanding::可疑, Some(old), None);
        };
        let known = old
            .record
            .card_made
            .filter(|_| old.keys.device == keys.device);
        match known.filter(|known| made_at(card) <= *known) {
            // An old card, that somebody plays back; or a clock that was wrong.
            Some(known) => {
                let at = |millis: i64| {
                    local_of(millis.max(0).cast_unsigned()).format("%Y年%-m月%-d日 %H:%M")
                };
                let why = format!(
                    "名片上写的制作时间（{}）不晚于已登记的那一份（{}），可能是过去的名片，也可能是对方电脑的时钟不准",
                    at(made_at(card)),
                    at(known)
                );
                standing(KeyStanding::可疑, Some(old), Some(why))
            }
            None => standing(KeyStanding::更换, Some(old), None),
        }
    }
}

/// Reads keys from where they come.
fn brought(source: &KeySource) -> Result<(Keys, Option<KeyCard>)> {
    if let Some(text) = source
        .spoken
        .as_deref()
        .filter(|text| !text.trim().is_empty())
    {
        return Ok((spoken::read(text)?, None));
    }
    let path = source
        .path
        .as_deref()
        .map(str::trim)
        .filter(|path| !path.is_empty())
        .map(Path::new)
        .ok_or_else(|| {
            ErrorView::form(
                "还没有选择名片，也没有填写口述的数字。",
                "请选择名片文件或二维码图片，或填写对方念的数字。",
            )
        })?;
    let card = if is_picture(path) {
        card_in_picture(path)?
    } else {
        KeyCard::from_text(&read_text(path, STATEMENT_BYTES)?)?
    };
    Ok((card.keys.clone(), Some(card)))
}

fn card_in_picture(path: &Path) -> Result<KeyCard> {
    let failed = |error| file_error("打开", path, &error);
    if std::fs::metadata(path).map_err(failed)?.len() > qr::FILE_BYTES {
        return Err(exchange::Error::NoCode {
            why: "图片文件过大",
        }
        .into());
    }
    let picture = std::fs::read(path).map_err(failed)?;
    let mut last = None;
    for text in qr::read(&picture)? {
        match KeyCard::from_qr_text(&text) {
            Ok(card) => return Ok(card),
            Err(error) => last = Some(error),
        }
    }
    Err(last
        .unwrap_or(exchange::Error::NoCode {
            why: "图片里没有密钥名片的二维码",
        })
        .into())
}

fn view_of(known: Known, own: &Keys, own_name: &str, receipt: Option<PeerReceipt>) -> PeerView {
    let row = |who: &str, own: bool, keys: &Keys| CompareRow {
        who: who.to_owned(),
        own,
        code: keys.fingerprint(),
    };
    let mut compare = vec![
        (own.device, row(own_name, true, own)),
        (
            known.keys.device,
            row(&known.record.name, false, &known.keys),
        ),
    ];
    compare.sort_by_key(|(device, _)| *device);
    PeerView {
        check_words: known.check_words(),
        bars: known.bars(),
        checked: known.is_checked(),
        distrusted: known.is_distrusted(),
        remark: known.meddled.then(|| {
            "别的设备曾试图改动这条登记，本档案库没有采信，登记仍以本机所记为准。".to_owned()
        }),
        comparable: known.is_comparable(),
        reinstatable: known.is_reinstatable(),
        fingerprint: known.keys.device.fingerprint(),
        compare: compare.into_iter().map(|(_, row)| row).collect(),
        receipt,
        id: known.id,
        record: known.record,
    }
}
