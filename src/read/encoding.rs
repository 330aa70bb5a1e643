//! Bytes to text, whatever they were written in: byte order marks, UTF-16 and UTF-32 without one, declared encodings
//! and declarations that lie. Every byte comes out as some character; nothing is refused.

use std::borrow::Cow;
use std::sync::OnceLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use regex::bytes::Regex;

/// Where a declaration may stand, in bytes from the start: the HTML standard looks at as many.
const DECLARED_WITHIN: usize = 1024;
/// How much of a document an encoding is guessed from, in bytes: enough for its letters to tell.
const GUESSED_FROM: usize = 1 << 20;

/// The text of a document. `media_type` is what came with it (`text/xml; charset=utf-8`), if anything did.
///
/// What the bytes are goes before what is said of them: a byte order mark, the pattern of zeros of UTF-16 and UTF-32,
/// text that is valid UTF-8. Only then a declaration counts, inside the document before outside.
pub fn decode<'b>(bytes: &'b [u8], media_type: Option<&str>) -> Cow<'b, str> {
    let text = decode_as_it_stands(bytes, media_type);
    match repair(&text) {
        Cow::Owned(repaired) => Cow::Owned(repaired),
        Cow::Borrowed(_) => text,
    }
}

/// Repairs text that was once read in the wrong encoding, as far as it is beyond doubt. Controls 128 to 159 are in no
/// honest text: they are windows-1252 read as Latin-1, or UTF-8 read as Latin-1, with other such letters around them.
pub fn repair(text: &str) -> Cow<'_, str> {
    let is_control = |c: &char| ('\u{80}'..='\u{9f}').contains(c);
    let bytes = text.as_bytes();
    if !bytes.contains(&0xc2) || !bytes.windows(2).any(|pair| pair[0] == 0xc2 && pair[1] < 0xa0) {
        return Cow::Borrowed(text);
    }
    let mut repaired = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| !byte.is_ascii()) {
        repaired.push_str(&rest[..at]);
        rest = &rest[at..];
        let mut letters = rest.chars();
        let Some(first) = letters.next() else { break };
        if let Some((letter, after)) = misread(rest) {
            repaired.push(letter);
            rest = after;
            continue;
        }
        match u8::try_from(first) {
            Ok(byte) if is_control(&first) => repaired.push_str(&WINDOWS_1252.decode_without_bom_handling(&[byte]).0),
            _ => repaired.push(first),
        }
        rest = letters.as_str();
    }
    repaired.push_str(rest);
    Cow::Owned(repaired)
}

/// The letter whose bytes in UTF-8, one of them a control, were read as letters each, and what follows them.
fn misread(text: &str) -> Option<(char, &str)> {
    let length = match text.chars().next()? {
        '\u{c2}'..='\u{df}' => 2,
        '\u{e0}'..='\u{ef}' => 3,
        '\u{f0}'..='\u{f4}' => 4,
        _ => return None,
    };
    let mut letters = text.chars();
    let mut bytes = [0; 4];
    for byte in &mut bytes[..length] {
        *byte = u8::try_from(letters.next()?).ok()?;
    }
    let bytes = &bytes[..length];
    let letter = std::str::from_utf8(bytes).ok()?.chars().next()?;
    bytes.iter().any(|byte| (0x80..0xa0).contains(byte)).then_some((letter, letters.as_str()))
}

/// The text of a document as [`decode`] finds it, unrepaired: for readers that repair what they take, and hold no second
/// copy of a large document.
pub fn decode_as_it_stands<'b>(bytes: &'b [u8], media_type: Option<&str>) -> Cow<'b, str> {
    if let Some((encoding, mark)) = wide(bytes) {
        return match encoding {
            Wide::Utf32 { big } => Cow::Owned(utf32(&bytes[mark..], big)),
            Wide::Utf16 { big } => if big { UTF_16BE } else { UTF_16LE }.decode_without_bom_handling(&bytes[mark..]).0,
        };
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let stated = || declared(bytes).or_else(|| media_type.and_then(charset));
    match std::str::from_utf8(bytes) {
        // Escape sequences of ISO-2022-JP are ASCII, so its text is valid UTF-8 and yet something else.
        Ok(_) if bytes.contains(&0x1b) && stated() == Some(ISO_2022_JP) => ISO_2022_JP.decode_without_bom_handling(bytes).0,
        Ok(text) => Cow::Borrowed(text),
        // A declared Unicode is a lie here, and the standard's "replacement" encoding reads nothing at all.
        Err(_) => match stated().filter(|&encoding| encoding.output_encoding() == encoding && encoding != UTF_8) {
            Some(encoding) => encoding.decode_without_bom_handling(bytes).0,
            None => undeclared(bytes),
        },
    }
}

