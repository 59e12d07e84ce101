//! Tests of whole bundles: what goes in comes out, and nothing else ever does.

mod damage;
mod fuzzing;
mod hostile;
mod round_trip;
pub(crate) mod sample;
mod vectors;
mod writing;
