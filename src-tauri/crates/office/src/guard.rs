//! What no change of a stored record may do, whichever way it comes (a
//! readable import, undo, bringing back an earlier state): go past the steps
//! that make a paper formal or close a talk, alter an original, or move what
//! was noted about one person to another.

use crate::double_numbers::ruling_id;
use crate::error::{ErrorView, Result};
use crate::open::{Open, entity, label_of};
use crate::papers_desk::number_words;
use crate::wording::label_or_name;
use casework::records::{
    Citation, Erasure, Finding, Interview, InterviewState, Material, MinutesDocument, NumberRuling,
    Observation, Paper, PaperState, Paragraph, Peer, Record, SignedAppointment, Statement, Turn,
};
use ledger::{EntityId, RETRACTED, Value};
use std::collections::BTreeMap;
use vault::Edit;

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
/// Fields of a citation that say what is cited.
const CITED: [&str; 5] = ["finding", "target_kind", "target", "quote", "place"];

/// Fields of a material that say which file was put where.
const PUT_IN: [&str; 4] = ["owner", "format", "file", "added_at"];

/// What is wrong with a change, in Chinese, without a full stop.
pub(crate) type Wrong = std::result::Result<(), String>;

impl Open {
    /// Checks a record against what stands in the archive already.
    pub(crate) fn check_fixed(
        &self,
        id: &str,
        kind: &str,
        fields: &BTreeMap<String, Value>,
    ) -> Result<Wrong> {
        let stored = match entity(id) {
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
        match kind {
            Erasure::KIND if anything() => {
                return refuse("依规删除的登记只由删除本身写入，不能另行填写或更改");
            }
            Peer::KIND if anything() => {
                return refuse("往来对象的密钥只能逐个登记、核对和吊销，不能另行更改");
            }
            SignedAppointment::KIND if stored.is_some() && anything() => {
                return refuse("签名的任命不能更改，只能由任命机关撤回");
            }
            Turn::KIND => {
                // Where it stands, and where it is to stand.
                let known = stored.as_ref().and_then(|it| it.fields.get("interview"));
                for owner in [fields.get("interview"), known].into_iter().flatten() {
                    if anything() && self.is_closed(owner.as_text().unwrap_or_default())? {
                        return refuse("所属的谈话已经核对结束，内容不能再改");
                    }
                }
            }
            NumberRuling::KIND if anything() => {
                if let Some(reason) = bars_ruling(id, stored.is_some(), fields) {
                    return refuse(reason);
                }
            }
            Interview::KIND if stored.is_some() => {
                let closed = self.is_closed(id)?;
                let closes = fields.get("state").and_then(Value::as_text)
                    == Some(&format!("{:?}", InterviewState::已结束));
                let held = changes("person")
                    && !(self.children::<Turn>(id)?.is_empty()
                        && self.referring::<Paper>(id, "interview")?.is_empty());
                if held {
                    return refuse("这次谈话已有记录，不能换成另一个人");
                }
                if (closed && anything()) || (!closed && closes) {
                    return refuse("档案库里的这次谈话只能在程序里核对结束，结束后不能再改");
                }
            }
            Paragraph::KIND if stored.is_some() && anything() => {
                return refuse("会议记录的原文不能更改");
            }
            MinutesDocument::KIND if stored.is_some() => {
                if let Some(field) = IMPORTED.into_iter().find(|field| changes(field)) {
                    let label = label_or_name(kind, field);
                    return Ok(Err(format!("会议记录的“{label}”不能更改")));
                }
            }
            Material::KIND if stored.is_some() => {
                if let Some(field) = PUT_IN.into_iter().find(|field| changes(field)) {
                    let label = label_or_name(kind, field);
                    return Ok(Err(format!("材料的“{label}”不能更改，请撤回后重新添加")));
                }
            }
            Paper::KIND => {
                if let Some(paper) = self.find::<Paper>(id)? {
                    if paper.record.state != PaperState::草稿 && anything() {
                        return refuse("档案库里的这份文书已经签发，不能更改");
                    }
                    if let Some(field) = FORMAL.into_iter().find(|field| changes(field)) {
                        let label = label_or_name(kind, field);
                        return Ok(Err(format!("文书的“{label}”只能在程序里办理")));
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
            Observation::KIND if stored.is_some() && changes("person") => {
                return refuse("情况记录不能改到另一个人名下");
            }
            Statement::KIND if stored.is_some() && changes("finding") => {
                return refuse("本人说明不能改到另一条线索名下");
            }
            Citation::KIND if stored.is_some() => {
                if let Some(field) = CITED.into_iter().find(|field| changes(field)) {
                    let label = label_or_name(kind, field);
                    return Ok(Err(format!(
                        "证据引用的“{label}”不能更改，请撤回后重新引用"
                    )));
                }
            }
            Finding::KIND
                if stored.is_some()
                    && changes("person")
                    && !(self.papers_on(id)?.is_empty()
                        && self.children::<Statement>(id)?.is_empty()) =>
            {
                return refuse("这条线索已有文书或本人说明，不能改为另一个人");
            }
            _ => {}
        }
        Ok(Ok(()))
    }

    /// Checks edits that bring back what was there before. They pass the same
    /// guards as any other: what rests on a record keeps it, what it belongs to
    /// must stand, and nothing that is closed changes.
    ///
    /// # Errors
    /// `GN-08` with the reason.
    pub(crate) fn check_bringing_back(&self, edits: &[Edit]) -> Result<()> {
        let mut by_record: BTreeMap<EntityId, BTreeMap<String, Value>> = BTreeMap::new();
        for edit in edits {
            by_record
                .entry(edit.entity)
                .or_default()
                .insert(edit.field.clone(), edit.value.clone());
        }
        for (id, mut fields) in by_record {
            let record = self
                .vault
                .record(&id)?
                .ok_or_else(|| ErrorView::missing("记录"))?;
            let text_id = id.to_string();
            let reason = match fields.remove(RETRACTED) {
                Some(Value::Bool(true)) => self.held_by(&text_id, &record)?,
                Some(_) => self.bars_return(&record)?,
                None => None,
            };
            let reason = match reason {
                None if !fields.is_empty() => self.bars_fields(&text_id, &record.kind, &fields)?,
                reason => reason,
            };
            if let Some(reason) = reason {
                return Err(ErrorView::new(
                    "GN-08",
                    reason,
                    "没有作任何改动，原来的内容都还在“历史”里。",
                ));
            }
        }
        Ok(())
    }

    /// Why the fields of a record may not get these values.
    fn bars_fields(
        &self,
        id: &str,
        kind: &str,
        fields: &BTreeMap<String, Value>,
    ) -> Result<Option<String>> {
        if let Err(reason) = self.check_fixed(id, kind, fields)? {
            return Ok(Some(format!("{reason}。")));
        }
        let links = casework::kinds::spec_of(kind).map_or(&[][..], |spec| spec.links);
        for (_, value) in fields
            .iter()
            .filter(|(field, _)| links.contains(&field.as_str()))
        {
            if let Some(gone) = self.gone_among(value)? {
                return Ok(Some(format!(
                    "旧内容里写到的“{}”记录已经撤回，请先恢复那一条。",
                    label_of(&gone)
                )));
            }
        }
        if kind == Paper::KIND
            && let Some(number) = fields.get("number").filter(|value| **value != Value::Null)
        {
            let json = serde_json::Value::from(number.clone());
            let paper = Paper {
                number: serde_json::from_value(json).unwrap_or_default(),
                ..Paper::default()
            };
            if let Some(number) = &paper.number
                && self.numbers_taken(Some(id))?.contains(number)
            {
                return Ok(Some(format!(
                    "发文字号{}已经用于另一份文书。",
                    number_words(&paper)
                )));
            }
        }
        Ok(None)
    }
}

/// Why a ruling on a double number may not be written from outside: one that is
/// known is decided in the program, and one that is new must say all that a
/// decision says, of the number that its identifier stands for.
fn bars_ruling(id: &str, is_known: bool, fields: &BTreeMap<String, Value>) -> Option<&'static str> {
    if is_known {
        return Some("重复发文字号的处理只能在“冲突”页作出，不能另行更改");
    }
    let json = serde_json::Value::from(Value::Map(fields.clone()));
    let ruling: Option<NumberRuling> = serde_json::from_value(json).ok();
    let is_whole = ruling.is_some_and(|ruling| {
        let named = ruling.number.as_ref();
        named.is_some_and(|number| ruling_id(number).to_string() == id)
            && !ruling.keeps.is_empty()
            && !ruling.others.is_empty()
            && !ruling.reason.trim().is_empty()
            && ruling.decided_on.is_some()
    });
    (!is_whole).then_some("重复发文字号的处理没有写全：要有字号、保留和收回的文书、依据、日期")
}
