//! The model behind the weights, in two stages.
//!
//! First the belief in each family. How sure a rule is, is counted: how often readers saw its family where it hit, what
//! it was written with counted in. Hits leave doubt together; beyond that, learned words (held at nothing unless they
//! tell) add log-odds. Then the verdict: an ordinal regression over the families' beliefs beyond their bases, figures and
//! words. What the second stage sees of a post's words was learned without that post. A red family never adds, a green one
//! never takes; all ends in whole points.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::regression::{self, Column, Pull};
use super::{Learned, Sample, ShortHits, Words, is_scored};
use crate::cues::{EVERY, WORDS_LEAST};
use crate::post::Kind;
use crate::rules::file::{FamilyWeights, Weights};
use crate::rules::{Polarity, RuleSet, Thresholds};
use crate::verdict::{START, Tier, chance, doubt};

/// Points for one unit of the verdict's regression: spreads ordinary posts over the scale without running into its ends.
const SCALE: f64 = 8.0;
/// A belief beyond this adds no more points, in units of log-odds: from there on the family is as good as certain.
const CERTAIN: f64 = 3.0;
/// Words in fewer posts are not looked at.
const POSTS_LEAST: u32 = 8;
/// Families with fewer labelled posts learn no words.
const LABELS_LEAST: usize = 25;
/// How hard a word must pull to count, for a family and for the verdict: the sums of the errors where it stands. And how
/// strongly it is held to nothing then. On the labelled posts half and twice as much give the same within 0.005.
const WORD_LASSO: f64 = 5.0;
const WORD_RIDGE: f64 = 2.0;
const VERDICT_LASSO: f64 = 6.0;
const VERDICT_RIDGE: f64 = 4.0;
/// How strongly the worth of a family and the points of a figure are held to nothing.
const WORTH_RIDGE: f64 = 3.0;
/// Parts for beliefs learned without the posts they are about.
const PARTS: u64 = 4;
/// The belief a rule is written with counts like so many labelled hits.
const PRIOR_HITS: f64 = 8.0;
/// What a post judged apply instead of skip, or the other way round, costs beyond being wrong.
const CLASH_COST: f64 = 0.5;
/// Families of words that speak for or against a post itself.
const GOOD_WORDING: &str = "good-wording";
const POOR_WORDING: &str = "poor-wording";

/// What labelled posts give: weights of rules and families, and words if they were asked for.
pub fn fit(set: &RuleSet, samples: &[&Sample<'_>], shorts: &ShortHits, learned: Learned) -> (Weights, Words) {
    let requests: Vec<&Sample<'_>> = samples.iter().copied().filter(|sample| sample.labelled.kind == Kind::Request).collect();
    let mut set = set.clone();
    sures(&mut set, samples, shorts);
    let set = &set;
    let table = Table::of(set, &requests, learned);
    let families: Vec<usize> = (0..set.families.len()).filter(|&family| is_scored(set.families[family].polarity) && !is_verdicts(set, family)).collect();
    let beliefs: Vec<Belief> = families.par_iter().map(|&family| Belief::of(set, &table, family)).collect();
    let verdict = Stage::of(set, &table, &beliefs);
    verdict.weights(set, &table, &beliefs)
}

/// Whether a family holds figures or words of the verdict itself, and is no reason to be believed.
fn is_verdicts(set: &RuleSet, family: usize) -> bool {
    let id = set.families[family].id.as_str();
    id.ends_with("-figures") || id == GOOD_WORDING || id == POOR_WORDING
}

/// The labelled requests as rows, and all that may be a column of them.
struct Table<'a> {
    rows: Vec<&'a Sample<'a>>,
    /// Rule to the rows it hit.
    rules: Vec<Vec<u32>>,
    /// Words, by their text, and the rows they stand in.
    words: Vec<(String, Vec<u32>)>,
}

