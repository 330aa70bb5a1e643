//! What makes two posts the same: guid, canonical address, text. Pure functions; what is done about it is in `posts`.

use reqwest::Url;

use crate::post::{Pay, Post};
use crate::text;

/// Parameters that say where a click came from, and nothing about the post.
const TRACKING: &[&str] = &[
    "fbclid", "gclid", "dclid", "msclkid", "yclid", "twclid", "igshid", "mc_cid", "mc_eid", "ref", "ref_src", "referrer", "referer", "source", "src", "trk",
    "trackingid", "rss", "cmpid", "campaign", "spm", "_ga", "_gl", "_hsenc", "_hsmi", "vero_id", "s_cid", "ncid", "share", "session", "sessionid", "sid",
    "phpsessid", "jsessionid",
];

/// The address without what differs from click to click; `None` where it is no web address.
pub fn canonical(address: &str) -> Option<String> {
    let mut url = Url::parse(address.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let kept: Vec<(String, String)> =
        url.query_pairs().filter(|(key, _)| !is_tracking(key)).map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
    // Applications that live behind a `#/path` or `#!` name the post there.
    if !url.fragment().is_some_and(|fragment| fragment.starts_with(['/', '!'])) {
        url.set_fragment(None);
    }
    url.set_query(None);
    if !kept.is_empty() {
        let mut kept = kept;
        kept.sort();
        url.query_pairs_mut().extend_pairs(kept);
    }
    let host = url.host_str()?.trim_end_matches('.').to_owned();
    let host = host.strip_prefix("www.").or_else(|| host.strip_prefix("m.")).unwrap_or(&host);
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = url.path().trim_end_matches('/');
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let fragment = url.fragment().map(|fragment| format!("#{fragment}")).unwrap_or_default();
    // http and https show the same post.
    Some(format!("{host}{port}{path}{query}{fragment}"))
}

fn is_tracking(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.starts_with("utm_") || key.starts_with("pk_") || key.starts_with("mtm_") || TRACKING.contains(&key.as_str())
}

/// How a post can be known again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The document's own id, within its host where it is not unique by its form.
    pub guid: Option<String>,
    pub address: Option<String>,
    /// Of title and body, words only.
    pub text: i64,
    /// Whether the text is long enough to say that two posts are the same.
    pub telling: bool,
}

/// Letters below which a text is too common to tell a post by.
const TELLING: usize = 60;

/// The identity of a post of a source at this host (or path).
pub fn identity(post: &Post, scope: &str) -> Identity {
    let address = post.url.as_deref().and_then(canonical).filter(|address| address.contains(['/', '?', '#']));
    let own = Some(post.id.as_str()).filter(|id| !id.starts_with("text:") && post.url.as_deref() != Some(id));
    let guid = own.map(|id| match canonical(id) {
        Some(address) => format!("address:{address}"),
        None if id.contains(':') && id.len() > 20 => format!("guid:{id}"),
        None => format!("guid:{scope}:{id}"),
    });
    let words = normal(post);
    let telling = words.len() >= TELLING;
    Identity { guid, address: address.map(|address| format!("address:{address}")), text: text::fingerprint(&[&words]).cast_signed(), telling }
}

/// Title and body in lower case, one blank between words, punctuation off.
fn normal(post: &Post) -> String {
    let mut normal = String::with_capacity(post.title.len() + post.body.len());
    for word in post.title.split(|c: char| !c.is_alphanumeric()).chain(post.body.split(|c: char| !c.is_alphanumeric())).filter(|word| !word.is_empty()) {
        if !normal.is_empty() {
            normal.push(' ');
        }
        normal.extend(word.chars().flat_map(char::to_lowercase));
    }
    normal
}

/// Bodies shorter than this, in characters, resemble too many others.
pub const SIMILAR_LEAST: usize = 200;
/// Of 64 bits, at most so many may differ: 0.92 alike.
pub const SIMILAR_BITS: u32 = 5;

