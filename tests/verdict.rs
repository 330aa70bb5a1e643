//! The verdict adds up: reasons to score, caps, vetoes, kinds, thresholds, questions.

use gigsieve::post::{Draft, Pay, PayKind, Post};
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
ask = "Is there a budget set aside?"
phrases = ["great exposure"]
hits = ["Great exposure!", "You get great exposure."]
misses = ["Set the exposure.", "No great exposure."]
[[rule]]
id = "portfolio"
weight = 6
why = "A portfolio piece pays no rent."
ask = "Is there a budget set aside for the portfolio?"
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
    assert_eq!(verdict.questions.first().map(String::as_str), Some("Is there a budget set aside?"));
    assert!(verdict.questions.len() <= QUESTIONS);
    let verdict = check("Great exposure, and good for your portfolio.", 40, Tier::Skip);
    assert_eq!(verdict.questions, ["Is there a budget set aside?"], "the same is not asked twice in other words");
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

#[test]
fn a_fixed_price_below_the_floor_is_a_reason_of_its_own() {
    let files = [("lists.toml", LISTS), ("en/red/bait.toml", RULES)].map(|(name, text)| (name.to_owned(), text.to_owned()));
    let floor = |floor_project| {
        let rules = file::load(&files).unwrap_or_else(|errors| panic!("{}", errors[0]));
        Sieve::new(rules, Profile { floor_project, ..Profile::default() })
    };
    let pay = |kind, max, currency: &str| Pay { kind: Some(kind), min: None, max: Some(max), currency: Some(currency.into()) };
    for (sieve, pay, body, points) in [
        (floor(200.0), pay(PayKind::Fixed, 150.0, "USD"), "We sell bread.", Some(-20)),
        (floor(200.0), pay(PayKind::Fixed, 200.0, "USD"), "We sell bread.", None),
        (floor(200.0), pay(PayKind::Fixed, 190.0, "EUR"), "We sell bread.", None),
        (floor(200.0), pay(PayKind::Fixed, 150.0, "EUR"), "We sell bread.", Some(-20)),
        (floor(200.0), pay(PayKind::Hourly, 15.0, "USD"), "We sell bread.", None),
        (floor(200.0), pay(PayKind::Hourly, 60.0, "USD"), "We pay a fixed price of $50 for the first page.", None),
        (floor(200.0), Pay::default(), "We sell bread.", None),
        (floor(0.0), pay(PayKind::Fixed, 1.0, "USD"), "We sell bread.", None),
    ] {
        let post = Draft { body: body.into(), pay: pay.clone(), ..Draft::default() }.finish();
        let verdict = sieve.judge(&post).verdict;
        let found = verdict.reasons.iter().find(|reason| reason.cause == Cause::Floor);
        assert_eq!(found.map(|reason| reason.points), points, "{pay:?} {body:?}");
        assert_eq!(verdict.score, START + points.unwrap_or(0), "{pay:?}");
        assert_eq!(verdict.tier, if points.is_some() { Tier::Skip } else { Tier::Maybe }, "{pay:?}");
    }
}

#[test]
fn a_rule_may_compare_a_fact_with_the_project_floor() {
    let rule = "family = \"small\"\npolarity = \"red\"\n[[rule]]\nid = \"small-project\"\nweight = 9\nwhy = \"A small project costs as much talk as a large one.\"\n\
        fact = { name = \"pay.fixed\", below = \"floor_project\" }\nhits = [\"Fixed price: $50.\", \"Budget: $80.\"]\nmisses = [\"Fixed price: $500.\", \"We sell bread.\"]\n";
    let files = [("lists.toml", LISTS), ("en/red/small.toml", rule)].map(|(name, text)| (name.to_owned(), text.to_owned()));
    for (floor_project, hits) in [(0.0, 0), (100.0, 1)] {
        let sieve = Sieve::new(file::load(&files).unwrap_or_else(|errors| panic!("{}", errors[0])), Profile { floor_project, ..Profile::default() });
        let pay = Pay { kind: Some(PayKind::Fixed), min: None, max: Some(80.0), currency: Some("USD".into()) };
        let post = Draft { body: "We sell bread.".into(), pay, ..Draft::default() }.finish();
        assert_eq!(sieve.judge(&post).verdict.hits.len(), hits, "floor {floor_project}");
    }
}
