//! One attempt: a request, and the redirects that lead on from it. Redirects are followed here rather than by the
//! client, so that every hop waits its turn, is checked like a first address, and cookies end with the attempt.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, COOKIE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION,
    RETRY_AFTER, SET_COOKIE,
};
use reqwest::{Response, Url};

use super::{FetchError, Outcome, Shared, Validators, body, hosts, retry};
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

/// Follows an address to its end. `moved_to` is filled where all redirects up to there are permanent.
pub(super) async fn follow(shared: &Shared, first: Url, known: Option<&Validators>, moved_to: &mut Option<String>) -> Result<Outcome, Refused> {
    let options = &shared.options;
    let (mut url, mut been, mut cookies, mut permanent, mut left) = (first.clone(), Vec::new(), Cookies::default(), true, options.total);
    loop {
        let turn = shared.turn(&url).await;
        let start = Instant::now();
        let known = known.filter(|known| known.address == url.as_str());
        let mut headers = conditions(known);
        headers.insert(ACCEPT, HeaderValue::from_static(ACCEPTED));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(body::CODINGS));
        cookies.add_to(&mut headers, &url);
        let response = shared.client.get(url.clone()).headers(headers).timeout(left).send().await.map_err(|cause| failure(&cause, shared))?;
        let status = response.status().as_u16();
        match status {
            200 | 203 => {
                let validators = validators(&url, response.headers());
                let media_type = response.headers().get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
                let codings = body::codings(response.headers())?;
                let wire = body::read(response, options.wire_bytes).await.map_err(|end| match end {
                    body::End::TooLarge => FetchError::TooLarge { limit: options.wire_bytes, wire: true },
                    body::End::Failed(cause) => failure(&cause, shared),
                })?;
                drop(turn);
                let bytes = body::unpack(wire, &codings, options.body_bytes)?;
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
                    *moved_to = Some(hosts::shown(&next));
                }
                url = next;
            }
            410 => return Err(FetchError::Gone.into()),
            _ => {
                let asked = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
                let retry_after = asked.and_then(|value| retry::retry_after(value, Timestamp::now())).filter(|_| matches!(status, 429 | 503));
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
    let location = response.headers().get(LOCATION).ok_or(FetchError::NoLocation(status))?;
    let text = String::from_utf8_lossy(location.as_bytes()).into_owned();
    let mut next = url.join(text.trim()).map_err(|_| FetchError::BadLocation(crate::text::clean_line(&text).chars().take(200).collect()))?;
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

/// What a failed transfer means.
fn failure(cause: &reqwest::Error, shared: &Shared) -> FetchError {
    let options = &shared.options;
    let text = chain(cause);
    if cause.is_connect() {
        return if cause.is_timeout() { FetchError::ConnectTime(options.connect) } else { FetchError::Connect(text) };
    }
    if cause.is_timeout() {
        // The client does not say which of its clocks ran out; the shorter one is the silence.
        return if options.read < options.total && silent(cause) { FetchError::ReadTime(options.read) } else { FetchError::TotalTime(options.total) };
    }
    let message = text.to_ascii_lowercase();
    if cause.is_builder() || message.contains("invalid") || message.contains("parse") || message.contains("too large") || message.contains("too many") {
        FetchError::Protocol(text)
    } else {
        FetchError::Broken(text)
    }
}

/// Whether a time-out came from silence rather than from the clock of the whole attempt.
fn silent(cause: &reqwest::Error) -> bool {
    chain(cause).contains("timed out") && cause.is_body()
}

/// An error with its causes, without the address (it may hold a password).
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = String::new();
    let mut next = error.source();
    while let Some(cause) = next {
        let message = cause.to_string();
        if !text.contains(&message) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&message);
        }
        next = cause.source();
    }
    if text.is_empty() { "unknown cause".into() } else { crate::text::clean_line(&text) }
}

/// What a status means and what to do about it.
pub(super) fn status_text(status: u16) -> String {
    let meaning = match status {
        401 | 407 => "it wants a password; put it into the address as https://NAME:PASSWORD@HOST/, or save the page and scan the file",
        403 | 451 => "it will not show this to a program; open it in a browser and save the page",
        404 => "nothing there; look at the site for the new address",
        408 | 429 => "too many requests; fetch it less often",
        204 | 205 => "no content",
        206 => "a part, though the whole was asked for",
        500..=599 => "the server failed; it may be back later",
        _ => "not understood",
    };
    format!("{status}: {meaning}")
}

/// Cookies of one attempt, each for the host that set it.
#[derive(Default)]
struct Cookies {
    kept: Vec<(String, String, String)>,
    changed: bool,
}

/// Cookies kept at most, and bytes of one.
const COOKIES: (usize, usize) = (20, 4096);

impl Cookies {
    fn take_from(&mut self, response: &Response, url: &Url) {
        self.changed = false;
        for value in response.headers().get_all(SET_COOKIE) {
            let Some((name, value)) = value.to_str().ok().and_then(|value| value.split(';').next()?.split_once('=')) else { continue };
            let (host, name, value) = (hosts::host(url), name.trim().to_owned(), value.trim().to_owned());
            let place = self.kept.iter().position(|(of, called, _)| *of == host && *called == name);
            match place {
                Some(place) if self.kept[place].2 == value => {}
                Some(place) => (self.kept[place].2, self.changed) = (value, true),
                None if self.kept.len() < COOKIES.0 && name.len() + value.len() < COOKIES.1 => {
                    self.kept.push((host, name, value));
                    self.changed = true;
                }
                None => {}
            }
        }
    }

    /// Whether the last answer brought something new.
    fn changed(&self) -> bool {
        self.changed
    }

    fn add_to(&self, headers: &mut HeaderMap, url: &Url) {
        let host = hosts::host(url);
        let line: Vec<String> = self.kept.iter().filter(|(of, _, _)| *of == host).map(|(_, name, value)| format!("{name}={value}")).collect();
        if let Some(value) = HeaderValue::from_str(&line.join("; ")).ok().filter(|value| !value.is_empty()) {
            headers.insert(COOKIE, value);
        }
    }
}
