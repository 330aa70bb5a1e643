//! Dates as feeds, pages and tables write them: RFC 3339 and 822, ISO 8601 in all its lengths, asctime, ISO dates with
//! named months, a few national forms. What is no date, or no possible one, gives `None`: a wrong date is worse than none.

mod names;
mod usual;

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use regex::{Captures, Regex};

use self::names::{month, zone};

/// Dates before this are blanks of some programming language (1 January of year 1, or of 1970), not dates of posts.
const EARLIEST: i64 = 86_400;
/// No date is longer than this, in bytes.
const LONGEST: usize = 100;

static COMPACT: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?x)^(?:
        (?P<y>\d{4}) -? (?P<yd>\d{3}) | (?P<yyd>\d{2}) -? (?P<yd2>\d{3})
        | (?P<y4>\d{4}) (?P<m>\d{2}) (?P<d>\d{2}) (?: T? (?P<h>\d{2}) (?P<min>\d{2}) (?P<s>\d{2})? (?P<zone>Z|[+-]\d{2}:?\d{2})? )?
        | (?P<yy>\d{2}) (?P<m2>\d{2}) (?P<d2>\d{2})
        | -(?P<yy2>\d{2}) (?: -? (?P<m3>\d{2}) )?
        | (?P<y5>\d{4})
    )$",
    )
});
static COUNTED_DATE: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(\d+)\s*[\u{b144}\u{5e74}]\s*(\d+)\s*[\u{c6d4}\u{6708}]\s*(\d+)\s*[\u{c77c}\u{65e5}](?:\([^()]\))?"));
static COMMA_OF_SECONDS: LazyLock<Regex> = LazyLock::new(|| constant(r"(:\d{2}),(\d)"));
static BETWEEN: LazyLock<Regex> = LazyLock::new(|| constant(r"\([^()]*\)|\[[^\[\]]*\]|,|\s(?:of|at|de|del|den|um|om)\s"));
static NAMED_MONTH: LazyLock<Regex> = LazyLock::new(|| constant(r"(\d)[-/.](\p{L}{3,})\.?[-/.](\d)"));
static TIME_MARK: LazyLock<Regex> = LazyLock::new(|| constant(r"(\d)t(\d)"));
static NUMERIC_DATE: LazyLock<Regex> = LazyLock::new(|| constant(r"^(\d{1,4})([-/.])(\d{1,2})(?:([-/.])(\d{1,4}))?\.?$"));
static TIME: LazyLock<Regex> = LazyLock::new(|| constant(r"^(\d{1,2})[:h](\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?(am|pm)?(z|[+-].+|[a-z]{2,5}(?:[+-].+)?)?$"));
static NUMBER: LazyLock<Regex> = LazyLock::new(|| constant(r"^'?(\d{1,4}|\d{8})(?:st|nd|rd|th|\.)?$"));

fn constant(expression: &str) -> Regex {
    Regex::new(expression).expect("the expression is constant")
}

/// The moment a text states. Without a time it is midnight, without a zone UTC.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    let moment = usual::moment(text).or_else(|| searched(text))?;
    (moment.as_second() >= EARLIEST).then_some(moment)
}

/// Any spelling, by expressions.
fn searched(text: &str) -> Option<Timestamp> {
    epoch(text).or_else(|| compact(text)).or_else(|| words(text))
}

/// Seconds or milliseconds since 1970: ten or thirteen digits, which reach from 2001 to 2286.
fn epoch(text: &str) -> Option<Timestamp> {
    let number: i64 = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())??;
    match text.len() {
        10 => Timestamp::from_second(number).ok(),
        13 => Timestamp::from_millisecond(number).ok(),
        _ => None,
    }
}

/// ISO 8601 without separators or with a day of the year.
fn compact(text: &str) -> Option<Timestamp> {
    let found = COMPACT.captures(text)?;
    let number = |names: &[&str]| names.iter().find_map(|name| found.name(name)).and_then(|digits| digits.as_str().parse::<i64>().ok());
    let year = number(&["y", "y4", "y5"]).or_else(|| number(&["yyd", "yy", "yy2"]).map(century))?;
    let day = match number(&["yd", "yd2"]) {
        Some(day @ 1..=366) => Day { year, month: 1, day },
        Some(_) => return None,
        None => Day { year, month: number(&["m", "m2", "m3"]).unwrap_or(1), day: number(&["d", "d2"]).unwrap_or(1) }.checked()?,
    };
    let time = clock(number(&["h"]).unwrap_or(0), number(&["min"]).unwrap_or(0), number(&["s"]).unwrap_or(0))?;
    day.at(time, found.name("zone").map_or(Some(0), |zone| names::zone(zone.as_str()))?)
}

