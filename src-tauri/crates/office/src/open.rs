//! An open archive as the use cases see it: typed records over the ledger.

use crate::error::{ErrorView, Result};
use crate::json::unset;
use crate::moment::{Moment, local_of};
use crate::read_log::Looking;
use crate::twins::KnownTwins;
use crate::undoing::Trail;
use casework::records::{Organ, Record, Supervisor};
use ledger::{CompartmentId, EntityId, Value};
use serde::Serialize;
use specta::Type;
use vault::{Action, Edit, MASKED_WORDS, StoredRecord, Vault};

/// A record with what the archive knows about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Stored<T> {
    /// Identifier.
    pub id: String,
    /// The record.
    pub record: T,
    /// Local time of the last change, to the second.
    pub changed_at: String,
    /// Fields with two concurrent values that a person must choose between.
    pub conflicts: Vec<String>,
}

/// Acknowledgement that something is safely in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Saved {
    /// Record that was written.
    pub id: String,
    /// Hour and minute, for 已保存 12:03.
    pub saved_at: String,
}

/// Local setting: whose archive this is (entity id of the supervisor).
const SELF_SUPERVISOR: &str = "self.supervisor";
/// Local setting: in whose name papers are issued (entity id of the organ).
const SELF_ORGAN: &str = "self.organ";

/// An open archive.
pub(crate) struct Open {
    pub(crate) vault: Vault,
    pub(crate) name: String,
    /// What can be undone.
    pub(crate) trail: Trail,
    /// Whose file is being read, for the register of readings.
    pub(crate) looking: Looking,
    /// Which entries of people are one person, as found last.
    pub(crate) known_twins: KnownTwins,
}

/// Parses an identifier that came from outside.
pub(crate) fn entity(id: &str) -> Result<EntityId> {
    id.parse().map_err(|_| ErrorView::missing("记录"))
}

impl Open {
    pub(crate) fn new(vault: Vault) -> Result<Self> {
        let name = vault.folder().file_stem().map_or_else(
            || "档案库".to_owned(),
            |stem| stem.to_string_lossy().into_owned(),
        );
        Ok(Self {
            trail: Trail::begin(&vault)?,
            looking: Looking::default(),
            known_twins: KnownTwins::default(),
            vault,
            name,
        })
    }

    /// The supervisor this archive belongs to, once recorded.
    pub(crate) fn supervisor(&self) -> Result<Option<Stored<Supervisor>>> {
        self.own(SELF_SUPERVISOR)
    }

    /// The organ that issues this archive's papers, once recorded.
    pub(crate) fn organ(&self) -> Result<Option<Stored<Organ>>> {
        self.own(SELF_ORGAN)
    }

    fn own<T: Record>(&self, setting: &str) -> Result<Option<Stored<T>>> {
        let Some(id) = self.vault.local(setting)? else {
            return Ok(None);
        };
        let Some(id) = id.as_str() else {
            return Ok(None);
        };
        self.find(id)
    }

    /// Records who the supervisor is.
    pub(crate) fn save_supervisor(&mut self, record: &Supervisor, now: Moment) -> Result<Saved> {
        self.save_own(SELF_SUPERVISOR, "登记督查员", record, now)
    }

    /// Records the issuing organ.
    pub(crate) fn save_organ(&mut self, record: &Organ, now: Moment) -> Result<Saved> {
        self.save_own(SELF_ORGAN, "登记发文机关", record, now)
    }

    /// Takes an already stored supervisor and organ as this archive's own.
    pub(crate) fn adopt(&mut self, supervisor: Option<&str>, organ: Option<&str>) -> Result<()> {
        for (setting, id) in [(SELF_SUPERVISOR, supervisor), (SELF_ORGAN, organ)] {
            if let Some(id) = id {
                self.vault
                    .put_local(setting, &serde_json::Value::from(id))?;
            }
        }
        Ok(())
    }

