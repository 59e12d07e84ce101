//! What a user prefers on this machine, and the archives opened lately.
//!
//! Kept in a small file outside any archive, because the lock page needs it;
//! it holds no word from any archive but their folders.

use crate::error::{Result, file_error};
use crate::fonts_desk::{FontFile, FontUse};
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Prefs {
    /// Text size.
    pub text_size: TextSize,
    /// Theme.
    pub theme: Theme,
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
        self.kept.prefs
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
        self.kept.prefs = prefs;
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
