//! From entries to projections: the only writer of what is shown.
//!
//! Writing here, importing and rebuilding all come through [`apply`], so the
//! three cannot disagree. What a field shows and what is a conflict is decided
//! by [`ledger::merge`]; this module only carries its answers into the tables.

use std::collections::btree_map::Entry as Place;
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
    unshown.finish(connection)?;
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
    /// What the entries about them weigh: the bytes of their payloads.
    bytes: usize,
    /// Texts of those that are shown, which are not in the index yet.
    texts: text_index::Waiting,
}

/// Records that wait until they are shown together, and what the entries about
/// them may weigh: so much of an import lies in memory.
const UNSHOWN: usize = 256;
const UNSHOWN_BYTES: usize = 1 << 20;

/// A record that is not shown yet as it will be.
#[derive(Debug)]
struct Touched {
    /// As it is shown; nothing when nothing of it was here.
    before: Option<Stamp>,
    /// What the entries since say.
    since: Stamp,
    fields: BTreeSet<String>,
    /// All its versions, when nothing of it was here: they need not be read again.
    all: Option<RecordVersions>,
}

impl Unshown {
    /// None yet.
    pub(crate) fn new(indexing: Indexing) -> Self {
        Self {
            indexing,
            touched: BTreeMap::new(),
            order: Vec::new(),
            bytes: 0,
            texts: text_index::Waiting::default(),
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
                self.finish(connection)?;
                erasing::take_out(connection, no, &erasure)?
            }
            None => BTreeSet::new(),
        };
        let is_any_erased = erased::is_any(connection)?;
        self.bytes += entry.payload.as_ref().map_or(0, Vec::len);
        let mut versions = field_version::Adding::begin(connection)?;
        let mut seen = BTreeSet::new();
        for change in &payload.changes {
            if is_any_erased && erased::record_by(connection, &change.entity)?.is_some() {
                continue;
            }
            let is_first = seen.insert(change.entity);
            let touched = match self.touched.entry(change.entity) {
                Place::Occupied(known) => {
                    let touched = known.into_mut();
                    if is_first {
                        let before = Some(touched.since.clone());
                        touched.since = joined(before, stamp_by(entry, &change.kind));
                    }
                    touched
                }
                Place::Vacant(vacant) => {
                    self.order.push(change.entity);
                    let before = record::stamp(connection, &change.entity)?;
                    vacant.insert(Touched {
                        all: before.is_none().then(RecordVersions::new),
                        before,
                        since: stamp_by(entry, &change.kind),
                        fields: BTreeSet::new(),
                    })
                }
            };
            let is_new = versions.add(no, &entry.hash, change)?;
            match &mut touched.all {
                Some(all) if is_new => all.insert(entry, change),
                // What the table knows of it has to be asked for.
                _ => touched.all = None,
            }
            if !touched.fields.contains(&change.field) {
                touched.fields.insert(change.field.clone());
            }
        }
        journal::put(connection, no, entry, Some(payload))?;
        Ok(concerned)
    }

    /// Whether it is time to show them.
    pub(crate) fn is_full(&self) -> bool {
        self.order.len() >= UNSHOWN || self.bytes >= UNSHOWN_BYTES
    }

    /// Shows them, but for the texts that can still wait.
    pub(crate) fn show(&mut self, connection: &Connection) -> Result<(), Error> {
        self.bytes = 0;
        for id in std::mem::take(&mut self.order) {
            if let Some(touched) = self.touched.remove(&id) {
                project(connection, &id, touched, self.indexing, &mut self.texts)?;
            }
        }
        if self.texts.is_full() {
            self.texts.put(connection)?;
        }
        Ok(())
    }

    /// Shows them, and leaves nothing waiting.
    pub(crate) fn finish(&mut self, connection: &Connection) -> Result<(), Error> {
        self.show(connection)?;
        self.texts.put(connection)
    }
}

fn project(
    connection: &Connection,
    id: &EntityId,
    touched: Touched,
    indexing: Indexing,
    waiting: &mut text_index::Waiting,
) -> Result<(), Error> {
    let Touched {
        before,
        since,
        fields,
        all,
    } = touched;
    let is_new = before.is_none();
    let versions = match all {
        Some(versions) => versions,
        None => field_version::tips(connection, id)?,
    };
    let retracted = versions.standing() == Standing::Retracted;
    let was_indexed_as = before
        .as_ref()
        .map(|stamp| (stamp.kind.clone(), stamp.retracted));
    let stamp = Stamp {
        retracted,
        ..joined(before, since)
    };
    show(connection, id, &stamp, &versions, is_new)?;
    let Some(spec) = spec_of(&stamp.kind).filter(|_| indexing == Indexing::Full) else {
        return Ok(());
    };
    let (names, texts) = searchable(spec, &versions, stamp.retracted);
    if is_new {
        for (field, texts) in &texts {
            waiting.set(id, field, texts, true);
        }
        return name_index::add(connection, id, &names);
    }
    let all = was_indexed_as != Some((stamp.kind.clone(), stamp.retracted));
    let concerns = |field: &str| all || fields.contains(field);
    for (field, texts) in texts.iter().filter(|(field, _)| concerns(field)) {
        waiting.set(id, field, texts, false);
    }
    match spec.name {
        Some(field) if concerns(field) => name_index::set(connection, id, &names),
        _ => Ok(()),
    }
}

/// Writes a record's row, its conflicts and its links. Of a new one there is
/// nothing yet that could have to go.
fn show(
    connection: &Connection,
    id: &EntityId,
    stamp: &Stamp,
    versions: &RecordVersions,
    is_new: bool,
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
            is_new,
        },
    )?;
    let Some(spec) = spec else { return Ok(()) };
    let wanted = if stamp.retracted || is_unknown {
        BTreeSet::new()
    } else {
        links(spec, &shown)
    };
    if is_new {
        link::add(connection, id, &wanted)
    } else {
        link::set(connection, id, &wanted)
    }
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
    show(connection, id, &stamp, &versions, false)?;
    let Some(spec) = spec_of(&stamp.kind) else {
        return Ok(());
    };
    let (names, texts) = searchable(spec, &versions, stamp.retracted);
    for (field, texts) in &texts {
        text_index::set(connection, id, field, texts)?;
    }
    name_index::set(connection, id, &names)
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

/// The names under which a record is found, and the texts of each of its fields
/// that are searched: those of all tips, none of a withdrawn record.
fn searchable(
    spec: &KindSpec,
    versions: &RecordVersions,
    retracted: bool,
) -> (Vec<String>, Vec<(&'static str, Vec<String>)>) {
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
    let mut names = spec.name.map(texts).unwrap_or_default();
    names.retain(|name| !name.trim().is_empty());
    let fields = spec.text.iter().map(|field| (*field, texts(field)));
    (names, fields.collect())
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
