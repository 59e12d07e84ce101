//! 材料: what belongs to a record as a file; adding, looking at it, giving it out.

use super::keeping::at_length;
use crate::desktop::Desktop;
use crate::sound::{Player, SoundView};
use casework::records::Material;
use office::{MaterialRow, MaterialView, Moment, Progress, Result, Saved};
use std::path::Path;
use tauri::ipc::{Channel, Response};
use tauri::{AppHandle, State};

/// The materials of a record.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn materials(desktop: State<'_, Desktop>, owner: String) -> Result<Vec<MaterialRow>> {
    desktop.office().materials(&owner)
}

/// One material, to be looked at.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn material(desktop: State<'_, Desktop>, id: String) -> Result<MaterialView> {
    desktop.office().material(&id, Moment::now())
}

/// Takes a file in and tells how far it is; nothing when it was stopped.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_material(
    app: AppHandle,
    owner: String,
    path: String,
    about: Material,
    progress: Channel<Progress>,
) -> Result<Option<Saved>> {
    at_length(app, progress, move |desktop, going| {
        let now = Moment::now();
        desktop
            .office()
            .add_material(&owner, Path::new(&path), &about, now, going)
    })
    .await
}

/// Writes what is known about a material.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_material(
    desktop: State<'_, Desktop>,
    id: String,
    material: Material,
) -> Result<Saved> {
    desktop
        .office()
        .save_material(&id, &material, Moment::now())
}

/// Gives the file out and tells how far it is: how many bytes, nothing when it
/// was stopped.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_material(
    app: AppHandle,
    id: String,
    path: String,
    progress: Channel<Progress>,
) -> Result<Option<u64>> {
    at_length(app, progress, move |desktop, going| {
        desktop
            .office()
            .export_material(&id, Path::new(&path), Moment::now(), going)
    })
    .await
}

/// A piece of the file as raw bytes, for the viewer. They go to the page's
/// memory and nowhere else.
#[tauri::command(async)]
pub(crate) fn material_piece(
    desktop: State<'_, Desktop>,
    id: String,
    from: u64,
    length: usize,
) -> Result<Response> {
    let bytes = desktop.office().material_piece(&id, from, length)?;
    Ok(Response::new(bytes))
}

/// Opens a material as a recording.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn open_sound(app: AppHandle, id: String) -> Result<SoundView> {
    Player::open(&app, &id)
}

/// Some frames of a recording as raw samples: 16 bits each, the less
/// significant byte first, those of a frame together. Empty at its end.
#[tauri::command(async)]
pub(crate) fn sound_stretch(
    app: AppHandle,
    id: String,
    from: u64,
    frames: usize,
) -> Result<Response> {
    let stretch = Player::stretch(&app, &id, from, frames)?;
    let bytes = stretch.samples.iter().flat_map(|it| it.to_le_bytes());
    Ok(Response::new(bytes.collect::<Vec<u8>>()))
}
