//! Looking at every source: files at once, addresses as they answer. Documents are read and judged on all cores while
//! others are still on their way; what has become of them goes into the store many at a time, each source whole.

use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use rayon::Scope;

use super::document::{Made, Maker, assess};
use crate::config::{Config, Feed};
use crate::fetch::{self, FetchError, Fetched, Outcome, Validators};
use crate::read::{Limits, Problem, Reading};
use crate::sieve::Sieve;
use crate::source::{self, Manner};
use crate::store::{Health, Recorded, Sightings, Store, StoreError};

/// A source said to be gone is asked again after this.
const GONE_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// So many sources are written in one transaction at most,
const TOGETHER: usize = 100;
/// and none waits longer than this for others.
const WAIT: Duration = Duration::from_millis(200);

/// What became of a source.
enum End {
    Read { made: Made, validators: Option<Validators>, moved_to: Option<String> },
    Unchanged { moved_to: Option<String> },
    Failed { error: FetchError, not_before: Option<Timestamp> },
}

/// One run over all sources.
pub(super) struct Run<'a> {
    pub store: Store,
    pub sieve: &'a Sieve,
    pub limits: Limits,
    pub manner: Manner,
    pub channels: Vec<String>,
    pub since: Option<Timestamp>,
    pub now: Timestamp,
    /// What went wrong, each with its source or channel.
    pub failures: Vec<String>,
    pub taken: Recorded,
}

/// Ends that wait to be written, with their sources.
struct Waiting<'a> {
    ends: Vec<(&'a Feed, End)>,
    since: Instant,
    /// The store could not be written: nothing more is.
    broken: Option<StoreError>,
}

