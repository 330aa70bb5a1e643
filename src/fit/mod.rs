//! Weights fitted, not guessed: what labelled posts say of the points, the belief and the caps of rules.
//!
//! [`labels`] reads posts with the verdicts of people, [`model`] finds weights, [`score`] measures verdicts against
//! labels. Nothing here writes rules; the command prints the weights file.

pub mod labels;
pub mod model;
pub mod score;

use crate::matcher::Hit;
use crate::rules::file::{Weights, apply};
use crate::rules::{Polarity, RuleSet};
use crate::sieve::Sieve;
use crate::text;
use crate::verdict;

use labels::Labelled;
use score::Figures;

/// A labelled post with what the rules found in it: all that fitting and scoring need.
pub struct Sample<'a> {
    pub labelled: &'a Labelled,
    pub hits: Vec<Hit>,
}

/// The findings of all labelled posts.
pub fn samples<'a>(sieve: &Sieve, labelled: &'a [Labelled]) -> Vec<Sample<'a>> {
    use rayon::prelude::*;
    labelled.par_iter().map(|labelled| Sample { labelled, hits: sieve.findings(&labelled.post).hits }).collect()
}

/// Parts into which labelled posts are cut for cross-validation.
pub const FOLDS: u64 = 5;

/// The part a post belongs to: by its id, so that it is the same in every run.
pub fn fold(labelled: &Labelled) -> u64 {
    text::fingerprint(&[&labelled.post.id]) % FOLDS
}

/// Figures of cross-validation: each fifth of the posts is judged with weights that the other four gave.
pub fn cross_validated(set: &RuleSet, samples: &[Sample<'_>], sieve: &Sieve) -> Figures {
    let mut figures = Figures::default();
    for part in 0..FOLDS {
        let (held, rest): (Vec<_>, Vec<_>) = samples.iter().partition(|sample| fold(sample.labelled) == part);
        let weights = model::fit(set, &rest);
        let mut fitted = set.clone();
        apply(&mut fitted, &weights);
        judge_all(&fitted, &held, sieve, &mut figures);
    }
    figures
}

/// Figures of a rule set as it stands.
pub fn as_it_stands(set: &RuleSet, samples: &[Sample<'_>], sieve: &Sieve) -> Figures {
    let mut figures = Figures::default();
    judge_all(set, &samples.iter().collect::<Vec<_>>(), sieve, &mut figures);
    figures
}

fn judge_all(set: &RuleSet, samples: &[&Sample<'_>], sieve: &Sieve, figures: &mut Figures) {
    for sample in samples {
        let facts = crate::facts::Facts::of(&sample.labelled.post);
        let verdict = verdict::judge(set, &sample.labelled.post, &facts, sample.hits.clone(), sieve.profile());
        let families: std::collections::BTreeSet<String> =
            verdict.hits.iter().filter(|finding| finding.claimed).map(|finding| set.family(&set.rules[finding.hit.rule]).id.clone()).collect();
        figures.add(sample.labelled, verdict.tier, verdict.score, verdict.kind, &families);
    }
}

/// The weights that all the labelled posts give.
pub fn fit(set: &RuleSet, samples: &[Sample<'_>]) -> Weights {
    model::fit(set, &samples.iter().collect::<Vec<_>>())
}

/// Whether a family moves the score.
fn is_scored(polarity: Polarity) -> bool {
    matches!(polarity, Polarity::Green | Polarity::Red)
}
