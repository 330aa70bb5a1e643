//! Pay as a field prints it: figures, currency, unit, open ends.

use std::sync::OnceLock;

use regex::Regex;

use crate::facts::currency;
use crate::post::{Pay, PayKind};

/// Figures beyond this are no pay but a mistake or an attack, in units of the currency.
const MOST: f64 = 1e10;

const NUMBER: &str = r"\d{1,3}(?:[,' ]\d{2,3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?";
const MAGNITUDE: &str = r"(?:\s?(?:k|m|mio|million|thousand|lakhs?|crores?)\b)?";

fn regex(cell: &'static OnceLock<Regex>, expression: &str) -> &'static Regex {
    cell.get_or_init(|| Regex::new(expression).expect("the expression is constant"))
}

/// Every figure of a text with its magnitude.
pub fn figures(text: &str) -> impl Iterator<Item = f64> {
    static FIGURE: OnceLock<Regex> = OnceLock::new();
    let found = regex(&FIGURE, &format!("(?i)(?:{NUMBER}){MAGNITUDE}"));
    found.find_iter(text).filter_map(|part| figure(part.as_str())).collect::<Vec<_>>().into_iter()
}

/// One figure: "1,500", "1.500,50", "12,5", "120k".
fn figure(text: &str) -> Option<f64> {
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let times = match text[end..].trim().to_ascii_lowercase().as_str() {
        "k" | "thousand" => 1e3,
        "m" | "mio" | "million" => 1e6,
        "lakh" | "lakhs" => 1e5,
        "crore" | "crores" => 1e7,
        _ => 1.0,
    };
    let digits: String = text[..end].chars().filter(|c| !matches!(c, ' ' | '\'')).collect();
    let after = |mark: char| digits.rfind(mark).map(|at| digits.len() - at - 1);
    let plain = match (after(','), after('.')) {
        // The mark further right is the decimal one.
        (Some(comma), Some(dot)) if comma < dot => digits.replace('.', "").replace(',', "."),
        (Some(_), Some(_)) => digits.replace(',', ""),
        (Some(comma), None) if comma <= 2 && digits.matches(',').count() == 1 => digits.replace(',', "."),
        (Some(_), None) => digits.replace(',', ""),
        (None, Some(3)) if !digits.starts_with('0') => digits.replace('.', ""),
        (None, Some(_)) if digits.matches('.').count() > 1 => digits.replace('.', ""),
        _ => digits,
    };
    plain.parse::<f64>().ok().map(|value| value * times).filter(|value| value.is_finite() && *value <= MOST)
}

/// The pay a field states: "$90 - $130 /hour", "\u{20b9}900-7500 INR", "Less than USD 50". Zero is a blank.
pub fn money(text: &str) -> Pay {
    static RANGE: OnceLock<Regex> = OnceLock::new();
    let text = text.replace(['\u{2013}', '\u{2014}', '\u{2212}', '\u{2010}', '\u{2011}'], "-").replace(['\u{a0}', '\u{202f}'], " ");
    let lower = text.to_lowercase();
    let sign = r"(?:\b(?:us|au?|ca?|nz|s|hk|r|mx)\$|\p{Sc}|\brs\.?|\b[a-z]{3}\b)";
    let range = regex(
        &RANGE,
        &format!(
            r"(?P<before>{sign})?\s?(?P<first>(?:{NUMBER}){MAGNITUDE})(?:\+|\s*/\s*[a-z]+)?(?:\s*(?:-|to|and|bis|a|until|~)\s*(?P<between>{sign})?\s?(?P<second>(?:{NUMBER}){MAGNITUDE}))?\s?(?P<after>{sign})?"
        ),
    );
    let code = |name: &str, found: &regex::Captures<'_>| found.name(name).and_then(|part| currency_of(part.as_str()));
    let mut chosen = None;
    for found in range.captures_iter(&lower) {
        // A name after the figure says which dollar the sign before it is.
        let currency = ["after", "before", "between"].into_iter().find_map(|name| code(name, &found));
        if currency.is_some() || chosen.is_none() {
            let (first, second) = (found.name("first").map(|part| part.as_str().to_owned()), found.name("second").map(|part| part.as_str().to_owned()));
            let has = currency.is_some();
            chosen = Some((first, second, currency, found.get(0).map_or(0..0, |all| all.range())));
            if has {
                break;
            }
        }
    }
    let Some((Some(first), second, currency, span)) = chosen else { return Pay { kind: unit(&lower), ..Pay::default() } };
    let mut min = figure(&first);
    let max = second.as_deref().and_then(figure);
    if let (Some(low), Some(high), Some(second)) = (min, max, second.as_deref()) {
        // "$120-150k": the magnitude of the second holds for the first.
        let factor = figure(&second.chars().filter(|c| !c.is_alphabetic()).collect::<String>()).map_or(1.0, |bare| if bare > 0.0 { high / bare } else { 1.0 });
        if factor > 1.0 && low < high / factor * 10.0 && low * factor <= high {
            min = Some(low * factor);
        }
    }
    let before = &lower[..span.start];
    let open = |words: &[&str]| words.iter().any(|word| before.trim_end().ends_with(word));
    let (min, max) = if max.is_some() {
        (min, max)
    } else if open(&["up to", "upto", "less than", "under", "below", "max", "max.", "maximum", "bis", "menos de"]) {
        (None, min)
    } else if open(&["from", "over", "more than", "at least", "min", "min.", "minimum", "above", "ab", "starting at", "mais de", "m\u{e1}s de"])
        || lower[span.start..].trim_start_matches(|c: char| !c.is_ascii_digit()).starts_with(&format!("{first}+"))
    {
        (min, None)
    } else {
        (min, min)
    };
    amounts(min, max, currency.map(str::to_owned), unit(&lower))
}

/// Pay of two figures; zero is a blank, and so is an upper end below the lower one.
pub fn amounts(min: Option<f64>, max: Option<f64>, currency: Option<String>, kind: Option<PayKind>) -> Pay {
    let stated = |value: Option<f64>| value.filter(|value| value.is_finite() && *value > 0.0 && *value <= MOST);
    let (min, max) = (stated(min), stated(max));
    let max = if min > max && max.is_some() { min } else { max };
    Pay { kind, min, max, currency: currency.filter(|_| min.is_some() || max.is_some()) }
}

/// The currency of a sign or name; any three letters of the table of currencies count.
fn currency_of(text: &str) -> Option<&'static str> {
    let text = text.trim();
    currency::code(text).or_else(|| {
        let upper = text.to_ascii_uppercase();
        currency::rates().usd.keys().find(|code| **code == upper).map(String::as_str)
    })
}

