//! The fetcher against servers that behave and servers that don't.

mod serving;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use gigsieve::fetch::{FetchError, Fetched, Options, Outcome, Request, Validators, fetch_all, fetch_one};
use serving::{Server, answer, hold};

fn options() -> Options {
    Options {
        connect: Duration::from_millis(500),
        read: Duration::from_millis(250),
        total: Duration::from_millis(700),
        back_off: Duration::from_millis(5),
        patience: Duration::from_millis(900),
        wire_bytes: 64 << 10,
        body_bytes: 256 << 10,
        ..Options::default()
    }
}

fn fetch(address: &str, validators: Option<Validators>) -> Fetched {
    let mut end = None;
    fetch_all(vec![Request { address: address.to_owned(), validators }], &options(), |_, fetched| end = Some(fetched)).expect("fetching can be set up");
    end.expect("every fetch has an end")
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).and_then(|()| encoder.finish()).expect("memory")
}

/// Serves `raw` bytes as they are and checks how the fetch fails, and after how many attempts.
fn check_failure(name: &str, raw: &'static [u8], attempts: u32, expected: fn(&FetchError) -> bool) {
    let server = Server::start(move |_, stream| drop(stream.write_all(raw)));
    let fetched = fetch(&server.url("/feed"), None);
    match &fetched.outcome {
        Outcome::Failed(error) => assert!(expected(error), "{name}: {error:?}"),
        other => panic!("{name}: {other:?}"),
    }
    assert_eq!((fetched.attempts, server.asked("/feed").len()), (attempts, attempts as usize), "{name}: attempts");
}

#[test]
fn a_good_answer_is_a_document_with_its_charset() {
    let server = Server::start(|_, stream| answer(stream, "200 OK", "Content-Type: application/rss+xml; charset=windows-1252\r\n", b"<rss>\x93</rss>"));
    let document = fetch_one(&server.url("/feed"), &options()).expect("a document");
    assert_eq!(document.bytes, b"<rss>\x93</rss>");
    assert_eq!(document.media_type.as_deref(), Some("application/rss+xml; charset=windows-1252"));
    assert_eq!(document.base.as_deref(), Some(server.url("/feed").as_str()));
    let asked = &server.asked("/feed")[0];
    assert!(String::from_utf8_lossy(asked.header("user-agent").expect("a name")).starts_with("gigsieve/"));
    assert_eq!(asked.header("if-none-match"), None);
}

#[test]
fn validators_come_back_byte_for_byte_and_only_to_their_address() {
    let server = Server::start(|asked, stream| match (asked.path.as_str(), asked.header("if-none-match")) {
        ("/moves", _) => answer(stream, "302 Found", "Location: /feed\r\n", b""),
        (_, None) => {
            let _ = stream.write_all(
                b"HTTP/1.1 200 OK\r\nETag: W/\"odd \xe9 tag,  two\"\r\nLast-Modified: yesterday, roughly\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
            );
        }
        _ => answer(stream, "304 Not Modified", "", b""),
    });
    let Outcome::Fresh(_, validators) = fetch(&server.url("/moves"), None).outcome else { panic!("a document") };
    assert_eq!(validators.etag.as_deref(), Some(&b"W/\"odd \xe9 tag,  two\""[..]));
    let again = fetch(&server.url("/moves"), Some(validators));
    assert!(matches!(again.outcome, Outcome::Unchanged), "{again:?}");
    let (first, last) = (server.asked("/moves"), server.asked("/feed"));
    assert_eq!(last[1].header("if-none-match"), Some(&b"W/\"odd \xe9 tag,  two\""[..]));
    assert_eq!(last[1].header("if-modified-since"), Some(&b"yesterday, roughly"[..]));
    assert_eq!(first[1].header("if-none-match"), None, "another address has other versions");
}

