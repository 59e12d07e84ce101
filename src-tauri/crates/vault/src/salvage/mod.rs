//! Saving what can still be read out of an archive that no longer opens.
//!
//! The damaged archive is only read. Every page that survives is looked
//! through, every entry is checked by its hash and its device's signature,
//! every attachment by its hash; what is whole goes into a new archive, which
//! opens with the same passphrase and recovery code and writes as a new device.

mod carve;
mod cells;
mod cipher;
mod known_loss;
mod pages;
mod sealed;
mod unlisted;

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File};
use std::path::Path;

use ledger::Entry;
use rusqlite::Connection;

pub(crate) use carve::Carving;
pub use carve::Lost;
pub(crate) use known_loss::KnownLoss;

use pages::Pages;

use crate::apply::{Indexing, apply};
use crate::archive::IS_COPY;
use crate::folder::{self, BACKUPS, DATABASE, KEYS, Unfinished};
use crate::keys::{MasterKey, RecoveryCode};
use crate::origin::Origin;
use crate::sealing::Opened;
use crate::staging::{RecordLine, line};
use crate::table::attachment::Writer;
use crate::table::entry::EntryNo;
use crate::table::{absence, entry, erased, journal, local, migration, read_log, secret};
use crate::verify::{Progress, check_pages, step};
use crate::{Error, Vault, connection, device, erasing};

/// What a damaged archive still holds, and what it has lost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// Pages of the database.
    pub pages: u64,
    /// Pages that cannot be read or were changed.
    pub damaged_pages: u64,
    /// Entries whose header and signature are whole.
    pub entries: u64,
    /// Of these, without payload: withheld when they came, or lost.
    pub without_payload: u64,
    /// Entries whose payload is sealed, and kept as it is.
    pub sealed: u64,
    /// Entries that are lost.
    pub lost: Vec<Lost>,
    /// Records that lost entries were about, as far as that is still known.
    pub touched: Vec<RecordLine>,
    /// Records that can be shown.
    pub records: u64,
    /// Attachments that are whole.
    pub attachments: u64,
    /// Names of the attachments that are not.
    pub lost_attachments: Vec<String>,
    /// Names of the attachments that records name and that were not found at
    /// all: the list of attachments is damaged, or they never came.
    pub missing_attachments: Vec<String>,
    /// Lines of the register of readings that are lost before one that is not.
    pub lost_readings: u64,
}

impl Salvaged {
    /// Whether nothing is known to be lost.
    pub fn is_whole(&self) -> bool {
        self.lost.is_empty()
            && self.lost_attachments.is_empty()
            && self.missing_attachments.is_empty()
            && self.touched.is_empty()
            && self.lost_readings == 0
    }
}

