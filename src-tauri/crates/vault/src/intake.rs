//! Taking a large file in: piece by piece, a transaction each, so that neither
//! the memory nor the write-ahead log grows with the file, sealed or not. It
//! becomes an attachment only in the last one, together with the record that
//! names it.

use ledger::EntityId;
use rusqlite::{Connection, TransactionBehavior};

use crate::sealing::{GrowingCopy, Opened, forget_unnamed};
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
pub struct Intake {
    writer: Writer,
    /// The encrypted copy, when it is meant for something sealed.
    copy: Option<GrowingCopy>,
}

impl Intake {
    /// What it would be if nothing more came.
    pub fn so_far(&self) -> AttachmentInfo {
        self.writer.so_far()
    }

    /// Brings the encrypted copy, if there is one, up to what is stored.
    fn copy_along(&mut self, connection: &Connection, opened: &Opened) -> Result<(), Error> {
        let Some(copy) = &mut self.copy else {
            return Ok(());
        };
        let key = opened.key(&copy.compartment()).ok_or(Error::Sealed)?;
        copy.follow(connection, key, self.writer.number())
    }

    fn traces(&self) -> Traces {
        Traces {
            attachment: self.writer.number(),
            copy: self.copy.as_ref().map(GrowingCopy::number),
        }
    }
}

/// Under which numbers the tables hold an intake.
#[derive(Clone, Copy)]
struct Traces {
    attachment: i64,
    copy: Option<i64>,
}

impl Vault {
    /// Begins to take a file in that is meant for `owner`. When that belongs to
    /// an open compartment, each piece gets its encrypted copy as it comes.
    ///
    /// # Errors
    /// Whatever the disk refuses; nothing was kept then.
    pub fn begin_intake(&mut self, file_name: &str, owner: &EntityId) -> Result<Intake, Error> {
        let copy = match self.compartment_of(owner)? {
            Some(compartment) => Some(GrowingCopy::begin(compartment)?),
            None => None,
        };
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
        Ok(Intake { writer, copy })
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
        intake.writer.write(&transaction, piece)?;
        intake.copy_along(&transaction, &self.opened)?;
        transaction.commit()?;
        Ok(())
    }

    /// Forgets a file that was not wholly taken in.
    ///
    /// # Errors
    /// Whatever the disk refuses; the next opening removes it then.
    pub fn drop_intake(&mut self, intake: Intake) -> Result<(), Error> {
        let traces = intake.traces();
        drop(intake);
        self.forget_intake(traces)
    }

    fn forget_intake(&mut self, traces: Traces) -> Result<(), Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        attachment::remove(&transaction, traces.attachment)?;
        sealed::forget_opened(&transaction, traces.attachment)?;
        if let Some(copy) = traces.copy {
            GrowingCopy::remove(&transaction, copy)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// The file is whole: it becomes an attachment, and the action that names it
    /// is carried out, in one transaction. Bytes the archive has already are kept
    /// once, in the clear and in each compartment.
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
        let (before, traces) = (self.writer.position(), intake.traces());
        let finished = self.finish(intake, action, edits, now_millis);
        if finished.is_err() {
            self.writer.rewind(before);
            // Its pieces were stored before. Where they cannot be removed now,
            // the next opening removes them.
            let _ = self.forget_intake(traces);
        }
        finished
    }

    fn finish(
        &mut self,
        mut intake: Intake,
        action: &Action,
        edits: Vec<Edit>,
        now_millis: u64,
    ) -> Result<(), Error> {
        let info = intake.so_far();
        let number = intake.writer.number();
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        intake.writer.flush(&transaction)?;
        intake.copy_along(&transaction, &self.opened)?;
        let hash = intake.writer.finish(&transaction)?;
        if attachment::number_of(&transaction, &hash)? != Some(number) {
            // The bytes were here before; this copy of them is gone.
            sealed::forget_opened(&transaction, number)?;
        }
        let copied = intake.copy.as_ref().map(GrowingCopy::compartment);
        if let Some(copy) = intake.copy {
            let key = self.opened.key(&copy.compartment()).ok_or(Error::Sealed)?;
            copy.finish(&transaction, key, &info)?;
        }
        let pen = (&mut self.writer, &self.opened);
        append(
            &transaction,
            pen,
            vec![(action.clone(), edits)],
            Repeated::Dropped,
            now_millis,
        )?;
        if let Some(id) = copied {
            // The record may have come to belong elsewhere than the owner did.
            let key = self.opened.key(&id).ok_or(Error::Sealed)?;
            forget_unnamed(&transaction, &id, key, [&hash])?;
        }
        transaction.commit()?;
        Ok(())
    }
}
