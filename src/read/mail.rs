//! Mail: one message or a folder of them. An alert mail gives a post for each job it links to, any other mail is one
//! post. Attached messages are read too; other attachments are not.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;
use mail_parser::mailbox::mbox::MessageIterator;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::detect::{Detected, Format};
use super::{Document, Limits, Problem, Reading, marketplace};
use crate::post::{Draft, Post};
use crate::text;

pub(super) mod bound;
mod digest;
mod labels;
mod links;

use digest::Flat;

/// Headers by which a mail is known. The second half only mail has.
const HEADERS: &[&str] = &["to", "subject", "date", "content-type", "content-transfer-encoding", "reply-to", "sender", "cc", "sent", "from"];
const MAIL_ONLY: &[&str] = &[
    "received",
    "return-path",
    "mime-version",
    "message-id",
    "delivered-to",
    "dkim-signature",
    "list-unsubscribe",
    "list-id",
    "authentication-results",
    "arc-seal",
    "in-reply-to",
    "references",
    "snapshot-content-location",
    "x-mozilla-status",
    "thread-topic",
    "feedback-id",
    "x-originating-ip",
    "envelope-to",
    "x-gm-thrid",
    "x-gmail-labels",
    "x-apparently-to",
    "dkim-filter",
    "received-spf",
];

/// Whether a text is a mail, a folder of mails, or a page saved in the form of one.
pub(super) fn kind(text: &str) -> Option<Detected> {
    let (folder, head) = match text.strip_prefix("From ") {
        Some(rest) => (true, rest.split_once('\n')?.1),
        None => (false, text),
    };
    let (mut known, mut mail_only, mut first) = (0, 0, true);
    let mut header = String::new();
    for line in head.lines().take(200) {
        if line.trim().is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let name = line.split_once(':').map(|(name, _)| name.to_ascii_lowercase()).unwrap_or_default();
        let is_mail_only = MAIL_ONLY.contains(&name.as_str()) || (name.starts_with("x-") && mail_only > 0);
        let is_known = HEADERS.contains(&name.as_str());
        if first && !is_mail_only && !is_known && !name.starts_with("x-") {
            return None;
        }
        first = false;
        known += usize::from(is_known);
        mail_only += usize::from(is_mail_only);
        if matches!(name.as_str(), "from" | "subject") {
            header.push_str(&name);
        }
    }
    let is_mail = known + mail_only >= 2 && (mail_only > 0 || (header.contains("from") && header.contains("subject")));
    if !is_mail {
        return None;
    }
    let why = format!("it starts with {} headers of a mail", known + mail_only);
    let headers = head.split("\n\n").next().unwrap_or(head).split("\r\n\r\n").next().unwrap_or(head).to_ascii_lowercase();
    let is_archive = headers.contains("snapshot-content-location:")
        || headers.contains("<saved by ")
        || (headers.contains("multipart/related") && !headers.contains("\nto:") && !headers.contains("received:"));
    Some(match (folder, is_archive) {
        (true, _) => Detected { format: Format::Mbox, why: format!("a `From ` line, then {why}").into() },
        (false, true) => Detected { format: Format::Mhtml, why: format!("{why}, saved by a browser").into() },
        (false, false) => Detected { format: Format::Mail, why: why.into() },
    })
}

/// Reads one message.
pub fn read(document: &Document, limits: &Limits) -> Reading {
    let mut reading = Reading { format: "mail".into(), ..Reading::default() };
    parsed(&document.bytes, document, None, limits, &mut reading);
    reading
}

/// Reads the messages of a folder in mbox form.
pub fn read_folder(document: &Document, limits: &Limits) -> Reading {
    let mut reading = Reading { format: "mbox".into(), ..Reading::default() };
    let start = document.bytes.windows(5).position(|window| window == b"From ").unwrap_or(0);
    for (at, message) in MessageIterator::new(Cursor::new(&document.bytes[start..])).enumerate() {
        let place = format!("message {}", at + 1);
        if at >= limits.messages || reading.posts.len() >= limits.posts {
            reading.note(Problem::at(document, place, "more messages than are read of one folder; the rest is left out"), limits);
            break;
        }
        let contents = message.map(mail_parser::mailbox::mbox::Message::unwrap_contents).unwrap_or_default();
        parsed(&contents, document, Some(&place), limits, &mut reading);
    }
    reading
}

