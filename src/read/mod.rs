//! From bytes to posts: what is this document, and which posts does it hold?
//!
//! [`read`] decides by content, never by name alone, and hands the document to one reader. A reader returns what it
//! could read and what it could not; a broken item, entry or record is a [`Problem`], never the end of the reading.

pub mod dates;
pub mod encoding;
pub mod feed;
pub mod limits;
pub mod marketplace;
pub mod records;
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
        None => Reading {
            problems: vec![Problem::of(document, "the file is empty")],
            format: "nothing".into(),
            why: "no bytes but blanks".into(),
            ..Reading::default()
        },
        Some(_) if feed::looks_like_feed(&document.bytes) => feed::read(document, limits),
        Some(b'{' | b'[') => records::read(document, limits),
        Some(_) => text::read(document, limits),
    }
}
