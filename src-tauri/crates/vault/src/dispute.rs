//! What waits for a person's decision, record by record. Nothing is kept for
//! it: the tips of the fields say what is open, the versions before them what
//! the sides started from.

use ledger::conflict::OpenConflict;
use ledger::merge::{RecordVersions, Version};
use ledger::{EntityId, Value};

use crate::table::field_version;
use crate::{Error, Vault};

/// An open conflict of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// The field and its sides.
    pub conflict: OpenConflict,
    /// What the field held when the sides parted; nothing when it held nothing
    /// then, or when there is no one such value.
    pub ground: Option<Value>,
}

impl Vault {
    /// What a person has to decide in a record.
    pub fn disputes(&self, id: &EntityId) -> Result<Vec<Dispute>, Error> {
        let open = field_version::tips(&self.connection, id)?.open_conflicts();
        if open.is_empty() {
            return Ok(Vec::new());
        }
        let mut all = RecordVersions::new();
        for row in field_version::all(&self.connection, id)? {
            let header = &row.entry.header;
            let version = Version {
                entry: row.entry.hash,
                hlc: header.hlc,
                device: header.device,
                value: row.value,
                bases: row.bases,
            };
            all.insert_version("", &row.field, version);
        }
        Ok(open
            .into_iter()
            .map(|conflict| {
                let seen: Vec<_> = conflict.seen().into_iter().collect();
                let ground = all
                    .field(&conflict.field)
                    .and_then(|field| field.common_ground(&seen))
                    .map(|version| version.value.clone());
                Dispute { conflict, ground }
            })
            .collect())
    }
}
