//! Writing: one user action, one entry, one transaction.

use std::collections::BTreeMap;

use ledger::merge::FieldVersions;
use ledger::{ChainWriter, Change, CompartmentId, EntityId, EntryHash, Payload, RETRACTED, Value};
use rusqlite::{Connection, TransactionBehavior};

use crate::apply::{Indexing, apply};
use crate::erasing::refuse_erased;
use crate::sealing::Opened;
use crate::table::{compartment, entry, field_version, record};
use crate::{Error, Vault, keys, sealing};

/// What the user did, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What it is called in the history, in Chinese: 记录谈话. It is kept in
    /// the payload: the header travels even to those who may not read the
    /// record, so it says no more than that something was edited.
    pub name: String,
    /// The supervisor who acts.
    pub author: EntityId,
    /// The compartment the change belongs to.
    pub compartment: CompartmentId,
    /// A remark on the action as a whole, e.g. why something was corrected.
    pub note: Option<String>,
}

/// One field gets a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The record; one that is not there yet comes into being.
    pub entity: EntityId,
    /// What it is; see [`casework::kinds`].
    pub kind: String,
    /// The field.
    pub field: String,
    /// The value.
    pub value: Value,
}

/// What becomes of an edit that gives a field what it shows already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeated {
    /// It is no change.
    Dropped,
    /// It is a version like any other.
    Kept,
}

/// What the header says was done.
pub(crate) const EDITED: &str = "edit";

impl Vault {
    /// Carries out an action: the entry and everything shown from it, in one
    /// transaction that is on the disk when this returns.
    ///
    /// Each edit replaces what is shown in its field now, all sides of a
    /// conflict included. An edit that would change nothing is dropped; when
    /// none is left, no entry is made and the answer is `None`. Of two edits of
    /// one field the later counts. What belongs to an open compartment is
    /// sealed at once, in an entry of its own; the answer is the last entry.
    ///
    /// # Errors
    /// [`Error::Sealed`] for what belongs to a compartment that is not open.
    /// [`Error::Masked`] for a field of which something came masked, and for the
    /// withdrawal of a record with such a field: it would overrule what nobody
    /// here has seen. [`Error::DiskFull`], [`Error::ReadOnly`] and the like; nothing has
    /// changed then.
    pub fn write(
        &mut self,
        action: &Action,
        edits: Vec<Edit>,
        now_millis: u64,
    ) -> Result<Option<EntryHash>, Error> {
        let written = self.write_many(vec![(action.clone(), edits)], now_millis)?;
        Ok(written.into_iter().next().flatten())
    }

    /// As [`Vault::write`], but an edit that gives what is shown already makes a
    /// version too: whoever signs a record vouches for all of it, and an edit
    /// that he had not seen must not slip in beside it later as if it had stood.
    ///
    /// # Errors
    /// As [`Vault::write`]. [`Error::Masked`] for a record of which anything came
    /// masked: nobody can vouch for it.
    pub fn write_whole(
        &mut self,
        action: &Action,
        edits: Vec<Edit>,
        now_millis: u64,
    ) -> Result<Option<EntryHash>, Error> {
        let actions = vec![(action.clone(), edits)];
        let written = self.write_many_whole(actions, now_millis)?;
        Ok(written.into_iter().next().flatten())
    }

    /// As [`Vault::write_many`] and [`Vault::write_whole`] at once.
    ///
    /// # Errors
    /// As [`Vault::write`].
    pub fn write_many_whole(
        &mut self,
        actions: Vec<(Action, Vec<Edit>)>,
        now_millis: u64,
    ) -> Result<Vec<Option<EntryHash>>, Error> {
        self.write_or_rewind(actions, Repeated::Kept, now_millis)
    }

    /// Carries out several actions, an entry each, in one transaction: all of
    /// them or none. The answers stand in the order of the actions.
    ///
    /// # Errors
    /// As [`Vault::write`].
    pub fn write_many(
        &mut self,
        actions: Vec<(Action, Vec<Edit>)>,
        now_millis: u64,
    ) -> Result<Vec<Option<EntryHash>>, Error> {
        self.write_or_rewind(actions, Repeated::Dropped, now_millis)
    }

    fn write_or_rewind(
        &mut self,
        actions: Vec<(Action, Vec<Edit>)>,
        repeated: Repeated,
        now_millis: u64,
    ) -> Result<Vec<Option<EntryHash>>, Error> {
        let before = self.writer.position();
        let written = self.write_in_transaction(actions, repeated, now_millis);
        if written.is_err() {
            // Nothing was stored, so the numbers are free again.
            self.writer.rewind(before);
        }
        written
    }

