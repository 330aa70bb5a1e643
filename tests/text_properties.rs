//! What must hold for every text whatever: cleaning, folding and its way back, figures and dates.

use std::sync::OnceLock;

use gigsieve::facts::{Facts, Field};
use gigsieve::post::Draft;
use gigsieve::read::stated;
use gigsieve::sieve::Sieve;
use gigsieve::text::{Folded, clean, clean_line, html_to_text, sentences, words};
use proptest::prelude::*;

/// Texts made of what breaks text code: controls, bidi marks, ligatures, wide letters, combining marks, emoji, figures.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Z ]{0,8}",
        2 => proptest::sample::select(vec![
            "\u{202e}", "\u{2066}", "\u{200b}", "\u{feff}", "\u{1b}[31m", "\0", "\r\n", "\n\n\n", "\t", "\u{ad}", "e\u{301}", "\u{fb01}", "\u{ff35}\u{ff32}", "\u{1f469}\u{200d}\u{1f4bb}", "\u{2019}",
            "\u{130}", "\u{1e9e}", "\u{fdfa}", "\u{e0001}", "\u{2028}", "\u{9b}", "&amp;", "<p>", "</p>", "<br>", "<script>", "&#0;", "&#x202e;",
        ]).prop_map(str::to_owned),
        2 => proptest::sample::select(vec![
            "$5", "\u{20ac}1.500,50", "5 USD/hr", "$1e400", "$15k/month", "10-20", "per 500 words", "by tomorrow", "net 180", "in 2 days", "99999999999999999999", "30.02.2026", "2026-13-45", "Hourly: ",
            "0.02", "1,2,3,4", "\u{a3}10\u{2013}\u{a3}20", "$-5", "12/31/2026", "Jan 5, 2026", "5pm",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn is_unseen(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cleaning_leaves_nothing_unseen_and_nothing_to_clean(text in texts()) {
        for cleaned in [clean(&text), clean(&html_to_text(&text))] {
            prop_assert!(!cleaned.chars().any(is_unseen), "{cleaned:?}");
            prop_assert!(!cleaned.contains("\n\n\n") && !cleaned.contains("  ") && cleaned.trim() == cleaned, "{cleaned:?}");
            prop_assert_eq!(clean(&cleaned), cleaned);
        }
        let line = clean_line(&text);
        prop_assert!(!line.contains('\n') && !line.chars().any(is_unseen), "{line:?}");
        prop_assert_eq!(clean_line(&line), line.clone());
    }

    #[test]
    fn spans_of_folded_text_lead_back_into_the_original(text in texts()) {
        let original = clean(&text);
        let folded = Folded::of(&original);
        let bounds: Vec<usize> = folded.text.char_indices().map(|(at, _)| at).chain([folded.text.len()]).collect();
        let mut last = 0;
        for &at in &bounds {
            let span = folded.original(at..folded.text.len());
            prop_assert!(span.start <= span.end && span.end <= original.len(), "{span:?} of {}", original.len());
            prop_assert!(original.is_char_boundary(span.start) && original.is_char_boundary(span.end), "{span:?} in {original:?}");
            prop_assert!(span.start >= last, "offsets grow");
            last = span.start;
        }
        prop_assert_eq!(folded.original(0..folded.text.len()), 0..original.len());
        for span in sentences(&folded.text).into_iter().chain(words(&folded.text)) {
            prop_assert!(span.start < span.end && folded.text.get(span.clone()).is_some(), "{span:?}");
        }
    }

    #[test]
    fn figures_and_dates_never_fail_and_never_go_astray(text in texts()) {
        let post = Draft { title: text.clone(), body: text.clone(), ..Draft::default() }.finish();
        let (title, body) = (Folded::of(&post.title), Folded::of(&post.body));
        for (name, value) in Facts::read(&post, &title, &body).known() {
            prop_assert!(value.is_finite() && value >= 0.0, "{name} is {value} in {text:?}");
        }
        let pay = stated::money(&text);
        for amount in [pay.min, pay.max].into_iter().flatten() {
            prop_assert!(amount.is_finite() && amount > 0.0, "{amount} in {text:?}");
        }
        prop_assert!(pay.min.is_none() || pay.max.is_none() || pay.min <= pay.max, "{pay:?} in {text:?}");
        let moment = stated::moment(&text);
        prop_assert!(moment.is_none_or(|at| (631_152_000..4_133_980_800).contains(&at.as_second())), "{moment:?} in {text:?}");
    }

    #[test]
    fn every_hit_is_a_span_of_the_text_people_see(text in texts(), phrase in proptest::sample::select(PHRASES.to_vec())) {
        static SIEVE: OnceLock<Sieve> = OnceLock::new();
        let post = Draft { title: phrase.to_owned(), body: format!("{text} {phrase} {text}"), ..Draft::default() }.finish();
        let judgement = SIEVE.get_or_init(Sieve::default).judge(&post);
        prop_assert!((0..=100).contains(&judgement.verdict.score));
        for finding in &judgement.verdict.hits {
            if let Some((field, span)) = &finding.hit.spot {
                let text = if *field == Field::Title { &post.title } else { &post.body };
                prop_assert!(text.get(span.clone()).is_some_and(|quote| !quote.is_empty()), "{span:?} in {text:?}");
            }
        }
    }

    #[test]
    fn every_reader_takes_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400), start in 0..STARTS.len()) {
        let bytes = [STARTS[start].as_bytes(), &bytes].concat();
        let reading = gigsieve::read::read(&gigsieve::read::Document { source: "any".into(), bytes, ..Default::default() }, &gigsieve::read::Limits::default());
        prop_assert!(!reading.posts.is_empty() || !reading.problems.is_empty() || !reading.format.is_empty());
        for post in &reading.posts {
            prop_assert!(!post.title.chars().chain(post.body.chars()).any(is_unseen));
        }
        for problem in &reading.problems {
            prop_assert!(!problem.to_string().chars().any(char::is_control), "{problem:?}");
        }
    }
}

/// Phrases that rules look for, some in letters that fold to others.
const PHRASES: &[&str] = &[
    "unpaid test",
    "Free sample",
    "\u{ff35}\u{ff32}\u{ff27}\u{ff25}\u{ff2e}\u{ff34} ASAP",
    "5 \u{fb01}xed",
    "lowest bid",
    "sign our NDA",
    "we don\u{2019}t pay",
    "$5/hr",
    "budget: \u{20ac}1.500",
    "must be available 24/7",
    "work closely with our team",
    "rockstar ninja",
    "telegram @x",
];

/// Starts that send a document to each of the readers.
const STARTS: &[&str] = &[
    "",
    "<?xml version='1.0'?><rss version='2.0'><channel><item><title>",
    "<!DOCTYPE html><html><body>",
    "{\"title\":\"a\",\"body\":\"",
    "[{\"title\":\"a\",\"body\":\"b\"},",
    "{\"data\":[",
    "title,description,budget\na,b,",
    "From: a@b.example\nSubject: x\nMIME-Version: 1.0\n",
    "From a@b.example Mon Jan  5 10:00:00 2026\nFrom: a@b.example\nSubject: x\n\n",
    "From: <Saved by Blink>\nSnapshot-Content-Location: https://x.example/\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n",
    "PK\u{3}\u{4}",
    "bplist00",
    "We need a writer. ",
];
