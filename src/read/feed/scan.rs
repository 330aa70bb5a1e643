//! The tolerant front: a feed's text to its entries, one at a time, however broken the XML is. quick-xml parses; this
//! file decides what to make of tags that never close or never opened, markup that is none, and a document that ends
//! in the middle. Depth, elements and text of one entry are bounded, so memory is that of one entry.

use std::collections::VecDeque;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use url::Url;

use super::element::{Element, Node};
use super::entities::Entities;
use super::names::Names;
use crate::text::beginning;

/// Elements of one entry beyond these are taken for text.
const ELEMENTS: usize = 20_000;
/// Attributes of an element beyond these are left out.
const ATTRIBUTES: usize = 64;
/// Open elements beyond these are counted, not named.
const NAMED_OPEN: usize = 4_096;
/// How far up an end tag looks for its start.
const NEAR: usize = 256;
/// What may be parsed in vain over all repairs, in bytes: a document that breaks on every tag ends here.
const WASTE: usize = 256 << 20;
/// Repairs beyond these are not made; the rest of the document is given up.
const REPAIRS: usize = 100_000;

/// What a feed holds, piece by piece.
pub enum Piece {
    /// A field of the feed itself: its title, link, author.
    Header(Element),
    /// An entry. `whole` is false where the document ended inside it; what was not closed by then is left out.
    Entry { element: Element, whole: bool },
}

/// Bounds of one entry.
#[derive(Clone, Copy)]
pub struct Bounds {
    pub depth: usize,
    pub text_bytes: usize,
}

/// The pieces of one document.
pub struct Scan<'t> {
    text: &'t str,
    reader: Reader<&'t [u8]>,
    /// Where in `text` the reader started.
    start: usize,
    wasted: usize,
    repairs: usize,
    bounds: Bounds,
    names: Names,
    entities: Entities,
    /// The document's own address, against which `xml:base` may be relative.
    base: Option<Url>,
    /// `xml:base` of open containers.
    bases: Vec<(usize, Option<Url>)>,
    /// Raw names of open elements, and whether each is built.
    open: Vec<(&'t str, bool)>,
    /// Open elements beyond [`NAMED_OPEN`].
    unnamed: usize,
    /// The piece being built, outermost first.
    built: Vec<Element>,
    /// Place in `open` of the entry or header being built.
    piece: usize,
    is_entry: bool,
    elements: usize,
    room: usize,
    /// The root element, canonical.
    pub root: String,
    /// The version the root names.
    pub version: Option<String>,
    /// An entry's text or elements went over the bounds.
    pub clipped: bool,
    /// Where the document was given up, in bytes.
    pub broken: Option<usize>,
    /// The document ended before its root did.
    pub unfinished: bool,
    ready: VecDeque<Piece>,
    done: bool,
}

