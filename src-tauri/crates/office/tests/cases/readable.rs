//! What a readable import may not do.

use crate::setup::{now, office, person, set_up};
use office::Office;
use serde_json::{Value, json};

/// The sample, and its readable export as it can be tampered with.
fn sample(folder: &std::path::Path) -> (Office, Value) {
    let mut office = office(folder);
    office
        .create_sample(&folder.join("示例.ducha"), crate::setup::PASSPHRASE, now())
        .expect("the sample");
    let text = office.export_json(now()).expect("exported");
    let export = serde_json::from_str(&text).expect("our own JSON");
    (office, export)
}

fn first<'v>(export: &'v Value, kind: &str, fits: impl Fn(&Value) -> bool) -> &'v Value {
    export["records"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|record| record["kind"] == kind && fits(&record["fields"]))
        .expect("the sample has one")
}

fn file(records: &[Value]) -> String {
    json!({ "format": "ducha-records", "version": 1, "records": records }).to_string()
}

/// Imports one record with some fields changed; it must be refused.
fn refused(office: &mut Office, record: &Value, changes: &Value) -> String {
    let mut record = record.clone();
    for (field, value) in changes.as_object().expect("fields") {
        record["fields"][field] = value.clone();
    }
    let before = office.export_json(now()).expect("exported");
    let error = office
        .import_json(&file(&[record]), now())
        .expect_err("it goes past a rule");
    assert_eq!(error.code, "DR-01", "{error:?}");
    assert_eq!(office.export_json(now()).expect("exported"), before);
    error.message
}

#[test]
fn an_archive_takes_its_own_export_without_a_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut office, export) = sample(folder.path());
    let before = office.status(now()).expect("status").entries;
    office
        .import_json(&export.to_string(), now())
        .expect("nothing new");
    assert_eq!(office.status(now()).expect("status").entries, before);
}

#[test]
fn what_is_issued_closed_or_original_is_not_changed_by_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut office, export) = sample(folder.path());
    let issued = first(&export, "paper", |fields| fields["issued"].is_object());
    let words = refused(&mut office, issued, &json!({ "title": "另一个标题" }));
    assert!(words.contains("已经签发"), "{words}");

    let closed = first(&export, "interview", |fields| fields["state"] == "已结束");
    refused(&mut office, closed, &json!({ "place": "别处" }));
    let of_closed = |fields: &Value| fields["interview"] == closed["id"];
    let turn = first(&export, "turn", of_closed);
    refused(&mut office, turn, &json!({ "text": "改过的话" }));
    let mut added = turn.clone();
    added["id"] = json!("01a156d2-8680-798c-9d81-0000000000ff");
    refused(&mut office, &added, &json!({ "text": "添上的话" }));
    let paragraph = first(&export, "paragraph", |_| true);
    refused(&mut office, paragraph, &json!({ "text": "改过的原文" }));

    let mut second = issued.clone();
    second["id"] = json!("01a156d2-8680-798c-9d81-0000000000fe");
    let words = refused(&mut office, &second, &json!({}));
    assert!(words.contains("已经用于另一份文书"), "{words}");
    refused(
        &mut office,
        &second,
        &json!({ "number": null, "issued": null, "state": "已送达" }),
    );
}

#[test]
fn a_file_says_whole_things_about_what_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut office, export) = sample(folder.path());
    let someone = first(&export, "person", |_| true).clone();
    let twice = file(&[someone.clone(), someone]);
    let error = office.import_json(&twice, now()).expect_err("one id twice");
    assert!(error.message.contains("同一个编号"), "{error:?}");

    let id = "01a156d2-8680-798c-9d81-0000000000fd";
    for (kind, fields) in [
        ("finding", json!({ "title": "没有人员" })),
        ("turn", json!({ "text": "没有谈话", "order": "V" })),
    ] {
        let record = json!({ "id": id, "kind": kind, "fields": fields });
        let error = office.import_json(&file(&[record]), now()).expect_err(kind);
        assert!(error.message.contains("没有写明"), "{error:?}");
    }
    let mut talk = first(&export, "interview", |_| true).clone();
    talk["id"] = json!("01a156d2-8680-798c-9d81-0000000000fc");
    let record = json!({ "id": id, "kind": "turn",
        "fields": { "interview": talk["id"], "text": "排不进去", "order": "" } });
    let error = office
        .import_json(&file(&[talk, record]), now())
        .expect_err("no order");
    assert!(error.message.contains("次序"), "{error:?}");
}

#[test]
fn a_file_does_not_change_whose_archive_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, mut export) = sample(folder.path());
    let mut office = set_up(folder.path(), "本人");
    person(&mut office, "甲甲某");
    let own = office
        .identity()
        .expect("who")
        .supervisor
        .expect("recorded")
        .id;
    office
        .import_json(&export.to_string(), now())
        .expect("records may come in");
    let after = office
        .identity()
        .expect("who")
        .supervisor
        .expect("recorded")
        .id;
    assert_eq!(after, own);
    export["self"]["supervisor"] = json!("nobody");
    assert!(office.import_json(&export.to_string(), now()).is_err());
}
