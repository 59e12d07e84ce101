//! What can be said of an import before anything of it is applied: whether the
//! chains fit what is here, and whether every entry is what it claims.

use std::collections::BTreeMap;

use ledger::verify::{Damage as ChainDamage, Depth, Fork, LedgerVerifier};
use ledger::{DeviceId, Entry, Head, Hlc};

use super::Staging;
use super::preview::{Ahead, Preview};
use crate::error::short;
use crate::table::{attachment, entry, stage};
use crate::{Error, MissingRange};

/// A stamp this far after the clock on the wall is worth telling: five minutes,
/// in milliseconds.
const TOLERANCE: u64 = 5 * 60 * 1000;

impl Staging<'_> {
    /// Everything that can be said before anything is applied.
    pub(super) fn examine(&self, now_millis: u64) -> Result<Preview, Error> {
        let known: BTreeMap<DeviceId, Head> = entry::heads(&self.transaction)?
            .into_iter()
            .map(|(device, (head, _))| (device, head))
            .collect();
        let mut preview = Preview {
            new_attachments: (attachment::list(&self.transaction)?.len() as u64)
                .saturating_sub(self.attachments_before),
            ..Preview::default()
        };
        for (device, names) in stage::names(&self.transaction)? {
            let mut expected = known.get(&device).map_or(0, |head| head.seq) + 1;
            let mut last = None;
            for (seq, hash) in names {
                let here = match last {
                    Some((at, staged)) if at == seq => Some(staged),
                    _ => entry::hash_at(&self.transaction, &device, seq)?,
                };
                last = Some((seq, hash));
                match here {
                    Some(here) if here == hash => preview.known_entries += 1,
                    Some(here) => preview.forks.push(Fork {
                        device,
                        seq,
                        known: here,
                        found: hash,
                    }),
                    None => {
                        preview.new_entries += 1;
                        if seq > expected {
                            preview.missing.push(MissingRange {
                                device,
                                from: expected,
                                to: seq - 1,
                            });
                        }
                        expected = expected.max(seq + 1);
                    }
                }
            }
        }
        self.check_chains(&known, now_millis, &mut preview)?;
        Ok(preview)
    }

    /// Checks an entry that comes into a gap of a salvaged chain: it must be
    /// signed, and fit what stands on both sides of it.
    fn check_filling(&self, entry: &Entry, preview: &mut Preview) -> Result<(), Error> {
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
        preview.withheld += u64::from(self.is_withheld(entry));
        Ok(())
    }

    /// Whether an entry came without its payload; not one that was left out here.
    fn is_withheld(&self, entry: &Entry) -> bool {
        entry.payload.is_none() && !self.covered.contains_key(&entry.hash)
    }

    fn check_chains(
        &self,
        known: &BTreeMap<DeviceId, Head>,
        now_millis: u64,
        preview: &mut Preview,
    ) -> Result<(), Error> {
        let mut verifier = LedgerVerifier::new(known, Depth::Every);
        let mut latest: BTreeMap<DeviceId, Hlc> = BTreeMap::new();
        stage::each(&self.transaction, &mut |entry| {
            let device = entry.header.device;
            let is_new = known
                .get(&device)
                .is_none_or(|head| entry.header.seq > head.seq);
            if is_new {
                verifier.feed(&entry);
                preview.withheld += u64::from(self.is_withheld(&entry));
                let hlc = entry.header.hlc;
                latest
                    .entry(device)
                    .and_modify(|last| *last = hlc.max(*last))
                    .or_insert(hlc);
            }
            if !is_new && entry::find(&self.transaction, &entry.hash)?.is_none() {
                self.check_filling(&entry, preview)?;
            }
            // A payload that hashes right and still cannot be read, too.
            if let Err(error) = entry.open_payload() {
                let what = match error {
                    ledger::Error::NewerVersion { .. } => error.to_string(),
                    _ => format!("第 {} 号条目的内容无法采用", entry.header.seq),
                };
                preview
                    .damages
                    .push(format!("设备{}：{what}", short(&device)));
            }
            Ok(())
        })?;
        for (device, report) in verifier.finish() {
            for damage in report.damages {
                // Gaps and forks are told apart from damage; a payload that
                // does not fit its header has been told already.
                if !matches!(
                    damage,
                    ChainDamage::Gap { .. } | ChainDamage::Fork(_) | ChainDamage::Payload { .. }
                ) {
                    preview
                        .damages
                        .push(format!("设备{}：{damage}", short(&device)));
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
        Ok(())
    }
}