impl<'a> Table<'a> {
    fn of(set: &RuleSet, rows: &[&'a Sample<'a>], learned: Learned) -> Table<'a> {
        let mut rules = vec![Vec::new(); set.rules.len()];
        let mut counts: HashMap<u64, u32> = HashMap::new();
        for (row, sample) in rows.iter().enumerate() {
            sample.hits.iter().for_each(|hit| rules[hit.rule].push(row as u32));
            told(sample).for_each(|hash| *counts.entry(hash).or_default() += 1);
        }
        let mut words: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        if learned == Learned::Anew {
            counts.retain(|_, count| *count >= POSTS_LEAST);
            let texts = super::texts_of(rows, |hash| counts.contains_key(&hash));
            let rows_of: HashMap<u64, Vec<u32>> = rows.iter().enumerate().fold(HashMap::new(), |mut rows_of, (row, sample)| {
                for hash in told(sample).filter(|hash| counts.contains_key(hash)) {
                    rows_of.entry(hash).or_insert_with(Vec::new).push(row as u32);
                }
                rows_of
            });
            words.extend(texts.into_iter().filter_map(|(hash, text)| Some((text, rows_of.get(&hash)?.clone()))));
        }
        Table { rows: rows.to_vec(), rules, words: words.into_iter().collect() }
    }

    /// The figures that rules found, which speak like words.
    fn figures<'s>(&'s self, set: &'s RuleSet) -> impl Iterator<Item = (usize, &'s Vec<u32>)> {
        self.rules.iter().enumerate().filter(|(rule, rows)| is_figure(set, *rule) && !rows.is_empty())
    }
}

/// The words of a post, if there are enough of them to be weighed.
fn told<'s>(sample: &'s Sample<'_>) -> impl Iterator<Item = u64> + 's {
    sample.words.iter().copied().filter(|_| sample.length >= WORDS_LEAST)
}

fn is_figure(set: &RuleSet, rule: usize) -> bool {
    set.family(&set.rules[rule]).id.ends_with("-figures")
}

/// What is learned of the belief in one family.
struct Belief {
    family: usize,
    /// In tenths of a unit of log-odds.
    base: i32,
    words: Vec<(String, f64)>,
    /// For each row the belief beyond the base, in units of log-odds, its words learned without the row.
    unseen: Vec<f64>,
}

/// A family is never thought rarer or commoner than this where no rule hits, in tenths of a unit of log-odds.
const BASES: (i32, i32) = (-35, -5);

impl Belief {
    fn of(set: &RuleSet, table: &Table<'_>, family: usize) -> Belief {
        let id = &set.families[family].id;
        let levels: Vec<Option<u8>> = table
            .rows
            .iter()
            .map(|sample| match (sample.labelled.families.contains(id), sample.labelled.soft.contains(id)) {
                (true, _) => Some(1),
                (false, true) => None,
                (false, false) => Some(0),
            })
            .collect();
        let rules: Vec<usize> = (0..set.rules.len()).filter(|&rule| set.rules[rule].family == family && !set.rules[rule].cues).collect();
        let mut doubts = vec![1.0; levels.len()];
        let mut beyond = vec![0.0; levels.len()];
        let base = base(&levels, &rules, table);
        for &rule in &rules {
            for &row in &table.rules[rule] {
                doubts[row as usize] *= doubt(set.rules[rule].sure);
                beyond[row as usize] += adds(doubt(set.rules[rule].sure), base);
            }
        }
        let has_words = set.rules.iter().any(|rule| rule.family == family && rule.cues);
        let labelled = levels.iter().filter(|level| **level == Some(1)).count();
        let mut words = Vec::new();
        if has_words && !table.words.is_empty() && labelled >= LABELS_LEAST {
            let believed: Vec<f64> = doubts.iter().map(|doubt| log_odds(1.0 - (1.0 - chance(base)) * doubt)).collect();
            words = table.learn(set, &levels, &believed, &mut beyond);
        } else if has_words && table.words.is_empty() {
            // Words as they stand: what they come to is taken as it is.
            table.rows.iter().zip(&mut beyond).for_each(|(sample, beyond)| *beyond += sample.spoken_of(set, family).unwrap_or_default());
        }
        let most = (CERTAIN - f64::from(base) / 10.0).max(0.0);
        Belief { family, base, words, unseen: beyond.into_iter().map(|beyond| beyond.clamp(0.0, most)).collect() }
    }
}

/// How often readers saw a family where none of its rules hit.
fn base(levels: &[Option<u8>], rules: &[usize], table: &Table<'_>) -> i32 {
    let mut is_hit = vec![false; levels.len()];
    rules.iter().flat_map(|&rule| &table.rules[rule]).for_each(|&row| is_hit[row as usize] = true);
    let silent = levels.iter().zip(is_hit).filter(|(level, is_hit)| level.is_some() && !is_hit);
    let (seen, all) = silent.fold((0.5, 1.0), |(seen, all), (level, _)| (seen + f64::from(level.unwrap_or_default()), all + 1.0));
    ((log_odds(seen / all) * 10.0).round() as i32).clamp(BASES.0, BASES.1)
}

