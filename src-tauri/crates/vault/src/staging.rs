//! Taking entries from somebody else: put aside, checked, shown, and accepted
//! or forgotten.
//!
//! Everything happens in one transaction that begins with [`Vault::stage`].
//! Dropping the [`Staging`] undoes it, so a refused or interrupted import has
//! changed nothing, and what was put aside never lay anywhere in the clear. The
//! preview is not a guess: it carries the import out, looks, and undoes it.

use std::collections::{BTreeMap, BTreeSet};

use ledger::erasure::Erasure;
use ledger::verify::{Damage as ChainDamage, Depth, Fork, LedgerVerifier};
use ledger::{
    ChainWriter, CompartmentId, DeviceId, EntityId, Entry, EntryHash, Head, Hlc, Payload, Position,
};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use sha2::{Digest, Sha256};

use crate::apply::{Indexing, apply};
use crate::error::short;
use crate::keys::MasterKey;
use crate::sealing::{self, Opened};
use crate::table::attachment::{self, Writer};
use crate::table::entry::EntryNo;
use crate::table::{
    absence, entry, erased, field_version, journal, payload, record, sealed, stage,
};
use crate::{Error, MissingRange, Vault, device, erasing, wiping};

/// A stamp this far after the clock on the wall is worth telling: five minutes,
/// in milliseconds.
const TOLERANCE: u64 = 5 * 60 * 1000;

/// One record in a preview or report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordLine {
    /// The record.
    pub id: EntityId,
    /// What it is.
    pub kind: String,
    /// What it is, in Chinese; the kind itself when this version knows none.
    pub label: String,
    /// Its title; may be empty.
    pub title: String,
}

/// A device whose clock runs ahead of this one's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ahead {
    /// The device.
    pub device: DeviceId,
    /// Its latest stamp: milliseconds since 1970, UTC.
    pub millis: u64,
}

/// What an import would do, or has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// Records not known here before.
    pub new: Vec<RecordLine>,
    /// Records that change without contradiction.
    pub changed: Vec<RecordLine>,
    /// Records in which a person has to decide something.
    pub conflicting: Vec<RecordLine>,
    /// Records that are in the import and stay as they are.
    pub known: Vec<RecordLine>,
    /// Entries that have to be brought in first.
    pub missing: Vec<MissingRange>,
    /// Numbers that were used twice.
    pub forks: Vec<Fork>,
    /// What does not verify, in Chinese.
    pub damages: Vec<String>,
    /// Devices whose clock runs ahead: their entries are accepted, and told.
    pub ahead: Vec<Ahead>,
    /// Entries not known here before.
    pub new_entries: u64,
    /// Entries that were known.
    pub known_entries: u64,
    /// Payloads that come in for entries whose headers were known.
    pub late_payloads: u64,
    /// Records shown here that the import erases for good (依规删除).
    pub erased: Vec<RecordLine>,
    /// Payloads that do not come in, because their records were erased.
    pub kept_out: u64,
    /// New entries without payload: about records outside the import's scope.
    pub withheld: u64,
    /// Payloads that belong to a sealed matter that is not open: their headers
    /// are taken, the payloads only once it is open and the import repeated.
    pub left_sealed: u64,
    /// Attachments not held here before.
    pub new_attachments: u64,
}

impl Preview {
    /// Whether the import can be accepted.
    pub fn is_acceptable(&self) -> bool {
        self.missing.is_empty() && self.forks.is_empty() && self.damages.is_empty()
    }
}

/// An import that nobody has accepted yet.
#[derive(Debug)]
pub struct Staging<'v> {
    transaction: Transaction<'v>,
    writer: &'v mut ChainWriter,
    opened: &'v Opened,
    receiving: Option<Receiving>,
    attachments_before: u64,
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
        Ok(Staging {
            transaction,
            writer: &mut self.writer,
            opened: &self.opened,
            receiving: None,
            attachments_before,
            covered: BTreeMap::new(),
            unwanted: BTreeSet::new(),
        })
    }

    /// How a record is called in lists and reports.
    pub fn line(&self, id: &EntityId) -> Result<Option<RecordLine>, Error> {
        line(&self.connection, id)
    }
}

