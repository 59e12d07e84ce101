//! Appointments of supervisors (督查员任命) and their withdrawals (撤回), as a superior office
//! signs them with its device's key.
//!
//! Dates are days as they stand on paper, `2026-11-23`; this crate only checks that they have
//! that form and that the last day is not before the first. Whether a day lies inside, and who
//! the signer is, is for the caller.

use ledger::cbor::{Reader, Writer, read_canonical};
use ledger::{DeviceId, DeviceKey, EntityId};
use sha2::{Digest, Sha256};

use crate::Error;
use crate::signed_text::{Form, beijing_time, is_one_line, same};

const VERSION: u8 = 1;
const APPOINTMENT: &str = "任命文件";
const WITHDRAWAL: &str = "撤回任命文件";
const APPOINTMENT_DOMAIN: &[u8] = b"ducha/exchange/1/appointment\0";
const WITHDRAWAL_DOMAIN: &[u8] = b"ducha/exchange/1/withdrawal\0";
/// Most exam results, and most units of the scope.
const LINES: usize = 100;
/// Largest appointment or withdrawal in bytes of CBOR.
const BYTES: usize = 256 * 1024;
/// Largest file.
const TEXT_BYTES: usize = 1024 * 1024;
/// Digits of the digest that name an appointment to people.
const SHORT: usize = 16;

const APPOINTMENT_FORM: Form = Form {
    title: "督查手记 督查员任命（第 1 版）",
    begin: "-----任命数据开始-----",
    end: "-----任命数据结束-----",
};
const WITHDRAWAL_FORM: Form = Form {
    title: "督查手记 撤回督查员任命（第 1 版）",
    begin: "-----撤回数据开始-----",
    end: "-----撤回数据结束-----",
};

/// The result of one examination (考试成绩).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exam {
    /// Subject.
    pub subject: String,
    /// Result, as it was given.
    pub result: String,
}

/// A signed appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// Names the appointment; a withdrawal refers to it.
    pub id: EntityId,
    /// Device that signs.
    pub issuer: DeviceId,
    /// The organ that appoints.
    pub organ: String,
    /// Its document number, as written on the paper.
    pub document_no: String,
    /// Who is appointed.
    pub name: String,
    /// Unit and post.
    pub post: String,
    /// Number of the certificate (资格证).
    pub certificate_no: String,
    /// Results of the examinations.
    pub exams: Vec<Exam>,
    /// Units covered; empty means all units of the organ.
    pub scope: Vec<String>,
    /// First day, `2026-11-23`.
    pub from: String,
    /// Last day.
    pub until: String,
    /// When it was signed: milliseconds since 1970, UTC.
    pub millis: u64,
    /// The issuer's signature over all the above.
    pub signature: [u8; 64],
}

impl Appointment {
    /// Signs the appointment with `key`, whose device becomes the issuer.
    ///
    /// # Errors
    /// [`Error::Malformed`] when a text is too long or has a line break, a date is none, or the
    /// last day is before the first.
    pub fn sign(self, key: &DeviceKey) -> Result<Self, Error> {
        let mut signed = Self {
            issuer: key.id(),
            ..self
        };
        signed.signature = key.sign(APPOINTMENT_DOMAIN, &signed.body());
        signed.verify()?;
        Ok(signed)
    }

    fn verify(&self) -> Result<(), Error> {
        let exams = self
            .exams
            .iter()
            .flat_map(|exam| [&exam.subject, &exam.result]);
        let texts = [
            &self.organ,
            &self.document_no,
            &self.name,
            &self.post,
            &self.certificate_no,
        ];
        let proper = texts
            .into_iter()
            .chain(exams)
            .chain(&self.scope)
            .all(|text| is_one_line(text));
        if !proper || self.exams.len() > LINES || self.scope.len() > LINES {
            return Err(Error::Malformed {
                what: "任命内容"
            });
        }
        if !is_day(&self.from) || !is_day(&self.until) || self.until < self.from {
            return Err(Error::Malformed {
                what: "任命起止日期",
            });
        }
        if self
            .issuer
            .has_signed(APPOINTMENT_DOMAIN, &self.body(), &self.signature)
        {
            Ok(())
        } else {
            Err(Error::Forged { what: APPOINTMENT })
        }
    }

