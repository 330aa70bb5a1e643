//! `gigsieve digest` as a whole: the real binary, feeds on loopback, a store in a temporary folder.

mod serving;

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gigsieve::store::RunLock;
use serving::{Server, answer, record};
use tempfile::TempDir;

const LONG: &str = "Our bakery opens a second shop in May and the booking page loses half of its visitors at the last step. We want someone who has improved such pages before, \
    finds out where people leave, and proposes what to change first. Our manager knows the numbers and has time for questions every morning.";

/// Rules of the test's own, so that better built-in rules change nothing here.
const RULES: &str = r#"
family = "advertising"
polarity = "red"

[[rule]]
id = "for-hire"
weight = -30
veto = true
why = "A freelancer who advertises is no client who asks."
phrases = ["for hire", "hire me"]
hits = ["For hire: a writer.", "Hire me for your blog."]
misses = ["We hire a writer.", "Our writer is on leave."]
"#;

/// A person's folder, and a server whose feeds can be changed.
struct Place {
    folder: TempDir,
    server: Server,
    feeds: Arc<Mutex<HashMap<String, String>>>,
}

impl Place {
    /// Feeds by path; `delivery` is TOML.
    fn new(feeds: &[&str], delivery: &str) -> Place {
        let shown: Arc<Mutex<HashMap<String, String>>> = Arc::default();
        let served = Arc::clone(&shown);
        let server = Server::start(move |asked, stream| match served.lock().expect("no panics").get(&asked.path) {
            Some(text) if text.starts_with("HTTP/") => drop(std::io::Write::write_all(stream, text.as_bytes())),
            Some(text) => {
                let tag = format!("\"{:x}\"", gigsieve::text::fingerprint(&[text]));
                if asked.header("if-none-match") == Some(tag.as_bytes()) {
                    return answer(stream, "304 Not Modified", "", b"");
                }
                answer(stream, "200 OK", &format!("ETag: {tag}\r\nContent-Type: application/jsonl\r\n"), text.as_bytes());
            }
            None => answer(stream, "404 Not Found", "", b""),
        });
        let folder = TempDir::new().expect("a temporary folder");
        let sources: String = feeds.iter().map(|path| format!("[[source]]\nname = \"feed {}\"\nurl = \"{}\"\n", &path[1..], server.url(path))).collect();
        fs::write(folder.path().join("gigsieve.toml"), format!("store = \"store.sqlite\"\n{sources}[fetch]\nattempts = 1\n{delivery}"))
            .expect("a written file");
        fs::write(folder.path().join("rules.toml"), RULES).expect("a written file");
        Place { folder, server, feeds: shown }
    }

    fn show(&self, path: &str, records: &[String]) {
        self.feeds.lock().expect("no panics").insert(path.to_owned(), records.concat());
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_gigsieve"))
            .arg("--config")
            .arg(self.path("gigsieve.toml"))
            .arg("--no-builtin")
            .arg("--rules")
            .arg(self.path("rules.toml"))
            .args(arguments)
            .env_remove("GIGSIEVE_STORE")
            .output()
            .expect("the program starts")
    }

