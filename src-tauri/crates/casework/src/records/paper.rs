//! Papers (文书) and their way from draft to closed.

use super::AttachmentRef;
use crate::Id;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Kinds of paper this program makes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum PaperKind {
    /// Written inquiry.
    #[default]
    函询通知书,
    /// Written admonition.
    诫勉书,
    /// Record of an admonition talk.
    诫勉谈话记录,
    /// Record of an individual talk.
    个别谈话记录,
}

/// State of a paper; each later state has its date in [`Paper`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum PaperState {
    /// Draft.
    #[default]
    草稿,
    /// Issued: its bytes are frozen.
    已签发,
    /// Served on the person.
    已送达,
    /// Answered.
    已回复,
    /// Closed.
    已办结,
}

/// 发文字号: code 〔year〕 sequence 号.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct DocumentNumber {
    /// 机关代字 with the kind's character (示组函).
    pub code: String,
    /// Year.
    pub year: i32,
    /// Sequence within the year, from 1.
    pub sequence: u32,
}

/// One numbered item of a letter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct PaperItem {
    /// Finding it was drawn from.
    pub finding: Option<Id>,
    /// Heading without its number.
    pub heading: String,
    /// Text.
    pub text: String,
}

/// The frozen copy of an issued paper.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct IssuedCopy {
    /// The exact PDF, kept as an attachment.
    pub pdf: AttachmentRef,
    /// Pages.
    pub pages: u32,
}

/// A formal paper.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Paper {
    /// Kind.
    pub kind: PaperKind,
    /// State.
    pub state: PaperState,
    /// Person it concerns.
    pub person: Id,
    /// Interview it records, for the two records of talks.
    pub interview: Option<Id>,
    /// Title.
    pub title: String,
    /// Document number; none for a record of a talk.
    pub number: Option<DocumentNumber>,
    /// Date of the paper (成文日期).
    pub date: Option<NaiveDate>,
    /// Opening paragraph; empty means the template's wording.
    pub opening: String,
    /// Items.
    pub items: Vec<PaperItem>,
    /// Closing paragraph; empty means the template's wording.
    pub closing: String,
    /// Working days for the reply, counted from receipt (rule `inquiry.reply-days`).
    pub reply_days: u32,
    /// Annexes listed after the text.
    pub attachments: Vec<String>,
    /// Copied to (抄送), in order; an admonition goes to the unit's principal too.
    pub cc: Vec<String>,
    /// Contact person.
    pub contact: String,
    /// Telephone of the contact.
    pub phone: String,
    /// Who approved it (an inquiry and an admonition need approval).
    pub approved_by: String,
    /// Day of approval.
    pub approved_on: Option<NaiveDate>,
    /// Frozen copy once issued.
    pub issued: Option<IssuedCopy>,
    /// Day it was served; the reply deadline counts from here.
    pub served_on: Option<NaiveDate>,
    /// Day the reply came in.
    pub replied_on: Option<NaiveDate>,
    /// Gist of the reply.
    pub reply: String,
    /// Day it was closed.
    pub closed_on: Option<NaiveDate>,
    /// How it was closed.
    pub outcome: String,
}
