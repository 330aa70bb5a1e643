//! The words in dates: months in a dozen languages, time zones by name and by offset.

use std::sync::LazyLock;

use regex::Regex;

use super::constant;

static OFFSET: LazyLock<Regex> = LazyLock::new(|| constant(r"^([+-])(\d{1,2}):?(\d{2})?$"));

/// The month of a name in English, German, French, Spanish, Italian, Portuguese, Dutch, the Nordic languages, Polish,
/// Czech, Hungarian, Romanian, Turkish, Greek, Russian or Ukrainian, by its first letters: the longest known start counts.
pub fn month(name: &str) -> Option<i64> {
    const STARTS: [&[&str]; 12] = [
        &["jan", "j\u{e4}n", "ene", "gen", "styc", "\u{44f}\u{43d}\u{432}", "\u{3b9}\u{3b1}\u{3bd}", "ian", "oca", "led", "tam", "\u{441}\u{456}\u{447}"],
        &["feb", "f\u{e9}v", "fev", "lut", "\u{444}\u{435}\u{432}", "\u{3c6}\u{3b5}\u{3b2}", "\u{15f}ub", "\u{fa}no", "hel", "\u{43b}\u{44e}\u{442}"],
        &[
            "mar", "m\u{e4}r", "mrz", "maa", "m\u{e1}rc", "\u{43c}\u{430}\u{440}", "\u{3bc}\u{3b1}\u{3c1}", "\u{3bc}\u{3ac}\u{3c1}", "b\u{159}e",
            "\u{431}\u{435}\u{440}",
        ],
        &["apr", "avr", "abr", "\u{e1}pr", "kwie", "\u{430}\u{43f}\u{440}", "\u{3b1}\u{3c0}\u{3c1}", "nis", "dub", "huh", "\u{43a}\u{432}\u{456}"],
        &[
            "may", "mai", "mei", "mag", "m\u{e1}j", "maj", "\u{43c}\u{430}\u{439}", "\u{43c}\u{430}\u{44f}", "\u{3bc}\u{3b1}\u{3b9}", "\u{3bc}\u{3b1}\u{3ca}",
            "kv\u{11b}", "tou", "\u{442}\u{440}\u{430}",
        ],
        &[
            "jun",
            "juin",
            "giu",
            "j\u{fa}n",
            "\u{438}\u{44e}\u{43d}",
            "\u{3b9}\u{3bf}\u{3cd}\u{3bd}",
            "\u{3b9}\u{3bf}\u{3c5}\u{3bd}",
            "iun",
            "haz",
            "\u{10d}erv",
            "czerw",
            "kes",
            "\u{447}\u{435}\u{440}",
        ],
        &[
            "jul",
            "juil",
            "lug",
            "j\u{fa}l",
            "\u{438}\u{44e}\u{43b}",
            "\u{3b9}\u{3bf}\u{3cd}\u{3bb}",
            "\u{3b9}\u{3bf}\u{3c5}\u{3bb}",
            "iul",
            "tem",
            "\u{10d}ervenec",
            "\u{10d}ervenc",
            "lip",
            "hei",
            "\u{43b}\u{438}\u{43f}",
        ],
        &["aug", "ao\u{fb}", "aou", "ago", "\u{430}\u{432}\u{433}", "\u{3b1}\u{3c5}\u{3b3}", "a\u{11f}u", "srp", "sie", "elo", "\u{441}\u{435}\u{440}"],
        &["sep", "set", "szept", "\u{441}\u{435}\u{43d}", "\u{3c3}\u{3b5}\u{3c0}", "wrz", "eyl", "z\u{e1}\u{159}", "syy", "\u{432}\u{435}\u{440}"],
        &["oct", "okt", "ott", "out", "pa\u{17a}", "\u{43e}\u{43a}\u{442}", "\u{3bf}\u{3ba}\u{3c4}", "eki", "\u{159}\u{ed}j", "lok", "\u{436}\u{43e}\u{432}"],
        &["nov", "lis", "\u{43d}\u{43e}\u{44f}", "\u{3bd}\u{3bf}\u{3b5}", "noi", "kas", "marras", "\u{43b}\u{438}\u{441}"],
        &["dec", "dez", "d\u{e9}c", "dic", "\u{434}\u{435}\u{43a}", "\u{3b4}\u{3b5}\u{3ba}", "des", "ara", "pro", "gru", "jou", "\u{433}\u{440}\u{443}"],
    ];
    if !name.chars().all(char::is_alphabetic) {
        return None;
    }
    let known = (1..).zip(STARTS).flat_map(|(month, starts)| starts.iter().map(move |start| (start.len(), *start, month)));
    known.filter(|(_, start, _)| name.starts_with(start)).max().map(|(_, _, month)| month)
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
        // The letters of the military, as RFC 822 has them.
        "m" => -12.0,
        "a" => -1.0,
        "n" => 1.0,
        "y" => 12.0,
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
