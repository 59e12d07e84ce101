//! Giving entries to somebody else: all of them, or those about some records.

use std::collections::{BTreeMap, BTreeSet};

use ledger::erasure::is_erasure;
use ledger::{CompartmentId, DeviceId, EntityId, Entry};

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
    /// Of those, entries about records inside *and* outside the scope. A
    /// payload cannot be cut in two, so they were left out: the receiver will
    /// not see what they say about the records inside.
    pub straddling: u64,
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
    /// that are about nothing but `scope` and belong to one of `compartments`.
    /// All headers are given, so that the chains verify, and erasures (依规删除)
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
        let mut summary = ScopeSummary::default();
        self.each_after(heads, &mut |entry| {
            let compartment = self.sealed_in(&entry)?;
            let payload = entry.open_payload()?;
            let touched: BTreeSet<EntityId> = payload
                .iter()
                .flat_map(|payload| &payload.changes)
                .map(|change| change.entity)
                .collect();
            let permitted = compartments.contains(&self.home(&entry, compartment)?);
            let belongs = touched.is_subset(scope) || is_erasure(&entry);
            if !touched.is_empty() && permitted && belongs {
                summary.with_payload += 1;
                return visit(entry);
            }
            summary.withheld += 1;
            if permitted && !touched.is_disjoint(scope) {
                summary.straddling += 1;
            }
            visit(entry.withheld())
        })?;
        Ok(summary)
    }
}
