#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gigsieve_fuzz::check(bytes.to_vec()));
