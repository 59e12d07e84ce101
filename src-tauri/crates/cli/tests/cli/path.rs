//! The whole path without a window, from an empty folder to a colleague's archive.

use crate::desk::{Desk, TOUR};
use serde_json::Value;

const LETTER: &str = r#"{
  "format": "letter", "mark": "中共示例市委组织部", "number": "示组函〔2026〕18号",
  "title": "关于报送有关材料的函", "to": "示例县委组织部",
  "body": [{"h1": "一、报送内容"}, {"p": "请报送2026年选人用人专项检查整改情况。"}],
  "signature": {"organs": ["中共示例市委组织部"], "date": "2026-11-23", "seal": "space"}
}"#;

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

#[test]
fn from_nothing_to_a_colleagues_archive() {
    let desk = Desk::new();
    let made = desk.json(
        "new 甲.ducha --name 甲某 --organ 中共示例市委组织部 --code 示组 \
         --passphrase-file own --test-cost",
    );
    assert!(
        made["public_key"]
            .as_str()
            .expect("text")
            .starts_with("age1")
    );
    let groups: Vec<&str> = made["recovery_code"]
        .as_str()
        .expect("text")
        .split('-')
        .collect();
    assert_eq!(groups.len(), 7);
    assert!(groups.iter().all(|group| group.len() == 5), "{groups:?}");

    let records = desk.json("import-json 甲.ducha records.json --passphrase-file own");
    let expected: Value = serde_json::from_str(crate::desk::RECORDS).expect("our own file");
    let expected = expected["records"].as_array().expect("a list").len() as u64;
    assert_eq!(number(&records["records"]), expected);

    let log = desk.json("log 甲.ducha --passphrase-file own --kind tour --since 2020-01-01");
    assert_eq!(number(&log["total"]), 1);
    assert_eq!(log["lines"][0]["action"], "导入可读记录");
    assert_eq!(log["lines"][0]["device"], "本机");
    let nothing = desk.json("log 甲.ducha --passphrase-file own --text 没有这个词");
    assert_eq!(number(&nothing["total"]), 0);
    let history = &desk.json(&format!("history 甲.ducha {TOUR} --passphrase-file own"))["history"];
    assert_eq!(history["label"], "巡察任务");
    assert_eq!(history["steps"][0]["deed"], "新建");

    desk.write("letter.json", LETTER);
    let rendered = desk.json("render letter.json --out letter.pdf --layout letter.txt");
    assert_eq!(number(&rendered["pages"]), 1);
    assert!(desk.read("letter.pdf").starts_with(b"%PDF-1.7"));
    let layout = String::from_utf8(desk.read("letter.txt")).expect("text");
    assert!(layout.contains("示组函〔2026〕18号"), "{layout}");

    let kai = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fonts/FandolKai-Regular.otf"
    );
    desk.json(&format!(
        "render letter.json --out own.pdf --layout own.txt --font 仿宋={kai}#1 --font 楷体={kai}"
    ));
    assert_ne!(desk.read("own.pdf"), desk.read("letter.pdf"));
    for (wrong, told) in [
        ("--font 行书=a.ttf", "用处只能是"),
        ("--font 仿宋", "应当写成"),
    ] {
        let message = desk.refused(2, &format!("render letter.json --out no.pdf {wrong}"));
        assert!(message.contains(told), "{message}");
    }
    let message = desk.refused(
        1,
        &format!("render letter.json --out no.pdf --font 仿宋={kai}#2"),
    );
    assert!(message.contains("只有1种字体"), "{message}");

    let verified = desk.json("verify 甲.ducha --passphrase-file own");
    assert_eq!(verified["ok"], true);
    assert_eq!(verified["damages"], serde_json::json!([]));

    let exported = desk.json(&format!(
        "export 甲.ducha --passphrase-file own --out tour.dcx \
         --bundle-passphrase-file told --scope tour:{TOUR}"
    ));
    let withheld = number(&exported["entries"]) - number(&exported["records"]);
    assert!(withheld > 0, "a tour is not the whole archive: {exported}");

    let outside = desk.json("inspect tour.dcx");
    assert_eq!(outside["lock"], "口令");
    assert_eq!(outside["contents"], Value::Null);
    let inside = &desk.json("inspect tour.dcx --bundle-passphrase-file told")["contents"];
    assert_eq!(inside["entries"], exported["entries"]);
    assert!(
        inside["scope"]
            .as_str()
            .expect("text")
            .starts_with("巡察任务")
    );

    desk.empty("乙.ducha");
    let before = desk.state("乙.ducha");
    let seen = desk.json(
        "import 乙.ducha tour.dcx --preview --passphrase-file own --bundle-passphrase-file told",
    );
    assert_eq!(seen["receipt"], Value::Null);
    assert_eq!(desk.state("乙.ducha"), before, "looking changes nothing");
    assert_eq!(desk.backups("乙.ducha"), 0);

    let took = "import 乙.ducha tour.dcx --passphrase-file own --bundle-passphrase-file told";
    let imported = desk.json(took);
    for count in ["new", "changed", "conflicts", "known"] {
        assert_eq!(imported[count], seen[count], "{count}");
    }
    assert!(number(&imported["new"]) > 0);
    assert_eq!(imported["missing"], serde_json::json!([]));
    assert!(desk.has(imported["receipt"].as_str().expect("a file")));
    assert_eq!(desk.backups("乙.ducha"), 1);

    let again = desk.json(took);
    assert_eq!(number(&again["new"]), 0);
    assert_eq!(again["known"], inside["entries"]);

    for archive in ["甲.ducha", "乙.ducha"] {
        let verified = desk.json(&format!("verify {archive} --passphrase-file own"));
        assert_eq!(verified["ok"], true, "{archive}: {verified}");
        for query in ["王镕", "wangrong", "集体研究"] {
            let found = desk.json(&format!("search {archive} {query} --passphrase-file own"));
            let hits = found["hits"].as_array().expect("a list");
            assert!(!hits.is_empty(), "{archive}: {query}");
        }
        let found = desk.json(&format!(
            "search {archive} 王镕 --limit 1 --passphrase-file own"
        ));
        assert_eq!(found["hits"][0]["label"], "人员");
        assert_eq!(found["hits"].as_array().expect("a list").len(), 1);
    }
}

