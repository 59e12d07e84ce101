//! Others as witnesses: their signed heads say how far they once knew every
//! chain. When this archive holds less of its own chain than they have seen, it
//! was put back to an earlier state; when it holds something else, there are
//! two histories under one name.

use ledger::heads::Witnessed;
use ledger::verify::Fork;
use ledger::{ChainWriter, DeviceId, Position, SignedHeads};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::table::{entry, local};
use crate::{Error, Vault, device};

/// Local setting: the alarms that stand.
const ALARMS: &str = "ducha.alarms";

/// What is wrong between this archive and what others have seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AlarmKind {
    /// This archive's own chain ends before an entry that others have.
    RolledBack,
    /// A number of a device that stands for two different entries.
    Forked,
}

/// Something a witness has shown, until it is put right or taken note of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// What.
    pub kind: AlarmKind,
    /// The device whose chain it is.
    pub device: DeviceId,
    /// The number that others have.
    pub seq: u64,
    /// The last number held here.
    pub have: u64,
    /// The device that bears witness.
    pub witness: DeviceId,
    /// When it did, by its clock: milliseconds since 1970, UTC.
    pub millis: u64,
}

impl Vault {
    /// Holds this archive against what a bundle's sender or a receipt's writer
    /// has seen. Alarms are kept. When this archive's own chain is concerned, it
    /// goes on as a new device from here: continuing would make, or lengthen, a
    /// second history under the old name.
    pub fn hold_against(&mut self, heads: &SignedHeads) -> Result<Vec<Alarm>, Error> {
        let own = self.device();
        let known = entry::heads(&self.connection)?;
        let have = |device: &DeviceId| known.get(device).map_or(0, |(head, _)| head.seq);
        let mut failed = None;
        let seen = heads.compare(have, |device, seq| {
            entry::hash_at(&self.connection, device, seq).unwrap_or_else(|error| {
                failed = Some(error);
                None
            })
        });
        if let Some(error) = failed {
            return Err(error);
        }
        let alarms: Vec<Alarm> = seen
            .into_iter()
            .filter_map(|(device, seen)| {
                let kind = match seen {
                    Witnessed::Differs { .. } => AlarmKind::Forked,
                    Witnessed::Missing { .. } if device == own => AlarmKind::RolledBack,
                    Witnessed::Agrees | Witnessed::Missing { .. } => return None,
                };
                Some(Alarm {
                    kind,
                    device,
                    seq: heads.heads.get(&device)?.seq,
                    have: have(&device),
                    witness: heads.signer,
                    millis: heads.hlc.millis,
                })
            })
            .collect();
        self.raise(&alarms)?;
        Ok(alarms)
    }

    /// Keeps that an import of `witness`, made at `millis`, held other entries
    /// than this archive does.
    pub fn note_forks(
        &mut self,
        forks: &[Fork],
        witness: DeviceId,
        millis: u64,
    ) -> Result<Vec<Alarm>, Error> {
        let known = entry::heads(&self.connection)?;
        let alarms: Vec<Alarm> = forks
            .iter()
            .map(|fork| Alarm {
                kind: AlarmKind::Forked,
                device: fork.device,
                seq: fork.seq,
                have: known.get(&fork.device).map_or(0, |(head, _)| head.seq),
                witness,
                millis,
            })
            .collect();
        self.raise(&alarms)?;
        Ok(alarms)
    }

    fn raise(&mut self, alarms: &[Alarm]) -> Result<(), Error> {
        if alarms.is_empty() {
            return Ok(());
        }
        let mut standing = kept(&self.connection)?;
        for alarm in alarms {
            let same =
                |known: &&mut Alarm| known.kind == alarm.kind && known.device == alarm.device;
            match standing.iter_mut().find(same) {
                // The earliest point at which two histories part tells most; of
                // what is missing, the latest.
                Some(known) if alarm.kind == AlarmKind::Forked => {
                    known.seq = known.seq.min(alarm.seq);
                }
                Some(known) if known.seq < alarm.seq => *known = *alarm,
                Some(_) => {}
                None => standing.push(*alarm),
            }
        }
        let transaction = self.connection.unchecked_transaction()?;
        keep(&transaction, &standing)?;
        let own = self.writer.device();
        let renewed = if alarms.iter().any(|alarm| alarm.device == own) {
            Some(device::renew(&transaction)?)
        } else {
            None
        };
        transaction.commit()?;
        if let Some(key) = renewed {
            let hlc = self.clock();
            self.writer = ChainWriter::new(
                key,
                Position {
                    hlc,
                    ..Position::START
                },
            );
        }
        Ok(())
    }

    /// The alarms that stand. One about missing entries goes by itself when they
    /// have come in.
    pub fn alarms(&self) -> Result<Vec<Alarm>, Error> {
        let mut standing = Vec::new();
        for alarm in kept(&self.connection)? {
            let came_in = alarm.kind == AlarmKind::RolledBack
                && entry::hash_at(&self.connection, &alarm.device, alarm.seq)?.is_some();
            if !came_in {
                standing.push(alarm);
            }
        }
        Ok(standing)
    }

    /// Somebody has seen to the alarms about `device`.
    pub fn settle_alarms(&mut self, device: &DeviceId) -> Result<(), Error> {
        let mut standing = kept(&self.connection)?;
        standing.retain(|alarm| alarm.device != *device);
        keep(&self.connection, &standing)
    }
}

fn kept(connection: &Connection) -> Result<Vec<Alarm>, Error> {
    match local::get(connection, ALARMS)? {
        Some(list) => serde_json::from_value(list).map_err(|_| Error::damaged("本机设置")),
        None => Ok(Vec::new()),
    }
}

fn keep(connection: &Connection, alarms: &[Alarm]) -> Result<(), Error> {
    let list = if alarms.is_empty() {
        Json::Null
    } else {
        json!(alarms)
    };
    local::put(connection, ALARMS, &list)
}
