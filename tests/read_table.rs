//! Tables: columns by their usual names or a person's own, cells into fields, rows that are broken named by their line.

use std::sync::Arc;

use gigsieve::post::PayKind;
use gigsieve::read::columns::{Columns, Field, Names};
use gigsieve::read::{Document, Limits, Reading, read};

fn reading(bytes: impl Into<Vec<u8>>) -> Reading {
    read(&Document { source: "t.csv".into(), bytes: bytes.into(), ..Document::default() }, &Limits::default())
}

fn problems(reading: &Reading) -> Vec<(Option<&str>, &str)> {
    reading.problems.iter().map(|problem| (problem.place.as_deref(), problem.message.as_str())).collect()
}

#[test]
fn the_fixture_reads_whole() {
    let reading = reading(include_bytes!("../fixtures/tables/posts.csv"));
    assert_eq!((reading.format.as_str(), problems(&reading)), ("csv", Vec::new()));
    assert_eq!(reading.posts.len(), 6);
    let first = &reading.posts[0];
    assert_eq!(first.title, "Landing page copy for a bookkeeping course");
    assert!(first.body.contains("\n\nDraft in three weeks"), "line breaks of a cell are kept: {:?}", first.body);
    assert_eq!((first.pay.kind, first.pay.min, first.pay.max, first.pay.currency.as_deref()), (Some(PayKind::Fixed), Some(900.0), Some(1300.0), Some("USD")));
    assert_eq!(first.published.map(|at| at.to_string()).as_deref(), Some("2026-02-20T00:00:00Z"));
    assert_eq!(first.skills, ["Copywriting", "Conversion"]);
    assert_eq!((first.client.country.as_deref(), first.client.rating, first.client.payment_verified), (Some("Netherlands"), Some(4.8), Some(true)));
    assert_eq!((first.proposals.min, first.proposals.max), (Some(5), Some(10)));
    assert_eq!(first.marketplace.as_deref(), Some("peopleperhour"));
    let hourly = &reading.posts[3];
    assert_eq!((hourly.pay.kind, hourly.pay.min, hourly.pay.max), (Some(PayKind::Hourly), Some(45.0), Some(60.0)));
    let unrated = &reading.posts[4];
    assert_eq!((unrated.client.rating, unrated.client.country.as_deref()), (None, None), "an empty cell states nothing");
}

#[test]
fn every_way_to_part_columns() {
    for text in [
        "title,description\nA menu,Two pages\n",
        "title;description\nA menu;Two pages\n",
        "title\tdescription\nA menu\tTwo pages\n",
        "title|description\nA menu|Two pages\n",
        "\u{feff}title,description\r\nA menu,Two pages\r\n",
    ] {
        let reading = reading(text);
        assert_eq!(reading.posts.iter().map(|post| (post.title.as_str(), post.body.as_str())).collect::<Vec<_>>(), [("A menu", "Two pages")], "{text:?}");
    }
    let wide: Vec<u8> = "title\tdescription\nA menu\tTwo pages\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(reading([b"\xff\xfe".to_vec(), wide].concat()).posts.len(), 1, "as a spreadsheet exports Unicode text");
    assert_eq!(reading(b"title,description\nMen\xfc,Caf\xe9\n".to_vec()).posts[0].title, "Men\u{fc}");
}

#[test]
fn a_persons_own_names_are_known() {
    let own = Columns::named([
        (Field::Title, Names::One("Was".into())),
        (Field::Body, Names::One("Worum es geht".into())),
        (Field::Pay, Names::Several(vec!["Lohn".into(), "Geld".into()])),
    ]);
    let bytes = b"Was,Worum es geht,Geld,Lohn\nA menu,Two pages,10,\nB,C,10,20\n".to_vec();
    let named = read(&Document { source: "t.csv".into(), columns: Some(Arc::new(own)), bytes: bytes.clone(), ..Document::default() }, &Limits::default());
    assert_eq!(named.posts.iter().map(|post| post.pay.min).collect::<Vec<_>>(), [Some(10.0), Some(20.0)], "the first named column that holds something");
    let unnamed = reading(b"alpha,beta,gamma,delta\n1,2,3,4\n5,6,7,8\n9,10,11,12\n".to_vec());
    assert!(unnamed.posts.is_empty());
    let [(None, message)] = problems(&unnamed)[..] else { panic!("{:?}", unnamed.problems) };
    assert!(message.contains("alpha, beta, gamma, delta") && message.contains("[columns]"), "{message}");
}

#[test]
fn figures_nobody_means_are_none() {
    for cell in ["1e400", "-500", "NaN", "inf", "0", "999999999999999999999999", "n/a", "", "\"\"", "abc"] {
        let reading = reading(format!("title,description,budget,rating,bids\nA menu,Two pages,{cell},{cell},{cell}\n"));
        let post = &reading.posts[0];
        assert_eq!((post.pay.min, post.pay.max, post.client.rating), (None, None, None), "{cell:?}");
        assert!(post.proposals.max.is_none_or(|most| most == 0), "{cell:?}: {:?}", post.proposals);
    }
}

#[test]
fn broken_rows_are_named_and_the_rest_is_read() {
    let ragged = reading("title,description,url\nA menu\n,,https://x.example/1\nB,C,D,E,F,G\n\n");
    assert_eq!(ragged.posts.iter().map(|post| post.title.as_str()).collect::<Vec<_>>(), ["A menu", "B"]);
    assert_eq!(problems(&ragged), [(Some("line 3"), "a row without a title and without a text")]);
    let open = reading("title,description\nA menu,Two pages\nB,\"never closed\nC,D\n");
    assert_eq!(open.posts.len(), 2);
    assert!(problems(&open)[0].0 == Some("line 3") && problems(&open)[0].1.contains("quotation mark"), "{:?}", open.problems);
}

#[test]
fn markup_and_formulas_in_cells() {
    let reading = reading("title,description,url\n'=1+1 menus,<p>Two</p><p>pages</p>,javascript:alert(1)\n\"=cmd|' /C calc'!A0\",x,https://x.example/1\n");
    assert_eq!((reading.posts[0].title.as_str(), reading.posts[0].body.as_str(), reading.posts[0].url.as_deref()), ("=1+1 menus", "Two\n\npages", None));
    assert_eq!(reading.posts[1].url.as_deref(), Some("https://x.example/1"));
}

#[test]
fn more_rows_than_the_limit() {
    let text: String = std::iter::once("title,description\n".to_owned()).chain((0..10).map(|n| format!("Post {n},text\n"))).collect();
    let reading = read(&Document { source: "t.csv".into(), bytes: text.into_bytes(), ..Document::default() }, &Limits { posts: 4, ..Limits::default() });
    assert_eq!(reading.posts.len(), 4);
    assert_eq!(problems(&reading), [(Some("line 6"), "more than 4 rows; the rest is left out")]);
}
