//! 操作记录与回收: the history of a record, undo and redo, what was done, what
//! was withdrawn, and who read what.

use crate::desktop::Desktop;
use office::{
    ExportedPaper, HistoryView, JournalChoices, JournalPage, JournalQuery, Moment, ReadingPage,
    Result, Saved, Undone, WithdrawnPage,
};
use std::path::Path;
use tauri::State;

/// Lines of a page.
const LINES: usize = 50;

/// The history of a record.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn history(
    desktop: State<'_, Desktop>,
    id: String,
    with_parts: bool,
    limit: u32,
) -> Result<HistoryView> {
    desktop.office().history(&id, with_parts, limit as usize)
}

/// Brings a record back to how it was after an entry.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn restore_version(
    desktop: State<'_, Desktop>,
    id: String,
    entry: String,
) -> Result<Saved> {
    desktop.office().restore_version(&id, &entry, Moment::now())
}

/// Takes back the last thing done here; nothing when there is none.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn undo(desktop: State<'_, Desktop>) -> Result<Option<Undone>> {
    desktop.office().undo(Moment::now())
}

/// Does again what was undone last; nothing when there is none.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn redo(desktop: State<'_, Desktop>) -> Result<Option<Undone>> {
    desktop.office().redo(Moment::now())
}

/// A page of what was done.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn journal(
    desktop: State<'_, Desktop>,
    query: JournalQuery,
    after: Option<String>,
) -> Result<JournalPage> {
    desktop.office().journal(&query, after.as_deref(), LINES)
}

/// What that list can be narrowed by.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn journal_choices(desktop: State<'_, Desktop>) -> Result<JournalChoices> {
    desktop.office().journal_choices()
}

/// Prints that list as a register.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn print_journal(
    desktop: State<'_, Desktop>,
    query: JournalQuery,
    path: String,
) -> Result<ExportedPaper> {
    desktop
        .office()
        .print_journal(&query, Path::new(&path), Moment::now())
}

/// A page of the withdrawn records.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn withdrawn(
    desktop: State<'_, Desktop>,
    kind: Option<String>,
    text: String,
    after: Option<String>,
) -> Result<WithdrawnPage> {
    desktop
        .office()
        .withdrawn(kind.as_deref(), &text, after.as_deref(), LINES)
}

/// A page of the register of readings.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn readings(
    desktop: State<'_, Desktop>,
    query: JournalQuery,
    after: Option<String>,
) -> Result<ReadingPage> {
    desktop.office().readings(&query, after.as_deref(), LINES)
}

/// Switches the register of readings on or off.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn set_read_log(desktop: State<'_, Desktop>, on: bool) -> Result<()> {
    desktop.office().set_read_log(on, Moment::now())
}

/// Prints the register of readings.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn print_readings(
    desktop: State<'_, Desktop>,
    query: JournalQuery,
    path: String,
) -> Result<ExportedPaper> {
    desktop
        .office()
        .print_readings(&query, Path::new(&path), Moment::now())
}
