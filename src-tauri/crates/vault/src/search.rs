//! Searching, by words and by name.

use ledger::EntityId;

use crate::table::{field_version, name_index, record, text_index};
use crate::{Error, Vault, apply, grams};

/// One field of a record that fits what was searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The record.
    pub id: EntityId,
    /// What it is.
    pub kind: String,
    /// The field.
    pub field: String,
    /// The text found, whole.
    pub text: String,
    /// Where in `text` the words stand: (begin, end) in characters (Unicode
    /// scalar values), sorted, not overlapping.
    pub ranges: Vec<(usize, usize)>,
}

impl Vault {
    /// The fields that contain every word of `query` (words are separated by
    /// white space), best first, at most `limit`. Any text is a valid query;
    /// capitals and full-width forms do not matter; one character is enough.
    /// All sides of a conflict are searched.
    pub fn search(&self, query: &str, limit: usize) -> Result<Vec<Hit>, Error> {
        let mut hits = Vec::new();
        for (id, field) in text_index::find(&self.connection, query, limit)? {
            let Some(stamp) = record::stamp(&self.connection, &id)? else {
                continue;
            };
            let versions = field_version::tips(&self.connection, &id)?;
            let texts: Vec<String> = versions
                .field(&field)
                .map(|field| {
                    field
                        .tips()
                        .into_iter()
                        .flat_map(|tip| apply::texts_in(&tip.value))
                        .collect()
                })
                .unwrap_or_default();
            // The text with the most words in it; words may be spread over a
            // list's items or the sides of a conflict.
            let best = texts
                .into_iter()
                .map(|text| (grams::ranges(&text, query), text))
                .reduce(|best, next| {
                    if next.0.len() > best.0.len() {
                        next
                    } else {
                        best
                    }
                });
            if let Some((ranges, text)) = best {
                hits.push(Hit {
                    id,
                    kind: stamp.kind,
                    field,
                    text,
                    ranges,
                });
            }
        }
        Ok(hits)
    }

    /// The records whose name fits what was typed: characters, whole pinyin,
    /// initials or a mixture; every reading of a character counts. Best first:
    /// whole names, then beginnings, then parts.
    pub fn search_names(&self, typed: &str, limit: usize) -> Result<Vec<Hit>, Error> {
        let mut hits = Vec::new();
        for named in name_index::find(&self.connection, typed, limit)? {
            let Some(stamp) = record::stamp(&self.connection, &named.id)? else {
                continue;
            };
            let field = casework::kinds::spec_of(&stamp.kind)
                .and_then(|spec| spec.name)
                .unwrap_or("name");
            let ranges = vec![place(&named.name, named.range)];
            hits.push(Hit {
                id: named.id,
                kind: stamp.kind,
                field: field.to_owned(),
                text: named.name,
                ranges,
            });
        }
        Ok(hits)
    }
}

/// Positions that count no white space, as positions in `name`.
fn place(name: &str, (from, to): (usize, usize)) -> (usize, usize) {
    let counted: Vec<usize> = name
        .chars()
        .enumerate()
        .filter(|(_, c)| !c.is_whitespace() && !matches!(c, '|' | ','))
        .map(|(at, _)| at)
        .collect();
    (
        counted.get(from).copied().unwrap_or(0),
        counted.get(to.saturating_sub(1)).map_or(0, |at| at + 1),
    )
}
