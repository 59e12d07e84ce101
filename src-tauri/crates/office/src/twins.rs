//! One person entered twice on two machines. The two entries stay what they
//! are; a judgement beside them says that they are one person, and as long as
//! it stands they are shown as one, with everything that refers to either.
//!
//! Which of them stands for all is not chosen but follows from the entries
//! themselves, so that machines which judged in different directions agree.

use crate::Office;
use crate::conflicts::Around;
use crate::double_numbers::{derived_id, whole};
use crate::error::{ErrorView, Result};
use crate::moment::{Moment, local_of};
use crate::open::{Open, Saved, Stored, entity};
use crate::wording::label_or_name;
use casework::labels::field_rank;
use casework::records::{Person, Record, SamePerson, Sameness, Sex, Unit};
use ledger::{EntityId, RETRACTED};
use serde::Serialize;
use specta::Type;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vault::{Edit, MASKED_WORDS};

/// One of the entries of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct TwinEntry {
    /// Entry.
    pub id: String,
    /// Name.
    pub name: String,
    /// What is known of the person there.
    pub facts: Vec<Around>,
    /// Who made it, on which device, and when.
    pub made: String,
    /// Records that refer to it.
    pub used: u32,
}

/// Two entries that are perhaps one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct TwinPair {
    /// Names the pair.
    pub id: String,
    /// The entries, the older first.
    pub entries: Vec<TwinEntry>,
    /// What speaks for it, or that two machines judged differently.
    pub why: String,
    /// Two machines judged differently.
    pub disputed: bool,
}

/// Which entries are one person.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Twins {
    /// Of an entry that has others beside it: all of them, the one that stands
    /// for them first.
    groups: BTreeMap<String, Arc<[String]>>,
}

/// The answer found last, with how many entries there were then.
#[derive(Debug, Default)]
pub(crate) struct KnownTwins(RefCell<Option<(u64, Arc<Twins>)>>);

impl KnownTwins {
    /// Forgets it: contents have come that are no new entries.
    pub(crate) fn forget(&mut self) {
        self.0.take();
    }
}

impl Twins {
    /// The groups that pairs add up to. Of each the standing entry with the
    /// least identifier, which is the oldest, stands for all: whoever judged
    /// what, in which order and direction, comes to the same.
    fn joined<'a>(
        pairs: impl Iterator<Item = (&'a str, &'a str)>,
        standing: &BTreeSet<String>,
    ) -> Self {
        // Every entry leads to another of its group, the least to itself.
        let mut leads: BTreeMap<&str, &str> = BTreeMap::new();
        for (one, other) in pairs {
            let (one, other) = (least(&mut leads, one), least(&mut leads, other));
            leads.insert(one.max(other), one.min(other));
        }
        let all: Vec<&str> = leads.keys().copied().collect();
        let mut by_least: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for id in all {
            let least = least(&mut leads, id);
            by_least.entry(least).or_default().push(id.to_owned());
        }
        let mut groups = BTreeMap::new();
        for mut group in by_least.into_values() {
            // An entry that was withdrawn, or that is not here, stands for nobody.
            group.sort_by_key(|id| !standing.contains(id));
            let group: Arc<[String]> = group.into();
            for id in &*group {
                groups.insert(id.clone(), Arc::clone(&group));
            }
        }
        Self { groups }
    }

    /// The entry that stands for this one.
    pub(crate) fn kept<'a>(&'a self, id: &'a str) -> &'a str {
        self.groups
            .get(id)
            .and_then(|group| group.first())
            .map_or(id, String::as_str)
    }

    /// All entries of the person, the one that stands for them first.
    pub(crate) fn alike(&self, id: &str) -> Vec<String> {
        let alone = || vec![id.to_owned()];
        self.groups
            .get(id)
            .map_or_else(alone, |group| group.to_vec())
    }

    /// Whether two entries are one person.
    pub(crate) fn same(&self, one: &str, other: &str) -> bool {
        self.kept(one) == self.kept(other)
    }
}