impl<'t> Scan<'t> {
    pub fn new(text: &'t str, base: Option<Url>, bounds: Bounds) -> Scan<'t> {
        Scan {
            text,
            reader: reader(text),
            start: 0,
            wasted: 0,
            repairs: 0,
            bounds,
            names: Names::default(),
            entities: Entities::default(),
            base,
            bases: Vec::new(),
            open: Vec::new(),
            unnamed: 0,
            built: Vec::new(),
            piece: 0,
            is_entry: false,
            elements: 0,
            room: 0,
            root: String::new(),
            version: None,
            clipped: false,
            broken: None,
            unfinished: false,
            ready: VecDeque::new(),
            done: false,
        }
    }

    fn step(&mut self) {
        let at = self.start + self.reader.buffer_position() as usize;
        match self.reader.read_event() {
            Ok(Event::Eof) => self.end(),
            Ok(Event::Start(tag)) if is_name(&tag) => self.open(at, &tag, false),
            Ok(Event::Empty(tag)) if is_name(&tag) => self.open(at, &tag, true),
            // "a < b" is text, and what follows may be a tag.
            Ok(Event::Start(_) | Event::Empty(_)) => self.repair(at),
            Ok(Event::End(tag)) => self.close(tag.name().into_inner()),
            Ok(Event::Text(text)) => {
                let text = text.into_inner();
                self.push(&text);
            }
            Ok(Event::CData(text)) => {
                let text = text.into_inner();
                self.push(&text);
            }
            Ok(Event::GeneralRef(name)) if !self.built.is_empty() => {
                let mut text = String::new();
                self.entities.push(&name.into_inner(), &mut text);
                self.push(&text);
            }
            Ok(Event::DocType(doctype)) => self.entities.declare(&doctype.into_inner()),
            Ok(_) => {}
            Err(quick_xml::Error::IllFormed(_)) => {}
            Err(_) => self.repair(self.start + self.reader.error_position() as usize),
        }
    }

    /// Takes the `<` at this place for text, with all that follows up to the next that can start markup.
    fn repair(&mut self, at: usize) {
        let parsed = self.start + self.reader.buffer_position() as usize;
        self.wasted += parsed.saturating_sub(at);
        self.repairs += 1;
        let text = self.text;
        if self.wasted >= WASTE || self.repairs >= REPAIRS {
            self.broken = Some(at);
            return self.end();
        }
        let starts = |&(found, _): &(usize, &str)| text[found + 1..].starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '/' | '!' | '?'));
        let next = text
            .get(at + 1..)
            .and_then(|rest| rest.match_indices('<').map(|(found, sign)| (at + 1 + found, sign)).find(starts))
            .map_or(text.len(), |(found, _)| found);
        if !self.built.is_empty() {
            // No more of it than there is room for, lest a broken document be decoded over and over.
            let words = self.entities.decode(beginning(&text[at..next], self.room));
            self.push(&words);
        }
        self.reader = reader(&text[next..]);
        self.start = next;
    }

    fn open(&mut self, at: usize, tag: &BytesStart<'_>, empty: bool) {
        // The name is borrowed from the text, as the event's own life is too short.
        let length = tag.name().into_inner().len();
        let Some(raw) = self.text.get(at + 1..at + 1 + length) else { return };
        let depth = self.open.len();
        if self.root.is_empty() {
            self.take_root(raw, tag);
        }
        for attribute in tag.html_attributes().with_checks(false).flatten().take(ATTRIBUTES) {
            let key = attribute.key.into_inner();
            if key == "xmlns" || key.starts_with("xmlns:") {
                let address = self.entities.decode(&attribute.value);
                self.names.bind(depth + 1, key.strip_prefix("xmlns:").unwrap_or(""), &address);
            }
        }
        let name = self.names.element(raw);
        let is_entry = matches!(name.as_str(), "item" | "entry");
        if is_entry && self.starts_entry() {
            self.finish(true);
            self.piece = self.open.len();
            self.is_entry = true;
        } else if !self.is_entry && is_container(&name) {
            self.finish(true);
            let base = tag_base(tag, &mut self.entities).map(|base| join(self.container_base().or(self.base.as_ref()), &base));
            if !empty {
                self.bases.extend(base.map(|base| (self.open.len(), base)));
                self.push_open(raw, false);
            } else {
                self.names.leave(depth);
            }
            return;
        } else if self.built.is_empty() {
            self.piece = self.open.len();
            self.is_entry = false;
        }
        if self.built.is_empty() {
            self.elements = ELEMENTS;
            self.room = self.bounds.text_bytes;
        }
        let build = self.built.len() < self.bounds.depth && self.elements > 0;
        self.clipped |= self.is_entry && self.elements == 0;
        if build {
            self.elements -= 1;
            let element = self.element(name, tag);
            self.built.push(element);
        }
        self.push_open(raw, build);
        if empty {
            self.pop();
        }
    }

    fn take_root(&mut self, raw: &str, tag: &BytesStart<'_>) {
        let (prefix, local) = raw.split_once(':').unwrap_or(("", raw));
        let local = local.to_ascii_lowercase();
        if matches!(local.as_str(), "rss" | "feed" | "rdf" | "channel" | "item" | "entry") {
            let binding = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
            for attribute in tag.html_attributes().with_checks(false).flatten().take(ATTRIBUTES) {
                let key = attribute.key.into_inner();
                if key == binding && local != "rdf" {
                    self.names.set_root(&attribute.value);
                } else if key == "version" {
                    self.version = Some(attribute.value.trim().to_owned());
                } else if key == "xmlns" && attribute.value.contains("purl.org/atom/") {
                    self.version = Some("0.3".into());
                }
            }
            self.root = local;
        }
    }

    /// Whether an entry may start here: not inside another, except where that was never closed. An entry inside an
    /// entry's content (deeper, in a foreign vocabulary) is content.
    fn starts_entry(&self) -> bool {
        !self.is_entry
            || self.built.is_empty()
            || self.built.iter().skip(1).all(|element| !element.name.contains(':') && !matches!(element.name.as_str(), "content" | "source"))
    }

    fn element(&mut self, name: String, tag: &BytesStart<'_>) -> Element {
        let mut attributes = Vec::new();
        for attribute in tag.html_attributes().with_checks(false).flatten().take(ATTRIBUTES) {
            let key = attribute.key.into_inner();
            if !key.starts_with("xmlns") {
                let mut value = self.entities.decode(&attribute.value);
                if value.len() > self.room {
                    value.clear();
                    self.clipped |= self.is_entry;
                }
                self.room -= value.len();
                attributes.push((self.names.attribute(key), value));
            }
        }
        let above = self.built.last().map_or_else(|| self.container_base().cloned(), |above| above.base.clone());
        let own = attributes.iter().find(|(key, _)| key == "xml:base").map(|(_, base)| base.as_str());
        let base = own.map_or_else(|| above.clone(), |own| join(above.as_ref().or(self.base.as_ref()), own));
        Element { name, attributes, nodes: Vec::new(), base }
    }

    fn container_base(&self) -> Option<&Url> {
        self.bases.last().and_then(|(_, base)| base.as_ref())
    }

    fn push_open(&mut self, raw: &'t str, built: bool) {
        if self.open.len() < NAMED_OPEN || built {
            self.open.push((raw, built));
        } else {
            self.unnamed += 1;
        }
    }

    fn push(&mut self, text: &str) {
        let Some(last) = self.built.last_mut() else { return };
        let kept = beginning(text, self.room);
        self.clipped |= self.is_entry && kept.len() < text.len();
        self.room -= kept.len();
        if !kept.is_empty() {
            last.push(kept);
        }
    }

    /// An end tag closes the nearest element of its name and all that was left open in it; without one it is nothing.
    fn close(&mut self, raw: &str) {
        let near = self.open.len().saturating_sub(NEAR);
        let found = self.open[near..].iter().rposition(|(name, _)| name.eq_ignore_ascii_case(raw)).map(|found| near + found);
        let ends_piece = !self.built.is_empty() && self.open.get(self.piece).is_some_and(|(name, _)| name.eq_ignore_ascii_case(raw));
        match found {
            _ if ends_piece && found.is_none_or(|found| found <= self.piece) => self.finish(true),
            Some(found) if self.unnamed == 0 => {
                if !self.built.is_empty() && found < self.piece {
                    self.finish(true);
                }
                while self.open.len() > found {
                    self.pop();
                }
            }
            _ => self.unnamed = self.unnamed.saturating_sub(1),
        }
    }

    /// Closes the innermost open element.
    fn pop(&mut self) {
        if self.unnamed > 0 {
            self.unnamed -= 1;
            return;
        }
        let Some((_, built)) = self.open.pop() else { return };
        self.names.leave(self.open.len());
        self.bases.retain(|(depth, _)| *depth < self.open.len());
        if built && let Some(element) = self.built.pop() {
            match self.built.last_mut() {
                Some(above) => above.nodes.push(Node::Element(element)),
                None => self.ready.push_back(if self.is_entry { Piece::Entry { element, whole: true } } else { Piece::Header(element) }),
            }
            if self.built.is_empty() {
                self.is_entry = false;
            }
        }
    }

    /// Closes the piece being built, if any. Without `whole` what is still open in it is left out.
    fn finish(&mut self, whole: bool) {
        self.unnamed = 0;
        if self.built.is_empty() {
            return;
        }
        if !whole {
            self.built.truncate(1);
            self.open.truncate(self.piece + 1);
        }
        while self.open.len() > self.piece {
            self.pop();
        }
        if !whole && let Some(Piece::Entry { whole, .. }) = self.ready.back_mut() {
            *whole = false;
        }
    }

    fn end(&mut self) {
        self.unfinished = self.open.iter().any(|(name, _)| name.rsplit(':').next().is_some_and(|local| local.eq_ignore_ascii_case(&self.root)));
        self.finish(false);
        self.done = true;
    }
}

impl Iterator for Scan<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        while self.ready.is_empty() && !self.done {
            self.step();
        }
        self.ready.pop_front()
    }
}

fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    reader
}

/// Elements that only hold entries and fields of the feed.
fn is_container(name: &str) -> bool {
    matches!(name, "rss" | "feed" | "rdf" | "rdf:rdf" | "channel" | "items")
}

fn is_name(tag: &BytesStart<'_>) -> bool {
    let name = tag.name().into_inner();
    name.starts_with(|c: char| c.is_alphabetic() || c == '_') && !name.contains(['<', '"', '\'', '=', '&'])
}

fn tag_base(tag: &BytesStart<'_>, entities: &mut Entities) -> Option<String> {
    tag.html_attributes()
        .with_checks(false)
        .flatten()
        .take(ATTRIBUTES)
        .find(|attribute| attribute.key.into_inner() == "xml:base")
        .map(|attribute| entities.decode(&attribute.value))
}

/// An address against a base; without a base it must be whole.
fn join(base: Option<&Url>, address: &str) -> Option<Url> {
    match base {
        Some(base) => base.join(address.trim()).ok().or_else(|| Some(base.clone())),
        None => Url::parse(address.trim()).ok(),
    }
}
