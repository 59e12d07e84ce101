//! Taking a record back and bringing it back. Nothing goes while something
//! rests on it, and nothing comes back to a place that is closed or gone.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::moment::Moment;
use crate::open::{Open, Saved, entity, label_of};
use casework::records::{
    Citation, Erasure, Finding, Interview, InterviewState, Material, MinutesDocument, Observation,
    Organ, Paper, Paragraph, Passage, Peer, Person, Record, Relation, SignedAppointment, Statement,
    Supervisor, Tour, Turn, Unit,
};
use ledger::Value;
use vault::StoredRecord;

impl Office {
    /// Takes a record back; it stays in the history.
    ///
    /// # Errors
    /// `GN-05` while something rests on it, `GN-02` when it is not there.
    pub fn retract(&mut self, id: &str, now: Moment) -> Result<Saved> {
        let open = self.archive_mut()?;
        let entity = entity(id)?;
        let record = open
            .vault
            .record(&entity)?
            .ok_or_else(|| ErrorView::missing("记录"))?;
        if let Some(reason) = open.held_by(id, &record)? {
            return Err(ErrorView::new(
                "GN-05",
                reason,
                "请先处理与它相关的内容，这条记录没有改动。",
            ));
        }
        let action = open.action("撤回记录")?;
        open.vault.retract(&action, entity, now.millis)?;
        Ok(Saved {
            id: id.to_owned(),
            saved_at: now.clock(),
        })
    }

    /// Brings a taken-back record back.
    ///
    /// # Errors
    /// `GN-06` when the talk it belongs to is closed, or what it belongs to or
    /// refers to was taken back in the meantime.
    pub fn restore(&mut self, id: &str, now: Moment) -> Result<Saved> {
        let open = self.archive_mut()?;
        let entity = entity(id)?;
        let record = open
            .vault
            .record(&entity)?
            .ok_or_else(|| ErrorView::missing("记录"))?;
        if record.retracted
            && let Some(reason) = open.bars_return(&record)?
        {
            return Err(ErrorView::new(
                "GN-06",
                reason,
                "这条记录仍是撤回状态，内容还在历史里，没有丢失。",
            ));
        }
        let action = open.action("恢复记录")?;
        open.vault.restore(&action, entity, now.millis)?;
        Ok(Saved {
            id: id.to_owned(),
            saved_at: now.clock(),
        })
    }
}

impl Open {
    /// Why a record cannot be taken back, if something stands against it.
    pub(crate) fn held_by(&self, id: &str, record: &StoredRecord) -> Result<Option<String>> {
        let kind = record.kind.as_str();
        let because = |reason: &str| Ok(Some(reason.to_owned()));
        match kind {
            Supervisor::KIND | Organ::KIND => {
                return because("督查员和发文机关的登记不能撤回，只能修改。");
            }
            Erasure::KIND => return because("依规删除的登记不能撤回。"),
            Paragraph::KIND => return because("会议记录的原文不能撤回。"),
            Peer::KIND => return because("往来对象不能撤回；不再使用的密钥请吊销。"),
            SignedAppointment::KIND => {
                return because("签名的任命不能撤回记录，只能由任命机关签名撤回。");
            }
            Turn::KIND if self.is_closed(text_of(record, "interview"))? => {
                return because("这次谈话已经核对结束，记录不能再改。");
            }
            Turn::KIND | Passage::KIND | Observation::KIND | Material::KIND
                if self.is_cited(id)? =>
            {
                return because("这条记录已被问题线索引用为证据，不能直接撤回。");
            }
            MinutesDocument::KIND => {
                for passage in self.children::<Passage>(id)? {
                    if self.is_cited(&passage.id)? {
                        return because("这份会议记录的摘录已被问题线索引用，不能直接撤回。");
                    }
                }
            }
            Paper::KIND if self.get::<Paper>(id)?.record.issued.is_some() => {
                return because("这份文书已经签发，存根不能撤回。");
            }
            Finding::KIND if !self.papers_on(id)?.is_empty() => {
                return because("有文书依据了这条线索，不能直接撤回。");
            }
            Citation::KIND | Statement::KIND => {
                let papers = self.papers_on(text_of(record, "finding"))?;
                if papers.iter().any(|paper| paper.record.issued.is_some()) {
                    return because("已签发的文书依据了它，不能撤回。");
                }
            }
            _ => {}
        }
        let links = self.vault.links_to(&entity(id)?)?;
        for owner in holders_of(kind) {
            if links.iter().any(|link| link.kind == *owner) {
                return Ok(Some(format!(
                    "还有“{}”记录与它相关，不能直接撤回。",
                    label_of(owner)
                )));
            }
        }
        Ok(None)
    }

