//! What is made of a document beside the writing: it is read, and what is new or changed in it is judged. This needs
//! the cores, not the store's one writer, and goes on while other sources are still on their way.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use serde_json::Value;

use crate::post::Post;
use crate::read::{self, Document, Limits, Problem, Reading};
use crate::report::{Judged, json};
use crate::sieve::Sieve;
use crate::store::{Assessment, Store};

/// A document that has been read.
pub(super) struct Made {
    pub reading: Reading,
    /// Of the posts that are new or changed, by their places.
    pub judged: HashMap<usize, Assessment>,
}

/// What making needs, shared by all cores.
pub(super) struct Maker<'a> {
    pub sieve: &'a Sieve,
    pub limits: &'a Limits,
    /// A second door to the store, for looking up what is known.
    pub known: &'a Mutex<Store>,
}

impl Maker<'_> {
    /// Reads a document of a source that is an address: where a list of posts is meant to be.
    pub fn fetched(&self, document: &Document, source: &str, scope: &str) -> Made {
        let mut reading = read::read(document, self.limits);
        if matches!(reading.format.as_str(), "any page" | "text") {
            // Prose is a post where a person hands it over; behind an address for every day it is what came instead.
            let message = match feed_link(document) {
                Some(feed) => format!("a page instead of a feed; it names this feed, put it into your sources: {feed}"),
                None => "a page or text without a list of posts instead of a feed; open it in a browser, and look for the address of the feed".to_owned(),
            };
            reading.posts.clear();
            reading.problems = vec![Problem { source_name: document.source.clone(), place: None, message }];
        }
        if reading.posts.is_empty() && reading.format == "json" && is_empty_list(&document.bytes) {
            reading.problems.clear();
        }
        self.judge(reading, source, scope)
    }

    /// Judges what is new or changed in a reading.
    pub fn judge(&self, reading: Reading, source: &str, scope: &str) -> Made {
        // A store that cannot be read will say so when it is written.
        let news = self.known.lock().unwrap_or_else(PoisonError::into_inner).news(&reading.posts, source, scope).unwrap_or_default();
        let judged = news.into_par_iter().filter_map(|index| Some((index, assess(self.sieve, reading.posts.get(index)?)))).collect();
        Made { reading, judged }
    }
}

/// The verdict of a post, as it is kept.
pub(super) fn assess(sieve: &Sieve, post: &Post) -> Assessment {
    let judged = Judged { post: post.clone(), judgement: sieve.judge(post) };
    Assessment { tier: judged.judgement.verdict.tier, score: judged.judgement.verdict.score, record: json::line(sieve, &judged) }
}

/// Whether an answer of an API is a list in which nothing stands today, alone or beside what is said of it.
fn is_empty_list(bytes: &[u8]) -> bool {
    let is_empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    let is_sound = |key: &str, value: &Value| is_empty(value) || !key.to_ascii_lowercase().contains("error");
    match serde_json::from_slice::<Value>(bytes) {
        Ok(Value::Object(fields)) => fields.values().any(is_empty) && fields.iter().all(|(key, value)| is_sound(key, value)),
        Ok(value) => is_empty(&value),
        Err(_) => false,
    }
}

/// Where in a page its feed is named, in bytes.
const HEAD: usize = 64 << 10;

/// The feed that a page names in its head.
fn feed_link(document: &Document) -> Option<String> {
    let text = String::from_utf8_lossy(&document.bytes[..document.bytes.len().min(HEAD)]).into_owned();
    let tags = text.split('<').filter(|tag| tag.get(..5).is_some_and(|name| name.eq_ignore_ascii_case("link ")));
    let feed = tags.filter_map(|tag| tag.split_once('>').map(|(tag, _)| tag)).find(|tag| {
        let tag = tag.to_ascii_lowercase();
        tag.contains("alternate") && ["rss+xml", "atom+xml", "feed+json"].iter().any(|kind| tag.contains(kind))
    })?;
    let at = feed.to_ascii_lowercase().find("href=")? + "href=".len();
    let value = feed.get(at..)?;
    let link = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split([' ', '/']).next()?,
    };
    let base = url::Url::parse(document.base.as_deref()?).ok()?;
    let url = base.join(&link.replace("&amp;", "&")).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| crate::fetch::shown(url.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_nothing_is_no_failure() {
        for (text, empty) in [
            ("[]", true),
            (" [ ] ", true),
            (r#"{"count": 0, "jobs": []}"#, true),
            (r#"{"jobs": [], "errors": []}"#, true),
            (r#"{"error": "rate limited", "jobs": []}"#, false),
            (r#"{"error": "rate limited"}"#, false),
            ("{}", false),
            ("[1]", false),
            ("[", false),
        ] {
            assert_eq!(is_empty_list(text.as_bytes()), empty, "{text}");
        }
    }

    #[test]
    fn a_page_names_its_feed() {
        for (page, feed) in [
            (
                "<html><link rel=stylesheet href=x.css><LINK rel=\"alternate\" type='application/rss+xml' href=\"/feed?a=1&amp;b=2\">",
                Some("https://h.example/feed?a=1&b=2"),
            ),
            ("<link href='jobs.atom' type=application/atom+xml rel=alternate>", Some("https://h.example/a/jobs.atom")),
            ("<link rel=alternate hreflang=de href=/de>", None),
            ("<link rel=alternate type=application/rss+xml href='javascript:1'>", None),
            ("<link ", None),
            ("", None),
        ] {
            let document = Document { bytes: page.into(), base: Some("https://h.example/a/b".into()), ..Document::default() };
            assert_eq!(feed_link(&document).as_deref(), feed, "{page}");
        }
    }
}
