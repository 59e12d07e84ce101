//! A home folder of its own for the program under test, so that a test neither
//! sees nor touches anything of the machine it runs on.

use office::{KdfParams, KeyCost, Office, Places};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The file that holds up what takes its time.
const HELD: &str = "hold";

/// See [`Home::hold`].
pub(crate) struct Hold(PathBuf);

impl Drop for Hold {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A person's home folder, empty at first, removed at the end. It outlives the
/// windows opened in it: close one, open another, and find what was saved.
pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    /// An empty home.
    pub(crate) fn new() -> Self {
        let home = Self {
            folder: TempDir::with_prefix("ducha-window-").expect("a temporary folder can be made"),
        };
        for name in ["文档", ".config", ".local/share", ".cache", "run", "logs"] {
            fs::create_dir_all(home.path().join(name)).expect("a folder can be made");
        }
        fs::set_permissions(home.path().join("run"), fs::Permissions::from_mode(0o700))
            .expect("one's own folder can be closed to others");
        fs::write(
            home.path().join(".config/user-dirs.dirs"),
            "XDG_DOCUMENTS_DIR=\"$HOME/文档\"\n",
        )
        .expect("a file can be written");
        home
    }

    /// The folder itself.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The program's rules without its window, on archives of this home: what a
    /// colleague does on another machine. Nothing is open yet.
    pub(crate) fn office(&self, name: &str) -> Office {
        Office::new(Places {
            settings_file: self.path().join(format!("{name}.json")),
            default_parent: self.path().join("文档"),
            reader: PathBuf::from("unused"),
            kdf: KeyCost::Fixed(KdfParams::fast_for_tests()),
        })
    }

    /// Holds up what takes its time in the windows of this home, until the guard
    /// goes: reading and checking a bundle, verifying, locking.
    pub(crate) fn hold(&self) -> Hold {
        fs::write(self.path().join(HELD), "").expect("a file can be written");
        Hold(self.path().join(HELD))
    }

    /// Where the programs of this test write what they say.
    pub(crate) fn logs(&self) -> PathBuf {
        self.path().join("logs")
    }

    /// Makes a program live in this home: no bus, no settings store, no
    /// accessibility service and no Wayland of the real session.
    pub(crate) fn furnish(&self, command: &mut Command) {
        command
            .env("HOME", self.path())
            .env("XDG_CONFIG_HOME", self.path().join(".config"))
            .env("XDG_DATA_HOME", self.path().join(".local/share"))
            .env("XDG_CACHE_HOME", self.path().join(".cache"))
            .env("XDG_RUNTIME_DIR", self.path().join("run"))
            .env("GSETTINGS_BACKEND", "memory")
            .env("GIO_USE_VFS", "local")
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env("DUCHA_TEST_HOLD", self.path().join(HELD))
            .env("LANG", "C.UTF-8")
            .env("TZ", "Asia/Shanghai")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("DBUS_SESSION_BUS_ADDRESS");
    }
}
