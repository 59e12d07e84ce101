use proptest::prelude::*;

use super::*;
use crate::{ChainWriter, CompartmentId, DeviceKey, Payload, Position};

fn device(n: u8) -> DeviceId {
    DeviceId([n; 32])
}

pub(crate) fn hash(n: u8) -> EntryHash {
    EntryHash([n; 32])
}

/// A version named `n` by device `d` at `millis`, replacing `bases`.
pub(crate) fn version(n: u8, d: u8, millis: u64, value: &str, bases: &[u8]) -> Version {
    Version {
        entry: hash(n),
        hlc: Hlc { millis, counter: 0 },
        device: device(d),
        value: value.into(),
        bases: bases.iter().map(|&b| hash(b)).collect(),
    }
}

pub(crate) fn field(versions: &[Version]) -> FieldVersions {
    let mut field = FieldVersions::new();
    versions.iter().cloned().for_each(|v| field.insert(v));
    field
}

#[test]
fn an_edit_that_saw_the_other_replaces_it_whatever_the_clocks_say() {
    // The second editor's clock is an hour behind; the base decides.
    let field = field(&[
        version(1, 1, 3_600_000, "甲", &[]),
        version(2, 2, 5, "乙", &[1]),
    ]);
    assert_eq!(field.value(), Some(&"乙".into()));
    assert!(!field.conflict());
}

#[test]
fn two_edits_of_the_same_base_conflict_and_both_stay() {
    let field = field(&[
        version(1, 1, 1, "甲", &[]),
        version(2, 1, 2, "乙", &[1]),
        version(3, 2, 9, "丙", &[1]),
    ]);
    assert!(field.conflict());
    assert_eq!(field.value(), Some(&"丙".into()));
    assert_eq!(field.bases(), [hash(3), hash(2)]);
    assert_eq!(field.history().len(), 3);
}

#[test]
fn the_same_value_twice_is_no_conflict_and_both_are_replaced_by_the_next() {
    let mut field = field(&[version(1, 1, 1, "甲", &[]), version(2, 2, 2, "甲", &[])]);
    assert!(!field.conflict());
    assert_eq!(field.tips().len(), 2);
    field.insert(version(3, 1, 3, "乙", &[1, 2]));
    assert_eq!(field.bases(), [hash(3)]);
}

#[test]
fn settling_a_conflict_does_not_swallow_a_third_edit() {
    let mut field = field(&[
        version(1, 1, 1, "甲", &[]),
        version(2, 2, 2, "乙", &[]),
        version(3, 1, 3, "甲", &[1, 2]),
    ]);
    assert!(!field.conflict());
    field.insert(version(4, 3, 2, "丁", &[2])); // written before the third was known
    assert!(field.conflict());
}

#[test]
fn an_empty_field_shows_nothing() {
    let field = FieldVersions::new();
    assert!(field.value().is_none() && !field.conflict() && field.bases().is_empty());
}

#[test]
fn an_erased_version_does_not_bring_its_bases_back() {
    let mut field = field(&[version(1, 1, 1, "旧", &[]), version(3, 1, 3, "新", &[2])]);
    assert!(
        field.conflict(),
        "version 2, which replaced 1, is not at hand"
    );
    field.replace([hash(1)]);
    assert!(!field.conflict());
    assert_eq!(field.value(), Some(&"新".into()));
}

#[test]
fn with_equal_stamps_the_device_decides_what_is_shown() {
    let field = field(&[version(1, 1, 1, "甲", &[]), version(2, 2, 1, "乙", &[])]);
    assert_eq!(field.value(), Some(&"乙".into()));
}

/// A small office: several devices, each with its own view of the same records.
pub(crate) struct Desk {
    writer: ChainWriter,
    pub(crate) seen: Records,
}

impl Desk {
    pub(crate) fn new(n: u8) -> Self {
        Self {
            writer: ChainWriter::new(DeviceKey::generate([n; 32]), Position::START),
            seen: Records::new(),
        }
    }

    pub(crate) fn entity() -> EntityId {
        EntityId::new(1, [1; 10])
    }

    pub(crate) fn record(&self) -> RecordVersions {
        self.seen.get(&Self::entity()).cloned().unwrap_or_default()
    }

