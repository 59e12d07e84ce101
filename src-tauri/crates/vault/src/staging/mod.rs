//! Taking entries from somebody else: checked, shown, and accepted or forgotten.
//!
//! Everything happens in one transaction that begins with [`Vault::stage`].
//! Dropping the [`Staging`] undoes it, so a refused or interrupted import has
//! changed nothing, and what came in never lay anywhere in the clear. The
//! preview is not a guess: it carries the import out, looks, and undoes it.
//!
//! An entry that follows its chain, as nearly all do, is taken in as it comes.
//! What cannot be judged alone (out of order, known in part, another with a number
//! that is taken) is put aside, and looked at when all is there.

mod carrying_out;
mod examining;
mod incoming;
mod known;
mod preview;
mod signatures;

use std::collections::{BTreeMap, BTreeSet};

use ledger::{ChainWriter, DeviceId, Entry, EntryHash, Head, Hlc, Position};
use rusqlite::{Transaction, TransactionBehavior};

use crate::apply::Indexing;
use crate::sealing::Opened;
use crate::table::attachment::{self, Writer};
use crate::table::entry::EntryNo;
use crate::table::{entry, erased, stage};
use crate::verify::{Progress, step};
use crate::{Error, Vault, device, erasing, wiping};

use carrying_out::{Coming, Taking};
use incoming::Findings;
pub use incoming::{Incoming, Opener};
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
    entries_before: u64,
    /// How far every chain was known before.
    heads: BTreeMap<DeviceId, Head>,
    /// How far it is known with what was taken in since, with the stamp there.
    reached: BTreeMap<DeviceId, (Head, Hlc)>,
    indexing: Indexing,
    taking: Taking,
    /// Entries taken in that came without payload.
    withheld: u64,
    /// Why what followed its chain could not be taken in.
    refused: Option<String>,
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
        self.begin(Indexing::Full)
    }

    /// Begins an import that will only be looked at: [`Staging::preview`].
    pub fn stage_to_look(&mut self) -> Result<Staging<'_>, Error> {
        self.begin(Indexing::Skip)
    }

    fn begin(&mut self, indexing: Indexing) -> Result<Staging<'_>, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        stage::clear(&transaction)?;
        let attachments_before = attachment::list(&transaction)?.len() as u64;
        let entries_before = entry::count(&transaction)?;
        let reached = entry::heads(&transaction)?;
        let heads = reached.iter().map(|(device, (head, _))| (*device, *head));
        Ok(Staging {
            heads: heads.collect(),
            reached,
            transaction,
            writer: &mut self.writer,
            opened: &self.opened,
            receiving: None,
            attachments_before,
            entries_before,
            indexing,
            taking: Taking::new(indexing),
            withheld: 0,
            refused: None,
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
    /// Brings an entry. Order does not matter, nor does the same one again; in order
    /// of number it is quicker. The payload of an entry that was erased here is not
    /// even put aside.
    pub fn push(&mut self, entry: &Entry) -> Result<(), Error> {
        self.bring(Incoming::of(entry.clone()))
    }

    /// What looks at the entries of this import before they are brought.
    pub fn opener(&self) -> Opener {
        let known = self.heads.iter();
        Opener {
            known: known.map(|(device, head)| (*device, head.seq)).collect(),
        }
    }

    /// As [`Staging::push`], with an entry that was looked at before.
    pub fn bring(&mut self, incoming: Incoming) -> Result<(), Error> {
        let Incoming {
            entry,
            is_right,
            findings,
        } = incoming;
        let is_new = self.is_new(&entry);
        if !is_new && let Some(number) = known::whole(&self.transaction, &entry, is_right)? {
            if !self.came_just_now(&entry) {
                self.known.add_entry(number);
            }
            return Ok(());
        }
        let Findings {
            contents,
            claim,
            is_sound,
        } = findings.unwrap_or_else(|| Findings::of(&entry));
        if is_new {
            self.signatures.check(claim)?;
        }
        let follows = is_sound && self.follows(&entry);
        let contents = match contents {
            Ok(contents) => contents,
            // It is put aside all the same, and told as a damage later.
            Err(error) => {
                self.unreadable
                    .insert(entry.hash, examining::unreadable(&entry, &error));
                return self.put_aside(&entry);
            }
        };
        let covered = match &contents {
            Some(contents) => {
                let covered = erasing::covering(&self.transaction, &entry, contents)?;
                if covered.is_some() {
                    erasing::names_of_erased(&self.transaction, contents, &mut self.unwanted)?;
                }
                covered
            }
            None => None,
        };
        let (entry, contents) = match covered {
            Some(_) => (entry.withheld(), None),
            None => (entry, contents),
        };
        if follows {
            return self.take(Coming {
                entry,
                contents,
                is_new: true,
                covered,
            });
        }
        if let Some(erasure) = covered {
            self.covered.insert(entry.hash, erasure);
        }
        self.put_aside(&entry)
    }

    /// Takes in an entry that follows its chain.
    fn take(&mut self, coming: Coming) -> Result<(), Error> {
        let Entry { header, hash, .. } = &coming.entry;
        let head = Head {
            seq: header.seq,
            hash: *hash,
        };
        self.reached.insert(header.device, (head, header.hlc));
        self.withheld += u64::from(coming.contents.is_none() && coming.covered.is_none());
        if self.refused.is_some() {
            return Ok(());
        }
        match self.taking.take(&self.transaction, self.opened, coming) {
            Err(Error::BadChain { what }) => self.refused = Some(what),
            taken => taken?,
        }
        Ok(())
    }

    fn put_aside(&mut self, entry: &Entry) -> Result<(), Error> {
        self.staged += 1;
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

    /// Whether an entry is the next of its chain in every respect that can be told
    /// without those after it.
    fn follows(&self, entry: &Entry) -> bool {
        let header = &entry.header;
        match self.reached.get(&header.device) {
            None => header.seq == 1,
            Some((head, hlc)) => {
                header.seq == head.seq + 1 && header.previous == head.hash && header.hlc > *hlc
            }
        }
    }

    /// Whether an entry goes on from where its chain is known.
    fn is_new(&self, entry: &Entry) -> bool {
        self.reached
            .get(&entry.header.device)
            .is_none_or(|(head, _)| entry.header.seq > head.seq)
    }

    /// Whether the number of an entry was free before this import.
    fn came_just_now(&self, entry: &Entry) -> bool {
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
            match self.carry_out(&mut preview, going) {
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
        if self.indexing == Indexing::Skip {
            // It was begun to be looked at, and what it wrote is not all.
            return Err(Error::Internal {
                detail: "K-4".into(),
            });
        }
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
        self.carry_out(&mut report, going)?;
        // The signatures are checked meanwhile. Nothing stands before they are.
        self.tell_unsigned(&mut report)?;
        refuse_damaged(&report)?;
        stage::clear(&self.transaction)?;
        if report.left_sealed > 0 && self.staged > 0 {
            // It may have lain in the table just emptied.
            wiping::set_due(&self.transaction)?;
        }
        if entry::count(&self.transaction)? != self.entries_before + report.new_entries {
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
