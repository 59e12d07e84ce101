//! Records, fields and values as a person reads them: references by name,
//! dates in characters, what a record is called.

use crate::error::Result;
use crate::json::unset;
use crate::moment::full_date;
use crate::names::excerpt;
use crate::open::{Open, label_of};
use casework::kinds::spec_of;
use casework::labels::{field_label, field_rank};
use casework::records::{
    Citation, DocumentNumber, Erasure, GraphLayout, Interview, NumberRuling, Observation, Paper,
    Paragraph, Passage, Record, Relation, SamePerson, Statement, Turn,
};
use chrono::{NaiveDate, NaiveDateTime, Timelike};
use ledger::{Change, DeviceId, EntityId, EntryHash, RETRACTED, Value};
use std::collections::BTreeSet;
use vault::{MASKED_WORDS, StoredRecord, main_change};

/// Characters of a text that stand for the whole of it as a name.
const NAME: usize = 18;
/// Characters of a value in a line that sums up a change.
const GIST: usize = 16;
/// Characters of such a line.
const LINE: usize = 90;
/// Fields named one by one; of more it is said how many there are.
const NAMED_FIELDS: usize = 3;
/// Stands for a record that is not in this archive.
pub(crate) const NOT_HERE: &str = "（未收到的记录）";
/// Stands for a record that was erased.
pub(crate) const ERASED: &str = "（已依规删除）";

impl Open {
    /// What a record is called, withdrawn or not.
    pub(crate) fn called(&self, id: &EntityId) -> Result<String> {
        let Some(record) = self.vault.record(id)? else {
            return self.absent_words(id);
        };
        let text = |field: &str| {
            if record.is_unknown(field) {
                return MASKED_WORDS.to_owned();
            }
            let known = record.fields.get(field).cloned();
            match known.unwrap_or_else(|| unset(&record.kind, field)) {
                Value::Text(text) => text,
                _ => String::new(),
            }
        };
        let named = |field: &str| -> Result<String> {
            match text(field).parse() {
                Ok(id) => self.title_of(&id),
                Err(_) => Ok(String::new()),
            }
        };
        let name = match record.kind.as_str() {
            Interview::KIND => format!("与{}的谈话", named("person")?),
            Turn::KIND => format!("{}：{}", text("role"), excerpt(&text("text"), NAME)),
            Paragraph::KIND => excerpt(&text("text"), NAME),
            Passage::KIND => excerpt(&text("quote"), NAME),
            Relation::KIND => format!("{}—{} {}", named("from")?, named("to")?, text("kind")),
            Observation::KIND => {
                format!("{} {}", named("person")?, excerpt(&text("what"), NAME))
            }
            GraphLayout::KIND => format!("{}的社交圈图", named("person")?),
            Citation::KIND => text("place"),
            Statement::KIND => format!("关于“{}”", named("finding")?),
            SamePerson::KIND => format!("{}与{}", named("first")?, named("second")?),
            NumberRuling::KIND => record
                .fields
                .get("number")
                .and_then(number_words)
                .unwrap_or_default(),
            Paper::KIND => match record.fields.get("number").and_then(number_words) {
                Some(number) => format!("{} {number}", text("title")),
                None => text("title"),
            },
            _ => self.title_of(id)?,
        };
        let name = name.trim();
        Ok(if name.is_empty() {
            "（未填名称）".to_owned()
        } else {
            name.to_owned()
        })
    }

    /// What stands for a record of which nothing can be shown.
    fn absent_words(&self, id: &EntityId) -> Result<String> {
        let words = if self.vault.is_erased(id)? {
            ERASED
        } else {
            NOT_HERE
        };
        Ok(words.to_owned())
    }

    /// What stands in the field that names a record.
    fn title_of(&self, id: &EntityId) -> Result<String> {
        let Some(record) = self.vault.record(id)? else {
            return self.absent_words(id);
        };
        let title = spec_of(&record.kind)
            .and_then(|spec| record.words(spec.title))
            .unwrap_or_default();
        Ok(excerpt(title, 2 * NAME))
    }

    /// A record in a sentence: “人员 甲某”.
    pub(crate) fn object_words(&self, kind: &str, id: &EntityId) -> Result<String> {
        Ok(format!("“{} {}”", label_of(kind), self.called(id)?))
    }

