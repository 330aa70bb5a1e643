//! The words in dates: months in a dozen languages, time zones by name and by offset.

use std::sync::LazyLock;

use regex::Regex;

use super::constant;

static OFFSET: LazyLock<Regex> = LazyLock::new(|| constant(r"^([+-])(\d{1,2}):?(\d{2})?$"));

/// The month of a name in English, German, French, Spanish, Italian, Portuguese, Dutch, Hungarian, Greek, Russian or
/// Polish, by its first letters.
pub fn month(name: &str) -> Option<i64> {
    const STARTS: [(&str, i64); 62] = [
        ("jan", 1),
        ("j\u{e4}n", 1),
        ("ene", 1),
        ("gen", 1),
        ("styc", 1),
        ("\u{44f}\u{43d}\u{432}", 1),
        ("\u{3b9}\u{3b1}\u{3bd}", 1),
        ("feb", 2),
        ("f\u{e9}v", 2),
        ("fev", 2),
        ("lut", 2),
        ("\u{444}\u{435}\u{432}", 2),
        ("\u{3c6}\u{3b5}\u{3b2}", 2),
        ("mar", 3),
        ("m\u{e4}r", 3),
        ("mrz", 3),
        ("maa", 3),
        ("m\u{e1}rc", 3),
        ("\u{43c}\u{430}\u{440}", 3),
        ("\u{3bc}\u{3b1}\u{3c1}", 3),
        ("\u{3bc}\u{3ac}\u{3c1}", 3),
        ("apr", 4),
        ("avr", 4),
        ("abr", 4),
        ("\u{e1}pr", 4),
        ("kwie", 4),
        ("\u{430}\u{43f}\u{440}", 4),
        ("\u{3b1}\u{3c0}\u{3c1}", 4),
        ("may", 5),
        ("mai", 5),
        ("mei", 5),
        ("mag", 5),
        ("m\u{e1}j", 5),
        ("maj", 5),
        ("\u{43c}\u{430}\u{439}", 5),
        ("\u{43c}\u{430}\u{44f}", 5),
        ("\u{3bc}\u{3b1}\u{3b9}", 5),
        ("\u{3bc}\u{3b1}\u{3ca}", 5),
        ("jun", 6),
        ("juin", 6),
        ("giu", 6),
        ("j\u{fa}n", 6),
        ("\u{438}\u{44e}\u{43d}", 6),
        ("\u{3b9}\u{3bf}\u{3cd}\u{3bd}", 6),
        ("\u{3b9}\u{3bf}\u{3c5}\u{3bd}", 6),
        ("jul", 7),
        ("juil", 7),
        ("lug", 7),
        ("j\u{fa}l", 7),
        ("\u{438}\u{44e}\u{43b}", 7),
        ("\u{3b9}\u{3bf}\u{3cd}\u{3bb}", 7),
        ("\u{3b9}\u{3bf}\u{3c5}\u{3bb}", 7),
        ("aug", 8),
        ("ao\u{fb}", 8),
        ("aou", 8),
        ("ago", 8),
        ("\u{430}\u{432}\u{433}", 8),
        ("\u{3b1}\u{3c5}\u{3b3}", 8),
        ("sep", 9),
        ("set", 9),
        ("szept", 9),
        ("\u{441}\u{435}\u{43d}", 9),
    ];
    const MORE: [(&str, i64); 19] = [
        ("\u{3c3}\u{3b5}\u{3c0}", 9),
        ("wrz", 9),
        ("oct", 10),
        ("okt", 10),
        ("ott", 10),
        ("out", 10),
        ("pa\u{17a}", 10),
        ("\u{43e}\u{43a}\u{442}", 10),
        ("\u{3bf}\u{3ba}\u{3c4}", 10),
        ("nov", 11),
        ("lis", 11),
        ("\u{43d}\u{43e}\u{44f}", 11),
        ("\u{3bd}\u{3bf}\u{3b5}", 11),
        ("dec", 12),
        ("dez", 12),
        ("d\u{e9}c", 12),
        ("dic", 12),
        ("\u{434}\u{435}\u{43a}", 12),
        ("\u{3b4}\u{3b5}\u{3ba}", 12),
    ];
    let is_word = name.chars().all(char::is_alphabetic);
    STARTS.iter().chain(&MORE).find(|(start, _)| is_word && name.starts_with(start)).map(|&(_, month)| month)
}

/// How many seconds a zone is ahead of UTC; `None` for what is no zone. A name nobody knows counts as UTC, as RFC 2822
/// has it.
pub fn zone(name: &str) -> Option<i64> {
    let name = name.to_ascii_lowercase();
    let name = name.strip_prefix("etc/").unwrap_or(&name);
    let (base, offset) = match name.find(['+', '-']) {
        Some(sign) => name.split_at(sign),
        None => (name, ""),
    };
    if !offset.is_empty() {
        if !matches!(base, "" | "gmt" | "utc" | "ut") {
            return None;
        }
        let found = OFFSET.captures(offset)?;
        let seconds = found[2].parse::<i64>().ok()? * 3600 + found.get(3).map_or(Some(0), |minutes| minutes.as_str().parse().ok())? * 60;
        return (seconds <= 86_400).then_some(if &found[1] == "-" { -seconds } else { seconds });
    }
    let hours = match base {
        "hst" => -10.0,
        "akst" => -9.0,
        "akdt" => -8.0,
        "pst" | "pt" => -8.0,
        "pdt" | "mst" | "mt" => -7.0,
        "mdt" | "cst" | "ct" => -6.0,
        "cdt" | "est" | "et" => -5.0,
        "edt" | "ast" | "at" => -4.0,
        "nst" => -3.5,
        "adt" | "brt" | "art" => -3.0,
        "ndt" => -2.5,
        "bst" | "cet" | "met" | "mez" | "west" => 1.0,
        "cest" | "mest" | "mesz" | "eet" | "sast" => 2.0,
        "eest" | "msk" | "trt" => 3.0,
        "msd" => 4.0,
        "pkt" => 5.0,
        "ist" => 5.5,
        "wib" => 7.0,
        "awst" | "sgt" | "hkt" => 8.0,
        "jst" | "kst" => 9.0,
        "aest" => 10.0,
        "aedt" => 11.0,
        "nzst" => 12.0,
        "nzdt" => 13.0,
        _ if base.len() <= 5 && base.bytes().all(|byte| byte.is_ascii_alphabetic()) => 0.0,
        _ => return None,
    };
    Some((hours * 3600.0) as i64)
}
