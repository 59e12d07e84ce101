//! What a person decided about other records after two machines were brought
//! together: who keeps a number given twice, and that two entries are one person.

use crate::Id;
use crate::records::DocumentNumber;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What is done with a paper whose number another paper keeps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum NumberRemedy {
    /// It is taken back and void.
    #[default]
    收回作废,
    /// It is taken back and issued again as a new paper under another number.
    重新编号印发,
}

/// Which of several issued papers keeps a number (发文字号) that all of them
/// bear. None of the papers changes: what was issued stays as it was issued.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct NumberRuling {
    /// The number.
    pub number: Option<DocumentNumber>,
    /// Paper that keeps it.
    pub keeps: Id,
    /// Papers that do not.
    pub others: Vec<Id>,
    /// What is done with those.
    pub remedy: NumberRemedy,
    /// Why, and who agreed.
    pub reason: String,
    /// When it was decided.
    pub decided_on: Option<NaiveDate>,
}

/// Whether two entries are one person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum Sameness {
    /// They are.
    #[default]
    同一人,
    /// They are not.
    不是同一人,
}

/// The judgement whether two entries of 人员 are one person. Neither entry
/// changes by it; while it says 同一人 they are shown as one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct SamePerson {
    /// The entry with the lesser identifier.
    pub first: Id,
    /// The other.
    pub second: Id,
    /// The judgement.
    pub verdict: Sameness,
    /// What it rests on.
    pub reason: String,
}
