#![no_main]
//! See `exchange::fuzzing::entry`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exchange::fuzzing::entry(bytes));
