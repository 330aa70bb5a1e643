//! Records: our own schema in and out, what strict JSON forbids, bad lines named by their number, streams in order.

use std::io::Read;

use gigsieve::post::PayKind;
use gigsieve::read::stream::Stream;
use gigsieve::read::{Document, Limits, Reading, read};

fn reading(text: impl Into<Vec<u8>>) -> Reading {
    read(&Document { source: "r.jsonl".into(), bytes: text.into(), ..Document::default() }, &Limits::default())
}

fn titles(reading: &Reading) -> Vec<&str> {
    reading.posts.iter().map(|post| post.title.as_str()).collect()
}

fn places(reading: &Reading) -> Vec<&str> {
    reading.problems.iter().filter_map(|problem| problem.place.as_deref()).collect()
}

#[test]
fn the_fixture_reads_whole() {
    let reading = reading(include_bytes!("../fixtures/records/posts.jsonl"));
    assert_eq!((reading.format.as_str(), reading.problems.len(), reading.posts.len()), ("jsonl", 0, 10));
    let first = &reading.posts[0];
    assert_eq!((first.id.as_str(), first.marketplace.as_deref()), ("fx-r01", Some("upwork")));
    assert_eq!((first.pay.kind, first.pay.min, first.pay.max, first.pay.currency.as_deref()), (Some(PayKind::Hourly), Some(60.0), Some(95.0), Some("USD")));
    assert_eq!((first.client.payment_verified, first.client.hires, first.proposals.max), (Some(true), Some(21.0), Some(10)));
    let bare = &reading.posts[8];
    assert_eq!((bare.pay.is_stated(), bare.client.payment_verified, bare.proposals.min), (false, None, None), "null is nothing");
}

