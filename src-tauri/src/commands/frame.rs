//! What stands around every page: status, search, desk, and taking back.

use crate::desktop::Desktop;
use office::{Desk, Moment, Result, Saved, SearchHit, Status};
use tauri::State;

/// Hits shown in the search palette.
const HITS: usize = 40;

/// What the frame shows.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn status(desktop: State<'_, Desktop>) -> Result<Status> {
    desktop.office().status(Moment::now())
}

/// Finds people and words.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn search(desktop: State<'_, Desktop>, query: String) -> Result<Vec<SearchHit>> {
    desktop.office().search(&query, HITS)
}

/// The desk of today.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn desk(desktop: State<'_, Desktop>) -> Result<Desk> {
    desktop.office().desk(Moment::now())
}

/// Takes a record back.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn retract(desktop: State<'_, Desktop>, id: String) -> Result<Saved> {
    desktop.office().retract(&id, Moment::now())
}

/// Brings a record back.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn restore(desktop: State<'_, Desktop>, id: String) -> Result<Saved> {
    desktop.office().restore(&id, Moment::now())
}
