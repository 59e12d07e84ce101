//! The readable export: every record as JSON, and the same read back in.
//!
//! ```json
//! { "format": "ducha-records", "version": 1,
//!   "self": { "supervisor": "…", "organ": "…" },
//!   "records": [ { "id": "…", "kind": "person", "fields": { "name": "甲某" } } ] }
//! ```

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::moment::Moment;
use crate::open::{Open, fields_of};
use casework::kinds::KINDS;
use casework::records::{
    Citation, Erasure, Finding, GraphLayout, Interview, Material, MinutesDocument, NumberRuling,
    Observation, Organ, Paper, Paragraph, Passage, Peer, Person, Record, Relation, Retention,
    SamePerson, SignedAppointment, Statement, Supervisor, Tour, Turn, Unit,
};
use ledger::{EntityId, Value};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use vault::{Action, Edit};

/// Hands every record type to a macro, so that a new kind is added in one place.
macro_rules! every_kind {
    ($macro:ident) => {
        $macro!(
            Supervisor,
            Organ,
            Unit,
            Person,
            Tour,
            Interview,
            Turn,
            MinutesDocument,
            Paragraph,
            Passage,
            Relation,
            Observation,
            GraphLayout,
            Finding,
            Citation,
            Statement,
            Paper,
            Erasure,
            Retention,
            NumberRuling,
            SamePerson,
            Peer,
            SignedAppointment,
            Material,
        )
    };
}

const FORMAT: &str = "ducha-records";
const VERSION: u32 = 1;

/// The readable export.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadableExport {
    /// Always `ducha-records`.
    pub format: String,
    /// Version of this form.
    pub version: u32,
    /// Whose archive it is.
    #[serde(rename = "self", default)]
    pub own: Own,
    /// Every record that is not taken back.
    pub records: Vec<ReadableRecord>,
}

/// Which records are the archive's own supervisor and organ.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Own {
    /// The supervisor.
    pub supervisor: Option<String>,
    /// The organ.
    pub organ: Option<String>,
}

/// One record with its fields as they are shown.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadableRecord {
    /// Identifier.
    pub id: String,
    /// Kind.
    pub kind: String,
    /// Fields.
    pub fields: serde_json::Map<String, serde_json::Value>,
}

impl Office {
    /// Every record in readable form, to be taken out of the archive.
    pub fn export_json(&self, now: Moment) -> Result<String> {
        let open = self.archive()?;
        let mut records = Vec::new();
        for spec in KINDS {
            for record in open.vault.records(spec.kind)? {
                let json = serde_json::Value::from(Value::Map(record.fields));
                let serde_json::Value::Object(fields) = json else {
                    continue;
                };
                records.push(ReadableRecord {
                    id: record.id.to_string(),
                    kind: record.kind,
                    fields,
                });
            }
        }
        let export = ReadableExport {
            format: FORMAT.to_owned(),
            version: VERSION,
            own: Own {
                supervisor: open.supervisor()?.map(|stored| stored.id),
                organ: open.organ()?.map(|stored| stored.id),
            },
            records,
        };
        let text =
            serde_json::to_string_pretty(&export).map_err(|_| ErrorView::unreadable("可读导出"))?;
        open.note_taken_out("全部记录（可读文件）", now)?;
        Ok(text)
    }

    /// Reads a readable export in: all of it, or none and the place of the first mistake.
    pub fn import_json(&mut self, text: &str, now: Moment) -> Result<usize> {
        let open = self.archive_mut()?;
        open.import_readable(text, "导入可读记录", now)
    }
}

