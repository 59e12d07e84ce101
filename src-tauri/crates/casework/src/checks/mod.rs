//! What must hold before a step (签发前、谈话前的核对): each check says what is
//! missing, what to do, and which rule asks for it. A step with a 必须 left is
//! refused; a 提醒 is shown and left to the person.

mod appointment;
mod evidence;
mod interview;
mod letter;
mod record;

pub use appointment::{AppointmentState, SignedTerm, appointment_state};
pub use evidence::{Evidence, FindingEvidence};
pub use interview::{closing_interview, starting_interview};
pub use letter::{Hearing, LetterIssue, issuing_admonition, issuing_inquiry};
pub use record::{RecordIssue, issuing_admonition_record, issuing_interview_record};

use serde::{Deserialize, Serialize};
use specta::Type;

/// Whether a check bars the step.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type,
)]
pub enum CheckLevel {
    /// Bars the step until it is met.
    必须,
    /// Shown; the person decides.
    提醒,
}

/// One thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Check {
    /// Whether it bars the step.
    pub level: CheckLevel,
    /// Stable short name, for tests and the helpdesk.
    pub code: String,
    /// What does not hold and what to do, in Chinese.
    pub message: String,
    /// Rule that asks for it, when one does.
    pub rule: Option<String>,
}

/// Whether nothing among `checks` bars the step.
pub fn may_proceed(checks: &[Check]) -> bool {
    checks.iter().all(|check| check.level != CheckLevel::必须)
}

/// Collects what does not hold.
#[derive(Default)]
struct Checks(Vec<Check>);

impl Checks {
    fn push(&mut self, level: CheckLevel, code: &str, message: String, rule: Option<&str>) {
        self.0.push(Check {
            level,
            code: code.to_owned(),
            message,
            rule: rule.map(str::to_owned),
        });
    }

    /// Bars the step unless `holds`.
    fn must(&mut self, holds: bool, code: &str, rule: Option<&str>, message: impl Into<String>) {
        if !holds {
            self.push(CheckLevel::必须, code, message.into(), rule);
        }
    }

    /// Reminds unless `holds`.
    fn remind(&mut self, holds: bool, code: &str, rule: Option<&str>, message: impl Into<String>) {
        if !holds {
            self.push(CheckLevel::提醒, code, message.into(), rule);
        }
    }

    /// What was collected, the barring ones first, otherwise in order.
    fn done(mut self) -> Vec<Check> {
        self.0.sort_by_key(|check| check.level);
        self.0
    }
}

fn given(text: &str) -> bool {
    !text.trim().is_empty()
}
