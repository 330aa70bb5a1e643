//! The local page over loopback: what it answers, and to whom.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use reqwest::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, LOCATION, ORIGIN};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;
use tempfile::TempDir;

/// `gigsieve serve` on a port of its own; ended with the test.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start() -> Server {
        Server::with(&[])
    }

    fn with(arguments: &[&str]) -> Server {
        let mut process = Command::new(env!("CARGO_BIN_EXE_gigsieve"))
            .args(["serve", "--quiet"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program was just built");
        let mut address = String::new();
        BufReader::new(process.stdout.take().expect("piped")).read_line(&mut address).expect("the address is printed first");
        Server { process, address: address.trim().trim_end_matches('/').to_owned() }
    }

    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let client = Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client without settings");
        client.request(method, format!("{}{path}", self.address))
    }

    async fn text(&self, path: &str) -> String {
        self.ask(Method::GET, path).send().await.expect("an answer").text().await.expect("a text")
    }

    /// As the page itself asks.
    fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.ask(Method::POST, path).header(ORIGIN, &self.address).body(body)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
async fn a_pasted_post_is_judged_and_a_dropped_file_reported() {
    let server = Server::start();
    let page = server.ask(Method::GET, "/").send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let policy = page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");

    let deck: Value = serde_json::from_str(&server.post("/judge", "A logo\n\nFor a </script> bakery.").send().await.unwrap().text().await.unwrap()).unwrap();
    assert_eq!(deck["cards"][0]["title"][0], "A logo");
    assert_eq!(deck["problems"].as_array().unwrap().len(), 0);

    let file = r#"{"id":"1","title":"First"}
{"id":"2","title":"Second"}
no record"#;
    let made: Value = serde_json::from_str(&server.post("/report?name=two.jsonl", file).send().await.unwrap().text().await.unwrap()).unwrap();
    assert_eq!((made["posts"].as_u64(), made["problems"].as_array().map(Vec::len)), (Some(2), Some(1)), "{made}");
    let report = server.ask(Method::GET, made["path"].as_str().unwrap()).send().await.unwrap().text().await.unwrap();
    assert!(report.contains("Second") && report.contains("two.jsonl (line 3)"));
    assert_eq!(server.ask(Method::GET, "/report/99").send().await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_else_is_served() {
    let server = Server::start();
    let port = server.address.rsplit(':').next().unwrap();
    for (request, status) in [
        (server.ask(Method::GET, "/").header(HOST, "rebound.example"), StatusCode::FORBIDDEN),
        (server.ask(Method::GET, "/").header(HOST, "127.0.0.1"), StatusCode::FORBIDDEN),
        (server.ask(Method::GET, "/").header(HOST, format!("localhost:{port}")), StatusCode::OK),
        (server.ask(Method::POST, "/judge").body("x"), StatusCode::FORBIDDEN),
        (server.ask(Method::POST, "/judge").header(ORIGIN, "https://evil.example").body("x"), StatusCode::FORBIDDEN),
        (server.ask(Method::OPTIONS, "/judge").header(ORIGIN, "https://evil.example"), StatusCode::FORBIDDEN),
        (server.ask(Method::GET, "/judge"), StatusCode::METHOD_NOT_ALLOWED),
        (server.post("/judge", vec![b'x'; (1 << 20) + 1]), StatusCode::PAYLOAD_TOO_LARGE),
        (server.post("/nothing", "x"), StatusCode::NOT_FOUND),
    ] {
        let told = format!("{request:?}");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status, "{told}");
        assert!(!answer.headers().keys().any(|name| name.as_str().starts_with("access-control")), "{told}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{told}");
    }
}

#[tokio::test]
async fn the_page_listens_on_loopback_only() {
    let server = Server::start();
    assert!(server.address.starts_with("http://127.0.0.1:"), "{}", server.address);
    let taken = server.address.rsplit(':').next().unwrap();
    let second = Command::new(env!("CARGO_BIN_EXE_gigsieve")).args(["serve", "--port", taken]).output().unwrap();
    assert_eq!(second.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&second.stderr).contains(taken), "the port is named");
}

const TITLE: &str = "Booking page <script>alert(1)</script> \" onclick=";

/// A store that a digest has filled with three posts, and a server over it.
fn remembering() -> (TempDir, Server) {
    let folder = TempDir::new().expect("a temporary folder");
    let [config, store, posts] = ["gigsieve.toml", "store.sqlite", "posts.jsonl"].map(|name| folder.path().join(name));
    let config_text = "[[source]]\nname = \"north <i>\"\npath = \"posts.jsonl\"\n";
    let lines = [
        serde_json::json!({ "id": "1", "title": TITLE, "body": "Visitors leave at the last step; we want more bookings & your advice.", "url": "javascript:alert(2)" }),
        serde_json::json!({ "id": "2", "title": "Minutes of meetings", "body": "Type the minutes of 100% of our meetings.", "url": "https://jobs.example/2" }),
        serde_json::json!({ "id": "3", "title": "Hire me", "body": "For hire: I write articles, ten a day.", "kind": "offer" }),
    ];
    let records: String = lines.iter().map(|line| format!("{line}\n")).collect();
    std::fs::write(&config, config_text).and_then(|()| std::fs::write(&posts, records)).expect("written files");
    let [config, store] = [config, store].map(|path| path.to_str().expect("a temporary path is text").to_owned());
    let arguments = ["--config", &config, "--store", &store];
    let digest = Command::new(env!("CARGO_BIN_EXE_gigsieve")).args(["digest", "--since", "all"]).args(arguments).output().expect("the program was just built");
    assert!(digest.status.success(), "{digest:?}");
    let server = Server::with(&arguments);
    (folder, server)
}

#[tokio::test]
async fn digest_and_history_show_what_is_stored_and_nothing_of_it_comes_alive() {
    let (_folder, server) = remembering();
    let start = server.text("/").await;
    for path in ["/digest", "/history"] {
        assert!(start.contains(&format!("href=\"{}\"", path.replace('/', "&#x2f;"))), "the first page links to {path}");
        let answer = server.ask(Method::GET, path).send().await.unwrap();
        let policy = answer.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'") && policy.contains("form-action 'self'") && !policy.contains("script-src"), "{policy}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("Booking page &lt;script&gt;alert(1)"), "{page}");
        for alive in ["<script", "<i>", "\" onclick", "href=\"javascript"] {
            assert!(!page.contains(alive), "{alive} in {path}");
        }
        assert!(page.contains("https:&#x2f;&#x2f;jobs.example&#x2f;2"), "addresses can be opened");
    }
    let digest = server.text("/digest").await;
    assert!(digest.contains("north &lt;i&gt;: read ") && digest.contains("Skipped (") && digest.contains("no request (offer)"), "{digest}");
    for (query, found) in [("words=minutes", 1), ("words=meetings+100%25", 1), ("words=%22%3E%3Cscript%3E", 0), ("words=", 3), ("most=1", 1), ("most=0", 1)] {
        let page = server.text(&format!("/history?{query}")).await;
        assert_eq!(page.matches("<article").count(), found, "{query}");
        assert_eq!(page.contains("Show more"), query.starts_with("most"), "{query}");
        assert!(!page.contains("<script"), "{query}");
    }
    assert_eq!(server.ask(Method::GET, "/history?most=x").send().await.unwrap().status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn marks_are_kept_and_only_taken_from_the_page_itself() {
    let (_folder, server) = remembering();
    let form = |path: &str, body: &'static str| server.post(path, body).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    for (request, status) in [
        (
            server.ask(Method::POST, "/history/mark").header(CONTENT_TYPE, "application/x-www-form-urlencoded").body("post=2&decision=won"),
            StatusCode::FORBIDDEN,
        ),
        (form("/history/mark", "post=2&decision=won").header(HOST, "rebound.example"), StatusCode::FORBIDDEN),
        (server.ask(Method::GET, "/history/mark?post=2&decision=won"), StatusCode::METHOD_NOT_ALLOWED),
        (server.post("/history/mark", "post=2&decision=won").header(CONTENT_TYPE, "text/plain"), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (form("/history/mark", "post=2&decision=dropped"), StatusCode::UNPROCESSABLE_ENTITY),
        (form("/history/mark", "post=x&decision=won"), StatusCode::UNPROCESSABLE_ENTITY),
        (form("/digest/mark", "post=99&decision=won"), StatusCode::NOT_FOUND),
    ] {
        let told = format!("{request:?}");
        assert_eq!(request.send().await.unwrap().status(), status, "{told}");
    }
    assert!(!server.text("/history").await.contains("you: "), "nothing refused was kept");
    for (path, body, back, decided) in [
        ("/digest/mark", "post=2&decision=applied", "/digest?marked=2#post-2", Some("you: applied")),
        ("/history/mark", "post=2&decision=won&words=a%26b+%23c&most=100", "/history?words=a%26b+%23c&most=100&marked=2#post-2", Some("you: won")),
        ("/history/mark", "post=2&decision=none&words=https%3A%2F%2Fevil.example", "/history?words=https%3A%2F%2Fevil.example&marked=2#post-2", None),
    ] {
        let answer = form(path, body).send().await.unwrap();
        assert_eq!((answer.status(), answer.headers()[LOCATION].to_str().unwrap()), (StatusCode::SEE_OTHER, back), "{body}");
        let page = server.text("/history?words=minutes").await;
        assert_eq!(page.split_once("you: ").map(|(_, rest)| &rest[..rest.find('<').unwrap_or(0)]), decided.map(|decided| &decided[5..]), "{body}");
    }
}

#[tokio::test]
async fn without_a_store_the_pages_say_what_fills_it() {
    let folder = TempDir::new().expect("a temporary folder");
    let store = folder.path().join("none.sqlite");
    let server = Server::with(&["--store", store.to_str().expect("a temporary path is text")]);
    for path in ["/digest", "/history"] {
        assert!(server.text(path).await.contains("gigsieve digest"), "{path}");
    }
    assert!(!store.exists(), "looking makes no store");
    std::fs::write(&store, "no database, but long enough to be looked at as one by whoever opens it".repeat(20)).expect("a written file");
    let answer = server.ask(Method::GET, "/history").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.text().await.unwrap().contains("none.sqlite"), "the file is named");
}
