//! Font files in memory, each at most once in the life of the process.

use crate::error::Error;
use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

/// Every file mapped so far. A face is used until the process ends, so its bytes are kept; the
/// table makes sure that no file is mapped twice however many typesetters are made.
static MAPPED: OnceLock<Mutex<HashMap<PathBuf, &'static [u8]>>> = OnceLock::new();

/// The bytes of a font file.
pub(super) fn bytes(path: &Path) -> Result<&'static [u8], Error> {
    let mut mapped = MAPPED
        .get_or_init(Mutex::default)
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if let Some(bytes) = mapped.get(path) {
        return Ok(bytes);
    }
    let failed = |error: &std::io::Error| Error::Font {
        file: path.to_owned(),
        reason: reason(error).to_owned(),
    };
    let file = File::open(path).map_err(|error| failed(&error))?;
    let bytes: &'static [u8] = Box::leak(Box::new(map(&file).map_err(|error| failed(&error))?));
    mapped.insert(path.to_owned(), bytes);
    Ok(bytes)
}

/// Why a file cannot be read, in Chinese.
fn reason(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::NotFound => "文件不存在",
        std::io::ErrorKind::PermissionDenied => "没有读取权限",
        _ => "系统读取出错",
    }
}

/// A file as it was at a moment: path, length, time of the last change.
type Version = (PathBuf, u64, Option<SystemTime>);

/// Every file copied so far; a changed file is another version.
static COPIED: OnceLock<Mutex<HashMap<Version, &'static [u8]>>> = OnceLock::new();

/// No font is larger, bytes.
const LARGEST: u64 = 256 << 20;

/// The bytes of a font file that belongs to the user, who may change or remove it at any time:
/// they are copied.
pub(super) fn copied(path: &Path) -> Result<&'static [u8], Error> {
    let refused = |reason: &str| Error::ChosenFont {
        file: path.to_owned(),
        reason: reason.to_owned(),
    };
    let failed = |error: std::io::Error| refused(reason(&error));
    let about = std::fs::metadata(path).map_err(failed)?;
    if !about.is_file() {
        return Err(refused("不是一个文件"));
    }
    if about.len() > LARGEST {
        return Err(refused("文件太大，不是字库"));
    }
    let version = (path.to_owned(), about.len(), about.modified().ok());
    let mut copied = COPIED
        .get_or_init(Mutex::default)
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if let Some(bytes) = copied.get(&version) {
        return Ok(bytes);
    }
    let bytes: &'static [u8] = Box::leak(std::fs::read(path).map_err(failed)?.into_boxed_slice());
    copied.insert(version, bytes);
    Ok(bytes)
}

/// Maps a file read-only.
#[allow(unsafe_code)] // The one place: mapping saves reading 60 MB at every start (see below).
fn map(file: &File) -> std::io::Result<memmap2::Mmap> {
    // SAFETY: the map is read-only and private. The shipped faces are installed files that the
    // program never writes; if somebody truncates one while it is in use the process may be
    // stopped by the system, but no memory of ours can be corrupted through it. Every table read
    // from it is bounds-checked by the font parser.
    unsafe { memmap2::Mmap::map(file) }
}
