//! 交换与备份: export, preview, import, receipts.

use super::keeping::at_length;
use crate::desktop::Desktop;
use office::{
    Bringing, BundlePreview, ExchangeView, ExportReport, ImportReport, Leaving, Mask, Moment,
    Progress, ReceiptView, Result, Scope, Since,
};
use std::path::Path;
use tauri::ipc::Channel;
use tauri::{AppHandle, State};

/// Keys, backups and what has not been exported.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn exchange(desktop: State<'_, Desktop>) -> Result<ExchangeView> {
    desktop.office().exchange_view()
}

/// What a bundle would take along.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn leaving(
    desktop: State<'_, Desktop>,
    scope: Scope,
    masks: Vec<Mask>,
) -> Result<Leaving> {
    desktop.office().leaving_masked(&scope, &masks)
}

/// What a bundle would take along for recipients who have sent a receipt.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn leaving_since(
    desktop: State<'_, Desktop>,
    recipients: Vec<String>,
) -> Result<Leaving> {
    desktop.office().leaving_since(&recipients)
}

/// Writes a bundle with what came after the last receipts of its recipients.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn export_since(
    desktop: State<'_, Desktop>,
    recipients: Vec<String>,
    path: String,
) -> Result<ExportReport> {
    desktop.office().export_since(
        Since::Last,
        &recipients,
        None,
        Path::new(&path),
        Moment::now(),
    )
}

/// Writes a bundle, with what is chosen masked.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn export_bundle(
    desktop: State<'_, Desktop>,
    scope: Scope,
    masks: Vec<Mask>,
    recipients: Vec<String>,
    passphrase: Option<String>,
    path: String,
) -> Result<ExportReport> {
    desktop.office().export_masked(
        &scope,
        &masks,
        &recipients,
        passphrase.as_deref(),
        Path::new(&path),
        Moment::now(),
    )
}

/// What a bundle would change; says how far it is.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_bundle(
    app: AppHandle,
    path: String,
    passphrase: Option<String>,
    progress: Channel<Progress>,
) -> Result<BundlePreview> {
    at_length(app, progress, move |desktop, going| {
        let now = Moment::now();
        desktop
            .office()
            .look_at(Path::new(&path), passphrase.as_deref(), now, going)
    })
    .await
}

/// Takes the bundle in that was looked at; with a reason also one whose sender's
/// keys are revoked. Says how far it is.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_bundle(
    app: AppHandle,
    path: String,
    passphrase: Option<String>,
    despite: Option<String>,
    seen: String,
    progress: Channel<Progress>,
) -> Result<ImportReport> {
    at_length(app, progress, move |desktop, going| {
        let bringing = Bringing {
            path: Path::new(&path),
            passphrase: passphrase.as_deref(),
            despite: despite.as_deref(),
            seen: Some(&seen),
        };
        desktop.office().bring_in(&bringing, Moment::now(), going)
    })
    .await
}

/// Reads a receipt that came back.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn read_receipt(desktop: State<'_, Desktop>, path: String) -> Result<ReceiptView> {
    desktop.office().read_receipt(Path::new(&path))
}
