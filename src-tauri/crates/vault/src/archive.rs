//! The archive itself: making it, opening it, its keys.

use std::fs;
use std::path::{Path, PathBuf};

use ledger::{ChainWriter, DeviceId, DeviceKey, EntityId, Head, Hlc, Position};
use rusqlite::Connection;
use serde_json::{Value as Json, json};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::folder::{self, BACKUPS, DATABASE, Held, Unfinished};
use crate::keys::{self, KdfParams, KeyFile, MasterKey, RecoveryCode};
use crate::sealing::Opened;
use crate::table::{absence, attachment, entry, journal, local, migration, sealed, secret};
use crate::{Error, backup, connection, device, origin, rebuild, sealing, wiping};

/// Local setting: when the archive was made.
const CREATED: &str = "ducha.created";
/// Local setting of a copy: whoever opens it must not continue the chain of
/// the archive it was copied from. Says what it is a copy of.
pub(crate) const IS_COPY: &str = "ducha.is-copy";

/// An open archive (档案库). It holds the lock on its folder, and the key in
/// memory, until it is dropped.
#[derive(Debug)]
pub struct Vault {
    // Order matters: fields are dropped from the top, the lock last.
    pub(crate) connection: Connection,
    pub(crate) writer: ChainWriter,
    pub(crate) key: MasterKey,
    pub(crate) folder: PathBuf,
    /// The keys of the compartments that are open.
    pub(crate) opened: Opened,
    _held: Held,
}

/// What a new archive is made from.
#[derive(Debug)]
pub struct NewArchive<'a> {
    /// The folder to be made, `名称.ducha`. Must not exist.
    pub folder: &'a Path,
    /// The passphrase. Not empty; how good it is, the caller judges.
    pub passphrase: &'a str,
    /// Cost of guessing it.
    pub kdf: KdfParams,
    /// Now, in milliseconds since 1970, UTC.
    pub now_millis: u64,
}

impl Vault {
    /// Makes an archive and opens it. The recovery code is shown this once.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] and whatever the disk refuses. All or nothing:
    /// it is made under a hidden name beside the folder and then renamed.
    pub fn create(new: &NewArchive<'_>) -> Result<(Self, RecoveryCode), Error> {
        if folder::occupied(new.folder) {
            return Err(Error::AlreadyExists);
        }
        let master: MasterKey = Zeroizing::new(keys::random()?);
        let archive = EntityId::new(new.now_millis, keys::random()?).0;
        let (file, code) = KeyFile::new(archive, new.kdf, new.passphrase, &master)?;

        let unfinished = Unfinished::beside(new.folder)?;
        folder::write_keys(unfinished.path(), &file)?;
        fs::create_dir(unfinished.path().join(BACKUPS)).map_err(Error::io("建立文件夹"))?;
        let mut database = connection::open(&unfinished.path().join(DATABASE), &master, true)?;
        migration::migrate(&mut database)?;
        device::renew(&database)?;
        local::put(&database, CREATED, &json!(new.now_millis))?;
        journal::complete(&database)?;
        connection::close(database)?;
        unfinished.finish(new.folder)?;

        Ok((Self::unlock(new.folder, |_| Ok(master))?, code))
    }

    /// Opens the archive in `folder` with its passphrase.
    ///
    /// # Errors
    /// [`Error::WrongPassphrase`], as often as it is wrong: nobody is ever
    /// locked out. [`Error::LockedElsewhere`], [`Error::NotAnArchive`],
    /// [`Error::KeysDamaged`], [`Error::NewerFormat`], [`Error::Damaged`].
    pub fn open(folder: &Path, passphrase: &str) -> Result<Self, Error> {
        Self::unlock(folder, |file| file.open(passphrase))
    }

    /// Opens the archive in `folder` with the printed recovery code, typed in
    /// any case and grouping.
    ///
    /// # Errors
    /// As [`Vault::open`]; a typing error names the group it is in.
    pub fn open_with_recovery(folder: &Path, code: &str) -> Result<Self, Error> {
        let code = RecoveryCode::parse(code)?;
        Self::unlock(folder, |file| file.open_with_recovery(&code))
    }

    fn unlock(
        folder: &Path,
        key: impl FnOnce(&KeyFile) -> Result<MasterKey, Error>,
    ) -> Result<Self, Error> {
        let file = folder::read_keys(folder)?;
        let held = folder::hold(folder)?;
        let master = key(&file)?;
        wiping::remove_leftovers(folder)?;
        let database = folder.join(DATABASE);
        let mut connection = connection::open(&database, &master, false)?;
        if migration::is_older(&connection)? {
            match backup::before_migration(&connection, &master, folder) {
                // One damaged page and no copy can be made. The archive opens
                // all the same: what it says is wrong, and what is whole in it,
                // can be told only then; and the step adds, it takes nothing away.
                // SQLCipher gives nothing more out after a page that fails, so
                // it begins anew.
                Err(Error::Damaged { .. } | Error::BackupUnreadable) => {
                    drop(connection);
                    connection = connection::open(&database, &master, false)?;
                }
                Ok(()) => {}
                Err(other) => return Err(other),
            }
        }
        migration::migrate(&mut connection)?;
        close_what_a_crash_left_open(&mut connection, folder, &master)?;
        match catch_up(&mut connection) {
            // A damaged page bars nobody here either: what there is is shown as an
            // earlier program would show it.
            Err(Error::Damaged { .. }) => {
                drop(connection);
                connection = connection::open(&database, &master, false)?;
            }
            other => other?,
        }
        let writer = prepare(&mut connection)?;
        Ok(Self {
            connection,
            writer,
            key: master,
            folder: folder.to_owned(),
            opened: Opened::default(),
            _held: held,
        })
    }

