//! From entries to projections: the only writer of what is shown.
//!
//! Writing here, importing and rebuilding all come through [`apply`], so the
//! three cannot disagree. What a field shows and what is a conflict is decided
//! by [`ledger::merge`]; this module only carries its answers into the tables.

use std::collections::{BTreeMap, BTreeSet};

use casework::kinds::{KindSpec, spec_of};
use ledger::erasure::Erasure;
use ledger::merge::{FieldVersions, RecordVersions, Standing};
use ledger::{EntityId, Entry, Hlc, Payload, RETRACTED, Value};
use rusqlite::Connection;

use crate::table::entry::EntryNo;
use crate::table::record::{First, NewRow, Stamp};
use crate::table::{entry, erased, field_version, journal, link, name_index, record, text_index};
use crate::{Error, erasing};

/// Whether the search indexes are kept up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Indexing {
    /// As always.
    Full,
    /// Not: for a preview, which is undone anyway.
    Skip,
}

/// Applies the payload of entry `no`. The same entry again changes nothing, and
/// what it says of erased records is shown nowhere. An erasure takes its records
/// out; returned are the entries whose payloads may have to go for it.
pub(crate) fn apply(
    connection: &Connection,
    no: EntryNo,
    entry: &Entry,
    payload: &Payload,
    indexing: Indexing,
) -> Result<BTreeSet<EntryNo>, Error> {
    let mut unshown = Unshown::new(indexing);
    let concerned = unshown.add(connection, no, entry, payload)?;
    unshown.show(connection)?;
    Ok(concerned)
}

/// Records of which versions have come in that are not shown yet. What is shown
/// follows from the versions alone, so it can wait until several entries about
/// a record are there, and be worked out once.
#[derive(Debug)]
pub(crate) struct Unshown {
    indexing: Indexing,
    touched: BTreeMap<EntityId, Touched>,
    /// In the order in which they were first touched.
    order: Vec<EntityId>,
}

#[derive(Debug, Default)]
struct Touched {
    stamp: Option<Stamp>,
    fields: BTreeSet<String>,
}

impl Unshown {
    /// None yet.
    pub(crate) fn new(indexing: Indexing) -> Self {
        Self {
            indexing,
            touched: BTreeMap::new(),
            order: Vec::new(),
        }
    }

    /// Adds the versions of entry `no`; see [`apply`].
    pub(crate) fn add(
        &mut self,
        connection: &Connection,
        no: EntryNo,
        entry: &Entry,
        payload: &Payload,
    ) -> Result<BTreeSet<EntryNo>, Error> {
        let concerned = match Erasure::of(entry, payload) {
            Some(erasure) => {
                // What goes must not be shown afterwards.
                self.show(connection)?;
                erasing::take_out(connection, no, &erasure)?
            }
            None => BTreeSet::new(),
        };
        let mut seen = BTreeSet::new();
        for change in &payload.changes {
            if erased::record_by(connection, &change.entity)?.is_some() {
                continue;
            }
            field_version::insert(connection, no, &entry.hash, change)?;
            let is_first = seen.insert(change.entity);
            let touched = self.touched.entry(change.entity).or_insert_with(|| {
                self.order.push(change.entity);
                Touched::default()
            });
            if is_first {
                let stamp = stamp_by(entry, &change.kind);
                touched.stamp = Some(joined(touched.stamp.take(), stamp));
            }
            if !touched.fields.contains(&change.field) {
                touched.fields.insert(change.field.clone());
            }
        }
        journal::put(connection, no, entry, Some(payload))?;
        Ok(concerned)
    }

    /// How many records are not shown yet.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// Shows them.
    pub(crate) fn show(&mut self, connection: &Connection) -> Result<(), Error> {
        for id in std::mem::take(&mut self.order) {
            let Some(touched) = self.touched.remove(&id) else {
                continue;
            };
            if let Some(stamp) = touched.stamp {
                project(connection, &id, stamp, &touched.fields, self.indexing)?;
            }
        }
        Ok(())
    }
}

