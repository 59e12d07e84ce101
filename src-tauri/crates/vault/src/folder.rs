//! The archive's folder: what lies in it, who holds it, and how a small file
//! is replaced without ever being half written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::keys::KeyFile;

/// The encrypted database.
pub(crate) const DATABASE: &str = "vault.db";
/// SQLite's name for the log of the database.
pub(crate) const LOG: &str = "vault.db-wal";
/// The wrapped keys.
pub(crate) const KEYS: &str = "keys";
/// Held while the archive is open.
const LOCK: &str = "lock";
/// Verified copies.
pub(crate) const BACKUPS: &str = "backups";

/// The lock on an archive; released when dropped, and by the operating system
/// when the process dies, so that a stale lock cannot happen.
#[derive(Debug)]
pub(crate) struct Held(File);

impl Drop for Held {
    fn drop(&mut self) {
        // By word, not by closing the file: a child that another thread is just
        // starting has it open too until it becomes its own program, and the
        // archive would be in use for that long. What fails here closing does.
        let _ = self.0.unlock();
    }
}

/// Takes the lock of the archive in `folder`.
///
/// # Errors
/// [`Error::LockedElsewhere`] when another process, or another window of this
/// one, has it.
pub(crate) fn hold(folder: &Path) -> Result<Held, Error> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(LOCK))
        .map_err(Error::io("打开档案库"))?;
    match file.try_lock() {
        Ok(()) => Ok(Held(file)),
        Err(TryLockError::WouldBlock) => Err(Error::LockedElsewhere),
        Err(TryLockError::Error(error)) => Err(Error::io("锁定档案库")(error)),
    }
}

/// Whether something is in the place where `folder` is to be made.
pub(crate) fn occupied(folder: &Path) -> bool {
    folder.symlink_metadata().is_ok()
}

/// Checks that `folder` looks like an archive and reads its key file.
pub(crate) fn read_keys(folder: &Path) -> Result<KeyFile, Error> {
    for missing in [DATABASE, KEYS] {
        if !folder.join(missing).is_file() {
            return Err(Error::NotAnArchive { missing });
        }
    }
    let bytes = fs::read(folder.join(KEYS)).map_err(Error::io("读取密钥文件"))?;
    KeyFile::from_text(&String::from_utf8(bytes).map_err(|_| Error::KeysDamaged)?)
}

/// Replaces the key file.
pub(crate) fn write_keys(folder: &Path, keys: &KeyFile) -> Result<(), Error> {
    replace(&folder.join(KEYS), keys.to_text().as_bytes())
}

/// Writes `bytes` beside `target`, forces them to the disk and renames: after a
/// power cut there is the old file or the new one, whole. When the disk refuses
/// after the renaming, the old file is put back: what is reported refused must
/// not have happened.
fn replace(target: &Path, bytes: &[u8]) -> Result<(), Error> {
    let before = fs::read(target).ok();
    put_beside_and_rename(target, bytes)?;
    let Err(refused) = sync_folder(target.parent().unwrap_or(Path::new("."))) else {
        return Ok(());
    };
    match before {
        // It cannot be put back: then the new one is what holds, and to say
        // that nothing has changed would shut the user out.
        Some(before) if put_beside_and_rename(target, &before).is_err() => Ok(()),
        _ => Err(refused),
    }
}

fn put_beside_and_rename(target: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = target.with_file_name(name);
    let written = File::create(&beside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&beside, target));
    if let Err(error) = written {
        // Best effort: the file beside is ignored by everything.
        let _ = fs::remove_file(&beside);
        return Err(Error::io("保存密钥文件")(error));
    }
    Ok(())
}

/// Forces the names in `folder` to the disk, where the system has such a thing.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Error> {
    if cfg!(unix) {
        File::open(folder)
            .and_then(|file| file.sync_all())
            .map_err(Error::io("保存文件夹"))?;
    }
    Ok(())
}

/// A folder being made; removed again unless it is put in its place.
#[derive(Debug)]
pub(crate) struct Unfinished {
    path: Option<PathBuf>,
}

/// Whether a crash left this behind.
pub(crate) fn is_unfinished(path: &Path) -> bool {
    let hidden = path
        .file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    hidden && path.extension().is_some_and(|extension| extension == "new")
}

impl Unfinished {
    /// Makes a hidden folder beside `target`.
    pub(crate) fn beside(target: &Path) -> Result<Self, Error> {
        let name = target
            .file_name()
            .ok_or(Error::NotAnArchive { missing: "名称" })?;
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(
            ".{}.new",
            crate::hex::encode(&crate::keys::random::<4>()?)
        ));
        let path = parent.join(hidden);
        fs::create_dir(&path).map_err(Error::io("建立文件夹"))?;
        Ok(Self { path: Some(path) })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.path
            .as_deref()
            .expect("only finish() takes the path, and it takes self")
    }

    /// Renames it to `target`, which must not exist.
    pub(crate) fn finish(mut self, target: &Path) -> Result<(), Error> {
        sync_folder(self.path())?;
        fs::rename(self.path(), target).map_err(Error::io("建立文件夹"))?;
        self.path = None;
        sync_folder(match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        })
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(path) = self.path.take() {
            // Best effort: a hidden folder that cannot be removed harms nobody.
            let _ = fs::remove_dir_all(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_goes_with_its_holder_although_a_child_has_the_file_open() {
        let place = tempfile::tempdir().expect("temp");
        let held = hold(place.path()).expect("free");
        assert!(matches!(hold(place.path()), Err(Error::LockedElsewhere)));
        let inherited = held.0.try_clone().expect("the same open file");
        drop(held);
        assert!(hold(place.path()).is_ok());
        drop(inherited);
    }

    #[test]
    fn an_unfinished_folder_disappears() {
        let place = tempfile::tempdir().expect("temp");
        let unfinished = Unfinished::beside(&place.path().join("甲.ducha")).expect("made");
        fs::write(unfinished.path().join("x"), "x").expect("written");
        drop(unfinished);
        assert_eq!(fs::read_dir(place.path()).expect("listed").count(), 0);
    }

    #[test]
    fn replacing_leaves_one_file() {
        let place = tempfile::tempdir().expect("temp");
        let target = place.path().join("keys");
        replace(&target, b"old").expect("written");
        replace(&target, b"new").expect("written");
        assert_eq!(fs::read(&target).expect("there"), b"new");
        assert_eq!(fs::read_dir(place.path()).expect("listed").count(), 1);
    }
}
