//! Pages saved with all that belongs to them as one file: `.mhtml` of Chromium and its kin, `.webarchive` of Safari.
//! The main page goes to the readers of pages with the address it was saved from; pictures and frames are left.

use std::io::Cursor;

use mail_parser::{HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use plist::stream::{Event, Reader};

use super::super::{Document, Limits, Problem, Reading, mail, page};

/// Reads the main page of a MIME archive.
pub(crate) fn read_mhtml(document: &Document, limits: &Limits) -> Reading {
    // The page comes first; pictures beyond the bounds are none of ours.
    let (bytes, _) = mail::bound::message(&document.bytes);
    let Some(message) = MessageParser::default().parse(&bytes[..]) else {
        return Reading::failed("mhtml", Problem::of(document, "a web archive whose headers cannot be read"));
    };
    let snapshot = header(&message.parts, "Snapshot-Content-Location");
    let Some((part, html)) = main_part(&message, snapshot) else {
        return Reading::failed("mhtml", Problem::of(document, "a web archive without a page in it"));
    };
    let base = part.content_location().or(snapshot).map(str::to_owned);
    // The part was decoded from its charset, whatever the page itself says of it.
    let inner = Document { base, media_type: Some("text/html; charset=utf-8".into()), ..document.inner(None, html.as_bytes().to_vec()) };
    named(page(&inner, limits), "web archive")
}

fn header<'a>(parts: &'a [MessagePart<'_>], name: &'static str) -> Option<&'a str> {
    parts.first()?.headers.iter().find(|header| header.name == HeaderName::Other(name.into())).and_then(|header| match &header.value {
        HeaderValue::Text(text) => Some(text.as_ref()),
        _ => None,
    })
}

/// The page that was saved: the one from the archive's own address, else the first.
fn main_part<'a>(message: &'a Message<'a>, snapshot: Option<&str>) -> Option<(&'a MessagePart<'a>, &'a str)> {
    let pages = || {
        message.parts.iter().filter_map(|part| match &part.body {
            PartType::Html(html) => Some((part, html.as_ref())),
            _ => None,
        })
    };
    pages().find(|(part, _)| snapshot.is_some() && part.content_location() == snapshot).or_else(|| pages().next())
}

fn named(mut reading: Reading, archive: &str) -> Reading {
    reading.format = format!("{archive} with {}", reading.format);
    reading
}

/// Events and bytes read of a property list. Its parts may name one another, so a short one can unfold without end.
const EVENTS: usize = 200_000;

/// Reads the main page of a Safari archive.
pub(crate) fn read_webarchive(document: &Document, limits: &Limits) -> Reading {
    let mut resource = Resource::default();
    if let Err(message) = resource.read(&document.bytes, limits) {
        return Reading::failed("webarchive", Problem::of(document, message));
    }
    let Some(html) = resource.data else {
        return Reading::failed("webarchive", Problem::of(document, "a property list, but no web archive: it holds no main page"));
    };
    let charset = resource.charset.map_or_else(String::new, |charset| format!("; charset={charset}"));
    let inner = Document { base: resource.url, media_type: Some(format!("text/html{charset}")), ..document.inner(None, html) };
    named(page(&inner, limits), "web archive")
}

/// What `WebMainResource` says.
#[derive(Default)]
struct Resource {
    data: Option<Vec<u8>>,
    url: Option<String>,
    charset: Option<String>,
}

impl Resource {
    /// Reads up to the end of the main resource.
    fn read(&mut self, bytes: &[u8], limits: &Limits) -> Result<(), String> {
        let (mut depth, mut main, mut budget) = (0usize, None, limits.document_bytes);
        let mut key: Option<String> = None;
        for event in Reader::new(Cursor::new(bytes)).take(EVENTS) {
            let event = event.map_err(|_| "a property list that is broken or cut off: save the page again")?;
            let text = match event {
                Event::StartDictionary(_) | Event::StartArray(_) => {
                    depth += 1;
                    if depth == 2 && key.as_deref() == Some("WebMainResource") {
                        main = Some(depth);
                    }
                    key = None;
                    continue;
                }
                Event::EndCollection => {
                    if main == Some(depth) {
                        return Ok(());
                    }
                    depth = depth.saturating_sub(1);
                    key = None;
                    continue;
                }
                Event::Data(data) => {
                    budget = budget.checked_sub(data.len()).ok_or("a property list that unfolds without end")?;
                    if main == Some(depth) && key.as_deref() == Some("WebResourceData") {
                        self.data = Some(data.into_owned());
                    }
                    key = None;
                    continue;
                }
                Event::String(text) => text,
                _ => {
                    key = None;
                    continue;
                }
            };
            budget = budget.checked_sub(text.len()).ok_or("a property list that unfolds without end")?;
            match key.take().as_deref() {
                None => key = Some(text.into_owned()),
                Some("WebResourceURL") if main == Some(depth) => self.url = Some(text.into_owned()),
                Some("WebResourceTextEncodingName") if main == Some(depth) => self.charset = Some(text.into_owned()),
                Some(_) => {}
            }
        }
        Ok(())
    }
}
