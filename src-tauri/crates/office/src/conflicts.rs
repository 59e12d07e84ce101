//! 冲突: what two people changed without knowing of each other, shown side by
//! side with the record around it until somebody decides.

use crate::Office;
use crate::difference::{TextPiece, side_by_side};
use crate::error::{ErrorView, Result};
use crate::json::takes_text;
use crate::moment::local_of;
use crate::names::{OpenTarget, excerpt};
use crate::open::{Open, entity, label_of};
use crate::wording::{is_order, label_or_name};
use casework::kinds::spec_of;
use casework::labels::field_rank;
use casework::records::{NumberRuling, Record, SamePerson};
use ledger::{EntityId, EntryHash, RETRACTED, Value};
use serde::Serialize;
use specta::Type;
use std::collections::BTreeMap;
use vault::{Dispute, HistoryLine, StoredRecord};

/// Fields of a record shown around a conflict.
const AROUND: usize = 12;
/// Characters of each of them.
const WORDS: usize = 60;
/// Deeper than any true nesting of records.
const DEEPEST: usize = 8;
/// What the question is called whether a record stands.
const WITHDRAWAL: &str = "撤回还是保留";

/// A record in which something has to be decided, in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ConflictRow {
    /// Record.
    pub id: String,
    /// Kind in words.
    pub label: String,
    /// What the record is called.
    pub title: String,
    /// What it belongs to: person, talk, tour.
    pub place: String,
    /// The fields, by name.
    pub fields: Vec<String>,
}

/// Somebody who stands behind a side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct SideAuthor {
    /// Who.
    pub who: String,
    /// On which device.
    pub device: String,
    /// Local time by the clock of that device, to the second.
    pub at: String,
    /// What the action was called.
    pub action: String,
}

/// One of the values to choose between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ConflictSide {
    /// Names the side when it is chosen: an entry that stands for it.
    pub entry: String,
    /// What it is called where it has a name of its own: 撤回, 保留.
    pub name: Option<String>,
    /// The value in words; what the other side does not have is marked.
    pub pieces: Vec<TextPiece>,
    /// The value as text, for somebody who combines; empty for what is no text.
    pub text: String,
    /// Who stands behind it, the latest first.
    pub by: Vec<SideAuthor>,
    /// The pages show it for the time being.
    pub shown: bool,
    /// Why it cannot be chosen, if something stands against it.
    pub bars: Option<String>,
}

/// A field that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct FieldConflict {
    /// Field in the ledger.
    pub field: String,
    /// Its name.
    pub label: String,
    /// The sides, the one shown first.
    pub sides: Vec<ConflictSide>,
    /// What stood there when the sides parted; nothing when there is no one such value.
    pub ground: Option<String>,
    /// Both changes taken together, where they lie apart line by line.
    pub combined: Option<String>,
    /// A person may write a third text.
    pub can_write: bool,
    /// What a decision made on this view settles.
    pub seen: Vec<String>,
}

/// A field of the record around a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Around {
    /// Its name.
    pub label: String,
    /// What stands there.
    pub words: String,
}

/// A record with everything that has to be decided in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ConflictView {
    /// Record.
    pub id: String,
    /// Kind in words.
    pub label: String,
    /// What the record is called.
    pub title: String,
    /// Where it can be seen whole.
    pub open: Option<OpenTarget>,
    /// What it belongs to and what else stands in it.
    pub around: Vec<Around>,
    /// What has to be decided; none when all is settled.
    pub fields: Vec<FieldConflict>,
    /// What restricts the choice: the record is closed or issued.
    pub note: Option<String>,
}

impl Office {
    /// One record with what has to be decided in it.
    pub fn conflict(&self, id: &str) -> Result<ConflictView> {
        let open = self.archive()?;
        let id = entity(id)?;
        let record = open
            .vault
            .record(&id)?
            .ok_or_else(|| ErrorView::missing("记录"))?;
        let disputes = open.disputes_of(&record)?;
        let fixed = open.fixed_at(&record)?;
        let mut lines = open.vault.history(&id)?;
        for (resting, _) in open.resting_on(&record)? {
            lines.extend(open.vault.history(&resting)?.into_iter().take(1));
        }
        let fields = disputes
            .iter()
            .map(|dispute| open.field_conflict(&record, dispute, &lines))
            .collect::<Result<_>>()?;
        Ok(ConflictView {
            label: label_of(&record.kind).to_owned(),
            title: open.called(&id)?,
            open: open
                .place_of(&record.kind, &id.to_string())?
                .map(|(_, target)| target),
            around: open.around(&record)?,
            fields,
            note: fixed.map(|fixed| fixed.words().to_owned()),
            id: id.to_string(),
        })
    }
}

