//! Which records belong to a sealed matter.

use std::collections::{BTreeMap, BTreeSet};

use casework::kinds::{has_parts, matter_fields};
use ledger::{Change, CompartmentId, EntityId, Value};
use rusqlite::Connection;

use crate::Error;
use crate::table::{compartment, record};

/// The compartment that a change belongs to: that of its record, or of the
/// matter it makes its record a part of.
fn of_change(connection: &Connection, change: &Change) -> Result<Option<CompartmentId>, Error> {
    if let Some(found) = compartment::of_record(connection, &change.entity)? {
        return Ok(Some(found));
    }
    if matter_fields(&change.kind).contains(&change.field.as_str()) {
        for id in named_in(&change.value) {
            if let Some(found) = compartment::of_record(connection, &id)? {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}

/// The compartments that the records of these changes belong to, each change
/// of a record included: what is sealed of a record is all of it.
pub(crate) fn of_changes(
    connection: &Connection,
    changes: &[Change],
) -> Result<Vec<Option<CompartmentId>>, Error> {
    let mut of_records = BTreeMap::new();
    // Most archives have nothing sealed.
    if compartment::is_any_record(connection)? {
        for change in changes {
            if of_records.contains_key(&change.entity) {
                continue;
            }
            if let Some(found) = of_change(connection, change)? {
                of_records.insert(change.entity, found);
            }
        }
    }
    Ok(changes
        .iter()
        .map(|change| of_records.get(&change.entity).copied())
        .collect())
}

/// Everything that is part of a matter, see [`crate::Vault::matter`].
pub(super) fn matter(
    connection: &Connection,
    root: &EntityId,
) -> Result<BTreeSet<EntityId>, Error> {
    let mut all = BTreeSet::from([*root]);
    let mut open = vec![*root];
    while let Some(next) = open.pop() {
        let Some(shown) = record::get(connection, &next)? else {
            continue;
        };
        let mut near: BTreeSet<EntityId> = matters_of(&shown);
        if has_parts(&shown.kind) {
            for id in record::mentioning(connection, &next.to_string())? {
                let other = record::get(connection, &id)?;
                if other.is_some_and(|other| matters_of(&other).contains(&next)) {
                    near.insert(id);
                }
            }
        }
        for id in near {
            if all.insert(id) {
                open.push(id);
            }
        }
    }
    Ok(all)
}

/// The matters that a record is part of.
fn matters_of(shown: &crate::StoredRecord) -> BTreeSet<EntityId> {
    matter_fields(&shown.kind)
        .iter()
        .filter_map(|field| shown.fields.get(*field))
        .flat_map(named_in)
        .collect()
}

/// The records named anywhere within a value.
fn named_in(value: &Value) -> Vec<EntityId> {
    crate::apply::texts_in(value)
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect()
}
