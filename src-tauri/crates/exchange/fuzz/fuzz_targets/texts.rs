#![no_main]
//! See `exchange::fuzzing::texts`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exchange::fuzzing::texts(bytes));