impl Run<'_> {
    /// Looks at every source.
    pub fn look(&mut self, config: &Config) -> Result<(), StoreError> {
        self.store.meet_all(&config.sources.iter().map(|feed| (feed.name(), feed.address())).collect::<Vec<_>>())?;
        let known = Mutex::new(self.store.reader()?);
        let (sieve, limits) = (self.sieve, self.limits.clone());
        let maker = Maker { sieve, limits: &limits, known: &known };
        let states: Vec<(Health, Option<Validators>)> =
            self.store.at_once(|store| config.sources.iter().map(|feed| Ok((store.health(&feed.name())?, store.validators(&feed.name())?))).collect())?;
        let (mut requests, mut asked) = (Vec::new(), Vec::<&Feed>::new());
        for (feed, (health, validators)) in config.sources.iter().zip(states) {
            if feed.url().is_none() {
                self.read_path(feed, &maker)?;
            } else if let Some(why) = self.not_now(&health) {
                self.failures.push(format!("{}: {why}", feed.name()));
            } else {
                requests.push(fetch::Request { address: feed.address(), validators });
                asked.push(feed);
            }
        }
        rayon::in_place_scope(|scope| self.fetch(scope, &maker, requests, &asked))
    }

    /// Fetches the addresses; what has been read is kept while others are still on their way.
    fn fetch<'s>(&mut self, scope: &Scope<'s>, maker: &'s Maker<'s>, requests: Vec<fetch::Request>, asked: &'s [&'s Feed]) -> Result<(), StoreError> {
        let (sender, read) = mpsc::channel::<(usize, End)>();
        let mut waiting = Waiting { ends: Vec::new(), since: Instant::now(), broken: None };
        let options = self.manner.fetch.clone();
        let columns = self.manner.columns.clone();
        let fetching = fetch::fetch_all(requests, &options, |index, mut fetched| {
            if let Outcome::Fresh(document, _) = &mut fetched.outcome {
                document.columns.clone_from(&columns);
            }
            begin(scope, maker, asked, index, fetched, &sender);
            self.gather(&read, asked, &mut waiting);
        });
        drop(sender);
        while let Ok((index, end)) = read.recv() {
            waiting.ends.push((asked[index], end));
            self.gather(&read, asked, &mut waiting);
        }
        self.write(&mut waiting);
        if let Err(error) = fetching {
            self.failures.push(error.to_string());
        }
        waiting.broken.map_or(Ok(()), Err)
    }

    /// Takes what is there, and writes it when it is much or has waited long.
    fn gather<'f>(&mut self, read: &Receiver<(usize, End)>, asked: &[&'f Feed], waiting: &mut Waiting<'f>) {
        waiting.ends.extend(read.try_iter().map(|(index, end)| (asked[index], end)));
        if waiting.ends.len() >= TOGETHER || waiting.since.elapsed() >= WAIT {
            self.write(waiting);
        }
    }

    /// Writes all ends that wait, in one transaction: a kill before its end leaves them all to the next run.
    fn write(&mut self, waiting: &mut Waiting<'_>) {
        let ends = std::mem::take(&mut waiting.ends);
        if !ends.is_empty() && waiting.broken.is_none() {
            let written = self.store.begin_all().and_then(|()| ends.into_iter().try_for_each(|(feed, end)| self.keep_end(feed, end)));
            waiting.broken = self.store.end_all(written).err();
        }
        waiting.since = Instant::now();
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

    fn keep_end(&mut self, feed: &Feed, end: End) -> Result<(), StoreError> {
        match end {
            End::Read { made, validators, moved_to } => self.keep(feed, &scope_of(feed), made, validators.as_ref(), moved_to.as_deref()),
            End::Unchanged { moved_to } => self.store.record_unchanged(&feed.name(), moved_to.as_deref(), self.now),
            End::Failed { error, not_before } => {
                self.store.record_failure(&feed.name(), &error.to_string(), error == FetchError::Gone, not_before, None, self.now)?;
                self.failures.push(format!("{}: {error}", feed.name()));
                Ok(())
            }
        }
    }

    /// Reads a source that is a file or folder.
    fn read_path(&mut self, feed: &Feed, maker: &Maker<'_>) -> Result<(), StoreError> {
        let mut all = Reading::default();
        let address = feed.address();
        for source in source::sources(&address, &self.limits, &mut all.problems) {
            match source::document(&source, &self.manner, &self.limits) {
                Ok(document) => {
                    let reading = crate::read::read(&document, &self.limits);
                    all.posts.extend(reading.posts);
                    all.problems.extend(reading.problems);
                }
                Err(problem) => all.problems.push(problem),
            }
        }
        let made = maker.judge(all, &feed.name(), &address);
        self.keep(feed, &address, made, None, None)
    }

    /// Puts what was made of a source into the store.
    fn keep(&mut self, feed: &Feed, scope: &str, made: Made, validators: Option<&Validators>, moved_to: Option<&str>) -> Result<(), StoreError> {
        let name = feed.name();
        let Made { reading, judged } = made;
        let error = reading.problems.first().map(|first| said(first, reading.problems.len()));
        self.failures.extend(reading.problems.iter().map(|problem| format!("{name}: {problem}")));
        if let (true, Some(error)) = (reading.posts.is_empty(), &error) {
            return self.store.record_failure(&name, error, false, None, moved_to, self.now);
        }
        let sieve = self.sieve;
        let sightings = Sightings {
            source: &name,
            scope,
            posts: &reading.posts,
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

/// Begins with what a fetch brought; its end comes through `sender`, from another core where there is a document to read.
fn begin<'s>(scope: &Scope<'s>, maker: &'s Maker<'s>, asked: &'s [&'s Feed], index: usize, fetched: Fetched, sender: &Sender<(usize, End)>) {
    let Fetched { outcome, moved_to, not_before, end_unmarked, .. } = fetched;
    // Nobody listening means the run is over.
    let send = |sender: &Sender<_>, end| drop(sender.send((index, end)));
    match outcome {
        Outcome::Unchanged => send(sender, End::Unchanged { moved_to }),
        Outcome::Failed(error) => send(sender, End::Failed { error, not_before }),
        Outcome::Fresh(document, validators) => {
            let sender = sender.clone();
            scope.spawn(move |_| {
                let feed = asked[index];
                let made = maker.fetched(&document, &feed.name(), &scope_of(feed));
                // What may have been cut off on its way, and cannot be read to its end, is fetched anew the next time.
                let is_whole = !end_unmarked || made.reading.problems.is_empty();
                drop(sender.send((index, End::Read { made, validators: is_whole.then_some(validators), moved_to })));
            });
        }
    }
}

/// Within what an id names one post: the host of an address.
fn scope_of(feed: &Feed) -> String {
    feed.url().and_then(|url| fetch::hosts::check(url).ok()).map_or_else(|| feed.name(), |url| fetch::hosts::host(&url))
}

fn said(first: &Problem, count: usize) -> String {
    if count > 1 { format!("{first} (and {} more)", count - 1) } else { first.to_string() }
}
