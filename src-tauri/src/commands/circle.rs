//! 人员与社交圈: units, people, relations, observations.

use crate::desktop::Desktop;
use casework::records::{Observation, Person, Point, Relation, Unit};
use office::{CircleGraph, Moment, PersonRow, PersonView, Result, Saved, Stored};
use std::collections::BTreeMap;
use tauri::State;

/// All units.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn units(desktop: State<'_, Desktop>) -> Result<Vec<Stored<Unit>>> {
    desktop.office().units()
}

/// Writes a unit.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_unit(
    desktop: State<'_, Desktop>,
    id: Option<String>,
    unit: Unit,
) -> Result<Saved> {
    desktop
        .office()
        .save_unit(id.as_deref(), &unit, Moment::now())
}

/// People by name or words.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn people(desktop: State<'_, Desktop>, query: String) -> Result<Vec<PersonRow>> {
    desktop.office().people(&query)
}

/// One person.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn person(desktop: State<'_, Desktop>, id: String) -> Result<PersonView> {
    desktop.office().person(&id, Moment::now())
}

/// Writes a person.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_person(
    desktop: State<'_, Desktop>,
    id: Option<String>,
    person: Person,
) -> Result<Saved> {
    desktop
        .office()
        .save_person(id.as_deref(), &person, Moment::now())
}

/// Writes a relation.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_relation(
    desktop: State<'_, Desktop>,
    id: Option<String>,
    relation: Relation,
) -> Result<Saved> {
    desktop
        .office()
        .save_relation(id.as_deref(), &relation, Moment::now())
}

/// Writes an observation.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_observation(
    desktop: State<'_, Desktop>,
    id: Option<String>,
    observation: Observation,
) -> Result<Saved> {
    desktop
        .office()
        .save_observation(id.as_deref(), &observation, Moment::now())
}

/// The circle around a person.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn circle(desktop: State<'_, Desktop>, id: String) -> Result<CircleGraph> {
    desktop.office().circle(&id)
}

/// Keeps where the points were put.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_positions(
    desktop: State<'_, Desktop>,
    id: String,
    positions: BTreeMap<String, Point>,
) -> Result<Saved> {
    desktop
        .office()
        .save_positions(&id, positions, Moment::now())
}
