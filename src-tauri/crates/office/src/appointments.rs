//! Appointments (任命) in the archive: which were signed, by whom, whether they
//! hold, and which one this supervisor works under.
//!
//! Everything is read from the signed statements themselves, wherever in the
//! history of the records they stand: nobody can take a withdrawal back by
//! writing over it, and nothing unsigned counts.
//!
//! What was brought in here as the supervisor's own appointment, or as its
//! withdrawal, was judged then, and stays that: neither another name in the
//! settings nor a key that is revoked later undoes it.

use crate::error::Result;
use crate::moment::full_date;
use crate::open::Open;
use crate::peers::{Known, spokesman};
use casework::checks::{AppointmentState, SignedTerm};
use casework::records::{PeerRole, Record, SignedAppointment, Supervisor};
use chrono::NaiveDate;
use exchange::{Appointment, Withdrawal};
use ledger::{DeviceId, Value};
use serde::Serialize;
use specta::Type;
use std::collections::BTreeSet;

/// An appointment was brought in as this supervisor's own.
pub(crate) const TAKEN: &str = "导入任命";
/// Its withdrawal was brought in.
pub(crate) const TAKEN_BACK: &str = "导入任命的撤回";
/// A withdrawal was signed here.
pub(crate) const WITHDRAWN: &str = "撤回任命";

/// A signed appointment with what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    pub(crate) id: String,
    pub(crate) appointment: Appointment,
    pub(crate) withdrawal: Option<Withdrawal>,
    /// This archive signed it.
    pub(crate) ours: bool,
    /// It was brought in here as the supervisor's own.
    pub(crate) taken: bool,
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
            distrusted: !self.ours && self.signer.as_ref().is_none_or(Known::is_distrusted),
            verified: self.signer.as_ref().is_some_and(Known::is_checked),
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
            signer: self.signer_words(),
        }
    }

    /// Who signed it: by the name under which the signer is registered here. The
    /// file says who he claims to be, and that is shown where it differs.
    fn signer_words(&self) -> String {
        let organ = &self.appointment.organ;
        let print = self.appointment.issuer.fingerprint();
        let (who, sure) = match &self.signer {
            _ if self.ours => (organ.clone(), "本档案库签发".to_owned()),
            Some(known) => {
                let name = known.record.name.trim();
                let who = if name == organ.trim() {
                    name.to_owned()
                } else {
                    format!("{name}（任命上写的机关是“{organ}”）")
                };
                (who, known.check_words())
            }
            None => (
                format!("不明（任命上写的机关是“{organ}”）"),
                "签名设备未登记".to_owned(),
            ),
        };
        format!("{who}，签名设备指纹 {print}，{sure}")
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
                let here = own.contains(&line.device);
                match line.field.as_str() {
                    "statement" => {
                        let Ok(appointment) = Appointment::decode(&bytes) else {
                            continue;
                        };
                        let taken = here && line.action == TAKEN;
                        if let Some(known) =
                            found.iter_mut().find(|it| it.appointment == appointment)
                        {
                            known.taken |= taken;
                            continue;
                        }
                        let ours = own.contains(&appointment.issuer);
                        let signer = superior(&peers, &appointment.issuer).filter(|_| !ours);
                        found.push(Signed {
                            id: stored.id.to_string(),
                            appointment,
                            withdrawal: None,
                            ours,
                            taken,
                            signer,
                        });
                    }
                    "withdrawal" => {
                        let accepted =
                            here && [TAKEN_BACK, WITHDRAWN].contains(&line.action.as_str());
                        withdrawals.extend(Withdrawal::decode(&bytes).map(|back| (back, accepted)));
                    }
                    _ => {}
                }
            }
        }
        for (back, accepted) in withdrawals {
            for signed in &mut found {
                if back.concerns(&signed.appointment)
                    // Accepted here, or the same owner's by the cards: with a key
                    // that was revoked since as well, for it takes rights away.
                    && (accepted || self.leads_to(&back.issuer, &signed.appointment.issuer)?)
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
    ///
    /// Those count that were brought in here as his own, whatever he is called
    /// in the settings since, and those that came with a bundle, were signed by
    /// a registered superior office and name him, as he is recorded or ever was.
    /// What this archive signed itself appoints others.
    pub(crate) fn own_appointment(&self, today: NaiveDate) -> Result<Option<Signed>> {
        if self.supervisor()?.is_none() {
            return Ok(None);
        }
        let called = self.supervisor_ever()?;
        let mut own: Vec<(Signed, SignedTerm)> = self
            .appointments()?
            .into_iter()
            .filter(|signed| !signed.ours)
            .filter(|signed| {
                signed.taken || (signed.signer.is_some() && called.includes(&signed.appointment))
            })
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

    /// Every name and certificate under which this archive recorded its supervisor.
    fn supervisor_ever(&self) -> Result<Called> {
        let own = self.own_devices()?;
        let mut called = Called::default();
        for line in self.vault.history(&self.author()?)? {
            let Some(text) = line.value.as_text().map(str::trim) else {
                continue;
            };
            let of = match line.field.as_str() {
                "name" => &mut called.names,
                "certificate_no" => &mut called.certificates,
                _ => continue,
            };
            if own.contains(&line.device) && !text.is_empty() {
                of.insert(text.to_owned());
            }
        }
        Ok(called)
    }
}

/// What the supervisor is or was called here.
#[derive(Debug, Default)]
struct Called {
    names: BTreeSet<String>,
    certificates: BTreeSet<String>,
}

impl Called {
    /// Whether an appointment names him. Certificates that were never recorded
    /// decide nothing.
    fn includes(&self, appointment: &Appointment) -> bool {
        self.names.contains(appointment.name.trim())
            && (self.certificates.is_empty()
                || self
                    .certificates
                    .contains(appointment.certificate_no.trim()))
    }
}

/// The registered superior office that signs with a device.
pub(crate) fn superior(peers: &[Known], issuer: &DeviceId) -> Option<Known> {
    spokesman(
        peers
            .iter()
            .filter(|known| known.record.role == PeerRole::上级机关)
            .filter(|known| known.keys.device == *issuer)
            .cloned(),
    )
}

fn hex_of(value: &Value) -> Option<Vec<u8>> {
    let digits = value.as_text().filter(|digits| !digits.is_empty())?;
    ledger::hex::decode(digits)
}
