//! Money in words: a currency beside a figure, its range and magnitude, and the unit it is counted by. What the money
//! is for is asked of `role`; what it makes of the post is said in `pay`.

use std::ops::Range;

use super::words::{Cursor, figure_starts, is_word, singular, words_back};
use super::{currency, role};

/// What the amount is counted by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unit {
    Hour,
    Day,
    Week,
    Month,
    Year,
    /// For so many words.
    Words(f64),
    /// An article, a page, a video, a call.
    Piece,
    /// No unit is given.
    Whole,
}

/// What the money is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The freelancer's fee, or the budget for the work.
    Pay,
    /// Anything else: a price, revenue, a cost per click, funding, a fee that the freelancer is to pay.
    Other,
}

/// One mention of money.
#[derive(Debug, Clone, PartialEq)]
pub struct Money {
    pub min: f64,
    pub max: f64,
    /// ISO 4217 code.
    pub currency: &'static str,
    pub unit: Unit,
    pub role: Role,
    /// Bytes of the folded text.
    pub span: Range<usize>,
}

/// Currencies whose name may stand before the figure ("EUR 500"); those of others are common words.
const BEFORE: &[&str] = &["usd", "eur", "gbp", "inr", "rs", "aud", "cad", "nzd", "sgd", "chf", "aed", "pkr", "bdt", "zar", "pln", "usdt"];

/// Units of time after "per", "a", "/": singular.
fn time(word: &str) -> Option<Unit> {
    Some(match singular(word) {
        "hour" | "hr" | "h" => Unit::Hour,
        "day" => Unit::Day,
        "week" | "wk" => Unit::Week,
        "month" | "mo" | "mth" => Unit::Month,
        "year" | "yr" | "annum" => Unit::Year,
        _ => return None,
    })
}

/// Units of time in one word.
fn adverb(word: &str) -> Option<Unit> {
    Some(match word {
        "hourly" | "ph" => Unit::Hour,
        "daily" => Unit::Day,
        "weekly" | "pw" => Unit::Week,
        "monthly" | "pm" => Unit::Month,
        "annually" | "yearly" => Unit::Year,
        "apiece" => Unit::Piece,
        _ => return None,
    })
}

/// What is made or done by the piece: singular.
const PIECES: &[&str] = &[
    "article", "post", "blog", "page", "video", "image", "piece", "item", "product", "logo", "design", "call", "lead", "listing", "email", "review", "task",
    "unit", "minute", "chapter", "slide", "photo", "site", "website", "test", "session", "reel", "clip", "thumbnail", "script", "episode", "record", "row",
    "entry", "entrie", "lesson", "translation", "contact",
];

/// Words that may stand between the unit and the sum: "hourly rate is about $20".
const BETWEEN: &[&str] =
    &["rate", "rates", "pay", "payment", "budget", "salary", "fee", "wage", "price", "is", "of", "at", "about", "around", "max", "maximum", "only", "be"];

/// Every mention of money in a folded text.
pub fn read_money(folded: &str) -> Vec<Money> {
    let mut end = 0;
    let found = figure_starts(folded).filter_map(|start| {
        let money = if start >= end { money(folded, start) } else { None }?;
        end = money.span.end;
        Some(money)
    });
    found.collect()
}

fn money(text: &str, start: usize) -> Option<Money> {
    let sign = sign_before(text, start);
    if sign.is_none() && text[..start].bytes().next_back().is_some_and(|before| is_word(before) || matches!(before, b'.' | b'$')) {
        return None;
    }
    let mut cursor = Cursor::new(text, start);
    let (figure, mut magnitude) = amount(&mut cursor)?;
    let mut name = name_after(&mut cursor, figure);
    let mut top = None;
    if let Some(range) = range_end(cursor, figure, magnitude, sign.is_some() || name.is_some()) {
        cursor = range.cursor;
        top = Some(range.figure * range.magnitude.unwrap_or(1.0));
        magnitude = magnitude.or(range.magnitude);
        let after = name_after(&mut cursor, range.figure);
        name = name.or(range.currency).or(after);
    }
    let (from, currency) = match (sign, name) {
        // "$500 AUD"
        (Some((from, "USD")), Some(name)) => (from, name),
        (Some(sign), _) => sign,
        (None, Some(name)) => (start, name),
        (None, None) => return None,
    };
    let min = figure * magnitude.unwrap_or(1.0);
    let max = top.unwrap_or(min);
    let end = cursor.at;
    let unit = unit(&mut cursor);
    // A small figure glued to letters is a name, as "$3d"; unless they are a unit.
    if unit.is_none() && max < 100.0 && Cursor::new(text, end).is_inside_word() && text[..end].ends_with(|last: char| last.is_ascii_digit()) {
        return None;
    }
    let unit = unit.or_else(|| unit_before(&text[..from])).unwrap_or(Unit::Whole);
    let span = from..cursor.at;
    Some(Money { min, max, currency, unit, role: role::of(text, &span, unit, max, currency), span })
}

