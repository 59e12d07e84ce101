//! The history of one record: who changed what and when, the old beside the
//! new, and the way back to any earlier state.

use crate::Office;
use crate::difference::{TextPiece, side_by_side};
use crate::error::{ErrorView, Result};
use crate::json::unset;
use crate::moment::{Moment, local_of};
use crate::open::{Open, Saved, entity, label_of};
use crate::wording::{is_order, label_or_name, vouches};
use casework::labels::field_rank;
use ledger::merge::{RecordVersions, Version};
use ledger::{EntityId, EntryHash, Hlc, RETRACTED, Value};
use serde::Serialize;
use specta::Type;
use std::collections::{BTreeMap, BTreeSet};
use vault::{Edit, HistoryLine};

/// Deeper than any true nesting of records.
const DEEPEST: usize = 8;

/// What one step did to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
pub enum Deed {
    /// It came into being.
    新建,
    /// Fields were changed.
    修改,
    /// It was withdrawn.
    撤回,
    /// It was brought back.
    恢复,
}

/// One field before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct FieldChange {
    /// Field in the ledger.
    pub field: String,
    /// Its name.
    pub label: String,
    /// What stood there; empty when nothing did.
    pub before: Vec<TextPiece>,
    /// What stands there since.
    pub after: Vec<TextPiece>,
    /// Two people changed it without knowing of each other, and nobody has
    /// chosen yet.
    pub open_conflict: bool,
}

/// One entry's part in the history of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct HistoryStep {
    /// Entry, in hexadecimal digits.
    pub entry: String,
    /// The record: the one asked for, or a part of it.
    pub record: String,
    /// Local time by the clock of the device, to the second.
    pub at: String,
    /// Who.
    pub who: String,
    /// On which device.
    pub device: String,
    /// What the action was called.
    pub action: String,
    /// Remark on the action.
    pub note: Option<String>,
    /// What it did.
    pub deed: Deed,
    /// The part it is about, when it is not the record itself.
    pub part: Option<String>,
    /// The fields.
    pub changes: Vec<FieldChange>,
    /// The record reads now as it did after this step.
    pub is_now: bool,
    /// It can be brought back to how it was after this step.
    pub restorable: bool,
}

/// The history of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct HistoryView {
    /// Kind in words.
    pub label: String,
    /// What it is called.
    pub title: String,
    /// It is withdrawn.
    pub retracted: bool,
    /// 已依规删除 with date, basis and who, when nothing else is left of it.
    pub erased: Option<String>,
    /// It may be erased as a whole; what stands in the way now, its plan says.
    pub erasable: bool,
    /// Something belongs to it (turns, passages, notes …).
    pub has_parts: bool,
    /// Steps in all.
    pub total: u32,
    /// The latest steps first, as many as were asked for.
    pub steps: Vec<HistoryStep>,
}

/// The shown value of every field after some entry.
type State = BTreeMap<String, Value>;

impl Office {
    /// The history of a record, the latest steps first; with what belongs to
    /// it when `with_parts` is wanted.
    pub fn history(&self, id: &str, with_parts: bool, limit: usize) -> Result<HistoryView> {
        let open = self.archive()?;
        let id = entity(id)?;
        let Some(record) = open.vault.record(&id)? else {
            return open.history_of_erased(&id);
        };
        let has_parts = !open.vault.parts_of(&id)?.is_empty();
        let mut records = vec![id];
        if with_parts {
            records.extend(open.all_parts(&id)?);
        }
        let histories = records
            .iter()
            .map(|record| open.vault.history(record))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let mut entries: Vec<(&EntityId, &[HistoryLine])> = Vec::new();
        for (record, lines) in records.iter().zip(&histories) {
            for step in by_entry(lines) {
                // A part that a formal step only vouched for tells nothing.
                if *record == id || !open.only_vouches(record, step)? {
                    entries.push((record, step));
                }
            }
        }
        // The latest first; of one moment what was written last.
        entries.sort_by_key(|(_, step)| (step[0].millis, step[0].counter));
        entries.reverse();
        let total = entries.len() as u32;
        let states = states_of(&histories[0]);
        let steps = entries
            .into_iter()
            .take(limit)
            .map(|(record, step)| open.step(record, step, &states, *record != id))
            .collect::<Result<_>>()?;
        Ok(HistoryView {
            label: label_of(&record.kind).to_owned(),
            title: open.called(&id)?,
            retracted: record.retracted,
            erased: None,
            erasable: open.erasable(&id).is_ok(),
            has_parts,
            total,
            steps,
        })
    }

