//! What a readable import may not do: go past the steps that make a paper
//! formal or close a talk, give two papers one number, or change whose archive
//! it is. New records come as they are; the ledger says that they were imported.

use crate::error::Result;
use crate::json::{Own, ReadableRecord};
use crate::open::{Open, entity};
use crate::papers_desk::{number_words, proper_number};
use casework::records::{
    Interview, InterviewState, MinutesDocument, Organ, Paper, PaperState, Paragraph, Record,
    Supervisor, Turn,
};
use ledger::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Fields of a paper that only its formal steps set.
const FORMAL: [&str; 8] = [
    "state",
    "issued",
    "served_on",
    "replied_on",
    "reply",
    "closed_on",
    "outcome",
    "person",
];
/// Fields of minutes that say what was imported from where.
const IMPORTED: [&str; 3] = ["original", "format", "imported_at"];

/// What is wrong with a record of a readable import, in Chinese, without a full stop.
pub(crate) type Wrong = std::result::Result<(), String>;

impl Open {
    /// Checks a record against what stands in the archive already.
    pub(crate) fn check_fixed(
        &self,
        record: &ReadableRecord,
        fields: &BTreeMap<String, Value>,
    ) -> Result<Wrong> {
        let stored = match entity(&record.id) {
            Ok(id) => self.vault.record(&id)?,
            Err(_) => None,
        };
        let unset = Value::Null;
        let changes = |field: &str| {
            let shown = stored.as_ref().and_then(|stored| stored.fields.get(field));
            fields
                .get(field)
                .is_some_and(|wanted| wanted != shown.unwrap_or(&unset))
        };
        let refuse = |reason: &str| Ok(Err(reason.to_owned()));
        if stored.as_ref().is_some_and(|stored| stored.retracted) {
            return refuse("档案库里这条记录已经撤回，请先恢复");
        }
        let anything = || fields.keys().any(|field| changes(field));
        match record.kind.as_str() {
            Turn::KIND => {
                let owner = fields
                    .get("interview")
                    .or_else(|| stored.as_ref()?.fields.get("interview"));
                let owner = owner.and_then(Value::as_text).unwrap_or_default();
                if self.is_closed(owner)? && anything() {
                    return refuse("所属的谈话已经核对结束，内容不能再改");
                }
            }
            Interview::KIND if stored.is_some() => {
                let closed = self.is_closed(&record.id)?;
                let closes = fields.get("state").and_then(Value::as_text)
                    == Some(&format!("{:?}", InterviewState::已结束));
                if (closed && anything()) || (!closed && closes) {
                    return refuse("档案库里的这次谈话只能在程序里核对结束，结束后不能再改");
                }
            }
            Paragraph::KIND if stored.is_some() && anything() => {
                return refuse("会议记录的原文不能更改");
            }
            MinutesDocument::KIND if stored.is_some() => {
                if let Some(field) = IMPORTED.into_iter().find(|field| changes(field)) {
                    return Ok(Err(format!("会议记录原件的“{field}”不能更改")));
                }
            }
            Paper::KIND => {
                if let Some(paper) = self.find::<Paper>(&record.id)? {
                    if paper.record.state != PaperState::草稿 && anything() {
                        return refuse("档案库里的这份文书已经签发，不能更改");
                    }
                    if let Some(field) = FORMAL.into_iter().find(|field| changes(field)) {
                        return Ok(Err(format!("文书的“{field}”只能在程序里办理")));
                    }
                } else {
                    let draft = fields
                        .get("state")
                        .and_then(Value::as_text)
                        .is_none_or(|state| state == format!("{:?}", PaperState::草稿));
                    let kept = fields.get("issued").is_some_and(|copy| *copy != unset);
                    if draft == kept {
                        return refuse("签发的文书要有存根，草稿不能有存根");
                    }
                }
            }
            _ => {}
        }
        Ok(Ok(()))
    }

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
            if !taken.insert(number.clone()) {
                return Ok(Err((at, format!("发文字号{number}已经用于另一份文书"))));
            }
        }
        Ok(Ok(()))
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
