//! Files known by their first bytes, and bytes that are no text. What is found here holds no posts that a reader could
//! get at, archives aside; the reason says what to do instead.

use super::{Detected, Format, found};

/// Where the bytes are, the bytes, and what they tell. Marks of four bytes or more that no text starts with.
const KNOWN: &[(usize, &[u8], Format)] = &[
    (0, b"\x1f\x8b", Format::Gzip),
    (0, b"PK\x03\x04", Format::Zip),
    (0, b"PK\x05\x06", Format::Zip),
    (0, b"bplist0", Format::WebArchive),
    (0, b"{\\rtf", Format::Other("a rich text file")),
    (0, b"\xd0\xcf\x11\xe0", Format::Other("an old Office document")),
    (0, b"SQLite format 3\0", Format::Other("a database")),
    (0, b"\x89PNG", Format::Other("a picture")),
    (0, b"\xff\xd8\xff", Format::Other("a picture")),
    (0, b"GIF8", Format::Other("a picture")),
    (0, b"\x7fELF", Format::Other("a program")),
    (0, b"\xfd7zXZ\0", Format::Other("a packed file (xz)")),
    (0, b"\x28\xb5\x2f\xfd", Format::Other("a packed file (zstd)")),
    (0, b"7z\xbc\xaf\x27\x1c", Format::Other("a packed file (7z)")),
    (0, b"Rar!\x1a\x07", Format::Other("a packed file (rar)")),
    (0, b"BZh91AY", Format::Other("a packed file (bzip2)")),
    (0, b"\x78\x9c", Format::Other("a packed file (zlib)")),
    (0, b"\x78\xda", Format::Other("a packed file (zlib)")),
    (0, b"PK\x07\x08", Format::Other("a piece of a split zip file")),
    (0, b"RIFF", Format::Other("a picture or a sound")),
    (0, b"ID3", Format::Other("a sound")),
    (0, b"%!PS", Format::Other("a PostScript file")),
    (0, b"BEGIN:VCALENDAR", Format::Other("a calendar")),
    (0, b"BEGIN:VCARD", Format::Other("a visiting card")),
    (0, b"-----BEGIN ", Format::Other("a key, a certificate or an encrypted message")),
    (0, b"version https://git-lfs", Format::Other("a pointer of Git LFS to a file that was not fetched")),
    (0, b"#!/", Format::Other("a program")),
    (257, b"ustar", Format::Other("a tar archive")),
    (4, b"ftyp", Format::Other("a video")),
];

/// The kind of a file with a mark of its own.
pub(super) fn kind(bytes: &[u8]) -> Option<Detected> {
    // Blank lines before a PDF are passed over by every program that shows one.
    if bytes.get(..64).unwrap_or(bytes).trim_ascii_start().starts_with(b"%PDF-") {
        return Some(found(Format::Other("a PDF"), "the mark of its kind stands at its start"));
    }
    let &(at, _, format) = KNOWN.iter().find(|(at, mark, _)| bytes.get(*at..).is_some_and(|rest| rest.starts_with(mark)))?;
    Some(match format {
        Format::Gzip => found(format, "it starts with the mark of gzip"),
        Format::Zip => found(format, "it starts with the mark of zip"),
        Format::WebArchive => found(format, "it starts with the mark of a binary property list"),
        _ => found(format, format!("the mark of its kind stands at byte {at}")),
    })
}

/// Why this is no text, if it is none. The head was decoded: bytes that are no character have become U+FFFD.
pub(super) fn binary(head: &str) -> Option<String> {
    let (mut all, mut controls, mut broken) = (0usize, 0usize, 0usize);
    for c in head.chars() {
        all += 1;
        controls += usize::from(matches!(c, '\0'..='\u{8}' | '\u{e}'..='\u{1a}' | '\u{1c}'..='\u{1f}' | '\u{7f}'));
        broken += usize::from(c == char::REPLACEMENT_CHARACTER);
    }
    // Random bytes are a tenth control characters; text with stray NUL bytes or wrong letters stays well below.
    let is_binary = (controls > 3 && controls * 20 > all) || (broken * 3 > all && controls * 100 > all);
    is_binary.then(|| format!("{controls} control characters and {broken} broken ones in the first {all}"))
}

/// Whether this is a program or a style sheet, such as a browser saves beside a page: lines that end as code ends them,
/// or one endless line of signs.
pub(super) fn code(head: &str) -> bool {
    let lines = || head.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let coded = lines().filter(|line| line.ends_with([';', '{', '}'])).count();
    let all = lines().count();
    let signs = head.bytes().filter(|byte| matches!(byte, b';' | b'{' | b'}' | b'(' | b')' | b'=')).count();
    (all >= 6 && coded * 5 > all * 3) || (head.len() >= 400 && signs * 12 > head.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_told_from_posts_with_some_code() {
        let style = "body {\n  color: red;\n}\np {\n  margin: 0;\n}\n";
        let minified = "!function(e,t){for(var n=0;n<e.length;n++){t(e[n]);}}(window,function(x){return x;});".repeat(6);
        let post = "We need help with a page.\nThe form fails:\nform.submit();\nif (ok) {\n  send();\n}\nPlease tell us how you would mend it.\nWe pay by the hour.\nThe work starts on Monday.";
        for (head, expected) in [(style, true), (minified.as_str(), true), (post, false), ("Pay: $5;\nStart: now;", false)] {
            assert_eq!(code(head), expected, "{head:?}");
        }
    }

    #[test]
    fn text_with_a_few_odd_bytes_is_still_text() {
        let cafe = String::from_utf8_lossy(b"We run a caf\xe9 in Besan\xe7on and need a menu.").into_owned();
        let noise: String = (0u32..512).map(|n| char::from_u32(n * 7919 % 256).unwrap()).collect();
        for (head, expected) in
            [("A title\0 and a text", false), (cafe.as_str(), false), (noise.as_str(), true), ("\0\0\0\0abc\u{1}\u{2}", true), ("x\u{1b}[31mred", false)]
        {
            assert_eq!(binary(head).is_some(), expected, "{head:?}");
        }
    }
}
