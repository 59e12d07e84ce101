//! Deciding a conflict: one entry that names the versions it settles. What was
//! closed or issued keeps what stood then; every side stays in the history.

use crate::Office;
use crate::conflicts::conflict_label;
use crate::error::{ErrorView, Result};
use crate::moment::Moment;
use crate::names::CheckView;
use crate::open::{Open, Saved, entity};
use casework::checks::CheckLevel;
use casework::records::{Interview, InterviewState, Paper, PaperState, Record, Turn};
use ledger::{EntityId, EntryHash, RETRACTED, Value};
use serde::Deserialize;
use specta::Type;
use std::collections::BTreeSet;
use vault::{Dispute, Edit, HistoryLine, StoredRecord};

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(tag = "way", content = "value")]
pub enum Choice {
    /// The side that this entry stands for.
    选定(String),
    /// Another text, in which a person has combined them.
    另写(String),
}

/// The formal step after which a record does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fixed {
    /// The talk was read back and signed.
    Closed,
    /// The paper was issued.
    Issued,
}

impl Fixed {
    /// What that means for a decision.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Closed => {
                "这次谈话已经核对结束，由本人签字的是结束时的内容。这里只能确认当时的写法，不能另写；另一种写法留在历史里，确需补充的请另建一次谈话。"
            }
            Self::Issued => {
                "这份文书已经签发，存根一字不动。这里只能确认签发时的内容，不能另写；另一种写法留在历史里。"
            }
        }
    }
}

/// Fields of a paper that say together how and when it was issued: they are
/// decided together, since a number belongs to its date and its frozen copy.
const ISSUE: [&str; 4] = ["issued", "number", "date", "state"];

impl Office {
    /// Settles what `seen` was open in a field of a record.
    ///
    /// # Errors
    /// `CT-01` when something else is open by now, `CT-02` when a closed talk or
    /// an issued paper stands against the choice, `GN-08` for the other guards.
    pub fn settle_conflict(
        &mut self,
        id: &str,
        field: &str,
        seen: &[String],
        choice: &Choice,
        now: Moment,
    ) -> Result<Saved> {
        let open = self.archive_mut()?;
        let id = entity(id)?;
        let record = open
            .vault
            .record(&id)?
            .ok_or_else(|| ErrorView::missing("记录"))?;
        let disputes = open.disputes_of(&record)?;
        let seen: BTreeSet<&str> = seen.iter().map(String::as_str).collect();
        let dispute = disputes
            .iter()
            .find(|it| it.conflict.field == field && it.is_seen_by(&seen))
            .ok_or_else(overtaken)?;
        let edits = match choice {
            Choice::另写(text) => open.written_edits(&record, dispute, text)?,
            Choice::选定(entry) => {
                let at = dispute.side_of(entry).ok_or_else(overtaken)?;
                open.chosen_edits(&record, &disputes, dispute, at)?
            }
        };
        let mut action = open.action("选定写法")?;
        action.note = Some(format!(
            "{}的{}",
            open.object_words(&record.kind, &id)?,
            conflict_label(&record.kind, field)
        ));
        open.vault.write(&action, edits, now.millis)?;
        Ok(Saved {
            id: id.to_string(),
            saved_at: now.clock(),
        })
    }
}

/// What a view of a conflict is compared by.
trait Seen {
    /// Whether exactly this was on the screen.
    fn is_seen_by(&self, seen: &BTreeSet<&str>) -> bool;
    /// The side that an entry stands for.
    fn side_of(&self, entry: &str) -> Option<usize>;
}

impl Seen for Dispute {
    fn is_seen_by(&self, seen: &BTreeSet<&str>) -> bool {
        let here = self.conflict.seen();
        here.len() == seen.len() && here.iter().all(|it| seen.contains(it.to_string().as_str()))
    }

    fn side_of(&self, entry: &str) -> Option<usize> {
        let is = |it: &EntryHash| it.to_string() == entry;
        let mut sides = self.conflict.sides.iter();
        sides.position(|side| side.entries.iter().any(is))
    }
}

impl Open {
    /// The formal step that a record is past, if any.
    pub(crate) fn fixed_at(&self, record: &StoredRecord) -> Result<Option<Fixed>> {
        Ok(match record.kind.as_str() {
            Interview::KIND if self.is_closed(&record.id.to_string())? => Some(Fixed::Closed),
            Turn::KIND => {
                let owner = record.fields.get("interview").and_then(Value::as_text);
                let closed = self.is_closed(owner.unwrap_or_default())?;
                closed.then_some(Fixed::Closed)
            }
            Paper::KIND => {
                let paper = self.find::<Paper>(&record.id.to_string())?;
                paper
                    .filter(|paper| paper.record.state != PaperState::草稿)
                    .map(|_| Fixed::Issued)
            }
            _ => None,
        })
    }