/// Parses one message and takes its posts.
fn parsed(bytes: &[u8], document: &Document, place: Option<&str>, limits: &Limits, reading: &mut Reading) {
    let (bytes, left_out) = bound::message(bytes);
    if left_out {
        reading.note(problem(document, place, "a mail with more parts or headers than any has; what comes after is left out"), limits);
    }
    // The parser is of others; a message it gives up on must not take its folder along.
    match catch_unwind(AssertUnwindSafe(|| MessageParser::default().parse(&bytes[..]))) {
        Ok(Some(message)) => message_posts(&message, document, place, limits, 0, reading),
        Ok(None) => reading.note(problem(document, place, "a mail whose headers cannot be read"), limits),
        Err(_) => reading
            .note(problem(document, place, "the parser gave up on this mail: open it in your mail program and paste its text into `gigsieve check`"), limits),
    }
}

fn problem(document: &Document, place: Option<&str>, message: impl Into<String>) -> Problem {
    match place {
        Some(place) => Problem::at(document, place, message),
        None => Problem::of(document, message),
    }
}

/// Messages attached to messages that are read.
const ATTACHED: usize = 3;

fn message_posts(message: &Message<'_>, document: &Document, place: Option<&str>, limits: &Limits, depth: usize, reading: &mut Reading) {
    let before = reading.posts.len();
    let envelope = Envelope::of(message);
    let flat = flat(message, envelope.marketplace, limits);
    let attached = message.parts.iter().filter_map(|part| match &part.body {
        PartType::Message(inner) => Some(inner),
        _ => None,
    });
    if depth < ATTACHED {
        for inner in attached {
            message_posts(inner, document, place, limits, depth + 1, reading);
        }
    }
    let pieces = flat.pieces();
    if !pieces.is_empty() {
        reading.posts.extend(pieces.into_iter().map(|piece| {
            let mut draft = Draft {
                title: piece.title,
                body: limits.cut_beyond(&piece.body).to_owned(),
                url: Some(piece.link.url),
                marketplace: piece.link.marketplace.map(str::to_owned),
                ..Draft::default()
            };
            labels::take(&mut draft);
            envelope.post(draft, document)
        }));
    } else if flat.text().chars().any(char::is_alphabetic) {
        let link = flat.only_link();
        let draft = Draft {
            // The same post comes by several mails: its link tells that it is one. Without a link the message is the post.
            id: if link.is_none() { message.message_id().map(str::to_owned) } else { None },
            title: envelope.subject.clone(),
            body: limits.cut_beyond(flat.text()).to_owned(),
            url: link.map(|link| link.url.clone()),
            marketplace: link.and_then(|link| link.marketplace).or(envelope.marketplace).map(str::to_owned),
            author: envelope.author.clone(),
            ..Draft::default()
        };
        reading.posts.push(envelope.post(draft, document));
    } else if reading.posts.len() == before {
        let subject: String = envelope.subject.chars().take(80).collect();
        let message = format!("a mail without a text (subject: {subject}): open it in your mail program and paste its text into `gigsieve check`");
        reading.note(problem(document, place, message), limits);
    }
}

/// What the headers of a mail say of its posts.
struct Envelope {
    subject: String,
    author: Option<String>,
    sent: Option<Timestamp>,
    marketplace: Option<&'static str>,
}

impl Envelope {
    fn of(message: &Message<'_>) -> Envelope {
        let from = message.from().and_then(|from| from.first());
        let domain = from.and_then(|from| from.address()).and_then(|address| address.rsplit_once('@')).map(|(_, domain)| domain);
        Envelope {
            subject: bare_subject(message.subject().unwrap_or_default()).to_owned(),
            author: from.and_then(|from| from.name()).map(str::to_owned),
            sent: message.date().and_then(|date| Timestamp::from_second(date.to_timestamp()).ok()),
            marketplace: domain.and_then(|domain| marketplace::of(&format!("https://{domain}/"))),
        }
    }

