//! Who works here: the supervisor (督查员) and the organ (机关) whose name
//! stands on the letters.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Sex as the personnel file gives it; the talk rules need it (a woman is
/// talked to with at least one woman present).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum Sex {
    /// Not recorded yet.
    #[default]
    未填,
    /// Male.
    男,
    /// Female.
    女,
}

/// The appointed user of this archive (督查员).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Supervisor {
    /// Full name.
    pub name: String,
    /// Sex.
    pub sex: Sex,
    /// Unit and post as they stand in the appointment.
    pub post: String,
    /// Telephone, printed as the contact in letters when none is given.
    pub phone: String,
    /// Number of the supervisor's certificate (资格证).
    pub certificate_no: String,
    /// Receiving key (收件码) of this archive since it was last changed; empty
    /// when it never was. Written by the change itself, so that the ledger says
    /// from when others had to use which.
    pub receiving_code: String,
    /// The appointment (授权 / 聘任书) the supervisor works under.
    pub appointment: Appointment,
}

/// Authority to supervise, with its scope and validity.
///
/// Self-declared unless a superior office signed it; screens must say so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Appointment {
    /// Organ that issued it.
    pub issued_by: String,
    /// Its document number, as written on it.
    pub document_no: String,
    /// Units and matters covered, in words.
    pub scope: String,
    /// First day of validity.
    pub from: Option<NaiveDate>,
    /// Last day of validity.
    pub until: Option<NaiveDate>,
}

/// The organ (机关) that issues this archive's papers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Organ {
    /// Full name, used as the mark (发文机关标志) and in the signature.
    pub full_name: String,
    /// Standard short name (规范化简称).
    pub short_name: String,
    /// 机关代字, the characters before 〔year〕 in a document number.
    pub code: String,
    /// Postal address for replies.
    pub address: String,
    /// Contact person named in letters.
    pub contact: String,
    /// Contact telephone.
    pub phone: String,
    /// Whether this archive is declared to be on a classified machine; only
    /// then may a paper bear a secrecy mark (保密法 2024 §22, §31).
    pub classified_machine: bool,
}
