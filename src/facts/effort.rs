//! How many hours the work is likely to take: the largest deliverable of `patterns/effort.toml` that the post names,
//! at the low end of what a quick professional needs, so that only plain bargains show.

use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;

use super::{EFFORT_HOURS, Facts, Field, LENGTH_WORDS, PAY_FIXED, PAY_HOURLY_MAX, PAY_IMPLIED_HOURLY, Spot};
use crate::text::Folded;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// Words an hour that a professional writes, research included.
    words_per_hour: f64,
    deliverable: Vec<Deliverable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deliverable {
    hours: f64,
    any: Vec<String>,
}

struct Compiled {
    words_per_hour: f64,
    deliverables: Vec<(f64, Regex)>,
}

fn table() -> &'static Compiled {
    static TABLE: OnceLock<Compiled> = OnceLock::new();
    TABLE.get_or_init(|| {
        let table: Table = toml::from_str(include_str!("../../patterns/effort.toml")).expect("patterns/effort.toml is checked by the tests");
        let deliverables = table.deliverable.into_iter().map(|deliverable| {
            let expression = format!(r"\b(?:{})\b", deliverable.any.join("|"));
            (deliverable.hours, RegexBuilder::new(&expression).unicode(false).build().expect("patterns/effort.toml is checked by the tests"))
        });
        Compiled { words_per_hour: table.words_per_hour, deliverables: deliverables.collect() }
    })
}

/// Sets the likely hours and what an hour of them earns.
pub(super) fn read(facts: &mut Facts, title: &Folded, body: &Folded) {
    let fixed = facts.get(PAY_FIXED);
    if let Some(hourly) = facts.get(PAY_HOURLY_MAX) {
        facts.set(PAY_IMPLIED_HOURLY, hourly, facts.spot(PAY_HOURLY_MAX));
    }
    if fixed.is_none() {
        // The hours only matter against a price; a post paid by the hour pays for all of them.
        return;
    }
    let mut hours: Option<(f64, Spot)> = None;
    for (field, folded) in [(Field::Title, title), (Field::Body, body)] {
        for (estimate, regex) in &table().deliverables {
            if hours.as_ref().is_none_or(|(known, _)| known < estimate)
                && let Some(found) = regex.find(folded.text.as_bytes())
            {
                hours = Some((*estimate, Some((field, folded.original(found.range())))));
            }
        }
    }
    if let Some(words) = facts.get(LENGTH_WORDS) {
        let writing = words / table().words_per_hour;
        if hours.as_ref().is_none_or(|(known, _)| *known < writing) {
            hours = Some((writing, facts.spot(LENGTH_WORDS)));
        }
    }
    if let Some((hours, spot)) = hours {
        facts.set(EFFORT_HOURS, hours, spot.clone());
        if let Some(fixed) = fixed.filter(|_| facts.get(PAY_HOURLY_MAX).is_none() && hours > 0.0) {
            facts.set(PAY_IMPLIED_HOURLY, fixed / hours, spot);
        }
    }
}
