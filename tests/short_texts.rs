//! Flags in texts of one to three sentences: of `short_texts.jsonl`, for every family one or two dozen that show it and as
//! many that only look like it, so many are found and no more are wrong than `floors.toml` says. How sure rules are in
//! such texts was counted on all but the last 432. What each rule must find stands beside the rule; here is what no rule was written for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use gigsieve::post::Draft;
use gigsieve::sieve::Sieve;
use serde::Deserialize;

#[derive(Deserialize)]
struct Text {
    family: String,
    /// Whether a careful reader sees the family in it.
    hit: bool,
    text: String,
}

#[derive(Deserialize)]
struct Floors {
    short_texts: Shares,
}

/// Shares of all texts.
#[derive(Deserialize)]
struct Shares {
    found: f64,
    wrong_at_most: f64,
}

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)).expect("the file is there")
}

/// The families that are claimed of a text.
fn claimed(sieve: &Sieve, text: &str) -> BTreeSet<String> {
    let post = Draft { body: text.to_owned(), ..Draft::default() }.finish();
    let verdict = sieve.judge(&post).verdict;
    let rules = sieve.rules();
    verdict.hits.iter().filter(|finding| finding.claimed).map(|finding| rules.family(&rules.rules[finding.hit.rule]).id.clone()).collect()
}

#[test]
fn families_are_found_in_short_texts_and_look_alikes_are_not() {
    let Floors { short_texts: floors } = toml::from_str(&read("floors.toml")).expect("floors are numbers");
    let sieve = Sieve::default();
    // For each family: shown, found, look-alikes, wrong.
    let mut counts: BTreeMap<String, [u32; 4]> = BTreeMap::new();
    for line in read("short_texts.jsonl").lines() {
        let text: Text = serde_json::from_str(line).expect("a text with its family");
        let is_claimed = claimed(&sieve, &text.text).contains(&text.family);
        let count = counts.entry(text.family).or_default();
        let at = if text.hit { 0 } else { 2 };
        count[at] += 1;
        count[at + 1] += u32::from(is_claimed);
    }
    let sum = |at: usize| f64::from(counts.values().map(|count| count[at]).sum::<u32>());
    let (found, wrong) = (sum(1) / sum(0), sum(3) / sum(2));
    println!("found {found:.3}, wrong {wrong:.3}; for each family shown, found, look-alikes, wrong: {counts:?}");
    assert_eq!(counts.len(), 38, "every family has its texts");
    assert!(found >= floors.found && wrong <= floors.wrong_at_most, "found {found:.3}, wrong {wrong:.3}: {counts:?}");
}