/// A figure and the word that multiplies it, which may be glued to it or not.
fn amount(cursor: &mut Cursor<'_>) -> Option<(f64, Option<f64>)> {
    let figure = cursor.figure()?;
    let mut ahead = *cursor;
    let magnitude = ahead.blank().word(|word| {
        Some(match word {
            "hundred" => 1e2,
            "k" | "grand" | "thousand" => 1e3,
            "lakh" | "lakhs" => 1e5,
            "m" | "mm" | "mio" | "million" => 1e6,
            "crore" | "crores" => 1e7,
            "b" | "bn" | "billion" => 1e9,
            _ => return None,
        })
    });
    if magnitude.is_some() {
        *cursor = ahead;
    }
    Some((figure, magnitude))
}

/// The currency that ends a text, and where it starts: "$", "US$", "rs. ", "EUR ".
fn sign_before(text: &str, end: usize) -> Option<(usize, &'static str)> {
    let head = text[..end].strip_suffix(' ').unwrap_or(&text[..end]);
    let letters = |head: &str| head.len() - head.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    let last = head.chars().next_back()?;
    if last.is_ascii_alphabetic() || head.ends_with("rs.") {
        let from = letters(head.trim_end_matches('.'));
        let is_whole = !text[..from].bytes().next_back().is_some_and(is_word);
        return BEFORE
            .contains(&head[from..].trim_end_matches('.'))
            .then(|| currency::code(&head[from..]))
            .flatten()
            .filter(|_| is_whole)
            .map(|code| (from, code));
    }
    let symbol = head.len() - last.len_utf8();
    let code = currency::code(&head[symbol..])?;
    let glued = letters(&head[..symbol]);
    if glued < symbol
        && let Some(code) = currency::code(&head[glued..])
    {
        return Some((glued, code));
    }
    // "USD $500": the name says which dollars.
    let before = head[..symbol].trim_end();
    let from = letters(before);
    let named = BEFORE.contains(&&before[from..]).then(|| currency::code(&before[from..])).flatten();
    Some(named.map_or((symbol, code), |code| (from, code)))
}

/// Takes the currency after a figure.
fn name_after(cursor: &mut Cursor<'_>, figure: f64) -> Option<&'static str> {
    let mut ahead = *cursor;
    ahead.blank();
    let code = match ahead.rest().chars().next()? {
        symbol if symbol.is_ascii_lowercase() => ahead.word(|word| match word {
            // Weights, attempts, the language.
            "pound" | "try" => None,
            "php" if figure < 50.0 => None,
            name => currency::code(name),
        }),
        symbol => {
            let length = symbol.len_utf8();
            let code = currency::code(&ahead.rest()[..length]);
            ahead.at += length;
            // "5 $20 cards": the sign of the next sum.
            code.filter(|_| !ahead.rest().starts_with(|next: char| next.is_ascii_digit()))
        }
    }?;
    *cursor = ahead;
    Some(code)
}

struct RangeEnd<'t> {
    cursor: Cursor<'t>,
    figure: f64,
    magnitude: Option<f64>,
    currency: Option<&'static str>,
}

