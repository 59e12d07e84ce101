//! One number for all that is shown.

use rusqlite::types::Value as Cell;
use sha2::{Digest, Sha256};

use crate::{Error, Vault, hex, table};

impl Vault {
    /// A hash over everything shown, the same in every archive that holds the
    /// same payloads, whatever the order they came in: two people can compare
    /// their archives by it.
    pub fn digest(&self) -> Result<String, Error> {
        let mut hasher = Sha256::new_with_prefix(b"ducha/vault/1/digest\0");
        for sql in table::DIGESTED {
            let mut statement = self.connection.prepare(sql)?;
            let width = statement.column_count();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                for column in 0..width {
                    let cell: Cell = row.get(column)?;
                    let text = format!("{cell:?}");
                    hasher.update((text.len() as u64).to_be_bytes());
                    hasher.update(text);
                }
            }
        }
        Ok(hex::encode(&hasher.finalize()))
    }
}
