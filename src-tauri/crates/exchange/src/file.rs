//! Putting a file on a stick so that a pulled stick leaves the old file or none.
//!
//! The bytes go to a hidden file beside the target, are forced to the medium, read back from
//! the medium and compared; only then the name is switched. So a broken stick is noticed while
//! the old file is still there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::Error;

const WRITING: &str = "写入文件";
const READING_BACK: &str = "复核文件";

/// Writes the file `path` through `write` and returns what `write` returns.
///
/// # Errors
/// Whatever `write` refuses; [`Error::Io`] and [`Error::ReadBack`] about the medium. In every
/// case the file that was there before is still there, unchanged, and nothing else is.
pub fn write_file<T>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<T, Error>,
) -> Result<T, Error> {
    let draft = Draft::create(path)?;
    let mut out = Counted {
        inner: BufWriter::new(draft.open()?),
        hash: Sha256::new(),
        length: 0,
    };
    let result = write(&mut out)?;
    out.flush().map_err(Error::io(WRITING))?;
    let (length, digest) = (out.length, <[u8; 32]>::from(out.hash.finalize()));
    let file = out
        .inner
        .into_inner()
        .map_err(|e| Error::io(WRITING)(e.into_error()))?;
    file.sync_all().map_err(Error::io(WRITING))?;
    forget_cached(&file);
    drop(file);
    if read_back(&draft.path)? != (length, digest) {
        return Err(Error::ReadBack);
    }
    draft.publish(path)?;
    let found = fs::metadata(path).map_err(Error::io(READING_BACK))?.len();
    if found == length {
        Ok(result)
    } else {
        Err(Error::ReadBack)
    }
}

/// Checks that the medium of `path` has room for about `needed` bytes, before work begins.
/// Where the room cannot be told, the check passes and writing itself will tell.
///
/// # Errors
/// [`Error::NoSpace`].
pub fn ensure_space(path: &Path, needed: u64) -> Result<(), Error> {
    match free_space(folder(path)) {
        Some(free) if free < needed => Err(Error::NoSpace {
            needed_mib: needed.div_ceil(1 << 20),
            free_mib: free >> 20,
        }),
        _ => Ok(()),
    }
}

/// Bytes free for this user on the medium of a folder, where the system can tell.
pub fn free_space(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let stat = rustix::fs::statvfs(folder).ok()?;
        Some(stat.f_bavail.saturating_mul(stat.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        None
    }
}

/// The folder of a file path; the current one for a bare name.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The hidden file beside the target. Removed when dropped unless published.
struct Draft {
    path: PathBuf,
    published: bool,
}

impl Draft {
    /// The same target always has the same draft, so that a pulled stick leaves at most one,
    /// and the next export replaces it.
    fn create(target: &Path) -> Result<Self, Error> {
        let Some(name) = target.file_name() else {
            return Err(Error::io(WRITING)(io::ErrorKind::InvalidFilename.into()));
        };
        if target.is_dir() {
            return Err(Error::io(WRITING)(io::ErrorKind::IsADirectory.into()));
        }
        let mut draft = std::ffi::OsString::from(".");
        draft.push(name);
        draft.push(".partial");
        let path = folder(target).join(draft);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io(WRITING)(error)),
            _ => Ok(Self {
                path,
                published: false,
            }),
        }
    }

    /// Opens the draft, which must be new: a link planted under its name is not followed.
    fn open(&self) -> Result<File, Error> {
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&self.path)
            .map_err(Error::io(WRITING))
    }

    fn publish(mut self, target: &Path) -> Result<(), Error> {
        let is_new = target.symlink_metadata().is_err();
        // A second name keeps the old file within reach. Sticks without such names (FAT)
        // keep it only until the switch.
        let mut second = self.path.clone().into_os_string();
        second.push(".old");
        let second = PathBuf::from(second);
        let _ = fs::remove_file(&second);
        let is_kept = !is_new && fs::hard_link(target, &second).is_ok();
        let switched = fs::rename(&self.path, target);
        self.published = switched.is_ok();
        // The name itself must reach the medium too. What is reported refused must not have
        // happened: then it is switched back.
        let settled = switched.and_then(|()| {
            sync_folder(target).inspect_err(|_| {
                if is_new {
                    let _ = fs::remove_file(target);
                } else if is_kept {
                    let _ = fs::rename(&second, target);
                }
            })
        });
        if is_kept {
            let _ = fs::remove_file(&second);
        }
        settled.map_err(Error::io(WRITING))
    }
}

