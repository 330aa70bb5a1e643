//! Whether a text is HTML. RSS never says so: "Vec<T> & more" and "<p>Tom &amp; Jerry</p>" come in the same element.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::entities;
use crate::text;

static TAG: LazyLock<Regex> = LazyLock::new(|| {
    let names = "a|abbr|acronym|address|article|aside|audio|b|big|blockquote|body|br|center|cite|code|dd|del|details|div|dl|dt|em|embed|figcaption|figure|font|footer|form\
        |frame|frameset|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|li|link|main|meta|nav|noscript|object|ol|p|param|picture|pre|s|script|section|small|source|span\
        |strike|strong|style|sub|summary|sup|table|tbody|td|tfoot|th|thead|time|tr|tt|u|ul|video|wbr";
    Regex::new(&format!(r"(?i)</?(?:{names})(?:\s[^<>]*)?/?>|<!--")).expect("the expression is constant")
});
static ENTITY: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?i)&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});").expect("the expression is constant"));
static ANY_TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<(/?)([A-Za-z][A-Za-z0-9:-]*)[^<>]*>").expect("the expression is constant"));

/// Whether a text has tags of HTML in it, or tags of any name that close.
pub fn has_tags(text: &str) -> bool {
    if !text.contains('<') {
        return false;
    }
    if TAG.is_match(text) {
        return true;
    }
    let mut opened = HashSet::new();
    ANY_TAG.captures_iter(text).any(|found| {
        let closes = !found[1].is_empty();
        let name = found[2].to_ascii_lowercase();
        if closes {
            return opened.contains(&name);
        }
        opened.insert(name);
        false
    })
}

/// Whether a text is HTML: it has tags, or references HTML knows.
pub fn looks_like(text: &str) -> bool {
    has_tags(text) || text.contains('&') && ENTITY.captures_iter(text).any(|found| entities::is_known(&found[1]))
}

/// The text of HTML.
pub fn to_text(html: &str) -> String {
    text::html_to_text(html)
}

#[cfg(test)]
mod tests {
    #[test]
    fn html_is_told_by_tags_and_references() {
        for (text, is_html) in [
            ("<p>one", true),
            ("one<br/>two", true),
            ("Tom &amp; Jerry", true),
            ("it&#39;s", true),
            ("<blink>one</blink>", true),
            ("Vec<T> & more", false),
            ("R&D; a < b > c", false),
            ("the <blink> tag", false),
            ("plain", false),
        ] {
            assert_eq!(super::looks_like(text), is_html, "{text:?}");
        }
    }
}
