//! From bytes to posts: what is this document, and which posts does it hold?
//!
//! [`read`] decides by content, never by name alone, and hands the document to one reader. A reader returns what it
//! could read and what it could not; a broken item, entry or record is a [`Problem`], never the end of the reading.

pub mod api;
pub mod limits;
pub mod page;
mod prose;
pub mod records;
mod script;
pub mod sites;
mod stated;
pub mod text;

use crate::post::Post;

pub use limits::Limits;

/// The bytes that came, and where they came from.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// A path, an address, or `-`: shown in reports and messages.
    pub source: String,
    /// The address relative links are resolved against, where the document came from the network.
    pub base: Option<String>,
    /// The media type that came with it (`Content-Type`, MIME part), parameters included.
    pub media_type: Option<String>,
    pub bytes: Vec<u8>,
}

/// What a reader made of a document.
#[derive(Debug, Default)]
pub struct Reading {
    /// In document order.
    pub posts: Vec<Post>,
    pub problems: Vec<Problem>,
    /// What the document was taken for, as `rss`, `upwork search page`.
    pub format: String,
    /// Why it was taken for that: the evidence met.
    pub why: String,
}

/// Something that could not be read: what was met, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{source_name}{}: {message}", place.as_deref().map(|place| format!(" ({place})")).unwrap_or_default())]
pub struct Problem {
    /// The source of the document.
    pub source_name: String,
    /// Where in it: "line 3", "entry 7".
    pub place: Option<String>,
    pub message: String,
}

impl Problem {
    /// A problem of a whole document.
    pub fn of(document: &Document, message: impl Into<String>) -> Problem {
        Problem { source_name: document.source.clone(), place: None, message: message.into() }
    }

    /// A problem of one item.
    pub fn at(document: &Document, place: impl Into<String>, message: impl Into<String>) -> Problem {
        Problem { source_name: document.source.clone(), place: Some(place.into()), message: message.into() }
    }
}

/// Reads a document, whatever it is.
pub fn read(document: &Document, limits: &Limits) -> Reading {
    let start = document.bytes.iter().copied().find(|byte| !byte.is_ascii_whitespace());
    match start {
        None => Reading { problems: vec![Problem::of(document, "the file is empty")], format: "nothing".into(), why: "no bytes but blanks".into(), ..Reading::default() },
        Some(b'{' | b'[') if records::are_ours(&document.bytes) => records::read(document, limits),
        Some(b'{' | b'[') => api::read(document, limits),
        Some(_) if is_script(&document.bytes) => api::read(document, limits),
        Some(_) if is_markup(&document.bytes) => page::read(document, limits),
        Some(_) => text::read(document, limits),
    }
}

/// Bytes from the start in which a document shows what it is.
const HEAD: usize = 4096;

/// Whether a document is a JavaScript module or assignment with a list or object in it.
fn is_script(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    let head = head.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t', ';']);
    let start = head.find(['[', '{', '<', '(']).unwrap_or(head.len());
    ["export default", "module.exports", "export const", "const ", "let ", "var ", "window.", "callback"].iter().any(|word| head.starts_with(word))
        && start < 200
        && matches!(head.as_bytes().get(start), Some(b'[' | b'{' | b'('))
}

/// Whether a document is HTML: a tag that pages have stands near its start.
fn is_markup(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body", "<div", "<section", "<article", "<main", "<table", "<ul", "<meta", "<script", "<p>", "<p ", "<h1", "<title"].iter().any(|tag| head.contains(tag))
}
