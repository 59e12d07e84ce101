//! Whether the supervisor's appointment (聘任 / 授权) covers a day.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::Checks;
use crate::calendar::chinese_date;
use crate::records::{Appointment, Supervisor};

/// State of an appointment on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum AppointmentState {
    /// The day lies within its validity.
    有效,
    /// Its validity is past.
    已过期,
    /// Its validity has not begun.
    未生效,
    /// No last day is recorded, so that its validity cannot be judged.
    未注明期限,
}

/// State of `appointment` on `day`; both ends are days of validity.
pub fn appointment_state(appointment: &Appointment, day: NaiveDate) -> AppointmentState {
    match (appointment.from, appointment.until) {
        (_, Some(until)) if day > until => AppointmentState::已过期,
        (Some(from), _) if day < from => AppointmentState::未生效,
        (_, Some(_)) => AppointmentState::有效,
        (_, None) => AppointmentState::未注明期限,
    }
}

/// Adds what the supervisor's appointment lacks on `day`.
pub(super) fn check(checks: &mut Checks, supervisor: Option<&Supervisor>, day: NaiveDate) {
    let Some(supervisor) = supervisor else {
        checks.must(
            false,
            "supervisor.missing",
            None,
            "尚未登记督查员信息，请先在“设置”中填写。",
        );
        return;
    };
    let appointment = &supervisor.appointment;
    let on = chinese_date(day);
    match appointment_state(appointment, day) {
        AppointmentState::有效 => {}
        AppointmentState::已过期 => checks.must(
            false,
            "appointment.expired",
            None,
            format!("督查员的聘任（授权）在{on}已经期满，请先登记新的聘任文件。"),
        ),
        AppointmentState::未生效 => checks.must(
            false,
            "appointment.early",
            None,
            format!("督查员的聘任（授权）在{on}尚未生效，请核对聘任文件上的起始日期。"),
        ),
        AppointmentState::未注明期限 => checks.remind(
            false,
            "appointment.undated",
            None,
            "督查员的聘任（授权）没有写明有效期限，请在“设置”中补填。",
        ),
    }
    checks.remind(
        super::given(&appointment.issued_by) && super::given(&appointment.document_no),
        "appointment.self-declared",
        None,
        "督查员的聘任（授权）没有写明发文机关和文号，目前仅为本人自行填报。",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_belong_to_the_validity() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let mut appointment = Appointment {
            from: Some(day("2026-01-01")),
            until: Some(day("2026-12-31")),
            ..Appointment::default()
        };
        for (on, wanted) in [
            ("2025-12-31", AppointmentState::未生效),
            ("2026-01-01", AppointmentState::有效),
            ("2026-12-31", AppointmentState::有效),
            ("2027-01-01", AppointmentState::已过期),
        ] {
            assert_eq!(appointment_state(&appointment, day(on)), wanted, "{on}");
        }
        appointment.until = None;
        let state = appointment_state(&appointment, day("2030-01-01"));
        assert_eq!(state, AppointmentState::未注明期限);
    }
}
