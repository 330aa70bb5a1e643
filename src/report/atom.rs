//! The posts worth a look as an Atom feed (RFC 4287), so that any feed reader shows what got through: those to apply
//! to and maybes, best first; with `--all` the skipped too.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::{Judged, Report, wording};
use crate::rules::Polarity;
use crate::sieve::Sieve;
use crate::text;
use crate::verdict::Tier;

/// The feed.
pub fn feed(sieve: &Sieve, report: &Report) -> String {
    let mut feed = Feed { writer: Writer::new_with_indent(Vec::new(), b' ', 2) };
    feed.event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
    feed.open("feed", &[("xmlns", "http://www.w3.org/2005/Atom")]);
    feed.element("title", &[], "Posts worth applying to");
    feed.element("subtitle", &[], &wording::summary(report));
    feed.element("id", &[], "urn:gigsieve:report");
    feed.element("updated", &[], &second(report.now));
    feed.element("generator", &[("version", env!("CARGO_PKG_VERSION"))], "gigsieve");
    for tier in [Tier::Apply, Tier::Maybe, Tier::Skip] {
        if tier == Tier::Skip && !report.all {
            continue;
        }
        for judged in report.tier(tier) {
            entry(&mut feed, sieve, judged, report);
        }
    }
    feed.close("feed");
    let mut text = String::from_utf8(feed.writer.into_inner()).expect("what was written is UTF-8");
    text.push('\n');
    text
}

fn entry(feed: &mut Feed, sieve: &Sieve, judged: &Judged, report: &Report) {
    let post = &judged.post;
    let verdict = &judged.judgement.verdict;
    feed.open("entry", &[]);
    feed.element("title", &[], &format!("{} {}: {}", verdict.score, verdict.tier.name(), wording::title(post)));
    // A post's own id may be any text; a feed's must be an address or a URN, the same at every run.
    feed.element("id", &[], &format!("urn:gigsieve:post:{:016x}", text::fingerprint(&[post.marketplace.as_deref().unwrap_or_default(), &post.id])));
    if let Some(url) = wording::link(post) {
        feed.empty("link", &[("rel", "alternate"), ("href", url)]);
    }
    feed.element("updated", &[], &second(post.updated.or(post.published).unwrap_or(report.now)));
    if let Some(published) = post.published {
        feed.element("published", &[], &second(published));
    }
    feed.open("author", &[]);
    feed.element("name", &[], post.author.as_deref().or(post.marketplace.as_deref()).unwrap_or("unknown"));
    feed.close("author");
    for term in std::iter::once(verdict.tier.name()).chain(post.skills.iter().map(String::as_str)) {
        feed.empty("category", &[("term", term)]);
    }
    let summary = summary(sieve, judged, report);
    if !summary.is_empty() {
        feed.element("summary", &[("type", "text")], &summary);
    }
    feed.element("content", &[("type", "html")], &content(sieve, judged, report));
    feed.close("entry");
}

fn summary(sieve: &Sieve, judged: &Judged, report: &Report) -> String {
    let mut parts = wording::particulars(judged, report.now);
    for (polarity, sign) in [(Polarity::Green, "for: "), (Polarity::Red, "against: ")] {
        let families = families(sieve, judged, polarity);
        if !families.is_empty() {
            parts.push(format!("{sign}{}", families.join(", ")));
        }
    }
    parts.join(" · ")
}

fn families(sieve: &Sieve, judged: &Judged, polarity: Polarity) -> Vec<String> {
    let set = sieve.rules();
    wording::strongest(sieve, judged, polarity, 3).into_iter().map(|finding| wording::family(&set.family(&set.rules[finding.hit.rule]).id)).collect()
}

/// Reasons, questions and the post, as HTML; every word escaped once here and once more by the XML writer.
fn content(sieve: &Sieve, judged: &Judged, report: &Report) -> String {
    let set = sieve.rules();
    let escaped = |text: &str| minijinja::HtmlEscape(text).to_string();
    let particulars = wording::particulars(judged, report.now).join(" · ");
    let mut html = if particulars.is_empty() { String::new() } else { format!("<p>{}</p>", escaped(&particulars)) };
    let mut items = String::new();
    for (polarity, sign) in [(Polarity::Green, "+"), (Polarity::Red, "−")] {
        for finding in wording::strongest(sieve, judged, polarity, 3) {
            let rule = &set.rules[finding.hit.rule];
            let quote = wording::quote(sieve, judged, finding)
                .map(|quote| {
                    let (open, close) = if quote.is_figure { ("(", ")") } else { ("“", "”") };
                    format!("<br>{open}{}<strong>{}</strong>{}{close}", escaped(&quote.before), escaped(&quote.quote), escaped(&quote.after))
                })
                .unwrap_or_default();
            items.push_str(&format!("<li>{sign} {}: {}{quote}</li>", escaped(&wording::family(&set.family(rule).id)), escaped(&finding.why(set))));
        }
    }
    if !items.is_empty() {
        html.push_str(&format!("<ul>{items}</ul>"));
    }
    let questions: String = judged.judgement.verdict.questions.iter().map(|question| format!("<li>{}</li>", escaped(question))).collect();
    if !questions.is_empty() {
        html.push_str(&format!("<p>Ask the client:</p><ol>{questions}</ol>"));
    }
    for paragraph in judged.post.body.split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
        html.push_str(&format!("<p>{}</p>", escaped(paragraph).replace('\n', "<br>")));
    }
    html
}

/// RFC 3339, to the second.
fn second(moment: jiff::Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Writes XML to memory.
struct Feed {
    writer: Writer<Vec<u8>>,
}

impl Feed {
    fn event(&mut self, event: Event<'_>) {
        self.writer.write_event(event).expect("memory takes all events");
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.event(Event::Start(start(name, attributes)));
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.event(Event::Empty(start(name, attributes)));
    }

    fn close(&mut self, name: &str) {
        self.event(Event::End(BytesEnd::new(name)));
    }

    fn element(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        self.event(Event::Text(BytesText::new(&legal(text))));
        self.close(name);
    }
}

fn start<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let attributes: Vec<(&str, String)> = attributes.iter().map(|(name, value)| (*name, legal(value))).collect();
    BytesStart::new(name).with_attributes(attributes.iter().map(|(name, value)| (*name, value.as_str())))
}

/// Without the characters that XML 1.0 has no way to write.
fn legal(text: &str) -> String {
    text.chars().filter(|&c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)).collect()
}
