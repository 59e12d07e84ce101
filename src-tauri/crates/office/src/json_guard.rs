//! What a readable import may not do besides what [`crate::guard`] refuses:
//! give two papers one number, or change whose archive it is. New records come
//! as they are; the ledger says that they were imported.

use crate::error::Result;
use crate::json::{Own, ReadableRecord};
use crate::open::Open;
use crate::papers_desk::{number_words, proper_number};
use casework::records::{NumberRuling, Organ, Paper, Record, Supervisor};
use std::collections::BTreeSet;

impl Open {
    /// Checks that no number is given to two papers, in the file or in the archive.
    pub(crate) fn check_numbers(
        &self,
        records: &[ReadableRecord],
    ) -> Result<std::result::Result<(), (usize, String)>> {
        let named: BTreeSet<&str> = records.iter().map(|record| record.id.as_str()).collect();
        let mut taken = BTreeSet::new();
        for paper in self.all::<Paper>()? {
            if !named.contains(paper.id.as_str()) {
                taken.insert(number_words(&paper.record));
            }
        }
        taken.extend(self.sealed_numbers()?.iter().map(ToString::to_string));
        let mut settled = self.settled_numbers(records)?;
        for (at, record) in records.iter().enumerate() {
            if record.kind != Paper::KIND {
                continue;
            }
            // What the file leaves out of a known paper stays as it is.
            let stored = self.find::<Paper>(&record.id)?.map(|known| known.record);
            let mut fields = serde_json::to_value(stored.unwrap_or_default())
                .unwrap_or_else(|_| serde_json::Value::Object(serde_json::Map::new()));
            if let Some(whole) = fields.as_object_mut() {
                whole.extend(record.fields.clone());
            }
            let Ok(paper) = serde_json::from_value::<Paper>(fields) else {
                continue;
            };
            let number = match proper_number(paper.kind, paper.number.clone()) {
                Ok(None) => continue,
                Ok(number) => number_words(&Paper { number, ..paper }),
                Err(error) => {
                    return Ok(Err((at, error.message.trim_end_matches('。').to_owned())));
                }
            };
            // A double number that was ruled on comes back with its ruling.
            if settled.remove(&(number.clone(), record.id.clone())) {
                taken.insert(number);
                continue;
            }
            if !taken.insert(number.clone()) {
                return Ok(Err((at, format!("发文字号{number}已经用于另一份文书"))));
            }
        }
        Ok(Ok(()))
    }

    /// The numbers that were ruled on, here or in the file, each with every
    /// paper that the ruling is about.
    fn settled_numbers(&self, records: &[ReadableRecord]) -> Result<BTreeSet<(String, String)>> {
        let mut rulings: Vec<NumberRuling> = self
            .all::<NumberRuling>()?
            .into_iter()
            .map(|it| it.record)
            .collect();
        let brought = records.iter().filter(|it| it.kind == NumberRuling::KIND);
        rulings.extend(brought.filter_map(|it| {
            let fields = serde_json::Value::Object(it.fields.clone());
            serde_json::from_value::<NumberRuling>(fields).ok()
        }));
        Ok(rulings
            .into_iter()
            .filter_map(|ruling| Some((ruling.number.as_ref()?.to_string(), ruling)))
            .flat_map(|(number, ruling)| {
                let papers = ruling.others.into_iter().chain([ruling.keeps]);
                papers.map(move |paper| (number.clone(), paper))
            })
            .collect())
    }

    /// Which of the file's own supervisor and organ this archive takes as its
    /// own: only where it has none yet, or nothing was recorded in it but whose
    /// it is, so that the file is the archive that is being set up again. A
    /// colleague's file never makes a colleague of whoever works here.
    pub(crate) fn own_to_adopt(
        &self,
        own: &Own,
        records: &[ReadableRecord],
    ) -> Result<std::result::Result<Own, String>> {
        let is = |id: &str, kind: &str| {
            records
                .iter()
                .any(|record| record.id == id && record.kind == kind)
        };
        for (id, kind, what) in [
            (&own.supervisor, Supervisor::KIND, "督查员"),
            (&own.organ, Organ::KIND, "发文机关"),
        ] {
            if let Some(id) = id
                && !is(id, kind)
            {
                return Ok(Err(format!("“self”所指的{what}不在这个文件里")));
            }
        }
        let is_own = |kind: &String| matches!(kind.as_str(), Supervisor::KIND | Organ::KIND);
        let fresh = self.vault.stats()?.records.keys().all(is_own);
        let take = |known: bool, id: &Option<String>| id.clone().filter(|_| fresh || !known);
        Ok(Ok(Own {
            supervisor: take(self.supervisor()?.is_some(), &own.supervisor),
            organ: take(self.organ()?.is_some(), &own.organ),
        }))
    }
}
