//! Giving entries to somebody else: all of them, or those about some records.

use std::collections::{BTreeMap, BTreeSet};

use ledger::erasure::is_erasure;
use ledger::masking::{self, Part};
use ledger::{CompartmentId, DeviceId, EntityId, Entry, Payload};

use crate::table::{attachment, compartment, entry, field_version, sealed};
use crate::{Error, Vault, sealing};

/// What an export of some records contained.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeSummary {
    /// Entries with their payload.
    pub with_payload: u64,
    /// Entries whose payload was left out: about other records, of a sealed
    /// compartment, or not held here either.
    pub withheld: u64,
    /// Of those, entries about records inside *and* outside the scope, or with a
    /// field that is masked, that an earlier program wrote: such a payload cannot
    /// be masked in part, so it was left out whole, and the receiver will not see
    /// what it says about the records inside.
    pub straddling: u64,
    /// Of those with their payload, entries of which something was masked here.
    pub masked: u64,
}

/// What an export takes, and what of it is masked.
pub struct Wanted<'w> {
    /// The records; `None` means all.
    pub records: Option<&'w BTreeSet<EntityId>>,
    /// The compartments they may belong to; counts for chosen records.
    pub compartments: &'w BTreeSet<CompartmentId>,
    /// Whether a field of a record, by its kind and name, is masked.
    pub hides: &'w dyn Fn(&EntityId, &str, &str) -> bool,
    /// Remarks on what was done are masked, too. They name records: what was
    /// undone or settled, for example.
    pub hides_remarks: bool,
}

impl Vault {
    /// Gives every entry that somebody who has `heads` (last number by device)
    /// does not have yet to `visit`: chain by chain, in order, with whatever
    /// payloads are held here, but those of a sealed matter, open or not.
    pub fn entries_after(
        &self,
        heads: &BTreeMap<DeviceId, u64>,
        visit: &mut dyn FnMut(Entry) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.each_after(heads, &mut |entry| {
            let sealed = self.sealed_in(&entry)?;
            visit(if sealed.is_some() {
                entry.withheld()
            } else {
                entry
            })
        })
    }

    fn each_after(
        &self,
        heads: &BTreeMap<DeviceId, u64>,
        visit: &mut dyn FnMut(Entry) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for device in entry::heads(&self.connection)?.into_keys() {
            let after = heads.get(&device).copied().unwrap_or(0);
            entry::after(&self.connection, &device, after, visit)?;
        }
        Ok(())
    }

    /// The compartment that the payload of an entry is sealed in.
    fn sealed_in(&self, entry: &Entry) -> Result<Option<CompartmentId>, Error> {
        // Asked for every entry of an export: most archives seal nothing.
        if entry.payload.is_none() || !compartment::is_any(&self.connection)? {
            return Ok(None);
        }
        match entry::find(&self.connection, &entry.hash)? {
            Some(no) => sealed::compartment_of(&self.connection, no),
            None => Ok(None),
        }
    }

    /// The compartment that an entry counts to: what was written in one that was
    /// taken apart for good (解除密封) is ordinary. One that is not known here
    /// stays what it is: somebody else may keep it sealed.
    fn home(&self, entry: &Entry, sealed: Option<CompartmentId>) -> Result<CompartmentId, Error> {
        let written = sealed.unwrap_or(entry.header.compartment);
        let is_ordinary = sealed.is_none()
            && written != CompartmentId::OPEN
            && sealing::is_unsealed(&self.connection, &written)?;
        Ok(if is_ordinary {
            CompartmentId::OPEN
        } else {
            written
        })
    }

    /// The attachments that lie here in the clear only because a compartment is
    /// open, by hash.
    pub fn sealed_attachments(&self) -> Result<BTreeSet<String>, Error> {
        let mut hashes = BTreeSet::new();
        for plain in sealed::opened(&self.connection)? {
            let Some(sha256) = attachment::name_of(&self.connection, plain)? else {
                continue;
            };
            if sealed::has_copy(&self.connection, plain)? && !self.is_used_outside(&sha256)? {
                hashes.insert(sha256);
            }
        }
        Ok(hashes)
    }