    /// What stands against closing a talk besides its own content: nobody can
    /// read back and sign a sentence of which there are two.
    pub(crate) fn undecided_talk(&self, id: &str) -> Result<Option<CheckView>> {
        let head = self.get::<Interview>(id)?;
        let turns = self.children::<Turn>(id)?;
        let mut open: usize = turns
            .iter()
            .filter(|turn| !turn.conflicts.is_empty())
            .count();
        open += usize::from(!head.conflicts.is_empty());
        // A closed talk is not asked to be closed.
        if head.record.state == InterviewState::已结束 {
            return Ok(None);
        }
        if let Some(unread) = self.unread_turns(id)? {
            return Ok(Some(unread));
        }
        if open == 0 {
            return Ok(None);
        }
        Ok(Some(CheckView {
            level: CheckLevel::必须,
            code: "conflict.open".to_owned(),
            message: format!(
                "这次谈话有{open}处两台电脑记得不一样，还没有选定，请先到“冲突”页选定，再读给本人核对。"
            ),
            source: String::new(),
        }))
    }

    /// That a talk holds sentences which this program cannot read, because a
    /// newer one wrote them: a record without them is not what was said.
    pub(crate) fn unread_turns(&self, talk: &str) -> Result<Option<CheckView>> {
        let all = self.vault.children(Turn::KIND, &entity(talk)?)?.len();
        let unread = all - self.children::<Turn>(talk)?.len();
        Ok((unread > 0).then(|| CheckView {
            level: CheckLevel::必须,
            code: "turn.unread".to_owned(),
            message: format!(
                "这次谈话有{unread}句是较新版本的程序记的，本程序看不懂，请更新程序后再办理；记录原样保存着。"
            ),
            source: String::new(),
        }))
    }

    /// Why a side cannot be chosen, if something stands against it.
    pub(crate) fn bars_side(
        &self,
        record: &StoredRecord,
        dispute: &Dispute,
        at: usize,
    ) -> Result<Option<String>> {
        if dispute.conflict.sides.iter().any(|it| it.value.is_masked()) {
            return Ok(Some(
                "其中一方的内容发来时已遮盖，导入完整内容后才能裁决。".to_owned(),
            ));
        }
        if dispute.conflict.sides[at].value == Value::Bool(true)
            && let Some(reason) = self.bars_orphaning(record)?
        {
            return Ok(Some(reason));
        }
        let Some(fixed) = self.fixed_at(record)? else {
            return Ok(None);
        };
        let field = dispute.conflict.field.as_str();
        let (what, own) = match fixed {
            Fixed::Closed => ("不是核对结束时的内容。", None),
            Fixed::Issued if field == RETRACTED => {
                ("已签发的文书不能撤回。", Some(Value::Bool(false)))
            }
            // Which of two copies counts is a decision of its own.
            Fixed::Issued if is_issued_twice(record) && ISSUE.contains(&field) => return Ok(None),
            Fixed::Issued => ("不是签发时的内容。", None),
        };
        let stood = match own {
            Some(value) => dispute
                .conflict
                .sides
                .iter()
                .position(|it| it.value == value),
            None => self.stood_then(record, dispute)?,
        };
        // Where nobody can tell what stood then, a person holds the sides
        // against the signed sheet.
        Ok(stood.filter(|stood| *stood != at).map(|_| what.to_owned()))
    }

