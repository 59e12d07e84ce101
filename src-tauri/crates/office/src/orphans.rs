//! Withdrawn here, built upon there: somebody withdrew a record while somebody
//! else, who did not know, noted something that rests on it. No field is in
//! conflict then, and what was noted would be out of sight with its record.
//! The withdrawal of a record that something rests on is refused (see
//! [`crate::withdrawing`]), so wherever such a pair stands, two people had not
//! seen each other, and a person decides.

use crate::error::Result;
use crate::open::{Open, label_of};
use crate::withdrawing::holders_of;
use casework::records::{
    Citation, Finding, Interview, Material, Observation, Paper, Passage, Person, Record, Tour,
    Turn, Unit,
};
use ledger::conflict::{OpenConflict, Side};
use ledger::{EntityId, RETRACTED, Value};
use std::collections::BTreeSet;
use vault::{Dispute, StoredRecord, WithdrawnFilter};

/// Kinds of record that others rest on.
const HOLDING: [&str; 9] = [
    Person::KIND,
    Unit::KIND,
    Tour::KIND,
    Interview::KIND,
    Finding::KIND,
    Paper::KIND,
    Turn::KIND,
    Passage::KIND,
    Observation::KIND,
];

/// Most of what rests on a record that is named.
const NAMED: usize = 6;

impl Open {
    /// The withdrawn records that something standing rests on.
    pub(crate) fn orphaning(&self) -> Result<Vec<StoredRecord>> {
        let mut found = Vec::new();
        for kind in HOLDING.into_iter().chain([Material::KIND]) {
            let filter = WithdrawnFilter {
                kind: Some(kind.to_owned()),
                text: String::new(),
            };
            for record in self.vault.withdrawn(&filter, None, usize::MAX)? {
                if !self.resting_on(&record)?.is_empty() {
                    found.push(record);
                }
            }
        }
        Ok(found)
    }

    /// What stands and rests on a withdrawn record, with its kind.
    pub(crate) fn resting_on(&self, record: &StoredRecord) -> Result<Vec<(EntityId, String)>> {
        if !record.retracted {
            return Ok(Vec::new());
        }
        let holders = match record.kind.as_str() {
            Turn::KIND | Passage::KIND | Observation::KIND | Material::KIND => {
                &[Citation::KIND][..]
            }
            kind => holders_of(kind),
        };
        let mut seen = BTreeSet::new();
        Ok(self
            .vault
            .resting_on(&record.id)?
            .into_iter()
            .filter(|link| holders.contains(&link.kind.as_str()) && seen.insert(link.from))
            .map(|link| (link.from, link.kind))
            .collect())
    }

    /// The question whether such a record is to stand after all.
    pub(crate) fn orphan_dispute(&self, record: &StoredRecord) -> Result<Option<Dispute>> {
        let resting = self.resting_on(record)?;
        if resting.is_empty() {
            return Ok(None);
        }
        let mut unseen = Vec::new();
        for (id, _) in &resting {
            let first = self.vault.history(id)?;
            unseen.extend(first.first().map(|line| line.entry));
        }
        let lines = self.vault.history(&record.id)?;
        let withdrawn = Value::Bool(true);
        let retractions = lines
            .iter()
            .filter(|line| line.current && line.field == RETRACTED && line.value == withdrawn)
            .map(|line| line.entry)
            .collect();
        let side = |value, entries| Side { value, entries };
        Ok(Some(Dispute {
            conflict: OpenConflict {
                field: RETRACTED.to_owned(),
                // It is out of sight for the time being.
                sides: vec![
                    side(withdrawn, retractions),
                    side(Value::Bool(false), unseen),
                ],
            },
            ground: None,
        }))
    }

    /// What rests on a withdrawn record, in words, a line each.
    pub(crate) fn resting_words(&self, record: &StoredRecord) -> Result<Vec<String>> {
        let resting = self.resting_on(record)?;
        let mut words = Vec::new();
        for (id, kind) in resting.iter().take(NAMED) {
            words.push(format!("{}：{}", label_of(kind), self.called(id)?));
        }
        if resting.len() > NAMED {
            words.push(format!("共{}条", resting.len()));
        }
        Ok(words)
    }

    /// Why such a record cannot stay withdrawn by a word: what rests on it must
    /// not go unseen.
    pub(crate) fn bars_orphaning(&self, record: &StoredRecord) -> Result<Option<String>> {
        let count = self.resting_on(record)?.len();
        Ok((count > 0).then(|| {
            format!("有{count}条内容以它为依附。请先选保留，逐条看过、处理完后，可以再撤回。")
        }))
    }
}
