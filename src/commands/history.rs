//! `gigsieve history`, `why` and `mark`: any post ever seen, its verdict at the time, and what became of it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use jiff::Timestamp;
use serde_json::Value;

use super::{DONE, Failure, Out, config, note};
use crate::cli::{Common, Format};
use crate::config::store_file;
use crate::store::{Decision, Entry, Store};

#[derive(Debug, Args)]
pub struct Search {
    /// Words the post must hold, in its title, text, address or reasons
    words: Vec<String>,
    /// Show at most so many, newest first
    #[arg(long, default_value_t = 30)]
    most: usize,
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Why {
    /// The number the digest gave it, its own id, or its address
    id: String,
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Mark {
    /// The number the digest gave it, its own id, or its address
    id: String,
    decision: Decision,
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
}

fn open(flag: Option<&Path>, common: &Common) -> Result<Store, Failure> {
    let path = store_file(flag, &config(common)?)
        .ok_or_else(|| Failure::Usage("this system names no data folder; say where the store is with --store FILE".into()))?;
    if !path.exists() {
        return Err(Failure::Usage(format!("nothing is remembered yet in {}; `gigsieve digest` fills it", path.display())));
    }
    Ok(Store::open(&path)?)
}

fn found(store: &Store, id: &str) -> Result<Entry, Failure> {
    store.find(id)?.ok_or_else(|| Failure::Usage(format!("no stored post has the number, id or address `{id}`; `gigsieve history WORDS` finds posts")))
}

pub fn search(arguments: &Search, common: &Common) -> Result<ExitCode, Failure> {
    let store = open(arguments.store.as_deref(), common)?;
    let entries = store.search(&arguments.words, arguments.most)?;
    let mut out = Out::open(common)?;
    for entry in &entries {
        if matches!(common.format, Some(Format::Json | Format::Jsonl)) {
            out.write(&format!("{}\n", entry.record.trim_end()))?;
        } else {
            let decision = entry.decision.as_deref().map(|decision| format!(" [{decision}]")).unwrap_or_default();
            let day = entry.first_seen.strftime("%Y-%m-%d");
            out.write(&format!(
                "#{:<6} {day}  {:<5} {:>3}  {}{decision}  ({})\n",
                entry.number,
                entry.tier,
                entry.score,
                entry.title,
                entry.sources.join(", ")
            ))?;
        }
    }
    out.close()?;
    if entries.is_empty() && !common.quiet {
        note(format_args!("No stored post holds these words; {} are stored.", store.count()?));
    }
    Ok(ExitCode::from(DONE))
}

pub fn why(arguments: &Why, common: &Common) -> Result<ExitCode, Failure> {
    let store = open(arguments.store.as_deref(), common)?;
    let entry = found(&store, &arguments.id)?;
    let mut out = Out::open(common)?;
    match common.format {
        Some(Format::Json | Format::Jsonl) => out.write(&format!("{}\n", entry.record.trim_end()))?,
        _ => out.write(&explained(&entry))?,
    }
    out.close()?;
    Ok(ExitCode::from(DONE))
}

fn explained(entry: &Entry) -> String {
    let record: Value = serde_json::from_str(&entry.record).unwrap_or_default();
    let mut text = format!("#{}  {}\n{}\n", entry.number, entry.title, entry.url.as_deref().unwrap_or("(no address)"));
    let day = |moment: Timestamp| moment.strftime("%Y-%m-%d %H:%M UTC");
    text.push_str(&format!("seen {} to {} in {}\n", day(entry.first_seen), day(entry.last_seen), entry.sources.join(", ")));
    for line in [&entry.change, &entry.repost].into_iter().flatten() {
        text.push_str(&format!("{line}\n"));
    }
    if let Some(decision) = &entry.decision {
        text.push_str(&format!("you: {decision}\n"));
    }
    text.push_str(&format!("\n{}, {} of 100: 50 to start with\n", entry.tier, entry.score));
    let list = |key: &str| record[key].as_array().cloned().unwrap_or_default();
    let flags: Vec<Value> = list("flags").into_iter().chain(list("hints")).collect();
    for reason in list("reasons") {
        let name = reason["reason"].as_str().unwrap_or_default();
        text.push_str(&format!("  {:>+4}  {name}\n", reason["points"].as_i64().unwrap_or(0)));
        for flag in flags.iter().filter(|flag| flag["rule"].as_str() == Some(name)).take(1) {
            text.push_str(&format!("        \"{}\"\n        {}\n", flag["quote"].as_str().unwrap_or_default(), flag["why"].as_str().unwrap_or_default()));
        }
    }
    if let Some(note) = record["note"].as_str() {
        text.push_str(&format!("\n{note}\n"));
    }
    for question in list("questions") {
        text.push_str(&format!("Ask: {}\n", question.as_str().unwrap_or_default()));
    }
    text
}

pub fn mark(arguments: &Mark, common: &Common) -> Result<ExitCode, Failure> {
    let mut store = open(arguments.store.as_deref(), common)?;
    let entry = found(&store, &arguments.id)?;
    store.mark(entry.number, arguments.decision, Timestamp::now())?;
    if !common.quiet {
        note(format_args!("#{} {}: {}", entry.number, entry.title, arguments.decision.name()));
    }
    Ok(ExitCode::from(DONE))
}
