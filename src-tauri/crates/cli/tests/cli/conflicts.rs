//! Two archives changed apart, brought together and decided, by a script.

use crate::desk::{Desk, TOUR};
use serde_json::{Value, json};

/// Gives the tour another purpose in one archive.
fn change(desk: &Desk, archive: &str, purpose: &str) {
    let file = json!({
        "format": "ducha-records", "version": 1,
        "records": [{ "id": TOUR, "kind": "tour", "fields": { "purpose": purpose } }],
    });
    desk.write("change.json", file.to_string());
    desk.words(&format!(
        "import-json {archive} change.json --passphrase-file own"
    ));
}

fn carry(desk: &Desk, from: &str, to: &str) -> Value {
    desk.words(&format!(
        "export {from} --passphrase-file own --out go.dcx --bundle-passphrase-file told"
    ));
    desk.json(&format!(
        "import {to} go.dcx --passphrase-file own --bundle-passphrase-file told"
    ))
}

fn open(desk: &Desk, archive: &str) -> Value {
    desk.json(&format!("conflicts {archive} --passphrase-file own"))
}

#[test]
fn a_script_lists_both_sides_and_decides() {
    let desk = Desk::new();
    desk.filled("甲.ducha");
    desk.empty("乙.ducha");
    carry(&desk, "甲.ducha", "乙.ducha");
    let nothing = open(&desk, "乙.ducha");
    assert_eq!(
        nothing,
        json!({ "records": [], "numbers": [], "twins": [] })
    );
    change(
        &desk,
        "甲.ducha",
        "检查选人用人。\n检查会议记录。\n检查公示。",
    );
    carry(&desk, "甲.ducha", "乙.ducha");
    change(
        &desk,
        "甲.ducha",
        "重点检查选人用人。\n检查会议记录。\n检查公示。",
    );
    let theirs = |last: &str| {
        let purpose = format!("检查选人用人。\n检查会议记录。\n{last}");
        change(&desk, "乙.ducha", &purpose);
        assert_eq!(carry(&desk, "乙.ducha", "甲.ducha")["conflicts"], 1);
        let seen = &open(&desk, "甲.ducha")["records"][0]["fields"][0]["seen"];
        let seen = seen.as_array().expect("a list").iter();
        seen.fold(String::new(), |all, entry| {
            format!("{all} --seen {}", entry.as_str().expect("text"))
        })
    };
    let before = theirs("检查公示范围。");
    let seen = theirs("检查公示期限。");

    let list = open(&desk, "甲.ducha");
    let field = &list["records"][0]["fields"][0];
    assert_eq!(list["records"][0]["id"], TOUR);
    assert_eq!(
        (&field["field"], &field["label"]),
        (&json!("purpose"), &json!("任务"))
    );
    let both = "重点检查选人用人。\n检查会议记录。\n检查公示期限。";
    assert_eq!(field["combined"], both);
    let words = desk.words("conflicts 甲.ducha --passphrase-file own");
    for part in ["两处都改过的记录1条", "重点检查", "公示期限", "本机"] {
        assert!(words.contains(part), "{words}");
    }

    desk.write("both.txt", format!("{both}\r\n"));
    let line = format!("resolve 甲.ducha {TOUR} purpose --passphrase-file own");
    desk.refused(1, &format!("{line} --text-file 没有"));
    desk.refused(1, &format!("{line} --choose 别的"));
    // What was listed before the last bundle came is not what is decided now.
    let overtaken = desk.refused(1, &format!("{line} --text-file both.txt{before}"));
    assert!(overtaken.contains("CT-01"), "{overtaken}");
    assert_eq!(
        desk.json(&format!("{line} --text-file both.txt{seen}"))["left"],
        0
    );
    assert_eq!(open(&desk, "甲.ducha"), nothing);
    assert_eq!(
        desk.refused(1, &format!("{line} --text-file both.txt"))
            .matches("CT-01")
            .count(),
        1
    );

    // The other machine decides differently meanwhile: one new conflict, between
    // the two decisions.
    carry(&desk, "甲.ducha", "乙.ducha");
    assert_eq!(open(&desk, "乙.ducha"), nothing);
    let shown = desk.json(&format!("history 乙.ducha {TOUR} --passphrase-file own"));
    let told = shown.to_string();
    assert!(
        told.contains("重点") && told.contains("期限"),
        "both stay: {told}"
    );
}
