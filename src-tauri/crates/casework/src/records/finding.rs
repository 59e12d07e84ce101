//! Findings (问题 / 线索), what they rest on, and what the person says.

use crate::Id;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use specta::Type;

/// The seven aspects of an inquiry (2015 实施细则; rule `inquiry.aspects`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum Aspect {
    /// Political conduct.
    政治思想,
    /// Performance of duty.
    #[default]
    履行职责,
    /// Style of work.
    工作作风,
    /// Morality.
    道德品质,
    /// Integrity and diligence.
    廉政勤政,
    /// Organisational discipline.
    组织纪律,
    /// Other.
    其他,
}

/// How far something is proved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum Proof {
    /// Not checked.
    #[default]
    待核实,
    /// Partly borne out.
    部分印证,
    /// Borne out by independent evidence.
    已印证,
    /// Found untrue.
    查否,
}

/// The four ways of handling a clue (处置方式).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum Disposition {
    /// Not decided.
    #[default]
    未定,
    /// Talk or written inquiry.
    谈话函询,
    /// Preliminary verification.
    初步核实,
    /// Kept for later.
    暂存待查,
    /// Concluded.
    予以了结,
}

/// What is believed about a person's conduct, and how far it is proved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Finding {
    /// Short title, becomes the heading of an item in an inquiry letter.
    pub title: String,
    /// Person concerned.
    pub person: Id,
    /// Tour on which it came up.
    pub tour: Option<Id>,
    /// Aspect.
    pub aspect: Aspect,
    /// What is believed to have happened, in neutral words.
    pub facts: String,
    /// What the person is asked to explain.
    pub question: String,
    /// State of proof, judged by the supervisor over all citations.
    pub proof: Proof,
    /// Disposition.
    pub disposition: Disposition,
    /// Reason for the disposition.
    pub disposition_reason: String,
}

/// What kind of record is cited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum CitationTarget {
    /// A turn of a talk.
    #[default]
    谈话,
    /// A passage from minutes.
    摘录,
    /// An observation.
    情况记录,
    /// A material: a scan, a photograph, a recording.
    材料,
}

/// A finding's reference to one piece of evidence (证据引用).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Citation {
    /// Finding.
    pub finding: Id,
    /// Kind of record cited.
    pub target_kind: CitationTarget,
    /// Record cited.
    pub target: Id,
    /// The words cited, as they stood then.
    pub quote: String,
    /// Where they stand, in words: 与戊某谈话第4条, 会议记录第3页.
    pub place: String,
    /// How far this piece is proved.
    pub proof: Proof,
}

/// What the person concerned says (本人说明 / 申辩); always shown beside the
/// finding (PIPL §35; fair process).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Statement {
    /// Finding it answers.
    pub finding: Id,
    /// Day it was made.
    pub date: Option<NaiveDate>,
    /// 书面 or 当面, in words.
    pub form: String,
    /// The words.
    pub text: String,
}
