#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gigsieve_fuzz::check_after("We need a writer ", bytes));
