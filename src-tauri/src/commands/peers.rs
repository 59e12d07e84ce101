//! 往来对象 and 任命: keys given and taken, appointments signed and brought in.

use crate::desktop::Desktop;
use casework::records::PeerCheck;
use chrono::NaiveDate;
use office::{
    AppointmentOrder, AppointmentsView, KeySource, KeysSeen, Moment, NewPeer, OwnKeys, PeerView,
    Result, Saved, SpokenState,
};
use std::path::Path;
use tauri::State;

/// This archive's keys in every form.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn own_keys(desktop: State<'_, Desktop>) -> Result<OwnKeys> {
    desktop.office().own_keys(Moment::now())
}

/// Writes the key card to a file.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_key_card(desktop: State<'_, Desktop>, path: String) -> Result<()> {
    desktop
        .office()
        .save_key_card(Path::new(&path), Moment::now())
}

/// Gives the archive another receiving key.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn renew_receiving_key(desktop: State<'_, Desktop>) -> Result<OwnKeys> {
    desktop.office().renew_receiving_key(Moment::now())
}

/// Every registered peer.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn peers(desktop: State<'_, Desktop>) -> Result<Vec<PeerView>> {
    desktop.office().peers()
}

/// How far digits read over the telephone have been written down rightly.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn spoken_state(desktop: State<'_, Desktop>, text: String) -> SpokenState {
    desktop.office().spoken_state(&text)
}

/// What is known of keys that were brought.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn see_keys(desktop: State<'_, Desktop>, source: KeySource) -> Result<KeysSeen> {
    desktop.office().see_keys(&source)
}

/// Registers keys that were brought.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn add_peer(
    desktop: State<'_, Desktop>,
    source: KeySource,
    peer: NewPeer,
) -> Result<Saved> {
    desktop.office().add_peer(&source, &peer, Moment::now())
}

/// Records how a comparison of keys ended.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn settle_peer_check(
    desktop: State<'_, Desktop>,
    id: String,
    check: PeerCheck,
) -> Result<Saved> {
    desktop
        .office()
        .settle_peer_check(&id, check, Moment::now())
}

/// Revokes a peer's keys.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn revoke_peer(
    desktop: State<'_, Desktop>,
    id: String,
    reason: String,
) -> Result<Saved> {
    desktop.office().revoke_peer(&id, &reason, Moment::now())
}

/// Puts replaced keys of a peer back in use, to be compared again.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn reinstate_peer(desktop: State<'_, Desktop>, id: String) -> Result<Saved> {
    desktop.office().reinstate_peer(&id, Moment::now())
}

/// What was signed here, and under which appointment the supervisor works.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn appointments(desktop: State<'_, Desktop>) -> Result<AppointmentsView> {
    desktop.office().appointments(Moment::now())
}

/// Signs an appointment and writes it to a file.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn issue_appointment(
    desktop: State<'_, Desktop>,
    order: AppointmentOrder,
    path: String,
) -> Result<Saved> {
    desktop
        .office()
        .issue_appointment(&order, Path::new(&path), Moment::now())
}

/// Withdraws an appointment and writes the withdrawal to a file.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn withdraw_appointment(
    desktop: State<'_, Desktop>,
    id: String,
    on: NaiveDate,
    reason: String,
    path: String,
) -> Result<Saved> {
    desktop
        .office()
        .withdraw_appointment(&id, on, &reason, Path::new(&path), Moment::now())
}

/// Writes a signed appointment, or its withdrawal, to a file once more.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_appointment(
    desktop: State<'_, Desktop>,
    id: String,
    path: String,
) -> Result<()> {
    desktop.office().save_appointment(&id, Path::new(&path))
}

/// Brings a signed appointment or withdrawal in.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn import_appointment(desktop: State<'_, Desktop>, path: String) -> Result<String> {
    desktop
        .office()
        .import_appointment(Path::new(&path), Moment::now())
}