    /// SHA-256 of the signed bytes, by which a withdrawal names exactly this appointment.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.encode()).into()
    }

    /// The deterministic CBOR.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        self.fields(&mut w, 14).bytes(&self.signature);
        w.finish()
    }

    /// Reads an appointment and verifies its signature.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let read = read_canonical(APPOINTMENT, BYTES, bytes, Self::read, |it, w| {
            it.fields(w, 14).bytes(&it.signature);
        })?;
        read.verify()?;
        Ok(read)
    }

    /// The text file.
    pub fn to_text(&self) -> String {
        let exams: Vec<String> = self
            .exams
            .iter()
            .map(|exam| format!("{} {}", exam.subject, exam.result))
            .collect();
        let or_none = |text: String| {
            if text.is_empty() {
                "（无）".to_owned()
            } else {
                text
            }
        };
        let scope = if self.scope.is_empty() {
            "所属全部单位".to_owned()
        } else {
            self.scope.join("；")
        };
        let lines = format!(
            "任命机关：{}\n文号：{}\n督查员：{}\n单位职务：{}\n资格证号：{}\n考试成绩：{}\n督查范围：{scope}\n有效期：{} 至 {}\n签名时间：{}（北京时间）\n签名设备：{}\n任命编号：{}\n",
            self.organ,
            self.document_no,
            self.name,
            self.post,
            self.certificate_no,
            or_none(exams.join("；")),
            self.from,
            self.until,
            beijing_time(self.millis),
            self.issuer.fingerprint(),
            self.id,
        );
        APPOINTMENT_FORM.write(&lines, &self.encode())
    }

    fn fields<'w>(&self, w: &'w mut Writer, len: usize) -> &'w mut Writer {
        w.array(len)
            .uint(u64::from(VERSION))
            .bytes(self.id.0.as_bytes())
            .bytes(&self.issuer.0)
            .text(&self.organ)
            .text(&self.document_no)
            .text(&self.name)
            .text(&self.post)
            .text(&self.certificate_no)
            .array(self.exams.len());
        for exam in &self.exams {
            w.array(2).text(&exam.subject).text(&exam.result);
        }
        w.array(self.scope.len());
        for unit in &self.scope {
            w.text(unit);
        }
        w.text(&self.from).text(&self.until).uint(self.millis)
    }

    fn body(&self) -> Vec<u8> {
        let mut w = Writer::new();
        self.fields(&mut w, 13);
        w.finish()
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, ledger::Error> {
        r.versioned_array(VERSION, 14)?;
        let id = EntityId(uuid::Uuid::from_bytes(r.fixed()?));
        let issuer = DeviceId(r.fixed()?);
        let organ = r.text()?.to_owned();
        let document_no = r.text()?.to_owned();
        let name = r.text()?.to_owned();
        let post = r.text()?.to_owned();
        let certificate_no = r.text()?.to_owned();
        let mut exams = Vec::new();
        for _ in 0..r.array_up_to(LINES)? {
            r.array(2)?;
            exams.push(Exam {
                subject: r.text()?.to_owned(),
                result: r.text()?.to_owned(),
            });
        }
        let mut scope = Vec::new();
        for _ in 0..r.array_up_to(LINES)? {
            scope.push(r.text()?.to_owned());
        }
        Ok(Self {
            id,
            issuer,
            organ,
            document_no,
            name,
            post,
            certificate_no,
            exams,
            scope,
            from: r.text()?.to_owned(),
            until: r.text()?.to_owned(),
            millis: r.uint()?,
            signature: r.fixed()?,
        })
    }
}

/// A signed withdrawal of an appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// The appointment.
    pub appointment: EntityId,
    /// Digest of exactly that appointment.
    pub digest: [u8; 32],
    /// Device that signs.
    pub issuer: DeviceId,
    /// The organ that withdraws.
    pub organ: String,
    /// Who was appointed, for people.
    pub name: String,
    /// The first day on which the appointment holds no more, `2026-11-23`.
    pub on: String,
    /// Why.
    pub reason: String,
    /// When it was signed: milliseconds since 1970, UTC.
    pub millis: u64,
    /// The issuer's signature over all the above.
    pub signature: [u8; 64],
}

impl Withdrawal {
    /// Withdraws `appointment` from the day `on`, signed with `key`.
    ///
    /// # Errors
    /// [`Error::Malformed`] when the day is none or the reason too long or of several lines.
    pub fn sign(
        key: &DeviceKey,
        appointment: &Appointment,
        on: impl Into<String>,
        reason: impl Into<String>,
        millis: u64,
    ) -> Result<Self, Error> {
        let mut signed = Self {
            appointment: appointment.id,
            digest: appointment.digest(),
            issuer: key.id(),
            organ: appointment.organ.clone(),
            name: appointment.name.clone(),
            on: on.into(),
            reason: reason.into(),
            millis,
            signature: [0; 64],
        };
        signed.signature = key.sign(WITHDRAWAL_DOMAIN, &signed.body());
        signed.verify()?;
        Ok(signed)
    }

