//! Backups: made by hand, on locking, to a stick; and archives restored from them.

use crate::Office;
use crate::error::{ErrorView, Result, file_error};
use crate::moment::{Moment, local_of};
use crate::prefs::ArchiveInfo;
use crate::session::{ARCHIVE_ENDING, checked_name, outside_archives};
use serde::Serialize;
use specta::Type;
use std::path::Path;
use vault::{BackupInfo, Vault};

/// A backup.
#[derive(Debug, Clone, Serialize, Type)]
pub struct BackupView {
    /// Name of its folder.
    pub name: String,
    /// Its folder.
    pub path: String,
    /// Local date and time in words.
    pub when: String,
    /// Size.
    pub bytes: u64,
}

/// A backup written as one file.
#[derive(Debug, Clone, Serialize, Type)]
pub struct BackupFile {
    /// The file.
    pub path: String,
    /// Size.
    pub bytes: u64,
}

impl Office {
    /// Makes a backup inside the archive's folder and checks it.
    pub fn back_up_now(&mut self, now: Moment) -> Result<BackupView> {
        let open = self.open.as_mut().ok_or_else(ErrorView::locked)?;
        let folder = open.vault.backup(now.millis)?;
        // The backup stands; an old reminder that cannot be taken away harms nobody.
        let _ = self.settings.backed_up(open.vault.folder());
        let made = open.vault.backups()?;
        made.iter()
            .find(|backup| backup.folder == folder)
            .map(backup_view)
            .ok_or_else(|| vault::Error::BackupUnreadable.into())
    }

    /// Makes a backup and writes it to `path` as one file: whole, read back and
    /// compared, or not at all.
    pub fn back_up_to(&mut self, path: &Path, now: Moment) -> Result<BackupFile> {
        outside_archives(path)?;
        let open = self.archive_mut()?;
        // Written down first: nothing leaves the archive without its line.
        open.note_taken_out("整个档案库（备份文件）", now)?;
        let folder = open.vault.backup(now.millis)?;
        let size = std::fs::metadata(folder.join("vault.db")).map_or(0, |file| file.len());
        exchange::file::ensure_space(path, size + 64 * 1024)?;
        let mut refused = None;
        let written = exchange::file::write_file(path, |out| {
            Vault::pack_backup(&folder, out).map_err(|error| {
                refused = Some(error);
                exchange::Error::Io {
                    doing: "写出备份",
                    source: std::io::ErrorKind::Other.into(),
                }
            })
        });
        if let Some(error) = refused {
            return Err(error.into());
        }
        written?;
        Ok(BackupFile {
            path: path.to_string_lossy().into_owned(),
            bytes: std::fs::metadata(path).map_or(size, |file| file.len()),
        })
    }

    /// Closes the archive, after a backup when anything was written since the
    /// last one. A backup that fails never keeps the archive open: it is told
    /// when the archive is opened next.
    pub fn lock_up(&mut self, now: Moment) {
        if let Some(open) = &mut self.open {
            let folder = open.vault.folder().to_path_buf();
            // What cannot be cleared away now is when the archive is next opened.
            let _ = open.shut();
            // Nothing can be told any more from here on; what cannot be noted
            // down shows by the date of the last backup.
            let _ = match open.vault.back_up_if_changed(now.millis) {
                Ok(_) => self.settings.backed_up(&folder),
                Err(error) => self
                    .settings
                    .backup_failed(&folder, &ErrorView::from(error).message),
            };
        }
        self.lock();
    }

    /// Time of the last backup, in UTC milliseconds.
    pub(crate) fn last_backup(&self) -> Result<Option<u64>> {
        let backups = self.archive()?.vault.backups()?;
        Ok(backups.first().map(|backup| backup.millis))
    }

    /// The backups of an archive, open or not, the latest first.
    pub fn backups_of(&self, folder: &Path) -> Result<Vec<BackupView>> {
        Ok(Vault::backups_in(folder)?.iter().map(backup_view).collect())
    }

    /// Makes an archive named `name` inside `parent` from a backup, a folder or
    /// a file. It is offered for opening from then on; what is open stays open.
    pub fn restore_backup(
        &mut self,
        backup: &Path,
        name: &str,
        parent: &Path,
    ) -> Result<ArchiveInfo> {
        let name = checked_name(name)?;
        std::fs::create_dir_all(parent)
            .map_err(|error| file_error("建立文件夹", parent, &error))?;
        let folder = parent.join(format!("{name}.{ARCHIVE_ENDING}"));
        self.restore_in(backup, &folder)
    }

    /// Makes an archive in exactly `folder` from a backup.
    pub fn restore_in(&mut self, backup: &Path, folder: &Path) -> Result<ArchiveInfo> {
        outside_archives(folder)?;
        if !backup.exists() {
            let missing = std::io::ErrorKind::NotFound.into();
            return Err(file_error("打开", backup, &missing));
        }
        Vault::restore_backup(backup, folder)?;
        let archive = ArchiveInfo::of(folder);
        // As in opening: the list is a convenience.
        let _ = self.settings.opened(&archive);
        Ok(archive)
    }
}

pub(crate) fn backup_view(backup: &BackupInfo) -> BackupView {
    BackupView {
        name: backup
            .folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        path: backup.folder.to_string_lossy().into_owned(),
        when: local_of(backup.millis)
            .format("%Y年%-m月%-d日 %H:%M")
            .to_string(),
        bytes: backup.bytes,
    }
}
