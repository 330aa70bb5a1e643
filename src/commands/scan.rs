//! `gigsieve scan`: every post of every source, judged. JSON lines go through in batches, in the order they came, so
//! that a file of any size needs no more memory than a small one.

use std::collections::HashMap;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::Args;
use rayon::prelude::*;

use super::{DONE, FAILED, Failure, Out, PARTLY, format, note, screen, sieve_of};
use crate::cli::{Common, Format};
use crate::fetch;
use crate::post::Post;
use crate::read::stream::Stream;
use crate::read::{Document, Limits, Problem};
use crate::report::{self, Judged, Report};
use crate::sieve::Sieve;
use crate::source::{self, Manner, Source};

#[derive(Debug, Args)]
pub struct Arguments {
    /// Files, folders, addresses, or - for standard input; without any, those of the configuration
    #[arg(value_name = "SOURCE")]
    sources: Vec<OsString>,
    /// Say what each file was taken for, why, and how many posts it holds; judge nothing
    #[arg(long)]
    explain_source: bool,
    /// Read documents of up to so many megabytes
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u16).range(1..))]
    limit_mb: Option<u16>,
}

/// Posts judged at once: enough to keep all cores busy, few enough to hold.
const BATCH: usize = 1024;

pub fn run(arguments: &Arguments, common: &Common) -> Result<ExitCode, Failure> {
    let config = super::config(common)?;
    let names: Vec<OsString> = match &arguments.sources[..] {
        [] => config.sources.iter().map(|feed| feed.address().into()).collect(),
        given => given.to_vec(),
    };
    if names.is_empty() {
        return Err(Failure::Usage("nothing to scan: name files, folders, addresses, or - for standard input, or put sources into the configuration".into()));
    }
    let (mut limits, mut manner) = (Limits::default(), Manner::of(&config));
    if let Some(megabytes) = arguments.limit_mb {
        limits.document_bytes = usize::from(megabytes) << 20;
        manner.fetch.body_bytes = limits.document_bytes;
    }
    let mut notes = Notes::default();
    let mut out = Out::open(common)?;
    if arguments.explain_source {
        each_source(&names, &manner, &limits, &mut notes, |ready, notes| explain(ready, &manner, &limits, notes, &mut out))?;
    } else {
        let sieve = sieve_of(common, &config)?;
        let (mut judged, mut written) = (Vec::new(), 0usize);
        each_source(&names, &manner, &limits, &mut notes, |ready, notes| {
            readings(ready, &manner, &limits, notes, |posts| match format(common) {
                Format::Jsonl => write_each(&sieve, posts, &mut out, &mut written, |judged, _| report::json::line(&sieve, judged)),
                Format::Json => write_each(&sieve, posts, &mut out, &mut written, |judged, is_first| report::json::element(&sieve, judged, is_first)),
                _ => {
                    judged.par_extend(posts.into_par_iter().map(|post| Judged { judgement: sieve.judge(&post), post }));
                    Ok(())
                }
            })
        })?;
        match format(common) {
            Format::Jsonl => {}
            Format::Json => out.write(report::json::end(written == 0))?,
            // Nothing was read: a report on nothing would only stand before the reason.
            Format::Terminal if judged.is_empty() && !notes.read_any && !notes.problems.is_empty() => {}
            format => {
                let report = Report { all: common.all, ..Report::new(judged, jiff::Timestamp::now()) };
                out.write(&report::write(format, &sieve, &report, screen(common)))?;
            }
        }
    }
    out.close()?;
    Ok(notes.end())
}

/// A source about to be read.
struct Ready {
    source: Source,
    /// What was fetched ahead of its turn.
    document: Option<Result<Document, Problem>>,
}

/// Addresses fetched at once: enough to keep the network busy, few enough to hold.
const AHEAD: usize = 64;

/// Hands on every source the names stand for, in their order.
fn each_source(
    names: &[OsString],
    manner: &Manner,
    limits: &Limits,
    notes: &mut Notes,
    mut take: impl FnMut(Ready, &mut Notes) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut fetched = HashMap::new();
    for (at, name) in names.iter().enumerate() {
        let is_address = |name: &OsString| name.to_str().is_some_and(fetch::is_address);
        if is_address(name) && !fetched.contains_key(name) {
            let next: Vec<OsString> = names[at..].iter().filter(|name| is_address(name) && !fetched.contains_key(*name)).take(AHEAD).cloned().collect();
            let addresses: Vec<String> = next.iter().filter_map(|name| name.to_str()).map(str::to_owned).collect();
            fetched.extend(fetch::fetch_each(&addresses, &manner.fetch).into_iter().map(|(name, document)| (OsString::from(name), document)));
        }
        for source in source::named(name, limits, &mut notes.problems) {
            take(Ready { source, document: fetched.remove(name) }, notes)?;
        }
    }
    Ok(())
}

