//! Verdicts held against labels: the figures people compare such tools by.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::labels::Labelled;
use crate::post::Kind;
use crate::verdict::Tier;

/// Counts, and the figures they give.
#[derive(Debug, Default)]
pub struct Figures {
    /// (label, verdict) of each post.
    tiers: Vec<(Tier, Tier)>,
    /// (score, is worth applying to).
    ranked: Vec<(i32, bool)>,
    kinds: (usize, usize),
    /// Family to (right, wrong, missed).
    pub families: BTreeMap<String, (usize, usize, usize)>,
}

/// Families with fewer labelled posts than this are left out of the averages.
const SUPPORT: usize = 5;

impl Figures {
    /// Counts one post.
    pub fn add(&mut self, labelled: &Labelled, tier: Tier, score: i32, kind: Kind, claimed: &BTreeSet<String>) {
        self.tiers.push((labelled.verdict, tier));
        self.ranked.push((score, labelled.verdict == Tier::Apply));
        self.kinds.0 += usize::from(kind == labelled.kind);
        self.kinds.1 += 1;
        if labelled.kind != Kind::Request {
            return;
        }
        for family in claimed.union(&labelled.families) {
            let (seen, said) = (labelled.families.contains(family), claimed.contains(family));
            if !seen && labelled.soft.contains(family) {
                continue;
            }
            let counts = self.families.entry(family.clone()).or_default();
            counts.0 += usize::from(seen && said);
            counts.1 += usize::from(!seen && said);
            counts.2 += usize::from(seen && !said);
        }
    }

    fn share(&self, holds: impl Fn(&(Tier, Tier)) -> bool) -> f64 {
        self.tiers.iter().filter(|pair| holds(pair)).count() as f64 / self.tiers.len().max(1) as f64
    }

    pub fn accuracy(&self) -> f64 {
        self.share(|(label, tier)| label == tier)
    }

    /// Apply given for skip, or skip for apply.
    pub fn clashes(&self) -> f64 {
        self.share(|pair| matches!(pair, (Tier::Apply, Tier::Skip) | (Tier::Skip, Tier::Apply)))
    }

    pub fn macro_f1(&self) -> f64 {
        let of = |tier: Tier| {
            let count = |holds: &dyn Fn(bool, bool) -> bool| self.tiers.iter().filter(|(label, given)| holds(*label == tier, *given == tier)).count();
            f1(count(&|label, given| label && given), count(&|label, given| !label && given), count(&|label, given| label && !given))
        };
        (of(Tier::Apply) + of(Tier::Maybe) + of(Tier::Skip)) / 3.0
    }

    pub fn kind_accuracy(&self) -> f64 {
        self.kinds.0 as f64 / self.kinds.1.max(1) as f64
    }

    /// Average precision of the apply list, and its precision where it first holds seven tenths of what belongs there.
    pub fn ranking(&self) -> (f64, f64) {
        let mut ranked = self.ranked.clone();
        ranked.sort_by_key(|&(score, _)| std::cmp::Reverse(score));
        let all = ranked.iter().filter(|(_, worth)| *worth).count() as f64;
        let (mut seen, mut right, mut sum, mut at_recall) = (0.0, 0.0, 0.0, None);
        for group in ranked.chunk_by(|a, b| a.0 == b.0) {
            // Equal scores share their place: each worth post of a group has the group's precision.
            let worth = group.iter().filter(|(_, worth)| *worth).count() as f64;
            seen += group.len() as f64;
            right += worth;
            sum += worth * right / seen;
            if at_recall.is_none() && right >= 0.7 * all {
                at_recall = Some(right / seen);
            }
        }
        (sum / all.max(1.0), at_recall.unwrap_or_default())
    }

    /// Micro and macro F1 over the families.
    pub fn family_f1(&self) -> (f64, f64) {
        let big: Vec<_> = self.families.values().filter(|(right, _, missed)| right + missed >= SUPPORT).collect();
        let sum = big.iter().fold((0, 0, 0), |sum, counts| (sum.0 + counts.0, sum.1 + counts.1, sum.2 + counts.2));
        let mean = big.iter().map(|counts| f1(counts.0, counts.1, counts.2)).sum::<f64>() / big.len().max(1) as f64;
        (f1(sum.0, sum.1, sum.2), mean)
    }
}

/// The harmonic mean of precision and recall.
pub fn f1(right: usize, wrong: usize, missed: usize) -> f64 {
    if right + wrong + missed == 0 { 1.0 } else { 2.0 * right as f64 / (2 * right + wrong + missed) as f64 }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (average, at_recall) = self.ranking();
        let (micro, mean) = self.family_f1();
        write!(
            f,
            "accuracy {:.3}  macro F1 {:.3}  clashes {:.1} %  apply list: AP {average:.3}, precision at recall 0.70 {at_recall:.3}  kind {:.3}  families: micro F1 {micro:.3}, macro {mean:.3}",
            self.accuracy(),
            self.macro_f1(),
            100.0 * self.clashes(),
            self.kind_accuracy()
        )
    }
}