impl Open {
    /// Checks every record, then writes them all in one transaction, one entry a
    /// record; all but the peers, whose keys are registered one by one. Says
    /// how many were written.
    pub(crate) fn import_readable(
        &mut self,
        text: &str,
        action: &str,
        now: Moment,
    ) -> Result<usize> {
        let export: ReadableExport = serde_json::from_str(text).map_err(|error| {
            wrong(
                &format!("第{}行第{}列", error.line(), error.column()),
                "内容不合格式",
            )
        })?;
        if export.format != FORMAT || export.version != VERSION {
            return Err(ErrorView::new(
                "DR-02",
                "这个文件不是本程序的可读记录，或来自更新的版本。",
                "请核对文件；如来自新版本，请先升级程序。档案库没有改动。",
            ));
        }
        let ids: BTreeSet<&str> = export
            .records
            .iter()
            .map(|record| record.id.as_str())
            .collect();
        if ids.len() < export.records.len() {
            return Err(wrong("“records”", "有两条记录用了同一个编号"));
        }
        let mut actions: Vec<(Action, Vec<Edit>)> = Vec::with_capacity(export.records.len());
        for (at, record) in export.records.iter().enumerate() {
            let place = || record_place(text, at, record);
            let id: EntityId = record
                .id
                .parse()
                .map_err(|_| wrong(&place(), "“id”不是有效的编号（UUID）"))?;
            let fields = checked_fields(record).map_err(|detail| wrong(&place(), &detail))?;
            let known = self.vault.record(&id)?;
            match &known {
                Some(known) if known.kind != record.kind => {
                    return Err(wrong(&place(), "档案库里同一编号的记录是另一类记录"));
                }
                Some(_) => {}
                None => must_belong(record).map_err(|detail| wrong(&place(), &detail))?,
            }
            self.check_links(record, &ids)
                .map_err(|detail| wrong(&place(), &detail))?;
            // Whom this archive trusts is settled here, key by key, and never by
            // a file that can be written with any editor.
            if record.kind == Peer::KIND {
                continue;
            }
            self.check_fixed(&record.id, &record.kind, &fields)?
                .map_err(|detail| wrong(&place(), &detail))?;
            // Of a record that is here only what differs is written; one that is
            // new comes as the file has it, empty fields included.
            let is_told = |field: &String, value: &Value| {
                known.as_ref().is_none_or(|known| {
                    known.conflicts.contains(field)
                        || known.fields.get(field).unwrap_or(&Value::Null) != value
                })
            };
            let edits = fields
                .into_iter()
                .filter(|(field, value)| is_told(field, value))
                .map(|(field, value)| Edit {
                    entity: id,
                    kind: record.kind.clone(),
                    field,
                    value,
                })
                .collect();
            actions.push((self.action(action)?, edits));
        }
        let own = self
            .own_to_adopt(&export.own, &export.records)?
            .map_err(|detail| wrong("文件开头", &detail))?;
        self.check_numbers(&export.records)?
            .map_err(|(at, detail)| wrong(&record_place(text, at, &export.records[at]), &detail))?;
        // As with a first registration: a pointer to nothing reads as "not
        // recorded yet", while records without it would be lost to view.
        self.adopt(own.supervisor.as_deref(), own.organ.as_deref())?;
        let written = actions.len();
        self.vault.write_many_whole(actions, now.millis)?;
        self.wall_off_import()?;
        Ok(written)
    }

    /// Every reference must lead to a record of the file or of the archive.
    fn check_links(
        &self,
        record: &ReadableRecord,
        ids: &BTreeSet<&str>,
    ) -> std::result::Result<(), String> {
        let Some(spec) = casework::kinds::spec_of(&record.kind) else {
            return Ok(());
        };
        for field in spec.links {
            let targets: Vec<&str> = match record.fields.get(*field) {
                Some(serde_json::Value::String(target)) => vec![target],
                Some(serde_json::Value::Array(list)) => {
                    list.iter().filter_map(serde_json::Value::as_str).collect()
                }
                _ => Vec::new(),
            };
            for target in targets {
                let here = ids.contains(target)
                    || target
                        .parse::<EntityId>()
                        .ok()
                        .is_some_and(|id| matches!(self.vault.record(&id), Ok(Some(_))));
                if !here {
                    return Err(format!("“{field}”指向的记录（{target}）不存在"));
                }
            }
        }
        Ok(())
    }
}

