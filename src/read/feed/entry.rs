//! One entry to one post: which of the many elements say the title, the text, the address, the dates. RSS of all
//! versions, Atom 0.3 and 1.0 and CDF differ in names only, so one list of names in order of preference reads them all.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use url::Url;

use super::element::{Element, Node};
use super::html;
use crate::post::{Draft, Kind};
use crate::read::dates;

/// The full text goes before its summary.
const BODY: [&str; 16] = [
    "content:encoded", "content", "xhtml:body", "body", "fullitem", "content-encoded", "atom:content", "description", "summary", "atom:summary", "abstract",
    "dc:description", "itunes:summary", "media:description", "itunes:subtitle", "text",
];
const TITLE: [&str; 5] = ["title", "dc:title", "atom:title", "media:title", "itunes:title"];
const ID: [&str; 4] = ["guid", "id", "atom:id", "dc:identifier"];
const PUBLISHED: [&str; 11] =
    ["pubdate", "published", "issued", "dc:date", "dcterms:issued", "dcterms:created", "created", "atom:published", "dc:created", "date", "dcterms:date"];
const UPDATED: [&str; 5] = ["updated", "modified", "atom:updated", "dcterms:modified", "dc:modified"];
const AUTHOR: [&str; 6] = ["author", "dc:creator", "dc:author", "atom:author", "creator", "itunes:author"];

/// What a feed says of all its entries.
#[derive(Debug, Default)]
pub struct Header {
    pub is_atom: bool,
    pub author: Option<String>,
    /// The page of the feed: relative links stand against it where no `xml:base` says otherwise.
    pub link: Option<Url>,
    /// Where the feed says it lies itself.
    pub own: Option<Url>,
    /// The address the document came from: relative links stand against it where nothing else is said.
    pub document: Option<Url>,
}

impl Header {
    /// Learns from a field of the feed.
    pub fn take(&mut self, element: &Element) {
        match element.name.as_str() {
            "author" | "dc:creator" if self.author.is_none() => self.author = author(element),
            "link" | "atom:link" if self.link.is_none() && is_page(element) => self.link = self.address(element).and_then(|link| Url::parse(&link).ok()),
            "link" | "atom:link" if self.own.is_none() && element.attribute("rel") == Some("self") => {
                self.own = self.address(element).and_then(|own| Url::parse(&own).ok());
            }
            _ => {}
        }
    }

    /// The draft of an entry.
    pub fn draft(&self, entry: &Element) -> Draft {
        let first = |names: &[&str]| {
            names
                .iter()
                .flat_map(|name| entry.children().filter(move |child| child.name == **name))
                .map(|child| child.text().trim().to_owned())
                .find(|text| !text.is_empty())
        };
        // Where a date is given twice, the later word counts.
        let moment = |names: &[&str]| names.iter().find_map(|name| entry.named(name).filter_map(|child| dates::parse(&child.text())).last());
        let about = entry.attribute("rdf:about").map(str::to_owned);
        let url = self.url(entry);
        Draft {
            id: first(&ID).or(about),
            url,
            title: self.plain(entry, &TITLE),
            body: self.plain(entry, &BODY),
            published: moment(&PUBLISHED),
            updated: moment(&UPDATED).or_else(|| entry.attribute("lastmod").and_then(dates::parse)),
            author: self.author(entry),
            skills: skills(entry),
            stated_kind: stated_kind(entry),
            ..Draft::default()
        }
    }

    /// The first of these elements whose plain text says anything; a media group may hold them too.
    fn plain(&self, entry: &Element, names: &[&str]) -> String {
        let said = |within: &Element| {
            let found = names.iter().flat_map(|name| within.children().filter(move |child| child.name == **name));
            found.map(|element| self.plain_text(element)).find(|text| !text.trim().is_empty())
        };
        said(entry).or_else(|| entry.named("media:group").chain(entry.named("media:content")).find_map(said)).unwrap_or_default()
    }