    fn save_own<T: Record + Default>(
        &mut self,
        setting: &str,
        action: &str,
        record: &T,
        now: Moment,
    ) -> Result<Saved> {
        let known = self
            .vault
            .local(setting)?
            .and_then(|id| id.as_str().map(str::to_owned));
        // The pointer is written first: a pointer to nothing reads as "not
        // recorded yet", while a record without its pointer would be lost to view.
        let id = if let Some(id) = known {
            id
        } else {
            let id = self.vault.new_id(now.millis)?.to_string();
            self.vault
                .put_local(setting, &serde_json::Value::from(id.clone()))?;
            id
        };
        self.put(action, entity(&id)?, record, now)
    }

    /// Who is writing: the supervisor's record, or nobody before it exists.
    pub(crate) fn author(&self) -> Result<EntityId> {
        match self
            .vault
            .local(SELF_SUPERVISOR)?
            .as_ref()
            .and_then(|id| id.as_str())
        {
            Some(id) => entity(id),
            None => Ok(EntityId(uuid::Uuid::nil())),
        }
    }

    /// An action of this archive's supervisor.
    pub(crate) fn action(&self, name: &str) -> Result<Action> {
        Ok(Action {
            name: name.to_owned(),
            author: self.author()?,
            compartment: CompartmentId::OPEN,
            note: None,
        })
    }

    /// Writes a new record, or one that stands. What was taken back meanwhile
    /// is not written to: the words would be said to be saved and shown nowhere.
    pub(crate) fn save<T: Record + Default>(
        &mut self,
        action: &str,
        id: Option<&str>,
        record: &T,
        now: Moment,
    ) -> Result<Saved> {
        let id = match id {
            Some(id) => {
                self.get::<T>(id)?;
                entity(id)?
            }
            None => self.vault.new_id(now.millis)?,
        };
        self.put(action, id, record, now)
    }

    /// Writes one record: as one action, only what differs from what is shown.
    fn put<T: Record + Default>(
        &mut self,
        action: &str,
        id: EntityId,
        record: &T,
        now: Moment,
    ) -> Result<Saved> {
        let edits = self.edits(id, record)?;
        self.write(action, edits, now)?;
        Ok(Saved {
            id: id.to_string(),
            saved_at: now.clock(),
        })
    }

    /// Writes several edits as one action.
    pub(crate) fn write(&mut self, action: &str, edits: Vec<Edit>, now: Moment) -> Result<()> {
        let action = self.action(action)?;
        self.vault.write(&action, edits, now.millis)?;
        Ok(())
    }

    /// The field changes that make `id` hold `record`. A field that was never
    /// set and is still at its default is left unset.
    pub(crate) fn edits<T: Record + Default>(&self, id: EntityId, record: &T) -> Result<Vec<Edit>> {
        let stored = self.vault.record(&id)?;
        if let Some(stored) = &stored
            && stored.kind != T::KIND
        {
            return Err(ErrorView::missing("记录"));
        }
        let wanted = fields_of(record)?;
        let defaults = fields_of(&T::default())?;
        let is_new = stored.is_none();
        let mut edits: Vec<Edit> = wanted
            .iter()
            .filter(|(field, value)| {
                // What came masked stands on the form as it is shown, and is no edit.
                let is_left_alone =
                    **value == Value::from(MASKED_WORDS) || defaults.get(*field) == Some(*value);
                if is_left_alone && stored.as_ref().is_some_and(|it| it.is_unknown(field)) {
                    return false;
                }
                match stored.as_ref().and_then(|record| record.fields.get(*field)) {
                    Some(shown) => shown != *value,
                    None => defaults.get(*field) != Some(value),
                }
            })
            .map(|(field, value)| Edit {
                entity: id,
                kind: T::KIND.to_owned(),
                field: field.clone(),
                value: value.clone(),
            })
            .collect();
        // A new record with nothing filled in must still come into being.
        if is_new
            && edits.is_empty()
            && let Some((field, value)) = wanted.into_iter().next()
        {
            edits.push(Edit {
                entity: id,
                kind: T::KIND.to_owned(),
                field,
                value,
            });
        }
        Ok(edits)
    }