/// A day as written. The day may be beyond the end of the month: then it is in the next, for a date that is a day off
/// is nearer to the truth than no date.
struct Day {
    year: i64,
    month: i64,
    day: i64,
}

impl Day {
    fn checked(self) -> Option<Day> {
        ((1..=12).contains(&self.month) && (1..=31).contains(&self.day)).then_some(self)
    }

    /// The moment at so many seconds of this day, in a zone so many seconds ahead of UTC.
    fn at(&self, time: i64, ahead: i64) -> Option<Timestamp> {
        let first = Date::new(i16::try_from(self.year).ok()?, i8::try_from(self.month).ok()?, 1).ok()?;
        let midnight = TimeZone::UTC.to_timestamp(first.to_datetime(jiff::civil::Time::midnight())).ok()?;
        midnight.checked_add(SignedDuration::from_secs((self.day - 1) * 86_400 + time - ahead)).ok()
    }
}

/// Seconds of a day; 24:00:00 and leap seconds are times.
fn clock(hour: i64, minute: i64, second: i64) -> Option<i64> {
    let time = hour * 3600 + minute * 60 + second;
    ((0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second) || time == 86_400).then_some(time)
}

fn century(two_digits: i64) -> i64 {
    if two_digits < 70 { 2000 + two_digits } else { 1900 + two_digits }
}

/// Everything with words or separators in it, token by token; a token without a meaning makes it no date.
fn words(text: &str) -> Option<Timestamp> {
    let plain = plain(text);
    let mut read = Tokens::default();
    for (place, token) in plain.split_whitespace().enumerate() {
        read.take(token, place)?;
    }
    let day = Day { year: read.year?, month: read.month?, day: read.day.unwrap_or(1) }.checked()?;
    let mut time = read.time.unwrap_or(0);
    match read.half {
        Some(Half::Am) if (43_200..46_800).contains(&time) => time -= 43_200,
        Some(Half::Pm) if time < 43_200 => time += 43_200,
        _ => {}
    }
    // Korean dates are written without a zone, and there is one.
    let home = if text.contains(['\u{b144}', '\u{c624}']) { 9 * 3600 } else { 0 };
    day.at(time, read.ahead.unwrap_or(home))
}

/// One spelling for all: commas and comments out, dates and times parted, Korean counters to separators.
fn plain(text: &str) -> String {
    let mut plain = text.to_lowercase();
    if plain.contains(['\u{b144}', '\u{5e74}']) {
        // Korean, Japanese and Chinese count years, months and days.
        plain = COUNTED_DATE.replace(&plain, "$1-$2-$3 ").into_owned();
    }
    plain = COMMA_OF_SECONDS.replace(&plain, "$1.$2").into_owned();
    plain = BETWEEN.replace_all(&plain, " ").into_owned();
    // "2004-július-13", "13-Feb-2012"
    plain = NAMED_MONTH
        .replace(&plain, |found: &Captures<'_>| match month(&found[2]) {
            Some(month) if plain_year_first(found, &plain) => format!("{}-{month:02}-{}", &found[1], &found[3]),
            _ => format!("{} {} {}", &found[1], &found[2], &found[3]),
        })
        .into_owned();
    TIME_MARK.replace(&plain, "$1 $2").into_owned()
}

fn plain_year_first(found: &Captures<'_>, text: &str) -> bool {
    let end = found.get(1).map_or(0, |digit| digit.end());
    text[..end].bytes().rev().take_while(u8::is_ascii_digit).count() == 4
}

enum Half {
    Am,
    Pm,
}

#[derive(Default)]
struct Tokens {
    year: Option<i64>,
    month: Option<i64>,
    /// The month was the first word.
    month_first: bool,
    day: Option<i64>,
    time: Option<i64>,
    half: Option<Half>,
    /// Seconds ahead of UTC.
    ahead: Option<i64>,
}

