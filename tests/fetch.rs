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

/// A whole answer as it comes over the wire: status and headers, then the body.
fn wire(head: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len()).as_bytes(), body].concat()
}

#[test]
fn whatever_a_server_does_ends_with_the_body_or_with_advice() {
    const FEED: &[u8] = b"<rss></rss>";
    let raw = |text: &str| text.as_bytes().to_vec();
    let packed = gzip(FEED);
    let many = |count: usize| (0..count).map(|number| format!("X-{number}: v\r\n")).collect::<String>();
    // What comes, the body that arrives or words of the message, and how often the server is asked.
    type Row = (&'static str, Vec<u8>, Result<&'static [u8], &'static str>, usize);
    let rows: Vec<Row> = vec![
        ("HTTP/1.0, end of the connection", raw("HTTP/1.0 200 OK\r\n\r\n<rss></rss>"), Ok(FEED), 1),
        ("no reason phrase", raw("HTTP/1.1 200\r\nContent-Length: 11\r\n\r\n<rss></rss>"), Ok(FEED), 1),
        ("early hints", raw("HTTP/1.1 103 Early\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n<rss></rss>"), Ok(FEED), 1),
        ("bare line feeds", raw("HTTP/1.1 200 OK\nContent-Length: 11\n\n<rss></rss>"), Ok(FEED), 1),
        ("folded header", raw("HTTP/1.1 200 OK\r\nX-F: a\r\n b\r\nContent-Length: 11\r\n\r\n<rss></rss>"), Ok(FEED), 1),
        ("blank before the colon", raw("HTTP/1.1 200 OK\r\nContent-Length : 11\r\n\r\n<rss></rss>"), Ok(FEED), 1),
        ("junk headers", raw("HTTP/1.1 200 OK\r\nno colon\r\n: none\r\nB\u{1}d: x\r\nContent-Length: 11\r\n\r\n<rss></rss>"), Ok(FEED), 1),
        ("one length twice", raw("HTTP/1.1 200 OK\r\nContent-Length: 11\r\nContent-Length: 11\r\n\r\n<rss></rss>"), Ok(FEED), 1),
        (
            "chunks with extension and trailer",
            raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb;x=1\r\n<rss></rss>\r\n0\r\nX-T: t\r\n\r\n"),
            Ok(FEED),
            1,
        ),
        (
            "chunks and a wrong length",
            raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nb\r\n<rss></rss>\r\n0\r\n\r\n"),
            Ok(FEED),
            1,
        ),
        ("hundreds of headers", wire(&format!("200 OK\r\n{}X-End: x", many(600)), FEED), Ok(FEED), 1),
        ("a huge header", wire(&format!("200 OK\r\nX-Big: {}", "a".repeat(100_000)), FEED), Ok(FEED), 1),
        ("non-authoritative", wire("203 Non-Authoritative", FEED), Ok(FEED), 1),
        ("coding of mail", wire("200 OK\r\nContent-Encoding: 8bit", FEED), Ok(FEED), 1),
        ("empty coding", wire("200 OK\r\nContent-Encoding:", FEED), Ok(FEED), 1),
        ("unknown coding of plain text", wire("200 OK\r\nContent-Encoding: lzma", FEED), Ok(FEED), 1),
        ("another coding than said", wire("200 OK\r\nContent-Encoding: br", &packed), Ok(FEED), 1),
        ("said twice, packed once", wire("200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip", &packed), Ok(FEED), 1),
        ("packed with junk after it", wire("200 OK\r\nContent-Encoding: x-gzip", &[&packed[..], b"junk"].concat()), Ok(FEED), 1),
        ("thirty codings", wire(&format!("200 OK\r\nContent-Encoding: {}", ["gzip"; 30].join(", ")), &packed), Err("damaged compression"), 1),
        ("packed and cut", wire("200 OK\r\nContent-Encoding: gzip", &packed[..15]), Err("damaged compression"), 1),
        ("packed junk", wire("200 OK\r\nContent-Encoding: zstd", b"\xfe\xfd\xfc"), Err("damaged compression"), 1),
        ("nothing", wire("200 OK", b""), Err("nothing at all"), 1),
        ("blanks", wire("200 OK", b" \r\n\n"), Err("nothing at all"), 1),
        ("packed nothing", wire("200 OK\r\nContent-Encoding: gzip", &gzip(b"")), Err("nothing at all"), 1),
        ("a receipt", wire("202 Accepted", FEED), Err("no feed came"), 1),
        ("no content", raw("HTTP/1.1 204 No Content\r\n\r\n"), Err("no content"), 1),
        ("a choice", wire("300 Multiple Choices", b""), Err("several addresses"), 1),
        ("a log-in", wire("401 Unauthorized", b""), Err("NAME:PASSWORD@HOST"), 1),
        ("a proxy's log-in", wire("407 Proxy", b""), Err("the proxy wants a password"), 1),
        ("forbidden", wire("403 Forbidden", b"<title>Just a moment...</title>"), Err("save the page"), 1),
        ("a robot check", wire("999 Denied", b""), Err("will not show this to a program"), 1),
        ("a teapot", wire("418 Teapot", b""), Err("open the address in a browser"), 1),
        ("waited too long", wire("408 Request Timeout", b""), Err("tired of waiting"), 3),
        ("too early", wire("425 Too Early", b""), Err("too early"), 3),
        ("too many", wire("429 Too Many Requests\r\nRetry-After: soon", b""), Err("fetch it less often"), 3),
        ("busy", wire("503 Busy\r\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT", b""), Err("may be back later"), 3),
        ("not implemented", wire("501 No", b""), Err("may be back later"), 1),
        ("an empty Location", wire("302 Found\r\nLocation: ", b""), Err("without saying where"), 1),
        ("to a script", wire("302 Found\r\nLocation: javascript:alert(1)", b""), Err("to another scheme"), 1),
        ("to Fiverr", wire("301 Moved\r\nLocation: http://www.fiverr.com/x", b""), Err("Fiverr forbids programs"), 1),
        ("two lengths", raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\n123456789"), Err("no valid HTTP answer"), 1),
        ("no HTTP at all", raw("<rss></rss>"), Err("no valid HTTP answer"), 1),
        ("a status of letters", raw("HTTP/1.1 abc\r\nContent-Length: 0\r\n\r\n"), Err("no valid HTTP answer"), 1),
        ("thousands of headers", wire(&format!("200 OK\r\n{}X-End: x", many(3000)), FEED), Err("no valid HTTP answer"), 1),
        ("half a head", raw("HTTP/1.1 200 OK\r\nContent-Ty"), Err("broke off"), 3),
        ("an endless chunk", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n<rss>"), Err("broke off"), 3),
    ];
    for (name, bytes, expected, times) in rows {
        let server = Server::start(move |_, stream| drop(stream.write_all(&bytes)));
        let fetched = fetch(&server.url("/feed"), None);
        match (&fetched.outcome, expected) {
            (Outcome::Fresh(document, _), Ok(body)) => assert_eq!(document.bytes, body, "{name}"),
            (Outcome::Failed(error), Err(words)) => assert!(error.to_string().contains(words), "{name}: {error}"),
            (outcome, expected) => panic!("{name}: {outcome:?}, not {expected:?}"),
        }
        assert_eq!(server.asked("/feed").len(), times, "{name}: times asked");
    }
}

#[test]
fn any_refusal_may_ask_for_a_later_visit() {
    for status in ["403 Forbidden", "404 Not Found", "413 Too Large", "500 Failed"] {
        let server = Server::start(move |_, stream| answer(stream, status, "Retry-After: 3600\r\n", b""));
        let fetched = fetch(&server.url("/feed"), None);
        assert!(fetched.not_before.is_some() && fetched.attempts == 1, "{status}: {fetched:?}");
    }
    let asked_at: Arc<std::sync::Mutex<Vec<Instant>>> = Arc::default();
    let log = Arc::clone(&asked_at);
    let server = Server::start(move |_, stream| {
        log.lock().expect("no panics").push(Instant::now());
        answer(stream, "503 Busy", "Retry-After: 0\r\n", b"");
    });
    fetch(&server.url("/feed"), None);
    let asked_at = asked_at.lock().expect("no panics");
    assert!(asked_at.windows(2).all(|pair| pair[1] - pair[0] >= Duration::from_millis(2)), "at once is not waited for less than our own back-off");
}

#[test]
fn connections_closed_without_a_word_cost_no_feed() {
    // Neither `Connection: close` nor a connection that stays: the next request on it finds nobody.
    let server = Server::start(|asked, stream| {
        drop(stream.write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", asked.path.len(), asked.path).as_bytes()))
    });
    let requests: Vec<Request> = (0..40).map(|number| Request { address: server.url(&format!("/{number}")), validators: None }).collect();
    let mut good = 0;
    fetch_all(requests, &options(), |index, fetched| match fetched.outcome {
        Outcome::Fresh(document, _) => {
            assert_eq!(document.bytes, format!("/{index}").into_bytes());
            good += 1;
        }
        other => panic!("{index}: {other:?}"),
    })
    .expect("fetching can be set up");
    assert_eq!(good, 40);
}

#[test]
fn a_body_without_a_marked_end_is_known_as_one() {
    for (head, unmarked) in [("HTTP/1.1 200 OK\r\n\r\n", true), ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", false)] {
        let server = Server::start(move |_, stream| drop(stream.write_all(format!("{head}<rss>").as_bytes())));
        assert_eq!(fetch(&server.url("/feed"), None).end_unmarked, unmarked, "{head:?}");
    }
}

#[test]
fn a_redirect_to_nothing_is_no_new_address() {
    let server = Server::start(|asked, stream| match asked.path.as_str() {
        "/old" => answer(stream, "301 Moved Permanently", "Location: /new\r\n", b""),
        _ => answer(stream, "404 Not Found", "", b""),
    });
    assert_eq!(fetch(&server.url("/old"), None).moved_to, None);
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
        let silent = path != "/drips-body";
        assert!(matches!(fetched.outcome, Outcome::Failed(FetchError::ReadTime(_))) == silent, "{path}: {fetched:?}");
        assert!(matches!(fetched.outcome, Outcome::Failed(FetchError::TotalTime(_) | FetchError::ReadTime(_))), "{path}: {fetched:?}");
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
