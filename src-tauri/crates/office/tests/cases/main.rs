//! The use cases against a real archive: what must be possible, and what must be refused.

mod archive;
mod bundles;
mod bypass;
mod evidence;
mod fonts;
mod journal;
mod keeping;
mod materials;
mod papers;
mod places;
mod readable;
mod setup;
mod talks;
mod undoing;
