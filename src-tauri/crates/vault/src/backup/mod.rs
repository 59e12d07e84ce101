//! Backups: verified copies inside the archive's folder.
//!
//! A backup is an archive folder of its own: opened with the same passphrase
//! or recovery code, it is the archive as it was. Whoever opens it writes as a
//! new device, because continuing the old chain from an earlier point would
//! make two histories under one name.

mod name;
mod packed;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use name::{BEIJING, DAY, name, parse};

use crate::archive::IS_COPY;
use crate::folder::{self, BACKUPS, DATABASE, KEYS, Unfinished};
use crate::keys::MasterKey;
use crate::origin::Origin;
use crate::table::{attachment, entry, local, payload, sealed};
use crate::{Error, Vault, connection, hex, salvage, verify};

/// Days of which the last backup is kept.
const DAYS: usize = 7;
/// Weeks of which the last backup is kept.
const WEEKS: usize = 4;
/// Backups of the latest day that are kept: one is made before every import.
const LATEST: usize = 10;

/// A backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupInfo {
    /// Its folder, an archive of its own.
    pub folder: PathBuf,
    /// When it was made: milliseconds since 1970, UTC, whole seconds.
    pub millis: u64,
    /// Size of its database in bytes.
    pub bytes: u64,
}

/// Local setting: how far the archive had come at its last backup.
const BACKED_UP: &str = "ducha.backed-up";

impl Vault {
    /// Makes a backup in `backups/`, reads it back and checks every page, every
    /// chain and the key file, then clears away backups beyond seven days and
    /// four weeks.
    ///
    /// # Errors
    /// [`Error::BackupUnreadable`], [`Error::DiskFull`] …; older backups are
    /// untouched then.
    pub fn backup(&mut self, now_millis: u64) -> Result<PathBuf, Error> {
        let target = self.while_closed(|vault| {
            let target = copy(&vault.connection, &vault.key, &vault.folder, now_millis)?;
            local::put(&vault.connection, BACKED_UP, &vault.extent()?)?;
            Ok(target)
        })?;
        for superfluous in superfluous_in(&self.folder)? {
            fs::remove_dir_all(superfluous).map_err(Error::io("清理旧备份"))?;
        }
        Ok(target)
    }

    /// Makes a backup when anything was written since the last one; when there
    /// is none, always.
    ///
    /// # Errors
    /// As [`Vault::backup`].
    pub fn back_up_if_changed(&mut self, now_millis: u64) -> Result<Option<PathBuf>, Error> {
        let unchanged = local::get(&self.connection, BACKED_UP)? == Some(self.extent()?)
            && !self.backups()?.is_empty();
        if unchanged {
            return Ok(None);
        }
        self.backup(now_millis).map(Some)
    }

    /// Makes a backup and removes all earlier ones: after an erasure they are
    /// what still has the words. Returns how many went. Copies elsewhere, on
    /// sticks and in bundles, are out of its reach.
    ///
    /// # Errors
    /// As [`Vault::backup`]; then the earlier ones are all still there.
    pub fn give_up_older_backups(&mut self, now_millis: u64) -> Result<u64, Error> {
        let new = self.backup(now_millis)?;
        let mut gone = 0;
        for backup in self.backups()? {
            if backup.folder != new {
                fs::remove_dir_all(&backup.folder).map_err(Error::io("清理旧备份"))?;
                gone += 1;
            }
        }
        Ok(gone)
    }

    /// How much the archive holds: different whenever something was added or
    /// its keys were changed.
    fn extent(&self) -> Result<Json, Error> {
        let keys = fs::read(self.folder.join(KEYS)).map_err(Error::io("读取密钥文件"))?;
        Ok(json!([
            entry::count(&self.connection)?,
            payload::count(&self.connection)?,
            sealed::count(&self.connection)?,
            attachment::list(&self.connection)?.len(),
            hex::encode(&Sha256::digest(keys)),
            sealed::locks(&self.connection)?,
        ]))
    }

