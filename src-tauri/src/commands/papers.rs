//! 文书: drafting, seeing, issuing, following up.

use crate::desktop::Desktop;
use casework::records::{DocumentNumber, Paper, PaperKind};
use chrono::NaiveDate;
use office::{CheckView, ExportedPaper, Moment, PaperRow, PaperView, Result, Saved};
use std::path::Path;
use tauri::State;
use tauri::ipc::Response;

/// All papers.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn papers(desktop: State<'_, Desktop>) -> Result<Vec<PaperRow>> {
    desktop.office().papers(Moment::now())
}

/// One paper.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn paper(desktop: State<'_, Desktop>, id: String) -> Result<PaperView> {
    desktop.office().paper(&id, Moment::now())
}

/// Drafts a paper.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn draft_paper(
    desktop: State<'_, Desktop>,
    kind: PaperKind,
    person: String,
    findings: Vec<String>,
    interview: Option<String>,
) -> Result<Saved> {
    desktop.office().draft_paper(
        kind,
        &person,
        &findings,
        interview.as_deref(),
        Moment::now(),
    )
}

/// Writes a draft.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_paper(desktop: State<'_, Desktop>, id: String, paper: Paper) -> Result<Saved> {
    desktop.office().save_paper(&id, &paper, Moment::now())
}

/// What stands against issuing.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn check_paper(
    desktop: State<'_, Desktop>,
    id: String,
    paper: Paper,
) -> Result<Vec<CheckView>> {
    desktop.office().check_paper(&id, &paper, Moment::now())
}

/// The next document number.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn suggest_number(
    desktop: State<'_, Desktop>,
    kind: PaperKind,
    date: NaiveDate,
) -> Result<Option<DocumentNumber>> {
    desktop.office().suggest_number(kind, date)
}

/// Issues a paper: its bytes are frozen.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn issue_paper(
    desktop: State<'_, Desktop>,
    id: String,
    number: Option<DocumentNumber>,
    date: NaiveDate,
) -> Result<Saved> {
    desktop
        .office()
        .issue_paper(&id, number, date, Moment::now())
}

/// Records that it was served.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn serve_paper(
    desktop: State<'_, Desktop>,
    id: String,
    date: NaiveDate,
) -> Result<Saved> {
    desktop.office().serve_paper(&id, date, Moment::now())
}

/// Records the reply.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn reply_paper(
    desktop: State<'_, Desktop>,
    id: String,
    date: NaiveDate,
    reply: String,
) -> Result<Saved> {
    desktop
        .office()
        .reply_paper(&id, date, &reply, Moment::now())
}

/// Closes a paper.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn close_paper(
    desktop: State<'_, Desktop>,
    id: String,
    date: NaiveDate,
    outcome: String,
) -> Result<Saved> {
    desktop
        .office()
        .close_paper(&id, date, &outcome, Moment::now())
}

/// Writes the PDF to a file.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn export_paper(
    desktop: State<'_, Desktop>,
    id: String,
    path: String,
) -> Result<ExportedPaper> {
    desktop
        .office()
        .export_paper(&id, Path::new(&path), Moment::now())
}

/// Writes the paper as a DOCX file, to be revised.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn export_paper_docx(
    desktop: State<'_, Desktop>,
    id: String,
    path: String,
) -> Result<ExportedPaper> {
    desktop
        .office()
        .export_paper_docx(&id, Path::new(&path), Moment::now())
}

/// The very PDF that would be printed, as raw bytes.
#[tauri::command(async)]
pub(crate) fn preview_paper(
    desktop: State<'_, Desktop>,
    id: String,
    paper: Paper,
) -> Result<Response> {
    desktop
        .office()
        .preview_paper(&id, &paper, Moment::now())
        .map(Response::new)
}
