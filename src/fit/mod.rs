//! Weights fitted, not guessed: what labelled posts say of rules, families, figures and words.
//!
//! [`labels`] reads posts with the verdicts of people, [`model`] finds weights with [`regression`], [`score`] measures
//! verdicts against labels. Nothing here writes rules; the command prints the weights file.

pub mod labels;
pub mod model;
pub mod regression;
pub mod score;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::cues::{self, Cues, Spoken};
use crate::facts::Facts;
use crate::matcher::Hit;
use crate::post::Draft;
use crate::rules::file::{Weights, apply};
use crate::rules::{Polarity, RuleSet};
use crate::sieve::{self, Sieve};
use crate::text::{self, Folded};
use crate::verdict;

use labels::{Labelled, Short};
use score::Figures;

/// Whether words are learned anew, or stay what they are: a few hundred decisions teach no words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Learned {
    Anew,
    Kept,
}

/// Learned words, family by family.
pub type Words = BTreeMap<String, BTreeMap<String, i16>>;

/// A labelled post with what was found in it: all that fitting and scoring need.
pub struct Sample<'a> {
    pub labelled: &'a Labelled,
    pub hits: Vec<Hit>,
    /// What the words as they stand come to.
    pub spoken: Vec<Spoken>,
    /// The hashes of all words and pairs, each once.
    pub words: Vec<u64>,
    /// How many words the post has.
    pub length: usize,
}

impl Sample<'_> {
    /// What the words as they stand come to for a family, in units of log-odds.
    fn spoken_of(&self, set: &RuleSet, family: usize) -> Option<f64> {
        self.spoken.iter().find(|spoken| set.rules[spoken.rule].family == family).map(|spoken| f64::from(spoken.strength) / 10.0)
    }
}

/// What was found in short texts: the rules that hit the family a text is about, each with whether it shows it.
#[derive(Debug, Default)]
pub struct ShortHits(Vec<(usize, bool)>);

/// The findings of short texts.
pub fn short_hits(sieve: &Sieve, shorts: &[Short]) -> ShortHits {
    let set = sieve.rules();
    let of = |short: &Short| -> Vec<(usize, bool)> {
        let post = Draft { body: short.text.clone(), ..Draft::default() }.finish();
        let hits = sieve.findings(&post).hits.into_iter().map(|hit| hit.rule);
        hits.filter(|&rule| set.family(&set.rules[rule]).id == short.family).map(|rule| (rule, short.hit)).collect()
    };
    ShortHits(shorts.iter().flat_map(of).collect())
}

/// The findings of all labelled posts.
pub fn samples<'a>(sieve: &Sieve, labelled: &'a [Labelled]) -> Vec<Sample<'a>> {
    use rayon::prelude::*;
    let sample = |labelled: &'a Labelled| {
        let mut words = BTreeSet::new();
        let mut length = 0;
        each_gram(labelled, |gram| {
            length += usize::from(gram.words.1.is_none());
            words.insert(gram.hash);
        });
        let (findings, spoken) = (sieve.findings(&labelled.post), sieve.spoken(&labelled.post));
        Sample { labelled, hits: findings.hits, spoken, words: words.into_iter().collect(), length }
    };
    labelled.par_iter().map(sample).collect()
}

fn each_gram(labelled: &Labelled, mut each: impl FnMut(cues::Gram<'_>)) {
    if cues::reads(sieve::language(&labelled.post)) {
        for part in [&labelled.post.title, &labelled.post.body] {
            cues::grams(&Folded::of(part).text, &mut each);
        }
    }
}

/// The texts of those words that are wanted, by their hashes.
fn texts_of(samples: &[&Sample<'_>], is_wanted: impl Fn(u64) -> bool) -> HashMap<u64, String> {
    let mut texts = HashMap::new();
    for sample in samples {
        each_gram(sample.labelled, |gram| {
            if is_wanted(gram.hash) {
                texts.entry(gram.hash).or_insert_with(|| gram.text());
            }
        });
    }
    texts
}

/// Parts into which labelled posts are cut for cross-validation.
pub const FOLDS: u64 = 5;

/// The part a post belongs to: by its id, so that it is the same in every run.
pub fn part(labelled: &Labelled, parts: u64) -> u64 {
    text::fingerprint(&[&labelled.post.id]) % parts
}

/// Figures of cross-validation: each fifth of the posts is judged with weights that the other four gave.
pub fn cross_validated(set: &RuleSet, samples: &[Sample<'_>], shorts: &ShortHits, sieve: &Sieve, learned: Learned) -> Figures {
    let mut figures = Figures::default();
    for of in 0..FOLDS {
        let (held, rest): (Vec<_>, Vec<_>) = samples.iter().partition(|sample| part(sample.labelled, FOLDS) == of);
        let (weights, words) = model::fit(set, &rest, shorts, learned);
        let mut fitted = set.clone();
        apply(&mut fitted, &weights);
        fitted.cues = words.into_iter().map(|(family, words)| (family, words.into_iter().collect())).collect();
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
    let cues = Cues::of(set);
    for sample in samples {
        let post = &sample.labelled.post;
        let (title, body) = (Folded::of(&post.title), Folded::of(&post.body));
        let spoken = if cues::reads(sieve::language(post)) { cues.find(&title, &body, &sample.hits) } else { Vec::new() };
        let verdict = verdict::judge(set, post, &Facts::of(post), sample.hits.clone(), spoken, sieve.profile());
        let families: BTreeSet<String> =
            verdict.hits.iter().filter(|finding| finding.claimed).map(|finding| set.family(&set.rules[finding.hit.rule]).id.clone()).collect();
        figures.add(sample.labelled, verdict.tier, verdict.score, verdict.kind, &families);
    }
}

/// The weights that all the labelled posts give, and the words.
pub fn fit(set: &RuleSet, samples: &[Sample<'_>], shorts: &ShortHits, learned: Learned) -> (Weights, Words) {
    model::fit(set, &samples.iter().collect::<Vec<_>>(), shorts, learned)
}

/// Whether a family moves the score.
fn is_scored(polarity: Polarity) -> bool {
    matches!(polarity, Polarity::Green | Polarity::Red)
}
