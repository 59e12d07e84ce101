//! A disk or a stick that refuses while a material goes in or out: every call
//! that writes is made to fail by `strace`, and said to the user as it should.

use crate::desk::{self, Desk, PROGRAM};
use std::collections::BTreeMap;
use std::process::{Command, Output, Stdio};

/// The calls that change what is on the disk.
const CALLS: &str = "trace=pwrite64,write,fsync,fdatasync,ftruncate,rename,link,linkat,unlink";
/// A person of the sample.
const PERSON: &str = "01a156d2-8680-7fc4-a4a2-8b50fbd0090d";

/// Whether anybody may stand between the program and the system here.
fn may_trace() -> bool {
    let traced = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !traced {
        println!("skipped: strace is not here or may not trace");
    }
    traced
}

/// Runs the program under `strace`, which is told `how`.
fn traced(desk: &Desk, how: &[&str], line: &str) -> Output {
    Command::new("strace")
        .args(["-f", "-qq", "-e", CALLS, "-e", "signal=none"])
        .args(how)
        .arg(PROGRAM)
        .args(line.split_whitespace())
        .current_dir(desk.path(""))
        .stdin(Stdio::null())
        .output()
        .expect("starts")
}

/// The calls that `line` makes on a path with `place` in it: name and number
/// among those of that name.
fn calls(desk: &Desk, place: &str, line: &str) -> Vec<(String, u32)> {
    let output = traced(desk, &["-y", "-o", "calls"], line);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let mut counted: BTreeMap<(String, String), u32> = BTreeMap::new();
    let mut calls = Vec::new();
    for call in desk::text(&desk.read("calls")).lines() {
        let Some((process, call)) = call.split_once(' ') else {
            continue;
        };
        let Some((name, rest)) = call.trim_start().split_once('(') else {
            continue;
        };
        let number = counted
            .entry((process.to_owned(), name.to_owned()))
            .or_default();
        *number += 1;
        // What is said about the file names it too.
        if rest.contains(place) && !rest.starts_with("1<") {
            calls.push((name.to_owned(), *number));
        }
    }
    calls
}

/// A desk with an archive and a file of several chunks.
fn desk_with_a_file() -> (Desk, Vec<u8>) {
    let desk = Desk::new();
    desk.filled("甲.ducha");
    let bytes: Vec<u8> = (0..150_000_u32).flat_map(u32::to_le_bytes).collect();
    desk.write("scan.bin", &bytes);
    (desk, bytes)
}

#[test]
fn an_export_that_is_refused_anywhere_leaves_what_was_there() {
    if !may_trace() {
        return;
    }
    let (desk, bytes) = desk_with_a_file();
    let line = format!("add-material 甲.ducha {PERSON} scan.bin --passphrase-file own");
    let added = desk.json(&line);
    let id = added["id"].as_str().expect("an identifier");
    let export = format!("export-material 甲.ducha {id} --passphrase-file own --out away/scan.bin");
    let names = || {
        let items = std::fs::read_dir(desk.path("away")).expect("a folder");
        items
            .map(|item| item.expect("an item").file_name())
            .collect::<Vec<_>>()
    };
    std::fs::create_dir(desk.path("away")).expect("made");
    for before in [None, Some("the file that was there before")] {
        let put_back = || match before {
            Some(before) => desk.write("away/scan.bin", before),
            None => {
                let _ = std::fs::remove_file(desk.path("away/scan.bin"));
            }
        };
        put_back();
        let calls = calls(&desk, "away", &export);
        let of = |name: &str| calls.iter().filter(|(call, _)| call == name).count();
        // Three chunks, the file and its folder, and the switch of names.
        assert!(
            of("write") >= 3 && of("fsync") >= 2 && of("rename") == 1,
            "{calls:?}"
        );
        for (name, number) in &calls {
            // What only clears away may fail without harm.
            let clears_away = ["unlink", "link", "linkat"].contains(&name.as_str());
            for error in ["EIO", "ENOSPC"] {
                put_back();
                let inject = format!("inject={name}:error={error}:when={number}");
                let how = ["-o", "/dev/null", "-e", &inject];
                let output = traced(&desk, &how, &export);
                if clears_away && output.status.success() {
                    assert_eq!(desk.read("away/scan.bin"), bytes, "{inject}");
                    for left in names() {
                        std::fs::remove_file(desk.path("away").join(left)).expect("removed");
                    }
                    continue;
                }
                assert_eq!(output.status.code(), Some(1), "{inject} {before:?}");
                let message = desk::told(&output, 1, &export);
                if error == "ENOSPC" {
                    assert!(message.contains("空间"), "{inject}: {message}");
                }
                match before {
                    None => assert!(names().is_empty(), "{inject}: {:?}", names()),
                    Some(before) => {
                        assert_eq!(names(), ["scan.bin"], "{inject}");
                        assert_eq!(desk.read("away/scan.bin"), before.as_bytes(), "{inject}");
                    }
                }
            }
        }
        desk.words(&export);
        assert_eq!(desk.read("away/scan.bin"), bytes, "the next try works");
    }
}

#[test]
fn a_material_that_is_refused_on_its_way_in_is_said_and_goes_in_later() {
    if !may_trace() {
        return;
    }
    let (desk, bytes) = desk_with_a_file();
    desk.empty("试.ducha");
    let add = |archive: &str| {
        format!("add-material {archive}.ducha {PERSON} scan.bin --passphrase-file own")
    };
    desk.words("import-json 试.ducha records.json --passphrase-file own");
    let place = desk.path("").to_string_lossy().into_owned();
    let calls = calls(&desk, &place, &add("试"));
    let pages: Vec<_> = calls
        .iter()
        .filter(|(name, _)| name == "pwrite64")
        .collect();
    assert!(pages.len() > 300, "{calls:?}");
    // Before the file, within it, and at its end.
    let at = |part: usize| pages[pages.len() * part / 8].1;
    let injections = [
        format!("pwrite64:error=ENOSPC:when={}+", at(1)),
        format!("pwrite64:error=ENOSPC:when={}+", at(3)),
        format!("pwrite64:error=EIO:when={}", at(3)),
    ];
    for inject in injections {
        let inject = format!("inject={inject}");
        let how = ["-o", "/dev/null", "-e", &inject];
        let output = traced(&desk, &how, &add("甲"));
        let message = desk::told(&output, 1, &add("甲"));
        let is_full = message.contains("空间");
        assert_eq!(is_full, inject.contains("ENOSPC"), "{inject}: {message}");
        let listed = desk.json("materials 甲.ducha --passphrase-file own");
        assert_eq!(listed["materials"], serde_json::json!([]), "{inject}");
        let verified = desk.json("verify 甲.ducha --all --passphrase-file own");
        assert_eq!(verified["ok"], true, "{inject}");
    }
    let added = desk.json(&add("甲"));
    let id = added["id"].as_str().expect("an identifier");
    desk.words(&format!(
        "export-material 甲.ducha {id} --passphrase-file own --out out.bin"
    ));
    assert_eq!(desk.read("out.bin"), bytes);
}
