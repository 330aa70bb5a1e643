//! From bytes to posts: what is this document, and which posts does it hold?
//!
//! [`read`] decides by content, never by name, and hands the document to one reader. A reader returns what it could
//! read and what it could not; a broken item, entry or record is a [`Problem`], never the end of the reading.
//! [`stream::Stream`] does the same for JSON lines of any length, a batch at a time.

pub mod api;
pub mod archive;
mod cells;
pub mod columns;
pub mod dates;
pub mod detect;
pub mod encoding;
pub mod feed;
pub mod limits;
pub mod mail;
pub mod marketplace;
pub mod page;
mod prose;
pub mod records;
mod script;
pub mod sites;
pub mod stated;
pub mod stream;
pub mod table;
pub mod text;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use crate::post::Post;
use crate::text::clean_line;

use columns::Columns;
use detect::{Detected, Format};
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
    /// A person's own names for the columns of a table; the usual ones without.
    pub columns: Option<Arc<Columns>>,
    pub bytes: Vec<u8>,
}

impl Document {
    /// The names of columns that hold for this document.
    pub fn columns(&self) -> &Columns {
        static USUAL: OnceLock<Columns> = OnceLock::new();
        self.columns.as_deref().unwrap_or_else(|| USUAL.get_or_init(Columns::default))
    }

    /// Another document found in this one.
    fn inner(&self, name: Option<&str>, bytes: Vec<u8>) -> Document {
        let source = name.map_or_else(|| self.source.clone(), |name| clean_line(&format!("{}/{name}", self.source)));
        Document { source, base: None, media_type: None, columns: self.columns.clone(), bytes }
    }
}

/// What a reader made of a document.
#[derive(Debug, Default)]
pub struct Reading {
    /// In document order.
    pub posts: Vec<Post>,
    /// What could not be read, so far as it is listed.
    pub problems: Vec<Problem>,
    /// Problems beyond those listed.
    pub unlisted: usize,
    /// What the document was taken for, as `rss`, `upwork search page`.
    pub format: String,
    /// Why it was taken for that: the evidence met.
    pub why: String,
}

impl Reading {
    /// Adds a problem, or counts it where enough are listed: a file may hold as many mistakes as lines.
    pub fn note(&mut self, problem: Problem, limits: &Limits) {
        self.note_with(limits, || problem);
    }

    /// The same, where a document may hold millions of mistakes: those that are not listed are not put into words.
    pub fn note_with(&mut self, limits: &Limits, problem: impl FnOnce() -> Problem) {
        if self.problems.len() < limits.problems { self.problems.push(problem()) } else { self.unlisted += 1 }
    }

    /// Takes in another reading of the same source.
    pub fn absorb(&mut self, other: Reading, limits: &Limits) {
        self.posts.extend(other.posts);
        other.problems.into_iter().for_each(|problem| self.note(problem, limits));
        self.unlisted += other.unlisted;
    }

    /// Cuts posts that are too long, and says so; counts problems beyond those listed.
    fn bound(&mut self, document: &Document, limits: &Limits) {
        for at in 0..self.posts.len() {
            let body = &mut self.posts[at].body;
            let cut = limits.cut(body).len();
            if cut < body.len() {
                body.truncate(cut);
                let place = if self.posts[at].title.is_empty() { format!("post {}", at + 1) } else { self.posts[at].title.chars().take(60).collect() };
                self.note(Problem::at(document, place, format!("the text is longer than {} KB; the rest of it is left out", limits.post_bytes >> 10)), limits);
            }
        }
        self.unlisted += self.problems.len().saturating_sub(limits.problems);
        self.problems.truncate(limits.problems);
    }

    /// A reading that is one problem.
    fn failed(format: &str, problem: Problem) -> Reading {
        Reading { problems: vec![problem], format: format.into(), ..Reading::default() }
    }
}

/// Something that could not be read: what was met, where, and what to do. Fit to print: documents and names of files
/// are hostile, so control and bidi characters are taken out here.
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
    /// A problem of a source that gave no document.
    pub fn new(source: &str, message: impl Into<String>) -> Problem {
        Problem { source_name: clean_line(source), place: None, message: clean_line(&message.into()) }
    }

    /// A problem of a whole document.
    pub fn of(document: &Document, message: impl Into<String>) -> Problem {
        Problem::new(&document.source, message)
    }

    /// A problem of one item.
    pub fn at(document: &Document, place: impl Into<String>, message: impl Into<String>) -> Problem {
        Problem { place: Some(clean_line(&place.into())), ..Problem::new(&document.source, message) }
    }
}

