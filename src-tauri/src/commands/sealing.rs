//! 密封事项: sealing a matter, opening it, closing it.

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

/// Seconds before the next passphrase for a sealed matter will be tried.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn seconds_to_wait_for_sealed(desktop: State<'_, Desktop>, id: String) -> Result<u32> {
    desktop
        .office()
        .seconds_to_wait_for_sealed(&id, Moment::now())
}