    /// A record that must be there.
    ///
    /// # Errors
    /// `SC-01` when it was erased, `GN-02` when it is not there.
    pub(crate) fn get<T: Record>(&self, id: &str) -> Result<Stored<T>> {
        match self.find(id)? {
            Some(stored) => Ok(stored),
            None => Err(self.absent(&entity(id)?, label_of(T::KIND))),
        }
    }

    /// A record that may be missing or taken back. A reference that was left
    /// empty, or that another program filled with something else, leads nowhere.
    pub(crate) fn find<T: Record>(&self, id: &str) -> Result<Option<Stored<T>>> {
        let Ok(id) = entity(id) else {
            return Ok(None);
        };
        match self.vault.record(&id)? {
            Some(record) if record.kind == T::KIND && !record.retracted => Ok(Some(typed(record)?)),
            _ => Ok(None),
        }
    }

    /// All records of a kind that are not taken back. One that cannot be read,
    /// because a newer program wrote it, is not listed: it must not keep the
    /// others from being seen. What came in so is told on importing.
    pub(crate) fn all<T: Record>(&self) -> Result<Vec<Stored<T>>> {
        let records = self.vault.records(T::KIND)?;
        Ok(records
            .into_iter()
            .filter_map(|it| typed(it).ok())
            .collect())
    }

    /// The records that belong to `parent`, in their order; those left out that
    /// cannot be read, as in [`Open::all`].
    pub(crate) fn children<T: Record>(&self, parent: &str) -> Result<Vec<Stored<T>>> {
        let Ok(parent) = entity(parent) else {
            return Ok(Vec::new());
        };
        let children = self.vault.children(T::KIND, &parent)?;
        Ok(children
            .into_iter()
            .filter_map(|it| typed(it).ok())
            .collect())
    }

    /// The records of kind `T` that refer to `id` through `field`.
    pub(crate) fn referring<T: Record>(&self, id: &str, field: &str) -> Result<Vec<String>> {
        let Ok(id) = entity(id) else {
            return Ok(Vec::new());
        };
        Ok(self
            .vault
            .links_to(&id)?
            .into_iter()
            .filter(|link| link.kind == T::KIND && link.field == field)
            .map(|link| link.from.to_string())
            .collect())
    }
}

/// The Chinese name of a kind of record.
pub(crate) fn label_of(kind: &str) -> &'static str {
    casework::kinds::spec_of(kind).map_or("记录", |spec| spec.label)
}

fn typed<T: Record>(mut record: StoredRecord) -> Result<Stored<T>> {
    if let Some(spec) = casework::kinds::spec_of(&record.kind) {
        // A name or a text that came masked says so. What is no free text stays at its default.
        for field in spec.text.iter().copied().chain([spec.title]) {
            if record.is_unknown(field)
                && !spec.links.contains(&field)
                && matches!(unset(&record.kind, field), Value::Text(_))
            {
                record.fields.insert(field.to_owned(), MASKED_WORDS.into());
            }
        }
    }
    let json = serde_json::Value::from(Value::Map(record.fields));
    let typed =
        serde_json::from_value(json).map_err(|_| ErrorView::unreadable(label_of(&record.kind)))?;
    Ok(Stored {
        id: record.id.to_string(),
        record: typed,
        changed_at: local_of(record.changed_millis)
            .format("%Y-%m-%dT%H:%M:%S")
            .to_string(),
        conflicts: record.conflicts,
    })
}

/// A record's fields as ledger values.
pub(crate) fn fields_of<T: Record>(
    record: &T,
) -> Result<std::collections::BTreeMap<String, Value>> {
    let unreadable = || ErrorView::unreadable(label_of(T::KIND));
    let json = serde_json::to_value(record).map_err(|_| unreadable())?;
    match Value::try_from(json).map_err(|_| unreadable())? {
        Value::Map(fields) => Ok(fields),
        _ => Err(unreadable()),
    }
}