    fn post(&self, draft: Draft, document: &Document) -> Post {
        Draft { source: Some(document.source.clone()), format: Some("mail".into()), published: self.sent, ..draft }.finish()
    }
}

/// A subject without what mail programs and senders of alerts put before it.
fn bare_subject(subject: &str) -> &str {
    let mut bare = subject.trim();
    while let Some(rest) = ["fwd:", "fw:", "re:", "aw:", "wg:", "new job:", "job alert:", "new project:", "new job alert:"]
        .iter()
        .find_map(|start| bare.get(..start.len()).filter(|found| found.eq_ignore_ascii_case(start)).map(|_| bare[start.len()..].trim_start()))
    {
        bare = rest;
    }
    bare
}

/// The text of a message with its links: the HTML where it says more than plain text, which has no links.
fn flat(message: &Message<'_>, sender: Option<&'static str>, limits: &Limits) -> Flat {
    let (mut html, mut plain) = (String::new(), String::new());
    for part in message.html_bodies().chain(message.text_bodies()) {
        match &part.body {
            PartType::Html(text) if !html.contains(text.as_ref()) => html.push_str(text),
            PartType::Text(text) if !plain.contains(text.as_ref()) => {
                plain.push_str(text);
                plain.push('\n');
            }
            _ => {}
        }
        if html.len() + plain.len() > limits.page_bytes {
            break;
        }
    }
    if html.is_empty() && plain.is_empty() {
        // Parts whose borders the headers name wrongly, or not at all: the parser keeps them as one, undecoded.
        let is_shown = |part: &&MessagePart<'_>| part.content_disposition().is_none_or(|how| !how.is_attachment());
        for part in message.parts.iter().filter(is_shown) {
            match &part.body {
                PartType::Text(text) => plain.push_str(limits.cut_beyond(text)),
                PartType::Binary(bytes) if part.content_type().is_some_and(|kind| kind.ctype() == "multipart") => {
                    plain.push_str(limits.cut_beyond(&String::from_utf8_lossy(bytes)));
                }
                _ => {}
            }
        }
    }
    // As much as the limits and the HTML parser take.
    let start = |text: &str| Limits { post_bytes: limits.page_bytes, ..limits.clone() }.cut(text).len();
    html.truncate(start(&html));
    html.truncate(text::bound(&html).0);
    if !html.trim().is_empty() {
        let flat = Flat::of_html(&html, sender);
        if flat.text().chars().any(char::is_alphabetic) {
            return flat;
        }
    }
    plain.truncate(start(&plain));
    Flat::of_text(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_is_told_by_its_headers() {
        for (text, expected) in [
            ("From: a@b.example\nTo: c@d.example\nSubject: x\n\nbody", Some(Format::Mail)),
            ("Received: by x\nSubject: x\nFrom: y\n\nbody", Some(Format::Mail)),
            ("From alerts@b.example Mon Jan  5 10:00:00 2026\nFrom: a@b.example\nSubject: x\n\nbody", Some(Format::Mbox)),
            ("From: <Saved by Blink>\nSnapshot-Content-Location: https://x.example/\nSubject: x\nMIME-Version: 1.0\n\n", Some(Format::Mhtml)),
            ("Title: A logo\nBudget: $50\nFrom: Norway\n\nbody", None),
            ("Subject: A logo\nWe need one.", None),
            ("From my garden to your table: we need a menu.", None),
            ("HTTP/1.1 200 OK\nDate: x\nContent-Type: text/html\n\n<html>", None),
        ] {
            assert_eq!(kind(text).map(|kind| kind.format), expected, "{text:?}");
        }
    }

    #[test]
    fn subjects_lose_what_mail_programs_add() {
        for (subject, bare) in [("Fwd: RE: A logo", "A logo"), ("New job: Writer", "Writer"), ("Reboot of a site", "Reboot of a site"), ("", "")] {
            assert_eq!(bare_subject(subject), bare);
        }
    }
}
