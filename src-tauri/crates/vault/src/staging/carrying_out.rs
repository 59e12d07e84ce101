//! Storing and applying what comes in.

use std::collections::{BTreeSet, HashMap, hash_map};

use ledger::erasure::Erasure;
use ledger::{Change, CompartmentId, EntityId, Entry, Payload, masking};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::examining::unreadable;
use super::preview::{Preview, line, line_of};
use super::{EVERY, Staging};
use crate::apply::{Indexing, Unshown};
use crate::error::short;
use crate::keys::MasterKey;
use crate::sealing::Opened;
use crate::table::entry::EntryNo;
use crate::table::sealed::{COPY_TAG, What};
use crate::table::{absence, entry, journal, payload, record, sealed, stage};
use crate::verify::{Progress, step};
use crate::{Error, StoredRecord, erasing, sealing, wiping};

/// An entry that is to be taken in.
#[derive(Debug)]
pub(super) struct Coming {
    pub(super) entry: Entry,
    /// What its payload says.
    pub(super) contents: Option<Payload>,
    /// It goes on from where its chain is known: nothing of it can be here.
    pub(super) is_new: bool,
    /// The erasure by which its payload must not be kept.
    pub(super) covered: Option<EntryNo>,
}

/// What was stored of an entry.
struct Taken<'k> {
    number: EntryNo,
    entry: Entry,
    /// To be applied; nothing when it is kept out, withheld or sealed.
    contents: Option<Payload>,
    /// The open compartment it belongs to, with its key.
    sealed_in: Option<(CompartmentId, &'k MasterKey)>,
}

/// The beginning of a hash of how a record is shown: enough to see a change.
type Looks = [u8; 16];

/// What a record was before the import. There is one of these for every record
/// that an import touches, so it is small.
#[derive(Debug)]
struct Before {
    /// Place in [`Touched::kinds`] of what it is; of what the first entry about
    /// it calls it, when it was not here.
    kind: u32,
    /// None when it was not here, or not shown.
    looks: Option<Looks>,
}

/// The records that an import touches.
#[derive(Debug, Default)]
struct Touched {
    kinds: Vec<String>,
    records: HashMap<EntityId, Before>,
}

impl Touched {
    /// What a record was before, as far as it was here; `change` is the first
    /// of the import about it. Returns the kind.
    fn note(&mut self, connection: &Connection, change: &Change) -> Result<&str, Error> {
        let place = match self.records.entry(change.entity) {
            hash_map::Entry::Occupied(known) => known.get().kind,
            hash_map::Entry::Vacant(vacant) => {
                // One of which everything came masked is not shown, and yet it is here.
                // A new one costs one question.
                let here = record::stamp(connection, &change.entity)?;
                let shown = match &here {
                    Some(_) => record::get(connection, &change.entity)?,
                    None => None,
                };
                let kind = here.as_ref().map_or(&change.kind, |here| &here.kind);
                let place = self.kinds.iter().position(|known| known == kind);
                let place = place.unwrap_or_else(|| {
                    self.kinds.push(kind.clone());
                    self.kinds.len() - 1
                });
                let looks = shown.as_ref().map(looks);
                let kind = place as u32;
                vacant.insert(Before { kind, looks }).kind
            }
        };
        Ok(self.kinds.get(place as usize).map_or("", String::as_str))
    }

    /// How each record looked before, in the order of their identifiers.
    fn into_looks(self) -> Vec<(EntityId, Option<Looks>)> {
        let before = self.records.into_iter();
        let mut before: Vec<_> = before.map(|(id, before)| (id, before.looks)).collect();
        before.sort_unstable_by_key(|(id, _)| *id);
        before
    }
}

/// What an import has taken in so far.
#[derive(Debug)]
pub(super) struct Taking {
    touched: Touched,
    /// Entries whose payloads may have to go, because something they say is erased.
    concerned: BTreeSet<EntryNo>,
    unshown: Unshown,
    /// What is to be told of it; not what [`Staging::examine`] tells.
    told: Preview,
}

impl Taking {
    /// Nothing yet.
    pub(super) fn new(indexing: Indexing) -> Self {
        Self {
            touched: Touched::default(),
            concerned: BTreeSet::new(),
            unshown: Unshown::new(indexing),
            told: Preview::default(),
        }
    }

