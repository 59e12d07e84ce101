//! The window, its state, and where things lie on this machine.

use crate::automation;
use crate::commands;
use crate::sound::Player;
use crate::work::Work;
use office::{KdfParams, KeyCost, Moment, Office, Places};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tauri::webview::NewWindowResponse;
use tauri::{Manager, Url, WebviewUrl, WebviewWindowBuilder, Window, WindowEvent};

/// The only window, and the only one whose page may call commands.
const WINDOW: &str = "main";
/// The commands that answer with raw bytes, which have no type in TypeScript.
const RAW: [&str; 3] = ["preview_paper", "material_piece", "sound_stretch"];
/// Tells the page that the window is about to close, so that it saves what was
/// typed last and answers with the command `close_window`.
const CLOSING: &str = "window.dispatchEvent(new Event('ducha:closing'))";
/// How long the page has to answer. After that a second press on the button
/// closes the window: a page that hangs must not keep anybody in.
const ANSWER: Duration = Duration::from_secs(3);

/// The one office behind the window.
pub(crate) struct Desktop {
    office: Mutex<Office>,
    /// The long task that may be holding the office.
    pub(crate) work: Work,
    /// The recording that is being listened to.
    pub(crate) player: Player,
    /// When the page was asked whether the window may close.
    asked: Mutex<Option<Instant>>,
}

impl Desktop {
    /// The office, for one use case at a time. A use case that failed half way
    /// has rolled its transaction back, so its state may be used again.
    pub(crate) fn office(&self) -> MutexGuard<'_, Office> {
        self.office.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes the archive. A long task that runs is stopped first: locking must
    /// not wait for it.
    pub(crate) fn lock_up(&self) {
        self.work.stop();
        automation::wait_while_held(|| true);
        self.office().lock_up(Moment::now());
        self.player.close();
    }

