//! What the program refuses, how it says so, and that it left everything as it was.

use crate::desk::{self, Desk, PROGRAM, RECORDS};
use office::{KdfParams, KeyCost, Moment, Office, Places};
use serde_json::{Value, json};
use std::path::PathBuf;

#[test]
fn what_does_not_open_ends_with_three() {
    let desk = Desk::new();
    desk.empty("甲.ducha");
    let message = desk.refused(3, "verify 甲.ducha --passphrase-file wrong");
    assert!(message.starts_with("口令不正确"), "{message}");

    std::fs::create_dir(desk.path("别的")).expect("made");
    for folder in ["别的", "没有.ducha", "records.json"] {
        let message = desk.refused(3, &format!("verify {folder} --passphrase-file own"));
        assert!(message.contains("不是档案库"), "{message}");
    }

    let keys = desk.read("甲.ducha/keys");
    desk.write("甲.ducha/keys", &keys[..keys.len() / 2]);
    let message = desk.refused(3, "verify 甲.ducha --passphrase-file own");
    assert!(message.contains("密钥文件已损坏"), "{message}");
}

#[test]
fn an_archive_open_elsewhere_is_left_alone() {
    let desk = Desk::new();
    desk.empty("甲.ducha");
    let mut elsewhere = Office::new(Places {
        settings_file: PathBuf::new(),
        default_parent: PathBuf::new(),
        reader: PathBuf::from(PROGRAM),
        kdf: KeyCost::Fixed(KdfParams::fast_for_tests()),
    });
    elsewhere
        .unlock(&desk.path("甲.ducha"), "本人的口令不外传", Moment::now())
        .expect("opened here");
    let message = desk.refused(3, "verify 甲.ducha --passphrase-file own");
    assert!(message.contains("另一个窗口"), "{message}");
    elsewhere.lock();
    desk.words("verify 甲.ducha --passphrase-file own");
}

