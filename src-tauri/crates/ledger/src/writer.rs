//! Writing one's own chain.

use crate::entry::SIGNATURE_DOMAIN;
use crate::{
    CompartmentId, DeviceId, DeviceKey, EntityId, Entry, EntryHash, Error, Header, Hlc, Payload,
    VERSION,
};

/// Where a chain stands: what the next entry has to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Number of the last entry, 0 before the first.
    pub seq: u64,
    /// Hash of the last entry, [`EntryHash::ZERO`] before the first.
    pub hash: EntryHash,
    /// The device's clock: not before the last entry's stamp, and not before what it read.
    pub hlc: Hlc,
}

impl Position {
    /// Before the first entry.
    pub const START: Self = Self {
        seq: 0,
        hash: EntryHash::ZERO,
        hlc: Hlc {
            millis: 0,
            counter: 0,
        },
    };
}

/// Appends to the chain of one device. There must be one writer for a device at a time: two
/// would sign two entries with the same number, which is a fork.
#[derive(Debug)]
pub struct ChainWriter {
    key: DeviceKey,
    position: Position,
}

impl ChainWriter {
    /// Continues the chain of `key` after `position` ([`Position::START`] for a new device).
    pub fn new(key: DeviceKey, position: Position) -> Self {
        Self { key, position }
    }

    /// The device being written for.
    pub fn device(&self) -> DeviceId {
        self.key.id()
    }

    /// The key, for signing heads, bundles and receipts.
    pub fn key(&self) -> &DeviceKey {
        &self.key
    }

    /// Where the chain stands.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Goes back to a position taken before [`ChainWriter::append`], when the entry was *not*
    /// stored because the transaction around it was rolled back. An entry that left this
    /// process must never be rewound.
    pub fn rewind(&mut self, position: Position) {
        self.position = position;
    }

    /// Takes note of a stamp read from another device at wall time `now_millis`, so that the
    /// next entry sorts after it.
    pub fn observe(&mut self, hlc: Hlc, now_millis: u64) {
        self.position.hlc = self.position.hlc.observe(hlc, now_millis);
    }

    /// Makes and signs the next entry at wall time `now_millis` (milliseconds since 1970, UTC).
    ///
    /// # Errors
    /// When the payload or the action is outside the format; the chain then stays as it was.
    pub fn append(
        &mut self,
        action: &str,
        author: EntityId,
        compartment: CompartmentId,
        payload: &Payload,
        now_millis: u64,
    ) -> Result<Entry, Error> {
        let payload = payload.encode()?;
        let hlc = self.position.hlc.tick(now_millis);
        if hlc <= self.position.hlc {
            return Err(Error::ClockExhausted);
        }
        let header = Header {
            version: VERSION,
            device: self.key.id(),
            seq: self.position.seq + 1,
            hlc,
            author,
            compartment,
            previous: self.position.hash,
            payload_hash: Payload::hash(&payload)?,
            action: action.to_owned(),
        };
        let header_bytes = header.encode()?;
        let hash = Header::hash(&header_bytes);
        let signature = self.key.sign(SIGNATURE_DOMAIN, &hash.0);
        self.position = Position {
            seq: header.seq,
            hash,
            hlc,
        };
        Ok(Entry {
            header,
            header_bytes,
            hash,
            signature,
            payload: Some(payload),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::tests::{change, payload};

    fn author() -> EntityId {
        EntityId::new(1_700_000_000_000, [5; 10])
    }

    fn append(writer: &mut ChainWriter, now: u64) -> Result<Entry, Error> {
        let payload = payload(vec![change("name", "甲某")]);
        writer.append("person.edit", author(), CompartmentId::OPEN, &payload, now)
    }

    #[test]
    fn entries_follow_each_other_even_when_the_clock_runs_backwards() {
        let mut writer = ChainWriter::new(DeviceKey::generate([1; 32]), Position::START);
        let first = append(&mut writer, 2_000).expect("valid");
        let second = append(&mut writer, 1_000).expect("valid");
        assert_eq!(
            (first.header.seq, first.header.previous),
            (1, EntryHash::ZERO)
        );
        assert_eq!((second.header.seq, second.header.previous), (2, first.hash));
        assert!(second.header.hlc > first.header.hlc);
        assert!(first.is_signed() && second.is_signed());
        assert_eq!(Entry::decode(&second.encode()), Ok(second));
    }

    #[test]
    fn a_refused_entry_leaves_the_chain_as_it_was() {
        let mut writer = ChainWriter::new(DeviceKey::generate([1; 32]), Position::START);
        let refused = writer.append(
            "做了什么",
            author(),
            CompartmentId::OPEN,
            &payload(vec![change("a", 1)]),
            1,
        );
        assert_eq!(refused.map_err(|e| e.code()), Err("bad-name"));
        assert_eq!(writer.position(), Position::START);
        let refused = writer.append("a", author(), CompartmentId::OPEN, &payload(vec![]), 1);
        assert_eq!(refused.map_err(|e| e.code()), Err("empty-payload"));
        assert_eq!(writer.position(), Position::START);
    }

    #[test]
    fn rewinding_makes_the_same_entry_again() {
        let mut writer = ChainWriter::new(DeviceKey::generate([1; 32]), Position::START);
        append(&mut writer, 1).expect("valid");
        let before = writer.position();
        let lost = append(&mut writer, 5).expect("valid");
        writer.rewind(before);
        assert_eq!(append(&mut writer, 5), Ok(lost));
    }

    #[test]
    fn the_last_possible_stamp_is_refused_with_its_own_message() {
        let hlc = Hlc {
            millis: Hlc::MAX_MILLIS,
            counter: u16::MAX,
        };
        let position = Position {
            seq: 3,
            hash: EntryHash([1; 32]),
            hlc,
        };
        let mut writer = ChainWriter::new(DeviceKey::generate([1; 32]), position);
        assert_eq!(append(&mut writer, 1), Err(Error::ClockExhausted));
    }

    #[test]
    fn what_was_read_sorts_before_what_is_written() {
        let mut writer = ChainWriter::new(DeviceKey::generate([1; 32]), Position::START);
        let read = Hlc {
            millis: 9_000,
            counter: 4,
        };
        writer.observe(read, 8_000);
        assert!(append(&mut writer, 8_001).expect("valid").header.hlc > read);
    }

    #[test]
    fn a_payload_that_was_exchanged_is_not_opened() {
        let mut writer = ChainWriter::new(DeviceKey::generate([1; 32]), Position::START);
        let mut entry = append(&mut writer, 1).expect("valid");
        assert!(entry.open_payload().expect("its own").is_some());
        assert_eq!(entry.withheld().open_payload(), Ok(None));
        entry.payload = Some(
            payload(vec![change("name", "乙某")])
                .encode()
                .expect("valid"),
        );
        assert_eq!(entry.open_payload(), Err(Error::PayloadMismatch { seq: 1 }));
    }
}
