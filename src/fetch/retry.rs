//! When to ask again, and how long to wait first. Only what may be better in a moment is asked again.

use std::time::Duration;

use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

use super::hop::{self, Refused};
use super::{FetchError, Fetched, Outcome, Request, Shared, hosts};
use crate::read::dates;

/// However long a server asks us to stay away, after a day we look again.
const LONGEST_ABSENCE: Duration = Duration::from_secs(24 * 60 * 60);

/// Fetches one address, with as many attempts as help.
pub(super) async fn fetch(shared: &Shared, request: &Request) -> Fetched {
    let mut fetched = Fetched { outcome: Outcome::Unchanged, moved_to: None, not_before: None, attempts: 0, end_unmarked: false };
    let url = match hosts::check(&request.address) {
        Ok(url) => url,
        Err(refusal) => {
            fetched.outcome = Outcome::Failed(refusal.into());
            return fetched;
        }
    };
    let options = &shared.options;
    loop {
        fetched.attempts += 1;
        fetched.moved_to = None;
        let Refused { error, retry_after } = match hop::follow(shared, url.clone(), request.validators.as_ref(), &mut fetched).await {
            Ok(outcome) => {
                fetched.outcome = outcome;
                return fetched;
            }
            Err(refused) => refused,
        };
        let own = back_off(options.back_off, fetched.attempts);
        let wait = match (retry_after, &error) {
            (Some(asked), _) => asked.max(own),
            // Who is asked too often and does not say how long to wait is given more time.
            (None, FetchError::Status(429)) => own * 4,
            (None, _) => own,
        };
        let asks_patience = retry_after.is_some_and(|wait| wait > options.patience);
        if fetched.attempts >= options.attempts || asks_patience || !may_pass(&error) {
            fetched.not_before = retry_after.and_then(|wait| Timestamp::now().checked_add(SignedDuration::try_from(wait.min(LONGEST_ABSENCE)).ok()?).ok());
            fetched.outcome = Outcome::Failed(error);
            // Where a redirect leads nowhere, its address is no better than the old one.
            fetched.moved_to = None;
            return fetched;
        }
        tokio::time::sleep(wait).await;
    }
}

/// Whether the same request may do better in a moment.
fn may_pass(error: &FetchError) -> bool {
    match error {
        FetchError::Connect(_) | FetchError::Name(_) | FetchError::ConnectTime(_) | FetchError::Broken(_) => true,
        FetchError::Status(status) => matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504),
        _ => false,
    }
}

/// The wait after an attempt: doubled each time, between half and one and a half of it, so that many do not come back at once.
fn back_off(first: Duration, attempts: u32) -> Duration {
    let doubled = first.saturating_mul(1 << attempts.saturating_sub(1).min(6));
    doubled.mul_f64(0.5 + fastrand::f64())
}

/// `Retry-After` in either form: seconds, or a date.
pub(super) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if value.bytes().all(|byte| byte.is_ascii_digit()) && !value.is_empty() {
        return Some(value.parse().map_or(LONGEST_ABSENCE, Duration::from_secs));
    }
    // Dates have letters; the forms of old (RFC 850, asctime) still have to be understood.
    let date = DateTimeParser::new().parse_timestamp(value).ok().or_else(|| dates::parse(value).filter(|_| value.contains(':') && value.len() > 20))?;
    Duration::try_from(date.duration_since(now)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let now: Timestamp = "1994-11-06T08:49:30Z".parse().expect("a date");
        for (value, seconds) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(7)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(7)),
            ("Sun Nov  6 08:49:37 1994", Some(7)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", None),
            ("1.5", None),
            ("99999999999999999999999", Some(86_400)),
            ("soon", None),
            ("-5", None),
            ("", None),
        ] {
            assert_eq!(retry_after(value, now), seconds.map(Duration::from_secs), "{value:?}");
        }
    }

    #[test]
    fn waits_grow_and_stay_bounded() {
        for attempts in 1..40 {
            let wait = back_off(Duration::from_millis(100), attempts);
            assert!(wait >= Duration::from_millis(50) && wait <= Duration::from_millis(100 * 64 * 3 / 2), "{attempts}: {wait:?}");
        }
    }
}
