#![no_main]

// The first byte chooses the kind of archive.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    match kind % 4 {
        0 => gigsieve_fuzz::check([b"PK\x03\x04", rest].concat()),
        1 => gigsieve_fuzz::check([b"\x1f\x8b\x08", rest].concat()),
        2 => gigsieve_fuzz::check([b"bplist00", rest].concat()),
        _ => gigsieve_fuzz::check_after("From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n", rest),
    }
});
