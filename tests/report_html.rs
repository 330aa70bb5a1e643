//! The HTML report as text: what its policy lets run is what is in it, and no word of a post gets out of its place.
//! What it does in a browser is tested in `tests/browser`.

#[path = "report/world.rs"]
mod world;

use std::time::Instant;

use base64::Engine;
use gigsieve::report::{Report, html};
use sha2::Digest;

/// What stands between two texts, at each place.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    text.split(start).skip(1).filter_map(|rest| rest.split_once(end).map(|(inner, _)| inner)).collect()
}

#[test]
fn the_policy_names_the_very_style_and_script() {
    let sieve = world::sieve();
    let page = html::page(&sieve, &world::report(&sieve, world::posts()));
    let policy = between(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"")[0].replace("&#x27;", "'").replace("&#x2f;", "/");
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    for (kind, text) in [("style-src", between(&page, "<style>", "</style>")), ("script-src", between(&page, "<script>", "</script>"))] {
        assert_eq!(text.len(), 1, "one {kind}");
        let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(text[0].as_bytes()));
        assert!(policy.contains(&format!("{kind} 'sha256-{hash}'")), "{policy}");
    }
    for outside in ["src=", "@import", "url(", " style=", " onclick", "<link", "http://"] {
        let own = page.replace("http://www.w3.org/2000/svg", "");
        let own = own.split("<script type=\"application/json\"").next().unwrap();
        assert!(!own.contains(outside), "{outside}");
    }
}

#[test]
fn hostile_words_stay_in_their_place() {
    let sieve = world::sieve();
    let page = html::page(
        &sieve,
        &Report { all: true, problems: vec!["<script>alert(9)</script>.xml: no feed".into()], ..world::report(&sieve, vec![world::hostile()]) },
    );
    assert_eq!(page.matches("<script").count(), 2, "the island and the script");
    assert_eq!(page.matches("</script").count(), 2);
    for raw in ["<img", "<svg onload", "href=\"javascript", "<b>x", "<b>more"] {
        assert!(!page.contains(raw), "{raw}");
    }
    let island = between(&page, "id=\"deck\">", "</script>")[0];
    let deck: serde_json::Value = serde_json::from_str(island).unwrap();
    assert!(deck["cards"][0]["url"].is_null());
    let body: String = deck["cards"][0]["body"].as_array().unwrap().iter().map(|piece| piece.as_str().or(piece[0].as_str()).unwrap()).collect();
    assert_eq!(body, world::hostile().body, "every word is there");
}

#[test]
#[ignore = "a measurement: cargo test --release --test report_html -- --ignored --nocapture"]
fn ten_thousand_posts_are_written_within_a_second() {
    let sieve = world::sieve();
    let filling = "We run three ferries and want more leads. We would like your advice on the page, about 600 words, for group trips in spring. ".repeat(9);
    let posts = (0..10_000).map(|index| {
        let mut post = world::posts().swap_remove(index % 6);
        post.title.push_str(&format!(" {index}"));
        post.body.push_str(&filling);
        post
    });
    let report = world::report(&sieve, posts.collect());
    let start = Instant::now();
    let page = html::page(&sieve, &report);
    let took = start.elapsed();
    println!("{} MB in {took:?}", page.len() >> 20);
    assert!(took.as_millis() < 1000, "{took:?}");
}
