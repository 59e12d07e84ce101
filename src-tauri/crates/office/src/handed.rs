//! What a receiver is known to hold: from bundles that gave everything, and the
//! receipts for them.
//!
//! A receipt names the bundle by its digest and says how far every chain is
//! known at the receiver's. Neither says which entries have their words there: a
//! header may have come in a bundle of a narrower scope, or its payload was not
//! in this archive yet, or sealed, when it was given. So what counts is what
//! this archive wrote down when it made the bundle ([`Whole`]), joined over the
//! bundles that this very device acknowledged ([`Held`]):
//!
//! - a chain is held up to the end of the last stretch that joins on without a
//!   gap, and
//! - what was given without its payload stays in a list (`bare`) until a later
//!   bundle brings it. An export since then begins before the first of these
//!   that can be given now.
//!
//! Whoever acknowledges has taken all of the bundle: no receipt is made by an
//! archive that had to leave something out because its own matter was sealed.
//! A device that knows less than it has known was put back to an earlier state:
//! nothing it acknowledged before counts any more.

use ledger::Header;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Ranges of entries without payload that are kept of one chain. What comes
/// after that many counts as not given: it goes along once more.
const RANGES: usize = 256;

/// Receipts that are remembered of one device.
const RECEIPTS: usize = 500;

/// Numbers as ascending ranges, both ends included.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Numbers(Vec<(u64, u64)>);

impl Numbers {
    /// Adds a number after all others.
    fn push(&mut self, number: u64) {
        match self.0.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => self.0.push((number, number)),
        }
    }

    pub(crate) fn contains(&self, number: u64) -> bool {
        let at = self.0.partition_point(|(_, last)| *last < number);
        self.0.get(at).is_some_and(|(first, _)| *first <= number)
    }

    pub(crate) fn first(&self) -> Option<u64> {
        self.0.first().map(|(first, _)| *first)
    }

    /// Those from `from` to `to`, both included.
    fn within(&self, from: u64, to: u64) -> impl Iterator<Item = (u64, u64)> {
        self.0
            .iter()
            .map(move |(first, last)| ((*first).max(from), (*last).min(to)))
            .filter(|(first, last)| first <= last)
    }

    /// Those in both, from `from` to `to`.
    fn common(&self, other: &Self, from: u64, to: u64) -> Vec<(u64, u64)> {
        self.within(from, to)
            .flat_map(|(first, last)| other.within(first, last))
            .collect()
    }
}

/// Entries of one chain that a bundle gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stretch {
    /// Number of the entry before the first.
    after: u64,
    /// Number of the last.
    to: u64,
    /// Of these, those that went without their payload.
    bare: Numbers,
    /// More ranges than are kept: the stretch ends here.
    #[serde(skip)]
    is_full: bool,
}

/// What a bundle gave that left nothing out of its own accord.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Whole {
    /// By device.
    chains: BTreeMap<String, Stretch>,
    /// Attachments by hash.
    files: BTreeSet<String>,
}

impl Whole {
    /// A bundle that gives these attachments, and no entries yet.
    pub(crate) fn with_files(files: impl Iterator<Item = String>) -> Self {
        Self {
            chains: BTreeMap::new(),
            files: files.collect(),
        }
    }

    /// Takes down an entry that is given; in order of number within its chain.
    pub(crate) fn add(&mut self, header: &Header, has_payload: bool) {
        let chain = self
            .chains
            .entry(header.device.to_string())
            .or_insert(Stretch {
                after: header.seq.saturating_sub(1),
                to: header.seq.saturating_sub(1),
                bare: Numbers::default(),
                is_full: false,
            });
        if chain.is_full {
            return;
        }
        if !has_payload {
            let before = chain.bare.clone();
            chain.bare.push(header.seq);
            if chain.bare.0.len() > RANGES {
                chain.bare = before;
                chain.is_full = true;
                return;
            }
        }
        chain.to = header.seq;
    }
}

/// One chain at a receiver's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Chain {
    /// Every entry up to this number was given and acknowledged.
    pub(crate) to: u64,
    /// Of these, those that never came with their payload.
    pub(crate) bare: Numbers,
}

