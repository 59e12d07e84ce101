//! The use cases against a real archive: what must be possible, and what must be refused.

mod appointments;
mod archive;
mod bundles;
mod bypass;
mod conflicts;
mod erasing;
mod evidence;
mod fonts;
mod importing;
mod journal;
mod keeping;
mod masking;
mod materials;
mod meddling;
mod numbers;
mod papers;
mod peers;
mod places;
mod readable;
mod reporting;
mod setup;
mod since;
mod talks;
mod twins;
mod undoing;