    fn write_in_transaction(
        &mut self,
        actions: Vec<(Action, Vec<Edit>)>,
        repeated: Repeated,
        now_millis: u64,
    ) -> Result<Vec<Option<EntryHash>>, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let pen = (&mut self.writer, &self.opened);
        let written = append(&transaction, pen, actions, repeated, now_millis)?;
        if written.iter().any(Option::is_some) {
            transaction.commit()?;
        }
        Ok(written)
    }

    /// What the edits change against what is shown, with the bases they replace.
    fn changes(
        transaction: &Connection,
        edits: Vec<Edit>,
        repeated: Repeated,
    ) -> Result<Vec<Change>, Error> {
        let mut wanted: BTreeMap<EntityId, BTreeMap<String, (String, Value)>> = BTreeMap::new();
        for edit in edits {
            wanted
                .entry(edit.entity)
                .or_default()
                .insert(edit.field, (edit.kind, edit.value));
        }
        let mut changes = Vec::new();
        for (entity, fields) in wanted {
            let versions = field_version::tips(transaction, &entity)?;
            if repeated == Repeated::Kept && !versions.masked().is_empty() {
                // Nobody can vouch for all of a record of which he has not seen all.
                return Err(Error::Masked);
            }
            for (field, (kind, value)) in fields {
                let settles = if field == RETRACTED {
                    matches!(
                        versions.standing(),
                        ledger::merge::Standing::Disputed { .. }
                    )
                } else {
                    versions.field(&field).is_some_and(FieldVersions::conflict)
                };
                let unset = if field == RETRACTED {
                    Value::Bool(false)
                } else {
                    Value::Null
                };
                let is_shown = *versions.value(&field).unwrap_or(&unset) == value;
                if is_shown && !settles && repeated == Repeated::Dropped {
                    continue;
                }
                let is_unseen = if field == RETRACTED && value == Value::Bool(true) {
                    !versions.masked().is_empty()
                } else {
                    versions.field(&field).is_some_and(FieldVersions::is_masked)
                };
                if is_unseen || value.is_masked() {
                    return Err(Error::Masked);
                }
                let bases = versions.bases_for(&field);
                // A record keeps the kind it was made with.
                let kind = record::stamp(transaction, &entity)?.map_or(kind, |stamp| stamp.kind);
                changes.push(Change {
                    entity,
                    kind,
                    field,
                    value,
                    bases,
                });
            }
        }
        Ok(changes)
    }

    /// Withdraws a record: it is no longer listed or found, and stays in the
    /// history. Records are never deleted.
    pub fn retract(
        &mut self,
        action: &Action,
        id: EntityId,
        now_millis: u64,
    ) -> Result<Option<EntryHash>, Error> {
        self.set_retracted(action, id, true, now_millis)
    }

    /// Brings a withdrawn record back.
    pub fn restore(
        &mut self,
        action: &Action,
        id: EntityId,
        now_millis: u64,
    ) -> Result<Option<EntryHash>, Error> {
        self.set_retracted(action, id, false, now_millis)
    }

    fn set_retracted(
        &mut self,
        action: &Action,
        entity: EntityId,
        retracted: bool,
        now_millis: u64,
    ) -> Result<Option<EntryHash>, Error> {
        let kind = record::stamp(&self.connection, &entity)?
            .ok_or(Error::NoSuchRecord)?
            .kind;
        let value = Value::Bool(retracted);
        self.write(
            action,
            vec![Edit {
                entity,
                kind,
                field: RETRACTED.to_owned(),
                value,
            }],
            now_millis,
        )
    }
}

/// Appends an entry for each action and applies it, within the caller's
/// transaction. Whoever undoes that rewinds the writer too.
pub(crate) fn append(
    transaction: &Connection,
    (writer, opened): (&mut ChainWriter, &Opened),
    actions: Vec<(Action, Vec<Edit>)>,
    repeated: Repeated,
    now_millis: u64,
) -> Result<Vec<Option<EntryHash>>, Error> {
    for (_, hlc) in entry::heads(transaction)?.into_values() {
        writer.observe(hlc, now_millis);
    }
    let mut written = Vec::with_capacity(actions.len());
    for (action, edits) in actions {
        refuse_erased(transaction, &edits)?;
        let changes = Vault::changes(transaction, edits, repeated)?;
        let mut last = None;
        for (compartment, changes) in apart(transaction, &action, changes)? {
            let payload = Payload {
                salt: Some(keys::random()?),
                note: Some(compose(&action)),
                changes,
            };
            let entry = writer.append(EDITED, action.author, compartment, &payload, now_millis)?;
            let no = entry::store(transaction, &entry)?;
            apply(transaction, no, &entry, &payload, Indexing::Full)?;
            if compartment::get(transaction, &compartment)?.is_some() {
                let key = opened.key(&compartment).ok_or(Error::Sealed)?;
                let records = payload.changes.iter().map(|change| change.entity);
                sealing::adopt(transaction, &compartment, key, records)?;
                sealing::keep_entry(transaction, &compartment, key, no, &entry, &payload)?;
            }
            last = Some(entry.hash);
        }
        written.push(last);
    }
    Ok(written)
}