impl Open {
    /// The standing records in which something has to be decided.
    pub(crate) fn conflict_rows(&self) -> Result<Vec<ConflictRow>> {
        let mut by_record: BTreeMap<EntityId, Vec<String>> = BTreeMap::new();
        for (id, field) in self.vault.conflicts()? {
            by_record.entry(id).or_default().push(field);
        }
        for record in self.orphaning()? {
            by_record.insert(record.id, vec![RETRACTED.to_owned()]);
        }
        let mut rows = Vec::new();
        for (id, mut fields) in by_record {
            let Some(record) = self.vault.record(&id)?.filter(is_decided_here) else {
                continue;
            };
            // What was withdrawn waits for nothing but whether it stands.
            if record.retracted && fields != [RETRACTED] {
                continue;
            }
            fields.sort_by_key(|field| field_rank(&record.kind, field));
            let labels: Vec<String> = fields
                .iter()
                .map(|field| conflict_label(&record.kind, field).to_owned())
                .collect();
            rows.push(ConflictRow {
                label: label_of(&record.kind).to_owned(),
                title: self.called(&id)?,
                place: self.owners(&record)?.join("　"),
                fields: labels,
                id: id.to_string(),
            });
        }
        rows.sort_by(|a, b| (&a.label, &a.place, &a.title).cmp(&(&b.label, &b.place, &b.title)));
        Ok(rows)
    }

    /// What has to be decided in a record, in the order in which its fields are read.
    pub(crate) fn disputes_of(&self, record: &StoredRecord) -> Result<Vec<Dispute>> {
        let mut disputes = match self.orphan_dispute(record)? {
            Some(withdrawn) => vec![withdrawn],
            None => self.vault.disputes(&record.id)?,
        };
        disputes.sort_by_key(|it| field_rank(&record.kind, &it.conflict.field));
        Ok(disputes)
    }

    fn field_conflict(
        &self,
        record: &StoredRecord,
        dispute: &Dispute,
        lines: &[HistoryLine],
    ) -> Result<FieldConflict> {
        let (kind, conflict) = (record.kind.as_str(), &dispute.conflict);
        let field = conflict.field.as_str();
        let mut words = Vec::new();
        for side in &conflict.sides {
            words.push(if field == RETRACTED {
                self.withdrawal_words(record, &side.value, &side.entries, lines)?
            } else {
                self.value_words(kind, field, &side.value)?
            });
        }
        let mut sides = Vec::new();
        for (at, side) in conflict.sides.iter().enumerate() {
            // The first is held against the second, every other against the first.
            let (_, pieces) = side_by_side(&words[usize::from(at == 0)], &words[at]);
            sides.push(ConflictSide {
                entry: side
                    .entries
                    .first()
                    .map_or_else(String::new, ToString::to_string),
                name: (field == RETRACTED).then(|| {
                    let is_gone = side.value == Value::Bool(true);
                    if is_gone { "撤回" } else { "保留" }.to_owned()
                }),
                pieces,
                text: side.value.as_text().unwrap_or_default().to_owned(),
                by: self.authors(&side.entries, lines)?,
                shown: at == 0,
                bars: self.bars_side(record, dispute, at)?,
            });
        }
        let is_free = |value: &Value| match value {
            Value::Null => true,
            Value::Text(text) => text.parse::<EntityId>().is_err(),
            _ => false,
        };
        let can_write = self.fixed_at(record)?.is_none()
            && takes_text(kind, field)
            && conflict.sides.iter().all(|side| is_free(&side.value));
        let combined = match (&dispute.ground, &conflict.sides[..]) {
            (Some(Value::Text(ground)), [one, other]) if can_write => ledger::lines::merge(
                ground,
                one.value.as_text().unwrap_or_default(),
                other.value.as_text().unwrap_or_default(),
            ),
            _ => None,
        };
        let ground = match &dispute.ground {
            Some(value) if field != RETRACTED => Some(self.value_words(kind, field, value)?),
            _ => None,
        };
        Ok(FieldConflict {
            field: field.to_owned(),
            label: conflict_label(kind, field).to_owned(),
            sides,
            ground,
            combined,
            can_write,
            seen: conflict.seen().iter().map(ToString::to_string).collect(),
        })
    }

