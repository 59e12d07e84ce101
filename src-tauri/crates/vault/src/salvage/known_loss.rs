//! What an archive remembers of having been salvaged: the numbers that were lost.

use ledger::DeviceId;
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use super::carve::Lost;
use crate::Error;
use crate::table::{entry, local};

/// Local setting of a salvaged archive: the numbers that are known to be lost,
/// as `[device, from, to]`.
pub(super) const KNOWN_LOSS: &str = "ducha.known-loss";

/// The numbers that were lost when this archive was salvaged.
#[derive(Debug, Default)]
pub(crate) struct KnownLoss(Vec<(DeviceId, u64, u64)>);

impl KnownLoss {
    /// What the archive remembers of it.
    pub(crate) fn of(connection: &Connection) -> Result<Self, Error> {
        match local::get(connection, KNOWN_LOSS)? {
            Some(list) => Self::read(list).ok_or_else(|| Error::damaged("本机设置")),
            None => Ok(Self::default()),
        }
    }

    /// The loss in the setting of that name.
    pub(super) fn read(list: Json) -> Option<Self> {
        serde_json::from_value(list).ok().map(Self)
    }

    /// Keeps a loss.
    pub(super) fn remember(connection: &Connection, lost: &[Lost]) -> Result<(), Error> {
        let list: Vec<_> = lost
            .iter()
            .map(|lost| (lost.device, lost.from, lost.to))
            .collect();
        local::put(connection, KNOWN_LOSS, &json!(list))
    }

    /// The last numbers of each loss.
    pub(super) fn ends(&self) -> impl Iterator<Item = (DeviceId, u64)> {
        self.0.iter().map(|(device, _, to)| (*device, *to))
    }

    /// Whether all these numbers are known to be lost.
    pub(crate) fn covers(&self, device: &DeviceId, from: u64, to: u64) -> bool {
        self.0
            .iter()
            .any(|(of, first, last)| of == device && *first <= from && to <= *last)
    }

    /// How many of the numbers are still missing, where `here` says how many of
    /// some are here. Not to be read off the gaps of the chains: what was lost
    /// at the end of one leaves none.
    pub(crate) fn missing(
        &self,
        mut here: impl FnMut(&DeviceId, u64, u64) -> Result<u64, Error>,
    ) -> Result<u64, Error> {
        let mut missing = 0;
        for (device, from, to) in &self.0 {
            missing += (to + 1).saturating_sub(*from + here(device, *from, *to)?);
        }
        Ok(missing)
    }

    /// How many of the numbers are still missing in an archive.
    pub(crate) fn missing_in(&self, connection: &Connection) -> Result<u64, Error> {
        self.missing(|device, from, to| entry::count_between(connection, device, from, to))
    }
}
