//! Interviews (个别谈话) and their turns.

use crate::Id;
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What the talk is for; decides the printed record's title and head.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum InterviewPurpose {
    /// Individual talk on a tour.
    #[default]
    个别谈话,
    /// Admonition talk (2005 暂行办法: approved, two people, recorded).
    诫勉谈话,
    /// Follow-up after an admonition (six months later).
    回访,
}

/// Where the talk stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum InterviewState {
    /// Being prepared.
    #[default]
    准备,
    /// Under way.
    进行中,
    /// Closed: read back and signed, or refusal recorded.
    已结束,
}

/// One line of the outline (提纲), struck through when dealt with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct OutlineItem {
    /// Text.
    pub text: String,
    /// Dealt with.
    pub done: bool,
}

/// What was done at the end of the talk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Closing {
    /// The record was read back to, or read by, the person.
    pub read_back: bool,
    /// Corrections the person asked for, empty when none.
    pub corrections: String,
    /// The person signed every page.
    pub signed: bool,
    /// Reason given for not signing, when not signed.
    pub refusal: String,
}

/// One talk with one person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Interview {
    /// Purpose.
    pub purpose: InterviewPurpose,
    /// Tour it belongs to.
    pub tour: Option<Id>,
    /// Person talked to.
    pub person: Id,
    /// Place.
    pub place: String,
    /// Matter, for an admonition talk the reason (诫勉事由).
    pub matter: String,
    /// Local time it began.
    pub started_at: Option<NaiveDateTime>,
    /// Local time it ended.
    pub ended_at: Option<NaiveDateTime>,
    /// Talkers; at least two people hold a talk.
    pub interviewers: Vec<String>,
    /// Recorder.
    pub recorder: String,
    /// Rights and duties were read to the person (权利义务告知).
    pub notices_read: bool,
    /// A woman is among those holding the talk.
    pub woman_present: bool,
    /// Outline.
    pub outline: Vec<OutlineItem>,
    /// State.
    pub state: InterviewState,
    /// How it was closed.
    pub closing: Closing,
}

/// Who speaks in a turn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum Role {
    /// A question.
    #[default]
    问,
    /// An answer.
    答,
    /// The recorder's note (a document shown, a pause).
    记,
}

/// One turn of a talk; an entity of its own, so that two recorders' turns
/// merge cleanly.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Turn {
    /// Interview it belongs to.
    pub interview: Id,
    /// Fractional order key.
    pub order: String,
    /// Who speaks.
    pub role: Role,
    /// The words.
    pub text: String,
    /// Local time it was begun.
    pub at: Option<NaiveDateTime>,
}
