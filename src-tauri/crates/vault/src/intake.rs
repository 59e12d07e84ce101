//! Taking a large file in: piece by piece, a transaction each, so that neither
//! the memory nor the write-ahead log grows with the file. It becomes an
//! attachment only in the last one, together with the record that names it.

use rusqlite::TransactionBehavior;

use crate::table::attachment::{self, Writer};
use crate::table::sealed;
use crate::write::{Repeated, append};
use crate::{Action, AttachmentInfo, Edit, Error, Vault};

/// Bytes that make a good piece: few enough to wait for, enough that forcing
/// each to the disk costs little.
pub const INTAKE_PIECE: usize = 8 * 1024 * 1024;

/// A file on its way into the archive. Until it is finished nothing shows it;
/// when the program ends in the middle, the next opening removes it.
#[derive(Debug)]
pub struct Intake(Writer);

impl Intake {
    /// What it would be if nothing more came.
    pub fn so_far(&self) -> AttachmentInfo {
        self.0.so_far()
    }
}

impl Vault {
    /// Begins to take a file in.
    ///
    /// # Errors
    /// Whatever the disk refuses; nothing was kept then.
    pub fn begin_intake(&mut self, file_name: &str) -> Result<Intake, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let writer = Writer::begin(&transaction, file_name)?;
        if !self.opened.is_empty() {
            // It may be meant for what is sealed. When the program is killed it
            // must then go down to the last page, as everything sealed does.
            sealed::note_opened(&transaction, writer.number(), false)?;
        }
        transaction.commit()?;
        Ok(Intake(writer))
    }

    /// Takes the next piece; on the disk when this returns.
    ///
    /// # Errors
    /// Whatever the disk refuses. The caller [drops](Vault::drop_intake) the
    /// intake then.
    pub fn take_in(&mut self, intake: &mut Intake, piece: &[u8]) -> Result<(), Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        intake.0.write(&transaction, piece)?;
        transaction.commit()?;
        Ok(())
    }

    /// Forgets a file that was not wholly taken in.
    ///
    /// # Errors
    /// Whatever the disk refuses; the next opening removes it then.
    pub fn drop_intake(&mut self, intake: Intake) -> Result<(), Error> {
        let Intake(writer) = intake;
        self.forget_intake(writer.number())
    }

    fn forget_intake(&mut self, number: i64) -> Result<(), Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        attachment::remove(&transaction, number)?;
        sealed::forget_opened(&transaction, number)?;
        transaction.commit()?;
        Ok(())
    }

    /// The file is whole: it becomes an attachment, and the action that names it
    /// is carried out, in one transaction. Bytes the archive has already are kept
    /// once.
    ///
    /// # Errors
    /// As [`Vault::write`]; neither file nor record was kept then.
    pub fn finish_intake(
        &mut self,
        intake: Intake,
        action: &Action,
        edits: Vec<Edit>,
        now_millis: u64,
    ) -> Result<(), Error> {
        let (before, number) = (self.writer.position(), intake.0.number());
        let finished = self.finish(intake.0, action, edits, now_millis);
        if finished.is_err() {
            self.writer.rewind(before);
            // Its pieces were stored before. Where they cannot be removed now,
            // the next opening removes them.
            let _ = self.forget_intake(number);
        }
        finished
    }

    fn finish(
        &mut self,
        writer: Writer,
        action: &Action,
        edits: Vec<Edit>,
        now_millis: u64,
    ) -> Result<(), Error> {
        let number = writer.number();
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let hash = writer.finish(&transaction)?;
        if attachment::number_of(&transaction, &hash)? != Some(number) {
            // The bytes were here before; this copy of them is gone.
            sealed::forget_opened(&transaction, number)?;
        }
        let pen = (&mut self.writer, &self.opened);
        append(
            &transaction,
            pen,
            vec![(action.clone(), edits)],
            Repeated::Dropped,
            now_millis,
        )?;
        transaction.commit()?;
        Ok(())
    }
}
