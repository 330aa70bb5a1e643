//! Cookies within one attempt: a redirect may need the one that came with it. They are never kept beyond.

use reqwest::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use reqwest::{Response, Url};

use super::hosts;

/// Cookies of one attempt, each for the host that set it.
#[derive(Default)]
pub(super) struct Cookies {
    kept: Vec<(String, String, String)>,
    changed: bool,
}

/// Cookies kept at most, and bytes of one.
const COOKIES: (usize, usize) = (20, 4096);

impl Cookies {
    pub(super) fn take_from(&mut self, response: &Response, url: &Url) {
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
    pub(super) fn changed(&self) -> bool {
        self.changed
    }

    pub(super) fn add_to(&self, headers: &mut HeaderMap, url: &Url) {
        let host = hosts::host(url);
        let line: Vec<String> = self.kept.iter().filter(|(of, _, _)| *of == host).map(|(_, name, value)| format!("{name}={value}")).collect();
        if let Some(value) = HeaderValue::from_str(&line.join("; ")).ok().filter(|value| !value.is_empty()) {
            headers.insert(COOKIE, value);
        }
    }
}
