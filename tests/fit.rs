//! `gigsieve rules fit`: what labelled posts and short texts make of the weights of a few rules.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use serde_json::json;
use tempfile::TempDir;

const RED: &str = r#"
family = "payment-terms"
polarity = "red"
[[rule]]
id = "net-days"
weight = 10
sure = 60
why = "Money that comes half a year later is a loan to the client."
phrases = ["net 180"]
hits = ["Terms are net 180.", "We pay net 180."]
misses = ["Terms are net 15.", "A net of 180 knots."]
"#;

const GREEN: &str = r#"
family = "collaboration"
polarity = "green"
[[rule]]
id = "your-advice"
weight = 10
sure = 60
why = "The client asks before deciding."
phrases = ["your advice"]
hits = ["We want your advice.", "Give us your advice."]
misses = ["Take my advice.", "Advice is not needed."]
"#;

#[derive(serde::Deserialize)]
struct Weights {
    families: BTreeMap<String, Family>,
    rules: BTreeMap<String, (i32, u8, u8)>,
}

#[derive(serde::Deserialize)]
struct Family {
    worth: i32,
}

/// Sixty posts: those that pay late are skipped, those that ask for advice are applied to. Readers see the families
/// where the words are, but for one post in five.
fn labelled() -> String {
    let post = |number: usize| {
        let (body, verdict, family) = match number % 3 {
            0 => ("We pay net 180.", "skip", "payment-terms"),
            1 => ("We want your advice.", "apply", "collaboration"),
            _ => ("A logo for a bakery.", "maybe", ""),
        };
        let is_seen = !number.is_multiple_of(5) && !family.is_empty();
        let of = |wanted: &str| if is_seen && family == wanted { vec![family] } else { Vec::new() };
        json!({
            "id": number.to_string(), "title": "A job", "body": body, "verdict": verdict, "kind": "request",
            "red": of("payment-terms"), "green": of("collaboration"),
        })
    };
    (0..60).map(|number| format!("{}\n", post(number))).collect()
}

fn fit(folder: &Path, more: &[&str]) -> Output {
    let mut command = Command::cargo_bin("gigsieve").expect("the program was just built");
    command.current_dir(folder).args(["rules", "fit", "--no-builtin", "--rules", "rules", "labelled.jsonl"]).args(more).output().unwrap()
}

fn fitted(folder: &Path, more: &[&str]) -> String {
    let output = fit(folder, more);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir_all(folder.path().join("rules")).unwrap();
    for (name, text) in [("rules/red.toml", RED), ("rules/green.toml", GREEN), ("labelled.jsonl", &labelled())] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn weights_follow_the_labels_and_are_the_same_each_time() {
    let folder = folder();
    let text = fitted(folder.path(), &[]);
    assert_eq!(text, fitted(folder.path(), &[]));
    let weights: Weights = toml::from_str(&text).expect("it is a weights file");
    let (points, sure, in_short) = weights.rules["net-days"];
    // 16 of 20 hits are right, and 60 % of eight more; of short texts nothing else is known.
    assert_eq!((sure, in_short), (74, 74));
    assert!(points < 0, "a red rule takes: {text}");
    assert!(weights.rules["your-advice"].0 > 0, "a green rule gives: {text}");
    assert!(["payment-terms", "collaboration"].iter().all(|family| weights.families[*family].worth > 0), "{text}");
}

#[test]
fn short_texts_count_in_how_sure_a_rule_is_in_short_texts() {
    let folder = folder();
    let short = |family: &str, hit: bool, text: &str| format!("{}\n", json!({ "family": family, "hit": hit, "text": text }));
    let lines = [
        short("payment-terms", false, "A net 180 knots wide."),
        short("payment-terms", false, "The net 180 in our catalogue is green."),
        short("payment-terms", true, "Paid by the moon."),
        short("collaboration", false, "Nothing that net 180 is about."),
    ];
    fs::write(folder.path().join("short.jsonl"), lines.concat()).unwrap();
    let weights: Weights = toml::from_str(&fitted(folder.path(), &["--short", "short.jsonl"])).expect("it is a weights file");
    // 74 % of eight hits, and two that are wrong; what the rule does not hit, or is about something else, says nothing of it.
    let sure = |rule: &str| (weights.rules[rule].1, weights.rules[rule].2);
    assert_eq!(sure("net-days"), (74, 59));
    assert_eq!(sure("your-advice"), (74, 74));
}

#[test]
fn a_line_that_is_no_short_text_is_named() {
    let folder = folder();
    fs::write(folder.path().join("short.jsonl"), "{\"family\": \"collaboration\", \"hit\": true, \"text\": \"Yes.\"}\n\n{\"hit\": 3}\n").unwrap();
    let output = fit(folder.path(), &["--short", "short.jsonl"]);
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("short.jsonl") && errors.contains("line 3"), "{errors}");
}