/// Reads a source and hands on its posts, batch by batch.
fn readings(ready: Ready, manner: &Manner, limits: &Limits, notes: &mut Notes, mut take: impl FnMut(Vec<Post>) -> Result<(), Failure>) -> Result<(), Failure> {
    let (name, is_address) = (ready.source.name(), matches!(ready.source, Source::Address(_)));
    let Some(stream) = open(ready, manner, limits, notes) else { return Ok(()) };
    let (mut tally, mut posts, mut format) = (Tally::default(), 0, String::new());
    for mut reading in stream {
        notes.read_any |= !reading.posts.is_empty() || reading.problems.is_empty();
        tally.take(std::mem::take(&mut reading.problems), reading.unlisted, limits, notes);
        posts += reading.posts.len();
        format = reading.format;
        take(reading.posts)?;
    }
    // A file is named for the posts in it; a feed may well have none today.
    if posts == 0 && tally.all == 0 && !is_address {
        let kind = if format.is_empty() { String::new() } else { format!(", read as {format}") };
        notes.problems.push(Problem::new(&name, format!("no post is in it{kind}: if it should hold some, save it again")));
    }
    tally.end(&name, notes);
    Ok(())
}

fn open<'a>(ready: Ready, manner: &Manner, limits: &'a Limits, notes: &mut Notes) -> Option<Stream<'a>> {
    let opened = match ready.document {
        Some(document) => document.map(|document| source::fetched(document, manner)),
        None => ready.source.open(manner),
    };
    match opened {
        Ok((document, reader)) => Some(Stream::new(document, reader, limits)),
        Err(problem) => {
            notes.problems.push(problem);
            None
        }
    }
}

/// Writes some posts one by one, judged on all cores, in their order; `text` is told whether the post is the first.
fn write_each(sieve: &Sieve, posts: Vec<Post>, out: &mut Out, written: &mut usize, text: impl Fn(&Judged, bool) -> String + Sync) -> Result<(), Failure> {
    let mut posts = posts.into_iter();
    loop {
        let batch: Vec<Post> = posts.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            return Ok(());
        }
        let before = *written;
        let texts: Vec<String> =
            batch.into_par_iter().enumerate().map(|(at, post)| text(&Judged { judgement: sieve.judge(&post), post }, before + at == 0)).collect();
        *written += texts.len();
        texts.iter().try_for_each(|text| out.write(text))?;
    }
}

/// Says what a source was taken for.
fn explain(ready: Ready, manner: &Manner, limits: &Limits, notes: &mut Notes, out: &mut Out) -> Result<(), Failure> {
    let name = ready.source.name();
    let Some(stream) = open(ready, manner, limits, notes) else { return Ok(()) };
    let (mut posts, mut taken_for, mut tally) = (0, None, Tally::default());
    for reading in stream {
        notes.read_any |= !reading.posts.is_empty() || reading.problems.is_empty();
        posts += reading.posts.len();
        taken_for.get_or_insert((reading.format, reading.why));
        tally.take(reading.problems, reading.unlisted, limits, notes);
    }
    let (format, why) = taken_for.unwrap_or_default();
    let because = if why.is_empty() { String::new() } else { format!(", because {why}") };
    let problems = match tally.all {
        0 => String::new(),
        1 => ", 1 problem".to_owned(),
        many => format!(", {many} problems"),
    };
    tally.end(&name, notes);
    out.write(&format!("{name}: {format}{because}; {posts} {}{problems}\n", if posts == 1 { "post" } else { "posts" }))
}

/// The problems of one source: the first are listed, the rest is counted.
#[derive(Default)]
struct Tally {
    listed: usize,
    all: usize,
}

impl Tally {
    fn take(&mut self, problems: Vec<Problem>, unlisted: usize, limits: &Limits, notes: &mut Notes) {
        self.all += problems.len() + unlisted;
        let room = limits.problems.saturating_sub(self.listed);
        self.listed += problems.len().min(room);
        notes.problems.extend(problems.into_iter().take(room));
    }

    fn end(self, source: &str, notes: &mut Notes) {
        if self.all > self.listed {
            notes.problems.push(Problem::new(source, format!("and {} more problems like these", self.all - self.listed)));
        }
    }
}

/// What is told once the report is out.
#[derive(Default)]
struct Notes {
    problems: Vec<Problem>,
    /// Whether any source gave posts, or was read and held none.
    read_any: bool,
}

impl Notes {
    fn end(self) -> ExitCode {
        for problem in &self.problems {
            note(format_args!("gigsieve: {problem}"));
        }
        ExitCode::from(match (self.problems.is_empty(), self.read_any) {
            (true, _) => DONE,
            (false, true) => PARTLY,
            (false, false) => FAILED,
        })
    }
}
