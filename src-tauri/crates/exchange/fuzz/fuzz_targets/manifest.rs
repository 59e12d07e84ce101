#![no_main]
//! See `exchange::fuzzing::manifest`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exchange::fuzzing::manifest(bytes));
