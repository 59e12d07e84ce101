//! The steps of the way from one laptop to the other, each run by a process of its own.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use exchange::{
    Attachment, BundleSink, BundleWriter, Identity, Lock, Manifest, Segment, SinkError, Unlock,
};
use ledger::SignedHeads;
use vault::{Incoming, KdfParams, NewArchive, Preview, Staging, Vault};

use crate::history::{History, NOW};

/// What a step does.
type Step = fn(&Path, usize) -> Figures;

/// The steps in their order, each with its name.
pub(crate) const STEPS: &[(&str, Step)] = &[
    ("write both archives", write),
    ("export", export),
    ("look through (preview)", look_through),
    ("back up before", back_up),
    ("import", import),
    ("import again", import),
    ("look through again", look_through),
];

const PASSPHRASE: &str = "示例口令";
/// Changes in one transaction while an archive is filled: nobody waits for each of them.
const BLOCK: usize = 4_000;
/// Of so many changes of the sender the receiver has written one himself.
const OWN: usize = 20;

/// What a step took.
pub(crate) struct Figures {
    seconds: f64,
    entries: u64,
    peak_kilobytes: u64,
    remark: String,
}

impl Figures {
    fn new(begun: Instant, entries: u64, remark: String) -> Self {
        Self {
            seconds: begun.elapsed().as_secs_f64(),
            entries,
            peak_kilobytes: peak().unwrap_or(0),
            remark,
        }
    }

    /// For [`Figures::parse`] of the process above.
    pub(crate) fn print(&self) {
        println!(
            "{}\t{}\t{}\t{}",
            self.seconds, self.entries, self.peak_kilobytes, self.remark
        );
    }

    /// What [`Figures::print`] printed.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let mut parts = line.trim_end_matches('\n').splitn(4, '\t');
        Some(Self {
            seconds: parts.next()?.parse().ok()?,
            entries: parts.next()?.parse().ok()?,
            peak_kilobytes: parts.next()?.parse().ok()?,
            remark: parts.next()?.to_owned(),
        })
    }

    /// A line of the table.
    pub(crate) fn words(&self, changes: usize) -> String {
        format!(
            "{:>8.3} s  {:>9.0} changes/s  {:>8.0} entries/s  {:>6.1} MB peak  {}",
            self.seconds,
            changes as f64 / self.seconds,
            self.entries as f64 / self.seconds,
            self.peak_kilobytes as f64 / 1024.0,
            self.remark
        )
    }
}

/// The most memory this process has had, kB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn folder(place: &Path, name: &str) -> PathBuf {
    place.join(format!("{name}.ducha"))
}

fn bundle(place: &Path) -> PathBuf {
    place.join("全部.dcx")
}

fn open(place: &Path, name: &str) -> Vault {
    Vault::open(&folder(place, name), PASSPHRASE).expect("opened")
}

/// Makes the sender's archive with the history, and the receiver's with a little of his own.
/// What Automerge is to do lies beside them as lines of JSON.
fn write(place: &Path, changes: usize) -> Figures {
    let begun = Instant::now();
    let mut entries = 0;
    let identity = Identity::generate();
    std::fs::write(place.join("identity"), identity.to_text().as_bytes()).expect("written");
    for (device, name, changes) in [(1, "sender", changes), (2, "receiver", changes / OWN)] {
        let (mut vault, _) = Vault::create(&NewArchive {
            folder: &folder(place, name),
            passphrase: PASSPHRASE,
            kdf: KdfParams::fast_for_tests(),
            now_millis: NOW,
        })
        .expect("made");
        let file = File::create(place.join(format!("{name}.jsonl"))).expect("made");
        let mut lines = BufWriter::new(file);
        let mut history = History::of(device);
        let mut made = 0;
        while made < changes {
            let actions = history.actions(BLOCK.min(changes - made));
            for (_, edits) in &actions {
                made += edits.len();
                entries += 1;
                let edits: Vec<_> = edits
                    .iter()
                    .map(|edit| (edit.entity.to_string(), &edit.field, &edit.value))
                    .collect();
                serde_json::to_writer(&mut lines, &edits).expect("written");
                lines.write_all(b"\n").expect("written");
            }
            vault
                .write_many(actions, NOW + made as u64)
                .expect("written");
        }
        lines.flush().expect("written");
    }
    Figures::new(begun, entries, String::new())
}

