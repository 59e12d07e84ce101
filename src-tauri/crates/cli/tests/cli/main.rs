//! The built program, driven as a script would drive it.

mod conflicts;
mod desk;
mod importing;
mod keeping;
mod path;
mod peers;
mod refusals;
mod refused_writes;
mod render;
mod sealing;
mod usage;