impl Staging<'_> {
    /// Puts an entry aside. Order does not matter, nor does the same one again.
    /// The payload of an entry that was erased here is not even put aside.
    pub fn push(&mut self, entry: &Entry) -> Result<(), Error> {
        // One that cannot be read is put aside, and told as a damage later.
        if let Ok(Some(contents)) = entry.open_payload()
            && let Some(erasure) = erasing::covering(&self.transaction, entry, &contents)?
        {
            erasing::names_of_erased(&self.transaction, &contents, &mut self.unwanted)?;
            self.covered.insert(entry.hash, erasure);
            return stage::insert(&self.transaction, &entry.withheld());
        }
        stage::insert(&self.transaction, entry)
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

    /// What accepting would do. Carries it out and undoes it again.
    pub fn preview(&mut self, now_millis: u64) -> Result<Preview, Error> {
        self.end_attachment()?;
        let mut preview = self.examine(now_millis)?;
        if preview.forks.is_empty() && preview.damages.is_empty() {
            self.transaction.execute_batch("SAVEPOINT preview")?;
            let tried = self.carry_out(Indexing::Skip, &mut preview);
            self.transaction
                .execute_batch("ROLLBACK TO preview; RELEASE preview")?;
            tried?;
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
    pub fn commit(mut self, now_millis: u64) -> Result<Preview, Error> {
        self.end_attachment()?;
        let mut report = self.examine(now_millis)?;
        if let Some(fork) = report.forks.first() {
            return Err(Error::Forked(*fork));
        }
        if let Some(what) = report.damages.first() {
            return Err(Error::BadChain { what: what.clone() });
        }
        if !report.missing.is_empty() {
            return Err(Error::MissingEntries(report.missing));
        }
        let before = entry::count(&self.transaction)?;
        self.carry_out(Indexing::Full, &mut report)?;
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

    /// Everything that can be said before anything is applied.
    fn examine(&self, now_millis: u64) -> Result<Preview, Error> {
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

/// What came in with an entry.
struct Taken<'k> {
    number: EntryNo,
    entry: Entry,
    /// To be applied; nothing when it is kept out, withheld or sealed.
    contents: Option<Payload>,
    /// The open compartment it belongs to, with its key.
    sealed_in: Option<(CompartmentId, &'k MasterKey)>,
}

/// What a record looked like before the import: enough to see a change.
struct Before {
    existed: bool,
    looks: [u8; 32],
}

impl Staging<'_> {
    /// Stores and applies everything staged, and fills in what that does to the
    /// records.
    fn carry_out(&self, indexing: Indexing, preview: &mut Preview) -> Result<(), Error> {
        let connection: &Connection = &self.transaction;
        let mut touched: BTreeMap<EntityId, Before> = BTreeMap::new();
        let mut mentioned: BTreeSet<EntityId> = BTreeSet::new();
        let mut concerned: BTreeSet<EntryNo> = BTreeSet::new();
        stage::each(connection, &mut |entry| {
            let Some(taken) = self.take_in(entry, &mut mentioned, preview)? else {
                return Ok(());
            };
            let (number, entry) = (taken.number, taken.entry);
            let Some(contents) = taken.contents else {
                return journal::put(connection, number, &entry, None);
            };
            if let Some(erasure) = Erasure::of(&entry, &contents) {
                for id in &erasure.records {
                    preview.erased.extend(line(connection, id)?);
                }
            }
            for change in &contents.changes {
                if let std::collections::btree_map::Entry::Vacant(vacant) =
                    touched.entry(change.entity)
                {
                    let (existed, looks) = looks(connection, &change.entity)?;
                    vacant.insert(Before { existed, looks });
                }
            }
            concerned.extend(apply(connection, number, &entry, &contents, indexing)?);
            if let Some((id, key)) = taken.sealed_in {
                let records = contents.changes.iter().map(|change| change.entity);
                sealing::adopt(connection, &id, key, records)?;
                sealing::keep_entry(connection, &id, key, number, &entry, &contents)?;
            }
            Ok(())
        })?;
        erasing::enforce(connection, self.opened, &concerned)?;
        erasing::drop_everywhere(connection, self.opened, &self.unwanted)?;
        for (id, before) in &touched {
            let Some(line) = line(connection, id)? else {
                continue;
            };
            let list = if record::has_conflicts(connection, id)? {
                &mut preview.conflicting
            } else if !before.existed {
                &mut preview.new
            } else if looks(connection, id)?.1 != before.looks {
                &mut preview.changed
            } else {
                &mut preview.known
            };
            list.push(line);
        }
        for id in mentioned.iter().filter(|id| !touched.contains_key(id)) {
            preview.known.extend(line(connection, id)?);
        }
        Ok(())
    }

    /// Stores what is new of a staged entry. Returns what is to be applied;
    /// nothing when the archive had all of it.
    fn take_in(
        &self,
        mut entry: Entry,
        mentioned: &mut BTreeSet<EntityId>,
        preview: &mut Preview,
    ) -> Result<Option<Taken<'_>>, Error> {
        let connection: &Connection = &self.transaction;
        let mut contents = entry.open_payload()?;
        let known = entry::find(connection, &entry.hash)?;
        // Known when it was put aside, or come in with this very import.
        let covering = match (self.covered.get(&entry.hash), &contents) {
            (Some(erasure), _) => Some(*erasure),
            (None, Some(contents)) => erasing::covering(connection, &entry, contents)?,
            (None, None) => None,
        };
        if let Some(erasure) = covering {
            preview.kept_out += 1;
            let number = match known {
                Some(number) if payload::is_held(connection, number)? => return Ok(None),
                Some(number) => number,
                None => entry::store(connection, &entry.withheld())?,
            };
            absence::erased(connection, number, erasure)?;
            if contents.is_some() {
                // It lay among what was put aside.
                wiping::set_due(connection)?;
            }
            return Ok(Some(Taken {
                number,
                entry,
                contents: None,
                sealed_in: None,
            }));
        }
        let compartment = match &contents {
            Some(contents) => sealing::of_changes(connection, &contents.changes)?
                .into_iter()
                .find_map(|found| found),
            None => None,
        };
        let sealed_in = compartment.and_then(|id| Some((id, self.opened.key(&id)?)));
        let is_held = match known {
            Some(number) => {
                payload::is_held(connection, number)?
                    || sealed::compartment_of(connection, number)?.is_some()
            }
            None => false,
        };
        if compartment.is_some() && sealed_in.is_none() && !is_held {
            preview.left_sealed += 1;
            contents = None;
            entry = entry.withheld();
        }
        let number = match (known, &contents) {
            (None, _) => entry::store(connection, &entry)?,
            (Some(number), Some(contents)) => {
                if is_held {
                    mentioned.extend(contents.changes.iter().map(|change| change.entity));
                    return Ok(None);
                }
                payload::insert(
                    connection,
                    number,
                    entry.payload.as_deref().unwrap_or_default(),
                )?;
                absence::ended(connection, number)?;
                preview.late_payloads += 1;
                number
            }
            (Some(_), None) => return Ok(None),
        };
        if contents.is_none() {
            erasing::note_absence(connection, number, &entry)?;
        }
        Ok(Some(Taken {
            number,
            entry,
            contents,
            sealed_in,
        }))
    }
}

/// Whether a record is here, and a hash of how it is shown.
fn looks(connection: &Connection, id: &EntityId) -> Result<(bool, [u8; 32]), Error> {
    let shown = record::get(connection, id)?;
    let text = format!(
        "{:?}",
        shown
            .as_ref()
            .map(|record| (&record.fields, &record.conflicts, record.retracted))
    );
    Ok((shown.is_some(), Sha256::digest(text).into()))
}

/// How a record is called.
pub(crate) fn line(connection: &Connection, id: &EntityId) -> Result<Option<RecordLine>, Error> {
    const LONGEST: usize = 60;
    let Some(shown) = record::get(connection, id)? else {
        return Ok(None);
    };
    let spec = casework::kinds::spec_of(&shown.kind);
    let title = |record: &crate::StoredRecord| {
        let field = casework::kinds::spec_of(&record.kind)?.title;
        record.fields.get(field)?.as_text().map(str::to_owned)
    };
    let mut text = title(&shown).unwrap_or_default();
    // Some records are called by the record they are about.
    if let Ok(other) = text.parse::<EntityId>() {
        text = record::get(connection, &other)?
            .as_ref()
            .and_then(title)
            .unwrap_or_default();
    }
    if text.chars().count() > LONGEST {
        text = text.chars().take(LONGEST).chain(['…']).collect();
    }
    Ok(Some(RecordLine {
        id: *id,
        label: spec.map_or_else(|| shown.kind.clone(), |spec| spec.label.to_owned()),
        kind: shown.kind,
        title: text,
    }))
}

impl Vault {
    /// The records that the entry with this hash touched.
    pub fn touched_by(&self, hash: &ledger::EntryHash) -> Result<Vec<EntityId>, Error> {
        match entry::find(&self.connection, hash)? {
            Some(number) => field_version::touched_by(&self.connection, number),
            None => Ok(Vec::new()),
        }
    }
}
