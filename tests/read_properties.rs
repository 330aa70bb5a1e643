//! What is written in any form people and programs use reads back as what was meant: moments, amounts, encodings,
//! our own records.

use std::sync::OnceLock;

use gigsieve::post::{Draft, Pay, PayKind};
use gigsieve::read::{Document, Limits, dates, encoding, read, stated};
use gigsieve::report::{self, Judged};
use gigsieve::sieve::Sieve;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use proptest::prelude::*;

/// How dates are written, as `strftime` has it; those without a zone are in UTC.
const DIALECTS: &[(&str, bool)] = &[
    ("%Y-%m-%dT%H:%M:%S%:z", true),
    ("%Y-%m-%dT%H:%M:%S.123%z", true),
    ("%Y-%m-%d %H:%M:%S %z", true),
    ("%a, %d %b %Y %H:%M:%S %z", true),
    ("%A, %d %B %Y %H:%M:%S GMT%:z", true),
    ("%a %b %e %H:%M:%S %z %Y", true),
    ("%a %b %e %H:%M:%S %Y", false),
    ("%B %e, %Y at %I:%M:%S %p", false),
    ("%d-%b-%Y %H:%M:%S UTC", false),
    ("%d.%m.%Y %H:%M:%S", false),
    ("%Y/%m/%d %H:%M:%S", false),
    ("%Y%m%dT%H%M%SZ", false),
    ("%Y%m%d %H:%M:%S", false),
    ("%s", false),
];

/// An amount as it is written in the country of its currency.
fn written(amount: u32, form: usize) -> (String, Option<&'static str>) {
    let grouped = |mark: char| {
        let digits = amount.to_string();
        let first = digits.len() % 3;
        let mut text = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && at % 3 == first {
                text.push(mark);
            }
            text.push(digit);
        }
        text
    };
    match form {
        0 => (format!("${}", grouped(',')), Some("USD")),
        1 => (format!("{},00 \u{20ac}", grouped('.')), Some("EUR")),
        2 => (format!("{amount} USD"), Some("USD")),
        3 => (format!("GBP {}.00", grouped(',')), Some("GBP")),
        4 => (format!("Budget: \u{a3}{amount}"), Some("GBP")),
        _ => (grouped(','), None),
    }
}

fn encoded(text: &str, form: usize) -> Vec<u8> {
    let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    match form {
        0 => text.as_bytes().to_vec(),
        1 => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        2 => [b"\xff\xfe".to_vec(), wide(u16::to_le_bytes)].concat(),
        3 => [b"\xfe\xff".to_vec(), wide(u16::to_be_bytes)].concat(),
        4 => wide(u16::to_le_bytes),
        5 => wide(u16::to_be_bytes),
        6 => text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
        _ => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_moment_reads_back_in_every_dialect(second in 1_000_000_000i64..4_000_000_000, quarters in -48i32..=56, dialect in 0..DIALECTS.len()) {
        let at = Timestamp::from_second(second).unwrap();
        let (form, has_zone) = DIALECTS[dialect];
        let zone = if has_zone { Offset::from_seconds(quarters * 900).unwrap() } else { Offset::UTC };
        let text = at.to_zoned_datetime(TimeZone::fixed(zone)).strftime(form).to_string();
        prop_assert_eq!(dates::parse(&text), Some(at), "{}", text);
    }

    #[test]
    fn an_amount_reads_back_in_every_form(amount in 1_000u32..1_000_000, form in 0usize..6) {
        let (text, currency) = written(amount, form);
        let pay = stated::money(&text);
        prop_assert_eq!((pay.min, pay.max, pay.currency.as_deref()), (Some(f64::from(amount)), Some(f64::from(amount)), currency), "{}", text);
    }

    #[test]
    fn a_text_reads_back_in_every_unicode_encoding(text in "[a-zA-Z]{4}[a-zA-Z \u{e9}\u{df}\u{416}\u{44f}\u{20ac}\u{6f22}\u{1f980}]{0,40}", form in 0usize..8) {
        let bytes = encoded(&text, form);
        prop_assert_eq!(encoding::decode(&bytes, None), text);
    }

    #[test]
    fn a_record_of_ours_reads_back(title in "[a-zA-Z\u{e9}\u{416}][a-zA-Z \u{e9}\u{416}\"\\\\]{0,30}[a-z]", body in "[A-Z][a-zA-Z ,.&<>\"\n\u{1f980}]{0,80}[a-z]", pay in proptest::option::of(1u32..100_000), skills in proptest::collection::vec("[A-Z][a-z]{1,8}", 0..4)) {
        static SIEVE: OnceLock<Sieve> = OnceLock::new();
        let sieve = SIEVE.get_or_init(Sieve::default);
        let pay = pay.map_or_else(Pay::default, |most| Pay { kind: Some(PayKind::Fixed), min: Some(f64::from(most)), max: Some(f64::from(most)), currency: Some("EUR".into()) });
        let post = Draft { title, body, url: Some("https://board.example/1".into()), pay, skills, source: Some("a.txt".into()), ..Draft::default() }.finish();
        let line = report::json::line(sieve, &Judged { judgement: sieve.judge(&post), post: post.clone() });
        let reading = read(&Document { source: "a.jsonl".into(), bytes: line.into_bytes(), ..Document::default() }, &Limits::default());
        prop_assert_eq!(reading.posts.len(), 1, "{:?}", reading.problems);
        let back = &reading.posts[0];
        prop_assert_eq!((&back.id, &back.title, &back.body, &back.url, &back.skills), (&post.id, &post.title, &post.body, &post.url, &post.skills));
        prop_assert_eq!((back.pay.kind, back.pay.max, &back.pay.currency), (post.pay.kind, post.pay.max, &post.pay.currency));
    }
}