    /// Stores and applies an entry.
    ///
    /// # Errors
    /// [`Error::BadChain`] when it calls a record something else than it is: no program
    /// writes that, and the record would vanish from its list. Or when its payload cannot
    /// be put together with what is known of it.
    pub(super) fn take(
        &mut self,
        connection: &Connection,
        opened: &Opened,
        coming: Coming,
    ) -> Result<(), Error> {
        let Some(taken) = take_in(connection, opened, coming, &mut self.told)? else {
            return Ok(());
        };
        let (number, entry) = (taken.number, taken.entry);
        let Some(contents) = taken.contents else {
            return journal::put(connection, number, &entry, None);
        };
        if let Some(erasure) = Erasure::of(&entry, &contents) {
            // They are told as they were shown last.
            self.unshown.show(connection)?;
            for id in &erasure.records {
                self.told.erased.extend(line(connection, id)?);
            }
        }
        for change in &contents.changes {
            let kind = self.touched.note(connection, change)?;
            if kind != change.kind {
                return Err(Error::BadChain {
                    what: misnamed(&entry, kind),
                });
            }
        }
        self.concerned
            .extend(self.unshown.add(connection, number, &entry, &contents)?);
        if let Some((id, key)) = taken.sealed_in {
            let records = contents.changes.iter().map(|change| change.entity);
            sealing::adopt(connection, &id, key, records)?;
            sealing::keep_entry(connection, &id, key, number, &entry, &contents)?;
        }
        if self.unshown.is_full() {
            self.unshown.show(connection)?;
        }
        Ok(())
    }
}

impl Staging<'_> {
    /// Takes in what was put aside, ends the import, and fills in what all of it does
    /// to the records.
    ///
    /// # Errors
    /// See [`Taking::take`]; [`Error::Cancelled`] when `going` answers `false`.
    pub(super) fn carry_out(
        &mut self,
        preview: &mut Preview,
        going: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<(), Error> {
        let taking = std::mem::replace(&mut self.taking, Taking::new(self.indexing));
        let taking = self.take_staged(taking, going)?;
        let connection: &Connection = &self.transaction;
        let Taking {
            touched,
            concerned,
            mut unshown,
            told,
        } = taking;
        unshown.finish(connection)?;
        preview.add(told);
        erasing::enforce(connection, self.opened, &concerned)?;
        erasing::drop_everywhere(connection, self.opened, &self.unwanted)?;
        let touched = touched.into_looks();
        let total = touched.len() as u64;
        for (done, (id, before)) in touched.into_iter().enumerate() {
            let done = done as u64;
            if done.is_multiple_of(EVERY) {
                step(going, "比对记录", done, total)?;
            }
            let Some(shown) = record::get(connection, &id)? else {
                continue;
            };
            let list = if !shown.conflicts.is_empty() {
                &mut preview.conflicting
            } else if before.is_none() {
                &mut preview.new
            } else if before != Some(looks(&shown)) {
                &mut preview.changed
            } else {
                preview.known.add_record(id);
                continue;
            };
            list.push(line_of(connection, &shown)?);
        }
        Ok(())
    }

    fn take_staged(
        &self,
        mut taking: Taking,
        going: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<Taking, Error> {
        let connection: &Connection = &self.transaction;
        let mut done = 0_u64;
        stage::each(connection, &mut |entry| {
            if done.is_multiple_of(EVERY) {
                step(going, "整理条目", done, self.staged)?;
            }
            done += 1;
            let contents = entry.open_payload()?;
            // Known when it was put aside, or come in with this very import.
            let covered = match (self.covered.get(&entry.hash), &contents) {
                (Some(erasure), _) => Some(*erasure),
                (None, Some(contents)) => erasing::covering(connection, &entry, contents)?,
                (None, None) => None,
            };
            let coming = Coming {
                is_new: self.is_new(&entry),
                entry,
                contents,
                covered,
            };
            taking.take(connection, self.opened, coming)
        })?;
        Ok(taking)
    }
}

/// Stores what is new of an entry. Returns what is to be applied; nothing when the
/// archive had all of it.
fn take_in<'k>(
    connection: &Connection,
    opened: &'k Opened,
    coming: Coming,
    told: &mut Preview,
) -> Result<Option<Taken<'k>>, Error> {
    let Coming {
        mut entry,
        mut contents,
        is_new,
        covered,
    } = coming;
    let known = if is_new {
        None
    } else {
        entry::find(connection, &entry.hash)?
    };
    if let Some(erasure) = covered {
        told.kept_out += 1;
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
    let sealed_in = compartment.and_then(|id| Some((id, opened.key(&id)?)));
    let kept_in = match known {
        Some(number) => sealed::compartment_of(connection, number)?,
        None => None,
    };
    let is_held = match known {
        Some(number) => payload::is_held(connection, number)? || kept_in.is_some(),
        None => false,
    };
    let home = compartment.or(kept_in);
    let is_closed = home.is_some_and(|id| opened.key(&id).is_none());
    if compartment.is_some() && sealed_in.is_none() && !is_held {
        told.left_sealed += 1;
        contents = None;
        entry = entry.withheld();
    }
    let number = match (known, &contents) {
        (None, _) => entry::store(connection, &entry)?,
        (Some(number), Some(_)) if is_held && is_closed => {
            // What is closed cannot be completed, and must not be in the clear.
            if tells_more(connection, number, &entry)? {
                told.left_sealed += 1;
            } else {
                told.known.add_entry(number);
            }
            return Ok(None);
        }
        (Some(number), Some(_)) if is_held => {
            // A payload that came masked may be completed; what is here is
            // never replaced by less.
            let bytes = entry.payload.as_deref().unwrap_or_default();
            let joined = payload::joined(connection, number, bytes)
                .map_err(|error| unusable(&entry, error))?;
            let Some(joined) = joined else {
                told.known.add_entry(number);
                return Ok(None);
            };
            payload::complete(connection, number, &joined)?;
            if sealed_in.is_some() {
                // The copy that is kept is made anew.
                sealed::remove(connection, What::Payload, number)?;
            }
            entry.payload = Some(joined);
            contents = entry.open_payload()?;
            told.completed_payloads += 1;
            number
        }
        (Some(number), Some(_)) => {
            payload::insert(
                connection,
                number,
                entry.payload.as_deref().unwrap_or_default(),
            )?;
            absence::ended(connection, number)?;
            told.late_payloads += 1;
            number
        }
        (Some(_), None) => return Ok(None),
    };
    if contents.is_none() {
        erasing::note_absence(connection, number, &entry)?;
    }
    let holds_masked = |it: &Payload| it.changes.iter().any(|change| change.value.is_masked());
    told.masked += u64::from(contents.as_ref().is_some_and(holds_masked));
    Ok(Some(Taken {
        number,
        entry,
        contents,
        sealed_in,
    }))
}

