//! 签发任命: the superior office appoints supervisors and withdraws
//! appointments; the supervisor brings the signed files in.

use crate::Office;
use crate::appointments::{AppointmentView, Signed, TAKEN, TAKEN_BACK, WITHDRAWN, superior};
use crate::error::{ErrorView, Result};
use crate::moment::{Moment, full_date};
use crate::open::{Open, Saved, fields_of};
use crate::session::{outside_archives, write_file};
use crate::text_file::{STATEMENT_BYTES, read_text};
use casework::records::{Record, SignedAppointment};
use chrono::NaiveDate;
use exchange::{Appointment, Exam, Statement, Withdrawal};
use ledger::{DeviceId, EntityId};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::path::Path;
use vault::Edit;

/// What an appointment is to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AppointmentOrder {
    /// Who is appointed.
    pub name: String,
    /// Unit and post.
    pub post: String,
    /// Number of the certificate.
    pub certificate_no: String,
    /// Document number.
    pub document_no: String,
    /// Results of the examinations, a line each: subject, then result.
    pub exams: Vec<String>,
    /// Units covered, a line each; empty means all of the organ's.
    pub scope: Vec<String>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub until: Option<NaiveDate>,
}

/// The appointments of an archive.
#[derive(Debug, Clone, Serialize, Type)]
pub struct AppointmentsView {
    /// Organ in whose name this archive signs; empty when none is recorded.
    pub organ: String,
    /// What this archive has signed, the latest first.
    pub issued: Vec<AppointmentView>,
    /// The one its own supervisor works under.
    pub own: Option<AppointmentView>,
}

impl Office {
    /// What was signed here, and under which appointment the supervisor works.
    pub fn appointments(&self, now: Moment) -> Result<AppointmentsView> {
        let open = self.archive()?;
        let today = now.today();
        Ok(AppointmentsView {
            organ: open
                .organ()?
                .map(|organ| organ.record.full_name)
                .unwrap_or_default(),
            issued: open
                .appointments()?
                .iter()
                .filter(|signed| signed.ours)
                .map(|signed| signed.view(today))
                .collect(),
            own: open
                .own_appointment(today)?
                .map(|signed| signed.view(today)),
        })
    }

    /// Signs an appointment and writes it to a file. It is in the archive even
    /// when the file cannot be written; [`Office::save_appointment`] writes it again.
    ///
    /// # Errors
    /// `RM-06` when it is signed and kept, and its file alone could not be written;
    /// `RM-07` when the same stands already, so that nobody signs it a second time
    /// for want of the file.
    pub fn issue_appointment(
        &mut self,
        order: &AppointmentOrder,
        path: &Path,
        now: Moment,
    ) -> Result<Saved> {
        outside_archives(path)?;
        let open = self.archive_mut()?;
        let organ = open.organ()?.map(|organ| organ.record.full_name);
        let organ = organ
            .filter(|organ| !organ.trim().is_empty())
            .ok_or_else(|| {
                ErrorView::form(
                    "还没有登记发文机关，不知道由谁任命。",
                    "请先在“设置”里填写机关全称；已填写的内容还在。",
                )
            })?;
        let id = open.vault.new_id(now.millis)?;
        let signed =
            signed_order(order, &organ, id, now)?.sign(open.vault.device_key_for_signing())?;
        if open.has_issued(&signed)? {
            return Err(ErrorView::new(
                "RM-07",
                format!("给“{}”的同样内容的任命已经签发过。", signed.name),
                format!("不用再签发；{WRITE_AGAIN}没有另行签发。"),
            ));
        }
        let record = record_of(&signed, None);
        open.put_signed("签发任命", id, &record, now)?;
        write_file(path, signed.to_text().as_bytes()).map_err(|error| unwritten("任命", &error))?;
        Ok(Saved {
            id: id.to_string(),
            saved_at: now.clock(),
        })
    }

    /// Withdraws an appointment that this archive signed, and writes the signed
    /// withdrawal to a file for the supervisor.
    ///
    /// # Errors
    /// `RM-06` when it is withdrawn, and the file alone could not be written.
    pub fn withdraw_appointment(
        &mut self,
        id: &str,
        on: NaiveDate,
        reason: &str,
        path: &Path,
        now: Moment,
    ) -> Result<Saved> {
        outside_archives(path)?;
        let open = self.archive_mut()?;
        let signed = open.issued_here(id)?;
        if reason.trim().is_empty() {
            return Err(ErrorView::form(
                "还没有写明撤回的事由。",
                "请写明事由后再撤回，任命没有改动。",
            ));
        }
        if let Some(back) = &signed.withdrawal {
            return Err(ErrorView::form(
                format!("这份任命已经自{}起撤回。", back.on),
                "不用再撤回；需要撤回文件的，请点“另存文件”。",
            ));
        }
        let key = open.vault.device_key_for_signing();
        let back = Withdrawal::sign(
            key,
            &signed.appointment,
            on.to_string(),
            reason.trim(),
            now.millis,
        )?;
        let record = record_of(&signed.appointment, Some(&back));
        let saved = open.save(WITHDRAWN, Some(id), &record, now)?;
        write_file(path, back.to_text().as_bytes()).map_err(|error| unwritten("撤回", &error))?;
        Ok(saved)
    }

