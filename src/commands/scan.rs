//! `gigsieve scan`: every post of every source, judged.

use std::process::ExitCode;

use clap::Args;

use super::{DONE, Failure, Out, PARTLY, format, note, screen, sieve};
use crate::cli::{Common, Format};
use crate::read::{self, Limits};
use crate::report::{self, Judged, Report};
use crate::source;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Files, folders, addresses, or - for standard input; without any, those of the configuration
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
}

pub fn run(arguments: &Arguments, common: &Common) -> Result<ExitCode, Failure> {
    let names = match &arguments.sources[..] {
        [] => super::config(common)?.sources.iter().map(crate::config::Feed::address).collect(),
        given => given.to_vec(),
    };
    if names.is_empty() {
        return Err(Failure::Usage("nothing to scan: name files, folders, addresses, or - for standard input, or put sources into the configuration".into()));
    }
    let sieve = sieve(common)?;
    let limits = Limits::default();
    let mut problems = Vec::new();
    let mut out = Out::open(common)?;
    let mut judged = Vec::new();
    let mut read_any = false;
    for name in &names {
        for source in source::sources(name, &mut problems) {
            let document = match source::document(&source, &limits) {
                Ok(document) => document,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            let reading = read::read(&document, &limits);
            read_any |= !reading.posts.is_empty();
            problems.extend(reading.problems);
            for post in reading.posts {
                let judgement = sieve.judge(&post);
                let one = Judged { post, judgement };
                if format(common) == Format::Jsonl {
                    out.write(&report::json::line(&sieve, &one))?;
                } else {
                    judged.push(one);
                }
            }
        }
    }
    if format(common) != Format::Jsonl {
        let report = Report { all: common.all, ..Report::new(judged, jiff::Timestamp::now()) };
        out.write(&report::write(format(common), &sieve, &report, screen(common)))?;
    }
    out.close()?;
    for problem in &problems {
        note(format_args!("gigsieve: {problem}"));
    }
    Ok(ExitCode::from(match (problems.is_empty(), read_any) {
        (true, _) => DONE,
        (false, true) => PARTLY,
        (false, false) => super::FAILED,
    }))
}
