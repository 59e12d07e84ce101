//! The circles around a person: relations (关系) and observations (情况记录).

use crate::Id;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use specta::Type;

use std::collections::BTreeMap;

/// Which circle a tie or an observation belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum Circle {
    /// Life circle.
    #[default]
    生活圈,
    /// Social circle.
    社交圈,
}

/// How far the source of a note can be relied on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum Reliability {
    /// Unknown yet; the cautious default.
    #[default]
    待核,
    /// Reliable: a document, or seen by the supervisor.
    可靠,
    /// Fairly reliable: several people say so.
    较可靠,
    /// Doubtful: hearsay.
    存疑,
}

/// Whether what a note says was checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum Verification {
    /// Not checked.
    #[default]
    未核实,
    /// Checked and found true.
    已核实,
    /// Checked and found untrue.
    查否,
}

/// A directed tie between two persons or units.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Relation {
    /// Person or unit it starts from.
    pub from: Id,
    /// Person or unit it leads to.
    pub to: Id,
    /// What the second is to the first: 配偶, 同学, 战友, 商业往来 …
    pub kind: String,
    /// What the first is to the second, when the two differ (父 / 子).
    pub inverse: String,
    /// Circle.
    pub circle: Circle,
    /// Beginning, as far as known: year, month or day in digits.
    pub since: String,
    /// End, empty while it lasts.
    pub until: String,
    /// Where this is known from.
    pub source: String,
    /// Reliability.
    pub reliability: Reliability,
    /// Remark.
    pub remark: String,
}

/// A note on a person's circle: when, where, who, what, from whom.
///
/// `duty_basis` must be given: no more about a person is kept than the duty
/// needs (PIPL §28, §34).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Observation {
    /// Person it is about.
    pub person: Id,
    /// Circle.
    pub circle: Circle,
    /// Day it happened.
    pub date: Option<NaiveDate>,
    /// Place.
    pub place: String,
    /// Others present; third parties may be kept as initials.
    pub others: Vec<String>,
    /// What happened.
    pub what: String,
    /// Where this is known from.
    pub source: String,
    /// Duty that makes it necessary to keep this.
    pub duty_basis: String,
    /// Reliability.
    pub reliability: Reliability,
    /// Checked or not.
    pub verified: Verification,
}

/// A place on the canvas of the circle graph, in hundredths of its unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Point {
    /// Rightwards.
    pub x: i32,
    /// Downwards.
    pub y: i32,
}

/// Where the user put the points of one person's circle graph.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct GraphLayout {
    /// Person at the centre.
    pub person: Id,
    /// Positions by record.
    pub positions: BTreeMap<Id, Point>,
}