    /// Writes an appointment that was signed here to a file once more, or its
    /// withdrawal when it is withdrawn.
    pub fn save_appointment(&self, id: &str, path: &Path) -> Result<()> {
        let signed = self.archive()?.issued_here(id)?;
        let text = match &signed.withdrawal {
            Some(back) => back.to_text(),
            None => signed.appointment.to_text(),
        };
        write_file(path, text.as_bytes())
    }

    /// Brings a signed appointment or withdrawal in from its file.
    ///
    /// # Errors
    /// A file that was changed, a signer that is no registered superior office,
    /// an appointment for somebody else, a withdrawal of what is not here.
    pub fn import_appointment(&mut self, path: &Path, now: Moment) -> Result<String> {
        let statement = Statement::from_text(&read_text(path, STATEMENT_BYTES)?)?;
        let open = self.archive_mut()?;
        match statement {
            Statement::Appointed(appointment) => open.take_appointment(appointment, now),
            Statement::Withdrawn(back) => open.take_withdrawal(&back, now),
        }
    }
}

impl Open {
    fn issued_here(&self, id: &str) -> Result<Signed> {
        self.appointments()?
            .into_iter()
            .find(|signed| signed.ours && signed.id == id)
            .ok_or_else(|| ErrorView::missing("任命"))
    }

    /// Whether an appointment that says the same was signed here and still stands.
    fn has_issued(&self, order: &Appointment) -> Result<bool> {
        Ok(self.appointments()?.into_iter().any(|known| {
            let same = Appointment {
                id: order.id,
                issuer: order.issuer,
                millis: order.millis,
                signature: order.signature,
                ..known.appointment
            };
            known.ours && known.withdrawal.is_none() && same == *order
        }))
    }

    fn put_signed(
        &mut self,
        action: &str,
        id: EntityId,
        record: &SignedAppointment,
        now: Moment,
    ) -> Result<()> {
        let edits = self.edits(id, record)?;
        self.write(action, edits, now)
    }

    /// Writes a signed statement as one that was brought in here, also where a
    /// bundle has brought the same already: the acceptance is written down.
    fn take_signed(
        &mut self,
        action: &str,
        id: EntityId,
        record: &SignedAppointment,
        field: &str,
        now: Moment,
    ) -> Result<()> {
        let mut edits = self.edits(id, record)?;
        if !edits.iter().any(|edit| edit.field == field)
            && let Some(value) = fields_of(record)?.remove(field)
        {
            edits.push(Edit {
                entity: id,
                kind: SignedAppointment::KIND.to_owned(),
                field: field.to_owned(),
                value,
            });
        }
        let action = self.action(action)?;
        self.vault.write_whole(&action, edits, now.millis)?;
        Ok(())
    }

    /// Whether a statement was brought in here by this action.
    fn has_taken(&self, id: EntityId, action: &str, statement: &str) -> Result<bool> {
        let own = self.own_devices()?;
        Ok(self.vault.history(&id)?.iter().any(|line| {
            own.contains(&line.device)
                && line.action == action
                && line.value.as_text() == Some(statement)
        }))
    }

    fn take_appointment(&mut self, appointment: Appointment, now: Moment) -> Result<String> {
        let id = appointment.id;
        let record = record_of(&appointment, None);
        self.must_be_superior(&appointment.issuer)?;
        let supervisor = self.supervisor()?.map(|own| own.record).unwrap_or_default();
        let signed = Signed {
            id: id.to_string(),
            appointment,
            withdrawal: None,
            ours: false,
            taken: false,
            signer: None,
        };
        if !signed.is_for(&supervisor) {
            let who = &signed.appointment;
            return Err(ErrorView::new(
                "RM-02",
                format!(
                    "这份任命是给“{}”（资格证号“{}”）的，与本档案库登记的督查员不符。",
                    who.name, who.certificate_no
                ),
                "请核对文件是否拿错，或在“设置”里更正姓名和资格证编号；没有导入。",
            ));
        }
        let name = signed.appointment.organ.clone();
        let known = self.appointments()?;
        if known
            .iter()
            .any(|it| it.taken && it.appointment == signed.appointment)
        {
            return Ok("这份任命已经导入过，没有变化。".to_owned());
        }
        self.take_signed(TAKEN, id, &record, "statement", now)?;
        Ok(format!("已导入“{name}”签发的任命。"))
    }

