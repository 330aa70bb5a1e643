//! The model behind the weights: an additive ordinal regression over the hits of rules.
//!
//! The chance that a post is better than `skip`, and better than `maybe`, is a logistic function of the sum of its
//! families less a threshold. A family's sum is that of its rules, at most its cap. Rules are held near the mean of
//! their family (few labels must not make a rule loud), never change sign, and end as whole points. Plain gradient
//! steps from a fixed start: the same labels give the same weights everywhere.

use std::collections::BTreeMap;

use super::{Sample, is_scored};
use crate::rules::file::Weights;
use crate::rules::{Polarity, RuleSet, Thresholds};
use crate::verdict::{START, Tier};

/// Points for one unit of the regression: spreads ordinary posts over the scale without running into its ends.
const SCALE: f64 = 8.0;
/// How strongly a rule is held to its family's mean.
const RULE_HOLD: f64 = 6.0;
/// How strongly a family's mean is held to the common start.
const FAMILY_HOLD: f64 = 1.0;
/// The start of every family's mean.
const FAMILY_START: f64 = 1.0;
/// A family's cap, in means of its rules.
const CAP: f64 = 2.5;
const STEPS: usize = 4000;
/// How far a step goes, for one labelled post: more posts pull harder, and must not overshoot.
const STEP: f64 = 4.0;
const THRESHOLD_STEP: f64 = 0.4;
/// The belief a rule is written with counts like so many labelled hits.
const PRIOR_HITS: f64 = 8.0;
/// What a post judged apply instead of skip, or the other way round, costs beyond being wrong.
const CLASH_COST: f64 = 0.5;

