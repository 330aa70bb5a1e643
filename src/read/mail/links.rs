//! Which links of a mail lead to one job post, whoever sends the mail and through whatever redirection. The hosts and
//! paths are data: `patterns/job-links.toml`.

use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;
use url::Url;

use crate::read::marketplace;

/// A link to a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// Without what tracks the reader.
    pub url: String,
    /// What all links to this post have in common.
    pub key: String,
    pub marketplace: Option<&'static str>,
}

#[derive(Deserialize)]
struct Table {
    site: Vec<Site>,
}

#[derive(Deserialize)]
struct Site {
    host: String,
    path: String,
}

fn sites() -> &'static [(String, Regex)] {
    static SITES: OnceLock<Vec<(String, Regex)>> = OnceLock::new();
    SITES.get_or_init(|| {
        let table: Table = toml::from_str(include_str!("../../../patterns/job-links.toml")).expect("patterns/job-links.toml is checked by the tests");
        table
            .site
            .into_iter()
            .map(|site| (site.host, Regex::new(&format!("(?i){}", site.path)).expect("patterns/job-links.toml is checked by the tests")))
            .collect()
    })
}

/// Words in paths of pages about posts that are no posts.
const NO_POSTS: &[&str] = &["unsubscribe", "preferences", "settings", "/search", "alert", "/saved", "/similar", "categories", "/login", "/help"];

/// Redirections in redirections that are followed on paper.
const REDIRECTIONS: usize = 3;

/// The post an address leads to, if it leads to one. An address in the query of another counts as that address.
pub(super) fn job(address: &str) -> Option<Link> {
    job_behind(&Url::parse(address.trim()).ok()?, REDIRECTIONS)
}

fn job_behind(url: &Url, redirections: usize) -> Option<Link> {
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    if let Some(link) = direct(url) {
        return Some(link);
    }
    if redirections == 0 {
        return None;
    }
    url.query_pairs().take(50).filter(|(_, value)| value.starts_with("http")).find_map(|(_, value)| job_behind(&Url::parse(&value).ok()?, redirections - 1))
}

fn direct(url: &Url) -> Option<Link> {
    let host = url.host_str()?;
    let place = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let below = |known: &str| host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let known = sites().iter().any(|(known, _)| below(known));
    let (known, expression) = sites().iter().find(|(known_host, path)| (below(known_host) || !known && known_host == "*") && path.is_match(&place))?;
    let lower = place.to_ascii_lowercase();
    if known == "*" && NO_POSTS.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let key = expression.captures(&place)?.get(1)?.as_str().to_ascii_lowercase();
    let host = if known == "*" { host } else { known };
    let mut plain = url.clone();
    plain.set_fragment(None);
    // The query is tracking, unless the post is named in it.
    if expression.is_match(url.path()) {
        plain.set_query(None);
    }
    Some(Link {
        url: plain.into(),
        key: format!("{host}/{key}"),
        marketplace: marketplace::of(url.as_str()).or_else(|| (known == "linkedin.com").then_some("linkedin")),
    })
}

/// A link of the mail's own marketplace that hides where it leads.
pub(super) fn opaque(address: &str, marketplace: &'static str) -> Option<Link> {
    let url = Url::parse(address.trim()).ok()?;
    let hides = marketplace::of(address) == Some(marketplace) && (url.path().len() + url.query().map_or(0, str::len)) > 40;
    let lower = address.to_ascii_lowercase();
    (hides && !NO_POSTS.iter().any(|word| lower.contains(word))).then(|| Link { url: url.to_string(), key: url.to_string(), marketplace: Some(marketplace) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_a_post_is_known_behind_its_redirections() {
        for (address, key) in [
            ("https://www.upwork.com/jobs/~0123456789abcdef01?source=rss", Some("upwork.com/~0123456789abcdef01")),
            ("https://click.example.com/x?u=https%3A%2F%2Fwww.upwork.com%2Fjobs%2F~0123456789abcdef01%3Futm%3D1", Some("upwork.com/~0123456789abcdef01")),
            ("https://www.upwork.com/nx/find-work/", None),
            ("https://www.freelancer.com/projects/logo-design/bakery-logo?utm_source=mail", Some("freelancer.com/logo-design/bakery-logo")),
            ("https://www.linkedin.com/comm/jobs/view/3912345678/?trackingId=x", Some("linkedin.com/3912345678")),
            ("https://www.linkedin.com/comm/jobs/alerts?x=1", None),
            ("https://board.example.org/jobs/senior-rust-writer-wanted", Some("board.example.org/senior-rust-writer-wanted")),
            ("https://board.example.org/jobs/4711", Some("board.example.org/4711")),
            ("https://board.example.org/jobs", None),
            ("https://board.example.org/jobs/search-for-more-jobs", None),
            ("mailto:jobs@example.org", None),
            ("javascript:alert(1)", None),
            ("https://uk.indeed.com/viewjob?jk=0123456789abcdef&from=ja", Some("indeed.com/0123456789abcdef")),
        ] {
            assert_eq!(job(address).map(|link| link.key).as_deref(), key, "{address}");
        }
        assert_eq!(job("https://www.upwork.com/jobs/~0123456789abcdef01?source=rss#x").unwrap().url, "https://www.upwork.com/jobs/~0123456789abcdef01");
    }
}