    /// Whether the record is to go, and what the one who withdrew it had not seen.
    fn withdrawal_words(
        &self,
        record: &StoredRecord,
        withdrawn: &Value,
        entries: &[EntryHash],
        lines: &[HistoryLine],
    ) -> Result<String> {
        if *withdrawn == Value::Bool(true) {
            return Ok("撤回这条记录".to_owned());
        }
        let kind = record.kind.as_str();
        let mut words = vec!["保留这条记录。撤回的人没有看到：".to_owned()];
        if record.retracted {
            words.extend(self.resting_words(record)?);
            return Ok(words.join("\n"));
        }
        for line in lines.iter().filter(|line| entries.contains(&line.entry)) {
            if line.field == RETRACTED {
                words.push("另一处已把它恢复".to_owned());
            } else if line.current && !is_order(kind, &line.field) {
                let value = self.value_words(kind, &line.field, &line.value)?;
                words.push(format!("{}：{value}", label_or_name(kind, &line.field)));
            }
        }
        Ok(words.join("\n"))
    }

    fn authors(&self, entries: &[EntryHash], lines: &[HistoryLine]) -> Result<Vec<SideAuthor>> {
        entries
            .iter()
            .filter_map(|entry| lines.iter().find(|line| line.entry == *entry))
            .map(|line| {
                Ok(SideAuthor {
                    who: self.author_words(&line.author)?,
                    device: self.device_words(&line.device)?,
                    at: local_of(line.millis)
                        .format("%Y-%m-%dT%H:%M:%S")
                        .to_string(),
                    action: line.action.clone(),
                })
            })
            .collect()
    }

    /// What a record belongs to, level by level, the nearest first.
    fn owners(&self, record: &StoredRecord) -> Result<Vec<String>> {
        let mut owners = Vec::new();
        let mut here = record.clone();
        for _ in 0..DEEPEST {
            let owner = spec_of(&here.kind)
                .and_then(|spec| here.fields.get(spec.parent?)?.as_text()?.parse().ok());
            let Some(owner) = owner else { break };
            let Some(next) = self.vault.record(&owner)? else {
                break;
            };
            owners.push(format!("{} {}", label_of(&next.kind), self.called(&owner)?));
            here = next;
        }
        Ok(owners)
    }

    /// The record around a conflict: what it belongs to, what stands before and
    /// after it, and its other fields.
    fn around(&self, record: &StoredRecord) -> Result<Vec<Around>> {
        let short = |words: String| excerpt(&words.replace('\n', " "), WORDS);
        let line = |label: &str, words: String| Around {
            label: label.to_owned(),
            words,
        };
        let mut around: Vec<Around> = self
            .owners(record)?
            .into_iter()
            .map(|owner| line("属于", owner))
            .collect();
        let spec = spec_of(&record.kind);
        let parent = spec
            .filter(|spec| spec.order.is_some())
            .and_then(|spec| record.fields.get(spec.parent?)?.as_text()?.parse().ok());
        if let Some(parent) = parent {
            let all = self.vault.children(&record.kind, &parent)?;
            if let Some(at) = all.iter().position(|it| it.id == record.id) {
                if let Some(before) = at.checked_sub(1).and_then(|at| all.get(at)) {
                    around.push(line("前一条", short(self.called(&before.id)?)));
                }
                if let Some(after) = all.get(at + 1) {
                    around.push(line("后一条", short(self.called(&after.id)?)));
                }
            }
        }
        let owner = spec.and_then(|spec| spec.parent);
        let mut fields: Vec<&String> = record
            .fields
            .keys()
            .filter(|field| {
                !record.conflicts.contains(field)
                    && owner != Some(field.as_str())
                    && !is_order(&record.kind, field)
            })
            .collect();
        fields.sort_by_key(|field| field_rank(&record.kind, field));
        for field in fields {
            let words = self.value_words(&record.kind, field, &record.fields[field])?;
            if !words.is_empty() && around.len() < AROUND {
                around.push(line(label_or_name(&record.kind, field), short(words)));
            }
        }
        Ok(around)
    }
}

/// Whether a record is decided on its own page: two rulings on one number or
/// one pair are shown with these.
fn is_decided_here(record: &StoredRecord) -> bool {
    let apart = [NumberRuling::KIND, SamePerson::KIND];
    !apart.contains(&record.kind.as_str())
}

/// The name of what has to be decided.
pub(crate) fn conflict_label<'a>(kind: &str, field: &'a str) -> &'a str {
    if field == RETRACTED {
        WITHDRAWAL
    } else {
        label_or_name(kind, field)
    }
}
