#![no_main]
//! See `exchange::fuzzing::payload`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exchange::fuzzing::payload(bytes));
