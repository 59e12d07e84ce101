//! Compartments: matters sealed under a second passphrase (密封事项).
//!
//! Each compartment has a random key of its own. The payloads of its entries,
//! its attachments and its titles in the log of readings lie in the table
//! `sealed` under that key, and nowhere else: to every list, search, export and
//! history a sealed matter is one whose payloads are withheld.
//!
//! While a compartment is open its payloads lie beside that in the clear, so
//! that everything works as always. The encrypted copies stay, and what is
//! written meanwhile gets its copy in the same transaction. So closing needs no
//! key: what has a copy is removed where it lies in the clear. The same runs
//! before anything else when an archive is opened after a crash.

mod belonging;
mod closing;
mod copies;
mod unsealing;

use std::collections::{BTreeMap, BTreeSet};

use ledger::{CompartmentId, EntityId};
use rusqlite::{Connection, TransactionBehavior};
use zeroize::Zeroizing;

pub(crate) use belonging::of_changes;
pub(crate) use closing::{bring_back, withdraw_all};
pub(crate) use copies::{
    GrowingCopy, check as check_copies, forget_unnamed, keep_entry, keep_title, title,
};
pub(crate) use unsealing::is_unsealed;

use crate::keys::{self, MasterKey, SecondLock};
use crate::table::compartment::{self, Stored};
use crate::table::{entry, field_version, read_log, sealed};
use crate::{Error, KdfParams, RecoveryCode, Vault, staging, wiping};

/// The keys of the compartments that are open.
#[derive(Debug, Default)]
pub(crate) struct Opened(BTreeMap<CompartmentId, MasterKey>);

impl Opened {
    /// The key of a compartment, if it is open.
    pub(crate) fn key(&self, id: &CompartmentId) -> Option<&MasterKey> {
        self.0.get(id)
    }

    /// Forgets the key of a compartment that is no more.
    fn forget(&mut self, id: &CompartmentId) {
        self.0.remove(id);
    }

    /// Whether none is open.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that are open, with their keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&CompartmentId, &MasterKey)> {
        self.0.iter()
    }
}

/// A compartment, as anybody who has opened the archive may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompartmentInfo {
    /// Its identifier.
    pub id: CompartmentId,
    /// What the user called it; may be empty.
    pub label: String,
    /// When it was made: milliseconds since 1970, UTC.
    pub created_millis: u64,
    /// It is open now.
    pub is_open: bool,
}

/// What a compartment is made from.
#[derive(Debug)]
pub struct NewCompartment<'a> {
    /// What it is called where it is listed. Not secret.
    pub label: &'a str,
    /// The second passphrase. Not empty; how good it is, the caller judges.
    pub passphrase: &'a str,
    /// Cost of guessing it.
    pub kdf: KdfParams,
    /// Now, in milliseconds since 1970, UTC.
    pub now_millis: u64,
}

/// What opening a compartment brought back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unsealed {
    /// Entries that can be read again.
    pub entries: u64,
    /// Entries whose encrypted copy is damaged.
    pub damaged: u64,
}

impl Vault {
    /// The compartments, the oldest first.
    pub fn compartments(&self) -> Result<Vec<CompartmentInfo>, Error> {
        let stored = compartment::list(&self.connection)?;
        Ok(stored
            .into_iter()
            .map(|stored| CompartmentInfo {
                is_open: self.opened.key(&stored.id).is_some(),
                id: stored.id,
                label: stored.label,
                created_millis: stored.millis,
            })
            .collect())
    }

    /// The open compartment that a record belongs to.
    pub fn compartment_of(&self, id: &EntityId) -> Result<Option<CompartmentId>, Error> {
        let found = compartment::of_record(&self.connection, id)?;
        Ok(found.filter(|found| self.opened.key(found).is_some()))
    }

    /// Whether a record belongs to a compartment, open or not.
    pub fn is_sealed(&self, id: &EntityId) -> Result<bool, Error> {
        Ok(compartment::of_record(&self.connection, id)?.is_some())
    }

    /// Everything that is part of the matter `root`: the records that belong to
    /// it, and the matters that share such a record with it, since a record
    /// cannot be sealed by halves. Withdrawn records included.
    pub fn matter(&self, root: &EntityId) -> Result<BTreeSet<EntityId>, Error> {
        belonging::matter(&self.connection, root)
    }

