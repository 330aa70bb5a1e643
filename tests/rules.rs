//! The built-in rules keep their promises: examples come out as they say, the embedded files are those of the folder,
//! the taxonomy is covered, and broken rule files are refused with the place.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use gigsieve::commands::rules::broken_examples;
use gigsieve::profile::Profile;
use gigsieve::rules::{Polarity, RuleSet, file};
use gigsieve::sieve::Sieve;

const RED: &[&str] = &[
    "exact-output", "rush-deadline", "bargain-pay", "payment-terms", "paperwork-first", "reverse-auction", "volume-grind", "dictated-method", "surveillance",
    "always-on", "generalist-criteria", "inflated-title", "scattergun-scope", "abdication", "magic-outcome", "hostile-tone", "blames-predecessors",
    "belittles-work", "bait-promise", "careless-risk", "off-platform",
];
const GREEN: &[&str] = &[
    "business-objective", "measurable-outcome", "problem-symptom", "purpose-context", "industry-experience", "collaboration", "candour-welcome", "courtship",
    "fair-pay", "chain-of-command", "clear-priorities", "sensible-hours", "makes-time", "risk-aware", "owns-limits", "growth-platform", "respectful-tone",
];

/// From the files, not as the build made it ready: that one has left the examples behind.
static SIEVE: LazyLock<Sieve> = LazyLock::new(|| Sieve::new(RuleSet::builtin(), Profile::default()));

#[test]
fn every_example_comes_out_as_it_says() {
    assert!(SIEVE.rules().rules.iter().all(|rule| rule.hits.len() >= 2 && rule.misses.len() >= 2));
    let broken = broken_examples(&SIEVE, |_| true);
    assert!(broken.is_empty(), "{}", broken.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_family_and_kind_has_rules() {
    let set = SIEVE.rules();
    for (families, polarity) in [(RED, Polarity::Red), (GREEN, Polarity::Green), (&["request", "offer", "employment", "other"][..], Polarity::Kind)] {
        for family in families {
            let count = set.rules.iter().filter(|rule| set.family(rule).id == *family && set.family(rule).polarity == polarity).count();
            assert!(count >= 2, "{family} has {count} rules");
        }
    }
}

#[test]
fn points_have_the_sign_of_their_family() {
    let set = SIEVE.rules();
    for rule in &set.rules {
        let holds = match set.family(rule).polarity {
            Polarity::Green => rule.points >= 0,
            Polarity::Red => rule.points <= 0,
            Polarity::Kind | Polarity::Sign => rule.points == 0,
        };
        assert!(holds, "{} moves the score by {}", rule.id, rule.points);
    }
}

#[test]
fn the_embedded_files_are_those_of_the_folder() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut on_disk = BTreeSet::new();
    let mut folders = vec![root.join("patterns")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("patterns/ is readable") {
            let path = entry.expect("an entry of patterns/ is readable").path();
            if path.is_dir() {
                if !path.ends_with("sites") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "toml")
                && !["currencies.toml", "effort.toml", "advice.toml", "columns.toml", "job-links.toml"].iter().any(|other| path.ends_with(other))
            {
                on_disk.insert(path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned());
            }
        }
    }
    let embedded: BTreeSet<String> = RuleSet::builtin_files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(embedded, on_disk, "add the file to src/rules/builtin.rs");
}

#[test]
fn weights_name_rules_that_exist() {
    let set = SIEVE.rules();
    let text = RuleSet::builtin_files().into_iter().find(|(name, _)| name.ends_with("weights.toml")).expect("the weights are embedded").1;
    let weights: file::Weights = toml::from_str(&text).expect("the weights file is valid");
    for rule in weights.rules.keys() {
        assert!(set.rule(rule).is_some(), "weights.toml names `{rule}`, which is no rule; run `gigsieve rules fit` again");
    }
}

const GOOD: &str = r#"family = "bait-promise"
polarity = "red"
[[rule]]
id = "test-rule"
why = "It says so."
phrases = ["great exposure"]
hits = ["Great exposure!", "You get great exposure."]
misses = ["Set the exposure.", "No great exposure."]
"#;

/// Loads one rule file after a change, and gives the first error as `line: message`.
fn refused(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "the test changes nothing: {from}");
    let files = [("patterns/lists.toml".to_owned(), "negation = [\"no\", \"not\"]".to_owned()), ("own/en/test.toml".to_owned(), GOOD.replace(from, to))];
    match file::load(&files) {
        Ok(_) => panic!("accepted: {to}"),
        Err(errors) => {
            assert_eq!(errors[0].file, "own/en/test.toml");
            format!("{}: {}", errors[0].line, errors[0].message)
        }
    }
}