    /// Runs a digest; its report, after the exit code is as expected.
    fn digest(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(&[&["digest"], arguments].concat());
        assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

fn post(id: &str, title: &str) -> String {
    record(id, title, &format!("{title}. {LONG}"), "")
}

fn priced(id: &str, title: &str, price: u32) -> String {
    record(id, title, &format!("{title}. {LONG}"), &format!("\"pay\":{{\"kind\":\"fixed\",\"min\":{price},\"max\":{price},\"currency\":\"USD\"}}"))
}

#[test]
fn the_first_look_is_a_baseline_and_then_only_news_is_listed_once() {
    let place = Place::new(&["/a"], "");
    place.show("/a", &[post("1", "Old booking page"), post("2", "Older booking page")]);
    let first = place.run(&["digest"]);
    assert_eq!((first.status.code(), first.stdout.is_empty()), (Some(0), true));
    assert!(String::from_utf8_lossy(&first.stderr).contains("2 posts are taken as known"), "{first:?}");
    place.show("/a", &[post("3", "Fresh booking page"), post("1", "Old booking page"), post("2", "Older booking page")]);
    let second = place.digest(&[], 0);
    assert!(second.contains("Fresh booking page") && !second.contains("Old booking page"), "{second}");
    assert!(second.contains("feed a: read 2"), "a line of health for each source: {second}");
    assert_eq!(place.digest(&[], 0), "", "nothing new, not a word");
    assert!(place.digest(&["--always"], 0).contains("nothing new"));
    assert!(place.server.asked("/a").iter().skip(2).all(|asked| asked.header("if-none-match").is_some()), "unchanged feeds are asked conditionally");
}

#[test]
fn since_lists_what_is_recent_at_the_first_look() {
    let place = Place::new(&["/a"], "");
    let dated = |id: &str, title: &str, date: &str| record(id, title, LONG, &format!("\"published\":\"{date}\""));
    place.show(
        "/a",
        &[
            dated("1", "A recent page", "2026-11-20T00:00:00Z"),
            dated("2", "An ancient page", "2020-01-01T00:00:00Z"),
            record("3", "An undated page", "Short.", ""),
        ],
    );
    let report = place.digest(&["--since", "2026-01-01"], 0);
    assert!(report.contains("A recent page") && report.contains("An undated page") && !report.contains("An ancient page"), "{report}");
}

#[test]
fn changes_reposts_and_copies_are_recognised_and_said() {
    let place = Place::new(&["/a", "/b"], "");
    place.show("/a", &[priced("1", "A shop page", 300)]);
    place.show("/b", &[]);
    let copy = record("77", "A shop page", &format!("A shop page. {LONG}"), "").replace("jobs.example.org/77", "jobs.example.org/1?utm_source=b");
    place.show("/b", &[copy]);
    let first = place.digest(&["--since", "all"], 0);
    assert!(first.contains("feed a, feed b") && first.matches("A shop page").count() == 1, "one entry names both: {first}");
    place.show("/a", &[priced("1", "A shop page", 450)]);
    let changed = place.digest(&[], 0);
    assert!(changed.contains("(changed)") && changed.contains("USD 450 fixed, was USD 300 fixed"), "{changed}");
    place.show("/a", &[priced("9", "A shop page", 200)]);
    let repost = place.digest(&[], 0);
    assert!(repost.contains("looks like a repost of 1; pay was USD 450 fixed, is USD 200 fixed"), "{repost}");
    assert_eq!(place.digest(&[], 0), "");
}

#[test]
fn a_failing_source_is_named_and_hides_nothing() {
    let place = Place::new(&["/a", "/broken", "/gone"], "");
    place.show("/a", &[post("1", "A fine page")]);
    place.show("/gone", &["HTTP/1.1 410 Gone\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_owned()]);
    let output = place.run(&["digest", "--since", "all"]);
    let (report, notes) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1));
    assert!(report.contains("A fine page") && report.contains("feed broken: read never, last new post never; FAILED: 404"), "{report}");
    assert!(notes.contains("feed broken: 404") && notes.contains("feed gone: 410"), "{notes}");
    place.digest(&[], 1);
    assert_eq!(place.server.asked("/gone").len(), 1, "what is gone is not asked again every day");
    let sources = place.run(&["sources"]);
    let sources = String::from_utf8_lossy(&sources.stdout).into_owned();
    assert!(sources.contains("feed gone: read never") && sources.contains("410"), "{sources}");
}

#[test]
fn a_page_instead_of_a_feed_is_a_failure_and_no_post() {
    let place = Place::new(&["/page", "/named", "/text"], "");
    let page = |head: &str| {
        vec![format!("<!doctype html><html><head><title>Our blog</title>{head}</head><body><p>Welcome to our site about gardens.</p></body></html>")]
    };
    place.show("/page", &page(""));
    place.show("/named", &page("<link rel=\"alternate\" type=\"application/rss+xml\" href=\"/jobs.rss\">"));
    place.show("/text", &["Service unavailable".to_owned()]);
    let output = place.run(&["digest", "--since", "all"]);
    let notes = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(1), true), "{output:?}");
    assert_eq!(notes.matches("without a list of posts").count(), 2, "{notes}");
    assert!(notes.contains(&format!("put it into your sources: {}", place.server.url("/jobs.rss"))), "{notes}");
}

#[test]
fn what_may_have_been_cut_off_is_fetched_whole_the_next_time() {
    let place = Place::new(&["/a"], "");
    let whole = "<rss version=\"2.0\"><channel><item><guid>1</guid><title>A fine page</title><description>For our bakery.</description></item><item><guid>2</guid><title>A second page</title>";
    // No length, no chunks: only the end of the connection ends it.
    place.show("/a", &[format!("HTTP/1.1 200 OK\r\nETag: \"same\"\r\n\r\n{whole}")]);
    place.digest(&["--since", "all"], 1);
    place.digest(&[], 1);
    assert!(place.server.asked("/a").iter().all(|asked| asked.header("if-none-match").is_none()));
}

#[test]
fn the_skipped_are_counted_by_reason_and_stay_findable() {
    let place = Place::new(&["/a"], "");
    let offer = "I am a freelance writer and I am looking for work. Hire me: my rates are low and my portfolio is on my site. I offer articles and blog posts for your business.";
    place.show("/a", &[post("1", "A fine page"), record("2", "[For Hire] Writer available for work", offer, "")]);
    let report = place.digest(&["--since", "all"], 0);
    assert!(report.contains("SKIPPED 1: 1 advertising") && report.contains("nearest  #2"), "{report}");
    let why = place.run(&["why", "2"]);
    let why = String::from_utf8_lossy(&why.stdout).into_owned();
    assert!(why.contains("[For Hire]") && why.contains("50 to start with") && why.contains("for-hire") && why.contains("no client who asks"), "{why}");
    assert!(String::from_utf8_lossy(&place.run(&["history", "writer"]).stdout).contains("#2"));
    assert_eq!(place.run(&["mark", "1", "applied"]).status.code(), Some(0));
    assert!(String::from_utf8_lossy(&place.run(&["history"]).stdout).contains("A fine page [applied]"));
    assert_eq!(place.run(&["why", "999"]).status.code(), Some(2));
}

