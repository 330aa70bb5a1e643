//! Feeds: RSS of all versions, RDF, Atom 0.3 and 1.0, CDF, JSON Feed. The text is found by `encoding`, pulled apart by
//! `scan` (XML, however broken) or `json`, and made drafts by `entry`; this file tells feeds from other documents and
//! knows what single marketplaces do with theirs.

mod element;
mod entities;
mod entry;
mod html;
mod json;
mod names;
mod scan;

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use self::entities::Entities;
use self::entry::Header;
use self::scan::{Bounds, Piece, Scan};
use super::{Document, Limits, Problem, Reading, encoding, marketplace};
use crate::post::{Draft, Kind};
use crate::text::beginning;

/// A feed shows itself within so many bytes, or not at all.
const HEAD: usize = 32 << 10;
/// Markup may be so many times as long as its text.
const MARKUP: usize = 4;

/// Whether a document is a feed. Only its head is looked at.
pub fn looks_like_feed(bytes: &[u8]) -> bool {
    kind(&encoding::decode(bytes.get(..HEAD).unwrap_or(bytes), None)).is_some()
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Xml,
    Json,
}

/// What kind of feed starts here.
fn kind(head: &str) -> Option<Form> {
    static ROOT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i)<(?:[a-z][\w.-]*:)?(rss|feed|rdf|channel)(\s[^<>]*)?(?:/?>|$)").expect("the expression is constant"));
    static DOCTYPE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?i)<!doctype\s+(?:rss|rdf:rdf|feed)\b").expect("the expression is constant"));
    static PROLOG: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?is)^(?:\s|\x00|\u{feff}|<\?.*?\?>|<!--.*?-->|<!doctype\s[^\[>]*(?:\[.*?\]\s*)?>)*$").expect("the expression is constant")
    });
    let head = head.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    if head.starts_with('{') {
        return is_json_feed(head).then_some(Form::Json);
    }
    if !head.contains('<') {
        return None;
    }
    if DOCTYPE.is_match(head) {
        return Some(Form::Xml);
    }
    for found in ROOT.captures_iter(head).take(20) {
        let before = &head[..found.get(0).map_or(0, |root| root.start())];
        let attributes = found.get(2).map_or("", |attributes| attributes.as_str()).to_ascii_lowercase();
        let says_so = attributes.contains("xmlns") || attributes.contains("version");
        let has_entries = ["<entry", "<item"].iter().any(|entry| head[before.len()..].contains(entry));
        let is_rss = !found[1].eq_ignore_ascii_case("rdf") || ["purl.org/rss", "netscape.com/rdf", "<item", ":item"].iter().any(|sign| head.contains(sign));
        // Alone after a prolog any root will do; after junk only one that says what it is, for a post may speak of <rss>.
        if is_rss && (PROLOG.is_match(before) || (says_so || before.contains("<?xml")) && (!is_page(before) || is_wrapping(before) && says_so && has_entries)) {
            return Some(Form::Xml);
        }
    }
    None
}

/// Whether a JSON object is a JSON Feed: it names the version, or has items with a feed's keys.
pub fn is_json_feed(head: &str) -> bool {
    head.contains("jsonfeed.org/version")
        || head.contains("\"items\"") && ["\"content_html\"", "\"content_text\"", "\"date_published\""].iter().any(|key| head.contains(key))
}

/// Whether what stands before a root is a page of its own, which only shows or embeds a feed.
fn is_page(before: &str) -> bool {
    let before = before.to_ascii_lowercase();
    ["<html", "<body", "<head>", "<!doctype html"].iter().any(|sign| before.contains(sign))
}

/// Whether what stands before a root is nothing but tags: a feed that somebody's program put into a page.
fn is_wrapping(before: &str) -> bool {
    let mut rest = before;
    while let Some((words, markup)) = rest.split_once('<') {
        if !words.trim().is_empty() {
            return false;
        }
        rest = markup.split_once('>').map_or("", |(_, after)| after);
    }
    rest.trim().is_empty()
}

