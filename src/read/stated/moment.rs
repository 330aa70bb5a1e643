//! Moments as fields print them, from RFC 3339 to "Published on 08/21/2026, 10:45 PM". A moment without a zone is UTC.
//!
//! "Yesterday" and "4 minutes ago" are no moments: when a page was saved is not known.

use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use regex::Regex;

/// No post is older; a date before is a blank or a mistake. 1995-01-01, in seconds since 1970.
const EARLIEST: i64 = 788_918_400;
/// No post is younger. 2100-01-01, in seconds since 1970.
const LATEST: i64 = 4_102_444_800;

/// A moment within the bounds of what a post can state.
fn plausible(at: Timestamp) -> Option<Timestamp> {
    (EARLIEST..LATEST).contains(&at.as_second()).then_some(at)
}

/// A count since 1970, in seconds, milliseconds or microseconds, told apart by its size.
pub fn epoch(count: f64) -> Option<Timestamp> {
    let seconds = match count {
        count if !count.is_finite() || count < EARLIEST as f64 => return None,
        count if count < 1e11 => count,
        count if count < 1e14 => count / 1e3,
        count if count < 1e17 => count / 1e6,
        _ => return None,
    };
    plausible(Timestamp::from_millisecond((seconds * 1e3) as i64).ok()?)
}

/// The moment a field states.
pub fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() < 8 {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && text.matches('.').count() < 2 {
        return text.parse().ok().and_then(epoch);
    }
    let exact = text.parse::<Timestamp>().ok().or_else(|| jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp()));
    if let Some(at) = exact {
        return plausible(at);
    }
    // Most dialects are longer than their date: "Posted On: May 13, 2024 10:21 UTC".
    let text: String = text.chars().take(200).collect();
    iso(&text).or_else(|| in_figures(&text)).or_else(|| with_month(&text)).and_then(plausible)
}

fn regex(cell: &'static OnceLock<Regex>, expression: &str) -> &'static Regex {
    cell.get_or_init(|| Regex::new(expression).expect("the expression is constant"))
}

fn iso(text: &str) -> Option<Timestamp> {
    static ISO: OnceLock<Regex> = OnceLock::new();
    let found = regex(&ISO, r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?)?").captures(text)?;
    let day = found.get(1)?.as_str();
    let Some(hour) = found.get(2) else { return utc(day.parse::<Date>().ok()?.at(0, 0, 0, 0)) };
    let local: DateTime = format!("{day}T{}", hour.as_str()).parse().ok()?;
    match found.get(3).map(|zone| zone.as_str()) {
        None | Some("Z" | "UTC" | "GMT") => utc(local),
        Some(offset) => format!("{local}{}:{}", &offset[..3], &offset[offset.len() - 2..]).parse().ok(),
    }
}

/// "21.08.2026, 23:38", "08/21/2026, 10:45 PM": with dots the day comes first, with slashes the month.
fn in_figures(text: &str) -> Option<Timestamp> {
    static FIGURES: OnceLock<Regex> = OnceLock::new();
    let found = regex(&FIGURES, r"(?i)\b(\d{1,2})([./])(\d{1,2})[./](\d{4})(?:,?\s+(?:at |um )?(\d{1,2}):(\d{2})(?::\d{2})?\s?(am|pm)?)?").captures(text)?;
    let number = |group: usize| found.get(group).and_then(|part| part.as_str().parse::<i8>().ok());
    let (first, second) = (number(1)?, number(3)?);
    let (day, month) = if &found[2] == "." || first > 12 { (first, second) } else { (second, first) };
    let year = found.get(4)?.as_str().parse().ok()?;
    at_hour(Date::new(year, month, day).ok()?, number(5), number(6), found.get(7).map(|half| half.as_str()))
}

/// "May 13, 2024 10:21 UTC", "6 Jun 2017", "Oct 23, 2023".
fn with_month(text: &str) -> Option<Timestamp> {
    static MONTH: OnceLock<Regex> = OnceLock::new();
    let month = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?";
    let found = regex(&MONTH, &format!(r"(?i)\b(?:{month}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?|(\d{{1,2}})(?:st|nd|rd|th)?\.?\s+{month},?)\s+(\d{{4}})(?:,?\s+(?:at\s+)?(\d{{1,2}}):(\d{{2}})(?::\d{{2}})?\s?(am|pm)?)?")).captures(text)?;
    let name = found.get(1).or_else(|| found.get(4))?.as_str().to_ascii_lowercase();
    let month = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"].iter().position(|known| *known == name)?;
    let number = |group: usize| found.get(group).and_then(|part| part.as_str().parse::<i8>().ok());
    let year = found.get(5)?.as_str().parse().ok()?;
    let day = number(2).or_else(|| number(3))?;
    at_hour(Date::new(year, i8::try_from(month).ok()? + 1, day).ok()?, number(6), number(7), found.get(8).map(|half| half.as_str()))
}

fn at_hour(date: Date, hour: Option<i8>, minute: Option<i8>, half: Option<&str>) -> Option<Timestamp> {
    let hour = match (hour.unwrap_or(0), half.map(str::to_ascii_lowercase).as_deref()) {
        (12, Some("am")) => 0,
        (hour, Some("pm")) if hour < 12 => hour + 12,
        (hour, _) => hour,
    };
    utc(DateTime::new(date.year(), date.month(), date.day(), hour, minute.unwrap_or(0), 0, 0).ok()?)
}

fn utc(local: DateTime) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(local).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_many_dialects() {
        for (text, at) in [
            ("2026-04-06T15:25:42.257Z", Some("2026-04-06T15:25:42.257Z")),
            ("2026-04-24T00:02:03+0000", Some("2026-04-24T00:02:03Z")),
            ("2020-11-15T16:01:30-07:00", Some("2020-11-15T23:01:30Z")),
            ("2026-03-09T13:04:51", Some("2026-03-09T13:04:51Z")),
            ("2026-03-09 13:04:51", Some("2026-03-09T13:04:51Z")),
            ("2020-11-20 20:18:30 UTC", Some("2020-11-20T20:18:30Z")),
            ("2026-03-09", Some("2026-03-09T00:00:00Z")),
            ("Published on 08/21/2026, 10:45 PM", Some("2026-08-21T22:45:00Z")),
            ("21.08.2026", Some("2026-08-21T00:00:00Z")),
            ("May 13, 2024 10:21 UTC", Some("2024-05-13T10:21:00Z")),
            ("Member since Jul 9, 2016", Some("2016-07-09T00:00:00Z")),
            ("9th July 2016", Some("2016-07-09T00:00:00Z")),
            ("Mon, 13 May 2024 10:21:00 +0200", Some("2024-05-13T08:21:00Z")),
            ("1767261600", Some("2026-01-01T10:00:00Z")),
            ("last week", None),
            ("Posted recently", None),
            ("9999-12-31", None),
            ("0001-01-01T00:00:00Z", None),
            ("2026-13-45T99:99:99", None),
            // Digits of other scripts are digits to an expression, and no bytes to cut between.
            ("2026-03-09T13:04:51+1\u{660}00", Some("2026-03-09T13:04:51Z")),
        ] {
            assert_eq!(moment(text).map(|at| at.to_string()).as_deref(), at, "{text:?}");
        }
        assert_eq!(epoch(1_767_261_600_000.0), epoch(1_767_261_600.0));
        assert_eq!(epoch(0.0), None);
    }
}
