//! How many entries a second the chain verifies: `cargo bench -p ledger`.

use divan::counter::ItemsCount;
use ledger::verify::{ChainVerifier, Depth, Start};
use ledger::{ChainWriter, Change, CompartmentId, DeviceKey, EntityId, Entry, Payload, Position};

const ENTRIES: u64 = 2_000;

fn main() {
    divan::main();
}

fn chain() -> Vec<Entry> {
    let mut writer = ChainWriter::new(DeviceKey::generate([1; 32]), Position::START);
    (0..ENTRIES)
        .map(|i| {
            let change = Change {
                entity: EntityId::new(i, [1; 10]),
                kind: "turn".into(),
                field: "text".into(),
                value: "本次谈话主要了解示例市示例局班子运行情况。"
                    .repeat(4)
                    .into(),
                bases: vec![],
            };
            let payload = Payload {
                salt: Some([1; 16]),
                note: None,
                changes: vec![change],
            };
            let author = EntityId::new(1, [2; 10]);
            writer
                .append("turn.write", author, CompartmentId::OPEN, &payload, i)
                .expect("valid")
        })
        .collect()
}

#[divan::bench(args = [Depth::Heads, Depth::EveryStored, Depth::Every], sample_count = 10)]
fn verify(bencher: divan::Bencher, depth: Depth) {
    let entries = chain();
    bencher.counter(ItemsCount::new(ENTRIES)).bench_local(|| {
        let mut verifier = ChainVerifier::new(entries[0].header.device, Start::Genesis, depth);
        for entry in &entries {
            verifier.feed(entry);
        }
        assert!(verifier.finish().is_sound());
    });
}

#[divan::bench(sample_count = 10)]
fn decode(bencher: divan::Bencher) {
    let stored: Vec<_> = chain().iter().map(Entry::encode).collect();
    bencher.counter(ItemsCount::new(ENTRIES)).bench_local(|| {
        for bytes in &stored {
            divan::black_box(Entry::decode(bytes).expect("valid"));
        }
    });
}