    /// The text of an element as its type says, or in RSS, which has no types, as it looks.
    fn plain_text(&self, element: &Element) -> String {
        let is_typed = self.is_atom && !element.name.contains(':') || element.name.starts_with("atom:");
        let media = element.attribute("type").unwrap_or_default().to_ascii_lowercase();
        let media = media.split(';').next().unwrap_or_default().trim();
        // Atom 0.3 may give a text in several forms.
        if media.starts_with("multipart/") {
            let forms = || element.named("content").filter(|form| form.attribute("type").is_none_or(|media| media.contains("text") || media.contains("html")));
            let is_html = |form: &&Element| form.attribute("type").is_some_and(|media| media.contains("html"));
            return forms().find(is_html).or_else(|| forms().next()).map(|form| self.plain_text(form)).unwrap_or_default();
        }
        let has_tags = element.children().next().is_some();
        let mode = element.attribute("mode").unwrap_or_default();
        let text = match mode {
            "base64" => decoded(&element.text()).unwrap_or_default(),
            // Bytes of a type that is no text: text all the same, if they turn out to be.
            _ if is_typed && is_encoded(media) => return decoded(&element.text()).unwrap_or_else(|| unpacked(media, element.text())),
            _ if has_tags => {
                // Where a feed mixes escaped and bare tags, its text is HTML source as a whole.
                let mixed = element.nodes.iter().any(|node| matches!(node, Node::Text(text) if html::has_tags(text)));
                return html::to_text(&element.html(!mixed));
            }
            _ => element.text(),
        };
        match media {
            "html" | "text/html" | "xhtml" | "application/xhtml+xml" => html::to_text(&text),
            "text" | "text/plain" | "" if is_typed && mode != "escaped" => text,
            _ if html::looks_like(&text) => html::to_text(&text),
            _ => text,
        }
    }

    fn url(&self, entry: &Element) -> Option<String> {
        let links = || entry.children().filter(|child| matches!(child.name.as_str(), "link" | "atom:link"));
        let is_read = |link: &&Element| link.attribute("type").is_none_or(|media| media.contains("html"));
        let pages = || links().filter(|link| is_page(link));
        let page = pages().filter(is_read).chain(pages()).find_map(|link| self.address(link));
        let guid = || {
            let guid = entry.named("guid").find(|guid| !guid.attribute("ispermalink").is_some_and(|is| is.eq_ignore_ascii_case("false")))?;
            whole(&guid.text())
        };
        let own = || ["href", "rdf:about"].into_iter().find_map(|name| entry.attribute(name).and_then(whole));
        let other =
            || links().filter(|link| link.attribute("rel").is_some_and(|rel| matches!(rel, "self" | "via" | "related"))).find_map(|link| self.address(link));
        let content = || entry.named("content").find_map(|content| self.resolve(content.attribute("src")?, content));
        // An id is no link, but where it is an address it leads somewhere.
        let id = || entry.named("id").find_map(|id| whole(&id.text()));
        page.or_else(guid).or_else(own).or_else(other).or_else(content).or_else(id)
    }

    fn address(&self, link: &Element) -> Option<String> {
        let said = link.attribute("href").or_else(|| link.attribute("rdf:resource")).map_or_else(|| link.text(), str::to_owned);
        self.resolve(&said, link)
    }

    fn resolve(&self, said: &str, at: &Element) -> Option<String> {
        resolve(said, at.base.as_ref().or(self.link.as_ref()).or(self.document.as_ref()).or(self.own.as_ref()))
    }

    fn author(&self, entry: &Element) -> Option<String> {
        let own = AUTHOR.iter().flat_map(|name| entry.children().filter(move |child| child.name == **name)).find_map(author);
        let source = || entry.named("source").flat_map(|source| source.named("author")).find_map(author);
        own.or_else(source).or_else(|| self.author.clone().filter(|_| self.is_atom))
    }
}

