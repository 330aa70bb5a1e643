//! What people write into the cells of a table and flat records into their values, put into the fields of a draft.
//! What cannot be read for sure stays unread: a wrong figure is worse than none.

use jiff::Timestamp;

use super::columns::Field;
use super::{Limits, stated};
use crate::facts::currency;
use crate::post::{Draft, Pay, PayKind, Proposals};

/// Puts a cell into its field of a draft.
pub fn put(draft: &mut Draft, field: Field, cell: &str, day_first: bool, limits: &Limits) {
    let cell = limits.cut_beyond(cell.trim());
    if is_blank(cell) {
        return;
    }
    let text = || Some(cell.to_owned());
    match field {
        Field::Id => draft.id = text(),
        Field::Title => draft.title = cell.to_owned(),
        Field::Body => draft.body = cell.to_owned(),
        Field::Url => draft.url = address(cell),
        Field::Published => draft.published = moment(cell, day_first),
        Field::Updated => draft.updated = moment(cell, day_first),
        Field::Author => draft.author = text(),
        Field::Skills => draft.skills = list(cell, limits.skills),
        Field::Pay => merge(&mut draft.pay, pay(cell)),
        Field::PayHourly => merge_hourly(&mut draft.pay, pay(cell)),
        Field::PayMin => merge(&mut draft.pay, Pay { max: None, ..pay(cell) }),
        Field::PayMax => merge(&mut draft.pay, Pay { min: None, ..pay(cell) }),
        Field::HourlyMin => merge_hourly(&mut draft.pay, Pay { max: None, ..pay(cell) }),
        Field::HourlyMax => merge_hourly(&mut draft.pay, Pay { min: None, ..pay(cell) }),
        Field::PayKind => draft.pay.kind = PayKind::from_name(cell).or_else(|| stated::unit(cell)).or(draft.pay.kind),
        Field::Currency => draft.pay.currency = currency_code(cell).or(draft.pay.currency.take()),
        Field::Marketplace => draft.marketplace = text().filter(|name| name.len() <= 40).map(|name| name.to_lowercase()),
        Field::Country => draft.client.country = text(),
        Field::Rating => draft.client.rating = figure(cell).and_then(stated::rating),
        Field::TotalSpent => draft.client.total_spent = figure(cell),
        Field::Hires => draft.client.hires = figure(cell),
        Field::JobsPosted => draft.client.jobs_posted = figure(cell),
        Field::HireRate => draft.client.hire_rate = figure(cell).filter(|&rate| rate <= 100.0),
        Field::Verified => draft.client.payment_verified = yes_no(cell),
        Field::MemberSince => draft.client.member_since = moment(cell, day_first),
        Field::Proposals => draft.proposals = if is_negative(cell) || has_exponent(cell) { Proposals::default() } else { stated::proposals(cell) },
        Field::ProposalsMin => draft.proposals.min = draft.proposals.min.or(count(cell)),
        Field::ProposalsMax => draft.proposals.max = draft.proposals.max.or(count(cell)),
    }
}

/// What people and programs write where they have nothing to say.
fn is_blank(cell: &str) -> bool {
    matches!(
        cell.to_ascii_lowercase().as_str(),
        "" | "null"
            | "none"
            | "nan"
            | "n/a"
            | "na"
            | "-"
            | "--"
            | "undefined"
            | "nil"
            | "#n/a"
            | "?"
            | "inf"
            | "-inf"
            | "infinity"
            | "-infinity"
            | "not specified"
            | "unknown"
    )
}

/// A figure below nothing is a mistake wherever a table of posts can hold one.
fn is_negative(cell: &str) -> bool {
    cell.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '-').starts_with('-')
}

fn figure(cell: &str) -> Option<f64> {
    if is_negative(cell) || has_exponent(cell) { None } else { stated::figure(cell) }
}

fn count(cell: &str) -> Option<u32> {
    figure(cell).filter(|&count| count <= f64::from(u32::MAX)).map(|count| count as u32)
}

fn pay(cell: &str) -> Pay {
    // Cells about pay are short; a long one is prose, which the facts read.
    if cell.len() > 120 || is_negative(cell) || has_exponent(cell) { Pay::default() } else { stated::money(cell) }
}

/// "1e400": a figure of a program gone astray, and none anybody means.
fn has_exponent(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    bytes.windows(3).any(|three| three[0].is_ascii_digit() && matches!(three[1], b'e' | b'E') && (three[2].is_ascii_digit() || matches!(three[2], b'+' | b'-')))
}

fn merge(pay: &mut Pay, read: Pay) {
    pay.min = pay.min.or(read.min);
    pay.max = pay.max.or(read.max);
    pay.kind = pay.kind.or(read.kind);
    pay.currency = pay.currency.take().or(read.currency);
}

/// An hourly column says so by its name, whatever the cell says; without a figure it says nothing.
fn merge_hourly(pay: &mut Pay, read: Pay) {
    if read.is_stated() {
        pay.kind = Some(PayKind::Hourly);
        merge(pay, read);
    }
}

/// An address that leads to a page.
pub fn address(cell: &str) -> Option<String> {
    let url = cell.split_whitespace().next()?;
    let start = url.get(..8.min(url.len()))?.to_ascii_lowercase();
    ((start.starts_with("http://") || start.starts_with("https://")) && url.len() <= 4096).then(|| url.to_owned())
}

