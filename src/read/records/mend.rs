//! What strict JSON forbids and programs write all the same: `NaN` and infinities, figures beyond all measure, raw
//! control characters in strings, halves of surrogate pairs, bytes that are no UTF-8. Nothing else is guessed at.

/// The text with these mended; `None` where there is nothing to mend.
pub(super) fn mended(json: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(json);
    let bytes = text.as_bytes();
    let mut mended = Vec::with_capacity(bytes.len() + 16);
    let mut changed = matches!(text, std::borrow::Cow::Owned(_));
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let length = match byte {
            b'"' => {
                let (length, mends) = string(&bytes[at..], &mut mended);
                changed |= mends;
                at += length;
                continue;
            }
            b'-' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')).count()
            }
            _ => 1,
        };
        let token = &bytes[at..at + length];
        if is_no_figure(token) {
            mended.extend_from_slice(b"null");
            changed = true;
        } else if byte == 0 {
            mended.push(b' ');
            changed = true;
        } else {
            mended.extend_from_slice(token);
        }
        at += length;
    }
    changed.then_some(mended)
}

fn is_no_figure(token: &[u8]) -> bool {
    match token.first() {
        Some(b'N' | b'n' | b'I' | b'i') => matches!(token, b"NaN" | b"nan" | b"Infinity" | b"inf" | b"NAN"),
        Some(b'-' | b'0'..=b'9') => {
            matches!(token, b"-Infinity" | b"-inf" | b"-NaN")
                || std::str::from_utf8(token).ok().and_then(|token| token.parse::<f64>().ok()).is_some_and(|value| !value.is_finite())
        }
        _ => false,
    }
}

/// Copies a string that starts here; how long it was, and whether it was mended.
fn string(bytes: &[u8], to: &mut Vec<u8>) -> (usize, bool) {
    let mut changed = false;
    let mut at = 1;
    to.push(b'"');
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => {
                to.push(byte);
                break;
            }
            b'\\' => match unit(&bytes[at - 1..]) {
                Some(0xd800..=0xdbff) if matches!(unit(&bytes[at + 5..]), Some(0xdc00..=0xdfff)) => {
                    to.extend_from_slice(&bytes[at - 1..at + 11]);
                    at += 11;
                }
                Some(0xd800..=0xdfff) => {
                    to.extend_from_slice(b"\\ufffd");
                    changed = true;
                    at += 5;
                }
                _ => {
                    to.push(byte);
                    to.extend(bytes.get(at));
                    at += 1;
                }
            },
            0..=0x1f => {
                to.extend_from_slice(if byte == b'\n' { b"\\n" } else { b" " });
                changed = true;
            }
            _ => to.push(byte),
        }
    }
    (at.min(bytes.len()), changed)
}

/// The code unit of a `\uXXXX` that starts here.
fn unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_json_forbids_is_mended() {
        for (json, expected) in [
            (&br#"{"a": NaN, "b": "NaN"}"#[..], Some(&br#"{"a": null, "b": "NaN"}"#[..])),
            (br#"{"a": -Infinity, "b": 1e400, "c": 1e3}"#, Some(br#"{"a": null, "b": null, "c": 1e3}"#)),
            (b"{\"a\": \"x\ty\nz\"}", Some(br#"{"a": "x y\nz"}"#)),
            (b"{\"a\": \"x\0\"}", Some(br#"{"a": "x "}"#)),
            (br#"{"a": "\ud83d\ude00 \ud83d x"}"#, Some(br#"{"a": "\ud83d\ude00 \ufffd x"}"#)),
            (br#"{"a": "\\ud800"}"#, None),
            (b"{\"a\": \"\xff\"}", Some("{\"a\": \"\u{fffd}\"}".as_bytes())),
            (br#"{"a": "cut o"#, None),
            (br#"{"a": "cut \"#, None),
            (br#"{"a": [true, null, 12.5]}"#, None),
        ] {
            assert_eq!(mended(json).as_deref(), expected, "{}", String::from_utf8_lossy(json));
        }
    }
}
