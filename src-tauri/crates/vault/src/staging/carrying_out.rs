//! Storing and applying what was put aside.

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
use crate::table::entry::EntryNo;
use crate::table::sealed::{COPY_TAG, What};
use crate::table::{absence, entry, journal, payload, record, sealed, stage};
use crate::verify::{Progress, step};
use crate::{Error, StoredRecord, erasing, sealing, wiping};

/// What came in with an entry.
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
struct Before {
    /// Place in [`Touched::kinds`] of what it is; of what the first entry about
    /// it calls it, when it was not here.
    kind: u32,
    /// None when it was not here, or not shown.
    looks: Option<Looks>,
}

/// The records that an import touches.
#[derive(Default)]
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

impl Staging<'_> {
    /// Stores and applies everything staged, and fills in what that does to the
    /// records.
    ///
    /// # Errors
    /// [`Error::BadChain`] when an entry calls a record something else than it
    /// is: no program writes that, and the record would vanish from its list;
    /// [`Error::Cancelled`] when `going` answers `false`.
    pub(super) fn carry_out(
        &self,
        indexing: Indexing,
        preview: &mut Preview,
        going: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<(), Error> {
        let connection: &Connection = &self.transaction;
        let mut touched = Touched::default();
        let mut concerned: BTreeSet<EntryNo> = BTreeSet::new();
        let mut unshown = Unshown::new(indexing);
        let mut done = 0_u64;
        stage::each(connection, &mut |entry| {
            if done.is_multiple_of(EVERY) {
                step(going, "比对记录", done, self.staged)?;
            }
            done += 1;
            let Some(taken) = self.take_in(entry, preview)? else {
                return Ok(());
            };
            let (number, entry) = (taken.number, taken.entry);
            let Some(contents) = taken.contents else {
                return journal::put(connection, number, &entry, None);
            };
            if let Some(erasure) = Erasure::of(&entry, &contents) {
                // They are told as they were shown last.
                unshown.show(connection)?;
                for id in &erasure.records {
                    preview.erased.extend(line(connection, id)?);
                }
            }
            for change in &contents.changes {
                let kind = touched.note(connection, change)?;
                if kind != change.kind {
                    return Err(Error::BadChain {
                        what: misnamed(&entry, kind),
                    });
                }
            }
            concerned.extend(unshown.add(connection, number, &entry, &contents)?);
            if let Some((id, key)) = taken.sealed_in {
                let records = contents.changes.iter().map(|change| change.entity);
                sealing::adopt(connection, &id, key, records)?;
                sealing::keep_entry(connection, &id, key, number, &entry, &contents)?;
            }
            if unshown.is_full() {
                unshown.show(connection)?;
            }
            Ok(())
        })?;
        unshown.show(connection)?;
        erasing::enforce(connection, self.opened, &concerned)?;
        erasing::drop_everywhere(connection, self.opened, &self.unwanted)?;
        for (id, before) in touched.into_looks() {
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

    /// Stores what is new of a staged entry. Returns what is to be applied;
    /// nothing when the archive had all of it.
    fn take_in(&self, mut entry: Entry, preview: &mut Preview) -> Result<Option<Taken<'_>>, Error> {
        let connection: &Connection = &self.transaction;
        let mut contents = entry.open_payload()?;
        let known = if self.is_new(&entry) {
            None
        } else {
            entry::find(connection, &entry.hash)?
        };
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
        let kept_in = match known {
            Some(number) => sealed::compartment_of(connection, number)?,
            None => None,
        };
        let is_held = match known {
            Some(number) => payload::is_held(connection, number)? || kept_in.is_some(),
            None => false,
        };
        let home = compartment.or(kept_in);
        let is_closed = home.is_some_and(|id| self.opened.key(&id).is_none());
        if compartment.is_some() && sealed_in.is_none() && !is_held {
            preview.left_sealed += 1;
            contents = None;
            entry = entry.withheld();
        }
        let number = match (known, &contents) {
            (None, _) => entry::store(connection, &entry)?,
            (Some(number), Some(_)) if is_held && is_closed => {
                // What is closed cannot be completed, and must not be in the clear.
                if self.tells_more(number, &entry)? {
                    preview.left_sealed += 1;
                } else {
                    preview.known.add_entry(number);
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
                    preview.known.add_entry(number);
                    return Ok(None);
                };
                payload::complete(connection, number, &joined)?;
                if sealed_in.is_some() {
                    // The copy that is kept is made anew.
                    sealed::remove(connection, What::Payload, number)?;
                }
                entry.payload = Some(joined);
                contents = entry.open_payload()?;
                preview.completed_payloads += 1;
                number
            }
            (Some(number), Some(_)) => {
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
        let holds_masked = |it: &Payload| it.changes.iter().any(|change| change.value.is_masked());
        preview.masked += u64::from(contents.as_ref().is_some_and(holds_masked));
        Ok(Some(Taken {
            number,
            entry,
            contents,
            sealed_in,
        }))
    }
}

impl Staging<'_> {
    /// Whether a payload that comes in whole says more than the one of entry
    /// `number`, which belongs to a compartment that is closed. How long the
    /// copy is tells, since nobody can read it: a masked form that happens to be as
    /// long as the whole passes for it, until it is imported again while open.
    fn tells_more(&self, number: EntryNo, entry: &Entry) -> Result<bool, Error> {
        let bytes = entry.payload.as_deref().unwrap_or_default();
        if masking::is_masked(bytes) {
            return Ok(false);
        }
        Ok(
            match sealed::get(&self.transaction, What::Payload, number, 0)? {
                Some(copy) => copy.bytes.len() != bytes.len() + COPY_TAG,
                None => payload::joined(&self.transaction, number, bytes)?.is_some(),
            },
        )
    }
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