fn project(
    connection: &Connection,
    id: &EntityId,
    since: Stamp,
    fields: &BTreeSet<String>,
    indexing: Indexing,
) -> Result<(), Error> {
    let before = record::stamp(connection, id)?;
    let versions = field_version::tips(connection, id)?;
    let retracted = versions.standing() == Standing::Retracted;
    let was_indexed_as = before
        .as_ref()
        .map(|stamp| (stamp.kind.clone(), stamp.retracted));
    let stamp = Stamp {
        retracted,
        ..joined(before, since)
    };
    show(connection, id, &stamp, &versions)?;
    let Some(spec) = spec_of(&stamp.kind) else {
        return Ok(());
    };
    if indexing == Indexing::Full {
        let all = was_indexed_as != Some((stamp.kind.clone(), stamp.retracted));
        index(connection, id, spec, &versions, stamp.retracted, |field| {
            all || fields.contains(field)
        })?;
    }
    Ok(())
}

/// Writes a record's row, its conflicts and its links.
fn show(
    connection: &Connection,
    id: &EntityId,
    stamp: &Stamp,
    versions: &RecordVersions,
) -> Result<(), Error> {
    let spec = spec_of(&stamp.kind);
    let is_unknown = is_unknown(connection, id, versions)?;
    let mut conflicts = versions.conflicts();
    if matches!(versions.standing(), Standing::Disputed { .. }) {
        conflicts.push(RETRACTED);
    }
    if is_unknown {
        conflicts.clear();
    }
    let mut shown: BTreeMap<&str, &Value> = versions
        .fields()
        .keys()
        .filter(|name| *name != RETRACTED)
        .filter_map(|name| Some((name.as_str(), versions.value(name)?)))
        .filter(|(_, value)| !value.is_masked())
        .collect();
    let masked: Vec<Value> = versions.masked().into_iter().map(Value::from).collect();
    let masked = (!masked.is_empty()).then_some(Value::List(masked));
    if let Some(masked) = &masked {
        shown.insert(record::MASKED, masked);
    }
    let doc = serde_json::to_string(&shown).map_err(|_| Error::Internal {
        detail: "J-2".into(),
    })?;
    let parent = spec
        .and_then(|spec| spec.parent)
        .and_then(|field| shown.get(field))
        .and_then(|v| reference(v));
    let order_key = spec
        .and_then(|spec| spec.order)
        .and_then(|field| shown.get(field)?.as_text())
        .unwrap_or("");
    record::put(
        connection,
        &NewRow {
            id,
            stamp,
            parent,
            order_key,
            doc: &doc,
            conflicts: &conflicts,
            is_unknown,
        },
    )?;
    let Some(spec) = spec else { return Ok(()) };
    let wanted = if stamp.retracted || is_unknown {
        BTreeSet::new()
    } else {
        links(spec, &shown)
    };
    link::set(connection, id, &wanted)
}

/// Whether nothing of a record is known, because everything came masked: the entry
/// was cut for what it says of another record.
fn is_unknown(
    connection: &Connection,
    id: &EntityId,
    versions: &RecordVersions,
) -> Result<bool, Error> {
    let is_known = |name: &String, field: &FieldVersions| {
        name != RETRACTED && field.tips().iter().any(|tip| !tip.value.is_masked())
    };
    if versions.masked().is_empty()
        || versions
            .fields()
            .iter()
            .any(|(name, it)| is_known(name, it))
    {
        return Ok(false);
    }
    Ok(!field_version::is_any_known(connection, id)?)
}

/// Takes what the payloads of these entries have put into the projections out
/// again, as if they had never been here. Their headers stay.
pub(crate) fn withdraw(
    connection: &Connection,
    entries: &[(EntryNo, Entry, Payload)],
) -> Result<(), Error> {
    let mut touched = BTreeSet::new();
    for (no, entry, payload) in entries {
        field_version::remove(connection, *no)?;
        journal::put(connection, *no, entry, None)?;
        touched.extend(payload.changes.iter().map(|change| change.entity));
    }
    for id in &touched {
        project_anew(connection, id)?;
    }
    text_index::purge(connection)
}