/// Forces the names in the folder of `path` to the medium. Folders cannot be opened for this
/// everywhere; where they cannot, the system writes names through.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder(path))?.sync_all()?;
    }
    Ok(())
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.published {
            // Nothing better can be done when the stick is gone; the next export cleans up.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Counts and hashes what is written.
struct Counted<W> {
    inner: W,
    hash: Sha256,
    length: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Asks the system to drop its copy in memory, so that reading back asks the medium.
fn forget_cached(file: &File) {
    #[cfg(any(target_os = "linux", target_os = "freebsd"))]
    {
        // Advice only: without it the comparison still catches what the system itself mangled.
        let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
    }
    #[cfg(not(any(target_os = "linux", target_os = "freebsd")))]
    let _ = file;
}

/// Length and SHA-256 of a file.
fn read_back(path: &Path) -> Result<(u64, [u8; 32]), Error> {
    let mut file = File::open(path).map_err(Error::io(READING_BACK))?;
    let (mut hash, mut length) = (Sha256::new(), 0);
    let mut block = vec![0; 128 * 1024];
    loop {
        match file.read(&mut block) {
            Ok(0) => return Ok((length, hash.finalize().into())),
            Ok(read) => {
                hash.update(&block[..read]);
                length += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::io(READING_BACK)(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .expect("folder")
            .map(|entry| {
                entry
                    .expect("entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    }

    #[test]
    fn writes_replaces_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("第一季度.dcx");
        for content in ["旧", "新的内容"] {
            let told = write_file(&path, |w| {
                w.write_all(content.as_bytes())
                    .map_err(Error::io(WRITING))?;
                Ok(content.len())
            });
            assert_eq!(told.expect("room"), content.len());
            assert_eq!(fs::read_to_string(&path).expect("written"), content);
            assert_eq!(names(folder.path()), ["第一季度.dcx"]);
        }
    }

    #[test]
    fn a_refusal_half_way_keeps_the_old_file() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("a.dcx");
        fs::write(&path, "旧").expect("room");
        let refused = write_file(&path, |w| {
            w.write_all(&vec![0; 100_000]).map_err(Error::io(WRITING))?;
            Err::<(), _>(Error::AttachmentMismatch)
        });
        assert_eq!(refused.map_err(|e| e.code()), Err("attachment-mismatch"));
        assert_eq!(fs::read_to_string(&path).expect("kept"), "旧");
        assert_eq!(names(folder.path()), ["a.dcx"]);
    }

    #[test]
    fn a_medium_that_changes_bytes_is_noticed_before_the_switch() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("a.dcx");
        fs::write(&path, "旧").expect("room");
        let draft = folder.path().join(".a.dcx.partial");
        let noticed = write_file(&path, |w| {
            w.write_all(&vec![7; 300_000])
                .and_then(|()| w.flush())
                .map_err(Error::io(WRITING))?;
            // What a failing stick does: other bytes in the same place.
            let mut file = OpenOptions::new()
                .write(true)
                .open(&draft)
                .map_err(Error::io(WRITING))?;
            file.write_all(&[8]).map_err(Error::io(WRITING))
        });
        assert_eq!(noticed.map_err(|e| e.code()), Err("read-back"));
        assert_eq!(fs::read_to_string(&path).expect("kept"), "旧");
        assert_eq!(names(folder.path()), ["a.dcx"]);
    }

    #[test]
    fn a_stick_pulled_before_the_switch_is_an_error() {
        let folder = tempfile::tempdir().expect("folder");
        let inside = folder.path().join("stick");
        fs::create_dir(&inside).expect("room");
        let pulled = write_file(&inside.join("a.dcx"), |w| {
            w.write_all(&[7; 10]).map_err(Error::io(WRITING))?;
            fs::remove_dir_all(&inside).map_err(Error::io(WRITING))
        });
        let error = pulled.expect_err("gone");
        assert_eq!(error.code(), "io");
        assert!(error.to_string().contains("U盘"), "{error}");
    }

    #[test]
    fn a_leftover_of_a_pulled_stick_is_replaced_and_a_planted_link_not_followed() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("a.dcx");
        let draft = folder.path().join(".a.dcx.partial");
        fs::write(&draft, "leftover").expect("room");
        write_file(&path, |w| w.write_all(b"1").map_err(Error::io(WRITING))).expect("room");
        assert_eq!(names(folder.path()), ["a.dcx"]);
        #[cfg(unix)]
        {
            let victim = folder.path().join("victim");
            fs::write(&victim, "重要").expect("room");
            std::os::unix::fs::symlink(&victim, &draft).expect("link");
            write_file(&path, |w| w.write_all(b"2").map_err(Error::io(WRITING))).expect("room");
            assert_eq!(fs::read_to_string(&victim).expect("kept"), "重要");
            assert_eq!(names(folder.path()), ["a.dcx", "victim"]);
        }
    }

    #[test]
    fn impossible_targets_are_told_apart() {
        let folder = tempfile::tempdir().expect("folder");
        let nothing = |_: &mut dyn Write| Ok(());
        let code = |path: &Path| write_file(path, nothing).map_err(|e| e.to_string());
        assert!(code(folder.path()).is_err_and(|told| told.contains("不是文件")));
        assert!(code(Path::new("/")).is_err());
        assert!(code(&folder.path().join("没有/a.dcx")).is_err_and(|told| told.contains("找不到")));
    }

    #[test]
    fn room_is_checked_against_the_medium() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("a.dcx");
        ensure_space(&path, 1).expect("one byte");
        if free_space(folder.path()).is_some() {
            let told = ensure_space(&path, u64::MAX).expect_err("no medium is that large");
            assert_eq!(told.code(), "no-space");
        }
    }
}
