//! Writing and reading records.

use std::collections::BTreeMap;

use ledger::{RETRACTED, Value};

use crate::desk::{Desk, NOW, action, edit, id, put, shown};

#[test]
fn an_action_is_one_entry_whatever_it_changes() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    let edits = vec![
        edit(id(1), "unit", "name", "示例市水务局"),
        edit(id(2), "person", "name", "甲某"),
        edit(id(2), "person", "unit", id(1).to_string()),
    ];
    vault
        .write(&action("登记人员"), edits, NOW)
        .expect("written")
        .expect("an entry");
    let stats = vault.stats().expect("numbers");
    assert_eq!((stats.entries, stats.changes), (1, 3));
    assert_eq!(stats.last_saved_millis, Some(NOW));
    assert_eq!(
        stats.records,
        BTreeMap::from([("person".to_owned(), 1), ("unit".to_owned(), 1)])
    );
    let links = vault.links_to(&id(1)).expect("links");
    assert_eq!(links.len(), 1);
    assert_eq!(
        (
            links[0].from,
            links[0].kind.as_str(),
            links[0].field.as_str()
        ),
        (id(2), "person", "unit")
    );
}

#[test]
fn several_actions_are_written_all_or_none() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    let two = vec![
        (action("导入"), vec![edit(id(1), "person", "name", "甲某")]),
        (action("导入"), vec![edit(id(2), "person", "name", "乙某")]),
    ];
    let written = vault.write_many(two, NOW).expect("written");
    assert_eq!(written.iter().flatten().count(), 2);
    let deep = (0..100).fold(Value::Null, |inner, _| Value::List(vec![inner]));
    let refused = vec![
        (action("导入"), vec![edit(id(3), "person", "name", "丙某")]),
        (action("导入"), vec![edit(id(4), "person", "name", deep)]),
    ];
    assert!(vault.write_many(refused, NOW).is_err());
    assert!(vault.record(&id(3)).expect("read").is_none());
    put(&mut vault, id(5), "person", &[("name", "戊某")]);
    assert_eq!(vault.stats().expect("numbers").entries, 3);
}

#[test]
fn an_edit_that_changes_nothing_makes_no_entry() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    put(&mut vault, id(1), "person", &[("name", "甲某")]);
    let same = vec![
        edit(id(1), "person", "name", "甲某"),
        edit(id(1), "person", "rank", Value::Null),
    ];
    assert_eq!(vault.write(&action("保存"), same, NOW).expect("fine"), None);
    let half = vec![
        edit(id(1), "person", "name", "甲某"),
        edit(id(1), "person", "post", "科长"),
    ];
    assert!(
        vault
            .write(&action("保存"), half, NOW)
            .expect("fine")
            .is_some()
    );
    let stats = vault.stats().expect("numbers");
    assert_eq!((stats.entries, stats.changes), (2, 2));
    put(&mut vault, id(1), "person", &[("name", "乙某")]);
    assert_eq!(vault.stats().expect("numbers").entries, 3);
}

#[test]
fn a_refused_action_leaves_the_chain_usable() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    let error = vault
        .write(
            &action("保存"),
            vec![edit(id(1), "人员", "name", "甲某")],
            NOW,
        )
        .expect_err("not a kind");
    assert_eq!(error.code(), "DA-15");
    put(&mut vault, id(1), "person", &[("name", "甲某")]);
    drop(vault);
    let mut vault = desk.open("示例");
    put(&mut vault, id(1), "person", &[("name", "乙某")]);
    assert_eq!(vault.heads().expect("heads")[&vault.device()].seq, 2);
}

#[test]
fn children_come_in_their_order() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    let talk = id(1).to_string();
    put(&mut vault, id(1), "interview", &[("matter", "示例事项")]);
    for (number, order, text) in [(12, "b", "第二"), (11, "c", "第三"), (13, "a", "第一")] {
        put(
            &mut vault,
            id(number),
            "turn",
            &[("interview", &talk), ("order", order), ("text", text)],
        );
    }
    let texts: Vec<Value> = vault
        .children("turn", &id(1))
        .expect("listed")
        .into_iter()
        .map(|turn| turn.fields["text"].clone())
        .collect();
    assert_eq!(texts, ["第一", "第二", "第三"].map(Value::from));
    assert_eq!(vault.records("turn").expect("listed").len(), 3);
    assert_eq!(vault.count("turn").expect("counted"), 3);
    let family = vault.family(&id(1)).expect("collected");
    assert_eq!(family.len(), 4);
}

