//! The chains, as they are filed: every header, link, payload and signature.

use std::collections::BTreeSet;

use ledger::verify::{ChainVerifier, Damage as ChainDamage, Depth, Start};
use ledger::{DeviceId, Entry, Payload};

use super::{Part, Progress, VerifyReport, step};
use crate::error::short;
use crate::salvage::{Carving, KnownLoss};
use crate::staging::line;
use crate::table::{absence, entry, erased, field_version};
use crate::{Absence, Error, Vault};

impl Vault {
    /// Checks the chains alone, the quick part of [`Vault::verify`]: every
    /// header, link and payload, and as many signatures as `depth` says.
    ///
    /// # Errors
    /// As [`Vault::verify`].
    pub fn verify_chains(
        &self,
        depth: Depth,
        progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<VerifyReport, Error> {
        let mut report = VerifyReport::default();
        let done = check(&self.connection, depth, &mut report, progress);
        report.ended(done)?;
        Ok(report)
    }
}

/// One chain while it is being read.
struct Chain {
    device: DeviceId,
    verifier: ChainVerifier,
    unreadable: Vec<u64>,
    erased: u64,
    unexplained: Vec<u64>,
}

/// Why a payload is not here. An erasure is a reason only if there is one.
fn absence_of(
    connection: &rusqlite::Connection,
    number: entry::EntryNo,
) -> Result<Option<Absence>, Error> {
    if !absence::is_complete(connection)? {
        return Ok(Some(Absence::Withheld));
    }
    Ok(match absence::of(connection, number)? {
        Some((Absence::Erased, erasure)) => match erasure {
            Some(no) if erased::is_erasure(connection, no)? => Some(Absence::Erased),
            _ => None,
        },
        other => other.map(|(reason, _)| reason),
    })
}

impl Chain {
    fn new(device: DeviceId, depth: Depth) -> Self {
        Self {
            device,
            verifier: ChainVerifier::new(device, Start::Genesis, depth),
            unreadable: Vec::new(),
            erased: 0,
            unexplained: Vec::new(),
        }
    }

    /// Takes note of why entry `seq` has no payload.
    fn explain(&mut self, reason: Option<Absence>, seq: u64) {
        match reason {
            Some(Absence::Withheld | Absence::Sealed) => {}
            Some(Absence::Erased) => self.erased += 1,
            None => self.unexplained.push(seq),
        }
    }

    fn feed(&mut self, entry: &Entry) {
        let good = self.verifier.feed(entry);
        // The payload's hash has been checked just now; is it readable, too?
        if good
            && let Some(bytes) = &entry.payload
            && Payload::decode(bytes).is_err()
        {
            self.unreadable.push(entry.header.seq);
        }
    }

