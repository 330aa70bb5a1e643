//! Kills the digest at random points, many times: nothing may be lost, and nothing delivered twice unmarked.
//!
//! `cargo test` runs a short form; `GIGSIEVE_KILLS=500 cargo test --release --test crash` the long one, with 200 posts
//! in 20 feeds.

mod serving;

use std::collections::HashMap;
use std::fs;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use serving::{Server, answer, record};

/// Small and repeatable; the points of the kills are random by their nature.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most.max(1)
    }
}

#[test]
fn killed_anywhere_nothing_is_lost_and_nothing_delivered_twice() {
    let kills: usize = std::env::var("GIGSIEVE_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(15);
    let (feeds, posts) = if kills >= 100 { (20, 10) } else { (5, 6) };
    // Each feed shows more of its posts with every run.
    let shown = Arc::new(AtomicUsize::new(0));
    let received: Arc<Mutex<Vec<(String, bool)>>> = Arc::default();
    let (visible, log) = (Arc::clone(&shown), Arc::clone(&received));
    let server = Server::start(move |asked, stream| {
        if asked.path == "/hook" {
            let digest: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
            let repeated = digest["perhaps_repeated"] == true;
            let items = digest["items"].as_array().cloned().unwrap_or_default();
            log.lock().expect("no panics").extend(items.iter().filter_map(|item| Some((item["title"].as_str()?.to_owned(), repeated))));
            return answer(stream, "200 OK", "", b"");
        }
        let feed: usize = asked.path.trim_start_matches('/').parse().unwrap_or(0);
        let most = visible.load(Ordering::SeqCst) * posts / kills.max(1);
        let records: String = (0..posts.min(most))
            .map(|number| {
                record(
                    &format!("{feed}-{number}"),
                    &format!("Post {number} of feed {feed}"),
                    &format!("The work of post {number} in feed {feed}: keep the book of a small harbour, with lists {feed} and {number}."),
                    "",
                )
            })
            .collect();
        // A feed always holds something, as real ones do.
        let old = record(&format!("{feed}-old"), &format!("Old post of feed {feed}"), "It was there before.", "");
        answer(stream, "200 OK", "", format!("{old}{records}").as_bytes());
    });
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let sources: String = (0..feeds).map(|feed| format!("[[source]]\nname = \"feed {feed}\"\nurl = \"{}\"\n", server.url(&format!("/{feed}")))).collect();
    let delivery = format!(
        "[[delivery.webhook]]\nurl = \"{}\"\n[[delivery.file]]\npath = \"digest.jsonl\"\nformat = \"jsonl\"\n[[delivery.atom]]\npath = \"feed.atom\"\nentries = 10000\n",
        server.url("/hook")
    );
    fs::write(path("gigsieve.toml"), format!("store = \"store.sqlite\"\n{sources}{delivery}")).expect("a written file");
    // No rule of ours hits these posts: every one is listed as a maybe.
    fs::write(path("rules.toml"), "family = \"none\"\npolarity = \"red\"\n").expect("a written file");
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gigsieve"));
        command
            .arg("--config")
            .arg(path("gigsieve.toml"))
            .arg("--no-builtin")
            .arg("--rules")
            .arg(path("rules.toml"))
            .args(["digest", "--quiet", "--wait", "20"])
            .env_remove("GIGSIEVE_STORE")
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command.spawn().expect("the program starts")
    };
    let whole_run = || {
        let output = start().wait_with_output().expect("the program ends");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    };
    // The first look sets the baseline; a run that changes nothing shows how long one takes.
    whole_run();
    let begun = Instant::now();
    whole_run();
    let usual = begun.elapsed().max(Duration::from_millis(20));
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut killed, mut runs) = (0, 0);
    while killed < kills {
        runs += 1;
        assert!(runs < kills * 10, "too few runs are killed to show anything: {killed} of {runs}");
        shown.store(killed + 1, Ordering::SeqCst);
        let mut child = start();
        let wait = Duration::from_micros(dice.below(usual.as_micros() as u64 * 3 / 2));
        // Nobody ever sends: this only waits.
        let (_sender, receiver) = mpsc::channel::<()>();
        let _ = receiver.recv_timeout(wait);
        let _ = child.kill();
        killed += usize::from(!child.wait().expect("the program ends").success());
    }
    whole_run();
    whole_run();
    let expected: Vec<String> = (0..feeds).flat_map(|feed| (0..posts).map(move |number| format!("Post {number} of feed {feed}"))).collect();
    let received = received.lock().expect("no panics");
    let mut unmarked: HashMap<&str, usize> = HashMap::new();
    for (title, repeated) in received.iter() {
        *unmarked.entry(title).or_default() += usize::from(!repeated);
    }
    for title in &expected {
        assert!(received.iter().any(|(got, _)| got == title), "lost on the webhook: {title}");
        assert!(unmarked[title.as_str()] <= 1, "delivered twice and not marked: {title}");
    }
    let file = fs::read_to_string(path("digest.jsonl")).expect("the file channel wrote");
    let atom = fs::read_to_string(path("feed.atom")).expect("the Atom channel wrote");
    for title in &expected {
        assert_eq!(file.matches(&format!("\"title\":\"{title}\"")).count(), 1, "in the file: {title}");
        assert_eq!(atom.matches(&format!(" {title}</title>")).count(), 1, "in the Atom feed: {title}");
    }
    assert!(!file.contains("Old post"), "the baseline is not delivered");
    let marked = received.iter().filter(|(_, repeated)| *repeated).count();
    println!(
        "{killed} of {runs} runs killed; {} posts once each in file and Atom feed; webhook: {} deliveries, {marked} of them marked as perhaps repeated",
        expected.len(),
        received.len()
    );
}
