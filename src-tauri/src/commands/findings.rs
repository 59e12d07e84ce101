//! 问题线索: findings, citations, statements.

use crate::desktop::Desktop;
use casework::records::{Citation, CitationTarget, Finding, Proof, Statement};
use office::{Citable, FindingRow, FindingView, Moment, Result, Saved};
use tauri::State;

/// All findings.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn findings(desktop: State<'_, Desktop>) -> Result<Vec<FindingRow>> {
    desktop.office().findings()
}

/// One finding.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn finding(desktop: State<'_, Desktop>, id: String) -> Result<FindingView> {
    desktop.office().finding(&id, Moment::now())
}

/// Writes a finding.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_finding(
    desktop: State<'_, Desktop>,
    id: Option<String>,
    finding: Finding,
) -> Result<Saved> {
    desktop
        .office()
        .save_finding(id.as_deref(), &finding, Moment::now())
}

/// What could be cited.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn citable(
    desktop: State<'_, Desktop>,
    finding: String,
    query: String,
) -> Result<Vec<Citable>> {
    desktop.office().citable(&finding, &query)
}

/// Cites evidence.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn cite(
    desktop: State<'_, Desktop>,
    finding: String,
    target_kind: CitationTarget,
    target: String,
    quote: Option<String>,
    proof: Proof,
) -> Result<Saved> {
    desktop.office().cite(
        &finding,
        target_kind,
        &target,
        quote.as_deref(),
        proof,
        Moment::now(),
    )
}

/// Changes the standing of a citation.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_citation(
    desktop: State<'_, Desktop>,
    id: String,
    citation: Citation,
) -> Result<Saved> {
    desktop
        .office()
        .save_citation(&id, &citation, Moment::now())
}

/// Records what the person says.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_statement(
    desktop: State<'_, Desktop>,
    id: Option<String>,
    statement: Statement,
) -> Result<Saved> {
    desktop
        .office()
        .save_statement(id.as_deref(), &statement, Moment::now())
}
