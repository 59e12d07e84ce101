//! What can be said of an import before anything of it is applied: whether the
//! chains fit what is here, and whether every entry is what it claims.

use std::collections::BTreeMap;

use ledger::verify::{Damage as ChainDamage, Depth, Fork, LedgerVerifier};
use ledger::{DeviceId, Entry, EntryHash, Hlc};

use super::preview::{Ahead, Preview};
use super::{EVERY, Staging};
use crate::error::short;
use crate::table::stage::{self, Staged};
use crate::table::{attachment, entry};
use crate::verify::{Progress, step};
use crate::{Error, MissingRange};

/// A stamp this far after the clock on the wall is worth telling: five minutes,
/// in milliseconds.
const TOLERANCE: u64 = 5 * 60 * 1000;

impl Staging<'_> {
    /// Everything that can be said before anything is applied, but for the
    /// signatures: see [`Staging::tell_unsigned`].
    pub(super) fn examine(
        &self,
        now_millis: u64,
        going: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<Preview, Error> {
        let mut preview = Preview {
            new_attachments: (attachment::list(&self.transaction)?.len() as u64)
                .saturating_sub(self.attachments_before),
            known_entries: self.known.entries(),
            known: self.known.clone(),
            withheld: self.withheld,
            damages: self.refused.iter().cloned().collect(),
            ..Preview::default()
        };
        let mut heads = BTreeMap::new();
        let mut latest: BTreeMap<DeviceId, Hlc> = BTreeMap::new();
        for (device, (head, hlc)) in &self.reached {
            heads.insert(*device, *head);
            let grown = head.seq - self.heads.get(device).map_or(0, |before| before.seq);
            if grown > 0 {
                preview.new_entries += grown;
                latest.insert(*device, *hlc);
            }
        }
        let mut verifier = LedgerVerifier::new(&heads, Depth::Heads);
        let mut place = Place::default();
        let mut done = 0_u64;
        stage::each_header(&self.transaction, &mut |staged| {
            if done.is_multiple_of(EVERY) {
                step(going, "核对条目", done, self.staged)?;
            }
            done += 1;
            let entry = &staged.entry;
            self.find_place(entry, &mut place, &mut preview)?;
            if self.is_new(entry) {
                verifier.feed(entry);
                preview.withheld += u64::from(self.is_withheld(&staged));
                let hlc = entry.header.hlc;
                latest
                    .entry(entry.header.device)
                    .and_modify(|last| *last = hlc.max(*last))
                    .or_insert(hlc);
            } else if entry::find(&self.transaction, &entry.hash)?.is_none() {
                self.check_filling(&staged, &mut preview)?;
            }
            preview
                .damages
                .extend(self.unreadable.get(&entry.hash).cloned());
            Ok(())
        })?;
        for (device, report) in verifier.finish() {
            for damage in report.damages {
                // Gaps and forks are told apart from damage; every signature is
                // checked by itself.
                if !matches!(
                    damage,
                    ChainDamage::Gap { .. } | ChainDamage::Fork(_) | ChainDamage::Signature { .. }
                ) {
                    preview.damages.push(told(&device, &damage));
                }
            }
        }
        preview.ahead = latest
            .into_iter()
            .filter(|(_, hlc)| hlc.is_ahead(now_millis, TOLERANCE))
            .map(|(device, hlc)| Ahead {
                device,
                millis: hlc.millis,
            })
            .collect();
        Ok(preview)
    }

    /// Waits until every signature is checked, and tells of those that are not
    /// what they should be.
    pub(super) fn tell_unsigned(&mut self, preview: &mut Preview) -> Result<(), Error> {
        for (device, seq) in self.signatures.finish()? {
            let (from, seq) = (*seq, *seq);
            let damage = ChainDamage::Signature { from, seq };
            preview.damages.push(told(device, &damage));
        }
        Ok(())
    }

    /// Whether the number of an entry is free, taken by the same entry or by
    /// another, or further on than the chain goes.
    fn find_place(
        &self,
        entry: &Entry,
        place: &mut Place,
        preview: &mut Preview,
    ) -> Result<(), Error> {
        let (device, seq) = (entry.header.device, entry.header.seq);
        if place.device != Some(device) {
            *place = Place {
                device: Some(device),
                expected: self.reached.get(&device).map_or(0, |(head, _)| head.seq) + 1,
                last: None,
            };
        }
        let here = match place.last {
            Some((at, staged)) if at == seq => Some(staged),
            _ if self.is_new(entry) => None,
            _ => entry::hash_at(&self.transaction, &device, seq)?,
        };
        place.last = Some((seq, entry.hash));
        match here {
            Some(here) if here == entry.hash => {
                preview.known_entries += u64::from(!self.came_just_now(entry));
            }
            Some(here) => preview.forks.push(Fork {
                device,
                seq,
                known: here,
                found: entry.hash,
            }),
            None => {
                preview.new_entries += 1;
                if seq > place.expected {
                    preview.missing.push(MissingRange {
                        device,
                        from: place.expected,
                        to: seq - 1,
                    });
                }
                place.expected = place.expected.max(seq + 1);
            }
        }
        Ok(())
    }

    /// Checks an entry that comes into a gap of a salvaged chain: it must be
    /// signed, and fit what stands on both sides of it.
    fn check_filling(&self, staged: &Staged, preview: &mut Preview) -> Result<(), Error> {
        let entry = &staged.entry;
        let (device, seq) = (entry.header.device, entry.header.seq);
        if entry::hash_at(&self.transaction, &device, seq)?.is_some() {
            // Another one stands there: a fork, which has been told.
            return Ok(());
        }
        let before = entry::hash_at(&self.transaction, &device, seq - 1)?;
        let after = entry::previous_at(&self.transaction, &device, seq + 1)?;
        let fits = entry.is_signed()
            && before.is_none_or(|before| before == entry.header.previous)
            && after.is_none_or(|after| after == entry.hash);
        if !fits {
            preview.damages.push(format!(
                "设备{}：第 {seq} 号条目与前后的记录不衔接",
                short(&device)
            ));
        }
        preview.withheld += u64::from(self.is_withheld(staged));
        Ok(())
    }

    /// Whether an entry came without its payload; not one that was left out here.
    fn is_withheld(&self, staged: &Staged) -> bool {
        !staged.has_payload && !self.covered.contains_key(&staged.entry.hash)
    }
}

/// Where the staged entries of one chain have come to.
#[derive(Default)]
struct Place {
    device: Option<DeviceId>,
    /// The next number, if nothing is missing.
    expected: u64,
    last: Option<(u64, EntryHash)>,
}

fn told(device: &DeviceId, damage: &ChainDamage) -> String {
    format!("设备{}：{damage}", short(device))
}

/// Why the payload of an entry cannot be adopted: one that is not what the
/// header says, or one that hashes right and still cannot be read.
pub(super) fn unreadable(entry: &Entry, error: &ledger::Error) -> String {
    let what = match error {
        ledger::Error::NewerVersion { .. } => error.to_string(),
        _ => format!("第 {} 号条目的内容无法采用", entry.header.seq),
    };
    format!("设备{}：{what}", short(&entry.header.device))
}
