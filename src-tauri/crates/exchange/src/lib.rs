//! The exchange file (交换包, `*.dcx`): ledger entries and attachments that travel on a stick.
//!
//! age encryption → zstd → frames of deterministic CBOR. The sender signs everything; readers
//! get nothing they may trust before the signed trailer was checked. Both ways are streams, so
//! memory stays flat however large a bundle is. `FORMAT.md` beside this crate has every byte.
//!
//! - [`BundleWriter`] writes, [`read`] reads into a [`BundleSink`] that stages what it gets;
//!   [`read_apart`] does so on another thread.
//! - [`inspect_outside`] says what can be said about a file without a key.
//! - [`file::write_file`] puts a file on a stick so that a pulled stick leaves the old file or
//!   none.
//! - [`Receipt`] (回执) is the signed answer to a bundle.
//! - [`KeyCard`] (密钥名片) gives one's keys to others: as a short file, as a QR picture ([`qr`]),
//!   or as groups of digits read over the telephone ([`spoken`]).
//! - [`Appointment`] (任命) and its [`Withdrawal`] (撤回) are what a superior office signs.

mod apart;
mod appointment;
mod card;
mod error;
pub mod file;
mod frame;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod keys;
pub mod limits;
mod manifest;
mod outside;
pub mod qr;
mod reader;
mod receipt;
mod signed_text;
pub mod spoken;
#[cfg(test)]
mod tests;
mod writer;

pub use apart::read_apart;
pub use appointment::{Appointment, Exam, Statement, Withdrawal};
pub use card::{KeyCard, Keys};
pub use error::{Error, SinkError};
pub use keys::{Identity, Lock, Recipient, Unlock};
pub use manifest::{Attachment, Manifest, MissingRange, Segment, VERSION};
pub use outside::{Outside, inspect_outside};
pub use reader::{BundleSink, check, read, read_manifest};
pub use receipt::Receipt;
pub use writer::BundleWriter;

/// What went through, counted on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// SHA-256 of the bundle's content before its trailer: the bundle's name in a receipt.
    #[serde(serialize_with = "ledger::hex::serialize")]
    pub digest: [u8; 32],
    /// Entries.
    pub entries: u64,
    /// Of those, entries that carry their payload.
    pub payloads: u64,
    /// Attachments.
    pub attachments: u64,
    /// Bytes of all attachments together.
    pub attachment_bytes: u64,
}