#[test]
fn bodies_are_unpacked_and_both_sizes_bounded() {
    let server = Server::start(|asked, stream| match asked.path.as_str() {
        "/gzip" => answer(stream, "200 OK", "Content-Encoding: gzip\r\n", &gzip(b"a text")),
        "/said-gzip" => answer(stream, "200 OK", "Content-Encoding: gzip\r\n", b"<rss></rss>"),
        "/bomb" => answer(stream, "200 OK", "Content-Encoding: gzip\r\n", &gzip(&vec![b' '; 8 << 20])),
        "/cut" => answer(stream, "200 OK", "Content-Encoding: gzip\r\n", &gzip(&b"some text ".repeat(99))[..30]),
        "/exotic" => answer(stream, "200 OK", "Content-Encoding: lzma\r\n", b"x"),
        "/large" => answer(stream, "200 OK", "", &vec![b' '; 65 << 10]),
        "/says-large" => drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx")),
        "/endless" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            while stream.write_all(b"400\r\n").and_then(|()| stream.write_all(&[b' '; 0x400])).and_then(|()| stream.write_all(b"\r\n")).is_ok() {}
        }
        _ => answer(stream, "404 Not Found", "", b""),
    });
    for (path, body) in [("/gzip", &b"a text"[..]), ("/said-gzip", b"<rss></rss>")] {
        let Outcome::Fresh(document, _) = fetch(&server.url(path), None).outcome else { panic!("{path}") };
        assert_eq!(document.bytes, body, "{path}");
    }
    let wire = FetchError::TooLarge { limit: 64 << 10, wire: true };
    for (path, error) in
        [("/bomb", FetchError::TooLarge { limit: 256 << 10, wire: false }), ("/large", wire.clone()), ("/says-large", wire.clone()), ("/endless", wire)]
    {
        let fetched = fetch(&server.url(path), None);
        assert!(matches!(&fetched.outcome, Outcome::Failed(met) if *met == error), "{path}: {fetched:?}");
        assert_eq!(fetched.attempts, 1, "{path}: it will be as large the next time");
    }
    assert!(matches!(fetch(&server.url("/cut"), None).outcome, Outcome::Failed(FetchError::Damaged(_))));
    assert!(matches!(fetch(&server.url("/exotic"), None).outcome, Outcome::Failed(FetchError::UnknownCoding(_))));
}

#[test]
fn redirects_are_followed_within_reason() {
    let server = Server::start(|asked, stream| {
        let location = |to: &str| format!("Location: {to}\r\n");
        match asked.path.as_str() {
            "/feed" => answer(stream, "200 OK", "", b"ok"),
            "/for-good" => answer(stream, "301 Moved Permanently", &location("/for-good-2"), b""),
            "/for-good-2" => answer(stream, "308 Permanent Redirect", &location("feed"), b""),
            "/for-now" => answer(stream, "307 Temporary Redirect", &location("/for-good-2"), b""),
            "/circle" => answer(stream, "302 Found", &location("/circle-2"), b""),
            "/circle-2" => answer(stream, "302 Found", &location("/circle"), b""),
            "/nowhere" => answer(stream, "302 Found", "", b""),
            "/no-address" => answer(stream, "302 Found", &location("http://[:::/"), b""),
            "/https" => answer(stream, "301 Moved Permanently", &location("https://127.0.0.1/feed"), b""),
            "/file" => answer(stream, "302 Found", &location("file:///etc/hostname"), b""),
            "/upwork" => answer(stream, "302 Found", &location("http://www.upwork.com/ab/feed"), b""),
            path => {
                let next: usize = path.trim_start_matches('/').parse().unwrap_or(0) + 1;
                answer(stream, "302 Found", &location(&format!("/{next}")), b"");
            }
        }
    });
    for (path, moved) in [("/feed", None), ("/for-good", Some(server.url("/feed"))), ("/for-now", None)] {
        let fetched = fetch(&server.url(path), None);
        assert!(matches!(&fetched.outcome, Outcome::Fresh(document, _) if document.bytes == b"ok"), "{path}: {fetched:?}");
        assert_eq!(fetched.moved_to, moved, "{path}");
    }
    type Expected = fn(&FetchError) -> bool;
    let failures: [(&str, Expected); 7] = [
        ("/circle", |error| matches!(error, FetchError::Circle(_))),
        ("/0", |error| matches!(error, FetchError::TooManyRedirects(10))),
        ("/nowhere", |error| matches!(error, FetchError::NoLocation(302))),
        ("/no-address", |error| matches!(error, FetchError::BadLocation(_))),
        ("/https", |error| matches!(error, FetchError::OtherScheme { .. })),
        ("/file", |error| matches!(error, FetchError::OtherScheme { .. })),
        ("/upwork", |error| matches!(error, FetchError::Refused(_))),
    ];
    for (path, expected) in failures {
        match fetch(&server.url(path), None).outcome {
            Outcome::Failed(error) => assert!(expected(&error), "{path}: {error:?}"),
            other => panic!("{path}: {other:?}"),
        }
    }
    assert!(server.asked("/11").is_empty(), "at most ten redirects are followed");
}

