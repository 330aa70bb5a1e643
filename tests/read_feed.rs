//! What the feed reader makes of feeds: whole ones, broken ones, hostile ones. Small feeds written here, and the
//! fixtures in `fixtures/feeds`.

use std::time::{Duration, Instant};

use gigsieve::post::{Kind, Post};
use gigsieve::read::feed::{looks_like_feed, read};
use gigsieve::read::{Document, Limits, Reading};

fn reading(bytes: impl Into<Vec<u8>>) -> Reading {
    read(&Document { source: "a feed".into(), bytes: bytes.into(), ..Document::default() }, &Limits::default())
}

fn posts(bytes: impl Into<Vec<u8>>) -> Vec<Post> {
    reading(bytes).posts
}

/// An RSS feed around some items.
fn rss(items: &str) -> String {
    format!(
        "<?xml version='1.0'?><rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>c</title><link>https://gigs.example/list/</link>{items}</channel></rss>"
    )
}

/// An Atom feed around some entries.
fn atom(entries: &str) -> String {
    format!(
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>c</title><link href='https://gigs.example/list/'/><author><name>The feed</name></author>{entries}</feed>"
    )
}

/// An Atom 0.3 feed around some entries.
fn atom03(entries: &str) -> String {
    format!("<feed version='0.3' xmlns='http://purl.org/atom/ns#'><title>c</title>{entries}</feed>")
}

/// What a post says under a name, for tables.
fn said(post: &Post, field: &str) -> String {
    let moment = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string());
    match field {
        "id" => Some(post.id.clone()),
        "title" => Some(post.title.clone()),
        "body" => Some(post.body.clone()),
        "url" => post.url.clone(),
        "author" => post.author.clone(),
        "published" => moment(post.published),
        "updated" => moment(post.updated),
        "marketplace" => post.marketplace.clone(),
        "format" => post.format.clone(),
        "skills" => Some(post.skills.join("|")),
        "kind" => post.stated_kind.map(|kind| kind.id().to_owned()),
        other => panic!("no field {other}"),
    }
    .unwrap_or_else(|| "-".into())
}

/// Checks a field of the first post of a feed; "-" is a field not stated.
fn check(feed: &str, field: &str, value: &str) {
    let posts = posts(feed);
    assert!(!posts.is_empty(), "no post in {feed}");
    assert_eq!(said(&posts[0], field), value, "{field} of {feed}");
}

