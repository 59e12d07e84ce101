#![no_main]
//! See `exchange::fuzzing::bundle`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exchange::fuzzing::bundle(bytes));