#[test]
fn what_strict_json_forbids_is_read() {
    for (line, title, pay) in [
        (r#"{"title":"a","pay":{"kind":"fixed","min":1e400,"max":50}}"#, "a", (None, Some(50.0))),
        (r#"{"title":"a","pay":{"min":NaN,"max":-Infinity}}"#, "a", (None, None)),
        (r#"{"title":"a","pay":{"min":-5,"max":0}}"#, "a", (None, None)),
        (r#"{"title":"a","pay":{"min":"7.5","max":"x"}}"#, "a", (Some(7.5), None)),
        (r#"{"title":"a","pay":"$5 - $9 per hour"}"#, "a", (Some(5.0), Some(9.0))),
        (r#"{"title":"a","title":"b","pay":null}"#, "b", (None, None)),
        ("{\"title\":\"a\tb\0c\",\"pay\":5}", "a b c", (Some(5.0), Some(5.0))),
        (r#"{"title":"a\ud800b"}"#, "a\u{fffd}b", (None, None)),
        (r#"{"title":"a","pay":[[[[{"x":1}]]]],"client":7,"proposals":"lots","skills":{"a":1},"published":"soon"}"#, "a", (None, None)),
        (r#"{"title":5,"body":["x"],"pay":{}}"#, "5", (None, None)),
    ] {
        let reading = reading(format!("{line}\n{line}\n"));
        assert_eq!(reading.problems, [], "{line}");
        assert_eq!(titles(&reading), [title, title], "{line}");
        assert_eq!((reading.posts[0].pay.min, reading.posts[0].pay.max), pay, "{line}");
    }
    let broken = reading(b"{\"title\":\"caf\xe9\"}\n{\"title\":\"b\"}\n".to_vec());
    assert_eq!(titles(&broken), ["caf\u{e9}", "b"]);
}

#[test]
fn bad_lines_are_named_and_the_rest_is_read() {
    let reading = reading("{\"title\":\"a\"}\n\n[1]\n{\"title\":\"b\"}\n{}\nnonsense\n{\"title\":\"c\"}\n{\"title\":\"d\", \"bo");
    assert_eq!(titles(&reading), ["a", "b", "c"]);
    assert_eq!(places(&reading), ["line 3", "line 5", "line 6", "line 8"]);
    assert!(reading.problems[3].message.contains("cut off"), "{}", reading.problems[3]);
}

#[test]
fn arrays_keep_what_is_whole() {
    let deep = format!(r#"[{{"title":"a","body":"x","z":{}{}}},{{"title":"b","body":"y"}}]"#, "[".repeat(50_000), "]".repeat(50_000));
    for (text, expected, problems) in [
        (r#"[{"title":"a","body":"x"},{"title":"b","body":"y"}]"#.to_owned(), vec!["a", "b"], 0),
        (r#"[{"title":"a","body":"x"},7,{"title":"b","body":NaN},{}]"#.to_owned(), vec!["a", "b"], 2),
        (r#"[{"title":"a","body":"x"},{"title":"b","bo"#.to_owned(), vec!["a"], 1),
        (r#"{"title":"a","body":"x"}"#.to_owned(), vec!["a"], 0),
        ("{\n  \"title\": \"a\",\n  \"body\": \"x\"\n}\n".to_owned(), vec!["a"], 0),
        (deep, vec!["a", "b"], 0),
    ] {
        let reading = reading(text.clone());
        assert_eq!((titles(&reading), reading.problems.len()), (expected, problems), "{}: {:?}", &text[..text.len().min(80)], reading.problems);
    }
}

#[test]
fn keys_of_others_are_known_by_their_usual_names() {
    let line = r#"{"job_title":"A menu","description":"<p>Two</p><p>pages</p>","link":"https://x.example/1","posted_at":1772323200,"tags":[{"name":"Design"}],"budget":"$200","client":"Oven & Co","min_proposals":"5","proposalsMax":10}"#;
    let reading = reading(format!("{line}\n{line}\n"));
    let post = &reading.posts[0];
    assert_eq!((post.title.as_str(), post.body.as_str(), post.url.as_deref()), ("A menu", "Two\n\npages", Some("https://x.example/1")));
    assert_eq!(
        (post.published.map(|at| at.to_string()).as_deref(), post.pay.min, post.author.as_deref()),
        (Some("2026-03-01T00:00:00Z"), Some(200.0), Some("Oven & Co"))
    );
    assert_eq!(post.skills, ["Design"]);
    assert_eq!((post.proposals.min, post.proposals.max), (Some(5), Some(10)));
}

#[test]
fn a_verdict_read_back_is_a_post_again() {
    let line = r#"{"id":"x","source":"old.xml","title":"A menu","body":"Two pages","score":99,"verdict":"apply","kind":"request","language":"en","flags":[{"quote":"x"}],"note":"n"}"#;
    let reading = reading(format!("{line}\n{line}\n"));
    let post = &reading.posts[0];
    assert_eq!((post.source.as_deref(), post.client.rating, post.body.as_str()), (Some("old.xml"), None, "Two pages"));
}

#[test]
fn problems_are_counted_beyond_those_listed() {
    let reading = reading("{\"title\":\"a\"}\n{\"title\":\"b\"}\n".to_owned() + "{nonsense\n");
    assert_eq!((reading.problems.len(), reading.unlisted), (1, 0));
    let text = "{\"title\":\"a\"}\n".repeat(600) + &"{nonsense\n".repeat(500);
    let many = self::reading(text);
    assert_eq!((many.posts.len(), many.problems.len(), many.unlisted), (600, Limits::default().problems, 480));
}

/// A source that makes its lines up as it is read.
struct Endless {
    line: usize,
    lines: usize,
    rest: Vec<u8>,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.rest.is_empty() && self.line < self.lines {
            self.rest = format!("{{\"title\":\"{}\",\"body\":\"{}\"}}\n", self.line, "word ".repeat(40)).into_bytes();
            self.line += 1;
        }
        let length = buffer.len().min(self.rest.len());
        buffer[..length].copy_from_slice(&self.rest[..length]);
        self.rest.drain(..length);
        Ok(length)
    }
}

#[test]
fn lines_stream_in_order_and_in_batches() {
    let limits = Limits::default();
    let source = Endless { line: 0, lines: 12_000, rest: Vec::new() };
    let (mut seen, mut largest) = (0, 0);
    for reading in Stream::new(Document { source: "-".into(), ..Document::default() }, source, &limits) {
        assert_eq!(reading.problems, []);
        largest = largest.max(reading.posts.len());
        for post in &reading.posts {
            assert_eq!(post.title, seen.to_string());
            seen += 1;
        }
    }
    assert_eq!(seen, 12_000);
    assert!(largest <= 1024, "a batch is bounded: {largest}");
}

#[test]
fn a_line_beyond_the_limit_is_left_out_alone() {
    let limits = Limits { document_bytes: 400 << 10, ..Limits::default() };
    let short = "{\"title\":\"a\",\"body\":\"b\"}\n".repeat(12_000);
    let text = format!("{short}{{\"title\":\"long\",\"body\":\"{}\"}}\n{{\"title\":\"last\"}}\n", "x".repeat(500 << 10));
    let readings: Vec<Reading> = Stream::new(Document { source: "s".into(), ..Document::default() }, text.as_bytes(), &limits).collect();
    assert_eq!(readings.iter().map(|reading| reading.posts.len()).sum::<usize>(), 12_001);
    assert_eq!(readings.iter().flat_map(|reading| &reading.problems).map(|problem| problem.place.as_deref()).collect::<Vec<_>>(), [Some("line 12001")]);
}

#[test]
fn a_document_beyond_the_limit_says_what_to_do() {
    let limits = Limits { document_bytes: 1 << 20, ..Limits::default() };
    let readings: Vec<Reading> = Stream::new(Document { source: "s".into(), ..Document::default() }, std::io::repeat(b'x').take(3 << 20), &limits).collect();
    assert_eq!(readings.len(), 1);
    assert!(
        readings[0].problems[0].message.contains("larger than 1 MB") && readings[0].problems[0].message.contains("--limit-mb"),
        "{:?}",
        readings[0].problems
    );
}
