//! Taking entries from somebody else: put aside, checked, shown, and accepted
//! or forgotten.
//!
//! Everything happens in one transaction that begins with [`Vault::stage`].
//! Dropping the [`Staging`] undoes it, so a refused or interrupted import has
//! changed nothing, and what was put aside never lay anywhere in the clear. The
//! preview is not a guess: it carries the import out, looks, and undoes it.

mod carrying_out;
mod examining;
mod known;
mod preview;
mod signatures;

use std::collections::{BTreeMap, BTreeSet};

use ledger::{ChainWriter, DeviceId, Entry, EntryHash, Head, Position};
use rusqlite::{Transaction, TransactionBehavior};

use crate::apply::Indexing;
use crate::sealing::Opened;
use crate::table::attachment::{self, Writer};
use crate::table::entry::EntryNo;
use crate::table::{entry, erased, stage};
use crate::verify::{Progress, step};
use crate::{Error, Vault, device, erasing, wiping};

pub use known::Known;
pub(crate) use preview::line;
pub use preview::{Ahead, Preview, RecordLine};
use signatures::Signatures;

/// Entries after which it is said how far a task is.
const EVERY: u64 = 64;

/// An import that nobody has accepted yet.
#[derive(Debug)]
pub struct Staging<'v> {
    transaction: Transaction<'v>,
    writer: &'v mut ChainWriter,
    opened: &'v Opened,
    receiving: Option<Receiving>,
    attachments_before: u64,
    /// How far every chain was known before.
    heads: BTreeMap<DeviceId, Head>,
    /// Entries of which nothing is new: they are not even put aside.
    known: Known,
    /// Entries that were put aside.
    staged: u64,
    signatures: Signatures,
    /// Entries whose payload cannot be adopted, each with the reason.
    unreadable: BTreeMap<EntryHash, String>,
    /// Entries whose payload was left out because an erasure that is known here
    /// covers it, each with that erasure.
    covered: BTreeMap<EntryHash, EntryNo>,
    /// Attachments that such payloads name, and those that erasures took away.
    unwanted: BTreeSet<[u8; 32]>,
}

/// The attachment whose chunks are coming in.
#[derive(Debug)]
struct Receiving {
    sha256: [u8; 32],
    next: u64,
    /// `None` when these bytes are here already.
    writer: Option<Writer>,
}

impl Vault {
    /// Begins an import.
    pub fn stage(&mut self) -> Result<Staging<'_>, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        stage::clear(&transaction)?;
        let attachments_before = attachment::list(&transaction)?.len() as u64;
        let heads = entry::heads(&transaction)?
            .into_iter()
            .map(|(device, (head, _))| (device, head))
            .collect();
        Ok(Staging {
            transaction,
            writer: &mut self.writer,
            opened: &self.opened,
            receiving: None,
            attachments_before,
            heads,
            known: Known::default(),
            staged: 0,
            signatures: Signatures::default(),
            unreadable: BTreeMap::new(),
            covered: BTreeMap::new(),
            unwanted: BTreeSet::new(),
        })
    }
}

