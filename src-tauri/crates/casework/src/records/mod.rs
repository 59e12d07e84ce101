//! The records, one file a subject. Every struct is what the ledger's fields
//! of one entity add up to; each of its fields is one ledger field.

mod circle;
mod decision;
mod finding;
mod interview;
mod keeping;
mod material;
mod minutes;
mod office;
mod paper;
mod peer;
mod tour;

pub use circle::{Circle, GraphLayout, Observation, Point, Relation, Reliability, Verification};
pub use decision::{NumberRemedy, NumberRuling, SamePerson, Sameness};
pub use finding::{Aspect, Citation, CitationTarget, Disposition, Finding, Proof, Statement};
pub use interview::{
    Closing, Interview, InterviewPurpose, InterviewState, OutlineItem, Role, Turn,
};
pub use keeping::{Erasure, Retention};
pub use material::{MATERIAL_HEAD, Material, MaterialFormat, MaterialUse};
pub use minutes::{AttachmentRef, MinutesDocument, Paragraph, ParagraphKind, Passage};
pub use office::{Appointment, Organ, Sex, Supervisor};
pub use paper::{DocumentNumber, IssuedCopy, Paper, PaperItem, PaperKind, PaperState};
pub use peer::{Peer, PeerCheck, PeerRole, PeerState, SignedAppointment};
pub use tour::{Person, Tour, TourState, Unit};

use serde::{Serialize, de::DeserializeOwned};

/// A kind of record that the archive can hold.
pub trait Record: Serialize + DeserializeOwned {
    /// Name of the kind in the ledger; never changes once released.
    const KIND: &'static str;
}

macro_rules! record {
    ($($type:ty => $kind:literal),+ $(,)?) => {
        $(impl Record for $type { const KIND: &'static str = $kind; })+
    };
}

record! {
    Supervisor => "supervisor",
    Organ => "organ",
    Unit => "unit",
    Person => "person",
    Tour => "tour",
    Interview => "interview",
    Turn => "turn",
    MinutesDocument => "minutes",
    Paragraph => "paragraph",
    Passage => "passage",
    Relation => "relation",
    Observation => "observation",
    GraphLayout => "graph_layout",
    Finding => "finding",
    Citation => "citation",
    Statement => "statement",
    Paper => "paper",
    Erasure => "erasure",
    Retention => "retention",
    NumberRuling => "number_ruling",
    SamePerson => "same_person",
    Peer => "peer",
    SignedAppointment => "appointment",
    Material => "material",
}
