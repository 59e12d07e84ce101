//! 保存与删除: what has reached its review date, keeping it longer, lawful
//! erasure, and the register of erasures.

use crate::desktop::Desktop;
use chrono::NaiveDate;
use office::{
    ErasureDone, ErasureLine, ErasureOrder, ErasurePlan, ExportedPaper, Moment, Result, ReviewRow,
    Saved,
};
use std::path::Path;
use tauri::State;

/// The records that have reached their review date.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn reviews_due(desktop: State<'_, Desktop>) -> Result<Vec<ReviewRow>> {
    desktop.office().reviews_due(Moment::now())
}

/// Keeps a record until another review date.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn keep_longer(
    desktop: State<'_, Desktop>,
    id: String,
    review_on: NaiveDate,
    reason: String,
) -> Result<Saved> {
    desktop
        .office()
        .keep_longer(&id, review_on, &reason, Moment::now())
}

/// What erasing a record would do. Changes nothing.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn erasure_plan(desktop: State<'_, Desktop>, id: String) -> Result<ErasurePlan> {
    desktop.office().erasure_plan(&id, Moment::now())
}

/// Erases a record with all that belongs to it, for good.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn erase(
    desktop: State<'_, Desktop>,
    id: String,
    order: ErasureOrder,
) -> Result<ErasureDone> {
    desktop.office().erase(&id, &order, Moment::now())
}

/// Makes a backup without what was erased and removes all earlier ones.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn give_up_older_backups(desktop: State<'_, Desktop>) -> Result<u32> {
    desktop.office().give_up_older_backups(Moment::now())
}

/// The register of erasures.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn erasures(desktop: State<'_, Desktop>) -> Result<Vec<ErasureLine>> {
    desktop.office().erasures()
}

/// Backups that may still hold what was erased.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn backups_before_erasures(desktop: State<'_, Desktop>) -> Result<u32> {
    desktop.office().backups_before_erasures()
}

/// Prints the register of erasures.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn print_erasures(desktop: State<'_, Desktop>, path: String) -> Result<ExportedPaper> {
    desktop
        .office()
        .print_erasures(Path::new(&path), Moment::now())
}