    /// Seals these records in a new compartment: what was ever written about
    /// them, and the attachments that only they name. The recovery code of the
    /// compartment is shown this once.
    ///
    /// Backups made before still hold all of it in the clear.
    ///
    /// # Errors
    /// [`Error::SealStraddles`] when an entry is about something else too;
    /// [`Error::Sealed`] when one of them is sealed already; nothing has
    /// changed then. Whether remains in the free parts of the file are cleared
    /// away too, [`Vault::is_swept`] says.
    pub fn seal(
        &mut self,
        records: &BTreeSet<EntityId>,
        new: &NewCompartment<'_>,
    ) -> Result<(CompartmentId, RecoveryCode), Error> {
        let id = CompartmentId(self.new_id(new.now_millis)?.0);
        let key: MasterKey = Zeroizing::new(keys::random()?);
        let (lock, code) = SecondLock::new(&context(&id), new.kdf, new.passphrase, &key)?;
        let lock = serde_json::to_string(&lock).map_err(|_| Error::Internal {
            detail: "J-3".into(),
        })?;
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        compartment::put(
            &transaction,
            &Stored {
                id,
                label: new.label.to_owned(),
                millis: new.now_millis,
                lock,
            },
        )?;
        for record in records {
            if compartment::of_record(&transaction, record)?.is_some() {
                return Err(Error::Sealed);
            }
            compartment::adopt(&transaction, &id, record)?;
        }
        for record in records {
            for (no, _) in field_version::entries_of(&transaction, record)? {
                if !seal_entry(&transaction, &id, &key, no)? {
                    return Err(Error::SealStraddles {
                        what: what_is(&transaction, record)?,
                    });
                }
            }
        }
        for no in read_log::about(&transaction, records)? {
            let hidden = read_log::title_of(&transaction, no)?;
            keep_title(&transaction, &id, &key, no, &hidden)?;
            read_log::hide_title(&transaction, no)?;
        }
        transaction.commit()?;
        match self.close_compartments() {
            // Sealed it is, and the code must reach the user.
            Ok(()) | Err(Error::NotSwept { .. }) => Ok((id, code)),
            Err(other) => Err(other),
        }
    }

    /// Opens a compartment with its passphrase or its recovery code. What it
    /// holds is there as before until [`Vault::close_compartments`], or until
    /// the archive is closed.
    ///
    /// # Errors
    /// [`Error::WrongSecondPassphrase`], as often as it is wrong.
    pub fn open_compartment(
        &mut self,
        id: &CompartmentId,
        secret: &str,
    ) -> Result<Unsealed, Error> {
        let stored = compartment::get(&self.connection, id)?.ok_or(Error::NoSuchRecord)?;
        let key = stored.lock()?.open(&context(id), secret)?;
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let unsealed = bring_back(&transaction, id, &key)?;
        wiping::set_due(&transaction)?;
        transaction.commit()?;
        self.opened.0.insert(*id, key);
        Ok(unsealed)
    }

    /// Closes every compartment: what they hold is gone from everything but
    /// the encrypted copies, from the free parts of the file and from its log.
    ///
    /// # Errors
    /// [`Error::NotSwept`] when they are closed, but remains could not be
    /// cleared away yet; that is done when the archive is next opened.
    pub fn close_compartments(&mut self) -> Result<(), Error> {
        self.opened.0.clear();
        if withdraw_all(&mut self.connection)? || wiping::is_due(&self.connection)? {
            wiping::rewrite(&mut self.connection, &self.folder, &self.key)
                .map_err(|error| not_swept(&error))?;
        }
        Ok(())
    }

    /// Runs `task` with nothing sealed in the clear, and opens again what was
    /// open: for a copy of the archive.
    pub(crate) fn while_closed<T>(
        &mut self,
        task: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.opened.is_empty() {
            return task(self);
        }
        withdraw_all(&mut self.connection)?;
        let done = task(self);
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (id, key) in self.opened.iter() {
            bring_back(&transaction, id, key)?;
        }
        wiping::set_due(&transaction)?;
        transaction.commit()?;
        done
    }
}

impl Drop for Vault {
    fn drop(&mut self) {
        // Whatever cannot be done now is done when the archive is next opened.
        if !self.opened.is_empty() {
            let _ = self.close_compartments();
        }
    }
}

/// Gives an entry its encrypted copy. Answers `false` when it is about
/// something outside the compartment, too.
fn seal_entry(
    connection: &Connection,
    id: &CompartmentId,
    key: &MasterKey,
    no: entry::EntryNo,
) -> Result<bool, Error> {
    if sealed::compartment_of(connection, no)?.is_some() {
        return Ok(true);
    }
    let Some(entry) = entry::numbered(connection, no)? else {
        return Ok(true);
    };
    let Some(payload) = entry.open_payload()? else {
        return Ok(true);
    };
    for change in &payload.changes {
        if compartment::of_record(connection, &change.entity)? != Some(*id) {
            return Ok(false);
        }
    }
    keep_entry(connection, id, key, no, &entry, &payload)?;
    Ok(true)
}

/// Takes the records of an entry that is being written into an open
/// compartment, what was written about them before included.
pub(crate) fn adopt(
    connection: &Connection,
    id: &CompartmentId,
    key: &MasterKey,
    records: impl IntoIterator<Item = EntityId>,
) -> Result<(), Error> {
    for record in records {
        if compartment::adopt(connection, id, &record)? {
            for (no, _) in field_version::entries_of(connection, &record)? {
                // What is about other things too stays where it is.
                seal_entry(connection, id, key, no)?;
            }
        }
    }
    Ok(())
}

/// What the lock of a compartment is bound to.
fn context(id: &CompartmentId) -> String {
    format!("ducha/vault/3/compartment/{id}")
}

fn what_is(connection: &Connection, id: &EntityId) -> Result<String, Error> {
    Ok(match staging::line(connection, id)? {
        Some(line) => format!("{}《{}》", line.label, line.title),
        None => "这条记录".to_owned(),
    })
}

fn not_swept(error: &Error) -> Error {
    Error::NotSwept {
        why: wiping::why(error),
    }
}