/// Which record is spoilt, how, and what the message must name.
type Wrong = (usize, fn(&mut Value), &'static str);

#[test]
fn one_wrong_record_keeps_all_of_them_out() {
    let desk = Desk::new();
    desk.empty("甲.ducha");
    let before = desk.state("甲.ducha");
    let wrongs: [Wrong; 6] = [
        (6, |it| it["fields"]["name"] = json!(7), "“name”"),
        (7, |it| it["fields"]["nmae"] = json!("甲某"), "“nmae”"),
        (8, |it| it["kind"] = json!("persn"), "“persn”"),
        (9, |it| it["id"] = json!("12"), "编号"),
        (
            300,
            |it| {
                let kind = it["kind"].clone();
                *it = json!({ "id": it["id"], "kind": kind, "fields": { "没有这一栏": 1 } });
            },
            "“没有这一栏”",
        ),
        (
            1,
            |it| {
                *it = json!({
                    "id": it["id"], "kind": "person",
                    "fields": { "name": "甲某", "unit": "01a156d2-0000-7000-8000-000000000000" },
                });
            },
            "不存在",
        ),
    ];
    for (at, spoil, named) in wrongs {
        let mut records: Value = serde_json::from_str(RECORDS).expect("our own file");
        spoil(&mut records["records"][at]);
        desk.write("spoilt.json", format!("{records:#}"));
        let message = desk.refused(1, "import-json 甲.ducha spoilt.json --passphrase-file own");
        let place = format!("第{}条记录", at + 1);
        assert!(message.contains(&place), "{place}: {message}");
        assert!(message.contains(named), "{named}: {message}");
        assert!(message.contains('行'), "{message}");
    }
    let cut = &RECORDS[..RECORDS.len() - 40];
    desk.write("spoilt.json", cut.trim_end_matches(|c: char| !c.is_ascii()));
    let message = desk.refused(1, "import-json 甲.ducha spoilt.json --passphrase-file own");
    assert!(
        message.contains('行') && message.contains('列'),
        "{message}"
    );
    let other = json!({ "format": "别的", "version": 1, "records": [] }).to_string();
    desk.write("spoilt.json", other);
    desk.refused(1, "import-json 甲.ducha spoilt.json --passphrase-file own");
    desk.write("spoilt.json", [0xff, 0xfe, 0x00]);
    desk.refused(1, "import-json 甲.ducha spoilt.json --passphrase-file own");
    desk.refused(1, "import-json 甲.ducha 没有.json --passphrase-file own");
    assert_eq!(desk.state("甲.ducha"), before);
}

#[test]
fn a_spoilt_bundle_changes_nothing() {
    let desk = Desk::new();
    desk.filled("甲.ducha");
    desk.empty("乙.ducha");
    desk.empty("丙.ducha");
    let own = |name: &str, line: &str| {
        let answer = desk.json(&format!("{line} {name} --passphrase-file own"));
        answer["public_key"].as_str().expect("text").to_owned()
    };
    let key = own("乙.ducha", "keys");
    desk.words(&format!(
        "export 甲.ducha --passphrase-file own --out good.dcx --recipient {key}"
    ));
    let good = desk.read("good.dcx");
    let before = desk.state("乙.ducha");
    let import = "import 乙.ducha bad.dcx --passphrase-file own";
    let length = good.len();
    for kept in [0, 10, 150, length / 2, length - 1] {
        desk.write("bad.dcx", &good[..kept]);
        desk.refused(1, import);
        desk.refused(1, "inspect bad.dcx 乙.ducha --passphrase-file own");
    }
    for at in [0, 30, 120, length / 3, length / 2, length - 1] {
        let mut bad = good.clone();
        bad[at] ^= 1;
        desk.write("bad.dcx", bad);
        desk.refused(1, import);
        desk.refused(1, "inspect bad.dcx 乙.ducha --passphrase-file own");
    }
    desk.write("bad.dcx", [&good[..], b"x"].concat());
    desk.refused(1, import);
    desk.refused(1, "import 乙.ducha records.json --passphrase-file own");
    desk.refused(1, "import 乙.ducha 没有.dcx --passphrase-file own");
    let message = desk.refused(1, "import 丙.ducha good.dcx --passphrase-file own");
    assert!(message.contains("不是发给本机的"), "{message}");

    assert_eq!(desk.state("乙.ducha"), before);
    assert_eq!(desk.backups("乙.ducha"), 0, "nothing was worth a backup");
    assert!(!desk.has("bad-回执.txt") && !desk.has("good-回执.txt"));
    // The same archive takes the whole bundle.
    desk.words("import 乙.ducha good.dcx --passphrase-file own");
}

#[test]
fn the_wrong_passphrase_of_a_bundle_changes_nothing() {
    let desk = Desk::new();
    desk.empty("甲.ducha");
    desk.empty("乙.ducha");
    desk.words(
        "export 甲.ducha --passphrase-file own --out told.dcx --bundle-passphrase-file told",
    );
    let before = desk.state("乙.ducha");
    let import = "import 乙.ducha told.dcx --passphrase-file own";
    let message = desk.refused(1, &format!("{import} --bundle-passphrase-file wrong"));
    assert!(message.contains("口令不正确"), "{message}");
    desk.refused(1, "inspect told.dcx --bundle-passphrase-file wrong");
    let message = desk.refused(2, import);
    assert!(message.contains("--bundle-passphrase-file"), "{message}");
    assert_eq!(desk.state("乙.ducha"), before);
    assert_eq!(desk.backups("乙.ducha"), 0);
}

#[test]
fn an_export_that_fails_leaves_no_file() {
    let desk = Desk::new();
    desk.filled("甲.ducha");
    desk.write("short", "短");
    let export = "export 甲.ducha --passphrase-file own --out out.dcx";
    let message = desk.refused(1, &format!("{export} --recipient age1xyz"));
    assert!(message.contains("age1xyz"), "{message}");
    desk.refused(1, &format!("{export} --bundle-passphrase-file short"));
    desk.refused(
        1,
        &format!("{export} --bundle-passphrase-file told --scope tour:没有"),
    );
    desk.refused(
        1,
        "export 甲.ducha --passphrase-file own --out 没有/out.dcx --bundle-passphrase-file told",
    );
    assert!(!desk.has("out.dcx"));
}

#[test]
fn a_character_without_a_glyph_is_named() {
    let desk = Desk::new();
    for (character, code) in [('😀', "U+1F600"), ('\u{E000}', "U+E000")] {
        let document = json!({
            "format": "letter", "title": "关于报送材料的函", "mark": "中共示例市委组织部",
            "body": [{ "p": "第一段。" }, { "p": format!("甲{character}某。") }],
        });
        desk.write("bad.json", document.to_string());
        let message = desk.refused(1, "render bad.json --out bad.pdf --layout bad.txt");
        assert!(message.contains(code), "{message}");
        assert!(message.contains("第2段"), "{message}");
    }
    desk.write("bad.json", r#"{"format": "letter", "tilte": "关于"}"#);
    let message = desk.refused(1, "render bad.json --out bad.pdf --layout bad.txt");
    assert!(message.contains("第1行"), "{message}");
    assert!(!desk.has("bad.pdf") && !desk.has("bad.txt"));
}

#[test]
fn a_paper_that_is_not_there_is_named() {
    let desk = Desk::new();
    desk.filled("甲.ducha");
    let message = desk.refused(
        1,
        "paper 甲.ducha 无此号 --passphrase-file own --out out.pdf",
    );
    assert!(message.contains("无此号"), "{message}");
    assert!(!desk.has("out.pdf"));
}

#[test]
fn a_new_archive_takes_no_ones_place_and_no_weak_passphrase() {
    let desk = Desk::new();
    desk.empty("甲.ducha");
    let before = desk.state("甲.ducha");
    let new = "--name 甲某 --organ 某机关 --code 示 --test-cost";
    desk.refused(1, &format!("new 甲.ducha {new} --passphrase-file own"));
    desk.refused(1, "sample 甲.ducha --test-cost");
    assert_eq!(desk.state("甲.ducha"), before);
    desk.write("weak", "一二三\n");
    let message = desk.refused(1, &format!("new 乙.ducha {new} --passphrase-file weak"));
    assert!(message.contains("至少要有"), "{message}");
    assert!(!desk.has("乙.ducha"));
}

/// Damage inside an archive is found and listed, with the code that says so.
#[test]
fn a_damaged_archive_is_not_called_sound() {
    let desk = Desk::new();
    desk.filled("甲.ducha");
    let mut database = desk.read("甲.ducha/vault.db");
    let at = database.len() / 2;
    database[at] ^= 1;
    desk.write("甲.ducha/vault.db", database);
    let output = desk.run("verify 甲.ducha --passphrase-file own --json");
    // Depending on what lay there, it opens and lists the damage, or does not open.
    let value: Value = serde_json::from_slice(&output.stdout).expect("one JSON value");
    match output.status.code() {
        Some(1) if value["ok"] == false => {
            let damages = value["damages"].as_array().expect("a list");
            assert!(!damages.is_empty(), "{value}");
        }
        Some(1 | 3) => assert!(value["error"]["code"].is_string(), "{value}"),
        other => panic!("{other:?}: {value}"),
    }
}

/// Root may write everywhere, so the program is started as somebody who may not.
#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_said() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    const NOBODY: u32 = 65_534;
    let desk = Desk::new();
    desk.empty("甲.ducha");
    std::fs::create_dir(desk.path("只读")).expect("made");
    let program = desk.path("程序");
    std::fs::copy(PROGRAM, &program).expect("copied to where anybody may start it");
    let allow = |name: &str, mode: u32| {
        set_permissions(desk.path(name), Permissions::from_mode(mode)).expect("set");
    };
    allow("", 0o755);
    allow("程序", 0o755);
    allow("只读", 0o555);
    for file in ["keys", "vault.db", "lock"] {
        allow(&format!("甲.ducha/{file}"), 0o444);
    }
    allow("甲.ducha", 0o555);
    let all_powerful = std::fs::write(desk.path("只读/试"), "").is_ok();
    let refused = |code: i32, line: &str| {
        let mut command = desk::start(&program, &desk.path(""), line);
        if all_powerful {
            command.uid(NOBODY).gid(NOBODY);
        }
        desk::told(&command.output().expect("starts"), code, line)
    };
    let new = "--name 甲某 --organ 某机关 --code 示 --passphrase-file own --test-cost";
    let message = refused(1, &format!("new 只读/乙.ducha {new}"));
    assert!(message.contains("不能写入"), "{message}");
    let message = refused(1, "sample 只读/乙.ducha --test-cost");
    assert!(message.contains("不能写入"), "{message}");
    let message = refused(3, "verify 甲.ducha --passphrase-file own");
    assert!(message.contains("不能写入"), "{message}");
    assert!(!desk.has("只读/乙.ducha"));
    // So that the folder can be cleared away.
    allow("只读", 0o755);
    allow("甲.ducha", 0o755);
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_written_is_no_success() {
    use std::path::Path;
    use std::process::Stdio;
    let place = Desk::new();
    place.filled("甲.ducha");
    let run = |line: &str, out: Stdio| {
        desk::start(Path::new(PROGRAM), &place.path(""), line)
            .stdout(out)
            .stderr(Stdio::piped())
            .output()
            .expect("runs")
    };
    let full = || {
        let device = std::fs::File::options().write(true).open("/dev/full");
        Stdio::from(device.expect("every Linux has it"))
    };
    let search = "search 甲.ducha 局 --passphrase-file own";
    for line in [search, &format!("{search} --json"), "--help"] {
        let message = desk::told(&run(line, full()), 4, line);
        assert!(message.contains("YF-02"), "{message}");
        assert!(
            message.contains("结果没有写到标准输出：磁盘空间不足"),
            "{message}"
        );
    }
    // A refusal stays what it is.
    let line = "search 没有.ducha 局 --passphrase-file own --json";
    let message = desk::told(&run(line, full()), 3, line);
    assert!(!message.contains("YF-02"), "{message}");
    // Whoever stops reading has what he wanted.
    let gone = || {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        Stdio::from(writer)
    };
    for line in [search, "--help"] {
        let quiet = run(line, gone());
        assert_eq!(quiet.status.code(), Some(0), "{line}: {quiet:?}");
        assert_eq!(quiet.stderr, b"", "{line}");
    }
}
