//! 密封事项: sealing a matter, opening it, closing it, taking the seal off, and
//! changing its locks.

use crate::desktop::Desktop;
use office::{MatterSealed, Moment, Result, SealPreview, SealedMatter};
use tauri::State;

/// The sealed matters.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn sealed_matters(desktop: State<'_, Desktop>) -> Result<Vec<SealedMatter>> {
    desktop.office().sealed_matters()
}

/// What would be sealed with a finding.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn preview_sealing(desktop: State<'_, Desktop>, finding: String) -> Result<SealPreview> {
    desktop.office().preview_sealing(&finding)
}

/// Seals a finding with all that belongs to it.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn seal_matter(
    desktop: State<'_, Desktop>,
    finding: String,
    label: String,
    passphrase: String,
    clear_backups: bool,
) -> Result<MatterSealed> {
    desktop
        .office()
        .seal_matter(&finding, &label, &passphrase, clear_backups, Moment::now())
}

/// Opens a sealed matter.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn open_sealed(desktop: State<'_, Desktop>, id: String, secret: String) -> Result<()> {
    desktop.office().open_sealed(&id, &secret, Moment::now())
}

/// Closes every sealed matter that is open.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn close_sealed(desktop: State<'_, Desktop>) -> Result<()> {
    desktop.office().close_sealed()
}

/// Takes the seal off a matter for good.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn unseal_matter(
    desktop: State<'_, Desktop>,
    id: String,
    secret: String,
) -> Result<String> {
    desktop.office().unseal_matter(&id, &secret, Moment::now())
}

/// Gives a sealed matter another second passphrase.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn change_sealed_passphrase(
    desktop: State<'_, Desktop>,
    id: String,
    secret: String,
    renewed: String,
) -> Result<()> {
    desktop
        .office()
        .change_sealed_passphrase(&id, &secret, &renewed, Moment::now())
}

/// Makes another recovery code for a sealed matter.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn reissue_sealed_code(
    desktop: State<'_, Desktop>,
    id: String,
    secret: String,
) -> Result<String> {
    desktop
        .office()
        .reissue_sealed_code(&id, &secret, Moment::now())
}

/// Seconds before the next passphrase for a sealed matter will be tried.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn seconds_to_wait_for_sealed(desktop: State<'_, Desktop>, id: String) -> Result<u32> {
    desktop
        .office()
        .seconds_to_wait_for_sealed(&id, Moment::now())
}