    /// Brings a record back to how it was after an entry, by one more entry.
    ///
    /// # Errors
    /// `GN-08` when a guard stands against it or the record is withdrawn.
    pub fn restore_version(&mut self, id: &str, entry: &str, now: Moment) -> Result<Saved> {
        let open = self.archive_mut()?;
        let id = entity(id)?;
        let record = open
            .vault
            .record(&id)?
            .ok_or_else(|| ErrorView::missing("记录"))?;
        if record.retracted {
            return Err(ErrorView::new(
                "GN-08",
                "这条记录已经撤回，不能恢复到旧版。",
                "请先在“操作记录与回收”里恢复这条记录，再选一版；内容没有改动。",
            ));
        }
        let lines = open.vault.history(&id)?;
        let found = lines.iter().find(|line| line.entry.to_string() == entry);
        let (Some(line), Some(state)) = (
            found,
            found.and_then(|line| states_of(&lines).remove(&line.entry)),
        ) else {
            return Err(ErrorView::missing("旧版"));
        };
        let mut wanted: State = record
            .fields
            .keys()
            .map(|field| (field.clone(), unset(&record.kind, field)))
            .collect();
        wanted.extend(state);
        let edits: Vec<Edit> = wanted
            .into_iter()
            .filter(|(field, value)| {
                record.fields.get(field) != Some(value) || record.conflicts.contains(field)
            })
            .map(|(field, value)| Edit {
                entity: id,
                kind: record.kind.clone(),
                field,
                value,
            })
            .collect();
        open.check_bringing_back(&edits)?;
        let mut action = open.action("恢复旧版")?;
        let at = local_of(line.millis).format("%Y年%-m月%-d日 %H:%M:%S");
        action.note = Some(format!("恢复到{at}的内容"));
        open.vault.write(&action, edits, now.millis)?;
        Ok(Saved {
            id: id.to_string(),
            saved_at: now.clock(),
        })
    }
}

impl Open {
    /// Everything that belongs to a record, level by level, withdrawn included.
    pub(crate) fn all_parts(&self, id: &EntityId) -> Result<Vec<EntityId>> {
        let mut seen = BTreeSet::from([*id]);
        let (mut all, mut level) = (Vec::new(), vec![*id]);
        for _ in 0..DEEPEST {
            let mut next = Vec::new();
            for owner in level {
                for part in self.vault.parts_of(&owner)? {
                    if seen.insert(part) {
                        next.push(part);
                    }
                }
            }
            all.extend(&next);
            level = next;
        }
        Ok(all)
    }

    /// All that is left of an erased record.
    fn history_of_erased(&self, id: &EntityId) -> Result<HistoryView> {
        let info = self
            .vault
            .erasure_of(id)?
            .ok_or_else(|| ErrorView::missing("记录"))?;
        Ok(HistoryView {
            label: "记录".to_owned(),
            title: self.called(id)?,
            retracted: false,
            erased: Some(self.erased_words(&info)?),
            erasable: false,
            has_parts: false,
            total: 0,
            steps: Vec::new(),
        })
    }

    /// What stood in a field before a line of its history.
    fn before(&self, id: &EntityId, line: &HistoryLine) -> Result<Vec<Value>> {
        let mut before = Vec::new();
        for base in &line.bases {
            before.extend(self.vault.value_given(id, &line.field, base)?);
        }
        Ok(before)
    }

