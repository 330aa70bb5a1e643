//! Reads a source a batch at a time: JSON lines of any length in bounded memory, everything else whole and at once.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use super::detect::{self, Format};
use super::{Document, Limits, Problem, Reading, read, records};

/// Lines of a batch: enough to keep all cores busy, few enough to hold.
const BATCH_LINES: usize = 1024;
/// Bytes of a batch, the last line aside.
const BATCH_BYTES: usize = 4 << 20;
/// What is looked at to tell JSON lines from everything else, in bytes.
const HEAD: u64 = 256 << 10;

/// The readings of one source, in order. Anything but JSON lines gives exactly one.
pub struct Stream<'a> {
    /// Everything but the bytes.
    document: Document,
    limits: &'a Limits,
    state: State<'a>,
}

enum State<'a> {
    Start(Box<dyn Read + 'a>),
    Lines { reader: BufReader<Box<dyn Read + 'a>>, number: usize },
    Done,
}

impl<'a> Stream<'a> {
    /// A stream of what comes from `reader`; `document` says where it came from, its own bytes are not read.
    pub fn new(document: Document, reader: impl Read + 'a, limits: &'a Limits) -> Stream<'a> {
        Stream { document, limits, state: State::Start(Box::new(reader)) }
    }

    fn start(&mut self, mut reader: Box<dyn Read + 'a>) -> Option<Reading> {
        let mut bytes = Vec::new();
        if let Err(cause) = reader.by_ref().take(HEAD).read_to_end(&mut bytes) {
            return Some(self.failed(&cause));
        }
        // Wide characters have no line ends to part them by; they are read whole.
        if bytes.len() as u64 == HEAD && detect::width(&bytes).is_none() && detect::detect(&bytes).format == Format::JsonLines {
            let reader: Box<dyn Read + 'a> = Box::new(Cursor::new(bytes).chain(reader));
            self.state = State::Lines { reader: BufReader::with_capacity(1 << 16, reader), number: 0 };
            return self.next();
        }
        let most = self.limits.document_bytes;
        if let Err(cause) = reader.take((most as u64 + 1).saturating_sub(bytes.len() as u64)).read_to_end(&mut bytes) {
            return Some(self.failed(&cause));
        }
        let mut document = std::mem::take(&mut self.document);
        document.bytes = bytes;
        if document.bytes.len() > most {
            let message = format!("larger than {} MB, which is as much as is read of one document; --limit-mb raises it", most >> 20);
            return Some(Reading::failed("too large", Problem::of(&document, message)));
        }
        Some(read(&document, self.limits))
    }

    fn failed(&self, cause: &io::Error) -> Reading {
        Reading::failed("unreadable", Problem::of(&self.document, format!("cannot be read: {cause}")))
    }

    /// The next lines, each with its number, and the problem that ends them early.
    fn batch(&mut self, mut reader: BufReader<Box<dyn Read + 'a>>, mut number: usize) -> Option<Reading> {
        let (mut lines, mut size, mut problems) = (Vec::new(), 0, Vec::new());
        let mut ended = false;
        while lines.len() < BATCH_LINES && size < BATCH_BYTES {
            let mut line = Vec::new();
            number += 1;
            match reader.by_ref().take(self.limits.document_bytes as u64 + 1).read_until(b'\n', &mut line) {
                Ok(0) => ended = true,
                Ok(length) if length > self.limits.document_bytes => {
                    problems.push(Problem::at(
                        &self.document,
                        format!("line {number}"),
                        format!("longer than {} MB; left out", self.limits.document_bytes >> 20),
                    ));
                    ended = skip_line(&mut reader).is_err();
                }
                Ok(length) => {
                    size += length;
                    lines.push((number, line));
                }
                Err(cause) => {
                    problems.push(Problem::at(&self.document, format!("line {number}"), format!("cannot be read on: {cause}")));
                    ended = true;
                }
            }
            if ended {
                break;
            }
        }
        let nothing = lines.is_empty() && problems.is_empty();
        let mut reading = records::lines(&lines, &self.document, self.limits);
        problems.into_iter().for_each(|problem| reading.note(problem, self.limits));
        reading.bound(&self.document, self.limits);
        if !ended {
            self.state = State::Lines { reader, number };
        }
        (!nothing).then_some(reading)
    }
}

/// Steps over the rest of a line without keeping it.
fn skip_line(reader: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        match buffer.iter().position(|&byte| byte == b'\n') {
            Some(at) => {
                reader.consume(at + 1);
                return Ok(());
            }
            None => {
                let length = buffer.len();
                reader.consume(length);
            }
        }
    }
}

impl Iterator for Stream<'_> {
    type Item = Reading;

    fn next(&mut self) -> Option<Reading> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Start(reader) => self.start(reader),
            State::Lines { reader, number } => self.batch(reader, number),
            State::Done => None,
        }
    }
}
