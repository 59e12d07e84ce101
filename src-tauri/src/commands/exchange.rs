//! 交换与备份: export, preview, import, receipts.

use crate::desktop::Desktop;
use office::{
    Bringing, BundlePreview, ExchangeView, ExportReport, ImportReport, Leaving, Moment,
    ReceiptView, Result, Scope,
};
use std::path::Path;
use tauri::State;

/// Keys, backups and what has not been exported.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn exchange(desktop: State<'_, Desktop>) -> Result<ExchangeView> {
    desktop.office().exchange_view()
}

/// What a bundle would take along.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn leaving(desktop: State<'_, Desktop>, scope: Scope) -> Result<Leaving> {
    desktop.office().leaving(&scope)
}

/// Writes a bundle.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn export_bundle(
    desktop: State<'_, Desktop>,
    scope: Scope,
    recipients: Vec<String>,
    passphrase: Option<String>,
    path: String,
) -> Result<ExportReport> {
    desktop.office().export_bundle(
        &scope,
        &recipients,
        passphrase.as_deref(),
        Path::new(&path),
        Moment::now(),
    )
}

/// What a bundle would change.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn preview_bundle(
    desktop: State<'_, Desktop>,
    path: String,
    passphrase: Option<String>,
) -> Result<BundlePreview> {
    desktop
        .office()
        .preview_bundle(Path::new(&path), passphrase.as_deref(), Moment::now())
}

/// Takes the bundle in that was looked at; with a reason also one whose sender's
/// keys are revoked.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn import_bundle(
    desktop: State<'_, Desktop>,
    path: String,
    passphrase: Option<String>,
    despite: Option<String>,
    seen: String,
) -> Result<ImportReport> {
    let bringing = Bringing {
        path: Path::new(&path),
        passphrase: passphrase.as_deref(),
        despite: despite.as_deref(),
        seen: Some(&seen),
    };
    desktop.office().bring_in(&bringing, Moment::now())
}

/// Reads a receipt that came back.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn read_receipt(desktop: State<'_, Desktop>, path: String) -> Result<ReceiptView> {
    desktop.office().read_receipt(Path::new(&path))
}
