//! The pages of a database file and of the log beside it, read only.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::cipher::{PAGE, PageCipher, SALT};
use crate::Error;
use crate::folder::{DATABASE, LOG};
use crate::keys::MasterKey;
use crate::verify::{Progress, step};

/// Bytes of the log's header and of the one before each page in it.
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// Pages whose authentication is tried before the salt is held to be damaged.
const TRIED: u32 = 64;

/// What is on the disk, page by page.
pub(super) struct Pages {
    database: File,
    /// The log, and where in it the last committed version of a page lies.
    log: Option<(File, HashMap<u32, u64>)>,
    cipher: PageCipher,
    /// Pages of the database.
    pub(super) count: u32,
    /// Whether single pages can be told from changed ones. Not when the salt
    /// at the beginning of the file is damaged; entries and attachments are
    /// still recognised by their own hashes then.
    pub(super) authenticated: bool,
}

impl Pages {
    /// Opens the files of the archive in `folder`. Nothing is written.
    pub(super) fn open(folder: &Path, key: &MasterKey) -> Result<Self, Error> {
        let doing = "读取数据文件";
        let mut database = File::open(folder.join(DATABASE)).map_err(Error::io(doing))?;
        let length = database.metadata().map_err(Error::io(doing))?.len();
        let mut salt = [0; SALT];
        // A file too short to have one has no page either.
        let _ = database.read_exact(&mut salt);
        let mut log = read_log(&folder.join(LOG));
        let in_log = log
            .as_ref()
            .and_then(|(_, frames)| frames.keys().max().copied());
        let in_file = u32::try_from(length.div_ceil(PAGE as u64)).unwrap_or(u32::MAX);
        if in_file == 0 {
            log = None;
        }
        let mut pages = Self {
            database,
            log,
            cipher: PageCipher::new(key, salt),
            count: in_file.max(in_log.unwrap_or(0)),
            authenticated: true,
        };
        pages.authenticated = (1..=pages.count.min(TRIED)).any(|no| {
            pages
                .raw(no)
                .is_some_and(|page| pages.cipher.is_authentic(no, &page))
        });
        Ok(pages)
    }

    /// Page `no` (from 1) as it was last committed; nothing when it cannot be
    /// read or is not what was written.
    pub(super) fn read(&self, no: u32) -> Option<Vec<u8>> {
        let page = self.raw(no)?;
        (!self.authenticated || self.cipher.is_authentic(no, &page))
            .then(|| self.cipher.decrypt(no, &page))
    }

    /// Gives every page that can be read to `visit`; counts those that cannot.
    pub(super) fn each(
        &self,
        stage: &'static str,
        progress: &mut dyn FnMut(Progress) -> bool,
        mut visit: impl FnMut(u32, &[u8]),
    ) -> Result<u64, Error> {
        let total = u64::from(self.count);
        let mut damaged = 0;
        for no in 1..=self.count {
            if no % 64 == 1 {
                step(progress, stage, u64::from(no - 1), total)?;
            }
            match self.read(no) {
                Some(page) => visit(no, &page),
                None => damaged += 1,
            }
        }
        step(progress, stage, total, total)?;
        // Without the salt no page can be told from a changed one, and the salt
        // is a part of the first.
        Ok(damaged.max(u64::from(!self.authenticated)))
    }

    fn raw(&self, no: u32) -> Option<[u8; PAGE]> {
        let (file, at) = match &self.log {
            Some((log, frames)) if frames.contains_key(&no) => (log, frames[&no]),
            _ => (&self.database, u64::from(no.checked_sub(1)?) * PAGE as u64),
        };
        let mut page = [0; PAGE];
        // A sector that cannot be read is a damaged page, not the end.
        read_at(file, at, &mut page).ok()?;
        Some(page)
    }
}

fn read_at(mut file: &File, at: u64, bytes: &mut [u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(bytes)
}

/// Where in the log the committed pages lie: of every page its last version
/// before the last commit. Frames of an earlier round of the log, and those of
/// a transaction that did not end, are left out.
fn read_log(path: &Path) -> Option<(File, HashMap<u32, u64>)> {
    let log = File::open(path).ok()?;
    let mut header = [0; LOG_HEADER];
    read_at(&log, 0, &mut header).ok()?;
    let salts = &header[16..24];
    let (mut committed, mut open) = (HashMap::new(), HashMap::new());
    let mut at = LOG_HEADER as u64;
    let mut frame = [0; FRAME_HEADER];
    while read_at(&log, at, &mut frame).is_ok() && frame[8..16] == *salts {
        let number = |from: usize| {
            u32::from_be_bytes([
                frame[from],
                frame[from + 1],
                frame[from + 2],
                frame[from + 3],
            ])
        };
        open.insert(number(0), at + FRAME_HEADER as u64);
        if number(4) != 0 {
            committed.extend(open.drain());
        }
        at += (FRAME_HEADER + PAGE) as u64;
    }
    Some((log, committed))
}
