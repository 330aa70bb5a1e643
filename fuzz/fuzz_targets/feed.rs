#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gigsieve_fuzz::check_after("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel>", bytes));
