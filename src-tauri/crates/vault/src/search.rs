//! Searching, by words and by name.

use ledger::merge::FieldVersions;
use ledger::{EntityId, Value};

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

impl Hit {
    /// The part of the text that is what was searched for, from 0 to 1.
    fn fit(&self) -> f64 {
        let found: usize = self.ranges.iter().map(|(begin, end)| end - begin).sum();
        found as f64 / self.text.chars().count().max(1) as f64
    }
}

impl Vault {
    /// The fields that contain every word of `query` (words are separated by
    /// white space), at most `limit`: of more, the latest. Those whose text is
    /// mostly what was searched for come first. Any text is a valid query;
    /// capitals and full-width forms do not matter; one character is enough.
    /// All sides of a conflict are searched; what belongs to a withdrawn record
    /// is not.
    pub fn search(&self, query: &str, limit: usize) -> Result<Vec<Hit>, Error> {
        let mut hits = Vec::new();
        text_index::find(&self.connection, query, &mut |id, field| {
            if hits.len() < limit && record::stands(&self.connection, &id)? {
                hits.extend(self.hit(id, field, query)?);
            }
            Ok(hits.len() < limit)
        })?;
        hits.sort_by(|a, b| b.fit().total_cmp(&a.fit()));
        Ok(hits)
    }

    fn hit(&self, id: EntityId, field: String, query: &str) -> Result<Option<Hit>, Error> {
        let Some(stored) = record::get(&self.connection, &id)? else {
            return Ok(None);
        };
        // What is shown lies beside the record's name; the other sides of a
        // conflict, and what stands beside a masked value, have to be looked up.
        let values: Vec<Value> =
            if stored.conflicts.contains(&field) || stored.masked.contains(&field) {
                let versions = field_version::tips(&self.connection, &id)?;
                let tips = versions.field(&field).map(FieldVersions::tips);
                let tips = tips.unwrap_or_default().into_iter();
                tips.map(|tip| tip.value.clone()).collect()
            } else {
                stored.fields.get(&field).cloned().into_iter().collect()
            };
        // The text with the most words in it; words may be spread over a list's
        // items or the sides of a conflict.
        let mut best: Option<(String, Vec<(usize, usize)>)> = None;
        for text in values.iter().flat_map(apply::texts_in) {
            let ranges = grams::ranges(&text, query);
            if best
                .as_ref()
                .is_none_or(|(_, found)| ranges.len() > found.len())
            {
                best = Some((text, ranges));
            }
        }
        Ok(best.map(|(text, ranges)| Hit {
            id,
            kind: stored.kind,
            field,
            text,
            ranges,
        }))
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
