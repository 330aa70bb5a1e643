//! JSON Feed 1.0 and 1.1, as strictly as its writers keep to it: ids may be numbers, dates may be blank, the file may
//! end in the middle. Items are read one at a time, so what is whole before an error is kept.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use url::Url;

use super::entry::resolve;
use super::html;
use crate::post::Draft;
use crate::read::dates;

/// What a JSON Feed says of itself.
#[derive(Debug, Default)]
pub struct JsonFeed {
    pub version: Option<String>,
    pub link: Option<String>,
    author: Option<String>,
}

/// Calls `each` for every item until it returns false; the error says where the document stopped being JSON.
pub fn items(text: &str, document: Option<&Url>, each: &mut dyn FnMut(&JsonFeed, Draft) -> bool) -> Result<(), serde_json::Error> {
    let mut stopped = false;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = deserializer.deserialize_map(Feed { document, each, stopped: &mut stopped });
    if stopped { Ok(()) } else { read }
}

struct Feed<'f> {
    document: Option<&'f Url>,
    each: &'f mut dyn FnMut(&JsonFeed, Draft) -> bool,
    stopped: &'f mut bool,
}

impl<'de> Visitor<'de> for Feed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON Feed")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut feed = JsonFeed::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "items" => map.next_value_seed(Items { feed: &feed, within: &mut self })?,
                "version" => feed.version = string(&map.next_value()?),
                "home_page_url" => feed.link = string(&map.next_value()?).or(feed.link),
                "feed_url" => feed.link = feed.link.or(string(&map.next_value()?)),
                "author" | "authors" => feed.author = author(&map.next_value()?).or(feed.author),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

struct Items<'i, 'f> {
    feed: &'i JsonFeed,
    within: &'i mut Feed<'f>,
}

impl<'de> DeserializeSeed<'de> for Items<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element::<Value>()? {
            if let Value::Object(item) = item
                && !(self.within.each)(self.feed, draft(self.feed, self.within.document, &item))
            {
                *self.within.stopped = true;
                return Err(A::Error::custom("enough"));
            }
        }
        Ok(())
    }
}

fn draft(feed: &JsonFeed, document: Option<&Url>, item: &Map<String, Value>) -> Draft {
    let said = |key: &str| item.get(key).and_then(string);
    let moment = |key: &str| said(key).and_then(|text| dates::parse(&text));
    let page = feed.link.as_deref().and_then(|link| Url::parse(link).ok());
    let base = page.as_ref().or(document);
    let html = said("content_html").map(|html| html::to_text(&html)).filter(|text| !text.trim().is_empty());
    let title = said("title").unwrap_or_default();
    let id = said("id");
    let own = id.as_deref().filter(|id| id.starts_with("http://") || id.starts_with("https://"));
    Draft {
        url: said("url").and_then(|url| resolve(&url, base)).or_else(|| own.and_then(|id| resolve(id, None))).or_else(|| said("external_url").and_then(|url| resolve(&url, base))),
        title: if html::looks_like(&title) { html::to_text(&title) } else { title },
        body: html.or_else(|| said("content_text")).or_else(|| said("summary")).unwrap_or_default(),
        published: moment("date_published"),
        updated: moment("date_modified"),
        author: item.get("authors").and_then(author).or_else(|| item.get("author").and_then(author)).or_else(|| feed.author.clone()),
        skills: item.get("tags").and_then(Value::as_array).map(|tags| tags.iter().filter_map(string).collect()).unwrap_or_default(),
        id,
        ..Draft::default()
    }
}

/// A text, or a number where a text should be.
fn string(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The first author who has a name: 1.0 has one object, 1.1 a list of them.
fn author(value: &Value) -> Option<String> {
    match value {
        Value::Array(authors) => authors.iter().find_map(author),
        Value::Object(author) => author.get("name").and_then(string),
        other => string(other),
    }
}