/// What the pay is counted by, where the text names it.
pub fn unit(text: &str) -> Option<PayKind> {
    static UNITS: OnceLock<Vec<(Regex, PayKind)>> = OnceLock::new();
    let units = UNITS.get_or_init(|| {
        [
            (r"\bhour(?:ly|s)?\b|/ ?h(?:ou)?rs?\b|\bhrs?\b|/ ?h\b|\bp/?h\b|\bstunde|\bstd\b|\bpor hora\b|\bstundensatz\b", PayKind::Hourly),
            (r"\bdaily\b|\bper day\b|/ ?day\b|\ba day\b|^day$|\btagessatz\b|\bday rate\b", PayKind::Daily),
            (r"\bweek(?:ly)?\b", PayKind::Weekly),
            (r"\bmonth(?:ly)?\b|/ ?mo\b|/ ?month\b|\bmon\b", PayKind::Monthly),
            (r"\byear(?:ly)?\b|\bannual(?:ly)?\b|\bannum\b|/ ?yr\b|\byr\b|\bann\b|\bp\.a\.", PayKind::Yearly),
            (r"\bword\b", PayKind::Word),
            (r"\bfixed\b|\bfixed[- _]?price\b|\bbudget\b|\bper project\b|\bfestpreis\b", PayKind::Fixed),
        ]
        .into_iter()
        .map(|(expression, kind)| (Regex::new(expression).expect("the expression is constant"), kind))
        .collect()
    });
    let lower = text.to_lowercase().replace(['_', '-'], " ");
    units.iter().find(|(unit, _)| unit.is_match(&lower)).map(|&(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pay_fields_are_read() {
        use PayKind::{Fixed, Hourly, Yearly};
        for (text, kind, min, max, currency) in [
            ("$90 - $130 /hour", Some(Hourly), Some(90.0), Some(130.0), Some("USD")),
            ("Hourly: $7.00 - $10.00", Some(Hourly), Some(7.0), Some(10.0), Some("USD")),
            ("Hourly", Some(Hourly), None, None, None),
            ("$15-$30", None, Some(15.0), Some(30.0), Some("USD")),
            ("\u{20b9}900-7500 INR", None, Some(900.0), Some(7500.0), Some("INR")),
            ("$8-15 AUD / hour", Some(Hourly), Some(8.0), Some(15.0), Some("AUD")),
            ("\u{20ac}250\u{2013}750 EUR", None, Some(250.0), Some(750.0), Some("EUR")),
            ("Less than USD 50", None, None, Some(50.0), Some("USD")),
            ("Over USD 3,000", None, Some(3000.0), None, Some("USD")),
            ("Est. budget: $1,250.50", Some(Fixed), Some(1250.5), Some(1250.5), Some("USD")),
            ("$120-150k per year", Some(Yearly), Some(120e3), Some(150e3), Some("USD")),
            ("60.000 - 80.000 \u{20ac} p.a.", Some(Yearly), Some(60e3), Some(80e3), Some("EUR")),
            ("$500+", None, Some(500.0), None, Some("USD")),
            ("$0", None, None, None, None),
            ("negotiable", None, None, None, None),
            ("1500", None, Some(1500.0), Some(1500.0), None),
            ("\u{a3}20-250 GBP", None, Some(20.0), Some(250.0), Some("GBP")),
        ] {
            let pay = money(text);
            assert_eq!((pay.kind, pay.min, pay.max, pay.currency.as_deref()), (kind, min, max, currency), "{text:?}");
        }
    }
}
