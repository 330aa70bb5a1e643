//! `gigsieve digest`: what is new at the configured sources, delivered once, and not a word when there is nothing.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{DONE, Failure, PARTLY, config, note, sieve_of};
use crate::cli::{Common, Format};
use crate::config::store_file;
use crate::deliver::{self, Printed};
use crate::read::Limits;
use crate::report::digest::{Digest, Tags};
use crate::source::Manner;
use crate::store::{Due, Health, Recorded, RunLock, Store};

mod document;
mod look;

use look::Run;

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
        let health: Vec<Health> = run.store.at_once(|store| config.sources.iter().map(|feed| store.health(&feed.name())).collect())?;
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
