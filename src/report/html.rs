//! The report as one HTML file: no network, no other file, a policy that lets only this very style and script run.
//! The template counts and lists; the cards are made by the script from a JSON island, so that thousands stay quick.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use base64::Engine;
use minijinja::{Environment, Value, context};
use serde::Serialize;
use sha2::Digest;

use super::{Judged, Report, cards, wording};
use crate::rules::Polarity;
use crate::sieve::Sieve;
use crate::verdict::Tier;

/// The style of all pages.
pub const STYLE: &str = include_str!("html/style.css");
/// What makes the cards of all pages.
pub const CARDS: &str = include_str!("html/cards.js");
const SCRIPT: &str = concat!(include_str!("html/cards.js"), include_str!("html/report.js"));

/// Posts shown where scripts do not run.
const STILL: usize = 60;
/// Families in the chart.
const FAMILIES: usize = 12;
/// Skills offered while typing.
const SKILLS: usize = 400;

/// The whole page.
pub fn page(sieve: &Sieve, report: &Report) -> String {
    let template = environment().get_template("report.html").expect("the template is built in");
    let tiers = [Tier::Apply, Tier::Maybe, Tier::Skip].map(|tier| report.tier(tier));
    let deck = cards::deck(sieve, tiers.iter().flatten().copied(), report.now);
    let still = tiers[..2].iter().flatten().take(STILL).map(|judged| still(sieve, judged, report)).collect::<Vec<_>>();
    let families = families(sieve, report);
    let charted: Vec<Value> = families.iter().take(FAMILIES).cloned().collect();
    let skipped: Vec<(String, usize)> = wording::skip_reasons(sieve, &tiers[2]).into_iter().take(10).collect();
    template
        .render(context! {
            policy => policy(STYLE, SCRIPT),
            style => Value::from_safe_string(STYLE.to_owned()),
            script => Value::from_safe_string(SCRIPT.to_owned()),
            deck => Value::from_safe_string(island(&deck)),
            summary => context! {
                posts => report.judged.len(), apply => tiers[0].len(), maybe => tiers[1].len(), skip => tiers[2].len(),
                written => report.now.strftime("%Y-%m-%d %H:%M").to_string(),
            },
            all => report.all,
            chart => chart(report),
            families => charted,
            all_families => families,
            sources => sources(report),
            skills => skills(report),
            skipped => skipped,
            problems => report.problems.clone(),
            still => still,
        })
        .expect("the template fits its values")
}

fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let mut environment = Environment::new();
        environment.add_template("report.html", include_str!("html/report.html")).expect("the template is checked by a test");
        environment
    })
}

/// A policy under which only this style and this script run, and nothing is loaded from anywhere.
pub fn policy(style: &str, script: &str) -> String {
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
        digest_of(style),
        digest_of(script)
    )
}

/// A policy under which no script runs and only this style applies; what forms may do is left to add.
pub fn style_policy(style: &str) -> String {
    format!("default-src 'none'; style-src 'sha256-{}'; base-uri 'none'", digest_of(style))
}

fn digest_of(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(text.as_bytes()))
}

/// JSON for an island in a page: nothing in it can end the island or start a comment.
pub fn island(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("cards have string keys and finite numbers");
    let mut safe = String::with_capacity(json.len() + json.len() / 50);
    for part in json.split_inclusive(['<', '>', '&']) {
        let (plain, escaped) = match part.chars().next_back() {
            Some('<') => (&part[..part.len() - 1], "\\u003c"),
            Some('>') => (&part[..part.len() - 1], "\\u003e"),
            Some('&') => (&part[..part.len() - 1], "\\u0026"),
            _ => (part, ""),
        };
        safe.push_str(plain);
        safe.push_str(escaped);
    }
    safe
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { (1000.0 * part as f64 / whole as f64).round() / 10.0 }
}