    /// Whether a record that belongs to no compartment names these bytes.
    fn is_used_outside(&self, sha256: &str) -> Result<bool, Error> {
        for record in field_version::naming(&self.connection, sha256)? {
            if compartment::of_record(&self.connection, &record)?.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// As [`Vault::entries_after`], with the payloads of only those entries
    /// that are about `scope` and belong to one of `compartments`; what they say
    /// of other records is masked. All headers are given, so that the chains verify, and erasures (依规删除)
    /// always with their payload: they hold nothing of what they erased, and
    /// must reach whoever still has it.
    ///
    /// What travels together with a record is [`Vault::family`].
    pub fn entries_of(
        &self,
        scope: &BTreeSet<EntityId>,
        compartments: &BTreeSet<CompartmentId>,
        heads: &BTreeMap<DeviceId, u64>,
        visit: &mut dyn FnMut(Entry) -> Result<(), Error>,
    ) -> Result<ScopeSummary, Error> {
        let wanted = Wanted {
            records: Some(scope),
            compartments,
            hides: &|_, _, _| false,
            hides_remarks: false,
        };
        self.entries_wanted(&wanted, heads, visit)
    }

    /// As [`Vault::entries_of`] for chosen records and as [`Vault::entries_after`]
    /// for all of them, with what `wanted` hides masked. Remarks on an entry of
    /// which something is masked are masked with it; what was done is still said.
    pub fn entries_wanted(
        &self,
        wanted: &Wanted<'_>,
        heads: &BTreeMap<DeviceId, u64>,
        visit: &mut dyn FnMut(Entry) -> Result<(), Error>,
    ) -> Result<ScopeSummary, Error> {
        let mut summary = ScopeSummary::default();
        self.each_after(heads, &mut |entry| {
            let compartment = self.sealed_in(&entry)?;
            let payload = entry.open_payload()?;
            let changes = payload.iter().flat_map(|payload| &payload.changes);
            let permitted = match wanted.records {
                None => compartment.is_none(),
                Some(_) => wanted
                    .compartments
                    .contains(&self.home(&entry, compartment)?),
            };
            let concerns =
                is_erasure(&entry) || changes.clone().any(|change| wanted.takes(&change.entity));
            let given = match payload {
                Some(payload) if permitted && concerns => wanted.cut(entry.clone(), &payload)?,
                _ => {
                    summary.withheld += 1;
                    return visit(entry.withheld());
                }
            };
            if let Some(given) = given {
                summary.with_payload += 1;
                summary.masked += u64::from(given.payload != entry.payload);
                return visit(given);
            }
            summary.withheld += 1;
            summary.straddling += 1;
            visit(entry.withheld())
        })?;
        Ok(summary)
    }
}

impl Wanted<'_> {
    fn takes(&self, record: &EntityId) -> bool {
        self.records.is_none_or(|records| records.contains(record))
    }

    fn shows(&self, record: &EntityId, kind: &str, field: &str) -> bool {
        self.takes(record) && !(self.hides)(record, kind, field)
    }

    /// The entry, whose payload this is, with everything masked that is not
    /// wanted; nothing when that cannot be done.
    fn cut(&self, entry: Entry, payload: &Payload) -> Result<Option<Entry>, Error> {
        let has_remark = payload.note.as_ref().is_some_and(|it| it.contains('\n'));
        let is_whole = !(self.hides_remarks && has_remark)
            && payload
                .changes
                .iter()
                .all(|it| self.shows(&it.entity, &it.kind, &it.field));
        let Some(bytes) = entry.payload.as_deref() else {
            return Ok(None);
        };
        if is_whole || is_erasure(&entry) {
            return Ok(Some(entry));
        }
        let cut = masking::mask(bytes, |part| match part {
            // The first line says what was done, the rest is the author's remark.
            Part::Note(note) => note.is_none_or(|note| !note.contains('\n')),
            Part::Value {
                entity,
                kind,
                field,
            } => self.shows(&entity, kind, field),
        })?;
        Ok(cut.map(|cut| Entry {
            payload: Some(cut),
            ..entry
        }))
    }
}
