//! Choosing files and folders in the system's own dialog. The page never sees
//! the disk: it gets back the one path a person picked.

use rfd::AsyncFileDialog;
use std::path::PathBuf;

fn text(path: Option<PathBuf>) -> Option<String> {
    path.map(|path| path.to_string_lossy().into_owned())
}

/// Asks for a file with one of these endings.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_file(title: String, extensions: Vec<String>) -> Option<String> {
    let mut dialog = AsyncFileDialog::new().set_title(title);
    if !extensions.is_empty() {
        dialog = dialog.add_filter("可选文件", &extensions);
    }
    text(dialog.pick_file().await.map(PathBuf::from))
}

/// Asks for a folder.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_folder(title: String) -> Option<String> {
    text(
        AsyncFileDialog::new()
            .set_title(title)
            .pick_folder()
            .await
            .map(PathBuf::from),
    )
}

/// Asks where to save a file.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_save(title: String, suggested_name: String) -> Option<String> {
    let dialog = AsyncFileDialog::new()
        .set_title(title)
        .set_file_name(suggested_name);
    text(dialog.save_file().await.map(PathBuf::from))
}