    pub(crate) fn write(&mut self, changes: &[(&str, Value)]) -> Entry {
        let record = self.record();
        let changes = changes
            .iter()
            .map(|(field, value)| Change {
                entity: Self::entity(),
                kind: "person".into(),
                field: (*field).to_owned(),
                value: value.clone(),
                bases: record.bases_for(field),
            })
            .collect();
        let payload = Payload {
            salt: Some([0; 16]),
            note: None,
            changes,
        };
        let entry = self
            .writer
            .append(
                "person.edit",
                EntityId::new(1, [2; 10]),
                CompartmentId::OPEN,
                &payload,
                1,
            )
            .expect("valid");
        self.see(&entry);
        entry
    }

    pub(crate) fn see(&mut self, entry: &Entry) {
        self.writer.observe(entry.header.hlc, 1);
        self.seen.apply(entry).expect("valid");
    }
}

#[test]
fn a_retraction_that_saw_everything_withdraws_the_record() {
    let mut a = Desk::new(1);
    a.write(&[("name", "甲某".into()), ("post", "科员".into())]);
    a.write(&[(RETRACTED, true.into())]);
    assert_eq!(a.record().standing(), Standing::Retracted);
    a.write(&[(RETRACTED, false.into())]);
    assert_eq!(a.record().standing(), Standing::Live);
    assert_eq!(a.record().value("name"), Some(&"甲某".into()));
    assert_eq!(a.record().kind(), Some("person"));
}

#[test]
fn a_retraction_against_an_unseen_edit_is_disputed_on_both_desks() {
    let (mut a, mut b) = (Desk::new(1), Desk::new(2));
    let made = a.write(&[("name", "甲某".into())]);
    b.see(&made);
    let gone = a.write(&[(RETRACTED, true.into())]);
    let edit = b.write(&[("post", "科员".into())]);
    a.see(&edit);
    b.see(&gone);
    assert_eq!(a.seen, b.seen);
    let disputed = Standing::Disputed {
        retractions: vec![gone.hash],
        unseen: vec![edit.hash],
    };
    assert_eq!(a.record().standing(), disputed);
    assert_eq!(
        a.record().value("post"),
        Some(&"科员".into()),
        "stays visible"
    );

    // Either choice settles it, on every desk.
    let mut keeps = Desk::new(3);
    for entry in [&made, &gone, &edit] {
        keeps.see(entry);
    }
    let kept = keeps.write(&[(RETRACTED, false.into())]);
    b.see(&kept);
    assert_eq!(b.record().standing(), Standing::Live);
    let withdrawn = a.write(&[(RETRACTED, true.into())]);
    assert_eq!(a.record().standing(), Standing::Retracted);

    // And two contrary choices are again a conflict, not a race.
    a.see(&kept);
    assert_eq!(
        a.record().standing(),
        Standing::Disputed {
            retractions: vec![withdrawn.hash],
            unseen: vec![kept.hash]
        }
    );
}

#[test]
fn an_edit_of_a_record_known_to_be_withdrawn_does_not_dispute_it() {
    let mut a = Desk::new(1);
    a.write(&[("name", "甲某".into())]);
    a.write(&[(RETRACTED, true.into()), ("reason", "重复登记".into())]);
    assert_eq!(
        a.record().standing(),
        Standing::Retracted,
        "the same entry gives the reason"
    );
    a.write(&[("reason", "与另一条重复".into())]);
    assert_eq!(a.record().standing(), Standing::Retracted);
}

#[test]
fn two_people_who_withdraw_the_same_record_agree() {
    let (mut a, mut b) = (Desk::new(1), Desk::new(2));
    let made = a.write(&[("name", "甲某".into())]);
    b.see(&made);
    let edit = b.write(&[("post", "科员".into())]);
    let one = a.write(&[(RETRACTED, true.into())]);
    let two = b.write(&[(RETRACTED, true.into())]);
    a.see(&edit);
    a.see(&two);
    b.see(&one);
    assert_eq!(a.seen, b.seen);
    assert_eq!(
        a.record().standing(),
        Standing::Retracted,
        "the second one saw the edit"
    );
}