impl Tokens {
    fn take(&mut self, token: &str, place: usize) -> Option<()> {
        if let Some(found) = NUMERIC_DATE.captures(token) {
            return self.take_date(&found);
        }
        if let Some(found) = TIME.captures(token) {
            let part = |index: usize| found.get(index).map_or(Some(0), |digits| digits.as_str().parse().ok());
            set(&mut self.time, clock(part(1)?, part(2)?, part(3)?)?)?;
            if let Some(half) = found.get(4) {
                self.half = Some(if half.as_str() == "am" { Half::Am } else { Half::Pm });
            }
            if let Some(found) = found.get(5) {
                self.ahead = Some(zone(found.as_str())?);
            }
            return Some(());
        }
        if let Some(found) = NUMBER.captures(token) {
            let number: i64 = found[1].parse().ok()?;
            return match found[1].len() {
                1 | 2 if self.day.is_none() => set(&mut self.day, number),
                2 => set(&mut self.year, century(number)),
                // "0000" for "+0000".
                4 if self.year.is_some() && self.time.is_some() => set(&mut self.ahead, zone(&format!("+{}", &found[1]))?),
                8 => {
                    set(&mut self.year, number / 10_000)?;
                    set(&mut self.month, number / 100 % 100)?;
                    set(&mut self.day, number % 100)
                }
                4 => set(&mut self.year, number),
                _ => None,
            };
        }
        match token {
            "am" | "a.m." | "\u{c624}\u{c804}" => self.half = Some(Half::Am),
            "pm" | "p.m." | "\u{c624}\u{d6c4}" => self.half = Some(Half::Pm),
            _ => {
                if let Some(month) = month(token.trim_end_matches('.')) {
                    // "mar, 12 ene" is a Tuesday in January.
                    let was_weekday = std::mem::replace(&mut self.month_first, place == 0);
                    self.month = self.month.filter(|_| !was_weekday);
                    return set(&mut self.month, month);
                }
                // The first word may be a weekday in any language; it says nothing the date does not.
                if place == 0 && token.trim_end_matches('.').chars().all(char::is_alphabetic) {
                    return Some(());
                }
                self.time?;
                let ahead = zone(token)?;
                // "GMT+0100" may come as two tokens, "UTC" and "+01:00".
                self.ahead = Some(self.ahead.filter(|&was| was != 0).unwrap_or(ahead));
            }
        }
        Some(())
    }

    fn take_date(&mut self, found: &Captures<'_>) -> Option<()> {
        let number = |index: usize| found.get(index).and_then(|digits| digits.as_str().parse::<i64>().ok());
        let (first, second, third) = (number(1)?, number(3)?, number(5));
        let lengths = (found[1].len(), found.get(5).map(|digits| digits.len()));
        let (year, month, day) = match (lengths, &found[2], third) {
            ((4, _), _, third) => (first, second, third),
            // "30.07.2026" has the day first, "07/30/2026" the month; "07/08/2026" may be either and is no date.
            ((1 | 2, Some(4)), ".", Some(year)) => (year, second, Some(first)),
            ((1 | 2, Some(4)), _, Some(year)) if first > 12 => (year, second, Some(first)),
            ((1 | 2, Some(4)), _, Some(year)) if second > 12 || first == second => (year, first, Some(second)),
            ((2, Some(2)), "-", Some(day)) => (century(first), second, Some(day)),
            _ => return None,
        };
        set(&mut self.year, year)?;
        set(&mut self.month, month)?;
        day.map_or(Some(()), |day| set(&mut self.day, day))
    }
}