/// What a hit adds to a base, in units of log-odds, for the doubt it leaves.
fn adds(doubt: f64, base: i32) -> f64 {
    log_odds(1.0 - (1.0 - chance(base)) * doubt) - f64::from(base) / 10.0
}

fn log_odds(chance: f64) -> f64 {
    (chance / (1.0 - chance)).ln()
}

impl Table<'_> {
    /// Learns the words of one family beyond what its rules say. Adds to `beyond` what they come to for each row, learned
    /// without it.
    fn learn(&self, set: &RuleSet, levels: &[Option<u8>], believed: &[f64], beyond: &mut [f64]) -> Vec<(String, f64)> {
        let long: Vec<Option<u8>> = levels.iter().zip(&self.rows).map(|(level, sample)| level.filter(|_| sample.length >= WORDS_LEAST)).collect();
        let taken = Pull { least: 1.0, most: 1.0, towards: 1.0, ridge: 1.0, lasso: 0.0 };
        let word = Pull { least: -2.0, most: 2.0, towards: 0.0, ridge: WORD_RIDGE, lasso: WORD_LASSO };
        let mut columns = vec![Column { rows: (0..levels.len() as u32).collect(), values: Some(believed.to_vec()) }];
        let mut pulls = vec![taken];
        let mut names = vec![String::new()];
        let figures = self.figures(set).map(|(rule, rows)| (format!("@{}", set.rules[rule].id), rows.clone()));
        for (name, rows) in self.words.iter().cloned().chain(figures) {
            names.push(name);
            columns.push(Column { rows, values: None });
            pulls.push(word);
        }
        for part in 0..PARTS {
            let held: Vec<bool> = self.rows.iter().map(|sample| super::part(sample.labelled, PARTS) == part).collect();
            let rest: Vec<Option<u8>> = long.iter().zip(&held).map(|(level, held)| level.filter(|_| !held)).collect();
            let fitted = regression::fit(&columns, &pulls, &rest, 1);
            let is_told = |row: usize| held[row] && self.rows[row].length >= WORDS_LEAST;
            (0..levels.len()).filter(|&row| is_told(row)).for_each(|row| beyond[row] -= fitted.thresholds[0]);
            for (column, weight) in columns.iter().zip(&fitted.weights).skip(1).filter(|(_, weight)| **weight != 0.0) {
                column.rows.iter().filter(|&&row| is_told(row as usize)).for_each(|&row| beyond[row as usize] += weight);
            }
        }
        let whole = regression::fit(&columns, &pulls, &long, 1);
        let told = names.into_iter().zip(&whole.weights).skip(1).filter(|(_, weight)| weight.abs() >= 0.05).map(|(name, &weight)| (name, weight));
        std::iter::once((EVERY.to_owned(), -whole.thresholds[0])).chain(told).collect()
    }
}

/// What is learned of the verdict.
struct Stage {
    /// In the order of the beliefs.
    worths: Vec<f64>,
    figures: Vec<(usize, f64)>,
    words: Vec<(String, f64)>,
    /// What the words of a post come to on the average.
    usual: f64,
    scores: Vec<(i32, u8)>,
}

