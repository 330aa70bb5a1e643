#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gigsieve_fuzz::check_after("title,description,budget,posted,url\n", bytes));
