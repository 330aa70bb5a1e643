//! JSON Feed 1.0 and 1.1, as strictly as its writers keep to it: ids may be numbers, dates may be blank, the file may
//! end in the middle. Items are read one at a time and only what is known of them is kept, so what is whole before an
//! error is there, and memory is that of one item.

use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use url::Url;

use super::entry::resolve;
use super::html;
use crate::post::Draft;
use crate::read::dates;
use crate::text::beginning;

/// Tags or authors of an item beyond these are left out.
const LISTED: usize = 64;
/// The keys of an item that are read.
const KEYS: [&str; 12] =
    ["id", "url", "external_url", "title", "content_html", "content_text", "summary", "date_published", "date_modified", "author", "authors", "tags"];

/// What a JSON Feed says of itself.
#[derive(Debug, Default)]
pub struct JsonFeed {
    pub link: Option<String>,
    author: Option<String>,
}

/// Calls `each` for every item until it returns false; the error says where the document stopped being JSON. Texts
/// are cut at `most` bytes.
pub fn items(text: &str, document: Option<&Url>, most: usize, each: &mut dyn FnMut(&JsonFeed, Draft) -> bool) -> Result<(), serde_json::Error> {
    let mut stopped = false;
    // What a feed says of itself may stand after its items.
    let mut head = JsonFeed::default();
    let _ = serde_json::Deserializer::from_str(text).deserialize_map(Head { head: &mut head, most });
    let read = serde_json::Deserializer::from_str(text).deserialize_map(Feed { head, document, most, each, stopped: &mut stopped });
    if stopped { Ok(()) } else { read }
}

/// Reads what a feed says of itself and steps over its items.
struct Head<'h> {
    head: &'h mut JsonFeed,
    most: usize,
}

impl<'de> Visitor<'de> for Head<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON Feed")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut page, mut own, mut author, mut authors) = (None, None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            let field = match key.as_str() {
                "home_page_url" => &mut page,
                "feed_url" => &mut own,
                "author" => &mut author,
                "authors" => &mut authors,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *field = first(map.next_value_seed(Said(self.most))?).or(field.take());
            // At once, for the document may break off.
            *self.head = JsonFeed { link: page.clone().or_else(|| own.clone()), author: authors.clone().or_else(|| author.clone()) };
        }
        Ok(())
    }
}

struct Feed<'f> {
    head: JsonFeed,
    document: Option<&'f Url>,
    most: usize,
    each: &'f mut dyn FnMut(&JsonFeed, Draft) -> bool,
    stopped: &'f mut bool,
}

impl<'de> Visitor<'de> for Feed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON Feed")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let feed = std::mem::take(&mut self.head);
        while let Some(key) = map.next_key::<String>()? {
            if key == "items" {
                map.next_value_seed(Items { feed: &feed, within: &mut self })?;
            } else {
                map.next_value::<IgnoredAny>()?;
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

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element_seed(Item(self.within.most))? {
            if let Some(item) = item
                && !(self.within.each)(self.feed, draft(self.feed, self.within.document, &item))
            {
                *self.within.stopped = true;
                return Err(A::Error::custom("enough"));
            }
        }
        Ok(())
    }
}

/// An item: what it says under the known keys, the last where it says one twice; `None` where it is no object. The
/// number bounds a text.
struct Item(usize);

impl<'de> DeserializeSeed<'de> for Item {
    type Value = Option<HashMap<&'static str, Vec<String>>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Item {
    type Value = Option<HashMap<&'static str, Vec<String>>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an item")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut item = HashMap::new();
        while let Some(key) = map.next_key::<String>()? {
            match KEYS.iter().find(|known| **known == key) {
                Some(known) => {
                    item.insert(*known, map.next_value_seed(Said(self.0))?);
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Some(item))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// What a value says, whatever its type: a text, a number, the names in a list or an object. The number bounds a text.
#[derive(Clone, Copy)]
struct Said(usize);

impl<'de> DeserializeSeed<'de> for Said {
    type Value = Vec<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<String>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Said {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Vec<String>, E> {
        let text = beginning(text, self.0).trim();
        Ok(if text.is_empty() { Vec::new() } else { vec![text.to_owned()] })
    }

    fn visit_i64<E>(self, number: i64) -> Result<Vec<String>, E> {
        Ok(vec![number.to_string()])
    }

    fn visit_u64<E>(self, number: u64) -> Result<Vec<String>, E> {
        Ok(vec![number.to_string()])
    }

    fn visit_f64<E>(self, number: f64) -> Result<Vec<String>, E> {
        Ok(vec![number.to_string()])
    }

    fn visit_bool<E>(self, _: bool) -> Result<Vec<String>, E> {
        Ok(Vec::new())
    }

    fn visit_unit<E>(self) -> Result<Vec<String>, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<String>, A::Error> {
        let mut all = Vec::new();
        while all.len() < LISTED {
            match list.next_element_seed(self)? {
                Some(said) => all.extend(said),
                None => return Ok(all),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(all)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
        let mut name = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == "name" {
                name = map.next_value_seed(self)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(name)
    }
}

fn first(said: Vec<String>) -> Option<String> {
    said.into_iter().next()
}

fn draft(feed: &JsonFeed, document: Option<&Url>, item: &HashMap<&'static str, Vec<String>>) -> Draft {
    let said = |key: &str| item.get(key).and_then(|said| said.first()).cloned();
    let moment = |key: &str| said(key).and_then(|text| dates::parse(&text));
    let page = feed.link.as_deref().and_then(|link| Url::parse(link).ok());
    let base = page.as_ref().or(document);
    let html = said("content_html").map(|html| html::to_text(&html)).filter(|text| !text.trim().is_empty());
    let title = said("title").unwrap_or_default();
    let id = said("id");
    let own = id.as_deref().filter(|id| id.starts_with("http://") || id.starts_with("https://"));
    Draft {
        url: said("url")
            .and_then(|url| resolve(&url, base))
            .or_else(|| own.and_then(|id| resolve(id, None)))
            .or_else(|| said("external_url").and_then(|url| resolve(&url, base))),
        title: if html::looks_like(&title) { html::to_text(&title) } else { title },
        body: html.or_else(|| said("content_text")).or_else(|| said("summary")).unwrap_or_default(),
        published: moment("date_published"),
        updated: moment("date_modified"),
        author: said("authors").or_else(|| said("author")).or_else(|| feed.author.clone()),
        skills: item.get("tags").cloned().unwrap_or_default(),
        id,
        ..Draft::default()
    }
}
