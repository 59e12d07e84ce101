//! Files kept inside the archive.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use ledger::EntityId;
use rusqlite::{Connection, TransactionBehavior};

use crate::table::attachment::{self, AttachmentReader, CHUNK, Writer, named_in};
use crate::table::{erased, record, sealed};
use crate::{AttachmentInfo, Error, Vault};

impl Vault {
    /// Whether an erasure (依规删除) took the attachment with this hash away, whether
    /// or not it was put back since.
    pub fn is_erased_attachment(&self, sha256: &str) -> Result<bool, Error> {
        erased::has_attachment(&self.connection, &attachment::parse(sha256)?)
    }

    /// Keeps what `reader` gives, chunk by chunk; the file is never whole in
    /// memory, nor anywhere in the clear on the disk. The same bytes again are
    /// kept once.
    ///
    /// # Errors
    /// When reading or writing fails; nothing was kept then.
    pub fn put_attachment(
        &mut self,
        reader: &mut dyn Read,
        file_name: &str,
    ) -> Result<AttachmentInfo, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut writer = Writer::begin(&transaction, file_name)?;
        let mut buffer = vec![0; CHUNK];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => writer.write(&transaction, &buffer[..read])?,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::io("读取文件")(error)),
            }
        }
        let known_before = attachment::list(&transaction)?.len();
        let hash = writer.finish(&transaction)?;
        let was_known = attachment::list(&transaction)?.len() == known_before;
        let info =
            attachment::get(&transaction, &hash)?.ok_or(Error::CountsDiffer { what: "附件" })?;
        // What is kept while something sealed is open may be meant for it.
        if !self.opened.is_empty()
            && !was_known
            && let Some(number) = attachment::number_of(&transaction, &hash)?
        {
            sealed::note_opened(&transaction, number, false)?;
        }
        transaction.commit()?;
        Ok(info)
    }

    /// Writes the bytes of an attachment to `target` and checks them on the way.
    /// Returns how many.
    ///
    /// # Errors
    /// [`Error::AttachmentMissing`]; [`Error::Damaged`] when the bytes are not
    /// what their name says: what was written must be thrown away then.
    pub fn read_attachment(&self, sha256: &str, target: &mut dyn Write) -> Result<u64, Error> {
        attachment::copy(&self.connection, &attachment::parse(sha256)?, target)
    }

    /// The bytes of an attachment to read from, chunk by chunk.
    ///
    /// # Errors
    /// [`Error::AttachmentMissing`]. Reading fails at the end when the bytes
    /// are not what their name says; the error within is an [`enum@Error`].
    pub fn open_attachment(&self, sha256: &str) -> Result<AttachmentReader<'_>, Error> {
        AttachmentReader::open(&self.connection, attachment::parse(sha256)?)
    }

    /// The bytes of an attachment, for what is known to be small.
    pub fn attachment_bytes(&self, sha256: &str) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.read_attachment(sha256, &mut bytes)?;
        Ok(bytes)
    }

    /// At most `length` bytes of an attachment from `from` on; fewer at its end,
    /// none beyond. Nothing but the stretch itself is in memory. Every page it
    /// comes from is authenticated by the database's cipher; the hash of the
    /// whole is checked where the whole is read.
    ///
    /// # Errors
    /// [`Error::AttachmentMissing`], [`Error::Damaged`].
    pub fn attachment_stretch(
        &self,
        sha256: &str,
        from: u64,
        length: usize,
    ) -> Result<Vec<u8>, Error> {
        attachment::stretch(&self.connection, &attachment::parse(sha256)?, from, length)
    }

    /// What is known of an attachment, if its bytes are here.
    pub fn attachment(&self, sha256: &str) -> Result<Option<AttachmentInfo>, Error> {
        attachment::get(&self.connection, &attachment::parse(sha256)?)
    }

    /// The attachments that standing records name and that are not held here,
    /// each with the first record that names it: what to ask the sender for.
    pub fn missing_attachments(&self) -> Result<Vec<(EntityId, AttachmentInfo)>, Error> {
        let mut missing = BTreeMap::new();
        record::each_standing(&self.connection, &mut |record| {
            for value in record.fields.values() {
                named_in(value, &mut |info| {
                    missing
                        .entry(info.sha256.clone())
                        .or_insert((record.id, info));
                });
            }
            Ok(())
        })?;
        let mut absent = Vec::new();
        for (id, info) in missing.into_values() {
            if self.attachment(&info.sha256)?.is_none() {
                absent.push((id, info));
            }
        }
        Ok(absent)
    }

    /// All attachments, in the order they came.
    pub fn attachments(&self) -> Result<Vec<AttachmentInfo>, Error> {
        attachment::list(&self.connection)
    }
}

/// Calls an attachment as a record that shows it calls it: the one that brought
/// the bytes may be sealed or erased, and its name for them with it.
pub(crate) fn name_anew(connection: &Connection, plain: i64, sha256: &str) -> Result<(), Error> {
    let mut name = None;
    for id in record::mentioning(connection, sha256)? {
        for value in record::get(connection, &id)?
            .iter()
            .flat_map(|it| it.fields.values())
        {
            named_in(value, &mut |info| {
                if info.sha256 == sha256 {
                    name = Some(info.file_name);
                }
            });
        }
    }
    attachment::rename(connection, plain, name.as_deref().unwrap_or("附件"))
}