    /// Whether it withdraws exactly this appointment. Whether its signer may is for the caller.
    pub fn concerns(&self, appointment: &Appointment) -> bool {
        self.appointment == appointment.id && self.digest == appointment.digest()
    }

    fn verify(&self) -> Result<(), Error> {
        let proper = [&self.organ, &self.name, &self.reason]
            .into_iter()
            .all(|text| is_one_line(text));
        if !proper || !is_day(&self.on) {
            return Err(Error::Malformed {
                what: "撤回任命的内容",
            });
        }
        if self
            .issuer
            .has_signed(WITHDRAWAL_DOMAIN, &self.body(), &self.signature)
        {
            Ok(())
        } else {
            Err(Error::Forged { what: WITHDRAWAL })
        }
    }

    /// The deterministic CBOR.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        self.fields(&mut w, 10).bytes(&self.signature);
        w.finish()
    }

    /// Reads a withdrawal and verifies its signature.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let read = read_canonical(WITHDRAWAL, BYTES, bytes, Self::read, |it, w| {
            it.fields(w, 10).bytes(&it.signature);
        })?;
        read.verify()?;
        Ok(read)
    }

    /// The text file.
    pub fn to_text(&self) -> String {
        let digest = ledger::hex::encode(&self.digest);
        let lines = format!(
            "任命机关：{}\n督查员：{}\n自 {} 起撤回\n事由：{}\n签名时间：{}（北京时间）\n签名设备：{}\n任命编号：{}\n任命摘要：{}\n",
            self.organ,
            self.name,
            self.on,
            self.reason,
            beijing_time(self.millis),
            self.issuer.fingerprint(),
            self.appointment,
            &digest[..SHORT],
        );
        WITHDRAWAL_FORM.write(&lines, &self.encode())
    }

    fn fields<'w>(&self, w: &'w mut Writer, len: usize) -> &'w mut Writer {
        w.array(len)
            .uint(u64::from(VERSION))
            .bytes(self.appointment.0.as_bytes())
            .bytes(&self.digest)
            .bytes(&self.issuer.0)
            .text(&self.organ)
            .text(&self.name)
            .text(&self.on)
            .text(&self.reason)
            .uint(self.millis)
    }

    fn body(&self) -> Vec<u8> {
        let mut w = Writer::new();
        self.fields(&mut w, 9);
        w.finish()
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, ledger::Error> {
        r.versioned_array(VERSION, 10)?;
        Ok(Self {
            appointment: EntityId(uuid::Uuid::from_bytes(r.fixed()?)),
            digest: r.fixed()?,
            issuer: DeviceId(r.fixed()?),
            organ: r.text()?.to_owned(),
            name: r.text()?.to_owned(),
            on: r.text()?.to_owned(),
            reason: r.text()?.to_owned(),
            millis: r.uint()?,
            signature: r.fixed()?,
        })
    }
}

/// What a file on appointments states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// Somebody is appointed.
    Appointed(Appointment),
    /// An appointment is withdrawn.
    Withdrawn(Withdrawal),
}

impl Statement {
    /// Reads either file and verifies it.
    ///
    /// # Errors
    /// [`Error::NotThat`], [`Error::Miscopied`] when the lines for people or the data were
    /// changed, [`Error::Forged`] when the signature is not right.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        let (form, what) = if APPOINTMENT_FORM.is_in(text) {
            (APPOINTMENT_FORM, APPOINTMENT)
        } else if WITHDRAWAL_FORM.is_in(text) {
            (WITHDRAWAL_FORM, WITHDRAWAL)
        } else {
            return Err(Error::NotThat { what: APPOINTMENT });
        };
        let slip = || Error::Miscopied { what };
        if text.len() > TEXT_BYTES {
            return Err(slip());
        }
        let data = form.data(text).ok_or_else(slip)?;
        let (read, again) = if what == APPOINTMENT {
            let read = Appointment::decode(&data)?;
            let again = read.to_text();
            (Self::Appointed(read), again)
        } else {
            let read = Withdrawal::decode(&data)?;
            let again = read.to_text();
            (Self::Withdrawn(read), again)
        };
        if same(text, &again) {
            Ok(read)
        } else {
            Err(slip())
        }
    }
}

