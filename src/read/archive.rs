//! Documents inside other files, read in place: gzip, zip, archives in archives. What all of them unpack to is bounded
//! together, so that no bomb, however it is folded, costs more than one large document.

use std::cell::Cell;
use std::io::{Cursor, Read};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;
use zip::result::ZipError;

use super::{Document, Limits, Problem, Reading, read_in};

pub mod web;

/// How deep in archives a document lies, and what all of them together may still unpack.
pub(super) struct Nest {
    depth: Cell<usize>,
    bytes: Cell<usize>,
    members: Cell<usize>,
}

impl Nest {
    pub(super) fn new(limits: &Limits) -> Nest {
        Nest { depth: Cell::new(0), bytes: Cell::new(limits.archive_bytes), members: Cell::new(limits.archive_members) }
    }

    /// Reads what was unpacked, one archive deeper.
    fn read(&self, document: &Document, limits: &Limits) -> Reading {
        self.depth.set(self.depth.get() + 1);
        let reading = read_in(document, limits, self);
        self.depth.set(self.depth.get() - 1);
        reading
    }

    /// Unpacks a member.
    ///
    /// # Errors
    /// What a person can be told: broken, too large, a bomb. With it comes what was unpacked up to there.
    fn unpack(&self, packed: usize, reader: impl Read, limits: &Limits) -> (Vec<u8>, Result<(), String>) {
        // A small file may shrink as far as it likes.
        let by_ratio = packed.saturating_mul(limits.archive_ratio).max(4 << 20);
        let most = limits.document_bytes.min(by_ratio).min(self.bytes.get());
        let mut bytes = Vec::new();
        let done = reader.take(most as u64 + 1).read_to_end(&mut bytes);
        let left = self.bytes.get().saturating_sub(bytes.len());
        self.bytes.set(left);
        let done = match done {
            Err(cause) => Err(format!("the packed data is broken: {cause}")),
            Ok(_) if bytes.len() <= most => Ok(()),
            Ok(_) if most == by_ratio => {
                Err(format!("unpacks to more than {} times its size, as only a decompression bomb does; left out", limits.archive_ratio))
            }
            Ok(_) if most == limits.document_bytes => Err(format!("unpacks to more than {} MB; left out", limits.document_bytes >> 20)),
            Ok(_) => Err(format!("everything in this archive unpacks to more than {} MB; the rest is left out", limits.archive_bytes >> 20)),
        };
        if bytes.len() > most {
            bytes = Vec::new();
        }
        (bytes, done)
    }
}

/// Reads what a gzip file unpacks to.
pub(super) fn read_gzip(document: &Document, limits: &Limits, nest: &Nest) -> Reading {
    if nest.depth.get() >= limits.archive_depth {
        return too_deep(document, limits);
    }
    let (bytes, done) = nest.unpack(document.bytes.len(), MultiGzDecoder::new(document.bytes.as_slice()), limits);
    let is_empty = bytes.is_empty();
    let mut reading = if is_empty && done.is_err() { Reading::default() } else { nest.read(&document.inner(None, bytes), limits) };
    reading.format = if reading.format.is_empty() { "gzip".into() } else { format!("gzip with {}", reading.format) };
    let is_padded = document.bytes.ends_with(&[0; 16]);
    match done {
        Err(message) if !message.contains("invalid gzip header") => reading.note(Problem::of(document, message), limits),
        Err(_) if is_empty => reading.note(Problem::of(document, "no gzip after its first two bytes: fetch or save it again"), limits),
        Err(_) if !is_padded => reading.note(Problem::of(document, "something that is no gzip follows the packed data; it is left out"), limits),
        _ => {}
    }
    reading
}

fn too_deep(document: &Document, limits: &Limits) -> Reading {
    Reading::failed("archive", Problem::of(document, format!("more than {} archives in one another; unpack it first", limits.archive_depth)))
}

