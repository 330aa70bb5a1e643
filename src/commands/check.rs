//! `gigsieve check`: one post, explained in full.

use std::io::{IsTerminal, stdin};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{DONE, FAILED, Failure, Out, columns, format, note, sieve};
use crate::cli::{Common, Format};
use crate::read::{self, Limits};
use crate::report::{self, Judged, Report};
use crate::source::{self, Source};
use crate::verdict::Tier;

#[derive(Debug, Args)]
pub struct Arguments {
    /// A saved post, or - for standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
    /// End with 0 for apply, 10 for maybe, 20 for skip
    #[arg(long)]
    exit_code: bool,
}

pub fn run(arguments: &Arguments, common: &Common) -> Result<ExitCode, Failure> {
    let sieve = sieve(common)?;
    let limits = Limits::default();
    let source = if arguments.file.as_os_str() == "-" { Source::Stdin } else { Source::File(arguments.file.clone()) };
    if source == Source::Stdin && stdin().is_terminal() && !common.quiet {
        note(format_args!("Paste the post, then press Ctrl-D on a line of its own."));
    }
    let document = source::document(&source, &limits).map_err(|problem| Failure::Usage(problem.to_string()))?;
    let reading = read::read(&document, &limits);
    for problem in &reading.problems {
        note(format_args!("gigsieve: {problem}"));
    }
    let judged: Vec<Judged> = reading.posts.into_iter().map(|post| Judged { judgement: sieve.judge(&post), post }).collect();
    let Some(tier) = judged.first().map(|judged| judged.judgement.verdict.tier) else { return Ok(ExitCode::from(FAILED)) };
    let mut out = Out::open(common)?;
    match format(common) {
        Format::Terminal => {
            for one in &judged {
                out.write(&report::terminal::explained(&sieve, one, columns(common)))?;
            }
        }
        other => out.write(&report::write(other, &sieve, &Report { judged, all: true }, columns(common)))?,
    }
    out.close()?;
    Ok(ExitCode::from(match (arguments.exit_code, tier) {
        (false, _) | (true, Tier::Apply) => DONE,
        (true, Tier::Maybe) => 10,
        (true, Tier::Skip) => 20,
    }))
}