/// Reads a feed. What is broken is repaired or left out, and said.
pub fn read(document: &Document, limits: &Limits) -> Reading {
    let text = encoding::decode_as_it_stands(&document.bytes, document.media_type.as_deref());
    let own = document.base.as_deref().and_then(marketplace::of);
    let mut feed = Progress { document, limits, reading: Reading::default(), met: 0, page: None, own };
    let base = document.base.as_deref().and_then(|base| Url::parse(base).ok());
    match kind(beginning(&text, HEAD)) {
        Some(Form::Json) => feed.read_json(&text, base),
        // Whoever sends a document here that does not look like a feed has reasons; entries are read wherever they are.
        _ => feed.read_xml(&text, base),
    }
    feed.reading
}

/// The entries of one document as they are met.
struct Progress<'d> {
    document: &'d Document,
    limits: &'d Limits,
    reading: Reading,
    met: usize,
    /// The page of the feed.
    page: Option<String>,
    /// The marketplace of that page, else of the document's address.
    own: Option<&'static str>,
}

impl Progress<'_> {
    fn read_xml(&mut self, text: &str, base: Option<Url>) {
        let bounds = Bounds { depth: self.limits.depth, text_bytes: self.limits.post_bytes.saturating_mul(MARKUP) };
        let mut header = Header { document: base.clone(), ..Header::default() };
        let mut scan = Scan::new(text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}'), base, bounds);
        while let Some(piece) = scan.next() {
            header.is_atom = matches!(scan.root.as_str(), "feed" | "entry");
            let clipped = std::mem::take(&mut scan.clipped);
            match piece {
                Piece::Header(element) => {
                    header.take(&element);
                    self.take_page(header.link.as_ref().map(Url::as_str));
                }
                Piece::Entry { element, whole } => {
                    self.name(&scan.root, scan.version.as_deref());
                    let draft = header.draft(&element);
                    if !whole && (draft.title.trim().is_empty() || draft.body.trim().is_empty()) {
                        self.met += 1;
                        self.problem("the document ends inside it; it was left out. Fetch or save the feed again");
                    } else if !self.take(draft) {
                        break;
                    } else if !whole {
                        self.problem("the document ends inside it; what was whole is kept. Fetch or save the feed again");
                    }
                    if clipped {
                        self.problem("it is longer than any post; its text was cut");
                    }
                }
            }
        }
        self.name(&scan.root, scan.version.as_deref());
        if let Some(place) = scan.broken {
            let message = format!("the markup is broken beyond repair from byte {place} on; what was whole before is kept");
            self.reading.note(Problem::of(self.document, message), self.limits);
        } else if scan.root.is_empty() && self.reading.posts.is_empty() {
            self.reading.note(Problem::of(self.document, "the markup breaks off before a feed begins; fetch or save it again"), self.limits);
        } else if scan.unfinished && self.reading.problems.is_empty() {
            self.reading.note(Problem::of(self.document, "the feed has no end; entries may be missing. Fetch or save it again"), self.limits);
        }
    }

    fn name(&mut self, root: &str, version: Option<&str>) {
        if self.reading.format.is_empty() {
            let version = version.map(|version| version.chars().filter(|c| !c.is_control()).take(8).collect::<String>());
            let (format, shown) = match root {
                "rss" => ("rss", format!("RSS {}", version.unwrap_or_default())),
                "rdf" => ("rss", "RSS 1.0 (RDF)".to_owned()),
                "feed" | "entry" => ("atom", format!("Atom {}", version.unwrap_or_else(|| "1.0".into()))),
                "channel" => ("cdf", "CDF".to_owned()),
                _ => ("rss", "RSS".to_owned()),
            };
            self.reading.format = format.into();
            self.reading.why = format!("the root element is <{root}>: {}", shown.trim_end());
        }
    }

    fn read_json(&mut self, text: &str, base: Option<Url>) {
        self.reading.format = "json feed".into();
        self.reading.why = "a JSON object with items as JSON Feed has them".into();
        let text = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
        let mut outcome = self.read_items(text, base.as_ref());
        if outcome.as_ref().is_err_and(|error| error.to_string().contains("control character")) {
            // Raw line breaks in strings are no JSON, but a common mistake; as blanks they do no harm anywhere.
            outcome = self.read_items(&text.replace(|c: char| c.is_ascii_control(), " "), base.as_ref());
        }
        if let Err(error) = outcome {
            let message = format!("no JSON from line {}, column {} on ({error}); what was whole before is kept", error.line(), error.column());
            self.reading.note(Problem::of(self.document, message), self.limits);
        }
    }

    fn read_items(&mut self, text: &str, base: Option<&Url>) -> Result<(), serde_json::Error> {
        self.met = 0;
        self.reading.posts.clear();
        self.reading.problems.clear();
        json::items(text, base, self.limits.post_bytes.saturating_mul(MARKUP), &mut |feed, draft| {
            self.take_page(feed.link.as_deref());
            self.take(draft)
        })
    }

    fn take_page(&mut self, page: Option<&str>) {
        if self.page.as_deref() != page {
            self.page = page.map(str::to_owned);
            self.own = page.into_iter().chain(self.document.base.as_deref()).find_map(marketplace::of);
        }
    }

    /// Takes an entry; false where no more is wanted.
    fn take(&mut self, mut draft: Draft) -> bool {
        if self.reading.posts.len() >= self.limits.posts {
            let message = format!("more than {} entries; the rest was left out", self.limits.posts);
            self.reading.note(Problem::of(self.document, message), self.limits);
            return false;
        }
        self.met += 1;
        draft.source = Some(self.document.source.clone());
        draft.format = Some(self.reading.format.clone());
        draft.marketplace = draft.url.as_deref().and_then(marketplace::of).or(self.own).map(str::to_owned);
        for text in [&mut draft.title, &mut draft.body].into_iter().chain(draft.author.as_mut()).chain(&mut draft.skills) {
            if let Cow::Owned(repaired) = encoding::repair(text) {
                *text = repaired;
            }
        }
        adjust(&mut draft);
        for text in [&mut draft.title, &mut draft.body] {
            if text.len() > self.limits.post_bytes {
                text.truncate(beginning(text, self.limits.post_bytes).len());
                self.problem("it is longer than any post; its text was cut");
            }
        }
        self.reading.posts.push(draft.finish());
        true
    }

    fn problem(&mut self, message: &str) {
        let problem = Problem::at(self.document, format!("entry {}", self.met), message);
        if self.reading.problems.last() != Some(&problem) {
            self.reading.note(problem, self.limits);
        }
    }
}

