//! How long records are kept: erasures (依规删除) and reviews (保存复核).

use crate::Id;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use specta::Type;

/// A lawful erasure: who ordered what to go, and why. It holds nothing of what
/// went, and is only ever written by the archive, with the erasure itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Erasure {
    /// Kind of the record that went, in words, and nothing that names it.
    pub subject: String,
    /// Why it had to go.
    pub reason: String,
    /// Legal basis, as the person who ordered it gives it.
    pub basis: String,
    /// Who approved it.
    pub approved_by: String,
    /// Records that went.
    pub records: Vec<Id>,
    /// Entries of the ledger whose content went, in hexadecimal digits.
    pub entries: Vec<String>,
    /// SHA-256 of the attachments that went.
    pub attachments: Vec<String>,
}

/// The decision to keep a record beyond its review date (复核日期). The latest
/// decision stands; the earlier ones are its history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Retention {
    /// Record that is kept.
    pub record: Id,
    /// Day of the next review.
    pub review_on: Option<NaiveDate>,
    /// Why it is still needed.
    pub reason: String,
}
