//! 人员与社交圈: units, people, their relations and what was observed.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::findings::FindingRow;
use crate::interviews::InterviewRow;
use crate::moment::Moment;
use crate::names::Named;
use crate::open::{Open, Saved, Stored, entity};
use crate::papers_desk::PaperRow;
use crate::twins::TwinEntry;
use casework::records::{
    Circle, Finding, GraphLayout, Interview, Observation, Paper, Person, Point, Record, Relation,
    Reliability, Unit,
};
use serde::Serialize;
use specta::Type;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// How far the graph reaches around its person.
const DEPTH: u32 = 2;

/// A person in the list.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PersonRow {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Post.
    pub post: String,
    /// Unit.
    pub unit_name: String,
    /// Leading cadre.
    pub is_leader: bool,
    /// Relations from or to the person.
    pub relations: u32,
    /// Observations.
    pub observations: u32,
    /// Findings.
    pub findings: u32,
}

/// A relation as seen from one of its ends.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RelationRow {
    /// Identifier.
    pub id: String,
    /// The relation.
    pub record: Relation,
    /// The other end.
    pub other: Named,
    /// It starts from the person looked at.
    pub outgoing: bool,
    /// What the other is to the person looked at.
    pub words: String,
}

/// A person with everything on the page.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PersonView {
    /// The person.
    pub person: Stored<Person>,
    /// Unit.
    pub unit_name: String,
    /// Relations.
    pub relations: Vec<RelationRow>,
    /// Observations, the latest first.
    pub observations: Vec<Stored<Observation>>,
    /// Talks.
    pub interviews: Vec<InterviewRow>,
    /// Findings.
    pub findings: Vec<FindingRow>,
    /// Papers.
    pub papers: Vec<PaperRow>,
    /// Places where the name is mentioned.
    pub mentions: u32,
    /// Other entries that were judged to be the same person.
    pub others: Vec<TwinEntry>,
}

/// What a point of the graph stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// A person.
    Person,
    /// A unit.
    Unit,
}

/// A point of the graph.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CircleNode {
    /// Record.
    pub id: String,
    /// Name.
    pub label: String,
    /// Unit and post.
    pub detail: String,
    /// Kind.
    pub kind: NodeKind,
    /// Steps from the person at the centre.
    pub depth: u32,
    /// Where the user put it.
    pub position: Option<Point>,
}

/// A line of the graph.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CircleEdge {
    /// Relation.
    pub id: String,
    /// From.
    pub from: String,
    /// To.
    pub to: String,
    /// What the second is to the first.
    pub label: String,
    /// Circle.
    pub circle: Circle,
    /// Reliability.
    pub reliability: Reliability,
}

/// The circle around one person, two steps deep.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CircleGraph {
    /// Points, nearest first.
    pub nodes: Vec<CircleNode>,
    /// Lines.
    pub edges: Vec<CircleEdge>,
}

impl Office {
    /// All units.
    pub fn units(&self) -> Result<Vec<Stored<Unit>>> {
        self.archive()?.all::<Unit>()
    }

    /// Writes a unit.
    pub fn save_unit(&mut self, id: Option<&str>, unit: &Unit, now: Moment) -> Result<Saved> {
        must_have_name(&unit.name, "单位名称")?;
        self.archive_mut()?.save("登记单位", id, unit, now)
    }

    /// People whose name, pinyin, initials or text matches; all when empty.
    pub fn people(&self, query: &str) -> Result<Vec<PersonRow>> {
        /// The list is for choosing; nobody scrolls further.
        const MOST: usize = 500;
        let open = self.archive()?;
        let twins = open.twins()?;
        if query.trim().is_empty() {
            return open
                .all::<Person>()?
                .iter()
                .filter(|person| twins.kept(&person.id) == person.id)
                .map(|person| open.person_row(person))
                .collect();
        }
        let mut seen = BTreeSet::new();
        let mut rows = Vec::new();
        let named = open.vault.search_names(query, MOST)?;
        let worded = open.vault.search(query, MOST)?;
        for hit in named
            .into_iter()
            .chain(worded)
            .filter(|hit| hit.kind == Person::KIND)
        {
            let id = twins.kept(&hit.id.to_string()).to_owned();
            if seen.insert(id.clone())
                && let Some(person) = open.find::<Person>(&id)?
            {
                rows.push(open.person_row(&person)?);
            }
        }
        Ok(rows)
    }

