//! Short views of records that appear on many pages.

use crate::error::Result;
use crate::open::Open;
use casework::checks::CheckLevel;
use casework::records::{Interview, Person, Sex, Unit};
use serde::Serialize;
use specta::Type;

/// A record by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Named {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Unit and post, dates, or whatever tells it from its namesakes.
    pub detail: String,
}

/// A page of the program that can show one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    /// 巡察谈话.
    Tours,
    /// The interview desk.
    Interview,
    /// 会议记录.
    Minutes,
    /// 人员与社交圈.
    People,
    /// 问题线索.
    Findings,
    /// 文书.
    Papers,
    /// One material, looked at.
    Materials,
}

/// Where a click leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct OpenTarget {
    /// Page.
    pub page: Page,
    /// Record shown on it.
    pub id: String,
    /// Part of it to bring into view.
    pub focus: Option<String>,
}

impl OpenTarget {
    pub(crate) fn new(page: Page, id: &str) -> Self {
        Self {
            page,
            id: id.to_owned(),
            focus: None,
        }
    }

    pub(crate) fn focused(page: Page, id: &str, focus: &str) -> Self {
        Self {
            page,
            id: id.to_owned(),
            focus: Some(focus.to_owned()),
        }
    }
}

/// Something that stands against a step, or that a careful clerk would mention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct CheckView {
    /// Whether it bars the step.
    pub level: CheckLevel,
    /// Stable code.
    pub code: String,
    /// What is wrong and how to mend it.
    pub message: String,
    /// The rule's source.
    pub source: String,
}

/// A person as cards at the side show them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct PersonCard {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Sex.
    pub sex: Sex,
    /// Month of birth.
    pub birth: String,
    /// Unit.
    pub unit_name: String,
    /// Post.
    pub post: String,
    /// In charge of.
    pub duties: String,
    /// Leading cadre.
    pub is_leader: bool,
    /// Talks held with the person.
    pub interviews: u32,
    /// Turns, paragraphs and observations in which the name appears.
    pub mentions: u32,
}

impl Open {
    /// Name of a unit, its short one when there is one; empty when unknown.
    pub(crate) fn unit_name(&self, id: Option<&str>) -> Result<String> {
        let Some(id) = id else {
            return Ok(String::new());
        };
        Ok(self
            .find::<Unit>(id)?
            .map_or_else(String::new, |unit| short(&unit.record)))
    }

    /// A person by name, with unit and post: of somebody entered twice the
    /// entry that stands for both.
    pub(crate) fn person_named(&self, id: &str) -> Result<Named> {
        let twins = self.twins()?;
        let id = twins.kept(id);
        Ok(match self.find::<Person>(id)? {
            Some(person) => {
                let unit = self.unit_name(person.record.unit.as_deref())?;
                let detail = join([unit.as_str(), person.record.post.as_str()]);
                Named {
                    id: id.to_owned(),
                    name: person.record.name,
                    detail,
                }
            }
            None => placeholder(id),
        })
    }

    /// A person or a unit by name.
    pub(crate) fn named(&self, id: &str) -> Result<Named> {
        Ok(match self.find::<Unit>(id)? {
            Some(unit) => Named {
                id: id.to_owned(),
                name: short(&unit.record),
                detail: "单位".to_owned(),
            },
            None => self.person_named(id)?,
        })
    }

    /// The card of a person.
    pub(crate) fn person_card(&self, id: &str) -> Result<PersonCard> {
        let twins = self.twins()?;
        let id = twins.kept(id);
        let person = self.find::<Person>(id)?.map(|stored| stored.record);
        let interviews = self.referring_to_person::<Interview>(id, "person")?.len() as u32;
        let Some(person) = person else {
            let name = placeholder(id).name;
            return Ok(PersonCard {
                id: id.to_owned(),
                name,
                sex: Sex::未填,
                birth: String::new(),
                unit_name: String::new(),
                post: String::new(),
                duties: String::new(),
                is_leader: false,
                interviews,
                mentions: 0,
            });
        };
        Ok(PersonCard {
            id: id.to_owned(),
            mentions: self.mentions(&person.name)?,
            unit_name: self.unit_name(person.unit.as_deref())?,
            name: person.name,
            sex: person.sex,
            birth: person.birth,
            post: person.post,
            duties: person.duties,
            is_leader: person.is_leader,
            interviews,
        })
    }

    /// In how many turns, paragraphs and observations a name appears.
    pub(crate) fn mentions(&self, name: &str) -> Result<u32> {
        /// More than this many is shown as this many; nobody reads further.
        const MOST: usize = 500;
        if name.trim().is_empty() {
            return Ok(0);
        }
        let hits = self.vault.search(name, MOST)?;
        let counted = |kind: &str| matches!(kind, "turn" | "paragraph" | "observation");
        Ok(hits.iter().filter(|hit| counted(&hit.kind)).count() as u32)
    }
}

/// Stands for a record outside what was received.
fn placeholder(id: &str) -> Named {
    Named {
        id: id.to_owned(),
        name: "（未收到的记录）".to_owned(),
        detail: String::new(),
    }
}

fn short(unit: &Unit) -> String {
    if unit.short_name.is_empty() {
        unit.name.clone()
    } else {
        unit.short_name.clone()
    }
}

/// Joins what is not empty with a full-width space.
pub(crate) fn join<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("　")
}

/// The first `most` characters, with … where more follows.
pub(crate) fn excerpt(text: &str, most: usize) -> String {
    let mut chars = text.chars();
    let head: String = chars.by_ref().take(most).collect();
    if chars.next().is_some() {
        format!("{head}…")
    } else {
        head
    }
}
