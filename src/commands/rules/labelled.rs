//! `rules stats` and `rules fit`: what labelled posts say of the rules.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::cli::Common;
use crate::commands::{DONE, Failure, Out, note, rule_set, written_rules};
use crate::fit::{self, Sample, labels, labels::Labelled, score};
use crate::post::Kind;
use crate::profile::Profile;
use crate::rules::{Polarity, RuleSet, Thresholds};
use crate::sieve::Sieve;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Records with `verdict`, `kind`, `red` and `green` as labels
    #[arg(value_name = "LABELLED.jsonl")]
    posts: PathBuf,
    /// The labels, where they stand in a file of their own; joined by `id`
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// Learn words too, and write them to this file: wants a thousand labelled posts or more
    #[arg(long, value_name = "FILE")]
    cues: Option<PathBuf>,
    /// Short texts with `family`, `hit` and `text`: how sure rules are is counted there too
    #[arg(long, value_name = "FILE")]
    short: Option<PathBuf>,
    /// Take these thresholds instead of fitted ones: for labels known to be milder than the readers you trust
    #[arg(long, value_name = "SCORE", num_args = 2, value_names = ["SKIP", "APPLY"])]
    thresholds: Option<Vec<i32>>,
    /// False hits quoted for each rule
    #[arg(long, default_value_t = 2)]
    quotes: usize,
}

fn text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|cause| Failure::Read { path: path.display().to_string(), cause })
}

fn of_file(path: &Path, error: &labels::LabelError) -> Failure {
    Failure::Usage(format!("{}, {error}", path.display()))
}

fn labelled(arguments: &Arguments) -> Result<Vec<Labelled>, Failure> {
    let labels_text = arguments.labels.as_deref().map(text).transpose()?;
    let of = |error| of_file(arguments.labels.as_ref().unwrap_or(&arguments.posts), &error);
    let labelled = labels::read(&text(&arguments.posts)?, labels_text.as_deref()).map_err(of)?;
    if labelled.is_empty() {
        return Err(Failure::Usage(format!("{} holds no labelled post: each needs an `id` and a `verdict`", arguments.posts.display())));
    }
    Ok(labelled)
}

/// Learns weights: the figures go to standard error, the weights file to the report.
pub fn fit(arguments: &Arguments, common: &Common) -> Result<ExitCode, Failure> {
    let labelled = labelled(arguments)?;
    let (current, written) = (rule_set(common)?, written_rules(common)?);
    let sieve = Sieve::new(written, Profile::default());
    let samples = fit::samples(&sieve, &labelled);
    let shorts = match &arguments.short {
        Some(path) => labels::read_short(&text(path)?).map_err(|error| of_file(path, &error))?,
        None => Vec::new(),
    };
    let shorts = fit::short_hits(&sieve, &shorts);
    let learned = if arguments.cues.is_some() { fit::Learned::Anew } else { fit::Learned::Kept };
    note(format_args!("{} labelled posts, {} rules", labelled.len(), sieve.rules().rules.len()));
    note(format_args!("before, on these posts:  {}", fit::as_it_stands(&current, &samples, &sieve)));
    note(format_args!("after, cross-validated:  {}", fit::cross_validated(sieve.rules(), &samples, &shorts, &sieve, learned)));
    let (mut weights, words) = fit::fit(sieve.rules(), &samples, &shorts, learned);
    if let Some([skip, apply]) = arguments.thresholds.as_deref() {
        weights.thresholds = Some(Thresholds { apply: *apply, skip: *skip });
    }
    if let Some(path) = &arguments.cues {
        fs::write(path, words_to_toml(&words)).map_err(|cause| Failure::Write { path: path.display().to_string(), cause })?;
    }
    let mut out = Out::open(common)?;
    out.write(&weights.to_toml())?;
    out.close()?;
    Ok(ExitCode::from(DONE))
}

/// The text of a file of words: one word a line, so that a change shows as one line.
fn words_to_toml(words: &fit::Words) -> String {
    let mut text = String::from(
        "# Written by `gigsieve rules fit --cues`. Words and pairs of words, and what each adds to the belief in a family, in tenths\n# of a unit of log-odds. `#` stands for a figure, `@rule` for what a rule found in the figures.\n",
    );
    for (family, words) in words {
        text.push_str(&format!("\n[{family}]\n"));
        for (word, weight) in words {
            text.push_str(&format!("\"{word}\" = {weight}\n"));
        }
    }
    text
}