#[test]
fn a_withdrawn_record_leaves_lists_and_searches_and_comes_back() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    put(&mut vault, id(1), "unit", &[("name", "示例市水务局")]);
    put(
        &mut vault,
        id(2),
        "person",
        &[("name", "甲某"), ("unit", &id(1).to_string())],
    );
    vault
        .retract(&action("撤回"), id(2), NOW)
        .expect("written")
        .expect("an entry");
    assert!(
        vault
            .record(&id(2))
            .expect("readable")
            .expect("still there")
            .retracted
    );
    assert!(vault.records("person").expect("listed").is_empty());
    assert!(vault.search("甲某", 10).expect("searched").is_empty());
    assert!(vault.search_names("jm", 10).expect("searched").is_empty());
    assert!(vault.links_to(&id(1)).expect("links").is_empty());
    assert_eq!(
        vault.retract(&action("撤回"), id(2), NOW).expect("fine"),
        None
    );

    vault
        .restore(&action("恢复"), id(2), NOW)
        .expect("written")
        .expect("an entry");
    assert!(
        !vault
            .record(&id(2))
            .expect("readable")
            .expect("there")
            .retracted
    );
    assert_eq!(vault.search("甲某", 10).expect("searched").len(), 1);
    assert_eq!(vault.search_names("jm", 10).expect("searched").len(), 1);
    assert_eq!(vault.links_to(&id(1)).expect("links").len(), 1);
    assert_eq!(
        vault
            .retract(&action("撤回"), id(99), NOW)
            .expect_err("nobody")
            .code(),
        "DA-21"
    );
}

#[test]
fn what_belongs_to_a_withdrawn_record_is_not_found() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    let (talk, turn) = (id(1).to_string(), id(2).to_string());
    put(&mut vault, id(1), "interview", &[("matter", "示例事项")]);
    put(
        &mut vault,
        id(2),
        "turn",
        &[("interview", &talk), ("text", "关键的话")],
    );
    put(
        &mut vault,
        id(3),
        "citation",
        &[("finding", &id(4).to_string()), ("target", &turn)],
    );
    put(&mut vault, id(4), "finding", &[("title", "示例问题")]);
    let seen = |vault: &vault::Vault| {
        (
            vault.search("关键", 9).expect("searched").len(),
            vault.links_to(&id(2)).expect("links").len(),
        )
    };
    assert_eq!(seen(&vault), (1, 1));
    vault.retract(&action("撤回"), id(1), NOW).expect("written");
    assert_eq!(seen(&vault), (0, 1));
    vault.retract(&action("撤回"), id(4), NOW).expect("written");
    vault.restore(&action("恢复"), id(1), NOW).expect("written");
    assert_eq!(seen(&vault), (1, 0));
}

#[test]
fn a_circle_of_parents_ends() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    let text = |vault: &mut vault::Vault, own, parent: ledger::EntityId| {
        put(
            vault,
            own,
            "turn",
            &[("interview", &parent.to_string()), ("text", "绕圈")],
        );
    };
    text(&mut vault, id(1), id(2));
    text(&mut vault, id(2), id(1));
    assert_eq!(vault.search("绕圈", 9).expect("searched").len(), 2);
    assert_eq!(vault.family(&id(1)).expect("collected").len(), 2);
}

#[test]
fn the_history_says_who_did_what() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    put(&mut vault, id(1), "person", &[("name", "甲某")]);
    let mut second = action("更正姓名");
    second.note = Some("原录入有误\n经核对身份证件".to_owned());
    vault
        .write(
            &second,
            vec![edit(id(1), "person", "name", "甲谋")],
            NOW + 60_000,
        )
        .expect("written");
    vault
        .retract(&action("撤回"), id(1), NOW + 120_000)
        .expect("written");

    let history = vault.history(&id(1)).expect("readable");
    let lines: Vec<_> = history
        .iter()
        .map(|line| {
            (
                line.seq,
                line.millis - NOW,
                line.action.as_str(),
                line.note.as_deref(),
                line.field.as_str(),
                line.shown,
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            (1, 0, "记录", None, "name", false),
            (
                2,
                60_000,
                "更正姓名",
                Some("原录入有误\n经核对身份证件"),
                "name",
                true
            ),
            (3, 120_000, "撤回", None, RETRACTED, true),
        ]
    );
    assert_eq!(history[0].value, Value::from("甲某"));
    assert_eq!(history[0].author, action("").author);
}

