//! How many hours the work is likely to take, by `patterns/effort.toml`, and what the stated price makes of an hour.
//! An estimate for telling plain bargains from ordinary prices, no more.

use std::sync::OnceLock;

use serde::Deserialize;

use super::words::Phrases;
use super::{EFFORT_HOURS, Facts, Field, HOURS_MONTH, LENGTH_WORDS, PAY_FIXED, PAY_HOURLY_MAX, PAY_IMPLIED_HOURLY, PAY_MONTHLY, Spot, TEXT_WORDS};
use crate::text::{self, Folded};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// Words an hour that a professional writes, research included.
    words_per_hour: f64,
    /// The length of an ordinary description.
    words_usual: f64,
    /// How hours grow with the length of the description: its exponent.
    growth: f64,
    /// Hours where no deliverable is named.
    otherwise: f64,
    deliverable: Vec<Deliverable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deliverable {
    hours: f64,
    any: Vec<String>,
}

/// The table, and its phrases with the place of their deliverable.
fn table() -> &'static (Table, Phrases<usize>) {
    static TABLE: OnceLock<(Table, Phrases<usize>)> = OnceLock::new();
    TABLE.get_or_init(|| {
        let table: Table = toml::from_str(include_str!("../../patterns/effort.toml")).expect("patterns/effort.toml is checked by the tests");
        let phrases = table.deliverable.iter().enumerate().flat_map(|(place, deliverable)| deliverable.any.iter().map(move |any| (any.as_str(), place)));
        let phrases = Phrases::new(phrases);
        (table, phrases)
    })
}

/// How far into the text a deliverable is looked for, in bytes: later ones are examples, past work, wishes.
const OPENING: usize = 400;
/// A description shorter than this says as little as one of this length, in words.
const WORDS_LEAST: f64 = 50.0;

/// Steps of an estimate: a figure between them would claim to know better.
const STEPS: &[f64] =
    &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 80.0, 100.0, 120.0, 160.0, 200.0, 250.0, 300.0, 400.0];

/// The nearest step, by ratio.
fn rounded(hours: f64) -> f64 {
    let distance = |step: f64| (hours / step).ln().abs();
    STEPS.iter().copied().min_by(|one, other| distance(*one).total_cmp(&distance(*other))).filter(|_| hours <= 400.0).unwrap_or(hours.round())
}

/// Sets the likely hours and what an hour of them earns.
pub(super) fn read(facts: &mut Facts, title: &Folded, body: &Folded) {
    if let Some(hourly) = facts.get(PAY_HOURLY_MAX) {
        facts.set(PAY_IMPLIED_HOURLY, hourly, facts.spot(PAY_HOURLY_MAX));
        return;
    }
    let (fixed, monthly) = (facts.get(PAY_FIXED), facts.get(PAY_MONTHLY));
    // The likely hours only matter against a price.
    if fixed.is_some() && facts.get(EFFORT_HOURS).is_none() {
        let (hours, spot) = likely(facts, title, body);
        facts.set(EFFORT_HOURS, hours, spot);
    }
    let ways = [(PAY_MONTHLY, monthly, HOURS_MONTH), (PAY_FIXED, fixed, EFFORT_HOURS), (PAY_MONTHLY, monthly, EFFORT_HOURS)];
    if let Some((pay, hourly)) = ways.into_iter().find_map(|(pay, sum, hours)| Some((pay, sum? / facts.get(hours)?))) {
        facts.set(PAY_IMPLIED_HOURLY, hourly, facts.spot(pay));
    }
}

/// The hours that a professional is likely to take, and the words that say so.
fn likely(facts: &Facts, title: &Folded, body: &Folded) -> (f64, Spot) {
    let (table, phrases) = table();
    let deliverable = |field: Field, folded: &Folded| {
        let (span, place) = phrases.find(text::beginning(&folded.text, OPENING)).min_by_key(|(_, place)| *place)?;
        Some((table.deliverable.get(place)?.hours, Some((field, folded.original(span)))))
    };
    let (base, spot) = deliverable(Field::Title, title).or_else(|| deliverable(Field::Body, body)).unwrap_or((table.otherwise, None));
    let words = facts.get(TEXT_WORDS).unwrap_or_default().max(WORDS_LEAST);
    let described = base * (words / table.words_usual).powf(table.growth);
    let written = facts.get(LENGTH_WORDS).map_or(0.0, |length| length / table.words_per_hour);
    (rounded(described.max(written)), spot)
}
