//! Casework (督查业务): what a supervisor keeps records of, and the rules that
//! govern them. Pure: no clock, no disk, no archive. Time is always passed in.
//!
//! Enumerations are stored under their Chinese names: the same word stands on
//! the screen, in the readable export and in the ledger, so no table of labels
//! can ever disagree with the data.

pub mod calendar;
pub mod checks;
mod data;
pub mod deadline;
pub mod kinds;
pub mod labels;
pub mod numbering;
pub mod records;
pub mod retention;
pub mod rules;

pub use data::DataError;

/// Identifier of a record: a UUIDv7 in its hyphenated text form.
///
/// Text rather than a number type of its own, because this crate never makes
/// or compares identifiers; the ledger does.
pub type Id = String;