#[test]
fn a_good_rule_file_is_taken() {
    assert!(file::load(&[("own/en/test.toml".to_owned(), GOOD.to_owned())]).is_ok());
}

#[test]
fn broken_rule_files_are_refused_with_the_line() {
    for (from, to, line, says) in [
        ("why = \"It", "because = \"It", 5, "unknown field `because`"),
        ("phrases = [\"great exposure\"]", "", 4, "has no evidence"),
        ("phrases = [\"great exposure\"]", "regexes = ['great (exposure']", 6, "bad expression"),
        ("phrases = [\"great exposure\"]", "regexes = ['great @nothing']", 6, "no list is called `@nothing`"),
        ("phrases = [\"great exposure\"]", "regexes = ['Great exposure']", 6, "capitals"),
        ("phrases = [\"great exposure\"]", "fact = { name = \"pay.hourli\", below = 3 }", 6, "no fact is called `pay.hourli`"),
        ("phrases = [\"great exposure\"]", "fact = { name = \"pay.hourly_max\", below = \"flor\" }", 6, "no number called `flor`"),
        ("phrases = [\"great exposure\"]", "phrases = [\"great exposure\"]\nguards = [\"negatoin\"]", 7, "no guard is called `negatoin`"),
        ("\"Great exposure!\", ", "", 4, "1 `hits`"),
        ("\"Set the exposure.\", ", "", 4, "1 `misses`"),
        ("It says so.", "because", 4, "not a sentence"),
        ("id = \"test-rule\"", "id = \"Test Rule\"", 4, "is no id"),
        ("polarity = \"red\"", "polarity = \"blue\"", 2, "unknown variant `blue`"),
    ] {
        let error = refused(from, to);
        assert!(error.starts_with(&format!("{line}: ")) && error.contains(says), "{to:?} gave {error:?}, wanted line {line}: {says}");
    }
}

#[test]
fn an_own_rule_replaces_the_built_in_one() {
    // The second name is that of a built-in file, given as it lies in a clone.
    for own in ["b/en/two.toml", "a/en/one.toml"] {
        let files = [("a/en/one.toml".to_owned(), GOOD.to_owned()), (own.to_owned(), GOOD.replace("It says so.", "It says more."))];
        let set = file::load(&files).expect("both files are good");
        assert_eq!(set.rules.len(), 1);
        assert_eq!(set.rules[0].why, "It says more.");
    }
}

#[test]
fn a_second_rule_of_one_file_with_the_same_id_is_refused() {
    let twice = format!("{GOOD}{}", &GOOD[GOOD.find("[[rule]]").expect("a rule")..]);
    let errors = file::load(&[("own/en/test.toml".to_owned(), twice)]).expect_err("one id, two rules");
    assert!(errors[0].message.contains("second rule with the id `test-rule`"), "{}", errors[0]);
}

/// What the user's example says, judged whole.
fn flags(text: &str) -> BTreeSet<String> {
    let post = gigsieve::post::Draft { body: text.into(), ..Default::default() }.finish();
    let judgement = SIEVE.judge(&post);
    let set = SIEVE.rules();
    judgement.verdict.hits.iter().filter(|finding| finding.claimed).map(|finding| set.family(&set.rules[finding.hit.rule]).id.clone()).collect()
}

#[test]
fn the_examples_of_the_design_come_out() {
    for (text, families) in [
        ("We need a 432-word post by tomorrow.", &["exact-output", "rush-deadline"][..]),
        ("We pay $5 for this post.", &["bargain-pay"]),
        ("Our payment terms are net 180.", &["payment-terms"]),
        ("Sign our NDA and non-compete and we'll send the details.", &["paperwork-first"]),
        ("A 250-word home page in exactly seven paragraphs, typed at 55 wpm minimum.", &["exact-output"]),
        ("Sell our $15,000/month service in one click with no human contact.", &["magic-outcome"]),
        (
            "Please help us increase our site's lead generation. Apply only with hands-on experience in logistics.",
            &["business-objective", "industry-experience"],
        ),
        ("We are looking for a specialist to improve the conversion of our product page.", &["business-objective"]),
        ("We need handouts for an upcoming trade show.", &["purpose-context"]),
    ] {
        let found = flags(text);
        for family in families {
            assert!(found.contains(*family), "{text:?} gave {found:?}, lacks {family}");
        }
    }
}
