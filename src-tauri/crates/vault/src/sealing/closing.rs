//! Taking what is sealed out of the clear, and bringing it back.

use std::collections::{BTreeMap, BTreeSet};

use ledger::CompartmentId;
use rusqlite::{Connection, TransactionBehavior};

use super::copies;
use crate::apply::{Indexing, apply, withdraw};
use crate::keys::MasterKey;
use crate::table::sealed::{self, What};
use crate::table::{absence, attachment, entry, field_version, payload};
use crate::{Error, attachments, erasing, wiping};

use super::Unsealed;

/// Removes whatever lies in the clear and has an encrypted copy, in one
/// transaction. Needs no key. Answers whether there was anything.
pub(crate) fn withdraw_all(connection: &mut Connection) -> Result<bool, Error> {
    let entries = sealed::in_the_clear(connection)?;
    let attachments = sealed::opened(connection)?;
    if entries.is_empty() && attachments.is_empty() {
        return Ok(false);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut contents = Vec::with_capacity(entries.len());
    for no in entries {
        if let Some(entry) = entry::numbered(&transaction, no)? {
            if let Some(payload) = entry.open_payload()? {
                contents.push((no, entry, payload));
            }
            payload::remove(&transaction, no)?;
        }
    }
    withdraw(&transaction, &contents)?;
    let mut hashes = BTreeMap::new();
    for plain in attachments {
        hashes.insert(plain, attachment::name_of(&transaction, plain)?);
    }
    let named =
        field_version::named_among(&transaction, &hashes.values().flatten().cloned().collect())?;
    for (plain, sha256) in hashes {
        // One that something outside names, now or in a history, stays, under
        // the name it has there. One that nothing names was to be part of an
        // action that never came to be.
        match sha256.filter(|it| named.contains(it)) {
            Some(sha256) => attachments::name_anew(&transaction, plain, &sha256)?,
            None => attachment::remove(&transaction, plain)?,
        }
    }
    sealed::clear_opened(&transaction)?;
    wiping::set_due(&transaction)?;
    transaction.commit()?;
    Ok(true)
}

/// Brings back what a compartment holds. A copy that is damaged is passed over
/// and counted.
pub(crate) fn bring_back(
    connection: &Connection,
    id: &CompartmentId,
    key: &MasterKey,
) -> Result<Unsealed, Error> {
    let (mut unsealed, mut unwanted) = (Unsealed::default(), BTreeSet::new());
    for no in sealed::subjects(connection, id, What::Payload)? {
        if payload::is_held(connection, no)? {
            continue;
        }
        let entry = copies::payload(connection, key, no)?;
        let contents = match &entry {
            Some(entry) => entry.open_payload().unwrap_or_default(),
            None => None,
        };
        let (Some(entry), Some(contents)) = (entry, contents) else {
            unsealed.damaged += 1;
            continue;
        };
        if let Some(erasure) = erasing::covering(connection, &entry, &contents)? {
            // It came in while this was closed.
            sealed::remove(connection, What::Payload, no)?;
            absence::erased(connection, no, erasure)?;
            erasing::names_of_erased(connection, &contents, &mut unwanted)?;
            continue;
        }
        payload::insert(connection, no, entry.payload.as_deref().unwrap_or_default())?;
        absence::ended(connection, no)?;
        apply(connection, no, &entry, &contents, Indexing::Full)?;
        unsealed.entries += 1;
    }
    for subject in sealed::subjects(connection, id, What::File)? {
        connection.execute_batch("SAVEPOINT attachment")?;
        if !copies::attachment_back(connection, key, subject)? {
            connection.execute_batch("ROLLBACK TO attachment")?;
        }
        connection.execute_batch("RELEASE attachment")?;
    }
    erasing::drop_unnamed(connection, &unwanted)?;
    copies::forget_unnamed(connection, id, key, &unwanted)?;
    Ok(unsealed)
}
