//! 公文字体: the font files of this machine's papers.

use crate::desktop::Desktop;
use office::{FontUse, FontView, Result};
use std::path::Path;
use tauri::State;

/// What prints each part of the papers.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn fonts(desktop: State<'_, Desktop>) -> Vec<FontView> {
    desktop.office().fonts()
}

/// Sets a part in a font file.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn choose_font(
    desktop: State<'_, Desktop>,
    used: FontUse,
    path: String,
    index: Option<u32>,
) -> Result<Vec<FontView>> {
    desktop.office().choose_font(used, Path::new(&path), index)
}

/// Sets a part in the shipped face again.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn reset_font(desktop: State<'_, Desktop>, used: FontUse) -> Result<Vec<FontView>> {
    desktop.office().reset_font(used)
}
