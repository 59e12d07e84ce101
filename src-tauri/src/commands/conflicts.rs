//! 冲突: what waits for a decision, and deciding it.

use crate::desktop::Desktop;
use casework::records::Sameness;
use office::{Choice, ConflictList, ConflictView, Moment, NumberDecision, Result, Saved};
use tauri::State;

/// Everything that waits for a decision.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn conflicts(desktop: State<'_, Desktop>) -> Result<ConflictList> {
    desktop.office().conflicts()
}

/// One record with what has to be decided in it.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn conflict(desktop: State<'_, Desktop>, id: String) -> Result<ConflictView> {
    desktop.office().conflict(&id)
}

/// Settles what was seen to be open in a field.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn settle_conflict(
    desktop: State<'_, Desktop>,
    id: String,
    field: String,
    seen: Vec<String>,
    choice: Choice,
) -> Result<Saved> {
    desktop
        .office()
        .settle_conflict(&id, &field, &seen, &choice, Moment::now())
}

/// Decides which paper keeps a number that several bear.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn settle_number(
    desktop: State<'_, Desktop>,
    id: String,
    decision: NumberDecision,
) -> Result<Saved> {
    desktop
        .office()
        .settle_number(&id, &decision, Moment::now())
}

/// Records whether two entries are one person.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn judge_same_person(
    desktop: State<'_, Desktop>,
    one: String,
    other: String,
    verdict: Sameness,
    reason: String,
) -> Result<Saved> {
    desktop
        .office()
        .judge_same_person(&one, &other, verdict, &reason, Moment::now())
}

/// Takes an entry out of the person it was merged into.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn part_person(desktop: State<'_, Desktop>, id: String) -> Result<Saved> {
    desktop.office().part_person(&id, Moment::now())
}
