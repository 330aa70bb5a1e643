//! Posts in our own record schema: JSON lines, one JSON array, one JSON object. What `scan --format jsonl` writes reads
//! back. Records of others are read by the usual names of their keys; nested answers of APIs are not read here.

use std::cell::RefCell;

use rayon::prelude::*;
use serde::de::DeserializeSeed;

use super::api::values;
use super::columns::Columns;
use super::{Document, Limits, Problem, Reading};
use crate::post::{Draft, Post};

mod mend;
mod record;
mod value;

use record::{Array, First, Record};

/// Whether the first object of a JSON text, or of its array, has the keys of our records. The text may be cut off.
pub(super) fn is_own(text: &str) -> bool {
    let keys = RefCell::new(Vec::new());
    // It ends with an error when the first object does: the keys are what is asked for.
    let _ = First(&keys).deserialize(&mut serde_json::Deserializer::from_str(text));
    let keys = keys.into_inner();
    let has = |key: &&&str| keys.iter().any(|known| known == **key);
    let texts = ["title", "body"].iter().filter(has).count();
    texts == 2 || texts == 1 && ["pay", "client", "proposals", "skills", "marketplace", "published", "source"].iter().filter(has).count() >= 2
}

/// Reads JSON lines, an array of records, or one record.
pub fn read(document: &Document, limits: &Limits) -> Reading {
    let bytes = document.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&document.bytes).trim_ascii();
    if bytes.starts_with(b"[") {
        return array(document, bytes, limits);
    }
    // One record, over several lines perhaps.
    if let Ok(Some(draft)) = one(bytes, document.columns(), limits) {
        let posts = post(draft, document, "json").into_iter().collect();
        return Reading { posts, format: "json record".into(), why: "one JSON object".into(), ..Reading::default() };
    }
    let by_line = by_line(document, limits);
    if by_line.posts.is_empty() {
        let in_a_row = in_a_row(document, bytes, limits);
        if !in_a_row.posts.is_empty() {
            return in_a_row;
        }
    }
    by_line
}

/// Objects one after the other without regard to lines, as `jq` writes them.
fn in_a_row(document: &Document, bytes: &[u8], limits: &Limits) -> Reading {
    let mut reading = Reading { format: "json".into(), why: "JSON objects one after the other".into(), ..Reading::default() };
    let text = String::from_utf8_lossy(bytes);
    for (at, source) in values::outermost(&text).take(limits.posts).enumerate() {
        match one(source.as_bytes(), document.columns(), limits).ok().flatten().and_then(|draft| post(draft, document, "json")) {
            Some(post) => reading.posts.push(post),
            None => reading.note_with(limits, || Problem::at(document, format!("record {}", at + 1), "no record, or one cut off before its end")),
        }
    }
    reading
}

fn by_line(document: &Document, limits: &Limits) -> Reading {
    let mut numbered = document.bytes.split(|&byte| byte == b'\n').enumerate().map(|(at, line)| (at + 1, line));
    let mut reading = Reading { format: "jsonl".into(), why: "a JSON object a line".into(), ..Reading::default() };
    loop {
        let chunk: Vec<(usize, &[u8])> = numbered.by_ref().take(CHUNK).collect();
        let Some(&(first, _)) = chunk.first() else { return reading };
        if reading.posts.len() >= limits.posts {
            reading.note(Problem::at(document, format!("line {first}"), format!("more than {} records; the rest is left out", limits.posts)), limits);
            return reading;
        }
        reading.absorb(lines(&chunk, document, limits), limits);
    }
}

/// Lines read at once: enough to keep all cores busy.
const CHUNK: usize = 4096;

/// Reads some lines, each with its number. A line that is no record is a problem of its own.
pub fn lines<L: AsRef<[u8]> + Sync>(lines: &[(usize, L)], document: &Document, limits: &Limits) -> Reading {
    let columns = document.columns();
    let read = |(number, line): &(usize, L)| {
        let line = line.as_ref().strip_prefix(b"\xef\xbb\xbf").unwrap_or(line.as_ref()).trim_ascii();
        if line.iter().all(|&byte| byte == 0) {
            return None;
        }
        let post = match one(line, columns, limits) {
            Ok(Some(draft)) => post(draft, document, "jsonl").ok_or(NoRecord::Empty),
            Ok(None) => Err(NoRecord::NoObject),
            Err(error) => Err(NoRecord::NoJson(error)),
        };
        Some(post.map_err(|cause| (*number, cause)))
    };
    let mut reading = Reading { format: "jsonl".into(), why: "a JSON object a line".into(), ..Reading::default() };
    for post in lines.par_iter().filter_map(read).collect::<Vec<_>>() {
        match post {
            Ok(post) => reading.posts.push(post),
            // Where every line is bad, putting it into words for each would take longer than the reading.
            Err(_) if reading.problems.len() >= limits.problems => reading.unlisted += 1,
            Err((number, cause)) => reading.problems.push(Problem::at(document, format!("line {number}"), cause.to_string())),
        }
    }
    reading
}

/// Why a line is no record.
#[derive(Debug, thiserror::Error)]
enum NoRecord {
    #[error("a record without a title and without a text")]
    Empty,
    #[error("JSON, but no record: a record stands in braces")]
    NoObject,
    #[error("no record: {}", if .0.is_eof() { "the line is cut off before its record ends".to_owned() } else { .0.to_string() })]
    NoJson(serde_json::Error),
}

/// The draft of one JSON value; `None` where it is no object. What strict JSON forbids and people send is mended.
fn one(line: &[u8], columns: &Columns, limits: &Limits) -> Result<Option<Draft>, serde_json::Error> {
    let parse = |line: &[u8]| {
        let mut parser = serde_json::Deserializer::from_slice(line);
        let draft = Record { columns, limits }.deserialize(&mut parser)?;
        parser.end()?;
        Ok(draft)
    };
    parse(line).or_else(|error: serde_json::Error| match mend::mended(line) {
        Some(mended) => parse(&mended),
        None => Err(error),
    })
}

/// The post of a draft that has a text; the source stated in the record goes before the document's.
fn post(draft: Draft, document: &Document, format: &str) -> Option<Post> {
    let source = draft.source.or_else(|| Some(document.source.clone()));
    let post = Draft { source, format: Some(format.to_owned()), ..draft }.finish();
    (!post.title.is_empty() || !post.body.is_empty()).then_some(post)
}

fn array(document: &Document, bytes: &[u8], limits: &Limits) -> Reading {
    let parse = |bytes: &[u8]| {
        let reading = RefCell::new(Reading { format: "json".into(), why: "one JSON array of records".into(), ..Reading::default() });
        let array = Array { record: Record { columns: document.columns(), limits }, document, reading: &reading };
        let mut parser = serde_json::Deserializer::from_slice(bytes);
        let done = array.deserialize(&mut parser).and_then(|()| parser.end());
        (reading.into_inner(), done)
    };
    let (mut reading, mut done) = parse(bytes);
    if done.is_err()
        && let Some(mended) = mend::mended(bytes)
    {
        (reading, done) = parse(&mended);
    }
    if let Err(error) = done {
        reading.note(Problem::of(document, format!("the JSON breaks off after {} records: {error}", reading.posts.len())), limits);
    }
    reading
}
