//! Automerge merges what `cargo bench -p vault --bench exchange` exchanges: the same records,
//! fields and values, an actor for each device, a transaction for each entry.
//!
//! `save`: both devices write their edits and save the document. `load and merge`: the receiver
//! loads both, merges, and puts the merged document on the disk. `merge again`: the receiver
//! loads the merged document and merges the sender's once more. Writing is not in the figures.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::time::Instant;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, ObjId, ObjType, ROOT};
use serde_json::Value;

const DEVICES: [(&str, u8); 2] = [("sender", 1), ("receiver", 2)];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [step, place] = &arguments[..] else {
        eprintln!("a step and a folder");
        std::process::exit(2);
    };
    let place = Path::new(place);
    match step.as_str() {
        "save" => save(place),
        "load and merge" => merge(place, "receiver"),
        "merge again" => merge(place, "merged"),
        _ => std::process::exit(2),
    }
}

fn save(place: &Path) {
    let (mut seconds, mut entries, mut bytes) = (0.0, 0, 0);
    for (device, number) in DEVICES {
        let (mut document, transactions) = written(place, device, number);
        if device == "sender" {
            let begun = Instant::now();
            let saved = document.save();
            keep(place, device, &saved);
            (seconds, entries, bytes) =
                (begun.elapsed().as_secs_f64(), transactions, saved.len());
        } else {
            keep(place, device, &document.save());
        }
    }
    print(seconds, entries, &format!("file of {:.1} MB", bytes as f64 / 1e6));
}

/// One device's document: a map for each record, a transaction for each entry.
fn written(place: &Path, device: &str, number: u8) -> (AutoCommit, usize) {
    let mut document = AutoCommit::new().with_actor(ActorId::from([number; 16]));
    let mut records: HashMap<String, ObjId> = HashMap::new();
    let file = File::open(place.join(format!("{device}.jsonl"))).expect("the edits");
    let mut transactions = 0;
    for line in BufReader::new(file).lines() {
        let edits: Vec<(String, String, Value)> =
            serde_json::from_str(&line.expect("a line")).expect("edits");
        for (record, field, value) in edits {
            let map = records.entry(record).or_insert_with_key(|record| {
                let map = document.put_object(ROOT, record.as_str(), ObjType::Map);
                map.expect("a map")
            });
            let put = match value {
                Value::Bool(yes) => document.put(&*map, field, yes),
                other => document.put(&*map, field, other.as_str().unwrap_or_default()),
            };
            put.expect("put");
        }
        document.commit_with(CommitOptions::default());
        transactions += 1;
    }
    (document, transactions)
}

fn merge(place: &Path, into: &str) {
    let file = |name: &str| place.join(format!("{name}.automerge"));
    let begun = Instant::now();
    let read = |name| std::fs::read(file(name)).expect("saved before");
    let mut ours = AutoCommit::load(&read(into)).expect("a document");
    let mut theirs = AutoCommit::load(&read("sender")).expect("a document");
    let loaded = begun.elapsed().as_secs_f64();
    let merged = ours.merge(&mut theirs).expect("merged");
    let done = begun.elapsed().as_secs_f64();
    keep(place, "merged", &ours.save());
    print(
        begun.elapsed().as_secs_f64(),
        theirs.get_changes(&[]).len(),
        &format!(
            "loading {loaded:.3} s, merging {:.3} s, saving the rest; {} heads",
            done - loaded,
            merged.len()
        ),
    );
}

/// On the disk when this returns.
fn keep(place: &Path, name: &str, bytes: &[u8]) {
    let mut file = File::create(place.join(format!("{name}.automerge"))).expect("made");
    file.write_all(bytes).expect("written");
    file.sync_all().expect("forced");
}

/// The line that the benchmark reads.
fn print(seconds: f64, entries: usize, remark: &str) {
    println!("{seconds}\t{entries}\t{}\t{remark}", peak().unwrap_or(0));
}

/// The most memory this process has had, kB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
