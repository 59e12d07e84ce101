//! Reading a document from JSON, with errors a clerk can act on.

use crate::error::Error;
use crate::model::Document;
use serde_json::error::Category;

/// Reads a document from its JSON text.
///
/// # Errors
/// [`Error::Json`] names line, column and reason in Chinese.
pub fn parse(json: &str) -> Result<Document, Error> {
    let json = json.strip_prefix('\u{FEFF}').unwrap_or(json);
    serde_json::from_str(json).map_err(|error| Error::Json {
        line: error.line().max(1),
        column: error.column().max(1),
        reason: explain(&error),
    })
}

/// JSON Schema (draft 2020-12) of the document.
pub fn schema() -> String {
    include_str!("../schema/document.json").to_owned()
}

/// serde's English message, said in Chinese. Its wording is stable and tested below; a message
/// of our own (from `try_from`) is Chinese already.
fn explain(error: &serde_json::Error) -> String {
    match error.classify() {
        Category::Eof => return "内容没有写完，缺少结尾的括号或引号".to_owned(),
        Category::Syntax | Category::Io => {
            return "不符合JSON的写法，请检查这里的逗号、引号和括号".to_owned();
        }
        Category::Data => {}
    }
    let full = error.to_string();
    let message = full
        .rsplit_once(" at line ")
        .map_or(&*full, |(head, _)| head);
    let quoted = |n: usize| message.split('`').nth(2 * n + 1).unwrap_or("");
    if message.starts_with("unknown field") {
        let expected: Vec<_> = message.split('`').skip(3).step_by(2).collect();
        format!(
            "不认识的字段“{}”，可用的字段有：{}",
            quoted(0),
            expected.join("、")
        )
    } else if message.starts_with("unknown variant") {
        let expected: Vec<_> = message.split('`').skip(3).step_by(2).collect();
        format!(
            "不认识的取值“{}”，可用的取值有：{}",
            quoted(0),
            expected.join("、")
        )
    } else if message.starts_with("missing field") {
        format!("缺少必须填写的字段“{}”", quoted(0))
    } else if message.starts_with("duplicate field") {
        format!("字段“{}”写了两次", quoted(0))
    } else if let Some(rest) = message.strip_prefix("invalid type: ") {
        format!("这里的内容类型不对，{}", types(rest))
    } else if message.starts_with("invalid length") {
        "每一对应当正好是两项：名称和内容".to_owned()
    } else if message.starts_with("invalid value") {
        "这里的取值超出了允许的范围".to_owned()
    } else {
        message.to_owned()
    }
}

