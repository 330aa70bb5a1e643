//! How much of a markup the HTML parser can take.
//!
//! html5ever's work grows with the square of the depth and of the attributes of one tag, and unclosed formatting is
//! opened anew in every block. So depth, attributes, formatting and tags are counted first, in one pass over the text;
//! what is beyond a bound is for the caller to leave out or to read without markup.

/// Tags, opening and closing; the largest real page met has 18,000, a thread of 1,000 comments 120,000.
const TAGS: usize = 500_000;
/// Elements open at once; real pages stay below 100.
const OPEN: usize = 1_000;
/// Attributes of one tag.
const ATTRIBUTES: usize = 1_000;
/// Open elements looked through for one to close, over all closing tags.
const SEARCHED: usize = 20_000_000;
/// Formatting elements opened anew, over all blocks.
const REOPENED: usize = 1_000_000;

/// The bytes that can be parsed, and why it is not all of them.
pub fn bound(markup: &str) -> (usize, Option<String>) {
    let mut scan = Scan { bytes: markup.as_bytes(), at: 0, tags: 0, open: Vec::new(), foreign: 0, formatting: 0, reopened: 0, searched: 0 };
    while let Some(found) = scan.bytes[scan.at..].iter().position(|&byte| byte == b'<') {
        let start = scan.at + found;
        scan.at = start + 1;
        if let Some(reason) = scan.tag() {
            return (start, Some(reason));
        }
    }
    (markup.len(), None)
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    tags: usize,
    /// The names of what is open.
    open: Vec<&'a [u8]>,
    /// How many of them are `svg` or `math`, where nothing closes by itself.
    foreign: usize,
    formatting: usize,
    reopened: usize,
    /// Elements looked at for the one that a closing tag closes.
    searched: usize,
}

impl<'a> Scan<'a> {
    /// Takes in what follows a `<`; the reason where a bound is met.
    fn tag(&mut self) -> Option<String> {
        let bytes = self.bytes;
        match bytes.get(self.at) {
            Some(b'!') if bytes[self.at..].starts_with(b"!--") => {
                self.at = self.find(b"-->").map_or(bytes.len(), |end| end + 3);
                None
            }
            Some(b'/') => {
                self.at += 1;
                self.tags += 1;
                let name = self.name();
                self.close(name);
                if self.searched > SEARCHED {
                    return Some("tags closed that were never opened".to_owned());
                }
                (self.tags > TAGS).then(|| format!("more than {TAGS} tags"))
            }
            Some(byte) if byte.is_ascii_alphabetic() => {
                self.tags += 1;
                let name = self.name();
                let (attributes, is_closed) = self.attributes();
                self.opened(name, is_closed);
                if is_raw(name) && self.foreign == 0 {
                    self.at = self.find(b"</").unwrap_or(bytes.len());
                }
                self.reopened += self.formatting;
                if self.tags > TAGS {
                    Some(format!("more than {TAGS} tags"))
                } else if self.open.len() > OPEN {
                    Some(format!("tags nested deeper than {OPEN}"))
                } else if attributes > ATTRIBUTES {
                    Some(format!("a tag with more than {ATTRIBUTES} attributes"))
                } else if self.reopened > REOPENED {
                    Some("formatting that is never closed".to_owned())
                } else {
                    None
                }
            }
            _ => {
                self.tags += 1;
                (self.tags > TAGS).then(|| format!("more than {TAGS} tags"))
            }
        }
    }

    fn find(&self, end: &[u8]) -> Option<usize> {
        self.bytes[self.at..].windows(end.len()).position(|window| window == end).map(|found| self.at + found)
    }

