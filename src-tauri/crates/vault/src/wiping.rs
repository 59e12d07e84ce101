//! Writing the file anew after an erasure, so that what was erased stands on no
//! page of it: not in a free one, not in the gaps of those in use, not in the log.
//!
//! SQLite reuses pages without clearing them, and even `secure_delete` leaves
//! copies of cells that were moved between pages. So the database is copied
//! into a new file, row by row; that takes the place of the old one, which is
//! overwritten before it goes. A disk that writes elsewhere than it is told
//! (flash does) may keep the old, encrypted pages for a while: see SECURITY.md.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};
use serde_json::Value as Json;

use crate::folder::{DATABASE, sync_folder};
use crate::table::{local, text_index};
use crate::verify::check_pages;
use crate::{Error, Vault, apply, connection};

/// Local setting: something was erased, and the file still has its old pages.
const DUE: &str = "ducha.wipe";
/// The new file while it is being written.
const FRESH: &str = "vault.db.fresh";
/// The old file until it is overwritten.
const OLD: &str = "vault.db.old";

/// Notes, within the caller's transaction, that the file has to be written anew.
pub(crate) fn note_due(connection: &Connection) -> Result<(), Error> {
    local::put(connection, DUE, &Json::Bool(true))
}

impl Vault {
    /// Whether something was erased whose old pages are still in the file.
    pub fn is_wipe_due(&self) -> Result<bool, Error> {
        Ok(local::get(&self.connection, DUE)?.is_some())
    }

    /// On opening: what an interrupted erasure left is done now. An archive
    /// whose file cannot be written anew opens all the same; it stays due.
    pub(crate) fn make_up_for_wipe(&mut self) {
        let _ = self.wipe_if_due().and_then(|_| clear_away(&self.folder));
    }

    /// Writes the file anew when something was erased since it was last done:
    /// after an import that brought an erasure, for example. Returns whether it was.
    ///
    /// # Errors
    /// [`Error::NotWiped`]: nothing is lost, and it stays due.
    pub fn wipe_if_due(&mut self) -> Result<bool, Error> {
        if !self.is_wipe_due()? {
            return Ok(false);
        }
        self.wipe().map_err(|error| Error::NotWiped {
            why: error.to_string(),
        })?;
        Ok(true)
    }

    fn wipe(&mut self) -> Result<(), Error> {
        let (target, fresh) = (self.folder.join(DATABASE), self.folder.join(FRESH));
        self.write_fresh(&fresh)?;
        // The old file must be closed before another takes its name; while it
        // is, a database in memory stands in.
        let old = std::mem::replace(&mut self.connection, connection::in_memory()?);
        let changed = connection::close(old).and_then(|()| replace(&fresh, &target));
        self.connection = connection::open(&target, &self.key, false)?;
        changed
    }

    /// Copies everything that stands into a new file, and reads it back.
    fn write_fresh(&mut self, fresh: &Path) -> Result<(), Error> {
        clear_away(&self.folder)?;
        // The full-text index keeps the terms of removed texts until it is
        // merged; it is made anew from what is shown.
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        text_index::clear(&transaction)?;
        apply::index_all(&transaction)?;
        transaction.commit()?;
        let path = fresh.to_str().ok_or(Error::Io {
            doing: "清除旧内容",
            why: "文件夹名称无法识别".into(),
        })?;
        self.connection.execute("VACUUM INTO ?1", [path])?;
        let copy = connection::open(fresh, &self.key, false)?;
        local::put(&copy, DUE, &Json::Null)?;
        let whole = check_pages(&copy)?.is_empty();
        connection::close(copy)?;
        if !whole {
            return Err(Error::BackupUnreadable);
        }
        File::open(fresh)
            .and_then(|file| file.sync_all())
            .map_err(Error::io("清除旧内容"))
    }
}

/// Puts the new file in the place of the old one, and overwrites that.
fn replace(fresh: &Path, target: &Path) -> Result<(), Error> {
    let folder = target.parent().unwrap_or(Path::new("."));
    // A second name keeps the old file within reach after the first is taken.
    // Where a disk has no second names, the old pages are only given up.
    let kept = fs::hard_link(target, folder.join(OLD)).is_ok();
    fs::rename(fresh, target).map_err(Error::io("清除旧内容"))?;
    sync_folder(folder)?;
    if kept {
        // Here, and nowhere else, the second name is certain to be that of the
        // old file; what a crash left may be another name of the one in use.
        overwrite(&folder.join(OLD)).map_err(Error::io("清除旧内容"))?;
        clear_away(folder)?;
    }
    Ok(())
}

/// Removes what an earlier try has left, without looking at what it is.
fn clear_away(folder: &Path) -> Result<(), Error> {
    for name in [FRESH, OLD, "vault.db.fresh-wal", "vault.db.fresh-journal"] {
        let path = folder.join(name);
        if path.is_file() {
            fs::remove_file(&path).map_err(Error::io("清除旧内容"))?;
        }
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
    const NAME: &str = "饕餮某";
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
    /// ends of their terms in the full-text index, whose beginnings are shared.
    fn traces(words: &str) -> Vec<String> {
        let terms = grams::terms([words]);
        let ends = terms
            .split_whitespace()
            .filter(|term| term.len() == 8)
            .map(|term| term[3..].to_owned());
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
        assert!(!vault.is_wipe_due().expect("asked"));
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
        note_due(&vault.connection).expect("as if it had been killed before");
        drop(vault);
        // Killed between the two names: the second is that of the file in use.
        fs::hard_link(folder.join(DATABASE), folder.join(OLD)).expect("linked");
        fs::write(folder.join(FRESH), "half").expect("written");
        let vault = Vault::open(&folder, "口令").expect("opens");
        assert!(!vault.is_wipe_due().expect("asked"));
        assert!(!folder.join(OLD).exists() && !folder.join(FRESH).exists());
        let report = vault.verify(Depth::Every, &mut |_| true).expect("checked");
        assert!(report.is_sound(), "{:?}", report.damages);
        assert!(!stands(&salvage::decrypted(&folder, &key), SECRET));
    }
}