#[test]
fn cookies_end_with_the_fetch() {
    let server = Server::start(|asked, stream| match asked.header("cookie") {
        None => answer(stream, "302 Found", "Set-Cookie: seen=yes; Path=/; HttpOnly\r\nLocation: /feed\r\n", b""),
        Some(cookie) => answer(stream, "200 OK", "Set-Cookie: more=1\r\n", cookie),
    });
    for _ in 0..2 {
        let Outcome::Fresh(document, _) = fetch(&server.url("/feed"), None).outcome else { panic!("a document") };
        assert_eq!(document.bytes, b"seen=yes");
    }
    assert_eq!(server.asked("/feed").iter().map(|asked| asked.header("cookie").is_some()).collect::<Vec<_>>(), [false, true, false, true]);
}

#[test]
fn what_may_pass_is_asked_again_and_what_will_not_is_not() {
    let calls = AtomicUsize::new(0);
    let server = Server::start(move |_, stream| match calls.fetch_add(1, Ordering::SeqCst) {
        0 => answer(stream, "503 Busy", "Retry-After: 0\r\n", b""),
        1 => answer(stream, "502 Bad Gateway", "", b""),
        _ => answer(stream, "200 OK", "", b"at last"),
    });
    let fetched = fetch(&server.url("/feed"), None);
    assert!(matches!(&fetched.outcome, Outcome::Fresh(document, _) if document.bytes == b"at last"), "{fetched:?}");
    assert_eq!(fetched.attempts, 3);
    check_failure("gone", b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", 1, |error| *error == FetchError::Gone);
    check_failure("not found", b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 1, |error| *error == FetchError::Status(404));
    check_failure("not implemented", b"HTTP/1.1 501 No\r\nContent-Length: 0\r\n\r\n", 1, |error| *error == FetchError::Status(501));
    check_failure("failed", b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", 3, |error| *error == FetchError::Status(500));
    check_failure("304 unasked", b"HTTP/1.1 304 Not Modified\r\n\r\n", 1, |error| *error == FetchError::StrayNotModified);
    check_failure("no content", b"HTTP/1.1 204 No Content\r\n\r\n", 1, |error| *error == FetchError::Status(204));
    check_failure("a part", b"HTTP/1.1 206 Partial\r\nContent-Length: 1\r\n\r\nx", 1, |error| *error == FetchError::Status(206));
}

#[test]
fn a_long_retry_after_is_left_to_a_later_run_in_both_forms() {
    let later = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1)).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    for value in ["3600".to_owned(), later] {
        let header = format!("Retry-After: {value}\r\n");
        let server = Server::start(move |_, stream| answer(stream, "429 Too Many Requests", &header, b""));
        let fetched = fetch(&server.url("/feed"), None);
        assert!(matches!(fetched.outcome, Outcome::Failed(FetchError::Status(429))), "{value}: {fetched:?}");
        assert_eq!(fetched.attempts, 1, "{value}");
        let wait = fetched.not_before.expect("a moment").duration_since(jiff::Timestamp::now());
        assert!((3500..=3600).contains(&wait.as_secs()), "{value}: {wait:?}");
    }
}

