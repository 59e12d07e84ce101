//! Appointments (任命) in the archive: which were signed, by whom, whether they
//! hold, and which one this supervisor works under.
//!
//! Everything is read from the signed statements themselves, wherever in the
//! history of the records they stand: nobody can take a withdrawal back by
//! writing over it, and nothing unsigned counts.

use crate::error::Result;
use crate::moment::full_date;
use crate::open::Open;
use crate::peers::Known;
use casework::checks::{AppointmentState, SignedTerm};
use casework::records::{PeerRole, Record, SignedAppointment, Supervisor};
use chrono::NaiveDate;
use exchange::{Appointment, Withdrawal};
use ledger::Value;
use serde::Serialize;
use specta::Type;

/// A signed appointment with what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    pub(crate) id: String,
    pub(crate) appointment: Appointment,
    pub(crate) withdrawal: Option<Withdrawal>,
    /// This archive signed it.
    pub(crate) ours: bool,
    /// The signer, when he is registered as superior office.
    pub(crate) signer: Option<Known>,
}

/// An appointment as the pages show it.
#[derive(Debug, Clone, Serialize, Type)]
pub struct AppointmentView {
    /// Identifier of the record.
    pub id: String,
    /// Who is appointed.
    pub name: String,
    /// Unit and post.
    pub post: String,
    /// Number of the certificate.
    pub certificate_no: String,
    /// Organ that appoints.
    pub organ: String,
    /// Document number.
    pub document_no: String,
    /// Results of the examinations, a line each.
    pub exams: Vec<String>,
    /// Units covered; empty means all of the organ's.
    pub scope: Vec<String>,
    /// First day.
    pub from: String,
    /// Last day.
    pub until: String,
    /// 有效, 尚未生效, 已期满, 已撤回, 不可信.
    pub state: String,
    /// It holds today.
    pub holds: bool,
    /// Validity, withdrawal and its reason in words.
    pub words: String,
    /// Who signed it, and how sure that is, in words.
    pub signer: String,
}

impl Signed {
    /// What the checks must know; none when a date cannot be read.
    pub(crate) fn term(&self) -> Option<SignedTerm> {
        let signed = &self.appointment;
        let withdrawn = match &self.withdrawal {
            Some(back) => Some((back.on.parse().ok()?, back.reason.clone())),
            None => None,
        };
        Some(SignedTerm {
            organ: signed.organ.clone(),
            document_no: signed.document_no.clone(),
            from: signed.from.parse().ok()?,
            until: signed.until.parse().ok()?,
            withdrawn,
            distrusted: self.signer.as_ref().is_some_and(Known::is_distrusted),
            verified: self.ours || self.signer.as_ref().is_some_and(Known::is_checked),
        })
    }

    /// As a page shows it on a day.
    pub(crate) fn view(&self, today: NaiveDate) -> AppointmentView {
        let signed = &self.appointment;
        let term = self.term();
        let state = term
            .as_ref()
            .map_or("不可信", |term| state_words(term, today));
        let dates = term.as_ref().map_or_else(String::new, |term| {
            format!("{}至{}", full_date(term.from), full_date(term.until))
        });
        let withdrawn = term.as_ref().and_then(|term| {
            let (on, reason) = term.withdrawn.as_ref()?;
            let reason = if reason.trim().is_empty() {
                String::new()
            } else {
                format!("，事由：{reason}")
            };
            Some(format!("；自{}起撤回{reason}", full_date(*on)))
        });
        let print = signed.issuer.fingerprint();
        let sure = match &self.signer {
            _ if self.ours => "本档案库签发".to_owned(),
            Some(known) => known.check_words(),
            None => "签名设备未登记".to_owned(),
        };
        AppointmentView {
            id: self.id.clone(),
            name: signed.name.clone(),
            post: signed.post.clone(),
            certificate_no: signed.certificate_no.clone(),
            organ: signed.organ.clone(),
            document_no: signed.document_no.clone(),
            exams: signed
                .exams
                .iter()
                .map(|exam| format!("{}　{}", exam.subject, exam.result))
                .collect(),
            scope: signed.scope.clone(),
            from: signed.from.clone(),
            until: signed.until.clone(),
            state: state.to_owned(),
            holds: term.as_ref().is_some_and(|term| term.holds(today)),
            words: format!("{dates}{}", withdrawn.unwrap_or_default()),
            signer: format!("{}，签名设备指纹 {print}，{sure}", signed.organ),
        }
    }

