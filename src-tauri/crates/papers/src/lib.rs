//! Papers (文书): which official document is made from which record.
//!
//! The wording is data ([`Template`]): versioned files with placeholders such
//! as `{姓名}` that a bureau can replace by its own. This crate fills them from
//! the records of the casework and hands a [`gongwen::model::Document`] on to
//! be typeset. Pure: no clock, no disk.

mod compose;
mod context;
mod draft;
mod error;
mod numeral;
mod recovery;
mod sheet;
mod template;
mod text;

pub use compose::compose;
pub use context::PaperContext;
pub use draft::{DraftContext, draft};
pub use error::Error;
pub use recovery::recovery_sheet;
pub use sheet::{Sheet, sheet};
pub use template::{AnnexTemplate, Line, Template};