/// The end of a range: "-20k", " to $20", " and $30". A smaller figure is something else: "$500 and 2 revisions".
fn range_end<'t>(mut ahead: Cursor<'t>, first: f64, first_magnitude: Option<f64>, is_money: bool) -> Option<RangeEnd<'t>> {
    let is_plain = ahead.blank().take_one(&["-", "~", "to ", "or "]);
    if !(is_plain || is_money && ahead.take_one(&["and ", "/"])) {
        return None;
    }
    // Nothing but a sign may stand between: "- US$ 20".
    let rest = ahead.blank().rest();
    let digits = rest.bytes().take(5).position(|byte| byte.is_ascii_digit())?;
    let digits = if rest[..digits].ends_with("$.") { digits - 1 } else { digits };
    let currency = match sign_before(rest, digits) {
        Some((0, code)) => Some(code),
        None if digits == 0 && is_plain => None,
        _ => return None,
    };
    ahead.at += digits;
    let (figure, magnitude) = amount(&mut ahead)?;
    let magnitude = magnitude.or(first_magnitude.filter(|_| figure < first * first_magnitude.unwrap_or(1.0)));
    let is_range = figure * magnitude.unwrap_or(1.0) >= first * first_magnitude.or(magnitude).unwrap_or(1.0);
    is_range.then_some(RangeEnd { cursor: ahead, figure, magnitude, currency })
}

/// Takes what the sum is counted by: "/hr", " per 500 words", " for each article", " monthly".
fn unit(cursor: &mut Cursor<'_>) -> Option<Unit> {
    let mut ahead = *cursor;
    if ahead.blank().take("+") {
        *cursor = ahead;
    }
    if ahead.blank().word(currency::code).is_some() {
        *cursor = ahead;
    }
    ahead.blank().take("(");
    if ahead.one_of(&["max", "only", "fixed", "total", "flat"]) {
        ahead.take(")");
        *cursor = ahead;
    }
    ahead = *cursor;
    ahead.blank().take("paid ");
    let unit = if ahead.take_one(&["p.h.", "p/h"]) {
        Some(Unit::Hour)
    } else {
        ahead.word(adverb).or_else(|| ahead.word(|word| matches!(word, "hr" | "hour").then_some(Unit::Hour))).or_else(|| counted(&mut ahead))
    };
    if unit.is_some() {
        *cursor = ahead;
    }
    unit
}

fn counted(cursor: &mut Cursor<'_>) -> Option<Unit> {
    let is_each = cursor.take("each");
    if !is_each && !cursor.take_one(&["/", "p/", "per", "an ", "a ", "every", "for each", "for every", "for one", "x "]) {
        return None;
    }
    let after_each = *cursor;
    let count = cursor.blank().figure().map(|count| if cursor.take("k") { count * 1e3 } else { count });
    if !cursor.take("-") {
        cursor.blank();
    }
    let one = count.is_none_or(|count| count == 1.0);
    let known = |word: &str| {
        let piece = || PIECES.contains(&singular(word)).then_some(Unit::Piece);
        match singular(word) {
            "word" | "w" => Some(Unit::Words(count.unwrap_or(1.0))),
            _ => time(word).or_else(piece).map(|unit| if one { unit } else { Unit::Whole }),
        }
    };
    if let Some(unit) = cursor.word(known) {
        return Some(unit);
    }
    if is_each && !after_each.is_inside_word() {
        *cursor = after_each;
        return Some(Unit::Piece);
    }
    None
}

