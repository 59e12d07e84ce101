//! 校验、重建、备份、恢复: what keeps the archive whole.

use crate::automation;
use crate::desktop::Desktop;
use office::{
    ArchiveInfo, BackupFile, BackupView, Moment, Progress, Result, Signatures, VerifyView,
};
use std::path::Path;
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, State};

/// Checks the whole archive and tells how far it is.
#[tauri::command]
#[specta::specta]
pub(crate) async fn verify_archive(
    app: AppHandle,
    progress: Channel<Progress>,
) -> Result<VerifyView> {
    at_length(app, progress, |desktop, going| {
        desktop.office().check_archive(Signatures::Every, going)
    })
    .await
}

/// Makes everything shown anew and tells how far it is.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rebuild_archive(app: AppHandle, progress: Channel<Progress>) -> Result<String> {
    at_length(app, progress, |desktop, going| {
        desktop.office().rebuild_archive(going)
    })
    .await
}

/// Stops the long task that runs, if one does. Never waits for the office,
/// which that task is holding.
#[tauri::command]
#[specta::specta]
pub(crate) fn stop_work(desktop: State<'_, Desktop>) {
    desktop.work.stop();
}

/// Makes a backup.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn back_up_now(desktop: State<'_, Desktop>) -> Result<BackupView> {
    desktop.office().back_up_now(Moment::now())
}

/// Writes a backup as one file.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn back_up_to(desktop: State<'_, Desktop>, path: String) -> Result<BackupFile> {
    desktop.office().back_up_to(Path::new(&path), Moment::now())
}

/// The backups of an archive that may be locked or damaged.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn backups_of(desktop: State<'_, Desktop>, folder: String) -> Result<Vec<BackupView>> {
    desktop.office().backups_of(Path::new(&folder))
}

/// Makes a new archive from a backup.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn restore_backup(
    desktop: State<'_, Desktop>,
    backup: String,
    name: String,
    parent_folder: String,
) -> Result<ArchiveInfo> {
    desktop
        .office()
        .restore_backup(Path::new(&backup), &name, Path::new(&parent_folder))
}

/// Takes a notice off the desk.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn settle_notice(desktop: State<'_, Desktop>, key: String) -> Result<()> {
    desktop.office().settle_notice(&key)
}

/// Runs a long task on a thread of its own, so that the threads that answer the
/// page are free. What the page asks meanwhile waits for the office; the order
/// to stop does not.
pub(super) async fn at_length<T: Send + 'static>(
    app: AppHandle,
    progress: Channel<Progress>,
    task: impl FnOnce(&Desktop, office::Going<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    let running = tauri::async_runtime::spawn_blocking(move || {
        let desktop = app.state::<Desktop>();
        let mut work = desktop.work.begin();
        task(&desktop, &mut |at| {
            if let Some(at) = work.worth_telling(at) {
                // A page that went away does not hear it; the task goes on.
                let _ = progress.send(at);
            }
            automation::wait_while_held(|| work.goes_on());
            work.goes_on()
        })
    });
    running.await.map_err(|_| {
        office::ErrorView::new(
            "GN-05",
            "这一步没有做完：程序内部出错。",
            "请再试一次。已保存的内容没有丢失。",
        )
    })?
}
