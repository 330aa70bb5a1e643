//! What went wrong with a transfer, in words a person can act on.

use std::time::Duration;

use super::{FetchError, Options};

/// What a failed transfer means that had this long and took that long.
pub(super) fn failure(cause: &reqwest::Error, options: &Options, left: Duration, spent: Duration) -> FetchError {
    let text = chain(cause);
    if cause.is_connect() {
        let known = text.to_ascii_lowercase();
        return match () {
            () if cause.is_timeout() => FetchError::ConnectTime(options.connect.min(left)),
            () if known.contains("certificate") => FetchError::Certificate(text),
            () if known.contains("dns") || known.contains("look up") || known.contains("lookup") => FetchError::Name(text),
            () => FetchError::Connect(text),
        };
    }
    if cause.is_timeout() {
        // The client does not say which of its clocks ran out; the one of silence is the shorter.
        return if spent + TICK < left { FetchError::ReadTime(options.read) } else { FetchError::TotalTime(options.total) };
    }
    let known = text.to_ascii_lowercase();
    if cause.is_builder() || ["invalid", "parse", "too large", "too many"].iter().any(|word| known.contains(word)) {
        FetchError::Protocol(text)
    } else {
        FetchError::Broken(text)
    }
}

/// Clocks differ by less.
const TICK: Duration = Duration::from_millis(20);

/// Causes that tell a programmer where, and a person nothing.
const HOLLOW: &[&str] =
    &["request or response body error", "error reading a body from connection", "error resolving DNS", "dns error", "tcp connect error", "connection error"];

/// An error with its causes, without the address (it may hold a password).
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let (mut text, mut hollow) = (String::new(), String::new());
    let mut next = error.source();
    while let Some(cause) = next {
        let message = cause.to_string();
        let message = HOLLOW.iter().fold(message.as_str(), |message, start| message.strip_prefix(start).map_or(message, |rest| rest.trim_start_matches(": ")));
        if message.is_empty() || message.starts_with("client error (") {
            hollow = cause.to_string();
        } else if !text.contains(message) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(message);
        }
        next = cause.source();
    }
    let said = [text, hollow].into_iter().find(|text| !text.is_empty());
    said.map_or_else(|| "unknown cause".into(), |text| crate::text::clean_line(&text))
}

/// What a status means and what to do about it.
pub(super) fn status_text(status: u16) -> String {
    let meaning = match status {
        201 | 202 => "no feed came, only a receipt; open the address in a browser",
        204 | 205 => "no content",
        206 | 226 => "a part, though the whole was asked for",
        300 => "several addresses to choose from; open it in a browser and put the right one into your sources",
        400 => "the server does not understand the address; check it",
        401 => "it wants a password; put it into the address as https://NAME:PASSWORD@HOST/, or save the page and scan the file",
        402 => "it wants to be paid for",
        403 | 451 | 999 => "it will not show this to a program; open it in a browser and save the page",
        404 => "nothing there; look at the site for the new address",
        407 => "the proxy wants a password; put it into the proxy's address",
        408 => "the server grew tired of waiting; it is asked again with the next run",
        425 => "too early for the server; it is asked again with the next run",
        429 => "too many requests; fetch it less often",
        511 => "the network wants a log-in first; open any page in a browser",
        _ if (500..600).contains(&status) => "the server failed; it may be back later",
        _ if (400..500).contains(&status) => "the server refuses the request; open the address in a browser to see why",
        _ => "a status that means nothing here; open the address in a browser",
    };
    format!("{status}: {meaning}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_says_what_to_do() {
        for status in 100..1000 {
            let text = status_text(status);
            assert!(text.starts_with(&format!("{status}: ")) && text.len() > 12, "{text}");
        }
    }

    #[test]
    fn chains_leave_out_what_tells_nothing() {
        #[derive(Debug)]
        struct Cause(&'static str, Option<Box<Cause>>);
        impl std::fmt::Display for Cause {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.0)
            }
        }
        impl std::error::Error for Cause {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                self.1.as_deref().map(|cause| cause as _)
            }
        }
        let chained = |causes: &[&'static str]| causes.iter().rev().fold(None, |below, cause| Some(Box::new(Cause(cause, below)))).map(|top| chain(&top));
        for (causes, text) in [
            (&["top", "client error (SendRequest)", "connection closed"][..], "connection closed"),
            (&["top", "client error (Connect)", "tcp connect error: Connection refused", "Connection refused"], "Connection refused"),
            (&["top", "client error (Connect)"], "client error (Connect)"),
            (&["top"], "unknown cause"),
        ] {
            assert_eq!(chained(causes).as_deref(), Some(text), "{causes:?}");
        }
    }
}