fn wrong(place: &str, detail: &str) -> ErrorView {
    ErrorView::new(
        "DR-01",
        format!("文件没有导入：{place}，{detail}。"),
        "请改正后再导入一次；这次一条也没有写入。",
    )
}

/// A new record must name what it belongs to, and its place there must be one
/// that others can be put before and after.
fn must_belong(record: &ReadableRecord) -> std::result::Result<(), String> {
    let Some(spec) = casework::kinds::spec_of(&record.kind) else {
        return Ok(());
    };
    let text = |field: &str| record.fields.get(field).and_then(serde_json::Value::as_str);
    for field in required_links(spec.kind) {
        if text(field).is_none_or(str::is_empty) {
            return Err(format!("没有写明“{field}”"));
        }
    }
    if let Some(order) = spec.order
        && text(order).is_none_or(|key| ledger::order::check(key).is_err())
    {
        return Err(format!("“{order}”不是有效的次序"));
    }
    Ok(())
}

/// The references without which a record of a kind has no place: those that
/// its type does not let be absent.
fn required_links(kind: &str) -> Vec<&'static str> {
    fn of<T: Record + Default>() -> Vec<&'static str> {
        let defaults = fields_of(&T::default()).unwrap_or_default();
        let links = casework::kinds::spec_of(T::KIND).map_or(&[][..], |spec| spec.links);
        let named = |field: &&str| matches!(defaults.get(*field), Some(Value::Text(_)));
        links.iter().copied().filter(named).collect()
    }
    macro_rules! by_kind {
        ($($type:ty),+ $(,)?) => {
            match kind {
                $(<$type>::KIND => of::<$type>(),)+
                _ => Vec::new(),
            }
        };
    }
    every_kind!(by_kind)
}

/// Says where a record stands: which one, and the line of its identifier.
fn record_place(text: &str, at: usize, record: &ReadableRecord) -> String {
    let needle = format!("\"{}\"", record.id);
    let line = text
        .lines()
        .position(|line| line.contains("\"id\"") && line.contains(&needle))
        .map_or_else(String::new, |line| format!("（第{}行）", line + 1));
    format!("第{}条记录{line}", at + 1)
}

/// What stands for a value that a field was never given: what its type says.
pub(crate) fn unset(kind: &str, field: &str) -> Value {
    fn of<T: Record + Default>(field: &str) -> Value {
        let mut defaults = fields_of(&T::default()).unwrap_or_default();
        defaults.remove(field).unwrap_or_default()
    }
    macro_rules! by_kind {
        ($($type:ty),+ $(,)?) => {
            match kind {
                $(<$type>::KIND => of::<$type>(field),)+
                _ => Value::Null,
            }
        };
    }
    every_kind!(by_kind)
}

/// Whether this program can read a stored record; one of a newer program may be
/// of a kind, or hold a word, that it does not know.
pub(crate) fn is_readable(record: &vault::StoredRecord) -> bool {
    let json = serde_json::Value::from(Value::Map(record.fields.clone()));
    macro_rules! by_kind {
        ($($type:ty),+ $(,)?) => {
            match record.kind.as_str() {
                $(<$type>::KIND => serde_json::from_value::<$type>(json).is_ok(),)+
                _ => false,
            }
        };
    }
    every_kind!(by_kind)
}

/// Whether a field holds words of the user's own: any text at all is a value of it.
pub(crate) fn takes_text(kind: &str, field: &str) -> bool {
    const PROBE: &str = "任意文字";
    let linked = casework::kinds::spec_of(kind)
        .is_some_and(|spec| spec.links.contains(&field) || spec.order == Some(field));
    let mut fields = serde_json::Map::new();
    fields.insert(field.to_owned(), serde_json::Value::from(PROBE));
    let record = ReadableRecord {
        id: String::new(),
        kind: kind.to_owned(),
        fields,
    };
    !linked && checked_fields(&record).is_ok()
}