    /// Whether it names this supervisor. A certificate that he has not filled in
    /// decides nothing.
    pub(crate) fn is_for(&self, supervisor: &Supervisor) -> bool {
        let same = |one: &str, other: &str| one.trim() == other.trim();
        let certificate = supervisor.certificate_no.trim();
        same(&self.appointment.name, &supervisor.name)
            && (certificate.is_empty() || same(&self.appointment.certificate_no, certificate))
    }
}

/// The state of a term on a day, in a word.
pub(crate) fn state_words(term: &SignedTerm, today: NaiveDate) -> &'static str {
    if term.distrusted {
        return "不可信";
    }
    if term.is_withdrawn(today) {
        return "已撤回";
    }
    match term.state(today) {
        AppointmentState::有效 | AppointmentState::未注明期限 => "有效",
        AppointmentState::已过期 => "已期满",
        AppointmentState::未生效 => "尚未生效",
    }
}

impl Open {
    /// Every signed appointment in the archive, the latest signed first.
    pub(crate) fn appointments(&self) -> Result<Vec<Signed>> {
        let own = self.own_devices()?;
        let peers = self.peers()?;
        let mut found: Vec<Signed> = Vec::new();
        let mut withdrawals = Vec::new();
        for stored in self.records_of_kind(SignedAppointment::KIND)? {
            for line in self.vault.history(&stored.id)? {
                let Some(bytes) = hex_of(&line.value) else {
                    continue;
                };
                match line.field.as_str() {
                    "statement" => {
                        let Ok(appointment) = Appointment::decode(&bytes) else {
                            continue;
                        };
                        if found.iter().any(|it| it.appointment == appointment) {
                            continue;
                        }
                        let ours = own.contains(&appointment.issuer);
                        let signer = peers
                            .iter()
                            .filter(|known| known.record.role == PeerRole::上级机关)
                            .filter(|known| known.keys.device == appointment.issuer)
                            .min_by_key(|known| (!known.is_distrusted(), known.record.state as u8))
                            .cloned();
                        found.push(Signed {
                            id: stored.id.to_string(),
                            appointment,
                            withdrawal: None,
                            ours,
                            signer,
                        });
                    }
                    "withdrawal" => withdrawals.extend(Withdrawal::decode(&bytes)),
                    _ => {}
                }
            }
        }
        for back in withdrawals {
            for signed in &mut found {
                if back.concerns(&signed.appointment)
                    && self.speaks_for(&back.issuer, &signed.appointment.issuer)?
                    // Of several withdrawals the earliest day counts.
                    && signed.withdrawal.as_ref().is_none_or(|known| back.on < known.on)
                {
                    signed.withdrawal = Some(back.clone());
                }
            }
        }
        found.sort_by_key(|signed| std::cmp::Reverse(signed.appointment.millis));
        Ok(found)
    }

    /// The signed appointment this archive's supervisor works under: one that
    /// holds today before one that does not, then the one that lasts longest.
    /// Only those count that a registered superior office signed.
    pub(crate) fn own_appointment(&self, today: NaiveDate) -> Result<Option<Signed>> {
        let Some(supervisor) = self.supervisor()? else {
            return Ok(None);
        };
        let mut own: Vec<(Signed, SignedTerm)> = self
            .appointments()?
            .into_iter()
            .filter(|signed| signed.signer.is_some() && signed.is_for(&supervisor.record))
            .filter_map(|signed| {
                let term = signed.term()?;
                Some((signed, term))
            })
            .collect();
        own.sort_by_key(|(signed, term)| {
            std::cmp::Reverse((term.holds(today), term.until, signed.appointment.millis))
        });
        Ok(own.into_iter().next().map(|(signed, _)| signed))
    }
}

fn hex_of(value: &Value) -> Option<Vec<u8>> {
    let digits = value.as_text().filter(|digits| !digits.is_empty())?;
    ledger::hex::decode(digits)
}