    /// What the value of a field reads as; empty when there is none.
    pub(crate) fn value_words(&self, kind: &str, field: &str, value: &Value) -> Result<String> {
        Ok(match value {
            Value::Null => String::new(),
            Value::Masked(_) => MASKED_WORDS.to_owned(),
            Value::Bool(true) => "是".to_owned(),
            Value::Bool(false) => "否".to_owned(),
            Value::Int(number) => number.to_string(),
            Value::Bytes(bytes) => format!("{}字节", bytes.len()),
            Value::Text(text) => self.text_words(field, text)?,
            Value::List(items) if kind == Erasure::KIND => format!("{}项", items.len()),
            Value::List(items) => self.list_words(kind, field, items)?,
            Value::Map(_) if field == "number" => number_words(value).unwrap_or_default(),
            Value::Map(places) if field == "positions" => format!("{}个点的位置", places.len()),
            Value::Map(parts) => {
                let mut parts: Vec<(String, &Value)> = parts
                    .iter()
                    .map(|(name, value)| (format!("{field}.{name}"), value))
                    .collect();
                parts.sort_by_key(|(path, _)| field_rank(kind, path));
                let mut lines = Vec::new();
                for (path, value) in parts {
                    let words = self.value_words(kind, &path, value)?;
                    if !words.is_empty() {
                        lines.push(format!("{}：{words}", label_or_name(kind, &path)));
                    }
                }
                lines.join("\n")
            }
        })
    }

    fn text_words(&self, field: &str, text: &str) -> Result<String> {
        if let Ok(id) = text.parse::<EntityId>() {
            let gone = self.vault.record(&id)?.is_some_and(|it| it.retracted);
            let mark = if gone { "（已撤回）" } else { "" };
            return Ok(format!("{}{mark}", self.called(&id)?));
        }
        if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Ok(full_date(date));
        }
        if let Ok(at) = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S") {
            return Ok(format!(
                "{} {:02}:{:02}",
                full_date(at.date()),
                at.hour(),
                at.minute()
            ));
        }
        if matches!(field, "birth" | "since" | "until")
            && let Some((year, month)) = text.split_once('-')
            && let Ok(month) = month.parse::<u32>()
        {
            return Ok(format!("{year}年{month}月"));
        }
        Ok(text.to_owned())
    }

    fn list_words(&self, kind: &str, field: &str, items: &[Value]) -> Result<String> {
        let words = items
            .iter()
            .map(|item| self.value_words(kind, field, item))
            .collect::<Result<Vec<_>>>()?;
        let is_short = |words: &String| words.chars().count() <= 2 * NAME && !words.contains('\n');
        let is_plain = items.iter().all(|item| !matches!(item, Value::Map(_)));
        if is_plain && words.iter().all(is_short) {
            return Ok(words.join("、"));
        }
        let lines: Vec<String> = words
            .iter()
            .enumerate()
            .map(|(at, words)| format!("{}．{words}", at + 1))
            .collect();
        Ok(lines.join("\n"))
    }

    /// What an entry did, in words that can follow “已撤销：”.
    pub(crate) fn deed_words(&self, hash: &EntryHash, changes: &[Change]) -> Result<String> {
        let Some(main) = main_change(changes) else {
            return Ok("空的操作".to_owned());
        };
        let mut own: Vec<&Change> = Vec::new();
        for change in own_changes(changes, &main.entity) {
            if !self.is_vouching(change)? {
                own.push(change);
            }
        }
        let object = self.object_words(&main.kind, &main.entity)?;
        let mut words = match own.iter().find(|change| change.field == RETRACTED) {
            Some(mark) if mark.value == Value::Bool(true) => format!("撤回{object}"),
            Some(_) => format!("恢复{object}"),
            None if self.vault.is_made_by(&main.entity, hash)? => format!("新建{object}"),
            None => {
                let mut fields: Vec<&str> = own
                    .iter()
                    .map(|change| label_or_name(&main.kind, &change.field))
                    .collect();
                let all = fields.len();
                fields.truncate(NAMED_FIELDS);
                let more = if all > NAMED_FIELDS {
                    format!("等{all}项")
                } else {
                    String::new()
                };
                format!("修改{object}的{}{more}", fields.join("、"))
            }
        };
        let records: BTreeSet<EntityId> = changes.iter().map(|change| change.entity).collect();
        if records.len() > 1 {
            words = format!("{words}等{}条记录", records.len());
        }
        Ok(words)
    }

    /// What an entry changed, in one line: old and new values of what matters.
    pub(crate) fn gist(
        &self,
        hash: &EntryHash,
        changes: &[Change],
        note: Option<&str>,
    ) -> Result<String> {
        if let Some(note) = note {
            return Ok(excerpt(note, LINE));
        }
        let Some(main) = main_change(changes) else {
            return Ok(String::new());
        };
        let is_new = self.vault.is_made_by(&main.entity, hash)?;
        let mut parts = Vec::new();
        for change in own_changes(changes, &main.entity) {
            if change.field == RETRACTED
                || is_order(&main.kind, &change.field)
                || (!is_new && self.is_vouching(change)?)
            {
                continue;
            }
            let short = |value: &Value| -> Result<String> {
                let words = self.value_words(&main.kind, &change.field, value)?;
                Ok(excerpt(&words.replace('\n', " "), GIST))
            };
            let label = label_or_name(&main.kind, &change.field);
            let after = short(&change.value)?;
            if is_new {
                if !after.is_empty() {
                    parts.push(format!("{label}：{after}"));
                }
                continue;
            }
            let mut before = Vec::new();
            for value in self.vault.values_before(change)? {
                before.push(or_empty(short(&value)?));
            }
            let before = or_empty(before.join("或"));
            parts.push(format!("{label}：{before}→{}", or_empty(after)));
        }
        Ok(excerpt(&parts.join("；"), LINE))
    }

    /// Whether a change only says once more what stood there, as the formal
    /// steps do (see [`crate::closing`]).
    fn is_vouching(&self, change: &Change) -> Result<bool> {
        let before = self.vault.values_before(change)?;
        Ok(vouches(&change.kind, &change.field, &change.value, &before))
    }

    /// A device in words: this one, or the beginning of its fingerprint, with
    /// a word when it is what this archive was before a restore.
    pub(crate) fn device_words(&self, device: &DeviceId) -> Result<String> {
        if *device == self.vault.device() {
            return Ok("本机".to_owned());
        }
        let print = device.fingerprint();
        let beginning: Vec<&str> = print.split(' ').take(2).collect();
        let beginning = beginning.join(" ");
        Ok(if self.vault.former_devices()?.contains(device) {
            format!("本机（恢复前，设备{beginning}）")
        } else {
            format!("设备{beginning}")
        })
    }

    /// The supervisor who acted, by name.
    pub(crate) fn author_words(&self, author: &EntityId) -> Result<String> {
        if author.0.is_nil() {
            return Ok("（建档时）".to_owned());
        }
        Ok(match self.vault.record(author)? {
            Some(record) => shown_name(&record),
            None => "（未收到登记的督查员）".to_owned(),
        })
    }
}

