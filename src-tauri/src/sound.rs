//! The one recording that is being listened to. It reads through the office,
//! as everything does: what is locked, sealed or withdrawn gives nothing more.

use crate::desktop::Desktop;
use office::{ErrorView, Result};
use serde::Serialize;
use sound::{Sound, Stretch};
use specta::Type;
use std::io;
use std::sync::{Mutex, PoisonError};
use tauri::{AppHandle, Manager};

/// What the player must know before it plays.
#[derive(Debug, Clone, Serialize, Type)]
pub(crate) struct SoundView {
    /// Frames a second.
    rate: u32,
    /// Samples a frame.
    channels: u8,
    /// Frames in all, where the file says.
    frames: Option<u64>,
}

/// The open recording, if there is one.
#[derive(Default)]
pub(crate) struct Player(Mutex<Option<(String, Sound)>>);

impl Player {
    /// Opens a material as a recording, in place of the one before.
    pub(crate) fn open(app: &AppHandle, id: &str) -> Result<SoundView> {
        let sound = through_office(app, id)?;
        let facts = sound.facts();
        app.state::<Desktop>()
            .player
            .put(Some((id.to_owned(), sound)));
        Ok(SoundView {
            rate: facts.rate,
            channels: facts.channels,
            frames: facts.frames,
        })
    }

    /// Some frames of it; opened again when another was listened to meanwhile.
    pub(crate) fn stretch(app: &AppHandle, id: &str, from: u64, frames: usize) -> Result<Stretch> {
        let player = &app.state::<Desktop>().player;
        // Taken out while it works: locking must not wait for a decoder, and
        // finds nothing to leave behind.
        let held = player.take();
        let mut sound = match held {
            Some((held, sound)) if held == id => sound,
            _ => through_office(app, id)?,
        };
        let stretch = sound.stretch(from, frames).map_err(told)?;
        // Asked once more: it may have been locked while the last samples came.
        app.state::<Desktop>().office().material_piece(id, 0, 1)?;
        player.put(Some((id.to_owned(), sound)));
        Ok(stretch)
    }

    /// Lets go of whatever is open.
    pub(crate) fn close(&self) {
        self.put(None);
    }

    fn put(&self, open: Option<(String, Sound)>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = open;
    }

    fn take(&self) -> Option<(String, Sound)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn through_office(app: &AppHandle, id: &str) -> Result<Sound> {
    let size = app.state::<Desktop>().office().material_size(id)?;
    let (app, id) = (app.clone(), id.to_owned());
    let read_at = move |from, length| {
        app.state::<Desktop>()
            .office()
            .material_piece(&id, from, length)
            .map_err(io::Error::other)
    };
    Sound::open(size, Box::new(read_at)).map_err(told)
}

/// What the user is told: the office's own words where it refused to read.
fn told(error: sound::Error) -> ErrorView {
    let sentence = error.to_string();
    if let sound::Error::Reading(reason) = error
        && let Some(refused) = reason.into_inner()
        && let Ok(refused) = refused.downcast::<ErrorView>()
    {
        return *refused;
    }
    let (happened, what_to_do) = sentence.split_once('。').unwrap_or((&sentence, ""));
    ErrorView::new("CL-07", format!("{happened}。"), what_to_do)
}
