//! With whom bundles are exchanged (往来对象), and the appointments that a
//! superior office signed (任命).

use crate::Id;
use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use specta::Type;

/// What somebody is to this archive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum PeerRole {
    /// Another supervisor.
    #[default]
    同行督查员,
    /// The office that receives reports and signs appointments.
    上级机关,
}

/// Whether somebody has made sure whose keys these are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum PeerCheck {
    /// Nobody has compared them.
    #[default]
    未核对,
    /// Compared face to face.
    当面核对,
    /// Compared by telephone.
    电话核对,
    /// Compared, and they were not the same: these keys are somebody else's.
    核对不符,
}

/// Whether the keys are still used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum PeerState {
    /// In use.
    #[default]
    有效,
    /// Another card of the same owner has taken its place.
    已更换,
    /// Not to be used any more.
    已吊销,
}

/// The keys of a colleague or of the superior office, as one key card gave
/// them. A renewed card is a record of its own that names the one it replaces.
///
/// Only what this archive's own devices wrote counts: a record of this kind
/// that comes with a bundle says whom *others* trust.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Peer {
    /// Name of the person, or of the office.
    pub name: String,
    /// Unit and post.
    pub unit: String,
    /// Colleague or superior office.
    pub role: PeerRole,
    /// Key for which bundles are locked (收件码), `age1…`.
    pub recipient: String,
    /// Device that signs their bundles, receipts and appointments, in
    /// hexadecimal digits.
    pub device: String,
    /// When the card was made by its owner's clock; none when the keys were
    /// read over the telephone. UTC milliseconds.
    pub card_made: Option<i64>,
    /// Whether the keys were compared, and how.
    pub check: PeerCheck,
    /// Day of the comparison.
    pub checked_on: Option<NaiveDate>,
    /// Whether the keys are still used.
    pub state: PeerState,
    /// Why they are not.
    pub state_reason: String,
    /// The record whose keys these replace.
    pub replaces: Option<Id>,
    /// Those keys, in use then, signed that these take their place. Where they
    /// did not, a person has only said so.
    pub vouched: bool,
    /// When a bundle was last let in although these keys are not to be trusted.
    pub accepted_at: Option<NaiveDateTime>,
}

/// An appointment as it was signed, and its withdrawal if there is one. What
/// they say is read from the signed statements every time, so that nothing
/// beside them can say anything else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct SignedAppointment {
    /// Who is appointed, by which organ and number, for lists.
    pub title: String,
    /// The signed appointment, in hexadecimal digits.
    pub statement: String,
    /// The signed withdrawal, in hexadecimal digits; empty while it holds.
    pub withdrawal: String,
}
