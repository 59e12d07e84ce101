//! Backups: verified copies inside the archive's folder.
//!
//! A backup is an archive folder of its own: opened with the same passphrase
//! or recovery code, it is the archive as it was. Whoever opens it writes as a
//! new device, because continuing the old chain from an earlier point would
//! make two histories under one name.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::archive::IS_COPY;
use crate::folder::{self, BACKUPS, DATABASE, KEYS, Unfinished};
use crate::table::{entry, local};
use crate::{Error, Vault, connection, verify};

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

impl Vault {
    /// Makes a backup in `backups/`, reads it back and checks every page, then
    /// clears away backups beyond seven days and four weeks.
    ///
    /// # Errors
    /// [`Error::BackupUnreadable`], [`Error::DiskFull`] …; older backups are
    /// untouched then.
    pub fn backup(&mut self, now_millis: u64) -> Result<PathBuf, Error> {
        let place = self.folder.join(BACKUPS);
        fs::create_dir_all(&place).map_err(Error::io("建立备份文件夹"))?;
        sweep(&place)?;
        let target = (0..1000)
            .map(|extra| place.join(name(now_millis / 1000 + extra)))
            .find(|path| !folder::occupied(path))
            .ok_or(Error::BackupUnreadable)?;
        let unfinished = Unfinished::beside(&target)?;
        fs::copy(self.folder.join(KEYS), unfinished.path().join(KEYS))
            .map_err(Error::io("备份密钥文件"))?;
        let database = unfinished.path().join(DATABASE);
        let path = database.to_str().ok_or(Error::Io {
            doing: "备份",
            why: "文件夹名称无法识别".into(),
        })?;
        // With the key of this database: SQLCipher encrypts the copy with it.
        self.connection.execute("VACUUM INTO ?1", [path])?;
        self.check_copy(&database)?;
        for file in [KEYS, DATABASE] {
            File::open(unfinished.path().join(file))
                .and_then(|file| file.sync_all())
                .map_err(Error::io("保存备份"))?;
        }
        unfinished.finish(&target)?;
        self.rotate_backups()?;
        Ok(target)
    }

    /// Opens a copy, marks it as one, and checks that it is whole.
    fn check_copy(&self, database: &Path) -> Result<(), Error> {
        let copy = connection::open(database, &self.key, false).map_err(|error| match error {
            Error::Damaged { .. } => Error::BackupUnreadable,
            other => other,
        })?;
        local::put(&copy, IS_COPY, &json!(true))?;
        let whole = verify::check_pages(&copy)?.is_empty()
            && entry::heads(&copy)? == entry::heads(&self.connection)?;
        connection::close(copy)?;
        if whole {
            Ok(())
        } else {
            Err(Error::BackupUnreadable)
        }
    }

    /// The backups, newest first.
    pub fn backups(&self) -> Result<Vec<BackupInfo>, Error> {
        let place = self.folder.join(BACKUPS);
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

    fn rotate_backups(&self) -> Result<(), Error> {
        let backups = self.backups()?;
        let seconds: Vec<u64> = backups.iter().map(|backup| backup.millis / 1000).collect();
        for superfluous in superfluous(&seconds) {
            let folder = &backups[superfluous].folder;
            fs::remove_dir_all(folder).map_err(Error::io("清理旧备份"))?;
        }
        Ok(())
    }

    /// Makes an archive at `target` from the backup in `backup`: a plain copy,
    /// which opens with the passphrase and recovery code of its time.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`]: nothing is ever overwritten by a backup.
    pub fn restore_backup(backup: &Path, target: &Path) -> Result<(), Error> {
        if folder::occupied(target) {
            return Err(Error::AlreadyExists);
        }
        folder::read_keys(backup)?;
        let unfinished = Unfinished::beside(target)?;
        for name in [KEYS, DATABASE] {
            let to = unfinished.path().join(name);
            fs::copy(backup.join(name), &to)
                .and_then(|_| File::open(&to)?.sync_all())
                .map_err(Error::io("恢复备份"))?;
        }
        fs::create_dir(unfinished.path().join(BACKUPS)).map_err(Error::io("建立文件夹"))?;
        unfinished.finish(target)
    }
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

const DAY: u64 = 24 * 60 * 60;
/// China keeps one time, eight hours ahead of UTC, without summer time.
const BEIJING: u64 = 8 * 60 * 60;

/// The folder name of a backup: `2026-11-23_162256.ducha`, Beijing time.
fn name(seconds: u64) -> String {
    let local = seconds + BEIJING;
    let (year, month, day) = civil(local / DAY);
    let (hour, minute, second) = (local / 3600 % 24, local / 60 % 60, local % 60);
    format!("{year:04}-{month:02}-{day:02}_{hour:02}{minute:02}{second:02}.ducha")
}

/// The moment that a folder name says.
fn parse(name: &str) -> Option<u64> {
    let (date, time) = name.strip_suffix(".ducha")?.split_once('_')?;
    let mut parts = date.split('-').map(|part| part.parse::<u64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let time: u64 = time.parse().ok().filter(|_| time.len() == 6)?;
    let (hour, minute, second) = (time / 10_000, time / 100 % 100, time % 100);
    let days = days(year, month, day)?;
    (days * DAY + hour * 3600 + minute * 60 + second)
        .checked_sub(BEIJING)
        .filter(|at| self::name(*at) == name)
}

/// The date of a day counted from 1970-01-01 (Howard Hinnant's `civil_from_days`
/// for days that are not negative).
fn civil(days: u64) -> (u64, u64, u64) {
    let z = days + 719_468;
    let era = z / 146_097;
    let of_era = z % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

/// The reverse of [`civil`].
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let year_of_era = year % 400;
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    (year / 400 * 146_097 + of_era).checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_beijing_time() {
        // 2026-11-23 16:22:56 UTC
        assert_eq!(name(1_795_450_976), "2026-11-24_002256.ducha");
        assert_eq!(name(951_782_400 - BEIJING), "2000-02-29_000000.ducha");
        assert_eq!(parse("2026-02-30_000000.ducha"), None);
        assert_eq!(parse("其他文件夹"), None);
    }

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

    proptest! {
        #[test]
        fn names_read_back(seconds in 0..250_000_000_000_u64) {
            prop_assert_eq!(parse(&name(seconds)), Some(seconds));
        }

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
