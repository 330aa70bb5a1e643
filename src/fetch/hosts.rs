//! Which addresses are fetched at all: http and https, and not the marketplaces that forbid it.

use reqwest::Url;

/// Why an address is not fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{address} is no address: {cause}")]
    NoAddress { address: String, cause: String },
    #[error("{scheme}: addresses are not fetched; give one that starts with http:// or https://")]
    Scheme { scheme: String },
    #[error(
        "{host} is not fetched: {marketplace} forbids programs that read its pages, and closes the accounts of people who use them. \
         Save the page in your browser and `gigsieve scan` the file, paste the post into `gigsieve check`, \
         or let {marketplace}'s e-mail alerts come to a folder and scan that."
    )]
    Forbidden { host: String, marketplace: &'static str },
}

/// Marketplaces whose terms forbid programs, with their other hosts.
const FORBIDDEN: &[(&str, &str)] = &[("upwork.com", "Upwork"), ("fiverr.com", "Fiverr"), ("upwork-usercontent.com", "Upwork")];

/// Whether a name on the command line is an address rather than a path.
pub fn is_address(name: &str) -> bool {
    name.split_once("://").is_some_and(|(scheme, _)| !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)))
}

/// The address, if it may be fetched.
///
/// # Errors
/// No address, another scheme, a host that forbids it.
pub fn check(address: &str) -> Result<Url, Refusal> {
    let address = address.trim();
    // `feed://` is how browsers of old marked an address as a feed.
    let plain = address.strip_prefix("feed://").map(|rest| format!("https://{rest}"));
    let plain = plain.as_deref().or_else(|| address.strip_prefix("feed:")).unwrap_or(address);
    let url = Url::parse(plain).map_err(|cause| Refusal::NoAddress { address: shown_text(address), cause: cause.to_string() })?;
    allowed(&url)?;
    Ok(url)
}

/// Whether a parsed address may be fetched.
pub fn allowed(url: &Url) -> Result<(), Refusal> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refusal::Scheme { scheme: url.scheme().to_owned() });
    }
    let host = host(url);
    if host.is_empty() {
        return Err(Refusal::NoAddress { address: shown(url), cause: "it names no host".into() });
    }
    for (forbidden, marketplace) in FORBIDDEN {
        if host == *forbidden || host.strip_suffix(forbidden).is_some_and(|rest| rest.ends_with('.')) {
            return Err(Refusal::Forbidden { host, marketplace });
        }
    }
    Ok(())
}

/// The host a request counts for, in lower case, without the dot that may end it.
pub fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase()
}

/// The address for people: without a password in it.
pub fn shown(url: &Url) -> String {
    let mut url = url.clone();
    if url.password().is_some() || !url.username().is_empty() {
        let _ = url.set_password(None);
        let _ = url.set_username("");
    }
    crate::text::clean_line(url.as_str())
}

/// A text that is no address, for people: one line, not endless.
fn shown_text(text: &str) -> String {
    crate::text::clean_line(text).chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marketplaces_that_forbid_it_are_refused_with_a_way_out() {
        for address in [
            "https://www.upwork.com/ab/feed/jobs/rss?q=rust",
            "http://upwork.com",
            "https://UPWORK.com./x",
            "https://pro.fiverr.com/x",
            "feed://www.upwork.com/rss",
            "https://user:secret@www.upwork.com/",
            "https://www.upwork.com:8443/x",
        ] {
            let error = check(address).expect_err(address);
            assert!(matches!(error, Refusal::Forbidden { .. }), "{address}: {error:?}");
            let text = error.to_string();
            assert!(text.contains("gigsieve check") && text.contains("e-mail alerts") && !text.contains("secret"), "{text}");
        }
    }

    #[test]
    fn other_hosts_and_only_web_addresses_pass() {
        for address in ["https://notupwork.com/", "https://upwork.com.example.org/", "http://127.0.0.1:8080/feed", "feed:https://example.org/rss"] {
            assert!(check(address).is_ok(), "{address}");
        }
        for address in ["ftp://example.org/x", "file:///etc/hosts", "https://", "example.org/feed", "javascript:alert(1)"] {
            assert!(check(address).is_err(), "{address}");
        }
    }
}
