//! The ledger (账本): signed, append-only entries (条目) and the pure rules around them.
//!
//! One user action is one [`Entry`]: a [`Header`] that is hashed and signed, and a [`Payload`]
//! with the field changes. Each device writes only its own chain. The header alone verifies the
//! chain, so a payload can be withheld or lawfully erased without breaking it, and single values
//! of it can be masked ([`masking`]).
//!
//! Nothing here does I/O, reads a clock or draws a random number: time, salt and seed are
//! passed in. The byte-exact format is in `FORMAT.md` beside this crate; `testvectors/` holds
//! committed examples, including ones that must be refused.
//!
//! - [`ChainWriter`] makes entries, [`verify::ChainVerifier`] checks them.
//! - [`merge`] says what a field shows when several devices wrote to it.
//! - [`conflict`] says what a person has to choose between, and what both sides started from;
//!   [`lines`] combines two texts where that is safe.
//! - [`order`] makes keys for lists that several people extend at once.
//! - [`heads::SignedHeads`] lets somebody else witness how far a chain had grown.

pub mod cbor;
mod clock;
pub mod conflict;
mod entry;
pub mod erasure;
mod error;
pub mod heads;
pub mod hex;
mod ids;
mod key;
pub mod limits;
pub mod lines;
pub mod masking;
pub mod merge;
pub mod order;
mod payload;
mod value;
pub mod verify;
mod writer;

pub use clock::Hlc;
pub use entry::{Entry, Header, VERSION};
pub use error::Error;
pub use heads::{Head, SignedHeads};
pub use ids::{CompartmentId, DeviceId, EntityId, EntryHash, digit_groups};
pub use key::DeviceKey;
pub use payload::{Change, Payload, RETRACTED};
pub use value::Value;
pub use writer::{ChainWriter, Position};