    /// One person with everything known.
    pub fn person(&self, id: &str, now: Moment) -> Result<PersonView> {
        let open = self.archive()?;
        let twins = open.twins()?;
        let id = twins.kept(id);
        let person = open.get::<Person>(id)?;
        for entry in twins.alike(id) {
            open.note_opened(&entry, now)?;
        }
        let mut observations = open.of_person::<Observation>(id)?;
        observations.sort_by_key(|note| Reverse(note.record.date));
        let mut interviews = Vec::new();
        for talk in open.referring_to_person::<Interview>(id, "person")? {
            if let Some(talk) = open.find::<Interview>(&talk)? {
                interviews.push(open.interview_row(&talk)?);
            }
        }
        let findings = open.of_person::<Finding>(id)?;
        let papers = open.of_person::<Paper>(id)?;
        let mut others = Vec::new();
        for entry in twins.alike(id).iter().skip(1) {
            if let Some(entry) = open.find::<Person>(entry)? {
                others.push(open.twin_entry(&entry)?);
            }
        }
        Ok(PersonView {
            unit_name: open.unit_name(person.record.unit.as_deref())?,
            relations: open.relations_of(id)?,
            observations,
            interviews,
            findings: findings
                .iter()
                .map(|finding| open.finding_row(finding))
                .collect::<Result<_>>()?,
            papers: papers
                .iter()
                .map(|paper| self.paper_row(open, paper, now))
                .collect::<Result<_>>()?,
            mentions: open.mentions(&person.record.name)?,
            others,
            person,
        })
    }

    /// Writes a person.
    pub fn save_person(&mut self, id: Option<&str>, person: &Person, now: Moment) -> Result<Saved> {
        must_have_name(&person.name, "姓名")?;
        self.archive_mut()?.save("登记人员", id, person, now)
    }

    /// Writes a relation.
    pub fn save_relation(
        &mut self,
        id: Option<&str>,
        relation: &Relation,
        now: Moment,
    ) -> Result<Saved> {
        if relation.from.is_empty() || relation.to.is_empty() || relation.from == relation.to {
            return Err(ErrorView::form(
                "关系要连着两个不同的人或单位。",
                "请选择对方后再保存，已填写的内容还在。",
            ));
        }
        must_have_name(&relation.kind, "关系")?;
        must_have_source(&relation.source)?;
        self.archive_mut()?.save("登记关系", id, relation, now)
    }

    /// Writes an observation. It must say from whom and for what duty it is kept.
    pub fn save_observation(
        &mut self,
        id: Option<&str>,
        observation: &Observation,
        now: Moment,
    ) -> Result<Saved> {
        must_have_name(&observation.what, "情况")?;
        must_have_source(&observation.source)?;
        if observation.duty_basis.trim().is_empty() {
            return Err(ErrorView::form(
                "没有写明记录这条情况的职责依据。",
                "个人信息只记履行职责所必需的，请写明依据后再保存，已填写的内容还在。",
            ));
        }
        let open = self.archive_mut()?;
        let mut record = observation.clone();
        if let Some(id) = id {
            // What was noted about one person never turns into a note about another.
            record.person = open.get::<Observation>(id)?.record.person;
        }
        open.save("记录情况", id, &record, now)
    }