fn shown_name(record: &StoredRecord) -> String {
    let name = record.fields.get("name").and_then(Value::as_text);
    name.filter(|name| !name.trim().is_empty())
        .unwrap_or("（未填姓名）")
        .to_owned()
}

/// The name of a field, or what it is called in the ledger where this version
/// knows no name for it.
pub(crate) fn label_or_name<'a>(kind: &str, field: &'a str) -> &'a str {
    field_label(kind, field).unwrap_or(field)
}

/// Whether a field got the one value it had, or a record that stood was said
/// to stand.
pub(crate) fn vouches(kind: &str, field: &str, value: &Value, before: &[Value]) -> bool {
    match before {
        [] if field == RETRACTED => *value == Value::Bool(false),
        [] => *value == unset(kind, field),
        before => before.iter().all(|known| known == value),
    }
}

/// Whether a field only says where a record stands in a list.
pub(crate) fn is_order(kind: &str, field: &str) -> bool {
    spec_of(kind).is_some_and(|spec| spec.order == Some(field))
}

/// The changes of one record, in the order in which its fields are read.
fn own_changes<'c>(changes: &'c [Change], id: &EntityId) -> Vec<&'c Change> {
    let mut own: Vec<&Change> = changes
        .iter()
        .filter(|change| change.entity == *id)
        .collect();
    own.sort_by_key(|change| field_rank(&change.kind, &change.field));
    own
}

fn or_empty(words: String) -> String {
    if words.is_empty() {
        "（空）".to_owned()
    } else {
        words
    }
}

fn number_words(value: &Value) -> Option<String> {
    let json = serde_json::Value::from(value.clone());
    serde_json::from_value::<Option<DocumentNumber>>(json)
        .ok()?
        .map(|number| number.to_string())
}