/// The unit that stands before the sum: "Monthly $600", "rate per hour: $15".
fn unit_before(head: &str) -> Option<Unit> {
    let line = &head[head.rfind(['\n', '.', ',', ';', '!', '?', '/']).map_or(0, |at| at + 1)..];
    let mut words = words_back(line).skip_while(|word| BETWEEN.contains(word));
    let last = words.next()?;
    adverb(last).filter(|unit| *unit != Unit::Piece && last.len() > 2).or_else(|| {
        let unit = time(last)?;
        matches!(words.next()?, "per" | "an" | "a").then_some(unit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_with_unit_and_role() {
        use Role::{Other, Pay};
        for (text, min, max, unit, role) in [
            ("we pay $5/hr", 5.0, 5.0, Unit::Hour, Pay),
            ("5 usd an hour", 5.0, 5.0, Unit::Hour, Pay),
            ("\u{a3}10 per 500 words", 10.0, 10.0, Unit::Words(500.0), Pay),
            ("$15k/month service", 15e3, 15e3, Unit::Month, Other),
            ("a $5 million company", 5e6, 5e6, Unit::Whole, Other),
            ("budget: $1,500", 1500.0, 1500.0, Unit::Whole, Pay),
            ("compensation: $11+ per hour", 11.0, 11.0, Unit::Hour, Pay),
            ("budget is $8 - $12 per hour", 8.0, 12.0, Unit::Hour, Pay),
            ("$0.02 per word", 0.02, 0.02, Unit::Words(1.0), Pay),
            ("we pay $.02/word", 0.02, 0.02, Unit::Words(1.0), Pay),
            ("a $9 app", 9.0, 9.0, Unit::Whole, Other),
            ("our fee is 300 dollars per article", 300.0, 300.0, Unit::Piece, Pay),
            ("100usd paid weekly", 100.0, 100.0, Unit::Week, Pay),
            ("we pay $4 each", 4.0, 4.0, Unit::Piece, Pay),
            ("customers pay $20 per month", 20.0, 20.0, Unit::Month, Other),
            ("rate 20-30k usd", 20e3, 30e3, Unit::Whole, Pay),
            ("the budget is $500 and 2 revisions", 500.0, 500.0, Unit::Whole, Pay),
            ("we pay 8$-10$/hr", 8.0, 10.0, Unit::Hour, Pay),
            ("budget 1.500 \u{20ac}", 1500.0, 1500.0, Unit::Whole, Pay),
            ("hourly rate: $15", 15.0, 15.0, Unit::Hour, Pay),
            ("base salary: $1.000/mo ($2.000 for two)", 1000.0, 1000.0, Unit::Month, Pay),
            ("the budget is rs. 8000 to rs. 10000 per month", 8000.0, 10000.0, Unit::Month, Pay),
            ("salary between $30,000-$45,000plus travel", 30e3, 45e3, Unit::Whole, Pay),
            ("monthly $600", 600.0, 600.0, Unit::Month, Pay),
            ("weekly: $200", 200.0, 200.0, Unit::Week, Pay),
            ("$1,200 a month, three months to start.", 1200.0, 1200.0, Unit::Month, Pay),
            ("it is $1,200 a month.", 1200.0, 1200.0, Unit::Month, Pay),
            ("that's $1,200 a month for us.", 1200.0, 1200.0, Unit::Month, Pay),
            ("$1,200 a month in sales.", 1200.0, 1200.0, Unit::Month, Other),
            ("it is $12 a month.", 12.0, 12.0, Unit::Month, Other),
            ("the registration fee of $30", 30.0, 30.0, Unit::Whole, Other),
            ("a deposit of $50", 50.0, 50.0, Unit::Whole, Other),
            ("pay a fee of $25 to us", 25.0, 25.0, Unit::Whole, Other),
            ("you pay $40 for the starter kit", 40.0, 40.0, Unit::Whole, Other),
            ("we send a cheque for $2,000 for equipment", 2000.0, 2000.0, Unit::Whole, Other),
            ("we pay a $50 bonus", 50.0, 50.0, Unit::Whole, Other),
            ("we pay $500 plus a bonus", 500.0, 500.0, Unit::Whole, Pay),
        ] {
            let found = read_money(text);
            let Some(money) = found.first() else { panic!("no money in {text:?}") };
            assert_eq!((money.min, money.max, money.unit, money.role), (min, max, unit, role), "{text:?}");
        }
        for none in ["net 30, 5 articles, 432 words", "for users 500 pages", "$3d", "5 php developers"] {
            assert_eq!(read_money(none), [], "{none:?}");
        }
    }

    #[test]
    fn currencies_stand_before_and_after() {
        for (text, currency, span) in [
            ("pay us$5 now", "USD", 4..8),
            ("pay aud $5 now", "AUD", 4..10),
            ("pay $500 cad", "CAD", 4..12),
            ("rs. 500", "INR", 0..7),
            ("rs500/-", "INR", 0..5),
            ("about 40 euros.", "EUR", 6..14),
            ("budget:\u{20ac}5", "EUR", 7..11),
        ] {
            let found: Vec<_> = read_money(text).into_iter().map(|money| (money.currency, money.span)).collect();
            assert_eq!(found, [(currency, span)], "{text:?}");
        }
    }
}