/// Fits points, belief, caps and thresholds.
pub fn fit(set: &RuleSet, samples: &[&Sample<'_>]) -> Weights {
    let sure = beliefs(set, samples);
    let rows: Vec<Row> = samples
        .iter()
        .filter(|sample| sample.labelled.kind == crate::post::Kind::Request)
        .map(|sample| Row {
            rules: sample.hits.iter().map(|hit| hit.rule).filter(|&rule| is_scored(set.family(&set.rules[rule]).polarity)).collect(),
            level: level(sample.labelled.verdict),
        })
        .collect();
    let mut model = Model::new(set);
    for _ in 0..STEPS {
        model.step(&rows);
    }
    let points: Vec<i32> = model.weights.iter().map(|weight| (weight * SCALE).round() as i32).collect();
    let caps: Vec<i32> = model.means.iter().map(|mean| (mean * CAP * SCALE).round().max(1.0) as i32).collect();
    let scored: Vec<(i32, u8)> = rows.iter().map(|row| (START + model.points(&row.rules, &points, &caps), row.level)).collect();
    Weights {
        thresholds: Some(thresholds(&scored)),
        caps: set.families.iter().zip(&caps).filter(|(family, _)| is_scored(family.polarity)).map(|(family, &cap)| (family.id.clone(), cap)).collect(),
        rules: set
            .rules
            .iter()
            .enumerate()
            .filter(|(_, rule)| set.family(rule).polarity != Polarity::Sign)
            .map(|(index, rule)| {
                let points = if is_scored(set.family(rule).polarity) { points[index] } else { 0 };
                (rule.id.clone(), (if set.family(rule).polarity == Polarity::Red { -points } else { points }, sure[index]))
            })
            .collect::<BTreeMap<_, _>>(),
    }
}

/// How often readers saw a rule's family (or kind) where it hit, the belief it was written with counted in.
fn beliefs(set: &RuleSet, samples: &[&Sample<'_>]) -> Vec<u8> {
    let mut seen = vec![(0.0, 0.0); set.rules.len()];
    for sample in samples {
        for hit in &sample.hits {
            let family = set.family(&set.rules[hit.rule]);
            let right = match family.polarity {
                Polarity::Kind => sample.labelled.kind.id() == family.id,
                _ if sample.labelled.kind != crate::post::Kind::Request => continue,
                _ => sample.labelled.families.contains(&family.id),
            };
            if right || !sample.labelled.soft.contains(&family.id) {
                seen[hit.rule].0 += f64::from(u8::from(right));
                seen[hit.rule].1 += 1.0;
            }
        }
    }
    let belief = |(rule, (right, all)): (&crate::rules::Rule, (f64, f64))| {
        if rule.sure == 0 {
            return 0;
        }
        ((right + PRIOR_HITS * f64::from(rule.sure) / 100.0) / (all + PRIOR_HITS) * 100.0).round() as u8
    };
    set.rules.iter().zip(seen).map(belief).collect()
}

struct Row {
    rules: Vec<usize>,
    /// 0 skip, 1 maybe, 2 apply.
    level: u8,
}

fn level(tier: Tier) -> u8 {
    match tier {
        Tier::Skip => 0,
        Tier::Maybe => 1,
        Tier::Apply => 2,
    }
}

struct Model {
    family_of: Vec<usize>,
    sign: Vec<f64>,
    weights: Vec<f64>,
    means: Vec<f64>,
    thresholds: [f64; 2],
}

impl Model {
    fn new(set: &RuleSet) -> Model {
        Model {
            family_of: set.rules.iter().map(|rule| rule.family).collect(),
            sign: set.families.iter().map(|family| if family.polarity == Polarity::Red { -1.0 } else { 1.0 }).collect(),
            weights: vec![0.7; set.rules.len()],
            means: vec![0.8; set.families.len()],
            thresholds: [-0.5, 1.0],
        }
    }

    fn step(&mut self, rows: &[Row]) {
        let mut rule_slope = vec![0.0; self.weights.len()];
        let mut mean_slope = vec![0.0; self.means.len()];
        let mut threshold_slope = [0.0; 2];
        let mut sums = vec![0.0; self.means.len()];
        for row in rows {
            for &rule in &row.rules {
                sums[self.family_of[rule]] += self.weights[rule];
            }
            let mut sum = 0.0;
            for (family, of_family) in sums.iter().enumerate().filter(|(_, of_family)| **of_family > 0.0) {
                sum += self.sign[family] * of_family.min(CAP * self.means[family]);
            }
            let mut slope = 0.0;
            for (above, threshold) in self.thresholds.iter().enumerate() {
                let error = 1.0 / (1.0 + (threshold - sum).exp()) - f64::from(u8::from(usize::from(row.level) > above));
                slope += error;
                threshold_slope[above] -= error;
            }
            for &rule in &row.rules {
                let family = self.family_of[rule];
                if sums[family] < CAP * self.means[family] {
                    rule_slope[rule] += slope * self.sign[family];
                }
            }
            for (family, of_family) in sums.iter_mut().enumerate() {
                if *of_family >= CAP * self.means[family] && *of_family > 0.0 {
                    mean_slope[family] += slope * self.sign[family] * CAP;
                }
                *of_family = 0.0;
            }
        }
        let step = STEP / rows.len().max(1) as f64;
        for (rule, slope) in rule_slope.iter_mut().enumerate() {
            let away = self.weights[rule] - self.means[self.family_of[rule]];
            *slope += RULE_HOLD * away;
            mean_slope[self.family_of[rule]] -= RULE_HOLD * away;
        }
        for (weight, slope) in self.weights.iter_mut().zip(&rule_slope) {
            *weight = (*weight - step * slope).max(0.0);
        }
        for (mean, slope) in self.means.iter_mut().zip(&mean_slope) {
            *mean = (*mean - step * (slope + FAMILY_HOLD * (*mean - FAMILY_START))).max(0.02);
        }
        for (threshold, slope) in self.thresholds.iter_mut().zip(&threshold_slope) {
            *threshold -= THRESHOLD_STEP / rows.len().max(1) as f64 * slope;
        }
    }

    /// The points of a post, as the verdict will add them.
    fn points(&self, rules: &[usize], points: &[i32], caps: &[i32]) -> i32 {
        let mut sums = vec![0; caps.len()];
        for &rule in rules {
            sums[self.family_of[rule]] += points[rule];
        }
        sums.iter().zip(caps).zip(&self.sign).map(|((sum, cap), sign)| sum.min(cap) * (*sign as i32)).sum()
    }
}

/// The thresholds with the most posts judged right, clashes counted against them.
fn thresholds(scored: &[(i32, u8)]) -> Thresholds {
    let mut best = (f64::MIN, Thresholds::default());
    for skip in 15..=60 {
        for apply in (skip + 1)..=85 {
            let value: f64 = scored
                .iter()
                .map(|&(score, level)| {
                    let given = if score >= apply { 2u8 } else { u8::from(score > skip) };
                    match given.abs_diff(level) {
                        0 => 1.0,
                        1 => 0.0,
                        _ => -CLASH_COST,
                    }
                })
                .sum();
            if value > best.0 {
                best = (value, Thresholds { apply, skip });
            }
        }
    }
    best.1
}
