//! Bad input on the command line: a clear message on standard error, the right exit code, and the good post beside it
//! always read.

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;

const GOOD: &str = "A menu for a bakery\n\nWe bake bread and would like a menu of two pages by May.";

fn gigsieve(arguments: &[&str], stdin: &[u8]) -> Output {
    Command::cargo_bin("gigsieve").unwrap().args(arguments).write_stdin(stdin.to_vec()).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn lines(output: &Output) -> Vec<serde_json::Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

/// Scans a folder with a good post and a bad file beside it.
fn beside(name: &str, bytes: &[u8]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    fs::write(folder.path().join("zz-good.txt"), GOOD).unwrap();
    gigsieve(&["scan", "--format", "jsonl", &folder.path().to_string_lossy()], b"")
}

#[test]
fn a_bad_file_is_named_and_the_good_one_is_read() {
    let bomb = packed(&vec![b'a'; 30 << 20]);
    let mail = |rest: &str| format!("From: a@b.example\nSubject: x\nMIME-Version: 1.0\n{rest}").into_bytes();
    let matryoshka = mail(&"Content-Type: message/rfc822\n\n".repeat(200_000));
    let parts = mail(&format!("Content-Type: multipart/mixed; boundary=x\n\n{}", "--x\n\n".repeat(200_000)));
    let headers = mail(&"a:\n".repeat(200_000));
    for (name, bytes, message) in [
        ("empty.txt", &b""[..], "the file is empty"),
        ("blank.html", b" \n\n", "the file is empty"),
        ("photo.jpg", b"\xff\xd8\xff\xe0 JFIF", "a picture"),
        ("brief.pdf", b"%PDF-1.7", "a PDF"),
        ("zeros.txt", &[0; 5000], "not a text"),
        ("dots.txt", b"...", "without a single word"),
        ("broken.json", b"[{\"title\":\"a\",\"body\":", "breaks off after 0 records"),
        ("deep.json", &[b'['; 200_000], "nested deeper"),
        ("odd.csv", b"alpha,beta,gamma,delta\n1,2,3,4\n5,6,7,8\n9,10,11,12\n", "[columns]"),
        ("bomb.gz", &bomb, "decompression bomb"),
        ("broken.zip", b"PK\x03\x04", "does not open"),
        ("list.opml", b"<?xml version='1.0'?><opml/>", "no feed and no page"),
        ("empty.eml", b"From: a@b.example\nSubject: x\nMIME-Version: 1.0\n\n", "a mail without a text"),
        ("matryoshka.eml", &matryoshka, "more parts or headers than any has"),
        ("parts.eml", &parts, "more parts or headers than any has"),
        ("headers.eml", &headers, "more parts or headers than any has"),
        ("wide.csv", &[b"title,description\n".to_vec(), vec![b','; 1 << 20]].concat(), "more than 20000 columns"),
        ("headings.csv", b"title,description\n", "no post is in it, read as csv"),
        ("unknown.csv", b"alpha,beta,gamma\n1,2,3\n4,5,6\n7,8,9\n", "[columns]"),
        ("none.xml", b"<rss version='2.0'><channel><title>Jobs</title></channel></rss>", "no post is in it, read as rss"),
        ("head.xml", b"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'b", "breaks off before a feed begins"),
        ("ones.json", &[b"[1".to_vec(), b",1".repeat(200_000), b"]".to_vec()].concat(), "no post: neither"),
        ("null.json", b"null\n", "JSON without a post"),
        ("settings.json", b"{\"name\": \"tool\", \"version\": \"1.0\"}", "JSON without a post"),
        ("refused.json", b"{\"status\": \"error\", \"message\": \"Log in first\"}", "JSON without a post"),
        ("ones.bin", &[0xff; 5000], "not a text"),
        ("late.pdf", b"\n\n%PDF-1.4\n1 0 obj", "a PDF"),
        ("key.pem", b"-----BEGIN CERTIFICATE-----\nTUlJ\n", "a key"),
        ("tail.gz", &[packed(GOOD.as_bytes()), b"and something else".to_vec()].concat(), "no gzip follows"),
        ("cut.webarchive", b"bplist00", "broken or cut off"),
    ] {
        let output = beside(name, bytes);
        assert_eq!(output.status.code(), Some(1), "{name}: {}", stderr(&output));
        assert!(stderr(&output).contains(name) && stderr(&output).contains(message), "{name}: {}", stderr(&output));
        let posts = lines(&output);
        let good = posts.last().filter(|post| post["source"].as_str().is_some_and(|source| source.ends_with("zz-good.txt")));
        assert_eq!(good.map(|good| &good["title"]), Some(&"A menu for a bakery".into()), "{name}: the good post is read");
        assert!(posts.len() == 1 || matches!(name, "tail.gz"), "{name}: {} posts", posts.len());
    }
}

#[test]
fn content_decides_and_not_the_name() {
    for (name, bytes, posts) in [
        ("post.xyz", GOOD.as_bytes(), 2),
        ("noextension", GOOD.as_bytes(), 2),
        ("records.html", b"{\"title\":\"a\",\"body\":\"b\"}\n{\"title\":\"c\",\"body\":\"d\"}\n", 3),
        ("table.pdf", b"title,description\na,b\nc,d\n", 3),
        ("jq.json", b"{\n\"title\": \"a\",\n\"body\": \"b\"\n}\n{\n\"title\": \"c\",\n\"body\": \"d\"\n}\n", 3),
        ("holes.log", &[&b"{\"title\":\"a\"}\n{\"title\":\"b\"}\n"[..], &[0; 900], b"\n{\"title\":\"c\"}\n"].concat(), 4),
        ("padded.gz", &[packed(GOOD.as_bytes()), vec![0; 512]].concat(), 2),
        (
            "cut.eml",
            b"From: a@b.example\nSubject: x\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Transfer-Encoding: base64\n\nV2UgYmFrZSBicmVhZC4=",
            2,
        ),
        ("borderless.eml", b"From: a@b.example\nSubject: x\nContent-Type: multipart/mixed\n\n--x\n\nWe bake bread.\n", 2),
    ] {
        let output = beside(name, bytes);
        assert_eq!((output.status.code(), lines(&output).len()), (Some(0), posts), "{name}: {}", stderr(&output));
    }
}

#[test]
fn nothing_to_read_is_exit_code_two() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(path("empty.txt"), "").unwrap();
    fs::create_dir(path("bare")).unwrap();
    for (arguments, message) in [
        (vec!["scan"], "nothing to scan"),
        (vec!["scan", "--no-such-flag"], "--no-such-flag"),
        (vec!["scan", "--limit-mb", "0", "x"], "limit-mb"),
        (vec!["scan", &path("missing.txt")], "no such file or folder"),
        (vec!["scan", &path("bare")], "the folder holds no files"),
        (vec!["scan", &path("empty.txt")], "the file is empty"),
        (vec!["scan", "--format", "jsonl", "-"], "nothing came in"),
        (vec!["check", &path("missing.txt")], "no such file or folder"),
        (vec!["check", &path("empty.txt")], "the file is empty"),
        (vec!["check"], "nothing came in"),
        (vec!["scan", "--rules", &path("missing.toml"), &path("empty.txt")], "missing.toml"),
    ] {
        let output = gigsieve(&arguments, b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(message), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn many_problems_are_listed_up_to_twenty() {
    let text = "{\"title\":\"a\",\"body\":\"b\"}\n".repeat(100) + &"{nonsense\n".repeat(90);
    let output = gigsieve(&["scan", "--format", "jsonl", "-"], text.as_bytes());
    assert_eq!((output.status.code(), lines(&output).len()), (Some(1), 100));
    let messages = stderr(&output);
    assert_eq!(messages.lines().count(), 21, "{messages}");
    assert!(messages.contains("line 101") && messages.ends_with("and 70 more problems like these\n"), "{messages}");
}

#[test]
fn terminal_escapes_reach_nobody() {
    let record = "{\"title\":\"\\u001b[31mred\\u202e\",\"body\":\"a\\u0007 b\\u009b31m c\"}\n";
    for format in ["jsonl", "json", "terminal", "markdown"] {
        let output = gigsieve(&["scan", "--all", "--format", format, "-"], (record.to_owned() + record).as_bytes());
        assert_eq!(output.status.code(), Some(0), "{format}");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}')), "{format}: {text:?}");
        assert!(!text.contains("\\u001b") && !text.contains("\\u202e"), "{format}");
    }
    #[cfg(unix)]
    {
        let output = beside("\u{1b}[2Jgone\u{202e}.txt", b"");
        assert!(!stderr(&output).contains(['\u{1b}', '\u{202e}']), "{:?}", stderr(&output));
    }
}

#[test]
fn a_source_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    file("a.txt", GOOD.as_bytes());
    file("b.dat", b"title,description\na,b\nc,d\n");
    file("c.dat", b"{\"title\":\"a\"}\n{\"title\":\"b\"}\n{oops\n");
    file("d.dat", b"");
    let output = gigsieve(&["scan", "--explain-source", &folder.path().to_string_lossy()], b"");
    let text = String::from_utf8(output.stdout.clone()).unwrap().replace(&format!("{}/", folder.path().display()), "");
    assert_eq!(
        text.lines().collect::<Vec<_>>(),
        [
            "a.txt: text, because it has no markup, records, headers or columns; 1 post",
            "b.dat: csv, because its first row names columns: title, description; 2 posts",
            "c.dat: jsonl, because a JSON object a line; 2 posts, 1 problem",
            "d.dat: nothing, because it has no bytes; 0 posts, 1 problem",
        ]
    );
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
}

#[test]
fn the_limit_can_be_set() {
    let text = format!("A menu\n{}", "We bake bread. ".repeat(100_000));
    let refused = gigsieve(&["scan", "--format", "jsonl", "--limit-mb", "1", "-"], text.as_bytes());
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("larger than 1 MB"), "{}", stderr(&refused));
    let read = gigsieve(&["scan", "--format", "jsonl", "--limit-mb", "2", "-"], text.as_bytes());
    assert_eq!((read.status.code(), lines(&read).len()), (Some(1), 1), "{}", stderr(&read));
}

#[test]
fn every_fixture_of_ours_is_read() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let output = gigsieve(&["scan", "--format", "jsonl", &fixtures.to_string_lossy()], b"");
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    let formats: std::collections::BTreeSet<String> = lines(&output).iter().map(|line| line["format"].as_str().unwrap_or("none").to_owned()).collect();
    for format in ["csv", "jsonl", "mail", "text"] {
        assert!(formats.contains(format), "{formats:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text_names_a_file() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(OsStr::from_bytes(b"post \xff\xfe.txt"));
    fs::write(&path, GOOD).unwrap();
    let output = Command::cargo_bin("gigsieve").unwrap().args(["scan", "--format", "jsonl"]).arg(&path).output().unwrap();
    assert_eq!((output.status.code(), lines(&output).len()), (Some(0), 1), "{}", stderr(&output));
}