#[test]
fn fields_of_rss_are_found_under_all_their_names() {
    for (item, field, value) in [
        ("<title>T</title>", "title", "T"),
        ("<dc:title>T</dc:title>", "title", "T"),
        ("<Title>T</Title>", "title", "T"),
        ("<title>AT&amp;amp;T &lt;b&gt;now&lt;/b&gt;</title>", "title", "AT&T now"),
        ("<title><![CDATA[Vec<T> & more]]></title>", "title", "Vec<T> & more"),
        ("<link> https://a.example/1 </link>", "url", "https://a.example/1"),
        ("<link>1.html</link>", "url", "https://gigs.example/list/1.html"),
        ("<guid>https://a.example/2</guid>", "url", "https://a.example/2"),
        ("<guid isPermaLink='false'>https://a.example/2</guid>", "url", "-"),
        ("<guid isPermaLink='false'>x2</guid><link>/2</link>", "id", "x2"),
        ("<link>javascript:alert(1)</link>", "url", "-"),
        ("<a:link xmlns:a='http://www.w3.org/2005/Atom' rel='self' href='/feed'/><link>/1</link>", "url", "https://gigs.example/1"),
        ("<description>Short</description><content:encoded>&lt;p&gt;Long&lt;/p&gt;</content:encoded>", "body", "Long"),
        ("<description>Short</description><content:encoded> </content:encoded>", "body", "Short"),
        ("<description>one\ntwo &amp;amp; three</description>", "body", "one\ntwo & three"),
        ("<description>&lt;p&gt;one&lt;/p&gt;&lt;ul&gt;&lt;li&gt;two&lt;/ul&gt;</description>", "body", "one\n\n- two"),
        ("<description>5 &lt; 6, R&amp;D</description>", "body", "5 < 6, R&D"),
        ("<description><p>bare <b>tags</b><br>here</p></description>", "body", "bare tags\nhere"),
        ("<body xmlns='http://www.w3.org/1999/xhtml'><p>one</p><script>x()</script></body>", "body", "one"),
        ("<pubDate>Mon, 13 May 2024 09:46:45 +0200</pubDate>", "published", "2024-05-13T07:46:45Z"),
        ("<dc:date>2024-05-13</dc:date>", "published", "2024-05-13T00:00:00Z"),
        ("<pubDate>soon</pubDate><dc:date>2024-05-13</dc:date>", "published", "2024-05-13T00:00:00Z"),
        ("<pubDate>Mon, 99 May 2024</pubDate>", "published", "-"),
        ("<pubDate></pubDate>", "published", "-"),
        ("<dcterms:modified>2024-05-14T00:00:00Z</dcterms:modified>", "updated", "2024-05-14T00:00:00Z"),
        ("<dc:creator>Fern &amp; Kettle</dc:creator>", "author", "Fern & Kettle"),
        ("<author/>", "author", "-"),
        ("<category>SQL</category><category>sql</category><dc:subject>Data, big</dc:subject>", "skills", "SQL|Data, big"),
        ("<type>Full-Time</type>", "kind", "employment"),
        ("<type>Contract</type>", "kind", "request"),
    ] {
        check(&rss(&format!("<item>{item}</item>")), field, value);
    }
}

#[test]
fn fields_of_atom_follow_its_types_and_bases() {
    for (entry, field, value) in [
        ("<title>a &lt;b&gt; c</title>", "title", "a <b> c"),
        ("<title type='html'>a &lt;b&gt;c&lt;/b&gt;</title>", "title", "a c"),
        ("<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>a <b>c</b> &lt;d&gt;</div></title>", "title", "a c <d>"),
        ("<summary>s</summary><content type='html'>&lt;p&gt;c&lt;/p&gt;</content>", "body", "c"),
        ("<summary>s</summary><content src='https://a.example/x'/>", "body", "s"),
        ("<content type='image/png'>iVBORw0KGgo=</content><summary>s</summary>", "body", "s"),
        ("<content type='application/octet-stream'>aGVsbG8=</content>", "body", "hello"),
        ("<link rel='replies' href='/r'/><link rel='alternate' href='/a'/>", "url", "https://gigs.example/a"),
        ("<link type='application/json' href='/j'/><link type='text/html' href='/h'/>", "url", "https://gigs.example/h"),
        ("<title type='application/x-own'>test</title>", "title", "test"),
        ("<link href='../b'/>", "url", "https://gigs.example/b"),
        ("<link href='b' xml:base='https://b.example/x/'/>", "url", "https://b.example/x/b"),
        ("<id>https://c.example/3</id>", "url", "https://c.example/3"),
        ("<id>tag:c.example,2024:3</id>", "url", "-"),
        ("<id>tag:c.example,2024:3</id>", "id", "tag:c.example,2024:3"),
        ("<published>2024-05-13T09:46:45Z</published><updated>2024-05-14T09:46:45Z</updated>", "published", "2024-05-13T09:46:45Z"),
        ("<updated>2024-05-14T09:46:45Z</updated>", "published", "-"),
        ("<updated>2024-05-14T09:46:45Z</updated>", "updated", "2024-05-14T09:46:45Z"),
        ("<title>t</title>", "author", "The feed"),
        ("<author><name>N</name><email>n@a.example</email></author>", "author", "N (n@a.example)"),
        ("<source><author><name>S</name></author></source>", "author", "S"),
        ("<category term='x' label='X y'/>", "skills", "X y"),
    ] {
        check(&atom(&format!("<entry>{entry}</entry>")), field, value);
    }
    for (entry, field, value) in [
        ("<content mode='escaped' type='text/html'>&lt;p&gt;c&lt;/p&gt;</content>", "body", "c"),
        ("<content mode='base64' type='text/html'>PHA+YzwvcD4=</content>", "body", "c"),
        ("<content mode='xml' type='application/xhtml+xml'><p>c</p></content>", "body", "c"),
        (
            "<content type='multipart/alternative'><content type='text/plain'>p</content><content mode='escaped' type='text/html'>&lt;p&gt;h</content></content>",
            "body",
            "h",
        ),
        ("<created>2024-05-13</created><created>2024-05-14</created>", "published", "2024-05-14T00:00:00Z"),
        ("<issued>2024-05-13T09:46-01:00</issued><modified>2024-05-14</modified>", "published", "2024-05-13T10:46:00Z"),
        ("<issued>2024-05-13T09:46-01:00</issued><modified>2024-05-14</modified>", "updated", "2024-05-14T00:00:00Z"),
    ] {
        check(&atom03(&format!("<entry>{entry}</entry>")), field, value);
    }
}