impl Stage {
    fn of(set: &RuleSet, table: &Table<'_>, beliefs: &[Belief]) -> Stage {
        let levels: Vec<Option<u8>> = table.rows.iter().map(|sample| Some(level(sample.labelled.verdict))).collect();
        let sign = |family: usize| if set.families[family].polarity == Polarity::Red { -1.0 } else { 1.0 };
        let held = Pull { least: 0.0, most: 3.0, towards: 0.0, ridge: WORTH_RIDGE, lasso: 0.0 };
        let mut columns: Vec<Column> = Vec::new();
        for belief in beliefs {
            let rows: Vec<u32> = (0..belief.unseen.len()).filter(|&row| belief.unseen[row] > 0.0).map(|row| row as u32).collect();
            let values = rows.iter().map(|&row| sign(belief.family) * belief.unseen[row as usize]).collect();
            columns.push(Column { rows, values: Some(values) });
        }
        let figures: Vec<usize> = table.figures(set).map(|(rule, _)| rule).collect();
        for &rule in &figures {
            let rows = table.rules[rule].clone();
            columns.push(Column { values: Some(vec![sign(set.rules[rule].family); rows.len()]), rows });
        }
        let pulls = vec![held; columns.len()];
        let reasons = regression::fit(&columns, &pulls, &levels, 2);
        let by_reasons = sums(&columns, &reasons.weights, levels.len());
        // Words last, with what families and figures leave unexplained: a reason comes before a word.
        let mut columns = vec![Column { rows: (0..levels.len() as u32).collect(), values: Some(by_reasons.clone()) }];
        let mut pulls = vec![Pull { least: 1.0, most: 1.0, ..held }];
        for (_, rows) in &table.words {
            columns.push(Column { rows: rows.clone(), values: None });
            pulls.push(Pull { least: -1.0, most: 1.0, towards: 0.0, ridge: VERDICT_RIDGE, lasso: VERDICT_LASSO });
        }
        if table.words.is_empty() {
            for family in (0..set.families.len()).filter(|&family| matches!(set.families[family].id.as_str(), GOOD_WORDING | POOR_WORDING)) {
                let told = |sample: &Sample<'_>| sample.spoken_of(set, family).filter(|strength| *strength > 0.0);
                let spoken: Vec<(u32, f64)> = table.rows.iter().enumerate().filter_map(|(row, sample)| Some((row as u32, told(sample)?))).collect();
                let values = spoken.iter().map(|(_, strength)| sign(family) * strength).collect();
                columns.push(Column { rows: spoken.iter().map(|(row, _)| *row).collect(), values: Some(values) });
                pulls.push(Pull { least: 1.0, most: 1.0, ..held });
            }
        }
        let words = regression::fit(&columns, &pulls, &levels, 2);
        let long = table.rows.iter().filter(|sample| sample.length >= WORDS_LEAST).count().max(1);
        let usual = sums(&columns[1..], &words.weights[1..], levels.len()).iter().sum::<f64>() / long as f64;
        let usual = if table.words.is_empty() { 0.0 } else { usual };
        // Thresholds are for posts that taught no words.
        let mut scores = vec![(0, 0); levels.len()];
        for part in 0..PARTS {
            let held: Vec<bool> = table.rows.iter().map(|sample| super::part(sample.labelled, PARTS) == part).collect();
            let rest: Vec<Option<u8>> = levels.iter().zip(&held).map(|(level, held)| level.filter(|_| !held)).collect();
            let sums = sums(&columns, &regression::fit(&columns, &pulls, &rest, 2).weights, levels.len());
            for row in (0..levels.len()).filter(|&row| held[row]) {
                let usual = if table.rows[row].length >= WORDS_LEAST { usual } else { 0.0 };
                scores[row] = (START + ((sums[row] - usual) * SCALE).round() as i32, levels[row].unwrap_or_default());
            }
        }
        let (worths, of_figures) = reasons.weights.split_at(beliefs.len());
        let words = table.words.iter().zip(&words.weights[1..]).filter(|(_, weight)| weight.abs() >= 0.05).map(|((text, _), &weight)| (text.clone(), weight));
        Stage { worths: worths.to_vec(), usual, words: words.collect(), figures: figures.into_iter().zip(of_figures.iter().copied()).collect(), scores }
    }