    /// Removes every backup but `kept`: those made before something was sealed
    /// hold it in the clear.
    pub fn remove_backups_but(&mut self, kept: &Path) -> Result<(), Error> {
        for backup in self.backups()? {
            if backup.folder != kept {
                fs::remove_dir_all(backup.folder).map_err(Error::io("清理旧备份"))?;
            }
        }
        Ok(())
    }

    /// The backups, newest first.
    pub fn backups(&self) -> Result<Vec<BackupInfo>, Error> {
        Self::backups_in(&self.folder)
    }

    /// The backups of the archive in `folder`, newest first, whether or not it
    /// can be opened.
    pub fn backups_in(folder: &Path) -> Result<Vec<BackupInfo>, Error> {
        let place = folder.join(BACKUPS);
        if !place.is_dir() {
            return Ok(Vec::new());
        }
        let mut backups = Vec::new();
        for item in fs::read_dir(&place).map_err(Error::io("读取备份文件夹"))? {
            let folder = item.map_err(Error::io("读取备份文件夹"))?.path();
            let seconds = folder
                .file_name()
                .and_then(|name| name.to_str())
                .and_then(parse);
            if let (Some(seconds), Ok(file)) = (seconds, fs::metadata(folder.join(DATABASE))) {
                backups.push(BackupInfo {
                    folder,
                    millis: seconds * 1000,
                    bytes: file.len(),
                });
            }
        }
        backups.sort_by_key(|backup| std::cmp::Reverse(backup.millis));
        Ok(backups)
    }

    /// The newest backup of the archive in `folder` of which every page is as it
    /// was written. Nothing is opened or changed.
    ///
    /// # Errors
    /// [`Error::KeysDamaged`], [`Error::WrongPassphrase`]: without the key no
    /// page can be told from a damaged one.
    pub fn newest_sound_backup(
        folder: &Path,
        passphrase: &str,
    ) -> Result<Option<BackupInfo>, Error> {
        let key = folder::read_keys(folder)?.open(passphrase)?;
        for backup in Self::backups_in(folder)? {
            let damaged = salvage::damaged_pages(&backup.folder, &key, &mut |_| true);
            if matches!(damaged, Ok(0)) {
                return Ok(Some(backup));
            }
        }
        Ok(None)
    }

    /// Makes an archive at `target` from a backup: a folder of `backups/`, or a
    /// file made by [`Vault::pack_backup`]. It opens with the passphrase and
    /// recovery code of its time.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`]: nothing is ever overwritten by a backup.
    /// [`Error::BackupDamaged`] when a file is not what was written.
    pub fn restore_backup(backup: &Path, target: &Path) -> Result<(), Error> {
        if folder::occupied(target) {
            return Err(Error::AlreadyExists);
        }
        if backup.is_file() {
            let unfinished = Unfinished::beside(target)?;
            packed::unpack(backup, unfinished.path())?;
            return put_in_place(unfinished, target);
        }
        folder::read_keys(backup)?;
        let unfinished = Unfinished::beside(target)?;
        for name in [KEYS, DATABASE] {
            let to = unfinished.path().join(name);
            fs::copy(backup.join(name), &to)
                .and_then(|_| File::open(&to)?.sync_all())
                .map_err(Error::io("恢复备份"))?;
        }
        put_in_place(unfinished, target)
    }

    /// Writes a backup folder as one file, for a stick.
    ///
    /// # Errors
    /// What the disk refuses, reading or writing.
    pub fn pack_backup(backup: &Path, out: &mut dyn io::Write) -> Result<(), Error> {
        packed::pack(backup, out)
    }
}

fn put_in_place(unfinished: Unfinished, target: &Path) -> Result<(), Error> {
    folder::read_keys(unfinished.path())?;
    fs::create_dir(unfinished.path().join(BACKUPS)).map_err(Error::io("建立文件夹"))?;
    unfinished.finish(target)
}

