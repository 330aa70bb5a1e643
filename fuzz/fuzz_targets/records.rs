#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gigsieve_fuzz::check_after("{\"title\":\"a\",\"body\":\"b\"}\n{\"title\":", bytes));
