//! Attachments that records name and that are not even in the list of
//! attachments that was found: the page with that list is lost, or they never
//! came with their record.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::Carving;
use crate::table::{attachment, erased, field_version};
use crate::{Error, hex};

/// The names of these attachments, by hash. `connection` shows the records of
/// the entries that were found.
pub(super) fn unlisted(connection: &Connection, carving: &Carving) -> Result<Vec<String>, Error> {
    let listed: BTreeSet<[u8; 32]> = carving.attachments.iter().map(|it| it.sha256).collect();
    let mut named: BTreeMap<[u8; 32], String> = BTreeMap::new();
    carving.each_by_arrival(&mut |entry| {
        let contents = entry.open_payload().unwrap_or_default();
        for change in contents.iter().flat_map(|contents| &contents.changes) {
            attachment::named_in(&change.value, &mut |info| {
                if let Ok(hash) = attachment::parse(&info.sha256)
                    && !listed.contains(&hash)
                {
                    named.insert(hash, info.file_name);
                }
            });
        }
        Ok(())
    })?;
    let mut names = Vec::new();
    for (hash, name) in named {
        // What was erased is not missed.
        if !erased::has_attachment(connection, &hash)?
            && !field_version::naming(connection, &hex::encode(&hash))?.is_empty()
        {
            names.push(name);
        }
    }
    Ok(names)
}
