//! Making the projections anew from the entries.

use casework::kinds::KINDS;
use rusqlite::{Connection, TransactionBehavior};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::apply::{Indexing, apply};
use crate::table::{self, entry, journal, local};
use crate::verify::Progress;
use crate::{Error, Vault, hex};

/// Local setting: what the projections were made with.
const MADE_WITH: &str = "ducha.projections";
/// Goes up when the same entries would be indexed in another way.
const INDEXING: u32 = 2;

impl Vault {
    /// Throws every projection away and makes it anew from the entries, in one
    /// transaction: the repair for what [`Vault::verify`] finds in them. The
    /// entries themselves are only read.
    ///
    /// # Errors
    /// [`Error::Cancelled`] when `progress` answers `false`; nothing has
    /// changed then.
    pub fn rebuild(&mut self, progress: &mut dyn FnMut(Progress) -> bool) -> Result<(), Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        table::clear_projections(&transaction)?;
        replay(&transaction, &transaction, progress)?;
        transaction.commit()?;
        Ok(())
    }
}

/// Makes the projections anew when this program would make them otherwise than
/// the one that did: it knows more kinds of records, or more fields to search.
/// All of them, or none when an error comes back.
pub(crate) fn bring_up_to_date(connection: &mut Connection) -> Result<(), Error> {
    let rules = Sha256::digest(format!("{INDEXING} {KINDS:?}"));
    let rules = json!(hex::encode(&rules));
    if local::get(connection, MADE_WITH)?.as_ref() == Some(&rules) {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    table::clear_projections(&transaction)?;
    replay(&transaction, &transaction, &mut |_| true)?;
    local::put(&transaction, MADE_WITH, &rules)?;
    transaction.commit()?;
    Ok(())
}

/// Applies every entry of `source` to the projections of `target`, in order of
/// arrival. Entries whose payload cannot be read are left out.
pub(crate) fn replay(
    source: &Connection,
    target: &Connection,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<(), Error> {
    let total = entry::count(source)?;
    let mut done: u64 = 0;
    entry::each(source, &mut |number, entry| {
        if done.is_multiple_of(64)
            && !progress(Progress {
                stage: "按条目重建",
                done,
                total,
            })
        {
            return Err(Error::Cancelled);
        }
        done += 1;
        match entry.open_payload() {
            Ok(Some(payload)) => apply(target, number, &entry, &payload, Indexing::Full).map(drop),
            _ => journal::put(target, number, &entry, None),
        }
    })
}
