//! The published JSON Schema and the reader agree: what one takes the other takes, and both know
//! the same fields.

use boon::{Compiler, SchemaIndex, Schemas};
use gongwen::{Error, parse};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

fn schema() -> Value {
    serde_json::from_str(&gongwen::schema()).expect("the schema is JSON")
}

/// The schema, ready to hold documents against it.
struct Validator {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Validator {
    fn new() -> Self {
        let mut schemas = Schemas::new();
        let mut compiler = Compiler::new();
        compiler
            .add_resource("document.json", schema())
            .expect("the schema is a schema");
        let index = compiler
            .compile("document.json", &mut schemas)
            .expect("every reference leads somewhere");
        Self { schemas, index }
    }

    /// Why a document is not valid.
    fn refusal(&self, document: &Value) -> Option<String> {
        let found = self.schemas.validate(document, self.index);
        found.err().map(|error| error.to_string())
    }
}

/// Every stored document with its name.
fn stored() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/papers");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a checkout has the documents") {
        let path = entry.expect("readable").path();
        if path.extension().is_some_and(|it| it == "json") {
            let json = std::fs::read_to_string(&path).expect("readable");
            let value = serde_json::from_str(&json).expect("JSON");
            found.push((path.display().to_string(), value));
        }
    }
    assert!(found.len() >= 15, "{} documents", found.len());
    found
}

#[test]
fn every_stored_document_is_valid() {
    let validator = Validator::new();
    for (name, document) in stored() {
        assert_eq!(validator.refusal(&document), None, "{name}");
        assert!(parse(&document.to_string()).is_ok(), "{name}");
    }
}

/// Pointers to every object in a value.
fn objects(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.push(pointer.to_owned());
            for (name, value) in fields {
                objects(value, &format!("{pointer}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (i, value) in items.iter().enumerate() {
                objects(value, &format!("{pointer}/{i}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn a_misspelt_field_is_refused_wherever_it_stands() {
    let validator = Validator::new();
    for (name, document) in stored() {
        let mut pointers = Vec::new();
        objects(&document, "", &mut pointers);
        // Long tables hold the same objects over and over.
        for pointer in pointers.into_iter().take(60) {
            let mut wrong = document.clone();
            let object = wrong.pointer_mut(&pointer).and_then(Value::as_object_mut);
            let object = object.expect("an object of the document");
            let Some(field) = object.keys().next().cloned() else {
                continue;
            };
            let value = object.remove(&field).expect("it was there");
            object.insert(format!("{field}x"), value);
            assert!(
                validator.refusal(&wrong).is_some(),
                "{name}: {pointer}/{field}x"
            );
            assert!(
                parse(&wrong.to_string()).is_err(),
                "{name}: {pointer}/{field}x"
            );
        }
    }
}

/// The fields that the reader says it knows, asked by one it cannot know.
fn known(document: &Value) -> BTreeSet<String> {
    match parse(&document.to_string()) {
        Err(Error::Json { reason, .. }) => {
            let (asked, names) = reason
                .split_once("，可用的字段有：")
                .unwrap_or_else(|| panic!("{document}: {reason}"));
            assert_eq!(asked, "不认识的字段“unknown”");
            names.split('、').map(str::to_owned).collect()
        }
        other => panic!("{document}: {other:?}"),
    }
}

#[test]
fn reader_and_schema_know_the_same_fields() {
    let unknown = json!({ "unknown": 0 });
    // Where an object of the schema stands in a document.
    let places = [
        ("", unknown.clone()),
        ("/$defs/block", json!({ "body": [unknown] })),
        (
            "/$defs/block/properties/table",
            json!({ "body": [{ "table": unknown }] }),
        ),
        ("/$defs/grid", json!({ "body": [{ "grid": unknown }] })),
        (
            "/$defs/cell",
            json!({ "body": [{ "grid": { "rows": [[unknown]] } }] }),
        ),
        ("/$defs/signature", json!({ "signature": unknown })),
        ("/$defs/attendance", json!({ "attendance": unknown })),
        ("/$defs/printed_by", json!({ "printed_by": unknown })),
        ("/$defs/annex", json!({ "annexes": [unknown] })),
        ("/$defs/record", json!({ "record": unknown })),
        ("/$defs/register", json!({ "register": unknown })),
        ("/$defs/options", json!({ "options": unknown })),
    ];
    let schema = schema();
    for (pointer, document) in &places {
        let properties = &schema.pointer(pointer).expect("in the schema")["properties"];
        let named: BTreeSet<String> = properties
            .as_object()
            .expect("an object of the schema has properties")
            .keys()
            .cloned()
            .collect();
        assert_eq!(named, known(document), "{pointer}");
    }
    // No object of the schema is left out above.
    let mut pointers = Vec::new();
    objects(&schema, "", &mut pointers);
    let described: BTreeSet<&str> = pointers
        .iter()
        .filter(|pointer| !pointer.ends_with("/properties"))
        .filter(|pointer| {
            schema
                .pointer(pointer)
                .is_some_and(|it| it["properties"].is_object())
        })
        .map(String::as_str)
        .collect();
    assert_eq!(described, places.iter().map(|place| place.0).collect());
}
