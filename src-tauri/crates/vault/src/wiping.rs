//! Writing the file anew after something was sealed or erased, so that it stands
//! on no page of it: not in a free one, not in the gaps of those in use, not in
//! the log.
//!
//! SQLite reuses pages without clearing them, and even `secure_delete` leaves
//! copies of cells that were moved between pages. So the database is copied into
//! a new file, row by row, read back, and put in the place of the old one by a
//! rename: after a power cut there is the old file or the new one. The old one is
//! overwritten before it goes. A disk that writes elsewhere than it is told
//! (flash does) may keep the old, encrypted pages for a while: see SECURITY.md.
//! It costs about as much as a backup.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::folder::{DATABASE, LOG, sync_folder};
use crate::keys::MasterKey;
use crate::table::{entry, local, payload, sealed};
use crate::verify::check_pages;
use crate::{Error, Vault, connection};

/// Local setting: something was sealed or erased, or has lain in the clear, and
/// the file still has its old pages.
const DUE: &str = "ducha.sweep-due";
/// The new file while it is being written.
const FRESH: &str = "vault.db.new";
/// The old file until it is overwritten.
const OLD: &str = "vault.db.old";
/// What a crash can leave.
const LEFTOVERS: [&str; 4] = [FRESH, OLD, "vault.db.new-wal", "vault.db.new-journal"];

/// What is being done, for a message.
const DOING: &str = "更换数据文件";

/// Whether the file has to be written anew.
pub(crate) fn is_due(connection: &Connection) -> Result<bool, Error> {
    Ok(local::get(connection, DUE)?.is_some())
}

/// Takes note, within the caller's transaction, that the file has to be written
/// anew.
pub(crate) fn set_due(connection: &Connection) -> Result<(), Error> {
    local::put(connection, DUE, &json!(true))
}

impl Vault {
    /// Whether no page of the file, in use or free, holds what was sealed or
    /// erased. Not so while a compartment is open.
    pub fn is_swept(&self) -> Result<bool, Error> {
        Ok(!is_due(&self.connection)?)
    }

    /// Writes the file anew when something was erased since it was last done:
    /// after an import that brought an erasure, for example. Returns whether it was.
    ///
    /// # Errors
    /// [`Error::NotWiped`]: nothing is lost, and it is done when the archive is
    /// next opened.
    pub fn wipe_if_due(&mut self) -> Result<bool, Error> {
        if self.is_swept()? {
            return Ok(false);
        }
        rewrite(&mut self.connection, &self.folder, &self.key)
            .map_err(|error| Error::NotWiped { why: why(&error) })?;
        Ok(true)
    }
}

/// Why the file could not be written anew, as part of a sentence.
pub(crate) fn why(error: &Error) -> String {
    match error {
        Error::DiskFull => "磁盘空间不足".to_owned(),
        Error::ReadOnly => "所在位置不能写入".to_owned(),
        Error::Damaged { .. } | Error::BackupUnreadable => "数据文件有损坏，请先校验".to_owned(),
        other => format!("错误{}", other.code()),
    }
}

