//! Setting up, opening and locking an archive.

use crate::desktop::Desktop;
use casework::records::{Organ, Supervisor};
use office::{
    AppState, ArchiveInfo, CreatedArchive, Identity, Moment, PassphraseView, Prefs, Result, Saved,
};
use std::path::Path;
use tauri::{State, WebviewWindow};

/// Where things stand.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn app_state(desktop: State<'_, Desktop>) -> Result<AppState> {
    desktop.office().app_state()
}

/// Makes an archive and opens it.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn create_archive(
    desktop: State<'_, Desktop>,
    name: String,
    parent_folder: String,
    passphrase: String,
) -> Result<CreatedArchive> {
    desktop
        .office()
        .create_archive(&name, Path::new(&parent_folder), &passphrase, Moment::now())
}

/// Saves the sheet with the recovery code.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_recovery_sheet(
    desktop: State<'_, Desktop>,
    code: String,
    path: String,
) -> Result<()> {
    desktop
        .office()
        .save_recovery_sheet(&code, Path::new(&path), Moment::now())
}

/// Opens the sample archive, made when it is not there yet.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn open_sample(desktop: State<'_, Desktop>) -> Result<ArchiveInfo> {
    desktop.office().open_sample(Moment::now())
}

/// Opens an archive.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn unlock(
    desktop: State<'_, Desktop>,
    folder: String,
    passphrase: String,
) -> Result<()> {
    desktop
        .office()
        .unlock(Path::new(&folder), &passphrase, Moment::now())
}

/// Opens an archive with its recovery code.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn unlock_with_recovery(
    desktop: State<'_, Desktop>,
    folder: String,
    code: String,
    new_passphrase: String,
) -> Result<()> {
    desktop
        .office()
        .unlock_with_recovery(Path::new(&folder), &code, &new_passphrase, Moment::now())
}

/// Who works here.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn identity(desktop: State<'_, Desktop>) -> Result<Identity> {
    desktop.office().identity()
}

/// Records the supervisor.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_supervisor(
    desktop: State<'_, Desktop>,
    supervisor: Supervisor,
) -> Result<Saved> {
    desktop.office().save_supervisor(&supervisor, Moment::now())
}

/// Records the organ.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_organ(desktop: State<'_, Desktop>, organ: Organ) -> Result<Saved> {
    desktop.office().save_organ(&organ, Moment::now())
}

/// Changes the preferences.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn set_prefs(desktop: State<'_, Desktop>, prefs: Prefs) -> Result<()> {
    desktop.office().set_prefs(prefs)
}

/// How good a passphrase is.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn judge_passphrase(passphrase: String) -> PassphraseView {
    office::judge_passphrase(&passphrase)
}

/// Seconds before the next passphrase for an archive will be tried.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn seconds_to_wait(desktop: State<'_, Desktop>, folder: String) -> u32 {
    desktop
        .office()
        .seconds_to_wait(Path::new(&folder), Moment::now())
}

/// Gives the open archive another passphrase.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn change_passphrase(
    desktop: State<'_, Desktop>,
    old_passphrase: String,
    new_passphrase: String,
) -> Result<()> {
    desktop
        .office()
        .change_passphrase(&old_passphrase, &new_passphrase, Moment::now())
}

/// Makes another recovery code for the open archive.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn reissue_recovery_code(
    desktop: State<'_, Desktop>,
    passphrase: String,
) -> Result<String> {
    desktop
        .office()
        .reissue_recovery_code(&passphrase, Moment::now())
}

/// Answers whether the window may close: yes once everything is saved or the
/// user let it go, no when there is still something to see to. The archive is
/// closed first.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn close_window(desktop: State<'_, Desktop>, window: WebviewWindow, close: bool) {
    if close {
        // While the window still says so: it takes minutes when sealed matters
        // hold large files, and a window that is gone looks finished.
        desktop.lock_up();
        // What cannot be destroyed any more is closed already.
        let _ = window.destroy();
    } else {
        desktop.stays_open();
    }
}

/// Closes the archive, after a backup when anything was written.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn lock(desktop: State<'_, Desktop>) {
    desktop.lock_up();
}