    /// The circle around a person, two steps deep.
    pub fn circle(&self, id: &str) -> Result<CircleGraph> {
        let open = self.archive()?;
        let twins = open.twins()?;
        let id = twins.kept(id);
        open.get::<Person>(id)?;
        let positions = open
            .children::<GraphLayout>(id)?
            .into_iter()
            .next()
            .map(|layout| layout.record.positions)
            .unwrap_or_default();
        let mut depth: BTreeMap<String, u32> = BTreeMap::from([(id.to_owned(), 0)]);
        let mut order = vec![id.to_owned()];
        let mut edges: BTreeMap<String, CircleEdge> = BTreeMap::new();
        let mut at = 0;
        while let Some(here) = order.get(at).cloned() {
            at += 1;
            let steps = depth[&here];
            for row in open.relations_of(&here)? {
                let known = depth.contains_key(&row.other.id);
                if !known && steps < DEPTH {
                    depth.insert(row.other.id.clone(), steps + 1);
                    order.push(row.other.id.clone());
                }
                if depth.contains_key(&row.other.id) {
                    edges.entry(row.id.clone()).or_insert_with(|| CircleEdge {
                        id: row.id,
                        from: twins.kept(&row.record.from).to_owned(),
                        to: twins.kept(&row.record.to).to_owned(),
                        label: row.record.kind,
                        circle: row.record.circle,
                        reliability: row.record.reliability,
                    });
                }
            }
        }
        let nodes = order
            .into_iter()
            .map(|id| {
                let named = open.named(&id)?;
                let is_unit = open.find::<Unit>(&id)?.is_some();
                Ok(CircleNode {
                    label: named.name,
                    detail: named.detail,
                    kind: if is_unit {
                        NodeKind::Unit
                    } else {
                        NodeKind::Person
                    },
                    depth: depth[&id],
                    position: positions.get(&id).copied(),
                    id,
                })
            })
            .collect::<Result<_>>()?;
        Ok(CircleGraph {
            nodes,
            edges: edges.into_values().collect(),
        })
    }

    /// Keeps where the user put the points.
    pub fn save_positions(
        &mut self,
        id: &str,
        positions: BTreeMap<String, Point>,
        now: Moment,
    ) -> Result<Saved> {
        let open = self.archive_mut()?;
        let known = open.children::<GraphLayout>(id)?.into_iter().next();
        let layout = GraphLayout {
            person: id.to_owned(),
            positions,
        };
        open.save(
            "摆放社交圈图",
            known.as_ref().map(|layout| layout.id.as_str()),
            &layout,
            now,
        )
    }
}

impl Open {
    fn person_row(&self, person: &Stored<Person>) -> Result<PersonRow> {
        let mut links = Vec::new();
        for entry in self.twins()?.alike(&person.id) {
            links.extend(self.vault.links_to(&entity(&entry)?)?);
        }
        let count = |kind: &str| links.iter().filter(|link| link.kind == kind).count() as u32;
        Ok(PersonRow {
            id: person.id.clone(),
            name: person.record.name.clone(),
            post: person.record.post.clone(),
            unit_name: self.unit_name(person.record.unit.as_deref())?,
            is_leader: person.record.is_leader,
            relations: count(Relation::KIND),
            observations: count(Observation::KIND),
            findings: count(Finding::KIND),
        })
    }

    /// Relations from and to a person or unit.
    pub(crate) fn relations_of(&self, id: &str) -> Result<Vec<RelationRow>> {
        let twins = self.twins()?;
        let mut links = Vec::new();
        for entry in twins.alike(id) {
            links.extend(self.vault.links_to(&entity(&entry)?)?);
        }
        let (mut rows, mut seen) = (Vec::new(), BTreeSet::new());
        for link in links {
            if link.kind != Relation::KIND || !seen.insert(link.from) {
                continue;
            }
            let Some(relation) = self.find::<Relation>(&link.from.to_string())? else {
                continue;
            };
            let outgoing = twins.same(&relation.record.from, id);
            let record = relation.record;
            let other = self.named(if outgoing { &record.to } else { &record.from })?;
            let words = if outgoing || record.inverse.is_empty() {
                record.kind.clone()
            } else {
                record.inverse.clone()
            };
            rows.push(RelationRow {
                id: relation.id,
                other,
                outgoing,
                words,
                record,
            });
        }
        Ok(rows)
    }
}

fn must_have_name(text: &str, what: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(ErrorView::form(
            format!("还没有填写{what}。"),
            format!("请填写{what}后再保存，其他内容还在。"),
        ));
    }
    Ok(())
}

fn must_have_source(source: &str) -> Result<()> {
    if source.trim().is_empty() {
        return Err(ErrorView::form(
            "没有写明这条情况从哪里得知。",
            "请写明来源（谁说的、哪份材料）后再保存，已填写的内容还在。",
        ));
    }
    Ok(())
}
