//! `gigsieve digest`: what is new at the configured sources, delivered once, and not a word when there is nothing.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

use clap::Args;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rayon::prelude::*;

use super::{DONE, Failure, PARTLY, config, note, sieve_of};
use crate::cli::{Common, Format};
use crate::config::{Config, Feed, store_file};
use crate::deliver::{self, Printed};
use crate::fetch::{self, FetchError, Fetched, Outcome, Validators};
use crate::post::Post;
use crate::read::{self, Document, Limits, Problem, Reading};
use crate::report::digest::{Digest, Tags};
use crate::report::{Judged, json};
use crate::sieve::Sieve;
use crate::source::{self, Manner};
use crate::store::{Assessment, Due, Health, Recorded, RunLock, Sightings, Store, StoreError};

#[derive(Debug, Args)]
pub struct Arguments {
    /// At the first look at a source, list what was published since: 3d, 12h, 2026-11-01, all. Without it, what is there is taken as known
    #[arg(long, value_name = "WHEN", value_parser = since)]
    since: Option<Timestamp>,
    /// Look only at sources with this tag; may be given several times
    #[arg(long, value_name = "NAME")]
    tag: Vec<String>,
    /// Say so when there is nothing
    #[arg(long)]
    always: bool,
    /// Where it is remembered what was seen
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
    /// Wait so many seconds for another run to end
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    wait: u64,
}

/// A source said to be gone is asked again after this.
const GONE_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Open posts shown at most.
const OPEN: usize = 10;
/// Open posts looked at for those of some tags.
const OPEN_LOOKED_AT: usize = 1000;

/// A moment as `--since` takes it.
fn since(text: &str) -> Result<Timestamp, String> {
    let now = Timestamp::now();
    let ago = |hours: i64| now.checked_sub(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MIN);
    let number = |text: &str, unit: char| text.strip_suffix(unit).and_then(|number| number.parse::<u32>().ok()).map(i64::from);
    if text == "all" {
        return Ok(Timestamp::MIN);
    }
    if let Some(hours) = number(text, 'h').or_else(|| number(text, 'd').map(|days| days * 24)).or_else(|| number(text, 'w').map(|weeks| weeks * 7 * 24)) {
        return Ok(ago(hours));
    }
    let day = || format!("{}T00:00:00Z", text.parse::<Date>().ok()?).parse().ok();
    text.parse().ok().or_else(day).ok_or_else(|| "expected 3d, 12h, 2w, a date such as 2026-11-01, or all".to_owned())
}

pub fn run(arguments: &Arguments, common: &Common) -> Result<ExitCode, Failure> {
    let mut config = config(common)?;
    if config.sources.is_empty() {
        let help = match config.file().as_os_str().is_empty() {
            true => "`gigsieve init` writes a configuration to add them to".to_owned(),
            false => format!("add a [[source]] with `name` and `url` or `path` to {}", config.file().display()),
        };
        return Err(Failure::Usage(format!("no sources are configured; {help}")));
    }
    config.keep_tagged(&arguments.tag).map_err(Failure::Usage)?;
    let tags: Tags = config.sources.iter().map(|feed| (feed.name(), feed.tags.clone())).collect();
    let path = store_file(arguments.store.as_deref(), &config)
        .ok_or_else(|| Failure::Usage("this system names no data folder; say where with --store FILE".into()))?;
    let printed = Printed { form: form(common)?, output: common.output.clone() };
    let channels = deliver::channels(&config.delivery, printed).map_err(Failure::Usage)?;
    let sieve = sieve_of(common, &config)?;
    let _lock = RunLock::take(&path, Duration::from_secs(arguments.wait))?;
    let store = Store::open(&path)?;
    let names = channels.iter().map(|channel| channel.name.clone()).collect();
    let mut run = Run {
        store,
        sieve: &sieve,
        limits: Limits::default(),
        manner: Manner::of(&config),
        channels: names,
        since: arguments.since,
        now: Timestamp::now(),
        failures: Vec::new(),
        taken: Recorded::default(),
    };
    run.look(&config)?;
    if run.taken.baseline > 0 && !common.quiet {
        note(format_args!(
            "First look: {} posts are taken as known, and only what comes after them is listed; `--since 7d` would have listed the recent ones.",
            run.taken.baseline
        ));
    }
    for channel in &channels {
        let health: Vec<Health> = config.sources.iter().map(|feed| run.store.health(&feed.name())).collect::<Result<_, _>>()?;
        let mut open = run.store.open_posts(run.now, if arguments.tag.is_empty() { OPEN } else { OPEN_LOOKED_AT })?;
        if !arguments.tag.is_empty() {
            open.retain(|entry| entry.sources.iter().any(|source| tags.contains_key(source)));
            open.truncate(OPEN);
        }
        let now = run.now;
        let make = |id: String, due: &[Due], repeated: bool| Digest::new(id, due, &open, &health, now, repeated).tagged(&tags);
        let done = deliver::deliver(&mut run.store, channel, &make, arguments.always, now)?;
        if let Some(failure) = done.failure {
            run.failures.push(format!("channel {}: {failure}", channel.name));
        }
    }
    for failure in &run.failures {
        note(format_args!("gigsieve: {failure}"));
    }
    Ok(ExitCode::from(if run.failures.is_empty() { DONE } else { PARTLY }))
}