/// Keeps an archive of an earlier format as it is, before it is changed. Its
/// place among the backups is that of its last entry.
///
/// # Errors
/// As [`Vault::backup`]; the archive is not changed then.
pub(crate) fn before_migration(
    connection: &Connection,
    key: &MasterKey,
    folder: &Path,
) -> Result<(), Error> {
    let millis = entry::last_millis(connection)?.unwrap_or(0);
    copy(connection, key, folder, millis).map(|_| ())
}

/// Copies an open database and the key file into a new folder of `backups/`.
fn copy(
    connection: &Connection,
    key: &MasterKey,
    folder: &Path,
    now_millis: u64,
) -> Result<PathBuf, Error> {
    let place = folder.join(BACKUPS);
    fs::create_dir_all(&place).map_err(Error::io("建立备份文件夹"))?;
    sweep(&place)?;
    let target = (0..1000)
        .map(|extra| place.join(name(now_millis / 1000 + extra)))
        .find(|path| !folder::occupied(path))
        .ok_or(Error::BackupUnreadable)?;
    let unfinished = Unfinished::beside(&target)?;
    fs::copy(folder.join(KEYS), unfinished.path().join(KEYS)).map_err(Error::io("备份密钥文件"))?;
    let database = unfinished.path().join(DATABASE);
    let path = database.to_str().ok_or(Error::Io {
        doing: "备份",
        why: "文件夹名称无法识别".into(),
    })?;
    // With the key of this database: SQLCipher encrypts the copy with it.
    connection.execute("VACUUM INTO ?1", [path])?;
    let mark = Origin::Backup {
        taken_millis: Some(now_millis),
    };
    check_copy(connection, key, unfinished.path(), mark)?;
    for file in [KEYS, DATABASE] {
        File::open(unfinished.path().join(file))
            .and_then(|file| file.sync_all())
            .map_err(Error::io("保存备份"))?;
    }
    unfinished.finish(&target)?;
    Ok(target)
}

/// Opens a copy, marks it as one, and checks that it is whole: its key file,
/// every page, every chain, and that it is as long as the original.
fn check_copy(
    original: &Connection,
    key: &MasterKey,
    folder: &Path,
    mark: Origin,
) -> Result<(), Error> {
    let unreadable = |error| match error {
        Error::Damaged { .. } | Error::KeysDamaged => Error::BackupUnreadable,
        other => other,
    };
    folder::read_keys(folder).map_err(unreadable)?;
    let copy = connection::open(&folder.join(DATABASE), key, false).map_err(unreadable)?;
    local::put(&copy, IS_COPY, &mark.mark())?;
    let whole = verify::check_pages(&copy)?.is_empty()
        && entry::heads(&copy)? == entry::heads(original)?
        && payload::count(&copy)? == payload::count(original)?
        && sealed::count(&copy)? == sealed::count(original)?
        && verify::chains_are_sound(&copy, original)?;
    connection::close(copy)?;
    if whole {
        Ok(())
    } else {
        Err(Error::BackupUnreadable)
    }
}

/// The backups beyond seven days and four weeks.
fn superfluous_in(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let backups = Vault::backups_in(folder)?;
    let seconds: Vec<u64> = backups.iter().map(|backup| backup.millis / 1000).collect();
    Ok(superfluous(&seconds)
        .into_iter()
        .map(|index| backups[index].folder.clone())
        .collect())
}

/// Removes what a crash in the middle of a backup left.
fn sweep(place: &Path) -> Result<(), Error> {
    for item in fs::read_dir(place).map_err(Error::io("读取备份文件夹"))? {
        let path = item.map_err(Error::io("读取备份文件夹"))?.path();
        if folder::is_unfinished(&path) {
            fs::remove_dir_all(path).map_err(Error::io("清理未完成的备份"))?;
        }
    }
    Ok(())
}