enum Wide {
    Utf16 { big: bool },
    Utf32 { big: bool },
}

/// UTF-16 or UTF-32, by mark or by the zeros beside the ASCII every document starts with, and the length of the mark.
fn wide(bytes: &[u8]) -> Option<(Wide, usize)> {
    let is_wide = |pattern: [bool; 4]| bytes.len() >= 8 && bytes.iter().zip(pattern.iter().cycle()).take(8).all(|(&byte, &is_zero)| (byte == 0) == is_zero);
    Some(match bytes {
        [0xff, 0xfe, 0, 0, ..] => (Wide::Utf32 { big: false }, 4),
        [0, 0, 0xfe, 0xff, ..] => (Wide::Utf32 { big: true }, 4),
        [0xff, 0xfe, ..] => (Wide::Utf16 { big: false }, 2),
        [0xfe, 0xff, ..] => (Wide::Utf16 { big: true }, 2),
        _ if is_wide([true, true, true, false]) => (Wide::Utf32 { big: true }, 0),
        _ if is_wide([false, true, true, true]) => (Wide::Utf32 { big: false }, 0),
        _ if is_wide([true, false, true, false]) => (Wide::Utf16 { big: true }, 0),
        _ if is_wide([false, true, false, true]) => (Wide::Utf16 { big: false }, 0),
        _ => return None,
    })
}

fn utf32(bytes: &[u8], big: bool) -> String {
    bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|&four| if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
        .map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The encoding an XML declaration or an HTML `meta` names.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    static REGEX: OnceLock<Regex> = OnceLock::new();
    let regex = REGEX.get_or_init(|| {
        Regex::new(r#"(?i-u)(?:<\?xml[^>]{0,200}?encoding|<meta[^>]{0,200}?charset)\s*=\s*["']?\s*([a-z0-9_:.-]+)"#).expect("the expression is constant")
    });
    let found = regex.captures(bytes.get(..DECLARED_WITHIN).unwrap_or(bytes))?;
    label(std::str::from_utf8(&found[1]).ok()?)
}

/// The encoding in the parameters of a media type.
fn charset(media_type: &str) -> Option<&'static Encoding> {
    let (_, value) =
        media_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    label(value.trim().trim_matches(['"', '\'']))
}

/// The encoding of a label: the standard's labels (which map to supersets, as ISO-8859-1 to windows-1252), and the
/// spellings other programs write.
fn label(name: &str) -> Option<&'static Encoding> {
    if let Some(encoding) = Encoding::for_label(name.as_bytes()) {
        return Some(encoding);
    }
    let plain: String = name.to_ascii_lowercase().chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let number = plain.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let standard = match (plain.strip_suffix(number)?, number) {
        ("cp" | "win" | "windows" | "ms" | "xcp" | "ibm", "932") => "shift_jis".to_owned(),
        ("cp" | "win" | "windows" | "ms" | "xcp" | "ibm", "936") => "gbk".to_owned(),
        ("cp" | "win" | "windows" | "ms" | "xcp" | "ibm", "949") => "euc-kr".to_owned(),
        ("cp" | "win" | "windows" | "ms" | "xcp" | "ibm", "950") => "big5".to_owned(),
        ("cp" | "win" | "windows" | "ms" | "xcp" | "ibm", _) => format!("windows-{number}"),
        ("latin", _) => format!("latin{number}"),
        ("iso", _) => format!("iso-8859-{}", number.strip_prefix("8859")?),
        _ if plain.starts_with("big5") => "big5".to_owned(),
        _ if plain.starts_with("koi8") => format!("koi8-{}", &plain[4..]),
        _ => return None,
    };
    Encoding::for_label(standard.as_bytes())
}

