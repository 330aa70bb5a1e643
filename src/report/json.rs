//! Records for programs: the contract of `--format json` and `--format jsonl`. What a post does not tell is `null`.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Judged, Report, figures};
use crate::post::{Client, Pay, Proposals};
use crate::rules::Polarity;
use crate::sieve::Sieve;
use crate::verdict::Cause;

/// The JSON Schema (2020-12) of a record.
pub const SCHEMA: &str = include_str!("record.schema.json");

#[derive(Serialize)]
struct Record<'a> {
    id: &'a str,
    source: Option<&'a str>,
    marketplace: Option<&'a str>,
    format: Option<&'a str>,
    url: Option<&'a str>,
    title: &'a str,
    body: &'a str,
    published: Option<jiff::Timestamp>,
    updated: Option<jiff::Timestamp>,
    author: Option<&'a str>,
    language: Option<&'a str>,
    kind: &'a str,
    skills: &'a [String],
    pay: &'a Pay,
    client: &'a Client,
    proposals: &'a Proposals,
    facts: Map<String, Value>,
    verdict: &'a str,
    score: i32,
    axes: Axes,
    flags: Vec<Flag<'a>>,
    hints: Vec<Flag<'a>>,
    reasons: Vec<Line>,
    questions: &'a [String],
    note: Option<&'a str>,
}

#[derive(Serialize)]
struct Axes {
    objective: i32,
    tactical: i32,
}

#[derive(Serialize)]
struct Flag<'a> {
    rule: &'a str,
    family: &'a str,
    polarity: &'a str,
    points: i32,
    quote: String,
    field: Option<&'a str>,
    start: Option<usize>,
    end: Option<usize>,
    why: Cow<'a, str>,
}

/// A line of the ledger; with 50 at the start they add up to the score.
#[derive(Serialize)]
struct Line {
    reason: String,
    points: i32,
}

fn record<'a>(sieve: &'a Sieve, judged: &'a Judged) -> Record<'a> {
    let set = sieve.rules();
    let post = &judged.post;
    let verdict = &judged.judgement.verdict;
    let flags = |claimed: bool| {
        verdict.hits.iter().filter(move |finding| finding.claimed == claimed).map(|finding| {
            let rule = &set.rules[finding.hit.rule];
            let family = set.family(rule);
            let spot = finding.hit.spot.as_ref();
            Flag {
                rule: &rule.id,
                family: &family.id,
                polarity: if family.polarity == Polarity::Green { "green" } else { "red" },
                points: finding.points,
                quote: judged.quote(rule, finding),
                field: spot.map(|(field, _)| field.name()),
                start: spot.map(|(_, span)| span.start),
                end: spot.map(|(_, span)| span.end),
                why: finding.why(set),
            }
        })
    };
    let reasons = verdict.reasons.iter().map(|reason| Line { reason: cause(sieve, judged, &reason.cause), points: reason.points });
    Record {
        id: &post.id,
        source: post.source.as_deref(),
        marketplace: post.marketplace.as_deref(),
        format: post.format.as_deref(),
        url: post.url.as_deref(),
        title: &post.title,
        body: &post.body,
        published: post.published,
        updated: post.updated,
        author: post.author.as_deref(),
        language: judged.judgement.language,
        kind: verdict.kind.id(),
        skills: &post.skills,
        pay: &post.pay,
        client: &post.client,
        proposals: &post.proposals,
        facts: judged
            .judgement
            .facts
            .known()
            .filter(|(name, _)| !name.starts_with("client."))
            .map(|(name, value)| (name.to_owned(), Value::from((value * 100.0).round() / 100.0)))
            .collect(),
        verdict: verdict.tier.name(),
        score: verdict.score,
        axes: Axes { objective: verdict.objective, tactical: verdict.tactical },
        flags: flags(true).collect(),
        hints: flags(false).collect(),
        reasons: reasons.collect(),
        questions: &verdict.questions,
        note: verdict.note.as_deref(),
    }
}

/// What a line of the ledger says.
pub fn cause(sieve: &Sieve, judged: &Judged, cause: &Cause) -> String {
    let set = sieve.rules();
    match cause {
        Cause::Hit(index) => set.rules[judged.judgement.verdict.hits[*index].hit.rule].id.clone(),
        Cause::Cap(family) => format!("{} counts {} at most", set.families[*family].id, set.families[*family].cap),
        Cause::NotARequest => format!("a post of kind {}", judged.judgement.verdict.kind.id()),
        Cause::Profile(word) => format!("your profile names {word}"),
        Cause::Floor => figures::below_floor(&judged.judgement.facts, sieve.profile()),
        Cause::ScaleEnd => "the scale ends here".to_owned(),
    }
}

/// One record and a line feed.
pub fn line(sieve: &Sieve, judged: &Judged) -> String {
    let mut line = serde_json::to_string(&record(sieve, judged)).expect("a record has string keys and finite numbers");
    line.push('\n');
    line
}

/// All records as one array.
pub fn array(sieve: &Sieve, report: &Report) -> String {
    let elements = report.judged.iter().enumerate().map(|(at, judged)| element(sieve, judged, at == 0));
    elements.chain([end(report.judged.is_empty()).to_owned()]).collect()
}

/// One record as an element of an array, with what opens the array or parts it from the record before: arrays too
/// long to hold are written one by one.
pub fn element(sieve: &Sieve, judged: &Judged, is_first: bool) -> String {
    let record = serde_json::to_string_pretty(&record(sieve, judged)).expect("a record has string keys and finite numbers");
    format!("{}\n  {}", if is_first { "[" } else { "," }, record.replace('\n', "\n  "))
}

/// What ends an array of elements.
pub fn end(is_empty: bool) -> &'static str {
    if is_empty { "[]\n" } else { "\n]\n" }
}
