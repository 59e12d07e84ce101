//! How fast bundles are written and read, and how much memory that takes at most:
//! `cargo bench -p exchange`.

use std::collections::BTreeMap;

use divan::counter::BytesCount;
use exchange::{Attachment, BundleWriter, Identity, Lock, Manifest, Segment, Unlock};
use ledger::{
    ChainWriter, Change, CompartmentId, DeviceKey, EntityId, Entry, Head, Hlc, Payload, Position,
    SignedHeads,
};

#[global_allocator]
static ALLOCATOR: divan::AllocProfiler = divan::AllocProfiler::system();

const FILE: usize = 32 << 20;
const ENTRIES: u64 = 10_000;

fn main() {
    divan::main();
}

struct Content {
    key: DeviceKey,
    entries: Vec<Entry>,
    file: Option<Vec<u8>>,
}

impl Content {
    fn entries() -> Self {
        let mut writer = ChainWriter::new(DeviceKey::generate([1; 32]), Position::START);
        let entries = (0..ENTRIES)
            .map(|i| {
                let change = Change {
                    entity: EntityId::new(i, [1; 10]),
                    kind: "turn".into(),
                    field: "text".into(),
                    value: format!("问：请介绍示例局第 {i} 项工作的情况。")
                        .repeat(3)
                        .into(),
                    bases: vec![],
                };
                let payload = Payload {
                    salt: Some([i as u8; 16]),
                    note: None,
                    changes: vec![change],
                };
                let author = EntityId::new(1, [2; 10]);
                writer
                    .append("turn.write", author, CompartmentId::OPEN, &payload, i)
                    .expect("valid")
            })
            .collect();
        Self {
            key: DeviceKey::generate([1; 32]),
            entries,
            file: None,
        }
    }

    /// One large file that does not shrink, like a scan.
    fn file() -> Self {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let noise = std::iter::repeat_with(|| {
            // xorshift64: looks random to a compressor.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        });
        let file = Some(noise.take(FILE).collect());
        Self {
            key: DeviceKey::generate([1; 32]),
            entries: vec![],
            file,
        }
    }

    fn bytes(&self) -> usize {
        let entries: usize = self.entries.iter().map(|e| e.encode().len()).sum();
        entries + self.file.as_ref().map_or(0, Vec::len)
    }

    fn write(&self, lock: &Lock, onto: impl std::io::Write) {
        let heads: BTreeMap<_, _> = self
            .entries
            .last()
            .map(|e| {
                (
                    e.header.device,
                    Head {
                        seq: e.header.seq,
                        hash: e.hash,
                    },
                )
            })
            .into_iter()
            .collect();
        let heads = SignedHeads::sign(&self.key, heads, Hlc::default()).expect("valid");
        let mut manifest = Manifest::new(heads, "示例市 甲某", "全部");
        manifest.segments = Segment::of(&self.entries).expect("consecutive");
        manifest.payloads = self.entries.len() as u64;
        let hash = self
            .file
            .as_ref()
            .map(|file| <sha2::Sha256 as sha2::Digest>::digest(file).into());
        if let (Some(file), Some(hash)) = (&self.file, hash) {
            manifest.attachments = vec![Attachment {
                hash,
                size: file.len() as u64,
            }];
        }
        let mut writer = BundleWriter::create(onto, lock, manifest, &self.key).expect("valid");
        for entry in &self.entries {
            writer.entry(entry).expect("announced");
        }
        if let (Some(file), Some(hash)) = (&self.file, hash) {
            writer
                .attachment(hash, file.len() as u64, &mut &file[..])
                .expect("announced");
        }
        writer.finish().expect("complete");
    }
}

#[divan::bench(args = ["entries", "file"], sample_count = 5)]
fn write(bencher: divan::Bencher, what: &str) {
    let content = if what == "file" {
        Content::file()
    } else {
        Content::entries()
    };
    let lock = Lock::Recipients(vec![Identity::generate().recipient()]);
    bencher
        .counter(BytesCount::new(content.bytes()))
        .bench_local(|| {
            content.write(&lock, std::io::sink());
        });
}

#[divan::bench(args = ["entries", "file"], sample_count = 5)]
fn read(bencher: divan::Bencher, what: &str) {
    let content = if what == "file" {
        Content::file()
    } else {
        Content::entries()
    };
    let identity = Identity::generate();
    let mut bundle = vec![];
    content.write(&Lock::Recipients(vec![identity.recipient()]), &mut bundle);
    bencher
        .counter(BytesCount::new(content.bytes()))
        .bench_local(|| {
            exchange::check(&bundle[..], &Unlock::Identity(&identity)).expect("whole");
        });
}
