//! A plain text is one post: a first line that is short and stands alone is its title. Nothing is split: a line of
//! dashes in a pasted post is more often its own than the border to another.

use super::{Document, Limits, Problem, Reading, cells, encoding};
use crate::post::Draft;

/// A first line longer than this is prose, not a title, in characters.
const TITLE_MOST: usize = 120;

/// What people write before a title.
const LABELS: &[&str] = &["job title:", "title:", "subject:", "position:", "project:"];

/// Reads a pasted or saved post.
pub fn read(document: &Document, limits: &Limits) -> Reading {
    let mut reading = Reading { format: "text".into(), ..Reading::default() };
    let text = encoding::decode(&document.bytes, document.media_type.as_deref());
    let text = limits.cut_beyond(text.trim_matches(|c: char| c.is_whitespace() || c == '\0' || c == '\u{feff}'));
    let (title, body) = title_and_body(text);
    let url = text.split_whitespace().find(|word| word.starts_with("http")).and_then(cells::address).filter(|_| text.lines().count() < 400);
    let post = Draft {
        source: Some(document.source.clone()),
        format: Some("text".into()),
        url: url.filter(|url| super::marketplace::of(url).is_some()),
        title: title.into(),
        body: body.into(),
        ..Draft::default()
    };
    let post = Draft { marketplace: post.url.as_deref().and_then(super::marketplace::of).map(str::to_owned), ..post }.finish();
    if post.title.chars().chain(post.body.chars()).any(char::is_alphabetic) {
        reading.posts.push(post);
    } else {
        reading.problems.push(Problem::of(document, "a text without a single word"));
    }
    reading
}

/// Parts a text into the title it starts with, if it starts with one, and the rest.
pub(super) fn title_and_body(text: &str) -> (&str, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or(("", text));
    let first = first.trim();
    let is_title = !first.is_empty() && first.chars().count() <= TITLE_MOST && !first.ends_with(['.', ',', ';', ':']);
    if !is_title {
        return ("", text);
    }
    let title = first.trim_start_matches(['#', ' ']);
    let label = LABELS.iter().find(|label| title.get(..label.len()).is_some_and(|start| start.eq_ignore_ascii_case(label)));
    (title[label.map_or(0, |label| label.len())..].trim_start(), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_a_short_first_line() {
        for (text, title, body) in [
            ("Logo for a bakery\n\nWe bake.", "Logo for a bakery", "\nWe bake."),
            ("# Logo\nWe bake.", "Logo", "We bake."),
            ("Job title: Editor\nWe print.", "Editor", "We print."),
            ("We bake bread, and we need a logo.\nSoon.", "", "We bake bread, and we need a logo.\nSoon."),
            ("One line alone", "", "One line alone"),
            ("Dear all,\nwe bake", "", "Dear all,\nwe bake"),
        ] {
            assert_eq!(title_and_body(text), (title, body), "{text:?}");
        }
    }
}
