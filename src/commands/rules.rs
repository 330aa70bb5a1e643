//! `gigsieve rules`: what the rules are, and whether they keep their promises.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{DONE, FAILED, Failure, Out, rule_set};
use crate::cli::Common;
use crate::profile::Profile;
use crate::rules::{Polarity, Rule, RuleSet};
use crate::sieve::Sieve;

mod examples;
mod labelled;

pub use examples::{Broken, broken_examples};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Every rule in a line
    List,
    /// One rule, whole
    Show { id: String },
    /// Run the examples of all rules, or of those whose id or family is given
    Test { ids: Vec<String> },
    /// What labelled posts say of every rule: hits, precision, recall, dead rules, false hits
    Stats(labelled::Arguments),
    /// Learn points, belief, caps and thresholds from labelled posts; prints the weights file
    Fit(labelled::Arguments),
}

pub fn run(arguments: &Arguments, common: &Common) -> Result<ExitCode, Failure> {
    match &arguments.action {
        Action::Stats(arguments) => return labelled::stats(arguments, common),
        Action::Fit(arguments) => return labelled::fit(arguments, common),
        _ => {}
    }
    let set = rule_set(common)?;
    let mut out = Out::open(common)?;
    match &arguments.action {
        Action::Stats(_) | Action::Fit(_) => {}
        Action::List => {
            for rule in &set.rules {
                out.write(&format!("{:<22} {:<6} {:>4}  {:<34} {}\n", set.family(rule).id, polarity(&set, rule), rule.points, rule.id, rule.why))?;
            }
        }
        Action::Show { id } => {
            let rule = set.rule(id).ok_or_else(|| Failure::Usage(format!("no rule is called `{id}`; `gigsieve rules list` shows them all")))?;
            out.write(&shown(&set, rule))?;
        }
        Action::Test { ids } => {
            let sieve = Sieve::new(set, Profile::default());
            let wanted = |rule: &Rule| ids.is_empty() || ids.iter().any(|id| *id == rule.id || *id == sieve.rules().family(rule).id);
            let broken = broken_examples(&sieve, wanted);
            for broken in &broken {
                out.write(&format!("{broken}\n"))?;
            }
            let tested = sieve.rules().rules.iter().filter(|rule| wanted(rule)).count();
            out.write(&format!("{tested} rules, {} broken examples\n", broken.len()))?;
            out.close()?;
            return Ok(ExitCode::from(if broken.is_empty() { DONE } else { FAILED }));
        }
    }
    out.close()?;
    Ok(ExitCode::from(DONE))
}

fn polarity(set: &RuleSet, rule: &Rule) -> &'static str {
    match set.family(rule).polarity {
        Polarity::Green => "green",
        Polarity::Red => "red",
        Polarity::Kind => "kind",
        Polarity::Sign => "sign",
    }
}

fn shown(set: &RuleSet, rule: &Rule) -> String {
    let mut text = format!(
        "{}  ({}, {}, {:+} points, {} % sure)\n{}:{}\n",
        rule.id,
        set.family(rule).id,
        polarity(set, rule),
        rule.points,
        rule.sure,
        rule.file,
        rule.line
    );
    let mut section = |name: &str, lines: &[String]| {
        if !lines.is_empty() {
            text.push_str(&format!("\n{name}\n"));
            for line in lines {
                text.push_str(&format!("  {line}\n"));
            }
        }
    };
    section("why", std::slice::from_ref(&rule.why));
    section("asks", rule.ask.as_slice());
    section("phrases", &rule.phrases);
    section("expressions", &rule.regexes.iter().map(|expression| expression.source.clone()).collect::<Vec<_>>());
    if let Some(words) = set.cues.get(&set.family(rule).id).filter(|_| rule.cues) {
        let mut words: Vec<_> = words.iter().collect();
        words.sort_by_key(|(_, weight)| -weight);
        section("words, in tenths of a unit of log-odds", &words.iter().map(|(word, weight)| format!("{weight:+} {word}")).collect::<Vec<_>>());
    }
    section("all of", &rule.all_of);
    section("any of", &rule.any_of);
    section("none of", &rule.none_of);
    section("hits", &rule.hits);
    section("misses", &rule.misses);
    text
}
