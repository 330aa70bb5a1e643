//! The verdict adds up: reasons to score, caps, vetoes, kinds, thresholds, questions.

use gigsieve::post::{Draft, Post};
use gigsieve::profile::Profile;
use gigsieve::rules::{RuleSet, file};
use gigsieve::sieve::Sieve;
use gigsieve::verdict::{Cause, QUESTIONS, START, Tier, Verdict};

const RULES: &str = r#"family = "bait-promise"
polarity = "red"
cap = 10
[[rule]]
id = "exposure"
weight = 8
why = "Exposure pays no rent."
ask = "Is there a budget?"
phrases = ["great exposure"]
hits = ["Great exposure!", "You get great exposure."]
misses = ["Set the exposure.", "No great exposure."]
[[rule]]
id = "portfolio"
weight = 6
why = "A portfolio piece pays no rent."
phrases = ["good for your portfolio"]
hits = ["It is good for your portfolio.", "Good for your portfolio!"]
misses = ["Send your portfolio.", "Not good for your portfolio."]
[[rule]]
id = "fee"
weight = 5
veto = true
why = "Whoever works should not have to pay first."
phrases = ["registration fee"]
hits = ["Pay a registration fee.", "The registration fee is small."]
misses = ["Register free.", "There is no registration fee."]
[[rule]]
id = "maybe-later"
weight = 2
sure = 30
why = "Later is not now."
phrases = ["more work later"]
hits = ["There is more work later.", "More work later!"]
misses = ["Work now.", "Not more work later."]
"#;

const OFFERS: &str = r#"family = "offer"
polarity = "kind"
[[rule]]
id = "for-hire"
sure = 95
phrases = ["for hire"]
hits = ["For hire.", "I am for hire."]
misses = ["We hire.", "Not for hire."]
"#;

const LISTS: &str = "negation = [\"no\", \"not\"]\n";

fn sieve() -> Sieve {
    let files = [("lists.toml", LISTS), ("en/red/bait.toml", RULES), ("en/kind/offer.toml", OFFERS)].map(|(name, text)| (name.to_owned(), text.to_owned()));
    Sieve::new(file::load(&files).unwrap_or_else(|errors| panic!("{}", errors[0])), Profile::default())
}

fn post(text: &str) -> Post {
    Draft { body: text.into(), ..Draft::default() }.finish()
}

fn check(text: &str, score: i32, tier: Tier) -> Verdict {
    let verdict = sieve().judge(&post(text)).verdict;
    assert_eq!((verdict.score, verdict.tier), (score, tier), "{text:?}");
    assert_eq!(START + verdict.reasons.iter().map(|reason| reason.points).sum::<i32>(), verdict.score, "the reasons of {text:?} do not add up");
    verdict
}

#[test]
fn nothing_known_is_the_middle_and_said() {
    let verdict = check("We sell bread.", 50, Tier::Maybe);
    assert!(verdict.note.is_some_and(|note| note.starts_with("Too little to tell")));
}

#[test]
fn a_rule_counts_once() {
    check("Great exposure! Really great exposure.", 42, Tier::Maybe);
}

#[test]
fn a_family_moves_the_score_by_its_cap_at_most_and_the_cap_is_a_line() {
    let verdict = check("Great exposure, and good for your portfolio.", 40, Tier::Skip);
    assert!(verdict.reasons.iter().any(|reason| matches!(reason.cause, Cause::Cap(_)) && reason.points == 4));
}

#[test]
fn a_veto_skips_whatever_the_score() {
    let verdict = check("There is a registration fee.", 45, Tier::Skip);
    assert_eq!(verdict.note.as_deref(), Some("Whoever works should not have to pay first."));
}

#[test]
fn a_hint_counts_and_claims_nothing() {
    let verdict = check("There is more work later.", 48, Tier::Maybe);
    assert!(verdict.hits.iter().all(|finding| !finding.claimed));
}

#[test]
fn what_is_no_request_is_skipped_and_sorts_below() {
    let verdict = check("Painter for hire.", 10, Tier::Skip);
    assert!(verdict.note.is_some_and(|note| note.contains("advertising")));
}

#[test]
fn questions_are_few_and_begin_with_what_is_doubtful() {
    let verdict = check("You get great exposure.", 42, Tier::Maybe);
    assert_eq!(verdict.questions.first().map(String::as_str), Some("Is there a budget?"));
    assert!(verdict.questions.len() <= QUESTIONS);
}

#[test]
fn the_built_in_rules_add_up_on_a_long_bad_post() {
    let text = "ROCKSTAR needed ASAP!!! 20 articles a day, $1 each, net 180, unpaid test first, sign the NDA before details, be online 24/7, no time wasters, easy job for an expert.";
    let verdict = Sieve::new(RuleSet::builtin(), Profile::default()).judge(&post(text)).verdict;
    assert_eq!(START + verdict.reasons.iter().map(|reason| reason.points).sum::<i32>(), verdict.score);
    assert_eq!(verdict.tier, Tier::Skip);
    assert!(verdict.tactical > verdict.objective);
}

#[test]
fn a_language_without_rules_is_judged_on_figures_alone() {
    let text = "Wir suchen jemanden, der unsere Broschüre gestaltet. Great exposure. Die Texte liegen vor, die Bilder auch, und wir freuen uns auf die Zusammenarbeit mit Ihnen.";
    let judgement = sieve().judge(&post(text));
    assert_eq!(judgement.language, Some("de"));
    assert!(judgement.verdict.hits.is_empty());
}