#[test]
fn an_entry_alone_and_a_feed_in_a_page_are_feeds() {
    const NAMESPACE: &str = "xmlns='http://www.w3.org/2005/Atom'";
    for (feed, field, value) in [
        (format!("<entry {NAMESPACE}><title>t</title><content>c</content></entry>"), "body", "c"),
        (format!("<html><body><feed {NAMESPACE}><title>f</title><entry><title>t</title></entry></feed></body></html>"), "title", "t"),
        (format!("<feed {NAMESPACE}><link rel='self' href='https://a.example/f/atom'/><entry><title>t</title><link href='1'/></entry></feed>"), "url", "https://a.example/f/1"),
        (format!("\u{feff}\u{feff}<feed {NAMESPACE}><entry><title>t</title></entry></feed>"), "title", "t"),
        (r#"{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","url":"/p","content_text":"c"}],"author":{"name":"A"},"home_page_url":"https://a.example/"}"#.into(), "author", "A"),
        (r#"{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","url":"/p","content_text":"c"}],"home_page_url":"https://a.example/"}"#.into(), "url", "https://a.example/p"),
    ] {
        check(&feed, field, value);
    }
}

#[test]
fn namespaces_count_by_address_and_by_habit() {
    for (feed, field, value) in [
        (
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:r='http://purl.org/rss/1.0/'><r:item rdf:about='https://a.example/1'><r:title>T</r:title></r:item></rdf:RDF>",
            "title",
            "T",
        ),
        (
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:r='http://purl.org/rss/1.0/'><r:item rdf:about='https://a.example/1'><r:title>T</r:title></r:item></rdf:RDF>",
            "url",
            "https://a.example/1",
        ),
        ("<rss version='2.0' xmlns='http://unheard.example/of'><channel><item><title>T</title></item></channel></rss>", "title", "T"),
        ("<rss version='2.0' xmlns:who='http://purl.org/dc/elements/1.1/'><channel><item><who:creator>W</who:creator></item></channel></rss>", "author", "W"),
        ("<rss version='2.0'><channel><item><dc:creator>undeclared</dc:creator></item></channel></rss>", "author", "undeclared"),
        (
            "<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/'><channel><item><title>T</title><media:title>M</media:title></item></channel></rss>",
            "title",
            "T",
        ),
        ("<rss version='2.0'><channel><item><media:group><media:description>M</media:description></media:group></item></channel></rss>", "body", "M"),
        ("<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:title>T</a:title></a:entry></a:feed>", "title", "T"),
        ("<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://a.example/x/'><entry><link href='1'/></entry></feed>", "url", "https://a.example/x/1"),
        ("<entry xmlns='http://www.w3.org/2005/Atom'><title type='html'>a &lt;b&gt;c&lt;/b&gt;</title></entry>", "title", "a c"),
        ("<list><item><title>T</title></item></list>", "title", "T"),
        ("<CHANNEL HREF='https://a.example/'><ITEM HREF='https://a.example/1' LASTMOD='2024-05-13'><ABSTRACT>old</ABSTRACT></ITEM></CHANNEL>", "body", "old"),
    ] {
        check(feed, field, value);
    }
}

#[test]
fn json_feeds_are_read_as_loosely_as_they_are_written() {
    let item = |item: &str| {
        format!(r#"{{"version":"https://jsonfeed.org/version/1.1","home_page_url":"https://a.example/x/","authors":[{{"name":"F"}}],"items":[{item}]}}"#)
    };
    for (feed, field, value) in [
        (item(r#"{"id":"1","content_html":"<p>a</p>","content_text":"b"}"#), "body", "a"),
        (item(r#"{"id":"1","content_text":"a < b\nc"}"#), "body", "a < b\nc"),
        (item(r#"{"id":1.5,"summary":"s"}"#), "id", "1.5"),
        (item(r#"{"id":"1","id":"2"}"#), "id", "2"),
        (item(r#"{"id":"1","url":"2"}"#), "url", "https://a.example/x/2"),
        (item(r#"{"id":"https://a.example/3"}"#), "url", "https://a.example/3"),
        (item(r#"{"id":"1","external_url":"https://b.example/"}"#), "url", "https://b.example/"),
        (item(r#"{"id":"1","date_published":"2024-05-13T09:46:45+02:00"}"#), "published", "2024-05-13T07:46:45Z"),
        (item(r#"{"id":"1","date_published":null,"title":null}"#), "published", "-"),
        (item(r#"{"id":"1","author":{"name":"A"}}"#), "author", "A"),
        (item(r#"{"id":"1","authors":[{"url":"x"},{"name":"B"}]}"#), "author", "B"),
        (item(r#"{"id":"1"}"#), "author", "F"),
        (item(r#"{"id":"1","tags":["a",1,null,{"name":"b"}]}"#), "skills", "a|1|b"),
        (item("7, \"x\", null, [1], {\"id\":\"after strangers\"}"), "id", "after strangers"),
        (item("{\"id\":\"1\",\"content_text\":\"raw\nbreak\"}"), "body", "raw break"),
    ] {
        check(&feed, field, value);
    }
}

#[test]
fn broken_feeds_give_what_is_whole() {
    let one = "<item><title>One</title><description>first</description></item>";
    for (feed, titles, is_problem) in [
        (format!("\n\n  \u{feff}{}", rss(one)), "One", false),
        (format!("\0\0\0{}", rss(one)), "One", false),
        (format!("<br />\n<b>Warning</b>: a & b in <b>x.php</b> on line 3<br />\n{}", rss(one)), "One", false),
        (rss("<item><title>R&D & &nbsp;&mdash; &hellip;&unknown;</title></item>"), "R&D & \u{2014} \u{2026}&unknown;", false),
        (rss("<item><title>a < b <3 c</title></item>"), "a < b <3 c", false),
        (rss(&format!("<item><title>Never closed<description>x</description></item>{one}")), "Never closedx|One", false),
        (rss(&format!("<item><title>No end</title>{one}")), "No end|One", false),
        (rss(&format!("</div></item></p><item><title>Two</title></b></item>{one}")), "Two|One", false),
        (rss(&format!("<image><title>logo</title>{one}")), "One", false),
        (rss(&format!("{one}<item><title>Half</title><description>cut o")).replace("</channel></rss>", ""), "One", true),
        (rss(&format!("{one}<item><title>Half</title><description>whole</description><pubDa")).replace("</channel></rss>", ""), "One|Half", true),
        (rss(one).replace("</channel></rss>", ""), "One", true),
        (rss(&format!("{one}<item><title><![CDATA[never ends")).replace("</channel></rss>", ""), "One", true),
        (format!("{}<!-- never ends", rss(one)), "One", false),
        (rss(&format!("<item><title>&#0;&#xD800;&#146;&#8212;</title></item>{one}")), "\u{fffd}\u{fffd}\u{2019}\u{2014}|One", false),
        (rss("<item><title>\0a\u{1b}[31m\u{202e}b</title></item>"), "a[31mb", false),
        (r#"{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"One"},{"id":"2","tit"#.to_owned(), "One", true),
    ] {
        let reading = reading(feed.clone());
        let met: Vec<&str> = reading.posts.iter().map(|post| post.title.as_str()).collect();
        assert_eq!(met.join("|"), titles, "{feed}");
        assert_eq!(!reading.problems.is_empty(), is_problem, "{feed}: {:?}", reading.problems);
    }
}

#[test]
fn every_encoding_reads_the_same() {
    let feed = |label: &str| {
        rss("<item><title>\u{416}\u{443}\u{440}\u{43d}\u{430}\u{43b} \u{2014} \u{442}\u{435}\u{43a}\u{441}\u{442}\u{44b}</title></item>")
            .replace("?>", &format!(" encoding='{label}'?>"))
    };
    let utf16 = |text: &str, to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
    let cyrillic = |text: &str| encoding_rs::WINDOWS_1251.encode(text).0.into_owned();
    for (name, bytes) in [
        ("utf-8", feed("utf-8").into_bytes()),
        ("utf-8 that claims latin", feed("iso-8859-1").into_bytes()),
        ("utf-8 that claims utf-16", feed("utf-16").into_bytes()),
        ("a mark", [b"\xef\xbb\xbf".to_vec(), feed("utf-8").into_bytes()].concat()),
        ("utf-16 with a mark", [b"\xff\xfe".to_vec(), utf16(&feed("utf-8"), u16::to_le_bytes)].concat()),
        ("utf-16 without", utf16(&feed("utf-16"), u16::to_be_bytes)),
        ("utf-32", feed("utf-32").chars().flat_map(|c| u32::from(c).to_be_bytes()).collect()),
        ("windows-1251", cyrillic(&feed("cp1251"))),
        ("windows-1251, undeclared", cyrillic(&feed("utf-8"))),
    ] {
        assert!(looks_like_feed(&bytes), "{name}");
        let posts = posts(bytes);
        assert_eq!(
            posts.iter().map(|post| post.title.as_str()).collect::<Vec<_>>(),
            ["\u{416}\u{443}\u{440}\u{43d}\u{430}\u{43b} \u{2014} \u{442}\u{435}\u{43a}\u{441}\u{442}\u{44b}"],
            "{name}"
        );
    }
}

#[test]
fn marketplaces_leave_their_marks_out() {
    let upwork = "<item><title><![CDATA[Editor &amp;amp; proofreader - Upwork]]></title><link>https://www.upwork.com/jobs/x_%7E01ab</link><description><![CDATA[We need an editor.<br /><br /><b>Budget</b>: $500\n<br /><b>Posted On</b>: May 13, 2024 09:46 UTC<br /><b>Skills</b>:Editing,     Proofreading    <br /><b>Country</b>: Norway\n<br /><a href='x'>click to apply</a>]]></description></item>";
    let wwr = "<item><title>Acme Widgets: Writer: remote</title><link>https://weworkremotely.com/remote-jobs/acme</link><type>Full-Time</type></item>";
    let reddit = "<entry><title>[Hiring] Logo for a bakery</title><link href='https://www.reddit.com/r/x/comments/1/'/><category term='x' label='r/x'/><content type='html'>&lt;p&gt;We pay $200.&lt;/p&gt; &amp;#32; submitted by &amp;#32; &lt;a href='u'&gt; /u/some_one &lt;/a&gt; &amp;#32; to &lt;a&gt;r/x&lt;/a&gt; &lt;br/&gt; &lt;a&gt;[link]&lt;/a&gt; &lt;a&gt;[comments]&lt;/a&gt;</content></entry>";
    for (feed, field, value) in [
        (rss(upwork), "title", "Editor & proofreader"),
        (rss(upwork), "body", "We need an editor."),
        (rss(upwork), "skills", "Editing|Proofreading"),
        (rss(upwork), "marketplace", "upwork"),
        (rss(wwr), "title", "Writer: remote"),
        (rss(wwr), "author", "Acme Widgets"),
        (rss(wwr), "kind", Kind::Employment.id()),
        (atom(reddit), "body", "We pay $200."),
        (atom(reddit), "skills", ""),
        (atom(reddit), "kind", Kind::Request.id()),
        (atom(reddit), "marketplace", "reddit"),
        (atom(reddit), "format", "atom"),
        (rss("<item><title>Acme: x - Upwork</title><link>https://other.example/</link></item>"), "title", "Acme: x - Upwork"),
    ] {
        check(&feed, field, value);
    }
}

#[test]
fn feeds_are_told_from_what_only_speaks_of_them() {
    for (document, is_feed) in [
        (rss(""), true),
        (atom(""), true),
        ("<rss><channel></channel></rss>".to_owned(), true),
        ("<!-- a -->\n<!DOCTYPE rss [<!ENTITY a 'b'>]>\n<rss>".to_owned(), true),
        ("{\"version\": \"https://jsonfeed.org/version/1\", \"items\": []}".to_owned(), true),
        ("{\"title\": \"x\", \"items\": [{\"content_html\": \"\"}]}".to_owned(), true),
        ("{\"title\": \"We need help with items and content_html\"}".to_owned(), false),
        ("We need someone to parse <rss> and <feed> files.".to_owned(), false),
        ("<!doctype html><html><body><rss version='2.0'></body></html>".to_owned(), false),
        ("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description/></rdf:RDF>".to_owned(), false),
        ("<opml version='2.0'></opml>".to_owned(), false),
        (String::new(), false),
    ] {
        assert_eq!(looks_like_feed(document.as_bytes()), is_feed, "{document}");
    }
}

/// A hostile feed: the good item beside the bad one is read, nothing swells, and it takes no longer than the test may.
fn check_hostile(name: &str, feed: String) {
    let start = Instant::now();
    let reading = reading(feed);
    assert!(reading.posts.iter().any(|post| post.title == "Good"), "{name}: the good item is missing, {:?}", reading.problems);
    let text: usize = reading.posts.iter().map(|post| post.title.len() + post.body.len()).sum();
    assert!(text < 2 << 20, "{name}: {text} bytes of text");
    assert!(start.elapsed() < Duration::from_secs(30), "{name}: {:?}", start.elapsed());
}

#[test]
fn hostile_feeds_cost_no_more_than_others() {
    let good = "<item><title>Good</title></item>";
    let laughs: String = (1..10).map(|n| format!("<!ENTITY l{n} '{}'>", format!("&l{};", n - 1).repeat(10))).collect();
    let with_doctype = |doctype: &str, item: &str| {
        format!("<!DOCTYPE rss [{doctype}]>{}", rss(&format!("<item><title>{item}</title></item>{good}")).replace("<?xml version='1.0'?>", ""))
    };
    let body = |text: String| rss(&format!("<item><title>bad</title><description>{text}</description></item>{good}"));
    for (name, feed) in [
        ("entities in entities", with_doctype(&format!("<!ENTITY l0 'lol'>{laughs}"), "&l9;")),
        ("one long entity, often", with_doctype(&format!("<!ENTITY a '{}'>", "a".repeat(1000)), &"&a;".repeat(100_000))),
        ("tags in tags", body(format!("{}x{}", "<div>".repeat(100_000), "</div>".repeat(100_000)))),
        ("tags in tags, escaped", body("&lt;div&gt;".repeat(100_000))),
        ("tags that never close", body("<a><b></c>".repeat(100_000))),
        ("tags before the feed", format!("{}{}", "<a>".repeat(100_000), rss(good))),
        ("no tags", body("< <".repeat(50_000))),
        ("ampersands", body("&x".repeat(50_000))),
        ("attributes", rss(&format!("<item {}/>{good}", (0..20_000).map(|n| format!("a{n}='x' ")).collect::<String>()))),
        ("namespaces", rss(&format!("<item>{}</item>{good}", (0..20_000).map(|n| format!("<a{n}:b xmlns:a{n}='x'>")).collect::<String>()))),
        ("one long line", body("word ".repeat(500_000))),
        ("items in items", rss(&format!("{}{good}", "<item>".repeat(10_000)))),
    ] {
        check_hostile(name, feed);
    }
}

#[test]
fn external_entities_stay_closed() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let feed = format!("<!DOCTYPE rss [<!ENTITY x SYSTEM 'file://{file}'>]><rss version='2.0'><channel><item><title>a &x; b</title></item></channel></rss>");
    check(&feed, "title", "a &x; b");
}

#[test]
fn limits_are_kept_and_said() {
    let feed = rss(&"<item><title>t</title><description>some words</description></item>".repeat(20));
    let limits = Limits { posts: 3, ..Limits::default() };
    let reading = read(&Document { bytes: feed.into_bytes(), ..Document::default() }, &limits);
    assert_eq!((reading.posts.len(), reading.problems.len()), (3, 1));
    assert!(reading.problems[0].to_string().contains("more than 3 entries"), "{}", reading.problems[0]);

    let feed = rss(&format!("<item><title>t</title><description>{}</description></item>", "word ".repeat(1000)));
    let limits = Limits { post_bytes: 100, ..Limits::default() };
    let reading = read(&Document { bytes: feed.into_bytes(), ..Document::default() }, &limits);
    assert!(reading.posts[0].body.len() <= 100);
    assert!(reading.problems[0].to_string().contains("entry 1"), "{}", reading.problems[0]);
}

#[test]
fn the_fixtures_hold_what_a_person_sees_in_them() {
    for (name, format, titles) in [
        (
            "rss2.xml",
            "rss",
            vec![
                "Case studies for a payroll company: three customers, three stories",
                "URGENT!!! 40 SEO articles by Friday",
                "Newsletter editor, two issues a month",
                "Virtual assistant wanted",
                "Sort and label 1,800 scanned receipts",
            ],
        ),
        (
            "atom.xml",
            "atom",
            vec![
                "Rework the onboarding screens of a hiking app",
                "Logo & brand kit contest",
                "Cut a 12 minute museum film down to 90 seconds",
                "Video editor for daily shorts",
            ],
        ),
        (
            "rdf.xml",
            "rss",
            vec![
                "Booking page for a small caf\u{e9} with rooms",
                "Need website like big auction site",
                "WordPress updates, monthly",
                "Student to fix laptop and make a shop online",
            ],
        ),
        (
            "feed.json",
            "json feed",
            vec!["Find out why our returns doubled", "Scrape 2 million profiles", "Monthly dashboard for a charity", "Excel expert needed for simple task"],
        ),
    ] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/feeds").join(name);
        let reading = gigsieve::read::read(&Document { source: name.into(), bytes: std::fs::read(path).unwrap(), ..Document::default() }, &Limits::default());
        assert_eq!(reading.problems, [], "{name}");
        assert_eq!(reading.format, format, "{name}");
        assert_eq!(reading.posts.iter().map(|post| post.title.as_str()).collect::<Vec<_>>(), titles, "{name}");
        for post in &reading.posts {
            assert!(post.published.is_some() && post.url.as_deref().is_some_and(|url| url.starts_with("https://")) && post.body.len() > 60, "{name}: {post:?}");
            assert!(!post.body.contains('<') && !post.body.contains('&'), "{name}: markup in {:?}", post.body);
        }
    }
}