/// What single marketplaces do in their feeds.
fn adjust(draft: &mut Draft) {
    static FOOTER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?s)\s*submitted\s+by\s+/?u/[\w-]+.{0,200}?\[link\]\s*\[comments\]\s*$").expect("the expression is constant"));
    match draft.marketplace.as_deref() {
        Some("upwork") => {
            for text in [&mut draft.title, &mut draft.body] {
                // Its references are escaped twice.
                *text = Entities::default().decode(text);
            }
            if let Some(title) = draft.title.trim_end().strip_suffix(" - Upwork") {
                draft.title = title.to_owned();
            }
        }
        Some("weworkremotely") => {
            // "Company: Title"
            if let Some((company, title)) = draft.title.split_once(": ").filter(|(company, title)| !company.trim().is_empty() && !title.trim().is_empty()) {
                draft.author.get_or_insert_with(|| company.trim().to_owned());
                draft.title = title.trim().to_owned();
            }
        }
        Some("reddit") => {
            if let Some(footer) = FOOTER.find(&draft.body) {
                draft.body.truncate(footer.start());
            }
            // The category is the subreddit, no skill; the tag in the title is the rule of these subreddits.
            draft.skills.clear();
            let title = draft.title.trim_start().to_ascii_lowercase();
            draft.stated_kind = match title.split_inclusive(']').next() {
                Some("[hiring]" | "[task]") => Some(Kind::Request),
                Some("[for hire]" | "[offer]") => Some(Kind::Offer),
                _ => draft.stated_kind,
            };
        }
        _ => {}
    }
}
