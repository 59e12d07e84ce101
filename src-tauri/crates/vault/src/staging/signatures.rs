//! Checking signatures on the other cores, while entries are still being read
//! and applied: a signature takes as long as everything else about an entry.

use std::collections::BTreeSet;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use ledger::DeviceId;
use ledger::verify::{Claim, Judge};

use crate::Error;

/// Entries that are handed over at a time.
const BATCH: usize = 64;
/// Batches that may wait. Whoever brings more waits as well, so that the memory
/// does not grow with the import.
const WAITING: usize = 256;

/// An entry by device and number.
type Name = (DeviceId, u64);

/// The signatures of an import.
#[derive(Debug, Default)]
pub(super) struct Signatures {
    batch: Vec<Claim>,
    workers: Option<Workers>,
    unsigned: BTreeSet<Name>,
}

#[derive(Debug)]
struct Workers {
    queue: SyncSender<Vec<Claim>>,
    threads: Vec<JoinHandle<Vec<Name>>>,
}

impl Signatures {
    /// Has the signature of an entry checked, now or later.
    pub(super) fn check(&mut self, claim: Claim) -> Result<(), Error> {
        self.batch.push(claim);
        if self.batch.len() == BATCH {
            let batch = std::mem::take(&mut self.batch);
            if self.workers.is_none() {
                self.workers = Some(Workers::begin()?);
            }
            if let Some(workers) = &self.workers {
                workers.queue.send(batch).map_err(|_| failed())?;
            }
        }
        Ok(())
    }

    /// Waits for what is not checked yet. Returns the entries that their device
    /// has not signed.
    pub(super) fn finish(&mut self) -> Result<&BTreeSet<Name>, Error> {
        self.unsigned.extend(unsigned(
            &mut Judge::default(),
            &std::mem::take(&mut self.batch),
        ));
        if let Some(Workers { queue, threads }) = self.workers.take() {
            drop(queue);
            for thread in threads {
                self.unsigned.extend(thread.join().map_err(|_| failed())?);
            }
        }
        Ok(&self.unsigned)
    }
}

impl Workers {
    fn begin() -> Result<Self, Error> {
        let (queue, waiting) = sync_channel(WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        // One core goes on reading and applying.
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let threads = (0..cores.saturating_sub(1).max(1))
            .map(|_| {
                let waiting = Arc::clone(&waiting);
                thread::Builder::new().spawn(move || work(&waiting))
            })
            .collect::<Result<_, _>>()
            .map_err(Error::io("核对签名"))?;
        Ok(Self { queue, threads })
    }
}

/// Takes batches until no more can come.
fn work(waiting: &Mutex<Receiver<Vec<Claim>>>) -> Vec<Name> {
    let (mut judge, mut found) = (Judge::default(), Vec::new());
    loop {
        let next = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        match next {
            Ok(batch) => found.extend(unsigned(&mut judge, &batch)),
            Err(_) => return found,
        }
    }
}

fn unsigned(judge: &mut Judge, batch: &[Claim]) -> Vec<Name> {
    batch
        .iter()
        .filter(|claim| !judge.is_true(claim))
        .map(|claim| (claim.device(), claim.seq()))
        .collect()
}

/// A thread that checks signatures has ended early: only a defect could do that.
fn failed() -> Error {
    Error::Internal {
        detail: "K-3".into(),
    }
}

#[cfg(test)]
mod tests {
    use ledger::{
        ChainWriter, Change, CompartmentId, DeviceKey, EntityId, Entry, Payload, Position,
    };

    use super::*;

    fn chain(entries: u64) -> Vec<Entry> {
        let mut writer = ChainWriter::new(DeviceKey::generate([1; 32]), Position::START);
        let author = EntityId::new(1, [1; 10]);
        let payload = Payload {
            salt: Some([1; 16]),
            note: None,
            changes: vec![Change {
                entity: author,
                kind: "person".into(),
                field: "name".into(),
                value: "甲某".into(),
                bases: vec![],
            }],
        };
        (1..=entries)
            .map(|now| {
                let entry = writer.append("edit", author, CompartmentId::OPEN, &payload, now);
                entry.expect("valid")
            })
            .collect()
    }

    #[test]
    fn a_forged_signature_is_found_in_every_batch_and_in_the_rest() {
        let mut entries = chain(3 * BATCH as u64 + 5);
        let mut signatures = Signatures::default();
        let forged = [1, BATCH, 2 * BATCH + 7, 3 * BATCH + 3];
        for at in forged {
            entries[at].signature[40] ^= 1;
        }
        for entry in &entries {
            signatures.check(Claim::of(entry)).expect("taken");
        }
        let found = signatures.finish().expect("checked").iter();
        let numbers: Vec<u64> = found.map(|(_, seq)| *seq).collect();
        assert_eq!(numbers, forged.map(|at| at as u64 + 1));
        // What was found stays found, and more can follow.
        signatures.check(Claim::of(&entries[0])).expect("taken");
        assert_eq!(signatures.finish().expect("checked").len(), forged.len());
    }
}