fn identity(place: &Path) -> Identity {
    let secret = std::fs::read_to_string(place.join("identity")).expect("a key");
    Identity::from_text(&secret).expect("a key")
}

/// Everything the sender has, into a file: as the program does it, written, forced to the disk,
/// read back and compared.
fn export(place: &Path, _: usize) -> Figures {
    let vault = open(place, "sender");
    let lock = Lock::Recipients(vec![identity(place).recipient()]);
    let begun = Instant::now();
    let key = vault.device_key_for_signing();
    let heads = SignedHeads::sign(key, vault.heads().expect("heads"), vault.clock());
    let mut manifest = Manifest::new(heads.expect("signed"), "示例市 甲某", "全部记录");
    let mut segments = BTreeMap::new();
    let all = BTreeMap::new();
    vault
        .entries_after(&all, &mut |entry| {
            let header = &entry.header;
            let segment = segments.entry(header.device).or_insert(Segment {
                device: header.device,
                from: header.seq,
                previous: header.previous,
                to: header.seq,
                last: entry.hash,
            });
            (segment.to, segment.last) = (header.seq, entry.hash);
            manifest.payloads += u64::from(entry.payload.is_some());
            Ok(())
        })
        .expect("given");
    manifest.segments = segments.into_values().collect();
    let summary = exchange::file::write_file(&bundle(place), |w| {
        let mut bundle = BundleWriter::create(w, &lock, manifest, key)?;
        vault
            .entries_after(&all, &mut |entry| {
                bundle.entry(&entry).expect("announced");
                Ok(())
            })
            .expect("given");
        bundle.finish()
    })
    .expect("written");
    let bytes = bundle(place).metadata().expect("a file").len();
    let remark = format!("file of {:.1} MB", bytes as f64 / 1e6);
    Figures::new(begun, summary.entries, remark)
}

fn back_up(place: &Path, _: usize) -> Figures {
    let mut vault = open(place, "receiver");
    let begun = Instant::now();
    vault.backup(NOW).expect("a backup");
    let entries = vault.entry_count().expect("counted");
    let remark = format!("receiver's own {entries} entries, whatever the bundle");
    Figures::new(begun, entries, remark)
}

/// What the import would change: all of it, record by record, and nothing is changed.
fn look_through(place: &Path, _: usize) -> Figures {
    read(place, Vault::stage_to_look, |staging| staging.preview(NOW))
}

/// Decrypt, verify, apply; on the disk when it ends.
fn import(place: &Path, _: usize) -> Figures {
    read(place, Vault::stage, |staging| staging.commit(NOW))
}

fn read(
    place: &Path,
    begin: impl FnOnce(&mut Vault) -> Result<Staging<'_>, vault::Error>,
    finish: impl FnOnce(Staging<'_>) -> Result<Preview, vault::Error>,
) -> Figures {
    let mut vault = open(place, "receiver");
    let identity = identity(place);
    let begun = Instant::now();
    let mut sink = Sink(begin(&mut vault).expect("begun"));
    let file = BufReader::new(File::open(bundle(place)).expect("a file"));
    let unlock = Unlock::Identity(&identity);
    let opener = sink.0.opener();
    let open = |entry| opener.open(entry);
    let summary = exchange::read_apart(file, &unlock, open, &mut sink).expect("whole");
    let staged = begun.elapsed().as_secs_f64();
    let report = finish(sink.0).expect("accepted");
    assert!(report.is_acceptable());
    let remark = format!(
        "{staged:.3} s of it until all was read; {} entries new, {} records new",
        report.new_entries,
        report.new.len()
    );
    Figures::new(begun, summary.entries, remark)
}

/// Passes what is read on to the staging area.
struct Sink<'v>(Staging<'v>);

impl BundleSink<Incoming> for Sink<'_> {
    fn manifest(&mut self, _: &Manifest) -> Result<(), SinkError> {
        Ok(())
    }

    fn entry(&mut self, entry: Incoming) -> Result<(), SinkError> {
        Ok(self.0.bring(entry)?)
    }

    fn attachment(&mut self, _: &Attachment) -> Result<(), SinkError> {
        Ok(())
    }

    fn chunk(&mut self, _: &[u8]) -> Result<(), SinkError> {
        Ok(())
    }
}