/// Reads the members of a zip file, one after the other.
pub(super) fn read_zip(document: &Document, limits: &Limits, nest: &Nest) -> Reading {
    if nest.depth.get() >= limits.archive_depth {
        return too_deep(document, limits);
    }
    let failed = |message: String| Reading::failed("zip", Problem::of(document, message));
    // The directory of an archive is held whole when it is opened: it is measured first.
    let entries = document.bytes.windows(4).filter(|window| window == b"PK\x01\x02").count();
    if entries > limits.archive_members {
        return failed(format!("{entries} members, more than the {} that are read of one archive", limits.archive_members));
    }
    let mut archive = match ZipArchive::new(Cursor::new(document.bytes.as_slice())) {
        Ok(archive) => archive,
        Err(cause) => return failed(format!("a zip file that does not open: {cause}")),
    };
    if let Some(kind) = office(&archive) {
        return Reading::failed(kind, Problem::of(document, format!("{kind}: no reader opens it. Save it as text, HTML or CSV")));
    }
    let mut reading = Reading { format: "zip".into(), ..Reading::default() };
    let mut kinds: Vec<String> = Vec::new();
    let mut files = 0;
    for index in 0..archive.len() {
        let (name, bytes, done) = match member(&mut archive, index, limits, nest) {
            Ok(Some(member)) => member,
            Ok(None) => continue,
            Err(message) => {
                reading.note(Problem::at(document, format!("member {}", index + 1), message), limits);
                continue;
            }
        };
        files += 1;
        let inner = document.inner(Some(&name), bytes);
        if let Err(message) = done {
            reading.note(Problem::of(&inner, message), limits);
        } else {
            let found = nest.read(&inner, limits);
            if !kinds.contains(&found.format) && kinds.len() < 6 {
                kinds.push(found.format.clone());
            }
            reading.absorb(found, limits);
        }
        let spent = nest.bytes.get() == 0 || nest.members.get() == 0;
        if (spent || reading.posts.len() >= limits.posts) && index + 1 < archive.len() {
            let message = format!(
                "the archive holds more than is read of one ({} members, {} MB, {} posts); the rest is left out",
                limits.archive_members,
                limits.archive_bytes >> 20,
                limits.posts
            );
            reading.note(Problem::of(document, message), limits);
            break;
        }
    }
    if files == 0 && reading.problems.is_empty() {
        reading.note(Problem::of(document, "the archive holds no files"), limits);
    }
    reading.why =
        format!("it starts with the mark of zip; {files} files in it: {}", if kinds.is_empty() { "none readable".to_owned() } else { kinds.join(", ") });
    reading
}

type Member = (String, Vec<u8>, Result<(), String>);

/// One member, unpacked; folders and hidden files are passed over.
fn member(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize, limits: &Limits, nest: &Nest) -> Result<Option<Member>, String> {
    let file = archive.by_index(index).map_err(|error| match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => "locked with a password".to_owned(),
        error => format!("does not open: {error}"),
    })?;
    let name = String::from_utf8_lossy(file.name_raw()).into_owned();
    let hidden = name.split(['/', '\\']).any(|part| part.starts_with('.') && part != "." && part != "..") || name.starts_with("__MACOSX/");
    if !file.is_file() || hidden {
        return Ok(None);
    }
    nest.members.set(nest.members.get().saturating_sub(1));
    let packed = usize::try_from(file.compressed_size()).unwrap_or(usize::MAX);
    let (bytes, done) = nest.unpack(packed, file, limits);
    Ok(Some((name, bytes, done)))
}

/// The kind of an Office document, which is a zip file inside.
fn office(archive: &ZipArchive<Cursor<&[u8]>>) -> Option<&'static str> {
    let has = |start: &str| archive.file_names_raw().any(|name| name.starts_with(start.as_bytes()));
    if !has("[Content_Types].xml") && !has("mimetype") {
        return None;
    }
    [
        ("word/", "a Word document"),
        ("xl/", "an Excel workbook"),
        ("ppt/", "a PowerPoint file"),
        ("content.xml", "an OpenDocument file"),
        ("META-INF/container.xml", "an e-book"),
    ]
    .into_iter()
    .find(|(start, _)| has(start))
    .map(|(_, kind)| kind)
}