#[test]
fn an_issued_paper_travels_as_the_very_bytes() {
    let desk = Desk::new();
    desk.words("sample 示例.ducha --passphrase-file own --test-cost");
    desk.empty("乙.ducha");
    let key = desk.json("keys 乙.ducha --passphrase-file own --qr key.svg");
    let key = key["public_key"].as_str().expect("text");
    assert!(desk.read("key.svg").starts_with(b"<?xml"));

    desk.words(&format!(
        "export 示例.ducha --passphrase-file own --out all.dcx --recipient {key}"
    ));
    assert_eq!(desk.json("inspect all.dcx")["contents"], Value::Null);
    let inside = desk.json("inspect all.dcx 乙.ducha --passphrase-file own");
    assert_eq!(inside["contents"]["scope"], "全部记录");
    desk.words("import 乙.ducha all.dcx --passphrase-file own");

    desk.words("export-json 示例.ducha --passphrase-file own --out all.json");
    let all: Value = serde_json::from_slice(&desk.read("all.json")).expect("JSON");
    let papers: Vec<&Value> = all["records"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|record| record["kind"] == "paper")
        .collect();
    assert!(!papers.is_empty());
    for paper in papers {
        let id = paper["id"].as_str().expect("text");
        for (archive, out) in [("示例.ducha", "sent.pdf"), ("乙.ducha", "taken.pdf")] {
            let written = desk.json(&format!(
                "paper {archive} {id} --passphrase-file own --out {out}"
            ));
            assert_eq!(written["pages"], paper["fields"]["issued"]["pages"]);
        }
        let sent = desk.read("sent.pdf");
        assert!(sent.starts_with(b"%PDF-1.7"));
        assert_eq!(
            sent.len() as u64,
            number(&paper["fields"]["issued"]["pdf"]["size"])
        );
        assert!(sent == desk.read("taken.pdf"), "{id} differs");
    }
}

#[test]
fn readable_records_come_back_the_same() {
    let desk = Desk::new();
    desk.filled("甲.ducha");
    desk.empty("乙.ducha");
    let (first, _) = desk.state("甲.ducha");
    desk.write("again.json", &first);
    desk.words("import-json 乙.ducha again.json --passphrase-file own");
    let records = |bytes: &[u8]| -> Value { serde_json::from_slice(bytes).expect("JSON") };
    let (sent, mut taken) = (records(&first), records(&desk.state("乙.ducha").0));
    // The second archive keeps the two records it was set up with, and no more.
    let own = taken["records"].as_array_mut().expect("a list");
    let known: Vec<Value> = sent["records"].as_array().expect("a list").clone();
    own.retain(|record| known.contains(record));
    assert_eq!(own, &known);
    assert_eq!(sent["self"], taken["self"]);
}

#[test]
fn the_public_sample_opens_with_the_public_passphrase() {
    let desk = Desk::new();
    let made = desk.json("sample 示例.ducha --test-cost");
    desk.write("public", made["passphrase"].as_str().expect("text"));
    let verified = desk.json("verify 示例.ducha --passphrase-file public");
    assert_eq!(verified["entries"], made["entries"]);
}