    fn name(&mut self) -> &'a [u8] {
        let bytes = self.bytes;
        let start = self.at;
        while bytes.get(self.at).is_some_and(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'>' | b'/')) {
            self.at += 1;
        }
        &bytes[start..self.at]
    }

    /// Passes over the attributes of a tag: how many, and whether the tag closes itself.
    fn attributes(&mut self) -> (usize, bool) {
        let mut count = 0;
        let mut before = b' ';
        let mut quote = None;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match quote {
                Some(open) => {
                    if byte == open {
                        quote = None;
                        before = b' ';
                    }
                    continue;
                }
                None if byte == b'>' => return (count, before == b'/'),
                None if matches!(byte, b'"' | b'\'') && before == b'=' => quote = Some(byte),
                None if !byte.is_ascii_whitespace() && byte != b'/' && (before.is_ascii_whitespace() || before == b'/') => count += 1,
                None => {}
            }
            if !(byte.is_ascii_whitespace() && before == b'=') {
                before = byte;
            }
        }
        (count, false)
    }

    fn opened(&mut self, name: &'a [u8], is_closed: bool) {
        if is_formatting(name) {
            self.formatting += 1;
        }
        if (is_foreign(name) || self.foreign > 0) && is_closed || self.foreign == 0 && closes_by_itself(name) {
            return;
        }
        self.foreign += usize::from(is_foreign(name));
        self.open.push(name);
    }

    fn close(&mut self, name: &[u8]) {
        if is_formatting(name) {
            self.formatting = self.formatting.saturating_sub(1);
        }
        self.searched += self.open.len();
        let Some(at) = self.open.iter().rposition(|open| open.eq_ignore_ascii_case(name)) else { return };
        if is_formatting(name) {
            // What was opened inside stays open.
            self.searched -= at;
            self.open.remove(at);
        } else {
            self.searched -= at;
            self.open.truncate(at);
        }
        self.foreign = self.open.iter().filter(|open| is_foreign(open)).count();
    }
}

fn is_one_of(name: &[u8], names: &[&str]) -> bool {
    names.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name))
}

fn is_raw(name: &[u8]) -> bool {
    is_one_of(name, &["script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp"])
}

fn is_foreign(name: &[u8]) -> bool {
    is_one_of(name, &["svg", "math"])
}

fn is_formatting(name: &[u8]) -> bool {
    is_one_of(name, &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"])
}

/// Elements without content, and those that end where the next of their kind or their container's end stands.
fn closes_by_itself(name: &[u8]) -> bool {
    is_one_of(
        name,
        &[
            "p", "br", "img", "li", "td", "tr", "th", "hr", "input", "link", "meta", "dt", "dd", "option", "tbody", "thead", "tfoot", "area", "base", "col",
            "embed", "param", "source", "track", "wbr", "html", "head", "body", "optgroup", "colgroup", "basefont", "bgsound", "frame", "keygen", "caption",
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_markup_is_taken_whole() {
        for markup in [
            "<div><p>a<p>b</div>".to_owned(),
            "<p>x".repeat(20_000),
            "<ul>".to_owned() + &"<li>x".repeat(20_000),
            "<div><b>x</b></div>".repeat(20_000),
            "<script>".to_owned() + &"<a>".repeat(20_000) + "</script>",
            "<svg><path d='M 1 2 3 4'/></svg>".repeat(5_000),
            "<!-- ".to_owned() + &"<div>".repeat(20_000) + "--><p title=\"a > b\">x",
            String::new(),
        ] {
            assert_eq!(bound(&markup), (markup.len(), None), "{:.40}", markup);
        }
    }

    #[test]
    fn what_the_parser_cannot_take_ends_the_part_it_gets() {
        for markup in [
            "<div>".repeat(20_000),
            "<div></x>".repeat(20_000),
            "<b><div></b>".repeat(20_000),
            "<svg><td>".to_owned() + &"<td>".repeat(20_000),
            "<ul><li>".repeat(20_000),
            "<i>x</i>".repeat(300_000),
            "<".repeat(600_000),
            "<div>".repeat(900) + &"</x>".repeat(100_000),
            "<a ".to_owned() + &"b1 ".repeat(20_000),
            (0..400).map(|size| format!("<font size={size}>")).collect::<String>() + &"<p>x".repeat(20_000),
        ] {
            assert!(bound(&markup).1.is_some(), "{:.40}", markup);
        }
    }
}
