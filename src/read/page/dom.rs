//! A page as a tree: decoded, bounded, parsed, with the address it was saved from.
//!
//! The parser is html5ever through scraper; it only gets what it can take ([`text::bound`]), the rest is said to be
//! left out.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::Regex;
use scraper::{ElementRef, Html, Selector};

use super::super::Document;
use crate::text;

/// Bytes of a page beyond this are left out.
const BYTES: usize = 24 << 20;

/// A parsed page.
pub struct Page<'d> {
    pub document: &'d Document,
    pub html: Html,
    /// Where the page was saved from, as it says itself or as it was fetched.
    pub address: Option<String>,
    /// What was left out, and why.
    pub left_out: Option<String>,
}

/// Compiles a selector that is part of the program.
pub fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|error| panic!("the selector {css:?} is constant: {error}"))
}

/// A selector compiled when first used.
macro_rules! css {
    ($css:literal) => {{
        static SELECTOR: std::sync::OnceLock<scraper::Selector> = std::sync::OnceLock::new();
        SELECTOR.get_or_init(|| $crate::read::page::dom::selector($css))
    }};
}
pub(crate) use css;

impl<'d> Page<'d> {
    /// Decodes and parses a document.
    pub fn parse(document: &'d Document) -> Page<'d> {
        let text = decoded(document);
        let text = unwrapped(&text);
        let (end, left_out) = bound(&text);
        let html = Html::parse_document(&text[..end]);
        let address = address(&html, text::beginning(&text[..end], 4096), document);
        Page { document, html, address, left_out }
    }

    /// The host of the page's address, without `www.`.
    pub fn host(&self) -> Option<&str> {
        self.address.as_deref().and_then(host_of)
    }

    /// The elements of the page that match; those taken out of it (which stay in the arena of nodes) do not count.
    pub fn select<'a, 'b>(&'a self, selector: &'b Selector) -> scraper::element_ref::Select<'a, 'b> {
        self.html.root_element().select(selector)
    }

    /// The first element of the page that matches.
    pub fn first(&self, selector: &Selector) -> Option<ElementRef<'_>> {
        self.select(selector).next()
    }

    /// The content of a `meta` element.
    pub fn meta(&self, selector: &Selector) -> Option<String> {
        let content = self.first(selector)?.attr("content")?;
        Some(text::clean_line(content)).filter(|content| !content.is_empty())
    }

    /// The page's title.
    pub fn title(&self) -> String {
        self.first(css!("title")).map(line).unwrap_or_default()
    }

    /// An address in the page made absolute.
    pub fn resolve(&self, link: &str, site: Option<&str>) -> Option<String> {
        let link = link.trim();
        if link.is_empty() || link.starts_with('#') || link.starts_with("javascript:") {
            return None;
        }
        if link.contains("://") || link.starts_with("mailto:") {
            return Some(link.to_owned());
        }
        let base = self.address.as_deref().filter(|base| base.contains("://")).or(site);
        let Some(base) = base else { return Some(link.to_owned()) };
        Some(reqwest::Url::parse(base).and_then(|base| base.join(link)).map_or_else(|_| link.to_owned(), String::from))
    }
}

/// The host of an address, without `www.`.
pub fn host_of(address: &str) -> Option<&str> {
    let rest = address.split_once("://")?.1;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let host = host.rsplit('@').next()?;
    Some(host.strip_prefix("www.").unwrap_or(host)).filter(|host| !host.is_empty())
}

/// The text of an element on one line.
pub fn line(element: ElementRef<'_>) -> String {
    let line = text::clean_line(&raw_text(element));
    // A list item that is a field of its own is no item of a list.
    if element.value().name() == "li" { line.trim_start_matches("- ").to_owned() } else { line }
}

/// The text of an element with its lines.
pub fn lines(element: ElementRef<'_>) -> String {
    text::clean(&raw_text(element))
}

fn raw_text(element: ElementRef<'_>) -> String {
    let mut text = String::new();
    text::node_text(*element, &mut text);
    text
}