    /// The side that stood when the record was closed or issued: one that the
    /// device which did it had written before that. `None` when that says
    /// nothing, or of more than one.
    fn stood_then(&self, record: &StoredRecord, dispute: &Dispute) -> Result<Option<usize>> {
        let (owner, wanted) = match record.kind.as_str() {
            Turn::KIND => {
                let owner = record.fields.get("interview").and_then(Value::as_text);
                (entity(owner.unwrap_or_default())?, InterviewState::已结束)
            }
            _ => (record.id, InterviewState::已结束),
        };
        let steps: Vec<HistoryLine> = self
            .vault
            .history(&owner)?
            .into_iter()
            .filter(|line| {
                let word = line.value.as_text();
                line.field == "state"
                    && if record.kind == Paper::KIND {
                        word == Some(&format!("{:?}", PaperState::已签发))
                    } else {
                        word == Some(&format!("{wanted:?}"))
                    }
            })
            .collect();
        let lines = self.vault.history(&record.id)?;
        let stood = |entries: &[EntryHash]| {
            lines
                .iter()
                .filter(|line| entries.contains(&line.entry))
                .any(|line| {
                    let own =
                        |step: &HistoryLine| step.device == line.device && step.seq >= line.seq;
                    steps.iter().any(own)
                })
        };
        let sides = dispute.conflict.sides.iter().enumerate();
        let mut found = sides
            .filter(|(_, side)| stood(&side.entries))
            .map(|(at, _)| at);
        Ok(match (found.next(), found.next()) {
            (Some(one), None) => Some(one),
            _ => None,
        })
    }

    /// The edits that choose a side.
    fn chosen_edits(
        &self,
        record: &StoredRecord,
        disputes: &[Dispute],
        dispute: &Dispute,
        at: usize,
    ) -> Result<Vec<Edit>> {
        if let Some(reason) = self.bars_side(record, dispute, at)? {
            return Err(barred(reason));
        }
        let (field, side) = (&dispute.conflict.field, &dispute.conflict.sides[at]);
        let fixed = self.fixed_at(record)?;
        if fixed == Some(Fixed::Issued)
            && is_issued_twice(record)
            && ISSUE.contains(&field.as_str())
        {
            return self.issue_edits(record, disputes, &side.entries);
        }
        let edits = vec![edit_of(record, field, side.value.clone())];
        // What stood at the formal step is put back as it was, whatever else
        // may not be done to a closed or issued record.
        if fixed.is_none() {
            self.check_bringing_back(&edits)?;
        }
        Ok(edits)
    }

    /// Issued on two machines: everything that says how, from the one device.
    fn issue_edits(
        &self,
        record: &StoredRecord,
        disputes: &[Dispute],
        entries: &[EntryHash],
    ) -> Result<Vec<Edit>> {
        let lines = self.vault.history(&record.id)?;
        let device_of = |entry: &EntryHash| {
            let line = lines.iter().find(|line| line.entry == *entry);
            line.map(|line| line.device)
        };
        let devices: BTreeSet<_> = entries.iter().filter_map(device_of).collect();
        Ok(disputes
            .iter()
            .filter(|it| ISSUE.contains(&it.conflict.field.as_str()))
            .filter_map(|it| {
                let from_there = |entry: &EntryHash| {
                    device_of(entry).is_some_and(|device| devices.contains(&device))
                };
                let mut sides = it.conflict.sides.iter();
                let side = sides.find(|side| side.entries.iter().any(from_there))?;
                Some(edit_of(record, &it.conflict.field, side.value.clone()))
            })
            .collect())
    }

    /// The edits that put a text of one's own in the place of all sides.
    fn written_edits(
        &self,
        record: &StoredRecord,
        dispute: &Dispute,
        text: &str,
    ) -> Result<Vec<Edit>> {
        let field = dispute.conflict.field.as_str();
        if let Some(fixed) = self.fixed_at(record)? {
            return Err(barred(fixed.words().to_owned()));
        }
        if !crate::json::takes_text(&record.kind, field) || field == RETRACTED {
            return Err(ErrorView::form(
                "这一项不能另写，只能在几种写法中选定一种。",
                "请选定一种；没有作任何改动。",
            ));
        }
        let edits = vec![edit_of(record, field, Value::Text(text.to_owned()))];
        self.check_bringing_back(&edits)?;
        Ok(edits)
    }
}

/// Whether two machines issued one and the same paper.
fn is_issued_twice(record: &StoredRecord) -> bool {
    record.conflicts.iter().any(|field| field == "issued")
}

fn edit_of(record: &StoredRecord, field: &str, value: Value) -> Edit {
    let id: EntityId = record.id;
    Edit {
        entity: id,
        kind: record.kind.clone(),
        field: field.to_owned(),
        value,
    }
}

fn overtaken() -> ErrorView {
    ErrorView::new(
        "CT-01",
        "这一项刚才又有变化，您看到的已不是全部。",
        "请重新看过各种写法再选定；没有作任何改动，写好的话还在。",
    )
}

fn barred(reason: String) -> ErrorView {
    ErrorView::new("CT-02", reason, "没有作任何改动，各种写法都还在历史里。")
}
