//! Giving entries to somebody else: all of them, or those about some records.

use std::collections::{BTreeMap, BTreeSet};

use ledger::erasure::is_erasure;
use ledger::{CompartmentId, DeviceId, EntityId, Entry};

use crate::table::entry;
use crate::{Error, Vault};

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
    /// payloads are held here.
    pub fn entries_after(
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
        self.entries_after(heads, &mut |entry| {
            let payload = entry.open_payload()?;
            let touched: BTreeSet<EntityId> = payload
                .iter()
                .flat_map(|payload| &payload.changes)
                .map(|change| change.entity)
                .collect();
            let permitted = compartments.contains(&entry.header.compartment);
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