/// Reads a record through its type, so that whatever is stored can be shown.
fn checked_fields(record: &ReadableRecord) -> std::result::Result<BTreeMap<String, Value>, String> {
    fn through<T: Record>(
        fields: &serde_json::Map<String, serde_json::Value>,
    ) -> std::result::Result<BTreeMap<String, Value>, String> {
        let json = serde_json::Value::Object(fields.clone());
        let typed: T =
            serde_json::from_value(json).map_err(|_| match wrong_field::<T>(fields) {
                Some(field) => format!("“{field}”的值不合格式"),
                None => "字段不合格式".to_owned(),
            })?;
        let known = fields_of(&typed).map_err(|error| error.message)?;
        if let Some(unknown) = fields.keys().find(|field| !known.contains_key(*field)) {
            return Err(format!("没有“{unknown}”这个字段"));
        }
        Ok(known
            .into_iter()
            .filter(|(field, _)| fields.contains_key(field))
            .collect())
    }
    macro_rules! by_kind {
        ($($type:ty),+ $(,)?) => {
            match record.kind.as_str() {
                $(<$type>::KIND => through::<$type>(&record.fields),)+
                other => Err(format!("没有“{other}”这一类记录")),
            }
        };
    }
    every_kind!(by_kind)
}

/// The first field whose value alone cannot be read; every field has a default.
fn wrong_field<T: Record>(fields: &serde_json::Map<String, serde_json::Value>) -> Option<&str> {
    fields.iter().find_map(|(field, value)| {
        let alone = serde_json::json!({ field: value });
        serde_json::from_value::<T>(alone)
            .is_err()
            .then_some(field.as_str())
    })
}

/// JSON Schema of the readable export, drawn from the record types themselves.
pub fn schema() -> serde_json::Value {
    fn fields_of_kind<T: Record + Default>() -> serde_json::Value {
        let defaults = serde_json::to_value(T::default()).unwrap_or_default();
        let properties: serde_json::Map<_, _> = defaults
            .as_object()
            .into_iter()
            .flatten()
            .map(|(field, value)| (field.clone(), type_of(value)))
            .collect();
        serde_json::json!({
            "properties": {
                "kind": { "const": T::KIND },
                "fields": {
                    "type": "object",
                    "properties": properties,
                    "additionalProperties": false,
                },
            },
        })
    }
    macro_rules! kinds {
        ($($type:ty),+ $(,)?) => { vec![$(fields_of_kind::<$type>()),+] };
    }
    let kinds: Vec<serde_json::Value> = every_kind!(kinds);
    serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "督查手记可读记录",
        "description": "每条记录的编号、类别和字段；字段缺省时取空值，未列出的字段不接受。",
        "type": "object",
        "required": ["format", "version", "records"],
        "additionalProperties": false,
        "properties": {
            "format": { "const": FORMAT },
            "version": { "const": VERSION },
            "self": {
                "type": "object",
                "description": "本档案库自己的督查员和发文机关",
                "properties": {
                    "supervisor": { "type": ["string", "null"], "format": "uuid" },
                    "organ": { "type": ["string", "null"], "format": "uuid" },
                },
            },
            "records": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id", "kind", "fields"],
                    "additionalProperties": false,
                    "properties": {
                        "id": { "type": "string", "format": "uuid" },
                        "kind": { "type": "string" },
                        "fields": { "type": "object" },
                    },
                    "oneOf": kinds,
                },
            },
        },
    })
}

/// The JSON type of a field, read off its default; an optional field takes null too.
fn type_of(value: &serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Null => serde_json::json!({ "description": "可以没有（null）" }),
        serde_json::Value::Bool(_) => serde_json::json!({ "type": "boolean" }),
        serde_json::Value::Number(_) => serde_json::json!({ "type": "integer" }),
        serde_json::Value::String(_) => serde_json::json!({ "type": "string" }),
        serde_json::Value::Array(_) => serde_json::json!({ "type": "array" }),
        serde_json::Value::Object(_) => serde_json::json!({ "type": "object" }),
    }
}
