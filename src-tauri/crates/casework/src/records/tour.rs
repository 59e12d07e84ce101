//! Units, persons and tours (巡察 / 督查任务).

use super::Sex;
use crate::Id;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use specta::Type;

/// An organ or unit that is visited or written to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Unit {
    /// Full name.
    pub name: String,
    /// Short name used in lists.
    pub short_name: String,
    /// Superior unit, when it is kept here.
    pub parent: Option<Id>,
    /// Remark.
    pub remark: String,
}

/// A leader (领导干部) or any other person who appears in the work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Person {
    /// Full name, rare characters included.
    pub name: String,
    /// Sex.
    pub sex: Sex,
    /// Month of birth as `YYYY-MM`, or just the year; empty when unknown.
    pub birth: String,
    /// Unit the person belongs to.
    pub unit: Option<Id>,
    /// Post (职务).
    pub post: String,
    /// Rank (职级).
    pub rank: String,
    /// What the person is in charge of (分管).
    pub duties: String,
    /// Whether the person is a leading cadre; others are kept to the least.
    pub is_leader: bool,
    /// Remark.
    pub remark: String,
}

/// How far a tour has got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum TourState {
    /// Planned.
    #[default]
    计划,
    /// Under way.
    进行中,
    /// Ended.
    已结束,
}

/// A visit plan: purpose, units, dates, team.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Tour {
    /// Title, for example 示例区住建局选人用人专项督查.
    pub title: String,
    /// Purpose of the visit.
    pub purpose: String,
    /// Units visited.
    pub units: Vec<Id>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub until: Option<NaiveDate>,
    /// Names of the team, the head first.
    pub team: Vec<String>,
    /// Persons to be talked to.
    pub planned: Vec<Id>,
    /// State.
    pub state: TourState,
}