/// Reads a document, whatever it is.
pub fn read(document: &Document, limits: &Limits) -> Reading {
    read_in(document, limits, &archive::Nest::new(limits))
}

/// Reads a document that may lie in archives.
fn read_in(document: &Document, limits: &Limits, nest: &archive::Nest) -> Reading {
    let Detected { format, why } = detect::detect_with(&document.bytes, document.columns());
    // The parsers of others stand below; one that gives up on a document must not take the rest along.
    let mut reading = catch_unwind(AssertUnwindSafe(|| dispatch(document, format, limits, nest))).unwrap_or_else(|_| {
        Reading::failed("unreadable", Problem::of(document, "the reader gave up on this document; that is a mistake in gigsieve, please report it"))
    });
    if reading.why.is_empty() {
        reading.why = why.into_owned();
    }
    reading.bound(document, limits);
    reading
}

fn dispatch(document: &Document, format: Format, limits: &Limits, nest: &archive::Nest) -> Reading {
    let failed = |name: &str, message: &str| Reading::failed(name, Problem::of(document, message));
    match format {
        Format::Empty => failed(
            "nothing",
            if document.source == "-" { "nothing came in: paste or pipe a post into it" } else { "the file is empty: save the page or the post into it again" },
        ),
        Format::Feed => feed::read(document, limits),
        Format::Page => page(document, limits),
        Format::Records | Format::JsonLines => records::read(&utf8(document), limits),
        Format::Json => json(&utf8(document), limits),
        Format::Table(delimiter) => table::read(document, delimiter, limits),
        Format::Mail => mail::read(document, limits),
        Format::Mbox => mail::read_folder(document, limits),
        Format::Mhtml => archive::web::read_mhtml(document, limits),
        Format::WebArchive => archive::web::read_webarchive(document, limits),
        Format::Gzip => archive::read_gzip(document, limits, nest),
        Format::Zip => archive::read_zip(document, limits, nest),
        Format::Text => text::read(document, limits),
        Format::Xml => failed("xml", "XML, but no feed and no page: no reader knows it"),
        Format::Other(kind) => failed(kind, &format!("{kind}: no reader opens it. Copy the text of the post and paste it into `gigsieve check`")),
        Format::Binary => failed("binary", "not a text: it holds bytes that no text has. Save the page as HTML, or paste the post into `gigsieve check`"),
    }
}

/// Reads an HTML page, as much of it as the limits let in.
fn page(document: &Document, limits: &Limits) -> Reading {
    if document.bytes.len() <= limits.page_bytes {
        return page::read(document, limits);
    }
    let start = Document { bytes: document.bytes[..limits.page_bytes].to_vec(), ..document.clone_without_bytes() };
    let mut reading = page::read(&start, limits);
    reading.note(Problem::of(document, format!("a page of more than {} MB; what comes after is left out", limits.page_bytes >> 20)), limits);
    reading
}

/// JSON of others: answers of APIs first, then the usual names of keys.
fn json(document: &Document, limits: &Limits) -> Reading {
    let answer = api::read(document, limits);
    if !answer.posts.is_empty() {
        return answer;
    }
    let records = records::read(document, limits);
    // One object with no more than a name or a message is a program's settings or an error, not a post.
    let is_slight = |post: &Post| post.url.is_none() && (post.title.is_empty() || post.body.is_empty()) && post.title.len() + post.body.len() < SLIGHT;
    match &records.posts[..] {
        [] => answer,
        [post] if is_slight(post) => answer,
        _ => records,
    }
}

/// A title or a text alone is a post from so many bytes on, where nothing else says that it is one.
const SLIGHT: usize = 120;

/// The document in UTF-8 without a byte order mark, for readers of formats that have no other encoding.
fn utf8(document: &Document) -> Cow<'_, Document> {
    match encoding::decode(&document.bytes, document.media_type.as_deref()) {
        Cow::Borrowed(_) => Cow::Borrowed(document),
        Cow::Owned(text) => Cow::Owned(Document { bytes: text.into_bytes(), ..document.clone_without_bytes() }),
    }
}

impl Document {
    /// Where it came from and what is said of it.
    fn clone_without_bytes(&self) -> Document {
        Document { source: self.source.clone(), base: self.base.clone(), media_type: self.media_type.clone(), columns: self.columns.clone(), bytes: Vec::new() }
    }
}
