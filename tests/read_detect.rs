//! What a document is taken for, by its content alone; and that no name plays a part in it.

use gigsieve::read::columns::{Columns, Field, Names};
use gigsieve::read::detect::{Format, detect, detect_with};

fn check(cases: &[(&[u8], Format)]) {
    for &(bytes, format) in cases {
        let found = detect(bytes);
        assert_eq!(found.format, format, "{:?}: {}", String::from_utf8_lossy(&bytes[..bytes.len().min(80)]), found.why);
        assert!(!found.why.is_empty(), "{format:?} comes with a reason");
    }
}

#[test]
fn feeds_in_all_their_dialects() {
    check(&[
        (b"<?xml version=\"1.0\"?><rss version=\"2.0\"><channel/></rss>", Format::Feed),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- made by hand -->\n<feed xmlns='http://www.w3.org/2005/Atom'/>", Format::Feed),
        (b"<rdf:RDF xmlns:rdf='x' xmlns='http://purl.org/rss/1.0/'/>", Format::Feed),
        (b"<atom:feed xmlns:atom='x'/>", Format::Feed),
        (b"\n\n  <RSS>", Format::Feed),
        (b"Warning: include(x.php) failed on line 3\n<?xml version=\"1.0\"?><rss><channel/></rss>", Format::Feed),
        (b"<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY nbsp \"x\">]><rss/>", Format::Feed),
        (b"<?xml-stylesheet href='a'?><rss/>", Format::Feed),
        (b"<?xml version='1.0'?><wrapper><item><title>a</title></item></wrapper>", Format::Feed),
        (br#"{"version": "https://jsonfeed.org/version/1.1", "items": []}"#, Format::Feed),
        (b"\xff\xfe<\0?\0x\0m\0l\0 \0v\0=\0'\x001\0'\0?\0>\0<\0r\0s\0s\0>\0", Format::Feed),
        (b"\0<\0?\0x\0m\0l\0?\0>\0<\0r\0s\0s\0>", Format::Feed),
    ]);
}

#[test]
fn pages_whole_and_in_pieces() {
    check(&[
        (b"<!DOCTYPE html><html></html>", Format::Page),
        (b"<!-- saved from url=(0014)about:internet -->\n<html>", Format::Page),
        (b"<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"x\"><html xmlns=\"y\">", Format::Page),
        (b"<div class=tile><h2>A writer</h2></div>", Format::Page),
        (b"<job-tile-list><p>x</p></job-tile-list>", Format::Page),
        (b"const a = '<!doctype html><html><body>x</body></html>'", Format::Page),
        (b"HTTP/1.1 200 OK\nDate: today\nContent-Type: text/html\n\n<html><body>x</body></html>", Format::Page),
        (b"Posted: <p>a</p><p>b</p><p>c</p><p>d</p><p>e</p><p>f</p><p>g</p><p>h</p><p>i</p>", Format::Page),
    ]);
}

#[test]
fn json_records_and_lines() {
    check(&[
        (br#"[{"id": 1, "title": "a", "body": "b"}]"#, Format::Records),
        (br#"{"title": "a", "pay": {"min": 5}, "client": {}}"#, Format::Records),
        (br#"{"data": {"job": {"title": "a"}}}"#, Format::Json),
        (br#"[{"slug": "a", "position": "b"}]"#, Format::Json),
        (b"{\"title\":\"a\"}\n{\"title\":\"b\"}\n", Format::JsonLines),
        (b"\xef\xbb\xbf{\"title\":\"a\"}\r\n{\"title\":\"b\"}\r\n", Format::JsonLines),
        (b"export default [\n  {\"id\": 1},\n];", Format::Json),
        (br#"{"title": "cut off, "body"#, Format::Json),
    ]);
}

#[test]
fn tables_by_their_first_row_or_their_grid() {
    check(&[
        (b"Title,Description,Budget\nA,B,5\n", Format::Table(b',')),
        (b"title;beschreibung\nA;B\n", Format::Table(b';')),
        (b"Job Title\tLink\nA\thttps://x.example\n", Format::Table(b'\t')),
        (b"\"Job Title\",\"Description\"\n\"A\",\"<p>one</p>\n<p>two</p>\"\n", Format::Table(b',')),
        (b"alpha,beta,gamma,delta\n1,2,3,4\n5,6,7,8\n9,10,11,12\n", Format::Table(b',')),
        (b"We need a writer, an editor, and a designer.\nPlease apply, soon, with samples.\n", Format::Text),
        (b"Dear all, a title, a description\nof the work follows, below\n", Format::Text),
    ]);
    let columns = Columns::named([(Field::Title, Names::One("Betreffzeile".into())), (Field::Body, Names::One("Notizen".into()))]);
    assert_eq!(detect_with(b"Betreffzeile,Notizen\nA,B\n", &columns).format, Format::Table(b','));
}

#[test]
fn mail_folders_and_archives() {
    check(&[
        (b"From: a@b.example\nTo: c@d.example\nSubject: x\n\nText", Format::Mail),
        (b"From a@b.example Mon Jan  5 10:00:00 2026\nFrom: a@b.example\nSubject: x\n\nText", Format::Mbox),
        (b"From: <Saved by Blink>\nSnapshot-Content-Location: https://x.example/\nMIME-Version: 1.0\nContent-Type: multipart/related\n\n", Format::Mhtml),
        (b"\x1f\x8b\x08\0", Format::Gzip),
        (b"PK\x03\x04", Format::Zip),
        (b"bplist00", Format::WebArchive),
        (b"<?xml version='1.0'?><!DOCTYPE plist><plist><dict/></plist>", Format::WebArchive),
    ]);
}

#[test]
fn what_nothing_reads_is_named() {
    check(&[
        (b"", Format::Empty),
        (b" \r\n\t ", Format::Empty),
        (b"\xef\xbb\xbf\n", Format::Empty),
        (b"%PDF-1.7", Format::Other("a PDF")),
        (b"\x89PNG\r\n\x1a\n", Format::Other("a picture")),
        (b"<svg xmlns='x'/>", Format::Other("a picture")),
        (b"\0\0\0\0\0\0", Format::Binary),
        (b"<?xml version='1.0'?><opml version='2.0'/>", Format::Xml),
        (b"body {\n  color: red;\n}\np {\n  margin: 0;\n}\n", Format::Other("a program or a style sheet")),
    ]);
    let noise: Vec<u8> = (0..4096u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    check(&[(&noise, Format::Binary)]);
}

#[test]
fn prose_stays_prose() {
    check(&[
        (b"[Hiring] A writer for our blog", Format::Text),
        (b"{Urgent} Writer wanted", Format::Text),
        (b"We need help with <b> tags on our page", Format::Text),
        (b"Our feed at <rss> is broken, please mend it.", Format::Text),
        (b"Title: A logo\nBudget: $50\nDate: today\n\nWe bake bread.", Format::Text),
        (b"caf\xe9 menu wanted", Format::Text),
        (b"\xff\xfeA\0 \0l\0o\0g\0o\0", Format::Text),
        (b"A title\0\nand a text", Format::Text),
    ]);
}