/// What a receiving device acknowledged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Held {
    /// When the latest receipt was made, in milliseconds since 1970, UTC.
    pub(crate) millis: u64,
    /// The bundle it was for, by digest.
    pub(crate) bundle: String,
    /// How far it knew every chain then; not with which payloads.
    pub(crate) heads: BTreeMap<String, u64>,
    /// What it was given whole, by device.
    pub(crate) chains: BTreeMap<String, Chain>,
    /// Attachments it was given, by hash.
    pub(crate) files: BTreeSet<String>,
    /// Receipts that were taken in.
    receipts: Vec<String>,
}

/// A receipt, as far as it matters here.
pub(crate) struct Acknowledged<'a> {
    /// Names this very receipt.
    pub(crate) id: String,
    pub(crate) millis: u64,
    pub(crate) bundle: String,
    pub(crate) heads: BTreeMap<String, u64>,
    /// What the bundle gave, when it was made here and left nothing out.
    pub(crate) whole: Option<&'a Whole>,
}

impl Held {
    /// Takes a receipt in. They may come late, twice and in any order. What a
    /// device knows only grows, so that decides which of two is the later; the
    /// clock is asked only where one knows less.
    pub(crate) fn take(&mut self, receipt: Acknowledged<'_>) {
        if self.receipts.contains(&receipt.id) {
            return;
        }
        let is_newer = receipt.millis > self.millis;
        let knows_more = covers(&receipt.heads, &self.heads);
        let was_put_back = !knows_more && (is_newer || !covers(&self.heads, &receipt.heads));
        if was_put_back {
            self.chains.clear();
            self.files.clear();
        }
        let mut is_settled = true;
        if let Some(whole) = receipt.whole.filter(|_| !was_put_back || is_newer) {
            is_settled = self.join(whole);
        }
        if knows_more || was_put_back && is_newer {
            self.millis = receipt.millis;
            self.bundle = receipt.bundle;
            self.heads = receipt.heads;
        }
        // One that joins on to nothing may be brought again when what was
        // before it is there.
        if is_settled {
            self.receipts.push(receipt.id);
            let over = self.receipts.len().saturating_sub(RECEIPTS);
            self.receipts.drain(..over);
        }
    }

    /// Answers whether all of it joined on.
    fn join(&mut self, whole: &Whole) -> bool {
        let mut is_all = true;
        for (device, given) in &whole.chains {
            let chain = self.chains.entry(device.clone()).or_default();
            if given.after > chain.to {
                // What lies between was never acknowledged.
                is_all = false;
                continue;
            }
            let both = given.to.min(chain.to);
            let mut bare: Vec<(u64, u64)> = chain.bare.within(0, given.after).collect();
            bare.extend(chain.bare.common(&given.bare, given.after + 1, both));
            bare.extend(chain.bare.within(given.to + 1, chain.to));
            bare.extend(given.bare.within(chain.to + 1, given.to));
            chain.bare = Numbers(bare);
            chain.to = chain.to.max(given.to);
        }
        self.chains.retain(|_, chain| chain.to > 0);
        self.files.extend(whole.files.iter().cloned());
        is_all
    }
}

