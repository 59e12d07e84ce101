//! The register of 往来对象 as this archive itself wrote it.
//!
//! Whatever others wrote to a record of it (it travels with full bundles, and
//! anybody may sign a change of anything) neither counts nor harms: every field
//! is read from the lines of this archive's own devices, present and former, by
//! which it registers, compares, renews and revokes keys. Nothing else that was
//! written here counts either: choosing a side of a conflict must not be a way
//! to take over another's word on whom to trust.

use crate::appointments::Signed;
use crate::double_numbers::whole;
use crate::error::{ErrorView, Result};
use crate::moment::Moment;
use crate::open::Open;
use crate::peers::{Known, Verdict, keys_of};
use casework::records::{Peer, PeerCheck, PeerState, Record};
use ledger::{DeviceId, EntityId, EntryHash, RETRACTED, Value};
use std::collections::{BTreeMap, BTreeSet};
use vault::{Action, HistoryLine, Preview};

/// Keys are registered.
pub(crate) const REGISTERED: &str = "登记往来对象";
/// Keys are registered that take the place of others.
pub(crate) const REPLACED: &str = "更换往来对象的密钥";
/// Keys were compared.
pub(crate) const COMPARED: &str = "核对往来对象的密钥";
/// Keys are revoked.
pub(crate) const REVOKED: &str = "吊销往来对象的密钥";
/// Replaced keys are used again.
pub(crate) const REINSTATED: &str = "恢复使用往来对象的密钥";
/// A bundle comes in although its keys are not to be trusted.
pub(crate) const ACCEPTED: &str = "决定导入已吊销密钥的交换包";
/// The actions whose words count.
const DEEDS: [&str; 6] = [
    REGISTERED, REPLACED, COMPARED, REVOKED, REINSTATED, ACCEPTED,
];

impl Open {
    /// Every peer that this archive itself registered, whatever its state.
    pub(crate) fn peers(&self) -> Result<Vec<Known>> {
        let own = self.own_devices()?;
        let mut known = Vec::new();
        for stored in self.records_of_kind(Peer::KIND)? {
            let lines = self.vault.history(&stored.id)?;
            let json = serde_json::Value::from(Value::Map(own_fields(&lines, &own)));
            // What only others registered has no keys here, and is none of
            // this archive's peers.
            let Ok(record) = serde_json::from_value::<Peer>(json) else {
                continue;
            };
            let Ok(keys) = keys_of(&record) else {
                continue;
            };
            known.push(Known {
                meddled: lines.iter().any(|line| !own.contains(&line.device)),
                id: stored.id.to_string(),
                record,
                keys,
                device: Verdict::Fine,
                recipient: Verdict::Fine,
            });
        }
        let verdicts: Vec<(Verdict, Verdict)> = known
            .iter()
            .map(|it| {
                let device = known.iter().filter(|o| o.keys.device == it.keys.device);
                let recipient = known
                    .iter()
                    .filter(|o| o.keys.recipient == it.keys.recipient);
                (Verdict::of(device), Verdict::of(recipient))
            })
            .collect();
        for (it, (device, recipient)) in known.iter_mut().zip(verdicts) {
            it.device = device;
            it.recipient = recipient;
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

    /// Refuses a bundle that would erase what this archive's own trust rests on:
    /// the peers it registered, and the appointments it took in or signed. With a
    /// revoked key gone from the register nobody would know of it any more.
    ///
    /// # Errors
    /// `JH-14` with what would go.
    pub(crate) fn keeps_its_ground(&self, preview: &Preview) -> Result<()> {
        if preview.erased.is_empty() {
            return Ok(());
        }
        let mut ground: BTreeSet<String> = self.peers()?.into_iter().map(|it| it.id).collect();
        let own = |it: &Signed| it.ours || it.taken;
        let appointments = self.appointments()?;
        ground.extend(appointments.into_iter().filter(own).map(|it| it.id));
        let gone = preview
            .erased
            .iter()
            .find(|line| ground.contains(&line.id.to_string()));
        match gone {
            None => Ok(()),
            Some(line) => Err(ErrorView::new(
                "JH-14",
                format!(
                    "交换包没有导入：它要删除本档案库自己的“{}　{}”，这一类登记不能由别人删除。",
                    line.label, line.title
                ),
                "请向发送方核实，并报告管理人员；本档案库没有改动。",
            )),
        }
    }

    /// Writes peers as this archive has them, every field of each: what others
    /// wrote over a record is put right by that, and a change to what another
    /// has written already is this archive's own word all the same.
    pub(crate) fn write_peers(
        &mut self,
        action: &Action,
        peers: &[(EntityId, &Peer)],
        now: Moment,
    ) -> Result<()> {
        let mut edits = Vec::new();
        for (id, record) in peers {
            edits.extend(whole(*id, *record)?);
        }
        self.vault.write_whole(action, edits, now.millis)?;
        Ok(())
    }
}

/// What a record says by the words of this archive's own devices alone.
fn own_fields(lines: &[HistoryLine], own: &[DeviceId]) -> BTreeMap<String, Value> {
    let mut by_field: BTreeMap<&str, Vec<&HistoryLine>> = BTreeMap::new();
    for line in lines {
        if own.contains(&line.device)
            && DEEDS.contains(&line.action.as_str())
            && line.field != RETRACTED
        {
            by_field.entry(&line.field).or_default().push(line);
        }
    }
    by_field
        .into_iter()
        .filter_map(|(field, ours)| {
            let all = lines.iter().filter(|line| line.field == field);
            let value = own_value(field, &ours, &all.collect::<Vec<_>>())?;
            Some((field.to_owned(), value.clone()))
        })
        .collect()
}

/// The value of one field: the last own word, and of several that did not know
/// of each other (the archive was put back, and the old one went on) the most
/// cautious. What was revoked once stays so.
fn own_value<'a>(field: &str, ours: &[&'a HistoryLine], all: &[&HistoryLine]) -> Option<&'a Value> {
    let caution = |line: &&&HistoryLine| caution(line.value.as_text().unwrap_or_default());
    if field == "state" {
        let revoked = ours.iter().find(|line| caution(line) == REVOKED_STATE);
        if let Some(line) = revoked {
            return Some(&line.value);
        }
    }
    let tips = ours.iter().filter(|line| {
        !ours.iter().any(|later| {
            (later.device == line.device && later.seq > line.seq) || knew_of(later, line, all)
        })
    });
    // Of equals the last one, which is the latest.
    tips.max_by_key(caution).map(|line| &line.value)
}

/// Rank of a revoked state.
const REVOKED_STATE: u8 = 3;

/// How cautious a state or the outcome of a comparison is; all other words rank
/// alike.
fn caution(word: &str) -> u8 {
    let is = |named: String| named == word;
    if is(format!("{:?}", PeerState::已吊销)) || is(format!("{:?}", PeerCheck::核对不符)) {
        REVOKED_STATE
    } else if is(format!("{:?}", PeerState::已更换)) || is(format!("{:?}", PeerCheck::未核对))
    {
        2
    } else {
        1
    }
}

/// Whether `later` was written upon `line`, directly or over others' words.
fn knew_of(later: &HistoryLine, line: &HistoryLine, all: &[&HistoryLine]) -> bool {
    let mut seen: BTreeSet<EntryHash> = BTreeSet::new();
    let mut ahead = later.bases.clone();
    while let Some(base) = ahead.pop() {
        if base == line.entry {
            return true;
        }
        if seen.insert(base) {
            let lines = all.iter().filter(|it| it.entry == base);
            ahead.extend(lines.flat_map(|it| it.bases.iter().copied()));
        }
    }
    false
}
