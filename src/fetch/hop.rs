//! One attempt: a request, and the redirects that lead on from it. Redirects are followed here rather than by the
//! client, so that every hop waits its turn, is checked like a first address, and cookies end with the attempt.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION, RETRY_AFTER,
};
use reqwest::{Response, Url};

use super::cookies::Cookies;
use super::{FetchError, Fetched, Outcome, Shared, Validators, body, failure, hosts, retry};
use crate::read::Document;

/// Feeds first, pages too.
const ACCEPTED: &str =
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, application/json;q=0.9, text/html;q=0.8, */*;q=0.5";

/// A failed attempt.
pub(super) struct Refused {
    pub error: FetchError,
    /// What the server asks for.
    pub retry_after: Option<Duration>,
}

impl From<FetchError> for Refused {
    fn from(error: FetchError) -> Refused {
        Refused { error, retry_after: None }
    }
}

/// Follows an address to its end. `fetched` learns where the address has moved to, where all redirects up to there are
/// permanent, and whether the end of the body was marked.
pub(super) async fn follow(shared: &Shared, first: Url, known: Option<&Validators>, fetched: &mut Fetched) -> Result<Outcome, Refused> {
    let options = &shared.options;
    let (mut url, mut been, mut cookies, mut permanent, mut left) = (first.clone(), Vec::new(), Cookies::default(), true, options.total);
    loop {
        let turn = shared.turn(&url).await;
        if turn.host.is_down() {
            return Err(FetchError::HostDown(hosts::host(&url)).into());
        }
        let start = Instant::now();
        let failed = |cause: &reqwest::Error| failure::failure(cause, options, left, start.elapsed());
        let known = known.filter(|known| known.address == url.as_str());
        let mut headers = conditions(known);
        headers.insert(ACCEPT, HeaderValue::from_static(ACCEPTED));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(body::CODINGS));
        cookies.add_to(&mut headers, &url);
        let fresh = fetched.attempts > 1 || turn.host.closes();
        let sent = shared.client(fresh)?.get(url.clone()).headers(headers).timeout(left).send().await;
        let response = match sent {
            Ok(response) => response,
            Err(cause) => {
                let error = failed(&cause);
                turn.host.learn(&error, fresh);
                return Err(error.into());
            }
        };
        turn.host.answered();
        let status = response.status().as_u16();
        match status {
            200 | 203 => {
                let validators = validators(&url, response.headers());
                let media_type = response.headers().get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
                let codings = body::codings(response.headers());
                fetched.end_unmarked = body::ends_with_the_connection(&response);
                let wire = body::read(response, options.wire_bytes).await.map_err(|end| match end {
                    body::End::TooLarge => FetchError::TooLarge { limit: options.wire_bytes, wire: true },
                    body::End::Failed(cause) => failed(&cause),
                })?;
                drop(turn);
                // Unpacking keeps a core busy; the other requests go on meanwhile.
                let bytes = tokio::task::block_in_place(|| body::unpack(wire, codings, options.body_bytes))?;
                if bytes.iter().all(u8::is_ascii_whitespace) {
                    return Err(FetchError::Empty.into());
                }
                return Ok(Outcome::Fresh(
                    Document { source: hosts::shown(&first), base: Some(url.to_string()), media_type, bytes, columns: None },
                    validators,
                ));
            }
            304 if known.is_some() => return Ok(Outcome::Unchanged),
            304 => return Err(FetchError::StrayNotModified.into()),
            301 | 302 | 303 | 307 | 308 => {
                cookies.take_from(&response, &url);
                let next = next(&response, &url, status)?;
                permanent &= matches!(status, 301 | 308);
                been.push(url);
                // A cookie may be what was missing: the same address again is a circle only without a new one.
                if been.contains(&next) && !cookies.changed() {
                    return Err(FetchError::Circle(hosts::shown(&next)).into());
                }
                if been.len() > options.redirects {
                    return Err(FetchError::TooManyRedirects(options.redirects).into());
                }
                if permanent {
                    fetched.moved_to = Some(hosts::shown(&next));
                }
                url = next;
            }
            410 => return Err(FetchError::Gone.into()),
            _ => {
                let asked = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
                let retry_after = asked.and_then(|value| retry::retry_after(value, Timestamp::now()));
                return Err(Refused { error: FetchError::Status(status), retry_after });
            }
        }
        left = left.saturating_sub(start.elapsed());
        if left.is_zero() {
            return Err(FetchError::TotalTime(options.total).into());
        }
    }
}

/// The address a redirect leads to, checked.
fn next(response: &Response, url: &Url, status: u16) -> Result<Url, FetchError> {
    let location = response.headers().get(LOCATION).map(|location| String::from_utf8_lossy(location.as_bytes()).trim().to_owned());
    let text = location.filter(|location| !location.is_empty()).ok_or(FetchError::NoLocation(status))?;
    let mut next = url.join(&text).map_err(|_| FetchError::BadLocation(crate::text::clean_line(&text).chars().take(200).collect()))?;
    if next.scheme() != url.scheme() {
        return Err(FetchError::OtherScheme { from: hosts::shown(url), to: hosts::shown(&next) });
    }
    hosts::allowed(&next)?;
    next.set_fragment(None);
    Ok(next)
}

/// The headers that make a request conditional.
fn conditions(known: Option<&Validators>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let Some(known) = known else { return headers };
    let mut set = |name: HeaderName, value: &Option<Vec<u8>>| {
        if let Some(value) = value.as_deref().and_then(|value| HeaderValue::from_bytes(value).ok()) {
            headers.insert(name, value);
        }
    };
    set(IF_NONE_MATCH, &known.etag);
    set(IF_MODIFIED_SINCE, &known.last_modified);
    headers
}

fn validators(url: &Url, headers: &HeaderMap) -> Validators {
    let value = |name: HeaderName| headers.get(name).map(|value| value.as_bytes().to_vec()).filter(|value| !value.is_empty());
    Validators { address: url.to_string(), etag: value(ETAG), last_modified: value(LAST_MODIFIED) }
}
