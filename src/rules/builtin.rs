//! The rule files the build embeds: everything below `patterns/` that holds rules, lists or weights.
//!
//! The list is written by hand, one line a file, and `tests/rules.rs` holds it against the folder: a macro that reads
//! a folder at build time would not notice a new file.

macro_rules! embed {
    ($($path:literal)*) => {
        &[$(($path, include_str!(concat!("../../patterns/", $path)))),*]
    };
}

const FILES: &[(&str, &str)] = embed! {
    "lists.toml"
    "weights.toml"
    "facts/good-figures.toml"
    "facts/poor-figures.toml"
    "en/red/exact-output.toml"
    "en/red/rush-deadline.toml"
    "en/red/bargain-pay.toml"
    "en/red/payment-terms.toml"
    "en/red/paperwork-first.toml"
    "en/red/reverse-auction.toml"
    "en/red/volume-grind.toml"
    "en/red/dictated-method.toml"
    "en/red/surveillance.toml"
    "en/red/always-on.toml"
    "en/red/generalist-criteria.toml"
    "en/red/inflated-title.toml"
    "en/red/scattergun-scope.toml"
    "en/red/abdication.toml"
    "en/red/magic-outcome.toml"
    "en/red/hostile-tone.toml"
    "en/red/blames-predecessors.toml"
    "en/red/belittles-work.toml"
    "en/red/bait-promise.toml"
    "en/red/careless-risk.toml"
    "en/red/off-platform.toml"
    "en/green/business-objective.toml"
    "en/green/measurable-outcome.toml"
    "en/green/problem-symptom.toml"
    "en/green/purpose-context.toml"
    "en/green/industry-experience.toml"
    "en/green/collaboration.toml"
    "en/green/candour-welcome.toml"
    "en/green/courtship.toml"
    "en/green/fair-pay.toml"
    "en/green/chain-of-command.toml"
    "en/green/clear-priorities.toml"
    "en/green/sensible-hours.toml"
    "en/green/makes-time.toml"
    "en/green/risk-aware.toml"
    "en/green/owns-limits.toml"
    "en/green/growth-platform.toml"
    "en/green/respectful-tone.toml"
    "en/kind/offer.toml"
    "en/kind/employment.toml"
    "en/kind/other.toml"
    "en/kind/request.toml"
    "en/good-wording.toml"
    "en/poor-wording.toml"
    "en/signs-scope.toml"
    "en/signs.toml"
    "en/cues.toml"
};

pub(super) fn files() -> Vec<(String, String)> {
    FILES.iter().map(|(name, text)| (format!("patterns/{name}"), (*text).to_owned())).collect()
}
