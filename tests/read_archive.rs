//! Archives: read in place, bounded together, every member that cannot be read named.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use gigsieve::read::{Document, Limits, Reading, read};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const POST: &str = "A menu for a bakery\n\nWe bake bread and need a menu of two pages.";

fn reading(source: &str, bytes: Vec<u8>, limits: &Limits) -> Reading {
    read(&Document { source: source.into(), bytes, ..Document::default() }, limits)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn messages(reading: &Reading) -> Vec<String> {
    reading.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn packed_documents_are_read_in_place() {
    let lines = b"{\"title\":\"a\",\"body\":\"b\"}\n{\"title\":\"c\",\"body\":\"d\"}\n";
    let packed = reading("p.jsonl.gz", gzip(lines), &Limits::default());
    assert_eq!((packed.format.as_str(), packed.posts.len()), ("gzip with jsonl", 2));
    let members = zip(&[
        ("one.txt", POST.as_bytes()),
        ("deep/two.jsonl.gz", &gzip(lines)),
        ("inner.zip", &zip(&[("three.txt", POST.as_bytes())])),
        (".hidden.txt", b"hidden"),
        ("__MACOSX/._one.txt", b"x"),
    ]);
    let archive = reading("a.zip", members, &Limits::default());
    assert_eq!(messages(&archive), Vec::<String>::new());
    let sources: Vec<&str> = archive.posts.iter().filter_map(|post| post.source.as_deref()).collect();
    assert_eq!(sources, ["a.zip/one.txt", "a.zip/deep/two.jsonl.gz", "a.zip/deep/two.jsonl.gz", "a.zip/inner.zip/three.txt"]);
}

#[test]
fn bombs_are_stopped_and_what_is_beside_them_is_read() {
    let zeros = vec![b'a'; 12 << 20];
    let limits = Limits { archive_ratio: 20, ..Limits::default() };
    let archive = reading("a.zip", zip(&[("bomb.txt", &zeros), ("good.txt", POST.as_bytes())]), &limits);
    assert_eq!(archive.posts.len(), 1);
    assert_eq!(messages(&archive), ["a.zip/bomb.txt: unpacks to more than 20 times its size, as only a decompression bomb does; left out"]);
    let single = reading("b.gz", gzip(&zeros), &limits);
    assert!(single.posts.is_empty() && messages(&single)[0].contains("bomb"), "{:?}", messages(&single));
}

#[test]
fn all_members_together_are_bounded() {
    let text = format!("A title\n\n{}", "We bake bread. ".repeat(40_000));
    let members: Vec<(String, &[u8])> = (0..10).map(|n| (format!("{n}.txt"), text.as_bytes())).collect();
    let members: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let limits = Limits { archive_bytes: 2 << 20, archive_ratio: 100_000, post_bytes: 1 << 20, ..Limits::default() };
    let archive = reading("a.zip", zip(&members), &limits);
    assert_eq!(archive.posts.len(), 3, "three of 600 KB fit into 2 MB: {:?}", messages(&archive));
    assert!(messages(&archive).last().is_some_and(|last| last.contains("the rest is left out")), "{:?}", messages(&archive));
    // A nested archive spends from the same purse.
    let nested: Vec<(String, Vec<u8>)> = (0..5).map(|n| (format!("{n}.zip"), zip(&members[..2]))).collect();
    let nested: Vec<(&str, &[u8])> = nested.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    assert_eq!(reading("n.zip", zip(&nested), &limits).posts.len(), 3);
}

#[test]
fn depth_and_number_are_bounded() {
    let mut bytes = zip(&[("post.txt", POST.as_bytes())]);
    for _ in 0..5 {
        bytes = zip(&[("inner.zip", &bytes)]);
    }
    let nested = reading("a.zip", bytes, &Limits::default());
    assert!(nested.posts.is_empty() && messages(&nested)[0].contains("more than 3 archives in one another"), "{:?}", messages(&nested));
    let many = zip(&[("1.txt", POST.as_bytes()), ("2.txt", POST.as_bytes()), ("3.txt", POST.as_bytes())]);
    let many = reading("m.zip", many, &Limits { archive_members: 2, ..Limits::default() });
    assert!(many.posts.is_empty() && messages(&many)[0].contains("3 members"), "{:?}", messages(&many));
}

#[test]
fn broken_archives_say_what_is_wrong() {
    let lines = "{\"title\":\"a\",\"body\":\"b\"}\n".repeat(3000);
    let mut packed = gzip(lines.as_bytes());
    packed.truncate(packed.len() - 20);
    let packed = reading("t.gz", packed, &Limits::default());
    assert!(packed.posts.len() > 100, "what came out whole is kept");
    assert!(messages(&packed).iter().any(|message| message.contains("the packed data is broken")), "{:?}", messages(&packed));
    for (bytes, expected) in [
        (b"PK\x03\x04 and nothing".to_vec(), "a zip file that does not open"),
        (zip(&[]), "the archive holds no files"),
        (zip(&[("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")]), "a Word document"),
        (zip(&[("photo.png", b"\x89PNG\r\n")]), "a picture: no reader opens it"),
    ] {
        let reading = reading("b.zip", bytes, &Limits::default());
        assert!(reading.posts.is_empty() && messages(&reading)[0].contains(expected), "{expected}: {:?}", messages(&reading));
    }
}

#[test]
fn names_of_members_are_fit_to_print() {
    let archive = reading("a.zip", zip(&[("../../\u{1b}[31mred\u{202e}.txt", POST.as_bytes())]), &Limits::default());
    assert_eq!(archive.posts[0].source.as_deref(), Some("a.zip/../../[31mred.txt"));
}

#[test]
fn a_page_saved_as_one_file_is_read_with_its_address() {
    let reading = reading("page.mhtml", include_bytes!("../fixtures/archive/page.mhtml").to_vec(), &Limits::default());
    assert!(reading.format.starts_with("web archive with "), "{}", reading.format);
    assert_eq!(reading.posts.len(), 1);
    let post = &reading.posts[0];
    assert_eq!(post.url.as_deref(), Some("https://noticeboard.example/jobs/help-our-choir-fill-the-hall-77"));
    assert!(post.body.contains("we\u{2019}ve tried posters"), "the declared charset of the page is not that of the archive: {:?}", post.body);
}

#[test]
fn a_safari_archive_is_read_in_both_forms() {
    use plist::{Dictionary, Value};
    let resource: Dictionary = [
        (
            "WebResourceData",
            Value::Data(b"<html><body><main><h1>A menu</h1><p>We bake bread and need a menu of two pages by May.</p></main></body></html>".to_vec()),
        ),
        ("WebResourceURL", Value::String("https://noticeboard.example/jobs/a-menu-78".into())),
        ("WebResourceTextEncodingName", Value::String("UTF-8".into())),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value))
    .collect();
    let archive = Value::Dictionary(
        [("WebSubresources".to_owned(), Value::Array(vec![Value::String("x".into())])), ("WebMainResource".to_owned(), Value::Dictionary(resource))]
            .into_iter()
            .collect(),
    );
    let mut binary = Cursor::new(Vec::new());
    archive.to_writer_binary(&mut binary).unwrap();
    let mut xml = Vec::new();
    archive.to_writer_xml(&mut xml).unwrap();
    for bytes in [binary.into_inner(), xml] {
        let reading = reading("p.webarchive", bytes, &Limits::default());
        assert_eq!(reading.posts.len(), 1, "{:?}", messages(&reading));
        assert!(reading.posts[0].body.contains("menu of two pages"));
        assert_eq!(reading.posts[0].url.as_deref(), Some("https://noticeboard.example/jobs/a-menu-78"));
    }
    let other = reading("x.plist", b"<?xml version='1.0'?><plist><dict><key>a</key><string>b</string></dict></plist>".to_vec(), &Limits::default());
    assert!(messages(&other)[0].contains("no web archive"), "{:?}", messages(&other));
}

/// What Chromium itself saves, over its debugging pipe (messages end with a NUL byte).
#[cfg(unix)]
#[test]
#[ignore = "needs a Chromium: cargo test --test read_archive -- --ignored"]
fn a_page_that_a_real_chromium_saved_is_read() {
    use std::fs::File;
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let page = "<!DOCTYPE html><meta charset=utf-8><title>A choir</title><main><h1>Help our choir fill the hall</h1><p>We sing to forty people \u{2014} the hall has three hundred seats. \u{201c}Why?\u{201d} is what we ask you, for \u{20ac}2,500.</p></main><iframe srcdoc='<p>A frame with other words</p>'></iframe>";
    std::fs::write(path("page.html"), page).unwrap();
    assert!(Command::new("mkfifo").args([path("to"), path("from")]).status().unwrap().success());
    let script =
        r#"exec chromium --headless=new --no-sandbox --disable-gpu --remote-debugging-pipe --user-data-dir="$0/profile" about:blank 3<"$0/to" 4>"$0/from""#;
    let mut chromium = Command::new("sh")
        .args(["-c", script, &folder.path().to_string_lossy()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut to = File::options().write(true).open(path("to")).unwrap();
    let mut from = BufReader::new(File::open(path("from")).unwrap());
    let mut number = 0;
    let mut ask = |method: &str, parameters: serde_json::Value, session: Option<&str>| {
        number += 1;
        let mut message = serde_json::json!({"id": number, "method": method, "params": parameters});
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        to.write_all(format!("{message}\0").as_bytes()).unwrap();
        let mut answer = Vec::new();
        loop {
            answer.clear();
            assert!(from.read_until(0, &mut answer).unwrap() > 0, "Chromium went away");
            let answer: serde_json::Value = serde_json::from_slice(answer.strip_suffix(b"\0").unwrap()).unwrap();
            if answer["id"] == number {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    };
    let target = ask("Target.createTarget", serde_json::json!({"url": "about:blank"}), None)["targetId"].as_str().unwrap().to_owned();
    let session = ask("Target.attachToTarget", serde_json::json!({"targetId": target, "flatten": true}), None)["sessionId"].as_str().unwrap().to_owned();
    ask("Page.navigate", serde_json::json!({"url": format!("file://{}", path("page.html"))}), Some(&session));
    let ready = "new Promise(done => document.readyState == 'complete' ? done(1) : addEventListener('load', () => done(1)))";
    ask("Runtime.evaluate", serde_json::json!({"expression": ready, "awaitPromise": true}), Some(&session));
    let saved = ask("Page.captureSnapshot", serde_json::json!({"format": "mhtml"}), Some(&session))["data"].as_str().unwrap().to_owned();
    ask("Browser.close", serde_json::json!({}), None);
    chromium.wait().unwrap();
    let reading = reading("saved.mhtml", saved.into_bytes(), &Limits::default());
    assert!(reading.format.starts_with("web archive with "), "{}: {}", reading.format, reading.why);
    assert_eq!(reading.posts.len(), 1, "{:?}", messages(&reading));
    let post = &reading.posts[0];
    assert_eq!(post.title, "Help our choir fill the hall");
    assert!(post.body.contains("people \u{2014} the hall") && post.body.contains("\u{20ac}2,500") && !post.body.contains("frame"), "{:?}", post.body);
}