#[test]
fn unknown_kinds_are_kept() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    put(
        &mut vault,
        id(1),
        "from_the_future",
        &[("what", "新版本的内容")],
    );
    assert_eq!(
        shown(&vault, id(1), "what").as_deref(),
        Some("新版本的内容")
    );
    assert_eq!(vault.records("from_the_future").expect("listed").len(), 1);
    assert!(vault.search("新版本", 10).expect("searched").is_empty());
}

#[test]
fn local_settings_and_secrets_are_kept() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    vault.put_secret("identity", b"bytes").expect("kept");
    vault
        .put_local("recent", &serde_json::json!(["甲"]))
        .expect("kept");
    drop(vault);
    let mut vault = desk.open("示例");
    assert_eq!(
        vault
            .secret("identity")
            .expect("readable")
            .expect("there")
            .as_slice(),
        b"bytes"
    );
    assert_eq!(vault.secret("other").expect("readable"), None);
    assert_eq!(
        vault.local("recent").expect("readable"),
        Some(serde_json::json!(["甲"]))
    );
    vault
        .put_local("recent", &serde_json::Value::Null)
        .expect("removed");
    assert_eq!(vault.local("recent").expect("readable"), None);
}

#[test]
fn attachments_are_kept_once_and_checked() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    for size in [0, 1, 256 * 1024, 256 * 1024 + 1, 1_000_000] {
        let bytes: Vec<u8> = (0..size).map(|i: u32| (i * 31 % 251) as u8).collect();
        let info = vault
            .put_attachment(&mut &bytes[..], "原件.docx")
            .expect("kept");
        assert_eq!(info.size, u64::from(size));
        assert_eq!(
            vault
                .put_attachment(&mut &bytes[..], "另名.docx")
                .expect("kept"),
            info
        );
        assert_eq!(vault.attachment_bytes(&info.sha256).expect("read"), bytes);
        let mut read = Vec::new();
        let mut reader = vault.open_attachment(&info.sha256).expect("opened");
        std::io::Read::read_to_end(&mut reader, &mut read).expect("read");
        assert_eq!(read, bytes);
        assert_eq!(vault.attachment(&info.sha256).expect("read"), Some(info));
    }
    assert_eq!(vault.attachments().expect("listed").len(), 5);
    assert_eq!(
        vault
            .attachment_bytes(&"0".repeat(64))
            .expect_err("none")
            .code(),
        "DA-20"
    );
    assert_eq!(
        vault
            .attachment_bytes("../../etc")
            .expect_err("none")
            .code(),
        "DA-20"
    );
}

#[test]
fn attachments_that_are_only_named_are_told() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    let info = vault
        .put_attachment(&mut &b"held"[..], "在.txt")
        .expect("kept");
    let reference = |sha256: &str, name: &str| {
        Value::Map(BTreeMap::from([
            ("sha256".to_owned(), Value::from(sha256)),
            ("size".to_owned(), Value::Int(4)),
            ("file_name".to_owned(), Value::from(name)),
        ]))
    };
    let absent = "ab".repeat(32);
    let issued = Value::Map(BTreeMap::from([(
        "pdf".to_owned(),
        reference(&absent, "缺.pdf"),
    )]));
    let edits = vec![
        edit(
            id(1),
            "minutes",
            "original",
            reference(&info.sha256, "在.txt"),
        ),
        edit(id(2), "paper", "issued", issued),
        edit(id(3), "minutes", "original", reference("", "")),
    ];
    vault.write(&action("登记"), edits, NOW).expect("written");
    let missing = vault.missing_attachments().expect("looked");
    assert_eq!(missing.len(), 1);
    assert_eq!(
        (missing[0].0, missing[0].1.file_name.as_str()),
        (id(2), "缺.pdf")
    );
}
