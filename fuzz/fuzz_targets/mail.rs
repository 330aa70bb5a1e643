#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gigsieve_fuzz::check_after("From: alerts@upwork.com\nSubject: x\nMIME-Version: 1.0\n", bytes));