/// A post for readers without scripts.
fn still(sieve: &Sieve, judged: &Judged, report: &Report) -> Value {
    let set = sieve.rules();
    let verdict = &judged.judgement.verdict;
    let reasons: Vec<Value> = [Polarity::Green, Polarity::Red]
        .into_iter()
        .flat_map(|polarity| wording::telling(sieve, judged, polarity, 2))
        .map(|finding| {
            let rule = &set.rules[finding.hit.rule];
            let family = set.family(rule);
            let quote = wording::quote(sieve, judged, finding);
            let figure = quote.as_ref().filter(|quote| quote.is_figure).map(|quote| quote.quote.clone());
            let quote = quote.filter(|quote| !quote.is_figure).map(|quote| [quote.before, quote.quote, quote.after]);
            context! { green => family.polarity == Polarity::Green, family => wording::family(&family.id), why => finding.why(set), quote, figure }
        })
        .collect();
    context! {
        name => wording::title(&judged.post), url => wording::link(&judged.post), verdict => verdict.tier.name(), score => verdict.score,
        particulars => wording::particulars(judged, report.now), note => verdict.note.as_deref(), reasons => reasons, questions => verdict.questions.clone(),
    }
}

/// In how many posts each family is claimed, commonest first.
fn families(sieve: &Sieve, report: &Report) -> Vec<Value> {
    let set = sieve.rules();
    let mut counts: BTreeMap<(String, bool), usize> = BTreeMap::new();
    for judged in &report.judged {
        let claimed: BTreeSet<usize> =
            judged.judgement.verdict.hits.iter().filter(|finding| finding.claimed).map(|finding| set.rules[finding.hit.rule].family).collect();
        for index in claimed {
            let family = &set.families[index];
            *counts.entry((wording::family(&family.id), family.polarity == Polarity::Green)).or_default() += 1;
        }
    }
    let mut counts: Vec<((String, bool), usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let most = counts.first().map_or(1, |(_, count)| *count);
    counts.into_iter().map(|((name, green), count)| context! { name, green, count, width => percent(count, most) }).collect()
}

/// Per source how many posts came and how many were worth applying to, the most giving first.
fn sources(report: &Report) -> Vec<Value> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for judged in &report.judged {
        let name = judged.post.marketplace.as_deref().or(judged.post.source.as_deref()).unwrap_or("unknown");
        let (posts, apply) = counts.entry(name).or_default();
        *posts += 1;
        *apply += usize::from(judged.judgement.verdict.tier == Tier::Apply);
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, (posts, apply))| (std::cmp::Reverse(*apply), *posts));
    counts.into_iter().map(|(name, (posts, apply))| context! { name, posts, apply, share => percent(apply, posts).round() as i64 }).collect()
}

/// The commonest skills, in alphabetical order.
fn skills(report: &Report) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for skill in report.judged.iter().flat_map(|judged| &judged.post.skills) {
        *counts.entry(skill).or_default() += 1;
    }
    let mut commonest: Vec<(&str, usize)> = counts.into_iter().collect();
    commonest.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    commonest.truncate(SKILLS);
    let mut skills: Vec<String> = commonest.into_iter().map(|(skill, _)| skill.to_owned()).collect();
    skills.sort_unstable();
    skills
}

/// Posts a bar of the chart stands for, in points.
const BAR: usize = 5;

/// How many posts have which score, a bar for five points, tiers stacked; and the same in a sentence.
fn chart(report: &Report) -> Value {
    let mut bins = [[0usize; 3]; 100 / BAR];
    for judged in &report.judged {
        let verdict = &judged.judgement.verdict;
        let bin = usize::try_from(verdict.score).unwrap_or(0) / BAR;
        let last = bins.len() - 1;
        bins[bin.min(last)][match verdict.tier {
            Tier::Apply => 0,
            Tier::Maybe => 1,
            Tier::Skip => 2,
        }] += 1;
    }
    let most = bins.iter().map(|bin| bin.iter().sum::<usize>()).max().unwrap_or(0).max(1);
    let mut bars = Vec::new();
    for (index, bin) in bins.iter().enumerate() {
        let mut y = 70.0;
        for (count, class) in bin.iter().zip(["apply", "maybe", "skip"]).filter(|(count, _)| **count > 0) {
            let height = (66.0 * *count as f64 / most as f64).max(0.8);
            y -= height;
            bars.push(context! { class, x => 2 + 10 * index, y => (y * 100.0).round() / 100.0, height => (height * 100.0).round() / 100.0 });
        }
    }
    let mut scores: Vec<i32> = report.judged.iter().map(|judged| judged.judgement.verdict.score).collect();
    scores.sort_unstable();
    let told = match scores.get(scores.len() / 2) {
        Some(median) => format!("Scores of {} posts: lowest {}, median {median}, highest {}.", scores.len(), scores[0], scores[scores.len() - 1]),
        None => "No posts.".to_owned(),
    };
    context! { bars, told }
}