fn form(common: &Common) -> Result<deliver::Form, Failure> {
    Ok(match common.format {
        None | Some(Format::Terminal) => deliver::Form::Text,
        Some(Format::Markdown) => deliver::Form::Markdown,
        Some(Format::Html) => deliver::Form::Html,
        Some(Format::Json) => deliver::Form::Json,
        Some(Format::Jsonl) => deliver::Form::Jsonl,
        Some(Format::Csv) => return Err(Failure::Usage("a digest is no table; --format jsonl gives the records of its posts".into())),
        Some(Format::Atom) => return Err(Failure::Usage("a feed that grows is a channel: put [[delivery.atom]] into the configuration".into())),
    })
}

/// A document that has been read.
struct Arrived {
    /// Of its request.
    index: usize,
    reading: Reading,
    validators: Validators,
    moved_to: Option<String>,
}

/// One run over all sources.
struct Run<'a> {
    store: Store,
    sieve: &'a Sieve,
    limits: Limits,
    manner: Manner,
    channels: Vec<String>,
    since: Option<Timestamp>,
    now: Timestamp,
    /// What went wrong, each with its source or channel.
    failures: Vec<String>,
    taken: Recorded,
}

impl Run<'_> {
    /// Looks at every source: files at once, addresses as they answer.
    fn look(&mut self, config: &Config) -> Result<(), StoreError> {
        let mut requests = Vec::new();
        let mut asked: Vec<&Feed> = Vec::new();
        self.store.meet_all(&config.sources.iter().map(|feed| (feed.name(), feed.address())).collect::<Vec<_>>())?;
        for feed in &config.sources {
            let name = feed.name();
            let health = self.store.health(&name)?;
            if feed.url().is_none() {
                self.read_path(feed)?;
            } else if let Some(why) = self.not_now(&health) {
                self.failures.push(format!("{name}: {why}"));
            } else {
                requests.push(fetch::Request { address: feed.address(), validators: self.store.validators(&name)? });
                asked.push(feed);
            }
        }
        let mut broken = None;
        let fetch_options = self.manner.fetch.clone();
        let (sender, read) = mpsc::channel::<Arrived>();
        let fetching = fetch::fetch_all(requests, &fetch_options, |index, fetched| {
            let begun = self.take(asked[index], index, fetched, &sender);
            // What has been read meanwhile is kept while others are still on their way.
            let kept = read.try_iter().try_for_each(|arrived| if broken.is_none() { self.arrived(asked[arrived.index], arrived) } else { Ok(()) });
            broken = broken.take().or(begun.and(kept).err());
        });
        drop(sender);
        for arrived in read {
            if broken.is_none() {
                broken = self.arrived(asked[arrived.index], arrived).err();
            }
        }
        if let Err(error) = fetching {
            self.failures.push(error.to_string());
        }
        broken.map_or(Ok(()), Err)
    }

    /// Why a source is not asked this time.
    fn not_now(&self, health: &Health) -> Option<String> {
        let error = health.error.as_deref()?;
        if health.gone && health.last_try.is_some_and(|tried| self.now.duration_since(tried) < GONE_FOR) {
            return Some(error.to_owned());
        }
        let not_before = health.not_before.filter(|moment| *moment > self.now)?;
        Some(format!("{error}; it asked not to be fetched before {}", not_before.strftime("%Y-%m-%d %H:%M UTC")))
    }

    /// Notes how a fetch ended; a document is read on another core and comes back through `sender`.
    fn take(&mut self, feed: &Feed, index: usize, fetched: Fetched, sender: &mpsc::Sender<Arrived>) -> Result<(), StoreError> {
        let name = feed.name();
        let moved_to = fetched.moved_to.as_deref();
        match fetched.outcome {
            Outcome::Unchanged => self.store.record_unchanged(&name, moved_to, self.now),
            Outcome::Failed(error) => {
                self.store.record_failure(&name, &error.to_string(), error == FetchError::Gone, fetched.not_before, moved_to, self.now)?;
                self.failures.push(format!("{name}: {error}"));
                Ok(())
            }
            Outcome::Fresh(mut document, validators) => {
                document.columns.clone_from(&self.manner.columns);
                let (limits, sender, moved_to) = (self.limits.clone(), sender.clone(), fetched.moved_to);
                rayon::spawn(move || {
                    let reading = read::read(&document, &limits);
                    // Nobody listening means the run is over.
                    let _ = sender.send(Arrived { index, reading, validators, moved_to });
                });
                Ok(())
            }
        }
    }

    fn arrived(&mut self, feed: &Feed, arrived: Arrived) -> Result<(), StoreError> {
        let scope = feed.url().and_then(|url| fetch::hosts::check(url).ok()).map_or_else(|| feed.name(), |url| fetch::hosts::host(&url));
        self.keep(feed, &scope, arrived.reading, Some(&arrived.validators), arrived.moved_to.as_deref())
    }

    /// Reads a source that is a file or folder.
    fn read_path(&mut self, feed: &Feed) -> Result<(), StoreError> {
        let mut all = Reading::default();
        let address = feed.address();
        for source in source::sources(&address, &self.limits, &mut all.problems) {
            match source::document(&source, &self.manner, &self.limits) {
                Ok(document) => absorb(&mut all, &document, &self.limits),
                Err(problem) => all.problems.push(problem),
            }
        }
        self.keep(feed, &address, all, None, None)
    }

    /// Judges what is new or changed and puts it all into the store.
    fn keep(&mut self, feed: &Feed, scope: &str, reading: Reading, validators: Option<&Validators>, moved_to: Option<&str>) -> Result<(), StoreError> {
        let name = feed.name();
        let error = reading.problems.first().map(|first| said(first, reading.problems.len()));
        self.failures.extend(reading.problems.iter().map(|problem| format!("{name}: {problem}")));
        if let (true, Some(error)) = (reading.posts.is_empty(), &error) {
            return self.store.record_failure(&name, error, false, None, moved_to, self.now);
        }
        let posts = reading.posts;
        let news = self.store.news(&posts, &name, scope)?;
        let sieve = self.sieve;
        let judged: HashMap<usize, Assessment> = news.into_par_iter().filter_map(|index| Some((index, assess(sieve, posts.get(index)?)))).collect();
        let sightings = Sightings {
            source: &name,
            scope,
            posts: &posts,
            validators,
            error: error.as_deref(),
            moved_to,
            since: self.since,
            channels: &self.channels,
            now: self.now,
        };
        let recorded = self.store.record(&sightings, |index, post| judged.get(&index).cloned().unwrap_or_else(|| assess(sieve, post)))?;
        self.taken.new += recorded.new;
        self.taken.changed += recorded.changed;
        self.taken.known += recorded.known;
        self.taken.baseline += recorded.baseline;
        Ok(())
    }
}

