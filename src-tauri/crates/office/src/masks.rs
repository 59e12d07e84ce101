//! Masking in an export (遮盖): chosen fields, and the names of third parties,
//! leave as “（已遮盖）” while every signature still holds.
//!
//! Fields are masked, never words within a text: a name that was typed into a
//! talk, a quotation or an attachment leaves with it, and the user is told so.

use crate::error::Result;
use crate::open::{Open, label_of};
use crate::scope::{Extent, Scope, ScopeKind};
use crate::wording::label_or_name;
use casework::records::{
    Citation, Finding, Interview, Material, Observation, Organ, Paper, Passage, Person, Record,
    Relation, Supervisor, Tour, Unit,
};
use ledger::EntityId;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeSet;

/// What can be masked in an export.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type,
)]
pub enum Mask {
    /// The names of people whom the export is not about, and of those present.
    第三人姓名,
    /// Months of birth.
    出生年月,
    /// Posts, ranks, and what people are in charge of.
    职务分管,
    /// Contacts and telephone numbers.
    联系方式,
    /// Where something is known from, and who gave it.
    情况来源,
    /// Remarks.
    备注,
}

impl Mask {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::第三人姓名,
        Self::出生年月,
        Self::职务分管,
        Self::联系方式,
        Self::情况来源,
        Self::备注,
    ];

    /// What it is called: as it is written on the command line and in the window.
    pub fn name(self) -> String {
        format!("{self:?}")
    }

    /// Kinds and fields that it masks, whoever they are about.
    fn fields(self) -> &'static [(&'static str, &'static str)] {
        match self {
            // Names of persons are masked by person. The place of a citation says
            // with whom a talk was held.
            Self::第三人姓名 => &[(Observation::KIND, "others"), (Citation::KIND, "place")],
            Self::出生年月 => &[(Person::KIND, "birth")],
            Self::职务分管 => &[
                (Person::KIND, "post"),
                (Person::KIND, "rank"),
                (Person::KIND, "duties"),
            ],
            Self::联系方式 => &[
                (Supervisor::KIND, "phone"),
                (Organ::KIND, "contact"),
                (Organ::KIND, "phone"),
                (Paper::KIND, "contact"),
                (Paper::KIND, "phone"),
            ],
            Self::情况来源 => &[
                (Relation::KIND, "source"),
                (Observation::KIND, "source"),
                (Material::KIND, "source"),
                (Material::KIND, "provider"),
            ],
            Self::备注 => &[
                (Unit::KIND, "remark"),
                (Person::KIND, "remark"),
                (Passage::KIND, "remark"),
                (Relation::KIND, "remark"),
                (Material::KIND, "remark"),
            ],
        }
    }

    /// What it masks, in words.
    fn words(self) -> String {
        let mut of: Vec<(&str, Vec<&str>)> = Vec::new();
        if self == Self::第三人姓名 {
            of.push((Person::KIND, vec![label_or_name(Person::KIND, "name")]));
        }
        for (kind, field) in self.fields() {
            let label = label_or_name(kind, field);
            match of.iter_mut().find(|(known, _)| known == kind) {
                Some((_, labels)) => labels.push(label),
                None => of.push((kind, vec![label])),
            }
        }
        let of: Vec<String> = of
            .into_iter()
            .map(|(kind, labels)| format!("{}的{}", label_of(kind), labels.join("、")))
            .collect();
        format!("{}（{}）", self.name(), of.join("；"))
    }
}

/// What an export masks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Masks {
    chosen: BTreeSet<Mask>,
    /// Whose names stay.
    subjects: BTreeSet<EntityId>,
}

impl Masks {
    /// Whether nothing is masked.
    pub(crate) fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    /// Whether a field of a record is masked.
    pub(crate) fn hides(&self, record: &EntityId, kind: &str, field: &str) -> bool {
        self.chosen
            .iter()
            .any(|mask| mask.fields().contains(&(kind, field)))
            || self.hides_name(record, kind, field)
    }

    fn hides_name(&self, record: &EntityId, kind: &str, field: &str) -> bool {
        kind == Person::KIND
            && field == "name"
            && self.chosen.contains(&Mask::第三人姓名)
            && !self.subjects.contains(record)
    }

    /// Whether the name of a person is masked.
    pub(crate) fn hides_name_of(&self, person: &EntityId) -> bool {
        self.hides_name(person, Person::KIND, "name")
    }

    /// What is masked, in words, one by one.
    pub(crate) fn words(&self) -> Vec<String> {
        self.chosen.iter().map(|mask| mask.words()).collect()
    }
}

impl Open {
    /// What an export of this scope takes when these are masked.
    pub(crate) fn masked_extent(&self, scope: &Scope, chosen: &[Mask]) -> Result<Extent> {
        let extent = self.extent(scope)?;
        Ok(Extent {
            masks: self.masks(scope, &extent, chosen)?,
            ..extent
        })
    }

    /// What an export of this scope masks when these are chosen.
    fn masks(&self, scope: &Scope, extent: &Extent, chosen: &[Mask]) -> Result<Masks> {
        let chosen: BTreeSet<Mask> = chosen.iter().copied().collect();
        let subjects = if chosen.contains(&Mask::第三人姓名) {
            self.subjects(scope, extent)?
        } else {
            BTreeSet::new()
        };
        Ok(Masks { chosen, subjects })
    }

    /// Whom an export is about: one person with every entry of him, whom a matter
    /// is about, or whoever was talked to or is to be, has a finding or a paper.
    fn subjects(&self, scope: &Scope, extent: &Extent) -> Result<BTreeSet<EntityId>> {
        let mut people: BTreeSet<String> = BTreeSet::new();
        let id = scope.id.as_deref().unwrap_or_default();
        if scope.kind == ScopeKind::人员 {
            people.insert(id.to_owned());
        } else if scope.kind == ScopeKind::事项 {
            people.insert(self.get::<Finding>(id)?.record.person);
        } else {
            // Of what leaves only: who is a subject elsewhere is none here.
            let leaves = |id: &str| extent.records.as_ref().is_none_or(|it| it.contains(id));
            for tour in self.all::<Tour>()? {
                if leaves(&tour.id) {
                    people.extend(tour.record.planned);
                }
            }
            let talks = self.all::<Interview>()?.into_iter();
            let talks = talks.map(|it| (it.id, it.record.person));
            let findings = self.all::<Finding>()?.into_iter();
            let findings = findings.map(|it| (it.id, it.record.person));
            let papers = self.all::<Paper>()?.into_iter();
            let papers = papers.map(|it| (it.id, it.record.person));
            people.extend(
                talks
                    .chain(findings)
                    .chain(papers)
                    .filter(|(id, _)| leaves(id))
                    .map(|(_, person)| person),
            );
        }
        let twins = self.twins()?;
        let alike = people.iter().flat_map(|person| twins.alike(person));
        Ok(alike.filter_map(|person| person.parse().ok()).collect())
    }
}
