//! Mail: alert mails are cut into their posts, other mails are one post; what cannot be read is named.

use gigsieve::post::PayKind;
use gigsieve::read::{Document, Limits, Reading, read};

fn reading(source: &str, bytes: impl Into<Vec<u8>>) -> Reading {
    read(&Document { source: source.into(), bytes: bytes.into(), ..Document::default() }, &Limits::default())
}

fn titles(reading: &Reading) -> Vec<&str> {
    reading.posts.iter().map(|post| post.title.as_str()).collect()
}

#[test]
fn each_job_link_of_an_alert_starts_a_post() {
    let reading = reading("alerts.eml", include_bytes!("../fixtures/mail/alerts.eml"));
    assert_eq!(reading.format, "mail");
    assert_eq!(reading.problems, []);
    assert_eq!(
        titles(&reading),
        [
            "Rework the onboarding mails of a tool for beekeepers",
            "WordPress plugin update",
            "I need an expert to make me #1 on Google in 3 days",
            "Explainer animation for a hearing-aid shop",
        ]
    );
    let first = &reading.posts[0];
    assert!(first.body.starts_with("Half of our new users") && first.body.ends_with("reads along."), "{:?}", first.body);
    assert_eq!(first.url.as_deref(), Some("https://www.upwork.com/jobs/~01f0000000000000c1"));
    assert_eq!(first.marketplace.as_deref(), Some("upwork"));
    assert_eq!((first.pay.kind, first.pay.min), (Some(PayKind::Fixed), Some(1500.0)));
    assert_eq!((first.client.rating, first.client.country.as_deref()), (Some(4.95), Some("Slovenia")));
    assert_eq!(first.published.map(|at| at.to_string()).as_deref(), Some("2026-03-03T06:30:00Z"));
    assert!(reading.posts[1].body.contains("Caf\u{e9} site"), "quoted-printable UTF-8: {:?}", reading.posts[1].body);
    let last = &reading.posts[3];
    assert!(!last.body.contains("receiving") && !last.body.contains("Unsubscribe"), "the foot of the mail is no part of the last post: {:?}", last.body);
}

#[test]
fn a_folder_holds_lists_letters_and_cards() {
    let reading = reading("folder.mbox", include_bytes!("../fixtures/mail/folder.mbox"));
    assert_eq!(reading.format, "mbox");
    assert_eq!(reading.problems, []);
    assert_eq!(
        titles(&reading),
        [
            "Catalogue of a small seed nursery",
            "Type 40 handwritten pages",
            "Facebook likes and 5 star reviews needed",
            "Texts for an exhibition about ropes",
            "Freelance video editor, documentary",
            "Social video editor (unpaid trial week)",
        ]
    );
    let list = &reading.posts[0];
    assert_eq!(list.url.as_deref(), Some("https://www.freelancer.com/projects/graphic-design/seed-nursery-catalogue"));
    assert_eq!((list.pay.min, list.pay.max, list.pay.currency.as_deref()), (Some(2000.0), Some(2800.0), Some("EUR")));
    assert!(!reading.posts[2].body.contains("Manage"), "{:?}", reading.posts[2].body);
    let letter = &reading.posts[3];
    assert_eq!(letter.author.as_deref(), Some("Tilda Brandvold"));
    assert!(letter.body.contains("\nFrom May on"), "the guarded From is a line again: {:?}", letter.body);
    let card = &reading.posts[5];
    assert_eq!((card.marketplace.as_deref(), card.url.as_deref()), (Some("linkedin"), Some("https://www.linkedin.com/comm/jobs/view/3900000002/")));
    assert!(card.body.contains("equity instead of pay"), "{:?}", card.body);
}

#[test]
fn charsets_and_encodings_are_undone() {
    for (headers, body, expected) in [
        (
            "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable",
            "Ein Men=FC f=FCr das Caf=E9",
            "Ein Men\u{fc} f\u{fc}r das Caf\u{e9}",
        ),
        (
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64",
            "RWluIE1lbsO8IGbDvHIgZGFzIENhZsOp",
            "Ein Men\u{fc} f\u{fc}r das Caf\u{e9}",
        ),
        ("Content-Type: text/plain; charset=utf-8", "*** 1 ***", ""),
        ("Content-Type: text/html; charset=utf-8", "<p>Tom &amp; Ida</p><script>x</script>", "Tom & Ida"),
    ] {
        let mail = format!("From: a@b.example\nSubject: =?utf-8?q?Men=C3=BC?=\nMIME-Version: 1.0\n{headers}\n\n{body}\n");
        let reading = reading("m.eml", mail);
        let found = reading.posts.first().map(|post| (post.title.as_str(), post.body.as_str()));
        assert_eq!(found, (!expected.is_empty()).then_some(("Men\u{fc}", expected)), "{headers}");
        assert_eq!(reading.problems.is_empty(), !expected.is_empty(), "a mail without a text is a problem");
    }
}

#[test]
fn an_attached_message_is_read_and_attachments_are_not() {
    let mail = "From: a@b.example\nSubject: Fwd\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nFrom: c@d.example\nSubject: A menu\n\nTwo pages.\n--b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\nAAAA\n--b--\n";
    let reading = reading("f.eml", mail);
    assert_eq!(titles(&reading), ["A menu"]);
}

#[test]
fn a_message_the_parser_gives_up_on_costs_itself_alone() {
    // A message that is nothing but a message, at the end of its parts, fails an assertion of mail-parser's that only a
    // debug build makes; the others of the folder are read either way.
    let nested = "Subject: Fwd\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: message/rfc822\n\nSubject: Outer\nContent-Type: message/rfc822\n\nSubject: Inner\n\nWe bake.\n\n--m--\n";
    let plain = |name: &str| format!("From: a@b.example\nSubject: {name}\n\nWe bake.\n");
    let folder: String = [plain("First"), nested.to_owned(), plain("Last")].map(|mail| format!("From a@b.example Mon Jan  5 10:00:00 2026\n{mail}\n")).concat();
    let reading = reading("f.mbox", folder);
    let read: Vec<&str> = titles(&reading).into_iter().filter(|title| *title != "Inner").collect();
    assert_eq!(read, ["First", "Last"], "{:?}", reading.problems);
    assert_eq!(reading.posts.len() + reading.problems.len(), 3, "{:?}", reading.problems);
}

#[test]
fn a_folder_longer_than_the_limit_says_so() {
    let folder: String = (0..5).map(|n| format!("From a@b.example Mon Jan  5 10:00:00 2026\nFrom: a@b.example\nSubject: Post {n}\n\nWe bake.\n\n")).collect();
    let limits = Limits { messages: 3, ..Limits::default() };
    let reading = read(&Document { source: "f.mbox".into(), bytes: folder.into_bytes(), ..Document::default() }, &limits);
    assert_eq!(titles(&reading), ["Post 0", "Post 1", "Post 2"]);
    assert_eq!(reading.problems.len(), 1);
    assert_eq!(reading.problems[0].place.as_deref(), Some("message 4"));
}
