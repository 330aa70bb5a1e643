//! The text of one field of a page's state, an API answer or a JSON-LD block, as plain text.
//!
//! Such fields come as plain text, as HTML, as HTML escaped once more, with search words wrapped in markup, and through
//! wrong encodings. What a person would read is handed on; [`crate::text`] cleans it afterwards.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::Regex;

use crate::text::{beginning, html_to_text};

/// A field with more text is cut here, in bytes: what is done to it takes many times its length.
const MOST: usize = 1 << 20;

fn capped(raw: &str) -> &str {
    beginning(raw, MOST)
}

fn regex(cell: &'static OnceLock<Regex>, expression: &str) -> &'static Regex {
    cell.get_or_init(|| Regex::new(expression).expect("the expression is constant"))
}

/// A line: no markup, no entities.
pub fn line(raw: &str) -> String {
    let mut text = plain(raw);
    for _ in 0..2 {
        if !has_entity(&text) {
            break;
        }
        text = entities(&text);
    }
    static INLINE: OnceLock<Regex> = OnceLock::new();
    let inline = regex(&INLINE, r"(?i)</?(?:span|b|strong|em|i|mark|u|a|font|br|p|h[1-6])(?:\s[^<>]*)?/?>");
    inline.replace_all(&text, "").into_owned()
}

/// A text that is known to be plain, like a description in Upwork's state: only search marks go.
pub fn plain(raw: &str) -> String {
    static MARK: OnceLock<Regex> = OnceLock::new();
    let text = mended(capped(raw));
    if !text.contains("highlight") && !text.contains("H^") {
        return text.into_owned();
    }
    let mark = regex(&MARK, r#"(?is)<(?:span|em|mark)\s+class=\\?["']?highlight[^<>]*>(.*?)</(?:span|em|mark)>|H\^(.*?)\^H"#);
    mark.replace_all(&text, "$1$2").into_owned()
}

/// A text that may be HTML, once or twice escaped, or plain.
pub fn rich(raw: &str) -> String {
    static BLOCK: OnceLock<Regex> = OnceLock::new();
    static TAG: OnceLock<Regex> = OnceLock::new();
    let block = regex(&BLOCK, r"(?i)<(?:p|br|div|li|ul|ol|h[1-6]|tr|td|table|section|article|blockquote|pre|hr)(?:\s[^<>]*)?/?>");
    let tag =
        regex(&TAG, r"(?i)</?(?:p|br|div|span|li|ul|ol|b|strong|em|i|u|a|h[1-6]|tr|td|table|section|article|blockquote|pre|hr|font|img|code)(?:\s[^<>]*)?/?>");
    let mut text = plain(raw);
    for _ in 0..3 {
        text = if block.is_match(&text) {
            html_to_text(&text)
        } else if tag.is_match(&text) {
            // Markup inside lines only: the line breaks are the author's.
            html_to_text(&text.replace('\n', "<br>"))
        } else if has_entity(&text) {
            entities(&text)
        } else {
            break;
        };
    }
    text
}

fn has_entity(text: &str) -> bool {
    static ENTITY: OnceLock<Regex> = OnceLock::new();
    text.contains('&') && regex(&ENTITY, r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});").is_match(text)
}

/// Resolves entities and leaves everything else, `<` included.
fn entities(text: &str) -> String {
    html_to_text(&text.replace('<', "&lt;").replace('\n', "<br>"))
}

/// Undoes UTF-8 that was read as Latin-1 or Windows-1252 (a dash that became an a with circumflex and two controls).
pub fn mended(text: &str) -> Cow<'_, str> {
    if !text.contains(['\u{c2}', '\u{c3}', '\u{e2}', '\u{f0}']) {
        return Cow::Borrowed(text);
    }
    let chars: Vec<char> = text.chars().collect();
    let mut mended = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let width = match chars[at] {
            '\u{c2}'..='\u{df}' => 2,
            '\u{e0}'..='\u{ef}' => 3,
            '\u{f0}'..='\u{f4}' => 4,
            _ => 1,
        };
        let bytes: Option<Vec<u8>> = chars.get(at..at + width).filter(|_| width > 1).and_then(|run| run.iter().map(|&c| byte_of(c)).collect());
        match bytes.as_deref().map(str::from_utf8) {
            Some(Ok(original)) => {
                mended.push_str(original);
                at += width;
            }
            _ => {
                mended.push(chars[at]);
                at += 1;
            }
        }
    }
    Cow::Owned(mended)
}

/// The byte that Latin-1 or Windows-1252 shows as this character.
fn byte_of(c: char) -> Option<u8> {
    if (c as u32) < 0x100 {
        return u8::try_from(c as u32).ok();
    }
    let mut buffer = [0; 4];
    let (bytes, _, unmappable) = encoding_rs::WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
    (!unmappable).then(|| bytes.first().copied()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::clean;

    #[test]
    fn lines_lose_markup_and_entities() {
        for (raw, text) in [
            ("<span class=\"highlight\">Go</span> developer", "Go developer"),
            ("H^Shopify^H speed", "Shopify speed"),
            ("R&amp;amp;D lead", "R&D lead"),
            ("Fix Vec<String> bug", "Fix Vec<String> bug"),
        ] {
            assert_eq!(line(raw), text, "{raw:?}");
        }
    }

    #[test]
    fn texts_become_plain() {
        for (raw, text) in [
            ("One<p>two", "One\ntwo"),
            ("&lt;p&gt;One&lt;/p&gt;&lt;p&gt;two &amp;amp; three&lt;/p&gt;", "One\n\ntwo & three"),
            ("one\ntwo &amp; <b>three</b>", "one\ntwo & three"),
            ("a &lt; b\nand c", "a < b\nand c"),
        ] {
            assert_eq!(clean(&rich(raw)), text, "{raw:?}");
        }
    }

    #[test]
    fn wrong_encodings_are_undone() {
        for (raw, text) in [
            ("Manager \u{e2}\u{80}\u{94} Care", "Manager \u{2014} Care"),
            ("Don\u{e2}\u{20ac}\u{2122}t", "Don\u{2019}t"),
            ("caf\u{c3}\u{a9}", "caf\u{e9}"),
            ("\u{c9}t\u{e9} \u{e2}me na\u{ef}ve", "\u{c9}t\u{e9} \u{e2}me na\u{ef}ve"),
        ] {
            assert_eq!(mended(raw), text, "{raw:?}");
        }
    }
}
