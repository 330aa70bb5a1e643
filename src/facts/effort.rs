//! How many hours the work is likely to take, by `patterns/effort.toml`, and what the stated price makes of an hour.
//! An estimate for telling plain bargains from ordinary prices, no more.

use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;

use super::{EFFORT_HOURS, Facts, Field, LENGTH_WORDS, PAY_FIXED, PAY_HOURLY_MAX, PAY_IMPLIED_HOURLY, Spot, TEXT_WORDS};
use crate::text::Folded;

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

struct Compiled {
    table: Table,
    deliverables: Vec<(f64, Regex)>,
}

fn compiled() -> &'static Compiled {
    static COMPILED: OnceLock<Compiled> = OnceLock::new();
    COMPILED.get_or_init(|| {
        let table: Table = toml::from_str(include_str!("../../patterns/effort.toml")).expect("patterns/effort.toml is checked by the tests");
        let deliverables = table.deliverable.iter().map(|deliverable| {
            let expression = format!(r"\b(?:{})\b", deliverable.any.join("|"));
            (deliverable.hours, RegexBuilder::new(&expression).unicode(false).build().expect("patterns/effort.toml is checked by the tests"))
        });
        Compiled { deliverables: deliverables.collect(), table }
    })
}

/// How far into the text a deliverable is looked for, in bytes: later ones are examples, past work, wishes.
const OPENING: usize = 400;
/// A description shorter than this says as little as one of this length, in words.
const WORDS_LEAST: f64 = 50.0;

/// Sets the likely hours and what an hour of them earns.
pub(super) fn read(facts: &mut Facts, title: &Folded, body: &Folded) {
    if let Some(hourly) = facts.get(PAY_HOURLY_MAX) {
        facts.set(PAY_IMPLIED_HOURLY, hourly, facts.spot(PAY_HOURLY_MAX));
        return;
    }
    // The hours only matter against a price.
    let Some(fixed) = facts.get(PAY_FIXED) else { return };
    let compiled = compiled();
    let table = &compiled.table;
    let (base, spot) = deliverable(compiled, Field::Title, title).or_else(|| deliverable(compiled, Field::Body, body)).unwrap_or((table.otherwise, None));
    let words = facts.get(TEXT_WORDS).unwrap_or_default().max(WORDS_LEAST);
    let mut hours = base * (words / table.words_usual).powf(table.growth);
    if let Some(length) = facts.get(LENGTH_WORDS) {
        hours = hours.max(length / table.words_per_hour);
    }
    facts.set(EFFORT_HOURS, hours, spot);
    if hours > 0.0 {
        facts.set(PAY_IMPLIED_HOURLY, fixed / hours, facts.spot(PAY_FIXED));
    }
}

fn deliverable(compiled: &Compiled, field: Field, folded: &Folded) -> Option<(f64, Spot)> {
    let opening = &folded.text.as_bytes()[..folded.text.len().min(OPENING)];
    compiled.deliverables.iter().find_map(|(hours, regex)| regex.find(opening).map(|found| (*hours, Some((field, folded.original(found.range()))))))
}