    /// Reports what is wrong; gives the numbers that are.
    fn finish(self, known: &KnownLoss, report: &mut VerifyReport) -> BTreeSet<u64> {
        let chain = self.verifier.finish();
        report.devices += 1;
        report.erased += self.erased;
        report.withheld += chain
            .withheld
            .saturating_sub(self.erased + self.unexplained.len() as u64);
        let name = short(&self.device);
        let mut wrong = BTreeSet::new();
        for damage in chain.damages {
            match damage {
                ChainDamage::Gap { from, to } if known.covers(&self.device, from, to) => continue,
                ChainDamage::Gap { from, to } => report.lost_entries += to - from + 1,
                ChainDamage::Header { seq }
                | ChainDamage::OtherDevice { seq, .. }
                | ChainDamage::OutOfOrder { seq }
                | ChainDamage::Link { seq }
                | ChainDamage::Clock { seq }
                | ChainDamage::Payload { seq }
                | ChainDamage::Signature { seq, .. } => {
                    wrong.insert(seq);
                }
                ChainDamage::Fork(fork) => {
                    wrong.insert(fork.seq);
                }
            }
            report.add(Part::Entries, format!("设备{name}：{damage}"), None);
        }
        let unreadable = self.unreadable.into_iter().map(|seq| (seq, "无法读取"));
        let unexplained = self
            .unexplained
            .into_iter()
            .map(|seq| (seq, "缺失，也没有依规删除的登记"));
        for (seq, what) in unreadable.chain(unexplained) {
            wrong.insert(seq);
            report.add(
                Part::Entries,
                format!("设备{name}：第 {seq} 号条目的内容{what}"),
                None,
            );
        }
        wrong
    }
}

/// Checks every entry where it is filed.
pub(super) fn check(
    connection: &rusqlite::Connection,
    depth: Depth,
    report: &mut VerifyReport,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<(), Error> {
    let total = entry::count(connection)?;
    let known = KnownLoss::of(connection)?;
    report.known_loss = known.missing_in(connection)?;
    let mut wrong: BTreeSet<entry::EntryNo> = BTreeSet::new();
    for device in entry::heads(connection)?.into_keys() {
        let mut chain = Chain::new(device, depth);
        entry::each_filed(connection, &device, &mut |number, filed| {
            if report.entries.is_multiple_of(256) {
                step(progress, "核验条目", report.entries, total)?;
            }
            report.entries += 1;
            match filed {
                entry::Filed::Right(entry) => {
                    chain.feed(&entry);
                    if entry.payload.is_none() {
                        chain.explain(absence_of(connection, number)?, entry.header.seq);
                    }
                }
                entry::Filed::Wrong(entry) => {
                    wrong.insert(number);
                    report.add(
                        Part::Entries,
                        format!("存放序号 {number} 的条目与其登记不符"),
                        None,
                    );
                    chain.feed(&entry);
                }
                entry::Filed::Unreadable => {
                    wrong.insert(number);
                    report.add(
                        Part::Entries,
                        format!("存放序号 {number} 的条目无法读取"),
                        None,
                    );
                }
            }
            Ok(())
        })?;
        for seq in chain.finish(&known, report) {
            wrong.extend(entry::number_at(connection, &device, seq)?);
        }
    }
    report.damaged_entries = wrong.len() as u64;
    let mut touched = BTreeSet::new();
    for number in wrong {
        touched.extend(field_version::touched_by(connection, number)?);
    }
    for id in touched {
        report.touch(line(connection, &id)?);
    }
    step(progress, "核验条目", total, total)
}

/// Whether a copy's chains are as sound as those of its original: a damage that
/// the original has must not keep it from being backed up.
pub(crate) fn are_sound(
    copy: &rusqlite::Connection,
    original: &rusqlite::Connection,
) -> Result<bool, Error> {
    let look = |connection| {
        let mut report = VerifyReport::default();
        check(connection, Depth::Heads, &mut report, &mut |_| true)?;
        Ok::<_, Error>(report.damages)
    };
    let damages = look(copy)?;
    Ok(damages.is_empty() || damages == look(original)?)
}

/// Checks the chains of what could be read page by page.
pub(super) fn check_carved(
    carving: &Carving,
    depth: Depth,
    report: &mut VerifyReport,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<(), Error> {
    let total = carving.entries();
    let mut chain: Option<Chain> = None;
    let known = carving.known_loss();
    report.known_loss =
        known.missing(|device, from, to| Ok(carving.count_between(device, from, to)))?;
    let mut wrong = 0;
    carving.each_by_chain(&mut |entry| {
        if report.entries.is_multiple_of(256) {
            step(progress, "核验条目", report.entries, total)?;
        }
        report.entries += 1;
        let device = entry.header.device;
        if chain.as_ref().is_none_or(|chain| chain.device != device) {
            let before = chain.replace(Chain::new(device, depth));
            wrong += before.map_or(0, |chain| chain.finish(&known, report).len() as u64);
        }
        if let Some(chain) = &mut chain {
            chain.feed(&entry);
        }
        Ok(())
    })?;
    wrong += chain.map_or(0, |chain| chain.finish(&known, report).len() as u64);
    report.damaged_entries = wrong;
    Ok(())
}
