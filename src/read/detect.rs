//! What a document is, told by its content: magic bytes, the first thing that is not junk, the shape of its lines. The
//! name and the media type of a document are not asked; people save feeds as `.html` and pages as `.txt`.

use std::borrow::Cow;

use super::columns::Columns;
use super::{feed, mail, table};

mod magic;
mod markup;
mod notation;

/// What a document was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Nothing, or nothing but blanks.
    Empty,
    /// RSS, Atom, RDF, CDF; JSON Feed too.
    Feed,
    /// An HTML page, or a piece of one.
    Page,
    /// XML that is neither.
    Xml,
    /// A JSON object a line.
    JsonLines,
    /// JSON in our own record schema: an array of records, or one.
    Records,
    /// Any other JSON: an answer of an API.
    Json,
    /// Rows and columns, parted by this byte.
    Table(u8),
    /// One message.
    Mail,
    /// Several messages in one file.
    Mbox,
    /// A page with its pictures as one MIME file.
    Mhtml,
    /// The same as Safari saves it, a property list.
    WebArchive,
    Gzip,
    Zip,
    /// A known kind of file in which no reader looks for posts.
    Other(&'static str),
    /// Bytes that are no text.
    Binary,
    /// Plain text.
    Text,
}

/// What a document was taken for, and the evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    pub format: Format,
    pub why: Cow<'static, str>,
}

fn found(format: Format, why: impl Into<Cow<'static, str>>) -> Detected {
    Detected { format, why: why.into() }
}

/// This much of a document is looked at, in bytes: headers, declarations and the first rows are in it.
const HEAD: usize = 64 << 10;

/// Tells what a document is.
pub fn detect(bytes: &[u8]) -> Detected {
    detect_with(bytes, &Columns::default())
}

/// Tells what a document is; a table is also known by a person's own column names.
pub fn detect_with(bytes: &[u8], columns: &Columns) -> Detected {
    if bytes.is_empty() {
        return found(Format::Empty, "it has no bytes");
    }
    if let Some(kind) = magic::kind(bytes) {
        return kind;
    }
    let head = head(bytes);
    let text = head.trim_start_matches(is_junk);
    if text.is_empty() {
        let is_blank = head.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}')).is_empty();
        return if is_blank { found(Format::Empty, "it holds nothing but blanks") } else { found(Format::Binary, "it starts with bytes of no text") };
    }
    // A log whose disk was full has NUL bytes between its lines: they are lines all the same.
    if let Some(lines) = notation::by_line(text) {
        return lines;
    }
    if let Some(why) = magic::binary(&head) {
        return found(Format::Binary, why);
    }
    if feed::looks_like_feed(bytes) {
        return found(Format::Feed, "its head is that of a feed");
    }
    if let Some(kind) = markup::leading(text) {
        return kind;
    }
    if let Some(kind) = notation::kind(text) {
        return kind;
    }
    if let Some(kind) = mail::kind(text) {
        return kind;
    }
    if let Some(kind) = markup::inside(text) {
        return kind;
    }
    if let Some(kind) = table::kind(text, columns) {
        return kind;
    }
    if let Some(kind) = markup::scattered(text) {
        return kind;
    }
    if magic::code(text) {
        return found(Format::Other("a program or a style sheet"), "most of its lines end as those of programs do");
    }
    found(Format::Text, "it has no markup, records, headers or columns")
}

/// Blanks and what comes before the first character of a document that went through careless programs.
fn is_junk(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{fffd}' | '\0'..='\u{1f}')
}

/// The start of a document as text: UTF-8, or the 16 and 32 bit forms that a byte order mark or the zero bytes betray.
fn head(bytes: &[u8]) -> Cow<'_, str> {
    let head = &bytes[..bytes.len().min(HEAD)];
    match width(head) {
        Some((4, big)) => units(head, 4, big).collect::<String>().into(),
        Some((_, big)) => if big { encoding_rs::UTF_16BE } else { encoding_rs::UTF_16LE }.decode_with_bom_removal(head).0,
        None => String::from_utf8_lossy(head),
    }
}

fn units(bytes: &[u8], size: usize, big: bool) -> impl Iterator<Item = char> + '_ {
    bytes.chunks_exact(size).map(move |unit| {
        let value = unit
            .iter()
            .fold((0u32, 0u32), |(value, at), &byte| (if big { value << 8 | u32::from(byte) } else { value | u32::from(byte) << (8 * at) }, at + 1))
            .0;
        char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER)
    })
}

/// Bytes of a code unit and whether the big end comes first, where it is more than one byte.
pub(super) fn width(bytes: &[u8]) -> Option<(usize, bool)> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => Some((4, false)),
        [0, 0, 0xfe, 0xff, ..] => Some((4, true)),
        [0xff, 0xfe, ..] => Some((2, false)),
        [0xfe, 0xff, ..] => Some((2, true)),
        [0, 0, 0, b'\t'..=b'~', ..] => Some((4, true)),
        [b'\t'..=b'~', 0, 0, 0, ..] => Some((4, false)),
        [0, b'\t'..=b'~', 0, b'\t'..=b'~', ..] => Some((2, true)),
        [b'\t'..=b'~', 0, b'\t'..=b'~', 0, ..] => Some((2, false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_are_told_by_their_mark_or_their_zeros() {
        for (bytes, expected) in [
            (&b"\xff\xfea\0"[..], Some((2, false))),
            (b"\xfe\xff\0a", Some((2, true))),
            (b"\xff\xfe\0\0a\0\0\0", Some((4, false))),
            (b"\0<\0?\0x", Some((2, true))),
            (b"<\0?\0x\0", Some((2, false))),
            (b"\0\0\0<", Some((4, true))),
            (b"plain", None),
            (b"", None),
        ] {
            assert_eq!(width(bytes), expected, "{bytes:?}");
        }
    }
}