/// Which of these moments (seconds since 1970, newest first) are no longer
/// needed: all but the ten last of the latest day, the last of each of the
/// seven latest days, and the last of each of the four latest weeks. Days and
/// weeks are those in which there was a backup, so an archive that rests keeps
/// what it has.
fn superfluous(seconds: &[u64]) -> Vec<usize> {
    let day = |at: u64| (at + BEIJING) / DAY;
    // 1970-01-01 was a Thursday: weeks begin on Monday.
    let week = |at: u64| (day(at) + 3) / 7;
    let (mut days, mut weeks) = (BTreeSet::new(), BTreeSet::new());
    let latest = seconds.first().map(|at| day(*at));
    let mut of_latest = 0;
    let mut superfluous = Vec::new();
    for (index, at) in seconds.iter().enumerate() {
        let last_of_day = days.insert(day(*at)) && days.len() <= DAYS;
        let last_of_week = weeks.insert(week(*at)) && weeks.len() <= WEEKS;
        let is_latest = Some(day(*at)) == latest && {
            of_latest += 1;
            of_latest <= LATEST
        };
        if !(last_of_day || last_of_week || is_latest) {
            superfluous.push(index);
        }
    }
    superfluous
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::keys::{KdfParams, KeyFile};

    #[test]
    fn seven_days_four_weeks_and_the_latest_day() {
        // Three a day for a hundred days.
        let seconds: Vec<u64> = (0..300)
            .rev()
            .map(|i| 1_800_000_000 + i * DAY / 3)
            .collect();
        let gone: BTreeSet<usize> = superfluous(&seconds).into_iter().collect();
        let kept: Vec<u64> = (0..300)
            .filter(|i| !gone.contains(i))
            .map(|i| seconds[i])
            .collect();
        assert!(kept.contains(&seconds[0]));
        let days: BTreeSet<u64> = kept.iter().map(|at| (at + BEIJING) / DAY).collect();
        // Seven days, and of the three weeks before the current one those
        // whose last day is not among them.
        assert!((7..=10).contains(&days.len()), "{days:?}");
        assert!(kept.len() <= 7 + 4 + 2);
        let weeks: BTreeSet<u64> = days.iter().map(|day| (day + 3) / 7).collect();
        assert_eq!(weeks.len(), 4);
    }

    /// The tables that a copy of any format has.
    fn database(place: &Path, key: &MasterKey) -> Connection {
        let mut connection =
            connection::open(&place.join(DATABASE), key, true).expect("a database");
        crate::table::migration::migrate(&mut connection).expect("made");
        let master = KeyFile::new(uuid::Uuid::nil(), KdfParams::fast_for_tests(), "口令", key);
        folder::write_keys(place, &master.expect("wrapped").0).expect("written");
        connection
    }

    #[test]
    fn an_archive_of_an_earlier_format_is_kept_as_it_is_before_it_is_changed() {
        let place = tempfile::tempdir().expect("a folder");
        let key = MasterKey::new([7; 32]);
        let connection = database(place.path(), &key);
        connection
            .execute_batch("CREATE TABLE of_that_time (a INTEGER) STRICT")
            .expect("made");
        before_migration(&connection, &key, place.path()).expect("kept");
        let kept = Vault::backups_in(place.path()).expect("listed");
        assert_eq!(kept.len(), 1);
        let copy = connection::open(&kept[0].folder.join(DATABASE), &key, false).expect("opens");
        copy.execute_batch("SELECT a FROM of_that_time")
            .expect("nothing was changed in it");
        assert!(local::get(&copy, IS_COPY).expect("readable").is_some());
    }

    proptest! {
        #[test]
        fn rotating_twice_removes_nothing_more(mut seconds in prop::collection::btree_set(1_700_000_000..1_720_000_000_u64, 0..60)) {
            let mut left: Vec<u64> = std::mem::take(&mut seconds).into_iter().rev().collect();
            let newest = left.first().copied();
            let gone: BTreeSet<usize> = superfluous(&left).into_iter().collect();
            let mut index = 0;
            left.retain(|_| { index += 1; !gone.contains(&(index - 1)) });
            prop_assert_eq!(left.first().copied(), newest);
            prop_assert_eq!(superfluous(&left), Vec::<usize>::new());
        }
    }
}
