//! The law of exchange by file: whatever is lost on the way, comes late, twice, in another order or
//! in part, and however wrong the clocks are, archives that have the same entries in the end are
//! the same, bit for bit.

use std::collections::{BTreeMap, BTreeSet};

use ledger::verify::Depth;
use ledger::{CompartmentId, DeviceId, Entry, Value};
use proptest::prelude::*;
use vault::{Error, Vault};

use crate::desk::{Desk, NOW, action, edit, id, shown};
use crate::merging::{all, import};

/// Who takes part.
const NAMES: [&str; 4] = ["甲", "乙", "丙", "丁"];
const HOUR: i64 = 3_600_000;
const YEAR: i64 = 365 * 24 * HOUR;
/// How wrong a clock is, in milliseconds: a zone taken for another, a battery that died, a year
/// mistyped, a clock that runs a little fast.
const SKEWS: [i64; 8] = [
    0,
    8 * HOUR,
    -8 * HOUR,
    HOUR / 60,
    -YEAR,
    10 * YEAR,
    -20 * YEAR,
    70 * YEAR,
];

/// What happens next.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Somebody writes.
    Set { who: usize, record: u8, value: u8 },
    /// Somebody withdraws a record or brings it back.
    Retract { who: usize, record: u8, back: bool },
    /// Somebody's clock is set, rightly or wrongly.
    Clock { who: usize, skew: usize },
    /// A bundle is written: of everything, of what the other is believed not to have, or with the
    /// words of one record only.
    Send { from: usize, to: usize, how: Share },
    /// A bundle arrives, however old; it is kept and may arrive again.
    Arrive { which: prop::sample::Index },
    /// A stick is lost.
    Lose { which: prop::sample::Index },
}

/// What a bundle holds.
#[derive(Debug, Clone, Copy)]
enum Share {
    Everything,
    News,
    Record(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let who = || 0..NAMES.len();
    let share = prop_oneof![
        Just(Share::Everything),
        Just(Share::News),
        (1..4_u8).prop_map(Share::Record),
    ];
    prop_oneof![
        6 => (who(), 1..4_u8, 0..5_u8).prop_map(|(who, record, value)| Step::Set { who, record, value }),
        1 => (who(), 1..4_u8, any::<bool>()).prop_map(|(who, record, back)| Step::Retract { who, record, back }),
        2 => (who(), 0..SKEWS.len()).prop_map(|(who, skew)| Step::Clock { who, skew }),
        4 => (who(), who(), share).prop_map(|(from, to, how)| Step::Send { from, to, how }),
        4 => any::<prop::sample::Index>().prop_map(|which| Step::Arrive { which }),
        1 => any::<prop::sample::Index>().prop_map(|which| Step::Lose { which }),
    ]
}

/// The archives, their clocks, and what is on its way.
struct World {
    desk: Desk,
    vaults: Vec<Vault>,
    skews: [i64; NAMES.len()],
    sticks: Vec<(usize, Vec<Entry>)>,
    /// What each believes that each other has.
    believed: BTreeMap<(usize, usize), BTreeMap<DeviceId, u64>>,
    /// Bundles that were refused because something was missing.
    refused: usize,
}

impl World {
    fn new() -> Self {
        let desk = Desk::new();
        let vaults = NAMES.map(|name| desk.create(name)).into();
        Self {
            desk,
            vaults,
            skews: [0; NAMES.len()],
            sticks: Vec::new(),
            believed: BTreeMap::new(),
            refused: 0,
        }
    }

    fn now(&self, who: usize, at: usize) -> u64 {
        NOW.checked_add_signed(self.skews[who] + at as i64 * 1_000)
            .expect("within the calendar")
    }

    fn take(&mut self, at: usize, step: Step) {
        match step {
            Step::Set { who, record, value } => {
                let now = self.now(who, at);
                let value = format!("值{value}");
                let edits = vec![edit(
                    id(record),
                    "person",
                    "name",
                    Value::from(value.as_str()),
                )];
                self.vaults[who]
                    .write(&action("改"), edits, now)
                    .expect("written");
                // Whoever writes last having seen the others' words is not overruled by a clock
                // that runs ahead.
                let seen = shown(&self.vaults[who], id(record), "name");
                assert_eq!(seen, Some(value), "{who}");
            }
            Step::Retract { who, record, back } => {
                let now = self.now(who, at);
                let vault = &mut self.vaults[who];
                let done = if back {
                    vault.restore(&action("恢复"), id(record), now)
                } else {
                    vault.retract(&action("撤回"), id(record), now)
                };
                assert!(matches!(done, Ok(_) | Err(Error::NoSuchRecord)));
            }
            Step::Clock { who, skew } => self.skews[who] = SKEWS[skew],
            Step::Send { from, to, how } => self.send(from, to, how),
            Step::Arrive { which } if !self.sticks.is_empty() => {
                let stick = which.index(self.sticks.len());
                self.arrive(stick);
            }
            Step::Lose { which } if !self.sticks.is_empty() => {
                let stick = which.index(self.sticks.len());
                self.sticks.swap_remove(stick);
            }
            Step::Arrive { .. } | Step::Lose { .. } => {}
        }
    }

