//! What the whole-program tests share: the independent measure of finished papers.

#[path = "paper_measure/measure/mod.rs"]
pub mod measure;