/// The least entry of a group, and the way to it shortened for the next time.
fn least<'a>(leads: &mut BTreeMap<&'a str, &'a str>, id: &'a str) -> &'a str {
    let mut end = id;
    while let Some(next) = leads.get(end).copied().filter(|next| *next != end) {
        end = next;
    }
    let mut at = id;
    while let Some(next) = leads.insert(at, end).filter(|next| *next != at) {
        at = next;
    }
    end
}

impl Office {
    /// Records whether two entries are one person.
    pub fn judge_same_person(
        &mut self,
        one: &str,
        other: &str,
        verdict: Sameness,
        reason: &str,
        now: Moment,
    ) -> Result<Saved> {
        let open = self.archive_mut()?;
        if one == other {
            return Err(ErrorView::form(
                "这是同一条登记。",
                "请选择两条登记；没有作任何改动。",
            ));
        }
        for id in [one, other] {
            open.get::<Person>(id)?;
        }
        let edits = judgement(one, other, verdict, reason)?;
        let action = match verdict {
            Sameness::同一人 => "合并人员",
            Sameness::不是同一人 => "认定不是同一人",
        };
        open.write(action, edits, now)?;
        Ok(Saved {
            id: open.twins()?.kept(one).to_owned(),
            saved_at: now.clock(),
        })
    }

    /// Takes an entry out of the person it was merged into. The others stay
    /// together.
    pub fn part_person(&mut self, id: &str, now: Moment) -> Result<Saved> {
        const REASON: &str = "拆开";
        let open = self.archive_mut()?;
        let rest: Vec<String> = open
            .twins()?
            .alike(id)
            .into_iter()
            .filter(|it| it != id)
            .collect();
        let Some(kept) = rest.first().cloned() else {
            return Err(ErrorView::form("这个人没有合并过。", "没有作任何改动。"));
        };
        let mut edits = Vec::new();
        for other in &rest {
            edits.extend(judgement(id, other, Sameness::不是同一人, REASON)?);
        }
        for other in rest.iter().skip(1) {
            edits.extend(judgement(&kept, other, Sameness::同一人, "原已合并")?);
        }
        open.write("拆开合并的人员", edits, now)?;
        Ok(Saved {
            id: kept,
            saved_at: now.clock(),
        })
    }
}

impl Open {
    /// Which entries are one person, by the judgements that stand undisputed.
    pub(crate) fn twins(&self) -> Result<Arc<Twins>> {
        // Lists ask for every row: as long as no entry has come, nothing else has.
        let entries = self.vault.entry_count()?;
        if let Some((at, known)) = &*self.known_twins.0.borrow()
            && *at == entries
        {
            return Ok(Arc::clone(known));
        }
        let fresh = Arc::new(self.find_twins()?);
        *self.known_twins.0.borrow_mut() = Some((entries, Arc::clone(&fresh)));
        Ok(fresh)
    }

    fn find_twins(&self) -> Result<Twins> {
        let judged = self.all::<SamePerson>()?;
        let merges: Vec<SamePerson> = judged
            .into_iter()
            .filter(is_merge)
            .map(|one| one.record)
            .collect();
        let mut standing = BTreeSet::new();
        for id in merges.iter().flat_map(|one| [&one.first, &one.second]) {
            if self.find::<Person>(id)?.is_some() {
                standing.insert(id.clone());
            }
        }
        let pairs = merges
            .iter()
            .map(|one| (one.first.as_str(), one.second.as_str()));
        Ok(Twins::joined(pairs, &standing))
    }