/// Whether a text has the form `2026-11-23`, with a month and a day that can be.
fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        bytes
            .get(range)
            .filter(|part| part.iter().all(u8::is_ascii_digit))
            .map(|part| part.iter().fold(0, |n, d| n * 10 + u32::from(d - b'0')))
    };
    bytes.len() == 10
        && bytes[4] == b'-'
        && bytes[7] == b'-'
        && digits(0..4).is_some()
        && digits(5..7).is_some_and(|month| (1..=12).contains(&month))
        && digits(8..10).is_some_and(|day| (1..=31).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn appointment() -> Appointment {
        Appointment {
            id: EntityId::new(1_772_690_520_000, [7; 10]),
            issuer: DeviceId([0; 32]),
            organ: "中共示例市委组织部".into(),
            document_no: "示组任〔2026〕7号".into(),
            name: "甲某".into(),
            post: "示例市委组织部督查员".into(),
            certificate_no: "示督证第0042号".into(),
            exams: vec![Exam {
                subject: "干部监督业务".into(),
                result: "92分".into(),
            }],
            scope: vec!["示例市水务局".into(), "示例市教育局".into()],
            from: "2026-03-01".into(),
            until: "2027-02-28".into(),
            millis: 1_772_690_520_000,
            signature: [0; 64],
        }
        .sign(&DeviceKey::generate([1; 32]))
        .expect("valid")
    }

    fn withdrawal() -> Withdrawal {
        Withdrawal::sign(
            &DeviceKey::generate([1; 32]),
            &appointment(),
            "2026-06-01",
            "工作调动",
            1_772_690_530_000,
        )
        .expect("valid")
    }

    fn code<T>(result: Result<T, Error>) -> &'static str {
        result.map(drop).map_err(|e| e.code()).expect_err("refused")
    }

    #[test]
    fn both_files_are_read_back_and_refused_with_any_changed_character() {
        for text in [appointment().to_text(), withdrawal().to_text()] {
            insta::assert_snapshot!(text);
            Statement::from_text(&text).expect("valid");
            let dos = format!("\u{feff}{}", text.replace('\n', "\r\n"));
            Statement::from_text(&dos).expect("line ends may change");
            for (at, was) in text.char_indices() {
                for by in ["0", "1", "某"] {
                    if !was.is_whitespace() && by != was.to_string() {
                        let mut changed = text.clone();
                        changed.replace_range(at..at + was.len_utf8(), by);
                        assert!(Statement::from_text(&changed).is_err(), "{at} {by}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_changed_byte_is_refused() {
        let (one, other) = (appointment().encode(), withdrawal().encode());
        for at in 0..one.len() {
            let mut changed = one.clone();
            changed[at] ^= 1;
            assert!(Appointment::decode(&changed).is_err(), "{at}");
        }
        for at in 0..other.len() {
            let mut changed = other.clone();
            changed[at] ^= 1;
            assert!(Withdrawal::decode(&changed).is_err(), "{at}");
        }
    }

    #[test]
    fn a_withdrawal_concerns_one_appointment_only() {
        assert!(withdrawal().concerns(&appointment()));
        let longer = Appointment {
            until: "2028-02-28".into(),
            ..appointment()
        }
        .sign(&DeviceKey::generate([1; 32]))
        .expect("valid");
        assert!(!withdrawal().concerns(&longer));
    }

    #[test]
    fn what_is_no_appointment_is_not_signed() {
        let key = DeviceKey::generate([1; 32]);
        for spoilt in [
            Appointment {
                name: "甲某\n乙某".into(),
                ..appointment()
            },
            Appointment {
                until: "2026-02-28".into(),
                ..appointment()
            },
            Appointment {
                from: "2026年3月".into(),
                ..appointment()
            },
            Appointment {
                from: "2026-13-01".into(),
                ..appointment()
            },
        ] {
            assert_eq!(code(spoilt.sign(&key)), "malformed");
        }
        assert_eq!(code(Statement::from_text("别的文件")), "not-that");
    }

    proptest! {
        /// Whoever changes any field and keeps the signature is found out.
        #[test]
        fn any_changed_field_breaks_the_signature(field in 0..11_usize, by in "[0-9甲乙丙]{1,6}") {
            let signed = appointment();
            let mut changed = signed.clone();
            match field {
                0 => changed.organ = by,
                1 => changed.document_no = by,
                2 => changed.name = by,
                3 => changed.post = by,
                4 => changed.certificate_no = by,
                5 => changed.exams[0].result = by,
                6 => changed.scope.push(by),
                7 => changed.from = "2026-03-02".into(),
                8 => changed.until = "2030-02-28".into(),
                9 => changed.millis += 1,
                _ => changed.id = EntityId::new(1, [1; 10]),
            }
            prop_assume!(changed != signed);
            prop_assert_eq!(code(Appointment::decode(&changed.encode())), "forged");
            prop_assert!(Statement::from_text(&changed.to_text()).is_err());
        }
    }
}