    fn send(&mut self, from: usize, to: usize, how: Share) {
        let vault = &self.vaults[from];
        let mut entries = Vec::new();
        let mut put = |entry| {
            entries.push(entry);
            Ok(())
        };
        match how {
            Share::Everything => vault.entries_after(&BTreeMap::new(), &mut put),
            Share::News => {
                let known = self.believed.get(&(from, to)).cloned().unwrap_or_default();
                vault.entries_after(&known, &mut put)
            }
            Share::Record(record) => vault
                .entries_of(
                    &BTreeSet::from([id(record)]),
                    &BTreeSet::from([CompartmentId::OPEN]),
                    &BTreeMap::new(),
                    &mut put,
                )
                .map(|_| ()),
        }
        .expect("given");
        let heads = vault.heads().expect("listed");
        let numbers = heads.into_iter().map(|(device, head)| (device, head.seq));
        self.believed.insert((from, to), numbers.collect());
        self.sticks.push((to, entries));
    }

    fn arrive(&mut self, stick: usize) {
        let (to, entries) = self.sticks[stick].clone();
        let before = self.vaults[to].digest().expect("hashed");
        match import(&mut self.vaults[to], &entries) {
            Ok(_) => {}
            Err(Error::MissingEntries(missing)) => {
                assert!(!missing.is_empty());
                assert_eq!(self.vaults[to].digest().expect("hashed"), before);
                self.refused += 1;
            }
            Err(other) => panic!("{other}"),
        }
    }

    /// Everybody gets everything from everybody, in this order, which is told twice.
    fn heal(&mut self, order: &[(usize, usize)]) {
        for &(from, to) in order.iter().chain(order) {
            let entries = all(&self.vaults[from]);
            import(&mut self.vaults[to], &entries).expect("nothing is missing");
        }
    }
}

/// Every pair, in a random order.
fn meetings() -> impl Strategy<Value = Vec<(usize, usize)>> {
    let pairs: Vec<(usize, usize)> = (0..NAMES.len())
        .flat_map(|from| (0..NAMES.len()).map(move |to| (from, to)))
        .filter(|(from, to)| from != to)
        .collect();
    Just(pairs).prop_shuffle()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn the_same_bundles_make_the_same_archive(
        steps in prop::collection::vec(step(), 1..60),
        order in meetings(),
    ) {
        let mut world = World::new();
        for (at, step) in steps.into_iter().enumerate() {
            world.take(at, step);
        }
        // Whatever lies about arrives in the end, then everybody meets everybody. Twice
        // round, every word has reached everyone.
        for stick in 0..world.sticks.len() {
            world.arrive(stick);
        }
        world.heal(&order);
        // Another archive that gets the same in one go, the last device first.
        let mut late = world.desk.create("后来");
        let mut entries = all(&world.vaults[0]);
        entries.sort_by_key(|entry| (std::cmp::Reverse(entry.header.device), entry.header.seq));
        import(&mut late, &entries).expect("nothing is missing");
        world.vaults.push(late);
        let digests: BTreeSet<String> = world
            .vaults
            .iter()
            .map(|vault| vault.digest().expect("hashed"))
            .collect();
        prop_assert_eq!(digests.len(), 1);
        for vault in &mut world.vaults {
            let report = vault.verify(Depth::Every, &mut |_| true).expect("checked");
            prop_assert!(report.is_sound(), "{:?}", report.damages);
            prop_assert_eq!(report.withheld, 0);
        }
    }
}

#[test]
fn what_rests_on_a_lost_bundle_is_refused_until_that_is_made_good() {
    let mut world = World::new();
    let set = |value| Step::Set {
        who: 0,
        record: 1,
        value,
    };
    let send = |how| Step::Send {
        from: 0,
        to: 1,
        how,
    };
    world.take(0, set(1));
    world.take(1, send(Share::News));
    world.take(2, set(2));
    world.take(3, send(Share::News));
    world.arrive(1);
    assert_eq!(world.refused, 1);
    assert_eq!(shown(&world.vaults[1], id(1), "name"), None);
    world.arrive(0);
    world.arrive(1);
    assert_eq!(world.refused, 1);
    assert_eq!(
        shown(&world.vaults[1], id(1), "name").as_deref(),
        Some("值2")
    );
}
