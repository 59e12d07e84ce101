//! 回收: the withdrawn records, by whom and when, and the way back. Nothing is
//! ever cleared out of here.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::journal::one_page;
use crate::moment::local_of;
use crate::names::Named;
use crate::open::{Open, entity, label_of};
use ledger::{RETRACTED, Value};
use serde::Serialize;
use specta::Type;
use vault::{StoredRecord, WithdrawnFilter};

/// A withdrawn record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct WithdrawnRow {
    /// Identifier.
    pub id: String,
    /// Kind in words.
    pub label: String,
    /// What it is called.
    pub title: String,
    /// The record it belongs to, in words; empty when it belongs to none.
    pub owner: String,
    /// Who withdrew it.
    pub who: String,
    /// On which device.
    pub device: String,
    /// Local time, to the second.
    pub at: String,
}

/// A page of the withdrawn records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct WithdrawnPage {
    /// Records that pass the filter.
    pub total: u32,
    /// Kinds that occur; the identifier is the kind, the detail how many.
    pub kinds: Vec<Named>,
    /// The records, the one withdrawn last first.
    pub rows: Vec<WithdrawnRow>,
    /// Where the next page begins; none on the last one.
    pub next: Option<String>,
}

impl Office {
    /// A page of the withdrawn records; `after` is the `next` of the page before.
    pub fn withdrawn(
        &self,
        kind: Option<&str>,
        text: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<WithdrawnPage> {
        let open = self.archive()?;
        let filter = WithdrawnFilter {
            kind: kind.map(str::to_owned),
            text: text.to_owned(),
        };
        let after = match after {
            Some(text) => {
                let lost = || ErrorView::missing("页");
                let (changed, id) = text.split_once(':').ok_or_else(lost)?;
                Some((changed.parse().map_err(|_| lost())?, entity(id)?))
            }
            None => None,
        };
        let (records, next) = one_page(
            limit,
            |wanted| open.vault.withdrawn(&filter, after, wanted),
            |last| format!("{}:{}", last.changed_millis, last.id),
        )?;
        let counted = open.vault.withdrawn_counts(&filter)?;
        let all = open.vault.withdrawn_counts(&WithdrawnFilter {
            kind: None,
            text: text.to_owned(),
        })?;
        Ok(WithdrawnPage {
            total: counted.values().sum::<u64>() as u32,
            kinds: all
                .iter()
                .map(|(kind, count)| Named {
                    id: kind.clone(),
                    name: label_of(kind).to_owned(),
                    detail: count.to_string(),
                })
                .collect(),
            next,
            rows: records
                .iter()
                .map(|record| open.withdrawn_row(record))
                .collect::<Result<_>>()?,
        })
    }
}

impl Open {
    fn withdrawn_row(&self, record: &StoredRecord) -> Result<WithdrawnRow> {
        let history = self.vault.history(&record.id)?;
        let mark = history
            .iter()
            .rev()
            .find(|line| line.field == RETRACTED && line.current);
        let owner = casework::kinds::spec_of(&record.kind)
            .and_then(|spec| record.fields.get(spec.parent?))
            .and_then(Value::as_text)
            .and_then(|id| id.parse().ok());
        Ok(WithdrawnRow {
            id: record.id.to_string(),
            label: label_of(&record.kind).to_owned(),
            title: self.called(&record.id)?,
            owner: match owner {
                Some(owner) => self.called(&owner)?,
                None => String::new(),
            },
            who: match mark {
                Some(mark) => self.author_words(&mark.author)?,
                None => String::new(),
            },
            device: mark
                .map(|mark| self.device_words(&mark.device))
                .transpose()?
                .unwrap_or_default(),
            at: local_of(mark.map_or(record.changed_millis, |mark| mark.millis))
                .format("%Y-%m-%dT%H:%M:%S")
                .to_string(),
        })
    }
}