    /// The page has answered: it was told, and stays.
    pub(crate) fn stays_open(&self) {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whether the window may close at once: only when the page was asked and
    /// has had its time. Remembers that it is being asked.
    fn may_close(&self, now: Instant) -> bool {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = *asked {
            return now.duration_since(at) >= ANSWER;
        }
        *asked = Some(now);
        false
    }
}

/// Argument that opens the sample archive at once.
const SAMPLE: &str = "--sample";

/// Opens the window and stays until it is closed.
pub(crate) fn run() -> tauri::Result<()> {
    let typed = commands::typed();
    let handle_typed = typed.invoke_handler();
    let handle_raw: Box<dyn Fn(tauri::ipc::Invoke) -> bool + Send + Sync> =
        Box::new(tauri::generate_handler![
            commands::papers::preview_paper,
            commands::materials::material_piece,
            commands::materials::sound_stretch,
        ]);
    tauri::Builder::default()
        .invoke_handler(move |invoke| {
            if invoke.message.webview_ref().label() != WINDOW {
                return false;
            }
            if RAW.contains(&invoke.message.command()) {
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
            app.manage(Desktop {
                office: Mutex::new(Office::new(places)),
                work: Work::default(),
                player: Player::default(),
                asked: Mutex::new(None),
            });
            if std::env::args_os().any(|argument| argument == SAMPLE) {
                open_sample(&app.state::<Desktop>());
            }
            // A file dropped on the window goes to Tauri's own handler, which
            // opens nothing; a page of another origin is never loaded.
            WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::default())
                .title("督查手记")
                .inner_size(1280.0, 800.0)
                .min_inner_size(960.0, 640.0)
                .on_navigation(is_own_page)
                .on_new_window(|_, _| NewWindowResponse::Deny)
                .devtools(cfg!(debug_assertions))
                .build()?;
            Ok(())
        })
        .on_window_event(|window, event| match event {
            WindowEvent::CloseRequested { api, .. } if !closes(window) => api.prevent_close(),
            WindowEvent::Destroyed => window.state::<Desktop>().lock_up(),
            _ => {}
        })
        .run(tauri::generate_context!())
}

/// Opens the sample archive before the window does. When that fails the window
/// begins where it always does, with the reason on the terminal it was started from.
fn open_sample(desktop: &Desktop) {
    if let Err(error) = desktop.office().open_sample(Moment::now()) {
        eprintln!("{error}");
    }
}

/// Whether a press on the window's button closes it now. The first one lets the
/// page save what was typed last; the page then closes the window itself.
fn closes(window: &Window) -> bool {
    if window.state::<Desktop>().may_close(Instant::now()) {
        return true;
    }
    let page = window.get_webview_window(WINDOW);
    page.is_none_or(|page| page.eval(CLOSING).is_err())
}

/// Whether an address is one of the program's own pages, as Tauri serves them
/// on Linux and macOS (`tauri://localhost`) and on Windows
/// (`http://tauri.localhost`). Nothing else is ever shown in the window.
fn is_own_page(address: &Url) -> bool {
    match address.scheme() {
        "tauri" => address.host_str() == Some("localhost"),
        "http" | "https" => address.host_str() == Some("tauri.localhost") && cfg!(windows),
        _ => false,
    }
}

/// Cost of deriving a key. The build that tests drive takes the least, so that
/// no test depends on how fast a machine is.
fn key_cost() -> KeyCost {
    if cfg!(feature = "automation") {
        KeyCost::Fixed(KdfParams::fast_for_tests())
    } else {
        KeyCost::Measured
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn desktop() -> Desktop {
        Desktop {
            office: Mutex::new(Office::new(Places {
                settings_file: PathBuf::new(),
                default_parent: PathBuf::new(),
                reader: PathBuf::new(),
                kdf: KeyCost::Fixed(KdfParams::fast_for_tests()),
            })),
            work: Work::default(),
            player: Player::default(),
            asked: Mutex::new(None),
        }
    }

    #[test]
    fn no_other_page_is_ever_shown() {
        assert!(is_own_page(
            &"tauri://localhost/#/desk".parse().expect("a URL")
        ));
        for address in [
            "https://example.org/",
            "http://127.0.0.1:8080/",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:alert(1)",
            "about:blank",
            "tauri://elsewhere/",
            "ipc://localhost/",
        ] {
            assert!(!is_own_page(&address.parse().expect("a URL")), "{address}");
        }
    }

    #[test]
    fn the_page_is_asked_first_and_cannot_keep_anybody_in() {
        let (desktop, start) = (desktop(), Instant::now());
        assert!(!desktop.may_close(start));
        assert!(!desktop.may_close(start + ANSWER / 2), "a double click");
        assert!(desktop.may_close(start + ANSWER), "it does not answer");
        desktop.stays_open();
        assert!(!desktop.may_close(start + ANSWER), "asked again");
    }

    #[test]
    fn the_window_is_given_nothing_but_our_own_commands() {
        let read = |text: &str| -> serde_json::Value { serde_json::from_str(text).expect("JSON") };
        let capability = read(include_str!("../capabilities/main.json"));
        assert_eq!(capability["windows"], serde_json::json!([WINDOW]));
        assert_eq!(capability["permissions"], serde_json::json!([]));
        assert!(capability.get("remote").is_none());

        let config = read(include_str!("../tauri.conf.json"));
        assert_eq!(
            config["app"]["windows"],
            serde_json::json!([]),
            "made in code"
        );
        let csp: BTreeMap<&str, Vec<&str>> = config["app"]["security"]["csp"]
            .as_str()
            .expect("a policy")
            .split(';')
            .map(|directive| {
                let mut words = directive.split_whitespace();
                (words.next().expect("a name"), words.collect())
            })
            .collect();
        assert_eq!(csp["default-src"], ["'self'"]);
        assert_eq!(csp["script-src"], ["'self'"]);
        assert_eq!(csp["connect-src"], ["ipc:", "http://ipc.localhost"]);
        for closed in ["object-src", "frame-src", "base-uri", "form-action"] {
            assert_eq!(csp[closed], ["'none'"], "{closed}");
        }
        let outside = |source: &&str| source.contains("//") || source.contains('*');
        let sources: Vec<&str> = csp.into_values().flatten().filter(outside).collect();
        assert_eq!(
            sources,
            ["http://ipc.localhost"],
            "which never leaves the machine"
        );
    }
}
