//! Text: characters with their cells, where lines may break, how a line is filled.

pub(crate) mod breaks;
pub(crate) mod cells;
pub(crate) mod fill;
pub(crate) mod legacy;
pub(crate) mod normal;
pub(crate) mod title;
mod words;
