//! Pages and other markup, told by their tags. Comments and declarations before the first tag are stepped over; nothing
//! is parsed. Feeds have been told before, by their own reader.

use super::{Detected, Format, found};

/// Elements a page or a piece of one may start with.
const PAGES: &[&str] = &[
    "html", "head", "body", "title", "meta", "link", "script", "style", "base", "div", "span", "p", "a", "b", "i", "em", "strong", "br", "hr", "h1", "h2",
    "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "tbody", "tr", "td", "th", "section", "article", "main", "header", "footer", "nav",
    "aside", "form", "img", "noscript", "iframe", "center", "font", "pre", "blockquote", "template", "button", "input", "label", "figure", "details",
    "summary", "u", "small", "shreddit-post",
];

/// The kind of a document whose first character is `<`.
pub(super) fn leading(text: &str) -> Option<Detected> {
    if !text.starts_with('<') {
        return None;
    }
    let mut declared = false;
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
        } else if rest.starts_with('?') {
            declared |= rest.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("?xml"));
            rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
        } else if let Some(declaration) = rest.strip_prefix('!') {
            let words = declaration.get(..40.min(declaration.len())).unwrap_or(declaration).to_ascii_lowercase();
            if words.starts_with("doctype html") {
                return Some(found(Format::Page, "it starts with `<!doctype html>`"));
            }
            // The declaration of a feed may be longer than the head that is looked at.
            if ["doctype rss", "doctype rdf", "doctype feed"].iter().any(|feed| words.starts_with(feed)) {
                return Some(found(Format::Feed, "its document type is that of a feed"));
            }
            declared |= words.starts_with("doctype");
            // An internal subset has tags of its own.
            let end = if declaration.find('[').is_some_and(|open| declaration.find('>').is_none_or(|close| open < close)) { "]>" } else { ">" };
            rest = declaration.find(end).map_or("", |at| &declaration[at + end.len()..]);
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return element(rest, text, declared);
        }
    }
    declared.then(|| found(Format::Xml, "it declares itself XML and has no element"))
}

/// The kind of a document by its first element.
fn element(tag: &str, text: &str, declared: bool) -> Option<Detected> {
    let full = &tag[..tag.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(tag.len())];
    let local = full.rsplit(':').next().unwrap_or(full).to_ascii_lowercase();
    let name: String = full.chars().filter(|c| !c.is_control()).take(40).collect();
    if local == "plist" {
        return Some(found(Format::WebArchive, "its first element is `<plist>`"));
    }
    if local == "svg" {
        return Some(found(Format::Other("a picture"), "its first element is `<svg>`"));
    }
    // A feed may be wrapped, or its root misspelt.
    if (declared || tag.contains("xmlns")) && ["<item", "<entry"].iter().any(|inner| text.contains(inner)) && local != "html" {
        return Some(found(Format::Feed, format!("XML with entries, though its first element is `<{name}>`")));
    }
    if PAGES.contains(&local.as_str()) || local.contains('-') {
        return Some(found(Format::Page, format!("its first element is `<{name}>`")));
    }
    if declared || tag.contains("xmlns") {
        return Some(found(Format::Xml, format!("XML whose first element is `<{name}>`")));
    }
    None
}

/// A page after lines of something else: a program's warnings, HTTP headers, the start of a script.
pub(super) fn inside(text: &str) -> Option<Detected> {
    let lower = text.to_ascii_lowercase();
    let at = ["<!doctype html", "<html>", "<html "].iter().filter_map(|mark| lower.find(mark)).min()?;
    Some(found(Format::Page, format!("after {at} bytes of something else, an HTML page starts")))
}

/// A piece of a page that starts with words.
pub(super) fn scattered(text: &str) -> Option<Detected> {
    let closers =
        ["</p>", "</div>", "</span>", "</li>", "</td>", "</a>", "<br>", "<br />", "<br/>"].iter().map(|closer| text.matches(closer).count()).sum::<usize>();
    (closers >= 8 && closers * 400 > text.len()).then(|| found(Format::Page, format!("{closers} closing tags in the first {} bytes", text.len())))
}
