//! Answers of APIs as files: Upwork's GraphQL, Freelancer.com, Remote OK, Remotive, Himalayas, Jobicy, Working Nomads,
//! Hacker News, Reddit, and JSON of any other kind that has posts in it under usual names.
//!
//! A document is taken apart into its outermost values first, so that a broken entry costs that entry alone and a long
//! list is never in memory as a whole; an object that cannot be built is taken apart once more, into what it lists.
//! JavaScript modules (`export default [...]`) and JSON with small faults read too.

mod freelancer;
mod hackernews;
mod mapping;
pub mod values;

use std::borrow::Cow;

use serde_json::Value;

use super::page::jobposting;
use super::sites::{self, upwork};
use super::{Document, Limits, Problem, Reading, script};
use crate::post::Draft;

/// Entries that are no posts beyond this are counted, not listed.
const SAID: usize = 50;

/// A list whose first entries, so many, are no posts is none of posts.
const HOPELESS: usize = 10_000;

/// What an answer was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Upwork,
    Freelancer,
    HackerNews,
    JobPosting,
    /// Posts found by usual names.
    Named,
}

impl Shape {
    fn of(value: &Value) -> Shape {
        if hackernews::is_answer(value) {
            Shape::HackerNews
        } else if freelancer::is_answer(value) {
            Shape::Freelancer
        } else if upwork::state::is_upwork(value) {
            Shape::Upwork
        } else {
            let mut postings = Vec::new();
            jobposting::postings_in(value, 0, &mut postings);
            if postings.is_empty() { Shape::Named } else { Shape::JobPosting }
        }
    }

    fn format(self) -> &'static str {
        match self {
            Shape::Upwork => "upwork graphql",
            Shape::Freelancer => "freelancer api",
            Shape::HackerNews => "hacker news api",
            Shape::JobPosting => "json-ld",
            Shape::Named => "json",
        }
    }

    fn why(self) -> &'static str {
        match self {
            Shape::Upwork => "jobs with Upwork's ciphertexts",
            Shape::Freelancer => "projects with a seo_url and bids, as Freelancer.com's API names them",
            Shape::HackerNews => "comments under a story, as Algolia's API names them",
            Shape::JobPosting => "schema.org JobPosting",
            Shape::Named => "objects with a title and a text or an address under usual names",
        }
    }

    fn drafts(self, value: &Value) -> Vec<Draft> {
        match self {
            Shape::Upwork if upwork::job::is_job(value) => vec![upwork::job::draft(value, None)],
            Shape::Upwork => {
                let jobs = upwork::state::jobs(value);
                jobs.one.into_iter().chain(jobs.listed).collect()
            }
            Shape::Freelancer => freelancer::drafts(value),
            Shape::HackerNews => hackernews::drafts(value),
            Shape::JobPosting => {
                let mut postings = Vec::new();
                jobposting::postings_in(value, 0, &mut postings);
                postings.into_iter().map(jobposting::draft).collect()
            }
            Shape::Named => mapping::drafts(value),
        }
    }
}

/// Reads an answer of an API, or other JSON with posts in it.
pub fn read(document: &Document, limits: &Limits) -> Reading {
    let text = text(&document.bytes);
    let values = values::outermost(&text);
    let is_list = values.is_list;
    let (reading, is_whole) = entries(values, document, limits);
    // One object that is cut off or too large to be built: what it lists is read entry by entry.
    if !is_list
        && !is_whole
        && let Some(list) = values::longest_list(&text)
    {
        let (listed, _) = entries(values::outermost(list), document, limits);
        if !listed.posts.is_empty() {
            return listed;
        }
    }
    reading
}

/// Reads the values of a document one by one; whether all of them could be built.
fn entries(values: values::Values<'_>, document: &Document, limits: &Limits) -> (Reading, bool) {
    let mut reading = Reading { format: "json".to_owned(), ..Reading::default() };
    let mut shape = None;
    let mut left_out = 0usize;
    let mut broken = 0usize;
    let mut given_up = false;
    let mut is_whole = true;
    let is_list = values.is_list;
    for (index, source) in values.enumerate() {
        if reading.posts.len() >= limits.posts {
            left_out += 1;
            continue;
        }
        let place = || format!("entry {}", index + 1);
        if index >= HOPELESS && reading.posts.is_empty() {
            given_up = true;
            break;
        }
        if broken > SAID && !source.starts_with(['{', '[']) {
            broken += 1;
            continue;
        }
        let value = match script::json(source) {
            Ok(value) => value,
            Err(error) => {
                let message = match error {
                    script::ScriptError::Unexpected(_) => format!("no JSON: {error}"),
                    error => format!("JSON that is not read: {error}"),
                };
                is_whole = false;
                broken += 1;
                if broken <= SAID {
                    reading.note(if is_list { Problem::at(document, place(), message) } else { Problem::of(document, message) }, limits);
                }
                continue;
            }
        };
        let own = Shape::of(&value);
        let drafts = own.drafts(&value);
        if drafts.is_empty() {
            if is_list && !is_notice(&value) {
                broken += 1;
                if broken <= SAID {
                    reading.note(Problem::at(document, place(), "no post: neither a title nor a text under a usual name"), limits);
                }
            }
            continue;
        }
        shape.get_or_insert(own);
        reading.posts.extend(drafts.into_iter().map(|draft| finish(document, limits, draft)));
    }
    if broken > SAID {
        reading
            .problems
            .push(Problem::of(document, format!("{} more entries are no posts{}", broken - SAID, if given_up { "; the rest was not looked at" } else { "" })));
    }
    if left_out > 0 {
        reading.note(Problem::of(document, format!("{left_out} entries beyond {} posts were left out", limits.posts)), limits);
    }
    if let Some(shape) = shape {
        reading.format = shape.format().to_owned();
        reading.why = shape.why().to_owned();
    } else {
        reading.why = "JSON".to_owned();
        if reading.problems.is_empty() {
            reading
                .problems
                .push(Problem::of(document, "JSON without a post: no object has a title and a text or an address under usual names (title, description, url)"));
        }
    }
    (reading, is_whole)
}

/// Whether an entry says something of the list, as Remote OK's terms of use in front of its jobs.
fn is_notice(value: &Value) -> bool {
    value.as_object().is_some_and(|object| object.is_empty() || object.keys().any(|key| matches!(key.as_str(), "legal" | "last_updated" | "notice" | "terms")))
}

/// The text of a document; UTF-16 with its mark is JSON too.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0,
        None => String::from_utf8_lossy(bytes),
    }
}

fn finish(document: &Document, limits: &Limits, mut draft: Draft) -> crate::post::Post {
    draft.source = Some(document.source.clone());
    draft.format = Some("json".to_owned());
    let from = draft.url.as_deref().and_then(sites::of_address).or_else(|| document.base.as_deref().and_then(sites::of_address));
    if let Some(site) = from {
        draft.marketplace.get_or_insert_with(|| site.marketplace.clone());
        if draft.pay.is_stated() {
            let is_salary = draft.pay.max.or(draft.pay.min).is_some_and(|most| most >= 5_000.0);
            draft.pay.kind = draft.pay.kind.or(site.salary.filter(|_| is_salary));
            draft.pay.currency = draft.pay.currency.take().or_else(|| site.currency.clone());
        }
    }
    sites::first_line_as_title(&mut draft);
    draft.body.truncate(draft.body.floor_char_boundary(limits.post_bytes));
    draft.finish()
}