    /// Pairs of entries that are perhaps one person, and those about which two
    /// machines judged differently.
    pub(crate) fn twin_pairs(&self) -> Result<Vec<TwinPair>> {
        let twins = self.twins()?;
        let mut judged: BTreeMap<EntityId, Stored<SamePerson>> = BTreeMap::new();
        for one in self.all::<SamePerson>()? {
            judged.insert(entity(&one.id)?, one);
        }
        let mut pairs = Vec::new();
        for one in judged.values().filter(|it| is_disputed(it)) {
            let why = "两台电脑的判断不一样：一处认定是同一人，另一处认定不是。请核对后重新认定。";
            let (first, second) = (&one.record.first, &one.record.second);
            pairs.extend(self.twin_pair(first, second, why, true)?);
        }
        let mut by_name: BTreeMap<String, Vec<Stored<Person>>> = BTreeMap::new();
        for person in self.all::<Person>()? {
            let name: String = person.record.name.split_whitespace().collect();
            if !name.is_empty() && name != MASKED_WORDS && twins.kept(&person.id) == person.id {
                by_name.entry(name).or_default().push(person);
            }
        }
        for group in by_name.values_mut().filter(|group| group.len() > 1) {
            group.sort_by(|a, b| a.id.cmp(&b.id));
            for (at, later) in group.iter().enumerate().skip(1) {
                let likely = group[..at].iter().find_map(|earlier| {
                    let id = pair_id(&earlier.id, &later.id);
                    let new = !judged.contains_key(&id);
                    let why = self.likeness(&earlier.record, &later.record).transpose();
                    why.filter(|_| new).map(|why| (earlier, why))
                });
                if let Some((earlier, why)) = likely {
                    pairs.extend(self.twin_pair(&earlier.id, &later.id, &why?, false)?);
                }
            }
        }
        Ok(pairs)
    }

    /// What speaks for two people of one name being one, if anything does and
    /// nothing speaks against it.
    fn likeness(&self, one: &Person, other: &Person) -> Result<Option<String>> {
        let differ = |a: &str, b: &str| !a.is_empty() && !b.is_empty() && a != b;
        let sexes = [one.sex, other.sex];
        let is_known = |sex: &Sex| *sex != Sex::未填;
        // A year alone does not contradict a month in it.
        let births = (one.birth.as_str(), other.birth.as_str());
        let birth_fits = births.0.starts_with(births.1) || births.1.starts_with(births.0);
        if (sexes.iter().all(is_known) && one.sex != other.sex)
            || (differ(births.0, births.1) && !birth_fits)
        {
            return Ok(None);
        }
        let name_of = |id: &Option<String>| -> Result<String> {
            Ok(match id {
                Some(id) => self
                    .find::<Unit>(id)?
                    .map_or_else(String::new, |unit| unit.record.name),
                None => String::new(),
            })
        };
        let unit = name_of(&one.unit)?;
        let same_unit = !unit.is_empty() && unit == name_of(&other.unit)?;
        let same_birth = !one.birth.is_empty() && one.birth == other.birth;
        Ok(match (same_unit, same_birth) {
            (true, true) => Some("姓名、单位、出生年月都相同。".to_owned()),
            (true, false) => Some("姓名、单位都相同。".to_owned()),
            (false, true) => Some("姓名、出生年月都相同。".to_owned()),
            (false, false) => None,
        })
    }

    fn twin_pair(
        &self,
        first: &str,
        second: &str,
        why: &str,
        disputed: bool,
    ) -> Result<Option<TwinPair>> {
        let mut entries = Vec::new();
        for id in [first, second] {
            if let Some(person) = self.find::<Person>(id)? {
                entries.push(self.twin_entry(&person)?);
            }
        }
        Ok((entries.len() == 2).then(|| TwinPair {
            id: pair_id(first, second).to_string(),
            entries,
            why: why.to_owned(),
            disputed,
        }))
    }

    /// One entry of a person, in words.
    pub(crate) fn twin_entry(&self, person: &Stored<Person>) -> Result<TwinEntry> {
        let id = entity(&person.id)?;
        let mut facts = Vec::new();
        if let Some(record) = self.vault.record(&id)? {
            let mut fields: Vec<&String> = record.fields.keys().collect();
            fields.sort_by_key(|field| field_rank(Person::KIND, field));
            for field in fields.into_iter().filter(|field| *field != "name") {
                let words = self.value_words(Person::KIND, field, &record.fields[field])?;
                if !words.is_empty() {
                    let label = label_or_name(Person::KIND, field).to_owned();
                    facts.push(Around { label, words });
                }
            }
        }
        let made = match self.vault.history(&id)?.first() {
            Some(line) => format!(
                "{}（{}）　{}",
                self.author_words(&line.author)?,
                self.device_words(&line.device)?,
                local_of(line.millis).format("%Y年%-m月%-d日 %H:%M")
            ),
            None => String::new(),
        };
        let links = self.vault.links_to(&id)?;
        Ok(TwinEntry {
            id: person.id.clone(),
            name: person.record.name.clone(),
            facts,
            made,
            used: links
                .iter()
                .filter(|link| link.kind != SamePerson::KIND)
                .count() as u32,
        })
    }