#[derive(Default)]
struct Tally {
    hits: usize,
    right: usize,
    soft: usize,
    /// Right hits of posts where no other rule of the family hit.
    alone: usize,
    /// Posts in which the other rule of the family hit too.
    with: BTreeMap<usize, usize>,
    false_hits: Vec<String>,
}

/// What each family and each rule is worth on labelled posts.
pub fn stats(arguments: &Arguments, common: &Common) -> Result<ExitCode, Failure> {
    let labelled = labelled(arguments)?;
    let sieve = Sieve::new(rule_set(common)?, Profile::default());
    let samples = fit::samples(&sieve, &labelled);
    let figures = fit::as_it_stands(sieve.rules(), &samples, &sieve);
    let tallies = tallies(sieve.rules(), &samples, arguments.quotes);
    let mut out = Out::open(common)?;
    out.write(&format!("{} labelled posts\n{figures}\n", labelled.len()))?;
    let set = sieve.rules();
    for (index, family) in set.families.iter().enumerate().filter(|(_, family)| family.polarity != Polarity::Sign) {
        let (right, wrong, missed) = figures.families.get(&family.id).copied().unwrap_or_default();
        let share = |part: usize, all: usize| if all == 0 { "   -".to_owned() } else { format!("{:.2}", part as f64 / all as f64) };
        out.write(&format!(
            "\n{:<40} claimed {:>4}  precision {}  recall {}  F1 {:.2}\n",
            family.id,
            right + wrong,
            share(right, right + wrong),
            share(right, right + missed),
            score::f1(right, wrong, missed)
        ))?;
        for (rule_index, rule) in set.rules.iter().enumerate().filter(|(_, rule)| rule.family == index) {
            let tally = &tallies[rule_index];
            if tally.hits == 0 {
                out.write(&format!("  {:<38} dead: no labelled post has it\n", rule.id))?;
                continue;
            }
            out.write(&format!(
                "  {:<38} hits    {:>4}  precision {}  alone {:>3}  points {:+}  sure {}",
                rule.id,
                tally.hits,
                share(tally.right, tally.hits - tally.soft),
                tally.alone,
                rule.points,
                rule.sure
            ))?;
            match tally.with.iter().max_by_key(|(_, count)| **count) {
                Some((other, count)) => out.write(&format!("  mostly with {} ({count})\n", set.rules[*other].id))?,
                None => out.write("\n")?,
            }
            for quote in &tally.false_hits {
                out.write(&format!("      not so: {quote}\n"))?;
            }
        }
    }
    out.close()?;
    Ok(ExitCode::from(DONE))
}

fn tallies(set: &RuleSet, samples: &[Sample<'_>], quotes: usize) -> Vec<Tally> {
    let mut tallies: Vec<Tally> = set.rules.iter().map(|_| Tally::default()).collect();
    for sample in samples {
        for hit in &sample.hits {
            let family = &set.families[set.rules[hit.rule].family];
            let (right, soft) = match family.polarity {
                Polarity::Kind => (sample.labelled.kind.id() == family.id, false),
                _ if sample.labelled.kind != Kind::Request => continue,
                _ => (sample.labelled.families.contains(&family.id), sample.labelled.soft.contains(&family.id)),
            };
            let others: Vec<usize> = sample
                .hits
                .iter()
                .map(|other| other.rule)
                .filter(|&other| other != hit.rule && set.rules[other].family == set.rules[hit.rule].family)
                .collect();
            let tally = &mut tallies[hit.rule];
            tally.hits += 1;
            tally.right += usize::from(right);
            tally.soft += usize::from(soft && !right);
            tally.alone += usize::from(right && others.is_empty());
            for other in others {
                *tally.with.entry(other).or_default() += 1;
            }
            if !right && !soft && tally.false_hits.len() < quotes {
                tally.false_hits.push(match &hit.spot {
                    Some((field, span)) => {
                        let post = &sample.labelled.post;
                        format!("{:?} in {}", &(if field.name() == "title" { &post.title } else { &post.body })[span.clone()], post.id)
                    }
                    None => format!("the fields of {}", sample.labelled.post.id),
                });
            }
        }
    }
    tallies
}