fn absorb(all: &mut Reading, document: &Document, limits: &Limits) {
    let reading = read::read(document, limits);
    all.posts.extend(reading.posts);
    all.problems.extend(reading.problems);
}

fn said(first: &Problem, count: usize) -> String {
    if count > 1 { format!("{first} (and {} more)", count - 1) } else { first.to_string() }
}

fn assess(sieve: &Sieve, post: &Post) -> Assessment {
    let judged = Judged { post: post.clone(), judgement: sieve.judge(post) };
    Assessment { tier: judged.judgement.verdict.tier, score: judged.judgement.verdict.score, record: json::line(sieve, &judged) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_takes_what_people_write() {
        let day = |text: &str| text.parse::<Timestamp>().expect("a date");
        assert_eq!(since("2026-11-01"), Ok(day("2026-11-01T00:00:00Z")));
        assert_eq!(since("2026-11-01T10:00:00Z"), Ok(day("2026-11-01T10:00:00Z")));
        assert_eq!(since("all"), Ok(Timestamp::MIN));
        let (three_days, hours) = (since("3d").expect("days"), since("72h").expect("hours"));
        assert!(hours.duration_since(three_days).abs() < SignedDuration::from_secs(60));
        for wrong in ["", "yesterday", "3x", "2026-13-01", "d"] {
            assert!(since(wrong).is_err(), "{wrong}");
        }
    }
}
