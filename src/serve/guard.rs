//! Who may talk to the page: a browser on this machine that is showing this page, nobody else. A foreign site that
//! points its own name at 127.0.0.1 fails at `Host`, one that posts to us fails at `Origin`; no answer ever allows
//! another origin.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The names this server answers to.
#[derive(Clone)]
pub struct Guard {
    hosts: [String; 2],
}

impl Guard {
    pub fn new(port: u16) -> Guard {
        Guard { hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")] }
    }

    /// Why a request is refused, if it is.
    fn refusal(&self, method: &Method, headers: &HeaderMap) -> Option<&'static str> {
        let one = |name: HeaderName| {
            let mut values = headers.get_all(name).iter();
            // Twice the same header is a request that two readers may read differently.
            match (values.next(), values.next()) {
                (None, _) => Ok(None),
                (Some(value), None) => value.to_str().map(Some).map_err(|_| ()),
                (Some(_), Some(_)) => Err(()),
            }
        };
        let Ok(Some(host)) = one(header::HOST) else { return Some("no Host") };
        if !self.hosts.iter().any(|known| known == host) {
            return Some("this Host is not served");
        }
        let is_own = |origin: &str| origin.strip_prefix("http://") == Some(host);
        match one(header::ORIGIN) {
            Ok(None) if matches!(*method, Method::GET | Method::HEAD) => {}
            Ok(Some(origin)) if is_own(origin) => {}
            Ok(None) => return Some("no Origin"),
            Ok(Some(_)) | Err(()) => return Some("this Origin is not served"),
        }
        match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
            // A link on another site may open the page, nothing more.
            None | Some(b"same-origin" | b"none") => None,
            Some(_) if *method == Method::GET && headers.get("sec-fetch-mode").is_some_and(|mode| mode == "navigate") => None,
            Some(_) => Some("requests from other sites are not served"),
        }
    }
}

/// Headers of every answer. Pages bring a policy of their own on top.
const HEADERS: &[(&str, &str)] = &[
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    // Not `no-referrer`: under it a browser sends forms with `Origin: null`. Other sites are told nothing either way.
    ("referrer-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

/// Refuses requests from elsewhere, and marks every answer as nobody else's.
pub async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let mut response = match guard.refusal(request.method(), request.headers()) {
        Some(why) => (StatusCode::FORBIDDEN, why).into_response(),
        None => next.run(request).await,
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_page_may_ask() {
        let guard = Guard::new(8080);
        for (method, headers, served) in [
            ("GET", &[("host", "127.0.0.1:8080")][..], true),
            ("GET", &[("host", "localhost:8080"), ("sec-fetch-site", "none")], true),
            ("GET", &[("host", "evil.example")], false),
            ("GET", &[("host", "127.0.0.1:8081")], false),
            ("GET", &[("host", "127.0.0.1:8080"), ("host", "evil.example")], false),
            ("GET", &[], false),
            ("GET", &[("host", "127.0.0.1:8080"), ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")], false),
            ("GET", &[("host", "127.0.0.1:8080"), ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")], true),
            ("POST", &[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8080")], true),
            ("POST", &[("host", "127.0.0.1:8080"), ("origin", "http://localhost:8080")], false),
            ("POST", &[("host", "127.0.0.1:8080"), ("origin", "http://evil.example")], false),
            ("POST", &[("host", "127.0.0.1:8080"), ("origin", "null")], false),
            ("POST", &[("host", "127.0.0.1:8080")], false),
            ("POST", &[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8080"), ("sec-fetch-site", "same-site")], false),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            let refusal = guard.refusal(&method.parse().unwrap(), &map);
            assert_eq!(refusal.is_none(), served, "{method} {headers:?}: {refusal:?}");
        }
    }
}