/// The ISO code of a cell that names a currency and nothing else.
fn currency_code(cell: &str) -> Option<String> {
    let upper = cell.to_uppercase();
    if upper.len() == 3 && currency::rates().usd.contains_key(&upper) {
        return Some(upper);
    }
    currency::code(&cell.to_lowercase()).map(str::to_owned)
}

/// Items parted by commas, semicolons or bars; a JSON or Python list is one too.
pub fn list(cell: &str, most: usize) -> Vec<String> {
    let inner = cell.trim_matches(|c: char| matches!(c, '[' | ']' | '{' | '}' | '(' | ')') || c.is_whitespace());
    let parting = [';', '|', '\n'].into_iter().find(|&parting| inner.contains(parting)).unwrap_or(',');
    inner
        .split(parting)
        .map(|item| item.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')))
        .filter(|item| !item.is_empty() && item.len() <= 200)
        .take(most)
        .map(str::to_owned)
        .collect()
}

/// Yes or no in words, figures and ticks.
pub fn yes_no(cell: &str) -> Option<bool> {
    match cell.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "1.0" | "verified" | "payment verified" | "x" | "\u{2713}" | "\u{2714}" | "ja" | "si" | "oui" => Some(true),
        "no" | "n" | "false" | "0" | "0.0" | "unverified" | "not verified" | "payment unverified" | "nein" | "non" => Some(false),
        _ => None,
    }
}

/// A moment; 03/04/2026 is read the way round that the rest of its column is.
fn moment(cell: &str, day_first: bool) -> Option<Timestamp> {
    if day_first && let Some((first, second, rest)) = slashed(cell) {
        return stated::moment(&format!("{second}/{first}/{rest}"));
    }
    stated::moment(cell)
}

/// Whether this date can only be one that starts with its day.
pub fn starts_with_day(cell: &str) -> bool {
    slashed(cell).is_some_and(|(first, second, _)| (13..=31).contains(&first) && (1..=12).contains(&second))
}

fn slashed(cell: &str) -> Option<(u32, u32, &str)> {
    let (first, rest) = cell.trim().split_once('/')?;
    let (second, rest) = rest.split_once('/')?;
    Some((first.parse().ok()?, second.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(field: Field, cell: &str) -> Draft {
        let mut draft = Draft::default();
        put(&mut draft, field, cell, false, &Limits::default());
        draft
    }

    #[test]
    fn pay_is_read_from_its_column() {
        for (field, cell, kind, min, max, currency) in [
            (Field::Pay, "$500", None, Some(500.0), Some(500.0), Some("USD")),
            (Field::Pay, "25-40 EUR/hr", Some(PayKind::Hourly), Some(25.0), Some(40.0), Some("EUR")),
            (Field::PayHourly, "30", Some(PayKind::Hourly), Some(30.0), Some(30.0), None),
            (Field::PayHourly, "", None, None, None, None),
            (Field::PayMin, "100", None, Some(100.0), None, None),
            (Field::Pay, "-500", None, None, None, None),
            (Field::Pay, "$-500", None, None, None, None),
            (Field::Pay, "1e400", None, None, None, None),
            (Field::Pay, "NaN", None, None, None, None),
            (Field::Pay, "0", None, None, None, None),
            (Field::Pay, "99999999999999999999", None, None, None, None),
            (Field::PayKind, "Fixed-price", Some(PayKind::Fixed), None, None, None),
            (Field::Currency, "gbp", None, None, None, Some("GBP")),
        ] {
            let pay = draft(field, cell).pay;
            assert_eq!((pay.kind, pay.min, pay.max, pay.currency.as_deref()), (kind, min, max, currency), "{field:?} {cell:?}");
        }
    }

    #[test]
    fn lists_links_and_ticks() {
        assert_eq!(list("Rust, SQL", 9), ["Rust", "SQL"]);
        assert_eq!(list("['Rust', 'SQL']", 9), ["Rust", "SQL"]);
        assert_eq!(list("a;b,c;d", 2), ["a", "b,c"]);
        assert_eq!(address("javascript:alert(1)"), None);
        assert_eq!(address("HTTPS://x.example/1 (new)").as_deref(), Some("HTTPS://x.example/1"));
        assert_eq!((yes_no("Verified"), yes_no("no"), yes_no("perhaps")), (Some(true), Some(false), None));
    }

    #[test]
    fn days_come_first_where_the_column_says_so() {
        for (cell, day_first, moment) in [
            ("03/04/2026", false, Some("2026-03-04T00:00:00Z")),
            ("03/04/2026", true, Some("2026-04-03T00:00:00Z")),
            ("25/12/2026", false, Some("2026-12-25T00:00:00Z")),
            ("2026-04-03", true, Some("2026-04-03T00:00:00Z")),
            ("yesterday", true, None),
        ] {
            assert_eq!(super::moment(cell, day_first).map(|at| at.to_string()).as_deref(), moment, "{cell:?}");
        }
        assert!(starts_with_day("25/12/2026") && !starts_with_day("12/25/2026") && !starts_with_day("03/04/2026"));
    }
}