/// A name, else an address of mail, else the text.
fn author(element: &Element) -> Option<String> {
    let part = |wanted: &str| {
        element
            .children()
            .find(|child| child.name.rsplit(':').next() == Some(wanted))
            .map(|child| child.text().trim().to_owned())
            .filter(|text| !text.is_empty())
    };
    let text = || {
        let text = if element.children().next().is_some() { String::new() } else { element.text() };
        Some(if html::looks_like(&text) { html::to_text(&text) } else { text }.trim().to_owned()).filter(|text| !text.is_empty())
    };
    match (part("name"), part("email")) {
        (Some(name), Some(mail)) => Some(format!("{name} ({mail})")),
        (name, mail) => name.or(mail).or_else(text),
    }
}

fn skills(entry: &Element) -> Vec<String> {
    let mut skills: Vec<String> = Vec::new();
    for child in entry
        .children()
        .filter(|child| matches!(child.name.as_str(), "category" | "dc:subject" | "skills" | "tags" | "keywords" | "itunes:keywords" | "media:keywords"))
    {
        let said = child.attribute("label").or_else(|| child.attribute("term")).map_or_else(|| child.text(), str::to_owned);
        let said = if html::looks_like(&said) { html::to_text(&said) } else { said };
        let listed = child.name != "category" && child.name != "dc:subject";
        for skill in said.split(|c| listed && matches!(c, ',' | ';')).map(str::trim).filter(|skill| !skill.is_empty()) {
            if !skills.iter().any(|known| known.eq_ignore_ascii_case(skill)) {
                skills.push(skill.to_owned());
            }
        }
    }
    skills
}

/// Job boards say the form of employment in an element of their own.
fn stated_kind(entry: &Element) -> Option<Kind> {
    let said = entry.children().find(|child| matches!(child.name.rsplit(':').next(), Some("type" | "job_type" | "jobtype" | "employmenttype")))?.text();
    match said.trim().to_ascii_lowercase().replace(['-', '_'], " ").as_str() {
        "full time" | "part time" | "permanent" | "internship" => Some(Kind::Employment),
        "freelance" | "contract" | "contractor" | "project" | "gig" => Some(Kind::Request),
        _ => None,
    }
}

/// Whether a link leads to the page of what holds it, rather than to the feed, a comment, a file.
fn is_page(link: &Element) -> bool {
    link.attribute("rel")
        .is_none_or(|rel| rel.eq_ignore_ascii_case("alternate") || rel.eq_ignore_ascii_case("http://www.iana.org/assignments/relation/alternate"))
}

/// An address, against a base where it is relative; one that is whole stays as it is written.
pub fn resolve(said: &str, base: Option<&Url>) -> Option<String> {
    let said = said.trim();
    if said.is_empty() {
        return None;
    }
    let (url, written) = match (Url::parse(said), base) {
        (Ok(url), _) => (url, said.to_owned()),
        (Err(_), Some(base)) => base.join(said).map(|url| (url.clone(), url.into())).ok()?,
        (Err(_), None) => return None,
    };
    // Nothing a click could run.
    (!matches!(url.scheme(), "javascript" | "data" | "vbscript")).then_some(written)
}

/// An address that is whole as it stands.
fn whole(said: &str) -> Option<String> {
    let said = said.trim();
    (said.starts_with("http://") || said.starts_with("https://")).then(|| resolve(said, None))?
}

/// Whether Atom content of this type comes as base64.
fn is_encoded(media: &str) -> bool {
    media.contains('/') && !media.starts_with("text/") && !media.ends_with("+xml") && !media.ends_with("/xml")
}

/// What is given as base64 and is none: a short text in spite of its type, or bytes of which nothing can be shown.
fn unpacked(media: &str, text: String) -> String {
    let is_shown = ["image/", "audio/", "video/"].iter().any(|kind| media.starts_with(kind));
    let is_packed =
        text.len() > 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=') || byte.is_ascii_whitespace());
    if is_shown || is_packed { String::new() } else { text }
}

fn decoded(text: &str) -> Option<String> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
    );
    let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let text = String::from_utf8(LENIENT.decode(packed).ok()?).ok()?;
    (!text.contains(|c: char| c.is_control() && !c.is_whitespace())).then_some(text)
}