    /// Why a record cannot come back, if something stands against it.
    pub(crate) fn bars_return(&self, record: &StoredRecord) -> Result<Option<String>> {
        if record.kind == Turn::KIND && self.is_closed(text_of(record, "interview"))? {
            return Ok(Some(
                "这次谈话已经核对结束，撤回的内容不能再放回去。".to_owned(),
            ));
        }
        let links = casework::kinds::spec_of(&record.kind).map_or(&[][..], |spec| spec.links);
        for value in links.iter().filter_map(|field| record.fields.get(*field)) {
            if let Some(gone) = self.gone_among(value)? {
                return Ok(Some(format!(
                    "它所依附的“{}”记录已经撤回，请先恢复那一条。",
                    label_of(&gone)
                )));
            }
        }
        Ok(None)
    }

    /// The kind of the first withdrawn record that a value refers to.
    pub(crate) fn gone_among(&self, value: &Value) -> Result<Option<String>> {
        for target in ids_in(value) {
            let Ok(target) = entity(target) else { continue };
            if let Some(target) = self.vault.record(&target)?
                && target.retracted
            {
                return Ok(Some(target.kind));
            }
        }
        Ok(None)
    }

    /// Whether a talk was closed: from then on neither its head nor its turns change.
    pub(crate) fn is_closed(&self, interview: &str) -> Result<bool> {
        Ok(self
            .find::<Interview>(interview)?
            .is_some_and(|talk| talk.record.state == InterviewState::已结束))
    }

    /// Whether a standing citation rests on the record.
    fn is_cited(&self, id: &str) -> Result<bool> {
        Ok(!self.referring::<Citation>(id, "target")?.is_empty())
    }
}

/// The kinds of record that rest on one of `kind`: while such a record stands,
/// the other is not withdrawn.
pub(crate) fn holders_of(kind: &str) -> &'static [&'static str] {
    match kind {
        Person::KIND => &[
            Interview::KIND,
            Finding::KIND,
            Paper::KIND,
            Relation::KIND,
            Observation::KIND,
            Tour::KIND,
            Material::KIND,
        ],
        Unit::KIND => &[
            Person::KIND,
            Tour::KIND,
            Relation::KIND,
            MinutesDocument::KIND,
            Unit::KIND,
        ],
        Tour::KIND => &[
            Interview::KIND,
            Finding::KIND,
            MinutesDocument::KIND,
            Material::KIND,
        ],
        Interview::KIND => &[Turn::KIND, Paper::KIND, Material::KIND],
        Finding::KIND | Paper::KIND => &[Material::KIND],
        _ => &[],
    }
}

/// A text field of a record as it is stored; empty when it was never set.
fn text_of<'r>(record: &'r StoredRecord, field: &str) -> &'r str {
    record
        .fields
        .get(field)
        .and_then(Value::as_text)
        .unwrap_or_default()
}

/// The identifiers in a field that holds one or a list of them.
fn ids_in(value: &Value) -> Vec<&str> {
    match value {
        Value::List(items) => items.iter().filter_map(Value::as_text).collect(),
        one => one.as_text().into_iter().collect(),
    }
}
