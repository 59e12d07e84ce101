//! 会议记录: importing, reading, quoting.

use crate::desktop::Desktop;
use casework::records::{MinutesDocument, Passage};
use office::{MinutesRow, MinutesView, Moment, ParagraphHit, Result, Saved};
use std::path::Path;
use tauri::State;

/// All minutes.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn minutes_list(desktop: State<'_, Desktop>) -> Result<Vec<MinutesRow>> {
    desktop.office().minutes_list()
}

/// Imports a file.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn import_minutes(
    desktop: State<'_, Desktop>,
    path: String,
    tour: Option<String>,
    unit: Option<String>,
) -> Result<Saved> {
    desktop.office().import_minutes(
        Path::new(&path),
        tour.as_deref(),
        unit.as_deref(),
        Moment::now(),
    )
}

/// One set of minutes.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn minutes_document(desktop: State<'_, Desktop>, id: String) -> Result<MinutesView> {
    desktop.office().minutes_document(&id)
}

/// Writes the head of minutes.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_minutes(
    desktop: State<'_, Desktop>,
    id: String,
    document: MinutesDocument,
) -> Result<Saved> {
    desktop.office().save_minutes(&id, &document, Moment::now())
}

/// Finds words inside minutes.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn find_in_minutes(
    desktop: State<'_, Desktop>,
    id: String,
    query: String,
) -> Result<Vec<ParagraphHit>> {
    desktop.office().find_in_minutes(&id, &query)
}

/// Keeps a passage.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn add_passage(desktop: State<'_, Desktop>, passage: Passage) -> Result<Saved> {
    desktop.office().add_passage(&passage, Moment::now())
}

/// Takes a passage back.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn remove_passage(desktop: State<'_, Desktop>, id: String) -> Result<Saved> {
    desktop.office().remove_passage(&id, Moment::now())
}