/// Whether one set of heads knows everything that the other does.
fn covers(one: &BTreeMap<String, u64>, other: &BTreeMap<String, u64>) -> bool {
    other
        .iter()
        .all(|(device, to)| one.get(device).is_some_and(|known| known >= to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(ranges: &[(u64, u64)]) -> Numbers {
        Numbers(ranges.to_vec())
    }

    fn whole(after: u64, to: u64, bare: &[(u64, u64)], file: &str) -> Whole {
        Whole {
            chains: BTreeMap::from([(
                "甲".to_owned(),
                Stretch {
                    after,
                    to,
                    bare: numbers(bare),
                    is_full: false,
                },
            )]),
            files: BTreeSet::from([file.to_owned()]),
        }
    }

    fn receipt(millis: u64, head: u64, whole: Option<&Whole>) -> Acknowledged<'_> {
        Acknowledged {
            id: format!("{millis}-{head}"),
            millis,
            bundle: millis.to_string(),
            heads: BTreeMap::from([("甲".to_owned(), head)]),
            whole,
        }
    }

    fn chain(held: &Held) -> (u64, Vec<(u64, u64)>) {
        let chain = held.chains.get("甲").cloned().unwrap_or_default();
        (chain.to, chain.bare.0)
    }

    #[test]
    fn what_was_bare_stays_so_until_it_comes() {
        let mut held = Held::default();
        held.take(receipt(1, 20, Some(&whole(0, 20, &[(3, 5), (9, 9)], "a"))));
        assert_eq!(chain(&held), (20, vec![(3, 5), (9, 9)]));
        // The next one began before 4, which had come in the meantime.
        held.take(receipt(
            2,
            30,
            Some(&whole(3, 30, &[(5, 5), (25, 26)], "b")),
        ));
        assert_eq!(chain(&held), (30, vec![(3, 3), (5, 5), (25, 26)]));
        assert_eq!(held.files.len(), 2);
        // A bundle in which more is bare takes nothing away.
        held.take(receipt(3, 30, Some(&whole(0, 28, &[(1, 10)], "b"))));
        assert_eq!(chain(&held), (30, vec![(3, 3), (5, 5)]));
    }

    #[test]
    fn nothing_counts_across_a_gap() {
        let mut held = Held::default();
        let (first, second) = (whole(0, 10, &[], "a"), whole(10, 20, &[], "b"));
        held.take(receipt(2, 20, Some(&second)));
        assert_eq!(chain(&held), (0, vec![]));
        held.take(receipt(1, 10, Some(&first)));
        assert_eq!((held.millis, chain(&held).0), (2, 10));
        held.take(receipt(2, 20, Some(&second)));
        held.take(receipt(2, 20, Some(&second)));
        assert_eq!(chain(&held), (20, vec![]));
    }

    #[test]
    fn who_was_put_back_has_acknowledged_nothing() {
        let mut held = Held::default();
        let (first, second) = (whole(0, 10, &[], "a"), whole(10, 20, &[], "b"));
        held.take(receipt(1, 10, Some(&first)));
        held.take(receipt(2, 20, Some(&second)));
        held.take(receipt(3, 15, None));
        assert_eq!(chain(&held), (0, vec![]));
        assert!(held.files.is_empty());
        // The old receipts once more do not help; a new one does.
        held.take(receipt(1, 10, Some(&first)));
        held.take(receipt(2, 20, Some(&second)));
        assert_eq!(chain(&held), (0, vec![]));
        held.take(receipt(4, 20, Some(&whole(0, 20, &[], "c"))));
        assert_eq!((chain(&held).0, held.files.len()), (20, 1));
    }

    #[test]
    fn a_clock_that_was_ahead_does_not_matter() {
        let mut held = Held::default();
        let (first, second) = (whole(0, 10, &[], "a"), whole(10, 20, &[], "b"));
        held.take(receipt(900, 10, Some(&first)));
        held.take(receipt(2, 20, Some(&second)));
        held.take(receipt(900, 10, Some(&first)));
        assert_eq!((chain(&held).0, held.millis, held.heads["甲"]), (20, 2, 20));
    }

    #[test]
    fn a_partial_bundle_adds_nothing_but_the_date() {
        let mut held = Held::default();
        held.take(receipt(1, 10, Some(&whole(0, 10, &[], "a"))));
        held.take(receipt(5, 40, None));
        assert_eq!((held.millis, chain(&held).0), (5, 10));
    }

    #[test]
    fn more_ranges_than_are_kept_end_the_stretch() {
        let mut whole = Whole::default();
        let entries = test_chain(2 * RANGES as u64 + 10);
        for entry in &entries {
            whole.add(&entry.header, entry.header.seq.is_multiple_of(2));
        }
        let stretch = whole.chains.values().next().expect("one");
        assert_eq!(stretch.bare.0.len(), RANGES);
        assert_eq!(stretch.to, 2 * RANGES as u64);
        assert!(stretch.bare.contains(1) && !stretch.bare.contains(2));
        assert_eq!(stretch.bare.first(), Some(1));
    }

    fn test_chain(entries: u64) -> Vec<ledger::Entry> {
        use ledger::{ChainWriter, Change, CompartmentId, DeviceKey, EntityId, Payload, Position};
        let author = EntityId::new(1, [1; 10]);
        let payload = Payload {
            salt: Some([1; 16]),
            note: None,
            changes: vec![Change {
                entity: author,
                kind: "person".into(),
                field: "name".into(),
                value: "甲某".into(),
                bases: vec![],
            }],
        };
        let mut writer = ChainWriter::new(DeviceKey::generate([1; 32]), Position::START);
        (1..=entries)
            .map(|now| {
                writer
                    .append("edit", author, CompartmentId::OPEN, &payload, now)
                    .expect("valid")
            })
            .collect()
    }
}
