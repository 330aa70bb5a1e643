//! The local page over loopback: what it answers, and to whom.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use reqwest::header::{CONTENT_SECURITY_POLICY, HOST, ORIGIN};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;

/// `gigsieve serve` on a port of its own; ended with the test.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start() -> Server {
        let mut process =
            Command::new(env!("CARGO_BIN_EXE_gigsieve")).args(["serve", "--quiet"]).stdout(Stdio::piped()).spawn().expect("the program was just built");
        let mut address = String::new();
        BufReader::new(process.stdout.take().expect("piped")).read_line(&mut address).expect("the address is printed first");
        Server { process, address: address.trim().trim_end_matches('/').to_owned() }
    }

    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let client = Client::builder().no_proxy().build().expect("a client without settings");
        client.request(method, format!("{}{path}", self.address))
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
