//! What of a message the MIME parser is given. It holds every part and header line it meets, and a message in a message
//! in a message costs it a call each: both are counted here first. A message that breaks off gets the borders its last
//! parts lack, without which the parser hands them on undecoded.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::bytes::Regex;

/// Borders between parts, and messages in messages; real mail has a few dozen.
const PARTS: usize = 1_000;
/// Lines of headers, those of all parts together.
const HEADER_LINES: usize = 50_000;
/// Bytes of a message that is closed where it breaks off: it is held twice then.
const CLOSED: usize = 32 << 20;

static BOUNDARY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?i-u)boundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))"#).expect("the expression is constant"));

/// A message fit to be parsed, and whether something of it was left out.
pub(crate) fn message(bytes: &[u8]) -> (Cow<'_, [u8]>, bool) {
    let kept = within(bytes);
    (closed(kept), kept.len() < bytes.len())
}

/// The start of a message that has no more parts and header lines than any mail.
fn within(bytes: &[u8]) -> &[u8] {
    let mut end = borders(bytes);
    let (mut parts, mut lines, mut at) = (0, 0, 0);
    // In a head, whether it has a line yet, and whether a message follows it, which starts with a head.
    let (mut head, mut begun, mut encloses) = (true, false, false);
    for line in bytes[..end].split_inclusive(|&byte| byte == b'\n') {
        let is_blank = line.trim_ascii().is_empty();
        if line.starts_with(b"--") && !is_blank {
            parts += 1;
            (head, begun, encloses) = (true, false, false);
        } else if head && is_blank {
            head = encloses || !begun;
            (begun, encloses) = (false, false);
        } else if head {
            lines += 1;
            begun = true;
            if contains(line, b"message/") {
                parts += 1;
                encloses = true;
            }
        }
        if parts > PARTS || lines > HEADER_LINES {
            end = at;
            break;
        }
        at += line.len();
    }
    &bytes[..end]
}

/// Where the borders the message itself names become more than any mail has; its end where they do not.
fn borders(bytes: &[u8]) -> usize {
    let named = boundaries(bytes, PARTS + 1);
    if let Some((at, _)) = named.get(PARTS) {
        return *at;
    }
    let patterns: Vec<Vec<u8>> = named.into_iter().map(|(_, name)| [b"--", name].concat()).collect();
    let found = AhoCorasick::new(&patterns).ok().and_then(|borders| borders.find_iter(bytes).nth(PARTS).map(|border| border.start()));
    found.unwrap_or(bytes.len())
}

/// The boundaries a message names, each once, and where.
fn boundaries(bytes: &[u8], most: usize) -> Vec<(usize, &[u8])> {
    let mut known = std::collections::HashSet::new();
    BOUNDARY
        .captures_iter(bytes)
        .filter_map(|found| found.get(1).or_else(|| found.get(2)).map(|name| (name.start(), name.as_bytes())))
        .filter(|(_, name)| known.insert(*name))
        .take(most)
        .collect()
}

/// The message with an end to every part that has a start and none.
fn closed(bytes: &[u8]) -> Cow<'_, [u8]> {
    if bytes.len() > CLOSED {
        return Cow::Borrowed(bytes);
    }
    let has = |border: &[u8]| AhoCorasick::new([border]).is_ok_and(|border| border.is_match(bytes));
    let open: Vec<&[u8]> = boundaries(bytes, 64)
        .into_iter()
        .map(|(_, name)| name)
        .filter(|name| has(&[b"\n--", *name].concat()) && !has(&[b"--", *name, b"--"].concat()))
        .collect();
    if open.is_empty() {
        return Cow::Borrowed(bytes);
    }
    // Half of an escaped byte at the end would make the whole part undecodable.
    let tail = bytes.len().saturating_sub(2);
    let end = bytes[tail..].iter().position(|&byte| byte == b'=').map_or(bytes.len(), |at| tail + at);
    let mut whole = bytes[..end].to_vec();
    for name in open.into_iter().rev() {
        whole.extend_from_slice(&[b"\r\n--", name, b"--\r\n"].concat());
    }
    Cow::Owned(whole)
}

fn contains(line: &[u8], words: &[u8]) -> bool {
    line.windows(words.len()).any(|window| window.eq_ignore_ascii_case(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "Content-Type: multipart/mixed; boundary=\"x\"\n\n";

    #[test]
    fn parts_that_never_end_are_ended() {
        for (body, end) in [
            ("--x\n\none", Some("\r\n--x--\r\n")),
            ("--x\n\none=C", Some("\r\n--x--\r\n")),
            ("--x\nContent-Type: multipart/related; boundary=y\n\n--y\n\none", Some("\r\n--y--\r\n\r\n--x--\r\n")),
            ("--x\n\none\n--x--\n", None),
            ("no border", None),
        ] {
            let text = format!("{HEAD}{body}");
            let whole = closed(text.as_bytes());
            let expected = end.map_or_else(|| text.clone(), |end| format!("{}{end}", text.trim_end_matches("=C")));
            assert_eq!(String::from_utf8_lossy(&whole), expected, "{body:?}");
        }
    }

    #[test]
    fn what_no_mail_has_is_left_out() {
        for (text, is_whole) in [
            (format!("{HEAD}{}", "--x\n\none\n".repeat(900)), true),
            (format!("{HEAD}{}", "--x\n\none\n".repeat(2_000)), false),
            (format!("{HEAD}{}", "a --x b".repeat(2_000)), false),
            ("Content-Type: message/rfc822\n\n".repeat(2_000), false),
            (format!("Subject: a\n{}\nbody", " b\n".repeat(60_000)), false),
            (format!("{HEAD}--x\n{}\nbody", "a:\n".repeat(60_000)), false),
            (format!("Subject: a\n\n{}", "body\n".repeat(60_000)), true),
        ] {
            let (_, left_out) = message(text.as_bytes());
            assert_eq!(left_out, !is_whole, "{}", &text[..60]);
        }
    }
}