#[test]
fn the_second_of_two_runs_waits_and_then_says_so() {
    let place = Place::new(&["/a"], "");
    place.show("/a", &[post("1", "A page")]);
    let lock = RunLock::take(&place.path("store.sqlite"), Duration::ZERO).expect("nobody else");
    let output = place.run(&["digest", "--wait", "0"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("another gigsieve digest is at work"), "{output:?}");
    assert!(place.server.asked("/a").is_empty());
    drop(lock);
    place.digest(&["--wait", "0"], 0);
}

#[test]
fn formats_and_paths_as_sources() {
    let place = Place::new(&[], "");
    fs::write(place.path("posts.jsonl"), post("1", "A page in a file")).expect("a written file");
    fs::write(place.path("gigsieve.toml"), "store = \"store.sqlite\"\n[[source]]\npath = \"posts.jsonl\"\n").expect("a written file");
    let jsonl = place.digest(&["--since", "all", "--format", "jsonl"], 0);
    let value: serde_json::Value = serde_json::from_str(&jsonl).expect("one record");
    assert_eq!(value["title"], "A page in a file");
    fs::write(place.path("posts.jsonl"), post("2", "Another [page](javascript:x) <b>")).expect("a written file");
    let markdown = place.digest(&["--format", "markdown"], 0);
    assert!(markdown.contains("Another \\[page\\](javascript:x) &lt;b&gt;"), "{markdown}");
}

#[test]
fn what_is_configured_wrongly_is_said_before_anything_is_fetched() {
    let place = Place::new(&["/a"], "[[delivery.webhook]]\nurl_env = \"GIGSIEVE_TEST_UNSET\"\n");
    let output = place.run(&["digest"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the variable GIGSIEVE_TEST_UNSET is not set"), "{output:?}");
    assert!(place.server.asked("/a").is_empty());
}

#[test]
fn scan_fetches_addresses_and_the_configured_sources() {
    let place = Place::new(&["/a"], "");
    place.show("/a", &[post("1", "A fine page")]);
    for arguments in [vec!["scan".to_owned(), place.server.url("/a")], vec!["scan".to_owned()]] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(["--format", "jsonl"]).collect();
        let output = place.run(&arguments);
        assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stdout).contains("A fine page")), (Some(0), true), "{arguments:?}: {output:?}");
    }
    let refused = place.run(&["scan", "https://www.upwork.com/ab/feed/jobs/rss?q=x"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("Save the page in your browser"), "{refused:?}");
}

#[test]
fn the_fetch_section_holds_for_scan_too() {
    let place = Place::new(&["/a"], "");
    place.show("/a", &["HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned()]);
    let output = place.run(&["scan", &place.server.url("/a")]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(place.server.asked("/a").len(), 1, "`attempts = 1` of the configuration; without it there are three");
}

#[test]
fn tags_choose_sources_and_come_with_their_posts() {
    let place = Place::new(&["/a", "/b", "/c"], "");
    let file = place.path("gigsieve.toml");
    let mut text = fs::read_to_string(&file).expect("it was written");
    for (name, tags) in [("feed a", "[\"writing\", \"daily\"]"), ("feed b", "[\"design\"]")] {
        text = text.replace(&format!("name = \"{name}\"\n"), &format!("name = \"{name}\"\ntags = {tags}\n"));
    }
    fs::write(&file, text).expect("a written file");
    for (path, title) in [("/a", "Booking page copy"), ("/b", "Till receipt layout"), ("/c", "Oven manual")] {
        place.show(path, &[record(title, title, &format!("{title}. {LONG}"), "")]);
    }
    let lines = |arguments: &[&str]| String::from_utf8_lossy(&place.run(&[&["sources"], arguments].concat()).stdout).into_owned();
    let listed = lines(&["--tag", "Writing"]);
    assert!(listed.contains("feed a") && !listed.contains("feed b") && !listed.contains("feed c"), "{listed}");
    let first = place.digest(&["--since", "all", "--tag", "writing"], 0);
    assert!(first.contains("Booking page copy") && first.contains("feed a [daily, writing]"), "{first}");
    assert!(!first.contains("feed b") && !first.contains("feed c"), "{first}");
    assert!(place.server.asked("/b").is_empty() && place.server.asked("/c").is_empty(), "the others are not asked");
    let rest = place.digest(&["--since", "all"], 0);
    assert!(rest.contains("feed b [design]") && rest.contains("Oven manual"), "{rest}");
    let unknown = place.run(&["digest", "--tag", "music"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("the tags are daily, design, writing"), "{unknown:?}");
}
