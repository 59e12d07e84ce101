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

/// A signed appointment (任命) that names the supervisor, as far as it bears on what may be
/// issued. Its signature was verified; dates and withdrawal are those of the signed statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedTerm {
    /// Organ that signed.
    pub organ: String,
    /// Document number of the appointment.
    pub document_no: String,
    /// First day of validity.
    pub from: NaiveDate,
    /// Last day of validity.
    pub until: NaiveDate,
    /// First day on which it holds no more, and why.
    pub withdrawn: Option<(NaiveDate, String)>,
    /// The key that signed it is not to be trusted any more: revoked, or found to be
    /// somebody else's.
    pub distrusted: bool,
    /// Somebody has compared the signing key with its owner.
    pub verified: bool,
}

impl SignedTerm {
    /// Its state on `day`; both ends are days of validity. A withdrawal is told apart by
    /// [`SignedTerm::is_withdrawn`].
    pub fn state(&self, day: NaiveDate) -> AppointmentState {
        let dates = Appointment {
            from: Some(self.from),
            until: Some(self.until),
            ..Appointment::default()
        };
        appointment_state(&dates, day)
    }

    /// Whether it is withdrawn on `day`.
    pub fn is_withdrawn(&self, day: NaiveDate) -> bool {
        self.withdrawn.as_ref().is_some_and(|(on, _)| day >= *on)
    }

    /// Whether formal papers may rest on it on `day`.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.state(day) == AppointmentState::有效 && !self.is_withdrawn(day) && !self.distrusted
    }

    fn named(&self) -> String {
        if super::given(&self.document_no) {
            format!("{}的任命（{}）", self.organ, self.document_no)
        } else {
            format!("{}的任命", self.organ)
        }
    }
}

/// Adds what the supervisor's appointment lacks: on the `day` the paper is dated, and `today`,
/// when the paper is issued. A signed appointment goes before what the supervisor filled in.
pub(super) fn check(
    checks: &mut Checks,
    supervisor: Option<&Supervisor>,
    signed: Option<&SignedTerm>,
    day: NaiveDate,
    today: NaiveDate,
) {
    let Some(supervisor) = supervisor else {
        checks.must(
            false,
            "supervisor.missing",
            None,
            "尚未登记督查员信息，请先在“设置”中填写。",
        );
        return;
    };
    if let Some(signed) = signed {
        check_signed(checks, signed, day, today);
        return;
    }
    let appointment = &supervisor.appointment;
    let states = [day, today].map(|day| (day, appointment_state(appointment, day)));
    // The day of the paper first: that is the date the reader has before him.
    let on = |wanted| {
        let found = states.iter().find(|(_, state)| *state == wanted)?;
        Some(chinese_date(found.0))
    };
    if let Some(on) = on(AppointmentState::已过期) {
        checks.must(
            false,
            "appointment.expired",
            None,
            format!("督查员的聘任（授权）在{on}已经期满，请先登记新的聘任文件。"),
        );
    } else if let Some(on) = on(AppointmentState::未生效) {
        checks.must(
            false,
            "appointment.early",
            None,
            format!("督查员的聘任（授权）在{on}尚未生效，请核对聘任文件上的起始日期。"),
        );
    }
    checks.remind(
        on(AppointmentState::未注明期限).is_none(),
        "appointment.undated",
        None,
        "督查员的聘任（授权）没有写明有效期限，请在“设置”中补填。",
    );
    checks.remind(
        super::given(&appointment.issued_by) && super::given(&appointment.document_no),
        "appointment.self-declared",
        None,
        "督查员的聘任（授权）没有写明发文机关和文号，目前仅为本人自行填报。",
    );
}

fn check_signed(checks: &mut Checks, signed: &SignedTerm, day: NaiveDate, today: NaiveDate) {
    const NEXT: &str = "请向任命机关索取新的任命文件，在“设置”中导入后再签发";
    let named = signed.named();
    let either = |state| [day, today].map(|day| signed.state(day)).contains(&state);
    if signed.distrusted {
        checks.must(
            false,
            "appointment.key-revoked",
            None,
            format!("{named}是用已吊销或核对不符的密钥签名的，不能再作为依据。{NEXT}。"),
        );
    } else if let Some((on, reason)) = signed
        .withdrawn
        .as_ref()
        .filter(|_| signed.is_withdrawn(day) || signed.is_withdrawn(today))
    {
        let reason = if super::given(reason) {
            format!("（事由：{reason}）")
        } else {
            String::new()
        };
        checks.must(
            false,
            "appointment.withdrawn",
            None,
            format!(
                "{named}自{}起已经撤回{reason}，不能再签发文书。手头的草稿请移交接任的督查员；如有疑问，请与任命机关联系。",
                chinese_date(*on)
            ),
        );
    } else if either(AppointmentState::已过期) {
        checks.must(
            false,
            "appointment.expired",
            None,
            format!(
                "{named}已于{}期满，不能再签发文书。{NEXT}。",
                chinese_date(signed.until)
            ),
        );
    } else if either(AppointmentState::未生效) {
        checks.must(
            false,
            "appointment.early",
            None,
            format!(
                "{named}自{}起才生效，成文日期不能早于这一天。",
                chinese_date(signed.from)
            ),
        );
    }
    checks.remind(
        signed.verified || signed.distrusted,
        "appointment.unverified",
        None,
        format!("签署{named}的密钥还没有同对方核对，请在“交换与备份”的“往来对象”中核对。"),
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

    #[test]
    fn a_signed_appointment_goes_before_what_was_filled_in() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let supervisor = Supervisor {
            name: "甲某".into(),
            ..Supervisor::default()
        };
        let holding = SignedTerm {
            organ: "中共示例市委组织部".into(),
            document_no: "示组任〔2026〕7号".into(),
            from: day("2026-03-01"),
            until: day("2027-02-28"),
            withdrawn: None,
            distrusted: false,
            verified: true,
        };
        let codes = |term: &SignedTerm, dated: &str, today: &str| {
            let mut checks = Checks::default();
            let (dated, today) = (day(dated), day(today));
            check(&mut checks, Some(&supervisor), Some(term), dated, today);
            let codes = checks.done().into_iter().map(|check| check.code);
            codes.collect::<Vec<_>>()
        };
        assert!(codes(&holding, "2026-03-01", "2027-02-28").is_empty());
        // Neither a late clock nor an early date on the paper gets round the end.
        for (dated, today, wanted) in [
            ("2027-02-28", "2027-03-01", "appointment.expired"),
            ("2027-03-01", "2027-02-28", "appointment.expired"),
            ("2026-02-28", "2026-03-01", "appointment.early"),
        ] {
            assert_eq!(codes(&holding, dated, today), [wanted]);
        }
        let withdrawn = SignedTerm {
            withdrawn: Some((day("2026-06-01"), "工作调动".into())),
            ..holding.clone()
        };
        assert!(codes(&withdrawn, "2026-05-30", "2026-05-31").is_empty());
        assert_eq!(
            codes(&withdrawn, "2026-05-31", "2026-06-01"),
            ["appointment.withdrawn"]
        );
        let distrusted = SignedTerm {
            distrusted: true,
            ..holding.clone()
        };
        assert_eq!(
            codes(&distrusted, "2026-05-31", "2026-06-01"),
            ["appointment.key-revoked"]
        );
        let unknown = SignedTerm {
            verified: false,
            ..holding
        };
        assert_eq!(
            codes(&unknown, "2026-05-31", "2026-06-01"),
            ["appointment.unverified"]
        );
    }
}
