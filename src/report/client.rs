//! The same findings for the other side: advice to the person who writes the post. The sentences are data,
//! `patterns/en/advice.toml`, one a family.

use std::borrow::Cow;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::{Judged, wording};
use crate::rules::Polarity;
use crate::sieve::Sieve;
use crate::verdict::Tier;

const ADVICE: &str = include_str!("../../patterns/en/advice.toml");

/// Green families whose absence is worth a word, most telling first.
const WANTED: &[&str] = &["business-objective", "purpose-context", "fair-pay", "measurable-outcome", "clear-priorities", "makes-time", "courtship"];
/// Absent families named at most; more would be a lecture.
const ABSENT: usize = 4;

/// What to do about a family that was found, or was not.
pub fn advice(family: &str) -> Option<&'static str> {
    static SENTENCES: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    SENTENCES.get_or_init(|| toml::from_str(ADVICE).expect("the file is checked by a test")).get(family).map(String::as_str)
}

/// One piece of advice.
#[derive(Debug, PartialEq, Eq)]
pub struct Advice {
    /// The family, in words.
    pub about: String,
    pub sentence: String,
    /// The words it is about, as they stand in the post.
    pub quote: Option<String>,
}

/// Advice on a post: what works against it, what is missing, what to keep.
#[derive(Debug)]
pub struct Advices {
    pub change: Vec<Advice>,
    pub add: Vec<Advice>,
    pub keep: Vec<Advice>,
}

/// The findings of a judged post as advice.
pub fn advices(sieve: &Sieve, judged: &Judged) -> Advices {
    let set = sieve.rules();
    let found = |polarity: Polarity| -> Vec<Advice> {
        wording::strongest(sieve, judged, polarity, usize::MAX)
            .into_iter()
            .map(|finding| {
                let rule = &set.rules[finding.hit.rule];
                let family = &set.family(rule).id;
                let sentence = if polarity == Polarity::Red { advice(family).map_or_else(|| finding.why(set), Cow::Borrowed) } else { finding.why(set) };
                let quote = wording::one_line(&judged.quote(rule, finding));
                Advice { about: wording::family(family), sentence: sentence.into_owned(), quote: Some(quote).filter(|quote| !quote.is_empty()) }
            })
            .collect()
    };
    let keep = found(Polarity::Green);
    let add = WANTED
        .iter()
        .filter(|family| !keep.iter().any(|kept| kept.about == wording::family(family)))
        // Who states a fair pay, or any, need not be told to; who states none should.
        .filter(|family| **family != "fair-pay" || wording::pay(judged).is_none())
        .filter_map(|family| Some(Advice { about: wording::family(family), sentence: advice(family)?.to_owned(), quote: None }))
        .take(ABSENT)
        .collect();
    Advices { change: found(Polarity::Red), add, keep }
}

/// How experienced freelancers are likely to take the post.
pub fn outlook(judged: &Judged) -> &'static str {
    match judged.judgement.verdict.tier {
        Tier::Apply => "Experienced freelancers are likely to answer this post.",
        Tier::Maybe => "Experienced freelancers may pass this post by: it leaves them guessing.",
        Tier::Skip => "Experienced freelancers are likely to pass this post by.",
    }
}