/// Text nobody declared rightly: UTF-8 but for some bytes, which are read as windows-1252, by far the commonest
/// stranger; or, where nothing in it is UTF-8, what the letters make likeliest.
fn undeclared(bytes: &[u8]) -> Cow<'_, str> {
    let (mut valid, mut strange) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        strange += usize::from(!chunk.invalid().is_empty());
    }
    if valid < strange {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes.get(..GUESSED_FROM).unwrap_or(bytes), true);
        return detector.guess(None, Utf8Detection::Deny).decode_without_bom_handling(bytes).0;
    }
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        text.push_str(chunk.valid());
        // A sequence cut off at the end of the document is left out.
        if chunks.peek().is_some() || std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_some()) {
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], media_type: Option<&str>, text: &str) {
        assert_eq!(decode(bytes, media_type), text, "{:?}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn marks_and_zeros_go_before_declarations() {
        let wide = |to: fn(u16) -> [u8; 2], text: &str| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        check(&[b"\xff\xfe".to_vec(), wide(u16::to_le_bytes, "<?xml encoding='utf-8'?>\u{e9}")].concat(), None, "<?xml encoding='utf-8'?>\u{e9}");
        check(&wide(u16::to_be_bytes, "<feed>\u{416}"), Some("text/xml; charset=latin1"), "<feed>\u{416}");
        check(b"\0\0\0<feed>", None, "\0\0\0<feed>");
        check(&"<a>\u{1f980}".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect::<Vec<u8>>(), None, "<a>\u{1f980}");
        check(b"\xef\xbb\xbf<a>\xc3\xa9", None, "<a>\u{e9}");
    }

    #[test]
    fn declarations_count_where_the_bytes_do_not_speak() {
        for (label, bytes, text) in [
            ("iso-8859-1", &b"\x93hi\x94 \xe9"[..], "\u{201c}hi\u{201d} \u{e9}"),
            ("cp1251", b"\xc6\xe8", "\u{416}\u{438}"),
            ("KOI8_R", b"\xf6\xc9", "\u{416}\u{438}"),
            ("ISO8859_7", b"\xc1\xe2", "\u{391}\u{3b2}"),
            ("Shift_JIS", b"\x8b\x81", "\u{6c42}"),
            ("iso-2022-jp", b"\x1b$B5a\x1b(B", "\u{6c42}"),
            ("hz-gb-2312", b"\xe9", "\u{e9}"),
            ("utf-16", "\u{e9}".as_bytes(), "\u{e9}"),
            ("windows-1251", "\u{e9}".as_bytes(), "\u{e9}"),
            ("no-such-thing", b"caf\xe9", "caf\u{e9}"),
        ] {
            let declaration = format!("<?xml version='1.0' encoding='{label}'?>");
            check(&[declaration.as_bytes(), bytes].concat(), None, &format!("{declaration}{text}"));
        }
        check(b"\xc6\xe8", Some("text/xml; charset=\"windows-1251\""), "\u{416}\u{438}");
        check(b"<meta charset=gbk>\xc4\xe3", Some("text/html"), "<meta charset=gbk>\u{4f60}");
    }

    #[test]
    fn text_read_wrongly_once_is_repaired_where_it_is_beyond_doubt() {
        check("don\u{92}t \u{e2}\u{80}\u{94} yes".as_bytes(), None, "don\u{2019}t \u{2014} yes");
        check("In\u{c2}\u{a0}August \u{e2}\u{20ac}\u{2122} caf\u{e9}".as_bytes(), None, "In\u{c2}\u{a0}August \u{e2}\u{20ac}\u{2122} caf\u{e9}");
    }

    #[test]
    fn an_encoding_nobody_declared_is_told_by_its_letters() {
        let cyrillic = "\u{41d}\u{443}\u{436}\u{435}\u{43d} \u{434}\u{438}\u{437}\u{430}\u{439}\u{43d}\u{435}\u{440} \u{434}\u{43b}\u{44f} \u{441}\u{430}\u{439}\u{442}\u{430}";
        check(&encoding_rs::WINDOWS_1251.encode(cyrillic).0, None, cyrillic);
        check(
            &encoding_rs::SHIFT_JIS.encode("\u{6c42}\u{4eba}\u{306e}\u{304a}\u{77e5}\u{3089}\u{305b}").0,
            None,
            "\u{6c42}\u{4eba}\u{306e}\u{304a}\u{77e5}\u{3089}\u{305b}",
        );
        check(b"the client\x92s caf\xe9 \x96 na\xefve", None, "the client\u{2019}s caf\u{e9} \u{2013} na\u{ef}ve");
    }

    #[test]
    fn strangers_in_utf8_are_read_one_by_one() {
        check(b"\xc3\xa9 \xc3\xa9 \x92 \xff", None, "\u{e9} \u{e9} \u{2019} \u{ff}");
        check(b"caf\xc3\xa9 cut off \xe2\x82", None, "caf\u{e9} cut off ");
        check(b"", None, "");
    }
}
