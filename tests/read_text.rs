//! Pasted posts: one a file, with the title it starts with.

use gigsieve::read::{Document, Limits, Reading, read};

fn reading(bytes: impl Into<Vec<u8>>) -> Reading {
    read(&Document { source: "p.txt".into(), bytes: bytes.into(), ..Document::default() }, &Limits::default())
}

#[test]
fn the_pasted_fixtures_are_a_post_each() {
    for (text, title) in [
        (include_str!("../fixtures/posts/writing-product-stories.txt"), "Writer for customer stories at a company that makes walk-in fridges"),
        (include_str!("../fixtures/posts/writing-432-words.txt"), "Need 432 word article by tomorrow morning!!"),
        (include_str!("../fixtures/posts/design-handouts.txt"), "Handouts for our stand at a dental trade show in October"),
        (include_str!("../fixtures/posts/web-everything-300.txt"), "Full stack rockstar needed ASAP - build marketplace like Amazon + mobile apps"),
        (include_str!("../fixtures/posts/data-supplier-list.txt"), "Tidy up a supplier spreadsheet (about 1,400 rows)"),
        (include_str!("../fixtures/posts/video-55wpm.txt"), "Video typist / data entry / cold caller (female only) $3 per hour"),
    ] {
        let reading = reading(text);
        assert_eq!((reading.format.as_str(), reading.problems.len(), reading.posts.len()), ("text", 0, 1), "{title}");
        assert_eq!(reading.posts[0].title, title);
        assert!(!reading.posts[0].body.starts_with(title));
    }
}

#[test]
fn text_in_other_encodings_is_text() {
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain("Ein Men\u{fc}\nf\u{fc}r uns".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [
        wide,
        b"Ein Men\xfc\nf\xfcr uns".to_vec(),
        "\u{feff}Ein Men\u{fc}\r\nf\u{fc}r uns".as_bytes().to_vec(),
        "Ein\0 Men\u{fc}\nf\u{fc}r uns\0".as_bytes().to_vec(),
    ] {
        let reading = reading(bytes.clone());
        assert_eq!((reading.posts[0].title.as_str(), reading.posts[0].body.as_str()), ("Ein Men\u{fc}", "f\u{fc}r uns"), "{bytes:?}");
    }
}

#[test]
fn an_address_of_a_marketplace_is_the_posts() {
    let reading = reading("A menu\nhttps://www.upwork.com/jobs/~01f0000000000000d1\nTwo pages, see https://bakery.example/");
    assert_eq!(
        (reading.posts[0].url.as_deref(), reading.posts[0].marketplace.as_deref()),
        (Some("https://www.upwork.com/jobs/~01f0000000000000d1"), Some("upwork"))
    );
    assert_eq!(self::reading("A menu\nTwo pages, see https://bakery.example/").posts[0].url, None);
}

#[test]
fn what_is_no_post_is_said() {
    for (bytes, expected) in
        [(&b""[..], "the file is empty"), (b"\n \t\n", "the file is empty"), (b"... 123 !!!", "without a single word"), (b"\0\0\0\0\0\0\0\0", "not a text")]
    {
        let reading = reading(bytes);
        assert!(reading.posts.is_empty() && reading.problems.len() == 1, "{bytes:?}");
        assert!(reading.problems[0].message.contains(expected), "{bytes:?}: {}", reading.problems[0]);
    }
}

#[test]
fn a_text_without_end_is_cut_and_said_to_be() {
    let limits = Limits { post_bytes: 1000, ..Limits::default() };
    let reading =
        read(&Document { source: "p.txt".into(), bytes: format!("A menu\n{}", "w\u{f6}rd ".repeat(1000)).into_bytes(), ..Document::default() }, &limits);
    assert!(reading.posts[0].body.len() <= 1000);
    assert_eq!(reading.problems.len(), 1);
}
