//! Reading a bundle on one thread and storing it on another: decrypting, unpacking and
//! checking take about as long as the archive takes to store what comes.

use std::io::Read;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use ledger::Entry;

use crate::{Attachment, BundleSink, Error, Manifest, SinkError, Summary, Unlock, read};

/// Entries that are handed over at a time, and what they may weigh: bytes of their payloads.
const BATCH: usize = 64;
const BATCH_BYTES: usize = 1 << 18;
/// Parts that may wait. The reading waits as well when there are so many, so that memory does
/// not grow with the bundle.
const WAITING: usize = 4;

/// As [`read`], with all of the reading done by a thread of its own, which also opens each entry
/// with `open`. `sink` gets everything on the thread that asked, in the same order, and must
/// trust it as little.
///
/// # Errors
/// As [`read`]. When the sink refuses, nothing more is read.
pub fn read_apart<E: Send>(
    source: impl Read + Send,
    unlock: &Unlock<'_>,
    open: impl Fn(Entry) -> E + Send,
    sink: &mut dyn BundleSink<E>,
) -> Result<Summary, Error> {
    thread::scope(|scope| {
        let (parts, waiting) = sync_channel(WAITING);
        let reading = thread::Builder::new()
            .spawn_scoped(scope, move || {
                let mut ahead = Ahead {
                    parts,
                    open,
                    batch: Vec::new(),
                    bytes: 0,
                };
                let summary = read(source, unlock, &mut ahead)?;
                ahead.hand_over().map_err(Error::Sink)?;
                Ok(summary)
            })
            .map_err(Error::io("读取交换包"))?;
        // The channel closes on the way out of the call, and with it the reading ends.
        let received = receive(waiting, sink);
        match reading.join() {
            Ok(read) => received.and(read),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Gives the sink what was read, until there is no more.
fn receive<E>(parts: Receiver<Part<E>>, sink: &mut dyn BundleSink<E>) -> Result<(), Error> {
    for part in parts {
        let taken = match part {
            Part::Manifest(manifest) => sink.manifest(&manifest),
            Part::Entries(batch) => batch.into_iter().try_for_each(|entry| sink.entry(entry)),
            Part::Attachment(attachment) => sink.attachment(&attachment),
            Part::Chunk(bytes) => sink.chunk(&bytes),
        };
        taken.map_err(Error::Sink)?;
    }
    Ok(())
}

/// What was read.
enum Part<E> {
    Manifest(Box<Manifest>),
    Entries(Vec<E>),
    Attachment(Attachment),
    Chunk(Vec<u8>),
}

/// The sink of the thread that reads.
struct Ahead<E, O> {
    parts: SyncSender<Part<E>>,
    open: O,
    batch: Vec<E>,
    bytes: usize,
}

impl<E, O> Ahead<E, O> {
    fn send(&self, part: Part<E>) -> Result<(), SinkError> {
        // Nobody takes it any more: whoever refused says why.
        self.parts.send(part).map_err(|_| "refused".into())
    }

    fn hand_over(&mut self) -> Result<(), SinkError> {
        self.bytes = 0;
        let batch = std::mem::take(&mut self.batch);
        if batch.is_empty() {
            return Ok(());
        }
        self.send(Part::Entries(batch))
    }
}

impl<E, O: Fn(Entry) -> E> BundleSink for Ahead<E, O> {
    fn manifest(&mut self, manifest: &Manifest) -> Result<(), SinkError> {
        self.send(Part::Manifest(Box::new(manifest.clone())))
    }

    fn entry(&mut self, entry: Entry) -> Result<(), SinkError> {
        self.bytes += entry.payload.as_ref().map_or(0, Vec::len);
        self.batch.push((self.open)(entry));
        if self.batch.len() >= BATCH || self.bytes >= BATCH_BYTES {
            self.hand_over()?;
        }
        Ok(())
    }

    fn attachment(&mut self, attachment: &Attachment) -> Result<(), SinkError> {
        self.hand_over()?;
        self.send(Part::Attachment(*attachment))
    }

    fn chunk(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        self.send(Part::Chunk(bytes.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::tests::sample::{Full, chain};

    #[test]
    fn after_a_refusal_nothing_more_is_handed_over() {
        let (parts, waiting) = sync_channel(WAITING);
        let handed = Cell::new(0);
        thread::scope(|scope| {
            let receiving = scope.spawn(|| receive(waiting, &mut Full));
            let mut ahead = Ahead {
                parts,
                open: |entry: Entry| {
                    handed.set(handed.get() + 1);
                    entry
                },
                batch: Vec::new(),
                bytes: 0,
            };
            let entries = chain(1, 4 * BATCH as u64);
            let refused = entries
                .iter()
                .cycle()
                .try_for_each(|it| ahead.entry(it.clone()));
            assert!(refused.is_err(), "it would have gone on for ever");
            let received = receiving.join().expect("no panic");
            assert_eq!(received.expect_err("refused").to_string(), "档案库空间不足");
        });
        assert!(handed.get() <= (WAITING + 3) * BATCH, "{}", handed.get());
    }
}
