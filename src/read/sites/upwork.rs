//! Upwork: jobs out of the state its pages carry and out of its GraphQL answers, and what both have in common with the
//! rendered tiles: ids that hold the moment of creation, addresses with tracking.

pub mod job;
pub mod state;

use std::sync::OnceLock;

use jiff::Timestamp;
use regex::Regex;

use crate::post::Draft;

/// The first moment of the clock in Upwork's ids, in milliseconds since 1970.
const CLOCK_START: i64 = 1_288_834_974_657;

/// When a post with this numeric id was created, within hours of its publication.
pub fn created(uid: &str) -> Option<Timestamp> {
    if !(16..=19).contains(&uid.len()) {
        return None;
    }
    let uid: i64 = uid.parse().ok()?;
    crate::read::stated::epoch(((uid >> 22) + CLOCK_START) as f64)
}

/// The numeric id in a `~02...` ciphertext or address.
pub fn uid_in(text: &str) -> Option<&str> {
    static UID: OnceLock<Regex> = OnceLock::new();
    let uid = UID.get_or_init(|| Regex::new(r"(?:~|%7[Ee])02(\d{16,19})(?:\D|$)").expect("the expression is constant"));
    uid.captures(text)?.get(1).map(|uid| uid.as_str())
}

/// The ciphertext in an address: `~02` and digits, or `~01` and hexadecimal digits.
pub fn ciphertext_in(text: &str) -> Option<String> {
    static CIPHERTEXT: OnceLock<Regex> = OnceLock::new();
    let ciphertext = CIPHERTEXT.get_or_init(|| Regex::new(r"(?:~|%7[Ee])(0[0-9a-f]{16,20})").expect("the expression is constant"));
    ciphertext.captures(text).map(|found| format!("~{}", &found[1]))
}

/// Makes ids and addresses of all sources alike: the id is the numeric one where it is known, the address has neither
/// search words nor tracking; a post without a date gets that of its id.
pub fn finish(draft: &mut Draft) {
    draft.marketplace = Some("upwork".to_owned());
    let ciphertext = draft.url.as_deref().and_then(ciphertext_in).or_else(|| draft.id.as_deref().and_then(ciphertext_in));
    let uid = draft
        .id
        .take()
        .filter(|id| id.len() >= 16 && id.bytes().all(|byte| byte.is_ascii_digit()))
        .or_else(|| ciphertext.as_deref().and_then(uid_in).map(str::to_owned));
    let ciphertext = ciphertext.or_else(|| uid.as_ref().map(|uid| format!("~02{uid}")));
    if let Some(ciphertext) = &ciphertext {
        draft.url = Some(format!("https://www.upwork.com/jobs/{ciphertext}"));
    }
    draft.published = draft.published.or_else(|| uid.as_deref().and_then(created));
    draft.id = uid.or(ciphertext);
    // "Upwork" as an organization is the board, not the client.
    draft.author = draft.author.take().filter(|author| author != "Upwork");
    for end in [" - Upwork", " - Contract to Hire"] {
        if let Some(title) = draft.title.trim_end().strip_suffix(end) {
            draft.title = title.to_owned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_hold_the_moment_of_creation() {
        for (uid, at) in [("1899385345930167272", Some("2025-03-11T09:02:10Z")), ("12", None), ("99999999999999999999", None)] {
            assert_eq!(created(uid).map(|at| at.to_string()).as_deref(), at, "{uid}");
        }
    }

    #[test]
    fn addresses_lose_search_words() {
        let url = "https://www.upwork.com/jobs/span-class-highlight-Logo-span_~021899385345930167272/?source=rss";
        let mut draft = Draft { url: Some(url.into()), title: "A logo - Upwork".into(), ..Draft::default() };
        finish(&mut draft);
        assert_eq!(draft.url.as_deref(), Some("https://www.upwork.com/jobs/~021899385345930167272"));
        assert_eq!((draft.id.as_deref(), draft.title.as_str()), (Some("1899385345930167272"), "A logo"));
        let mut old = Draft { url: Some("/jobs/A_~01a2b3c4d5e6f70819/".into()), ..Draft::default() };
        finish(&mut old);
        assert_eq!((old.id.as_deref(), old.published), (Some("~01a2b3c4d5e6f70819"), None));
    }
}
