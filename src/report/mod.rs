//! Verdicts arranged for a reader, one file a format.

pub mod digest;
pub mod json;
pub mod markdown;
pub mod terminal;

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
}

impl Report {
    /// The posts of a tier, best first.
    pub fn tier(&self, tier: Tier) -> Vec<&Judged> {
        let mut posts: Vec<&Judged> = self.judged.iter().filter(|judged| judged.judgement.verdict.tier == tier).collect();
        posts.sort_by_key(|judged| std::cmp::Reverse(judged.judgement.verdict.score));
        posts
    }
}

/// The whole report as text.
pub fn write(format: Format, sieve: &Sieve, report: &Report, columns: usize) -> String {
    match format {
        Format::Terminal => terminal::listed(sieve, report, columns),
        Format::Markdown => markdown::listed(sieve, report),
        Format::Json => json::array(sieve, report),
        Format::Jsonl => report.judged.iter().map(|judged| json::line(sieve, judged)).collect(),
    }
}

impl Judged {
    /// The words a hit rests on: of the post, or of its fields.
    pub fn quote(&self, rule: &Rule, finding: &Finding) -> String {
        match &finding.hit.spot {
            Some((field, span)) => self.text(*field)[span.clone()].to_owned(),
            None if rule.facts.iter().any(|test| test.name.starts_with("pay.") || test.name.starts_with("effort.")) => {
                self.judgement.facts.pay_text.clone().unwrap_or_default()
            }
            None => rule
                .facts
                .iter()
                .filter_map(|test| self.judgement.facts.get(test.name).map(|value| format!("{} {}", test.name.replace(['.', '_'], " "), value.round())))
                .collect::<Vec<_>>()
                .join(", "),
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
