//! Where an archive came from when it was not made new: from a backup, or from
//! what was left of a damaged archive.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::table::local;
use crate::{Error, Vault};

/// Local setting: what this archive was restored from.
const ORIGIN: &str = "ducha.origin";

/// What an archive was restored from. What was written after that is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A backup.
    Backup {
        /// When it was made: milliseconds since 1970, UTC. Backups of the first
        /// version do not say.
        taken_millis: Option<u64>,
    },
    /// What could still be read of a damaged archive.
    Salvaged,
}

impl Origin {
    /// The mark that a copy carries until it is opened.
    pub(crate) fn mark(self) -> Json {
        json!(self)
    }
}

/// Keeps the mark of a copy that is opened for the first time.
pub(crate) fn remember(connection: &Connection, mark: &Json) -> Result<(), Error> {
    let origin =
        serde_json::from_value(mark.clone()).unwrap_or(Origin::Backup { taken_millis: None });
    local::put(connection, ORIGIN, &json!(origin))
}

impl Vault {
    /// What this archive was restored from, until somebody has taken note.
    pub fn origin(&self) -> Result<Option<Origin>, Error> {
        Ok(
            local::get(&self.connection, ORIGIN)?
                .and_then(|json| serde_json::from_value(json).ok()),
        )
    }

    /// Somebody has taken note of where the archive came from.
    pub fn settle_origin(&mut self) -> Result<(), Error> {
        local::put(&self.connection, ORIGIN, &Json::Null)
    }
}