/// Removes what a crash in the middle of [`rewrite`] left, without looking at
/// what it is: [`OLD`] may be a second name of the file in use.
pub(crate) fn remove_leftovers(folder: &Path) -> Result<(), Error> {
    for name in LEFTOVERS {
        match fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Error::io("清理临时文件")(error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Writes the database in `folder` anew, without what was deleted.
///
/// # Errors
/// [`Error::DiskFull`] and the like; the database is as it was then.
pub(crate) fn rewrite(
    connection: &mut Connection,
    folder: &Path,
    key: &MasterKey,
) -> Result<(), Error> {
    remove_leftovers(folder)?;
    let fresh = folder.join(FRESH);
    let database = folder.join(DATABASE);
    let written = write(connection, &fresh, key);
    if written.is_err() {
        // Best effort: it is removed when the archive is next opened.
        let _ = remove_leftovers(folder);
        if matches!(
            written,
            Err(Error::Damaged { .. } | Error::BackupUnreadable)
        ) {
            // SQLCipher gives nothing more out after a page that fails.
            drop(std::mem::replace(connection, connection::in_memory()?));
            *connection = connection::open(&database, key, false)?;
        }
        return written;
    }
    // The last connection to close folds the log into the file and removes it.
    let old = std::mem::replace(connection, connection::in_memory()?);
    let closed = connection::close(old).and_then(|()| {
        let log = fs::metadata(folder.join(LOG)).map_or(0, |file| file.len());
        if log == 0 {
            replace(&fresh, &database, folder)
        } else {
            Err(Error::LockedElsewhere)
        }
    });
    *connection = connection::open(&database, key, false)?;
    closed
}

fn write(connection: &Connection, fresh: &Path, key: &MasterKey) -> Result<(), Error> {
    let path = fresh.to_str().ok_or(Error::Io {
        doing: DOING,
        why: "文件夹名称无法识别".into(),
    })?;
    // With the key of this database: SQLCipher encrypts the copy with it.
    connection.execute("VACUUM INTO ?1", [path])?;
    let copy = connection::open(fresh, key, false)?;
    local::put(&copy, DUE, &Json::Null)?;
    let is_whole = check_pages(&copy)?.is_empty()
        && entry::heads(&copy)? == entry::heads(connection)?
        && payload::count(&copy)? == payload::count(connection)?
        && sealed::count(&copy)? == sealed::count(connection)?;
    connection::close(copy)?;
    if !is_whole {
        return Err(Error::BackupUnreadable);
    }
    File::open(fresh)
        .and_then(|file| file.sync_all())
        .map_err(Error::io(DOING))
}

/// Puts the new file in the place of the old one, and overwrites that.
fn replace(fresh: &Path, database: &Path, folder: &Path) -> Result<(), Error> {
    // A second name keeps the old file within reach after the first is taken.
    // Where a disk has no second names, the old pages are only given up.
    let old = folder.join(OLD);
    let is_kept = fs::hard_link(database, &old).is_ok();
    fs::rename(fresh, database).map_err(Error::io(DOING))?;
    sync_folder(folder)?;
    if is_kept {
        // Here, and nowhere else, the second name is certain to be that of the
        // old file; what a crash left may be another name of the one in use.
        overwrite(&old).map_err(Error::io(DOING))?;
        remove_leftovers(folder)?;
    }
    Ok(())
}

fn overwrite(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let mut left = file.metadata()?.len();
    let zeros = vec![0; 64 * 1024];
    while left > 0 {
        let now = left.min(zeros.len() as u64);
        file.write_all(&zeros[..usize::try_from(now).unwrap_or(zeros.len())])?;
        left -= now;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ledger::verify::Depth;
    use ledger::{CompartmentId, EntityId, Value};

    use super::*;
    use crate::{Action, Edit, KdfParams, NewArchive, grams, salvage};

    /// Words that stand nowhere else, of characters that nothing else has.
    const NAME: &str = "饕餮貔";
    const SECRET: &str = "魑魅魍魉之事";
    const KEPT: &str = "会议没有表决";

    fn action() -> Action {
        Action {
            name: "记录".into(),
            author: id(9),
            compartment: CompartmentId::OPEN,
            note: Some(format!("备注：{SECRET}")),
        }
    }

    fn id(number: u8) -> EntityId {
        EntityId::new(1, [number; 10])
    }

    fn put(vault: &mut Vault, record: EntityId, kind: &str, field: &str, value: Value) {
        let edit = Edit {
            entity: record,
            kind: kind.into(),
            field: field.into(),
            value,
        };
        let note = if record == id(1) { action().note } else { None };
        let action = Action { note, ..action() };
        vault.write(&action, vec![edit], 5).expect("written");
    }

    fn stands(bytes: &[u8], words: &str) -> bool {
        bytes.windows(words.len()).any(|at| at == words.as_bytes())
    }

    /// Everything by which the words could be known again: themselves, and the
    /// ends of their terms in the full-text index, whose beginnings (a character
    /// alone) are shared.
    fn traces(words: &str) -> Vec<String> {
        let terms = grams::terms([words]);
        let ends = terms
            .split_whitespace()
            .filter(|term| term.len() == 8)
            .map(|term| term[4..].to_owned());
        [words.to_owned()].into_iter().chain(ends).collect()
    }

    fn filled(folder: &Path) -> Vault {
        let new = NewArchive {
            folder,
            passphrase: "口令",
            kdf: KdfParams::fast_for_tests(),
            now_millis: 1,
        };
        let (mut vault, _) = Vault::create(&new).expect("made");
        put(&mut vault, id(2), "person", "name", "乙某".into());
        put(&mut vault, id(1), "person", "name", NAME.into());
        // Long and short by turns, so that rows move between pages.
        for round in 0..30_u32 {
            let length = if round % 2 == 0 { 700 } else { 3 };
            let text = format!("{round}{}", SECRET.repeat(length));
            put(&mut vault, id(1), "person", "remark", text.into());
            let other = format!("{round}{}", KEPT.repeat(40));
            put(&mut vault, id(2), "person", "remark", other.into());
        }
        let scan = SECRET.repeat(60_000);
        let kept = vault
            .put_attachment(&mut scan.as_bytes(), &format!("{SECRET}.pdf"))
            .expect("kept");
        put(&mut vault, id(1), "person", "duties", attachment(&kept));
        vault
            .note_reading(id(9), "查阅", Some((id(1), "person", NAME)), 6)
            .expect("noted");
        vault
            .note_reading(id(9), "查阅", Some((id(2), "person", "乙某")), 7)
            .expect("noted");
        vault
    }

    fn attachment(info: &crate::AttachmentInfo) -> Value {
        let fields = [
            ("sha256", Value::from(info.sha256.as_str())),
            ("file_name", info.file_name.as_str().into()),
        ];
        Value::Map(fields.map(|(name, it)| (name.to_owned(), it)).into())
    }

    fn erase(vault: &mut Vault) {
        let action = Action {
            note: None,
            ..action()
        };
        let fields = vec![("reason".to_owned(), Value::from("保存期满"))];
        vault
            .erase(&action, &BTreeSet::from([id(1)]), fields, 9)
            .expect("erased");
    }

    #[test]
    fn no_erased_word_stands_anywhere_in_the_file() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = place.path().join("甲.ducha");
        let mut vault = filled(&folder);
        let key = vault.key.clone();
        let before = salvage::decrypted(&folder, &key);
        for words in [NAME, SECRET, KEPT] {
            for trace in traces(words) {
                assert!(stands(&before, &trace), "{trace} can be found at all");
            }
        }
        erase(&mut vault);
        assert!(vault.is_swept().expect("asked"));
        let report = vault.verify(Depth::Every, &mut |_| true).expect("checked");
        assert!(report.is_sound(), "{:?}", report.damages);
        assert_eq!((report.erased, report.withheld), (32, 0));
        for close in [false, true] {
            if close {
                drop(std::mem::replace(
                    &mut vault,
                    Vault::create(&NewArchive {
                        folder: &place.path().join("乙.ducha"),
                        passphrase: "口令",
                        kdf: KdfParams::fast_for_tests(),
                        now_millis: 1,
                    })
                    .expect("made")
                    .0,
                ));
            }
            let after = salvage::decrypted(&folder, &key);
            assert!(stands(&after, KEPT), "closed: {close}");
            for trace in traces(NAME).iter().chain(&traces(SECRET)) {
                assert!(!stands(&after, trace), "{trace}, closed: {close}");
            }
        }
        let left: BTreeSet<String> = fs::read_dir(&folder)
            .expect("listed")
            .map(|item| item.expect("an item").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        let wanted = ["backups", "keys", "lock", "vault.db"];
        assert_eq!(left, wanted.map(str::to_owned).into());
    }

    #[test]
    fn what_was_interrupted_is_made_up_for_when_the_archive_opens() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = place.path().join("甲.ducha");
        let mut vault = filled(&folder);
        let key = vault.key.clone();
        erase(&mut vault);
        set_due(&vault.connection).expect("as if it had been killed before");
        drop(vault);
        // Killed between the two names: the second is that of the file in use.
        fs::hard_link(folder.join(DATABASE), folder.join(OLD)).expect("linked");
        fs::write(folder.join(FRESH), "half").expect("written");
        let vault = Vault::open(&folder, "口令").expect("opens");
        assert!(vault.is_swept().expect("asked"));
        assert!(!folder.join(OLD).exists() && !folder.join(FRESH).exists());
        let report = vault.verify(Depth::Every, &mut |_| true).expect("checked");
        assert!(report.is_sound(), "{:?}", report.damages);
        assert!(!stands(&salvage::decrypted(&folder, &key), SECRET));
    }
}
