//! Taking a seal off for good (解除密封), and changing the locks of one that
//! stays.

use ledger::{Change, CompartmentId, EntityId, EntryHash, Payload, RETRACTED};
use rusqlite::{Connection, TransactionBehavior};
use serde_json::json;

use super::{Unsealed, bring_back, context, copies};
use crate::apply::{Indexing, apply};
use crate::keys::{self, MasterKey, SecondLock};
use crate::table::{compartment, entry, field_version, local, record, sealed};
use crate::write::{EDITED, compose};
use crate::{Action, Error, KdfParams, RecoveryCode, Vault};

/// Local setting: the compartments whose seal was taken off for good, by
/// identifier. What was written in them says so in its header for ever.
const UNSEALED: &str = "ducha.unsealed";

fn unsealed(connection: &Connection) -> Result<Vec<String>, Error> {
    let kept = local::get(connection, UNSEALED)?;
    Ok(kept
        .and_then(|kept| serde_json::from_value(kept).ok())
        .unwrap_or_default())
}

fn note_unsealed(connection: &Connection, id: &CompartmentId) -> Result<(), Error> {
    let mut known = unsealed(connection)?;
    known.push(id.to_string());
    local::put(connection, UNSEALED, &json!(known))
}

/// Whether the seal of a compartment was taken off here.
pub(crate) fn is_unsealed(connection: &Connection, id: &CompartmentId) -> Result<bool, Error> {
    Ok(unsealed(connection)?.contains(&id.to_string()))
}

impl Vault {
    /// Takes the seal off a compartment for good, for who knows its passphrase
    /// or has its recovery code: what it holds is ordinary again, attachments
    /// and titles in the log of readings included, and the encrypted copies and
    /// the compartment are no more. One entry says so, in the history of each
    /// matter; it gives a field the value that it has.
    ///
    /// # Errors
    /// [`Error::WrongSecondPassphrase`]. [`Error::Damaged`] when a copy cannot be
    /// read: it stays as it is then, since more may be read of it elsewhere.
    /// Nothing has changed in either case.
    pub fn unseal(
        &mut self,
        id: &CompartmentId,
        secret: &str,
        action: &Action,
        now_millis: u64,
    ) -> Result<Unsealed, Error> {
        let key = self.second_lock(id)?.open(&context(id), secret)?;
        let before = self.writer.position();
        let unsealed = self.unseal_in_transaction(id, &key, action, now_millis);
        if unsealed.is_err() {
            self.writer.rewind(before);
        }
        let unsealed = unsealed?;
        self.opened.forget(id);
        Ok(unsealed)
    }

    fn unseal_in_transaction(
        &mut self,
        id: &CompartmentId,
        key: &MasterKey,
        action: &Action,
        now_millis: u64,
    ) -> Result<Unsealed, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let unsealed = bring_back(&transaction, id, key)?;
        if unsealed.damaged > 0 || !copies::keep_in_the_clear(&transaction, id, key)? {
            return Err(Error::damaged("密封事项里有读不出的内容，没有解除密封"));
        }
        let records = compartment::records(&transaction, id)?;
        sealed::remove_all(&transaction, id)?;
        compartment::remove(&transaction, id)?;
        note_unsealed(&transaction, id)?;
        let changes = said_again(&transaction, &records)?;
        if !changes.is_empty() {
            for (_, hlc) in entry::heads(&transaction)?.into_values() {
                self.writer.observe(hlc, now_millis);
            }
            let payload = Payload {
                salt: Some(keys::random()?),
                note: Some(compose(action)),
                changes,
            };
            let entry = self.writer.append(
                EDITED,
                action.author,
                action.compartment,
                &payload,
                now_millis,
            )?;
            let no = entry::store(&transaction, &entry)?;
            apply(&transaction, no, &entry, &payload, Indexing::Full)?;
        }
        transaction.commit()?;
        Ok(unsealed)
    }

    /// Gives a compartment another passphrase; its recovery code stays. Backups
    /// made before still open with the old one.
    ///
    /// # Errors
    /// [`Error::WrongSecondPassphrase`], [`Error::EmptyPassphrase`]; nothing has
    /// changed then.
    pub fn change_second_passphrase(
        &mut self,
        id: &CompartmentId,
        secret: &str,
        new: &str,
        kdf: KdfParams,
    ) -> Result<(), Error> {
        let lock = self.second_lock(id)?;
        let key = lock.open(&context(id), secret)?;
        let lock = lock.with_passphrase(&context(id), kdf, new, &key)?;
        compartment::set_lock(&self.connection, id, &lock)
    }

    /// Makes another recovery code for a compartment, shown this once; the old
    /// one opens nothing then but backups made before.
    ///
    /// # Errors
    /// [`Error::WrongSecondPassphrase`]; nothing has changed then.
    pub fn reissue_second_code(
        &mut self,
        id: &CompartmentId,
        secret: &str,
    ) -> Result<RecoveryCode, Error> {
        let lock = self.second_lock(id)?;
        let key = lock.open(&context(id), secret)?;
        let (lock, code) = lock.with_new_code(&context(id), &key)?;
        compartment::set_lock(&self.connection, id, &lock)?;
        Ok(code)
    }

    fn second_lock(&self, id: &CompartmentId) -> Result<SecondLock, Error> {
        compartment::get(&self.connection, id)?
            .ok_or(Error::NoSuchRecord)?
            .lock()
    }
}

/// For each matter among the records, one field with the value it has: an entry
/// has to be about something, and no entry may change anything here. A field on
/// which two people differ, or that came masked, is left alone.
fn said_again(connection: &Connection, records: &[EntityId]) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    for id in records {
        let Some(stamp) = record::stamp(connection, id)? else {
            continue;
        };
        if stamp.kind != casework::kinds::MATTER {
            continue;
        }
        let versions = field_version::tips(connection, id)?;
        let settled = versions
            .fields()
            .iter()
            .filter(|(name, field)| *name != RETRACTED && !field.conflict())
            .filter(|(_, field)| !field.is_masked())
            .filter_map(|(name, field)| Some((name, field.value()?)));
        // The title, where there is one: it is what the history shows.
        if let Some((field, value)) = settled.max_by_key(|(name, _)| *name == "title") {
            let bases: Vec<EntryHash> = versions.bases_for(field);
            changes.push(Change {
                entity: *id,
                kind: stamp.kind,
                field: field.clone(),
                value: value.clone(),
                bases,
            });
        }
    }
    Ok(changes)
}
