//! `gigsieve check`: one post, explained in full.

mod clipboard;

use std::io::{IsTerminal, stdin};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{DONE, FAILED, Failure, Out, config, format, note, screen, sieve_of};
use crate::cli::{Common, Format};
use crate::read::{self, Document, Limits};
use crate::report::{self, Judged, Report};
use crate::sieve::Sieve;
use crate::source::{self, Manner, Source};
use crate::verdict::Tier;

#[derive(Debug, Args)]
pub struct Arguments {
    /// A saved post, or - for standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
    /// Check what is on the clipboard
    #[arg(long, conflicts_with = "file")]
    clipboard: bool,
    /// Advice for the person writing the post, instead of a verdict for the one reading it
    #[arg(long)]
    as_client: bool,
    /// End with 0 for apply, 10 for maybe, 20 for skip
    #[arg(long)]
    exit_code: bool,
}

pub fn run(arguments: &Arguments, common: &Common) -> Result<ExitCode, Failure> {
    if arguments.as_client && !matches!(format(common), Format::Terminal | Format::Markdown) {
        return Err(Failure::Usage("advice comes as --format terminal or markdown".into()));
    }
    let config = config(common)?;
    // The system takes the rules back faster than they can be dropped one by one, and nothing comes after.
    let sieve: &'static Sieve = Box::leak(Box::new(sieve_of(common, &config)?));
    let limits = Limits::default();
    let document = document(arguments, common, &Manner::of(&config), &limits)?;
    let reading = read::read(&document, &limits);
    for problem in &reading.problems {
        note(format_args!("gigsieve: {problem}"));
    }
    let judged: Vec<Judged> = reading.posts.into_iter().map(|post| Judged { judgement: sieve.judge(&post), post }).collect();
    let Some(tier) = judged.first().map(|judged| judged.judgement.verdict.tier) else {
        if reading.problems.is_empty() {
            note(format_args!("gigsieve: {}: no post in it", document.source));
        }
        return Ok(ExitCode::from(FAILED));
    };
    if judged.len() > 1 && !arguments.clipboard && arguments.file.as_os_str() != "-" {
        let (file, posts) = (&document.source, judged.len());
        note(format_args!("gigsieve: {file} holds {posts} posts, this is the first; `gigsieve scan {file}` judges them all"));
    }
    let report = Report { all: true, ..Report::new(judged, jiff::Timestamp::now()) };
    let mut out = Out::open(common)?;
    let write = if arguments.as_client { report::advise } else { report::explain };
    out.write(&write(format(common), sieve, &report, screen(common)))?;
    out.close()?;
    Ok(ExitCode::from(match (arguments.exit_code, tier) {
        (false, _) | (true, Tier::Apply) => DONE,
        (true, Tier::Maybe) => 10,
        (true, Tier::Skip) => 20,
    }))
}

fn document(arguments: &Arguments, common: &Common, manner: &Manner, limits: &Limits) -> Result<Document, Failure> {
    if arguments.clipboard {
        return Ok(Document { columns: manner.columns.clone(), ..clipboard::document(limits)? });
    }
    let source = if arguments.file.as_os_str() == "-" { Source::Stdin } else { Source::File(arguments.file.clone()) };
    if source == Source::Stdin && stdin().is_terminal() && !common.quiet {
        note(format_args!("Paste the post, then press Ctrl-D on a line of its own."));
    }
    source::document(&source, manner, limits).map_err(|problem| {
        let is_pasted = arguments.file.as_os_str().as_encoded_bytes().contains(&b' ') && !arguments.file.exists();
        Failure::Usage(format!("{problem}{}", if is_pasted { "; to judge a text, run `gigsieve check` and paste it" } else { "" }))
    })
}
