//! What an import would do, or has done, record by record.

use std::borrow::Cow;

use ledger::verify::Fork;
use ledger::{DeviceId, EntityId, EntryHash};
use rusqlite::Connection;

use super::Known;
use crate::table::{entry, field_version, record};
use crate::{Error, MissingRange, StoredRecord, Vault};

/// One record in a preview or report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordLine {
    /// The record.
    pub id: EntityId,
    /// What it is.
    pub kind: Cow<'static, str>,
    /// What it is, in Chinese; the kind itself when this version knows none.
    pub label: Cow<'static, str>,
    /// Its title; may be empty.
    pub title: String,
}

/// A device whose clock runs ahead of this one's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ahead {
    /// The device.
    pub device: DeviceId,
    /// Its latest stamp: milliseconds since 1970, UTC.
    pub millis: u64,
}

/// What an import would do, or has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// Records not known here before.
    pub new: Vec<RecordLine>,
    /// Records that change without contradiction.
    pub changed: Vec<RecordLine>,
    /// Records in which a person has to decide something.
    pub conflicting: Vec<RecordLine>,
    /// What is in the import and was here: [`Vault::known_records`].
    pub known: Known,
    /// Entries that have to be brought in first.
    pub missing: Vec<MissingRange>,
    /// Numbers that were used twice.
    pub forks: Vec<Fork>,
    /// What does not verify, in Chinese.
    pub damages: Vec<String>,
    /// Devices whose clock runs ahead: their entries are accepted, and told.
    pub ahead: Vec<Ahead>,
    /// Entries not known here before.
    pub new_entries: u64,
    /// Entries that were known.
    pub known_entries: u64,
    /// Payloads that come in for entries whose headers were known.
    pub late_payloads: u64,
    /// Payloads that had come masked (遮盖), and of which more is known now.
    pub completed_payloads: u64,
    /// Payloads new here of which something is masked: what it says is not known.
    pub masked: u64,
    /// Records shown here that the import erases for good (依规删除).
    pub erased: Vec<RecordLine>,
    /// Payloads that do not come in, because their records were erased.
    pub kept_out: u64,
    /// New entries without payload: about records outside the import's scope.
    pub withheld: u64,
    /// Payloads that belong to a sealed matter that is not open: their headers
    /// are taken, the payloads only once it is open and the import repeated.
    pub left_sealed: u64,
    /// Attachments not held here before.
    pub new_attachments: u64,
}

impl Preview {
    /// Adds what was told of the entries while they were taken in.
    pub(super) fn add(&mut self, told: Self) {
        self.known.join(told.known);
        self.erased.extend(told.erased);
        self.late_payloads += told.late_payloads;
        self.completed_payloads += told.completed_payloads;
        self.masked += told.masked;
        self.kept_out += told.kept_out;
        self.left_sealed += told.left_sealed;
    }

    /// Whether the import can be accepted.
    pub fn is_acceptable(&self) -> bool {
        self.missing.is_empty() && self.forks.is_empty() && self.damages.is_empty()
    }
}

/// How a record is called.
pub(crate) fn line(connection: &Connection, id: &EntityId) -> Result<Option<RecordLine>, Error> {
    record::get(connection, id)?
        .map(|shown| line_of(connection, &shown))
        .transpose()
}

/// How a record that is at hand is called.
pub(super) fn line_of(connection: &Connection, shown: &StoredRecord) -> Result<RecordLine, Error> {
    const LONGEST: usize = 60;
    let spec = casework::kinds::spec_of(&shown.kind);
    let title = |record: &StoredRecord| {
        let field = casework::kinds::spec_of(&record.kind)?.title;
        record.words(field).map(str::to_owned)
    };
    let mut text = title(shown).unwrap_or_default();
    // Some records are called by the record they are about.
    if let Ok(other) = text.parse::<EntityId>() {
        text = record::get(connection, &other)?
            .as_ref()
            .and_then(title)
            .unwrap_or_default();
    }
    if text.chars().count() > LONGEST {
        text = text.chars().take(LONGEST).chain(['…']).collect();
    }
    Ok(RecordLine {
        id: shown.id,
        label: spec.map_or_else(|| shown.kind.clone().into(), |spec| spec.label.into()),
        kind: spec.map_or_else(|| shown.kind.clone().into(), |spec| spec.kind.into()),
        title: text,
    })
}

impl Vault {
    /// How a record is called in lists and reports.
    pub fn line(&self, id: &EntityId) -> Result<Option<RecordLine>, Error> {
        line(&self.connection, id)
    }

    /// The records that the entry with this hash touched.
    pub fn touched_by(&self, hash: &EntryHash) -> Result<Vec<EntityId>, Error> {
        match entry::find(&self.connection, hash)? {
            Some(number) => field_version::touched_by(&self.connection, number),
            None => Ok(Vec::new()),
        }
    }
}