/// Whether a payload that comes in whole says more than the one of entry
/// `number`, which belongs to a compartment that is closed. How long the
/// copy is tells, since nobody can read it: a masked form that happens to be as
/// long as the whole passes for it, until it is imported again while open.
fn tells_more(connection: &Connection, number: EntryNo, entry: &Entry) -> Result<bool, Error> {
    let bytes = entry.payload.as_deref().unwrap_or_default();
    if masking::is_masked(bytes) {
        return Ok(false);
    }
    Ok(match sealed::get(connection, What::Payload, number, 0)? {
        Some(copy) => copy.bytes.len() != bytes.len() + COPY_TAG,
        None => payload::joined(connection, number, bytes)?.is_some(),
    })
}

/// What is wrong with a payload that cannot be put together with what is known of it.
fn unusable(entry: &Entry, error: Error) -> Error {
    match error {
        Error::Ledger(error) => Error::BadChain {
            what: unreadable(entry, &error),
        },
        other => other,
    }
}

/// That an entry takes a record of one kind for another, in words.
fn misnamed(entry: &Entry, kind: &str) -> String {
    let label = casework::kinds::spec_of(kind).map_or("记录", |spec| spec.label);
    format!(
        "设备{}：第 {} 号条目把一条“{label}”当作别的种类改动，可能是伪造的",
        short(&entry.header.device),
        entry.header.seq
    )
}

fn looks(shown: &StoredRecord) -> Looks {
    let text = format!(
        "{:?}",
        (
            &shown.fields,
            &shown.conflicts,
            &shown.masked,
            shown.retracted
        )
    );
    let mut looks = Looks::default();
    looks.copy_from_slice(&Sha256::digest(text)[..16]);
    looks
}