    /// What belongs to a person, whichever entry it was written under.
    pub(crate) fn of_person<T: Record>(&self, id: &str) -> Result<Vec<Stored<T>>> {
        let mut all = Vec::new();
        for entry in self.twins()?.alike(id) {
            all.extend(self.children::<T>(&entry)?);
        }
        Ok(all)
    }

    /// The records of kind `T` that refer to a person through `field`,
    /// whichever entry they name.
    pub(crate) fn referring_to_person<T: Record>(
        &self,
        id: &str,
        field: &str,
    ) -> Result<Vec<String>> {
        let mut all = Vec::new();
        for entry in self.twins()?.alike(id) {
            all.extend(self.referring::<T>(&entry, field)?);
        }
        Ok(all)
    }
}

/// Whether two machines judged differently. Different grounds for one and the
/// same judgement are no dispute.
fn is_disputed(one: &Stored<SamePerson>) -> bool {
    let matters = |field: &String| field == "verdict" || field == RETRACTED;
    one.conflicts.iter().any(matters)
}

fn is_merge(one: &Stored<SamePerson>) -> bool {
    !is_disputed(one) && one.record.verdict == Sameness::同一人
}

/// The record that judges a pair: the same whichever is named first.
fn pair_id(one: &str, other: &str) -> EntityId {
    let (first, second) = if one < other {
        (one, other)
    } else {
        (other, one)
    };
    derived_id("same-person", &[first, second])
}

fn judgement(one: &str, other: &str, verdict: Sameness, reason: &str) -> Result<Vec<Edit>> {
    let (first, second) = if one < other {
        (one, other)
    } else {
        (other, one)
    };
    let record = SamePerson {
        first: first.to_owned(),
        second: second.to_owned(),
        verdict,
        reason: reason.trim().to_owned(),
    };
    whole(pair_id(one, other), &record)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn joined(pairs: &[(String, String)], standing: &BTreeSet<String>) -> Twins {
        let pairs = pairs
            .iter()
            .map(|(one, other)| (one.as_str(), other.as_str()));
        Twins::joined(pairs, standing)
    }

    fn any_pairs() -> impl Strategy<Value = Vec<(String, String)>> {
        let id = || (0..8_u8).prop_map(|n| format!("{n}"));
        prop::collection::vec((id(), id()), 0..8)
    }

    proptest! {
        /// Whichever machine judged first and in which direction, all come to the same groups,
        /// with the same entry standing for them.
        #[test]
        fn order_and_direction_do_not_matter(
            pairs in any_pairs(),
            turned in prop::collection::vec(any::<bool>(), 8),
            gone in prop::collection::btree_set(0..8_u8, 0..4),
        ) {
            let standing: BTreeSet<String> =
                (0..8_u8).filter(|n| !gone.contains(n)).map(|n| n.to_string()).collect();
            let mut others: Vec<(String, String)> = pairs
                .iter()
                .zip(&turned)
                .map(|((a, b), turn)| if *turn { (b.clone(), a.clone()) } else { (a.clone(), b.clone()) })
                .collect();
            others.reverse();
            let twins = joined(&pairs, &standing);
            prop_assert_eq!(&twins, &joined(&others, &standing));
            for n in 0..8_u8 {
                let id = n.to_string();
                let group = twins.alike(&id);
                prop_assert!(group.contains(&id));
                prop_assert_eq!(twins.kept(&id), group[0].as_str());
                // All of a group name the same entry, and a standing one if there is any.
                for other in &group {
                    prop_assert_eq!(twins.kept(other), group[0].as_str());
                }
                let any_stands = group.iter().any(|it| standing.contains(it));
                prop_assert_eq!(any_stands && group.len() > 1, standing.contains(&group[0]) && group.len() > 1);
            }
            for (one, other) in &pairs {
                prop_assert!(twins.same(one, other));
            }
        }
    }
}
