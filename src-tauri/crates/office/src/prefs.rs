//! What a user prefers on this machine, and the archives opened lately.
//!
//! Kept in a small file outside any archive, because the lock page needs it;
//! it holds no word from any archive but their folders.

use crate::error::{Result, file_error};
use crate::fonts_desk::{FontFile, FontUse};
use crate::keys_desk::place_of;
use crate::tries::Tries;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Size of all text: 100, 125 or 150 per cent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub enum TextSize {
    /// 100 %.
    #[default]
    标准,
    /// 125 %.
    大,
    /// 150 %.
    特大,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub enum Theme {
    /// Light.
    #[default]
    浅色,
    /// Dark.
    深色,
    /// As the desktop is set.
    随系统,
}

/// Preferences of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Prefs {
    /// Text size.
    pub text_size: TextSize,
    /// Theme.
    pub theme: Theme,
    /// Minutes without a key or a movement of the mouse after which the archive
    /// locks itself.
    pub auto_lock_minutes: u16,
}

impl Default for Prefs {
    fn default() -> Self {
        Self {
            text_size: TextSize::default(),
            theme: Theme::default(),
            auto_lock_minutes: 10,
        }
    }
}

impl Prefs {
    /// Longest time before the archive locks itself, minutes: an archive left
    /// open over lunch is open to everybody in the room.
    const LONGEST_OPEN: u16 = 60;

    /// The same within what the program offers.
    fn within_bounds(self) -> Self {
        Self {
            auto_lock_minutes: self.auto_lock_minutes.clamp(1, Self::LONGEST_OPEN),
            ..self
        }
    }
}

/// An archive by name and place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ArchiveInfo {
    /// Name, which is the folder's without its ending.
    pub name: String,
    /// Folder.
    pub folder: String,
}

impl ArchiveInfo {
    /// The archive in `folder`.
    pub fn of(folder: &Path) -> Self {
        let name = folder
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Self {
            name,
            folder: folder.to_string_lossy().into_owned(),
        }
    }
}

/// How many archives the lock page offers.
const RECENT: usize = 5;

/// The file that holds preferences and the archives opened lately. An empty
/// path keeps nothing: a program without a window leaves no traces beside the
/// archive it was given.
#[derive(Debug)]
pub(crate) struct Settings {
    file: PathBuf,
    kept: Kept,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    prefs: Prefs,
    recent: Vec<ArchiveInfo>,
    fonts: BTreeMap<FontUse, FontFile>,
    /// Archives on which wrong passphrases were tried, by folder.
    tries: BTreeMap<PathBuf, Tries>,
    /// Why the last backup on locking failed, by the archive's folder.
    backup_failures: BTreeMap<String, String>,
}

impl Settings {
    /// Reads the settings; an unreadable file counts as empty, since nothing
    /// in it cannot be chosen again.
    pub(crate) fn load(file: PathBuf) -> Self {
        let kept = fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        Self { file, kept }
    }

    /// Preferences.
    pub(crate) fn prefs(&self) -> Prefs {
        self.kept.prefs.within_bounds()
    }

    /// Wrong passphrases on an archive since it was last opened.
    pub(crate) fn tries(&self, folder: &Path) -> Tries {
        self.kept
            .tries
            .get(&place_of(folder))
            .copied()
            .unwrap_or_default()
    }

    /// Remembers a try on an archive; one that was right forgets those before.
    pub(crate) fn tried(&mut self, folder: &Path, right: bool, now_millis: u64) -> Result<()> {
        let place = place_of(folder);
        if right {
            if self.kept.tries.remove(&place).is_none() {
                return Ok(());
            }
        } else {
            let tries = self.kept.tries.entry(place).or_default();
            *tries = tries.failed(now_millis);
        }
        self.store()
    }

    /// Archives opened lately that are still there, the last first.
    pub(crate) fn recent(&self) -> Vec<ArchiveInfo> {
        self.kept
            .recent
            .iter()
            .filter(|info| Path::new(&info.folder).is_dir())
            .cloned()
            .collect()
    }

    /// Changes the preferences.
    pub(crate) fn set_prefs(&mut self, prefs: Prefs) -> Result<()> {
        self.kept.prefs = prefs.within_bounds();
        self.store()
    }

    /// The font file chosen for a use.
    pub(crate) fn font(&self, used: FontUse) -> Option<&FontFile> {
        self.kept.fonts.get(&used)
    }

    /// Chooses a font file for a use, or none.
    pub(crate) fn set_font(&mut self, used: FontUse, file: Option<FontFile>) -> Result<()> {
        match file {
            Some(file) => self.kept.fonts.insert(used, file),
            None => self.kept.fonts.remove(&used),
        };
        self.store()
    }

    /// Remembers that an archive was opened.
    pub(crate) fn opened(&mut self, info: &ArchiveInfo) -> Result<()> {
        self.kept.recent.retain(|known| known.folder != info.folder);
        self.kept.recent.insert(0, info.clone());
        self.kept.recent.truncate(RECENT);
        self.store()
    }

    /// Why the last backup of the archive in `folder` failed, if it did.
    pub(crate) fn backup_failure(&self, folder: &Path) -> Option<&str> {
        let failure = self.kept.backup_failures.get(&*folder.to_string_lossy())?;
        Some(failure)
    }

    /// Remembers that a backup failed.
    pub(crate) fn backup_failed(&mut self, folder: &Path, why: &str) -> Result<()> {
        let folder = folder.to_string_lossy().into_owned();
        self.kept.backup_failures.insert(folder, why.to_owned());
        self.store()
    }

    /// A backup has been made since.
    pub(crate) fn backed_up(&mut self, folder: &Path) -> Result<()> {
        let known = self.kept.backup_failures.remove(&*folder.to_string_lossy());
        known.map_or(Ok(()), |_| self.store())
    }

    fn store(&self) -> Result<()> {
        if self.file.as_os_str().is_empty() {
            return Ok(());
        }
        let failed = |error| file_error("保存本机设置", &self.file, &error);
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let text = serde_json::to_vec_pretty(&self.kept)
            .map_err(std::io::Error::other)
            .map_err(failed)?;
        let fresh = self.file.with_extension("new");
        fs::write(&fresh, text)
            .and_then(|()| fs::rename(&fresh, &self.file))
            .map_err(failed)
    }
}