/// `string "x", expected a sequence` said in Chinese.
fn types(message: &str) -> String {
    let name = |text: &str| {
        [
            ("string", "文字"),
            ("a string", "文字"),
            ("borrowed string", "文字"),
            ("null", "空值"),
            ("boolean", "真假值"),
            ("a boolean", "真假值（true或false）"),
            ("integer", "数字"),
            ("floating point", "数字"),
            ("u8", "数字"),
            ("sequence", "列表"),
            ("a sequence", "列表"),
            ("a tuple", "一对文字"),
            ("map", "一组字段"),
            ("struct", "一组字段"),
            ("a cell", "文字或一组字段"),
            ("u16", "数字"),
        ]
        .into_iter()
        .filter(|(english, _)| text.starts_with(english))
        .max_by_key(|(english, _)| english.len())
        .map_or("另一种内容", |(_, chinese)| chinese)
    };
    let (got, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    format!("写的是{}，应当是{}", name(got), name(expected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, Format, LinePitch, Seal};

    fn reason(json: &str) -> String {
        match parse(json) {
            Err(Error::Json { reason, .. }) => reason,
            other => panic!("expected a JSON error, got {other:?}"),
        }
    }

    #[test]
    fn the_contract_of_the_command_line_is_read() {
        let document = parse(
            r#"{ "format": "letter", "mark": "中共示例市委组织部", "number": "示组函〔2026〕18号",
                 "copy_number": null, "secrecy": null, "urgency": null, "signers": [],
                 "title": "关于请甲某同志就有关问题作出说明的函询通知书", "to": "甲某同志",
                 "body": [ {"p": "一"}, {"h1": "一、"}, {"h2": "（一）", "run_in": "续"}, {"h3": "1."},
                           {"table": {"columns": [], "rows": []}}, {"fields": [["谈话时间", "今天"]]},
                           {"turns": [["问", "一"], ["答", "二"]]} ],
                 "attachments": ["函询说明真实性承诺书"],
                 "signature": {"organs": ["中共示例市委组织部"], "date": "2026-11-23", "seal": "space"},
                 "note": "联系人：乙某", "cc": ["丙某"], "printed_by": null,
                 "annexes": [{"title": "某", "body": []}],
                 "options": {"duplex": false, "draft_watermark": false} }"#,
        )
        .expect("the contract's own example");
        assert_eq!(document.format, Format::Letter);
        assert_eq!(document.body.len(), 7);
        assert!(
            matches!(&document.body[2], Block::Heading { level: 2, run_in: Some(text), .. } if text == "续")
        );
        assert_eq!(document.signature.expect("given").seal, Seal::Space);
    }

    #[test]
    fn written_documents_read_back_the_same() {
        let mut document = Document::new(Format::Record, "个别谈话记录");
        document.body = vec![
            Block::paragraph("一"),
            Block::heading(4, "（1）"),
            Block::Turns(vec![("问".into(), "什么？".into())]),
        ];
        document.record = Some(crate::model::Record::default());
        let json = serde_json::to_string(&document).expect("plain data");
        assert_eq!(parse(&json).expect("our own text"), document);
    }

    #[test]
    fn errors_are_chinese_and_name_the_spot() {
        let wrong = [
            (
                r#"{"format":"letter","title":"x","boddy":[]}"#,
                "不认识的字段“boddy”",
            ),
            (r#"{"format":"lettre","title":"x"}"#, "不认识的取值“lettre”"),
            (r#"{"format":"letter"}"#, "缺少必须填写的字段“title”"),
            (r#"{"format":"letter","title":3}"#, "写的是数字，应当是文字"),
            (
                r#"{"format":"letter","title":"x","cc":"y"}"#,
                "写的是文字，应当是列表",
            ),
            (r#"{"format":"letter","title":"x","title":"y"}"#, "写了两次"),
            (r#"{"format":"letter","title":"x","#, "没有写完"),
            (r#"{"format":"letter",,"title":"x"}"#, "不符合JSON的写法"),
            (
                r#"{"format":"letter","title":"x","body":[{"run_in":"x"}]}"#,
                "没有内容",
            ),
            (
                r#"{"format":"letter","title":"x","body":[{"p":"x","h1":"y"}]}"#,
                "两种内容",
            ),
            (
                r#"{"format":"letter","title":"x","body":[{"p":"x","run_in":"y"}]}"#,
                "run_in",
            ),
            (
                r#"{"format":"letter","title":"x","body":[{"q":"x"}]}"#,
                "不认识的字段“q”",
            ),
            (
                r#"{"format":"letter","title":"x","body":[{"turns":[["问"]]}]}"#,
                "正好是两项",
            ),
            (
                r#"{"format":"form","title":"x","body":[{"grid":{"rows":[[{"txt":"x"}]]}}]}"#,
                "不认识的字段“txt”",
            ),
            (
                r#"{"format":"form","title":"x","body":[{"grid":{"rows":[[3]]}}]}"#,
                "写的是数字，应当是文字或一组字段",
            ),
            (
                r#"{"format":"letter","title":"x","signature":{"date":"2026-02-30"}}"#,
                "不是有效的日期",
            ),
        ];
        for (json, part) in wrong {
            let reason = reason(json);
            assert!(reason.contains(part), "{json}: {reason}");
        }
        let Err(Error::Json { line, column, .. }) =
            parse("{\n  \"format\": \"letter\",\n  \"tilte\": 1 }")
        else {
            panic!("a misspelt field is refused");
        };
        assert_eq!((line, column > 2), (3, true));
    }

    #[test]
    fn the_schema_names_exactly_the_fields_of_the_model() {
        let schema: serde_json::Value = serde_json::from_str(&schema()).expect("valid JSON");
        let mut document = Document::new(Format::Letter, "x");
        document.signature = Some(crate::model::Signature::default());
        document.record = Some(crate::model::Record::default());
        document.register = Some(crate::model::Register::default());
        document.attendance = Some(crate::model::Attendance::default());
        document.annexes = vec![crate::model::Annex::default()];
        document.printed_by = Some(crate::model::PrintedBy {
            organ: "x".into(),
            date: "2026-01-01".parse().expect("a date"),
        });
        let value = serde_json::to_value(&document).expect("plain data");
        let keys = |value: &serde_json::Value| -> Vec<String> {
            let mut keys: Vec<_> = value
                .as_object()
                .expect("an object")
                .keys()
                .cloned()
                .collect();
            keys.sort();
            keys
        };
        let defs = &schema["$defs"];
        assert_eq!(keys(&schema["properties"]), keys(&value));
        for (def, part) in [
            ("signature", &value["signature"]),
            ("record", &value["record"]),
            ("register", &value["register"]),
            ("attendance", &value["attendance"]),
            ("annex", &value["annexes"][0]),
            ("printed_by", &value["printed_by"]),
            ("options", &value["options"]),
        ] {
            assert_eq!(keys(&defs[def]["properties"]), keys(part), "{def}");
        }
        assert_eq!(
            keys(&defs["block"]["properties"]),
            [
                "fields", "grid", "h1", "h2", "h3", "h4", "p", "run_in", "table", "turns"
            ]
        );
        let grid = serde_json::to_value(crate::model::Grid {
            columns: vec![1],
            rows: vec![vec!["x".into()]],
        })
        .expect("plain data");
        assert_eq!(keys(&defs["grid"]["properties"]), keys(&grid));
        assert_eq!(keys(&defs["cell"]["properties"]), keys(&grid["rows"][0][0]));
        for format in schema["properties"]["format"]["enum"]
            .as_array()
            .expect("a list")
        {
            serde_json::from_value::<Format>(format.clone()).expect("a format of the model");
        }
        for seal in defs["signature"]["properties"]["seal"]["enum"]
            .as_array()
            .expect("a list")
        {
            serde_json::from_value::<Seal>(seal.clone()).expect("a seal of the model");
        }
        for pitch in defs["options"]["properties"]["line_pitch"]["enum"]
            .as_array()
            .expect("a list")
        {
            serde_json::from_value::<LinePitch>(pitch.clone()).expect("a pitch of the model");
        }
    }
}
