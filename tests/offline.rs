//! The program without any network: the main path through `ducha-cli`, in a
//! namespace of its own in which there is no interface that is up and no route.
//!
//! Needs `unshare` and a kernel that lets a user make namespaces; where it does
//! not, the test says so and proves nothing.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A letter with characters that only the last font of the chain has.
const LETTER: &str = include_str!("fixtures/papers/letter_rare_names.json");

/// What runs the words that follow it without a network.
const ALONE: [&str; 3] = ["unshare", "--map-root-user", "--net"];

/// The built program beside this test's own executable.
fn program() -> PathBuf {
    let test = std::env::current_exe().expect("this test has a file");
    let program = test
        .ancestors()
        .nth(2)
        .expect("tests lie in target/…/deps")
        .join("ducha-cli");
    assert!(
        program.is_file(),
        "{} is not there: cargo build -p ducha-cli",
        program.display()
    );
    program
}

/// Runs a command without a network.
fn alone(folder: &Path, words: &[&str]) -> std::io::Result<Output> {
    Command::new(ALONE[0])
        .args(&ALONE[1..])
        .args(words)
        .current_dir(folder)
        .env("HOME", folder)
        .env("TZ", "Asia/Shanghai")
        .output()
}

/// The ways out that are left in there; nothing when this machine cannot take
/// the network away.
fn ways_out(folder: &Path) -> Option<Vec<String>> {
    let output = alone(folder, &["cat", "/proc/net/route", "/proc/net/ipv6_route"]).ok()?;
    let text = output.status.success().then_some(output.stdout)?;
    let text = String::from_utf8(text).expect("tables are text");
    let ways = text
        .lines()
        .filter(|line| !line.starts_with("Iface") && !line.trim_end().ends_with(" lo"));
    Some(ways.map(str::to_owned).collect())
}

#[test]
fn the_main_path_needs_no_network() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = folder.path();
    let Some(ways) = ways_out(place) else {
        eprintln!("没有检验：本机不能建立没有网络的环境 / not checked: unshare does not work here");
        return;
    };
    assert!(ways.is_empty(), "there is a way out: {ways:?}");

    let program = program();
    let program = program.to_str().expect("a path that is text");
    let run = |line: &str| -> Value {
        let mut words = vec![program];
        words.extend(line.split(' '));
        words.push("--json");
        let output = alone(place, &words).expect("the program starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{line}: {said}");
        serde_json::from_slice(&output.stdout).expect("one JSON object")
    };
    std::fs::write(place.join("own"), "本人的口令不外传").expect("written");
    std::fs::write(place.join("told"), "当面告知的另一句口令").expect("written");

    std::fs::write(place.join("letter.json"), LETTER).expect("written");

    run("render letter.json --out letter.pdf");
    run("sample 甲.ducha --passphrase-file own --test-cost");
    let found = run("search 甲.ducha 谈话 --passphrase-file own");
    assert!(
        found["hits"]
            .as_array()
            .is_some_and(|hits| !hits.is_empty())
    );
    run("export 甲.ducha --passphrase-file own --out all.dcx --bundle-passphrase-file told");
    run(
        "new 乙.ducha --name 乙某 --organ 中共示例县委组织部 --code 例组 \
         --passphrase-file own --test-cost",
    );
    run("import 乙.ducha all.dcx --passphrase-file own --bundle-passphrase-file told");
    for archive in ["甲.ducha", "乙.ducha"] {
        let verified = run(&format!("verify {archive} --passphrase-file own"));
        assert_eq!(verified["ok"], true, "{archive}");
    }
}