#[test]
fn broken_answers_are_named() {
    check_failure("cut body", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf", 3, |error| matches!(error, FetchError::Broken(_)));
    check_failure("cut chunks", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nhalf", 3, |error| matches!(error, FetchError::Broken(_)));
    check_failure("nothing", b"", 3, |error| matches!(error, FetchError::Broken(_)));
    check_failure("no HTTP", b"220 mail.example.org ESMTP\r\n", 1, |error| matches!(error, FetchError::Protocol(_)));
    check_failure("bad length", b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nx", 1, |error| matches!(error, FetchError::Protocol(_)));
    check_failure("bad chunk", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n", 1, |error| {
        matches!(error, FetchError::Protocol(_))
    });
    let server = Server::start(|_, stream| {
        drop(stream.write_all(
            b"HTTP/1.1 200 OK\r\nBad Header\x01: \x02\r\n: none\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nokmore than said",
        ))
    });
    let Outcome::Fresh(document, _) = fetch(&server.url("/odd-headers"), None).outcome else { panic!("odd headers are no reason to lose a feed") };
    assert_eq!(document.bytes, b"ok");
}

#[test]
fn slow_servers_cost_bounded_time() {
    fn drip(stream: &mut TcpStream, head: &[u8]) {
        let _ = stream.write_all(head);
        let _ = stream.set_read_timeout(Some(Duration::from_millis(20)));
        for _ in 0..400 {
            if stream.write_all(b"x").is_err() || matches!(stream.read(&mut [0; 1]), Ok(0)) {
                return;
            }
        }
    }
    let server = Server::start(|asked, stream| match asked.path.as_str() {
        "/silent" => hold(stream, Duration::from_secs(5)),
        "/silent-body" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx");
            hold(stream, Duration::from_secs(5));
        }
        "/drips-body" => drip(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"),
        _ => drip(stream, b"HTTP/1.1 200 OK\r\nX-Long: "),
    });
    for path in ["/silent", "/silent-body", "/drips-body", "/drips-head"] {
        let start = Instant::now();
        let fetched = fetch(&server.url(path), None);
        assert!(matches!(fetched.outcome, Outcome::Failed(FetchError::ReadTime(_) | FetchError::TotalTime(_))), "{path}: {fetched:?}");
        assert_eq!(fetched.attempts, 1, "{path}: a slow server is not asked again");
        assert!(start.elapsed() < Duration::from_secs(3), "{path}: {:?}", start.elapsed());
    }
}

#[test]
fn a_host_gets_two_requests_at_a_time_and_one_failure_hides_nothing() {
    let (now, most) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let server = Server::start(move |asked, stream| match asked.path.as_str() {
        "/3" => drop(stream.write_all(b"junk\r\n\r\n")),
        "/4" => hold(stream, Duration::from_secs(5)),
        path => {
            seen.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            hold(stream, Duration::from_millis(15));
            // Before the answer: with it in hand, the client may ask for the next.
            now.fetch_sub(1, Ordering::SeqCst);
            answer(stream, "200 OK", "", path.as_bytes());
        }
    });
    let requests: Vec<Request> = (0..14).map(|number| Request { address: server.url(&format!("/{number}")), validators: None }).collect();
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    fetch_all(requests, &options(), |index, fetched| match fetched.outcome {
        Outcome::Fresh(document, _) => {
            assert_eq!(document.bytes, format!("/{index}").into_bytes());
            good.push(index);
        }
        _ => bad.push(index),
    })
    .expect("fetching can be set up");
    bad.sort_unstable();
    assert_eq!((good.len(), bad), (12, vec![3, 4]));
    assert_eq!(most.load(Ordering::SeqCst), 2, "two at a time are used, and no more");
}

#[test]
fn refused_addresses_are_never_asked_and_passwords_never_shown() {
    for address in ["https://www.upwork.com/ab/feed/jobs/rss", "https://fiverr.com/", "ftp://example.org/feed", "nonsense"] {
        let fetched = fetch(address, None);
        assert!(matches!(fetched.outcome, Outcome::Failed(FetchError::Refused(_))), "{address}: {fetched:?}");
    }
    let server = Server::start(|_, stream| answer(stream, "403 Forbidden", "", b""));
    let problem = fetch_one(&format!("http://me:hidden@{}/feed", server.host), &options()).expect_err("refused");
    assert!(!problem.to_string().contains("hidden"), "{problem}");
    assert!(server.asked("/feed")[0].header("authorization").is_some());
}