    fn weights(&self, set: &RuleSet, table: &Table<'_>, beliefs: &[Belief]) -> (Weights, Words) {
        let mut weights = Weights { thresholds: Some(thresholds(&self.scores)), ..Weights::default() };
        for rule in set.rules.iter().filter(|rule| set.kind(rule).is_some()) {
            weights.rules.insert(rule.id.clone(), (0, rule.sure, rule.sure_in_short));
        }
        let mut words = Words::new();
        let tenths = |value: f64| (value * 10.0).round() as i32;
        let signed = |family: usize, points: f64| (if set.families[family].polarity == Polarity::Red { -points } else { points }).round() as i32;
        for (belief, worth) in beliefs.iter().zip(&self.worths) {
            let points = worth * SCALE;
            let cap = ((CERTAIN - f64::from(belief.base) / 10.0) * points).round().max(0.0) as i32;
            weights.families.insert(set.families[belief.family].id.clone(), FamilyWeights { base: belief.base, worth: tenths(points), cap });
            for rule in set.rules.iter().filter(|rule| rule.family == belief.family && !rule.cues) {
                weights.rules.insert(rule.id.clone(), (signed(belief.family, adds(doubt(rule.sure), belief.base) * points), rule.sure, rule.sure_in_short));
            }
            let learned = belief.words.iter().map(|(text, weight)| (text.clone(), tenths(*weight) as i16));
            words.insert(set.families[belief.family].id.clone(), learned.filter(|(_, weight)| *weight != 0).collect());
        }
        for (rule, worth) in &self.figures {
            weights.rules.insert(set.rules[*rule].id.clone(), (signed(set.rules[*rule].family, worth * SCALE), 0, 0));
        }
        for (family, is_good) in [(GOOD_WORDING, true), (POOR_WORDING, false)] {
            weights.families.insert(family.into(), FamilyWeights { base: -90, worth: tenths(SCALE), cap: 40 });
            // The same words for both, the other way round: what is more than usual of one is less of the other.
            let way = if is_good { 1.0 } else { -1.0 };
            let learned = self.words.iter().map(|(text, weight)| (text.clone(), tenths(way * weight) as i16));
            let learned = std::iter::once((EVERY.to_owned(), tenths(-way * self.usual) as i16)).chain(learned);
            words.insert(family.into(), learned.filter(|(_, weight)| *weight != 0).collect());
        }
        for family in ["good-figures", "poor-figures"] {
            weights.families.insert(family.into(), FamilyWeights { base: -90, worth: 0, cap: 40 });
        }
        words.retain(|_, of_family| !of_family.is_empty());
        if table.words.is_empty() {
            words = set.cues.iter().map(|(family, words)| (family.clone(), words.iter().cloned().collect())).collect();
        }
        (weights, words)
    }
}

/// What weighted columns come to for each row.
fn sums(columns: &[Column], weights: &[f64], rows: usize) -> Vec<f64> {
    let mut sums = vec![0.0; rows];
    for (column, weight) in columns.iter().zip(weights).filter(|(_, weight)| **weight != 0.0) {
        for (place, &row) in column.rows.iter().enumerate() {
            sums[row as usize] += weight * column.values.as_ref().map_or(1.0, |values| values[place]);
        }
    }
    sums
}

/// Gives rules the belief that labelled posts give them: how often readers saw the family (or said the kind) where they
/// hit, the belief they were written with counted in. What posts make of it is in turn what short texts begin with.
fn sures(set: &mut RuleSet, samples: &[&Sample<'_>], shorts: &ShortHits) {
    let mut seen = vec![Seen::default(); set.rules.len()];
    for sample in samples {
        for hit in &sample.hits {
            let family = set.family(&set.rules[hit.rule]);
            let is_right = match family.polarity {
                Polarity::Kind => sample.labelled.kind.id() == family.id,
                _ if sample.labelled.kind != Kind::Request => continue,
                _ => sample.labelled.families.contains(&family.id),
            };
            if is_right || !sample.labelled.soft.contains(&family.id) {
                seen[hit.rule].add(is_right);
            }
        }
    }
    let mut seen_in_short = vec![Seen::default(); set.rules.len()];
    shorts.0.iter().for_each(|&(rule, is_right)| seen_in_short[rule].add(is_right));
    for (rule, (seen, in_short)) in set.rules.iter_mut().zip(seen.iter().zip(seen_in_short)).filter(|(rule, _)| rule.sure > 0) {
        rule.sure = seen.makes_of(rule.sure);
        rule.sure_in_short = in_short.makes_of(rule.sure);
    }
}

/// Hits of a rule, and those that were right.
#[derive(Clone, Copy, Default)]
struct Seen {
    right: f64,
    all: f64,
}

impl Seen {
    fn add(&mut self, is_right: bool) {
        self.right += f64::from(u8::from(is_right));
        self.all += 1.0;
    }

    /// What it makes of a belief in percent, which counts like [`PRIOR_HITS`].
    fn makes_of(self, sure: u8) -> u8 {
        ((self.right + PRIOR_HITS * f64::from(sure) / 100.0) / (self.all + PRIOR_HITS) * 100.0).round() as u8
    }
}

fn level(tier: Tier) -> u8 {
    match tier {
        Tier::Skip => 0,
        Tier::Maybe => 1,
        Tier::Apply => 2,
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
