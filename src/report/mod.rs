//! Verdicts arranged for a reader, one file a format.

pub mod atom;
pub mod cards;
pub mod client;
pub mod csv;
pub mod digest;
mod figures;
pub mod html;
pub mod json;
pub mod markdown;
mod marks;
pub mod terminal;
mod wording;

use crate::cli::Format;
use crate::facts::Field;
use crate::post::Post;
use crate::rules::Rule;
use crate::sieve::{Judgement, Sieve};
use crate::verdict::{Finding, Tier};

/// A post with what was found out about it.
#[derive(Debug)]
pub struct Judged {
    pub post: Post,
    pub judgement: Judgement,
}

/// What a report shows.
#[derive(Debug)]
pub struct Report {
    pub judged: Vec<Judged>,
    /// Show the skipped posts one by one too.
    pub all: bool,
    /// What could not be read, for reports that people keep; programs find it on standard error.
    pub problems: Vec<String>,
    /// The moment ages are told at.
    pub now: jiff::Timestamp,
}

impl Report {
    /// A report of these posts, written now.
    pub fn new(judged: Vec<Judged>, now: jiff::Timestamp) -> Report {
        Report { judged, all: false, problems: Vec::new(), now }
    }

    /// The posts of a tier, best first.
    pub fn tier(&self, tier: Tier) -> Vec<&Judged> {
        let mut posts: Vec<&Judged> = self.judged.iter().filter(|judged| judged.judgement.verdict.tier == tier).collect();
        posts.sort_by_key(|judged| std::cmp::Reverse(judged.judgement.verdict.score));
        posts
    }
}

/// What the report is shown on. Only the terminal report asks.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    pub columns: usize,
    /// Whether addresses can be clicked.
    pub links: bool,
}

/// The whole report as text.
pub fn write(format: Format, sieve: &Sieve, report: &Report, screen: Screen) -> String {
    match format {
        Format::Terminal => terminal::listed(sieve, report, screen),
        Format::Markdown => markdown::listed(sieve, report),
        Format::Json => json::array(sieve, report),
        Format::Html => html::page(sieve, report),
        Format::Csv => csv::table(sieve, report),
        Format::Atom => atom::feed(sieve, report),
        Format::Jsonl => report.judged.iter().map(|judged| json::line(sieve, judged)).collect(),
    }
}

/// Advice on each post to the person who writes it.
pub fn advise(format: Format, sieve: &Sieve, report: &Report, screen: Screen) -> String {
    let each = |advised: &dyn Fn(&Judged) -> String| report.judged.iter().map(advised).collect::<Vec<_>>().join("\n");
    match format {
        Format::Markdown => each(&|judged| markdown::advised(sieve, judged)),
        _ => each(&|judged| terminal::advised(sieve, judged, screen)),
    }
}

/// Each post of the report in full, where the format has such a form.
pub fn explain(format: Format, sieve: &Sieve, report: &Report, screen: Screen) -> String {
    let each = |explained: &dyn Fn(&Judged) -> String| report.judged.iter().map(explained).collect::<Vec<_>>().join("\n");
    match format {
        Format::Terminal => each(&|judged| terminal::explained(sieve, judged, report.now, screen)),
        Format::Markdown => each(&|judged| markdown::explained(sieve, judged, report)),
        other => write(other, sieve, report, screen),
    }
}

impl Judged {
    /// The words a hit rests on: of the post, or of its fields.
    pub fn quote(&self, rule: &Rule, finding: &Finding) -> String {
        match &finding.hit.spot {
            Some((field, span)) => self.text(*field)[span.clone()].to_owned(),
            None if rule.facts.iter().any(|test| test.name().starts_with("pay.") || test.name().starts_with("effort.")) => {
                self.judgement.facts.pay_text.clone().unwrap_or_default()
            }
            None => rule.facts.iter().filter_map(|test| figures::in_words(test.name(), self.judgement.facts.get(test.name())?)).collect::<Vec<_>>().join(", "),
        }
    }

    /// The text of a field.
    pub fn text(&self, field: Field) -> &str {
        match field {
            Field::Title => &self.post.title,
            Field::Body => &self.post.body,
        }
    }
}