    /// Whether a step of a record that was there only says once more what stood.
    fn only_vouches(&self, id: &EntityId, lines: &[HistoryLine]) -> Result<bool> {
        if self.vault.is_made_by(id, &lines[0].entry)? {
            return Ok(false);
        }
        let record = self.vault.record(id)?;
        let kind = record.as_ref().map_or("", |record| &record.kind);
        for line in lines {
            if !vouches(kind, &line.field, &line.value, &self.before(id, line)?) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn step(
        &self,
        id: &EntityId,
        lines: &[HistoryLine],
        states: &BTreeMap<EntryHash, State>,
        is_part: bool,
    ) -> Result<HistoryStep> {
        let first = &lines[0];
        let record = self.vault.record(id)?;
        let kind = record.as_ref().map_or("", |record| &record.kind);
        let is_new = self.vault.is_made_by(id, &first.entry)?;
        let mark = lines.iter().find(|line| line.field == RETRACTED);
        let deed = match mark {
            Some(mark) if mark.value == Value::Bool(true) => Deed::撤回,
            Some(mark) if self.before(id, mark)?.contains(&Value::Bool(true)) => Deed::恢复,
            _ if is_new => Deed::新建,
            _ => Deed::修改,
        };
        let mut changes = Vec::new();
        let mut fields: Vec<&HistoryLine> = lines
            .iter()
            .filter(|line| line.field != RETRACTED && !is_order(kind, &line.field))
            .collect();
        fields.sort_by_key(|line| field_rank(kind, &line.field));
        for line in fields {
            let values = self.before(id, line)?;
            if !is_new && vouches(kind, &line.field, &line.value, &values) {
                continue;
            }
            let mut before = Vec::new();
            for value in values {
                let words = self.value_words(kind, &line.field, &value)?;
                if !before.contains(&words) {
                    before.push(words);
                }
            }
            let before = before.join("　或　");
            let after = self.value_words(kind, &line.field, &line.value)?;
            if deed == Deed::新建 && after.is_empty() {
                continue;
            }
            let (before, after) = side_by_side(&before, &after);
            changes.push(FieldChange {
                field: line.field.clone(),
                label: label_or_name(kind, &line.field).to_owned(),
                before,
                after,
                open_conflict: line.current
                    && record
                        .as_ref()
                        .is_some_and(|record| record.conflicts.contains(&line.field)),
            });
        }
        let empty = State::new();
        let state = states.get(&first.entry).unwrap_or(&empty);
        let is_now = record
            .as_ref()
            .is_some_and(|record| !record.retracted && same(kind, state, &record.fields));
        let part = if is_part {
            Some(format!("{} {}", label_of(kind), self.called(id)?))
        } else {
            None
        };
        Ok(HistoryStep {
            entry: first.entry.to_string(),
            record: id.to_string(),
            at: local_of(first.millis)
                .format("%Y-%m-%dT%H:%M:%S")
                .to_string(),
            who: self.author_words(&first.author)?,
            device: self.device_words(&first.device)?,
            action: first.action.clone(),
            note: first.note.clone(),
            deed,
            part,
            changes,
            is_now,
            restorable: !is_part
                && !is_now
                && deed != Deed::撤回
                && record.is_some_and(|record| !record.retracted),
        })
    }
}

/// The lines of a history, entry by entry; they come sorted by entry.
fn by_entry(lines: &[HistoryLine]) -> impl Iterator<Item = &[HistoryLine]> {
    lines.chunk_by(|a, b| a.entry == b.entry)
}

/// What every field showed after each entry, with the entries in the order of
/// the clocks: what somebody would have seen who had them all by then.
fn states_of(lines: &[HistoryLine]) -> BTreeMap<EntryHash, State> {
    let mut versions = RecordVersions::new();
    let mut states = BTreeMap::new();
    for step in by_entry(lines) {
        for line in step {
            versions.insert_version(
                "",
                &line.field,
                Version {
                    entry: line.entry,
                    hlc: Hlc {
                        millis: line.millis,
                        counter: line.counter,
                    },
                    device: line.device,
                    value: line.value.clone(),
                    bases: line.bases.clone(),
                },
            );
        }
        let state = versions
            .fields()
            .iter()
            .filter(|(name, _)| *name != RETRACTED)
            .filter_map(|(name, field)| Some((name.clone(), field.value()?.clone())))
            .collect();
        states.insert(step[0].entry, state);
    }
    states
}

/// Whether two states read alike: a field that was never set is as good as one
/// with nothing in it.
fn same(kind: &str, a: &State, b: &State) -> bool {
    let value = |state: &State, field: &str| {
        state
            .get(field)
            .cloned()
            .unwrap_or_else(|| unset(kind, field))
    };
    a.keys()
        .chain(b.keys())
        .all(|field| value(a, field) == value(b, field))
}