/// Shows a record as its remaining versions have it; not at all without any.
fn project_anew(connection: &Connection, id: &EntityId) -> Result<(), Error> {
    field_version::settle(connection, id)?;
    text_index::forget(connection, id)?;
    name_index::set(connection, id, &[])?;
    link::set(connection, id, &BTreeSet::new())?;
    let versions = field_version::tips(connection, id)?;
    let retracted = versions.standing() == Standing::Retracted;
    let mut stamp = None;
    for (no, kind) in field_version::entries_of(connection, id)? {
        if let Some(entry) = entry::numbered(connection, no)? {
            stamp = Some(joined(stamp, stamp_by(&entry, &kind)));
        }
    }
    let Some(stamp) = stamp else {
        return record::remove(connection, id);
    };
    let stamp = Stamp { retracted, ..stamp };
    show(connection, id, &stamp, &versions)?;
    match spec_of(&stamp.kind) {
        Some(spec) => index(connection, id, spec, &versions, stamp.retracted, |_| true),
        None => Ok(()),
    }
}

/// The stamp of a record that `entry` alone is about.
fn stamp_by(entry: &Entry, kind: &str) -> Stamp {
    let millis = entry.header.hlc.millis;
    Stamp {
        kind: kind.to_owned(),
        first: first(entry),
        created: millis,
        changed: millis,
        retracted: false,
    }
}

/// The stamp of a record of which both are true. Minimum and maximum, so that
/// the order of arrival cannot matter; the kind is what the earliest entry says.
fn joined(before: Option<Stamp>, other: Stamp) -> Stamp {
    let Some(before) = before else { return other };
    let (created, changed) = (
        before.created.min(other.created),
        before.changed.max(other.changed),
    );
    let earliest = if other.first < before.first {
        other
    } else {
        before
    };
    Stamp {
        created,
        changed,
        ..earliest
    }
}

fn first(entry: &Entry) -> First {
    let mut first = [0; 72];
    first[..8].copy_from_slice(&Hlc::packed(entry.header.hlc).to_be_bytes());
    first[8..40].copy_from_slice(&entry.header.device.0);
    first[40..].copy_from_slice(&entry.hash.0);
    first
}

/// The record that a value refers to.
fn reference(value: &Value) -> Option<EntityId> {
    value.as_text().and_then(|text| text.parse().ok())
}

/// Everything a record refers to: a single identifier, or those in a list or
/// in the values of a map.
fn links(spec: &KindSpec, shown: &BTreeMap<&str, &Value>) -> BTreeSet<(String, EntityId)> {
    fn collect(field: &str, value: &Value, links: &mut BTreeSet<(String, EntityId)>) {
        match value {
            Value::List(items) => items.iter().for_each(|item| collect(field, item, links)),
            Value::Map(items) => items.values().for_each(|item| collect(field, item, links)),
            other => links.extend(reference(other).map(|id| (field.to_owned(), id))),
        }
    }
    let mut links = BTreeSet::new();
    for field in spec.links {
        if let Some(value) = shown.get(field) {
            collect(field, value, &mut links);
        }
    }
    links
}

fn index(
    connection: &Connection,
    id: &EntityId,
    spec: &KindSpec,
    versions: &RecordVersions,
    retracted: bool,
    concerns: impl Fn(&str) -> bool,
) -> Result<(), Error> {
    let texts = |field: &str| -> Vec<String> {
        let Some(versions) = versions.field(field).filter(|_| !retracted) else {
            return Vec::new();
        };
        versions
            .tips()
            .iter()
            .flat_map(|tip| texts_in(&tip.value))
            .collect()
    };
    for field in spec.text.iter().filter(|field| concerns(field)) {
        text_index::set(connection, id, field, &texts(field))?;
    }
    if let Some(field) = spec.name.filter(|field| concerns(field)) {
        let names: Vec<String> = texts(field)
            .into_iter()
            .filter(|name| !name.trim().is_empty())
            .collect();
        name_index::set(connection, id, &names)?;
    }
    Ok(())
}

/// Every text within a value, in order.
pub(crate) fn texts_in(value: &Value) -> Vec<String> {
    match value {
        Value::Text(text) => vec![text.clone()],
        Value::List(items) => items.iter().flat_map(texts_in).collect(),
        Value::Map(items) => items.values().flat_map(texts_in).collect(),
        _ => Vec::new(),
    }
}
