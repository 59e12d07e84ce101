//! The window, its state, and where things lie on this machine.

use crate::commands;
use office::{KdfParams, Office, Places};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tauri::{Manager, WebviewUrl, WebviewWindowBuilder, WindowEvent};

/// The one office behind the window.
pub(crate) struct Desktop(Mutex<Office>);

impl Desktop {
    /// The office, for one use case at a time. A use case that failed half way
    /// has rolled its transaction back, so its state may be used again.
    pub(crate) fn office(&self) -> MutexGuard<'_, Office> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens the window and stays until it is closed.
pub(crate) fn run() -> tauri::Result<()> {
    let typed = commands::typed();
    let handle_typed = typed.invoke_handler();
    let handle_raw: Box<dyn Fn(tauri::ipc::Invoke) -> bool + Send + Sync> =
        Box::new(tauri::generate_handler![commands::papers::preview_paper]);
    tauri::Builder::default()
        .invoke_handler(move |invoke| {
            if invoke.message.command() == "preview_paper" {
                handle_raw(invoke)
            } else {
                handle_typed(invoke)
            }
        })
        .setup(|app| {
            let paths = app.path();
            let places = Places {
                settings_file: paths.app_config_dir()?.join("settings.json"),
                default_parent: paths
                    .document_dir()
                    .or_else(|_| paths.home_dir())
                    .map(|folder| folder.join("督查手记"))?,
                reader: std::env::current_exe().unwrap_or_else(|_| PathBuf::from("ducha")),
                kdf: key_cost(),
            };
            app.manage(Desktop(Mutex::new(Office::new(places))));
            WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
                .title("督查手记")
                .inner_size(1280.0, 800.0)
                .min_inner_size(960.0, 640.0)
                .build()?;
            Ok(())
        })
        .on_window_event(|window, event| {
            if let WindowEvent::Destroyed = event {
                window.state::<Desktop>().office().lock();
            }
        })
        .run(tauri::generate_context!())
}

/// Cost of deriving a key. The build that tests drive takes the least, so that
/// no test depends on how fast a machine is.
fn key_cost() -> KdfParams {
    if cfg!(feature = "automation") {
        KdfParams::fast_for_tests()
    } else {
        KdfParams::default()
    }
}
