//! What takes a hit back whatever the rule: places where words do not speak, and words in quotes.

use std::ops::Range;

/// Whether the whole span stands inside one web address, e-mail address, domain or piece of code.
pub(super) fn is_in_address(text: &str, span: &Range<usize>) -> bool {
    let bytes = text.as_bytes();
    if bytes[span.clone()].iter().any(u8::is_ascii_whitespace) {
        return false;
    }
    let start = bytes[..span.start].iter().rposition(u8::is_ascii_whitespace).map_or(0, |at| at + 1);
    let end = bytes[span.end..].iter().position(u8::is_ascii_whitespace).map_or(bytes.len(), |at| span.end + at);
    let token = text[start..end].trim_end_matches(['.', ',', '!', '?', ')', ';', ':']);
    let outside = token.len() > span.len();
    outside && (token.contains("://") || token.starts_with("www.") || (token.contains('@') && token.contains('.')) || token.contains("()") || is_domain(token))
}

/// Ends of domains that job posts name.
const TOPS: &[&str] = &["com", "net", "org", "io", "co", "ai", "app", "dev", "me", "info", "biz", "uk", "de", "in", "us", "guru", "ninja", "js", "py", "php"];

fn is_domain(token: &str) -> bool {
    let host = token.split('/').next().unwrap_or(token);
    host.rsplit_once('.').is_some_and(|(name, top)| !name.is_empty() && !name.ends_with('.') && TOPS.contains(&top))
}

/// Whether the span stands between two straight quotes of its sentence.
pub(super) fn is_quoted(text: &str, sentence: &Range<usize>, span: &Range<usize>) -> bool {
    let before = text[sentence.start..span.start].bytes().filter(|&byte| byte == b'"').count();
    let inside = text[span.clone()].contains('"');
    before % 2 == 1 && !inside && text[span.end..sentence.end.max(span.end)].contains('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_inside_addresses_are_no_words() {
        for (text, word, inside) in [
            ("see https://citymd.com/urgent-care now", "urgent", true),
            ("ask cargurus.com", "gurus", true),
            ("a guru, please", "guru", false),
            ("mail hustle@example.org", "hustle", true),
        ] {
            let at = text.find(word).unwrap();
            assert_eq!(is_in_address(text, &(at..at + word.len())), inside, "{text}");
        }
    }
}