/// The changes of an action by the compartment they belong to, those outside
/// first: what is sealed and what is not never share an entry, since a payload
/// cannot be sealed by halves.
fn apart(
    connection: &Connection,
    action: &Action,
    changes: Vec<Change>,
) -> Result<Vec<(CompartmentId, Vec<Change>)>, Error> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    if !compartment::is_any(connection)? {
        return Ok(vec![(action.compartment, changes)]);
    }
    let mut parts: BTreeMap<Option<CompartmentId>, Vec<Change>> = BTreeMap::new();
    let found = sealing::of_changes(connection, &changes)?;
    for (change, compartment) in changes.into_iter().zip(found) {
        parts.entry(compartment).or_default().push(change);
    }
    Ok(parts
        .into_iter()
        .map(|(compartment, changes)| (compartment.unwrap_or(action.compartment), changes))
        .collect())
}

/// The action's name on the first line of the payload's note, the remark after.
pub(crate) fn compose(action: &Action) -> String {
    let name = action.name.replace(['\n', '\r'], " ");
    match &action.note {
        Some(note) => format!("{name}\n{note}"),
        None => name,
    }
}

/// Takes [`compose`] apart again.
pub(crate) fn take_apart(note: Option<&str>) -> (String, Option<String>) {
    match note.unwrap_or_default().split_once('\n') {
        Some((name, note)) => (name.to_owned(), Some(note.to_owned())),
        None => (note.unwrap_or_default().to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KdfParams, NewArchive};

    fn save(vault: &mut Vault, text: &str) -> Result<Option<EntryHash>, Error> {
        let entity = EntityId::new(1, [1; 10]);
        let action = Action {
            name: "记录".into(),
            author: entity,
            compartment: CompartmentId::OPEN,
            note: None,
        };
        let edit = Edit {
            entity,
            kind: "turn".into(),
            field: "text".into(),
            value: text.into(),
        };
        vault.write(&action, vec![edit], 2)
    }

    #[test]
    fn a_save_that_finds_no_room_is_undone_whole() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let new = NewArchive {
            folder: &place.path().join("示例.ducha"),
            passphrase: "口令",
            kdf: KdfParams::fast_for_tests(),
            now_millis: 1,
        };
        let (mut vault, _) = Vault::create(&new).expect("made");
        save(&mut vault, "已保存").expect("there is room");
        let digest = vault.digest().expect("hashed");
        // The more room, the later in the transaction it ends.
        let long = "字".repeat(30_000);
        let used: u32 = vault
            .connection
            .query_row("PRAGMA page_count", [], |row| row.get(0))
            .expect("a number");
        let mut refused = 0;
        for extra in 0.. {
            vault
                .connection
                .query_row(
                    &format!("PRAGMA max_page_count = {}", used + extra),
                    [],
                    |_| Ok(()),
                )
                .expect("set");
            match save(&mut vault, &long) {
                Ok(hash) => {
                    assert!(hash.is_some());
                    break;
                }
                Err(error) => {
                    refused += 1;
                    assert_eq!(error.code(), "DA-10");
                    assert_eq!(vault.digest().expect("hashed"), digest);
                }
            }
        }
        assert!(refused > 10, "{refused}");
        assert_eq!(vault.stats().expect("numbers").entries, 2);
        let report = vault
            .verify(ledger::verify::Depth::Every, &mut |_| true)
            .expect("checked");
        assert!(report.is_sound(), "{:?}", report.damages);
    }

    #[test]
    fn notes_come_apart_as_they_were_put_together() {
        let action = |name: &str, note: Option<&str>| Action {
            name: name.into(),
            author: EntityId::new(1, [1; 10]),
            compartment: CompartmentId::OPEN,
            note: note.map(str::to_owned),
        };
        for note in [None, Some(""), Some("一\n二")] {
            let composed = compose(&action("改\n名", note));
            assert_eq!(
                take_apart(Some(&composed)),
                ("改 名".to_owned(), note.map(str::to_owned))
            );
        }
        assert_eq!(take_apart(None), (String::new(), None));
    }
}