/// Sets a part once; a date with two years is no date.
fn set(part: &mut Option<i64>, value: i64) -> Option<()> {
    part.replace(value).is_none().then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, moment: Option<&str>) {
        assert_eq!(parse(text).map(|at| at.to_string()).as_deref(), moment, "{text:?}");
    }

    #[test]
    fn all_dialects_of_a_date_are_one_moment() {
        for (text, moment) in [
            ("2024-05-13T09:46:45Z", "2024-05-13T09:46:45Z"),
            ("2024-05-13t09:46:45.123+02:00", "2024-05-13T07:46:45Z"),
            ("2024-05-13T09:46:45+0200", "2024-05-13T07:46:45Z"),
            ("2024-05-13T09:46-08:00", "2024-05-13T17:46:00Z"),
            ("2024-05-13 09:46:45.0", "2024-05-13T09:46:45Z"),
            ("2024-05-13", "2024-05-13T00:00:00Z"),
            ("2024-05", "2024-05-01T00:00:00Z"),
            ("2024", "2024-01-01T00:00:00Z"),
            ("2024-134", "2024-05-13T00:00:00Z"),
            ("24134", "2024-05-13T00:00:00Z"),
            ("240513", "2024-05-13T00:00:00Z"),
            ("-2405", "2024-05-01T00:00:00Z"),
            ("20240513T094645Z", "2024-05-13T09:46:45Z"),
            ("Mon, 13 May 2024 09:46:45 +0000", "2024-05-13T09:46:45Z"),
            ("Mon,13 May 24 09:46 EDT", "2024-05-13T13:46:00Z"),
            ("Monday, 13th May, 2024 09:46:45 PT", "2024-05-13T17:46:45Z"),
            ("13 May 2024 09:46:45 GMT+0200 (CEST)", "2024-05-13T07:46:45Z"),
            ("13-May-2024 09:46:45 -01:01", "2024-05-13T10:47:45Z"),
            ("Mon May 13 09:46:45 2024", "2024-05-13T09:46:45Z"),
            ("Mon May 13 09:46:45 +0200 2024", "2024-05-13T07:46:45Z"),
            ("May 13, 2024 at 9:46 PM", "2024-05-13T21:46:00Z"),
            ("12:05 am 13 May 2024", "2024-05-13T00:05:00Z"),
            ("Fri, 2024/05/13 09:46:45 EDT", "2024-05-13T13:46:45Z"),
            ("lun., 13 mai 2024 09:46:45 +0200", "2024-05-13T07:46:45Z"),
            ("mar, 13 ago 2024", "2024-08-13T00:00:00Z"),
            ("13 de mayo de 2024", "2024-05-13T00:00:00Z"),
            ("2024-05-13T09:46:45Z[UTC]", "2024-05-13T09:46:45Z"),
            ("13.05.2024", "2024-05-13T00:00:00Z"),
            ("05/13/2024", "2024-05-13T00:00:00Z"),
            ("2024-m\u{e1}jus-13T9:46+02:00", "2024-05-13T07:46:00Z"),
            ("2024\u{b144} 05\u{c6d4} 13\u{c77c}  09:46:45", "2024-05-13T00:46:45Z"),
            ("2024-05-13 \u{c624}\u{d6c4} 9:46:45", "2024-05-13T12:46:45Z"),
            ("1715593605", "2024-05-13T09:46:45Z"),
            ("1715593605000", "2024-05-13T09:46:45Z"),
            ("-24", "2024-01-01T00:00:00Z"),
            ("2024-05-13T09:46:45,5Z", "2024-05-13T09:46:45Z"),
            ("20240513 09:46:45", "2024-05-13T09:46:45Z"),
            ("Mon, 13 May 2024 09:46:45 0000", "2024-05-13T09:46:45Z"),
            ("Mon, 13 May 2024 09:46:45EDT", "2024-05-13T13:46:45Z"),
            ("Mon, 13 May 2024 09:46:45 A", "2024-05-13T10:46:45Z"),
            ("13 mai 2024 09h46", "2024-05-13T09:46:00Z"),
            ("2024\u{5e74}5\u{6708}13\u{65e5}(\u{6708}) 09:46", "2024-05-13T09:46:00Z"),
            ("Pzt, 13 A\u{11f}u 2024", "2024-08-13T00:00:00Z"),
            ("13 czerwca 2024", "2024-06-13T00:00:00Z"),
            ("13 \u{10d}ervence 2024", "2024-07-13T00:00:00Z"),
            ("13 marraskuuta 2024", "2024-11-13T00:00:00Z"),
            ("Fri, 31 Jun 2024 00:00:00 GMT", "2024-07-01T00:00:00Z"),
            ("2024-05-13T24:00:00Z", "2024-05-14T00:00:00Z"),
            ("2024-05-13T23:59:60Z", "2024-05-14T00:00:00Z"),
        ] {
            check(text, Some(moment));
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "yesterday",
            "Monday",
            "13 May",
            "2024-05-13T25:00:00Z",
            "2024-05-13T10:61:00Z",
            "2024-13-01",
            "2024-05-32",
            "2024-05-13T11:30:00-06:00Textra",
            "2024-05-13T09:00:00+00:xx",
            "Mon, 13 May 2024 09:46:45 +zz:00",
            "Mon, 13 zzz 2024 09:46:45",
            "Mon, 13 May zz 09:46:45",
            "Mon, 99 May 2024",
            "1:2:3:4",
            "07/08/2024",
            "0001-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "99999999999999999999",
            "13 May 2024 2025",
            "May x 2024",
            "13 May 2024 10:00 11:00",
        ] {
            check(text, None);
        }
        check(&"1 ".repeat(100_000), None);
    }
}
