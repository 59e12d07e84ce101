//! 巡察谈话: tours, talks and turns.

use crate::desktop::Desktop;
use casework::records::{Closing, Interview, Role, Tour};
use office::{InterviewView, Moment, Result, Saved, SavedTurn, TourRow, TourView};
use tauri::State;

/// All tours.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn tours(desktop: State<'_, Desktop>) -> Result<Vec<TourRow>> {
    desktop.office().tours()
}

/// One tour.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn tour(desktop: State<'_, Desktop>, id: String) -> Result<TourView> {
    desktop.office().tour(&id)
}

/// Writes a tour.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_tour(
    desktop: State<'_, Desktop>,
    id: Option<String>,
    tour: Tour,
) -> Result<Saved> {
    desktop
        .office()
        .save_tour(id.as_deref(), &tour, Moment::now())
}

/// Writes the head of a talk.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_interview(
    desktop: State<'_, Desktop>,
    id: Option<String>,
    interview: Interview,
) -> Result<Saved> {
    desktop
        .office()
        .save_interview(id.as_deref(), &interview, Moment::now())
}

/// One talk.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn interview(desktop: State<'_, Desktop>, id: String) -> Result<InterviewView> {
    desktop.office().interview(&id)
}

/// Saves one turn.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_turn(
    desktop: State<'_, Desktop>,
    id: Option<String>,
    interview: String,
    role: Role,
    text: String,
    after: Option<String>,
) -> Result<SavedTurn> {
    desktop.office().save_turn(
        id.as_deref(),
        &interview,
        role,
        &text,
        after.as_deref(),
        Moment::now(),
    )
}

/// Takes a turn back.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn remove_turn(desktop: State<'_, Desktop>, id: String) -> Result<Saved> {
    desktop.office().remove_turn(&id, Moment::now())
}

/// Closes a talk.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn close_interview(
    desktop: State<'_, Desktop>,
    id: String,
    closing: Closing,
) -> Result<Saved> {
    desktop
        .office()
        .close_interview(&id, &closing, Moment::now())
}