    /// Locks the key under another passphrase. Nothing is encrypted anew, so
    /// it takes a moment whatever the size of the archive. `kdf` is what a try
    /// costs from now on: machines get faster, and so do those who guess.
    pub fn change_passphrase(&self, new: &str, kdf: KdfParams) -> Result<(), Error> {
        let mut file = folder::read_keys(&self.folder)?;
        file.set_passphrase_at(kdf, new, &self.key)?;
        folder::write_keys(&self.folder, &file)
    }

    /// Whether `passphrase` is the right one: for a screen that was locked.
    pub fn is_passphrase(&self, passphrase: &str) -> Result<bool, Error> {
        match folder::read_keys(&self.folder)?.open(passphrase) {
            Ok(_) => Ok(true),
            Err(Error::WrongPassphrase) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Makes a new recovery code; the old sheet opens nothing from then on.
    pub fn reissue_recovery_code(&self) -> Result<RecoveryCode, Error> {
        let mut file = folder::read_keys(&self.folder)?;
        let code = RecoveryCode::generate()?;
        file.set_recovery(&code, &self.key)?;
        folder::write_keys(&self.folder, &file)?;
        Ok(code)
    }

    /// The archive's random identifier, the same in all its backups.
    pub fn archive_id(&self) -> Result<Uuid, Error> {
        Ok(folder::read_keys(&self.folder)?.archive())
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The device this archive writes as.
    pub fn device(&self) -> DeviceId {
        self.writer.device()
    }

    /// The key that signs heads, bundles and receipts.
    pub fn device_key_for_signing(&self) -> &DeviceKey {
        self.writer.key()
    }

    /// This device's clock: the stamp of its last entry.
    pub fn clock(&self) -> Hlc {
        self.writer.position().hlc
    }

    /// A new identifier for a record.
    pub fn new_id(&self, now_millis: u64) -> Result<EntityId, Error> {
        Ok(EntityId::new(now_millis, keys::random()?))
    }

    /// A secret of this machine (never exchanged), e.g. the identity that opens
    /// bundles.
    pub fn secret(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        secret::get(&self.connection, name)
    }

    /// Keeps a secret of this machine. The names beginning with `ducha.` are
    /// the archive's own.
    pub fn put_secret(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        secret::put(&self.connection, name, bytes)
    }

    /// A setting of this machine (never exchanged).
    pub fn local(&self, name: &str) -> Result<Option<Json>, Error> {
        local::get(&self.connection, name)
    }

    /// Keeps a setting of this machine; JSON null removes it. The names
    /// beginning with `ducha.` are the archive's own.
    pub fn put_local(&mut self, name: &str, value: &Json) -> Result<(), Error> {
        local::put(&self.connection, name, value)
    }

    /// When the archive was made: milliseconds since 1970, UTC.
    pub fn created_millis(&self) -> Result<u64, Error> {
        Ok(local::get(&self.connection, CREATED)?
            .and_then(|value| value.as_u64())
            .unwrap_or(0))
    }
}

/// What was sealed must not stay open because the program died, nor what was
/// erased in the file. Only then may anything else be done.
fn close_what_a_crash_left_open(
    connection: &mut Connection,
    folder: &Path,
    key: &MasterKey,
) -> Result<(), Error> {
    if sealing::withdraw_all(connection)? || wiping::is_due(connection)? {
        match wiping::rewrite(connection, folder, key) {
            // Nothing shows it any more. A disk without room for a second file,
            // or with a damaged page, must bar nobody from the archive; it is
            // tried again each time.
            Ok(())
            | Err(
                Error::DiskFull | Error::ReadOnly | Error::Damaged { .. } | Error::BackupUnreadable,
            ) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

/// Makes what an earlier program left to be made, and removes what it left
/// half made. It reads the whole file.
fn catch_up(connection: &mut Connection) -> Result<(), Error> {
    rebuild::bring_up_to_date(connection)?;
    absence::complete(connection)?;
    let removed = attachment::remove_unfinished(connection)
        .and_then(|()| sealed::remove_unfinished(connection));
    match removed {
        // Room that could not be given back bars nobody from the archive.
        Err(Error::DiskFull | Error::ReadOnly) => Ok(()),
        other => other,
    }
}

/// Gives a copy a device of its own, and finds where the device's chain stands.
fn prepare(connection: &mut Connection) -> Result<ChainWriter, Error> {
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    if let Some(mark) = local::get(&transaction, IS_COPY)? {
        device::renew(&transaction)?;
        origin::remember(&transaction, &mark)?;
        local::put(&transaction, IS_COPY, &Json::Null)?;
    }
    let key = device::key(&transaction)?;
    let position = position(&transaction, &key.id())?;
    transaction.commit()?;
    Ok(ChainWriter::new(key, position))
}

fn position(connection: &Connection, device: &DeviceId) -> Result<Position, Error> {
    Ok(match entry::heads(connection)?.get(device) {
        Some((Head { seq, hash }, hlc)) => Position {
            seq: *seq,
            hash: *hash,
            hlc: *hlc,
        },
        None => Position::START,
    })
}