#[test]
fn concurrent_edits_of_different_fields_merge_and_of_one_field_conflict() {
    let (mut a, mut b) = (Desk::new(1), Desk::new(2));
    let made = a.write(&[("name", "甲某".into()), ("post", "科员".into())]);
    b.see(&made);
    let one = a.write(&[("name", "甲某某".into()), ("remark", "一".into())]);
    let two = b.write(&[("post", "科长".into()), ("remark", "二".into())]);
    a.see(&two);
    b.see(&one);
    assert_eq!(a.seen, b.seen);
    assert_eq!(a.record().conflicts(), ["remark"]);
    assert_eq!(a.record().value("name"), Some(&"甲某某".into()));
    assert_eq!(a.record().value("post"), Some(&"科长".into()));
}

#[test]
fn an_erased_payload_can_be_accounted_for_in_a_record() {
    let mut record = RecordVersions::new();
    record.insert_version("person", "name", version(1, 1, 1, "旧", &[]));
    record.insert_version("person", "name", version(3, 1, 3, "新", &[2]));
    assert_eq!(record.conflicts(), ["name"]);
    record.replace("name", [hash(1)]);
    assert!(record.conflicts().is_empty());
}

#[test]
fn a_wrong_payload_is_not_applied() {
    let mut a = Desk::new(1);
    let mut entry = a.write(&[("name", "甲某".into())]);
    entry.payload = Some(vec![1, 2, 3]);
    let mut records = Records::new();
    assert!(records.apply(&entry).is_err());
    assert_eq!(records, Records::new());
    records.apply(&entry.withheld()).expect("nothing to apply");
    assert_eq!(records.iter().count(), 0);
}

/// What one of four desks does next.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Write {
        desk: usize,
        field: usize,
        value: u8,
    },
    Retract {
        desk: usize,
        yes: bool,
    },
    /// One desk reads some entries another desk wrote.
    Read {
        desk: usize,
        upto: prop::sample::Index,
    },
}

pub(crate) fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..4usize, 0..3usize, 0..3u8).prop_map(|(desk, field, value)| Step::Write { desk, field, value }),
        1 => (0..4usize, any::<bool>()).prop_map(|(desk, yes)| Step::Retract { desk, yes }),
        2 => (0..4usize, any::<prop::sample::Index>()).prop_map(|(desk, upto)| Step::Read { desk, upto }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Four desks write, withdraw and read in any order; whoever applies all entries in any
    /// order, with repetitions, has the same state, and no edit is lost.
    #[test]
    fn the_order_of_arrival_does_not_matter(
        steps in prop::collection::vec(any_step(), 1..40),
        shuffle in prop::collection::vec(any::<prop::sample::Index>(), 0..80),
    ) {
        let fields = ["name", "post", "remark"];
        let mut desks: Vec<_> = (1..=4).map(Desk::new).collect();
        let mut all: Vec<Entry> = vec![];
        for step in steps {
            match step {
                Step::Write { desk, field, value } => {
                    all.push(desks[desk].write(&[(fields[field], i64::from(value).into())]));
                }
                Step::Retract { desk, yes } => all.push(desks[desk].write(&[(RETRACTED, yes.into())])),
                Step::Read { desk, upto } => {
                    let upto = upto.index(all.len() + 1);
                    for entry in &all[..upto] {
                        desks[desk].see(entry);
                    }
                }
            }
        }
        let mut straight = Records::new();
        for entry in &all {
            straight.apply(entry).expect("valid");
        }
        let mut shuffled = Records::new();
        if !all.is_empty() {
            for index in &shuffle {
                shuffled.apply(&all[index.index(all.len())]).expect("valid");
            }
        }
        for entry in all.iter().rev() {
            shuffled.apply(entry).expect("valid");
        }
        prop_assert_eq!(&straight, &shuffled);

        let Some(record) = straight.get(&Desk::entity()) else { return Ok(()) };
        for field in record.fields().values() {
            // Somebody's word always stands, and what is replaced was seen by who replaced it.
            prop_assert!(!field.tips().is_empty());
            let known: BTreeSet<_> = field.history().iter().flat_map(|v| v.bases.clone()).collect();
            for version in field.history() {
                let is_tip = field.bases().contains(&version.entry);
                prop_assert_eq!(is_tip, !known.contains(&version.entry));
            }
        }
        // A record is withdrawn silently only if every edit still standing was seen.
        if record.standing() == Standing::Retracted {
            prop_assert_eq!(record.value(RETRACTED), Some(&Value::Bool(true)));
        }
    }
}