/// A hash that is alike for texts that are alike (SimHash over runs of three words); `None` for short texts.
pub fn likeness(post: &Post) -> Option<i64> {
    post.body.chars().nth(SIMILAR_LEAST)?;
    let normal = normal(post);
    let words: Vec<&str> = normal.split(' ').collect();
    let mut votes = [0i32; 64];
    for run in words.windows(3) {
        let hash = spread(text::fingerprint(run));
        for (bit, vote) in votes.iter_mut().enumerate() {
            *vote += if hash >> bit & 1 == 1 { 1 } else { -1 };
        }
    }
    let hash = votes.iter().enumerate().fold(0u64, |hash, (bit, vote)| hash | (u64::from(*vote > 0) << bit));
    Some(hash.cast_signed())
}

/// Mixes the bits: the high bits of FNV depend little on the last bytes.
fn spread(mut hash: u64) -> u64 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

/// Whether two likenesses are near enough.
pub fn alike(a: i64, b: i64) -> bool {
    (a ^ b).count_ones() <= SIMILAR_BITS
}

/// Stated pay in a line, for comparing and for showing; `None` where nothing is stated.
pub fn pay(pay: &Pay) -> Option<String> {
    let figures = match (pay.min, pay.max) {
        (None, None) => return None,
        (Some(min), Some(max)) if min == max => format!("{min}"),
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("from {min}"),
        (None, Some(max)) => format!("up to {max}"),
    };
    let currency = pay.currency.as_deref().map(|currency| format!("{currency} ")).unwrap_or_default();
    let kind = pay.kind.map(|kind| format!(" {}", kind.name())).unwrap_or_default();
    Some(format!("{currency}{figures}{kind}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::{Draft, PayKind};

    #[test]
    fn addresses_that_show_the_same_post_are_the_same() {
        for (a, b, same) in [
            ("https://www.example.org/jobs/7/?utm_source=rss&utm_medium=feed", "http://example.org/jobs/7", true),
            ("https://example.org/jobs?id=7&ref=x", "https://example.org/jobs?id=7#apply", true),
            ("https://example.org/jobs?b=2&a=1", "https://example.org/jobs?a=1&b=2", true),
            ("https://EXAMPLE.org:443/Jobs/7", "https://example.org/Jobs/7", true),
            ("https://example.org/jobs?id=7", "https://example.org/jobs?id=8", false),
            ("https://example.org/Jobs/7", "https://example.org/jobs/7", false),
            ("https://example.org/#/jobs/7", "https://example.org/#/jobs/8", false),
            ("https://example.org:8443/jobs/7", "https://example.org/jobs/7", false),
        ] {
            assert_eq!(canonical(a) == canonical(b), same, "{a} {b}");
        }
        for other in ["mailto:a@example.org", "jobs/7", "", "javascript:1"] {
            assert_eq!(canonical(other), None, "{other}");
        }
    }

    #[test]
    fn likeness_sees_small_edits_and_not_other_posts() {
        let sentence = |topic: &str, number: usize| {
            format!("Our {topic} shop number {number} needs someone who can plan the {topic} season with us and keep records of each step. ")
        };
        let post = |body: String| Draft { title: "A season".into(), body, ..Draft::default() }.finish();
        let original: String = (0..14).map(|number| sentence("garden", number)).collect();
        let edited = original.replacen("season", "year", 1);
        let other: String = (0..14)
            .map(|number| format!("Translate contract {number} from Danish into Polish, sworn, with stamps, and return it by courier on Friday. "))
            .collect();
        let of = |body: &str| likeness(&post(body.to_owned())).expect("long enough");
        assert!(alike(of(&original), of(&edited)), "{:b}", of(&original) ^ of(&edited));
        assert!(!alike(of(&original), of(&other)));
        assert_eq!(likeness(&post("Short.".into())), None);
    }

    #[test]
    fn pay_is_a_line() {
        let stated = |min, max| Pay { kind: Some(PayKind::Fixed), min, max, currency: Some("EUR".into()) };
        for (given, line) in [
            (stated(Some(50.0), Some(50.0)), Some("EUR 50 fixed")),
            (stated(Some(5.5), Some(9.0)), Some("EUR 5.5 to 9 fixed")),
            (stated(Some(5.0), None), Some("EUR from 5 fixed")),
            (Pay::default(), None),
        ] {
            assert_eq!(pay(&given).as_deref(), line);
        }
    }
}