impl Staging<'_> {
    /// Puts an entry aside. Order does not matter, nor does the same one again.
    /// The payload of an entry that was erased here is not even put aside.
    pub fn push(&mut self, entry: &Entry) -> Result<(), Error> {
        if self.is_new(entry) {
            self.signatures.check(entry)?;
        } else if let Some(number) = known::whole(&self.transaction, entry)? {
            self.known.add_entry(number);
            return Ok(());
        }
        self.staged += 1;
        match entry.open_payload() {
            Ok(Some(contents)) => {
                if let Some(erasure) = erasing::covering(&self.transaction, entry, &contents)? {
                    erasing::names_of_erased(&self.transaction, &contents, &mut self.unwanted)?;
                    self.covered.insert(entry.hash, erasure);
                    return stage::insert(&self.transaction, &entry.withheld());
                }
            }
            Ok(None) => {}
            // It is put aside all the same, and told as a damage later.
            Err(error) => {
                self.unreadable
                    .insert(entry.hash, examining::unreadable(entry, &error));
            }
        }
        match stage::insert(&self.transaction, entry) {
            // It cannot be put together with another form of it: told as a damage later.
            Err(Error::Ledger(error)) => {
                self.unreadable
                    .insert(entry.hash, examining::unreadable(entry, &error));
                Ok(())
            }
            put => put,
        }
    }

    /// Whether an entry goes on from where its chain was known.
    fn is_new(&self, entry: &Entry) -> bool {
        self.heads
            .get(&entry.header.device)
            .is_none_or(|head| entry.header.seq > head.seq)
    }

    /// Puts the next bytes of an attachment aside; one attachment after the
    /// other, each from its beginning. An empty attachment is one empty chunk.
    ///
    /// # Errors
    /// [`Error::AttachmentMismatch`] when `offset` is not where the last chunk
    /// ended, or the attachment before was not what its name said.
    pub fn push_attachment_chunk(
        &mut self,
        sha256: [u8; 32],
        offset: u64,
        bytes: &[u8],
    ) -> Result<(), Error> {
        if self
            .receiving
            .as_ref()
            .is_none_or(|receiving| receiving.sha256 != sha256 || offset == 0)
        {
            self.end_attachment()?;
            let held = attachment::is_known(&self.transaction, &sha256)?;
            let writer = if held {
                None
            } else {
                Some(Writer::begin(&self.transaction, "")?)
            };
            self.receiving = Some(Receiving {
                sha256,
                next: 0,
                writer,
            });
        }
        let Some(receiving) = &mut self.receiving else {
            return Err(Error::AttachmentMismatch);
        };
        if offset != receiving.next {
            return Err(Error::AttachmentMismatch);
        }
        receiving.next += bytes.len() as u64;
        if let Some(writer) = &mut receiving.writer {
            writer.write(&self.transaction, bytes)?;
        }
        Ok(())
    }

    /// Whether the bytes with this hash are here already.
    pub fn holds(&self, sha256: &[u8; 32]) -> Result<bool, Error> {
        attachment::is_known(&self.transaction, sha256)
    }

    fn end_attachment(&mut self) -> Result<(), Error> {
        if let Some(Receiving {
            sha256,
            writer: Some(writer),
            ..
        }) = self.receiving.take()
        {
            if writer.finish(&self.transaction)? != sha256 {
                return Err(Error::AttachmentMismatch);
            }
            if erased::has_attachment(&self.transaction, &sha256)? {
                self.unwanted.insert(sha256);
            }
        }
        Ok(())
    }

    /// What accepting would do. Carries it out and undoes it, with everything
    /// that was put aside: what SQLite keeps to undo a part of a transaction
    /// would lie in memory, and cost more with every row.
    pub fn preview(self, now_millis: u64) -> Result<Preview, Error> {
        self.preview_telling(now_millis, &mut |_| true)
    }

    /// The same, saying how far it is.
    ///
    /// # Errors
    /// [`Error::Cancelled`] when `going` answers `false`.
    pub fn preview_telling(
        mut self,
        now_millis: u64,
        going: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<Preview, Error> {
        self.end_attachment()?;
        let mut examined = self.examine(now_millis, going)?;
        let mut preview = examined.clone();
        if preview.forks.is_empty() && preview.damages.is_empty() {
            match self.carry_out(Indexing::Skip, &mut preview, going) {
                Err(Error::BadChain { what }) => examined.damages.push(what),
                tried => tried?,
            }
        }
        self.tell_unsigned(&mut examined)?;
        if examined.damages.len() > preview.damages.len() {
            return Ok(examined);
        }
        Ok(preview)
    }

    /// Accepts the import: all of it, or nothing when an error comes back.
    /// Returns what it did.
    ///
    /// # Errors
    /// [`Error::MissingEntries`], [`Error::Forked`], [`Error::BadChain`]: see
    /// the preview. [`Error::CountsDiffer`] when what was written does not add
    /// up.
    pub fn commit(self, now_millis: u64) -> Result<Preview, Error> {
        self.commit_telling(now_millis, &mut |_| true)
    }

    /// The same, saying how far it is. The last question is asked when all is
    /// written and nothing stands yet.
    ///
    /// # Errors
    /// As [`Staging::commit`]; [`Error::Cancelled`] when `going` answers
    /// `false`: nothing has changed then.
    pub fn commit_telling(
        mut self,
        now_millis: u64,
        going: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<Preview, Error> {
        self.end_attachment()?;
        let mut report = self.examine(now_millis, going)?;
        if let Some(fork) = report.forks.first() {
            return Err(Error::Forked(*fork));
        }
        refuse_damaged(&report)?;
        if !report.missing.is_empty() {
            self.tell_unsigned(&mut report)?;
            refuse_damaged(&report)?;
            return Err(Error::MissingEntries(report.missing));
        }
        let before = entry::count(&self.transaction)?;
        self.carry_out(Indexing::Full, &mut report, going)?;
        // The signatures are checked meanwhile. Nothing stands before they are.
        self.tell_unsigned(&mut report)?;
        refuse_damaged(&report)?;
        stage::clear(&self.transaction)?;
        if report.left_sealed > 0 {
            // It lay in the table just emptied.
            wiping::set_due(&self.transaction)?;
        }
        if entry::count(&self.transaction)? != before + report.new_entries {
            return Err(Error::CountsDiffer { what: "条目数" });
        }
        // This device's own history has come back from elsewhere: this archive
        // had been put back to an earlier state. Nobody can tell whether that is
        // all of it, so the old chain ends here and a new device goes on.
        let own = self.writer.device();
        let has_grown = entry::heads(&self.transaction)?
            .get(&own)
            .is_some_and(|(head, _)| head.seq > self.writer.position().seq);
        let renewed = if has_grown {
            Some(device::renew(&self.transaction)?)
        } else {
            None
        };
        step(going, "写入磁盘", 0, 1)?;
        self.transaction.commit()?;
        if let Some(key) = renewed {
            let hlc = self.writer.position().hlc;
            *self.writer = ChainWriter::new(
                key,
                Position {
                    hlc,
                    ..Position::START
                },
            );
        }
        Ok(report)
    }
}

fn refuse_damaged(report: &Preview) -> Result<(), Error> {
    match report.damages.first() {
        Some(what) => Err(Error::BadChain { what: what.clone() }),
        None => Ok(()),
    }
}
