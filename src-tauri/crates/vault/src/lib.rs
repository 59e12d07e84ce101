//! The archive (档案库): an encrypted folder that holds the ledger, everything
//! shown from it, and the files that belong to it.
//!
//! `名称.ducha/` contains `vault.db` (SQLCipher under a random key), `keys`
//! (that key under the passphrase and under the printed recovery code), `lock`
//! and `backups/`. None of them names anybody in the clear.
//!
//! The tables of entries are the truth; every other table is a projection that
//! one function (`apply`) writes, in the transaction that stores the
//! entry. So an action is in the ledger and on the screen, or in neither.

mod apply;
mod archive;
mod attachments;
mod backup;
mod connection;
mod device;
mod dispute;
mod erasing;
mod error;
mod folder;
mod grams;
mod hex;
mod intake;
mod journal;
mod keys;
mod origin;
mod read;
mod reading;
mod rebuild;
mod salvage;
mod scope;
mod sealing;
mod search;
mod staging;
mod syllables;
mod table;
mod undo;
mod verify;
mod wiping;
mod witness;
mod write;

pub use archive::{NewArchive, Vault};
pub use backup::BackupInfo;
pub use dispute::Dispute;
pub use erasing::{ErasureExtent, ErasureInfo, Straddling};
pub use error::{Error, MissingRange};
pub use intake::{INTAKE_PIECE, Intake};
pub use journal::{JournalChoices, JournalCursor, JournalFilter, JournalRow};
pub use keys::{KdfParams, KeyCost, RecoveryCode};
pub use origin::Origin;
pub use read::{HistoryLine, Stats};
pub use salvage::{Lost, Salvaged, Unlocking};
pub use scope::{ScopeSummary, Wanted};
pub use sealing::{CompartmentInfo, NewCompartment, Unsealed};
pub use search::Hit;
pub use staging::{Ahead, Incoming, Known, Opener, Preview, RecordLine, Staging};
pub use table::absence::Absence;
pub use table::attachment::{AttachmentInfo, AttachmentReader};
pub use table::journal::main_change;
pub use table::link::Link;
pub use table::read_log::{Reading, ReadingFilter};
pub use table::record::{MASKED_WORDS, StoredRecord, WithdrawnFilter};
pub use undo::Reversal;
pub use verify::{Damage, Part, Progress, VerifyReport};
pub use witness::{Alarm, AlarmKind};
pub use write::{Action, Edit};

#[cfg(test)]
mod tests {
    /// An archive is opened by one thread and used by others.
    #[test]
    fn an_archive_can_be_handed_to_another_thread() {
        fn handed<T: Send>() {}
        handed::<super::Vault>();
    }
}