    fn take_withdrawal(&mut self, back: &Withdrawal, now: Moment) -> Result<String> {
        let Some(signed) = self
            .appointments()?
            .into_iter()
            .find(|signed| back.concerns(&signed.appointment))
        else {
            return Err(ErrorView::new(
                "RM-03",
                "本档案库没有这份文件所撤回的任命。",
                "请先导入任命文件，再导入撤回文件；没有导入。",
            ));
        };
        // Another device of the same owner must be one that is still trusted.
        let trusted = back.issuer == signed.appointment.issuer
            || self
                .known_by(&back.issuer)?
                .is_none_or(|known| !known.is_distrusted());
        if !trusted || !self.leads_to(&back.issuer, &signed.appointment.issuer)? {
            return Err(ErrorView::new(
                "RM-04",
                "撤回文件不是签发任命的机关签名的。",
                "请向任命机关核实；没有导入，原任命没有改动。",
            ));
        }
        let record = record_of(&signed.appointment, Some(back));
        let id = signed.id.parse().map_err(|_| ErrorView::missing("任命"))?;
        if self.has_taken(id, TAKEN_BACK, &record.withdrawal)? {
            return Ok("这份任命的撤回已经导入过，没有变化。".to_owned());
        }
        let day = |on: &str| on.parse().map_or_else(|_| on.to_owned(), full_date);
        // Of several withdrawals the earliest day counts, whichever came first.
        if let Some(known) = signed.withdrawal.filter(|known| known.on < back.on) {
            return Ok(format!(
                "这份任命已经自{}起撤回，以较早的一天为准，没有变化。",
                day(&known.on)
            ));
        }
        self.take_signed(TAKEN_BACK, id, &record, "withdrawal", now)?;
        let on = day(&back.on);
        Ok(format!("已登记：任命自{on}起撤回。"))
    }

    /// Only a registered superior office appoints.
    fn must_be_superior(&self, issuer: &DeviceId) -> Result<()> {
        if self.own_devices()?.contains(issuer) {
            return Err(ErrorView::new(
                "RM-05",
                "这份任命是本档案库自己签发的，不能作为本人的任命。",
                "请把文件交给被任命的督查员导入；没有导入。",
            ));
        }
        let office = superior(&self.peers()?, issuer);
        let print = issuer.fingerprint();
        match office.filter(|known| !known.is_distrusted()) {
            Some(_) => Ok(()),
            None => Err(ErrorView::new(
                "RM-01",
                format!(
                    "签署这份任命的设备（指纹 {print}）没有登记为上级机关，或其密钥已吊销、核对不符。"
                ),
                "请先在“交换与备份”的“往来对象”里登记上级机关的密钥名片并核对，再导入任命；没有导入。",
            )),
        }
    }
}

/// How a signed statement gets into a file once more. The button and the action of
/// the command line have this name.
const WRITE_AGAIN: &str = "需要文件的，请在已签发的任命中找到这一份，用“另存文件”再写一次。";

/// That a statement is signed and kept in the archive, and its file alone is missing.
fn unwritten(what: &str, error: &ErrorView) -> ErrorView {
    ErrorView::new(
        "RM-06",
        format!(
            "{what}已经签名，保存在本档案库里，但文件没有写成：{}",
            error.message
        ),
        format!("请不要再办一次。{WRITE_AGAIN}"),
    )
}

/// The order as it is signed.
fn signed_order(
    order: &AppointmentOrder,
    organ: &str,
    id: EntityId,
    now: Moment,
) -> Result<Appointment> {
    let missing = |what: &str| {
        ErrorView::form(
            format!("任命还没有填写{what}。"),
            "请补填后再签发；已填写的内容还在，没有签发。",
        )
    };
    if order.name.trim().is_empty() {
        return Err(missing("督查员姓名"));
    }
    if order.certificate_no.trim().is_empty() {
        return Err(missing("资格证编号"));
    }
    let from = order.from.ok_or_else(|| missing("起始日期"))?;
    let until = order.until.ok_or_else(|| missing("截止日期"))?;
    if until < from {
        return Err(ErrorView::form(
            "任命的截止日期早于起始日期。",
            "请核对日期；已填写的内容还在，没有签发。",
        ));
    }
    let line = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    Ok(Appointment {
        id,
        issuer: DeviceId([0; 32]),
        organ: organ.trim().to_owned(),
        document_no: order.document_no.trim().to_owned(),
        name: order.name.trim().to_owned(),
        post: order.post.trim().to_owned(),
        certificate_no: order.certificate_no.trim().to_owned(),
        exams: order.exams.iter().filter_map(|text| exam(text)).collect(),
        scope: order.scope.iter().filter_map(line).collect(),
        from: from.to_string(),
        until: until.to_string(),
        millis: now.millis,
        signature: [0; 64],
    })
}

/// A line like 干部监督业务 92分, cut where the subject ends.
fn exam(line: &str) -> Option<Exam> {
    let line = line.trim();
    let cut = |c: char| c.is_whitespace() || matches!(c, '：' | ':');
    let (subject, result) = line.split_once(cut).unwrap_or((line, ""));
    (!line.is_empty()).then(|| Exam {
        subject: subject.trim().to_owned(),
        result: result.trim().to_owned(),
    })
}

/// The signed statements as they are kept.
fn record_of(appointment: &Appointment, withdrawal: Option<&Withdrawal>) -> SignedAppointment {
    let title = format!("{}　{}", appointment.name, appointment.document_no);
    SignedAppointment {
        title: title.trim().to_owned(),
        statement: ledger::hex::encode(&appointment.encode()),
        withdrawal: withdrawal.map_or_else(String::new, |back| ledger::hex::encode(&back.encode())),
    }
}