/// The text of a document: its declared encoding, else UTF-8, else Windows-1252.
fn decoded(document: &Document) -> Cow<'_, str> {
    static CHARSET: OnceLock<Regex> = OnceLock::new();
    let bytes = &document.bytes[..document.bytes.len().min(BYTES * 2)];
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0;
    }
    if let Ok(text) = str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let charset = CHARSET.get_or_init(|| Regex::new(r#"(?i)charset\s*=\s*["']?\s*([a-z0-9_:.-]+)"#).expect("the expression is constant"));
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2048)]);
    let declared = [document.media_type.as_deref().unwrap_or(""), &head]
        .into_iter()
        .find_map(|text| encoding_rs::Encoding::for_label(charset.captures(text)?.get(1)?.as_str().as_bytes()));
    match declared {
        Some(encoding) if encoding != encoding_rs::UTF_8 => encoding.decode(bytes).0,
        // Declared UTF-8, a few bytes broken: those become replacement characters, the rest stays right.
        Some(_) => String::from_utf8_lossy(bytes),
        None if mostly_utf8(bytes) => String::from_utf8_lossy(bytes),
        None => encoding_rs::WINDOWS_1252.decode(bytes).0,
    }
}

/// Whether more of the bytes beyond ASCII are parts of UTF-8 sequences than not.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let broken = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    let whole = bytes.utf8_chunks().flat_map(|chunk| chunk.valid().chars()).filter(|c| !c.is_ascii()).count();
    whole > broken
}

/// A page that was saved as a string of a script (`const a = '<!DOCTYPE html>...'`): the string alone.
fn unwrapped(text: &str) -> Cow<'_, str> {
    let start = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    if start.starts_with('<') {
        return Cow::Borrowed(start);
    }
    let Some(at) = start.find('<').filter(|&at| at < 200) else { return Cow::Borrowed(start) };
    let page = &start[at..];
    // Quotes escaped throughout: a string of JSON or of double quotes.
    if start[..at].ends_with(['"', '\'', '`']) && page.matches("=\\\"").count() > page.matches("=\"").count() {
        let plain = page.replace("\\n", "\n").replace("\\t", "\t").replace("\\\"", "\"").replace("\\'", "'").replace("\\/", "/").replace("\\\\", "\\");
        return Cow::Owned(plain);
    }
    Cow::Borrowed(page)
}

/// How much of a page is taken, and what to say of the rest.
fn bound(page: &str) -> (usize, Option<String>) {
    let whole = page.floor_char_boundary(BYTES);
    match text::bound(&page[..whole]) {
        (end, Some(reason)) => (end, Some(format!("{reason}: only what stands before was read"))),
        (end, None) if end < page.len() => (end, Some(format!("only its first {} MB were read", BYTES >> 20))),
        (end, None) => (end, None),
    }
}

/// Where a page was saved from.
fn address(html: &Html, head: &str, document: &Document) -> Option<String> {
    static SAVED: OnceLock<Regex> = OnceLock::new();
    // Chromium and Firefox: `<!-- saved from url=(0042)https://... -->`; SingleFile: `url: https://...`.
    let saved = SAVED.get_or_init(|| Regex::new(r"(?:saved from url=\(\d+\)|^\s*url:\s|\n\s*url:\s)\s*(https?://\S+)").expect("the expression is constant"));
    let attribute = |selector: &Selector, name: &str| {
        html.select(selector).find_map(|element| element.attr(name)).filter(|value| value.starts_with("http")).map(str::to_owned)
    };
    saved
        .captures(head)
        .map(|found| found[1].to_owned())
        .or_else(|| attribute(css!("link[rel~=canonical]"), "href"))
        .or_else(|| attribute(css!("meta[property='og:url']"), "content"))
        .or_else(|| document.base.clone())
        .or_else(|| attribute(css!("meta[name='twitter:url']"), "content"))
        .or_else(|| attribute(css!("base[href]"), "href"))
        .map(|address| text::clean_line(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_addresses() {
        for (address, host) in
            [("https://www.upwork.com/jobs/~02", Some("upwork.com")), ("http://a.b:80/", Some("a.b")), ("/relative", None), ("https://", None)]
        {
            assert_eq!(host_of(address), host, "{address:?}");
        }
    }

    #[test]
    fn pages_saved_as_a_string_are_unwrapped() {
        assert_eq!(unwrapped("const a = '<p class=\"x\">y</p>'"), "<p class=\"x\">y</p>'");
        assert_eq!(unwrapped("var p = \"<p class=\\\"x\\\">y</p>\""), "<p class=\"x\">y</p>\"");
    }
}
