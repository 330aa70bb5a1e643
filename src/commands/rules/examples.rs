//! The examples of rules, run through the production path: each as a pasted post of its own.

use std::fmt;

use crate::read::{self, Document, Limits};
use crate::rules::Rule;
use crate::sieve::Sieve;

/// An example that does not come out as its rule says.
#[derive(Debug)]
pub struct Broken {
    pub rule: String,
    pub file: String,
    pub line: usize,
    pub example: String,
    /// Whether it should have hit.
    pub must_hit: bool,
    /// What took the hit back, where a guard did; the words it hit, where it should not have.
    pub detail: Option<String>,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = if self.must_hit { "must hit" } else { "must not hit" };
        write!(f, "{}:{}: rule `{}` {said}: {:?}", self.file, self.line, self.rule, self.example)?;
        match &self.detail {
            Some(detail) => write!(f, " ({detail})"),
            None => Ok(()),
        }
    }
}

/// Every example of the wanted rules that does not come out as it should.
pub fn broken_examples(sieve: &Sieve, wanted: impl Fn(&Rule) -> bool) -> Vec<Broken> {
    let mut broken = Vec::new();
    for (index, rule) in sieve.rules().rules.iter().enumerate().filter(|(_, rule)| wanted(rule)) {
        let examples = rule.hits.iter().map(|example| (example, true)).chain(rule.misses.iter().map(|example| (example, false)));
        for (example, must_hit) in examples {
            let document = Document { source: "example".into(), bytes: example.clone().into_bytes(), ..Document::default() };
            // A record where fields matter, else a paste.
            let reader = if example.starts_with('{') { read::records::read } else { read::text::read };
            let reading = reader(&document, &Limits::default());
            let Some(post) = reading.posts.first() else { continue };
            let findings = sieve.findings(post);
            let words = if rule.cues { sieve.spoken(post) } else { Vec::new() };
            let by_words = words.iter().filter(|spoken| spoken.rule == index && spoken.strength > 0).map(|spoken| &spoken.spot);
            let found = findings.hits.iter().filter(|hit| hit.rule == index).map(|hit| &hit.spot).chain(by_words).next();
            if found.is_some() != must_hit {
                let detail = match found {
                    Some(spot) => spot.as_ref().map(|(field, span)| {
                        let text = if field.name() == "title" { &post.title } else { &post.body };
                        format!("on {:?}", &text[span.clone()])
                    }),
                    None => findings.cancelled.iter().find(|cancelled| cancelled.rule == index).map(|cancelled| format!("taken back: {}", cancelled.by)),
                };
                broken.push(Broken { rule: rule.id.clone(), file: rule.file.to_string(), line: rule.line, example: example.clone(), must_hit, detail });
            }
        }
    }
    broken
}