/// What opens an archive.
#[derive(Debug, Clone, Copy)]
pub enum Unlocking<'a> {
    /// Its passphrase.
    Passphrase(&'a str),
    /// Its printed recovery code, as typed.
    RecoveryCode(&'a str),
}

impl Vault {
    /// Makes a new archive at `target` from all that is whole in the damaged
    /// one at `folder`, and says what is not. The damaged one is left as it is.
    ///
    /// # Errors
    /// [`Error::KeysDamaged`]: the key file is the one thing that is needed;
    /// each backup has it, too. [`Error::WrongPassphrase`],
    /// [`Error::LockedElsewhere`], [`Error::AlreadyExists`].
    /// [`Error::NothingLeft`] when not one entry can be read.
    /// [`Error::Cancelled`] when `progress` answers `false`: nothing is made then.
    pub fn salvage(
        folder: &Path,
        unlocking: Unlocking<'_>,
        target: &Path,
        progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<Salvaged, Error> {
        if folder::occupied(target) {
            return Err(Error::AlreadyExists);
        }
        let file = folder::read_keys(folder)?;
        let held = folder::hold(folder)?;
        let key = match unlocking {
            Unlocking::Passphrase(passphrase) => file.open(passphrase)?,
            Unlocking::RecoveryCode(code) => {
                file.open_with_recovery(&RecoveryCode::parse(code)?)?
            }
        };
        let carving = Carving::of(folder, &key, progress)?;
        if carving.entries() == 0 {
            return Err(Error::NothingLeft);
        }
        let unfinished = Unfinished::beside(target)?;
        fs::copy(folder.join(KEYS), unfinished.path().join(KEYS))
            .and_then(|_| File::open(unfinished.path().join(KEYS))?.sync_all())
            .map_err(Error::io("写出新档案库"))?;
        fs::create_dir(unfinished.path().join(BACKUPS)).map_err(Error::io("建立文件夹"))?;
        let report = fill(&carving, &unfinished.path().join(DATABASE), &key, progress)?;
        drop(held);
        unfinished.finish(target)?;
        Ok(report)
    }
}

/// Writes everything that was found into a new database, and reads it back.
fn fill(
    carving: &Carving,
    path: &Path,
    key: &MasterKey,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<Salvaged, Error> {
    let mut database = connection::open(path, key, true)?;
    migration::migrate(&mut database)?;
    let transaction = database.transaction()?;
    let mut arrived = HashMap::new();
    let mut report = replay(carving, progress, &mut |entry| {
        arrived.insert(entry.hash, keep(&transaction, entry)?);
        Ok(())
    })?;
    carving.put_back_sealed(&transaction, &arrived)?;
    for attachment in &carving.attachments {
        step(
            progress,
            "写出附件",
            report.attachments,
            carving.attachments.len() as u64,
        )?;
        transaction.execute_batch("SAVEPOINT attachment")?;
        let mut writer = Writer::begin(&transaction, &attachment.file_name)?;
        let whole =
            carving.read_attachment(attachment, &mut |bytes| writer.write(&transaction, bytes))?;
        if whole {
            writer.finish(&transaction)?;
            report.attachments += 1;
        } else {
            transaction.execute_batch("ROLLBACK TO attachment")?;
            report.lost_attachments.push(attachment.file_name.clone());
        }
        transaction.execute_batch("RELEASE attachment")?;
    }
    let listed = carving.attachments.iter().map(|it| it.sha256);
    let mut unwanted = BTreeSet::new();
    for sha256 in listed {
        if erased::has_attachment(&transaction, &sha256)? {
            unwanted.insert(sha256);
        }
    }
    erasing::drop_unnamed(&transaction, &unwanted)?;
    report.missing_attachments = unlisted::unlisted(&transaction, carving)?;
    for (name, value) in &carving.settings {
        // The archive's own settings are about the file that was damaged.
        if !name.starts_with("ducha.")
            && let Ok(value) = serde_json::from_str(value)
        {
            local::put(&transaction, name, &value)?;
        }
    }
    for (name, value) in &carving.secrets {
        if !name.starts_with("ducha.") {
            secret::put(&transaction, name, value)?;
        }
    }
    device::remember(&transaction, &carving.devices())?;
    KnownLoss::remember(&transaction, &report.lost)?;
    report.lost_readings = read_log::put_back(&transaction, &carving.readings)?;
    local::put(&transaction, IS_COPY, &Origin::Salvaged.mark())?;
    name_touched(carving, &transaction, &mut report)?;
    transaction.commit()?;
    journal::complete(&database)?;
    if !check_pages(&database)?.is_empty() {
        return Err(Error::BackupUnreadable);
    }
    connection::close(database)?;
    Ok(report)
}

/// Gives every entry found to `take`, by arrival, and counts.
fn replay(
    carving: &Carving,
    progress: &mut dyn FnMut(Progress) -> bool,
    take: &mut dyn FnMut(&Entry) -> Result<(), Error>,
) -> Result<Salvaged, Error> {
    let total = carving.entries();
    let mut done = 0;
    carving.each_by_arrival(&mut |entry| {
        if done % 64 == 0 {
            step(progress, "重建记录", done, total)?;
        }
        done += 1;
        take(&entry)
    })?;
    Ok(Salvaged {
        pages: carving.pages(),
        damaged_pages: carving.damaged_pages,
        entries: done,
        without_payload: carving.without_payload(),
        sealed: carving.sealed(),
        lost: carving.lost(),
        ..Salvaged::default()
    })
}

/// Keeps an entry that was found, and returns its number. A payload that was
/// erased does not come back because an old page still held it.
fn keep(connection: &Connection, entry: &Entry) -> Result<EntryNo, Error> {
    let contents = entry.open_payload().unwrap_or_default();
    let covering = match &contents {
        Some(contents) => erasing::covering(connection, entry, contents)?,
        None => None,
    };
    if let Some(erasure) = covering {
        let number = entry::store(connection, &entry.withheld())?;
        absence::erased(connection, number, erasure)?;
        return Ok(number);
    }
    let number = entry::store(connection, entry)?;
    if entry.payload.is_none() {
        erasing::note_absence(connection, number, entry)?;
    } else if let Some(contents) = contents {
        let concerned = apply(connection, number, entry, &contents, Indexing::Skip)?;
        erasing::enforce(connection, &Opened::default(), &concerned)?;
    }
    Ok(number)
}

/// What is shown of an entry. One whose payload cannot be read is kept and
/// shows nothing, as everywhere.
fn project(connection: &Connection, number: i64, entry: &Entry) -> Result<(), Error> {
    match entry.open_payload() {
        Ok(Some(payload)) => apply(connection, number, entry, &payload, Indexing::Skip).map(drop),
        _ => journal::put(connection, number, entry, None),
    }
}

fn name_touched(
    carving: &Carving,
    connection: &Connection,
    report: &mut Salvaged,
) -> Result<(), Error> {
    for id in &carving.touched {
        report.touched.extend(line(connection, id)?);
    }
    report.records = connection.query_row("SELECT count(*) FROM record", [], |row| {
        crate::table::unsigned(row, 0)
    })?;
    Ok(())
}

/// What can still be read of an archive with damaged pages, without writing
/// anything: as a salvage would find it.
pub(crate) fn survey(
    carving: &Carving,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<Salvaged, Error> {
    let mut fresh = connection::in_memory()?;
    migration::migrate(&mut fresh)?;
    fresh.execute_batch("BEGIN")?;
    let mut report = replay(carving, progress, &mut |entry| {
        let number = entry::store(&fresh, &entry.withheld())?;
        project(&fresh, number, entry)
    })?;
    for attachment in &carving.attachments {
        step(
            progress,
            "核验附件",
            report.attachments,
            carving.attachments.len() as u64,
        )?;
        if carving.read_attachment(attachment, &mut |_| Ok(()))? {
            report.attachments += 1;
        } else {
            report.lost_attachments.push(attachment.file_name.clone());
        }
    }
    report.missing_attachments = unlisted::unlisted(&fresh, carving)?;
    report.lost_readings = read_log::put_back(&fresh, &carving.readings)?;
    name_touched(carving, &fresh, &mut report)?;
    Ok(report)
}

/// How many pages cannot be read or were changed.
pub(crate) fn damaged_pages(
    folder: &Path,
    key: &MasterKey,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<u64, Error> {
    Pages::open(folder, key)?.each("检查数据文件", progress, |_, _| {})
}

/// Every page of the archive's file and log, in use or free, decrypted.
#[cfg(test)]
pub(crate) fn decrypted(folder: &Path, key: &MasterKey) -> Vec<u8> {
    let mut bytes = Vec::new();
    let pages = Pages::open(folder, key).expect("the file can be read");
    let damaged = pages.each("逐页读取", &mut |_| true, |_, page| bytes.extend(page));
    assert_eq!(damaged.expect("read"), 0);
    bytes
}
